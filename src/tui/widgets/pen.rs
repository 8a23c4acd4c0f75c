//! Text on one line of the screen, written from left to right and from the right edge.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::wrap::{graphemes, width_of};
use crate::analysis::clean_line;
use crate::tui::theme::{Role, Theme};

/// Writes on one line of a buffer. What does not fit ends with an ellipsis; nothing leaves the line.
///
/// Write the right side first, so that the left knows where it has to end.
pub struct Pen<'a> {
    buffer: &'a mut Buffer,
    theme: &'a Theme,
    x: u16,
    end: u16,
    y: u16,
    base: Style,
}

impl<'a> Pen<'a> {
    /// A pen at the left end of the first line of an area.
    pub fn new(buffer: &'a mut Buffer, area: Rect, theme: &'a Theme) -> Self {
        let area = if area.height == 0 { Rect::ZERO } else { area.intersection(buffer.area) };
        Self { buffer, theme, x: area.x, end: area.right(), y: area.y, base: Style::new() }
    }

    /// Lays a style below everything that is written from now on.
    #[must_use]
    pub fn on(mut self, base: Style) -> Self {
        self.base = base;
        self
    }

    /// The theme it writes in.
    #[must_use]
    pub fn theme(&self) -> &'a Theme {
        self.theme
    }

    /// The columns that are left.
    #[must_use]
    pub fn room(&self) -> u16 {
        self.end.saturating_sub(self.x)
    }

    /// Writes untrusted text.
    pub fn put(&mut self, role: Role, text: &str) -> &mut Self {
        let style = self.theme[role];
        self.put_styled(style, text)
    }

    /// Writes untrusted text in a style of its own.
    pub fn put_styled(&mut self, style: Style, text: &str) -> &mut Self {
        // Inner blanks are kept: callers write separators such as " · " too.
        let clean = if text.trim().len() == text.len() { clean_line(text) } else { edge_blanks(text) };
        let style = self.base.patch(style);
        let room = usize::from(self.room());
        let (kept, cut) = fit(&clean, room);
        let kept = if cut { kept.trim_end() } else { kept };
        self.x = draw(self.buffer, self.x, self.y, self.end, kept, style);
        if cut && room > 0 {
            self.x = draw(self.buffer, self.x, self.y, self.end, self.theme.glyphs.ellipsis, style);
        }
        self
    }

    /// Writes untrusted text into at most so many columns.
    pub fn put_within(&mut self, role: Role, text: &str, columns: u16) -> &mut Self {
        let end = self.end;
        self.end = end.min(self.x.saturating_add(columns));
        self.put(role, text);
        self.end = end;
        self
    }

    /// Leaves columns blank.
    pub fn skip(&mut self, columns: u16) -> &mut Self {
        self.x = self.x.saturating_add(columns).min(self.end);
        self
    }

    /// Writes at the right end, before what was written there already. Left out if it does not fit whole.
    pub fn right(&mut self, role: Role, text: &str) -> &mut Self {
        let clean = if text.trim().len() == text.len() { clean_line(text) } else { edge_blanks(text) };
        let width = width_of(&clean) as u16;
        if width > 0 && width <= self.room() {
            let style = self.base.patch(self.theme[role]);
            draw(self.buffer, self.end - width, self.y, self.end, &clean, style);
            self.end -= width;
        }
        self
    }

    /// Writes in a column at the left of so many columns, cut where it is too long.
    pub fn column(&mut self, role: Role, text: &str, columns: u16) -> &mut Self {
        let next = self.x.saturating_add(columns).min(self.end);
        self.put_within(role, text, columns);
        self.x = next;
        self
    }

    /// Writes at the right edge of a column at the left, as numbers stand.
    pub fn number(&mut self, role: Role, text: &str, columns: u16) -> &mut Self {
        let next = self.x.saturating_add(columns).min(self.end);
        let width = (width_of(&clean_line(text)) as u16).min(columns);
        self.skip(columns - width).put_within(role, text, width);
        self.x = next;
        self
    }

    /// Writes at the left edge of a column at the right end, as words stand.
    pub fn right_words(&mut self, role: Role, text: &str, columns: u16) -> &mut Self {
        self.at_right(columns, |column| _ = column.column(role, text, columns))
    }

    /// Writes at the right edge of a column at the right end. The column is taken, even by an empty text, unless
    /// nothing would be left of the line.
    pub fn right_column(&mut self, role: Role, text: &str, columns: u16) -> &mut Self {
        self.at_right(columns, |column| _ = column.number(role, text, columns))
    }

    fn at_right(&mut self, columns: u16, write: impl FnOnce(&mut Pen)) -> &mut Self {
        if columns < self.room() {
            let start = self.end - columns;
            let (buffer, theme) = (&mut *self.buffer, self.theme);
            write(&mut Pen { buffer, theme, x: start, end: self.end, y: self.y, base: self.base });
            self.end = start;
        }
        self
    }

    /// Fills what is left of the line.
    pub fn fill(&mut self, style: Style) -> &mut Self {
        let rest = Rect { x: self.x, y: self.y, width: self.room(), height: 1 };
        self.buffer.set_style(rest.intersection(self.buffer.area), self.base.patch(style));
        self
    }
}

/// A clean line that keeps one blank at either end where the text has some.
fn edge_blanks(text: &str) -> std::borrow::Cow<'_, str> {
    let line = clean_line(text);
    let [before, after] = [text.starts_with(' '), text.ends_with(' ')].map(|b| if b { " " } else { "" });
    if line.is_empty() { " ".into() } else { format!("{before}{line}{after}").into() }
}

/// How much of a clean line fits into so many columns, a column for the ellipsis kept free if it has to be cut;
/// and whether it has to.
fn fit(line: &str, room: usize) -> (&str, bool) {
    let (mut width, mut kept) = (0, 0);
    for (at, grapheme) in graphemes(line) {
        if width < room {
            kept = at;
        }
        width += width_of(grapheme);
        if width > room {
            return (&line[..kept], true);
        }
    }
    (line, false)
}

/// Draws clean text up to the column `end`, and says where it stopped.
pub(super) fn draw(buffer: &mut Buffer, mut x: u16, y: u16, end: u16, text: &str, style: Style) -> u16 {
    let end = end.min(buffer.area.right());
    for (_, grapheme) in graphemes(text) {
        let width = width_of(grapheme) as u16;
        if width == 0 {
            continue;
        }
        if x.saturating_add(width) > end {
            break;
        }
        put_cell(buffer, x, y, width, grapheme, style);
        x += width;
    }
    x
}

/// One grapheme into its cells. The caller has seen that they exist.
pub(super) fn put_cell(buffer: &mut Buffer, x: u16, y: u16, width: u16, grapheme: &str, style: Style) {
    let Some(cell) = buffer.cell_mut((x, y)) else { return };
    cell.set_symbol(grapheme).set_style(style);
    for covered in x + 1..x + width {
        if let Some(cell) = buffer.cell_mut((covered, y)) {
            cell.reset();
            cell.set_style(style);
        }
    }
}

#[cfg(test)]
pub(in crate::tui) mod tests {
    use super::*;

    /// What a buffer shows, line by line, blanks at the end left out.
    pub fn shown(buffer: &Buffer) -> String {
        let area = buffer.area;
        let lines = (area.top()..area.bottom()).map(|y| {
            let mut line = String::new();
            let mut x = area.left();
            while x < area.right() {
                let symbol = buffer[(x, y)].symbol();
                line.push_str(symbol);
                x += (width_of(symbol) as u16).max(1);
            }
            line.trim_end().to_owned()
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    fn written(width: u16, write: impl FnOnce(&mut Pen)) -> String {
        let theme = Theme::dark();
        let mut buffer = Buffer::empty(Rect::new(0, 0, width, 1));
        write(&mut Pen::new(&mut buffer, Rect::new(0, 0, width, 1), &theme));
        shown(&buffer)
    }

    #[test]
    fn what_does_not_fit_ends_with_an_ellipsis() {
        assert_eq!(written(10, |p| _ = p.put(Role::Text, "exactly 10")), "exactly 10");
        assert_eq!(written(9, |p| _ = p.put(Role::Text, "exactly 10")), "exactly…");
        assert_eq!(written(5, |p| _ = p.put(Role::Text, "雨雨雨")), "雨雨…");
        assert_eq!(written(4, |p| _ = p.put(Role::Text, "雨雨雨")), "雨…");
        assert_eq!(written(0, |p| _ = p.put(Role::Text, "x")), "");
    }

    #[test]
    fn the_right_side_bounds_the_left() {
        assert_eq!(
            written(16, |p| _ = p.right(Role::Dim, " 3m").put(Role::Text, "A long title here")),
            "A long title… 3m"
        );
        assert_eq!(written(4, |p| _ = p.right(Role::Dim, "too wide").put(Role::Text, "abcd")), "abcd");
    }

    #[test]
    fn columns_keep_their_place_whatever_stands_in_them() {
        let row = |title: &str, words: &str| {
            written(20, |p| {
                p.right_column(Role::Dim, words, 6).number(Role::Dim, "7", 3).skip(1).column(
                    Role::Text,
                    title,
                    8,
                );
                p.put(Role::Dim, "x");
            })
        };
        assert_eq!(row("Ice", "1,234"), "  7 Ice     x  1,234");
        assert_eq!(row("The long night", ""), "  7 The lon…x");
        assert_eq!(row("雨", "12345678"), "  7 雨      x 12345…");
    }

    #[test]
    fn untrusted_text_stays_on_its_line() {
        assert_eq!(written(12, |p| _ = p.put(Role::Text, "a\nb\x1b[2J\u{202e}c")), "a bc");
    }

    #[test]
    fn an_area_outside_the_buffer_draws_nothing() {
        let theme = Theme::dark();
        let mut buffer = Buffer::empty(Rect::new(0, 0, 3, 1));
        for area in [Rect::new(5, 5, 4, 1), Rect::new(0, 0, 9, 0), Rect::ZERO] {
            Pen::new(&mut buffer, area, &theme)
                .put(Role::Text, "x")
                .right(Role::Dim, "y")
                .fill(theme[Role::Status]);
        }
        assert_eq!(shown(&buffer), "");
    }
}
