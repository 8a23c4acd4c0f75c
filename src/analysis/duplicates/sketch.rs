//! The `MinHash` sketch of a window: the smallest of its shingles' hashes, each with its place.

use std::ops::Range;

/// Words of a window.
pub(super) const WINDOW: usize = 60;
/// Words from the beginning of a window to that of the next.
const STRIDE: usize = 20;
/// Words of a shingle.
const SHINGLE: usize = 3;
/// Shingles that are kept of a window.
const KEPT: usize = 24;

/// A shingle that was kept, and where it begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Anchor {
    /// The hash of its words.
    pub shingle: u64,
    /// The page on which it begins.
    pub page: u32,
    /// Its first word on that page.
    pub word: u32,
}

/// The anchors of a page: `words` is the book up to the end of the page's chapter, `page_words` where the page
/// stands in it. Windows that begin on the page may end on the next ones.
pub(super) fn sketch(words: &[u32], page_words: Range<usize>, page: u32) -> Vec<Anchor> {
    let begin = page_words.start;
    let hashes: Vec<u64> =
        words[begin..].windows(SHINGLE).take(page_words.len() + WINDOW).map(shingle).collect();
    let mut anchors = Vec::with_capacity(page_words.len());
    let mut window: Vec<(u64, usize)> = Vec::with_capacity(WINDOW);
    for from in (0..page_words.len()).step_by(STRIDE) {
        window.clear();
        window.extend(
            hashes.iter().copied().enumerate().skip(from).take(WINDOW + 1 - SHINGLE).map(|(at, h)| (h, at)),
        );
        if window.len() > KEPT {
            window.select_nth_unstable(KEPT);
            window.truncate(KEPT);
        }
        anchors.extend(window.iter().filter(|(_, at)| *at < page_words.len()).map(|(shingle, at)| Anchor {
            shingle: *shingle,
            page,
            word: *at as u32,
        }));
    }
    anchors.sort_unstable();
    anchors.dedup();
    anchors
}

fn shingle(words: &[u32]) -> u64 {
    let mut hash = 0x9e37_79b9_7f4a_7c15_u64;
    for word in words {
        hash = (hash ^ u64::from(*word)).wrapping_mul(0xff51_afd7_ed55_8ccd);
        hash ^= hash >> 32;
    }
    hash
}
