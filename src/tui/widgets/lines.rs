//! The lines around a screen: status, footer, decision bar.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::pen::Pen;
use super::wrap::width_of;
use crate::analysis::clean_line;
use crate::tui::action::Action;
use crate::tui::keymap::Hint;
use crate::tui::theme::{Role, Theme};

/// A part of the status line.
#[derive(Debug, Clone, Copy)]
pub struct Segment<'a> {
    /// What it says; untrusted.
    pub text: &'a str,
    /// How it looks.
    pub role: Role,
    /// Where room is short, a lower one is cut, then left out, before a higher one.
    pub priority: u8,
}

impl<'a> Segment<'a> {
    /// A segment.
    #[must_use]
    pub fn new(role: Role, priority: u8, text: &'a str) -> Self {
        Self { text, role, priority }
    }
}

/// What a segment is not cut below; it is left out instead.
const LEAST: usize = 6;

/// Draws the status line: segments from left to right, the least important giving way.
pub fn status(buffer: &mut Buffer, area: Rect, theme: &Theme, segments: &[Segment]) {
    let widths = fit(segments, usize::from(area.width), 3);
    let mut pen = Pen::new(buffer, area, theme).on(theme[Role::Status]);
    let separator = format!(" {} ", theme.glyphs.separator);
    let mut first = true;
    for (segment, width) in segments.iter().zip(widths) {
        if width == 0 {
            continue;
        }
        if !std::mem::take(&mut first) {
            pen.put(Role::Dim, &separator);
        }
        pen.put_within(segment.role, segment.text, width as u16);
    }
    pen.fill(theme[Role::Status]);
}

/// The columns for each segment, with so many between them; 0 for one that is left out.
fn fit(segments: &[Segment], room: usize, gap: usize) -> Vec<usize> {
    let mut widths: Vec<usize> = segments.iter().map(|s| width_of(&clean_line(s.text))).collect();
    loop {
        let shown = widths.iter().filter(|w| **w > 0).count();
        let needed = widths.iter().sum::<usize>() + shown.saturating_sub(1) * gap;
        let Some(over) = needed.checked_sub(room).filter(|over| *over > 0) else { return widths };
        let lowest = (0..segments.len()).filter(|i| widths[*i] > 0).min_by_key(|i| segments[*i].priority);
        let Some(i) = lowest else { return widths };
        widths[i] = if widths[i] >= over + LEAST {
            widths[i] - over
        } else if shown == 1 {
            room
        } else {
            0
        };
        if shown == 1 {
            return widths;
        }
    }
}

/// Draws the keys that work here, as many as there is room for; the way to all of them stays.
pub fn footer(buffer: &mut Buffer, area: Rect, theme: &Theme, hints: &[Hint]) {
    let mut pen = Pen::new(buffer, area, theme);
    let all = hints.iter().find(|h| h.action == Action::Help);
    if let Some(key) = all.and_then(|h| h.keys.first()) {
        pen.right(Role::Dim, &format!(" {}", Action::Help.label())).right(Role::Key, key);
        pen.right(Role::Dim, " ");
    }
    for hint in hints.iter().filter(|h| h.action != Action::Help) {
        let Some(key) = hint.keys.first() else { continue };
        let label = hint.action.label();
        if width_of(key) + width_of(label) + 3 > usize::from(pen.room()) {
            break;
        }
        pen.put(Role::Key, key).put(Role::Dim, " ").put(Role::Dim, label).skip(2);
    }
}

/// One answer of a decision bar.
#[derive(Debug, Clone, Copy)]
pub struct Choice<'a> {
    /// The key that gives it.
    pub key: &'a str,
    /// What it says.
    pub label: &'a str,
    /// Whether it can be given now; one that cannot is dim.
    pub enabled: bool,
}

/// Draws the bar pinned below a text that waits: what is asked, and the answers. It takes one line; without the
/// focus its keys do not act, and it says so by being dim.
pub fn decision_bar(
    buffer: &mut Buffer,
    area: Rect,
    theme: &Theme,
    question: &str,
    choices: &[Choice],
    focused: bool,
) {
    let mut pen = Pen::new(buffer, area, theme);
    let (key_role, label_role) = if focused { (Role::Key, Role::Text) } else { (Role::Dim, Role::Dim) };
    pen.put(if focused { Role::Accent } else { Role::Dim }, theme.glyphs.waiting).skip(1);
    pen.put(if focused { Role::Title } else { Role::Dim }, question).skip(2);
    for choice in choices {
        if width_of(choice.key) + width_of(choice.label) + 2 > usize::from(pen.room()) {
            break;
        }
        let (key, label) = if choice.enabled { (key_role, label_role) } else { (Role::Dim, Role::Dim) };
        pen.put(key, choice.key).put(Role::Dim, " ").put(label, choice.label).skip(2);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::action::Scope;
    use crate::tui::keymap::Keymap;
    use crate::tui::widgets::pen::tests::shown;

    fn drawn(width: u16, draw: impl FnOnce(&mut Buffer, Rect, &Theme)) -> String {
        let area = Rect::new(0, 0, width, 1);
        let mut buffer = Buffer::empty(area);
        draw(&mut buffer, area, &Theme::dark());
        shown(&buffer)
    }

    #[test]
    fn the_status_line_gives_way_from_the_least_important() {
        let segments = [
            Segment::new(Role::Title, 3, "The Harbour"),
            Segment::new(Role::Dim, 1, "Chapter 2: Winter"),
            Segment::new(Role::Accent, 5, "3 waiting"),
        ];
        let at = |width| drawn(width, |b, a, t| status(b, a, t, &segments));
        assert_eq!(at(60), "The Harbour · Chapter 2: Winter · 3 waiting");
        assert_eq!(at(35), "The Harbour · Chapter… · 3 waiting");
        assert_eq!(at(30), "The Harbour · 3 waiting");
        assert_eq!(at(20), "The Har… · 3 waiting");
        assert_eq!(at(12), "3 waiting");
        assert_eq!(at(5), "3 wa…");
        assert_eq!(at(0), "");
    }

    #[test]
    fn the_footer_shows_what_fits_and_always_the_way_to_the_rest() {
        let hints = Keymap::default().hints(&[Scope::Gate, Scope::Desk, Scope::Reader, Scope::Global]);
        let at = |width| drawn(width, |b, a, t| footer(b, a, t, &hints));
        insta::assert_snapshot!(at(60), @"a approve  r revise  v passage  e edit  i defer       ? help");
        assert_eq!(at(20), "a approve     ? help");
        assert_eq!(at(6), "? help");
    }

    #[test]
    fn the_decision_bar_names_question_and_answers() {
        let choices = [
            Choice { key: "a", label: "approve", enabled: true },
            Choice { key: "r", label: "revise", enabled: true },
        ];
        let at =
            |width| drawn(width, |b, a, t| decision_bar(b, a, t, "Narration, revision 2", &choices, true));
        assert_eq!(at(60), "◆ Narration, revision 2  a approve  r revise");
        assert_eq!(at(40), "◆ Narration, revision 2  a approve");
        assert_eq!(at(10), "◆ Narrati…");
    }
}
