//! Rows of a book as a whole: its texts in order, and how a text came to be.

use serde::Serialize;

use crate::domain::{ChapterId, PageId, RevisionId, Time};

/// A chapter with its pages' texts.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ChapterTexts {
    /// The chapter.
    pub chapter: ChapterId,
    /// Its place in the book, from 1.
    pub number: u32,
    /// Its title.
    pub title: String,
    /// Its pages in order, also those without a text; none from the trash.
    pub pages: Vec<WholePage>,
}

/// A page with its text as it stands.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WholePage {
    /// The page.
    pub page: PageId,
    /// Its place in the chapter, from 1.
    pub number: u32,
    /// Its title; empty when it has none.
    pub title: String,
    /// Its public state.
    pub state: String,
    /// All of it is decided: the text is approved.
    pub approved: bool,
    /// The narration with the dialogue placed; none when there is no text yet.
    pub text: Option<String>,
    /// The revisions that the text is made of.
    pub revisions: Vec<RevisionId>,
    /// When its author last decided on it, without what was undone.
    pub decided_at: Option<Time>,
}

/// A revision in the line that leads to another one: each but the first changes the one before it, or was written
/// after it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LineageRow {
    /// The revision.
    pub revision: RevisionId,
    /// `agent`, `hand`, `edit`, `restore` or `import`.
    pub origin: String,
    /// The model, or `manual`.
    pub model: String,
    /// Its text.
    pub text: String,
}
