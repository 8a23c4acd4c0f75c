//! Canon of 200 entries beside a novel of 160,000 words: reading, searching, finding mentions.
//!
//! `cargo bench --bench canon`. Aim: a search ≤ 5 ms.

#![allow(missing_docs, clippy::unwrap_used, reason = "a bench ends where something is not as it must be")]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use galley::domain::canon::{CanonCommand, EntryContent, EntryKind, EntryPut};
use galley::domain::{Actor, BookSettings, Command, ImportedChapter, Request};
use galley::store::{Store, StoreOptions};

const WORDS: [&str; 12] =
    ["rain", "harbour", "lantern", "ice", "pier", "gull", "ship", "letter", "bell", "wind", "river", "tower"];

fn prose(random: &mut fastrand::Rng, words: usize) -> String {
    (0..words).map(|_| WORDS[random.usize(..WORDS.len())]).collect::<Vec<_>>().join(" ")
}

fn canon(c: &mut Criterion) {
    let folder = tempfile::tempdir().unwrap();
    let store =
        Store::open(&StoreOptions { create: true, ..StoreOptions::at(folder.path().join("g.db")) }).unwrap();
    let mut random = fastrand::Rng::with_seed(3);
    let give = |command| {
        let request = Request { id: None, actor: Actor::Author("ada".into()), command };
        store.submit(request).wait().unwrap()
    };
    let chapters = (1..=30).map(|n| ImportedChapter {
        title: format!("Chapter {n}"),
        pages: (0..24).map(|p| format!("{} Person {p} came.", prose(&mut random, 220))).collect(),
    });
    let import = Command::ImportBook {
        title: "Winter".into(),
        settings: BookSettings::default(),
        file: "winter.md".into(),
        chapters: chapters.collect(),
    };
    let book = give(import).book.unwrap();
    let puts = (0..200).map(|n| {
        let kind = EntryKind::ALL[n % 7];
        let (name, text) = (format!("Person {n}"), prose(&mut random, 140));
        EntryPut {
            content: EntryContent { kind, name, text, ..EntryContent::default() },
            ..EntryPut::default()
        }
    });
    let command = CanonCommand::PutAll { puts: puts.collect(), removed: Vec::new() };
    give(Command::Canon { book: book.clone(), command });
    store.finish_indexing();
    let reader = store.reader().unwrap();
    let entry = reader.search_canon(&book, "person 7", 1).unwrap()[0].entry.clone();

    c.bench_function("canon/entries cold", |b| {
        b.iter_batched(
            || store.reader().unwrap(),
            |r| r.entries(&book).unwrap().len(),
            criterion::BatchSize::PerIteration,
        );
    });
    c.bench_function("canon/entries kept", |b| b.iter(|| black_box(reader.entries(&book).unwrap().len())));
    c.bench_function("canon/search", |b| {
        b.iter(|| black_box(reader.search_canon(&book, "lant harb pers", 20).unwrap().len()));
    });
    c.bench_function("canon/like", |b| {
        let text = prose(&mut random, 300);
        b.iter(|| black_box(reader.entries_like(&book, &text, 20).unwrap().len()));
    });
    c.bench_function("canon/mentions", |b| b.iter(|| black_box(reader.mentions(&entry, 20).unwrap().len())));
}

criterion_group!(benches, canon);
criterion_main!(benches);
