//! The bar pinned below a result: what is known of it, what is asked of the author, and the keys that answer.

use std::fmt::Write as _;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::TAKING;
use super::decide::{self, At};
use super::shown::Asked;
use crate::domain::run::Outcome;
use crate::domain::{Choice as Can, Reason};
use crate::engine::Conducting;
use crate::store::rows::RevisionRow;
use crate::tui::action::Action;
use crate::tui::cx::Cx;
use crate::tui::review::Review;
use crate::tui::theme::Role;
use crate::tui::widgets::Pen;
use crate::tui::widgets::lines::{Choice, decision_bar};

/// The rows it takes below the result.
#[must_use]
pub fn height(inside: Rect) -> u16 {
    if inside.height < 8 { 2 } else { 3 }.min(inside.height)
}

/// Draws it. Without the focus its keys do not act, and it is dim.
pub fn draw(buffer: &mut Buffer, area: Rect, at: &At, cx: &Cx, focused: bool) {
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
        let known: Vec<(String, String, bool)> = actions
            .into_iter()
            .map(|(action, label)| {
                (cx.key(TAKING, action), label, decide::offers(action, at) && !cx.deciding)
            })
            .collect();
        let choices: Vec<Choice> =
            known.iter().map(|(key, label, enabled)| Choice { key, label, enabled: *enabled }).collect();
        decision_bar(buffer, row, theme, question, &choices, focused);
    }
}

fn answers(at: &At) -> (&'static str, Vec<(Action, String)>) {
    let mut actions: Vec<(Action, &str)> = Vec::new();
    let question = match &at.shown.asked {
        Asked::Gate { aside, ruling, .. } => {
            if *ruling == Some(Outcome::Fail) {
                actions.push((Action::Override, "override"));
            } else {
                actions.push((Action::Approve, "approve"));
            }
            actions.extend([(Action::Revise, "revise"), (Action::EditThenAccept, "edit")]);
            actions.extend(choices(at));
            actions.push((Action::SetAside, if *aside { "resume" } else { "defer" }));
            match ruling {
                Some(Outcome::Fail) => "The rule fails.",
                Some(Outcome::Borderline) => "Borderline. Approve?",
                _ if *aside => "Deferred.",
                _ => "Approve this draft?",
            }
        }
        Asked::Working { queued } => {
            actions.extend([(Action::CancelAttempt, "stop this"), (Action::ChangeModel, "model")]);
            if *queued { "Queued." } else { "In progress." }
        }
        Asked::Need(attention) => {
            actions.extend(attention.choices.iter().filter_map(|choice| {
                Some(match choice {
                    Can::SetBeat => return None,
                    Can::Retry => (Action::Retry, "retry"),
                    Can::Write => (Action::WriteByHand, "write it"),
                    Can::ChangeModel => (Action::ChangeModel, "other model"),
                    Can::Skip => (Action::SkipStep, "go without"),
                    Can::RaiseBudget => (Action::SetBudget, "budget"),
                })
            }));
            let aside = at.view.detail.run.set_aside;
            actions.push((Action::SetAside, if aside { "resume" } else { "defer" }));
            if aside { "Deferred." } else { "Needs your decision." }
        }
        Asked::Settled(_) if at.is_done() => {
            actions.push((Action::NextWaiting, "next"));
            if at.view.result.is_some() {
                actions.extend([(Action::WriteVersion, "to a file"), (Action::TakeVersion, "to the page")]);
            }
            "Done."
        }
        Asked::Settled(_) => {
            actions.push((Action::EditThenAccept, "edit"));
            actions.extend(choices(at));
            "Decided."
        }
        Asked::Earlier => {
            actions.extend([(Action::RestoreRevision, "restore it"), (Action::Close, "back")]);
            "It is an earlier result."
        }
        Asked::Waiting => "Not started yet.",
    };
    actions.push((Action::StopLoop, "stop the loop"));
    actions.push((Action::SitOrRun, if decide::is_sitting(at) { "unattended" } else { "interactive" }));
    actions.extend([
        (Action::SkipStep, "go without"),
        (Action::SetParameter, "parameter"),
        (Action::Undo, "undo"),
        (Action::Redo, "redo"),
    ]);
    if at.review.is_some_and(|review| review.undecided() == 0) {
        actions.insert(0, (Action::KeepChoices, "keep what you took"));
    }
    let mut seen = Vec::new();
    actions.retain(|(action, _)| {
        let is_first = !seen.contains(action);
        seen.push(*action);
        // What always stands here is told when it is of use; the answers to the question stand here in any case.
        is_first && (decide::offers(*action, at) || matches!(action, Action::Approve | Action::Override))
    });
    let is_begun = at.review.is_some_and(Review::is_begun);
    let named = actions.into_iter().map(|(action, label)| match (action, at.refused.len()) {
        (Action::Approve, n @ 1..) => (action, format!("approve without {n}")),
        (Action::Approve, 0) if is_begun => (action, "approve it whole".to_owned()),
        _ => (action, label.to_owned()),
    });
    (question, named.collect())
}

/// What is taken or refused in the result that is shown.
fn choices(at: &At) -> Vec<(Action, &'static str)> {
    let actions = [(Action::TakeChange, "take"), (Action::RefuseChange, "refuse")];
    actions.into_iter().filter(|(action, _)| decide::offers(*action, at)).collect()
}

/// What is known of the result: revision, author, model; or what went wrong.
fn facts(pen: &mut Pen, at: &At, cx: &Cx) {
    let glyphs = &cx.theme.glyphs;
    let shown = at.shown;
    match &shown.asked {
        Asked::Need(attention) if attention.reason != Reason::NoBeat => {
            pen.put(Role::Error, glyphs.failed).skip(1).put(Role::Error, &attention.message);
        }
        Asked::Working { .. } => {
            let Some(step) = &shown.step else { return };
            if let Some(live) = cx.live_text_of_run(&at.view.state.id, step) {
                pen.put(Role::Streaming, glyphs.doing).skip(1);
                rehearsal(pen, &live.model);
                pen.put(Role::Dim, &live.model);
                return;
            }
            let row = at.view.detail.steps.iter().find(|s| s.step == *step);
            match row.and_then(|r| r.due).filter(|due| due.0 > cx.now.0 + 500) {
                Some(due) => {
                    let seconds = due.ms_since(cx.now) / 1000 + 1;
                    let error = at
                        .view
                        .detail
                        .attempts
                        .iter()
                        .find(|a| a.step == *step)
                        .and_then(|a| a.error.as_ref());
                    pen.put(Role::Warning, &format!("{} next attempt in {seconds} s", glyphs.failed));
                    pen.put(Role::Dim, &error.map(|e| format!(": {e}")).unwrap_or_default());
                }
                None => _ = pen.put(Role::Dim, waits_for(cx)),
            }
        }
        _ => {
            let rows = &at.view.detail.revisions;
            let row = shown.revision.as_ref().and_then(|id| rows.iter().find(|r| r.id == *id));
            if let Some(row) = row {
                rehearsal(pen, &row.model);
                pen.put(Role::Dim, &revision(row, glyphs.separator));
            }
        }
    }
}

/// The offline author says of itself that it is one.
fn rehearsal(pen: &mut Pen, model: &str) {
    if model.starts_with("offline/") {
        pen.put(Role::Rehearsal, "REHEARSAL").skip(1);
    }
}

fn waits_for(cx: &Cx) -> &'static str {
    if cx.engine.is_paused() {
        return "agents are paused";
    }
    match &cx.conducting {
        Conducting::Here => "requested",
        Conducting::Elsewhere(holder) if holder.stopped => "the Galley process that makes it is suspended",
        Conducting::Elsewhere(_) => "another Galley process is making it",
        Conducting::Blocked(_) => "agents cannot run: the log says why",
        Conducting::Nobody => "no agent process is running",
    }
}

fn revision(row: &RevisionRow, separator: &str) -> String {
    let from = match row.origin.as_str() {
        "agent" => row.model.clone(),
        "hand" => format!("written by {}", row.author),
        "edit" => format!("edited by {}", row.author),
        other => other.to_owned(),
    };
    let mut all = format!("{} {} {separator} {from}", row.step, row.number);
    if row.tokens > 0 {
        let _ = write!(all, " {separator} {} tokens", row.tokens);
    }
    if let Some(cost) = row.cost.filter(|c| c.0 > 0) {
        let _ = write!(all, " {separator} {cost}");
    }
    all
}
