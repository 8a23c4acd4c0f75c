//! Workflows as the author has them: those that ship, and files of their own in the configuration folder.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::Value;

use super::tool::Tool;
use super::{Engine, EngineError};
use crate::config::Home;
use crate::context::prompt::Prompt;
use crate::domain::workflow::{self, WORKFLOWS, Workflow, WorkflowError, shipped_schema};
use crate::files;

/// The longest file of a workflow that is read, in bytes.
const MOST_BYTES: u64 = 1024 * 1024;
/// The workflow of pages: it is what the desk and the board are made for, and stays as it ships.
const PAGE: &str = "page";

/// A workflow that is there, or a file that should be one.
#[derive(Debug, Clone)]
pub struct Listed {
    /// Its name: that of its file, where it is the author's.
    pub id: String,
    /// The author's file; none for one that ships.
    pub file: Option<PathBuf>,
    /// What it is, or what is wrong with it.
    pub read: Result<Arc<Workflow>, WorkflowError>,
}

impl Engine {
    /// Returns all workflows: those that ship, and the author's, which lie over them by name.
    #[must_use]
    pub fn workflows(&self) -> Vec<Listed> {
        let mut all: Vec<Listed> = WORKFLOWS
            .iter()
            .filter_map(|(id, _)| {
                let read = Ok(Arc::new(Workflow::shipped(id)?));
                Some(Listed { id: (*id).to_owned(), file: None, read })
            })
            .collect();
        let mut files: Vec<PathBuf> = std::fs::read_dir(self.home().workflows())
            .into_iter()
            .flatten()
            .filter_map(|entry| Some(entry.ok()?.path()))
            .filter(|path| path.extension().is_some_and(|e| e == "toml"))
            .collect();
        files.sort();
        for file in files {
            let id = file.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
            let read = self.read_workflow(&file).map(Arc::new);
            all.retain(|listed| listed.id != id || listed.id == PAGE);
            all.push(Listed { id, file: Some(file), read });
        }
        all
    }

    /// Returns a workflow by its name.
    pub fn workflow(&self, id: &str) -> Result<Arc<Workflow>, EngineError> {
        let found = self.workflows().into_iter().find(|listed| listed.id == id);
        let found = found.ok_or_else(|| EngineError::NotFound { what: "workflow", id: id.to_owned() })?;
        Ok(found.read?)
    }

    /// Reads a workflow from a file and checks all that it names: schemas, agents with their prompts, tools.
    pub fn read_workflow(&self, file: &Path) -> Result<Workflow, WorkflowError> {
        let shown = file.display().to_string();
        let error = |line, reason| WorkflowError { file: shown.clone(), line, reason };
        let source = read(file).map_err(|reason| error(1, reason))?;
        let workflow = Workflow::parse(&shown, &source, |name| schema(self.home(), name))?;
        let line_of = |named: &str| {
            let quoted = format!("\"{named}\"");
            source.lines().position(|line| line.contains(&quoted)).map_or(1, |at| at + 1)
        };
        let stem = file.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
        if stem != workflow.id {
            let reason =
                format!("the workflow `{}` stands in a file `{stem}.toml`: call both the same", workflow.id);
            return Err(error(line_of(&workflow.id), reason));
        }
        if workflow.id == PAGE {
            return Err(error(
                line_of(PAGE),
                "the workflow `page` is Galley's own; give yours another name".into(),
            ));
        }
        for step in &workflow.steps {
            match &step.tool {
                Some(tool) if Tool::named(tool).is_none() => {
                    let known: Vec<&str> = Tool::NAMES.into();
                    let reason = format!("there is no tool `{tool}`; there are {}", known.join(", "));
                    return Err(error(line_of(tool), reason));
                }
                Some(_) => {}
                None => {
                    Prompt::of_author(&self.home().prompts(), &step.agent).map_err(|e| {
                        let folder = self.home().prompts();
                        let agent = &step.agent;
                        let hint = format!("{agent}.prompty in {} is its prompt", folder.display());
                        error(line_of(agent), format!("the agent `{agent}`: {e}; {hint}"))
                    })?;
                }
            }
        }
        Ok(workflow)
    }

    /// Writes the beginning of a workflow of the author's own, with the prompt of its agent; returns its files.
    pub fn new_workflow(&self, id: &str) -> Result<Vec<PathBuf>, EngineError> {
        let file = self.home().workflows().join(format!("{id}.toml"));
        let refuse =
            |reason: &str| WorkflowError { file: file.display().to_string(), line: 1, reason: reason.into() };
        workflow::check_name(id).map_err(|reason| refuse(&format!("the name of a workflow {reason}")))?;
        let same = |known: &str| known.eq_ignore_ascii_case(id);
        if WORKFLOWS.iter().any(|(shipped, _)| same(shipped)) {
            return Err(refuse("a workflow of this name comes with Galley: give yours another name").into());
        }
        // On some systems two files whose names differ in case only are one.
        if let Some(known) = self.workflows().iter().find(|listed| same(&listed.id)) {
            return Err(refuse(&format!("the workflow `{}` is there already", known.id)).into());
        }
        let agent = format!("{id}_writer");
        let prompt = self.prompt_file(&agent);
        if prompt.exists() {
            let taken = format!("{} is there already: it would be this workflow's prompt", prompt.display());
            return Err(refuse(&taken).into());
        }
        let files = [
            (file.clone(), include_str!("../../assets/workflows/new.toml.txt").replace("ID", id)),
            (prompt.clone(), include_str!("../../assets/workflows/new.prompty.txt").replace("ID", &agent)),
        ];
        for (path, text) in files {
            let folder = path.parent().unwrap_or(Path::new("."));
            let written =
                files::create_dir_all(folder).and_then(|()| files::create_new(&path, text.as_bytes()));
            written.map_err(|e| refuse(&format!("{}: {e}", path.display())))?;
        }
        Ok(vec![file, prompt])
    }
}

/// Finds a schema by its name: the author's file, else one that ships.
fn schema(home: &Home, name: &str) -> Option<Value> {
    let fits = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
    let own = fits.then(|| read(&home.schemas().join(format!("{name}.json"))).ok()).flatten();
    match own {
        Some(source) => serde_json::from_str(&source).ok(),
        None => shipped_schema(name),
    }
}

fn read(file: &Path) -> Result<String, String> {
    let bytes = std::fs::metadata(file).map_err(|e| e.to_string())?.len();
    if bytes > MOST_BYTES {
        return Err(format!("{bytes} bytes are too many: at most {MOST_BYTES} are read"));
    }
    std::fs::read_to_string(file).map_err(|e| e.to_string())
}
