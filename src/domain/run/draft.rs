//! A decision in the making: events are applied to a copy as they are drafted, so that each consequence is
//! drawn from the state that the events before it left.

use super::input::hash_of;
use super::{AttemptStatus, CancelReason, Phase, Run, RunEvent, Step};
use crate::domain::workflow::{SubjectKind, When};
use crate::domain::{Decided, Facts, Hash, RevisionId, StepName, Text};

pub(super) struct Draft<'a> {
    pub run: Run,
    pub facts: &'a Facts,
    decided: Decided<RunEvent>,
}

impl<'a> Draft<'a> {
    pub fn new(run: &Run, facts: &'a Facts) -> Self {
        Self { run: run.clone(), facts, decided: Decided { events: Vec::new(), texts: Vec::new() } }
    }

    /// Returns how many events were drafted.
    pub fn events(&self) -> usize {
        self.decided.events.len()
    }

    pub fn push(&mut self, event: RunEvent) {
        self.run.apply(&event, self.facts.now);
        self.decided.events.push(event);
    }

    /// Keeps a text for the store and returns its reference.
    pub fn text(&mut self, text: String) -> Text {
        let reference = Text::of(&text);
        self.decided.texts.push((reference.hash.clone(), text));
        reference
    }

    /// Draws all consequences and returns what was decided.
    pub fn finish(mut self) -> Decided<RunEvent> {
        if !self.run.paused {
            self.go_on();
            self.ask_advisory_steps();
            self.ask_closing_steps();
            self.ask_about_edits();
        }
        self.decided
    }

    pub fn cancel(&mut self, step: &StepName, reason: CancelReason) {
        if let Some(attempt) = self.run.step(step).and_then(Step::live_attempt).cloned() {
            self.push(RunEvent::AttemptCancelled {
                attempt,
                step: step.clone(),
                reason,
                partial: None,
                counted: false,
            });
        }
    }

    /// Takes back what a step has or does; what it made is kept for the case that it is asked the same again.
    pub(super) fn withdraw(&mut self, step: &StepName) {
        if self.step(step).phase == Phase::Waiting {
            return;
        }
        self.cancel(step, CancelReason::Superseded);
        let kept = self.step(step).current_revision().map(|r| r.id.clone());
        self.push(RunEvent::StepWithdrawn { step: step.clone(), kept });
    }

    /// Asks every step whose needs are settled. Without a beat nothing is asked of a page: the author is.
    pub(super) fn ask_ready_steps(&mut self) {
        if self.run.beat.is_none() && self.run.workflow.subject == SubjectKind::Page {
            let narrated = self.run.main_steps().next().is_some_and(Step::is_settled);
            if !narrated {
                return;
            }
        }
        let definitions = self.run.workflow.clone();
        for definition in definitions.steps.iter().filter(|s| !s.advisory) {
            let state = self.step(&definition.id);
            match state.phase {
                Phase::Waiting if self.is_ready(definition) => self.begin_step(definition),
                Phase::Items => {
                    let waiting = self.run.items_of(state).filter(|s| s.phase == Phase::Waiting);
                    let waiting: Vec<StepName> = waiting.map(|s| s.name.clone()).collect();
                    for item in &waiting {
                        self.ask(item);
                    }
                }
                _ => {}
            }
        }
    }

    /// Asks a step, or adopts the result of having been asked exactly this before.
    pub fn ask(&mut self, name: &StepName) {
        let input = self.run.input(name);
        let step = self.run.step(name).expect("asked steps are those of the definition");
        let iteration = step.iteration + 1;
        let adopted = step.result_for(&input);
        let step = name.clone();
        self.push(match adopted {
            Some(revision) => {
                RunEvent::ResultAdopted { step, iteration, input, revision: Some(revision), basis: None }
            }
            None => RunEvent::StepAsked { step, iteration, input, basis: None },
        });
    }

    /// Asks advisory steps at the gates that opened, and stops those whose gate closed.
    fn ask_advisory_steps(&mut self) {
        let definitions = self.run.workflow.clone();
        for definition in definitions.steps.iter().filter(|s| s.advisory && s.when == When::AtGate) {
            let Some(read) = definition.reads.as_ref().and_then(|r| self.run.step(r)) else { continue };
            let open_on = match &read.phase {
                Phase::Gate { revision } => Some(revision.clone()),
                _ => None,
            };
            let name = &definition.id;
            let step = self.run.step(name).expect("steps are those of the definition");
            match open_on {
                Some(revision) if self.facts.advisory && step.basis.as_ref() != Some(&revision) => {
                    self.cancel(name, CancelReason::Superseded);
                    self.advise(name, revision);
                }
                None if !matches!(step.phase, Phase::Waiting) => {
                    self.cancel(name, CancelReason::Superseded);
                    self.push(RunEvent::StepWithdrawn { step: name.clone(), kept: None });
                }
                _ => {}
            }
        }
    }

    /// Asks the steps that wait for all to be settled, or adopts what they made of the same texts; takes back what
    /// they made when it no longer is.
    fn ask_closing_steps(&mut self) {
        let definitions = self.run.workflow.clone();
        for definition in definitions.steps.iter().filter(|s| s.when == When::Done) {
            let name = &definition.id;
            let current: Vec<_> = self.run.main_steps().filter_map(Step::current_revision).collect();
            let basis = current.first().map(|r| r.id.clone());
            let done = self.run.first_unsettled().is_none() && basis.is_some();
            // What no agent wrote on, a manuscript or a page by hand, is not sent to a model unasked.
            let written = current.iter().any(|r| self.run.written(&r.id).is_some());
            let input = hash_of(name, current.iter().map(|r| &r.text.hash), 0);
            let step = self.run.step(name).expect("steps are those of the definition");
            let waits = step.phase == Phase::Waiting;
            if done && written && self.facts.summaries && (waits || step.input.as_ref() != Some(&input)) {
                let iteration = step.iteration + 1;
                let same =
                    step.revisions.iter().rfind(|r| r.input.as_ref() == Some(&input)).map(|r| r.id.clone());
                self.cancel(name, CancelReason::Superseded);
                let step = name.clone();
                self.push(match same {
                    Some(_) => RunEvent::ResultAdopted { step, iteration, input, revision: same, basis },
                    None => RunEvent::StepAsked { step, iteration, input, basis },
                });
            } else if !done && !waits {
                self.cancel(name, CancelReason::Superseded);
                self.push(RunEvent::StepWithdrawn { step: name.clone(), kept: None });
            }
        }
    }

    /// Asks the steps that learn from the author's edits: of each edit once, one after the other; an edit that was
    /// taken back teaches nothing.
    fn ask_about_edits(&mut self) {
        let definitions = self.run.workflow.clone();
        for name in definitions.steps.iter().filter(|s| s.when == When::Edited).map(|s| &s.id) {
            let step = self.run.step(name).expect("steps are those of the definition");
            if step.phase != Phase::Waiting && step.basis.as_ref().is_some_and(|b| self.run.edit(b).is_none())
            {
                self.cancel(name, CancelReason::Superseded);
                self.push(RunEvent::StepWithdrawn { step: name.clone(), kept: None });
            }
            while self.facts.lessons
                && let Some((revision, input)) = self.unheard_edit(name)
            {
                self.ask_of(name, revision, input);
            }
        }
    }

    /// Returns the first edit that a step was not asked of, when it is free to be asked.
    fn unheard_edit(&self, name: &StepName) -> Option<(RevisionId, Hash)> {
        let step = self.run.step(name)?;
        if matches!(step.phase, Phase::Queued { .. } | Phase::Working { .. }) {
            return None;
        }
        let edit = self.run.edits().find(|edit| !step.heard.contains(&edit.after.id))?;
        let input = hash_of(name, [&edit.before.text.hash, &edit.after.text.hash].into_iter(), 0);
        Some((edit.after.id.clone(), input))
    }

    fn advise(&mut self, name: &StepName, revision: RevisionId) {
        let text = self.run.revision(&revision).map(|(_, r)| r.text.hash.clone());
        let beat = self.run.beat.as_ref().map(|b| &b.hash);
        // The same draft on other feedback is judged by that.
        let sources = self.run.step(name).map(|s| self.run.feedback_sources(s)).unwrap_or_default();
        let feedback = sources.into_iter().flat_map(Step::active_feedback).map(|f| &f.text.hash);
        let input = hash_of(name, beat.into_iter().chain(text.as_ref()).chain(feedback), 0);
        self.ask_of(name, revision, input);
    }

    /// Asks an advisory step of a revision, unless it has answered exactly this before.
    fn ask_of(&mut self, name: &StepName, revision: RevisionId, input: Hash) {
        let step = self.run.step(name).expect("steps are those of the definition");
        let iteration = step.iteration + 1;
        let done =
            step.attempts.iter().any(|a| a.input == input && matches!(a.status, AttemptStatus::Delivered(_)));
        let (step, basis) = (name.clone(), Some(revision));
        self.push(if done {
            RunEvent::ResultAdopted { step, iteration, input, revision: None, basis }
        } else {
            RunEvent::StepAsked { step, iteration, input, basis }
        });
    }
}
