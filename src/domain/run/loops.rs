//! Loops: how they turn, how they end, and how they go on after all when what their end was decided on has changed.

use super::draft::Draft;
use super::{CancelReason, DecisionKind, LoopOutcome, Passed, Phase, Run, RunEvent, Step};
use crate::domain::workflow::Loop;
use crate::domain::{Reason, Refusal, StepName};

impl Run {
    pub(super) fn turn(&mut self, event: &RunEvent) {
        let place = |id: &str| self.workflow.loops.iter().position(|l| l.id == *id);
        match event {
            RunEvent::LoopAsked { id, .. } => {
                if let Some(index) = place(id) {
                    self.loops[index].asked = true;
                }
            }
            RunEvent::LoopTurned { id, turn } => {
                let Some(index) = place(id) else { return };
                self.loops[index].turn = *turn;
                self.loops[index].asked = false;
                let steps = self.workflow.loops[index].steps.clone();
                for name in &steps {
                    let step = self.step_mut(name);
                    step.phase = Phase::Waiting;
                    step.kept = None;
                    step.passed = None;
                    step.made_from = None;
                }
            }
            RunEvent::LoopEnded { id, outcome, .. } => {
                if let Some(index) = place(id) {
                    self.loops[index].ended = Some(*outcome);
                }
            }
            RunEvent::LoopReopened { id, turn } => {
                let Some(index) = place(id) else { return };
                let needs = self.loop_needs(index);
                let state = &mut self.loops[index];
                (state.turn, state.asked, state.ended) = (*turn, false, None);
                state.made_from = state.made_from.take().filter(|made| *made == needs);
                for name in self.workflow.loops[index].steps.clone() {
                    let step = self.step_mut(&name);
                    if step.passed == Some(Passed::LoopEnded) {
                        step.passed = None;
                        step.phase = Phase::Waiting;
                        step.made_from = None;
                    }
                }
            }
            _ => {}
        }
    }
}

impl Draft<'_> {
    fn is_settled(&self, name: &StepName) -> bool {
        self.run.step(name).is_some_and(Step::is_settled)
    }

    pub(super) fn turn_loops(&mut self) {
        let workflow = self.run.workflow.clone();
        for (index, definition) in workflow.loops.iter().enumerate() {
            let Some(after) = definition.asked_after() else { continue };
            let state = self.run.loops[index].clone();
            if let Some(outcome) = state.ended {
                if self.goes_on_after_all(definition, after, state.turn, outcome) {
                    self.push(RunEvent::LoopReopened { id: definition.id.clone(), turn: state.turn });
                } else {
                    self.pass_rest(definition, false);
                }
                continue;
            }
            if !self.is_settled(after) {
                continue;
            }
            let (id, turn) = (definition.id.clone(), state.turn);
            match self.run.holds(&definition.until) {
                Ok(true) => self.end_loop(definition, turn, LoopOutcome::Met),
                Ok(false) if !state.asked => self.push(RunEvent::LoopAsked { id, turn }),
                Ok(false) if definition.steps.iter().all(|name| self.is_settled(name)) => {
                    if turn >= self.run.loop_limit(definition) {
                        self.end_loop(definition, turn, LoopOutcome::Limit);
                    } else {
                        self.push(RunEvent::LoopTurned { id, turn: turn + 1 });
                    }
                }
                Err(message) if !state.asked => self.need_author(after.clone(), Reason::Failed, message),
                Ok(false) | Err(_) => {}
            }
        }
    }

    /// Returns whether a loop that ended would not end now: its condition or its limit says otherwise, or a step
    /// that it stands on is made again.
    fn goes_on_after_all(
        &self,
        definition: &Loop,
        after: &StepName,
        turn: u32,
        outcome: LoopOutcome,
    ) -> bool {
        let is_made_again = |name: &StepName| {
            let step = self.step(name);
            let busy = !step.is_settled() && !matches!(step.phase, Phase::Gate { .. });
            busy && self.is_ready(self.run.definition(step))
        };
        let up_to = |name: &StepName| definition.steps.iter().position(|s| s == name);
        let asked_up_to = up_to(after).map_or(0, |n| n + 1);
        let holds = || self.is_settled(after).then(|| self.run.holds(&definition.until).ok()).flatten();
        match outcome {
            LoopOutcome::Stopped => false,
            LoopOutcome::Met => {
                definition.steps[..asked_up_to].iter().any(is_made_again) || holds() == Some(false)
            }
            LoopOutcome::Limit => {
                definition.steps.iter().any(is_made_again)
                    || holds().is_some_and(|met| met || turn < self.run.loop_limit(definition))
            }
        }
    }

    /// Begins loops from their first turn again whose steps were made from what other steps no longer say.
    pub(super) fn restart_loops(&mut self) {
        let workflow = self.run.workflow.clone();
        for (index, definition) in workflow.loops.iter().enumerate() {
            let settled = self.run.outside_needs(index).all(|need| self.is_settled(need));
            let Some(made_from) = self.run.loops[index].made_from.as_ref().filter(|_| settled) else {
                continue;
            };
            if *made_from != self.run.loop_needs(index) {
                definition.steps.iter().for_each(|step| self.withdraw(step));
                self.push(RunEvent::LoopReopened { id: definition.id.clone(), turn: 1 });
            }
        }
    }

    fn end_loop(&mut self, definition: &Loop, turn: u32, outcome: LoopOutcome) {
        self.push(RunEvent::LoopEnded { id: definition.id.clone(), turn, outcome });
        self.pass_rest(definition, true);
    }

    /// Passes over what a loop that ended does no more; later only what the author is not at.
    fn pass_rest(&mut self, definition: &Loop, at_its_end: bool) {
        for step in &definition.steps {
            let state = self.step(step);
            let open = matches!(state.phase, Phase::Gate { .. });
            if state.is_settled() || (!at_its_end && (open || !self.is_ready(self.run.definition(state)))) {
                continue;
            }
            self.cancel(step, CancelReason::Superseded);
            let (step, why) = (step.clone(), Passed::LoopEnded);
            self.push(RunEvent::StepPassed { step, why, made: None, bare: false });
        }
    }

    /// Ends the loop that goes on.
    pub(super) fn stop(&mut self) -> Result<(), Refusal> {
        let workflow = self.run.workflow.clone();
        let going = workflow.loops.iter().zip(&self.run.loops).find_map(|(definition, state)| {
            let begun = |s: &&StepName| self.run.step(s).is_some_and(|s| s.phase != Phase::Waiting);
            let at = definition.steps.iter().filter(begun).find(|s| !self.is_settled(s));
            let at = at.or_else(|| definition.steps.iter().find(begun));
            at.filter(|_| state.ended.is_none()).map(|at| (definition, state.turn, at.clone()))
        });
        let (definition, turn, at) = going.ok_or(Refusal::NothingToStop)?;
        let revision = self.step(&at).current_revision().map(|r| r.id.clone());
        self.record(at, DecisionKind::Stop, revision, None, 0, None);
        self.end_loop(definition, turn, LoopOutcome::Stopped);
        Ok(())
    }
}
