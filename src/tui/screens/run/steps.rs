//! The steps of a run in a list: where each stands, its loop's turn, its attempts, its items.

use crate::domain::run::{Outcome, Phase, Run, Step};
use crate::tui::cx::Cx;
use crate::tui::theme::Role;
use crate::tui::widgets::Pen;

/// The steps in the workflow's order, each with its items below it.
pub fn rows(run: &Run) -> impl Iterator<Item = &Step> {
    let steps = run.workflow.steps.iter().filter_map(|definition| run.step(&definition.id));
    steps.flat_map(|step| std::iter::once(step).chain(run.items_of(step)))
}

/// Where a step stands: its glyph, its role, and the phase in a word.
#[must_use]
pub fn phase(run: &Run, step: &Step, cx: &Cx) -> (&'static str, Role, &'static str) {
    let glyphs = &cx.theme.glyphs;
    match &step.phase {
        Phase::Waiting => (glyphs.todo, Role::Dim, "waits"),
        Phase::Queued { .. } => (glyphs.doing, Role::GeneratingNarration, "queued"),
        Phase::Working { .. } => (glyphs.doing, Role::GeneratingNarration, "working"),
        Phase::Gate { .. } if step.set_aside => (glyphs.waiting, Role::Dim, "deferred"),
        Phase::Gate { .. } => match run.ruling(step) {
            Some(Outcome::Fail) => (glyphs.failed, Role::Error, "rule: no"),
            Some(Outcome::Borderline) => (glyphs.waiting, Role::Warning, "borderline"),
            _ => (glyphs.waiting, Role::UserReviewingNarration, "review"),
        },
        Phase::Settled { .. } if step.passed.is_some() => (glyphs.done, Role::Dim, "passed over"),
        Phase::Settled { revision: None } if step.items.is_empty() => (glyphs.done, Role::Dim, "skipped"),
        Phase::Settled { .. } => (glyphs.done, Role::PageApproved, "done"),
        Phase::Items => (glyphs.doing, Role::GeneratingNarration, "items"),
        Phase::NeedsAuthor { .. } => (glyphs.failed, Role::Error, "needs you"),
    }
}

/// Writes a step.
pub fn draw(pen: &mut Pen, run: &Run, step: &Step, cx: &Cx) {
    let (glyph, role, words) = phase(run, step, cx);
    let of_loop = run.workflow.loop_of(&step.name);
    let turn = of_loop.map(|at| {
        let limit = run.loop_limit(&run.workflow.loops[at]);
        format!("{}/{limit}", run.loops[at].turn)
    });
    let wide = pen.room();
    pen.right(Role::Dim, " ");
    if let Some(turn) = turn.filter(|_| wide >= 22) {
        pen.right(Role::Dim, &turn);
    }
    if step.attempts.len() > 1 && wide >= 30 {
        pen.right(Role::Dim, " ").right(Role::Dim, &format!("{}x", step.attempts.len()));
    }
    pen.skip(1);
    let name = match step.name.key() {
        Some(key) => {
            pen.skip(2);
            key
        }
        None => step.name.as_str(),
    };
    pen.put(role, glyph).skip(1).put(Role::Text, name).skip(1).put(role, words);
}
