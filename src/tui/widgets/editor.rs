//! A text to write: the beat of a page, feedback, an edit by hand; or, of one line, a title.
//!
//! Text, cursor, selection, yank buffer and history are those of tui-textarea. Ours is what it does not do: it moves
//! and deletes by character, draws in no theme, jumps no farther than 16 bits, and takes a megabyte into its lines.

mod attachments;
mod cells;
mod jump;
mod keys;
mod movement;
mod place;
mod text;
mod view;

use crate::analysis::clean::without_controls;
use crate::tui::action::Action;
use attachments::Attachments;
use place::Place;
use text::Text;
use view::View;

pub use keys::Typed;

/// A paste with more bytes than this stands in the text as one chip.
pub const CHIP_BYTES: usize = 64 * 1024;
/// The most that a single line takes at once; a title is not a chapter.
pub const LINE_BYTES: usize = 4 * 1024;

/// What became of a paste.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pasted {
    /// It is in the text.
    Inserted,
    /// It is in the text as one chip, because it is long; [`Editor::text`] has all of it.
    Attached {
        /// Its size.
        bytes: usize,
        /// How many words it has.
        words: u64,
    },
    /// It is too long for a single line, and the text is as it was.
    TooLong {
        /// Its size.
        bytes: usize,
        /// The most that is taken.
        limit: usize,
    },
}

/// A text area. It edits by grapheme, wraps softly, and undoes all it does.
#[derive(Debug, Clone, Default)]
pub struct Editor {
    text: Text,
    /// The column that going up and down aims for.
    goal: Option<usize>,
    attachments: Attachments,
    view: View,
    placeholder: String,
    single_line: bool,
}

impl Editor {
    /// An empty text area of many lines.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// An empty field of one line. Enter is left to the form around it.
    #[must_use]
    pub fn single_line() -> Self {
        Self { single_line: true, ..Self::default() }
    }

    /// What an empty one shows, dimly.
    #[must_use]
    pub fn with_placeholder(mut self, text: &str) -> Self {
        text.clone_into(&mut self.placeholder);
        self
    }

    /// Begins with a text, the cursor at its end. There is nothing to undo.
    #[must_use]
    pub fn with_text(mut self, text: &str) -> Self {
        self.set_text(text);
        self
    }

    /// Replaces everything; the cursor stands at the end, and what was before cannot be brought back.
    pub fn set_text(&mut self, text: &str) {
        let text = without_controls(text);
        let text = if self.single_line { text.replace('\n', " ") } else { text.into_owned() };
        self.text = Text::new(&text);
        self.attachments = Attachments::default();
        self.view = View::default();
        self.goal = None;
    }

    /// The whole text, every chip unfolded.
    #[must_use]
    pub fn text(&self) -> String {
        self.attachments.unfold(&self.text.whole())
    }

    /// Whether nothing was written.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Whether it is a field of one line.
    #[must_use]
    pub fn is_single_line(&self) -> bool {
        self.single_line
    }

    /// How often the text has changed, so that an owner knows when to save a draft.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.text.version()
    }

    /// Does what an action asks for. False if it is none of this widget's.
    pub fn act(&mut self, action: Action) -> bool {
        match action {
            Action::UndoTyping => _ = self.undo(),
            Action::RedoTyping => _ = self.redo(),
            Action::SelectAll => {
                self.text.go(Place::default());
                self.text.select_to(self.text.end());
            }
            Action::CopyText => self.text.copy(),
            Action::CutText => self.text.cut_to(self.text.cursor()),
            Action::PutText => self.text.put(),
            _ => return false,
        }
        self.goal = None;
        true
    }

    /// Takes a paste, as one step to undo; that what was selected gave way to it is a step before. Its line ends
    /// become newlines and its control characters go; the rest is kept to the letter.
    pub fn paste(&mut self, text: &str) -> Pasted {
        let text = without_controls(text);
        let bytes = text.len();
        if self.single_line {
            if bytes > LINE_BYTES {
                return Pasted::TooLong { bytes, limit: LINE_BYTES };
            }
            self.insert(&text.trim_end_matches('\n').replace('\n', " "));
        } else if bytes > CHIP_BYTES
            && let Some((marker, words)) = self.attachments.add(&text)
        {
            self.insert(marker.encode_utf8(&mut [0; 4]));
            return Pasted::Attached { bytes, words };
        } else {
            self.insert(&text);
        }
        Pasted::Inserted
    }

    /// Takes back the last step. False if there is none.
    pub fn undo(&mut self) -> bool {
        self.goal = None;
        self.text.undo()
    }

    /// Makes the last step again that was taken back. False if there is none.
    pub fn redo(&mut self) -> bool {
        self.goal = None;
        self.text.redo()
    }

    /// Writes at the cursor, over what is selected. The text is clean of controls.
    fn insert(&mut self, text: &str) {
        if !text.is_empty() {
            self.goal = None;
            self.text.insert(text);
        }
    }
}

#[cfg(test)]
mod tests;
