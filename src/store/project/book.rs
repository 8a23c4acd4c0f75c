//! A book's structure: its row, chapters and pages in their order.

use super::Projector;
use crate::domain::book::{Book, BookEvent, Chapter};
use crate::domain::{Actor, ChapterId, PageId, RunId, StreamId, Time};
use crate::store::{StoreError, journal};

/// When something happened, and by whom.
#[derive(Clone, Copy)]
pub(in crate::store) struct Moment<'a> {
    pub at: Time,
    pub by: &'a Actor,
}

/// Writes the rows that one event of a book touches; `book` has it applied already.
pub(in crate::store) fn line(
    projector: &Projector<'_>,
    book: &Book,
    event: &BookEvent,
    made: Moment<'_>,
) -> Result<(), StoreError> {
    match event {
        BookEvent::BookCreated { .. }
        | BookEvent::BookRenamed { .. }
        | BookEvent::SettingsChanged { .. }
        | BookEvent::FindingWaived { .. }
        | BookEvent::FindingUnwaived { .. } => {}
        BookEvent::BookTrashed | BookEvent::BookBroughtBack => {
            for chapter in &book.chapters {
                hide(projector, book, chapter)?;
            }
        }
        BookEvent::ChapterAdded { .. }
        | BookEvent::ChapterRenamed { .. }
        | BookEvent::ChapterMoved { .. } => {
            chapters(projector, book, made)?;
        }
        BookEvent::ChapterTrashed { chapter } | BookEvent::ChapterBroughtBack { chapter } => {
            chapters(projector, book, made)?;
            if let Some(chapter) = book.chapter(chapter) {
                hide(projector, book, chapter)?;
            }
        }
        BookEvent::PageAdded { page, chapter, run, title, .. } => {
            insert_page(projector, book, (chapter, page, run), title, made)?;
        }
        BookEvent::PageRenamed { page, .. } => {
            let Some((_, found)) = book.page(page) else { return Ok(()) };
            projector
                .connection
                .prepare_cached("UPDATE pages SET title = ?2 WHERE id = ?1")?
                .execute((page.as_str(), found.title.as_str()))?;
        }
        BookEvent::PageMoved { page, chapter, .. } => move_page(projector, book, page, chapter)?,
        BookEvent::PageTrashed { page } | BookEvent::PageBroughtBack { page } => {
            let Some((chapter, found)) = book.page(page) else { return Ok(()) };
            projector
                .connection
                .prepare_cached("UPDATE pages SET trashed = ?2 WHERE id = ?1")?
                .execute((page.as_str(), found.trashed))?;
            hide(projector, book, chapter)?;
            number_pages(projector, chapter)?;
            count(projector, &chapter.id)?;
        }
    }
    book_row(projector, book, made)
}

fn book_row(projector: &Projector<'_>, book: &Book, made: Moment<'_>) -> Result<(), StoreError> {
    let settings = serde_json::to_string(&book.settings).map_err(|e| StoreError::Sqlite(e.to_string()))?;
    let waivers = serde_json::to_string(&book.waivers).map_err(|e| StoreError::Sqlite(e.to_string()))?;
    projector
        .connection
        .prepare_cached(
            "INSERT INTO books (id, title, settings, trashed, created_at, updated_at, waivers, owner)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
             ON CONFLICT DO UPDATE SET title = excluded.title, settings = excluded.settings,
                    trashed = excluded.trashed, updated_at = excluded.updated_at, waivers = excluded.waivers",
        )?
        .execute((
            book.id.as_str(),
            book.title.as_str(),
            settings,
            book.trashed,
            book.created_at.0,
            book.updated_at.0,
            waivers,
            made.by.name(),
        ))?;
    Ok(())
}

/// Writes all chapters of a book whose row differs. The owner is who made it, and stays.
fn chapters(projector: &Projector<'_>, book: &Book, made: Moment<'_>) -> Result<(), StoreError> {
    let mut write = projector.connection.prepare_cached(
        "INSERT INTO chapters (id, book, position, number, title, trashed, created_at, owner)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
         ON CONFLICT DO UPDATE SET position = excluded.position, number = excluded.number, title = excluded.title,
                trashed = excluded.trashed
         WHERE position <> excluded.position OR number <> excluded.number OR title <> excluded.title
            OR trashed <> excluded.trashed",
    )?;
    let mut number = 0;
    for (position, chapter) in book.chapters.iter().enumerate() {
        number += i64::from(!chapter.trashed);
        write.execute((
            chapter.id.as_str(),
            book.id.as_str(),
            position as i64,
            if chapter.trashed { 0 } else { number },
            chapter.title.as_str(),
            chapter.trashed,
            chapter.created_at.0,
            made.by.name(),
        ))?;
    }
    Ok(())
}

/// Writes which pages of a chapter are in the trash by themselves or with it.
fn hide(projector: &Projector<'_>, book: &Book, chapter: &Chapter) -> Result<(), StoreError> {
    projector
        .connection
        .prepare_cached(
            "UPDATE pages SET hidden = (trashed OR ?2) WHERE chapter = ?1 AND hidden <> (trashed OR ?2)",
        )?
        .execute((chapter.id.as_str(), chapter.trashed || book.trashed))?;
    Ok(())
}

fn insert_page(
    projector: &Projector<'_>,
    book: &Book,
    (chapter, page, run): (&ChapterId, &PageId, &RunId),
    title: &str,
    made: Moment<'_>,
) -> Result<(), StoreError> {
    let Some(chapter) = book.chapter(chapter) else { return Ok(()) };
    let Some(position) = chapter.pages.iter().rposition(|p| p.id == *page) else { return Ok(()) };
    let n = journal::find(projector.connection, &StreamId::Run(run.clone()))?
        .ok_or_else(|| StoreError::corrupt(format!("run {run} of page {page} has no stream")))?;
    let number = chapter.pages[..=position].iter().filter(|p| !p.trashed).count();
    projector
        .connection
        .prepare_cached(
            "INSERT INTO pages (n, id, chapter, book, run, position, number, title, trashed, hidden, created_at,
                                updated_at, owner)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0, ?9, ?10, ?10, ?11)",
        )?
        .execute((
            n,
            page.as_str(),
            chapter.id.as_str(),
            book.id.as_str(),
            run.as_str(),
            position as i64,
            number as i64,
            title,
            chapter.trashed || book.trashed,
            made.at.0,
            made.by.name(),
        ))?;
    projector
        .connection
        .prepare_cached(
            "UPDATE chapters SET pages = pages + 1, waiting = waiting + 1, touched_at = max(touched_at, ?2)
             WHERE id = ?1",
        )?
        .execute((chapter.id.as_str(), made.at.0))?;
    if position + 1 < chapter.pages.len() {
        number_pages(projector, chapter)?;
    }
    Ok(())
}

fn move_page(
    projector: &Projector<'_>,
    book: &Book,
    page: &PageId,
    to: &ChapterId,
) -> Result<(), StoreError> {
    let mut query = projector.connection.prepare_cached("SELECT chapter FROM pages WHERE id = ?1")?;
    let from = ChapterId::new(query.query_row([page.as_str()], |row| row.get::<_, String>(0))?);
    projector
        .connection
        .prepare_cached("UPDATE pages SET chapter = ?2 WHERE id = ?1")?
        .execute((page.as_str(), to.as_str()))?;
    for id in if from == *to { vec![to] } else { vec![&from, to] } {
        if let Some(chapter) = book.chapter(id) {
            hide(projector, book, chapter)?;
            number_pages(projector, chapter)?;
            count(projector, id)?;
        }
    }
    Ok(())
}

/// Writes the places of a chapter's pages, where they changed.
fn number_pages(projector: &Projector<'_>, chapter: &Chapter) -> Result<(), StoreError> {
    let mut write = projector.connection.prepare_cached(
        "UPDATE pages SET position = ?2, number = ?3 WHERE id = ?1 AND (position <> ?2 OR number <> ?3)",
    )?;
    let mut number = 0;
    for (position, page) in chapter.pages.iter().enumerate() {
        number += i64::from(!page.trashed);
        write.execute((page.id.as_str(), position as i64, if page.trashed { 0 } else { number }))?;
    }
    Ok(())
}

/// Counts a chapter anew, after pages came or went.
fn count(projector: &Projector<'_>, chapter: &ChapterId) -> Result<(), StoreError> {
    projector
        .connection
        .prepare_cached(
            "UPDATE chapters SET (pages, waiting, generating, reviewing, approved, words, touched_at) = (
                 SELECT count(*), coalesce(sum(standing = 'waiting'), 0), coalesce(sum(standing = 'generating'), 0),
                        coalesce(sum(standing = 'reviewing'), 0), coalesce(sum(standing = 'approved'), 0),
                        coalesce(sum(words), 0), coalesce(max(updated_at), 0)
                 FROM pages WHERE chapter = ?1 AND trashed = 0)
             WHERE id = ?1",
        )?
        .execute([chapter.as_str()])?;
    Ok(())
}
