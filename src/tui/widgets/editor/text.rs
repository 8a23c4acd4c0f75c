//! What is written, with its cursor, selection, yank buffer and history: a [`TextArea`], spoken to in graphemes.
//!
//! The area counts characters, and its own keys would take a letter and leave its accent. So the edge of the
//! grapheme is found here, and what the area is told to delete is always a selection from edge to edge.

use std::ops::Range;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::Widget;
use tui_textarea::TextArea;

use super::jump::{NO_WIDTH, ROW};
use super::place::{Place, edge_after, edge_at, edge_before};

/// Steps that are kept; more than anyone undoes by hand.
const STEPS: usize = 2000;

/// The text by lines; there is always one.
#[derive(Debug, Clone)]
pub(super) struct Text {
    pub(super) area: TextArea<'static>,
    /// The word being typed, which is the area's last step; empty where the next letter begins a step.
    typed: String,
    version: u64,
}

impl Default for Text {
    fn default() -> Self {
        Self::new("")
    }
}

impl Text {
    /// Begins with a clean text, the cursor at its end. There is nothing to undo.
    pub fn new(text: &str) -> Self {
        let mut area = TextArea::default();
        // Our own view draws. The area's map of the screen, which it makes anew at every edit, costs next to nothing
        // when no character has a width; the screen of one row that it draws once is what `jump` walks on.
        area.set_mask_char(NO_WIDTH);
        let screen = Rect::new(0, 0, ROW, 1);
        area.render(screen, &mut Buffer::empty(screen));
        area.insert_str(text);
        area.set_max_histories(STEPS);
        Self { area, typed: String::new(), version: 0 }
    }

    pub fn whole(&self) -> String {
        self.area.lines().join("\n")
    }

    pub fn is_empty(&self) -> bool {
        self.area.is_empty()
    }

    /// How often it has changed.
    pub fn version(&self) -> u64 {
        self.version
    }

    pub fn count(&self) -> usize {
        self.area.lines().len()
    }

    pub fn line(&self, line: usize) -> &str {
        &self.area.lines()[line]
    }

    pub fn line_end(&self, line: usize) -> Place {
        Place { line, byte: self.line(line).len() }
    }

    pub fn end(&self) -> Place {
        self.line_end(self.count() - 1)
    }

    pub fn cursor(&self) -> Place {
        let cursor = self.area.cursor();
        self.place((cursor.0, cursor.1))
    }

    /// What is selected, if that is anything.
    pub fn selection(&self) -> Option<Range<Place>> {
        let (from, to) = self.area.selection_range()?;
        (from < to).then(|| self.place(from)..self.place(to))
    }

    /// The place of the area's line and character.
    fn place(&self, (line, column): (usize, usize)) -> Place {
        let text = self.line(line);
        Place { line, byte: text.char_indices().nth(column).map_or(text.len(), |(byte, _)| byte) }
    }

    /// The place one grapheme on; None at the end.
    pub fn next(&self, at: Place) -> Option<Place> {
        let line = self.line(at.line);
        if at.byte < line.len() {
            Some(Place { byte: edge_after(line, at.byte), ..at })
        } else {
            (at.line + 1 < self.count()).then(|| Place { line: at.line + 1, byte: 0 })
        }
    }

    /// The place one grapheme back; None at the beginning.
    pub fn previous(&self, at: Place) -> Option<Place> {
        if at.byte > 0 {
            Some(Place { byte: edge_before(self.line(at.line), at.byte), ..at })
        } else {
            at.line.checked_sub(1).map(|line| self.line_end(line))
        }
    }

    /// Moves the cursor, and selects nothing.
    pub fn go(&mut self, to: Place) {
        self.area.cancel_selection();
        self.jump(to);
        self.typed.clear();
    }

    /// Moves the cursor, and selects what it passes.
    pub fn select_to(&mut self, to: Place) {
        if !self.area.is_selecting() {
            self.area.start_selection();
        }
        self.jump(to);
        self.typed.clear();
    }

    /// Writes at the cursor, over what is selected. Letters typed one after the other are one step a word.
    pub fn insert(&mut self, text: &str) {
        let letter = text != "\n" && text.chars().count() == 1;
        // A blank after a word ends the step; the blanks after it and the next word begin one.
        let same_word = !text.starts_with(char::is_whitespace) || self.typed.ends_with(' ');
        if letter && same_word && !self.typed.is_empty() {
            // To the area every edit is a step, so the word's is taken back and made again a letter longer.
            self.area.undo();
        } else {
            self.typed.clear();
        }
        self.typed.push_str(text);
        self.area.insert_str(&self.typed);
        if !letter {
            self.typed.clear();
        }
        self.version += 1;
        self.settle();
    }

    /// Deletes what is selected, or from the cursor to a place, before or after it.
    pub fn delete_to(&mut self, to: Place) {
        self.take(to, TextArea::delete_char);
    }

    /// Like [`delete_to`](Self::delete_to), but what is deleted can be put back with [`put`](Self::put).
    pub fn cut_to(&mut self, to: Place) {
        self.take(to, TextArea::cut);
    }

    /// Selects as far as a place if nothing is selected, and has the area take the selection away.
    fn take(&mut self, to: Place, away: fn(&mut TextArea<'static>) -> bool) {
        if self.selection().is_none() {
            self.area.cancel_selection();
            if to == self.cursor() {
                return;
            }
            self.area.start_selection();
            self.jump(to);
        }
        away(&mut self.area);
        self.changed();
    }

    /// Keeps what is selected for [`put`](Self::put), and selects nothing any more.
    pub fn copy(&mut self) {
        self.area.copy();
    }

    /// Writes what was cut or copied last.
    pub fn put(&mut self) {
        if !self.area.yank_text().is_empty() {
            self.area.paste();
            self.changed();
        }
    }

    /// Takes back the last step. False if there is none.
    pub fn undo(&mut self) -> bool {
        let done = self.area.undo();
        if done {
            self.changed();
        }
        done
    }

    /// Makes the last step again that was taken back. False if there is none.
    pub fn redo(&mut self) -> bool {
        let done = self.area.redo();
        if done {
            self.changed();
        }
        done
    }

    fn changed(&mut self) {
        self.version += 1;
        self.typed.clear();
        self.settle();
    }

    /// An edit may have joined the cursor's neighbours to one grapheme; the cursor never stands inside.
    fn settle(&mut self) {
        let at = self.cursor();
        let byte = edge_at(self.line(at.line), at.byte);
        if byte != at.byte {
            self.go(Place { byte, ..at });
        }
    }
}
