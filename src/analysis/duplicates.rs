//! Passages that stand in a book twice, or nearly so, with both places.
//!
//! Whole pages hide a copied paragraph, and long shingles do not outlive a fifth of the words. So a chapter is
//! read in windows of 60 words; of a window's shingles of three words the smallest hashes are kept (its `MinHash`
//! sketch). Shingles that two sketches share are anchors, anchors on one diagonal are a candidate, and a candidate
//! counts only when its words, aligned, are alike: so there is no alarm by chance.

mod align;
mod sketch;
#[cfg(test)]
mod tests;
mod tokens;

use std::collections::HashMap;
use std::ops::Range;

use align::Aligned;
use sketch::{Anchor, WINDOW};
use tokens::Word;

/// Pages after the changed one that are looked at again: a passage may have grown backwards over the border.
const AFTER: usize = 1;
/// How many earlier places of the same shingle are compared with a later one.
const LINKS: usize = 12;
/// How many anchors a candidate needs.
const ANCHORS: usize = 3;
/// How many anchors of a candidate are tried.
const TRIES: usize = 6;

/// What counts as a copy.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Threshold {
    /// Words that a passage must have on both sides; a refrain is shorter.
    pub words: usize,
    /// The part of its words that must be the same, in the same order (0–1).
    pub similarity: f64,
}

impl Default for Threshold {
    fn default() -> Self {
        Self { words: 45, similarity: 0.6 }
    }
}

/// A part of a page.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// The page, by its place in the book, from 0.
    pub page: usize,
    /// The first byte.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
}

/// Two passages that say the same in the same words.
#[derive(Debug, Clone, PartialEq)]
pub struct Duplicate {
    /// The earlier passage; it has several spans where it runs over the border of a page.
    pub first: Vec<Span>,
    /// The later passage.
    pub second: Vec<Span>,
    /// Words of the longer one.
    pub words: usize,
    /// The part of them that both share in order (0–1).
    pub similarity: f64,
}

/// A page as it is indexed.
#[derive(Debug, Clone)]
struct Page {
    chapter: usize,
    words: Vec<Word>,
}

/// A place of a word that stays when other pages change.
type Spot = (usize, usize);

/// A verified pair of passages, first and last word of each.
#[derive(Debug, Clone, PartialEq)]
struct Pair {
    first: (Spot, Spot),
    second: (Spot, Spot),
    words: usize,
    matched: usize,
}

/// The passages of a book, kept so that a changed page costs little.
#[derive(Debug, Clone)]
pub struct Index {
    threshold: Threshold,
    pages: Vec<Page>,
    /// Sorted: places of one shingle stand together, in reading order.
    anchors: Vec<Anchor>,
    pairs: Vec<Pair>,
}

/// The book's words in a row.
struct Flat {
    words: Vec<u32>,
    /// Where each page begins in it.
    pages: Vec<usize>,
    /// Where the chapter of each page begins and ends in it.
    chapters: Vec<Range<usize>>,
}

impl Index {
    /// Reads pages in reading order, each with the number of its chapter. Pages of a chapter that follow each
    /// other are joined.
    pub fn new<'a>(pages: impl IntoIterator<Item = (usize, &'a str)>, threshold: Threshold) -> Self {
        let pages = pages.into_iter().map(|(chapter, text)| Page::new(chapter, text)).collect();
        let mut index = Self { threshold, pages, anchors: Vec::new(), pairs: Vec::new() };
        let flat = index.flat();
        index.anchors = (0..index.pages.len()).flat_map(|page| index.sketch(&flat, page)).collect();
        index.anchors.sort_unstable();
        index.pairs = index.find(&flat, None);
        index
    }

    /// Reads a page again. A page that is not there is left alone.
    pub fn replace(&mut self, page: usize, text: &str) {
        let Some(old) = self.pages.get(page) else { return };
        let chapter = old.chapter;
        self.pages[page] = Page::new(chapter, text);
        // Windows that begin on the pages before may end on this one.
        let mut from = page;
        let mut reach = 0;
        while from > 0 && self.pages[from - 1].chapter == chapter && reach < WINDOW {
            from -= 1;
            reach += self.pages[from].words.len();
        }
        let flat = self.flat();
        self.anchors.retain(|a| !(from..=page).contains(&(a.page as usize)));
        let mut fresh: Vec<Anchor> = (from..=page).flat_map(|page| self.sketch(&flat, page)).collect();
        fresh.sort_unstable();
        self.anchors.append(&mut fresh);
        // Two sorted runs: this sort merges them.
        self.anchors.sort();
        let touched = from..(page + AFTER + 1).min(self.pages.len());
        self.pairs.retain(|pair| !pair.touches(&touched));
        let found = self.find(&flat, Some(&touched));
        self.pairs.extend(found);
        self.pairs.sort_by_key(|pair| (pair.first, pair.second));
    }

    /// The passages that stand in the book twice, in reading order. Of a passage that stands there more often, each
    /// further place is given with the first.
    #[must_use]
    pub fn duplicates(&self) -> Vec<Duplicate> {
        let flat = self.flat();
        self.told(&flat, &self.pairs)
    }

    /// The passages of a text that also stand in the book, or in the text itself. The text counts as the page after
    /// the last.
    #[must_use]
    pub fn of_text(&self, text: &str) -> Vec<Duplicate> {
        let mut with = self.clone();
        let chapter = self.pages.iter().map(|p| p.chapter + 1).max().unwrap_or(0);
        let page = with.pages.len();
        with.pages.push(Page::new(chapter, text));
        let flat = with.flat();
        let fresh = with.sketch(&flat, page);
        with.anchors.extend(fresh);
        with.anchors.sort();
        let pairs = with.find(&flat, Some(&(page..page + 1)));
        with.told(&flat, &pairs)
    }

    fn flat(&self) -> Flat {
        let mut flat = Flat { words: Vec::new(), pages: Vec::new(), chapters: Vec::new() };
        let mut begin = 0;
        for (at, page) in self.pages.iter().enumerate() {
            if at > 0 && self.pages[at - 1].chapter != page.chapter {
                begin = flat.words.len();
            }
            flat.pages.push(flat.words.len());
            flat.words.extend(page.words.iter().map(|w| w.id));
            flat.chapters.push(begin..0);
        }
        let mut end = flat.words.len();
        for at in (0..self.pages.len()).rev() {
            if self.pages.get(at + 1).is_some_and(|next| next.chapter != self.pages[at].chapter) {
                end = flat.pages[at + 1];
            }
            flat.chapters[at].end = end;
        }
        flat
    }

    fn sketch(&self, flat: &Flat, page: usize) -> Vec<Anchor> {
        let begin = flat.pages[page];
        let end = begin + self.pages[page].words.len();
        sketch::sketch(&flat.words[..flat.chapters[page].end], begin..end, page as u32)
    }

    /// Returns the verified pairs, of all pages or of those that have a side on `touched`.
    fn find(&self, flat: &Flat, touched: Option<&Range<usize>>) -> Vec<Pair> {
        let mut found = Found::default();
        let candidates = self.candidates(flat, touched);
        for bucket in candidates.chunk_by(|a, b| a.0 == b.0) {
            if bucket.len() < ANCHORS {
                continue;
            }
            let step = bucket.len().div_ceil(TRIES);
            for &(_, first, second) in bucket.iter().step_by(step) {
                let (first, second) = (first as usize, second as usize);
                if found.holds(first, second) {
                    continue;
                }
                let bounds = (flat.chapter_of(first), flat.chapter_of(second));
                let aligned = align::align(&flat.words, (first, second), &bounds);
                if self.counts(flat, &aligned) {
                    found.add(&aligned);
                }
            }
        }
        let pairs = found.all.iter().map(|a| Pair {
            first: (flat.spot(a.first.start), flat.spot(a.first.end - 1)),
            second: (flat.spot(a.second.start), flat.spot(a.second.end - 1)),
            words: a.words(),
            matched: a.matched,
        });
        let mut pairs: Vec<Pair> = pairs.collect();
        pairs.retain(|pair| self.is_quotation(pair.first) == self.is_quotation(pair.second));
        pairs.sort_by_key(|pair| (pair.first, pair.second));
        pairs
    }

    /// Whether a passage stands between quotation marks of its own: who reads an earlier page aloud copies nothing.
    fn is_quotation(&self, (from, to): (Spot, Spot)) -> bool {
        self.pages[from.0].words[from.1].opens && self.pages[to.0].words[to.1].closes
    }

    /// Returns anchors with the same shingle, sorted by where they stand and how far they are apart.
    fn candidates(&self, flat: &Flat, touched: Option<&Range<usize>>) -> Vec<(u64, u32, u32)> {
        let is_touched = |anchor: &Anchor| touched.is_none_or(|t| t.contains(&(anchor.page as usize)));
        let mut all = Vec::new();
        for same in self.anchors.chunk_by(|a, b| a.shingle == b.shingle) {
            for (later, second) in same.iter().enumerate().skip(1) {
                for first in &same[later.saturating_sub(LINKS)..later] {
                    let (from, to) = (flat.at(first), flat.at(second));
                    // A window and its neighbour are no copies of each other.
                    if to - from >= self.threshold.words && (is_touched(first) || is_touched(second)) {
                        let bucket = (from as u64 >> 6) << 32 | (to - from) as u64 >> 4;
                        all.push((bucket, from as u32, to as u32));
                    }
                }
            }
        }
        all.sort_unstable();
        all
    }

    fn counts(&self, flat: &Flat, aligned: &Aligned) -> bool {
        let enough = aligned.first.len().min(aligned.second.len()) >= self.threshold.words;
        enough
            && aligned.similarity() >= self.threshold.similarity
            && align::is_varied(&flat.words[aligned.first.clone()])
    }

    fn told(&self, flat: &Flat, pairs: &[Pair]) -> Vec<Duplicate> {
        let mut told: Vec<(Range<usize>, &Pair)> = pairs
            .iter()
            .map(|pair| (flat.position(pair.second.0)..flat.position(pair.second.1) + 1, pair))
            .collect();
        told.sort_by_key(|(second, pair)| (second.start, pair.first, second.end));
        let mut kept: Vec<(Range<usize>, &Pair)> = Vec::with_capacity(told.len());
        for (second, pair) in told {
            let overlaps = |other: &Range<usize>| {
                let shared = other.end.min(second.end).saturating_sub(other.start.max(second.start));
                shared * 5 >= second.len() * 4
            };
            // Who comes first in the book stands for all places.
            match kept.iter_mut().rev().take(LINKS).find(|(other, _)| overlaps(other)) {
                Some((other, known)) if pair.first < known.first && second.len() * 5 >= other.len() * 4 => {
                    (*other, *known) = (second, pair);
                }
                Some(_) => {}
                None => kept.push((second, pair)),
            }
        }
        let mut told: Vec<Duplicate> = kept.into_iter().map(|(_, pair)| self.duplicate(pair)).collect();
        told.sort_by(|a, b| (&a.first, &a.second).cmp(&(&b.first, &b.second)));
        told
    }

    fn duplicate(&self, pair: &Pair) -> Duplicate {
        Duplicate {
            first: self.spans(pair.first),
            second: self.spans(pair.second),
            words: pair.words,
            similarity: pair.matched as f64 / pair.words as f64,
        }
    }

    fn spans(&self, (from, to): (Spot, Spot)) -> Vec<Span> {
        let span = |page: usize| {
            let words = &self.pages[page].words;
            let first = words.get(if page == from.0 { from.1 } else { 0 })?;
            let last = if page == to.0 { to.1 } else { words.len().saturating_sub(1) };
            Some(Span { page, start: first.start as usize, end: words[last].stop as usize })
        };
        (from.0..=to.0).filter_map(span).collect()
    }
}

impl Page {
    fn new(chapter: usize, text: &str) -> Self {
        Self { chapter, words: tokens::words(text) }
    }
}

impl Pair {
    fn touches(&self, pages: &Range<usize>) -> bool {
        [self.first, self.second].iter().any(|(from, to)| from.0 < pages.end && to.0 >= pages.start)
    }
}

impl Flat {
    fn at(&self, anchor: &Anchor) -> usize {
        self.pages[anchor.page as usize] + anchor.word as usize
    }

    fn position(&self, (page, word): Spot) -> usize {
        self.pages[page] + word
    }

    fn spot(&self, position: usize) -> Spot {
        let page = self.pages.partition_point(|begin| *begin <= position) - 1;
        (page, position - self.pages[page])
    }

    fn chapter_of(&self, position: usize) -> Range<usize> {
        self.chapters[self.spot(position).0].clone()
    }
}

/// Verified pairs, found again by where the first passage stands.
#[derive(Default)]
struct Found {
    all: Vec<Aligned>,
    by_block: HashMap<usize, Vec<usize>>,
}

impl Found {
    fn near(&self, first: usize) -> impl Iterator<Item = usize> + '_ {
        self.by_block.get(&(first / WINDOW)).into_iter().flatten().copied()
    }

    fn holds(&self, first: usize, second: usize) -> bool {
        self.near(first)
            .any(|at| self.all[at].first.contains(&first) && self.all[at].second.contains(&second))
    }

    /// Adds a pair, or the longer one of two that are mostly the same.
    fn add(&mut self, aligned: &Aligned) {
        let middle = aligned.first.start + aligned.first.len() / 2;
        let known = self.near(middle).find(|at| self.all[*at].is_mostly(aligned));
        let at = match known {
            Some(at) if self.all[at].matched >= aligned.matched => return,
            Some(at) => {
                self.all[at] = aligned.clone();
                at
            }
            None => {
                self.all.push(aligned.clone());
                self.all.len() - 1
            }
        };
        for block in aligned.first.start / WINDOW..=(aligned.first.end - 1) / WINDOW {
            let held = self.by_block.entry(block).or_default();
            if !held.contains(&at) {
                held.push(at);
            }
        }
    }
}
