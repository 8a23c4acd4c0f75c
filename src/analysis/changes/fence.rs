//! Which changes touch text outside passages that were asked for, or inside passages that are locked.

use std::ops::Range;

use super::{Change, Changes, Choice, Kind, Of, Piece};

impl Changes {
    /// Compares two texts with the passages of the old one as fences: no change stands on both sides of one, as far
    /// as changes can be split or cut there.
    #[must_use]
    pub fn fenced(old: &str, new: &str, passages: &[Range<usize>]) -> Self {
        let mut changes = Self::new(old, new);
        let passages = widened(old, passages);
        let mut at = 0;
        while at < changes.list.len() {
            let straddles = changes.straddles(at, &passages);
            if !straddles || changes.split(at).is_none() && !changes.cut(at, &passages) {
                at += 1;
            }
        }
        changes
    }

    /// The changes that touch the old text outside these passages (in bytes), by number. The blanks at the edge of
    /// a passage belong to it.
    #[must_use]
    pub fn outside(&self, passages: &[Range<usize>]) -> Vec<usize> {
        let passages = widened(&self.old, passages);
        let mut outside: Vec<usize> = Vec::new();
        for piece in &self.pieces {
            if let Of::Change(at) = piece.of
                && !self.is_inside(piece, &passages)
                && outside.last() != Some(&at)
            {
                outside.push(at);
            }
        }
        outside.sort_unstable();
        outside.dedup();
        outside
    }

    /// The changes that touch the old text inside these passages (in bytes), by number.
    #[must_use]
    pub fn touching(&self, passages: &[Range<usize>]) -> Vec<usize> {
        let mut touching: Vec<usize> = Vec::new();
        for piece in &self.pieces {
            let Of::Change(at) = piece.of else { continue };
            let bare = bare(&self.old, &piece.old);
            let touches = |p: &Range<usize>| {
                if bare.is_empty() {
                    p.start < piece.old.end && piece.old.start < p.end
                } else {
                    bare.start < p.end && p.start < bare.end
                }
            };
            if passages.iter().any(touches) {
                touching.push(at);
            }
        }
        touching.sort_unstable();
        touching.dedup();
        touching
    }

    /// The new text without these changes.
    #[must_use]
    pub fn without(&self, refused: &[usize]) -> String {
        if refused.is_empty() {
            return self.new.clone();
        }
        let mut choices = self.all(&Choice::Take);
        for at in refused {
            choices[*at] = Choice::Refuse;
        }
        self.merge(&choices)
    }

    fn is_inside(&self, piece: &Piece, passages: &[Range<usize>]) -> bool {
        let bare = bare(&self.old, &piece.old);
        if bare.is_empty() {
            passages.iter().any(|p| p.start <= piece.old.end && piece.old.start <= p.end)
        } else {
            passages.iter().any(|p| p.start <= bare.start && bare.end <= p.end)
        }
    }

    fn straddles(&self, at: usize, passages: &[Range<usize>]) -> bool {
        let Change { kind, old, .. } = &self.list[at];
        let bare = bare(&self.old, old);
        !matches!(kind, Kind::Layout | Kind::Split | Kind::Merged)
            && passages.iter().any(|p| {
                let apart = bare.end <= p.start || p.end <= bare.start;
                !apart && (bare.start < p.start || p.end < bare.end)
            })
    }

    /// Cuts a change at the edges of passages. What it brought goes with what it took inside a passage.
    fn cut(&mut self, at: usize, passages: &[Range<usize>]) -> bool {
        let Some(place) = self.pieces.iter().position(|p| p.of == Of::Change(at)) else { return false };
        let Piece { old, new, .. } = self.pieces[place].clone();
        let mut edges: Vec<usize> = passages.iter().flat_map(|p| [p.start, p.end]).collect();
        edges.retain(|e| old.start < *e && *e < old.end && self.old.is_char_boundary(*e));
        edges.dedup();
        if edges.is_empty() {
            return false;
        }
        edges.push(old.end);
        let first = self.list.len();
        let mut pieces = Vec::with_capacity(edges.len());
        let (mut from, mut left) = (old.start, Some(new.clone()));
        for (k, edge) in edges.into_iter().enumerate() {
            let inside = passages.iter().any(|p| p.start <= from && edge <= p.end);
            let came = if inside { left.take() } else { None };
            let came = came.unwrap_or(if left.is_some() { new.start..new.start } else { new.end..new.end });
            pieces.push(Piece { old: from..edge, new: came, of: Of::Change(first + k) });
            from = edge;
        }
        if let (Some(_), Some(last)) = (left, pieces.last_mut()) {
            last.new = new;
        }
        self.pieces.splice(place..=place, pieces);
        self.number();
        true
    }
}

/// A stretch without the blanks at its ends.
fn bare(text: &str, range: &Range<usize>) -> Range<usize> {
    let piece = &text[range.clone()];
    let start = range.start + piece.len() - piece.trim_start().len();
    start..(range.start + piece.trim_end().len()).max(start)
}

/// Passages with the blanks around them, in order; those that meet are one.
fn widened(text: &str, passages: &[Range<usize>]) -> Vec<Range<usize>> {
    let within = |at: usize| (0..=at.min(text.len())).rev().find(|i| text.is_char_boundary(*i)).unwrap_or(0);
    let mut wide: Vec<Range<usize>> = passages
        .iter()
        .map(|p| {
            let (start, end) = (within(p.start), within(p.end));
            let rest = &text[end..];
            text[..start].trim_end().len()..end + rest.len() - rest.trim_start().len()
        })
        .collect();
    wide.sort_unstable_by_key(|p| (p.start, p.end));
    let mut out: Vec<Range<usize>> = Vec::with_capacity(wide.len());
    for passage in wide {
        match out.last_mut() {
            Some(last) if passage.start <= last.end => last.end = last.end.max(passage.end),
            _ => out.push(passage),
        }
    }
    out
}
