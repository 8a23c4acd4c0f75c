//! A column of short texts in several roles, wrapped and scrolled: beat, feedback, attempts.

use std::fmt::Write as _;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::analysis::clean;
use crate::tui::action::Action;
use crate::tui::theme::{Role, Theme};
use crate::tui::widgets::Pen;
use crate::tui::widgets::wrap::Wrapped;

/// The most of one text that is shown here; the whole is elsewhere.
const MOST: usize = 4000;

/// A text with its role.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Piece {
    role: Role,
    indent: u16,
    text: String,
}

/// The column.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Doc {
    pieces: Vec<Piece>,
}

impl Doc {
    /// Adds a heading, with an empty line before it where it is not the first.
    pub fn head(&mut self, text: &str) -> &mut Self {
        if !self.pieces.is_empty() {
            self.put(Role::Text, 0, "");
        }
        self.put(Role::Title, 0, text)
    }

    /// Adds an untrusted text.
    pub fn put(&mut self, role: Role, indent: u16, text: &str) -> &mut Self {
        let mut text = clean(text).into_owned();
        if text.len() > MOST {
            let cut = (0..=MOST).rev().find(|i| text.is_char_boundary(*i)).unwrap_or(0);
            let rest = text.len() - cut;
            text.truncate(cut);
            let _ = write!(text, " ... and {rest} bytes more");
        }
        self.pieces.push(Piece { role, indent, text });
        self
    }
}

/// A document with the place one has scrolled to.
#[derive(Debug, Default)]
pub struct DocView {
    doc: Doc,
    width: u16,
    rows: Vec<(Role, u16, String)>,
    top: usize,
    height: u16,
}

impl DocView {
    /// Shows a document; the place stays where it is the same.
    pub fn set(&mut self, doc: Doc) {
        if self.doc != doc {
            self.doc = doc;
            self.width = 0;
        }
    }

    /// Begins at the top: it is about something else now.
    pub fn reset(&mut self) {
        self.top = 0;
    }

    /// Scrolls. False where the action is none of a reader's.
    pub fn act(&mut self, action: Action) -> bool {
        let page = usize::from(self.height).max(1);
        let last = self.rows.len().saturating_sub(page);
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
        true
    }

    /// Whether there is more above, and below.
    #[must_use]
    pub fn more(&self) -> (bool, bool) {
        (self.top > 0, self.top + usize::from(self.height) < self.rows.len())
    }

    /// Draws the visible rows.
    pub fn draw(&mut self, buffer: &mut Buffer, area: Rect, theme: &Theme) {
        if self.width != area.width {
            self.width = area.width;
            self.rows = rows(&self.doc, area.width);
        }
        self.height = area.height;
        self.top = self.top.min(self.rows.len().saturating_sub(usize::from(area.height)));
        for (y, (role, indent, text)) in (area.y..area.bottom()).zip(&self.rows[self.top..]) {
            let line = Rect { y, height: 1, ..area };
            Pen::new(buffer, line, theme).skip(*indent).put(*role, text);
        }
    }
}

fn rows(doc: &Doc, width: u16) -> Vec<(Role, u16, String)> {
    let mut rows = Vec::new();
    for piece in &doc.pieces {
        let indent = piece.indent.min(width / 3);
        let wrapped = Wrapped::new(&piece.text, width.saturating_sub(indent).max(1));
        for row in 0..wrapped.len() {
            rows.push((piece.role, indent, piece.text[wrapped.row(row)].trim_end().to_owned()));
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_cut_at_a_letter_and_says_so() {
        let mut doc = Doc::default();
        doc.put(Role::Text, 0, &"é".repeat(500_000));
        assert!(
            doc.pieces[0].text.ends_with(" ... and 996000 bytes more"),
            "{}",
            &doc.pieces[0].text[3990..]
        );
    }

    #[test]
    fn scrolling_stops_at_the_end() {
        let mut doc = Doc::default();
        for n in 0..10 {
            doc.put(Role::Text, 0, &n.to_string());
        }
        let mut view = DocView::default();
        view.set(doc);
        let area = Rect::new(0, 0, 5, 4);
        view.draw(&mut Buffer::empty(area), area, &Theme::dark());
        assert_eq!(view.more(), (false, true));
        view.act(Action::PageDown);
        view.act(Action::PageDown);
        view.act(Action::Down);
        assert_eq!((view.top, view.more()), (6, (true, false)));
    }
}
