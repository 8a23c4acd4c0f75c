//! A workflow as data: ordered steps, each done by an agent, some followed by a gate (design §3).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Hash, StepName};

/// A workflow definition. A run keeps the one it began with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Workflow {
    /// Its name.
    pub id: String,
    /// Its version; a new one applies to new runs.
    pub version: u32,
    /// What a run of it is about: `page`.
    pub subject: String,
    /// The steps, in order.
    pub steps: Vec<StepDefinition>,
    /// The limits of a run.
    pub limits: Limits,
    /// The public names of a run's phases.
    pub states: States,
}

/// One step of a workflow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StepDefinition {
    /// Its name, unique in the workflow.
    pub id: StepName,
    /// The agent that does it.
    pub agent: String,
    /// Steps that must be settled before it starts.
    #[serde(default)]
    pub needs: Vec<StepName>,
    /// For an advisory step: the step at whose open gate it speaks.
    #[serde(default)]
    pub reads: Option<StepName>,
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
    /// The longest an attempt may take, in seconds (1–86,400).
    #[serde(default = "default_timeout")]
    pub timeout_s: u32,
    /// Attempts for each time the step is asked (1–20).
    #[serde(default = "default_attempts")]
    pub attempts: u32,
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

/// A gate's rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gate {
    /// Who is asked.
    pub ask: Asked,
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
    pub revision_requests: u32,
    /// Interruptions in a row after which a step is parked.
    #[serde(default = "default_interruptions")]
    pub interruptions: u32,
}

/// The public names of a run's phases.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct States {
    /// In need of the author.
    pub waiting: String,
    /// All settled.
    pub done: String,
    /// A step is queued or working.
    pub working: BTreeMap<StepName, String>,
    /// A step's gate is open.
    pub reviewing: BTreeMap<StepName, String>,
}

fn default_timeout() -> u32 {
    300
}
fn default_attempts() -> u32 {
    3
}
fn default_interruptions() -> u32 {
    5
}

/// A definition that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {reason}")]
pub struct WorkflowError {
    /// The file as the author knows it.
    pub file: String,
    /// The line, counted from 1.
    pub line: usize,
    /// What is wrong there.
    pub reason: String,
}

impl Workflow {
    /// Reads a definition and checks that its steps fit together.
    pub fn parse(file: &str, source: &str) -> Result<Self, WorkflowError> {
        let error = |line, reason| WorkflowError { file: file.to_owned(), line, reason };
        let workflow: Self = toml::from_str(source).map_err(|e| {
            let at = e.span().map_or(0, |span| span.start);
            error(line_at(source, at), e.message().to_owned())
        })?;
        match workflow.fault() {
            None => Ok(workflow),
            Some((step, reason)) => Err(error(line_of_step(source, step.as_ref()), reason)),
        }
    }

    /// The page workflow that Galley ships.
    ///
    /// # Panics
    /// Never: a test parses the file that is embedded here.
    #[must_use]
    pub fn page() -> Self {
        Self::parse("assets/workflows/page.toml", include_str!("../../assets/workflows/page.toml"))
            .expect("the shipped page workflow is valid")
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

    /// Returns a step's definition.
    #[must_use]
    pub fn step(&self, name: &StepName) -> Option<&StepDefinition> {
        self.steps.iter().find(|s| s.id == *name)
    }

    fn fault(&self) -> Option<(Option<StepName>, String)> {
        let mut seen: Vec<&StepName> = Vec::new();
        for step in &self.steps {
            let at = || Some(step.id.clone());
            if seen.contains(&&step.id) {
                return Some((at(), format!("step `{}` is defined twice", step.id)));
            }
            if step.id.as_str().is_empty()
                || !step.id.as_str().chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
            {
                return Some((at(), "a step's id is letters, digits and `_`".into()));
            }
            if let Some(missing) = step.needs.iter().chain(&step.reads).find(|n| !seen.contains(n)) {
                return Some((
                    at(),
                    format!("step `{}` needs `{missing}`, which no step before it makes", step.id),
                ));
            }
            let speaks_at_gate = step.advisory && step.when == When::AtGate;
            if speaks_at_gate != step.reads.is_some() || (step.advisory && step.gate.is_some()) {
                return Some((
                    at(),
                    "an advisory step names what it `reads` or says `when`, and has no gate of its own"
                        .into(),
                ));
            }
            if step.when != When::AtGate && !(step.advisory && step.needs.is_empty()) {
                return Some((at(), "only an advisory step that needs nothing says `when`".into()));
            }
            if !(1..=86_400).contains(&step.timeout_s) || !(1..=20).contains(&step.attempts) {
                return Some((at(), "timeout_s goes from 1 to 86,400 and attempts from 1 to 20".into()));
            }
            if !step.advisory {
                for (table, map) in [("working", &self.states.working), ("reviewing", &self.states.reviewing)]
                {
                    if !map.contains_key(&step.id) {
                        return Some((at(), format!("[states] {table} has no name for step `{}`", step.id)));
                    }
                }
            }
            seen.push(&step.id);
        }
        if self.steps.iter().all(|s| s.advisory) {
            return Some((None, "a workflow needs at least one step that is not advisory".into()));
        }
        None
    }
}

fn line_at(source: &str, byte: usize) -> usize {
    source.as_bytes()[..byte.min(source.len())].iter().filter(|b| **b == b'\n').count() + 1
}

fn line_of_step(source: &str, step: Option<&StepName>) -> usize {
    let quoted = step.map(|s| format!("\"{s}\""));
    let lines: Vec<&str> = source.lines().collect();
    let found = lines.iter().rposition(|line| {
        quoted.as_ref().is_some_and(|q| line.trim_start().starts_with("id") && line.contains(q.as_str()))
    });
    found.map_or(1, |index| index + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = include_str!("../../assets/workflows/page.toml");

    #[test]
    fn the_shipped_page_workflow_parses_and_round_trips() {
        let page = Workflow::page();
        assert_eq!(page.limits.revision_requests, 5);
        let stored: Workflow = serde_json::from_str(&page.to_json()).unwrap();
        assert_eq!(stored.hash(), page.hash());
    }

    #[test]
    fn e1_a_broken_definition_is_refused_with_file_line_and_reason() {
        let unknown = SOURCE.replace("optional = true", "optionl = true");
        let e = Workflow::parse("mine.toml", &unknown).unwrap_err();
        assert!(e.to_string().starts_with("mine.toml:18: unknown field `optionl`"), "{e}");

        let needs = SOURCE.replace("needs = [\"narration\"]", "needs = [\"plot\"]");
        let e = Workflow::parse("mine.toml", &needs).unwrap_err();
        assert!(e.to_string().contains("needs `plot`"), "{e}");
        assert_eq!(e.line, 14);

        let twice = SOURCE.replace("id = \"dialogue\"", "id = \"narration\"");
        assert!(Workflow::parse("mine.toml", &twice).unwrap_err().reason.contains("twice"));
    }
}
