//! Decisions taken back and made again as journals of earlier versions mean it: only the step itself goes back to
//! where it stood, and events of their own say what that did to others.

use std::sync::Arc;

use super::{DecisionKind, Phase, Run};
use crate::domain::ids::DecisionId;
use crate::domain::{Reason, StepName};

impl Run {
    pub(super) fn undone(&mut self, id: &DecisionId) {
        let Some(index) = self.decisions.iter().position(|d| d.id == *id) else { return };
        self.decisions[index].undone = true;
        self.redo.push(id.clone());
        let decision = self.decisions[index].clone();
        let dependent = self.dependent_steps(&decision.step);
        for later in &mut self.decisions[index..] {
            // Taken back with what they stood on; they are not redone by themselves.
            later.undone |= dependent.contains(&later.step);
        }
        if decision.kind == DecisionKind::Revise && self.counts(&decision.step) {
            self.revision_requests = self.revision_requests.saturating_sub(1);
        }
        if !decision.after_loop {
            self.reopen_loop(&decision.step);
        }
        let before = decision.before.phase(&decision.step).clone();
        let step = self.step_mut(&decision.step);
        match decision.kind {
            DecisionKind::SetAside => step.set_aside = false,
            DecisionKind::TakeUp => step.set_aside = true,
            DecisionKind::Revise if decision.feedback.is_empty() => {
                step.asked_again = step.asked_again.saturating_sub(1);
                step.phase = before;
            }
            _ => {
                step.withdraw(&decision.feedback, true);
                // What was under way then is not under way now: the author says whether to go on.
                step.phase = match before {
                    Phase::Queued { .. } | Phase::Working { .. } => Phase::NeedsAuthor {
                        reason: Reason::Cancelled,
                        message: "the draft was cancelled by a decision that was then undone".into(),
                        budget: None,
                    },
                    before => before,
                };
            }
        }
    }

    pub(super) fn redone(&mut self, id: &DecisionId) {
        self.redo.retain(|d| d != id);
        let Some(index) = self.decisions.iter().position(|d| d.id == *id) else { return };
        let stands = self.step(&self.decisions[index].step).map(|s| s.phase.clone());
        let decision = &mut self.decisions[index];
        decision.undone = false;
        // What an agent delivered since it was undone is what undoing it again comes back to.
        if let Some(gate @ Phase::Gate { .. }) = stands {
            let step = decision.step.clone();
            Arc::make_mut(&mut decision.before).set_phase(&step, gate);
        }
        let decision = decision.clone();
        self.effect(&decision);
        self.step_mut(&decision.step).withdraw(&decision.feedback, false);
    }

    /// Returns the steps that need this one, directly or not.
    fn dependent_steps(&self, step: &StepName) -> Vec<StepName> {
        let mut found = vec![step.clone()];
        for later in &self.workflow.steps {
            if later.needs.iter().any(|n| found.iter().any(|f| f.base() == n.as_str())) {
                found.push(later.id.clone());
            }
        }
        found.split_off(1)
    }

    /// Opens a loop again whose decision was taken back.
    fn reopen_loop(&mut self, step: &StepName) {
        let Some(index) = self.workflow.loop_of(step) else { return };
        self.loops[index].ended = None;
        self.loops[index].asked = false;
        for name in self.workflow.loops[index].steps.clone() {
            let step = self.step_mut(&name);
            if step.passed.take().is_some() {
                step.phase = Phase::Waiting;
            }
        }
    }
}
