//! `galley page approve | revise | edit | …`: what an author can say at a gate, and of the agents behind it.

use std::path::PathBuf;

use clap::Args;

use crate::cli::answer::Answer;
use crate::cli::desk::{Named, add_passages};
use crate::cli::drive::{self, Detach};
use crate::cli::fault::Fault;
use crate::cli::input;
use crate::domain::run::RunCommand;
use crate::domain::{PageId, RevisionId, StepName};
use crate::engine::Engine;

/// The step that a command is about.
#[derive(Debug, Args)]
struct Step {
    /// The step: narration or dialogue; the one the page stands at if left out
    #[arg(long, value_name = "NAME")]
    step: Option<StepName>,
}

/// A whole text, given in a file or as it is.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(in crate::cli) struct Whole {
    /// The whole text: a file, or - for standard input
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
    /// The whole text: as it is, @FILE or - for standard input
    #[arg(long)]
    text: Option<String>,
}

impl Whole {
    /// Reads the text.
    pub fn read(&self) -> Result<String, Fault> {
        match (&self.file, &self.text) {
            (Some(file), _) => input::file(file),
            (None, text) => input::text(text.as_deref().unwrap_or_default()),
        }
    }
}

/// A model, given by its place or by its option.
#[derive(Debug, Args)]
pub(in crate::cli) struct ModelName {
    /// PROVIDER/MODEL, or `default` for the configured one
    #[arg(value_name = "MODEL", required_unless_present = "model", conflicts_with = "model")]
    value: Option<String>,
    /// The same as an option
    #[arg(long, value_name = "MODEL")]
    model: Option<String>,
}

impl ModelName {
    /// Reads the model; none is the configured one.
    pub fn read(self) -> Option<String> {
        self.value.or(self.model).filter(|name| name != "default")
    }
}

/// The revision that was looked at.
#[derive(Debug, Args)]
pub(in crate::cli) struct Seen {
    /// The revision you looked at; refused when it is no longer the newest
    #[arg(long, value_name = "ID")]
    pub revision: Option<RevisionId>,
}

/// How a text came about that no agent of Galley wrote.
#[derive(Debug, Args)]
pub(in crate::cli) struct Made {
    /// The model it was made with, if it was not written by hand
    #[arg(long, value_name = "NAME", default_value = "manual", value_parser = maker)]
    pub model: String,
    /// The tokens that took
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    pub tokens: u64,
}

/// Letters of a model's name at most.
const MAX_MODEL_NAME: usize = 200;

fn maker(name: &str) -> Result<String, String> {
    let name = name.trim();
    match name.chars().count() {
        0 => Err("a name is needed".to_owned()),
        n if n > MAX_MODEL_NAME => Err(format!("the name has {n} letters; {MAX_MODEL_NAME} are taken")),
        _ if name.chars().any(char::is_control) => Err("a name is one line of text".to_owned()),
        _ => Ok(name.to_owned()),
    }
}

/// Approves.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  galley page approve harbour_ch_001_page_001 --revision run_0123456789ab.narration.2"
)]
pub struct Approve {
    /// The page's id
    pub(super) page: PageId,
    #[command(flatten)]
    step: Step,
    #[command(flatten)]
    seen: Seen,
    #[command(flatten)]
    detach: Detach,
}

impl Approve {
    pub fn run(self, engine: &Engine) -> Result<Answer, Fault> {
        let command = RunCommand::Approve { step: self.step.step, revision: self.seen.revision };
        drive::command(engine, &self.page, command, self.detach)
    }
}

/// Sends back.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  galley page revise harbour_ch_001_page_001 --feedback \"more of the cold\"\n  \
                        galley page revise harbour_ch_001_page_001 --passage \"The bell rang.=quieter\" --passage \"She ran=slower\"\n  \
                        galley page revise harbour_ch_001_page_001 --again\n\n\
                        With passages alone nothing else may change; what changes anyway is shown as unrequested."
)]
pub struct Revise {
    /// The page's id
    pub(super) page: PageId,
    /// What should change: a text, @FILE or - for standard input
    #[arg(long, value_name = "TEXT", required_unless_present_any = ["again", "passage"])]
    feedback: Option<String>,
    /// What should change in just this passage, quoted word for word; can be given several times
    #[arg(long, value_name = "QUOTE=WORDS")]
    passage: Vec<String>,
    /// Ask for another draft without feedback
    #[arg(long, conflicts_with_all = ["feedback", "passage"])]
    again: bool,
    #[command(flatten)]
    step: Step,
    #[command(flatten)]
    seen: Seen,
    #[command(flatten)]
    detach: Detach,
}

impl Revise {
    pub fn run(self, engine: &Engine) -> Result<Answer, Fault> {
        let feedback = self.feedback.map(|f| input::text(&f)).transpose()?;
        let Self { page, passage, step, seen, detach, .. } = self;
        let mut command =
            RunCommand::Revise { step: step.step, revision: seen.revision, feedback, passages: Vec::new() };
        let reader = engine.store().reader()?;
        add_passages(&reader, &Named::find(&reader, page.as_str())?, &mut command, &passage)?;
        drive::command(engine, &page, command, detach)
    }
}

/// Edits and accepts.
#[derive(Debug, Args)]
#[command(after_help = "Dialogue is a line each; `[2] ` before it places it after narration paragraph 2.")]
pub struct Edit {
    /// The page's id
    pub(super) page: PageId,
    #[command(flatten)]
    text: Whole,
    #[command(flatten)]
    step: Step,
    #[command(flatten)]
    seen: Seen,
    #[command(flatten)]
    detach: Detach,
}

impl Edit {
    pub fn run(self, engine: &Engine) -> Result<Answer, Fault> {
        let text = self.text.read()?;
        let command = RunCommand::Edit { step: self.step.step, revision: self.seen.revision, text };
        drive::command(engine, &self.page, command, self.detach)
    }
}

/// Writes by hand.
#[derive(Debug, Args)]
#[command(after_help = "Dialogue is a line each; `[2] ` before it places it after narration paragraph 2.")]
pub struct Write {
    /// The page's id
    pub(super) page: PageId,
    #[command(flatten)]
    text: Whole,
    #[command(flatten)]
    step: Step,
    #[command(flatten)]
    seen: Seen,
    #[command(flatten)]
    made: Made,
    #[command(flatten)]
    detach: Detach,
}

impl Write {
    pub fn run(self, engine: &Engine) -> Result<Answer, Fault> {
        let text = self.text.read()?;
        let Self { step, seen, made: Made { model, tokens }, .. } = self;
        let command = RunCommand::Write { step: step.step, revision: seen.revision, text, model, tokens };
        drive::command(engine, &self.page, command, self.detach)
    }
}

/// Brings a revision back.
#[derive(Debug, Args)]
#[command(after_help = "`galley page history PAGE` lists the revisions.")]
pub struct Restore {
    /// The page's id
    pub(super) page: PageId,
    /// The revision to bring back
    #[arg(long, value_name = "ID")]
    revision: RevisionId,
    #[command(flatten)]
    detach: Detach,
}

impl Restore {
    pub fn run(self, engine: &Engine) -> Result<Answer, Fault> {
        drive::command(engine, &self.page, RunCommand::Restore { revision: self.revision }, self.detach)
    }
}

/// Takes a decision back.
#[derive(Debug, Args)]
pub struct Undo {
    /// The page's id
    pub(super) page: PageId,
    #[command(flatten)]
    step: Step,
    #[command(flatten)]
    detach: Detach,
}

impl Undo {
    pub fn run(self, engine: &Engine) -> Result<Answer, Fault> {
        drive::command(engine, &self.page, RunCommand::Undo { step: self.step.step }, self.detach)
    }
}

/// Makes it again.
#[derive(Debug, Args)]
pub struct Redo {
    /// The page's id
    pub(super) page: PageId,
    #[command(flatten)]
    detach: Detach,
}

impl Redo {
    pub fn run(self, engine: &Engine) -> Result<Answer, Fault> {
        drive::command(engine, &self.page, RunCommand::Redo, self.detach)
    }
}

/// Tries again.
#[derive(Debug, Args)]
pub struct Retry {
    /// The page's id
    pub(super) page: PageId,
    #[command(flatten)]
    step: Step,
    #[command(flatten)]
    detach: Detach,
}

impl Retry {
    pub fn run(self, engine: &Engine) -> Result<Answer, Fault> {
        drive::command(engine, &self.page, RunCommand::Retry { step: self.step.step }, self.detach)
    }
}

/// Goes on without.
#[derive(Debug, Args)]
pub struct Skip {
    /// The page's id
    pub(super) page: PageId,
    #[command(flatten)]
    step: Step,
    #[command(flatten)]
    detach: Detach,
}

impl Skip {
    pub fn run(self, engine: &Engine) -> Result<Answer, Fault> {
        drive::command(engine, &self.page, RunCommand::Skip { step: self.step.step }, self.detach)
    }
}

/// Stops.
#[derive(Debug, Args)]
pub struct Cancel {
    /// The page's id
    pub(super) page: PageId,
    #[command(flatten)]
    step: Step,
}

impl Cancel {
    pub fn run(self, engine: &Engine) -> Result<Answer, Fault> {
        drive::command(engine, &self.page, RunCommand::Cancel { step: self.step.step }, Detach::YES)
    }
}

/// Sets aside.
#[derive(Debug, Args)]
pub struct Aside {
    /// The page's id
    pub(super) page: PageId,
    #[command(flatten)]
    step: Step,
    /// Take it up again
    #[arg(long)]
    take_up: bool,
}

impl Aside {
    pub fn run(self, engine: &Engine) -> Result<Answer, Fault> {
        let command = RunCommand::SetAside { step: self.step.step, aside: !self.take_up };
        drive::command(engine, &self.page, command, Detach::YES)
    }
}

/// Chooses a model.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  galley page model harbour_ch_001_page_001 ollama/qwen3\n  \
                        galley page model harbour_ch_001_page_001 default --step dialogue")]
pub struct Model {
    /// The page's id
    pub(super) page: PageId,
    #[command(flatten)]
    name: ModelName,
    #[command(flatten)]
    step: Step,
    #[command(flatten)]
    detach: Detach,
}

impl Model {
    pub fn run(self, engine: &Engine) -> Result<Answer, Fault> {
        let model = self.name.read();
        drive::command(
            engine,
            &self.page,
            RunCommand::ChooseModel { step: self.step.step, model },
            self.detach,
        )
    }
}

/// Sets the limit.
#[derive(Debug, Args)]
pub struct Limit {
    /// The page's id
    pub(super) page: PageId,
    /// How many revision requests it may have, those already made included
    value: u32,
}

impl Limit {
    pub fn run(self, engine: &Engine) -> Result<Answer, Fault> {
        drive::command(engine, &self.page, RunCommand::SetLimit { limit: self.value }, Detach::YES)
    }
}
