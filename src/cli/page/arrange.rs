//! `galley page rename | move | trash | bring-back`: where a page stands.

use clap::Args;

use crate::cli::answer::Answer;
use crate::cli::fault::Fault;
use crate::cli::{book, show};
use crate::domain::book::BookCommand;
use crate::domain::{ChapterId, PageId};
use crate::engine::Engine;

/// Gives a title.
#[derive(Debug, Args)]
pub struct Rename {
    /// The page's id
    pub(super) page: PageId,
    /// The new title; "" for none
    title: String,
}

impl Rename {
    pub fn run(self, engine: &Engine) -> Result<Answer, Fault> {
        let Self { page, title } = self;
        change(engine, &page, |page| BookCommand::RenamePage { page, title })
    }
}

/// Moves.
#[derive(Debug, Args)]
pub struct Move {
    /// The page's id
    pub(super) page: PageId,
    /// The chapter to move it to; its own if left out
    #[arg(long, value_name = "ID")]
    chapter: Option<ChapterId>,
    /// Its new place, from 1
    #[arg(long, value_name = "NUMBER")]
    position: usize,
}

impl Move {
    pub fn run(self, engine: &Engine) -> Result<Answer, Fault> {
        let own = show::detail(&engine.store().reader()?, &self.page)?.page.chapter;
        let (chapter, position) = (self.chapter.unwrap_or(own), self.position);
        change(engine, &self.page, |page| BookCommand::MovePage { page, chapter, position })
    }
}

/// Puts into the trash.
#[derive(Debug, Args)]
pub struct Trash {
    /// The page's id
    pub(super) page: PageId,
}

impl Trash {
    pub fn run(self, engine: &Engine) -> Result<Answer, Fault> {
        change(engine, &self.page, |page| BookCommand::TrashPage { page })
    }
}

/// Brings back.
#[derive(Debug, Args)]
pub struct BringBack {
    /// The page's id
    pub(super) page: PageId,
}

impl BringBack {
    pub fn run(self, engine: &Engine) -> Result<Answer, Fault> {
        change(engine, &self.page, |page| BookCommand::BringBackPage { page })
    }
}

fn change(
    engine: &Engine,
    page: &PageId,
    command: impl FnOnce(PageId) -> BookCommand,
) -> Result<Answer, Fault> {
    let book = show::detail(&engine.store().reader()?, page)?.page.book;
    book::change(engine, &book, command(page.clone()))?;
    show::page_now(engine, page)
}
