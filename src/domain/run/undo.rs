//! Decisions taken back, made again, and steps tried again.

use super::draft::Draft;
use super::{CancelReason, Decision, DecisionKind, Phase, RunEvent, Snapshot, Step};
use crate::domain::{Refusal, StepName};

impl Draft<'_> {
    pub(super) fn undo(&mut self, step: Option<&StepName>) -> Result<(), Refusal> {
        let last = self.run.decisions.iter().rfind(|d| !d.undone && step.is_none_or(|s| d.step == *s));
        let Some(last) = last.cloned() else { return Err(Refusal::NothingToUndo) };
        self.may_return_to(&last)?;
        self.stop_before(&last, &last.before);
        self.push(RunEvent::Undone { decision: last.id, exact: true });
        Ok(())
    }

    pub(super) fn redo(&mut self) -> Result<(), Refusal> {
        let Some(decision) = self.run.redo.last().cloned() else { return Err(Refusal::NothingToRedo) };
        let undone = self.run.decisions.iter().find(|d| d.id == decision).cloned();
        let undone = undone.expect("what can be redone was decided");
        if undone.kind == DecisionKind::Revise && self.run.revision_requests >= self.run.revision_limit {
            return Err(Refusal::LimitReached { limit: self.run.revision_limit });
        }
        self.may_return_to(&undone)?;
        let after = undone.after.clone().unwrap_or_default();
        self.stop_before(&undone, &after);
        self.push(RunEvent::Redone { decision, exact: true });
        Ok(())
    }

    /// Refuses to take back or make again what belongs to an earlier turn, or stands on what is not settled.
    fn may_return_to(&self, decision: &Decision) -> Result<(), Refusal> {
        let step = decision.step.clone();
        if self.run.workflow.loop_of(&step).is_some_and(|l| self.run.loops[l].turn != decision.turn) {
            return Err(Refusal::PastTurn { step });
        }
        let needs = &self.run.definition(self.step(&step)).needs;
        if needs.iter().all(|n| self.run.step(n).is_some_and(Step::is_settled)) {
            Ok(())
        } else {
            Err(Refusal::NotReady { step })
        }
    }

    /// Stops what is under way and was not in the state that is returned to.
    fn stop_before(&mut self, decision: &Decision, state: &Snapshot) {
        for step in self.run.reach(&decision.step) {
            let live = self.step(&step).live_attempt().cloned();
            if live.is_some_and(|attempt| *state.phase(&step) != Phase::Working { attempt }) {
                self.cancel(&step, CancelReason::Superseded);
            }
        }
    }

    pub(super) fn retry(&mut self, step: StepName) {
        // What came before it may have changed while it waited for its author: then it is asked something else.
        if self.step(&step).input == Some(self.run.input(&step)) {
            self.push(RunEvent::RetryAsked { step });
        } else {
            self.ask(&step);
        }
    }
}
