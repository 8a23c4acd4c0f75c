//! Two places with the same shingle are aligned word by word, as far as it pays, both ways.

use std::collections::HashSet;
use std::ops::Range;

use super::sketch::WINDOW;

/// What a word that both share is worth.
const SAME: i32 = 2;
/// What a changed, added or dropped word costs.
const OTHER: i32 = -2;
/// How far below its best an alignment may fall before it is given up: ten changed words in a row.
const DROP: i32 = 20;

/// Two passages, word for word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Aligned {
    /// Words of the earlier passage.
    pub first: Range<usize>,
    /// Words of the later passage.
    pub second: Range<usize>,
    /// Words that both share, in order.
    pub matched: usize,
}

impl Aligned {
    /// Words of the longer one.
    pub fn words(&self) -> usize {
        self.first.len().max(self.second.len())
    }

    pub fn similarity(&self) -> f64 {
        self.matched as f64 / self.words().max(1) as f64
    }

    /// Whether another one is for more than half the same.
    pub fn is_mostly(&self, other: &Self) -> bool {
        let shared =
            |a: &Range<usize>, b: &Range<usize>| a.end.min(b.end).saturating_sub(a.start.max(b.start));
        shared(&self.first, &other.first) * 2 > self.first.len().min(other.first.len())
            && shared(&self.second, &other.second) * 2 > self.second.len().min(other.second.len())
    }
}

/// Grows an alignment from a word that both places share, inside the chapters of both; the passages never overlap.
pub(super) fn align(
    words: &[u32],
    (first, second): (usize, usize),
    bounds: &(Range<usize>, Range<usize>),
) -> Aligned {
    let floor = bounds.1.start.max(first + 1);
    let back = |from: usize| move |n: usize| words[from - 1 - n];
    let (left, right, before) =
        grow(&(first - bounds.0.start, back(first)), &(second - floor.min(second), back(second)));
    let second_start = second - right;
    let first_end = bounds.0.end.min(second_start);
    let on = |from: usize| move |n: usize| words[from + n];
    let (ahead, there, after) = grow(&(first_end - first, on(first)), &(bounds.1.end - second, on(second)));
    Aligned {
        first: first - left..first + ahead,
        second: second_start..second + there,
        matched: before + after,
    }
}

#[derive(Debug, Clone, Copy)]
struct Cell {
    score: i32,
    matched: usize,
}

const DEAD: Cell = Cell { score: i32::MIN / 2, matched: 0 };

/// Returns how many words of each side the best alignment from their beginnings takes, and how many match. A side
/// is its length and its words.
fn grow(
    first: &(usize, impl Fn(usize) -> u32),
    second: &(usize, impl Fn(usize) -> u32),
) -> (usize, usize, usize) {
    let mut best = (Cell { score: 0, matched: 0 }, 0, 0);
    let reach = (DROP / -OTHER) as usize;
    // The row of no words of `first`: only dropped words of `second`.
    let mut row: Vec<Cell> =
        (0..=reach.min(second.0)).map(|n| Cell { score: OTHER * n as i32, matched: 0 }).collect();
    let mut low = 0;
    for taken in 0..first.0 {
        let word = first.1(taken);
        let mut next: Vec<Cell> = Vec::with_capacity(row.len() + 2);
        let mut at = low;
        // One cell beyond the row, and more while dropping words of `second` still pays.
        while at <= second.0 {
            let above = row.get(at - low).copied().unwrap_or(DEAD);
            let across = if at > low { row.get(at - low - 1).copied().unwrap_or(DEAD) } else { DEAD };
            let before = next.last().copied().unwrap_or(DEAD);
            let same = at > 0 && second.1(at - 1) == word;
            let mut cell = Cell {
                score: across.score + if same { SAME } else { OTHER },
                matched: across.matched + usize::from(same),
            };
            for gap in [above, before] {
                if gap.score + OTHER > cell.score {
                    cell = Cell { score: gap.score + OTHER, matched: gap.matched };
                }
            }
            if cell.score < best.0.score - DROP {
                cell = DEAD;
            }
            if cell.score > best.0.score {
                best = (cell, taken + 1, at);
            }
            next.push(cell);
            at += 1;
            if at - low > row.len() && cell.score == DEAD.score {
                break;
            }
        }
        let dead = next.iter().take_while(|c| c.score == DEAD.score).count();
        if dead == next.len() {
            break;
        }
        low += dead;
        next.drain(..dead);
        while next.last().is_some_and(|c| c.score == DEAD.score) {
            next.pop();
        }
        row = next;
    }
    (best.1, best.2, best.0.matched)
}

/// Whether a passage begins with more than one thing over and over: a song's la-la-la is not a copy of itself.
pub(super) fn is_varied(words: &[u32]) -> bool {
    let words = &words[..words.len().min(WINDOW)];
    let shingles: HashSet<&[u32]> = words.windows(3).collect();
    shingles.len() * 2 >= words.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn aligned(words: &[u32], first: usize, second: usize) -> Aligned {
        align(words, (first, second), &(0..words.len(), 0..words.len()))
    }

    #[test]
    fn an_alignment_grows_both_ways_over_changed_added_and_dropped_words() {
        let passage: Vec<u32> = (100..160).collect();
        let mut changed = passage.clone();
        changed[10] = 7;
        changed.remove(30);
        changed.insert(45, 8);
        let mut words: Vec<u32> = (1000..1050).collect();
        words.extend(&passage);
        words.extend(2000..2050);
        words.extend(&changed);
        words.extend(3000..3050);
        let found = aligned(&words, 70, 180);
        assert_eq!((found.first.clone(), found.second.clone()), (50..110, 160..220));
        assert_eq!(found.matched, 58);
        assert!(found.similarity() > 0.95);
    }

    #[test]
    fn passages_of_one_text_never_overlap() {
        let words: Vec<u32> = (0..300).map(|n| n % 50).collect();
        let found = aligned(&words, 20, 70);
        assert!(found.first.end <= found.second.start, "{found:?}");
        assert!(!is_varied(&vec![1; 60]));
    }
}
