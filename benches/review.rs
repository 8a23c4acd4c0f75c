//! A chapter of 20,000 words reviewed and polished, and a page reviewed.
//!
//! `GALLEY_BENCH_BOOK=FILE` takes a text of one's own instead of the sample, and says what is remarked of it.

#![allow(clippy::unwrap_used, missing_docs, reason = "a bench ends where something is not as it must be")]

use std::collections::BTreeSet;
use std::hint::black_box;
use std::time::Instant;

use galley::analysis::polish::polish;
use galley::analysis::review::{Given, review};

const CHAPTER: usize = 20_000;
const PAGE: usize = 300;

fn main() {
    let given = Given::default();
    let own = std::env::var_os("GALLEY_BENCH_BOOK").map(|file| std::fs::read_to_string(file).unwrap());
    let text = own.clone().unwrap_or_else(|| include_str!("../assets/sample/chapter-1.toml").repeat(20));
    measure("the dictionary, and a sentence", 1, || drop(black_box(review("It was cold.", &given))));
    let (chapter, page) = (first(&text, CHAPTER), first(&text, PAGE));
    measure("review of 20,000 words", 20, || drop(black_box(review(chapter, &given))));
    measure("review of a page", 200, || drop(black_box(review(page, &given))));
    let report = review(chapter, &given);
    measure("polish of 20,000 words", 5, || {
        drop(black_box(polish("", chapter, &report, &BTreeSet::new(), &given)));
    });
    for chapter in own.iter().flat_map(|text| text.split("\n## ")) {
        let report = review(chapter, &given);
        println!("\n{}", report.summary());
    }
}

fn first(text: &str, words: usize) -> &str {
    let end = text.split_inclusive(char::is_whitespace).filter(|w| w.len() > 1).take(words);
    let end = end.last().map_or(0, |last| last.as_ptr() as usize - text.as_ptr() as usize + last.len());
    &text[..end]
}

fn measure(what: &str, rounds: u32, mut once: impl FnMut()) {
    let start = Instant::now();
    (0..rounds).for_each(|_| once());
    println!("{what}: {:?}", start.elapsed() / rounds);
}
