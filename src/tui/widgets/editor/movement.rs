//! Where the cursor goes: by grapheme, word, row of the screen, and line.

use super::Editor;
use super::buffer::Place;

impl Editor {
    /// Deletes from the cursor to a place, before or after it.
    pub(super) fn delete_to(&mut self, place: fn(&Self) -> Place) {
        let to = place(self);
        let (from, to) = if to < self.cursor { (to, self.cursor) } else { (self.cursor, to) };
        self.edit(from, to, "");
    }

    pub(super) fn back(&self) -> Place {
        self.lines.previous(self.cursor).unwrap_or(self.cursor)
    }

    pub(super) fn on(&self) -> Place {
        self.lines.next(self.cursor).unwrap_or(self.cursor)
    }

    pub(super) fn line_start(&self) -> Place {
        Place { byte: 0, ..self.cursor }
    }

    pub(super) fn line_end(&self) -> Place {
        self.lines.line_end(self.cursor.line)
    }

    /// The end of the line; at the end already, the line end itself.
    pub(super) fn line_end_or_on(&self) -> Place {
        let end = self.line_end();
        if end == self.cursor { self.on() } else { end }
    }

    /// The beginning of the word before the cursor; at the beginning of a line, the end of the line before.
    pub(super) fn word_back(&self) -> Place {
        let mut at = self.cursor;
        let mut in_word = false;
        while let Some(before) = self.lines.previous(at) {
            if before.line != at.line {
                return if at == self.cursor { before } else { at };
            }
            let letter = self.is_word(before);
            if in_word && !letter {
                break;
            }
            in_word |= letter;
            at = before;
        }
        at
    }

    /// The end of the word after the cursor; at the end of a line, the beginning of the next.
    pub(super) fn word_on(&self) -> Place {
        let mut at = self.cursor;
        let mut in_word = false;
        while let Some(after) = self.lines.next(at) {
            if after.line != at.line {
                return if at == self.cursor { after } else { at };
            }
            let letter = self.is_word(at);
            if in_word && !letter {
                break;
            }
            in_word |= letter;
            at = after;
        }
        at
    }

    /// Whether the grapheme at a place belongs to a word.
    fn is_word(&self, at: Place) -> bool {
        self.lines.line(at.line).text[at.byte..].starts_with(|c: char| c.is_alphanumeric() || c == '_')
    }

    /// The beginning of the row of the screen.
    pub(super) fn row_start(&self) -> Place {
        let (row, _) = self.row_and_column(self.cursor);
        Place { byte: self.row_bytes(self.cursor.line, row).start, ..self.cursor }
    }

    /// The end of the row of the screen: before its last blank if it is wrapped there.
    pub(super) fn row_end(&self) -> Place {
        let (row, _) = self.row_and_column(self.cursor);
        self.place_in_row(self.cursor.line, row, usize::MAX)
    }

    /// Goes so many rows down, or up, aiming for the column that it began in.
    pub(super) fn vertical(&mut self, rows: isize) -> bool {
        let (mut row, column) = self.row_and_column(self.cursor);
        let goal = *self.goal.get_or_insert(column);
        let mut line = self.cursor.line;
        for _ in 0..rows.unsigned_abs() {
            if rows > 0 {
                if row + 1 < self.row_count(line) {
                    row += 1;
                } else if line + 1 < self.lines.count() {
                    (line, row) = (line + 1, 0);
                }
            } else if row > 0 {
                row -= 1;
            } else if line > 0 {
                line -= 1;
                row = self.row_count(line) - 1;
            }
        }
        self.cursor = self.place_in_row(line, row, goal);
        self.history.pause();
        true
    }
}
