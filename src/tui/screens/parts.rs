//! Parts that several screens are made of: states, areas, ages.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::domain::{Reason, RevisionId, Time};
pub use crate::service::counts::{count, many};
use crate::store::rows::{ChapterRow, OwnRunRow, PageRow, RevisionRow};
use crate::tui::glyphs::Glyphs;
use crate::tui::theme::{Role, Theme};
use crate::tui::views::Waiting;
use crate::tui::widgets::Pen;
use crate::tui::widgets::wrap::width_of;

/// An area without some columns at either side.
pub fn padded(area: Rect, columns: u16) -> Rect {
    let columns = columns.min(area.width / 4);
    Rect { x: area.x + columns, width: area.width - 2 * columns, ..area }
}

/// How a merge came to be: of which two revisions of its step.
#[must_use]
pub fn merged(row: &RevisionRow) -> String {
    let number = |id: &Option<RevisionId>| {
        id.as_ref().and_then(|id| id.as_str().rsplit('.').next()).unwrap_or("?").to_owned()
    };
    format!("of {} and {}, {}", number(&row.parent), number(&row.other), row.author)
}

/// Splits off the left part of an area.
pub fn split_left(area: Rect, width: u16) -> (Rect, Rect) {
    let width = width.min(area.width);
    (Rect { width, ..area }, Rect { x: area.x + width, width: area.width - width, ..area })
}

/// Splits off the upper part of an area.
pub fn split_top(area: Rect, height: u16) -> (Rect, Rect) {
    let height = height.min(area.height);
    (Rect { height, ..area }, Rect { y: area.y + height, height: area.height - height, ..area })
}

/// Words in the middle of an empty area.
pub fn empty(buffer: &mut Buffer, area: Rect, theme: &Theme, lines: &[&str]) {
    let top = area.y + area.height.saturating_sub(lines.len() as u16) / 2;
    for (y, line) in (top..area.bottom()).zip(lines) {
        let width = width_of(line) as u16;
        let x = area.x + area.width.saturating_sub(width) / 2;
        let row = Rect { x, y, width: area.right().saturating_sub(x), height: 1 };
        Pen::new(buffer, row, theme).put(Role::Dim, line);
    }
}

/// How a page's state looks: its glyph, its role, and the state in words.
#[must_use]
pub fn state(page: &PageRow, glyphs: &Glyphs) -> (&'static str, Role, &'static str) {
    let role = Role::of_state(&page.state);
    if page.trashed {
        return (glyphs.todo, Role::Dim, "in the trash");
    }
    match page.state.as_str() {
        "awaiting_user_input" => match page.attention.as_ref().map(|a| a.reason) {
            None | Some(Reason::NoBeat) => (glyphs.todo, role, "needs a beat"),
            Some(Reason::Cancelled) => (glyphs.failed, role, "cancelled"),
            Some(Reason::Budget) => (glyphs.failed, Role::Error, "budget spent"),
            Some(Reason::PriceUnknown) => (glyphs.failed, Role::Error, "price unknown"),
            Some(Reason::Failed) => (glyphs.failed, Role::Error, "failed"),
            Some(Reason::Interrupted) => (glyphs.failed, Role::Error, "interrupted"),
        },
        "generating_narration" => (glyphs.doing, role, "writing narration"),
        "generating_dialogue" => (glyphs.doing, role, "writing dialogue"),
        _ if page.set_aside => (glyphs.waiting, Role::Dim, "deferred"),
        "user_reviewing_narration" => (glyphs.waiting, role, "review narration"),
        "user_reviewing_dialogue" => (glyphs.waiting, role, "review dialogue"),
        "page_approved" => (glyphs.done, role, "approved"),
        _ => (glyphs.todo, role, "unknown"),
    }
}

/// A page's state in words.
#[must_use]
pub fn short_state(page: &PageRow) -> &'static str {
    state(page, &crate::tui::glyphs::ASCII).2
}

/// What a page is called in a list: its title, or else its beat.
#[must_use]
pub fn label(page: &PageRow) -> &str {
    if page.title.is_empty() { &page.beat } else { &page.title }
}

/// A page in a sentence.
#[must_use]
pub fn name_of(page: &PageRow) -> String {
    let label = label(page);
    let short: String = label.chars().take(40).collect();
    let cut = if short.len() < label.len() { "..." } else { "" };
    if short.is_empty() {
        format!("page {}, {}", page.number, short_state(page))
    } else {
        format!("page {} \"{short}{cut}\", {}", page.number, short_state(page))
    }
}

/// A share between 0 and 1, of which a first step is always seen.
pub fn share(part: u32, whole: u32) -> f64 {
    if whole == 0 { 0.0 } else { f64::from(part) / f64::from(whole) }
}

/// What of a chapter asks for the author, in few columns.
pub fn badges(chapter: &ChapterRow, glyphs: &Glyphs) -> Vec<(Role, String)> {
    let mut all = Vec::new();
    if chapter.reviewing > 0 {
        all.push((Role::UserReviewingNarration, format!("{}{}", glyphs.waiting, chapter.reviewing)));
    }
    if chapter.generating > 0 {
        all.push((Role::GeneratingNarration, format!("{}{}", glyphs.doing, chapter.generating)));
    }
    if chapter.waiting > 0 {
        all.push((Role::AwaitingUserInput, format!("{}{}", glyphs.todo, chapter.waiting)));
    }
    all
}

/// How a run about a text or a book stands: its glyph, its role, and its public state.
#[must_use]
pub fn run_state<'r>(run: &'r OwnRunRow, glyphs: &Glyphs) -> (&'static str, Role, &'r str) {
    let (glyph, role) = match run.standing.as_str() {
        "generating" => (glyphs.doing, Role::GeneratingNarration),
        "reviewing" if run.set_aside => (glyphs.waiting, Role::Dim),
        "reviewing" => (glyphs.waiting, Role::UserReviewingNarration),
        "waiting" => (glyphs.failed, Role::Error),
        _ => (glyphs.done, Role::PageApproved),
    };
    (glyph, role, if run.set_aside { "deferred" } else { &run.state })
}

/// What waits, in a sentence.
#[must_use]
pub fn name_of_waiting(waiting: &Waiting) -> String {
    match (waiting.page(), waiting.run()) {
        (Some(page), _) => name_of(page),
        (_, Some(run)) => {
            let short: String = run.title.chars().take(40).collect();
            format!("{} of \"{short}\", {}", run.workflow, run.state)
        }
        _ => String::new(),
    }
}

/// How long ago, in few letters.
#[must_use]
pub fn age(now: Time, then: Time) -> String {
    let seconds = now.ms_since(then) / 1000;
    match seconds {
        0..=59 => "now".into(),
        60..=3_599 => format!("{} min", seconds / 60),
        3_600..=86_399 => format!("{} h", seconds / 3_600),
        86_400..=604_799 => format!("{} d", seconds / 86_400),
        _ => then.day(),
    }
}

/// A duration in few letters.
pub fn duration(ms: u64) -> String {
    match ms {
        0..=9_999 => format!("{}.{} s", ms / 1000, ms % 1000 / 100),
        10_000..=119_999 => format!("{} s", ms / 1000),
        _ => format!("{} min {:02} s", ms / 60_000, ms % 60_000 / 1000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_and_counts_are_short() {
        let now = Time(1_795_182_497_042);
        for (ms, text) in [(5_000, "now"), (61_000, "1 min"), (7_200_000, "2 h"), (90_000_000, "1 d")] {
            assert_eq!(age(now, Time(now.0 - ms)), text);
        }
        assert_eq!(age(now, Time(0)), "1970-01-01");
        assert_eq!(age(Time(0), now), "now", "a clock that was set back");
        assert_eq!(["7", "1,234", "60,000"].map(str::to_owned), [7, 1234, 60_000].map(count));
    }
}
