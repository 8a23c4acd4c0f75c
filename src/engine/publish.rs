//! Publishing a book to files: what would be written, and writing it.
//!
//! [`plan`] and [`files`] are the whole of it for every face and for a workflow's step: an [`Order`] in, a [`Report`]
//! out, both plain data. What stands before it, such as a gate, is not asked here.

mod shelf;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::EngineError;
use crate::domain::workflow::Parameters;
use crate::domain::{BookId, ChapterId, Hash, PageId, Refusal, language};
use crate::store::Store;
use crate::store::rows::{BookRow, ChapterTexts};
use crate::tools::publish::{Chapter, Format, Manuscript, PublishError, write};
pub use shelf::Before;
use shelf::Shelf;
pub(crate) use shelf::put_whole;

/// What is to be published, and where.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Order {
    /// The book.
    pub book: BookId,
    /// The formats; empty: the one that the file's name says, or all.
    #[serde(default)]
    pub formats: Vec<Format>,
    /// A folder for files named after the book, or one file.
    pub out: PathBuf,
    /// Also pages that are not approved, with their current text.
    #[serde(default)]
    pub unapproved: bool,
    /// Show where pages begin.
    #[serde(default)]
    pub show_pages: bool,
    /// Overwrite files that Galley did not write.
    #[serde(default)]
    pub force: bool,
}

impl Order {
    /// Returns what a run of the workflow `publish` is given for it: its place as a whole path.
    pub fn parameters(&self) -> std::io::Result<Parameters> {
        let out = std::path::absolute(&self.out)?;
        // What ends with a separator is a folder, also where it is not there yet.
        let is_folder = self.out.as_os_str().to_string_lossy().ends_with(std::path::is_separator);
        let mut out = out.display().to_string();
        if is_folder && !out.ends_with(std::path::is_separator) {
            out.push(std::path::MAIN_SEPARATOR);
        }
        let formats: Vec<String> = self.formats.iter().map(ToString::to_string).collect();
        Ok(Parameters::from([
            ("formats".to_owned(), json!(formats.join(","))),
            ("out".to_owned(), json!(out)),
            ("unapproved".to_owned(), json!(self.unapproved)),
            ("page_numbers".to_owned(), json!(self.show_pages)),
            ("force".to_owned(), json!(self.force)),
        ]))
    }
}

/// What was written, or would be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The book.
    pub book: BookId,
    /// Its title.
    pub title: String,
    /// Its author; empty when it is not said.
    pub author: String,
    /// Its language (BCP 47), `und` when it is not known.
    pub language: String,
    /// The chapters that are in, with what of them.
    pub chapters: Vec<ChapterReport>,
    /// Pages that are in.
    pub pages: usize,
    /// Words that are in, without titles.
    pub words: u64,
    /// Pages that are in though they are not approved.
    pub unapproved: Vec<PageState>,
    /// Pages that are not in, and chapters without any.
    pub left_out: Vec<LeftOut>,
    /// The files.
    pub files: Vec<FileReport>,
    /// Nothing was written.
    pub dry_run: bool,
}

/// A chapter that is in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChapterReport {
    /// The chapter.
    pub chapter: ChapterId,
    /// Its title.
    pub title: String,
    /// Its pages that are in.
    pub pages: usize,
    /// Their words.
    pub words: u64,
}

/// A page and where it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PageState {
    /// The page.
    pub page: PageId,
    /// Its public state.
    pub state: String,
}

/// What is not in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LeftOut {
    /// The chapter.
    pub chapter: ChapterId,
    /// The page; none when the chapter has no pages at all.
    pub page: Option<PageId>,
    /// The page's public state.
    pub state: Option<String>,
    /// Why, in words.
    pub why: &'static str,
}

/// A file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FileReport {
    /// Where it is.
    #[serde(serialize_with = "shown")]
    pub path: PathBuf,
    /// Its format.
    pub format: Format,
    /// Its size.
    pub bytes: u64,
    /// The BLAKE3 hash of its content.
    pub hash: Hash,
    /// What was there before.
    pub before: Before,
    /// It was written now.
    pub written: bool,
}

/// A path need not be Unicode, and is shown all the same.
fn shown<S: serde::Serializer>(path: &Path, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&path.to_string_lossy())
}

/// Says what [`files`] would write, and what would be in its way. Writes nothing.
pub fn plan(store: &Store, order: &Order) -> Result<Report, EngineError> {
    Ok(Publication::prepare(store, order)?.report)
}

/// Publishes a book: writes all files of the order, each as a whole, or refuses before the first.
pub fn files(store: &Store, order: &Order) -> Result<Report, EngineError> {
    let Publication { mut report, contents, mut shelf } = Publication::prepare(store, order)?;
    if let Some(file) = report.files.iter().find(|f| f.before == Before::InTheWay && !order.force) {
        return Err(PublishError::InTheWay { path: file.path.clone() }.into());
    }
    for (file, bytes) in report.files.iter_mut().zip(&contents) {
        if file.before != Before::Unchanged {
            shelf.put(&file.path, bytes, file.before)?;
            file.written = true;
        }
    }
    report.dry_run = false;
    Ok(report)
}

/// A publication before anything of it is written.
struct Publication {
    report: Report,
    /// What goes into the report's files.
    contents: Vec<Vec<u8>>,
    shelf: Shelf,
}

impl Publication {
    fn prepare(store: &Store, order: &Order) -> Result<Self, EngineError> {
        let targets = targets(order)?;
        let (manuscript, mut report) = gather(store, order)?;
        let shelf = Shelf::open(store.path());
        let mut contents = Vec::with_capacity(targets.len());
        for (format, path) in targets {
            let content = write(&manuscript, format)?;
            let before = shelf.standing(&path, &content)?;
            let (bytes, hash) = (content.len() as u64, Hash::of(&content));
            report.files.push(FileReport { path, format, bytes, hash, before, written: false });
            contents.push(content);
        }
        Ok(Self { report, contents, shelf })
    }
}

/// Reads what the order asks for, and what it leaves out.
fn gather(store: &Store, order: &Order) -> Result<(Manuscript, Report), EngineError> {
    let reader = store.reader()?;
    let book = reader.book(&order.book)?;
    let book = book.ok_or_else(|| EngineError::NotFound { what: "book", id: order.book.to_string() })?;
    if book.trashed {
        return Err(crate::store::StoreError::Refused(Refusal::Trashed).into());
    }
    let mut manuscript = Manuscript {
        // Two books may have one id, in two databases: the hour of their making tells them apart.
        identity: format!("{} {}", book.id, book.created_at),
        title: book.title.clone(),
        language: book.settings.language_tag().unwrap_or_else(|| language::UNKNOWN.into()),
        front: book.settings.front.clone(),
        modified: book.created_at,
        chapters: Vec::new(),
        show_pages: order.show_pages,
    };
    let mut report = blank(&book, &manuscript);
    for chapter in reader.manuscript(&order.book)? {
        take(chapter, order.unapproved, &mut manuscript, &mut report);
    }
    if manuscript.chapters.is_empty() {
        let why = if report.left_out.is_empty() { "the book has no chapters" } else { "no page is approved" };
        let why = if order.unapproved { "no page has a text" } else { why };
        return Err(PublishError::Nothing(why.into()).into());
    }
    Ok((manuscript, report))
}

fn blank(book: &BookRow, manuscript: &Manuscript) -> Report {
    Report {
        book: book.id.clone(),
        title: book.title.clone(),
        author: book.settings.front.author.clone(),
        language: manuscript.language.clone(),
        chapters: Vec::new(),
        pages: 0,
        words: 0,
        unapproved: Vec::new(),
        left_out: Vec::new(),
        files: Vec::new(),
        dry_run: true,
    }
}

/// Takes a chapter's pages in, and notes those that stay out.
fn take(texts: ChapterTexts, unapproved: bool, manuscript: &mut Manuscript, report: &mut Report) {
    let ChapterTexts { chapter: id, title, pages, .. } = texts;
    if pages.is_empty() {
        let why = "the chapter has no pages";
        report.left_out.push(LeftOut { chapter: id, page: None, state: None, why });
        return;
    }
    let mut chapter = Chapter { title, pages: Vec::new() };
    for page in pages {
        let text = page.text.filter(|text| !text.trim().is_empty());
        let (why, text) = match text {
            Some(text) if page.approved || unapproved => ("", Some(text)),
            Some(_) => ("not approved", None),
            None => ("no text", None),
        };
        match text {
            Some(text) => {
                chapter.pages.push(text);
                manuscript.modified = manuscript.modified.max(page.decided_at.unwrap_or_default());
                if !page.approved {
                    report.unapproved.push(PageState { page: page.page, state: page.state });
                }
            }
            None => {
                let (page, state) = (Some(page.page), Some(page.state));
                report.left_out.push(LeftOut { chapter: id.clone(), page, state, why });
            }
        }
    }
    if chapter.pages.is_empty() {
        return;
    }
    let (pages, words) = (chapter.pages.len(), chapter.words());
    report.pages += pages;
    report.words += words;
    report.chapters.push(ChapterReport { chapter: id, title: chapter.title.clone(), pages, words });
    manuscript.chapters.push(chapter);
}

/// Returns which file each format becomes.
pub(super) fn targets(order: &Order) -> Result<Vec<(Format, PathBuf)>, PublishError> {
    let out = &order.out;
    let named = if out.is_dir() { None } else { Format::of_file(out) };
    let mut formats = order.formats.clone();
    formats.sort();
    formats.dedup();
    if formats.is_empty() {
        formats = named.map_or(Format::ALL.to_vec(), |format| vec![format]);
    }
    if formats.len() > 1 && (named.is_some() || out.is_file()) {
        return Err(PublishError::OneFile { path: out.clone(), formats: formats.len() });
    }
    if let ([asked], Some(named)) = (formats.as_slice(), named)
        && *asked != named
    {
        return Err(PublishError::OtherFormat { path: out.clone(), named, asked: *asked });
    }
    if is_file(out, formats.len()) {
        return Ok(vec![(formats[0], out.clone())]);
    }
    Ok(formats.into_iter().map(|f| (f, out.join(format!("{}.{f}", order.book)))).collect())
}

/// Whether a place is that of one file: what is there says it, else its name.
fn is_file(out: &Path, formats: usize) -> bool {
    let says_folder = out.as_os_str().to_string_lossy().ends_with(std::path::is_separator);
    formats == 1 && !out.is_dir() && !says_folder && (out.is_file() || out.extension().is_some())
}
