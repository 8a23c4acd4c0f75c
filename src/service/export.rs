//! A chapter as Markdown, to be read through or taken elsewhere: the same for every face.

use std::fmt::Write as _;

use serde::Serialize;

use super::ServiceError;
use crate::domain::{ChapterId, Refusal};
use crate::engine::Engine;
use crate::store::rows::PageText;
use crate::tools::publish::PublishError;

/// A chapter that was put together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Exported {
    /// The chapter.
    pub chapter: ChapterId,
    /// Pages that are in.
    pub pages: usize,
    /// Pages that are not.
    pub left_out: usize,
    /// The text.
    pub markdown: String,
}

/// Puts the approved pages of a chapter together; with drafts also the texts of those that are not approved.
pub fn export(engine: &Engine, chapter: &ChapterId, drafts: bool) -> Result<Exported, ServiceError> {
    let reader = engine.store().reader()?;
    let row = reader.chapter(chapter)?;
    let row = row.ok_or_else(|| ServiceError::not_found("chapter", chapter.as_str()))?;
    if row.trashed || reader.book(&row.book)?.is_some_and(|book| book.trashed) {
        return Err(Refusal::Trashed.into());
    }
    let mut texts = reader.chapter_texts(chapter, !drafts)?;
    texts.retain(|page| !page.text.trim().is_empty());
    if texts.is_empty() {
        let why =
            if drafts { "no page of this chapter has a text" } else { "no page of this chapter is approved" };
        return Err(PublishError::Nothing(why.into()).into());
    }
    Ok(Exported {
        chapter: row.id,
        pages: texts.len(),
        left_out: (row.pages as usize).saturating_sub(texts.len()),
        markdown: markdown(&row.title, &texts),
    })
}

/// A page that has a title begins with it; between two others stands a scene break.
fn markdown(title: &str, texts: &[PageText]) -> String {
    let mut out = format!("# {title}\n");
    for (index, page) in texts.iter().enumerate() {
        if !page.title.is_empty() {
            let _ = write!(out, "\n## {}\n", page.title);
        } else if index > 0 {
            out.push_str("\n* * *\n");
        }
        let _ = write!(out, "\n{}\n", page.text.trim_matches('\n').trim_end());
    }
    out
}
