//! How a run goes on by itself: rules at gates, loops, conditions (design §3).
//!
//! What comes of a condition is an event. Replay applies it and never evaluates.

use serde_json::{Value, json};

use super::draft::Draft;
use super::items;
use super::{
    CancelReason, DecisionKind, LoopOutcome, Origin, Outcome, Passed, Phase, Run, RunCommand, RunEvent, Step,
};
use crate::domain::workflow::{Amount, Loop, Schema, StepDefinition, condition, schema};
use crate::domain::{Reason, Refusal, RevisionId, StepName};

/// Decides what is said to a run as it goes on.
pub(super) fn decide(draft: &mut Draft<'_>, command: RunCommand) -> Result<(), Refusal> {
    match command {
        RunCommand::Override { step, revision, reason } => {
            let (step, revision) = draft.at_gate(step, revision)?;
            // A reason passes what the author could approve as well: it is kept with the decision.
            if !matches!(draft.run.ruling(draft.step(&step)), Some(Outcome::Fail | Outcome::Borderline)) {
                return Err(Refusal::NothingToOverride { step });
            }
            draft.note(step, DecisionKind::Override, revision, reason, None)
        }
        RunCommand::Waive { step, finding, reason } => {
            let (step, revision) = draft.at_gate(Some(step), None)?;
            if draft.run.workflow.step(&step).is_none_or(|s| s.tool.is_none()) {
                let reason = "no tool finds anything there".into();
                return Err(Refusal::Invalid { field: "step", reason });
            }
            draft.note(step, DecisionKind::Waive, revision, reason, Some(finding))
        }
        RunCommand::Stop => draft.stop(),
        RunCommand::SetParameter { name, value } => draft.set_parameter(name, value),
        // What is ready is begun after every command.
        _ => Ok(()),
    }
}

impl Run {
    /// Returns the turns that a loop may take.
    #[must_use]
    pub fn loop_limit(&self, definition: &Loop) -> u32 {
        match &definition.limit {
            Amount::Fixed(limit) => *limit,
            Amount::Parameter(name) => self
                .parameters
                .get(name)
                .and_then(Value::as_u64)
                .map_or(1, |n| u32::try_from(n).unwrap_or(1000)),
        }
    }

    /// Returns all that conditions can see.
    pub(super) fn known(&self) -> Value {
        let mut known = Value::Object(self.parameters.clone().into_iter().collect());
        for (definition, state) in self.workflow.loops.iter().zip(&self.loops) {
            let mut seen = json!({ "turn": state.turn });
            for (name, outcome) in
                [("met", LoopOutcome::Met), ("limit", LoopOutcome::Limit), ("stopped", LoopOutcome::Stopped)]
            {
                if let Some(ended) = state.ended {
                    seen[name] = Value::Bool(ended == outcome);
                }
            }
            known[&definition.id] = seen;
        }
        for step in &self.steps {
            let Some(revision) = step.current_revision() else { continue };
            for (path, value) in &revision.values {
                condition::put(&mut known, &format!("{}.{path}", step.name), value.clone());
            }
        }
        known
    }

    fn holds(&self, expression: &str) -> Result<bool, String> {
        condition::holds(expression, &self.known())
    }

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
                    step.passed = false;
                }
            }
            RunEvent::LoopEnded { id, outcome, .. } => {
                if let Some(index) = place(id) {
                    self.loops[index].ended = Some(*outcome);
                }
            }
            _ => {}
        }
    }

    /// Opens a loop again whose decision was taken back.
    pub(super) fn reopen_loop(&mut self, step: &StepName) {
        let Some(index) = self.workflow.loop_of(step) else { return };
        self.loops[index].ended = None;
        self.loops[index].asked = false;
        for name in self.workflow.loops[index].steps.clone() {
            let step = self.step_mut(&name);
            if step.passed {
                step.passed = false;
                step.phase = Phase::Waiting;
            }
        }
    }

    /// Returns whether sending a step back counts against the limit: asking a tool again does not.
    pub(super) fn counts(&self, step: &StepName) -> bool {
        self.workflow.step(step).is_some_and(|s| s.tool.is_none())
    }

    /// Returns whether a step's result is only its maker's: a hand in it would pass its rule.
    #[must_use]
    pub fn is_by_hand(&self, step: &StepName) -> bool {
        self.workflow
            .step(step)
            .is_some_and(|s| s.tool.is_none() && s.gate.as_ref().is_none_or(|g| g.pass.is_none()))
    }

    /// Returns what the rule at an open gate said of the revision at it.
    #[must_use]
    pub fn ruling(&self, step: &Step) -> Option<Outcome> {
        let current = &step.current_revision()?.id;
        step.ruling.as_ref().filter(|(revision, _)| revision == current).map(|(_, outcome)| *outcome)
    }
}

impl Draft<'_> {
    /// Goes on as far as it goes without anybody.
    pub(super) fn go_on(&mut self) {
        loop {
            let before = self.events();
            self.rule_gates();
            self.turn_loops();
            self.settle_items();
            self.ask_ready_steps();
            if self.events() == before {
                break;
            }
        }
    }

    fn rule_gates(&mut self) {
        let workflow = self.run.workflow.clone();
        let open: Vec<(StepName, RevisionId)> = self
            .run
            .main_steps()
            .filter_map(|s| match &s.phase {
                Phase::Gate { revision } => Some((s.name.clone(), revision.clone())),
                _ => None,
            })
            .collect();
        for (name, revision) in open {
            let Some(gate) = workflow.step(&name).and_then(|s| s.gate.as_ref()) else { continue };
            if gate.pass.is_none() && gate.condition.is_none() || self.run.ruling(self.step(&name)).is_some()
            {
                continue;
            }
            match self.rule(gate) {
                Ok(Some(outcome)) => self.push(RunEvent::GateRuled { step: name, revision, outcome }),
                Ok(None) => {}
                Err(message) => self.need_author(name, Reason::Failed, message),
            }
        }
    }

    /// Says what a gate's rule comes to; none where the author is asked as a matter of course.
    fn rule(&self, gate: &crate::domain::workflow::Gate) -> Result<Option<Outcome>, String> {
        let asked = gate.condition.as_deref().map_or(Ok(true), |c| self.run.holds(c))?;
        let Some(pass) = &gate.pass else { return Ok((!asked).then_some(Outcome::Pass)) };
        if self.run.holds(pass)? {
            // Where the author sits at it, a good result is shown all the same.
            return Ok(Some(if gate.condition.is_some() && asked {
                Outcome::Borderline
            } else {
                Outcome::Pass
            }));
        }
        let borderline = gate.borderline.as_deref().map_or(Ok(false), |c| self.run.holds(c))?;
        Ok(Some(if borderline { Outcome::Borderline } else { Outcome::Fail }))
    }

    fn turn_loops(&mut self) {
        let workflow = self.run.workflow.clone();
        for (index, definition) in workflow.loops.iter().enumerate() {
            let state = self.run.loops[index].clone();
            if state.ended.is_some() {
                self.pass_rest(definition);
                continue;
            }
            let settled = |draft: &Self, name: &StepName| draft.run.step(name).is_some_and(Step::is_settled);
            let Some(after) = definition.asked_after() else { continue };
            let (id, turn) = (definition.id.clone(), state.turn);
            if !state.asked {
                if !settled(self, after) {
                    continue;
                }
                match self.run.holds(&definition.until) {
                    Ok(true) => self.push(RunEvent::LoopEnded { id, turn, outcome: LoopOutcome::Met }),
                    Ok(false) => self.push(RunEvent::LoopAsked { id, turn }),
                    Err(message) => self.need_author(after.clone(), Reason::Failed, message),
                }
            } else if definition.steps.iter().all(|name| settled(self, name)) {
                if turn >= self.run.loop_limit(definition) {
                    self.push(RunEvent::LoopEnded { id, turn, outcome: LoopOutcome::Limit });
                } else {
                    self.push(RunEvent::LoopTurned { id, turn: turn + 1 });
                    // A loop that had ended and goes on after all takes back what came after it.
                    self.withdraw_needing(definition.steps.clone(), &definition.steps);
                }
            }
        }
    }

    /// Passes over what a loop that ended does no more.
    fn pass_rest(&mut self, definition: &Loop) {
        for step in &definition.steps {
            if !self.step(step).is_settled() {
                self.cancel(step, CancelReason::Superseded);
                self.push(RunEvent::StepPassed { step: step.clone(), why: Passed::LoopEnded, made: None });
            }
        }
    }

    /// Ends the loop that goes on.
    pub(super) fn stop(&mut self) -> Result<(), Refusal> {
        let workflow = self.run.workflow.clone();
        let going = workflow.loops.iter().zip(&self.run.loops).find(|(definition, state)| {
            state.ended.is_none()
                && definition
                    .steps
                    .iter()
                    .any(|s| self.run.step(s).is_some_and(|s| s.phase != Phase::Waiting))
        });
        let (definition, state) = going.ok_or(Refusal::NothingToStop)?;
        let (id, turn) = (definition.id.clone(), state.turn);
        self.push(RunEvent::LoopEnded { id, turn, outcome: LoopOutcome::Stopped });
        self.pass_rest(definition);
        Ok(())
    }

    /// Returns whether what a step waits for is there.
    pub(super) fn is_ready(&self, definition: &StepDefinition) -> bool {
        let workflow = &self.run.workflow;
        let ended = |index: usize| self.run.loops[index].ended.is_some();
        let own = workflow.loop_of(&definition.id);
        let waits_for_loop =
            |name: &StepName| workflow.loop_of(name).is_some_and(|l| Some(l) != own && !ended(l));
        let named = definition.condition.as_deref().map(|c| condition::paths(c).unwrap_or_default());
        let loops_named = named.iter().flatten().filter_map(|path| {
            let name = path.split('.').next()?;
            workflow.loops.iter().position(|l| l.id == name)
        });
        let before_in_loop = own.is_none_or(|l| {
            let steps = &workflow.loops[l].steps;
            let place = steps.iter().position(|s| *s == definition.id).unwrap_or(0);
            let asked_before = workflow.loops[l].asked_after().is_some_and(|a| steps[..place].contains(a));
            steps[..place].iter().all(|s| self.run.step(s).is_some_and(Step::is_settled))
                && (!asked_before || self.run.loops[l].asked)
        });
        definition.needs.iter().all(|n| self.run.step(n).is_some_and(Step::is_settled) && !waits_for_loop(n))
            && loops_named.into_iter().all(ended)
            && before_in_loop
    }

    /// Asks a step that is ready, fans it out, or passes it over.
    pub(super) fn begin_step(&mut self, definition: &StepDefinition) {
        let step = definition.id.clone();
        match definition.condition.as_deref().map(|c| self.run.holds(c)) {
            Some(Err(message)) => self.need_author(step, Reason::Failed, message),
            Some(Ok(false)) => {
                self.push(RunEvent::StepPassed { step, why: Passed::Condition, made: None });
            }
            _ => match &definition.each {
                Some(each) => self.fan_out(&step, each),
                None => self.ask(&step),
            },
        }
    }

    /// Lets the run go on without a step that failed, where its workflow says so.
    pub(super) fn fall_back(&mut self, step: &StepName) {
        let workflow = self.run.workflow.clone();
        let Some(definition) = workflow.step(step).filter(|d| !d.severity.is_stop()) else { return };
        if !matches!(self.step(step).phase, Phase::NeedsAuthor { reason: Reason::Failed, .. }) {
            return;
        }
        let made = definition.fallback.as_ref().map(|value| {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            self.revision(step, text, Origin::Fallback, "workflow".into())
        });
        self.push(RunEvent::StepPassed { step: step.clone(), why: Passed::Failed, made });
    }

    /// Reads a result against its step's schema and picks what is asked of it.
    pub(super) fn checked(
        &self,
        step: &StepName,
        text: &str,
    ) -> Result<std::collections::BTreeMap<String, Value>, Refusal> {
        let workflow = &self.run.workflow;
        let Some(schema) = workflow.step(step).and_then(|s| s.schema.as_ref()) else {
            return Ok(std::collections::BTreeMap::new());
        };
        let artifact =
            schema.read(text).map_err(|faults| Refusal::NotValid { step: step.clone(), faults })?;
        let mut values = schema::pick(&artifact, &workflow.asked_of(step));
        values.extend(items::keys_of(workflow, step, &artifact)?);
        Ok(values)
    }

    pub(super) fn set_parameter(&mut self, name: String, value: Value) -> Result<(), Refusal> {
        let known = self.run.workflow.parameters.get(&name);
        let fault = match known {
            None => Some("is none of this workflow".to_owned()),
            Some(parameter) if !parameter.live => Some("cannot change while the run goes on".to_owned()),
            Some(parameter) => parameter.fault(&value),
        };
        match fault {
            Some(reason) => Err(Refusal::BadParameter { name, reason }),
            None if self.run.parameters.get(&name) == Some(&value) => Ok(()),
            None => {
                self.push(RunEvent::ParameterSet { name, value });
                Ok(())
            }
        }
    }
}

/// Reads an answer as the conductor must before it delivers it: what a domain would refuse is told in words.
#[must_use]
pub fn faults_of(run: &Run, step: &StepName, text: &str) -> Option<Vec<String>> {
    let schema: &Schema = run.workflow.step(step)?.schema.as_ref()?;
    match schema.read(text) {
        Err(faults) => Some(faults),
        Ok(artifact) => match items::keys_of(&run.workflow, step, &artifact) {
            Ok(_) => None,
            Err(refusal) => Some(vec![refusal.to_string()]),
        },
    }
}

/// A text as it stands in a revision's artifact, by a path: for those who read the store.
#[must_use]
pub fn text_at(artifact: &str, path: &str) -> Option<String> {
    let value: Value = serde_json::from_str(artifact).ok()?;
    condition::get(&value, path).and_then(Value::as_str).map(str::to_owned)
}
