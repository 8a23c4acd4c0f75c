//! Rules at gates. What a rule says holds of the values that it reads: it is asked again when they are others.

use super::draft::Draft;
use super::{Outcome, Phase, Run, RunEvent, Step};
use crate::domain::workflow::Gate;
use crate::domain::{Reason, RevisionId, StepName};

impl Run {
    /// Returns what the rule at a gate says of the revision there; none at an open gate that nothing has ruled on.
    #[must_use]
    pub fn ruling(&self, step: &Step) -> Option<Outcome> {
        let current = &step.current_revision()?.id;
        let (_, outcome) = step.ruling.as_ref().filter(|(revision, _)| revision == current)?;
        // A pass is of the time before the gate was opened again.
        let outdated = *outcome == Outcome::Pass && !step.is_settled();
        (!outdated).then_some(*outcome)
    }

    /// Says what a gate's rule comes to; none where the author is asked as a matter of course.
    pub(super) fn rule(&self, gate: &Gate) -> Result<Option<Outcome>, String> {
        let asked = gate.condition.as_deref().map_or(Ok(true), |c| self.holds(c))?;
        let Some(outcome) = self.judge(gate)? else { return Ok((!asked).then_some(Outcome::Pass)) };
        // Where the author sits at it, a good result is shown all the same.
        let shown = outcome == Outcome::Pass && gate.condition.is_some() && asked;
        Ok(Some(if shown { Outcome::Borderline } else { outcome }))
    }

    /// Says what a gate's rule comes to of the result alone, whoever sits at it; none where there is no rule.
    pub(super) fn judge(&self, gate: &Gate) -> Result<Option<Outcome>, String> {
        let Some(pass) = &gate.pass else { return Ok(None) };
        if self.holds(pass)? {
            return Ok(Some(Outcome::Pass));
        }
        let borderline = gate.borderline.as_deref().map_or(Ok(false), |c| self.holds(c))?;
        Ok(Some(if borderline { Outcome::Borderline } else { Outcome::Fail }))
    }
}

impl Draft<'_> {
    pub(super) fn rule_gates(&mut self) {
        let workflow = self.run.workflow.clone();
        for definition in workflow.steps.iter().filter(|s| !s.advisory) {
            let Some(gate) = &definition.gate else { continue };
            if gate.pass.is_none() && gate.condition.is_none() {
                continue;
            }
            let is_its = |s: &&Step| s.name.base() == definition.id.as_str();
            let at_it: Vec<(StepName, RevisionId)> = self
                .run
                .steps
                .iter()
                .filter(is_its)
                .filter_map(|s| Some((s.name.clone(), s.current_revision()?.id.clone())))
                .collect();
            for (name, revision) in at_it {
                if matches!(self.step(&name).phase, Phase::Gate { .. }) {
                    self.rule_gate(gate, name, revision);
                } else {
                    self.rule_settled(gate, name, revision);
                }
            }
        }
    }

    fn rule_gate(&mut self, gate: &Gate, step: StepName, revision: RevisionId) {
        match self.run.rule(gate) {
            Ok(Some(outcome)) if self.run.ruling(self.step(&step)) != Some(outcome) => {
                self.push(RunEvent::GateRuled { step, revision, outcome });
            }
            Ok(_) => {}
            Err(message) => self.need_author(step, Reason::Failed, message),
        }
    }

    /// Asks the rule again of what it let pass or the author approved.
    fn rule_settled(&mut self, gate: &Gate, step: StepName, revision: RevisionId) {
        let state = self.step(&step);
        let Some((_, before)) =
            state.ruling.as_ref().filter(|(r, _)| *r == revision && state.passed.is_none())
        else {
            return;
        };
        let shown = gate.condition.is_some() && *before == Outcome::Borderline;
        match self.run.judge(gate) {
            Ok(Some(outcome)) if outcome != *before && !(shown && outcome == Outcome::Pass) => {
                self.push(RunEvent::GateRuled { step, revision, outcome });
            }
            _ => {}
        }
    }
}
