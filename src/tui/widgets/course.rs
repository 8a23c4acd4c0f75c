//! The course of a score over the versions of a text: a column for each, as high as its score.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::pen::Pen;
use crate::tui::theme::{Role, Theme};

/// The least columns that a version takes.
const LEAST: u16 = 3;
/// The most, in which its score stands over it.
const MOST: u16 = 7;
/// What the scale leaves free below the lowest score.
const BELOW: f64 = 5.0;

/// What is drawn: the scores of v1, v2, …, none where there is none yet.
#[derive(Debug, Clone, Copy)]
pub struct Course<'a> {
    /// The scores.
    pub scores: &'a [Option<f64>],
    /// The best one's place, where there is one to tell from others.
    pub best: Option<usize>,
    /// The one that is looked at.
    pub chosen: Option<usize>,
}

impl Course<'_> {
    /// Draws it. Where there are more versions than room, the last ones are shown.
    pub fn draw(self, buffer: &mut Buffer, area: Rect, theme: &Theme) {
        let area = area.intersection(buffer.area);
        let count = self.scores.len() as u16;
        if count == 0 || area.height < 3 || area.width < LEAST {
            return;
        }
        let wide = (area.width / count).clamp(LEAST, MOST);
        let shown = usize::from((area.width / wide).min(count));
        let first = self.scores.len() - shown;
        let known = || self.scores.iter().flatten().copied();
        let low = (known().fold(100.0, f64::min) - BELOW).max(0.0);
        let high = known().fold(low + BELOW, f64::max);
        // A row for the scores, a row for the names, and between them the columns.
        let rows = area.height - 2;
        for (place, score) in self.scores.iter().enumerate().skip(first) {
            let x = area.x + (place - first) as u16 * wide;
            let at = |y: u16| Rect { x, y, width: wide, height: 1 };
            let role = if Some(place) == self.best { Role::Success } else { Role::Accent };
            let filled = score.map_or(0, |s| eighths((s - low) / (high - low), rows));
            let top = rows - filled.div_ceil(8);
            if let Some(score) = score {
                let text = if wide >= 5 { format!("{score:.1}") } else { format!("{score:.0}") };
                Pen::new(buffer, at(area.y + top), theme).put_within(Role::Text, &text, wide - 1);
            }
            for row in 0..rows {
                let from_below = rows - 1 - row;
                let part = filled.saturating_sub(from_below * 8).min(8);
                if part > 0 {
                    let spark = theme.glyphs.spark;
                    let glyph = spark[(usize::from(part) * spark.len()).div_ceil(8) - 1];
                    let column = glyph.repeat(usize::from(wide.saturating_sub(2).max(1)));
                    Pen::new(buffer, at(area.y + 1 + row), theme).put(role, &column);
                }
            }
            let is_best = Some(place) == self.best;
            let best = if is_best { theme.glyphs.done } else { "" };
            let name = format!("v{}{best}", place + 1);
            let line = at(area.bottom() - 1);
            Pen::new(buffer, line, theme).put(Role::Dim, &name);
            if self.chosen == Some(place) {
                buffer.set_style(Rect { width: wide - 1, ..line }, theme[Role::SelectionIdle]);
            }
        }
    }
}

/// How many eighths of rows a share fills; a score that is there is never invisible.
fn eighths(share: f64, rows: u16) -> u16 {
    let share = if share.is_finite() { share.clamp(0.0, 1.0) } else { 1.0 };
    ((share * f64::from(rows) * 8.0).round() as u16).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::widgets::pen::tests::shown;

    fn drawn(scores: &[Option<f64>], best: usize, width: u16, height: u16, theme: &Theme) -> String {
        let area = Rect::new(0, 0, width, height);
        let mut buffer = Buffer::empty(area);
        Course { scores, best: Some(best), chosen: Some(best) }.draw(&mut buffer, area, theme);
        shown(&buffer)
    }

    #[test]
    fn each_version_is_a_column_with_its_score_and_its_name() {
        let scores = [Some(71.0), Some(88.5), None, Some(84.0)];
        insta::assert_snapshot!(drawn(&scores, 1, 28, 7, &Theme::mono()), @r"
               88.5
               █████         84.0
               █████         █████
        71.0   █████         █████
        ▁▁▁▁▁  █████         █████
        █████  █████         █████
        v1     v2●    v3     v4
        ");
        insta::assert_snapshot!(drawn(&scores, 1, 28, 7, &Theme::mono().with_ascii()), @r"
               88.5
               #####         84.0
               #####         #####
        71.0   #####         #####
        _____  #####         #####
        #####  #####         #####
        v1     v2*    v3     v4
        ");
    }

    #[test]
    fn where_room_is_short_the_last_versions_are_shown() {
        let scores: Vec<Option<f64>> = (0..9).map(|n| Some(80.0 + f64::from(n))).collect();
        let text = drawn(&scores, 6, 9, 4, &Theme::mono());
        assert!(text.ends_with("v7●v8 v9"), "{text}");
        for (width, height) in [(0, 0), (2, 9), (9, 2), (3, 3)] {
            drawn(&scores, 8, width, height, &Theme::mono());
        }
    }
}
