//! `galley prompt`: the templates that the agents' messages are rendered from.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde_json::json;

use super::answer::Answer;
use super::desk;
use super::fault::Fault;
use super::table::Table;
use super::{editor, input};
use crate::context::prompt::{Prompt, agents};
use crate::domain::prompt::PromptCommand as Change;
use crate::domain::{BookId, Command, PageId, StepName};
use crate::engine::{Engine, EngineError};

/// The subcommands.
#[derive(Debug, Subcommand)]
#[command(
    after_help = "A book's own template lies over your file for all books, and that over the one that Galley ships."
)]
pub(super) enum PromptCommand {
    /// List the templates, whose they are, and the versions that a book has
    List(Book),
    /// Show the template that holds
    Show(Which),
    /// Change a template, in your editor or from a file; it is checked first
    Edit(Edit),
    /// Check every template: variables, front matter, whether they render
    Check(Check),
    /// Render a template with the real context of a page, without calling anyone
    Preview(Preview),
    /// Go back to the template below, or to an earlier version of the book's
    Restore(Restore),
}

impl PromptCommand {
    pub fn run(self, engine: &Engine) -> Result<Answer, Fault> {
        match self {
            Self::List(command) => command.list(engine),
            Self::Show(command) => command.show(engine),
            Self::Edit(command) => command.run(engine),
            Self::Check(command) => command.run(engine),
            Self::Preview(command) => command.run(engine),
            Self::Restore(command) => command.run(engine),
        }
    }
}

/// The book whose templates are meant.
#[derive(Debug, Args)]
pub(super) struct Book {
    /// Those of this book; without it, those for all books
    #[arg(long, value_name = "ID")]
    book: Option<BookId>,
}

impl Book {
    /// Returns the book, which must be there.
    fn known(&self, engine: &Engine) -> Result<Option<&BookId>, Fault> {
        if let Some(book) = &self.book {
            engine.store().reader()?.book(book)?.ok_or_else(|| Fault::not_found("book", book.as_str()))?;
        }
        Ok(self.book.as_ref())
    }

    fn list(&self, engine: &Engine) -> Result<Answer, Fault> {
        let book = self.known(engine)?;
        let versions = match book {
            Some(book) => engine.store().reader()?.prompt_versions(book)?,
            None => Vec::new(),
        };
        let mut table = Table::new(&["agent", "whose", "version", "file"]);
        let mut all = Vec::new();
        for agent in agents() {
            let held: Vec<_> = versions.iter().filter(|v| v.name == agent).collect();
            match engine.prompt(book, agent) {
                Ok(prompt) => {
                    let hash = prompt.template().hash;
                    let file = prompt.file.clone();
                    table.row(&[agent.into(), prompt.layer.to_string(), hash.as_str()[..12].into(), file]);
                    all.push(json!({
                        "agent": agent, "layer": prompt.layer, "hash": hash, "file": prompt.file, "versions": held,
                    }));
                }
                Err(e) => {
                    table.row(&[agent.into(), "faulty".into(), String::new(), e.to_string()]);
                    all.push(json!({ "agent": agent, "error": e.to_string(), "versions": held }));
                }
            }
        }
        Ok(Answer::new(&json!({ "prompts": all }), table.render("there are no templates")))
    }
}

/// One template.
#[derive(Debug, Args)]
pub(super) struct Which {
    /// The agent: narrator, dialogue, reviewer …
    agent: String,
    #[command(flatten)]
    book: Book,
}

impl Which {
    fn holding(&self, engine: &Engine) -> Result<Prompt, Fault> {
        Ok(engine.prompt(self.book.known(engine)?, &self.agent)?)
    }

    fn show(&self, engine: &Engine) -> Result<Answer, Fault> {
        let prompt = self.holding(engine)?;
        Ok(Answer::new(&told(&prompt), prompt.source))
    }
}

fn told(prompt: &Prompt) -> serde_json::Value {
    let template = prompt.template();
    json!({
        "agent": prompt.name, "layer": prompt.layer, "hash": template.hash, "file": prompt.file,
        "text": prompt.source,
    })
}

/// Changes one.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  galley prompt edit narrator\n  \
                        galley prompt edit narrator --book harbour --file mine.prompty")]
pub(super) struct Edit {
    #[command(flatten)]
    which: Which,
    /// The new template: a file, or - for standard input; without it your editor opens
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
}

impl Edit {
    fn run(self, engine: &Engine) -> Result<Answer, Fault> {
        let before = match self.which.holding(engine) {
            Ok(prompt) => prompt.source,
            // One that cannot be read as a template is just the one that must be changed.
            Err(_) if engine.prompt_file(&self.which.agent).exists() => {
                input::file(&engine.prompt_file(&self.which.agent))?
            }
            Err(fault) => return Err(fault),
        };
        let (name, text) = match &self.file {
            Some(file) => (file.display().to_string(), input::file(file)?),
            None => {
                let name = format!("{}.prompty", self.which.agent);
                (name, editor::edit(&before, engine.home().state(), "prompty")?)
            }
        };
        let prompt = engine
            .checked_prompt(&self.which.agent, &name, &text)
            .map_err(|e| self.keep(engine, e, &text))?;
        let book = self.which.book.known(engine)?;
        engine.put_prompt(book, &prompt)?;
        let prompt = engine.prompt(book, &self.which.agent)?;
        let text = format!("{} holds ({})\n", prompt.file, prompt.layer);
        Ok(Answer::new(&told(&prompt), text))
    }

    /// What was written in an editor is not lost for a fault in it.
    fn keep(&self, engine: &Engine, error: EngineError, text: &str) -> Fault {
        let mut fault = Fault::from(error);
        if self.file.is_none() {
            let kept = engine.home().state().join(format!("{}.prompty.rejected", self.which.agent));
            if std::fs::write(&kept, text).is_ok() {
                fault.hint =
                    Some(format!("it is kept in {}; fix it and give it with --file", kept.display()));
            }
        }
        fault
    }
}

/// Checks all.
#[derive(Debug, Args)]
pub(super) struct Check {
    #[command(flatten)]
    book: Book,
    /// Check this file instead
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
}

impl Check {
    fn run(self, engine: &Engine) -> Result<Answer, Fault> {
        let mut prompts = Vec::new();
        let mut faults: Vec<String> = Vec::new();
        if let Some(file) = &self.file {
            let read = Prompt::parse(&file.display().to_string(), &input::file(file)?);
            prompts.extend(read.map_err(|e| faults.push(e.to_string())));
        } else {
            let book = self.book.known(engine)?;
            for agent in agents() {
                prompts.extend(engine.prompt(book, agent).map_err(|e| faults.push(e.to_string())));
            }
        }
        let mut text = String::new();
        for prompt in &prompts {
            let found = prompt.faults();
            if found.is_empty() {
                let _ = writeln!(text, "{}: good", prompt.file);
            }
            faults.extend(found.iter().map(ToString::to_string));
        }
        for fault in &faults {
            let _ = writeln!(text, "{fault}");
        }
        let answer = Answer::new(&json!({ "faults": faults }), text);
        let fault =
            faults.first().map(|first| Fault::usage(first.clone(), "fix it, or `galley prompt restore` it"));
        Ok(answer.with_fault(fault))
    }
}

/// Tries one.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  galley prompt preview narrator --page harbour_ch_001_page_001 --file mine.prompty"
)]
pub(super) struct Preview {
    /// The agent: narrator, dialogue, reviewer …
    agent: String,
    /// The page whose context is taken
    #[arg(long, value_name = "ID")]
    page: PageId,
    /// For this step, where the agent does several
    #[arg(long, value_name = "NAME")]
    step: Option<StepName>,
    /// This template instead of the one that holds
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
}

impl Preview {
    fn run(self, engine: &Engine) -> Result<Answer, Fault> {
        let page = engine.store().reader()?.page(&self.page)?;
        let page = page.ok_or_else(|| Fault::not_found("page", self.page.as_str()))?;
        let prompt = match &self.file {
            Some(file) => {
                let parsed = Prompt::parse(&file.display().to_string(), &input::file(file)?);
                parsed.map_err(EngineError::from)?.named(&self.agent)
            }
            None => engine.prompt(Some(&page.book), &self.agent)?,
        };
        let made = engine.preview(&self.page, self.step.as_ref(), Some(&prompt))?;
        let json = json!({ "template": made.manifest.template, "messages": made.request.messages, "estimate": made.estimate });
        Ok(Answer::new(&json, desk::prompt(&made.request.messages)))
    }
}

/// Goes back.
#[derive(Debug, Args)]
pub(super) struct Restore {
    #[command(flatten)]
    which: Which,
    /// The book's version to bring back, as a new one; `galley prompt list --book ID --json` has them
    #[arg(long, value_name = "NUMBER", requires = "book")]
    version: Option<u32>,
}

impl Restore {
    fn run(self, engine: &Engine) -> Result<Answer, Fault> {
        let book = self.which.book.known(engine)?;
        let agent = &self.which.agent;
        let mut text = String::new();
        match (book, self.version) {
            (Some(book), Some(number)) => {
                let reader = engine.store().reader()?;
                let versions = reader.prompt_versions(book)?;
                let found = versions.iter().find(|v| v.name == *agent && v.version == number);
                let hash = found.and_then(|v| v.text.as_ref());
                let missing = || Fault::not_found("version", &number.to_string());
                let text = reader.text(hash.ok_or_else(missing)?)?.ok_or_else(missing)?;
                let command = Change::Put { name: agent.clone(), text };
                engine.submit(Command::Prompt { book: book.clone(), command }).wait()?;
            }
            (book, _) => {
                if let Some(kept) = engine.drop_prompt(book, agent)? {
                    let _ = writeln!(text, "what held is kept in {}", kept.display());
                }
            }
        }
        let prompt = engine.prompt(book, agent)?;
        let _ = writeln!(text, "{} holds ({})", prompt.file, prompt.layer);
        Ok(Answer::new(&told(&prompt), text))
    }
}
