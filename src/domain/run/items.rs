//! Steps that fan out: each item is a step of its own, `draft[intro]`, with its own attempts, revisions and gate.

use serde_json::Value;

use super::draft::Draft;
use super::{Phase, Revision, Run, RunEvent, Step};
use crate::domain::workflow::{Each, Workflow, condition};
use crate::domain::{Refusal, StepName};

impl Run {
    pub(super) fn fan(&mut self, event: &RunEvent) {
        match event {
            RunEvent::StepFannedOut { step, iteration, items } => {
                for key in items {
                    let item = step.item(key);
                    if self.step(&item).is_none() {
                        self.steps.push(Step::new(item));
                    }
                }
                let step = self.step_mut(step);
                step.iteration = *iteration;
                step.items.clone_from(items);
                step.phase = Phase::Items;
            }
            RunEvent::ItemsSettled { step } => {
                self.step_mut(step).phase = Phase::Settled { revision: None };
            }
            _ => {}
        }
    }

    /// Returns the keys of the items that a step is to be done for, from the result that has them.
    pub(super) fn keys(&self, each: &Each) -> Vec<String> {
        let Some((of, path)) = each.of.split_once('.') else { return Vec::new() };
        let source = self.step(&StepName::new(of)).and_then(Step::current_revision);
        let keys = source.and_then(|r: &Revision| r.values.get(path)).and_then(Value::as_array);
        keys.into_iter().flatten().filter_map(|k| k.as_str().map(str::to_owned)).collect()
    }
}

impl Draft<'_> {
    /// Fans out a step that is ready, for the items that there are now.
    pub(super) fn fan_out(&mut self, step: &StepName, each: &Each) {
        let items = self.run.keys(each);
        let iteration = self.step(step).iteration + 1;
        self.push(RunEvent::StepFannedOut { step: step.clone(), iteration, items });
    }

    /// Settles the steps all of whose items are.
    pub(super) fn settle_items(&mut self) {
        let fanned: Vec<StepName> =
            self.run.steps.iter().filter(|s| s.phase == Phase::Items).map(|s| s.name.clone()).collect();
        for step in fanned {
            let state = self.step(&step);
            if self.run.items_of(state).all(Step::is_settled) {
                self.push(RunEvent::ItemsSettled { step });
            }
        }
    }
}

/// Picks the keys of the items that other steps are done for, from a result; two of one key are refused.
pub(super) fn keys_of(
    workflow: &Workflow,
    step: &StepName,
    artifact: &Value,
) -> Result<Vec<(String, Value)>, Refusal> {
    let eaches = workflow.steps.iter().filter_map(|s| s.each.as_ref());
    let mut found = Vec::new();
    for each in eaches {
        let Some(path) = each.of.strip_prefix(step.as_str()).and_then(|rest| rest.strip_prefix('.')) else {
            continue;
        };
        let items = condition::get(artifact, path).and_then(Value::as_array);
        let mut keys: Vec<String> = Vec::new();
        for item in items.into_iter().flatten() {
            let key = match &item[&each.key] {
                Value::String(key) => key.clone(),
                Value::Null => {
                    let faults = vec![format!("an item of `{path}` has no `{}`", each.key)];
                    return Err(Refusal::NotValid { step: step.clone(), faults });
                }
                other => other.to_string(),
            };
            if keys.contains(&key) {
                return Err(Refusal::TwoItems { step: step.clone(), key });
            }
            keys.push(key);
        }
        found.push((path.to_owned(), Value::from(keys)));
    }
    Ok(found)
}
