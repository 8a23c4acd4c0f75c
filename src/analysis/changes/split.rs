//! One change as several smaller ones: by paragraph, else by sentence, else by word.

use std::ops::Range;

use similar::Algorithm;

use super::build::Building;
use super::{Change, Changes, Kind, Of, Piece};
use crate::analysis::diff::align::{Run, sentences_of};
use crate::analysis::diff::matching::matched;
use crate::analysis::diff::tokens::{Tokens, Words};

impl Changes {
    /// Splits a change into smaller ones; returns for each change there is now which number it had before, or none
    /// where it cannot be split.
    pub fn split(&mut self, index: usize) -> Option<Vec<usize>> {
        let change = self.list.get(index)?.clone();
        let parts = match change.kind {
            Kind::Moved => return Some(self.part_with(index)),
            Kind::Split | Kind::Merged | Kind::Layout => return None,
            Kind::Added | Kind::Removed | Kind::Replaced => self.parts(index)?,
        };
        let at = self.pieces.iter().position(|p| p.of == Of::Change(index))?;
        let first = self.list.len();
        self.pieces.splice(at..=at, parts);
        Some(self.number().into_iter().map(|id| if id >= first { index } else { id }).collect())
    }

    /// What moved becomes what went and what came.
    fn part_with(&mut self, index: usize) -> Vec<usize> {
        let fresh = self.list.len();
        let came = self.pieces.iter_mut().rfind(|p| p.of == Of::Change(index));
        if let Some(came) = came {
            came.of = Of::Change(fresh);
        }
        self.number().into_iter().map(|id| if id == fresh { index } else { id }).collect()
    }

    fn parts(&self, index: usize) -> Option<Vec<Piece>> {
        let Change { old: o, new: n, .. } = self.list[index].clone();
        let mut words = Words::default();
        let (old, new) = (words.tokens(&self.old[o.clone()]), words.tokens(&self.new[n.clone()]));
        let units = |text: &Tokens, by: fn(&Tokens, bool) -> Vec<usize>, leading: bool| -> Vec<usize> {
            by(text, leading).into_iter().filter(|end| *end > 0).collect()
        };
        let ends = |text: &Tokens| text.list.last().is_none_or(|t| t.is_break);
        let leading = !(ends(&old) && ends(&new));
        for by in [paragraph_ends as fn(&Tokens, bool) -> Vec<usize>, sentence_ends] {
            let (a, b) = (units(&old, by, leading), units(&new, by, leading));
            if a.len().max(b.len()) > 1 {
                return Some(self.paired(&o, &n, &a, &b));
            }
        }
        self.by_words(&o, &n, &old, &new)
    }

    /// Pairs the units of both sides in their order; those without a partner came or went.
    fn paired(&self, o: &Range<usize>, n: &Range<usize>, old: &[usize], new: &[usize]) -> Vec<Piece> {
        let count = old.len().max(new.len());
        let end = |ends: &[usize], k: usize, range: &Range<usize>| match ends.get(k) {
            // What blanks follow the last unit are the last one's.
            Some(end) if k + 1 < ends.len() => range.start + end,
            _ => range.end,
        };
        let first = self.list.len();
        let mut pieces = Vec::with_capacity(count);
        let (mut old_at, mut new_at) = (o.start, n.start);
        for k in 0..count {
            let (old_end, new_end) = (end(old, k, o), end(new, k, n));
            pieces.push(Piece { old: old_at..old_end, new: new_at..new_end, of: Of::Change(first + k) });
            (old_at, new_at) = (old_end, new_end);
        }
        pieces
    }

    fn by_words(&self, o: &Range<usize>, n: &Range<usize>, old: &Tokens, new: &Tokens) -> Option<Vec<Piece>> {
        if old.list.is_empty() || new.list.is_empty() {
            return None;
        }
        let mut building = Building::from(0, 0, self.list.len());
        for run in matched(Algorithm::Myers, &old.ids, &new.ids) {
            match run {
                Run::Same { old: a, new: b } => building.same(old, new, a, b),
                Run::Changed { old: a, new: b } => building.changed(old, new, a, b),
            }
        }
        building.tail(old.text, new.text);
        let mut pieces = building.pieces;
        let mut changed = pieces.iter().enumerate().filter(|(_, p)| matches!(p.of, Of::Change(_)));
        let (only, more) = (changed.next().map(|(at, _)| at), changed.next().is_some());
        if let (Some(at), false) = (only, more) {
            // All of it is other words: what went and what came, each for itself.
            let Piece { old, new, .. } = pieces[at].clone();
            if old.is_empty() || new.is_empty() {
                return None;
            }
            let id = self.list.len();
            let went = Piece { old: old.clone(), new: new.start..new.start, of: Of::Change(id) };
            let came = Piece { old: old.end..old.end, new, of: Of::Change(id + 1) };
            pieces.splice(at..=at, [went, came]);
        } else if only.is_none() {
            return None;
        }
        for piece in &mut pieces {
            piece.old = piece.old.start + o.start..piece.old.end + o.start;
            piece.new = piece.new.start + n.start..piece.new.end + n.start;
        }
        Some(pieces)
    }
}

/// Where the paragraphs end, in bytes; the break belongs to the one after it, or before it.
fn paragraph_ends(text: &Tokens, leading: bool) -> Vec<usize> {
    let mut ends = Vec::new();
    for (i, token) in text.list.iter().enumerate() {
        let end = if leading { token.lead } else { token.end };
        if token.is_break && i > 0 {
            ends.push(end);
        }
    }
    close(ends, text)
}

fn sentence_ends(text: &Tokens, _: bool) -> Vec<usize> {
    let sentences = sentences_of(text, 0..text.list.len());
    close(sentences.into_iter().map(|s| text.list[s.end - 1].end).collect(), text)
}

fn close(mut ends: Vec<usize>, text: &Tokens) -> Vec<usize> {
    let end = text.list.last().map_or(0, |t| t.end);
    if ends.last() != Some(&end) {
        ends.push(end);
    }
    ends
}
