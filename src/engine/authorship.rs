//! How much of a book its agents wrote, how much its author, and how much the author changed: from the journal.

use serde::Serialize;

use super::{Engine, EngineError};
use crate::analysis::authorship::{Made, Shares, Span, Version, trace};
use crate::domain::{BookId, ChapterId, PageId, Refusal, RevisionId, page};
use crate::store::Reader;
use crate::store::rows::{LineageRow, WholePage};

/// The authorship of a book's approved pages.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Authorship {
    /// The book.
    pub book: BookId,
    /// Its title.
    pub title: String,
    /// Words of all chapters, by origin.
    pub total: Shares,
    /// The chapters, in order.
    pub chapters: Vec<ChapterAuthorship>,
}

/// A chapter of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ChapterAuthorship {
    /// The chapter.
    pub chapter: ChapterId,
    /// Its place in the book, from 1.
    pub number: u32,
    /// Its title.
    pub title: String,
    /// Its words, by origin.
    pub shares: Shares,
    /// Its approved pages, in order.
    pub pages: Vec<PageAuthorship>,
    /// Pages that are not approved, and not counted.
    pub not_approved: usize,
}

/// A page of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PageAuthorship {
    /// The page.
    pub page: PageId,
    /// Its words, by origin.
    pub shares: Shares,
    /// What it is put together of: narration, then dialogue.
    pub texts: Vec<TextAuthorship>,
}

/// A text of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TextAuthorship {
    /// The revision.
    pub revision: RevisionId,
    /// Its spans: they cover it once, in order. Lines of dialogue stand without their places, an empty line between.
    pub spans: Vec<Span>,
}

/// Follows every approved page of a book back through its revisions.
pub fn authorship(engine: &Engine, book: &BookId) -> Result<Authorship, EngineError> {
    let reader = engine.store().reader()?;
    let row = reader.book(book)?;
    let row = row.ok_or_else(|| EngineError::NotFound { what: "book", id: book.to_string() })?;
    if row.trashed {
        return Err(crate::store::StoreError::from(Refusal::Trashed).into());
    }
    let (mut total, mut chapters) = (Shares::default(), Vec::new());
    for chapter in reader.manuscript(book)? {
        let (mut shares, mut pages) = (Shares::default(), Vec::new());
        let of_all = chapter.pages.len();
        for page in chapter.pages.into_iter().filter(|p| p.approved) {
            let mut own = Shares::default();
            let texts = texts(&reader, &page)?;
            for span in texts.iter().flat_map(|text| &text.spans) {
                own.add(span);
            }
            shares.join(&own);
            pages.push(PageAuthorship { page: page.page, shares: own, texts });
        }
        total.join(&shares);
        chapters.push(ChapterAuthorship {
            not_approved: of_all - pages.len(),
            chapter: chapter.chapter,
            number: chapter.number,
            title: chapter.title,
            shares,
            pages,
        });
    }
    Ok(Authorship { book: row.id, title: row.title, total, chapters })
}

/// Follows the texts that a page is put together of.
fn texts(reader: &Reader, page: &WholePage) -> Result<Vec<TextAuthorship>, EngineError> {
    let mut all = Vec::new();
    for (nth, revision) in page.revisions.iter().take(2).enumerate() {
        let line = reader.lineage(revision)?.into_iter().enumerate();
        let history: Vec<Version> = line.map(|(at, row)| version(row, at, nth > 0)).collect();
        all.push(TextAuthorship { revision: revision.clone(), spans: trace(&history) });
    }
    Ok(all)
}

fn version(row: LineageRow, at: usize, is_dialogue: bool) -> Version {
    let made = match row.origin.as_str() {
        "edit" | "restore" => Made::Edited,
        "import" => Made::Imported,
        // What was made elsewhere is supplied by hand under its model's name.
        "hand" if row.model == "manual" => Made::Hand,
        _ => Made::Agent(row.model),
    };
    // Where a line of dialogue is to stand is not a word of it.
    let text = if is_dialogue { page::compose("", Some(&row.text)) } else { row.text };
    // An edit may also take back what stood in the version before the one it changes.
    let back = if made == Made::Edited { 2 } else { 1 };
    Version { text, made, over: (1..=back).filter_map(|n| at.checked_sub(n)).collect() }
}
