//! What stands beside a result: what came of the run, its parameters, decisions, feedback and attempts.

use super::versions;
use crate::domain::StepName;
use crate::domain::workflow::Gate;
use crate::tui::cx::Cx;
use crate::tui::screens::doc::Doc;
use crate::tui::screens::parts::{age, duration, many, run_state};
use crate::tui::theme::Role;
use crate::tui::views::RunView;

/// Attempts of one step that are told.
const MOST_ATTEMPTS: usize = 8;

/// The document beside the result of a step.
#[must_use]
pub fn doc(view: &RunView, step: Option<&StepName>, cx: &Cx) -> Doc {
    let mut doc = Doc::default();
    about(&mut doc, view, cx);
    if let Some(result) = &view.result {
        doc.head("Result");
        for line in versions::told(result, cx.now) {
            doc.put(Role::Text, 0, &line);
        }
        if let Some(error) = &result.error {
            doc.put(Role::Error, 0, error);
        }
    }
    parameters(&mut doc, view);
    if let Some(step) = step {
        rule(&mut doc, view, step);
    }
    feedback(&mut doc, view, cx);
    decisions(&mut doc, view, cx);
    if let Some(step) = step {
        attempts(&mut doc, view, step, cx);
    }
    doc
}

fn about(doc: &mut Doc, view: &RunView, cx: &Cx) {
    let row = &view.detail.run;
    let (_, role, state) = run_state(row, &cx.theme.glyphs);
    doc.head(&row.workflow);
    doc.put(Role::Text, 0, &row.title);
    doc.put(role, 0, state);
    let about = match (&row.page, &row.chapter, &row.book) {
        (Some(page), ..) => page.to_string(),
        (None, Some(chapter), _) => chapter.to_string(),
        (None, None, Some(book)) => book.to_string(),
        (None, None, None) => "a text of no book".into(),
    };
    doc.put(Role::Dim, 0, &about);
    let attempts = many(row.attempts.into(), "attempt", "attempts");
    let tokens = many(row.spent.tokens(), "token", "tokens");
    doc.put(Role::Dim, 0, &format!("{attempts}, {tokens}, {}", row.spent));
    doc.put(Role::Dim, 0, row.id.as_str());
}

fn parameters(doc: &mut Doc, view: &RunView) {
    let run = &view.state;
    if run.parameters.is_empty() {
        return;
    }
    doc.head("Parameters");
    for (name, value) in &run.parameters {
        let live = run.workflow.parameters.get(name).is_some_and(|p| p.live);
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let role = if live { Role::Text } else { Role::Dim };
        doc.put(role, 0, &format!("{name}: {value}"));
    }
}

/// The rule at a step's gate, and the end of its loop, as the workflow says them.
fn rule(doc: &mut Doc, view: &RunView, step: &StepName) {
    let run = &view.state;
    let gate: Option<&Gate> = run.workflow.step(step).and_then(|s| s.gate.as_ref());
    let of_loop = run.workflow.loop_of(step).map(|at| &run.workflow.loops[at]);
    let mut lines = Vec::new();
    if let Some(pass) = gate.and_then(|g| g.pass.as_ref()) {
        let said = run.step(step).and_then(|s| run.ruling(s)).map_or("not started", |o| o.name());
        lines.push(format!("passes if: {pass} ({said})"));
    }
    if let Some(borderline) = gate.and_then(|g| g.borderline.as_ref()) {
        lines.push(format!("you may approve if: {borderline}"));
    }
    if let Some(condition) = gate.and_then(|g| g.condition.as_ref()) {
        lines.push(format!("asks you if: {condition}"));
    }
    if let Some(of_loop) = of_loop {
        lines.push(format!("{} repeats until: {}", of_loop.id, of_loop.until));
    }
    if !lines.is_empty() {
        doc.head("Rules");
        for line in &lines {
            doc.put(Role::Dim, 0, line);
        }
    }
}

fn feedback(doc: &mut Doc, view: &RunView, cx: &Cx) {
    let given = &view.detail.feedback;
    if given.is_empty() {
        return;
    }
    doc.head("Feedback");
    for feedback in given.iter().rev() {
        let role = if feedback.withdrawn { Role::Dim } else { Role::Text };
        let back = if feedback.withdrawn { ", undone" } else { "" };
        doc.put(role, 0, &feedback.text);
        doc.put(Role::Dim, 2, &format!("{}, {}{back}", feedback.step, age(cx.now, feedback.created_at)));
    }
}

fn decisions(doc: &mut Doc, view: &RunView, cx: &Cx) {
    let made = &view.detail.decisions;
    if made.is_empty() {
        return;
    }
    doc.head("Decisions");
    for decision in made.iter().rev() {
        let role = if decision.undone { Role::Dim } else { Role::Text };
        let undone = if decision.undone { ", undone" } else { "" };
        let kind = decision.kind.replace('_', " ");
        let when = age(cx.now, decision.at);
        doc.put(role, 0, &format!("{} {kind} by {}, {when}{undone}", decision.step, decision.by));
        if let Some(note) = &decision.note {
            doc.put(Role::Dim, 2, note);
        }
    }
}

fn attempts(doc: &mut Doc, view: &RunView, step: &StepName, cx: &Cx) {
    let of_step: Vec<_> = view.detail.attempts.iter().filter(|a| a.step == *step).collect();
    if of_step.is_empty() {
        return;
    }
    doc.head(&format!("Attempts of {step}"));
    for attempt in of_step.into_iter().take(MOST_ATTEMPTS) {
        let took = attempt.duration_ms.unwrap_or_else(|| cx.now.ms_since(attempt.started_at).max(0) as u64);
        let line = format!(
            "{}.{} {}, {}, {}",
            attempt.iteration,
            attempt.number,
            attempt.outcome.as_deref().unwrap_or(&attempt.status),
            duration(took),
            attempt.model
        );
        let role = if attempt.status == "failed" { Role::Error } else { Role::Dim };
        doc.put(role, 0, &line);
        if let Some(error) = &attempt.error {
            doc.put(Role::Error, 2, error);
        }
    }
}
