//! A book → files: Markdown, HTML, EPUB, DOCX, plain text.
//!
//! Every writer is pure: a [`Manuscript`] becomes bytes, and the same manuscript the same bytes. What the text holds
//! is untrusted: it is escaped, and what no file may hold is left out.

mod docx;
mod epub;
mod html;
mod inline;
mod markdown;
mod markup;
mod package;
mod plain;
mod prose;
#[cfg(test)]
mod tests;

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::analysis::count_words;
use crate::domain::{FrontMatter, Time, front, language};
use prose::Body;

/// A book as it is published.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Manuscript {
    /// Names the work for good: the files' identifiers come of it.
    pub identity: String,
    /// The title.
    pub title: String,
    /// The language (BCP 47), `und` where it is not known.
    pub language: String,
    /// Author, rights, description and ISBN; each may be empty.
    pub front: FrontMatter,
    /// When its content was last decided on.
    pub modified: Time,
    /// The chapters, in order.
    pub chapters: Vec<Chapter>,
    /// Whether the borders of pages are shown.
    pub show_pages: bool,
}

/// A chapter of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Chapter {
    /// Its title.
    pub title: String,
    /// The texts of its pages, in order.
    pub pages: Vec<String>,
}

/// A kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Format {
    /// Markdown with YAML front matter.
    #[serde(rename = "md")]
    Markdown,
    /// One HTML file that needs no other.
    #[serde(rename = "html")]
    Html,
    /// EPUB 3.
    #[serde(rename = "epub")]
    Epub,
    /// A document for word processors (Office Open XML).
    #[serde(rename = "docx")]
    Docx,
    /// Plain text: a line a paragraph.
    #[serde(rename = "txt")]
    Text,
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Markdown, Self::Html, Self::Epub, Self::Docx, Self::Text];

    /// Returns its name, which is also how the names of its files end.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Markdown => "md",
            Self::Html => "html",
            Self::Epub => "epub",
            Self::Docx => "docx",
            Self::Text => "txt",
        }
    }

    /// Returns the format of a file by its name; none when the name says no format, or another one.
    #[must_use]
    pub fn of_file(path: &std::path::Path) -> Option<Self> {
        path.extension()?.to_str()?.parse().ok()
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Format {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        match name.to_ascii_lowercase().as_str() {
            "md" | "markdown" => Ok(Self::Markdown),
            "html" | "htm" => Ok(Self::Html),
            "epub" => Ok(Self::Epub),
            "docx" => Ok(Self::Docx),
            "txt" | "text" => Ok(Self::Text),
            _ => Err(format!("`{name}` is not a format; they are md, html, epub, docx and txt")),
        }
    }
}

/// Why a book cannot be published to files.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "the message of each variant says it")]
pub enum PublishError {
    #[error("there is nothing to publish: {0}")]
    Nothing(String),
    #[error("{}: there is a file that was not written by Galley, or was changed since", path.display())]
    InTheWay { path: PathBuf },
    #[error("{}: {message}", path.display())]
    Unwritable { path: PathBuf, message: String },
    #[error("{}: one file has one format, and {formats} were requested", path.display())]
    OneFile { path: PathBuf, formats: usize },
    #[error("{}: its name says {named}, and {asked} was requested", path.display())]
    OtherFormat { path: PathBuf, named: Format, asked: Format },
    #[error("the {format} cannot be written: {message}")]
    Packing { format: Format, message: String },
}

impl PublishError {
    /// Returns what the person can do about it.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Nothing(_) => "approve pages, or include the current texts with --unapproved",
            Self::InTheWay { .. } => {
                "choose another place, or overwrite it with --force; nothing was written"
            }
            Self::Unwritable { .. } => "check the folder and the permissions, or choose another place",
            Self::OneFile { .. } => "name a folder, or one format",
            Self::OtherFormat { .. } => "name the file after its format, or leave --format away",
            Self::Packing { .. } => "leave out this format, and report this to the developers of Galley",
        }
    }
}

/// Writes a manuscript in a format.
pub fn write(manuscript: &Manuscript, format: Format) -> Result<Vec<u8>, PublishError> {
    let work = Work::of(manuscript);
    let packing = |e: zip::result::ZipError| PublishError::Packing { format, message: e.to_string() };
    match format {
        Format::Markdown => Ok(markdown::write(&work).into_bytes()),
        Format::Html => Ok(html::write(&work).into_bytes()),
        Format::Epub => epub::write(&work).map_err(packing),
        Format::Docx => docx::write(&work).map_err(packing),
        Format::Text => Ok(plain::write(&work).into_bytes()),
    }
}

impl Manuscript {
    /// Returns how many words its chapters have, without titles.
    #[must_use]
    pub fn words(&self) -> u64 {
        self.chapters.iter().map(Chapter::words).sum()
    }
}

impl Chapter {
    /// Returns how many words it has, without its title.
    #[must_use]
    pub fn words(&self) -> u64 {
        prose::body(&self.pages, false).texts().map(|text| count_words(&text)).sum()
    }
}

/// A manuscript as the writers get it: clean, in blocks.
struct Work {
    /// A UUID made of the identity.
    uuid: String,
    title: String,
    language: String,
    right_to_left: bool,
    author: String,
    rights: String,
    /// Its paragraphs, a line each.
    description: Vec<String>,
    /// Its digits.
    isbn: String,
    /// RFC 3339 in whole seconds, as EPUB wants it.
    modified: String,
    /// Titles, never empty, and what stands below them.
    chapters: Vec<(String, Body)>,
}

impl Work {
    fn of(manuscript: &Manuscript) -> Self {
        let Manuscript { identity, title, language, front, modified, chapters, show_pages } = manuscript;
        let named = |title: &str, fallback: &str| {
            let title = prose::line(title);
            if title.is_empty() { fallback.to_owned() } else { title }
        };
        let description = prose::cleaned(&front.description);
        let description = crate::domain::page::paragraphs(&description).map(prose::line).collect();
        let chapter = |(index, chapter): (usize, &Chapter)| {
            (named(&chapter.title, &(index + 1).to_string()), prose::body(&chapter.pages, *show_pages))
        };
        Self {
            uuid: uuid(identity),
            title: named(title, "—"),
            language: if language::is_tag(language) { language.clone() } else { language::UNKNOWN.into() },
            right_to_left: language::is_right_to_left(language),
            author: prose::line(&front.author),
            rights: prose::line(&front.rights),
            description,
            isbn: front::isbn_digits(&front.isbn).unwrap_or_default(),
            modified: Time(modified.0 - modified.0.rem_euclid(1000)).to_string().replace(".000Z", "Z"),
            chapters: chapters.iter().enumerate().map(chapter).collect(),
        }
    }

    /// Returns the direction of its script.
    fn direction(&self) -> &'static str {
        if self.right_to_left { "rtl" } else { "ltr" }
    }
}

/// Makes a UUID of a name (RFC 9562, version 8).
fn uuid(name: &str) -> String {
    let mut bytes = [0_u8; 16];
    bytes.copy_from_slice(&blake3::hash(name.as_bytes()).as_bytes()[..16]);
    bytes[6] = bytes[6] & 0x0f | 0x80;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex = format!("{:032x}", u128::from_be_bytes(bytes));
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}
