//! Any number of rows, of which only the visible are ever asked for.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::pen::Pen;
use crate::tui::action::Action;
use crate::tui::theme::{Role, Theme};

/// What stands before a row of a tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Branch {
    /// It has nothing below it.
    Leaf,
    /// What is below it is shown.
    Open,
    /// What is below it is hidden.
    Closed,
}

impl Pen<'_> {
    /// Indents a row of a tree, and shows whether it is open. Call it first.
    pub fn branch(&mut self, depth: u16, branch: Branch) -> &mut Self {
        self.skip(depth.saturating_mul(2).min(self.room() / 2));
        let glyphs = &self.theme().glyphs;
        match branch {
            Branch::Leaf => self.skip(2),
            Branch::Open => self.put(Role::Dim, glyphs.open).skip(1),
            Branch::Closed => self.put(Role::Dim, glyphs.closed).skip(1),
        }
    }
}

/// The part of its height that a list scrolls at once when the choice leaves it.
const JUMP: usize = 4;

/// Which row is chosen, and which is the first in view. The rows themselves stay with their owner.
#[derive(Debug, Clone, Default)]
pub struct List {
    selected: usize,
    top: usize,
    height: u16,
    len: usize,
}

impl List {
    /// The chosen row; None in an empty list.
    #[must_use]
    pub fn selected(&self) -> Option<usize> {
        (self.len > 0).then(|| self.selected.min(self.len - 1))
    }

    /// Chooses a row; one past the end chooses the last.
    pub fn select(&mut self, row: usize) {
        self.selected = row;
        self.clamp();
    }

    /// Tells the list how many rows there are. The chosen one stays, as long as it is there.
    pub fn set_len(&mut self, len: usize) {
        self.len = len;
        self.clamp();
    }

    /// How many rows there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The rows in view as last drawn: load these, and some around them.
    #[must_use]
    pub fn window(&self) -> std::ops::Range<usize> {
        self.top..(self.top + usize::from(self.height)).min(self.len)
    }

    /// Does what an action of a list asks for. False if it is none of this widget's.
    pub fn act(&mut self, action: Action) -> bool {
        let page = usize::from(self.height).max(1);
        let half = (page / 2).max(1);
        let row = match action {
            Action::Down => self.selected.saturating_add(1),
            Action::Up => self.selected.saturating_sub(1),
            Action::HalfDown => self.selected.saturating_add(half),
            Action::HalfUp => self.selected.saturating_sub(half),
            Action::PageDown => self.selected.saturating_add(page),
            Action::PageUp => self.selected.saturating_sub(page),
            Action::Top => 0,
            Action::Bottom => usize::MAX,
            _ => return false,
        };
        self.select(row);
        true
    }

    /// Chooses the next row that `is_hit`, around the end. False if there is none.
    pub fn find(&mut self, forward: bool, mut is_hit: impl FnMut(usize) -> bool) -> bool {
        let len = self.len;
        let from = self.selected;
        let mut order = (1..=len).map(|n| if forward { (from + n) % len } else { (from + len - n) % len });
        let found = order.find(|row| is_hit(*row));
        if let Some(row) = found {
            self.select(row);
        }
        found.is_some()
    }

    /// Draws the visible rows. `row` writes one, and says whether it is there; one that is not loaded yet is a dim
    /// ellipsis.
    pub fn draw(
        &mut self,
        buffer: &mut Buffer,
        area: Rect,
        theme: &Theme,
        focused: bool,
        mut row: impl FnMut(usize, &mut Pen) -> bool,
    ) {
        let area = area.intersection(buffer.area);
        self.height = area.height;
        self.clamp();
        if area.is_empty() {
            return;
        }
        for (y, index) in (area.y..area.bottom()).zip(self.top..self.len) {
            let line = Rect { y, height: 1, ..area };
            let mut pen = Pen::new(buffer, line, theme);
            if !row(index, &mut pen) {
                pen.put(Role::Dim, theme.glyphs.ellipsis);
            }
            if index == self.selected {
                buffer.set_style(line, theme[if focused { Role::Selection } else { Role::SelectionIdle }]);
            }
        }
    }

    /// Keeps the chosen row in the list, and in view.
    fn clamp(&mut self) {
        self.selected = self.selected.min(self.len.saturating_sub(1));
        if self.height == 0 {
            // What is in view is known once the list is drawn.
            return;
        }
        let height = usize::from(self.height);
        self.top = self.top.min(self.len.saturating_sub(height));
        if self.selected < self.top {
            self.top = self.selected.saturating_sub(height / JUMP);
        }
        // A list that scrolls a row a key paints every row for each; a few rows at once cost a fraction.
        let ahead = height / JUMP;
        if self.selected >= self.top + height {
            self.top = (self.selected + 1 + ahead - height).min(self.len - height);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::tui::widgets::pen::tests::shown;

    fn drawn(list: &mut List, height: u16) -> (String, Vec<usize>) {
        let area = Rect::new(0, 0, 12, height);
        let mut buffer = Buffer::empty(area);
        let mut asked = Vec::new();
        list.draw(&mut buffer, area, &Theme::mono(), true, |i, pen| {
            asked.push(i);
            pen.put(Role::Text, &format!("row {i}"));
            i % 7 != 6
        });
        (shown(&buffer), asked)
    }

    #[test]
    fn only_visible_rows_are_asked_for() {
        let mut list = List::default();
        list.set_len(10_000_000);
        assert_eq!(drawn(&mut list, 3), ("row 0\nrow 1\nrow 2".into(), vec![0, 1, 2]));
        list.act(Action::Bottom);
        assert_eq!(drawn(&mut list, 3).1, [9_999_997, 9_999_998, 9_999_999]);
        assert_eq!(list.window(), 9_999_997..10_000_000);
    }

    #[test]
    fn rows_that_are_not_there_yet_are_an_ellipsis() {
        let mut list = List::default();
        list.set_len(8);
        let area = Rect::new(0, 0, 12, 2);
        let mut buffer = Buffer::empty(area);
        list.draw(&mut buffer, area, &Theme::dark(), true, |i, pen| {
            if i == 0 {
                pen.right(Role::Dim, " 3").branch(1, Branch::Open).put(Role::Text, "Chapter");
            }
            i == 0
        });
        assert_eq!(shown(&buffer), "  ▾ Chapt… 3\n…");
    }

    #[test]
    fn a_list_that_shrinks_keeps_a_choice() {
        let mut list = List::default();
        list.set_len(50);
        drawn(&mut list, 5);
        list.select(49);
        list.set_len(3);
        assert_eq!(list.selected(), Some(2));
        assert_eq!(drawn(&mut list, 5).1, [0, 1, 2]);
        list.set_len(0);
        assert_eq!(list.selected(), None);
    }

    #[test]
    fn a_search_goes_around() {
        let mut list = List::default();
        list.set_len(10);
        assert!(list.find(true, |i| i == 4) && list.selected() == Some(4));
        assert!(list.find(true, |i| i == 2) && list.selected() == Some(2));
        assert!(list.find(false, |i| i > 7) && list.selected() == Some(9));
        assert!(!list.find(true, |_| false));
        list.set_len(0);
        assert!(!list.find(true, |_| true));
    }

    proptest! {
        #[test]
        fn the_choice_is_always_in_view(steps in prop::collection::vec((0_usize..8, 0_usize..60, 0_u16..9), 0..50)) {
            let actions = [Action::Down, Action::Up, Action::HalfDown, Action::HalfUp, Action::PageDown, Action::PageUp,
                Action::Top, Action::Bottom];
            let mut list = List::default();
            for (step, len, height) in steps {
                list.set_len(len);
                list.act(actions[step]);
                drawn(&mut list, height);
                if let Some(row) = list.selected() {
                    prop_assert!(row < len);
                    prop_assert!(height == 0 || list.window().contains(&row), "{row} in {:?}", list.window());
                }
            }
        }
    }
}
