//! `galley page`: start pages, decide at their gates, see what happened to them.

mod arrange;
pub(super) mod decide;
mod lessons;
mod list;
mod pin;
mod read;
mod stale;
mod start;

use clap::Subcommand;

use super::answer::Answer;
use super::desk::Desk;
use super::fault::Fault;
use super::show;
use crate::domain::{PageId, RunId};
use crate::engine::Engine;

/// The subcommands.
#[derive(Debug, Subcommand)]
pub(super) enum Page {
    /// Make a page from its beat and let the narrator write
    Start(start::Start),
    /// Make a page without a beat; it waits for you
    New(start::New),
    /// Say, or say anew, what happens on a page
    Beat(start::Beat),
    /// List pages
    List(list::List),
    /// Show a page: its beat, its text, the remarks on it
    Show(read::Show),
    /// Where a page stands, and what can be done
    Status {
        /// The page's id
        page: PageId,
    },
    #[command(flatten)]
    Desk(Desk),
    /// Which pages read something that has changed since
    Stale(stale::Stale),
    /// Keep a page as it is, though what it read has changed
    Fine(stale::Fine),
    /// Regenerate stale pages that are at a gate; list the approved ones
    RegenerateStale(stale::Regenerate),
    /// What your edits of a page taught: facts and notes on style, to accept or refuse
    Proposals(lessons::Proposals),
    /// Take a proposal into the canon, in its words or in yours
    AcceptProposal(lessons::Accept),
    /// Do without a proposal
    RefuseProposal(lessons::Refuse),
    /// Approve the text at the gate
    Approve(decide::Approve),
    /// Send the text at the gate back with feedback
    Revise(decide::Revise),
    /// Replace the text by your edit of it, and accept that; also on an approved page
    Edit(decide::Edit),
    /// Supply a text by hand for the step the page is in; its gate opens on it
    Write(decide::Write),
    /// Bring an earlier revision back, as a new one
    Restore(decide::Restore),
    /// Take back the last decision
    Undo(decide::Undo),
    /// Make the decision again that was taken back last
    Redo(decide::Redo),
    /// Ask a step that needs you once more
    Retry(decide::Retry),
    /// Go on without the dialogue
    Skip(decide::Skip),
    /// Stop what is being written
    Cancel(decide::Cancel),
    /// Set an open gate aside, or take it up again
    Aside(decide::Aside),
    /// Choose the model of a step for this page
    Model(decide::Model),
    /// Set how many revision requests this page may have
    Limit(decide::Limit),
    /// Give this page's agents a canon entry by hand, or no longer
    Pin(pin::Pin),
    /// Give a page another title
    Rename(arrange::Rename),
    /// Move a page within its chapter, or to another one of the book
    Move(arrange::Move),
    /// Put a page into the trash; nothing is lost
    Trash(arrange::Trash),
    /// Bring a page back from the trash
    BringBack(arrange::BringBack),
}

impl Page {
    /// The page that the command is about, where it is about one.
    fn page_mut(&mut self) -> Option<&mut PageId> {
        Some(match self {
            Self::Start(_)
            | Self::New(_)
            | Self::List(_)
            | Self::Stale(_)
            | Self::Fine(_)
            | Self::RegenerateStale(_)
            | Self::Desk(_) => return None,
            Self::Status { page } => page,
            Self::Beat(command) => &mut command.page,
            Self::Show(command) => &mut command.page,
            Self::Proposals(command) => &mut command.page,
            Self::AcceptProposal(command) => &mut command.page,
            Self::RefuseProposal(command) => &mut command.page,
            Self::Approve(command) => &mut command.page,
            Self::Revise(command) => &mut command.page,
            Self::Edit(command) => &mut command.page,
            Self::Write(command) => &mut command.page,
            Self::Restore(command) => &mut command.page,
            Self::Undo(command) => &mut command.page,
            Self::Redo(command) => &mut command.page,
            Self::Retry(command) => &mut command.page,
            Self::Skip(command) => &mut command.page,
            Self::Cancel(command) => &mut command.page,
            Self::Aside(command) => &mut command.page,
            Self::Model(command) => &mut command.page,
            Self::Limit(command) => &mut command.page,
            Self::Pin(command) => &mut command.page,
            Self::Rename(command) => &mut command.page,
            Self::Move(command) => &mut command.page,
            Self::Trash(command) => &mut command.page,
            Self::BringBack(command) => &mut command.page,
        })
    }

    pub fn run(mut self, engine: &Engine, json: bool) -> Result<Answer, Fault> {
        // A page is named by its run's id as well.
        if let Some(page) = self.page_mut()
            && let Some(named) = engine.store().reader()?.page_of_run(&RunId::new(page.as_str()))?
        {
            *page = named.id;
        }
        match self {
            Self::Start(command) => command.run(engine),
            Self::New(command) => command.run(engine),
            Self::Beat(command) => command.run(engine),
            Self::List(command) => command.run(engine),
            Self::Show(command) => command.run(engine),
            Self::Status { page } => show::page_now(engine, &page),
            Self::Desk(command) => command.run(engine, json),
            Self::Stale(command) => command.run(engine),
            Self::Fine(command) => command.run(engine),
            Self::RegenerateStale(command) => command.run(engine),
            Self::Proposals(command) => command.run(engine),
            Self::AcceptProposal(command) => command.run(engine),
            Self::RefuseProposal(command) => command.run(engine),
            Self::Approve(command) => command.run(engine),
            Self::Revise(command) => command.run(engine),
            Self::Edit(command) => command.run(engine),
            Self::Write(command) => command.run(engine),
            Self::Restore(command) => command.run(engine),
            Self::Undo(command) => command.run(engine),
            Self::Redo(command) => command.run(engine),
            Self::Retry(command) => command.run(engine),
            Self::Skip(command) => command.run(engine),
            Self::Cancel(command) => command.run(engine),
            Self::Aside(command) => command.run(engine),
            Self::Model(command) => command.run(engine),
            Self::Limit(command) => command.run(engine),
            Self::Pin(command) => command.run(engine),
            Self::Rename(command) => command.run(engine),
            Self::Move(command) => command.run(engine),
            Self::Trash(command) => command.run(engine),
            Self::BringBack(command) => command.run(engine),
        }
    }
}
