//! A workflow as data: ordered steps, each done by an agent or a tool, some followed by a gate (design §3).

mod check;
pub mod condition;
pub mod parameter;
pub mod schema;
mod shipped;

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{self, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use super::{Hash, StepName};

pub use check::{WorkflowError, check_name};
pub use parameter::{Parameter, ParameterKind, Parameters};
pub use schema::Schema;
pub use shipped::{SCHEMAS, WORKFLOWS, shipped_schema};

/// A workflow definition. A run keeps the one it began with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Workflow {
    /// Its name.
    pub id: String,
    /// Its version; a new one applies to new runs.
    pub version: u32,
    /// What it is for, in a line.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub about: String,
    /// What a run of it is about.
    pub subject: SubjectKind,
    /// What a run is given beside its subject.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub parameters: BTreeMap<String, Parameter>,
    /// The steps, in order.
    pub steps: Vec<StepDefinition>,
    /// Steps that are gone through again and again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub loops: Vec<Loop>,
    /// The text that a run makes better and better, where it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub versions: Option<Versions>,
    /// The limits of a run.
    #[serde(default)]
    pub limits: Limits,
    /// The public names of a run's phases.
    #[serde(default)]
    pub states: States,
}

/// What a run can be about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SubjectKind {
    /// A page that is written in it.
    Page,
    /// A text that is given: a chapter's, a page's or a file's.
    Text,
    /// A book as a whole.
    Book,
}

/// One step of a workflow.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StepDefinition {
    /// Its name, unique in the workflow.
    pub id: StepName,
    /// The agent that does it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub agent: String,
    /// The tool that does it, where no agent does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tool: Option<String>,
    /// Steps that must be settled before it starts.
    #[serde(default)]
    pub needs: Vec<StepName>,
    /// For an advisory step: the step at whose open gate it speaks.
    #[serde(default)]
    pub reads: Option<StepName>,
    /// What its result must be; none takes a text as it comes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<Schema>,
    /// The condition on which it is done at all; else it is passed over.
    #[serde(default, rename = "if", skip_serializing_if = "Option::is_none")]
    pub condition: Option<String>,
    /// The list whose items it is done for, one by one: `step.path`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub each: Option<Each>,
    /// Who decides on its result; none lets it pass by itself.
    #[serde(default)]
    pub gate: Option<Gate>,
    /// Runs beside the others and never holds them.
    #[serde(default)]
    pub advisory: bool,
    /// For an advisory step: when it is asked.
    #[serde(default, skip_serializing_if = "When::is_at_gate")]
    pub when: When,
    /// May be skipped by the author.
    #[serde(default)]
    pub optional: bool,
    /// What a failure means for the run.
    #[serde(default, skip_serializing_if = "Severity::is_stop")]
    pub severity: Severity,
    /// The result where it failed and the run goes on; none leaves it without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fallback: Option<Value>,
    /// The longest an attempt may take, in seconds (1–86,400); none leaves it to the configuration.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout_s: Option<u32>,
    /// Attempts for each time the step is asked (1–20).
    #[serde(default = "default_attempts")]
    pub attempts: u32,
}

impl StepDefinition {
    /// Returns the conditions on which it is done and on which its result passes.
    pub fn conditions(&self) -> impl Iterator<Item = &str> {
        let of_gate = self.gate.iter().flat_map(|g| [&g.condition, &g.pass, &g.borderline]);
        std::iter::once(&self.condition).chain(of_gate).filter_map(|c| c.as_deref())
    }
}

/// The items of a step that fans out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Each {
    /// The list: a step and a path in its result, `outline.sections`.
    pub of: String,
    /// The field of an item that names it; two items of one name are refused.
    pub key: String,
}

/// What a failure means for the run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The run waits for the author.
    #[default]
    Stop,
    /// The run goes on with the fallback.
    Continue,
}

impl Severity {
    /// Returns whether it is the usual one.
    #[must_use]
    #[allow(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference over")]
    pub fn is_stop(&self) -> bool {
        *self == Self::Stop
    }
}

/// Steps that are gone through again and again, until a condition holds or the turns are used up.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Loop {
    /// Its name, unlike any step's.
    pub id: String,
    /// Its steps, in order.
    pub steps: Vec<StepName>,
    /// The condition that ends it.
    pub until: String,
    /// The step after which the condition is asked; the last one where none is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<StepName>,
    /// Turns at most: a number, or the parameter that gives it.
    pub limit: Amount,
}

impl Loop {
    /// Returns the step after which the condition is asked.
    #[must_use]
    pub fn asked_after(&self) -> Option<&StepName> {
        self.after.as_ref().or(self.steps.last())
    }
}

/// A number, or the parameter that gives it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Amount {
    /// A number.
    Fixed(u32),
    /// A parameter's name.
    Parameter(String),
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Read;
        impl Visitor<'_> for Read {
            type Value = Amount;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a whole number, 1 to 1,000, or the name of a parameter")
            }
            fn visit_i64<E: de::Error>(self, number: i64) -> Result<Amount, E> {
                let fits = u32::try_from(number).map(Amount::Fixed);
                fits.map_err(|_| E::invalid_value(Unexpected::Signed(number), &self))
            }
            fn visit_u64<E: de::Error>(self, number: u64) -> Result<Amount, E> {
                let fits = u32::try_from(number).map(Amount::Fixed);
                fits.map_err(|_| E::invalid_value(Unexpected::Unsigned(number), &self))
            }
            fn visit_str<E: de::Error>(self, name: &str) -> Result<Amount, E> {
                Ok(Amount::Parameter(name.to_owned()))
            }
        }
        deserializer.deserialize_any(Read)
    }
}

/// The text that a run makes better and better: the subject's is the first version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Versions {
    /// The result that is the next version: a step and a path, `polish.text`.
    pub text: String,
    /// Its title, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The numbers that score the version that stands, each a step and a path.
    pub scores: Vec<String>,
}

/// When an advisory step is asked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum When {
    /// At the open gate of the step that it reads; what it says are remarks.
    #[default]
    AtGate,
    /// When all is settled; what it makes of it are revisions of its own, without a gate.
    Done,
    /// When the author has edited the text of a step; what it says are proposals.
    Edited,
}

impl When {
    /// Returns whether it is the usual one.
    #[must_use]
    #[allow(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference over")]
    pub fn is_at_gate(&self) -> bool {
        *self == Self::AtGate
    }
}

/// A gate: a rule, or the author, or the author behind a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gate {
    /// Who is asked, where no rule lets it pass.
    pub ask: Asked,
    /// The condition on which anyone is asked; else it passes by itself.
    #[serde(default, rename = "if", skip_serializing_if = "Option::is_none")]
    pub condition: Option<String>,
    /// The rule: what holds of a result that passes by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pass: Option<String>,
    /// What holds of a result that the author may approve; any other is passed by an override only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub borderline: Option<String>,
}

/// Who decides at a gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Asked {
    /// The author.
    Author,
}

/// The limits of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Revision requests of all steps together (spec P7).
    #[serde(default = "default_requests")]
    pub revision_requests: u32,
    /// Interruptions in a row after which a step is parked.
    #[serde(default = "default_interruptions")]
    pub interruptions: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self { revision_requests: default_requests(), interruptions: default_interruptions() }
    }
}

/// The public names of a run's phases.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct States {
    /// Nothing was asked yet; none where that is not a state of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub initial: Option<String>,
    /// In need of the author.
    pub waiting: String,
    /// All settled.
    pub done: String,
    /// A step is queued or working.
    pub working: BTreeMap<StepName, String>,
    /// A step's gate is open.
    pub reviewing: BTreeMap<StepName, String>,
}

impl Default for States {
    fn default() -> Self {
        Self {
            initial: None,
            waiting: "needs_author".into(),
            done: "complete".into(),
            working: BTreeMap::new(),
            reviewing: BTreeMap::new(),
        }
    }
}

fn default_attempts() -> u32 {
    3
}
fn default_interruptions() -> u32 {
    5
}
fn default_requests() -> u32 {
    5
}

impl Workflow {
    /// Returns the public names of where a run can stand, in the order of its steps.
    #[must_use]
    pub fn public_states(&self) -> Vec<String> {
        let States { initial, waiting, done, working, reviewing } = &self.states;
        let main = || self.steps.iter().filter(|s| !s.advisory).map(|s| &s.id);
        let of_steps = main().flat_map(|step| [working.get(step), reviewing.get(step)]).flatten();
        let all = initial.iter().chain(of_steps).chain([waiting, done]);
        let mut names: Vec<String> = Vec::new();
        for name in all {
            if !names.contains(name) {
                names.push(name.clone());
            }
        }
        names
    }

    /// Reads a definition, takes its schemas in by name, and checks that its steps fit together.
    pub fn parse(
        file: &str,
        source: &str,
        schemas: impl Fn(&str) -> Option<Value>,
    ) -> Result<Self, WorkflowError> {
        check::parse(file, source, schemas)
    }

    /// The page workflow that Galley ships.
    #[must_use]
    pub fn page() -> Self {
        shipped::workflow("page").expect("the page workflow is shipped")
    }

    /// A workflow that Galley ships, by its name.
    #[must_use]
    pub fn shipped(id: &str) -> Option<Self> {
        shipped::workflow(id)
    }

    /// Hashes the definition: runs name the exact one they began with.
    #[must_use]
    pub fn hash(&self) -> Hash {
        Hash::of(self.to_json().as_bytes())
    }

    /// Returns the definition as it is stored.
    ///
    /// # Panics
    /// Never: the definition holds nothing that JSON cannot.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("a definition is plain data")
    }

    /// Returns a step's definition; an item of a step that fans out, `draft[intro]`, has that of its step.
    #[must_use]
    pub fn step(&self, name: &StepName) -> Option<&StepDefinition> {
        let base = name.base();
        self.steps.iter().find(|s| s.id.as_str() == base)
    }

    /// Returns the loop that a step belongs to.
    #[must_use]
    pub fn loop_of(&self, step: &StepName) -> Option<usize> {
        let base = step.base();
        self.loops.iter().position(|l| l.steps.iter().any(|s| s.as_str() == base))
    }

    /// Returns whether a step needs another one, directly or not.
    #[must_use]
    pub fn follows(&self, step: &StepName, other: &StepName) -> bool {
        let needs = self.step(step).map(|s| s.needs.as_slice()).unwrap_or_default();
        needs.iter().any(|need| need.as_str() == other.base() || self.follows(need, other))
    }

    /// Returns every condition of its steps and loops.
    pub fn conditions(&self) -> impl Iterator<Item = &str> {
        let of_steps = self.steps.iter().flat_map(StepDefinition::conditions);
        of_steps.chain(self.loops.iter().map(|l| l.until.as_str()))
    }

    /// Returns the paths in a step's result that conditions and scores ask for.
    #[must_use]
    pub fn asked_of(&self, step: &StepName) -> Vec<String> {
        let mut paths: Vec<String> = self.conditions().flat_map(condition::paths_or_none).collect();
        paths.extend(self.versions.iter().flat_map(|v| v.scores.clone()));
        let mut own: Vec<String> = paths
            .into_iter()
            .filter_map(|p| p.strip_prefix(step.base())?.strip_prefix('.').map(str::to_owned))
            .collect();
        own.sort();
        own.dedup();
        own
    }
}

#[cfg(test)]
mod tests;
