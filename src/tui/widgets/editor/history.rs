//! What was done to a text, to be undone.

use super::buffer::Place;

/// Steps that are kept; more than anyone undoes by hand.
const STEPS: usize = 2000;

/// A stretch of text that took the place of another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Edit {
    pub at: Place,
    pub removed: String,
    pub inserted: String,
    /// Where the cursor stood.
    pub before: Place,
}

/// Steps made, and steps taken back.
#[derive(Debug, Clone, Default)]
pub(super) struct History {
    done: Vec<Edit>,
    undone: Vec<Edit>,
    version: u64,
    /// Whether the next letter goes on with the word being typed.
    typing: bool,
}

impl History {
    pub fn version(&self) -> u64 {
        self.version
    }

    /// Remembers a step. Letters typed one after the other are one step a word.
    pub fn push(&mut self, edit: Edit) {
        self.version += 1;
        self.undone.clear();
        let letter = edit.removed.is_empty() && edit.inserted.chars().count() == 1 && edit.inserted != "\n";
        let blank = edit.inserted.starts_with(char::is_whitespace);
        let goes_on = |last: &Edit| {
            // A blank after a word ends the step; the blanks after it and the next word begin one.
            let same_word = !blank || last.inserted.ends_with(' ');
            letter && same_word && follows(last, &edit)
        };
        match self.done.last_mut() {
            Some(last) if self.typing && goes_on(last) => last.inserted.push_str(&edit.inserted),
            _ => self.done.push(edit),
        }
        self.typing = letter;
        if self.done.len() > STEPS {
            self.done.drain(..STEPS / 10);
        }
    }

    /// The cursor was moved: what is typed next is a step of its own.
    pub fn pause(&mut self) {
        self.typing = false;
    }

    pub fn undo(&mut self) -> Option<Edit> {
        let edit = self.done.pop()?;
        self.undone.push(edit.clone());
        self.stepped();
        Some(edit)
    }

    pub fn redo(&mut self) -> Option<Edit> {
        let edit = self.undone.pop()?;
        self.done.push(edit.clone());
        self.stepped();
        Some(edit)
    }

    fn stepped(&mut self) {
        self.version += 1;
        self.typing = false;
    }
}

fn follows(last: &Edit, next: &Edit) -> bool {
    last.removed.is_empty()
        && !last.inserted.contains('\n')
        && last.at.line == next.at.line
        && last.at.byte + last.inserted.len() == next.at.byte
}
