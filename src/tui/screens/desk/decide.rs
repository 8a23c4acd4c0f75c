//! What the author's keys say about the page on the desk. Each decision carries the revision that is on the screen.

use super::shown::{Shown, beginning, seen};
use crate::domain::run::RunCommand;
use crate::domain::{BudgetOf, Choice, Command, Reason, RevisionId, StepName};
use crate::store::rows::PageDetail;
use crate::tui::action::Action;
use crate::tui::cx::Cx;
use crate::tui::effect::Effect;
use crate::tui::errand::{Order, Then};
use crate::tui::notices::Tone;
use crate::tui::overlays::Choose;
use crate::tui::purpose::{Field, Purpose, of_page};

/// Whether an action can be of use on what is shown. The rules themselves are the engine's.
#[must_use]
pub fn offers(action: Action, detail: &PageDetail, shown: &Shown) -> bool {
    let dialogue = shown.step().is_some_and(|s| s.as_str() == "dialogue");
    let choice = |wanted: Choice| matches!(shown, Shown::Attention(a) if a.choices.contains(&wanted));
    let gate = matches!(shown, Shown::Gate { .. });
    match action {
        Action::Approve => gate,
        Action::SetAside => gate || matches!(shown, Shown::Attention(a) if a.reason != Reason::NoBeat),
        Action::Revise | Action::Again => gate && detail.page.revision_requests < detail.page.revision_limit,
        Action::EditThenAccept | Action::ExternalEditor => {
            gate || matches!(shown, Shown::Approved { revision: Some(_), .. })
        }
        Action::Undo => detail.can_undo,
        Action::Redo => detail.can_redo,
        Action::Retry => choice(Choice::Retry),
        Action::WriteByHand => gate || choice(Choice::Write) || matches!(shown, Shown::Working { .. }),
        Action::ChangeModel => gate || choice(Choice::ChangeModel) || matches!(shown, Shown::Working { .. }),
        Action::SkipDialogue => {
            choice(Choice::Skip) || (dialogue && (gate || matches!(shown, Shown::Working { .. })))
        }
        Action::CancelAttempt => matches!(shown, Shown::Working { .. }),
        Action::RaiseLimit => gate && detail.page.revision_requests > 0,
        Action::SetBudget => choice(Choice::RaiseBudget),
        Action::StillFine | Action::AskAnew => detail.page.stale > 0,
        Action::EditBeat => !matches!(shown, Shown::Trashed | Shown::Loading),
        _ => true,
    }
}

/// Handles a decision; none where the action is none.
pub fn act(action: Action, detail: &PageDetail, shown: &Shown, cx: &Cx) -> Option<Vec<Effect>> {
    let is_decision = action.decides()
        || matches!(
            action,
            Action::Retry
                | Action::ChangeModel
                | Action::CancelAttempt
                | Action::RaiseLimit
                | Action::SkipDialogue
                | Action::ExternalEditor
                | Action::SetBudget
        );
    if !is_decision {
        return None;
    }
    if cx.deciding {
        return Some(vec![Effect::Say(Tone::News, "saving your last decision …".into())]);
    }
    let page = detail.page.id.clone();
    let Some(step) = shown.step().cloned() else { return Some(Vec::new()) };
    let gate = match shown {
        Shown::Gate { revision, .. } => Some(revision.clone()),
        _ => None,
    };
    Some(match action {
        Action::Approve => {
            let words = format!("{step} approved");
            send(detail, RunCommand::Approve { step: Some(step), revision: gate }, Then::Decided(words))
        }
        Action::Revise => match gate {
            Some(revision) => vec![Effect::Write(Purpose::Feedback { page, step, revision }, String::new())],
            None => {
                vec![Effect::Say(Tone::Refused, "no gate is open here: there is nothing to send back".into())]
            }
        },
        Action::Again => {
            let words = format!("{step} is being regenerated");
            let command =
                RunCommand::Revise { step: Some(step), revision: gate, feedback: None, passages: Vec::new() };
            send(detail, command, Then::Decided(words))
        }
        Action::EditThenAccept => edit(detail, shown, cx),
        Action::ExternalEditor => {
            let mut effects = edit(detail, shown, cx);
            if matches!(effects.first(), Some(Effect::Write(..))) {
                effects.push(Effect::EditOutside);
            }
            effects
        }
        Action::SetAside => {
            let aside = !detail.page.set_aside;
            let words = if aside { "deferred" } else { "back in the queue" };
            send(detail, RunCommand::SetAside { step: Some(step), aside }, Then::Decided(words.into()))
        }
        Action::WriteByHand => {
            let revision = gate.or_else(|| seen(detail, &step));
            let text = beginning(detail, &step, cx);
            vec![Effect::Write(Purpose::Write { page, step, revision }, text)]
        }
        Action::Undo => {
            send(detail, RunCommand::Undo { step: None }, Then::Decided("the last decision is undone".into()))
        }
        Action::Redo => send(detail, RunCommand::Redo, Then::Decided("the decision is redone".into())),
        Action::Retry => {
            let words = format!("{step} is retried");
            send(detail, RunCommand::Retry { step: Some(step) }, Then::Say(words))
        }
        Action::SkipDialogue => {
            let step = StepName::new("dialogue");
            send(
                detail,
                RunCommand::Skip { step: Some(step) },
                Then::Decided("this page has no dialogue".into()),
            )
        }
        Action::CancelAttempt => {
            let words = format!("{step} is cancelled; the partial text is kept");
            send(detail, RunCommand::Cancel { step: Some(step) }, Then::Say(words))
        }
        Action::StillFine => super::stale::still_fine(detail, cx),
        Action::AskAnew => super::stale::ask_anew(detail, super::stale::causes(detail, cx)),
        Action::ChangeModel => vec![Effect::Open(Box::new(Choose::page_model(cx, &page, &step)))],
        Action::RaiseLimit => {
            let text = (detail.page.revision_limit + 1).to_string();
            vec![Effect::Write(Purpose::Limit { page }, text)]
        }
        Action::SetBudget => budget(detail, cx),
        _ => Vec::new(),
    })
}

fn edit(detail: &PageDetail, shown: &Shown, cx: &Cx) -> Vec<Effect> {
    let open: Option<(&StepName, &RevisionId)> = match shown {
        Shown::Gate { step, revision, .. } | Shown::Approved { step, revision: Some(revision) } => {
            Some((step, revision))
        }
        _ => None,
    };
    let Some((step, revision)) = open else {
        return vec![Effect::Say(Tone::Refused, "nothing to edit yet: no text waits at a gate".into())];
    };
    let purpose =
        Purpose::Edit { page: detail.page.id.clone(), step: step.clone(), revision: revision.clone() };
    vec![Effect::Write(purpose, beginning(detail, step, cx))]
}

/// The budget that stopped the page: the book's or the day's.
fn budget(detail: &PageDetail, cx: &Cx) -> Vec<Effect> {
    let stopped = detail.page.attention.as_ref().and_then(|a| a.budget.as_ref());
    let of_book = matches!(stopped, Some(BudgetOf::Book(_)));
    match cx.views.book(&detail.page.book).filter(|_| of_book) {
        Some(book) => {
            let settings = book.settings.clone();
            let text = settings.budget.map(|b| format!("{:.2}", b.dollars())).unwrap_or_default();
            vec![Effect::Write(
                Purpose::Setting { book: book.id.clone(), settings, field: Field::Budget },
                text,
            )]
        }
        None => {
            let text = cx
                .engine
                .config()
                .budget_per_day()
                .map(|b| format!("{:.2}", b.dollars()))
                .unwrap_or_default();
            vec![Effect::Write(Purpose::BudgetPerDay, text)]
        }
    }
}

fn send(detail: &PageDetail, command: RunCommand, then: Then) -> Vec<Effect> {
    let command: Command = of_page(detail.page.id.clone(), command);
    vec![Effect::Order(Order::command(command, then))]
}
