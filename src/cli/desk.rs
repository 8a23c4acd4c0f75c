//! What `galley page` and `galley run` have in common: a page is a run.

mod attempt;
mod context;
mod diff;
mod history;
mod passages;
mod take;

use clap::Subcommand;

pub(super) use context::prompt;
pub(super) use diff::told as diff_told;
pub(super) use passages::add_passages;

use super::answer::Answer;
use super::drive::{self, Detach};
use super::fault::Fault;
use crate::domain::run::RunCommand;
use crate::domain::{PageId, RunId};
use crate::engine::Engine;
use crate::service::story::Progress;
use crate::store::Reader;

/// The commands of both.
#[derive(Debug, Subcommand)]
pub(super) enum Desk {
    /// Everything that happened: revisions, feedback, decisions, attempts
    History(history::History),
    /// What an attempt left that failed, was stopped or was cleaned; with --use it becomes the draft
    Attempt(attempt::Attempt),
    /// What an agent is given, and why; now, or for a past revision
    Context(context::Context),
    /// What changed between two revisions, or since the approved one
    Diff(diff::Diff),
    /// Take some of the changes between two revisions, as a new one
    Take(take::Take),
    /// Lock a passage, which nobody changes from then on; or list what is locked
    Lock(passages::Lock),
    /// Unlock a passage
    Unlock(passages::Unlock),
}

impl Desk {
    pub fn run(self, engine: &Engine, json: bool) -> Result<Answer, Fault> {
        match self {
            Self::History(command) => command.run(engine),
            Self::Attempt(command) => command.run(engine, json),
            Self::Context(command) => command.run(engine),
            Self::Diff(command) => command.run(engine, json),
            Self::Take(command) => command.run(engine, json),
            Self::Lock(command) => command.run(engine),
            Self::Unlock(command) => command.run(engine),
        }
    }
}

/// A run that was named by its id, or by its page's.
pub(super) struct Named {
    pub run: RunId,
    /// The page whose run it is, if it is that of a page.
    pub page: Option<PageId>,
}

impl Named {
    pub fn find(reader: &Reader, id: &str) -> Result<Self, Fault> {
        if let Some(page) = reader.page(&PageId::new(id))? {
            return Ok(Self { run: page.run, page: Some(page.id) });
        }
        let run = RunId::new(id);
        if let Some(page) = reader.page_of_run(&run)? {
            return Ok(Self { run, page: Some(page.id) });
        }
        match reader.own_run(&run)? {
            Some(_) => Ok(Self { run, page: None }),
            None => Err(Fault::not_found("page or run", id)),
        }
    }

    /// The id that the author knows it by.
    pub fn id(&self) -> &str {
        self.page.as_ref().map_or(self.run.as_str(), PageId::as_str)
    }

    /// `page` or `run`: the command that it belongs to, and its field in answers.
    pub fn kind(&self) -> &'static str {
        if self.page.is_some() { "page" } else { "run" }
    }

    /// Gives it a command, drives what that causes unless it is left to others, and answers with where it stands.
    pub fn command(
        &self,
        engine: &Engine,
        command: RunCommand,
        detach: Detach,
        json: bool,
    ) -> Result<Answer, Fault> {
        if let Some(page) = &self.page {
            return drive::command(engine, page, command, detach);
        }
        let progress = Progress::from_now(engine, &self.run)?;
        engine.command_run(&self.run, command).wait()?;
        super::run::to_rest(engine, progress, detach, json)
    }
}
