//! A book of 200 chapters, 10,000 pages and 60,000 revisions: how long its screens' questions take.
//!
//! The book is made once and kept in the target folder; delete `big_book.db` there after a change of the schema.

use std::path::{Path, PathBuf};
use std::time::Instant;

use criterion::{Criterion, criterion_group, criterion_main};
use galley::domain::{BookId, Time};
use galley::store::bulk::{BigBook, generate};
use galley::store::{Store, StoreOptions};

fn book() -> (PathBuf, BookId) {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("big_book.db");
    if !path.exists() {
        let start = Instant::now();
        generate(&path, BigBook::default()).expect("the target folder can be written");
        println!("made in {:.1} s, {} MB", start.elapsed().as_secs_f64(), size(&path) >> 20);
    }
    let store = Store::open(&StoreOptions::at(&path)).expect("the book opens");
    let book = store.reader().and_then(|r| r.books(false)).expect("books can be read").remove(0).id;
    store.close();
    (path, book)
}

fn size(path: &Path) -> u64 {
    path.metadata().map_or(0, |m| m.len())
}

fn questions(criterion: &mut Criterion) {
    let (path, book) = book();
    let mut group = criterion.benchmark_group("big book");
    group.sample_size(20);
    group.bench_function("open and read the library", |b| {
        b.iter(|| {
            let store = Store::open(&StoreOptions::at(&path)).expect("the book opens");
            store.reader().and_then(|r| r.books(false)).expect("books can be read")
        });
    });
    let store = Store::open(&StoreOptions::at(&path)).expect("the book opens");
    let reader = store.reader().expect("a reader opens");
    let middle = reader.pages_window(&book, 5_030, 1).expect("a window can be read").remove(0);
    group.bench_function("chapters", |b| b.iter(|| reader.chapters(&book, false)));
    group.bench_function("window of 60 pages", |b| b.iter(|| reader.pages_window(&book, 9_000, 60)));
    group.bench_function("page detail", |b| b.iter(|| reader.page_detail(&middle.id)));
    group.bench_function("revisions of a page", |b| b.iter(|| reader.revisions(&middle.id)));
    group.bench_function("inbox of 60", |b| b.iter(|| reader.gates(60, true)));
    group.bench_function("totals", |b| b.iter(|| reader.totals(Time(0))));
    group.bench_function("runs, 60", |b| b.iter(|| reader.runs(60, 3_000)));
    group.bench_function("10 approved pages before", |b| b.iter(|| reader.approved_before(&middle.id, 10)));
    group.bench_function("search, one common word", |b| b.iter(|| reader.search("harbour", None, 20)));
    group.bench_function("search, beginning of words", |b| {
        b.iter(|| reader.search("wol wint lett", Some(&book), 20));
    });
    group.bench_function("search, nothing found", |b| b.iter(|| reader.search("harbour zebra", None, 20)));
    group.finish();
}

criterion_group!(benches, questions);
criterion_main!(benches);
