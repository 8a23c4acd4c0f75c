//! How far something is: dots, bars, small charts.

use super::pen::Pen;
use crate::tui::theme::Role;

/// What one dot stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dot {
    /// Still to do.
    Todo,
    /// Being done.
    Doing,
    /// Waits for the author.
    Waiting,
    /// Done.
    Done,
    /// Failed.
    Failed,
}

impl Pen<'_> {
    /// Writes a dot for each; told apart by shape as well as by colour.
    pub fn dots(&mut self, dots: impl IntoIterator<Item = Dot>) -> &mut Self {
        let glyphs = self.theme().glyphs;
        for dot in dots {
            let (role, glyph) = match dot {
                Dot::Todo => (Role::Dim, glyphs.todo),
                Dot::Doing => (Role::Accent, glyphs.doing),
                Dot::Waiting => (Role::Warning, glyphs.waiting),
                Dot::Done => (Role::Success, glyphs.done),
                Dot::Failed => (Role::Error, glyphs.failed),
            };
            self.put(role, glyph);
        }
        self
    }

    /// Writes a bar of so many columns that is full to a share between 0 and 1.
    pub fn bar(&mut self, role: Role, share: f64, columns: u16) -> &mut Self {
        let glyphs = self.theme().glyphs;
        let columns = usize::from(columns.min(self.room()));
        let steps = glyphs.bar.len();
        let share = if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 };
        let filled = (share * (columns * steps) as f64).round() as usize;
        let (whole, part) = (filled / steps, filled % steps);
        let mut text = glyphs.bar[steps - 1].repeat(whole);
        if part > 0 {
            text.push_str(glyphs.bar[part - 1]);
        }
        self.put(role, &text);
        self.put(Role::Dim, &glyphs.bar_rest.repeat(columns - whole - usize::from(part > 0)))
    }

    /// Writes a column for each value, as high as it is between the bounds.
    pub fn chart(&mut self, role: Role, values: &[f64], low: f64, high: f64) -> &mut Self {
        let spark = self.theme().glyphs.spark;
        let span = (high - low).max(f64::MIN_POSITIVE);
        let text: String = values
            .iter()
            .map(|v| spark[(((v - low) / span).clamp(0.0, 1.0) * (spark.len() - 1) as f64).round() as usize])
            .collect();
        self.put(role, &text)
    }
}

#[cfg(test)]
mod tests {
    use ratatui::buffer::Buffer;
    use ratatui::layout::Rect;

    use super::*;
    use crate::tui::theme::Theme;
    use crate::tui::widgets::pen::tests::shown;

    fn written(theme: &Theme, write: impl FnOnce(&mut Pen)) -> String {
        let area = Rect::new(0, 0, 20, 1);
        let mut buffer = Buffer::empty(area);
        write(&mut Pen::new(&mut buffer, area, theme));
        shown(&buffer)
    }

    #[test]
    fn dots_tell_by_their_shape() {
        let dots = [Dot::Done, Dot::Failed, Dot::Waiting, Dot::Doing, Dot::Todo];
        assert_eq!(written(&Theme::mono(), |p| _ = p.dots(dots)), "●✗◆◐○");
        assert_eq!(written(&Theme::mono().with_ascii(), |p| _ = p.dots(dots)), "*x!+.");
    }

    #[test]
    fn bars_fill_by_the_share() {
        let bar = |theme: &Theme, share| written(theme, |p| _ = p.bar(Role::Accent, share, 4));
        assert_eq!(bar(&Theme::dark(), 0.0), "░░░░");
        assert_eq!(bar(&Theme::dark(), 0.6), "██▍░");
        assert_eq!(bar(&Theme::dark(), 7.0), "████");
        assert_eq!(bar(&Theme::dark(), f64::NAN), "░░░░");
        assert_eq!(bar(&Theme::dark().with_ascii(), 0.5), "##..");
    }

    #[test]
    fn charts_draw_the_course_of_a_score() {
        let chart =
            written(&Theme::dark(), |p| _ = p.chart(Role::Text, &[0.0, 50.0, 100.0, 250.0], 0.0, 100.0));
        assert_eq!(chart, "▁▅██");
    }
}
