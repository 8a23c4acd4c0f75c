//! A book of 500 pages looked through for passages that stand twice and for contradictions, and a changed page again.
//!
//! `cargo bench --bench coherence`. Aims: the whole book ≤ 2 s, one changed page again ≤ 50 ms.
//! `GALLEY_BENCH_BOOK=FILE` takes a text of one's own instead of the generated one.

use std::hint::black_box;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use galley::analysis::duplicates::{Index, Threshold};
use galley::tools::coherence::{Material, Page, Request, check};

#[path = "../tests/support/planted.rs"]
mod planted;

const PAGES: usize = 500;

fn coherence(criterion: &mut Criterion) {
    let text = std::env::var_os("GALLEY_BENCH_BOOK").and_then(|file| std::fs::read_to_string(file).ok());
    let mut book = text.as_deref().map_or_else(|| planted::Book::generated(PAGES, 1), planted::Book::of_text);
    book.plant(20, 1);
    let texts = book.texts();
    let words: usize = texts.iter().map(|(_, text)| text.split(' ').count()).sum();
    println!("{words} words on {} pages", texts.len());
    let read =
        || Index::new(texts.iter().map(|(chapter, text)| (*chapter, text.as_str())), Threshold::default());
    let pages = texts.iter().enumerate().map(|(n, (chapter, text))| Page {
        id: format!("page_{n}"),
        chapter: format!("chapter_{chapter}"),
        text: text.clone(),
        ..Page::default()
    });
    let material = Material { pages: pages.collect(), ..Material::default() };

    let mut group = criterion.benchmark_group("coherence");
    group.sample_size(20);
    group.bench_function("duplicates, whole book", |b| b.iter(|| black_box(read()).duplicates()));
    let index = read();
    let (page, other) = (texts.len() / 2, &texts[texts.len() / 3].1);
    group.bench_function("duplicates, one changed page again", |b| {
        b.iter_batched(
            || index.clone(),
            |mut index| {
                index.replace(page, black_box(other));
                (index.duplicates(), index)
            },
            BatchSize::LargeInput,
        );
    });
    group.bench_function("duplicates, a text against the book", |b| {
        b.iter(|| black_box(index.of_text(other)));
    });
    group.bench_function("whole report, with contradictions", |b| {
        b.iter(|| check(black_box(&material), &Request::default()).is_ok());
    });
    group.finish();
}

criterion_group!(benches, coherence);
criterion_main!(benches);
