//! Texts: by hash, by revision, and pages put together.

use rusqlite::Row;

use super::{Read, Reader};
use crate::domain::ids::AttemptId;
use crate::domain::{ChapterId, Hash, PageId, RevisionId};
use crate::store::rows::PageText;
use crate::store::{blobs, search};

pub(super) const PAGE_TEXT: &str = "SELECT p.n, p.id, p.chapter, p.number, p.title, p.state FROM pages p";

impl Reader {
    /// A text by its hash; none when it is not stored.
    pub fn text(&self, hash: &Hash) -> Read<Option<String>> {
        blobs::get(&self.connection, hash)
    }

    /// The text of a revision; none when there is no such revision.
    pub fn revision_text(&self, id: &RevisionId) -> Read<Option<String>> {
        match self.revision(id)? {
            Some(revision) => blobs::get_known(&self.connection, &revision.hash).map(Some),
            None => Ok(None),
        }
    }

    /// The texts of a chapter's pages in order; pages without a text, or in the trash, are left out.
    pub fn chapter_texts(&self, chapter: &ChapterId, approved_only: bool) -> Read<Vec<PageText>> {
        self.at_once(|| {
            let sql = format!(
                "{PAGE_TEXT} WHERE p.chapter = ?1 AND p.number > 0 AND (p.standing = 'approved' OR NOT ?2)
                 ORDER BY p.number"
            );
            let pages = self.all(&sql, (chapter.as_str(), approved_only), page_text)?;
            self.put_together(pages)
        })
    }

    /// A page's text as it stands, put together; none where it has none.
    pub fn page_text(&self, page: &PageId) -> Read<Option<String>> {
        let Some(n) = self.number_of_page(page)? else { return Ok(None) };
        let (text, revisions) = self.composed(n)?;
        Ok((!revisions.is_empty()).then_some(text))
    }

    /// The last `count` approved pages before this one in its chapter, in reading order.
    pub fn approved_before(&self, page: &PageId, count: u32) -> Read<Vec<PageText>> {
        self.at_once(|| {
            let sql = format!(
                "{PAGE_TEXT} JOIN pages this ON this.chapter = p.chapter AND this.id = ?1
                 WHERE p.number > 0 AND p.number < this.number AND p.standing = 'approved'
                 ORDER BY p.number DESC LIMIT ?2"
            );
            let mut pages = self.all(&sql, (page.as_str(), count), page_text)?;
            pages.reverse();
            self.put_together(pages)
        })
    }

    /// What was saved of an attempt that is still being written.
    pub fn draft(&self, attempt: &AttemptId) -> Read<Option<String>> {
        self.one("SELECT text FROM drafts WHERE attempt = ?1", [attempt.as_str()], |row| row.get(0))
    }

    pub(super) fn put_together(&self, pages: Vec<(i64, PageText)>) -> Read<Vec<PageText>> {
        let mut all = Vec::with_capacity(pages.len());
        for (n, mut page) in pages {
            (page.text, page.revisions) = self.composed(n)?;
            if !page.revisions.is_empty() {
                all.push(page);
            }
        }
        Ok(all)
    }

    /// Puts a page's text together, with the revisions it is made of.
    pub(super) fn composed(&self, n: i64) -> Read<(String, Vec<RevisionId>)> {
        let (text, revisions) = search::page_text(&self.connection, n)?;
        Ok((text, revisions.into_iter().map(RevisionId::new).collect()))
    }
}

pub(super) fn page_text(row: &Row<'_>) -> Read<(i64, PageText)> {
    let page = PageText {
        page: PageId::new(row.get::<_, String>(1)?),
        chapter: ChapterId::new(row.get::<_, String>(2)?),
        number: row.get(3)?,
        title: row.get(4)?,
        state: row.get(5)?,
        text: String::new(),
        revisions: Vec::new(),
    };
    Ok((row.get(0)?, page))
}
