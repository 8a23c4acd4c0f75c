//! Decisions taken back, made again, and steps tried again.

use super::draft::Draft;
use super::{CancelReason, DecisionKind, RunEvent, Step};
use crate::domain::{Refusal, StepName};

impl Draft<'_> {
    pub(super) fn undo(&mut self, step: Option<&StepName>) -> Result<(), Refusal> {
        let last = self.run.decisions.iter().rfind(|d| !d.undone && step.is_none_or(|s| d.step == *s));
        let Some(last) = last.cloned() else { return Err(Refusal::NothingToUndo) };
        if self.run.workflow.loop_of(&last.step).is_some_and(|l| self.run.loops[l].turn != last.turn) {
            return Err(Refusal::PastTurn { step: last.step });
        }
        let needs = &self.run.definition(self.step(&last.step)).needs;
        if !needs.iter().all(|n| self.run.step(n).is_some_and(Step::is_settled)) {
            return Err(Refusal::NotReady { step: last.step });
        }

        self.cancel(&last.step, CancelReason::Superseded);
        self.push(RunEvent::Undone { decision: last.id });
        if self.step(&last.step).is_settled() {
            self.settle_again_after(&last.step);
        } else {
            self.withdraw_after(&last.step);
        }
        // A loop that goes on again takes back what came after it.
        if let Some(index) = self.run.workflow.loop_of(&last.step).filter(|_| !last.after_loop) {
            for name in &self.run.workflow.clone().loops[index].steps {
                if !self.step(name).is_settled() {
                    self.withdraw_after(name);
                }
            }
        }
        Ok(())
    }

    pub(super) fn redo(&mut self) -> Result<(), Refusal> {
        let Some(decision) = self.run.redo.last().cloned() else { return Err(Refusal::NothingToRedo) };
        let undone = self.run.decisions.iter().find(|d| d.id == decision);
        let undone = undone.expect("what can be redone was decided");
        if undone.kind == DecisionKind::Revise && self.run.revision_requests >= self.run.revision_limit {
            return Err(Refusal::LimitReached { limit: self.run.revision_limit });
        }
        let step = undone.step.clone();
        if self.run.workflow.loop_of(&step).is_some_and(|l| self.run.loops[l].turn != undone.turn) {
            return Err(Refusal::PastTurn { step });
        }
        let needs = &self.run.definition(self.step(&step)).needs;
        if !needs.iter().all(|n| self.run.step(n).is_some_and(Step::is_settled)) {
            return Err(Refusal::NotReady { step });
        }
        self.cancel(&step, CancelReason::Superseded);
        self.push(RunEvent::Redone { decision });
        if !self.step(&step).is_settled() {
            self.withdraw_after(&step);
        }
        Ok(())
    }

    pub(super) fn retry(&mut self, step: StepName) {
        if self.step(&step).input.is_some() {
            self.push(RunEvent::RetryAsked { step });
        } else {
            self.ask(&step);
        }
    }
}
