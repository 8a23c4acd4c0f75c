//! The versions of the text that a run makes better: their course as a chart, and where a version can go.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::shown::version;
use crate::domain::Time;
use crate::service::story::{Decision, Story, as_narration};
use crate::tui::cx::Cx;
use crate::tui::effect::Effect;
use crate::tui::errand::{Order, Then};
use crate::tui::notices::Tone;
use crate::tui::overlays::{Confirm, name_of};
use crate::tui::purpose::{Purpose, RunPurpose, of_page};
use crate::tui::screens::parts::{duration, many, split_top};
use crate::tui::theme::Role;
use crate::tui::views::RunView;
use crate::tui::widgets::course::Course;
use crate::tui::widgets::{List, Pane};

/// The rows of the chart, where there is room for it.
const CHART: u16 = 9;

/// The place of the best version.
#[must_use]
pub fn best(view: &RunView) -> usize {
    view.state.best_version().map_or(0, |(at, _)| at)
}

/// Draws the chart over the list.
pub fn draw(
    list: &mut List,
    buffer: &mut Buffer,
    area: Rect,
    view: &RunView,
    focused: bool,
    chosen: Option<usize>,
    cx: &Cx,
) {
    let theme = &cx.theme;
    let versions = &view.state.versions;
    let note = view.result.as_ref().map(in_short).unwrap_or_default();
    let inside = Pane::new("Versions").bottom(&note).focused(focused).draw(buffer, area, theme);
    list.set_len(versions.len());
    let rows = (versions.len() as u16).min(inside.height);
    let room = inside.height.saturating_sub(rows + 1);
    let chart = if room >= 4 { room.min(CHART) } else { 0 };
    let (above, below) = split_top(inside, chart + u16::from(chart > 0));
    let known = versions.iter().filter(|v| v.score.is_some()).count();
    let best = Some(best(view)).filter(|_| known > 1);
    if chart > 0 {
        let scores: Vec<Option<f64>> = versions.iter().map(|v| v.score).collect();
        let area = Rect { x: above.x + 1, width: above.width.saturating_sub(1), height: chart, ..above };
        Course { scores: &scores, best, chosen }.draw(buffer, area, theme);
    }
    list.draw(buffer, below, theme, focused, |row, pen| {
        let score =
            versions[row].score.map_or_else(|| theme.glyphs.ellipsis.to_owned(), |s| format!("{s:.1}"));
        let words = version(view, row).map(|v| crate::analysis::count_words(&v.text));
        pen.right(Role::Dim, " ").right_column(Role::Text, &score, 6);
        if pen.room() >= 24 {
            let words = words.map(|w| format!("{w} w")).unwrap_or_default();
            pen.right_column(Role::Dim, &words, 9);
        }
        pen.skip(1).put(Role::Title, &format!("v{}", row + 1)).skip(1);
        if Some(row) == best {
            pen.put(Role::Success, theme.glyphs.done).put(Role::Success, " best");
        } else if row == 0 {
            pen.put(Role::Dim, "as given");
        }
        true
    });
}

/// How it came out, in a few words.
#[must_use]
pub fn in_short(result: &Story) -> String {
    let scored = result.versions.iter().filter(|v| v.score.is_some()).count();
    match (result.initial_score, result.improvement) {
        (Some(first), Some(by)) if scored > 1 => format!("{first:.1} {by:+.1}"),
        _ => String::new(),
    }
}

/// What came of the run, line by line.
#[must_use]
pub fn told(result: &Story, now: Time) -> Vec<String> {
    let score = |score: Option<f64>| score.map_or_else(|| "-".into(), |s| format!("{s:.1}"));
    let mut lines = vec![match result.decision {
        Decision::Unknown => result.state.clone(),
        decision => format!("{}: {}", result.state, decision.name().replace('_', " ")),
    }];
    let is_course = result.versions.iter().filter(|v| v.score.is_some()).count() > 1;
    if let (true, Some(first), Some(best), Some(by)) =
        (is_course, result.initial_score, result.final_score, result.improvement)
    {
        lines.push(format!("{}: {first:.1} to {best:.1} ({by:+.1})", result.final_version));
        let closing = result.closing_score.map(|s| format!(", closing {s:.1}")).unwrap_or_default();
        lines.push(format!("in the loop last {}{closing}", score(result.last_score)));
    }
    let (reviews, polishes) = (result.total_reviews.into(), result.total_polishes.into());
    lines.push(format!("{}, {}", many(reviews, "review", "reviews"), many(polishes, "polish", "polishes")));
    let over = result.completed_at.is_some();
    let ms = if over { result.duration_ms } else { now.ms_since(result.started_at) };
    lines.push(format!("{}, {}", duration(u64::try_from(ms).unwrap_or(0)), result.cost));
    lines
}

/// Asks for the file that a version goes into.
#[must_use]
pub fn write(view: &RunView, index: usize) -> Vec<Effect> {
    let Some(version) = version(view, index) else { return Vec::new() };
    let stem: String = version
        .title
        .chars()
        .map(|c| if c.is_alphanumeric() { c.to_ascii_lowercase() } else { '-' })
        .take(60)
        .collect();
    let stem = stem.split('-').filter(|s| !s.is_empty()).collect::<Vec<_>>().join("-");
    let stem = if stem.is_empty() { "text" } else { &stem };
    let purpose = RunPurpose::WriteVersion { label: version.label.clone(), text: version.text.clone() };
    vec![Effect::Write(Purpose::Run(purpose), format!("{stem}-{}.md", version.label))]
}

/// Asks whether a version shall be the narration of the page that the run is about, or says why it cannot.
#[must_use]
pub fn take(view: &RunView, index: usize, cx: &Cx) -> Vec<Effect> {
    let refuse = |words: &str| vec![Effect::Say(Tone::Refused, words.to_owned())];
    let (Some(page), Some(version)) = (&view.state.subject.page, version(view, index)) else {
        return refuse("this run is about no page");
    };
    let Some(detail) = cx.views.page(page) else { return refuse("the page is not loaded yet") };
    let taken = match as_narration(&view.state, &version.text, detail) {
        Ok(taken) => taken,
        Err(refused) => return refuse(&refused.to_string()),
    };
    let note = if taken.has_changed {
        "The page has changed since this run began: that change is not in it."
    } else {
        "It is an edit: the narration of now stays among the revisions."
    };
    let question = format!("Make {} the narration of {}?", version.label, name_of(&detail.page));
    let said = format!("{} is the page's narration now", version.label);
    let order = Order::command(of_page(taken.page, taken.command), Then::Say(said));
    vec![Effect::Open(Box::new(Confirm::new(&question, note, order)))]
}
