//! Runs of workflows about a text or a book.

use rusqlite::Row;

use super::money::counts;
use super::{Read, Reader, parsed};
use crate::domain::{BookId, ChapterId, Money, PageId, RevisionId, RunId, Spending, StepName, Time};
use crate::store::blobs;
use crate::store::rows::{OwnRunRow, RunDetail, RunGateRow};

const OWN: &str =
    "r.id, r.workflow, r.title, r.book, r.chapter, r.page, r.text, r.state, r.standing, r.attention,
        r.set_aside, r.failures, r.spent, r.can_undo, r.can_redo, r.started_at, r.updated_at, r.attempts,
        r.input_tokens, r.output_tokens, r.unknown, r.owner";
/// How many columns [`OWN`] has.
const OWN_COLUMNS: usize = 22;

impl Reader {
    /// Runs that are not a page's, the newest first.
    pub fn own_runs(&self, limit: u32, offset: u32) -> Read<Vec<OwnRunRow>> {
        let sql = format!("SELECT {OWN} FROM runs r WHERE r.own = 1 ORDER BY r.n DESC LIMIT ?1 OFFSET ?2");
        self.all(&sql, (limit, offset), own_run_row)
    }

    /// One of them.
    pub fn own_run(&self, run: &RunId) -> Read<Option<OwnRunRow>> {
        let Some(n) = self.number_of_run(run.as_str())? else { return Ok(None) };
        Ok(self
            .all(&format!("SELECT {OWN} FROM runs r WHERE r.n = ?1 AND r.own = 1"), [n], own_run_row)?
            .pop())
    }

    /// Those that need the author, the newest trouble first.
    pub fn own_runs_in_need(&self, limit: u32) -> Read<Vec<OwnRunRow>> {
        let sql = format!(
            "SELECT {OWN} FROM runs r WHERE r.own = 1 AND r.standing = 'waiting' ORDER BY r.updated_at DESC LIMIT ?1"
        );
        self.all(&sql, [limit], own_run_row)
    }

    /// Their open gates, the one that waits longest first, those set aside last.
    pub fn own_run_gates(&self, limit: u32, include_aside: bool) -> Read<Vec<RunGateRow>> {
        // The few runs first, then their steps: the index over what waits has every page's gate too.
        let sql = format!(
            "SELECT {OWN}, s.name, s.revision, s.number, s.since FROM runs r CROSS JOIN steps s ON s.run = r.n
             WHERE r.own = 1 AND (s.waits = 'gate' OR (?2 AND s.waits = 'aside'))
             ORDER BY s.waits = 'aside', s.since, s.run LIMIT ?1"
        );
        self.all(&sql, (limit, include_aside), |row| {
            Ok(RunGateRow {
                run: own_run_row(row)?,
                step: StepName::new(row.get::<_, String>(OWN_COLUMNS)?),
                revision: RevisionId::new(row.get::<_, String>(OWN_COLUMNS + 1)?),
                number: row.get(OWN_COLUMNS + 2)?,
                opened_at: Time(row.get(OWN_COLUMNS + 3)?),
            })
        })
    }

    /// Everything that is kept of one of them, of one moment.
    pub fn run_detail(&self, run: &RunId) -> Read<Option<RunDetail>> {
        self.at_once(|| {
            let Some(row) = self.own_run(run)? else { return Ok(None) };
            let Some(n) = self.number_of_run(run.as_str())? else { return Ok(None) };
            Ok(Some(RunDetail {
                run: row,
                steps: self.steps(n)?,
                revisions: self.revisions_of(n)?,
                feedback: self.feedback_of(n)?,
                decisions: self.decisions_of(n)?,
                attempts: self.attempts_of(n, u32::MAX)?,
            }))
        })
    }
}

fn own_run_row(row: &Row<'_>) -> Read<OwnRunRow> {
    let page: String = row.get(5)?;
    let text: Option<Vec<u8>> = row.get(6)?;
    let attention: Option<String> = row.get(9)?;
    Ok(OwnRunRow {
        id: RunId::new(row.get::<_, String>(0)?),
        workflow: row.get(1)?,
        title: row.get(2)?,
        book: row.get::<_, Option<String>>(3)?.map(BookId::new),
        chapter: row.get::<_, Option<String>>(4)?.map(ChapterId::new),
        page: (!page.is_empty()).then(|| PageId::new(page)),
        text: text.map(|key| blobs::hash(&key)),
        state: row.get(7)?,
        standing: row.get(8)?,
        attention: attention.map(|json| parsed(&json)).transpose()?,
        set_aside: row.get(10)?,
        attempts: row.get(17)?,
        failures: row.get(11)?,
        spent: Spending { cost: Money(row.get(12)?), ..counts(row, 17)? },
        can_undo: row.get(13)?,
        can_redo: row.get(14)?,
        started_at: Time(row.get(15)?),
        updated_at: Time(row.get(16)?),
        owner: row.get(21)?,
    })
}
