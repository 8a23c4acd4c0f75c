//! `galley sample`: the sample book goes to the trash, or comes back.

use clap::Subcommand;

use super::answer::Answer;
use super::book;
use super::fault::Fault;
use crate::domain::book::BookCommand;
use crate::engine::{Engine, sample};

/// The subcommands.
#[derive(Debug, Clone, Copy, Subcommand)]
pub(super) enum Sample {
    /// Put the sample book into the trash
    Remove,
    /// Bring the sample book back, or make it
    Restore,
}

impl Sample {
    pub fn run(self, engine: &Engine) -> Result<Answer, Fault> {
        let done = match self {
            Self::Remove => {
                let found = sample::find(engine)?;
                let book = found.ok_or_else(|| Fault::not_found("book", "the sample book"))?;
                book::change(engine, &book.id, BookCommand::Trash)?;
                "is in the trash"
            }
            Self::Restore => {
                sample::make(engine)?;
                "is there"
            }
        };
        let book = sample::find(engine)?.ok_or_else(|| Fault::not_found("book", "the sample book"))?;
        Ok(Answer::new(&book, format!("{} {done}\n", book.id)))
    }
}
