//! The approved pages before a page, as far back as one wants: their versions first, texts only when asked for.

use super::{Read, Reader};
use crate::domain::canon::Place;
use crate::domain::{ChapterId, Hash, PageId};
use crate::store::blobs;
use crate::store::rows::EarlierPage;

impl Reader {
    /// The last `count` approved pages before this one in the book's order, the nearest first; none from the
    /// trash. No text is read.
    pub fn earlier_pages(&self, page: &PageId, count: u32) -> Read<Vec<EarlierPage>> {
        self.at_once(|| {
            let sql = "SELECT c.book, c.position, p.number FROM pages p JOIN chapters c ON c.id = p.chapter WHERE p.id = ?1";
            let at = self.one(sql, [page.as_str()], |row| {
                Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?, row.get::<_, i64>(2)?))
            })?;
            let Some((book, position, number)) = at else { return Ok(Vec::new()) };
            let chapters = "SELECT id, title, number, position FROM chapters
                            WHERE book = ?1 AND position <= ?2 AND trashed = 0 ORDER BY position DESC";
            let mut query = self.connection.prepare_cached(chapters)?;
            let mut rows = query.query((&book, position))?;
            let mut found: Vec<EarlierPage> = Vec::new();
            while let Some(row) = rows.next()? {
                let before = if row.get::<_, i64>(3)? == position { number } else { i64::MAX };
                let (chapter, title) = (ChapterId::new(row.get::<_, String>(0)?), row.get::<_, String>(1)?);
                let wanted = count as usize - found.len();
                found.extend(self.earlier_in(&chapter, &title, row.get(2)?, before, wanted)?);
                if found.len() >= count as usize {
                    break;
                }
            }
            Ok(found)
        })
    }

    /// Where a chapter or page stands: the chapter's number and the page's in it, 0 for a chapter; none when it is
    /// not in the book, or in the trash.
    pub fn place(&self, place: &Place) -> Read<Option<(u32, u32)>> {
        let sql = match place {
            Place::Chapter(_) => "SELECT number, 0 FROM chapters WHERE id = ?1 AND number > 0",
            Place::Page(_) => {
                "SELECT c.number, p.number FROM pages p JOIN chapters c ON c.id = p.chapter
                 WHERE p.id = ?1 AND p.number > 0 AND c.number > 0"
            }
        };
        self.one(sql, [place.id()], |row| Ok((row.get(0)?, row.get(1)?)))
    }

    fn earlier_in(
        &self,
        chapter: &ChapterId,
        title: &str,
        chapter_number: u32,
        before: i64,
        count: usize,
    ) -> Read<Vec<EarlierPage>> {
        let sql = "SELECT p.n, p.id, p.number FROM pages p
                   WHERE p.chapter = ?1 AND p.number > 0 AND p.number < ?2 AND p.standing = 'approved'
                   ORDER BY p.number DESC LIMIT ?3";
        let pages = self.all(sql, (chapter.as_str(), before, count as i64), |row| {
            Ok((row.get::<_, i64>(0)?, PageId::new(row.get::<_, String>(1)?), row.get(2)?))
        })?;
        let mut found = Vec::with_capacity(pages.len());
        for (n, page, number) in pages {
            let texts = self.texts_of(n)?;
            if !texts.is_empty() {
                let (chapter_title, summary) = (title.to_owned(), self.summary_of(n)?);
                found.push(EarlierPage { page, chapter_title, chapter_number, number, texts, summary });
            }
        }
        Ok(found)
    }

    /// Returns the text of the step that puts a page in short, where it is settled: then it is of these texts.
    fn summary_of(&self, n: i64) -> Read<Option<Hash>> {
        let sql = "SELECT text FROM steps WHERE run = ?1 AND name = 'summary' AND phase = 'approved' AND text IS NOT NULL";
        self.one(sql, [n], |row| Ok(blobs::hash(&row.get::<_, Vec<u8>>(0)?)))
    }

    /// Returns the texts that a page is made of: what is at its gates or approved, step by step.
    fn texts_of(&self, n: i64) -> Read<Vec<Hash>> {
        let sql =
            "SELECT text FROM steps WHERE run = ?1 AND advisory = 0 AND text IS NOT NULL ORDER BY position";
        self.all(sql, [n], |row| Ok(blobs::hash(&row.get::<_, Vec<u8>>(0)?)))
    }
}
