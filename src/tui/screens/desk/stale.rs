//! A page that was written from what has changed since: it is still fine, or is asked for anew.

use crate::domain::run::{Fine, RunCommand};
use crate::domain::{Command, PageId, StepName};
use crate::store::rows::{PageDetail, StaleRow};
use crate::tui::cx::Cx;
use crate::tui::effect::Effect;
use crate::tui::errand::{Errand, Order, Then};
use crate::tui::notices::Tone;
use crate::tui::overlays::Confirm;
use crate::tui::purpose::of_page;

pub fn causes<'v>(detail: &PageDetail, cx: &'v Cx) -> &'v [StaleRow] {
    cx.views.stale(&detail.page.id).unwrap_or_default()
}

fn not_yet(detail: &PageDetail) -> Vec<Effect> {
    let words = if detail.page.stale > 0 {
        "one moment: what has changed is being looked up"
    } else {
        "nothing that this page was written from has changed"
    };
    vec![Effect::Say(Tone::News, words.into())]
}

/// Keeps a page as it is: each of these changes is said not to matter.
#[must_use]
pub fn keep(page: PageId, causes: &[StaleRow]) -> Command {
    let fine = causes.iter().map(|cause| Fine {
        revision: cause.revision.clone(),
        kind: cause.kind,
        part: cause.part.clone(),
        version: cause.holds.clone(),
    });
    of_page(page, RunCommand::Fine { fine: fine.collect() })
}

/// Keeps the page on the desk as it is.
pub fn still_fine(detail: &PageDetail, cx: &Cx) -> Vec<Effect> {
    let causes = causes(detail, cx);
    if causes.is_empty() {
        return not_yet(detail);
    }
    vec![Effect::Order(Order::command(
        keep(detail.page.id.clone(), causes),
        Then::Decided("the page is still fine".into()),
    ))]
}

/// Has the first step that is stale written anew. Where it is approved, that approval, and those that rest on it,
/// are taken back first: so it is asked.
#[must_use]
pub fn ask_anew(detail: &PageDetail, causes: &[StaleRow]) -> Vec<Effect> {
    let is_stale = |step: &StepName| causes.iter().any(|c| c.step == *step);
    let Some(step) = detail.steps.iter().find(|s| !s.advisory && is_stale(&s.step)) else {
        return not_yet(detail);
    };
    let approved = match step.phase.as_str() {
        "approved" => true,
        "gate" => false,
        _ => {
            let words = format!("the {} is being worked on already", step.step);
            return vec![Effect::Say(Tone::News, words)];
        }
    };
    let name = Some(step.step.clone());
    let undo = RunCommand::Undo { step: name.clone() };
    let again = RunCommand::Revise { step: name, revision: None, feedback: None, passages: Vec::new() };
    let commands = [undo, again].into_iter().skip(usize::from(!approved));
    let commands = commands.map(|command| of_page(detail.page.id.clone(), command)).collect();
    let then = Then::Decided(format!("{} is asked for anew", step.step));
    let order = Order { errand: Errand::Commands(commands), then, draft: None };
    if !approved {
        return vec![Effect::Order(order)];
    }
    let question = format!("Take the approval of the {} back, and have it written anew?", step.step);
    let note = "The text as it is stays in its history.";
    vec![Effect::Open(Box::new(Confirm::new(&question, note, order)))]
}
