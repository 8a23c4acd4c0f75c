//! `galley publish`: a book as files.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;

use super::answer::Answer;
use super::fault::Fault;
use super::input;
use super::table::Table;
use crate::domain::{BookId, language};
use crate::engine::Engine;
use crate::engine::publish::{Before, FileReport, Order, Report, files, plan};
use crate::tools::publish::Format;

/// Publishes.
#[derive(Debug, Args)]
#[command(after_help = "Only approved pages are taken, unless told otherwise; what is left out is listed.\n\
                        The same book gives the same files, byte for byte.\n\n\
                        Examples:\n  galley publish the-winter-harbour --format epub,docx --out books --dry-run\n  \
                        galley publish the-winter-harbour --out harbour.epub")]
#[allow(clippy::struct_excessive_bools, reason = "each is an option of the command line")]
pub(super) struct Publish {
    /// The book's id; may be left out where there is only one
    book: Option<BookId>,
    /// md, html, epub, docx, txt; if left out the one that the file's name says, or all
    #[arg(long, value_name = "FORMAT", value_delimiter = ',')]
    format: Vec<Format>,
    /// A folder for files named after the book, or one file
    #[arg(long, value_name = "DIR|FILE", default_value = ".")]
    out: PathBuf,
    /// Write nothing, and say what would be written
    #[arg(long)]
    dry_run: bool,
    /// Also pages that are not approved, with their current text
    #[arg(long)]
    unapproved: bool,
    /// Show where pages begin, by their numbers
    #[arg(long)]
    page_numbers: bool,
    /// Overwrite files that Galley did not write, or that were changed since
    #[arg(long)]
    force: bool,
}

impl Publish {
    pub fn run(self, engine: &Engine) -> Result<Answer, Fault> {
        let order = Order {
            book: input::book(&engine.store().reader()?, self.book)?,
            formats: self.format,
            out: self.out,
            unapproved: self.unapproved,
            show_pages: self.page_numbers,
            force: self.force,
        };
        let report =
            if self.dry_run { plan(engine.store(), &order)? } else { files(engine.store(), &order)? };
        Ok(Answer::new(&report, text(&report, order.force)))
    }
}

fn text(report: &Report, force: bool) -> String {
    let author = if report.author.is_empty() { "no author" } else { &report.author };
    let mut out = format!(
        "{} · {author} · {} · {} chapters, {} pages, {} words\n",
        report.title,
        report.language,
        report.chapters.len(),
        report.pages,
        report.words
    );
    if report.author.is_empty() || report.language == language::UNKNOWN {
        let _ = writeln!(
            out,
            "say more with `galley book settings {} --author NAME --language-tag TAG`",
            report.book
        );
    }
    let mut table = Table::new(&["file", ">bytes", ""]);
    for file in &report.files {
        table.row(&[file.path.display().to_string(), file.bytes.to_string(), became(file, force)]);
    }
    let _ = write!(out, "\n{}", table.render("no files"));
    let mut table = Table::new(&["chapter", "title", ">pages", ">words"]);
    for chapter in &report.chapters {
        let (pages, words) = (chapter.pages.to_string(), chapter.words.to_string());
        table.row(&[chapter.chapter.to_string(), chapter.title.clone(), pages, words]);
    }
    let _ = write!(out, "\n{}", table.render("no chapters"));
    if !report.unapproved.is_empty() {
        let _ = writeln!(out, "\nin, and not approved:");
        for page in &report.unapproved {
            let _ = writeln!(out, "  {}  {}", page.page, page.state);
        }
    }
    if !report.left_out.is_empty() {
        let _ = writeln!(out, "\nleft out:");
        for left in &report.left_out {
            let what = left.page.as_ref().map_or(left.chapter.as_str(), |page| page.as_str());
            let state = left.state.as_ref().map(|state| format!("  {state}")).unwrap_or_default();
            let _ = writeln!(out, "  {what}{state}  ({})", left.why);
        }
    }
    out
}

/// Says what became of a file, or would.
fn became(file: &FileReport, force: bool) -> String {
    match (file.before, file.written) {
        (Before::Unchanged, _) => "is there already",
        (Before::Nothing, true) => "written",
        (_, true) => "overwritten",
        (Before::Nothing, false) => "would be written",
        (Before::Ours, false) => "would be overwritten: Galley wrote it",
        (Before::InTheWay, false) if force => "would be overwritten: Galley did not write it",
        (Before::InTheWay, false) => "is in the way: Galley did not write it, or it was changed since",
    }
    .to_owned()
}
