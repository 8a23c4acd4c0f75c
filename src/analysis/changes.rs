//! The changes between two texts, each to be taken, refused, or put in other words.
//!
//! Taking all gives the new text and refusing all the old one, byte for byte. What differs in blanks alone is no
//! change: it follows, new where everything is taken, and as it was otherwise. Where nothing else differs, that is
//! the one change ([`Kind::Layout`]).

mod build;
mod fence;
mod sides;
mod split;

use std::ops::Range;

pub use sides::{Bit, Block};

/// What kind of change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Only in the new text.
    Added,
    /// Only in the old text.
    Removed,
    /// Other words in the same place.
    Replaced,
    /// Paragraphs that stand elsewhere, as they were or reworked a little.
    Moved,
    /// A paragraph became two.
    Split,
    /// Two paragraphs became one.
    Merged,
    /// Only blanks and line ends differ, in the whole text.
    Layout,
}

impl Kind {
    /// Returns the stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Replaced => "replaced",
            Self::Moved => "moved",
            Self::Split => "split",
            Self::Merged => "merged",
            Self::Layout => "layout",
        }
    }
}

/// A change: what it takes from the old text, and what it puts into the new one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// What kind.
    pub kind: Kind,
    /// Where it stands in the old text, in bytes; empty where something came.
    pub old: Range<usize>,
    /// Where it stands in the new text, in bytes; empty where something went.
    pub new: Range<usize>,
}

/// What becomes of a change.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Choice {
    /// As in the new text.
    Take,
    /// As in the old text.
    #[default]
    Refuse,
    /// In these words of the author's.
    Own(String),
}

/// What a stretch of both texts is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of {
    /// The same to the byte.
    Same,
    /// The same words, with other blanks.
    Layout,
    /// Of the change with this number, from 0.
    Change(usize),
}

/// A stretch of both texts. All of them in order tile the old text and the new one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// Its bytes in the old text.
    pub old: Range<usize>,
    /// Its bytes in the new text.
    pub new: Range<usize>,
    /// What it is.
    pub of: Of,
}

/// The changes between two texts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    old: String,
    new: String,
    pieces: Vec<Piece>,
    list: Vec<Change>,
}

impl Changes {
    /// Compares two texts.
    #[must_use]
    pub fn new(old: &str, new: &str) -> Self {
        let mut changes = Self {
            old: old.to_owned(),
            new: new.to_owned(),
            pieces: build::pieces(old, new),
            list: Vec::new(),
        };
        if changes.pieces.iter().all(|p| !matches!(p.of, Of::Change(_))) {
            for piece in changes.pieces.iter_mut().filter(|p| p.of == Of::Layout) {
                piece.of = Of::Change(0);
            }
        }
        changes.number();
        changes
    }

    /// The old text.
    #[must_use]
    pub fn old(&self) -> &str {
        &self.old
    }

    /// The new text.
    #[must_use]
    pub fn new_text(&self) -> &str {
        &self.new
    }

    /// The changes in reading order.
    #[must_use]
    pub fn list(&self) -> &[Change] {
        &self.list
    }

    /// Both texts, stretch by stretch.
    #[must_use]
    pub fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// Whether the texts are the same to the byte.
    #[must_use]
    pub fn is_same(&self) -> bool {
        self.list.is_empty()
    }

    /// What a change took away, and what it brought.
    #[must_use]
    pub fn texts(&self, change: &Change) -> (&str, &str) {
        (&self.old[change.old.clone()], &self.new[change.new.clone()])
    }

    /// The text with each change taken, refused, or in other words; what no choice is given for is refused.
    #[must_use]
    pub fn merge(&self, choices: &[Choice]) -> String {
        let layout = choices.len() >= self.list.len() && choices.iter().all(|c| *c == Choice::Take);
        let mut text = String::with_capacity(self.old.len().max(self.new.len()));
        for piece in &self.pieces {
            let (old, new) = (&self.old[piece.old.clone()], &self.new[piece.new.clone()]);
            let choice = match piece.of {
                Of::Same => &Choice::Take,
                Of::Layout if layout => &Choice::Take,
                Of::Layout => &Choice::Refuse,
                Of::Change(at) => choices.get(at).unwrap_or(&Choice::Refuse),
            };
            match choice {
                Choice::Take => text.push_str(new),
                Choice::Refuse => text.push_str(old),
                Choice::Own(words) => text.push_str(&in_place(words, old, new, self.is_moved_away(piece))),
            }
        }
        text
    }

    /// The same choice for every change.
    #[must_use]
    pub fn all(&self, choice: &Choice) -> Vec<Choice> {
        vec![choice.clone(); self.list.len()]
    }

    /// How many words were added and removed.
    #[must_use]
    pub fn words(&self) -> (u64, u64) {
        let changed = || self.pieces.iter().filter(|p| matches!(p.of, Of::Change(_)));
        let count = |text: &str| super::count_words(text);
        (
            changed().map(|p| count(&self.new[p.new.clone()])).sum(),
            changed().map(|p| count(&self.old[p.old.clone()])).sum(),
        )
    }

    /// Whether a piece is the place that something moved away from.
    fn is_moved_away(&self, piece: &Piece) -> bool {
        let Of::Change(at) = piece.of else { return false };
        self.list[at].kind == Kind::Moved && piece.new.is_empty()
    }

    /// Numbers the changes in reading order and lists them; returns which number each had before.
    fn number(&mut self) -> Vec<usize> {
        let mut before: Vec<usize> = Vec::new();
        let mut known: std::collections::HashMap<usize, usize> = std::collections::HashMap::new();
        self.list.clear();
        for piece in &mut self.pieces {
            let Of::Change(id) = piece.of else { continue };
            let number = *known.entry(id).or_insert(self.list.len());
            piece.of = Of::Change(number);
            if number == self.list.len() {
                before.push(id);
                let kind = kind(&self.old[piece.old.clone()], &self.new[piece.new.clone()]);
                self.list.push(Change { kind, old: piece.old.clone(), new: piece.new.clone() });
                continue;
            }
            let change = &mut self.list[number];
            if change.kind == Kind::Layout {
                change.old.end = piece.old.end;
                change.new.end = piece.new.end;
            } else {
                // Of the two places of what moved, one has it in the old text and the other in the new one.
                change.kind = Kind::Moved;
                if piece.new.is_empty() {
                    change.old = piece.old.clone();
                } else {
                    change.new = piece.new.clone();
                }
            }
        }
        before
    }
}

fn kind(old: &str, new: &str) -> Kind {
    let blank = |text: &str| text.trim().is_empty();
    match (blank(old), blank(new)) {
        (true, true) => {
            let is_break = |text: &str| text.bytes().filter(|b| *b == b'\n').count() > 1;
            match (is_break(old), is_break(new)) {
                (false, true) => Kind::Split,
                (true, false) => Kind::Merged,
                _ => Kind::Layout,
            }
        }
        (true, false) => Kind::Added,
        (false, true) => Kind::Removed,
        (false, false) => Kind::Replaced,
    }
}

/// The author's words with the blanks around them that their place has.
fn in_place(words: &str, old: &str, new: &str, moved_away: bool) -> String {
    let words = words.trim();
    if moved_away || words.is_empty() {
        return String::new();
    }
    let model = if new.trim().is_empty() { old } else { new };
    let start = model.len() - model.trim_start().len();
    let end = model.trim_end().len().max(start);
    format!("{}{words}{}", &model[..start], &model[end..])
}

#[cfg(test)]
mod tests;
