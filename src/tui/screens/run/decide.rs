//! What the author's keys say about a run. Each decision carries the revision that is on the screen.

use std::collections::HashSet;

use super::shown::{Asked, Shown, partial};
use super::versions;
use crate::domain::run::{Outcome, RunCommand};
use crate::domain::workflow::ParameterKind;
use crate::domain::{Choice, RevisionId, StepName};
use crate::store::rows::RevisionRow;
use crate::tui::action::Action;
use crate::tui::cx::Cx;
use crate::tui::effect::Effect;
use crate::tui::errand::{Errand, Order, Then};
use crate::tui::notices::Tone;
use crate::tui::overlays::Choose;
use crate::tui::purpose::{Purpose, RunPurpose, of_run};
use crate::tui::review::Review;
use crate::tui::views::RunView;

use super::artifact::ArtifactView;

/// What a key speaks of.
#[derive(Clone, Copy)]
pub struct At<'s> {
    /// The run.
    pub view: &'s RunView,
    /// What is on the screen.
    pub shown: &'s Shown,
    /// The version that is meant: the one that is looked at, or the best one.
    pub version: usize,
    /// The suggestions that are refused in the report on the screen.
    pub refused: &'s HashSet<usize>,
    /// The changes that are shown to be taken or refused.
    pub review: Option<&'s Review>,
}

impl At<'_> {
    /// Whether all of the run is done.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.view.state.first_unsettled().is_none()
    }

    fn gate(&self) -> Option<(&StepName, &RevisionId, Option<Outcome>)> {
        match (&self.shown.step, &self.shown.asked) {
            (Some(step), Asked::Gate { revision, ruling, .. }) => Some((step, revision, *ruling)),
            _ => None,
        }
    }

    /// The revisions of the step beside the one that is on the screen.
    fn earlier(&self) -> Vec<&RevisionRow> {
        let rows = self.view.detail.revisions.iter();
        rows.filter(|r| {
            Some(&r.step) == self.shown.step.as_ref() && Some(&r.id) != self.shown.revision.as_ref()
        })
        .collect()
    }

    fn can(&self, wanted: Choice) -> bool {
        matches!(&self.shown.asked, Asked::Need(attention) if attention.choices.contains(&wanted))
    }

    fn is_working(&self) -> bool {
        matches!(self.shown.asked, Asked::Working { .. })
    }

    /// The revision on the screen, where the author may edit it.
    #[must_use]
    pub fn editable(&self) -> Option<&RevisionId> {
        match &self.shown.asked {
            Asked::Gate { revision, .. } | Asked::Settled(Some(revision)) => {
                Some(revision).filter(|_| self.is_by_hand() && !self.shown.artifact.is_empty())
            }
            _ => None,
        }
    }

    /// A report is at its gate, whose suggestions can be taken or refused.
    #[must_use]
    pub fn has_suggestions(&self) -> bool {
        self.gate().is_some() && self.is_by_hand() && self.shown.view == ArtifactView::Review
    }

    fn has_agent(&self) -> bool {
        let step = self.shown.step.as_ref().and_then(|s| self.view.state.workflow.step(s));
        step.is_some_and(|s| s.tool.is_none())
    }

    fn is_by_hand(&self) -> bool {
        self.shown
            .step
            .as_ref()
            .is_some_and(|s| self.view.state.step(s).is_some() && self.view.state.is_by_hand(s))
    }
}

/// The parameters that are true where the author sits at a gate: those that a gate names as its condition.
fn sits(view: &RunView) -> impl Iterator<Item = &str> {
    let run = &view.state;
    let conditions = run.workflow.steps.iter().filter_map(|s| s.gate.as_ref()?.condition.as_deref());
    let mut named: Vec<&str> = conditions
        .map(str::trim)
        .filter(|name| {
            let parameter = run.workflow.parameters.get(*name);
            parameter.is_some_and(|p| p.live && p.kind == ParameterKind::Boolean)
        })
        .collect();
    named.sort_unstable();
    named.dedup();
    named.into_iter()
}

/// Whether the author is asked at gates that can be left to themselves.
#[must_use]
pub fn is_sitting(at: &At) -> bool {
    sits(at.view).any(|name| at.view.state.parameters.get(name) == Some(&serde_json::Value::Bool(true)))
}

/// Whether an action can be of use on what is shown. The rules themselves are the engine's.
#[must_use]
pub fn offers(action: Action, at: &At) -> bool {
    let run = &at.view.state;
    let fails = at.gate().is_some_and(|(.., ruling)| ruling == Some(Outcome::Fail));
    let borderline = at.gate().is_some_and(|(.., ruling)| ruling == Some(Outcome::Borderline));
    let gate = at.gate().is_some();
    match action {
        Action::Approve => gate && !fails,
        Action::Override => fails || borderline,
        Action::Revise | Action::Again => gate,
        Action::SetAside => gate || matches!(at.shown.asked, Asked::Need(_)),
        Action::EditThenAccept | Action::ExternalEditor => at.editable().is_some(),
        Action::WriteByHand => at.is_by_hand() && (gate || at.is_working() || at.can(Choice::Write)),
        Action::TakeChange | Action::RefuseChange => at.review.is_some() || at.has_suggestions(),
        Action::TakeRest
        | Action::RefuseRest
        | Action::SplitChange
        | Action::WordChange
        | Action::ShowResult
        | Action::KeepChoices => at.review.is_some(),
        Action::StopLoop => !at.is_done() && run.loops.iter().any(|l| l.ended.is_none()),
        Action::SitOrRun => !at.is_done() && sits(at.view).next().is_some(),
        Action::SetParameter => run.workflow.parameters.values().any(|p| p.live),
        Action::Undo => at.view.detail.run.can_undo,
        Action::Redo => at.view.detail.run.can_redo,
        Action::Retry => at.can(Choice::Retry),
        Action::CancelAttempt => at.is_working(),
        Action::ChangeModel => at.has_agent() && (gate || at.is_working() || at.can(Choice::ChangeModel)),
        Action::SkipStep => {
            let step = at.shown.step.as_ref().and_then(|s| run.workflow.step(s));
            let open = !matches!(at.shown.asked, Asked::Settled(_) | Asked::Earlier);
            at.can(Choice::Skip) || (open && step.is_some_and(|s| s.optional))
        }
        Action::SetBudget => at.can(Choice::RaiseBudget),
        Action::RestoreRevision => !at.earlier().is_empty(),
        Action::WriteVersion => at.view.result.is_some(),
        Action::TakeVersion => at.view.result.is_some() && run.subject.page.is_some(),
        _ => true,
    }
}

/// Handles a decision; none where the action is none.
pub fn act(action: Action, at: &At, cx: &Cx) -> Option<Vec<Effect>> {
    if action == Action::WriteVersion {
        return Some(versions::write(at.view, at.version));
    }
    if action == Action::TakeVersion {
        return Some(versions::take(at.view, at.version, cx));
    }
    if action == Action::RestoreRevision {
        return Some(earlier(at, cx));
    }
    let is_decision = action.decides()
        || matches!(
            action,
            Action::Retry
                | Action::ChangeModel
                | Action::CancelAttempt
                | Action::SkipStep
                | Action::ExternalEditor
                | Action::SetParameter
                | Action::SitOrRun
                | Action::SetBudget
        );
    if !is_decision {
        return None;
    }
    if cx.deciding {
        return Some(one_moment());
    }
    Some(on_run(action, at).unwrap_or_else(|| on_step(action, at, cx)))
}

fn one_moment() -> Vec<Effect> {
    vec![Effect::Say(Tone::News, "saving your last decision …".into())]
}

/// Asks which earlier revision of the step is to be looked at, or brings the one back that is.
fn earlier(at: &At, cx: &Cx) -> Vec<Effect> {
    let (Asked::Earlier, Some(revision)) = (&at.shown.asked, &at.shown.revision) else {
        let earlier = at.earlier();
        if earlier.is_empty() {
            return vec![Effect::Say(Tone::News, "there is no earlier revision of this step".into())];
        }
        return vec![Effect::Open(Box::new(Choose::revision(cx, &earlier)))];
    };
    if cx.deciding {
        return one_moment();
    }
    let command = RunCommand::Restore { revision: revision.clone() };
    send(at, command, Then::Decided("restored as a new revision".into()))
}

fn send(at: &At, command: RunCommand, then: Then) -> Vec<Effect> {
    vec![Effect::Order(Order::command(of_run(at.view.state.id.clone(), command), then))]
}

/// What is said of a run as a whole.
fn on_run(action: Action, at: &At) -> Option<Vec<Effect>> {
    let decided = |words: &str| Then::Decided(words.to_owned());
    Some(match action {
        Action::StopLoop => send(at, RunCommand::Stop, decided("loop stopped: the best version is kept")),
        Action::Undo => send(at, RunCommand::Undo { step: None }, decided("the last decision is undone")),
        Action::Redo => send(at, RunCommand::Redo, decided("the decision is redone")),
        Action::SetParameter => vec![Effect::Open(Box::new(Choose::parameter(&at.view.state)))],
        Action::SitOrRun => sit_or_run(at),
        _ => return None,
    })
}

/// What is said of the step whose result is on the screen.
fn on_step(action: Action, at: &At, cx: &Cx) -> Vec<Effect> {
    let run = at.view.state.id.clone();
    let send = |command: RunCommand, then: Then| send(at, command, then);
    let Some(step) = at.shown.step.clone() else { return Vec::new() };
    let gate = at.gate().map(|(_, revision, _)| revision.clone());
    let refuse = |words: &str| vec![Effect::Say(Tone::Refused, words.to_owned())];
    let no_gate = "no gate is open on what is shown";
    match (action, gate) {
        (Action::Approve, Some(_)) => match approval(at) {
            Some((command, words)) => send(command, Then::Decided(words)),
            None => refuse(no_gate),
        },
        (Action::Revise, Some(revision)) => {
            vec![Effect::Write(Purpose::Run(RunPurpose::Feedback { run, step, revision }), String::new())]
        }
        (Action::Override, Some(revision)) => {
            vec![Effect::Write(Purpose::Run(RunPurpose::Override { run, step, revision }), String::new())]
        }
        (Action::Again, revision @ Some(_)) => {
            let words = format!("{step} is being regenerated");
            let command =
                RunCommand::Revise { step: Some(step), revision, feedback: None, passages: Vec::new() };
            send(command, Then::Decided(words))
        }
        (Action::SetAside, _) if offers(Action::SetAside, at) => {
            let aside = !at.view.state.step(&step).is_some_and(|s| s.set_aside);
            let words = if aside { "deferred" } else { "back in the queue" };
            send(RunCommand::SetAside { step: Some(step), aside }, Then::Decided(words.into()))
        }
        (Action::Approve | Action::Revise | Action::Override | Action::Again, None)
        | (Action::SetAside, _) => refuse(no_gate),
        (Action::EditThenAccept, _) => edit(at, step),
        (Action::ExternalEditor, _) => {
            let mut effects = edit(at, step);
            if matches!(effects.first(), Some(Effect::Write(..))) {
                effects.push(Effect::EditOutside);
            }
            effects
        }
        (Action::WriteByHand, revision) => {
            let text = beginning(at, &step, cx);
            let revision = revision.or_else(|| at.shown.revision.clone());
            vec![Effect::Write(Purpose::Run(RunPurpose::Write { run, step, revision }), text)]
        }
        (Action::Retry, _) => {
            let words = format!("{step} is retried");
            send(RunCommand::Retry { step: Some(step) }, Then::Say(words))
        }
        (Action::CancelAttempt, _) => {
            let words = format!("{step} is cancelled; the partial text is kept");
            send(RunCommand::Cancel { step: Some(step) }, Then::Say(words))
        }
        (Action::SkipStep, _) => {
            let words = format!("the run continues without {step}");
            send(RunCommand::Skip { step: Some(step) }, Then::Decided(words))
        }
        (Action::ChangeModel, _) => vec![Effect::Open(Box::new(Choose::run_model(cx, &run, &step)))],
        (Action::SetBudget, _) => {
            let now = cx.engine.config().budget_per_day();
            let text = now.map(|b| format!("{:.2}", b.dollars())).unwrap_or_default();
            vec![Effect::Write(Purpose::BudgetPerDay, text)]
        }
        _ => Vec::new(),
    }
}

/// The approval of what is shown, and what is said of it; where suggestions of a report are refused, it is the report
/// without them.
fn approval(at: &At) -> Option<(RunCommand, String)> {
    let (step, revision, _) = at.gate()?;
    let (name, step, revision) = (step.clone(), Some(step.clone()), Some(revision.clone()));
    let kept = if at.refused.is_empty() { None } else { at.shown.without(at.refused) };
    Some(match kept {
        Some(text) => {
            let words = match at.refused.len() {
                1 => format!("{name} approved without the suggestion you refused"),
                n => format!("{name} approved without the {n} suggestions you refused"),
            };
            (RunCommand::Edit { step, revision, text }, words)
        }
        None => (RunCommand::Approve { step, revision }, format!("{name} approved")),
    })
}

fn edit(at: &At, step: StepName) -> Vec<Effect> {
    let revision = match &at.shown.asked {
        Asked::Gate { revision, .. } | Asked::Settled(Some(revision)) => revision.clone(),
        _ => return vec![Effect::Say(Tone::Refused, "there is no result here to edit".into())],
    };
    if !at.is_by_hand() {
        let words = "it is made by a tool or judged by a rule: it cannot be edited";
        return vec![Effect::Say(Tone::Refused, words.into())];
    }
    let (text, within) = at.shown.view.editable(&at.shown.artifact);
    let run = at.view.state.id.clone();
    vec![Effect::Write(Purpose::Run(RunPurpose::Edit { run, step, revision, within }), text)]
}

/// What a result by hand begins with: the one that is there, or what had come of the last attempt.
fn beginning(at: &At, step: &StepName, cx: &Cx) -> String {
    if !at.shown.artifact.is_empty() {
        return at.shown.view.editable(&at.shown.artifact).0;
    }
    let live = cx.live_text_of_run(&at.view.state.id, step).map(|l| l.text.clone());
    let partial = || partial(at.view, step).and_then(|hash| cx.views.text(hash)).map(ToString::to_string);
    live.or_else(partial).unwrap_or_default()
}

/// Leaves gates to themselves from now on, also the one that is open, or asks the author again. What was refused of
/// the report on the screen is said first.
fn sit_or_run(at: &At) -> Vec<Effect> {
    let sitting = is_sitting(at);
    let words =
        if sitting { "it runs by itself from now on" } else { "interactive: the run stops at every result" };
    let said = approval(at).filter(|(command, _)| sitting && matches!(command, RunCommand::Edit { .. }));
    let set = sits(at.view).map(|name| {
        let value = serde_json::Value::Bool(!sitting);
        RunCommand::SetParameter { name: name.to_owned(), value }
    });
    let commands = said.map(|(command, _)| command).into_iter().chain(set);
    let commands = commands.map(|command| of_run(at.view.state.id.clone(), command)).collect();
    let errand = Errand::Commands(commands);
    vec![Effect::Order(Order { errand, then: Then::Say(words.into()), draft: None })]
}
