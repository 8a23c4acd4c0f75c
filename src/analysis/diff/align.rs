//! Which tokens of two texts are the same: whole paragraphs first, in what is left whole sentences, then words.

use std::collections::HashMap;
use std::hash::Hash;
use std::ops::Range;

use similar::Algorithm;

use super::matching::matched;
use super::tokens::Tokens;
use crate::analysis::sentences::sentences;

/// A stretch of both texts, as ranges of tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::analysis) enum Run {
    Same { old: Range<usize>, new: Range<usize> },
    Changed { old: Range<usize>, new: Range<usize> },
}

/// Passages with more tokens than this are aligned by their rare words first, which takes no quadratic time.
const LONG: usize = 1500;
/// A passage that shares fewer of its pairs of words than this was rewritten: shown as old and new, not as confetti.
const KINSHIP: f64 = 0.15;
/// The same for a long passage: the longer two texts are, the more pairs such as "of the" they share by chance.
const KINSHIP_LONG: f64 = 0.45;

/// The runs that tile both texts, in order.
pub(in crate::analysis) fn align(old: &Tokens, new: &Tokens) -> Vec<Run> {
    let mut runs = Vec::new();
    by_units(
        old,
        new,
        &paragraphs(old),
        &paragraphs(new),
        &mut |old_gap, new_gap| {
            let mut inner = Vec::new();
            by_units(
                old,
                new,
                &sentences_of(old, old_gap),
                &sentences_of(new, new_gap),
                &mut |o, n| by_words(old, new, o, n),
                &mut inner,
            );
            inner
        },
        &mut runs,
    );
    runs
}

/// Aligns whole units, and leaves what lies between equal ones to `within`.
fn by_units(
    old: &Tokens,
    new: &Tokens,
    old_units: &[Range<usize>],
    new_units: &[Range<usize>],
    within: &mut dyn FnMut(Range<usize>, Range<usize>) -> Vec<Run>,
    runs: &mut Vec<Run>,
) {
    let mut numbers = HashMap::new();
    let old_ids: Vec<u32> = old_units.iter().map(|r| number(&mut numbers, &old.ids[r.clone()])).collect();
    let new_ids: Vec<u32> = new_units.iter().map(|r| number(&mut numbers, &new.ids[r.clone()])).collect();
    for run in matched(Algorithm::Patience, &old_ids, &new_ids) {
        let units = match &run {
            Run::Same { old, new } | Run::Changed { old, new } => (old, new),
        };
        let (o, n) = (cover(old_units, units.0), cover(new_units, units.1));
        match run {
            Run::Same { .. } => runs.push(Run::Same { old: o, new: n }),
            Run::Changed { .. } if o.is_empty() || n.is_empty() => {
                runs.push(Run::Changed { old: o, new: n });
            }
            Run::Changed { .. } => runs.append(&mut within(o, n)),
        }
    }
}

pub(super) fn number<'a, T: Hash + Eq + ?Sized>(numbers: &mut HashMap<&'a T, u32>, unit: &'a T) -> u32 {
    let next = numbers.len() as u32;
    *numbers.entry(unit).or_insert(next)
}

/// The tokens of a stretch of units; an empty stretch covers none.
fn cover(units: &[Range<usize>], stretch: &Range<usize>) -> Range<usize> {
    match units.get(stretch.clone()) {
        Some([first, .., last]) => first.start..last.end,
        Some([only]) => only.clone(),
        _ => 0..0,
    }
}

/// Token ranges of the paragraphs, each with the break that ends it: alone, the breaks would match each other and
/// pair paragraphs that have nothing in common.
pub(in crate::analysis) fn paragraphs(text: &Tokens) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    let mut start = 0;
    for (i, token) in text.list.iter().enumerate() {
        if token.is_break {
            out.push(start..i + 1);
            start = i + 1;
        }
    }
    if start < text.list.len() {
        out.push(start..text.list.len());
    }
    out
}

/// Token ranges of the sentences in a stretch of whole paragraphs; the break belongs to the sentence before it.
pub(in crate::analysis) fn sentences_of(text: &Tokens, stretch: Range<usize>) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    let mut first = stretch.start;
    while first < stretch.end {
        let here = &text.list[first..stretch.end];
        let end = here.iter().position(|t| t.is_break).map_or(stretch.end, |n| first + n + 1);
        let bytes = here[0].start..text.list[end - 1].end;
        for sentence in sentences(&text.text[bytes.clone()]) {
            let stop = bytes.start + sentence.end;
            let last = first + text.list[first..end].partition_point(|t| t.end <= stop);
            if last > first {
                out.push(first..last);
                first = last;
            }
        }
        if first < end {
            out.push(first..end);
            first = end;
        }
    }
    out
}

/// The word diff of a passage, made readable.
fn by_words(old: &Tokens, new: &Tokens, o: Range<usize>, n: Range<usize>) -> Vec<Run> {
    if !are_kin(old, new, &o, &n) {
        return vec![Run::Changed { old: o, new: n }];
    }
    let algorithm = if o.len().max(n.len()) > LONG { Algorithm::Patience } else { Algorithm::Myers };
    let runs = matched(algorithm, &old.ids[o.clone()], &new.ids[n.clone()]);
    let shifted = runs.into_iter().map(|run| match run {
        Run::Same { old, new } => Run::Same { old: shift(&old, o.start), new: shift(&new, n.start) },
        Run::Changed { old, new } => Run::Changed { old: shift(&old, o.start), new: shift(&new, n.start) },
    });
    without_islands(old, new, shifted.collect())
}

fn shift(range: &Range<usize>, by: usize) -> Range<usize> {
    range.start + by..range.end + by
}

/// Whether two passages share enough neighbouring words to be the same passage, reworked. Single words would not
/// tell: any two pages of a book share their "the", "and" and "she".
fn are_kin(old: &Tokens, new: &Tokens, o: &Range<usize>, n: &Range<usize>) -> bool {
    // Short passages are always worth a word diff: a changed word in a line of four is most of it.
    if o.len().min(n.len()) < 8 {
        return true;
    }
    let mut counts: HashMap<&[u32], u32> = HashMap::with_capacity(o.len());
    for pair in old.ids[o.clone()].windows(2) {
        *counts.entry(pair).or_default() += 1;
    }
    let mut shared = 0_u32;
    for pair in new.ids[n.clone()].windows(2) {
        if let Some(left) = counts.get_mut(pair).filter(|left| **left > 0) {
            *left -= 1;
            shared += 1;
        }
    }
    let needed = if o.len().min(n.len()) > LONG { KINSHIP_LONG } else { KINSHIP };
    f64::from(shared) / (o.len().min(n.len()) - 1) as f64 >= needed
}

/// Takes back small matches that lie between larger changes: a lone "the" kept between two rewritten clauses
/// helps no reader.
fn without_islands(old: &Tokens, new: &Tokens, runs: Vec<Run>) -> Vec<Run> {
    let mut out: Vec<Run> = Vec::with_capacity(runs.len());
    // Of the last run of `out`. It grows with the run: measuring it anew at each match would be quadratic.
    let mut last_size = Size::default();
    let mut rest = runs.into_iter().peekable();
    while let Some(run) = rest.next() {
        let size = Size::of(old, new, &run);
        let absorbed = match (out.last(), &run, rest.peek()) {
            (Some(Run::Changed { .. }), Run::Same { new: n, .. }, Some(next @ Run::Changed { .. })) => {
                let has_break = new.list[n.clone()].iter().any(|t| t.is_break);
                let around = last_size.larger().min(Size::of(old, new, next).larger());
                !has_break && n.len() <= 3 && size.larger() < around
            }
            _ => false,
        };
        let (Run::Same { old: o, new: n } | Run::Changed { old: o, new: n }) = &run;
        match out.last_mut() {
            Some(Run::Changed { old: last_old, new: last_new })
                if absorbed || matches!(run, Run::Changed { .. }) =>
            {
                *last_old = last_old.start.min(o.start)..o.end;
                *last_new = last_new.start.min(n.start)..n.end;
                last_size.old += size.old;
                last_size.new += size.new;
            }
            _ => {
                out.push(run);
                last_size = size;
            }
        }
    }
    out
}

/// The bytes of a run's words in both texts.
#[derive(Default)]
struct Size {
    old: usize,
    new: usize,
}

impl Size {
    fn of(old: &Tokens, new: &Tokens, run: &Run) -> Self {
        let (Run::Same { old: o, new: n } | Run::Changed { old: o, new: n }) = run;
        let bytes = |text: &Tokens, range: &Range<usize>| {
            text.list[range.clone()].iter().map(|t| t.end - t.start).sum::<usize>()
        };
        Self { old: bytes(old, o), new: bytes(new, n) }
    }

    fn larger(&self) -> usize {
        self.old.max(self.new)
    }
}
