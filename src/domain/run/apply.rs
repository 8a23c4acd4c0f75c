//! How an event changes a run. Reads state and event only; never refuses, never looks at a clock.

use std::sync::Arc;

use super::input::Foundation;
use super::{
    Attempt, AttemptStatus, CancelReason, Decision, DecisionKind, Feedback, Outcome, Phase, Quoted, Run,
    RunEvent, Step, Turns,
};
use crate::domain::{Hash, Reason, RevisionId, StepName, Time, Workflow};

/// Returns the run that these first events make; none when the first is not [`RunEvent::RunStarted`].
#[must_use]
pub fn standing_after(workflow: Arc<Workflow>, events: &[RunEvent], at: Time) -> Option<Run> {
    let (first, rest) = events.split_first()?;
    let mut run = Run::start(workflow, first, at)?;
    for event in rest {
        run.apply(event, at);
    }
    Some(run)
}

impl Run {
    /// Begins a run from its first event; none when that is not [`RunEvent::RunStarted`].
    #[must_use]
    pub fn start(workflow: Arc<Workflow>, event: &RunEvent, at: Time) -> Option<Self> {
        let RunEvent::RunStarted { run, subject, title, text, parameters, .. } = event else { return None };
        let lasting =
            parameters.iter().filter(|(name, _)| workflow.parameters.get(*name).is_none_or(|p| !p.live));
        let given: Vec<String> = lasting.map(|(name, value)| format!("{name}={value}")).collect();
        Some(Self {
            id: run.clone(),
            subject: subject.clone(),
            title: title.clone(),
            text: text.clone(),
            parameters: parameters.clone(),
            given: Hash::of(given.join("\n").as_bytes()),
            loops: vec![Turns { turn: 1, ..Turns::default() }; workflow.loops.len()],
            versions: super::versions::first(&workflow),
            waived: Vec::new(),
            beat: None,
            steps: workflow.steps.iter().map(|s| Step::new(s.id.clone())).collect(),
            revision_requests: 0,
            revision_limit: workflow.limits.revision_requests,
            decisions: Vec::new(),
            redo: Vec::new(),
            feedback_count: 0,
            pinned: Vec::new(),
            proposals: Vec::new(),
            locks: Vec::new(),
            locks_made: 0,
            paused: false,
            seq: 1,
            created_at: at,
            updated_at: at,
            workflow,
        })
    }

    /// Applies the next event.
    pub fn apply(&mut self, event: &RunEvent, at: Time) {
        self.seq += 1;
        self.updated_at = at;
        match event {
            RunEvent::BeatSet { text } => self.beat = Some(text.clone()),
            RunEvent::StepAsked { step, iteration, input, basis } => {
                let made_from = self.asked(step);
                let step = self.step_mut(step);
                step.ask(*iteration, input, basis.as_ref(), made_from);
                step.phase = Phase::Queued { due: at };
            }
            RunEvent::ResultAdopted { step, iteration, input, revision, basis } => {
                let made_from = self.asked(step);
                let gated = self.workflow.step(step).is_some_and(|s| s.gate.is_some());
                let step = self.step_mut(step);
                step.ask(*iteration, input, basis.as_ref(), made_from);
                step.phase = match revision {
                    Some(revision) if gated => Phase::Gate { revision: revision.clone() },
                    Some(revision) => Phase::Settled { revision: Some(revision.clone()) },
                    None => Phase::Settled { revision: None },
                };
            }
            RunEvent::GateRuled { step, revision, outcome } => {
                self.step_mut(step).ruled(revision, *outcome);
            }
            RunEvent::LoopAsked { .. }
            | RunEvent::LoopTurned { .. }
            | RunEvent::LoopEnded { .. }
            | RunEvent::LoopReopened { .. } => self.turn(event),
            RunEvent::VersionsChanged { versions } => self.versions.clone_from(versions),
            RunEvent::StepPassed { step, why, made, bare } => {
                self.noted(step, made.as_ref());
                let step = self.step_mut(step);
                step.revisions.extend(made.clone());
                let last = || step.revisions.iter().rfind(|r| !r.late && !bare);
                let stands = made.as_ref().or_else(last);
                step.phase = Phase::Settled { revision: stands.map(|r| r.id.clone()) };
                step.settled_by = None;
                step.passed = Some(*why);
                step.set_aside = false;
            }
            RunEvent::StepFannedOut { .. } | RunEvent::ItemsSettled { .. } => self.fan(event),
            RunEvent::StepWithdrawn { step, kept } => {
                let step = self.step_mut(step);
                step.remember();
                step.kept.clone_from(kept);
                step.phase = Phase::Waiting;
                step.passed = None;
                step.made_from = None;
                let basis = step.basis.take();
                step.heard.retain(|heard| Some(heard) != basis.as_ref());
            }
            RunEvent::StepSettledAgain { step } => {
                let step = self.step_mut(step);
                step.phase = Phase::Settled { revision: step.kept.take() };
            }
            RunEvent::AuthorNeeded { step, reason, message, budget } => {
                let (message, budget) = (message.clone(), budget.clone());
                self.step_mut(step).needs_author(Phase::NeedsAuthor { reason: *reason, message, budget });
            }
            RunEvent::RetryAsked { step } => {
                let made_from = self.foundation(step);
                let step = self.step_mut(step);
                // An undone decision leaves none.
                step.made_from.get_or_insert(made_from);
                step.retry(at);
            }
            RunEvent::AttemptStarted { .. } => self.begin_attempt(event, at),
            RunEvent::AttemptDelivered { .. }
            | RunEvent::RemarksDelivered { .. }
            | RunEvent::ProposalsDelivered { .. }
            | RunEvent::AttemptFailed { .. }
            | RunEvent::AttemptCancelled { .. } => self.end_attempt(event, at),
            // The first event is applied by `start`; the others change only what was spent or is shown.
            RunEvent::RunStarted { .. }
            | RunEvent::AttemptClosed { .. }
            | RunEvent::AnswerNoted { .. }
            | RunEvent::FoundFine { .. } => {}
            RunEvent::Decided { .. } => self.decided(event),
            RunEvent::Undone { decision, exact: true } => self.take_back(decision),
            RunEvent::Undone { decision, exact: false } => self.undone(decision),
            RunEvent::Redone { decision, exact: true } => self.make_again(decision),
            RunEvent::Redone { decision, exact: false } => self.redone(decision),
            RunEvent::ModelChosen { .. } | RunEvent::LimitSet { .. } | RunEvent::ParameterSet { .. } => {
                self.set(event);
            }
            RunEvent::EntryPinned { .. }
            | RunEvent::EntryUnpinned { .. }
            | RunEvent::PassageLocked { .. }
            | RunEvent::PassageUnlocked { .. } => self.hold(event),
            RunEvent::ProposalAccepted { .. } | RunEvent::ProposalRefused { .. } => self.judged(event),
            RunEvent::Paused | RunEvent::Resumed => self.paused = matches!(event, RunEvent::Paused),
        }
    }

    /// Takes in what the author set.
    fn set(&mut self, event: &RunEvent) {
        match event {
            RunEvent::ModelChosen { step, model } => self.step_mut(step).model.clone_from(model),
            RunEvent::LimitSet { limit } => self.revision_limit = *limit,
            RunEvent::ParameterSet { name, value } => {
                self.parameters.insert(name.clone(), value.clone());
            }
            _ => {}
        }
    }

    /// Takes in what is pinned or locked, and what no longer is.
    fn hold(&mut self, event: &RunEvent) {
        match event {
            RunEvent::EntryPinned { entry } => self.pinned.push(entry.clone()),
            RunEvent::EntryUnpinned { entry } => self.pinned.retain(|e| e != entry),
            RunEvent::PassageLocked { lock } => {
                self.locks.push(lock.clone());
                self.locks_made += 1;
            }
            RunEvent::PassageUnlocked { lock } => self.locks.retain(|l| l.id != *lock),
            _ => {}
        }
    }

    fn begin_attempt(&mut self, event: &RunEvent, at: Time) {
        let RunEvent::AttemptStarted { attempt, step, iteration, number, model, input, .. } = event else {
            return;
        };
        let step = self.step_mut(step);
        step.attempts.push(Attempt {
            id: attempt.clone(),
            iteration: *iteration,
            number: *number,
            model: model.clone(),
            input: input.clone(),
            status: AttemptStatus::Running,
            started_at: at,
        });
        step.phase = Phase::Working { attempt: attempt.clone() };
    }

    fn end_attempt(&mut self, event: &RunEvent, at: Time) {
        match event {
            RunEvent::AttemptDelivered { attempt, step, revision, .. } => {
                let gated = self.workflow.step(step).is_some_and(|s| s.gate.is_some());
                if !revision.late {
                    self.noted(step, Some(revision));
                }
                let step = self.step_mut(step);
                step.revisions.push(revision.clone());
                if step.finish(attempt, AttemptStatus::Delivered(Some(revision.id.clone()))) {
                    let revision = revision.id.clone();
                    step.interruptions = 0;
                    step.phase = if gated {
                        Phase::Gate { revision }
                    } else {
                        Phase::Settled { revision: Some(revision) }
                    };
                }
            }
            RunEvent::RemarksDelivered { attempt, step, .. } => {
                let step = self.step_mut(step);
                if step.finish(attempt, AttemptStatus::Delivered(None)) {
                    step.phase = Phase::Settled { revision: None };
                }
            }
            RunEvent::ProposalsDelivered { attempt, step, revision, proposals, .. } => {
                self.offered(revision, proposals);
                let step = self.step_mut(step);
                if step.finish(attempt, AttemptStatus::Delivered(None)) {
                    step.interruptions = 0;
                    step.phase = Phase::Settled { revision: None };
                }
            }
            RunEvent::AttemptFailed { attempt, step, failure, retry_at, .. } => {
                let step = self.step_mut(step);
                if step.finish(attempt, AttemptStatus::Failed(failure.clone())) {
                    step.failures += 1;
                    step.interruptions = 0;
                    step.phase = match retry_at {
                        Some(due) => Phase::Queued { due: *due },
                        None => Phase::NeedsAuthor {
                            reason: Reason::Failed,
                            message: failure.message.clone(),
                            budget: None,
                        },
                    };
                }
            }
            RunEvent::AttemptCancelled { attempt, step, reason, counted, .. } => {
                let step = self.step_mut(step);
                if step.finish(attempt, AttemptStatus::Cancelled(*reason)) {
                    step.interruptions += u32::from(*counted);
                    step.phase = match reason {
                        CancelReason::Interrupted | CancelReason::Trashed => Phase::Queued { due: at },
                        CancelReason::Author | CancelReason::Superseded => Phase::Waiting,
                    };
                }
            }
            _ => {}
        }
    }

    /// Takes in that a step is asked, and returns what it is made from.
    fn asked(&mut self, step: &StepName) -> Foundation {
        if let Some(index) = self.workflow.loop_of(step)
            && self.loops[index].made_from.is_none()
        {
            self.loops[index].made_from = Some(self.loop_needs(index));
        }
        self.foundation(step)
    }

    fn decided(&mut self, event: &RunEvent) {
        let RunEvent::Decided { decision, step, kind, revision, made, feedback, passages, finding, .. } =
            event
        else {
            return;
        };
        let all = || feedback.as_deref().into_iter().chain(passages);
        for given in all() {
            self.feedback_count += 1;
            let quoted = given.passage.zip(given.quote.clone());
            let given = Feedback {
                id: given.id.clone(),
                revision: given.revision.clone(),
                text: given.text.clone(),
                quoted: quoted.map(|(passage, quote)| Quoted { passage, quote }),
                withdrawn: false,
            };
            self.step_mut(step).feedback.push(given);
        }
        let before = self.snapshot();
        self.noted(step, made.as_ref());
        self.waived.extend(finding.clone().map(|f| (step.clone(), f)));
        let turns = self.workflow.loop_of(step).map(|l| self.loops[l].clone());
        let turn = turns.as_ref().map_or(0, |t| t.turn);
        let after_loop = turns.is_some_and(|t| t.ended.is_some());
        let state = self.step_mut(step);
        if let Some(made) = made {
            state.revisions.push(made.clone());
        }
        let record = Decision {
            id: decision.clone(),
            step: step.clone(),
            kind: *kind,
            revision: made.as_ref().map(|r| r.id.clone()).or_else(|| revision.clone()),
            feedback: all().map(|f| f.id.clone()).collect(),
            finding: finding.clone(),
            before,
            after: None,
            with: Vec::new(),
            turn,
            after_loop,
            undone: false,
        };
        self.redo.clear();
        self.effect(&record);
        self.decisions.push(record);
    }

    /// Carries out what a decision means for its step, the first time or when it is redone.
    pub(super) fn effect(&mut self, decision: &Decision) {
        if decision.kind == DecisionKind::Revise && self.counts(&decision.step) {
            self.revision_requests += 1;
        }
        // What the author makes is made of what there is now, whatever the step was asked with before.
        let by_hand = decision.kind.is_by_hand();
        let of_now = by_hand.then(|| (self.foundation(&decision.step), self.input(&decision.step)));
        let step = self.step_mut(&decision.step);
        if let Some((made_from, input)) = of_now {
            step.made_from = Some(made_from);
            step.input = Some(input);
            step.passed = None;
        }
        match decision.kind {
            DecisionKind::Approve | DecisionKind::Edit | DecisionKind::Import | DecisionKind::Override => {
                step.settled_on = step.ruling.as_ref().map(|(_, outcome)| *outcome);
                step.phase = Phase::Settled { revision: decision.revision.clone() };
                step.set_aside = false;
            }
            DecisionKind::Merge => {
                if let Some(revision) = decision.revision.clone() {
                    step.phase = match decision.before.phase(&decision.step) {
                        Phase::Settled { .. } => Phase::Settled { revision: Some(revision) },
                        _ => Phase::Gate { revision },
                    };
                }
                step.set_aside = false;
            }
            DecisionKind::Skip => {
                step.phase = Phase::Settled { revision: None };
                step.set_aside = false;
            }
            DecisionKind::Revise => {
                if decision.feedback.is_empty() {
                    step.asked_again += 1;
                }
                step.phase = Phase::Waiting;
                step.set_aside = false;
            }
            DecisionKind::Write | DecisionKind::Restore => {
                if let Some(revision) = decision.revision.clone() {
                    step.phase = Phase::Gate { revision };
                }
                step.set_aside = false;
            }
            DecisionKind::Waive => {
                step.phase = Phase::Waiting;
                step.set_aside = false;
            }
            DecisionKind::SetAside => step.set_aside = true,
            DecisionKind::TakeUp => step.set_aside = false,
            // What ended with it are events of their own.
            DecisionKind::Stop => {}
        }
        if decision.kind.approves() || decision.kind == DecisionKind::Skip {
            step.settled_by = step.is_settled().then(|| decision.id.clone());
        }
    }
}

impl Step {
    fn ask(
        &mut self,
        iteration: u32,
        input: &crate::domain::Hash,
        basis: Option<&RevisionId>,
        made_from: Foundation,
    ) {
        self.iteration = iteration;
        self.input = Some(input.clone());
        self.basis = basis.cloned();
        self.heard.extend(basis.cloned());
        self.made_from = Some(made_from);
        self.kept = None;
        self.settled_by = None;
        self.failures = 0;
        self.interruptions = 0;
        self.set_aside = false;
        self.passed = None;
    }

    fn needs_author(&mut self, phase: Phase) {
        self.set_aside = false;
        self.phase = phase;
    }

    fn retry(&mut self, at: Time) {
        self.set_aside = false;
        self.failures = 0;
        self.interruptions = 0;
        self.phase = Phase::Queued { due: at };
    }

    /// Takes in what the rule at its gate says. What was settled stays so while the rule says nothing worse than then.
    fn ruled(&mut self, revision: &RevisionId, outcome: Outcome) {
        self.ruling = Some((revision.clone(), outcome));
        match &self.phase {
            Phase::Settled { .. } if self.settled_on.is_none_or(|then| outcome >= then) => {}
            Phase::Settled { .. } => self.phase = Phase::Gate { revision: revision.clone() },
            _ if outcome == Outcome::Pass => {
                self.settled_on = Some(outcome);
                self.settled_by = None;
                self.phase = Phase::Settled { revision: Some(revision.clone()) };
            }
            _ => {}
        }
    }

    /// Closes an attempt; returns whether it was the one under way.
    fn finish(&mut self, id: &crate::domain::ids::AttemptId, status: AttemptStatus) -> bool {
        let live = self.live_attempt() == Some(id);
        if let Some(attempt) = self.attempts.iter_mut().find(|a| a.id == *id) {
            attempt.status = status;
        }
        live
    }

    pub(super) fn withdraw(&mut self, feedback: &[crate::domain::ids::FeedbackId], withdrawn: bool) {
        for given in self.feedback.iter_mut().filter(|f| feedback.contains(&f.id)) {
            given.withdrawn = withdrawn;
        }
    }
}
