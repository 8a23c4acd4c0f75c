//! What waits for the author: the inbox, pages in need, the totals of the status line.

use std::path::Path;

use super::{PAGE, PAGE_COLUMNS, Read, Reader, page_row};
use crate::domain::{RevisionId, StepName, Time};
use crate::store::damage;
use crate::store::rows::{GateRow, PageRow, Totals};

impl Reader {
    /// Open gates, the one that waits longest first, those set aside last.
    pub fn gates(&self, limit: u32, include_aside: bool) -> Read<Vec<GateRow>> {
        self.at_once(|| {
            let mut gates = self.gates_that("gate", limit)?;
            if include_aside {
                gates.extend(self.gates_that("aside", limit - gates.len() as u32)?);
            }
            Ok(gates)
        })
    }

    fn gates_that(&self, waits: &str, limit: u32) -> Read<Vec<GateRow>> {
        let sql = format!(
            "SELECT {PAGE}, c.title, b.title, s.name, s.revision, s.number, s.since
             FROM steps s JOIN pages p ON p.n = s.run JOIN chapters c ON c.id = p.chapter JOIN books b ON b.id = p.book
             WHERE s.waits = ?1 ORDER BY s.since, s.run LIMIT ?2"
        );
        self.all(&sql, (waits, limit), |row| {
            Ok(GateRow {
                page: page_row(row)?,
                chapter_title: row.get(PAGE_COLUMNS)?,
                book_title: row.get(PAGE_COLUMNS + 1)?,
                step: StepName::new(row.get::<_, String>(PAGE_COLUMNS + 2)?),
                revision: RevisionId::new(row.get::<_, String>(PAGE_COLUMNS + 3)?),
                number: row.get(PAGE_COLUMNS + 4)?,
                opened_at: Time(row.get(PAGE_COLUMNS + 5)?),
            })
        })
    }

    /// Pages that need the author for another reason than a missing beat, the newest trouble first.
    pub fn attention(&self, limit: u32) -> Read<Vec<PageRow>> {
        let sql = format!(
            "SELECT {PAGE} FROM pages p WHERE p.reason IS NOT NULL AND p.reason <> 'no_beat' AND p.hidden = 0
             ORDER BY p.updated_at DESC LIMIT ?1"
        );
        self.all(&sql, [limit], page_row)
    }

    /// Totals for the status line; `now` says which UTC day is today.
    pub fn totals(&self, now: Time) -> Read<Totals> {
        let sql = "SELECT
            (SELECT count(*) FROM steps WHERE waits = 'gate'),
            (SELECT count(*) FROM steps WHERE waits = 'aside')
            + (SELECT count(*) FROM pages
               WHERE reason IS NOT NULL AND reason <> 'no_beat' AND hidden = 0 AND set_aside = 1)
            + (SELECT count(*) FROM runs WHERE own = 1 AND standing = 'waiting' AND set_aside = 1),
            (SELECT count(*) FROM pages
             WHERE reason IS NOT NULL AND reason <> 'no_beat' AND hidden = 0 AND set_aside = 0)
            + (SELECT count(*) FROM runs WHERE own = 1 AND standing = 'waiting' AND set_aside = 0),
            (SELECT coalesce(sum(c.generating), 0) FROM chapters c JOIN books b ON b.id = c.book
             WHERE c.trashed = 0 AND b.trashed = 0)
            + (SELECT count(*) FROM runs WHERE own = 1 AND standing = 'generating')";
        let (spent, spent_today) = (self.spent_in_all()?, self.spent_on(now)?);
        let totals = self.one(sql, [], |row| {
            Ok(Totals {
                inbox: row.get(0)?,
                set_aside: row.get(1)?,
                attention: row.get(2)?,
                generating: row.get(3)?,
                spent,
                spent_today,
                damage: self.connection.path().and_then(|path| damage(Path::new(path))),
            })
        })?;
        Ok(totals.unwrap_or_default())
    }
}
