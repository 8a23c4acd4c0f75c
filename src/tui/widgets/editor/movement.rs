//! Where the cursor goes: by grapheme, word, row of the screen, and line.

use super::Editor;
use super::place::Place;

impl Editor {
    /// Moves the cursor, selecting on the way or not.
    pub(super) fn go(&mut self, to: Place, select: bool) {
        if select {
            self.text.select_to(to);
        } else {
            self.text.go(to);
        }
    }

    /// Deletes what is selected, or from the cursor to a place, before or after it.
    pub(super) fn delete_to(&mut self, place: fn(&Self) -> Place) {
        self.goal = None;
        self.text.delete_to(place(self));
    }

    /// The same, and it can be put back elsewhere.
    pub(super) fn cut_to(&mut self, place: fn(&Self) -> Place) {
        self.goal = None;
        self.text.cut_to(place(self));
    }

    pub(super) fn back(&self) -> Place {
        let cursor = self.text.cursor();
        self.text.previous(cursor).unwrap_or(cursor)
    }

    pub(super) fn on(&self) -> Place {
        let cursor = self.text.cursor();
        self.text.next(cursor).unwrap_or(cursor)
    }

    pub(super) fn line_start(&self) -> Place {
        Place { byte: 0, ..self.text.cursor() }
    }

    pub(super) fn line_end(&self) -> Place {
        self.text.line_end(self.text.cursor().line)
    }

    /// The end of the line; at the end already, the line end itself.
    pub(super) fn line_end_or_on(&self) -> Place {
        let end = self.line_end();
        if end == self.text.cursor() { self.on() } else { end }
    }

    /// The beginning of the word before the cursor; at the beginning of a line, the end of the line before.
    pub(super) fn word_back(&self) -> Place {
        let cursor = self.text.cursor();
        let mut at = cursor;
        let mut in_word = false;
        while let Some(before) = self.text.previous(at) {
            if before.line != at.line {
                return if at == cursor { before } else { at };
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
        let cursor = self.text.cursor();
        let mut at = cursor;
        let mut in_word = false;
        while let Some(after) = self.text.next(at) {
            if after.line != at.line {
                return if at == cursor { after } else { at };
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
        self.text.line(at.line)[at.byte..].starts_with(|c: char| c.is_alphanumeric() || c == '_')
    }

    /// The beginning of the row of the screen.
    pub(super) fn row_start(&self) -> Place {
        let cursor = self.text.cursor();
        let (row, _) = self.row_and_column(cursor);
        Place { byte: self.row_bytes(cursor.line, row).start, ..cursor }
    }

    /// The end of the row of the screen: before its last blank if it is wrapped there.
    pub(super) fn row_end(&self) -> Place {
        let cursor = self.text.cursor();
        let (row, _) = self.row_and_column(cursor);
        self.place_in_row(cursor.line, row, usize::MAX)
    }

    /// Goes so many rows down, or up, aiming for the column that it began in.
    pub(super) fn vertical(&mut self, rows: isize, select: bool) -> bool {
        let cursor = self.text.cursor();
        let (mut row, column) = self.row_and_column(cursor);
        let goal = *self.goal.get_or_insert(column);
        let mut line = cursor.line;
        for _ in 0..rows.unsigned_abs() {
            if rows > 0 {
                if row + 1 < self.row_count(line) {
                    row += 1;
                } else if line + 1 < self.text.count() {
                    (line, row) = (line + 1, 0);
                }
            } else if row > 0 {
                row -= 1;
            } else if line > 0 {
                line -= 1;
                row = self.row_count(line) - 1;
            }
        }
        self.go(self.place_in_row(line, row, goal), select);
        true
    }
}
