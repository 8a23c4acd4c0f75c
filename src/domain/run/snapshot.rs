//! What a decision found and what it led to: taking it back and making it again come to exactly that.

use std::sync::Arc;

use super::input::Foundation;
use super::{Decision, DecisionKind, Outcome, Passed, Phase, Run, Step, Turns, Version};
use crate::domain::ids::DecisionId;
use crate::domain::workflow::condition::paths_or_none;
use crate::domain::{Hash, Reason, RevisionId, StepName};

/// The state of a run, as far as decisions change it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Snapshot {
    steps: Vec<(StepName, StepState)>,
    loops: Vec<Turns>,
    versions: Vec<Version>,
}

/// The same of one step.
#[derive(Debug, Clone, PartialEq)]
struct StepState {
    phase: Phase,
    input: Option<Hash>,
    made_from: Option<Foundation>,
    asked_again: u32,
    ruling: Option<(RevisionId, Outcome)>,
    settled_on: Option<Outcome>,
    settled_by: Option<DecisionId>,
    items: Vec<String>,
    passed: Option<Passed>,
    set_aside: bool,
}

impl StepState {
    fn of(step: &Step) -> Self {
        Self {
            phase: step.phase.clone(),
            input: step.input.clone(),
            made_from: step.made_from.clone(),
            asked_again: step.asked_again,
            ruling: step.ruling.clone(),
            settled_on: step.settled_on,
            settled_by: step.settled_by.clone(),
            items: step.items.clone(),
            passed: step.passed,
            set_aside: step.set_aside,
        }
    }
}

impl Snapshot {
    /// Returns where a step stood.
    #[must_use]
    pub fn phase(&self, step: &StepName) -> &Phase {
        self.steps.iter().find(|(name, _)| name == step).map_or(&Phase::Waiting, |(_, state)| &state.phase)
    }

    pub(super) fn set_phase(&mut self, step: &StepName, phase: Phase) {
        if let Some((_, state)) = self.steps.iter_mut().find(|(name, _)| name == step) {
            state.phase = phase;
        }
    }
}

impl Run {
    pub(super) fn snapshot(&self) -> Arc<Snapshot> {
        Arc::new(Snapshot {
            steps: self.main_steps().map(|s| (s.name.clone(), StepState::of(s))).collect(),
            loops: self.loops.clone(),
            versions: self.versions.clone(),
        })
    }

    /// Returns the steps that a decision on this step may change, itself first.
    pub(super) fn reach(&self, step: &StepName) -> Vec<StepName> {
        let own = self.workflow.loop_of(step);
        let mut reached = vec![step.base().to_owned()];
        loop {
            let before = reached.len();
            for definition in self.workflow.steps.iter().filter(|s| !s.advisory) {
                let name = definition.id.as_str();
                if !reached.iter().any(|r| r == name) && self.follows_from(&reached, own, name) {
                    reached.push(name.to_owned());
                }
            }
            if reached.len() == before {
                break;
            }
        }
        let whole = StepName::new(step.base());
        let of_an_item = |s: &StepName| step.key().is_none() || s.base() != step.base() || *s == *step;
        let others = self.main_steps().map(|s| &s.name).filter(|name| {
            **name != *step
                && reached.iter().any(|r| r == name.base())
                && (of_an_item(name) || **name == whole)
        });
        std::iter::once(step).chain(others).cloned().collect()
    }

    /// Returns whether a step follows from others, of which the first is in the loop `own`.
    fn follows_from(&self, reached: &[String], own: Option<usize>, name: &str) -> bool {
        let workflow = &self.workflow;
        let is_reached = |name: &str| reached.iter().any(|r| r == name);
        let place = |name: &str| workflow.steps.iter().position(|s| s.id.as_str() == name);
        let Some(definition) = workflow.steps.iter().find(|s| s.id.as_str() == name) else { return false };
        let within = workflow.loop_of(&definition.id);
        if within.is_some() && within == own && place(name) > place(&reached[0]) {
            return true;
        }
        let waits_for_own = |need: &StepName| own.is_some() && workflow.loop_of(need) == own && within != own;
        let reads = |condition: &str| {
            paths_or_none(condition).iter().filter_map(|path| path.split('.').next()).any(|first| {
                let named = workflow.loops.iter().position(|l| l.id == first);
                let of_loop = |l: usize| workflow.loops[l].steps.iter().any(|s| is_reached(s.as_str()));
                is_reached(first) || named.is_some_and(|l| Some(l) != within && of_loop(l))
            })
        };
        let in_loop = within.filter(|l| Some(*l) != own).map(|l| &workflow.loops[l]);
        definition.needs.iter().any(|need| is_reached(need.as_str()) || waits_for_own(need))
            || definition.conditions().any(reads)
            || in_loop.is_some_and(|l| l.steps.iter().any(|s| is_reached(s.as_str())) || reads(&l.until))
    }

    /// Brings the steps that a decision reaches back to where they stood. What was under way then is not under way
    /// now: it waits to be asked again.
    fn put_back(&mut self, reach: &[StepName], to: &Snapshot) {
        for name in reach {
            let found = to.steps.iter().find(|(known, _)| known == name);
            let state = found.map_or_else(|| StepState::of(&Step::new(name.clone())), |(_, s)| s.clone());
            let step = self.step_mut(name);
            step.remember();
            let as_it_is = match (&state.phase, &step.phase) {
                (Phase::Working { attempt: then }, Phase::Working { attempt: now }) => then == now,
                (Phase::Queued { .. }, Phase::Queued { .. }) => state.input == step.input,
                (Phase::Queued { .. } | Phase::Working { .. }, _) => false,
                _ => true,
            };
            step.phase = if as_it_is { state.phase } else { Phase::Waiting };
            step.input = state.input;
            step.made_from = state.made_from.filter(|_| as_it_is);
            step.asked_again = state.asked_again;
            step.ruling = state.ruling;
            step.settled_on = state.settled_on;
            step.settled_by = state.settled_by;
            step.items = state.items;
            step.passed = state.passed;
            step.set_aside = state.set_aside;
        }
        let loops = self.workflow.clone();
        for (index, definition) in loops.loops.iter().enumerate() {
            if definition.steps.iter().any(|s| reach.contains(s)) {
                self.loops[index].clone_from(&to.loops[index]);
            }
        }
        let of_versions = self.workflow.versions.iter().flat_map(|v| v.scores.iter().chain([&v.text]));
        let mut of_versions = of_versions.filter_map(|path| path.split('.').next());
        if of_versions.any(|name| reach.iter().any(|r| r.as_str() == name)) {
            self.versions.clone_from(&to.versions);
        }
    }

    /// Takes a decision back, and with it later ones on steps that follow from it.
    pub(super) fn take_back(&mut self, id: &DecisionId) {
        let Some(index) = self.decisions.iter().position(|d| d.id == *id) else { return };
        let decision = self.decisions[index].clone();
        let reach = self.reach(&decision.step);
        let after = self.snapshot();
        let later = self.decisions[index + 1..].iter();
        let with: Vec<DecisionId> =
            later.filter(|d| !d.undone && reach.contains(&d.step)).map(|d| d.id.clone()).collect();
        self.put_back(&reach, &decision.before);
        if decision.kind.is_by_hand() {
            // What the author took back is not adopted.
            self.step_mut(&decision.step).results.retain(|(_, r)| Some(r) != decision.revision.as_ref());
        }
        self.count(std::iter::once(id).chain(&with), true);
        self.reopen_unapproved_gates(&reach);
        self.redo.push(id.clone());
        self.decisions[index].after = Some(after);
        self.decisions[index].with = with;
        // What the author stopped by this decision goes on when the author says so.
        let was_made =
            matches!(decision.before.phase(&decision.step), Phase::Queued { .. } | Phase::Working { .. });
        let input = self.step(&decision.step).and_then(|s| s.input.clone());
        let step = self.step_mut(&decision.step);
        let there = input.is_some_and(|input| step.result_for(&input).is_some());
        if was_made && decision.kind != DecisionKind::Stop && !there && step.phase == Phase::Waiting {
            step.phase = Phase::NeedsAuthor {
                reason: Reason::Cancelled,
                message: "the draft was cancelled by a decision that was then undone".into(),
                budget: None,
            };
        }
    }

    /// Makes a decision again that was taken back, with those that were taken back with it.
    pub(super) fn make_again(&mut self, id: &DecisionId) {
        let Some(index) = self.decisions.iter().position(|d| d.id == *id) else { return };
        let Some(after) = self.decisions[index].after.clone() else { return self.redone(id) };
        let reach = self.reach(&self.decisions[index].step);
        // What was made since it was taken back is what taking it back again comes to.
        self.decisions[index].before = self.snapshot();
        self.redo.retain(|d| d != id);
        let with = std::mem::take(&mut self.decisions[index].with);
        self.put_back(&reach, &after);
        self.count(std::iter::once(id).chain(&with), false);
        self.reopen_unapproved_gates(&reach);
    }

    /// Reopens what a decision had settled that is undone: a later decision, undone after it, had put the settled
    /// state back.
    fn reopen_unapproved_gates(&mut self, reach: &[StepName]) {
        for name in reach {
            let Some(step) = self.step(name).filter(|s| s.is_settled()) else { continue };
            let by = |d: &&Decision| Some(&d.id) == step.settled_by.as_ref();
            let Some(decision) = self.decisions.iter().find(by).filter(|d| d.undone) else { continue };
            let phase = match (&step.phase, decision.before.phase(name)) {
                (Phase::Settled { revision: Some(revision) }, _) => {
                    Phase::Gate { revision: revision.clone() }
                }
                (_, gate @ Phase::Gate { .. }) => gate.clone(),
                _ => Phase::Waiting,
            };
            let step = self.step_mut(name);
            step.phase = phase;
            step.settled_on = None;
            step.settled_by = None;
        }
    }

    /// Counts decisions out or in again: their requests, their feedback, the findings that they waive.
    fn count<'d>(&mut self, ids: impl Iterator<Item = &'d DecisionId>, undone: bool) {
        for id in ids {
            let Some(index) = self.decisions.iter().position(|d| d.id == *id) else { continue };
            self.decisions[index].undone = undone;
            let Decision { step, kind, feedback, .. } = self.decisions[index].clone();
            if kind == DecisionKind::Revise && self.counts(&step) {
                let requests = self.revision_requests;
                self.revision_requests = if undone { requests.saturating_sub(1) } else { requests + 1 };
            }
            self.step_mut(&step).withdraw(&feedback, undone);
        }
        let standing = self.decisions.iter().filter(|d| !d.undone);
        let waived = standing.filter_map(|d| Some((d.step.clone(), d.finding.clone()?)));
        self.waived = waived.collect();
    }
}
