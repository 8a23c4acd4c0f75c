//! A page that was written from what has changed since: it is still fine, or is asked for anew.

use crate::service::stale::{self, Again, keep};
use crate::store::rows::{PageDetail, StaleRow};
use crate::tui::cx::Cx;
use crate::tui::effect::Effect;
use crate::tui::errand::{Errand, Order, Then};
use crate::tui::notices::Tone;
use crate::tui::overlays::Confirm;

pub fn causes<'v>(detail: &PageDetail, cx: &'v Cx) -> &'v [StaleRow] {
    cx.views.stale(&detail.page.id).unwrap_or_default()
}

fn not_yet(detail: &PageDetail) -> Vec<Effect> {
    let words =
        if detail.page.stale > 0 { "looking up what has changed …" } else { "this page is up to date" };
    vec![Effect::Say(Tone::News, words.into())]
}

/// Keeps the page on the desk as it is.
pub fn still_fine(detail: &PageDetail, cx: &Cx) -> Vec<Effect> {
    let causes = causes(detail, cx);
    if causes.is_empty() {
        return not_yet(detail);
    }
    vec![Effect::Order(Order::command(
        keep(detail.page.id.clone(), causes),
        Then::Decided("the page is marked as up to date".into()),
    ))]
}

/// Has the first step that is stale written again. Where it is approved, that approval, and those that rest on it,
/// are taken back first: so it is asked.
#[must_use]
pub fn ask_anew(detail: &PageDetail, causes: &[StaleRow]) -> Vec<Effect> {
    let (step, commands, takes_approval_back) = match stale::again(detail, causes) {
        Again::Fresh => return not_yet(detail),
        Again::Busy(step) => {
            return vec![Effect::Say(Tone::News, format!("the {step} is being worked on already"))];
        }
        Again::Ask { step, commands, takes_approval_back } => (step, commands, takes_approval_back),
    };
    let then = Then::Decided(format!("{step} is being regenerated"));
    let order = Order { errand: Errand::Commands(commands), then, draft: None };
    if !takes_approval_back {
        return vec![Effect::Order(order)];
    }
    let question = format!("Take the approval of the {step} back, and have it written again?");
    let note = "The text as it is stays in its history.";
    vec![Effect::Open(Box::new(Confirm::new(&question, note, order)))]
}
