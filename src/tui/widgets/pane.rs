//! A border with a title.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::{Block, Widget};

use super::pen::Pen;
use crate::tui::theme::{Role, Theme};

/// A pane of a screen. Its border says whether it has the focus, by weight as well as by colour.
#[derive(Debug, Clone, Copy, Default)]
pub struct Pane<'a> {
    title: &'a str,
    right: &'a str,
    bottom: &'a str,
    focused: bool,
}

impl<'a> Pane<'a> {
    /// A pane with an untrusted title.
    #[must_use]
    pub fn new(title: &'a str) -> Self {
        Self { title, ..Self::default() }
    }

    /// Adds a word at the right end of the title's line.
    #[must_use]
    pub fn right(mut self, text: &'a str) -> Self {
        self.right = text;
        self
    }

    /// Adds a word at the right end of the lower border, such as the place in a text.
    #[must_use]
    pub fn bottom(mut self, text: &'a str) -> Self {
        self.bottom = text;
        self
    }

    /// Says whether it has the focus.
    #[must_use]
    pub fn focused(mut self, focused: bool) -> Self {
        self.focused = focused;
        self
    }

    /// Draws it, and gives back the area inside.
    pub fn draw(self, buffer: &mut Buffer, area: Rect, theme: &Theme) -> Rect {
        let area = area.intersection(buffer.area);
        if area.width < 2 || area.height < 2 {
            return Rect { width: 0, height: 0, ..area };
        }
        let border = theme[if self.focused { Role::BorderFocused } else { Role::Border }];
        let block = Block::bordered().border_set(theme.glyphs.border).border_style(border);
        let inner = block.inner(area);
        block.render(area, buffer);
        let edge = Rect { x: area.x + 1, width: area.width - 2, height: 1, ..area };
        let mut pen = Pen::new(buffer, edge, theme);
        if !self.right.is_empty() {
            pen.right(Role::Dim, &format!(" {} ", self.right));
        }
        if !self.title.is_empty() {
            pen.put(Role::Title, &format!(" {} ", self.title));
        }
        if !self.bottom.is_empty() {
            let edge = Rect { y: area.bottom() - 1, ..edge };
            Pen::new(buffer, edge, theme).right(Role::Dim, &format!(" {} ", self.bottom));
        }
        inner
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::widgets::pen::tests::shown;

    fn drawn(pane: Pane, width: u16, height: u16, theme: &Theme) -> (String, Rect) {
        let area = Rect::new(0, 0, width, height);
        let mut buffer = Buffer::empty(area);
        let inner = pane.draw(&mut buffer, area, theme);
        (shown(&buffer), inner)
    }

    #[test]
    fn a_pane_has_its_title_in_its_border() {
        let pane = Pane::new("The \x1b[31mHarbour\n").right("3/9").bottom("42 %");
        let (text, inner) = drawn(pane, 26, 3, &Theme::dark());
        insta::assert_snapshot!(text, @r"
        ╭ The Harbour ────── 3/9 ╮
        │                        │
        ╰────────────────── 42 % ╯
        ");
        assert_eq!(inner, Rect::new(1, 1, 24, 1));
    }

    #[test]
    fn ascii_on_request() {
        let (text, _) = drawn(Pane::new("A long title of a pane"), 14, 2, &Theme::mono().with_ascii());
        insta::assert_snapshot!(text, @r"
        + A long tit~+
        +------------+
        ");
    }

    #[test]
    fn too_small_is_drawn_as_nothing() {
        for (width, height) in [(0, 0), (1, 5), (5, 1)] {
            let (text, inner) = drawn(Pane::new("x"), width, height, &Theme::dark());
            assert!(text.trim().is_empty() && inner.is_empty());
        }
    }
}
