//! `galley import`: a finished text becomes a book.

use std::fmt::Write as _;
use std::io::{BufRead as _, IsTerminal as _, Write as _};
use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde_json::json;

use super::answer::Answer;
use super::fault::Fault;
use super::table::Table;
use crate::analysis::count_words;
use crate::domain::{BookSettings, Command, ImportedChapter, language};
use crate::engine::Engine;
use crate::service::counts::many;
use crate::tools::manuscript::{self, Change, Manuscript};

/// The subcommands.
#[derive(Debug, Subcommand)]
pub(super) enum Import {
    /// Make a book of a manuscript: chapters by its headings, pages by a length, all of them approved
    #[command(
        after_help = "A page ends with a paragraph, as near to the length as that allows. On a terminal the length \
                            is asked for;\nelsewhere say --words-per-page, or --yes for the usual one.\n\nExample:\n  \
                            galley import book novel.docx --words-per-page 250"
    )]
    Book(Book),
}

/// Imports a book.
#[derive(Debug, Args)]
pub(super) struct Book {
    /// The manuscript: .md, .txt, .docx or .epub
    file: PathBuf,
    /// The book's title; else the manuscript's own, else the file's name
    #[arg(long)]
    title: Option<String>,
    /// Who wrote it; else what the manuscript says
    #[arg(long)]
    author: Option<String>,
    /// The language it is written in, as a name or a tag such as en-GB; else what the manuscript says
    #[arg(long)]
    language: Option<String>,
    /// How long a page should be, in words (20–5,000)
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(20..=5000))]
    words_per_page: Option<u32>,
    /// Take the usual length, and ask nothing
    #[arg(long)]
    yes: bool,
    /// Say what would be made, and make nothing
    #[arg(long)]
    dry_run: bool,
}

impl Import {
    pub fn run(self, engine: &Engine, json: bool) -> Result<Answer, Fault> {
        let Self::Book(book) = self;
        book.run(engine, json)
    }
}

impl Book {
    fn run(self, engine: &Engine, json: bool) -> Result<Answer, Fault> {
        let manuscript = manuscript::read(&self.file)?;
        let title = self.title.clone().or(manuscript.title.clone()).unwrap_or_else(|| {
            self.file
                .file_stem()
                .map_or_else(|| "Manuscript".into(), |stem| stem.to_string_lossy().into_owned())
        });
        let settings = self.settings(&manuscript)?;
        let is_detected = self.language.is_none() && manuscript.is_language_detected;
        let words = self.words_per_page(&manuscript, &title, json)?;
        let chapters = manuscript.pages(u64::from(words));
        let pages: usize = chapters.iter().map(|c| c.pages.len()).sum();
        let mut object = json!({
            "title": title,
            "format": manuscript.format,
            "encoding": manuscript.encoding,
            "author": settings.front.author,
            "language": settings.language_tag(),
            "language_detected": is_detected,
            "changes": manuscript.changes,
            "words": manuscript.words(),
            "words_per_page": words,
            "pages": pages,
            "applied": !self.dry_run,
            "chapters": chapters.iter().map(|c| json!({ "title": c.title, "pages": c.pages.len() })).collect::<Vec<_>>(),
        });
        if self.dry_run {
            let mut out = format!("{title} ({}, {})\n", manuscript.format, manuscript.encoding);
            out.push_str(&about(&settings, is_detected));
            out.push_str(&contents(&chapters));
            out.push_str(&changes(&manuscript.changes));
            let _ = writeln!(
                out,
                "{}, {} (nothing was made: --dry-run)",
                many(chapters.len() as u64, "chapter", "chapters"),
                many(pages as u64, "page", "pages")
            );
            return Ok(Answer::new(&object, out));
        }
        let settings = BookSettings { words_per_page: words, ..settings };
        let (about, changes) = (about(&settings, is_detected), changes(&manuscript.changes));
        let file = manuscript.file.clone();
        let count = chapters.len();
        let made = engine.submit(Command::ImportBook { title, settings, file, chapters }).wait()?;
        let book = made.book.expect("a book that was made has an id");
        object["id"] = book.as_str().into();
        Ok(Answer::new(
            &object,
            format!("{book}\n{about}{changes}{count} chapters, {pages} pages, all approved\n"),
        ))
    }

    /// Returns what the book takes over: options before what the manuscript says.
    fn settings(&self, manuscript: &Manuscript) -> Result<BookSettings, Fault> {
        let mut settings = BookSettings::default();
        settings.front.author = self.author.clone().or(manuscript.author.clone()).unwrap_or_default();
        let tag = match &self.language {
            Some(said) => Some(language::tag_of(said).ok_or_else(|| {
                Fault::usage(
                    "this language is not known",
                    "say its English name, or a tag such as en-GB or zh-Hant",
                )
            })?),
            None => manuscript.language.clone(),
        };
        if let Some(tag) = tag {
            settings.language = language::name_of(&tag).unwrap_or_else(|| tag.clone());
            settings.front.language_tag = tag;
        }
        Ok(settings)
    }

    /// Returns the length of a page: as given, or as confirmed.
    fn words_per_page(&self, manuscript: &Manuscript, title: &str, json: bool) -> Result<u32, Fault> {
        let usual = BookSettings::default().words_per_page;
        if let Some(words) = self.words_per_page {
            return Ok(words);
        }
        if self.yes || self.dry_run {
            return Ok(usual);
        }
        let unsaid = "how long should a page be?";
        let hint =
            "say --words-per-page NUMBER, or --yes for the usual 220; --dry-run shows what would be made";
        if json || !std::io::stdin().is_terminal() || !std::io::stderr().is_terminal() {
            return Err(Fault::usage(unsaid, hint));
        }
        let mut err = std::io::stderr().lock();
        let mut words = usual;
        loop {
            let chapters = manuscript.pages(u64::from(words));
            let pages: usize = chapters.iter().map(|c| c.pages.len()).sum();
            let question = format!(
                "{title}: {}, {}; at about {words} words per page: {}. \
                 Enter takes that, a number (20–5,000) another length, q nothing: ",
                many(manuscript.words(), "word", "words"),
                many(chapters.len() as u64, "chapter", "chapters"),
                many(pages as u64, "page", "pages")
            );
            let _ =
                err.write_all(crate::analysis::clean_line(&question).as_bytes()).and_then(|()| err.flush());
            let mut line = String::new();
            match std::io::stdin().lock().read_line(&mut line) {
                Ok(0) | Err(_) => return Err(Fault::interrupted_import()),
                Ok(_) => match line.trim() {
                    "" => return Ok(words),
                    "q" => return Err(Fault::interrupted_import()),
                    said => words = said.parse().ok().filter(|n| (20..=5000).contains(n)).unwrap_or(words),
                },
            }
        }
    }
}

/// Says what the book's settings take over.
fn about(settings: &BookSettings, is_language_detected: bool) -> String {
    let author = Some(&settings.front.author).filter(|a| !a.is_empty());
    let author = author.map_or_else(|| "not found".to_owned(), Clone::clone);
    let how = if is_language_detected { " (detected; --language sets another)" } else { "" };
    format!("author: {author} · language: {}{how}\n", settings.language)
}

/// Tabulates what was left out or changed; nothing when nothing was.
fn changes(changes: &[Change]) -> String {
    if changes.is_empty() {
        return String::new();
    }
    let mut table = Table::new(&["left out or changed", ">count", ">words", "first"]);
    for change in changes {
        let kind = if change.kept { format!("{} (words kept)", change.kind) } else { change.kind.to_owned() };
        table.row(&[kind, change.count.to_string(), change.words.to_string(), change.first.clone()]);
    }
    table.render("")
}

/// Tabulates chapters that are yet to be made.
fn contents(chapters: &[ImportedChapter]) -> String {
    let mut table = Table::new(&[">no", "chapter", ">pages", ">words", ">longest"]);
    for (number, chapter) in (1..).zip(chapters) {
        let words: Vec<u64> = chapter.pages.iter().map(|p| count_words(p)).collect();
        table.row(&[
            i32::to_string(&number),
            chapter.title.clone(),
            chapter.pages.len().to_string(),
            words.iter().sum::<u64>().to_string(),
            words.iter().max().unwrap_or(&0).to_string(),
        ]);
    }
    table.render("no chapters")
}
