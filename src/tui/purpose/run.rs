//! What an input about a run is for.

use serde_json::Value;

use crate::domain::run::RunCommand;
use crate::domain::workflow::{Parameter, condition};
use crate::domain::{Command, RevisionId, RunId, StepName};
use crate::tui::errand::{Errand, Order, Then};

/// The text inside an artifact that is data: what an author edits of it, while the rest stays as it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Within {
    /// The artifact.
    pub artifact: Value,
    /// The path of the text in it.
    pub path: String,
}

impl Within {
    /// The artifact with another text in that place.
    #[must_use]
    pub fn with(&self, text: &str) -> String {
        let mut artifact = self.artifact.clone();
        condition::put(&mut artifact, &self.path, Value::String(text.to_owned()));
        artifact.to_string()
    }
}

/// What an input about a run is for.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs, reason = "the fields read as their variant's sentence")]
pub enum RunPurpose {
    /// Feedback on a result.
    Feedback { run: RunId, step: StepName, revision: RevisionId },
    /// An edit that is approved as it is saved, of the whole result or of a text in it.
    Edit { run: RunId, step: StepName, revision: RevisionId, within: Option<Within> },
    /// A result by hand, after the revision that was looked at, if there was one.
    Write { run: RunId, step: StepName, revision: Option<RevisionId> },
    /// Why a gate is passed whose rule says no.
    Override { run: RunId, step: StepName, revision: RevisionId },
    /// Another value for a parameter.
    Parameter { run: RunId, name: String, parameter: Box<Parameter> },
    /// A model by name, for a step.
    Model { run: RunId, step: StepName },
    /// The file that a version is written into.
    WriteVersion { label: String, text: String },
}

impl RunPurpose {
    pub(super) fn title(&self) -> String {
        match self {
            Self::Feedback { step, .. } => format!("What should change in the {step}?"),
            Self::Edit { step, .. } => format!("Edit the {step}"),
            Self::Write { step, .. } => format!("Write the {step}"),
            Self::Override { step, .. } => format!("The rule fails for this {step}. Why let it pass?"),
            Self::Parameter { name, parameter, .. } if parameter.about.is_empty() => name.clone(),
            Self::Parameter { name, parameter, .. } => format!("{name}: {}", parameter.about),
            Self::Model { step, .. } => format!("Model for this run's {step}"),
            Self::WriteVersion { label, .. } => format!("Write {label} into which file?"),
        }
    }

    pub(super) fn placeholder(&self) -> &'static str {
        match self {
            Self::Feedback { .. } => "What is wrong, and what it should be instead.",
            Self::Override { .. } => "The reason is kept with the decision.",
            Self::Parameter { .. } => "a value",
            Self::Model { .. } => "provider/model",
            Self::WriteVersion { .. } => "a file, such as ~/novel/chapter-1.md",
            Self::Edit { .. } | Self::Write { .. } => "",
        }
    }

    pub(super) fn is_long(&self) -> bool {
        matches!(self, Self::Feedback { .. } | Self::Edit { .. } | Self::Write { .. } | Self::Override { .. })
    }

    pub(super) fn is_tall(&self) -> bool {
        matches!(self, Self::Edit { .. } | Self::Write { .. })
    }

    pub(super) fn draft(&self) -> Option<String> {
        Some(match self {
            Self::Feedback { run, step, .. } => format!("feedback {run} {step}"),
            Self::Edit { run, step, revision, .. } => format!("edit {run} {step} {revision}"),
            Self::Write { run, step, .. } => format!("write {run} {step}"),
            Self::Override { run, step, .. } => format!("override {run} {step}"),
            Self::Parameter { .. } | Self::Model { .. } | Self::WriteVersion { .. } => return None,
        })
    }

    pub(super) fn order(self, text: String, draft: Option<String>) -> Result<Order, String> {
        let decided = |words: String| Then::Decided(words);
        let (command, then) = match self {
            Self::Feedback { run, step, revision } => {
                let (step, revision) = (Some(step), Some(revision));
                let command =
                    RunCommand::Revise { step, revision, feedback: Some(text), passages: Vec::new() };
                (of_run(run, command), decided("sent back".into()))
            }
            Self::Edit { run, step, revision, within } => {
                let said = format!("{step} edited and accepted");
                let text = within.map_or_else(|| text.clone(), |w| w.with(&text));
                let command = RunCommand::Edit { step: Some(step), revision: Some(revision), text };
                (of_run(run, command), decided(said))
            }
            Self::Write { run, step, revision } => {
                let said = format!("{step} written by hand");
                let model = "manual".to_owned();
                let command = RunCommand::Write { step: Some(step), revision, text, model, tokens: 0 };
                (of_run(run, command), Then::Say(said))
            }
            Self::Override { run, step, revision } => {
                if text.trim().is_empty() {
                    return Err("a reason is needed".into());
                }
                let said = format!("{step} passed, against its rule");
                let command =
                    RunCommand::Override { step: Some(step), revision: Some(revision), reason: text };
                (of_run(run, command), decided(said))
            }
            Self::Parameter { run, name, parameter } => {
                let value = parameter.read(text.trim());
                if let Some(fault) = parameter.fault(&value) {
                    return Err(fault);
                }
                let said = format!("{name} is {value} from now on");
                (of_run(run, RunCommand::SetParameter { name, value }), Then::Say(said))
            }
            Self::Model { run, step } => model_of_run(run, step, Some(text.trim().to_owned())),
            Self::WriteVersion { text: version, .. } => {
                if text.trim().is_empty() {
                    return Err("a file is needed".into());
                }
                let errand = Errand::WriteText { path: text, text: version };
                return Ok(Order { errand, then: Then::Nothing, draft });
            }
        };
        Ok(Order { errand: Errand::Command(Box::new(command)), then, draft })
    }
}

/// A model for one step of a run.
#[must_use]
pub fn model_of_run(run: RunId, step: StepName, model: Option<String>) -> (Command, Then) {
    let said = match &model {
        Some(model) => format!("{model} does the {step} of this run"),
        None => format!("the configured model does the {step} of this run"),
    };
    (of_run(run, RunCommand::ChooseModel { step: Some(step), model }), Then::Say(said))
}

/// A command to a run.
#[must_use]
pub fn of_run(run: RunId, command: RunCommand) -> Command {
    Command::Run { run, command }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::domain::workflow::ParameterKind;

    #[test]
    fn a_text_in_an_artifact_is_edited_and_the_rest_stays() {
        let artifact = json!({"title": "Ice", "text": "Old.", "changes": [{"why": "x"}]});
        let within = Within { artifact, path: "text".into() };
        let edited: Value = serde_json::from_str(&within.with("New \"words\".")).unwrap();
        assert_eq!(edited, json!({"title": "Ice", "text": "New \"words\".", "changes": [{"why": "x"}]}));
    }

    #[test]
    fn a_value_that_does_not_fit_is_refused_before_it_is_sent() {
        let parameter = Box::new(Parameter {
            kind: ParameterKind::Number,
            default: None,
            min: Some(0.0),
            max: Some(100.0),
            one_of: Vec::new(),
            live: true,
            about: String::new(),
        });
        let purpose = RunPurpose::Parameter { run: RunId::new("r"), name: "threshold".into(), parameter };
        assert_eq!(purpose.clone().order("140".into(), None).unwrap_err(), "goes from 0 to 100, and is 140");
        let order = purpose.order(" 90 ".into(), None).unwrap();
        assert_eq!(order.then, Then::Say("threshold is 90 from now on".into()));
    }

    #[test]
    fn an_override_needs_its_reason() {
        let (run, step, revision) = (RunId::new("r"), StepName::new("check"), RevisionId::new("x"));
        let purpose = RunPurpose::Override { run, step, revision };
        assert!(purpose.clone().order("  ".into(), None).is_err());
        assert!(matches!(purpose.order("It is a quotation.".into(), None).unwrap().then, Then::Decided(_)));
    }
}
