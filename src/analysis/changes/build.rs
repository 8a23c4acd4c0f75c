//! From two texts to the stretches that tile them.

use std::ops::Range;

use super::{Of, Piece};
use crate::analysis::diff::align::{Run, align};
use crate::analysis::diff::moves::{Move, moves};
use crate::analysis::diff::tokens::{Tokens, Words};

/// The stretches of both texts; the numbers of the changes are in no order yet.
pub(super) fn pieces(old: &str, new: &str) -> Vec<Piece> {
    let mut words = Words::default();
    let (old, new) = (words.tokens(old), words.tokens(new));
    let moved = moves(&old, &new);
    let mut building = Building::default();
    if moved.is_empty() {
        for run in align(&old, &new) {
            match run {
                Run::Same { old: o, new: n } => building.same(&old, &new, o, n),
                Run::Changed { old: o, new: n } => building.changed(&old, &new, o, n),
            }
        }
    } else {
        around(&old, &new, &moved, &mut building);
    }
    building.tail(old.text, new.text);
    building.pieces
}

/// Aligns what did not move, and puts what did in its two places.
fn around(old: &Tokens, new: &Tokens, moved: &[Move], building: &mut Building) {
    let (old_rest, old_cuts) = without(old, moved.iter().map(|m| m.old.clone()));
    let (new_rest, new_cuts) = without(new, moved.iter().map(|m| m.new.clone()));
    let ids: Vec<usize> = moved.iter().map(|_| building.fresh()).collect();
    let (mut old_cuts, mut new_cuts) = (old_cuts.into_iter().peekable(), new_cuts.into_iter().peekable());
    let (mut at, mut new_at) = (0, 0);
    let mut cut = |building: &mut Building, at: usize, new_at: usize| -> (usize, usize) {
        while let Some(cut) = old_cuts.next_if(|c| c.at == at) {
            building.one_side(ids[cut.index], &old.list[cut.tokens], true);
        }
        while let Some(cut) = new_cuts.next_if(|c| c.at == new_at) {
            building.one_side(ids[cut.index], &new.list[cut.tokens], false);
        }
        (old_cuts.peek().map_or(usize::MAX, |c| c.at), new_cuts.peek().map_or(usize::MAX, |c| c.at))
    };
    for run in align(&old_rest, &new_rest) {
        let (same, o, n) = match run {
            Run::Same { old, new } => (true, old, new),
            Run::Changed { old, new } => (false, old, new),
        };
        let (old_end, new_end) = (at + o.len(), new_at + n.len());
        while at < old_end || new_at < new_end {
            let (old_next, new_next) = cut(building, at, new_at);
            if same {
                let step = (old_end - at).min(old_next - at).min(new_next - new_at);
                building.same(&old_rest, &new_rest, at..at + step, new_at..new_at + step);
                (at, new_at) = (at + step, new_at + step);
            } else {
                let (to, new_to) = (old_end.min(old_next), new_end.min(new_next));
                building.changed(&old_rest, &new_rest, at..to, new_at..new_to);
                (at, new_at) = (to, new_to);
            }
        }
    }
    cut(building, at, new_at);
}

/// A moved paragraph, and before which of the other tokens it stood.
struct Cut {
    at: usize,
    index: usize,
    tokens: Range<usize>,
}

fn without<'t>(text: &Tokens<'t>, moved: impl Iterator<Item = Range<usize>>) -> (Tokens<'t>, Vec<Cut>) {
    let mut ranges: Vec<(usize, Range<usize>)> = moved.enumerate().collect();
    ranges.sort_unstable_by_key(|(_, range)| range.start);
    let mut rest = Tokens { text: text.text, list: Vec::new(), ids: Vec::new() };
    let mut cuts = Vec::with_capacity(ranges.len());
    let mut from = 0;
    for (index, tokens) in ranges {
        rest.list.extend_from_slice(&text.list[from..tokens.start]);
        rest.ids.extend_from_slice(&text.ids[from..tokens.start]);
        from = tokens.end;
        cuts.push(Cut { at: rest.list.len(), index, tokens });
    }
    rest.list.extend_from_slice(&text.list[from..]);
    rest.ids.extend_from_slice(&text.ids[from..]);
    (rest, cuts)
}

#[derive(Default)]
pub(super) struct Building {
    pub pieces: Vec<Piece>,
    changes: usize,
    old_at: usize,
    new_at: usize,
}

impl Building {
    /// Begins at these bytes, with the numbers of changes from there.
    pub fn from(old_at: usize, new_at: usize, changes: usize) -> Self {
        Self { pieces: Vec::new(), changes, old_at, new_at }
    }

    fn fresh(&mut self) -> usize {
        self.changes += 1;
        self.changes - 1
    }

    /// Adds a stretch that ends at these bytes; the same kind goes on.
    fn put(&mut self, old_end: usize, new_end: usize, of: Of) {
        let (old, new) = (self.old_at..old_end, self.new_at..new_end);
        (self.old_at, self.new_at) = (old_end, new_end);
        match self.pieces.last_mut() {
            Some(last) if last.of == of => (last.old.end, last.new.end) = (old_end, new_end),
            _ => self.pieces.push(Piece { old, new, of }),
        }
    }

    /// What stands in one text only, because it moved.
    fn one_side(&mut self, id: usize, tokens: &[crate::analysis::diff::tokens::Token], is_old: bool) {
        let Some(last) = tokens.last() else { return };
        let (old_end, new_end) = if is_old { (last.end, self.new_at) } else { (self.old_at, last.end) };
        self.put(old_end, new_end, Of::Change(id));
    }

    pub fn changed(&mut self, old: &Tokens, new: &Tokens, o: Range<usize>, n: Range<usize>) {
        if o.is_empty() && n.is_empty() {
            return;
        }
        let of = match self.pieces.last() {
            Some(Piece { old, new, of: of @ Of::Change(_) }) if !old.is_empty() && !new.is_empty() => *of,
            _ => Of::Change(self.fresh()),
        };
        let old_end = o.last().map_or(self.old_at, |i| old.list[i].end);
        let new_end = n.last().map_or(self.new_at, |i| new.list[i].end);
        self.put(old_end, new_end, of);
    }

    pub fn same(&mut self, old: &Tokens, new: &Tokens, o: Range<usize>, n: Range<usize>) {
        for (o, n) in old.list[o].iter().zip(&new.list[n]) {
            if old.text[o.lead..o.end] != new.text[n.lead..n.end] {
                // The blanks behind a change are its own: without them its words would be glued to the next.
                let of = match self.pieces.last().map(|p| p.of) {
                    Some(of @ Of::Change(_)) => of,
                    _ => Of::Layout,
                };
                self.put(o.start, n.start, of);
                if o.is_break {
                    self.put(o.end, n.end, of);
                    continue;
                }
            }
            self.put(o.end, n.end, Of::Same);
        }
    }

    /// The blanks at the end of both texts.
    pub fn tail(&mut self, old: &str, new: &str) {
        let (gone, came) = (&old[self.old_at..], &new[self.new_at..]);
        if gone == came {
            if !gone.is_empty() {
                self.put(old.len(), new.len(), Of::Same);
            }
            return;
        }
        let of = match self.pieces.last().map(|p| p.of) {
            Some(of @ Of::Change(_)) => of,
            _ => Of::Layout,
        };
        self.put(old.len(), new.len(), of);
    }
}
