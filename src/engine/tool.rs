//! Tools as steps: what is not asked of a model, by the name that workflows give it.

use super::Shared;
use crate::domain::StepName;
use crate::domain::run::Run;
use crate::llm::Failure;

/// A tool that a step can name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tool {
    /// Counts the words of what it is given, the latest result first: for workflows that ask for a length.
    CountWords,
}

impl Tool {
    /// The names of all tools.
    pub const NAMES: [&str; 1] = ["count_words"];

    pub fn named(name: &str) -> Option<Self> {
        match name {
            "count_words" => Some(Self::CountWords),
            _ => None,
        }
    }

    /// Does its work and returns its result as JSON. Blocks.
    pub fn run(self, _shared: &Shared, run: &Run, step: &StepName) -> Result<String, Failure> {
        match self {
            Self::CountWords => Ok(count_words(run, step)),
        }
    }
}

fn count_words(run: &Run, step: &StepName) -> String {
    let needs = run.workflow.step(step).map(|s| s.needs.as_slice()).unwrap_or_default();
    let counted = needs.iter().filter_map(|n| run.step(n)?.current_revision());
    let words: u64 = counted.map(|r| u64::from(r.text.words)).sum();
    serde_json::json!({ "words": words }).to_string()
}
