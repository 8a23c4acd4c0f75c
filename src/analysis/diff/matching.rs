//! Which items of two lists are the same, in time that grows with their length and not faster.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, BuildHasherDefault, DefaultHasher};
use std::ops::Range;

use similar::{Algorithm, DiffTag, capture_diff_slices};

use super::align::Run;

/// The search for a short list of changes takes a time that grows with the length to the power of 1.5. Longer lists
/// than this are cut at passages that occur once in both, and compared a window at a time between those.
const WINDOW: usize = 16_384;
/// Items of such a passage.
const PASSAGE: usize = 8;
/// One of so many passages is looked at.
const SAMPLED: u64 = 16;

/// Returns the runs that tile both lists, in order; two neighbours are never of one kind.
pub(in crate::analysis) fn matched(algorithm: Algorithm, old: &[u32], new: &[u32]) -> Vec<Run> {
    let mut runs = Runs::default();
    if old.len().max(new.len()) <= WINDOW {
        compare(algorithm, old, new, &mut runs);
        return runs.0;
    }
    let (mut o, mut n) = (0, 0);
    for (old_at, new_at) in anchors(old, new).into_iter().chain([(old.len(), new.len())]) {
        // A passage is found in its middle as well as at its beginning.
        let before = old[o..old_at].iter().rev().zip(new[n..new_at].iter().rev());
        let known = before.take_while(|(a, b)| a == b).count();
        by_windows(algorithm, (old, o..old_at - known), (new, n..new_at - known), &mut runs);
        runs.same(old_at - known..old_at, new_at - known..new_at);
        (o, n) = (old_at, new_at);
    }
    runs.0
}

/// Compares two stretches; after each window it goes on behind the last match.
fn by_windows(
    algorithm: Algorithm,
    (old, o): (&[u32], Range<usize>),
    (new, n): (&[u32], Range<usize>),
    runs: &mut Runs,
) {
    let (mut from_old, mut from_new) = (o.start, n.start);
    while from_old < o.end || from_new < n.end {
        let old_window = from_old..o.end.min(from_old + WINDOW);
        let new_window = from_new..n.end.min(from_new + WINDOW);
        let mut here = Runs::default();
        compare(algorithm, &old[old_window.clone()], &new[new_window.clone()], &mut here);
        let is_last = old_window.end == o.end && new_window.end == n.end;
        // What follows the last match may match what lies behind the window; but each window is a step forward.
        if !is_last && matches!(here.0.last(), Some(Run::Changed { .. })) {
            let matches_to = here.0.iter().rev().find_map(|run| match run {
                Run::Same { old, .. } => Some(old.end),
                Run::Changed { .. } => None,
            });
            if matches_to.is_some_and(|to| to > WINDOW / 2) {
                here.0.pop();
            }
        }
        let (start_old, start_new) = (from_old, from_new);
        for run in here.0 {
            match run {
                Run::Same { old, new } => {
                    (from_old, from_new) = (start_old + old.end, start_new + new.end);
                    runs.same(start_old + old.start..from_old, start_new + new.start..from_new);
                }
                Run::Changed { old, new } => {
                    (from_old, from_new) = (start_old + old.end, start_new + new.end);
                    runs.changed(start_old + old.start..from_old, start_new + new.start..from_new);
                }
            }
        }
    }
}

fn compare(algorithm: Algorithm, old: &[u32], new: &[u32], runs: &mut Runs) {
    for op in capture_diff_slices(algorithm, old, new) {
        let (tag, o, n) = op.as_tag_tuple();
        match tag {
            DiffTag::Equal => runs.same(o, n),
            DiffTag::Replace | DiffTag::Delete | DiffTag::Insert => runs.changed(o, n),
        }
    }
}

/// Returns where passages begin that occur once in both lists, as many as lie in one order. Only one passage of
/// [`SAMPLED`] is looked at, chosen by its content, which is enough for long lists and takes little room.
fn anchors(old: &[u32], new: &[u32]) -> Vec<(usize, usize)> {
    let of_new = once(new);
    let same = |(o, n): &(usize, usize)| old[*o..*o + PASSAGE] == new[*n..*n + PASSAGE];
    let mut shared: Vec<(usize, usize)> = once(old)
        .into_iter()
        .filter_map(|(passage, place)| Some((place?, of_new.get(&passage).copied()??)))
        .filter(same)
        .collect();
    shared.sort_unstable();
    increasing(&shared)
}

/// Maps the passages of a list by their hash to their place; those that occur more often have none.
fn once(items: &[u32]) -> HashMap<u64, Option<usize>> {
    let hasher = BuildHasherDefault::<DefaultHasher>::default();
    let mut places = HashMap::new();
    for (place, passage) in items.windows(PASSAGE).enumerate() {
        let hash = hasher.hash_one(passage);
        if hash % SAMPLED == 0 {
            places.entry(hash).and_modify(|first| *first = None).or_insert(Some(place));
        }
    }
    places
}

/// Returns the longest subsequence whose second numbers increase; the first ones do.
fn increasing(pairs: &[(usize, usize)]) -> Vec<(usize, usize)> {
    // The last pair of the best subsequence of each length, and before each pair the one that it follows.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(pairs.len());
    for (index, pair) in pairs.iter().enumerate() {
        let length = ends.partition_point(|end| pairs[*end].1 < pair.1);
        before.push(length.checked_sub(1).map(|shorter| ends[shorter]));
        if length == ends.len() { ends.push(index) } else { ends[length] = index }
    }
    let mut chain: Vec<_> = std::iter::successors(ends.last().copied(), |index| before[*index]).collect();
    chain.reverse();
    chain.into_iter().map(|index| pairs[index]).collect()
}

/// Runs as they are found; neighbours of one kind become one.
#[derive(Default)]
struct Runs(Vec<Run>);

impl Runs {
    fn same(&mut self, o: Range<usize>, n: Range<usize>) {
        match self.0.last_mut() {
            _ if o.is_empty() => {}
            Some(Run::Same { old, new }) => (old.end, new.end) = (o.end, n.end),
            _ => self.0.push(Run::Same { old: o, new: n }),
        }
    }

    fn changed(&mut self, o: Range<usize>, n: Range<usize>) {
        match self.0.last_mut() {
            _ if o.is_empty() && n.is_empty() => {}
            Some(Run::Changed { old, new }) => (old.end, new.end) = (o.end, n.end),
            _ => self.0.push(Run::Changed { old: o, new: n }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Checks that the runs tile both lists and that what is the same is the same, and returns how many items are.
    fn checked(old: &[u32], new: &[u32]) -> usize {
        let (mut o, mut n, mut same) = (0, 0, 0);
        let mut last = None;
        for run in matched(Algorithm::Patience, old, new) {
            let kind = matches!(run, Run::Same { .. });
            assert_ne!(last.replace(kind), Some(kind), "two neighbours of one kind");
            let (Run::Same { old: a, new: b } | Run::Changed { old: a, new: b }) = &run;
            assert_eq!((a.start, b.start), (o, n));
            assert!(!a.is_empty() || !b.is_empty());
            (o, n) = (a.end, b.end);
            if kind {
                assert_eq!(old[a.clone()], new[b.clone()]);
                same += a.len();
            }
        }
        assert_eq!((o, n), (old.len(), new.len()));
        same
    }

    fn numbers(length: usize, below: u32, seed: u64) -> Vec<u32> {
        let mut random = fastrand::Rng::with_seed(seed);
        (0..length).map(|_| random.u32(..below)).collect()
    }

    #[test]
    fn the_runs_tile_lists_of_any_length() {
        for (a, b, below) in [
            (0, 0, 1),
            (0, 40_000, 3),
            (40_000, 0, 3),
            (20, 40_000, 3),
            (40_000, 40_000, 1),
            (50_000, 33_000, 4),
            (16_384, 16_385, 2),
            (40_000, 40_000, 1 << 30),
        ] {
            checked(&numbers(a, below, 1), &numbers(b, below, 2));
        }
    }

    #[test]
    fn what_moved_by_more_than_a_window_is_found_by_passages_that_occur_once() {
        let common: Vec<u32> = (1_000_000..1_060_000).collect();
        let new = [numbers(30_000, 5, 3), common.clone()].concat();
        assert_eq!(checked(&common, &new), common.len());
    }

    #[test]
    fn one_change_in_a_long_list_without_rare_items_is_one_change() {
        let old = numbers(100_000, 300, 4);
        let mut new = old.clone();
        new.splice(50_000..50_003, [301, 301, 301, 301]);
        assert!(checked(&old, &new) > old.len() - 10);
        new.splice(20_000..20_000, numbers(3_000, 300, 5));
        let same = checked(&old, &new);
        assert!(same > old.len() - 100, "{same}");
    }
}
