//! How a run continues by itself (design §3).
//!
//! What comes of a condition is an event. Replay applies it and never evaluates.

use serde_json::{Value, json};

use super::draft::Draft;
use super::items;
use super::{DecisionKind, LoopOutcome, Origin, Outcome, Passed, Phase, Run, RunCommand, RunEvent, Step};
use crate::domain::workflow::{Amount, Loop, Schema, StepDefinition, condition, schema};
use crate::domain::{Reason, Refusal, StepName};

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

    /// Returns what a path of a condition has now.
    pub(super) fn value_at(&self, path: &str) -> Option<Value> {
        if let Some(value) = self.parameters.get(path) {
            return Some(value.clone());
        }
        let (name, rest) = path.split_once('.')?;
        if let Some(index) = self.workflow.loops.iter().position(|l| l.id == name) {
            let state = &self.loops[index];
            let ended_by = |outcome| state.ended.map(|ended| Value::Bool(ended == outcome));
            return match rest {
                "turn" => Some(json!(state.turn)),
                "met" => ended_by(LoopOutcome::Met),
                "limit" => ended_by(LoopOutcome::Limit),
                "stopped" => ended_by(LoopOutcome::Stopped),
                _ => None,
            };
        }
        let step = self.steps.iter().find(|s| s.name.as_str() == name)?;
        step.current_revision()?.values.get(rest).cloned()
    }

    pub(super) fn holds(&self, expression: &str) -> Result<bool, String> {
        condition::holds_of(expression, |path| self.value_at(path))
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
}

impl Draft<'_> {
    /// Goes on as far as it goes without anybody.
    pub(super) fn go_on(&mut self) {
        loop {
            let before = self.events();
            self.correct_versions();
            self.withdraw_stale();
            self.rule_gates();
            self.turn_loops();
            self.settle_items();
            if self.events() == before {
                self.ask_ready_steps();
            }
            if self.events() == before {
                break;
            }
        }
    }

    /// Takes in what an adopted or withdrawn result means for the versions of the text.
    fn correct_versions(&mut self) {
        if let Some(versions) = self.run.standing_versions()
            && versions != self.run.versions
        {
            self.push(RunEvent::VersionsChanged { versions });
        }
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
                && (!asked_before || self.run.loops[l].asked || ended(l))
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
                self.push(RunEvent::StepPassed { step, why: Passed::Condition, made: None, bare: true });
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
        let bare = made.is_none();
        self.push(RunEvent::StepPassed { step: step.clone(), why: Passed::Failed, made, bare });
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
        if self.run.first_unsettled().is_none() {
            return Err(Refusal::Finished { run: self.run.id.clone() });
        }
        let known = self.run.workflow.parameters.get(&name);
        let fault = match known {
            None => Some("is none of this workflow".to_owned()),
            Some(parameter) if !parameter.live => Some("cannot change while the run is active".to_owned()),
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
