//! What an import of canon would change: files are read and compared, nothing is written.

use super::Trouble;
use crate::domain::BookId;
use crate::engine::Engine;
use crate::service::files::expanded;
use crate::tools::ImportError;
use crate::tools::canon_import::{Existing, ImportPlan, plan};
use crate::tools::source::read_all;

impl From<ImportError> for Trouble {
    fn from(error: ImportError) -> Self {
        let hint = Some(error.hint().to_owned());
        Self { refused: true, message: error.to_string(), hint }
    }
}

/// Compares a file, or a folder of files, with a book's canon.
pub(super) fn plan_import(engine: &Engine, book: &BookId, path: &str) -> Result<ImportPlan, Trouble> {
    let sources = read_all(&[expanded(path)])?;
    let reader = engine.store().reader()?;
    let (entries, removed) = (reader.entries(book)?, reader.removed_entries(book)?);
    let (imported, chapters) = (reader.imported_versions(book)?, reader.chapters(book, false)?);
    let existing =
        Existing { book, entries: &entries, removed: &removed, imported: &imported, chapters: &chapters };
    Ok(plan(&sources, &existing)?)
}
