//! Where canon was used.

use super::{PAGE, PAGE_COLUMNS, Read, Reader, page_row};
use crate::domain::{EntryId, StepName};
use crate::store::rows::UseRow;

impl Reader {
    /// Pages whose current revisions were written from an entry, in the book's order; none from the trash.
    pub fn entry_uses(&self, entry: &EntryId, limit: u32) -> Read<Vec<UseRow>> {
        let sql = format!(
            "SELECT {PAGE}, r.step, r.version FROM reads r
             JOIN pages p ON p.n = r.run JOIN chapters c ON c.id = p.chapter
             WHERE r.kind = 'canon' AND r.part = ?1 AND p.hidden = 0
             ORDER BY c.position, p.number, r.step DESC LIMIT ?2"
        );
        self.all(&sql, (entry.as_str(), limit), |row| {
            Ok(UseRow {
                page: page_row(row)?,
                step: StepName::new(row.get::<_, String>(PAGE_COLUMNS)?),
                version: row.get(PAGE_COLUMNS + 1)?,
            })
        })
    }
}
