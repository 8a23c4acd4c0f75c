//! `galley workflow`: the workflows that there are, and those of the author's own.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Subcommand;
use serde_json::{Value, json};

use super::answer::Answer;
use super::fault::Fault;
use super::table::Table;
use crate::domain::workflow::{Amount, StepDefinition, Workflow};
use crate::engine::Engine;

const NEW: &str = "\
A workflow is a file of steps, loops and gates in the configuration folder, and a prompt for each agent of its own.

Example:
  galley workflow new lengthen
  galley run start lengthen --text @notes.txt --set words=120";

/// What can be asked of workflows.
#[derive(Debug, Subcommand)]
pub enum WorkflowCommand {
    /// List the workflows: those that ship, and yours
    List,
    /// Show a workflow's parameters, steps, loops and gates
    Show {
        /// Its name
        id: String,
    },
    /// Read a workflow's file and say what is wrong with it
    Check {
        /// The file
        file: PathBuf,
    },
    /// Begin a workflow of your own
    #[command(after_help = NEW)]
    New {
        /// Its name: letters, digits and `_`
        id: String,
    },
}

impl WorkflowCommand {
    pub fn run(self, engine: &Engine) -> Result<Answer, Fault> {
        match self {
            Self::List => Ok(list(engine)),
            Self::Show { id } => {
                let workflow = engine.workflow(&id)?;
                Ok(Answer::new(&*workflow, shown(&workflow)))
            }
            Self::Check { file } => {
                let workflow = engine.read_workflow(&file).map_err(crate::engine::EngineError::from)?;
                let text =
                    format!("{}: `{}` version {} is valid\n", file.display(), workflow.id, workflow.version);
                Ok(Answer::new(&json!({"file": file, "id": workflow.id, "version": workflow.version}), text))
            }
            Self::New { id } => {
                let files = engine.new_workflow(&id)?;
                let lines: Vec<String> = files.iter().map(|f| f.display().to_string()).collect();
                Ok(Answer::new(&json!({ "id": id, "files": files }), lines.join("\n")))
            }
        }
    }
}

fn list(engine: &Engine) -> Answer {
    let mut table = Table::new(&["workflow", ">version", "about a", "from", "what it does"]);
    let mut rows: Vec<Value> = Vec::new();
    for listed in engine.workflows() {
        let from = listed.file.as_ref().map_or_else(|| "galley".to_owned(), |f| f.display().to_string());
        match &listed.read {
            Ok(workflow) => {
                let subject = serde_json::to_value(workflow.subject).unwrap_or_default();
                let subject = subject.as_str().unwrap_or_default().to_owned();
                rows.push(
                    json!({"id": listed.id, "version": workflow.version, "subject": subject, "from": from,
                                 "about": workflow.about}),
                );
                table.row(&[listed.id, workflow.version.to_string(), subject, from, workflow.about.clone()]);
            }
            Err(error) => {
                rows.push(json!({"id": listed.id, "from": from, "error": error.to_string()}));
                table.row(&[listed.id, "-".into(), "-".into(), from, format!("cannot be used: {error}")]);
            }
        }
    }
    Answer::new(&json!({ "workflows": rows }), table.render("there are no workflows"))
}

fn shown(workflow: &Workflow) -> String {
    let mut text = format!("{} version {}: {}\n", workflow.id, workflow.version, workflow.about);
    if !workflow.parameters.is_empty() {
        let mut table = Table::new(&["parameter", "type", "default", "for"]);
        for (name, parameter) in &workflow.parameters {
            let kind = serde_json::to_value(parameter.kind).unwrap_or_default();
            let default = parameter.default.as_ref().map_or_else(|| "required".into(), Value::to_string);
            let kind = kind.as_str().unwrap_or_default().to_owned();
            table.row(&[name.clone(), kind, default, parameter.about.clone()]);
        }
        text.push('\n');
        text.push_str(&table.render(""));
    }
    let mut table = Table::new(&["step", "by", "needs", "if", "gate"]);
    for step in &workflow.steps {
        let needs: Vec<&str> =
            step.needs.iter().chain(&step.reads).map(crate::domain::StepName::as_str).collect();
        let each = step.each.as_ref().map(|e| format!(", for each of {}", e.of)).unwrap_or_default();
        let by = step.tool.as_ref().map_or_else(|| step.agent.clone(), |tool| format!("tool {tool}"));
        let condition = step.condition.clone().unwrap_or_default();
        table.row(&[step.id.to_string(), format!("{by}{each}"), needs.join(", "), condition, gate(step)]);
    }
    text.push('\n');
    text.push_str(&table.render(""));
    for own in &workflow.loops {
        let steps: Vec<&str> = own.steps.iter().map(crate::domain::StepName::as_str).collect();
        let most = match &own.limit {
            Amount::Fixed(limit) => limit.to_string(),
            Amount::Parameter(name) => format!("`{name}`"),
        };
        let after = own.asked_after().map(|a| format!(" after {a}")).unwrap_or_default();
        let _ = writeln!(
            text,
            "\nloop {}: {} until `{}`{after}, {most} turns at most",
            own.id,
            steps.join(" → "),
            own.until
        );
    }
    text
}

fn gate(step: &StepDefinition) -> String {
    let Some(gate) = &step.gate else { return String::new() };
    let mut words = Vec::new();
    words.extend(gate.pass.as_ref().map(|rule| format!("passes if {rule}")));
    words.extend(gate.borderline.as_ref().map(|rule| format!("borderline if {rule}")));
    words.push(match &gate.condition {
        Some(condition) => format!("the author, if {condition}"),
        None if gate.pass.is_some() => "else the author".into(),
        None => "the author".into(),
    });
    words.join("; ")
}
