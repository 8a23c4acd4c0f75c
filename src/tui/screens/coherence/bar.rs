//! The bar pinned below the findings: what is known of the report, what is asked, and the keys that answer.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::STACK;
use super::decide::{self, At};
use super::seen::Asked;
use crate::domain::run::Outcome;
use crate::tui::action::Action;
use crate::tui::cx::Cx;
use crate::tui::theme::Role;
use crate::tui::widgets::Pen;
use crate::tui::widgets::lines::{Choice, decision_bar};

/// The rows it takes.
#[must_use]
pub fn height(area: Rect) -> u16 {
    if area.height < 16 { 2 } else { 3 }.min(area.height)
}

/// Draws it.
pub fn draw(buffer: &mut Buffer, area: Rect, at: &At, cx: &Cx) {
    let theme = &cx.theme;
    let mut rows = (area.y..area.bottom()).map(|y| Rect { y, height: 1, ..area });
    if area.height > 2
        && let Some(row) = rows.next()
    {
        let line = theme.glyphs.border.horizontal_top.repeat(usize::from(row.width));
        Pen::new(buffer, row, theme).put(Role::Border, &line);
    }
    if let Some(row) = rows.next() {
        facts(&mut Pen::new(buffer, row, theme), at, cx);
    }
    if let Some(row) = rows.next() {
        let (question, actions) = answers(at);
        let known: Vec<(String, &str, bool)> = actions
            .into_iter()
            .map(|(action, label)| (cx.key(STACK, action), label, decide::offers(action, at) && !cx.deciding))
            .collect();
        let choices: Vec<Choice> =
            known.iter().map(|(key, label, enabled)| Choice { key, label, enabled: *enabled }).collect();
        decision_bar(buffer, row, theme, question, &choices, true);
    }
}

fn answers(at: &At) -> (&'static str, Vec<(Action, &'static str)>) {
    let mut actions = Vec::new();
    let question = match &at.seen.asked {
        Asked::Gate { ruling: Some(Outcome::Fail), .. } => {
            actions.push((Action::Override, "override"));
            "The rule fails."
        }
        Asked::Gate { ruling, aside, .. } => {
            actions.push((Action::Approve, "approve"));
            match (ruling, aside) {
                (_, true) => "Deferred.",
                (Some(Outcome::Borderline), _) => "Borderline. Approve?",
                _ => "Approve this draft?",
            }
        }
        Asked::Checking => "It is being checked.",
        Asked::Passed => "It passed.",
        Asked::Need(_) => {
            actions.push((Action::Retry, "retry"));
            "Needs your decision."
        }
        Asked::Done => {
            actions.push((Action::NextWaiting, "next"));
            "Done."
        }
    };
    actions.extend([
        (Action::Waive, "waive once"),
        (Action::WaiveForGood, "for good"),
        (Action::RevisePassage, "revise it"),
        (Action::Again, "check again"),
        (Action::Undo, "undo"),
        (Action::Redo, "redo"),
    ]);
    actions.retain(|(action, _)| {
        decide::offers(*action, at) || matches!(action, Action::Approve | Action::Override)
    });
    (question, actions)
}

/// What is known: what went wrong, why the rule was overridden, or which report this is.
fn facts(pen: &mut Pen, at: &At, cx: &Cx) {
    let glyphs = &cx.theme.glyphs;
    if let Asked::Need(attention) = &at.seen.asked {
        pen.put(Role::Error, glyphs.failed).skip(1).put(Role::Error, &attention.message);
        return;
    }
    if let Some(published) = &at.seen.view.published {
        pen.put(Role::Warning, glyphs.waiting).skip(1).put(Role::Warning, published);
        return;
    }
    let detail = &at.seen.view.detail;
    let overridden = detail.decisions.iter().rfind(|d| {
        d.kind == "override" && !d.undone && d.step == at.seen.step && d.revision == at.seen.revision
    });
    if let Some(decision) = overridden {
        pen.put(Role::Warning, "overridden").put(Role::Dim, " by ").put(Role::Text, &decision.by);
        pen.put(Role::Dim, ": ").put(Role::Text, decision.note.as_deref().unwrap_or_default());
        return;
    }
    if let Some(report) = &at.seen.report {
        let counts = &report.counts;
        pen.put(Role::Error, glyphs.failed).put(Role::Text, &format!(" {} high", counts.high)).skip(2);
        pen.put(Role::Warning, glyphs.waiting).put(Role::Text, &format!(" {} medium", counts.medium)).skip(2);
        pen.put(Role::Dim, glyphs.todo).put(Role::Text, &format!(" {} low", counts.low)).skip(2);
        pen.put(Role::Dim, &format!("{} {} waived", glyphs.done, counts.waived));
    }
}
