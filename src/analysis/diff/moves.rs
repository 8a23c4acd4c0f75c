//! Paragraphs that stand elsewhere in the new text: whole as they were, or reworked a little.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use similar::Algorithm;

use super::align::{Run, number, paragraphs};
use super::matching::matched;
use super::tokens::Tokens;

/// A paragraph with fewer tokens is not a landmark: "No," she said, stands in many places.
const LANDMARK: usize = 8;
/// A reworked paragraph needs so many tokens to be known again …
const KNOWN: usize = 10;
/// … and this share of its triples of words.
const KINSHIP: f64 = 0.5;

/// A stretch of paragraphs that moved, as ranges of tokens; the break that goes with it is in both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::analysis) struct Move {
    pub old: Range<usize>,
    pub new: Range<usize>,
}

/// The paragraphs that moved, in the order of the old text.
pub(in crate::analysis) fn moves(old: &Tokens, new: &Tokens) -> Vec<Move> {
    let (old_units, new_units) = (paragraphs(old), paragraphs(new));
    if old_units.len() < 2 || new_units.len() < 2 {
        return Vec::new();
    }
    let mut numbers = HashMap::new();
    let ids = |text: &'_ Tokens, units: &[Range<usize>]| -> Vec<Range<usize>> {
        units.iter().map(|unit| said(text, unit)).collect()
    };
    let (old_said, new_said) = (ids(old, &old_units), ids(new, &new_units));
    let old_ids: Vec<u32> = old_said.iter().map(|r| number(&mut numbers, &old.ids[r.clone()])).collect();
    let new_ids: Vec<u32> = new_said.iter().map(|r| number(&mut numbers, &new.ids[r.clone()])).collect();
    let mut pairs = Vec::new();
    for run in matched(Algorithm::Patience, &old_ids, &new_ids) {
        if let Run::Same { old, new } = run {
            pairs.extend(old.zip(new));
        }
    }
    let (mut old_free, mut new_free) = (vec![true; old_units.len()], vec![true; new_units.len()]);
    for (o, n) in &pairs {
        (old_free[*o], new_free[*n]) = (false, false);
    }
    let anchors = pairs.len();
    same_elsewhere(&old_said, &old_ids, &new_ids, &mut old_free, &mut new_free, &mut pairs);
    reworked_elsewhere((old, &old_said), (new, &new_said), &mut old_free, &mut new_free, &mut pairs);
    if pairs.len() == anchors {
        return Vec::new();
    }
    let moved = off_the_line(pairs, |o| old_said[o].len());
    let old_cut = with_breaks(old, &old_units, moved.iter().map(|(o, _)| *o));
    let new_cut = with_breaks(new, &new_units, moved.iter().map(|(_, n)| *n));
    joined(&moved, &old_cut, &new_cut)
}

/// A paragraph without the break that ends it.
fn said(text: &Tokens, unit: &Range<usize>) -> Range<usize> {
    let ends = unit.end > unit.start && text.list[unit.end - 1].is_break;
    unit.start..unit.end - usize::from(ends)
}

fn same_elsewhere(
    said: &[Range<usize>],
    old_ids: &[u32],
    new_ids: &[u32],
    old_free: &mut [bool],
    new_free: &mut [bool],
    pairs: &mut Vec<(usize, usize)>,
) {
    let mut places: HashMap<u32, Vec<usize>> = HashMap::new();
    for (o, id) in old_ids.iter().enumerate().rev() {
        if old_free[o] && said[o].len() >= LANDMARK {
            places.entry(*id).or_default().push(o);
        }
    }
    for (n, id) in new_ids.iter().enumerate() {
        if new_free[n]
            && let Some(o) = places.get_mut(id).and_then(Vec::pop)
        {
            (old_free[o], new_free[n]) = (false, false);
            pairs.push((o, n));
        }
    }
}

fn reworked_elsewhere(
    (old, old_said): (&Tokens, &[Range<usize>]),
    (new, new_said): (&Tokens, &[Range<usize>]),
    old_free: &mut [bool],
    new_free: &mut [bool],
    pairs: &mut Vec<(usize, usize)>,
) {
    let long = |said: &[Range<usize>], free: &[bool]| -> Vec<usize> {
        (0..said.len()).filter(|i| free[*i] && said[*i].len() >= KNOWN).collect()
    };
    let (old_long, new_long) = (long(old_said, old_free), long(new_said, new_free));
    // One against one is what the alignment is there for.
    if old_long.len() < 2 && new_long.len() < 2 {
        return;
    }
    let mut owner: HashMap<&[u32], Option<usize>> = HashMap::new();
    for o in &old_long {
        for triple in old.ids[old_said[*o].clone()].windows(3) {
            owner.entry(triple).and_modify(|at| *at = at.filter(|at| at == o)).or_insert(Some(*o));
        }
    }
    let mut found: Vec<(usize, usize, usize)> = Vec::new();
    let mut shared: HashMap<usize, usize> = HashMap::new();
    for n in new_long {
        shared.clear();
        for triple in new.ids[new_said[n].clone()].windows(3) {
            if let Some(Some(o)) = owner.get(triple) {
                *shared.entry(*o).or_default() += 1;
            }
        }
        let best = shared.iter().max_by_key(|(o, count)| (**count, std::cmp::Reverse(**o)));
        if let Some((o, count)) = best {
            let most = old_said[*o].len().max(new_said[n].len()) - 2;
            if *count as f64 >= KINSHIP * most as f64 {
                found.push((*count, *o, n));
            }
        }
    }
    found.sort_unstable_by_key(|(count, o, n)| (std::cmp::Reverse(*count), *o, *n));
    for (_, o, n) in found {
        if old_free[o] && new_free[n] {
            (old_free[o], new_free[n]) = (false, false);
            pairs.push((o, n));
        }
    }
}

/// The pairs that are not on the heaviest line of pairs which keeps its order, by the order of the old text.
fn off_the_line(mut pairs: Vec<(usize, usize)>, weight: impl Fn(usize) -> usize) -> Vec<(usize, usize)> {
    pairs.sort_unstable();
    let most = pairs.iter().map(|(_, n)| n + 1).max().unwrap_or(0);
    // A Fenwick tree of the heaviest line that ends at a new paragraph or before it.
    let mut tree: Vec<(usize, usize)> = vec![(0, usize::MAX); most + 1];
    let mut before = vec![usize::MAX; pairs.len()];
    let mut heaviest = (0, usize::MAX);
    for (index, (o, n)) in pairs.iter().enumerate() {
        let (mut best, mut at) = ((0, usize::MAX), *n);
        while at > 0 {
            if tree[at].0 > best.0 {
                best = tree[at];
            }
            at &= at - 1;
        }
        before[index] = best.1;
        let line = (best.0 + weight(*o) + 1, index);
        if line.0 > heaviest.0 {
            heaviest = line;
        }
        let mut at = n + 1;
        while at <= most {
            if line.0 > tree[at].0 {
                tree[at] = line;
            }
            at += at & at.wrapping_neg();
        }
    }
    let mut on = HashSet::new();
    let mut at = heaviest.1;
    while at != usize::MAX {
        on.insert(at);
        at = before[at];
    }
    pairs.into_iter().enumerate().filter(|(index, _)| !on.contains(index)).map(|(_, pair)| pair).collect()
}

/// The tokens of each moved paragraph with the break after it; the last of a text takes the one before it.
fn with_breaks(
    text: &Tokens,
    units: &[Range<usize>],
    moved: impl Iterator<Item = usize>,
) -> HashMap<usize, Range<usize>> {
    let moved: HashSet<usize> = moved.collect();
    let mut cut = HashMap::new();
    let mut bare = units.last().is_some_and(|unit| !text.list[unit.end - 1].is_break);
    for (index, unit) in units.iter().enumerate().rev() {
        let end = said(text, unit).end;
        if !moved.contains(&index) {
            break;
        }
        if !bare || index == 0 {
            break;
        }
        cut.insert(index, unit.start - 1..end);
        bare = true;
    }
    for index in moved {
        cut.entry(index).or_insert_with(|| units[index].clone());
    }
    cut
}

/// Paragraphs that moved side by side moved as one.
fn joined(
    moved: &[(usize, usize)],
    old: &HashMap<usize, Range<usize>>,
    new: &HashMap<usize, Range<usize>>,
) -> Vec<Move> {
    let mut out: Vec<Move> = Vec::new();
    for (o, n) in moved {
        let next = Move { old: old[o].clone(), new: new[n].clone() };
        match out.last_mut() {
            Some(last) if last.old.end == next.old.start && last.new.end == next.new.start => {
                last.old.end = next.old.end;
                last.new.end = next.new.end;
            }
            _ => out.push(next),
        }
    }
    out
}
