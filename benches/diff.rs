//! The prose diff, and the list of changes that can be taken or refused, beside `similar`'s plain word diff: two
//! pages, and two chapters of 20,000 words.
//!
//! `cargo bench --bench diff`. Aims: a pair of pages ≤ 1 ms, a pair of chapters ≤ 30 ms.

use std::fmt::Write;
use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use galley::analysis::changes::{Changes, Choice};
use galley::analysis::diff::Diff;
use similar::{ChangeTag, TextDiff};

/// The most frequent words; the rarer ones are numbered.
const WORDS: &[&str] = &[
    "the", "and", "of", "a", "to", "in", "she", "he", "was", "with", "it", "her", "had", "on", "that",
    "harbour", "rain", "cold", "lamp", "Mara", "keeper", "answered", "snow", "door",
];
/// How many words the author knows.
const VOCABULARY: f64 = 8000.0;

/// Prose of so many words, each as frequent as its rank has it in English; the same for the same seed.
fn prose(words: usize, seed: u64) -> String {
    let mut random = fastrand::Rng::with_seed(seed);
    let mut text = String::new();
    let mut count = 0;
    while count < words {
        for _ in 0..random.usize(2..6) {
            let length = random.usize(6..18);
            for i in 0..length {
                let space = if i == 0 { "" } else { " " };
                let rank = (random.f64() * VOCABULARY.ln()).exp() as usize;
                let _ = match WORDS.get(rank - 1) {
                    Some(word) => write!(text, "{space}{word}"),
                    None => write!(text, "{space}word{rank}"),
                };
            }
            text.push_str(". ");
            count += length;
        }
        text.push_str("\n\n");
    }
    text
}

/// One word in `every` replaced, dropped or doubled, as a revision by feedback does.
fn revised(text: &str, every: u32, seed: u64) -> String {
    let mut random = fastrand::Rng::with_seed(seed);
    let mut out = String::new();
    for word in text.split_inclusive(char::is_whitespace) {
        match random.u32(..every * 3) {
            0 => out.push_str("other "),
            1 if !word.contains('\n') => {}
            2 => {
                out.push_str(word);
                out.push_str(word);
            }
            _ => out.push_str(word),
        }
    }
    out
}

/// Its paragraphs in another order.
fn shuffled(text: &str, seed: u64) -> String {
    let mut paragraphs: Vec<&str> = text.split_inclusive("\n\n").collect();
    fastrand::Rng::with_seed(seed).shuffle(&mut paragraphs);
    paragraphs.concat()
}

fn plain_words(old: &str, new: &str) -> usize {
    TextDiff::from_words(old, new).iter_all_changes().filter(|c| c.tag() != ChangeTag::Equal).count()
}

fn diffs(criterion: &mut Criterion) {
    let page = prose(600, 1);
    let chapter = prose(20_000, 2);
    let cases = [
        ("two pages, 1 word in 20", page.clone(), revised(&page, 20, 3)),
        ("two pages, moved", page.clone(), shuffled(&page, 8)),
        ("two pages, rewritten", page, prose(600, 4)),
        ("two chapters, 1 word in 100", chapter.clone(), revised(&chapter, 100, 5)),
        ("two chapters, 1 word in 10", chapter.clone(), revised(&chapter, 10, 6)),
        ("two chapters, moved", chapter.clone(), shuffled(&chapter, 9)),
        ("two chapters, rewritten", chapter, prose(20_000, 7)),
    ];
    for (name, old, new) in &cases {
        let mut group = criterion.benchmark_group(*name);
        group.sample_size(20);
        group.bench_function("galley", |b| b.iter(|| Diff::new(black_box(old), black_box(new))));
        group.bench_function("galley, changes", |b| {
            b.iter(|| Changes::new(black_box(old), black_box(new)));
        });
        let changes = Changes::new(old, new);
        let taken: Vec<Choice> = (0..changes.list().len())
            .map(|i| if i % 2 == 0 { Choice::Take } else { Choice::Refuse })
            .collect();
        group.bench_function("galley, merge", |b| b.iter(|| changes.merge(black_box(&taken))));
        group.bench_function("similar, words", |b| b.iter(|| plain_words(black_box(old), black_box(new))));
        group.finish();
    }
}

criterion_group!(benches, diffs);
criterion_main!(benches);
