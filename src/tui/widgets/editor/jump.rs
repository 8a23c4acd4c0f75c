//! Going to any place of a text with a cursor that jumps no farther than 16 bits.

use tui_textarea::{CursorMove, TextArea, WrapMode};

use super::place::Place;
use super::text::Text;

/// A mask that spares the area the measuring of every character.
pub(super) const NO_WIDTH: char = '\0';
/// A mask under which every character is one column.
const ONE_COLUMN: char = '*';
/// The columns of the screen that the area believes in.
pub(super) const ROW: u16 = 256;
/// Up to so many characters are gone one by one; each costs a look at the line up to there.
const NEAR: usize = 8;

impl Text {
    /// Moves the cursor; what is being selected grows or shrinks with it.
    pub(super) fn jump(&mut self, to: Place) {
        let column = self.line(to.line)[..to.byte].chars().count();
        match (u16::try_from(to.line), u16::try_from(column)) {
            (Ok(line), Ok(column)) => self.area.move_cursor(CursorMove::Jump(line, column)),
            _ => walk(&mut self.area, (to.line, column)),
        }
    }
}

/// Jumps as near as it can, then goes by rows of [`ROW`] characters, and at last by characters. To have such rows the
/// area wraps all of its text, so it does that for the way only, and not for a few steps or in a short line.
fn walk(area: &mut TextArea<'static>, to: (usize, usize)) {
    let row = usize::from(ROW);
    let from = at(area);
    let near = from.0 == to.0 && from.1.abs_diff(to.1) <= NEAR;
    if !near && area.lines()[to.0].len() >= row {
        area.set_wrap_mode(WrapMode::Glyph);
    }
    area.set_mask_char(ONE_COLUMN);
    match u16::try_from(to.0) {
        _ if near => {}
        Ok(line) => area.move_cursor(CursorMove::Jump(line, u16::MAX)),
        Err(_) if from.0 < usize::from(u16::MAX) => area.move_cursor(CursorMove::Jump(u16::MAX, 0)),
        Err(_) => {}
    }
    while at(area).0 < to.0 {
        area.move_cursor(CursorMove::Down);
    }
    while at(area).0 > to.0 {
        area.move_cursor(CursorMove::Up);
    }
    // A grapheme that is longer than a row leads past the place; the last steps lead back.
    while at(area).0 == to.0 && at(area).1 + row <= to.1 {
        area.move_cursor(CursorMove::Down);
    }
    while at(area).0 == to.0 && at(area).1 >= to.1 + row {
        area.move_cursor(CursorMove::Up);
    }
    while at(area) < to {
        area.move_cursor(CursorMove::Forward);
    }
    while at(area) > to {
        area.move_cursor(CursorMove::Back);
    }
    area.set_wrap_mode(WrapMode::None);
    area.set_mask_char(NO_WIDTH);
}

fn at(area: &TextArea<'static>) -> (usize, usize) {
    let cursor = area.cursor();
    (cursor.0, cursor.1)
}
