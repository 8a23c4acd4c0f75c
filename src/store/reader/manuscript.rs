//! A book's texts in order, to publish them.

use super::{Read, Reader};
use crate::domain::{BookId, PageId, Time};
use crate::store::rows::{ChapterTexts, WholePage};

impl Reader {
    /// A book's chapters in order with their pages' texts, of one moment; none from the trash.
    pub fn manuscript(&self, book: &BookId) -> Read<Vec<ChapterTexts>> {
        self.at_once(|| {
            let mut chapters = Vec::new();
            for row in self.chapters(book, false)? {
                let sql = "SELECT p.n, p.id, p.number, p.title, p.state, p.standing = 'approved',
                                  (SELECT max(d.at) FROM decisions d WHERE d.run = p.n AND d.undone = 0)
                           FROM pages p WHERE p.chapter = ?1 AND p.number > 0 AND p.hidden = 0 ORDER BY p.number";
                let pages = self.all(sql, [row.id.as_str()], |row| {
                    let (text, revisions) = self.composed(row.get(0)?)?;
                    Ok(WholePage {
                        page: PageId::new(row.get::<_, String>(1)?),
                        number: row.get(2)?,
                        title: row.get(3)?,
                        state: row.get(4)?,
                        approved: row.get(5)?,
                        text: (!revisions.is_empty()).then_some(text),
                        revisions,
                        decided_at: row.get::<_, Option<i64>>(6)?.map(Time),
                    })
                })?;
                chapters.push(ChapterTexts { chapter: row.id, number: row.number, title: row.title, pages });
            }
            Ok(chapters)
        })
    }
}
