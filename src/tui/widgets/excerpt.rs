//! A passage to read where it stands: the words before and after it are dim, and it is in view from the start.

use std::ops::Range;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::pen::put_cell;
use super::wrap::{Wrapped, graphemes, width_of};
use crate::analysis::clean;
use crate::tui::action::Action;
use crate::tui::theme::{Role, Theme};

/// The part of its height that shows what stands before the passage.
const BEFORE: usize = 4;

/// A text with a passage of it marked.
#[derive(Debug, Clone, Default)]
pub struct Excerpt {
    text: String,
    mark: Range<usize>,
    wrapped: Wrapped,
    top: usize,
    height: u16,
    /// The reader has scrolled: what is in view stays theirs.
    scrolled: bool,
}

impl Excerpt {
    /// Shows a passage between what stands before and after it; all of it untrusted. The same again changes nothing.
    pub fn set(&mut self, before: &str, passage: &str, after: &str) {
        let before = clean(before);
        let passage = clean(passage);
        let mark = before.len()..before.len() + passage.len();
        let text = format!("{before}{passage}{}", clean(after));
        if text != self.text || mark != self.mark {
            *self = Self { text, mark, ..Self::default() };
        }
    }

    /// Scrolls. False where the action is none of a reader's.
    pub fn act(&mut self, action: Action) -> bool {
        let page = usize::from(self.height).max(1);
        let last = self.wrapped.len().saturating_sub(page);
        self.top = match action {
            Action::Down => self.top + 1,
            Action::Up => self.top.saturating_sub(1),
            Action::HalfDown => self.top + page.div_ceil(2),
            Action::HalfUp => self.top.saturating_sub(page.div_ceil(2)),
            Action::PageDown => self.top + page,
            Action::PageUp => self.top.saturating_sub(page),
            Action::Top => 0,
            Action::Bottom => last,
            _ => return false,
        }
        .min(last);
        self.scrolled = true;
        true
    }

    /// Whether there is more above, and below.
    #[must_use]
    pub fn more(&self) -> (bool, bool) {
        (self.top > 0, self.top + usize::from(self.height) < self.wrapped.len())
    }

    /// Draws the visible rows.
    pub fn draw(&mut self, buffer: &mut Buffer, area: Rect, theme: &Theme) {
        let area = area.intersection(buffer.area);
        let is_new = self.wrapped.is_empty() || self.wrapped.width() != area.width;
        if is_new {
            self.scrolled = false;
            self.wrapped = Wrapped::new(&self.text, area.width);
        }
        let height = usize::from(area.height);
        // At another width the rows are others: what was scrolled to is lost, and the passage is not.
        if is_new || (!self.scrolled && self.height != area.height) {
            self.top = self.wrapped.row_of(self.mark.start).saturating_sub(height / BEFORE);
        }
        self.height = area.height;
        self.top = self.top.min(self.wrapped.len().saturating_sub(height));
        for (y, row) in (area.y..area.bottom()).zip(self.top..self.wrapped.len()) {
            self.draw_row(buffer, Rect { y, height: 1, ..area }, row, theme);
        }
    }

    fn draw_row(&self, buffer: &mut Buffer, area: Rect, row: usize, theme: &Theme) {
        let range = self.wrapped.row(row);
        let mut x = area.x;
        for (at, grapheme) in graphemes(&self.text[range.clone()]) {
            let width = width_of(grapheme) as u16;
            if width == 0 {
                continue;
            }
            if x + width > area.right() {
                break;
            }
            let is_marked = self.mark.contains(&(range.start + at));
            let role = if is_marked { Role::Match } else { Role::Dim };
            put_cell(buffer, x, area.y, width, grapheme, theme[Role::Text].patch(theme[role]));
            x += width;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::widgets::pen::tests::shown;

    fn drawn(excerpt: &mut Excerpt, width: u16, height: u16) -> Buffer {
        let area = Rect::new(0, 0, width, height);
        let mut buffer = Buffer::empty(area);
        excerpt.draw(&mut buffer, area, &Theme::dark());
        buffer
    }

    #[test]
    fn the_passage_is_in_view_and_marked_and_nothing_else_is() {
        let before = "word ".repeat(200);
        let mut excerpt = Excerpt::default();
        excerpt.set(&before, "the twice told", " and on");
        let buffer = drawn(&mut excerpt, 30, 4);
        let theme = Theme::dark();
        let marked = theme[Role::Text].patch(theme[Role::Match]);
        let of = |style: ratatui::style::Style| -> String {
            let cells = buffer.content().iter();
            cells
                .filter(|c| (c.fg, c.bg) == (style.fg.unwrap_or_default(), style.bg.unwrap_or_default()))
                .map(ratatui::buffer::Cell::symbol)
                .collect()
        };
        assert_eq!(of(marked).trim(), "the twice told", "{}", shown(&buffer));
        assert!(excerpt.more().0);
    }

    #[test]
    fn what_was_scrolled_to_stays_until_another_passage_comes() {
        let mut excerpt = Excerpt::default();
        excerpt.set("", "one", &"\nmore".repeat(20));
        drawn(&mut excerpt, 10, 4);
        excerpt.act(Action::PageDown);
        excerpt.set("", "one", &"\nmore".repeat(20));
        drawn(&mut excerpt, 10, 5);
        assert_eq!(excerpt.top, 4);
        drawn(&mut excerpt, 12, 5);
        assert_eq!(excerpt.top, 0);
        excerpt.set("", "two", "");
        assert!(shown(&drawn(&mut excerpt, 10, 4)).starts_with("two"));
    }

    #[test]
    fn no_size_is_too_small_and_no_text_reaches_the_terminal_as_codes() {
        let mut excerpt = Excerpt::default();
        excerpt.set("\u{1b}[31m漢", "\u{202e}é\u{7}漢字", "x");
        for (width, height) in [(0, 0), (1, 1), (2, 1), (7, 3)] {
            let text = shown(&drawn(&mut excerpt, width, height));
            assert!(!text.contains(['\u{1b}', '\u{202e}', '\u{7}']), "{text:?}");
        }
    }
}
