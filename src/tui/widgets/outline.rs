//! An outline to read: entries below entries, folded and unfolded, each as long as it is.

use std::collections::HashSet;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::pen::Pen;
use super::wrap::Wrapped;
use crate::analysis::clean;
use crate::tui::action::Action;
use crate::tui::theme::{Role, Theme};

/// The most of one entry that is laid out; the whole is in the artifact.
const MOST: usize = 20_000;

/// What stands before an entry.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Mark {
    /// Nothing.
    #[default]
    None,
    /// It can be taken or refused, and is taken.
    Taken,
    /// It is refused.
    Refused,
}

/// One entry.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Entry {
    /// Names it: the path of what it shows.
    pub key: String,
    /// How deep it stands.
    pub depth: u16,
    /// What stands before it.
    pub mark: Mark,
    /// Its name; empty for a text without one.
    pub label: String,
    /// Its text; untrusted.
    pub text: String,
    /// It has others below it.
    pub is_branch: bool,
}

/// One row of the screen: an entry, and which of its wrapped rows.
#[derive(Debug, Clone, Copy)]
struct Row {
    entry: usize,
    of_entry: usize,
}

/// The outline with what is chosen, folded and in view.
#[derive(Debug, Clone, Default)]
pub struct Outline {
    entries: Vec<Entry>,
    folded: HashSet<String>,
    selected: usize,
    top: usize,
    width: u16,
    height: u16,
    rows: Vec<Row>,
    texts: Vec<(String, Wrapped)>,
}

impl Outline {
    /// Shows other entries. The chosen one stays, where it is there still.
    pub fn set(&mut self, entries: Vec<Entry>) {
        if self.entries == entries {
            return;
        }
        let key = self.entries.get(self.selected).map(|e| e.key.clone());
        self.entries = entries;
        self.selected = self.entries.iter().position(|e| Some(&e.key) == key.as_ref()).unwrap_or(0);
        self.width = 0;
    }

    /// Begins at the top, with everything unfolded: it is about something else now.
    pub fn reset(&mut self) {
        (self.top, self.selected, self.width) = (0, 0, 0);
        self.folded.clear();
    }

    /// The chosen entry.
    #[must_use]
    pub fn selected(&self) -> Option<&Entry> {
        self.entries.get(self.selected)
    }

    /// Chooses the entry of that key.
    pub fn select(&mut self, key: &str) {
        if let Some(at) = self.entries.iter().position(|e| e.key == key) {
            self.selected = at;
            self.reveal();
        }
    }

    /// Does what an action of an outline asks for. False if it is none of this widget's.
    pub fn act(&mut self, action: Action) -> bool {
        let page = usize::from(self.height).max(1);
        match action {
            Action::Down => self.step(true),
            Action::Up => self.step(false),
            Action::HalfDown => (0..page.div_ceil(2)).for_each(|_| self.step(true)),
            Action::HalfUp => (0..page.div_ceil(2)).for_each(|_| self.step(false)),
            Action::PageDown => (0..page).for_each(|_| self.step(true)),
            Action::PageUp => (0..page).for_each(|_| self.step(false)),
            Action::Top => {
                (self.selected, self.top) = (0, 0);
            }
            Action::Bottom => {
                self.selected = self.rows.last().map_or(0, |r| r.entry);
                self.top = self.rows.len().saturating_sub(page);
            }
            Action::Open => self.fold(None),
            Action::Left => self.fold(Some(true)),
            Action::Right => self.fold(Some(false)),
            _ => return false,
        }
        true
    }

    /// Draws the visible rows.
    pub fn draw(&mut self, buffer: &mut Buffer, area: Rect, theme: &Theme, focused: bool) {
        let area = area.intersection(buffer.area);
        if self.width != area.width || self.height != area.height {
            (self.width, self.height) = (area.width, area.height);
            self.lay();
            self.reveal();
        }
        for (y, row) in (area.y..area.bottom()).zip(self.rows.iter().skip(self.top)) {
            let line = Rect { y, height: 1, ..area };
            self.draw_row(&mut Pen::new(buffer, line, theme), *row, theme);
            if row.entry == self.selected {
                buffer.set_style(line, theme[if focused { Role::Selection } else { Role::SelectionIdle }]);
            }
        }
    }

    fn draw_row(&self, pen: &mut Pen, row: Row, theme: &Theme) {
        let entry = &self.entries[row.entry];
        let glyphs = &theme.glyphs;
        pen.skip(indent(entry, pen.room()));
        if row.of_entry > 0 {
            pen.skip(2);
        } else {
            match entry.mark {
                Mark::Taken => pen.put(Role::Success, glyphs.done).skip(1),
                Mark::Refused => pen.put(Role::Error, glyphs.failed).skip(1),
                Mark::None if !entry.is_branch => pen.skip(2),
                Mark::None if self.folded.contains(&entry.key) => pen.put(Role::Dim, glyphs.closed).skip(1),
                Mark::None => pen.put(Role::Dim, glyphs.open).skip(1),
            };
        }
        let (text, wrapped) = &self.texts[row.entry];
        let range = wrapped.row(row.of_entry);
        let shown = text[range.clone()].trim_end();
        let base = if entry.mark == Mark::Refused { Role::Dim } else { Role::Text };
        // The label ends where it ends, also where it is longer than a row.
        let label = entry.label.len().saturating_sub(range.start).min(shown.len());
        let label = (0..=label).rev().find(|at| shown.is_char_boundary(*at)).unwrap_or(0);
        let role = if entry.is_branch { Role::Title } else { Role::Accent };
        pen.put(role, &shown[..label]).put(base, &shown[label..]);
    }

    /// Lays out what is not folded away.
    fn lay(&mut self) {
        self.rows.clear();
        self.texts.clear();
        let mut hidden: Option<u16> = None;
        for (index, entry) in self.entries.iter().enumerate() {
            let between = if entry.label.is_empty() || entry.text.is_empty() { "" } else { ": " };
            let (label, words) = (clean(&entry.label), clean(&entry.text));
            let mut text = format!("{label}{between}{words}");
            if text.len() > MOST {
                let cut = (0..=MOST).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
                text.truncate(cut);
            }
            let room = self.width.saturating_sub(indent(entry, self.width) + 2).max(1);
            let wrapped = Wrapped::new(&text, room);
            let is_hidden = hidden.is_some_and(|depth| entry.depth > depth);
            if !is_hidden {
                hidden = self.folded.contains(&entry.key).then_some(entry.depth);
                let rows = (0..wrapped.len().max(1)).map(|of_entry| Row { entry: index, of_entry });
                self.rows.extend(rows);
            }
            self.texts.push((text, wrapped));
        }
    }

    fn rows_of(&self, entry: usize) -> std::ops::Range<usize> {
        let first = self.rows.partition_point(|r| r.entry < entry);
        first..self.rows.partition_point(|r| r.entry <= entry)
    }

    /// To the next entry; through one that is longer than the screen row by row.
    fn step(&mut self, down: bool) {
        let height = usize::from(self.height).max(1);
        let rows = self.rows_of(self.selected);
        if down {
            if rows.end > self.top + height {
                self.top += 1;
            } else if let Some(next) = self.rows.get(rows.end) {
                self.selected = next.entry;
                self.reveal();
            }
        } else if rows.start < self.top {
            self.top -= 1;
        } else if let Some(before) = rows.start.checked_sub(1).and_then(|at| self.rows.get(at)) {
            self.selected = before.entry;
            let rows = self.rows_of(self.selected);
            self.top = self.top.min(rows.end.saturating_sub(height).max(rows.start));
        }
    }

    /// Brings the chosen entry into view, its beginning first.
    fn reveal(&mut self) {
        let height = usize::from(self.height).max(1);
        let rows = self.rows_of(self.selected);
        if rows.end > self.top + height {
            self.top = rows.end - height;
        }
        self.top = self.top.min(rows.start);
    }

    /// Folds or unfolds the chosen branch, or the one that it belongs to.
    fn fold(&mut self, wanted: Option<bool>) {
        let Some(entry) = self.entries.get(self.selected) else { return };
        let is_folded = self.folded.contains(&entry.key);
        if !entry.is_branch || (wanted == Some(true) && is_folded) {
            let depth = entry.depth;
            let parent = self.entries[..self.selected].iter().rposition(|e| e.depth < depth);
            if let (Some(parent), Some(true)) = (parent, wanted) {
                self.selected = parent;
                self.reveal();
            }
            return;
        }
        let key = entry.key.clone();
        if wanted.unwrap_or(!is_folded) {
            self.folded.insert(key);
        } else {
            self.folded.remove(&key);
        }
        self.lay();
        self.reveal();
    }
}

fn indent(entry: &Entry, width: u16) -> u16 {
    (entry.depth * 2).min(width / 3)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::widgets::pen::tests::shown;

    fn entry(key: &str, depth: u16, label: &str, text: &str) -> Entry {
        let (key, label, text) = (key.into(), label.into(), text.into());
        Entry { key, depth, label, text, ..Entry::default() }
    }

    fn report() -> Outline {
        let mut outline = Outline::default();
        let mut head = entry("s", 0, "suggestions", "2");
        head.is_branch = true;
        let mut first = entry("s/0", 1, "high", "The first sentence says what the second says again.");
        first.mark = Mark::Taken;
        let mut second = entry("s/1", 1, "low", "Too many\x1b[31m adverbs.");
        second.mark = Mark::Refused;
        outline.set(vec![head, first, second]);
        outline
    }

    fn drawn(outline: &mut Outline, width: u16, height: u16) -> String {
        let area = Rect::new(0, 0, width, height);
        let mut buffer = Buffer::empty(area);
        outline.draw(&mut buffer, area, &Theme::mono(), true);
        shown(&buffer)
    }

    #[test]
    fn entries_wrap_below_their_marks_and_are_clean() {
        insta::assert_snapshot!(drawn(&mut report(), 30, 6), @r"
        ▾ suggestions: 2
          ● high: The first sentence
            says what the second says
            again.
          ✗ low: Too many adverbs.
        ");
    }

    #[test]
    fn a_branch_folds_from_itself_and_from_below() {
        let mut outline = report();
        drawn(&mut outline, 30, 6);
        outline.act(Action::Down);
        outline.act(Action::Left);
        assert_eq!(outline.selected().map(|e| e.key.as_str()), Some("s"), "to what it belongs to");
        outline.act(Action::Left);
        assert_eq!(drawn(&mut outline, 30, 6).trim_end(), "▸ suggestions: 2");
        outline.act(Action::Down);
        assert_eq!(outline.selected().map(|e| e.key.as_str()), Some("s"), "what is folded is not gone to");
        outline.act(Action::Open);
        assert!(drawn(&mut outline, 30, 6).contains("adverbs"));
    }

    #[test]
    fn what_is_longer_than_the_screen_is_read_row_by_row() {
        let mut outline = report();
        drawn(&mut outline, 12, 3);
        let mut seen = String::new();
        for _ in 0..20 {
            seen.push_str(&drawn(&mut outline, 12, 3));
            outline.act(Action::Down);
        }
        for word in ["suggest", "first", "sentence", "second", "again", "adverbs"] {
            assert!(seen.contains(word), "{word}: {seen}");
        }
        for _ in 0..30 {
            outline.act(Action::Up);
        }
        assert!(drawn(&mut outline, 12, 3).starts_with("▾ suggest"));
    }

    #[test]
    fn no_size_is_too_small() {
        for (width, height) in [(0, 0), (1, 1), (2, 9), (9, 1)] {
            drawn(&mut report(), width, height);
        }
    }
}
