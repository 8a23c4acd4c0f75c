//! What the author's keys say at the gate of a book. Each decision carries the report that is on the screen.

use super::places;
use super::seen::{Asked, Seen};
use crate::domain::run::{Outcome, Quoted, RunCommand};
use crate::domain::{EntryId, PageId, StepName};
use crate::store::rows::{PageDetail, RevisionText};
use crate::tools::coherence::{Finding, Place};
use crate::tui::action::Action;
use crate::tui::cx::Cx;
use crate::tui::effect::Effect;
use crate::tui::errand::{Order, Then};
use crate::tui::notices::Tone;
use crate::tui::overlays::Choose;
use crate::tui::purpose::{FindingPurpose, Purpose, RunPurpose, of_run};
use crate::tui::screens::Tab;

/// What a key speaks of.
#[derive(Clone, Copy)]
pub struct At<'s> {
    /// The check.
    pub seen: &'s Seen,
    /// The finding that is chosen.
    pub finding: Option<&'s Finding>,
    /// The place of it that is chosen.
    pub place: Option<&'s Place>,
}

impl At<'_> {
    fn is_at_gate(&self) -> bool {
        matches!(self.seen.asked, Asked::Gate { .. })
    }

    fn counts(&self) -> bool {
        self.finding.is_some_and(|f| f.waived.is_none())
    }
}

/// Whether an action can be of use. The rules themselves are the engine's.
#[must_use]
pub fn offers(action: Action, at: &At) -> bool {
    let fails = matches!(at.seen.asked, Asked::Gate { ruling: Some(Outcome::Fail), .. });
    let borderline = matches!(at.seen.asked, Asked::Gate { ruling: Some(Outcome::Borderline), .. });
    match action {
        Action::Approve => at.is_at_gate() && !fails,
        Action::Override => fails || borderline,
        Action::Waive => at.is_at_gate() && at.counts(),
        Action::WaiveForGood => at.counts() && at.seen.view.state.subject.book.is_some(),
        Action::RevisePassage => at.place.is_some_and(|p| p.page.is_some()),
        Action::Again => at.is_at_gate(),
        Action::SetAside => at.is_at_gate() || matches!(at.seen.asked, Asked::Need(_)),
        Action::Undo => at.seen.view.detail.run.can_undo,
        Action::Redo => at.seen.view.detail.run.can_redo,
        Action::Retry => matches!(at.seen.asked, Asked::Need(_)),
        Action::SetParameter => at.seen.view.state.workflow.parameters.values().any(|p| p.live),
        Action::Open => at.place.is_some(),
        Action::Left | Action::Right => at.finding.is_some_and(|f| f.places.len() > 1),
        Action::Search | Action::CycleDiff | Action::NextChange => false,
        _ => true,
    }
}

/// Handles a decision; none where the action is none.
pub fn act(action: Action, at: &At, cx: &Cx) -> Option<Vec<Effect>> {
    let run = at.seen.view.state.id.clone();
    if action == Action::Open {
        return Some(at.place.map(go_to).unwrap_or_default());
    }
    let is_word = action.decides() || matches!(action, Action::Retry | Action::SetParameter);
    if !is_word {
        return None;
    }
    let say = |tone, words: &str| Some(vec![Effect::Say(tone, words.to_owned())]);
    if cx.deciding {
        return say(Tone::News, "saving your last decision …");
    }
    let send = |command: RunCommand, then: Then| {
        Some(vec![Effect::Order(Order::command(of_run(run.clone(), command), then))])
    };
    let decided = |words: &str| Then::Decided(words.to_owned());
    let step = at.seen.step.clone();
    let gate = match &at.seen.asked {
        Asked::Gate { revision, aside, .. } => Some((revision.clone(), *aside)),
        _ => None,
    };
    match (action, gate) {
        (Action::Undo, _) => send(RunCommand::Undo { step: None }, decided("the last decision is undone")),
        (Action::Redo, _) => send(RunCommand::Redo, decided("the decision is redone")),
        (Action::SetParameter, _) => {
            Some(vec![Effect::Open(Box::new(Choose::parameter(&at.seen.view.state)))])
        }
        (Action::Retry, _) => match &at.seen.asked {
            Asked::Need(attention) => {
                let step = Some(attention.step.clone());
                send(RunCommand::Retry { step }, Then::Say(format!("{} is tried again", attention.step)))
            }
            _ => say(Tone::News, "nothing failed here"),
        },
        (Action::RevisePassage, _) => Some(revise(at, cx)),
        (Action::WaiveForGood, gate) => match waivable(at) {
            Ok(finding) => {
                let Some(book) = at.seen.view.state.subject.book.clone() else {
                    return say(Tone::Refused, "the run is of no book");
                };
                let again = gate.map(|_| (run, step));
                let purpose = FindingPurpose::WaiveForGood { book, finding, again };
                Some(vec![Effect::Write(Purpose::Finding(purpose), String::new())])
            }
            Err(words) => say(Tone::News, &words),
        },
        (Action::Waive, Some(_)) => match waivable(at) {
            Ok(finding) => {
                let purpose = FindingPurpose::Waive { run, step, finding };
                Some(vec![Effect::Write(Purpose::Finding(purpose), String::new())])
            }
            Err(words) => say(Tone::News, &words),
        },
        (Action::Approve, revision @ Some(_)) => {
            let revision = revision.map(|(revision, _)| revision);
            send(
                RunCommand::Approve { step: Some(step), revision },
                decided("approved: publishing continues"),
            )
        }
        (Action::Override, Some((revision, _))) => {
            let purpose = RunPurpose::Override { run, step, revision };
            Some(vec![Effect::Write(Purpose::Run(purpose), String::new())])
        }
        (Action::Again, Some((revision, _))) => {
            let (step, revision) = (Some(step), Some(revision));
            let command = RunCommand::Revise { step, revision, feedback: None, passages: Vec::new() };
            send(command, decided("it is checked again"))
        }
        (Action::SetAside, Some((_, aside))) => {
            let words = if aside { "back in the queue" } else { "deferred" };
            send(RunCommand::SetAside { step: Some(step), aside: !aside }, decided(words))
        }
        _ => say(Tone::Refused, "the gate is not open: there is nothing to decide now"),
    }
}

fn waivable(at: &At) -> Result<String, String> {
    match at.finding {
        None => Err("choose a finding first".into()),
        Some(Finding { waived: Some(reason), .. }) => Err(format!("it is waived already: {reason}")),
        Some(finding) => Ok(finding.id.clone()),
    }
}

fn go_to(place: &Place) -> Vec<Effect> {
    match (&place.page, &place.entry) {
        (Some(page), _) => vec![Effect::Page(PageId::new(page)), Effect::Go(Tab::Desk)],
        (None, Some(entry)) => vec![Effect::Entry(Some(EntryId::new(entry))), Effect::Go(Tab::Canon)],
        _ => Vec::new(),
    }
}

/// Opens the composer on the passage, where its page can be sent back; else says what can be done.
fn revise(at: &At, cx: &Cx) -> Vec<Effect> {
    let say = |words: String| vec![Effect::Say(Tone::News, words)];
    let Some(place) = at.place else { return say("choose a finding first".into()) };
    let Some(page) = place.page.as_deref().map(PageId::new) else {
        return say("it is in the canon: open it and edit the entry".into());
    };
    let (Some(detail), Some(history)) = (cx.views.page(&page), cx.views.history(&page)) else {
        return say("looking up the page …".into());
    };
    let Some((of, start)) = revision_with(place, detail) else {
        return say(format!(
            "{} has changed since, or the passage runs over narration and dialogue: open the page",
            place.label
        ));
    };
    let (step, revision) = (of.revision.step.clone(), of.revision.id.clone());
    let phase = detail.steps.iter().find(|s| s.step == step).map_or("", |s| s.phase.as_str());
    let last = history.decisions.iter().rfind(|d| d.step == step && !d.undone);
    let approved = match phase {
        "gate" => false,
        "approved" if last.is_some_and(|d| d.kind == "approve" && d.revision.as_ref() == Some(&revision)) => {
            true
        }
        "approved" => return say(by_hand(place, &step)),
        _ => return say(format!("the {step} of page {} is being worked on", place.label)),
    };
    // What is taken back must not be left so because the request is refused after it.
    let limit = detail.page.revision_limit;
    if approved && detail.page.revision_requests >= limit {
        return say(format!(
            "page {} has had its {limit} revision requests: edit it, or raise the limit",
            place.label
        ));
    }
    let Some(quoted) = Quoted::of(&of.text, start..start + place.quote.len()) else { return Vec::new() };
    let is_locked = |quote: &str| quoted.quote.contains(quote) || quote.contains(&quoted.quote);
    if detail.locks.iter().any(|l| l.step == step && is_locked(&l.quoted.quote)) {
        return say(format!("a passage of it is locked: open page {}, and unlock it first", place.label));
    }
    let words = format!("this passage of page {}", place.label);
    let purpose = FindingPurpose::Revise { page, step, revision, quoted, words, approved };
    vec![Effect::Write(Purpose::Finding(purpose), String::new())]
}

/// What to do about an approval that no request can take back: it came of an import or of an edit.
fn by_hand(place: &Place, step: &StepName) -> String {
    format!(
        "the {step} of page {} was imported or edited by hand: open the page, and edit it there",
        place.label
    )
}

/// The revision that the passage stands in, and where: a page's text is put together from two.
fn revision_with<'d>(place: &Place, detail: &'d PageDetail) -> Option<(&'d RevisionText, usize)> {
    let texts = [&detail.narration, &detail.dialogue];
    texts.into_iter().flatten().find_map(|of| Some((of, places::at(place, &of.text)?)))
}
