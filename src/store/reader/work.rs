//! Runs, attempts, and what should be started.

use rusqlite::Row;

use super::{NamesRun, PAGE, PAGE_COLUMNS, Read, Reader, page_row, unsigned};
use crate::domain::ids::AttemptId;
use crate::domain::{BookId, Money, PageId, RunId, StepName, Time};
use crate::store::blobs;
use crate::store::rows::{AttemptRow, RunRow, WorkRow};

const ATTEMPT: &str = "SELECT a.id, r.id, iif(r.own, '', r.page), a.step, a.iteration, a.number, a.model, a.status, a.outcome, a.error,
        a.input_tokens, a.output_tokens, a.estimated, a.cost, a.reserved, a.started_at, a.duration_ms, a.request,
        a.partial, a.manifest, a.template
    FROM attempts a JOIN runs r ON r.n = a.run";

impl Reader {
    /// A run's attempts, newest first.
    pub fn attempts(&self, run: &impl NamesRun) -> Read<Vec<AttemptRow>> {
        run.number(self)?.map_or(Ok(Vec::new()), |n| self.attempts_of(n, u32::MAX))
    }

    pub(super) fn attempts_of(&self, n: i64, limit: u32) -> Read<Vec<AttemptRow>> {
        // The attempts of a run begin with events of its stream: no index of their own is needed.
        let sql = format!(
            "{ATTEMPT} JOIN events e ON e.id = a.event WHERE e.stream = ?1 ORDER BY e.seq DESC LIMIT ?2"
        );
        self.all(&sql, (n, limit), attempt_row)
    }

    /// One attempt.
    pub fn attempt(&self, id: &AttemptId) -> Read<Option<AttemptRow>> {
        let Some(n) = id.run().number(self)? else { return Ok(None) };
        let sql = format!("{ATTEMPT} JOIN events e ON e.id = a.event WHERE e.stream = ?1 AND a.id = ?2");
        Ok(self.all(&sql, (n, id.as_str()), attempt_row)?.pop())
    }

    /// `count` attempts of all runs, newest first, from the `first`th, counted from 0.
    pub fn attempts_window(&self, first: u32, count: u32) -> Read<Vec<AttemptRow>> {
        self.all(&format!("{ATTEMPT} ORDER BY a.event DESC LIMIT ?2 OFFSET ?1"), (first, count), attempt_row)
    }

    /// Attempts under way: after a start of the conductor, those that the last one left behind.
    pub fn running_attempts(&self) -> Read<Vec<AttemptRow>> {
        let sql = format!(
            "{ATTEMPT} JOIN steps s ON s.attempt_event = a.event WHERE s.waits = 'working' ORDER BY a.event"
        );
        self.all(&sql, [], attempt_row)
    }

    /// Cancelled attempts whose call was not closed: what they reserved is still held.
    pub fn unclosed_attempts(&self) -> Read<Vec<AttemptRow>> {
        let sql = format!("{ATTEMPT} WHERE a.open = 1 AND a.status = 'cancelled' ORDER BY a.event");
        self.all(&sql, [], attempt_row)
    }

    /// When the attempts since then began, newest first: for the limit of requests in a time.
    pub fn requests_since(&self, since: Time) -> Read<Vec<Time>> {
        let mut query =
            self.connection.prepare_cached("SELECT started_at FROM attempts ORDER BY event DESC")?;
        let mut rows = query.query([])?;
        let mut times = Vec::new();
        while let Some(row) = rows.next()? {
            let at = Time(row.get(0)?);
            if at < since {
                break;
            }
            times.push(at);
        }
        Ok(times)
    }

    /// Queued attempts that are due, the longest due first.
    pub fn work_due(&self, now: Time, limit: u32) -> Read<Vec<WorkRow>> {
        let sql = "SELECT r.id, coalesce(p.id, ''), coalesce(p.book, r.book), s.name, s.iteration, s.next, s.advisory, s.since
                   FROM steps s JOIN runs r ON r.n = s.run LEFT JOIN pages p ON p.n = s.run
                   WHERE s.waits = 'due' AND s.since <= ?1 ORDER BY s.since, s.run, s.position LIMIT ?2";
        self.all(sql, (now.0, limit), |row| {
            let (run, step) = (RunId::new(row.get::<_, String>(0)?), StepName::new(row.get::<_, String>(3)?));
            Ok(WorkRow {
                attempt: AttemptId::of(&run, &step, row.get(4)?, row.get(5)?),
                page: page_of(row, 1)?,
                book: row.get::<_, Option<String>>(2)?.map(BookId::new),
                advisory: row.get(6)?,
                due: Time(row.get(7)?),
                run,
                step,
            })
        })
    }

    /// Whether anything is queued or under way, of one run or of all: asked in one, so that what ends one attempt and
    /// queues the next in the same commit is never taken for rest.
    pub fn is_busy(&self, run: Option<&RunId>) -> Read<bool> {
        let n = match run {
            None => None,
            Some(run) => match self.number_of_run(run.as_str())? {
                None => return Ok(false),
                found => found,
            },
        };
        let sql =
            "SELECT 1 FROM steps WHERE waits IN ('due', 'working') AND (?1 IS NULL OR run = ?1) LIMIT 1";
        Ok(self.one(sql, [n], |_| Ok(()))?.is_some())
    }

    /// When the next queued attempt is due; none when nothing is queued.
    pub fn next_due(&self) -> Read<Option<Time>> {
        let due: Option<Option<i64>> =
            self.one("SELECT min(since) FROM steps WHERE waits = 'due'", [], |row| row.get(0))?;
        Ok(due.flatten().map(Time))
    }

    /// Runs, the newest first.
    pub fn runs(&self, limit: u32, offset: u32) -> Read<Vec<RunRow>> {
        let sql = format!(
            "SELECT {PAGE}, r.id, r.workflow, c.title, p.attempts, p.failures
             FROM (SELECT n, id, workflow FROM runs ORDER BY n DESC LIMIT ?1 OFFSET ?2) r
             CROSS JOIN pages p ON p.n = r.n CROSS JOIN chapters c ON c.id = p.chapter
             ORDER BY r.n DESC"
        );
        self.all(&sql, (limit, offset), |row| {
            let page = page_row(row)?;
            Ok(RunRow {
                id: RunId::new(row.get::<_, String>(PAGE_COLUMNS)?),
                workflow: row.get(PAGE_COLUMNS + 1)?,
                chapter_title: row.get(PAGE_COLUMNS + 2)?,
                attempts: row.get(PAGE_COLUMNS + 3)?,
                failures: row.get(PAGE_COLUMNS + 4)?,
                spent: page.spent,
                page,
            })
        })
    }
}

/// A run about a text of no page has none.
fn page_of(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<PageId>> {
    let page: String = row.get(column)?;
    Ok((!page.is_empty()).then(|| PageId::new(page)))
}

fn attempt_row(row: &Row<'_>) -> Read<AttemptRow> {
    let request: Vec<u8> = row.get(17)?;
    let partial: Option<Vec<u8>> = row.get(18)?;
    Ok(AttemptRow {
        id: AttemptId::new(row.get::<_, String>(0)?),
        run: RunId::new(row.get::<_, String>(1)?),
        page: page_of(row, 2)?,
        step: StepName::new(row.get::<_, String>(3)?),
        iteration: row.get(4)?,
        number: row.get(5)?,
        model: row.get(6)?,
        status: row.get(7)?,
        outcome: row.get(8)?,
        error: row.get(9)?,
        input_tokens: unsigned(row, 10)?,
        output_tokens: unsigned(row, 11)?,
        estimated: row.get(12)?,
        cost: row.get::<_, Option<i64>>(13)?.map(Money),
        reserved: row.get::<_, Option<i64>>(14)?.map(Money),
        started_at: Time(row.get(15)?),
        duration_ms: row.get::<_, Option<i64>>(16)?.map(|ms| ms.max(0) as u64),
        request: blobs::hash(&request),
        partial: partial.map(|key| blobs::hash(&key)),
        manifest: row.get::<_, Option<Vec<u8>>>(19)?.map(|key| blobs::hash(&key)),
        template: row.get::<_, Option<Vec<u8>>>(20)?.map(|key| blobs::hash(&key)),
    })
}
