//! `galley sample`: the sample book goes to the trash, or comes back.

use clap::Subcommand;

use super::answer::Answer;
use super::book;
use super::fault::{Exit, Fault};
use crate::domain::book::BookCommand;
use crate::engine::{Engine, sample};
use crate::service::counts::many;

/// The subcommands.
#[derive(Debug, Clone, Copy, Subcommand)]
pub(super) enum Sample {
    /// Put the sample book into the trash
    Remove,
    /// Bring the sample book back, or make it
    Restore,
}

fn never_made() -> Fault {
    let what = "the sample book was never made here";
    Fault::new(Exit::Refused, "not_found", what, Some("`galley sample restore` makes it"))
}

impl Sample {
    pub fn run(self, engine: &Engine) -> Result<Answer, Fault> {
        let done = match self {
            Self::Remove => {
                let found = sample::find(engine)?;
                let book = found.ok_or_else(never_made)?;
                book::change(engine, &book.id, BookCommand::Trash)?;
                "is in the trash; `galley sample restore` restores it".to_owned()
            }
            Self::Restore => {
                sample::make(engine)?;
                "is restored".to_owned()
            }
        };
        let book = sample::find(engine)?.ok_or_else(never_made)?;
        let done = match self {
            Self::Remove => done,
            Self::Restore => format!(
                "{done}: {}, {}; open the studio with `galley`, or see `galley book show {}`",
                many(book.chapters.into(), "chapter", "chapters"),
                many(book.pages.into(), "page", "pages"),
                book.id
            ),
        };
        Ok(Answer::new(&book, format!("{} {done}\n", book.id)))
    }
}
