//! A workflow is begun, about something of a book or about a file; and a text goes into a file.

use std::path::PathBuf;
use std::sync::Arc;

use super::{Outcome, Trouble, expanded};
use crate::domain::BookId;
use crate::domain::run::MOST_BYTES;
use crate::domain::workflow::{Parameters, Workflow};
use crate::engine::{About, Engine};

/// What a run is about, as the author chose it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// Something of a book.
    Of(About),
    /// A file.
    File {
        /// Its path, as it was typed.
        path: String,
        /// The book whose prompts and budget hold.
        book: Option<BookId>,
    },
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
}

pub(super) fn start(engine: &Engine, start: Start) -> Result<Outcome, Trouble> {
    let about = match start.source {
        Source::Of(about) => about,
        Source::File { path, book } => of_file(&path, book)?,
    };
    let reply = engine.start_run(start.workflow, about, start.parameters)?;
    Ok(Outcome::Done(Box::new(reply.wait()?)))
}

fn of_file(path: &str, book: Option<BookId>) -> Result<About, Trouble> {
    let file = expanded(path);
    let refused = |message: String| Trouble {
        refused: true,
        message: format!("{}: {message}", file.display()),
        hint: Some("name a file of text, in UTF-8".into()),
    };
    let bytes = std::fs::metadata(&file).map_err(|e| refused(e.to_string()))?.len();
    if bytes > MOST_BYTES {
        return Err(refused(format!("{bytes} bytes are too many; {MOST_BYTES} are taken")));
    }
    let text = std::fs::read_to_string(&file).map_err(|e| refused(e.to_string()))?;
    let title = file.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
    Ok(About::Text { book, title, text })
}

/// Writes a text into a file, and never over another.
pub(super) fn write_text(path: &str, text: &str) -> Result<PathBuf, Trouble> {
    use std::io::Write as _;
    let file = expanded(path);
    let trouble = |error: std::io::Error| Trouble {
        refused: error.kind() == std::io::ErrorKind::AlreadyExists,
        message: format!("{}: {error}", file.display()),
        hint: Some("name a file that is not there yet, in a folder that can be written".into()),
    };
    let mut to = std::fs::OpenOptions::new().write(true).create_new(true).open(&file).map_err(trouble)?;
    let end = if text.ends_with('\n') { "" } else { "\n" };
    to.write_all(text.as_bytes()).and_then(|()| to.write_all(end.as_bytes())).map_err(trouble)?;
    Ok(std::path::absolute(&file).unwrap_or(file))
}
