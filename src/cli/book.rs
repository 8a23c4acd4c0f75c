//! `galley book`: make, list, show and arrange books.

use std::fmt::Write as _;

use clap::Subcommand;
use serde_json::json;

use super::answer::Answer;
use super::fault::Fault;
use super::{input, show};
use crate::domain::book::BookCommand;
use crate::domain::money::{self, BadBudget};
use crate::domain::{BookId, BookSettings, Command, Money};
use crate::engine::Engine;
use crate::service::counts::many;

/// The subcommands.
#[derive(Debug, Subcommand)]
pub(super) enum Book {
    /// Make a book and print its id
    #[command(after_help = "Example:\n  galley book new \"The Winter Harbour\" --words 180 --tense present")]
    New {
        /// Its title
        title: String,
        #[command(flatten)]
        settings: Given,
    },
    /// List the books
    List {
        /// Also those in the trash
        #[arg(long)]
        trash: bool,
    },
    /// Show a book: its settings and chapters
    Show {
        /// The book's id
        book: BookId,
    },
    /// Change what every prompt of the book says: language, point of view, tense, length, style; its budget; and what
    /// stands before its text when it is published
    #[command(
        after_help = "Examples:\n  galley book settings the-winter-harbour --style @style.md --budget 5\n  \
                            galley book settings the-winter-harbour --author \"Ada Vale\" --rights \"© 2026 Ada Vale\""
    )]
    Settings {
        /// The book's id
        book: BookId,
        #[command(flatten)]
        settings: Given,
    },
    /// Give a book another title; its id stays
    Rename {
        /// The book's id
        book: BookId,
        /// The new title
        title: String,
    },
    /// Put a book into the trash; nothing is lost
    Trash {
        /// The book's id
        book: BookId,
    },
    /// Let a finding of the coherence check pass for good, for a reason that is kept
    #[command(
        after_help = "Example:\n  galley book waive the-winter-harbour f_3b1c0de55aa1 --reason \"a refrain\""
    )]
    Waive {
        /// The book's id
        book: BookId,
        /// The finding's id
        finding: String,
        /// Why
        #[arg(long)]
        reason: String,
    },
    /// Let a waived finding count again
    Unwaive {
        /// The book's id
        book: BookId,
        /// The finding's id
        finding: String,
    },
    /// Bring a book back from the trash
    BringBack {
        /// The book's id
        book: BookId,
    },
}

/// Settings as arguments; what is not given stays as it is.
#[derive(Debug, clap::Args)]
pub(super) struct Given {
    /// The language, in plain words: English
    #[arg(long)]
    language: Option<String>,
    /// The point of view: "third person limited"
    #[arg(long, value_name = "WORDS")]
    pov: Option<String>,
    /// The tense: past, present
    #[arg(long)]
    tense: Option<String>,
    /// How long a page's narration should be, in words (20–5,000)
    #[arg(long, value_name = "NUMBER")]
    words: Option<u32>,
    /// Standing notes on style: a text, @FILE or -
    #[arg(long, value_name = "TEXT")]
    style: Option<String>,
    /// What the book may cost in all, in dollars; `none` for no limit
    #[arg(long, value_name = "DOLLARS", value_parser = budget)]
    budget: Option<Budget>,
    /// Revision requests that a page begun from now on may have (0–1,000); `default` for the configured limit
    #[arg(long, value_name = "NUMBER", value_parser = requests)]
    revision_requests: Option<Requests>,
    /// Who wrote the book, as it is printed
    #[arg(long, value_name = "NAME", help_heading = "Published")]
    author: Option<String>,
    /// The language as a tag (BCP 47), such as en-GB, where the plain words do not say it
    #[arg(long, value_name = "TAG", help_heading = "Published")]
    language_tag: Option<String>,
    /// Who holds which rights
    #[arg(long, value_name = "TEXT", help_heading = "Published")]
    rights: Option<String>,
    /// What the book is about: a text, @FILE or -
    #[arg(long, value_name = "TEXT", help_heading = "Published")]
    description: Option<String>,
    /// The ISBN, of 10 or 13 digits
    #[arg(long, help_heading = "Published")]
    isbn: Option<String>,
}

/// A budget, or none.
#[derive(Debug, Clone, Copy)]
pub(super) struct Budget(pub Option<Money>);

/// Reads a budget: `none`, or dollars.
pub(super) fn budget(argument: &str) -> Result<Budget, BadBudget> {
    money::parse_budget(argument).map(Budget)
}

/// A limit of revision requests, or the configured one.
#[derive(Debug, Clone, Copy)]
struct Requests(Option<u32>);

fn requests(argument: &str) -> Result<Requests, String> {
    if argument == "default" {
        return Ok(Requests(None));
    }
    argument
        .parse()
        .map(|limit| Requests(Some(limit)))
        .map_err(|_| "give a whole number, or `default`".into())
}

impl Given {
    fn over(self, mut settings: BookSettings) -> Result<BookSettings, Fault> {
        if let Some(language) = self.language {
            settings.language = language;
        }
        if let Some(pov) = self.pov {
            settings.point_of_view = pov;
        }
        if let Some(tense) = self.tense {
            settings.tense = tense;
        }
        if let Some(words) = self.words {
            settings.words_per_page = words;
        }
        if let Some(style) = self.style {
            settings.style_notes = input::text(&style)?;
        }
        if let Some(Budget(budget)) = self.budget {
            settings.budget = budget;
        }
        if let Some(Requests(limit)) = self.revision_requests {
            settings.revision_requests = limit;
        }
        let front = &mut settings.front;
        for (field, given) in [
            (&mut front.author, self.author),
            (&mut front.language_tag, self.language_tag),
            (&mut front.rights, self.rights),
            (&mut front.isbn, self.isbn),
        ] {
            if let Some(given) = given {
                given.trim().clone_into(field);
            }
        }
        if let Some(description) = self.description {
            front.description = input::text(&description)?;
        }
        Ok(settings)
    }
}

impl Book {
    pub fn run(self, engine: &Engine) -> Result<Answer, Fault> {
        match self {
            Self::New { title, settings } => {
                let settings = settings.over(BookSettings::default())?;
                let answer = engine.submit(Command::NewBook { title, settings }).wait()?;
                let book = answer.book.expect("a new book has an id");
                shown(engine, &book, &format!("{book}\n"))
            }
            Self::List { trash } => {
                let books = engine.store().reader()?.books(trash)?;
                Ok(Answer::new(&json!({ "books": books }), show::books(&books)))
            }
            Self::Show { book } => show_book(engine, &book),
            Self::Settings { book, settings } => {
                let row = engine.store().reader()?.book(&book)?;
                let row = row.ok_or_else(|| Fault::not_found("book", book.as_str()))?;
                let settings = settings.over(row.settings)?;
                change(engine, &book, BookCommand::ChangeSettings { settings })?;
                show_book(engine, &book)
            }
            Self::Rename { book, title } => {
                change(engine, &book, BookCommand::Rename { title })?;
                shown(engine, &book, &format!("{book} is renamed\n"))
            }
            Self::Trash { book } => {
                change(engine, &book, BookCommand::Trash)?;
                shown(
                    engine,
                    &book,
                    &format!("{book} is in the trash; `galley book bring-back {book}` restores it\n"),
                )
            }
            Self::Waive { book, finding, reason } => {
                let told = format!("{finding} passes in {book}\n");
                change(engine, &book, BookCommand::Waive { finding, reason })?;
                shown(engine, &book, &told)
            }
            Self::Unwaive { book, finding } => {
                let told = format!("{finding} counts again in {book}\n");
                change(engine, &book, BookCommand::Unwaive { finding })?;
                shown(engine, &book, &told)
            }
            Self::BringBack { book } => {
                change(engine, &book, BookCommand::BringBack)?;
                shown(engine, &book, &format!("{book} is back\n"))
            }
        }
    }
}

/// Gives a command to a book.
pub(super) fn change(engine: &Engine, book: &BookId, command: BookCommand) -> Result<(), Fault> {
    engine.submit(Command::Book { book: book.clone(), command }).wait()?;
    Ok(())
}

fn shown(engine: &Engine, book: &BookId, text: &str) -> Result<Answer, Fault> {
    let row = engine.store().reader()?.book(book)?.ok_or_else(|| Fault::not_found("book", book.as_str()))?;
    Ok(Answer::new(&row, text))
}

fn show_book(engine: &Engine, book: &BookId) -> Result<Answer, Fault> {
    let reader = engine.store().reader()?;
    let row = reader.book(book)?.ok_or_else(|| Fault::not_found("book", book.as_str()))?;
    let chapters = reader.chapters(book, false)?;
    let mut json = serde_json::to_value(&row).expect("rows are plain data");
    json["chapter_list"] = serde_json::to_value(&chapters).expect("rows are plain data");
    let BookSettings {
        language,
        point_of_view,
        tense,
        words_per_page,
        style_notes,
        budget,
        revision_requests,
        front,
    } = &row.settings;
    let budget = budget.map_or("no budget".to_owned(), |b| format!("budget {b}"));
    let mut text =
        format!("{}  {}{}\n", row.id, row.title, if row.trashed { "  (in the trash)" } else { "" });
    let _ = writeln!(
        text,
        "  {language} · {point_of_view} · {tense} · {words_per_page} words per page · {budget}"
    );
    if let Some(limit) = revision_requests {
        let _ = writeln!(text, "  {limit} revision requests for a page begun from now on");
    }
    if !style_notes.is_empty() {
        let _ = writeln!(text, "  {}", style_notes.replace('\n', "\n  "));
    }
    let isbn = if front.isbn.is_empty() { String::new() } else { format!("ISBN {}", front.isbn) };
    let printed: Vec<&str> = [&front.author, &front.language_tag, &front.rights, &isbn]
        .into_iter()
        .map(String::as_str)
        .filter(|said| !said.is_empty())
        .collect();
    if !printed.is_empty() {
        let _ = writeln!(text, "  published: {}", printed.join(" · "));
    }
    let _ = writeln!(
        text,
        "  {} · {} spent · touched {}\n",
        many(row.words, "word", "words"),
        row.spent,
        show::time(row.updated_at)
    );
    text += &show::chapters(&chapters);
    Ok(Answer::new(&json, text))
}
