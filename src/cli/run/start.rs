//! `galley run start`: how a run begins.

use std::collections::BTreeMap;

use clap::Args;

use crate::cli::answer::Answer;
use crate::cli::drive::Detach;
use crate::cli::fault::Fault;
use crate::cli::input;
use crate::domain::workflow::{Parameters, Workflow};
use crate::domain::{BookId, ChapterId, PageId, Refusal, RunId, StepName};
use crate::engine::{About, Chosen, Engine};
use crate::service::start::{self, Source};
use crate::service::story::Progress;

const START: &str = "\
Examples:
  galley run start story --text @chapter.md --set threshold=90
  galley run start story --chapter the-winter-harbour_ch_001 --set sit=true --detach";

/// Starts a workflow.
#[derive(Debug, Args)]
#[command(after_help = START)]
pub struct Start {
    /// The workflow's name
    workflow: String,
    #[command(flatten)]
    about: Subject,
    /// An id of your own for the run
    #[arg(long)]
    id: Option<RunId>,
    /// Give a parameter
    #[arg(long = "set", value_name = "NAME=VALUE")]
    parameters: Vec<String>,
    /// Let a step call this model, as `STEP=PROVIDER/MODEL`
    #[arg(long = "model", value_name = "STEP=MODEL")]
    models: Vec<String>,
    #[command(flatten)]
    detach: Detach,
}

/// What a run is about.
#[derive(Debug, Args)]
#[group(required = true, multiple = true)]
struct Subject {
    /// A text: as it is, @FILE or - for standard input
    #[arg(long, conflicts_with_all = ["chapter", "page"])]
    text: Option<String>,
    /// The title of the text
    #[arg(long, requires = "text")]
    title: Option<String>,
    /// The approved pages of this chapter
    #[arg(long, value_name = "ID", conflicts_with = "page")]
    chapter: Option<ChapterId>,
    /// This page as it stands
    #[arg(long, value_name = "ID")]
    page: Option<PageId>,
    /// This book as a whole; with --text, the book whose prompts and budget hold
    #[arg(long, value_name = "ID", conflicts_with_all = ["chapter", "page"])]
    book: Option<BookId>,
}

impl Start {
    pub fn run(self, engine: &Engine, json: bool) -> Result<Answer, Fault> {
        let workflow = engine.workflow(&self.workflow)?;
        let parameters = parameters(&workflow, &self.parameters)?;
        let Subject { text, title, chapter, page, book } = self.about;
        let source = match (text, chapter, page, book) {
            (Some(text), _, _, book) => match text.strip_prefix('@') {
                Some(path) if !path.starts_with('@') => Source::File { path: path.into(), title, book },
                _ => Source::Text { text: input::text(&text)?, title, book },
            },
            (None, Some(chapter), _, _) => Source::Of(About::Chapter(chapter)),
            (None, None, Some(page), _) => Source::Of(About::Page(page)),
            (None, None, None, Some(book)) => Source::Of(About::Book(book)),
            (None, None, None, None) => unreachable!("one of them is required"),
        };
        let chosen = Chosen { id: self.id, models: models(&self.models)? };
        let run =
            start::start(engine, start::Start { chosen, ..start::Start::of(workflow, source, parameters) })?;
        let progress = Progress::of(engine, &run)?;
        super::to_rest(engine, progress, self.detach, json).map_err(|fault| fault.of_run(&run))
    }
}

/// Reads parameters as they were typed.
pub(in crate::cli) fn parameters(workflow: &Workflow, typed: &[String]) -> Result<Parameters, Fault> {
    let mut given = Parameters::new();
    for pair in typed {
        let (name, value) = pair.split_once('=').ok_or_else(|| {
            Fault::usage(
                format!("`{pair}` is not a parameter"),
                "write it as NAME=VALUE, such as threshold=90",
            )
        })?;
        let known = workflow.parameters.get(name).ok_or_else(|| {
            let all: Vec<&str> = workflow.parameters.keys().map(String::as_str).collect();
            let reason = format!("is none of {}: there are {}", workflow.id, all.join(", "));
            Fault::from(Refusal::BadParameter { name: name.to_owned(), reason })
        })?;
        given.insert(name.to_owned(), known.read(value));
    }
    Ok(given)
}

fn models(typed: &[String]) -> Result<BTreeMap<StepName, String>, Fault> {
    let read = |pair: &String| {
        let (step, model) = pair.split_once('=').ok_or_else(|| {
            Fault::usage(format!("`{pair}` chooses no model"), "write it as STEP=PROVIDER/MODEL")
        })?;
        Ok((StepName::new(step.trim()), model.to_owned()))
    };
    typed.iter().map(read).collect()
}
