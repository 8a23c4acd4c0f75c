//! A whole book's approved texts, a window at a time.

use super::texts::{PAGE_TEXT, page_text};
use super::{Read, Reader};
use crate::domain::{BookId, PageId};
use crate::store::rows::PageText;

impl Reader {
    /// The texts of a book's approved pages in its order: at most `count`, from the one behind `after`, or from the
    /// first. None from the trash; an empty window is the end.
    pub fn approved_texts(&self, book: &BookId, after: Option<&PageId>, count: u32) -> Read<Vec<PageText>> {
        self.at_once(|| {
            // A page keeps its place when it goes to the trash between two windows.
            let place = "SELECT c.position, p.position FROM pages p JOIN chapters c ON c.id = p.chapter WHERE p.id = ?1";
            let from: (i64, i64) = match after {
                Some(page) => {
                    let at = self.one(place, [page.as_str()], |row| Ok((row.get(0)?, row.get(1)?)))?;
                    let Some(at) = at else { return Ok(Vec::new()) };
                    at
                }
                None => (-1, -1),
            };
            let sql = format!(
                "{PAGE_TEXT} JOIN chapters c ON c.id = p.chapter
                 WHERE c.book = ?1 AND c.position >= ?2 AND c.trashed = 0 AND p.number > 0
                   AND p.standing = 'approved' AND (c.position > ?2 OR p.position > ?3)
                 ORDER BY c.position, p.number LIMIT ?4"
            );
            let pages = self.all(&sql, (book.as_str(), from.0, from.1, count), page_text)?;
            self.put_together(pages)
        })
    }
}
