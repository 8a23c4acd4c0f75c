//! A finished text → chapters and pages.
//!
//! Markdown, plain text, docx and epub become the same blocks, headings and paragraphs; `divide` makes chapters of
//! them by the headings, and [`Manuscript::pages`] pages by a length, at the ends of paragraphs.

mod archive;
mod changes;
mod detect;
mod divide;
mod docx;
mod epub;
mod front;
mod headings;
mod markdown;
mod meta;
mod prose;
mod sources;
#[cfg(test)]
mod tests;
mod text;
mod wrapped;
mod xml;

use std::path::Path;

pub use changes::Change;
pub use divide::Chapter;

use super::decode::decode;
use super::{ImportError, source};
use crate::analysis::count_words;
use crate::domain::ImportedChapter;

/// The largest docx or epub file, in bytes: pictures count, and are not read.
const MOST_ARCHIVE: u64 = 100 * 1024 * 1024;

/// A finished text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manuscript {
    /// The file's own name.
    pub file: String,
    /// The title, where the text says it.
    pub title: Option<String>,
    /// Who wrote it, where the text says so.
    pub author: Option<String>,
    /// Its language as a tag (BCP 47), where the text says it or it can be told.
    pub language: Option<String>,
    /// The text does not say its language: it was told from its words.
    pub is_language_detected: bool,
    /// What it was read as: `Markdown`, `text`, `docx`, `epub`.
    pub format: &'static str,
    /// The encoding of a text file.
    pub encoding: &'static str,
    /// The chapters, in order.
    pub chapters: Vec<Chapter>,
    /// What was left out or changed.
    pub changes: Vec<Change>,
}

/// A piece of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Block {
    Heading { level: usize, title: String },
    Paragraph(String),
}

/// A text as blocks, with the title that its file says.
#[derive(Debug, Default)]
struct Contents {
    meta: meta::Meta,
    blocks: Vec<Block>,
    changes: changes::Changes,
}

/// Reads a manuscript; the end of its name says what it is.
pub fn read(path: &Path) -> Result<Manuscript, ImportError> {
    let file = path.file_name().map_or_else(|| "manuscript".into(), |n| n.to_string_lossy().into_owned());
    let end = file.rsplit_once('.').map(|(_, end)| end.to_ascii_lowercase()).unwrap_or_default();
    let (format, encoding, blocks) = match end.as_str() {
        "docx" => ("docx", "UTF-8", docx::read(&file, source::read(path, MOST_ARCHIVE)?)?),
        "epub" => ("epub", "UTF-8", epub::read(&file, source::read(path, MOST_ARCHIVE)?)?),
        "md" | "markdown" => {
            let decoded = decode(&file, &source::read(path, source::MOST_BYTES)?)?;
            ("Markdown", decoded.encoding, markdown::read(&decoded.text))
        }
        "txt" | "text" => {
            let decoded = decode(&file, &source::read(path, source::MOST_BYTES)?)?;
            ("text", decoded.encoding, text::read(&decoded.text))
        }
        _ => {
            let what = "manuscripts are .md, .txt, .docx or .epub".to_owned();
            return Err(ImportError::Broken { file, what });
        }
    };
    let Contents { mut meta, blocks, mut changes } = blocks;
    let blocks = front::without_lone_breaks(headings::promote(blocks), &mut changes);
    let blocks = front::without_repeated_title(blocks, &meta, &mut changes);
    let blocks = front::without_title_page(blocks, &mut meta, &mut changes);
    let detected = if meta.language.is_none() { detect::language(&blocks) } else { None };
    let is_language_detected = detected.is_some();
    let (title, chapters) = divide::divide(meta.title, blocks);
    if chapters.iter().all(|c| c.paragraphs.is_empty()) {
        return Err(ImportError::Nothing { path: path.to_owned(), wanted: "text" });
    }
    let (author, language, changes) = (meta.author, meta.language.or(detected), changes.into_list());
    Ok(Manuscript {
        file,
        title,
        author,
        language,
        is_language_detected,
        format,
        encoding,
        chapters,
        changes,
    })
}

impl Manuscript {
    /// Returns how many words it has.
    #[must_use]
    pub fn words(&self) -> u64 {
        self.chapters.iter().flat_map(|c| &c.paragraphs).map(|p| count_words(p)).sum()
    }

    /// Divides it into pages of about so many words (1 and more): a page ends with a paragraph and a chapter, and is
    /// as near to the length as that allows.
    #[must_use]
    pub fn pages(&self, words_per_page: u64) -> Vec<ImportedChapter> {
        let paged = self.chapters.iter().map(|chapter| ImportedChapter {
            title: chapter.title.clone(),
            pages: divide::pages(&chapter.paragraphs, words_per_page.max(1)),
        });
        paged.collect()
    }
}
