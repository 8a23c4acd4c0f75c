//! A text to read, or the difference of two: scrolled by the reader alone, searched, and followed on wish.

pub(super) mod content;
mod search;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::pen::put_cell;
use super::wrap::{Wrapped, graphemes, width_of};
use crate::analysis::clean;
use crate::analysis::diff::Diff;
use crate::tui::action::Action;
use crate::tui::review::Review;
use crate::tui::theme::{Role, Theme};
use content::Content;
use search::Search;

/// Rows that stay in view when one turns a page.
const OVERLAP: usize = 1;

/// A scrollable text. What is drawn is wrapped once for a width, so that scrolling costs the visible rows only.
#[derive(Debug, Clone, Default)]
pub struct Prose {
    content: Content,
    wrapped: Wrapped,
    /// The byte that the first visible row begins with: it stays in view when the width changes.
    anchor: usize,
    height: u16,
    measure: u16,
    following: bool,
    /// The change one went to last, until one scrolls.
    visited: Option<usize>,
    search: Search,
    /// Stretches that are set off from the rest, in no order.
    marks: Vec<(std::ops::Range<usize>, Role)>,
}

impl Prose {
    /// A text to read, from its beginning.
    #[must_use]
    pub fn text(text: &str) -> Self {
        Self { content: Content::text(text), ..Self::default() }
    }

    /// A difference to read: what came and what went, inline.
    #[must_use]
    pub fn diff(diff: &Diff) -> Self {
        Self { content: Content::diff(diff), ..Self::default() }
    }

    /// Lets no row be wider than this many columns, which reads better on a wide screen; 0 for no limit.
    #[must_use]
    pub fn with_measure(mut self, columns: u16) -> Self {
        self.measure = columns;
        self
    }

    /// Shows another text at the same place: the reader is not moved, unless they follow its end. Text that only
    /// grew, as a stream does, costs its last paragraph.
    pub fn set_text(&mut self, text: &str) {
        let new = clean(text);
        if !self.content.is_plain() {
            self.content = Content::text(&new);
            self.wrapped = Wrapped::default();
        } else if new.len() >= self.content.text.len() && new.starts_with(&self.content.text) {
            let before = self.content.text.len();
            self.content.text.push_str(&new[before..]);
            if !self.wrapped.is_empty() {
                self.wrapped.grow(&self.content.text, before);
            }
        } else {
            self.content.text = new.into_owned();
            self.wrapped = Wrapped::default();
        }
        self.search.update(&self.content.text);
    }

    /// Shows a difference at the same row, as far as there is one.
    pub fn set_diff(&mut self, diff: &Diff) {
        self.content = Content::diff(diff);
        self.wrapped = Wrapped::default();
        self.search.update(&self.content.text);
    }

    /// Shows the changes of a review with what was decided on each, and brings the one under its cursor into view.
    pub fn set_review(&mut self, review: &Review, theme: &Theme) {
        self.content = Content::review(review, theme);
        let width = self.wrapped.width();
        self.wrapped = if self.wrapped.is_empty() {
            Wrapped::default()
        } else {
            Wrapped::new(&self.content.text, width)
        };
        self.search.update(&self.content.text);
        self.marks.clear();
        if let (Some(at), false) = (self.content.cursor(), self.wrapped.is_empty()) {
            self.show(at);
        }
    }

    /// Sets stretches of the text off from the rest.
    pub fn set_marks(&mut self, marks: Vec<(std::ops::Range<usize>, Role)>) {
        self.marks = marks;
    }

    /// The byte that the first visible row begins with.
    #[must_use]
    pub fn top_byte(&self) -> usize {
        self.wrapped.row(self.top().min(self.last_top())).start
    }

    /// Brings a byte into view.
    pub fn go_to(&mut self, byte: usize) {
        if !self.wrapped.is_empty() {
            self.show(byte);
        }
    }

    /// Whether there is nothing to read.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.content.text.is_empty()
    }

    /// Whether the view stays at the end while the text grows. Going to the bottom begins it, going up ends it.
    #[must_use]
    pub fn is_following(&self) -> bool {
        self.following
    }

    /// The first visible row, the visible rows and all rows, as last drawn.
    #[must_use]
    pub fn position(&self) -> (usize, usize, usize) {
        (self.top(), usize::from(self.height), self.wrapped.len())
    }

    /// "Top", "42 %" or "End"; empty where all is in view.
    #[must_use]
    pub fn place(&self) -> String {
        match (self.top(), self.last_top()) {
            (_, 0) => String::new(),
            (0, _) => "Top".into(),
            (top, last) if top >= last => "End".into(),
            (top, last) => format!("{} %", top * 100 / last),
        }
    }

    /// How many changes a difference has.
    #[must_use]
    pub fn changes(&self) -> usize {
        self.content.changes.len()
    }

    /// Does what an action of a reader asks for. False if it is none of this widget's.
    pub fn act(&mut self, action: Action) -> bool {
        let page = usize::from(self.height).saturating_sub(OVERLAP).max(1);
        let half = (usize::from(self.height) / 2).max(1);
        match action {
            Action::Down => self.scroll_down(1),
            Action::Up => self.scroll_up(1),
            Action::HalfDown => self.scroll_down(half),
            Action::HalfUp => self.scroll_up(half),
            Action::PageDown => self.scroll_down(page),
            Action::PageUp => self.scroll_up(page),
            Action::Top => self.scroll_up(usize::MAX),
            Action::Bottom => self.scroll_down(usize::MAX),
            Action::NextChange => return self.go_to_change(true),
            Action::PreviousChange => return self.go_to_change(false),
            Action::SearchNext => return self.go_to_hit(true),
            Action::SearchPrevious => return self.go_to_hit(false),
            _ => return false,
        }
        true
    }

    /// Searches for a text, and goes to the first hit from the top of the view. Without upper-case letters it is
    /// found in either case; a blank finds a line end too. An empty text ends the search.
    pub fn search(&mut self, query: &str) {
        self.search = Search::new(query, &self.content.text);
        if let Some(hit) = self.search.begin(self.anchor) {
            self.show(hit);
        }
    }

    /// The hit one stands on, from 1, and all of them; None without a search.
    #[must_use]
    pub fn hits(&self) -> Option<(usize, usize)> {
        self.search.count()
    }

    /// Draws the visible rows.
    pub fn draw(&mut self, buffer: &mut Buffer, area: Rect, theme: &Theme) {
        let area = area.intersection(buffer.area);
        self.height = area.height;
        if area.is_empty() {
            return;
        }
        let width = if self.measure == 0 { area.width } else { area.width.min(self.measure) };
        if self.wrapped.is_empty() || self.wrapped.width() != width {
            self.wrapped = Wrapped::new(&self.content.text, width);
        }
        if self.following {
            self.anchor = self.wrapped.row(self.last_top()).start;
        }
        let top = self.top().min(self.last_top());
        for (y, row) in (area.y..area.bottom()).zip(top..self.wrapped.len()) {
            self.draw_row(buffer, Rect { y, height: 1, width, ..area }, row, theme);
        }
    }

    fn draw_row(&self, buffer: &mut Buffer, area: Rect, row: usize, theme: &Theme) {
        let range = self.wrapped.row(row);
        let here =
            |mark: &&(std::ops::Range<usize>, Role)| mark.0.start < range.end && range.start < mark.0.end;
        let marks: Vec<_> = self.marks.iter().filter(here).collect();
        let mut styles = self.content.styles_from(range.start);
        let mut hits = self.search.hits_from(range.start);
        let mut x = area.x;
        for (at, grapheme) in graphemes(&self.content.text[range.clone()]) {
            let at = range.start + at;
            let width = width_of(grapheme) as u16;
            if width == 0 {
                continue;
            }
            if x + width > area.right() {
                break;
            }
            let (mut style, grapheme) = self.content.cell(at, grapheme, &mut styles, theme);
            for (_, role) in marks.iter().filter(|(range, _)| range.contains(&at)) {
                style = style.patch(theme[*role]);
            }
            if let Some(role) = hits.at(at) {
                style = style.patch(theme[role]);
            }
            put_cell(buffer, x, area.y, width, grapheme, style);
            x += width;
        }
    }

    fn top(&self) -> usize {
        self.wrapped.row_of(self.anchor)
    }

    /// The first row of the last screenful.
    fn last_top(&self) -> usize {
        self.wrapped.len().saturating_sub(usize::from(self.height.max(1)))
    }

    fn scroll_up(&mut self, rows: usize) {
        self.following = false;
        self.visited = None;
        let top = self.top().min(self.last_top()).saturating_sub(rows);
        self.anchor = self.wrapped.row(top).start;
    }

    fn scroll_down(&mut self, rows: usize) {
        let top = self.top().saturating_add(rows).min(self.last_top());
        self.anchor = self.wrapped.row(top).start;
        self.following = top == self.last_top();
        self.visited = None;
    }

    fn go_to_change(&mut self, forward: bool) -> bool {
        let top = self.top();
        let row = |at: usize| self.wrapped.row_of(at);
        let mut changes = self.content.changes.iter().copied();
        let found = match (self.visited, forward) {
            (Some(last), true) => changes.find(|at| *at > last),
            (Some(last), false) => changes.rfind(|at| *at < last),
            (None, true) => changes.find(|at| row(*at) >= top),
            (None, false) => changes.rfind(|at| row(*at) < top),
        };
        if let Some(at) = found {
            self.show(at);
            self.visited = Some(at);
        }
        found.is_some()
    }

    fn go_to_hit(&mut self, forward: bool) -> bool {
        let found = self.search.step(forward);
        if let Some(at) = found {
            self.show(at);
        }
        found.is_some()
    }

    /// Brings a byte into view, a third down the screen if it was not.
    fn show(&mut self, byte: usize) {
        let row = self.wrapped.row_of(byte);
        let top = self.top();
        if row < top || row >= top + usize::from(self.height.max(1)) {
            let top = row.saturating_sub(usize::from(self.height) / 3).min(self.last_top());
            self.anchor = self.wrapped.row(top).start;
        }
        self.following = false;
    }
}

#[cfg(test)]
mod tests;
