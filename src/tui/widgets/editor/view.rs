//! What of the text is on the screen, and where the cursor stands there.

use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::Range;

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::Editor;
use super::cells::{UNPRINTABLE, columns, shown};
use super::place::Place;
use crate::tui::theme::{Role, Theme};
use crate::tui::widgets::pen::{Pen, draw};
use crate::tui::widgets::wrap::{graphemes, width_of, wrap_line};

/// The window on the text, as last drawn.
#[derive(Debug, Clone, Default)]
pub(super) struct View {
    width: u16,
    height: u16,
    /// The line and its row at the top.
    top: (usize, usize),
    /// The first column in view; a single line does not wrap.
    left: usize,
    rows: RefCell<Rows>,
}

/// Where the rows of those lines begin that were looked at, in one version of the text and at one width.
#[derive(Debug, Clone, Default)]
struct Rows {
    of: (u64, u16),
    by_line: HashMap<usize, Vec<usize>>,
}

impl Editor {
    /// Draws the text; with the focus, the terminal's own cursor stands in it, where an input method looks for it.
    pub fn draw(&mut self, frame: &mut Frame, area: Rect, theme: &Theme, focused: bool) {
        let cursor = self.render(frame.buffer_mut(), area, theme);
        if focused && let Some(cursor) = cursor {
            frame.set_cursor_position(cursor);
        }
    }

    /// Draws the text, and says where the cursor stands; None where there is no room for it.
    pub fn render(&mut self, buffer: &mut Buffer, area: Rect, theme: &Theme) -> Option<Position> {
        let area = area.intersection(buffer.area);
        if area.is_empty() {
            return None;
        }
        self.view.width = area.width;
        self.view.height = if self.single_line { 1 } else { area.height };
        self.follow_cursor();
        if self.is_empty() {
            Pen::new(buffer, area, theme).put(Role::Placeholder, &self.placeholder);
            return Some(area.as_position());
        }
        let selection = self.text.selection().unwrap_or_default();
        let (mut line, mut row) = self.view.top;
        for y in area.y..area.y + self.view.height {
            self.draw_row(buffer, Rect { y, height: 1, ..area }, (line, row), &selection, theme);
            if row + 1 < self.row_count(line) {
                row += 1;
            } else if line + 1 < self.text.count() {
                (line, row) = (line + 1, 0);
            } else {
                break;
            }
        }
        let cursor = self.text.cursor();
        let (row, column) = self.row_and_column(cursor);
        let x = column.saturating_sub(self.view.left).min(usize::from(area.width) - 1) as u16;
        let y = self.rows_between(self.view.top, (cursor.line, row)) as u16;
        Some(Position::new(area.x + x, area.y + y))
    }

    fn draw_row(
        &self,
        buffer: &mut Buffer,
        area: Rect,
        (line, row): (usize, usize),
        selection: &Range<Place>,
        theme: &Theme,
    ) {
        let bytes = self.row_bytes(line, row);
        let x_of = |column: usize| {
            let x = column.checked_sub(self.view.left).filter(|x| *x < usize::from(area.width))?;
            Some(area.x + x as u16)
        };
        let style_at = |byte| {
            if selection.contains(&Place { line, byte }) {
                theme[Role::Text].patch(theme[Role::Selection])
            } else {
                theme[Role::Text]
            }
        };
        let mut column = 0;
        for (at, grapheme) in graphemes(&self.text.line(line)[bytes.clone()]) {
            let start = column;
            let mut text = shown(grapheme, &self.attachments);
            column += width_of(&text);
            let Some(x) = x_of(start) else { continue };
            let mut style = style_at(bytes.start + at);
            if self.attachments.label(grapheme).is_some() {
                style = style.patch(theme[Role::Chip]);
            } else if text == UNPRINTABLE {
                text = theme.glyphs.unprintable.into();
                style = style.patch(theme[Role::Warning]);
            }
            draw(buffer, x, area.y, area.right(), &text, style);
        }
        // A line end that is selected shows as a blank.
        let end = self.text.line_end(line);
        if end.byte == bytes.end
            && selection.contains(&end)
            && let Some(x) = x_of(column)
        {
            draw(buffer, x, area.y, area.right(), " ", style_at(end.byte));
        }
    }

    /// Moves the window as little as it takes to have the cursor in it.
    fn follow_cursor(&mut self) {
        let cursor = self.text.cursor();
        let (row, column) = self.row_and_column(cursor);
        if self.single_line {
            let width = usize::from(self.view.width);
            self.view.left = self.view.left.min(column).max((column + 1).saturating_sub(width));
            return;
        }
        let at = (cursor.line, row);
        let last_line = self.text.count() - 1;
        let (line, top_row) = self.view.top;
        let line = line.min(last_line);
        self.view.top = (line, top_row.min(self.row_count(line) - 1)).min(at);
        let height = usize::from(self.view.height);
        if self.rows_between(self.view.top, at) >= height {
            self.view.top = self.rows_before(at, height - 1);
        }
    }

    /// The rows from one to a later one; no more are counted than the window has.
    fn rows_between(&self, from: (usize, usize), to: (usize, usize)) -> usize {
        let (mut line, mut row) = from;
        let mut rows = 0;
        while (line, row) < to && rows < usize::from(self.view.height) {
            if line == to.0 {
                return rows + to.1 - row;
            }
            rows += self.row_count(line) - row;
            (line, row) = (line + 1, 0);
        }
        rows
    }

    /// The row that stands so many rows before another.
    fn rows_before(&self, at: (usize, usize), mut rows: usize) -> (usize, usize) {
        let (mut line, mut row) = at;
        while rows > row && line > 0 {
            rows -= row + 1;
            line -= 1;
            row = self.row_count(line) - 1;
        }
        (line, row.saturating_sub(rows))
    }

    /// A page to turn.
    pub(super) fn page(&self) -> isize {
        (self.view.height as isize - 1).max(1)
    }

    /// How many rows a line takes.
    pub(super) fn row_count(&self, line: usize) -> usize {
        self.with_rows(line, <[usize]>::len)
    }

    /// The bytes of a row of a line.
    pub(super) fn row_bytes(&self, line: usize, row: usize) -> Range<usize> {
        let end = self.text.line(line).len();
        self.with_rows(line, |rows| {
            rows.get(row).copied().unwrap_or(end)..rows.get(row + 1).copied().unwrap_or(end)
        })
    }

    /// The row of its line that a place stands in, and its column there.
    pub(super) fn row_and_column(&self, at: Place) -> (usize, usize) {
        let (row, start) = self.with_rows(at.line, |rows| {
            let row = rows.partition_point(|start| *start <= at.byte).saturating_sub(1);
            (row, rows[row])
        });
        let text = &self.text.line(at.line)[start..at.byte];
        (row, graphemes(text).map(|(_, g)| columns(g, &self.attachments)).sum())
    }

    /// The place in a row that is nearest to a column and not after it.
    pub(super) fn place_in_row(&self, line: usize, row: usize, column: usize) -> Place {
        let bytes = self.row_bytes(line, row);
        let text = self.text.line(line);
        let wrapped = bytes.end < text.len();
        let mut byte = bytes.start;
        let mut at = 0;
        for (i, grapheme) in graphemes(&text[bytes.clone()]) {
            byte = bytes.start + i;
            at += columns(grapheme, &self.attachments);
            if at > column {
                return Place { line, byte };
            }
        }
        // The end of a wrapped row is the beginning of the next, where the cursor would stand a row lower.
        Place { line, byte: if wrapped { byte } else { bytes.end } }
    }

    /// Where the rows of a line begin; only the lines near the window are ever wrapped.
    fn with_rows<T>(&self, line: usize, look: impl FnOnce(&[usize]) -> T) -> T {
        let width = if self.single_line { 0 } else { self.view.width };
        let of = (self.text.version(), width);
        let mut cache = self.view.rows.borrow_mut();
        if cache.of != of {
            *cache = Rows { of, by_line: HashMap::new() };
        }
        let rows = cache.by_line.entry(line).or_insert_with(|| {
            let mut rows = Vec::new();
            wrap_line(self.text.line(line), width, |g| columns(g, &self.attachments), |r| rows.push(r.start));
            rows
        });
        look(rows)
    }
}
