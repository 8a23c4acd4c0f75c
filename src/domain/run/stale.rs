//! Nothing stands on what has changed: results, fan-outs and passings-over whose input is another one now are taken
//! back, and asked for again or adopted by their input.

use super::draft::Draft;
use super::{Passed, Phase, RunEvent, Step};
use crate::domain::StepName;
use crate::domain::workflow::{Each, StepDefinition, SubjectKind};

impl Draft<'_> {
    pub(super) fn withdraw_stale(&mut self) {
        self.restart_loops();
        let workflow = self.run.workflow.clone();
        for definition in workflow.steps.iter().filter(|s| !s.advisory) {
            if let Some(each) = &definition.each {
                self.withdraw_stale_items(definition, each);
            }
            let state = self.step(&definition.id);
            if state.phase == Phase::Waiting {
                continue;
            }
            if !self.is_ready(definition) {
                self.withdraw(&definition.id);
            } else if !self.is_fresh(definition, state) {
                self.take_back_stale(&definition.id);
            }
        }
    }

    fn withdraw_stale_items(&mut self, definition: &StepDefinition, each: &Each) {
        let listed = self.run.keys(each);
        let of_it = |s: &&Step| s.name.key().is_some() && s.name.base() == definition.id.as_str();
        let items: Vec<StepName> = self.run.steps.iter().filter(of_it).map(|s| s.name.clone()).collect();
        for item in items {
            let state = self.step(&item);
            let stays = item.key().is_some_and(|key| listed.iter().any(|k| k == key));
            if state.phase == Phase::Waiting {
                continue;
            }
            if !stays || !self.is_ready(definition) {
                self.withdraw(&item);
            } else if !self.is_made_from_what_there_is(state) {
                self.take_back_stale(&item);
            }
        }
    }

    /// Returns whether what a step has or does is what would come of what there is now.
    fn is_fresh(&self, definition: &StepDefinition, state: &Step) -> bool {
        let wanted = definition.condition.as_deref().map(|c| self.run.holds(c));
        match state.passed {
            Some(Passed::LoopEnded) => return true,
            Some(Passed::Condition) => return wanted != Some(Ok(true)),
            Some(Passed::Failed) | None if wanted == Some(Ok(false)) => return false,
            Some(Passed::Failed) | None => {}
        }
        match &definition.each {
            Some(each) => {
                let done = state.is_settled();
                state.items == self.run.keys(each)
                    && (!done || self.run.items_of(state).all(Step::is_settled))
            }
            None => self.is_made_from_what_there_is(state),
        }
    }

    fn is_made_from_what_there_is(&self, state: &Step) -> bool {
        let left_out = state.phase == Phase::Settled { revision: None } && state.passed.is_none();
        left_out || state.made_from.as_ref().is_none_or(|made| *made == self.run.foundation(&state.name))
    }

    /// Takes a stale result back. The author's approval of a page's text goes, and the text stays at its gate: it is
    /// shown beside what changed, and not written again unasked.
    fn take_back_stale(&mut self, step: &StepName) {
        let state = self.step(step);
        let reviewed =
            self.run.workflow.subject == SubjectKind::Page && self.run.definition(state).gate.is_some();
        match state.current_revision().map(|r| r.id.clone()) {
            Some(revision) if reviewed => {
                let (iteration, input) = (state.iteration + 1, self.run.input(step));
                let (step, revision) = (step.clone(), Some(revision));
                self.push(RunEvent::ResultAdopted { step, iteration, input, revision, basis: None });
            }
            _ => self.withdraw(step),
        }
    }
}
