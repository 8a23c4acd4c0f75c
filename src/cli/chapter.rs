//! `galley chapter`: make, list, show and arrange chapters.

use std::fmt::Write as _;

use clap::Subcommand;
use serde_json::json;

use super::answer::Answer;
use super::fault::Fault;
use super::{book, show};
use crate::domain::book::BookCommand;
use crate::domain::{BookId, ChapterId, Command};
use crate::engine::Engine;
use crate::service::counts::many;

/// The subcommands.
#[derive(Debug, Subcommand)]
pub(super) enum Chapter {
    /// Make a chapter and print its id
    #[command(after_help = "Example:\n  galley chapter new --book the-winter-harbour \"Ice\"")]
    New {
        /// The book it belongs to
        #[arg(long, value_name = "ID")]
        book: BookId,
        /// Its title
        title: String,
        /// Its place in the book, from 1; last if left out
        #[arg(long, value_name = "NUMBER")]
        position: Option<usize>,
    },
    /// List chapters, with their progress
    List {
        /// Only those of this book
        #[arg(long, value_name = "ID")]
        book: Option<BookId>,
        /// Also those in the trash
        #[arg(long)]
        trash: bool,
    },
    /// Show a chapter and its pages
    Show {
        /// The chapter's id
        chapter: ChapterId,
    },
    /// Give a chapter another title; its id stays
    Rename {
        /// The chapter's id
        chapter: ChapterId,
        /// The new title
        title: String,
    },
    /// Move a chapter within its book
    Move {
        /// The chapter's id
        chapter: ChapterId,
        /// Its new place, from 1
        #[arg(long, value_name = "NUMBER")]
        position: usize,
    },
    /// Put a chapter and its pages into the trash; nothing is lost
    Trash {
        /// The chapter's id
        chapter: ChapterId,
    },
    /// Bring a chapter back from the trash
    BringBack {
        /// The chapter's id
        chapter: ChapterId,
    },
}

impl Chapter {
    pub fn run(self, engine: &Engine) -> Result<Answer, Fault> {
        match self {
            Self::New { book, title, position } => {
                let command = BookCommand::AddChapter { title, position };
                let answer = engine.submit(Command::Book { book, command }).wait()?;
                let chapter = answer.chapter.expect("a new chapter has an id");
                shown(engine, &chapter, &format!("{chapter}\n"))
            }
            Self::List { book, trash } => {
                let reader = engine.store().reader()?;
                let books = match book {
                    Some(id) => vec![reader.book(&id)?.ok_or_else(|| Fault::not_found("book", id.as_str()))?],
                    None => reader.books(trash)?,
                };
                let mut chapters = Vec::new();
                for book in &books {
                    chapters.extend(reader.chapters(&book.id, trash)?);
                }
                Ok(Answer::new(&json!({ "chapters": chapters }), show::chapters(&chapters)))
            }
            Self::Show { chapter } => show_chapter(engine, &chapter),
            Self::Rename { chapter, title } => {
                let command = BookCommand::RenameChapter { chapter: chapter.clone(), title };
                change(engine, &chapter, command, "is renamed")
            }
            Self::Move { chapter, position } => {
                let command = BookCommand::MoveChapter { chapter: chapter.clone(), position };
                change(engine, &chapter, command, "is moved")
            }
            Self::Trash { chapter } => {
                let command = BookCommand::TrashChapter { chapter: chapter.clone() };
                change(engine, &chapter, command, "is in the trash; `galley chapter bring-back` restores it")
            }
            Self::BringBack { chapter } => {
                let command = BookCommand::BringBackChapter { chapter: chapter.clone() };
                change(engine, &chapter, command, "is back")
            }
        }
    }
}

fn change(engine: &Engine, chapter: &ChapterId, command: BookCommand, done: &str) -> Result<Answer, Fault> {
    let row = engine.store().reader()?.chapter(chapter)?;
    let row = row.ok_or_else(|| Fault::not_found("chapter", chapter.as_str()))?;
    book::change(engine, &row.book, command)?;
    shown(engine, chapter, &format!("{chapter} {done}\n"))
}

fn shown(engine: &Engine, chapter: &ChapterId, text: &str) -> Result<Answer, Fault> {
    let row = engine.store().reader()?.chapter(chapter)?;
    Ok(Answer::new(&row.ok_or_else(|| Fault::not_found("chapter", chapter.as_str()))?, text))
}

fn show_chapter(engine: &Engine, chapter: &ChapterId) -> Result<Answer, Fault> {
    let reader = engine.store().reader()?;
    let row = reader.chapter(chapter)?.ok_or_else(|| Fault::not_found("chapter", chapter.as_str()))?;
    let pages = reader.pages(chapter, false)?;
    let mut json = serde_json::to_value(&row).expect("rows are plain data");
    json["page_list"] = serde_json::to_value(&pages).expect("rows are plain data");
    let trashed = if row.trashed { "  (in the trash)" } else { "" };
    let mut text = format!("{}  {}. {}{trashed}\n", row.id, row.number, row.title);
    let _ = writeln!(
        text,
        "  {} of {} approved · {}\n",
        row.approved,
        many(row.pages.into(), "page", "pages"),
        many(row.words, "word", "words")
    );
    text += &show::pages(&pages);
    Ok(Answer::new(&json, text))
}
