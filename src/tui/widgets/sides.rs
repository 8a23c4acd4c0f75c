//! Two texts beside each other, paragraph by paragraph, with what was decided on their changes.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::pen::put_cell;
use super::prose::content::Content;
use super::wrap::{Wrapped, graphemes, width_of};
use crate::tui::action::Action;
use crate::tui::review::Review;
use crate::tui::theme::{Role, Theme};

/// The columns between the texts.
const GAP: u16 = 3;

/// What stands in one column of a block.
#[derive(Debug, Clone, Default)]
struct Side {
    content: Content,
    wrapped: Wrapped,
}

/// Two texts, scrolled together.
#[derive(Debug, Clone, Default)]
pub struct Sides {
    blocks: Vec<[Side; 2]>,
    /// The block that the change under the cursor begins in.
    current: usize,
    width: u16,
    top: usize,
    height: u16,
    /// The cursor went on: what it stands on is brought into view.
    follow: bool,
}

impl Sides {
    /// Shows the texts of a review; the view goes to the change under its cursor.
    pub fn set(&mut self, review: &Review, theme: &Theme) {
        let changes = review.changes();
        self.blocks.clear();
        self.current = 0;
        for (index, block) in changes.sides().iter().enumerate() {
            let side = |bits, text, is_old| Side {
                content: Content::side(review, bits, text, is_old, theme),
                wrapped: Wrapped::default(),
            };
            let sides = [side(&block.old, changes.old(), true), side(&block.new, changes.new_text(), false)];
            if sides.iter().any(|s| s.content.cursor().is_some()) && self.current == 0 {
                self.current = index;
            }
            self.blocks.push(sides);
        }
        self.width = 0;
        self.follow = true;
    }

    /// Scrolls. False where the action is none of a reader's.
    pub fn act(&mut self, action: Action) -> bool {
        let page = usize::from(self.height).max(1);
        let rows: usize = self.blocks.iter().map(rows).sum();
        let last = rows.saturating_sub(page);
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

    /// Draws the visible rows.
    pub fn draw(&mut self, buffer: &mut Buffer, area: Rect, theme: &Theme) {
        let area = area.intersection(buffer.area);
        self.height = area.height;
        let width = area.width.saturating_sub(GAP) / 2;
        if width == 0 || area.height == 0 {
            return;
        }
        if self.width != width {
            self.width = width;
            for side in self.blocks.iter_mut().flatten() {
                side.wrapped = Wrapped::new(&side.content.text, width);
            }
        }
        if std::mem::take(&mut self.follow) {
            self.show_current();
        }
        let columns = [area.x, area.x + width + GAP];
        let mut row = 0;
        for block in &self.blocks {
            let count = rows(block);
            for at in 0..count {
                let Some(y) = (row + at).checked_sub(self.top).filter(|y| *y < usize::from(area.height))
                else {
                    continue;
                };
                let y = area.y + y as u16;
                for (side, x) in block.iter().zip(columns) {
                    draw_row(buffer, Rect { x, y, width, height: 1 }, side, at, theme);
                }
                let rule = theme[Role::Border];
                put_cell(buffer, area.x + width + 1, y, 1, theme.glyphs.rule, rule);
            }
            row += count;
        }
    }

    fn show_current(&mut self) {
        let before: usize = self.blocks.iter().take(self.current).map(rows).sum();
        let within = self.blocks.get(self.current).map_or(0, |block| {
            let row = |s: &Side| s.content.cursor().map(|at| s.wrapped.row_of(at));
            block.iter().filter_map(row).min().unwrap_or(0)
        });
        let row = before + within;
        let height = usize::from(self.height.max(1));
        if row < self.top || row >= self.top + height {
            let all: usize = self.blocks.iter().map(rows).sum();
            self.top = row.saturating_sub(height / 3).min(all.saturating_sub(height));
        }
    }
}

/// The rows of a block, with the empty one below it.
fn rows(block: &[Side; 2]) -> usize {
    block.iter().map(|s| s.wrapped.len()).max().unwrap_or(0) + 1
}

fn draw_row(buffer: &mut Buffer, area: Rect, side: &Side, row: usize, theme: &Theme) {
    if row >= side.wrapped.len() {
        return;
    }
    let range = side.wrapped.row(row);
    let mut roles = side.content.styles_from(range.start);
    let mut x = area.x;
    for (at, grapheme) in graphemes(&side.content.text[range.clone()]) {
        let at = range.start + at;
        let width = width_of(grapheme) as u16;
        if width == 0 {
            continue;
        }
        if x + width > area.right() {
            break;
        }
        let (style, grapheme) = side.content.cell(at, grapheme, &mut roles, theme);
        put_cell(buffer, x, area.y, width, grapheme, style);
        x += width;
    }
}
