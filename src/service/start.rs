//! How a run of a workflow begins: about a file, a text, a page, a chapter or a book.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{ServiceError, files};
use crate::domain::workflow::{Parameters, Workflow};
use crate::domain::{BookId, ChapterId, PageId, RunId};
use crate::engine::{About, Chosen, Engine};

/// Letters of a first line that become a title.
const MAX_TITLE: usize = 80;

/// What a run is about, as the author chose it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// Something of a book.
    Of(About),
    /// A file; without a title it has that of its name.
    File {
        /// Where it is.
        path: PathBuf,
        /// Its title.
        title: Option<String>,
        /// The book whose prompts and budget hold.
        book: Option<BookId>,
    },
    /// A text that was given; without a title it has that of its first line.
    Text {
        /// The text.
        text: String,
        /// Its title.
        title: Option<String>,
        /// The book whose prompts and budget hold.
        book: Option<BookId>,
    },
}

impl Source {
    /// Finds what a word names: a file, or by its id a chapter or a page.
    pub fn named(
        engine: &Engine,
        word: &str,
        title: Option<String>,
        book: Option<BookId>,
    ) -> Result<Self, ServiceError> {
        let path = Path::new(word);
        if path.is_file() {
            return Ok(Self::File { path: path.to_owned(), title, book });
        }
        let reader = engine.store().reader()?;
        let (page, chapter) = (PageId::new(word), ChapterId::new(word));
        let about = if reader.page(&page)?.is_some() {
            About::Page(page)
        } else if reader.chapter(&chapter)?.is_some() {
            About::Chapter(chapter)
        } else {
            let message = format!("`{word}` is not a file, a chapter or a page");
            return Err(ServiceError::usage(message, "`galley chapter list` prints the ids of chapters"));
        };
        if title.is_some() || book.is_some() {
            let message = format!("`{word}` has a title and a book of its own");
            return Err(ServiceError::usage(message, "give a title or a book with a text from a file only"));
        }
        Ok(Self::Of(about))
    }

    /// Reads what there is to read.
    fn about(self) -> Result<About, ServiceError> {
        Ok(match self {
            Self::Of(about) => about,
            Self::File { path, title, book } => {
                let text = files::read_text(&path)?;
                let stem = || path.file_stem().map(|s| s.to_string_lossy().into_owned());
                About::Text { book, title: title.or_else(stem).unwrap_or_default(), text }
            }
            Self::Text { text, title, book } => {
                About::Text { book, title: title.unwrap_or_else(|| first_line(&text)), text }
            }
        })
    }
}

/// A workflow that is to begin.
#[derive(Debug, Clone, PartialEq)]
pub struct Start {
    /// The workflow.
    pub workflow: Arc<Workflow>,
    /// What it is about.
    pub source: Source,
    /// What it is given.
    pub parameters: Parameters,
    /// What else is chosen.
    pub chosen: Chosen,
}

impl Start {
    /// Begins a workflow with nothing else chosen.
    #[must_use]
    pub fn of(workflow: Arc<Workflow>, source: Source, parameters: Parameters) -> Self {
        Self { workflow, source, parameters, chosen: Chosen::default() }
    }
}

/// Begins a run.
pub fn start(engine: &Engine, start: Start) -> Result<RunId, ServiceError> {
    let about = start.source.about()?;
    let answer = engine.start_run_with(start.workflow, about, start.parameters, start.chosen)?.wait()?;
    Ok(answer.run.expect("a new run has an id"))
}

/// Returns a title for a text that has none: its first line, cut.
fn first_line(text: &str) -> String {
    let line = text.lines().map(|l| l.trim_start_matches('#').trim()).find(|l| !l.is_empty());
    line.unwrap_or_default().chars().take(MAX_TITLE).collect()
}
