//! What an import left out or changed: the words of a source are those that are stored and those that are listed here.

use serde::Serialize;

use crate::analysis::count_words;

/// The longest excerpt of a first place, in characters.
const MAX_EXCERPT: usize = 60;

/// A kind of thing that was left out or changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// What it is, in plain words: `comment`, `unwrapped line`.
    pub kind: &'static str,
    /// Whether its words are in the book.
    pub kept: bool,
    /// How often it occurred.
    pub count: u64,
    /// How many words of it are not in the book.
    pub words: u64,
    /// How the first one begins.
    pub first: String,
}

/// Changes by kind, in the order in which they occurred first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Changes(Vec<Change>);

impl Changes {
    /// Lists something whose words are not in the book.
    pub fn left_out(&mut self, kind: &'static str, text: &str) {
        self.add(kind, false, text);
    }

    /// Lists something whose words are in the book, but not as they were.
    pub fn changed(&mut self, kind: &'static str, text: &str) {
        self.add(kind, true, text);
    }

    fn add(&mut self, kind: &'static str, kept: bool, text: &str) {
        let words = if kept { 0 } else { count_words(text) };
        match self.0.iter_mut().find(|c| (c.kind, c.kept) == (kind, kept)) {
            Some(change) => {
                change.count += 1;
                change.words += words;
            }
            None => self.0.push(Change { kind, kept, count: 1, words, first: excerpt(text) }),
        }
    }

    /// Adds those of another part.
    pub fn append(&mut self, other: Self) {
        for change in other.0 {
            match self.0.iter_mut().find(|c| (c.kind, c.kept) == (change.kind, change.kept)) {
                Some(known) => {
                    known.count += change.count;
                    known.words += change.words;
                }
                None => self.0.push(change),
            }
        }
    }

    pub fn into_list(self) -> Vec<Change> {
        self.0
    }
}

fn excerpt(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= MAX_EXCERPT {
        return line;
    }
    line.chars().take(MAX_EXCERPT - 1).chain(['…']).collect()
}
