//! What is checked of a book in the store: its approved pages, its canon, and the approved pages of other books.

use std::collections::HashMap;

use super::{Entry, Material, Page, Settings};
use crate::domain::BookId;
use crate::store::{Reader, StoreError};

/// Pages that are read at once.
const WINDOW: u32 = 200;

/// Reads a book's approved pages in its order, its canon, and the other books if the settings say so; none when there
/// is no such book.
pub fn gather(reader: &Reader, book: &BookId, settings: &Settings) -> Result<Option<Material>, StoreError> {
    let Some(row) = reader.book(book)? else { return Ok(None) };
    let mut material = Material { language: row.settings.language, ..Material::default() };
    material.pages = approved(reader, book, "")?;
    if settings.other_books {
        for other in reader.books(false)?.into_iter().filter(|other| other.id != *book) {
            material.others.push(approved(reader, &other.id, &format!("{} ", other.title))?);
        }
        material.others.retain(|pages| !pages.is_empty());
    }
    let entries = reader.entries(book)?;
    material.entries = entries
        .iter()
        .map(|entry| Entry {
            id: entry.id.as_str().to_owned(),
            kind: entry.kind,
            name: entry.name.clone(),
            aliases: entry.aliases.clone(),
            scope: entry.scope.clone(),
            text: entry.text.clone(),
        })
        .collect();
    Ok(Some(material))
}

/// Reads a book's approved pages in its order; their labels begin with `before`.
fn approved(reader: &Reader, book: &BookId, before: &str) -> Result<Vec<Page>, StoreError> {
    let chapters: HashMap<_, _> =
        reader.chapters(book, false)?.into_iter().map(|c| (c.id, c.number)).collect();
    let mut pages: Vec<Page> = Vec::new();
    let mut after = None;
    loop {
        let window = reader.approved_texts(book, after.as_ref(), WINDOW)?;
        let Some(last) = window.last() else { return Ok(pages) };
        after = Some(last.page.clone());
        pages.extend(window.into_iter().map(|page| {
            let chapter = chapters.get(&page.chapter).copied().unwrap_or_default();
            Page {
                label: format!("{before}{chapter}.{}", page.number),
                id: page.page.as_str().to_owned(),
                chapter: page.chapter.as_str().to_owned(),
                title: page.title,
                text: page.text,
            }
        }));
    }
}
