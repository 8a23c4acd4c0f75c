//! Reading: every screen's and every prompt's questions, each answered by an indexed query or a few.

mod approved;
mod canon;
mod checks;
mod desk;
mod earlier;
mod excerpt;
mod gates;
mod lineage;
mod manuscript;
mod money;
mod named;
mod prompts;
mod proposals;
mod runs;
mod search;
mod shelf;
mod stale;
mod texts;
mod uses;
mod work;

use std::path::{Path, PathBuf};

pub use named::NamesRun;
use rusqlite::{Connection, OptionalExtension, Params, Row};

use super::rows::PageRow;
use super::{StoreError, journal, open, states};
use crate::domain::run::Run;
use crate::domain::{BookId, ChapterId, Money, PageId, Recorded, RunId, Spending, StreamId, Time};

/// What a question is answered with.
pub(super) type Read<T> = Result<T, StoreError>;

/// A read-only connection of one's own. Each question sees what was committed when it is asked.
#[derive(Debug)]
pub struct Reader {
    connection: Connection,
    path: PathBuf,
    /// It was opened where no file could be made, and does not see what is written later.
    frozen: bool,
    /// The canon that was read last.
    canon: std::cell::RefCell<Option<canon::Kept>>,
}

impl Reader {
    /// Opens a database to read it only, without a store: nothing is migrated, and no writer is started.
    pub fn open(path: &Path) -> Read<Self> {
        let (connection, frozen) = open::reading_or_frozen(path)?;
        Ok(Self { connection, path: path.to_owned(), frozen, canon: std::cell::RefCell::default() })
    }

    /// Opens the connection again where it was opened on a full or read-only disk: when there is space again, others
    /// may have written.
    pub fn thaw(&mut self) {
        if self.frozen
            && let Ok(fresh) = Self::open(&self.path)
        {
            *self = fresh;
        }
    }

    pub(super) fn connection(&self) -> &Connection {
        &self.connection
    }

    /// Reads a stream's events, oldest first; none for a stream that does not exist.
    pub fn events(&self, stream: &StreamId) -> Read<Vec<Recorded>> {
        let mut all = Vec::new();
        if let Some(n) = journal::find(&self.connection, stream)? {
            journal::read(&self.connection, stream, n, 0, |_, recorded| {
                all.push(recorded);
                Ok(())
            })?;
        }
        Ok(all)
    }

    /// Reads events of all streams after a number of the journal, with their numbers.
    pub fn events_after(&self, number: i64, limit: u32) -> Read<Vec<(i64, Recorded)>> {
        journal::read_all(&self.connection, number, i64::MAX, limit)
    }

    /// Returns the journal's last number, 0 for an empty one.
    pub fn last_event(&self) -> Read<i64> {
        journal::last(&self.connection)
    }

    /// Loads a run from its own events.
    pub fn run_state(&self, run: &RunId) -> Read<Option<Run>> {
        let stream = StreamId::Run(run.clone());
        let Some(n) = journal::find(&self.connection, &stream)? else { return Ok(None) };
        let mut workflows = std::collections::HashMap::new();
        let tracked = states::load_run(&self.connection, &stream, n, None, &mut workflows)?;
        Ok(tracked.map(|t| t.run))
    }

    /// Asks several questions of the same moment.
    fn at_once<T>(&self, ask: impl FnOnce() -> Read<T>) -> Read<T> {
        let moment = self.connection.unchecked_transaction()?;
        let answer = ask();
        moment.finish()?;
        answer
    }

    fn all<T>(&self, sql: &str, params: impl Params, read: impl FnMut(&Row<'_>) -> Read<T>) -> Read<Vec<T>> {
        let mut query = self.connection.prepare_cached(sql)?;
        query.query_and_then(params, read)?.collect()
    }

    fn one<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Read<Option<T>> {
        let mut query = self.connection.prepare_cached(sql)?;
        Ok(query.query_row(params, read).optional()?)
    }

    /// Returns the number of a run's stream: that of its page, too.
    fn number_of_run(&self, run: &str) -> Read<Option<i64>> {
        journal::find(&self.connection, &StreamId::Run(RunId::new(run)))
    }

    fn number_of_page(&self, page: &PageId) -> Read<Option<i64>> {
        self.one("SELECT n FROM pages WHERE id = ?1", [page.as_str()], |row| row.get(0))
    }
}

/// Columns of a [`PageRow`], from a table `pages p`.
const PAGE: &str =
    "p.id, p.chapter, p.book, p.run, p.number, p.title, p.beat, p.state, p.attention, p.set_aside,
                    p.revision_requests, p.revision_limit, p.words, p.spent, p.hidden, p.updated_at, p.stale,
                    p.attempts, p.input_tokens, p.output_tokens, p.unknown, p.owner";
/// How many columns [`PAGE`] has.
const PAGE_COLUMNS: usize = 22;

fn page_row(row: &Row<'_>) -> Read<PageRow> {
    let attention: Option<String> = row.get(8)?;
    Ok(PageRow {
        id: PageId::new(row.get::<_, String>(0)?),
        chapter: ChapterId::new(row.get::<_, String>(1)?),
        book: BookId::new(row.get::<_, String>(2)?),
        run: RunId::new(row.get::<_, String>(3)?),
        number: row.get(4)?,
        title: row.get(5)?,
        beat: row.get(6)?,
        state: row.get(7)?,
        attention: attention.map(|json| parsed(&json)).transpose()?,
        set_aside: row.get(9)?,
        revision_requests: row.get(10)?,
        revision_limit: row.get(11)?,
        words: row.get(12)?,
        spent: Spending { cost: Money(row.get(13)?), ..money::counts(row, 17)? },
        trashed: row.get(14)?,
        updated_at: Time(row.get(15)?),
        stale: row.get(16)?,
        owner: row.get(21)?,
    })
}

fn parsed<T: serde::de::DeserializeOwned>(json: &str) -> Read<T> {
    serde_json::from_str(json).map_err(|e| StoreError::corrupt(format!("a row cannot be read: {e}")))
}

/// Reads a count or an amount that is never below zero.
fn unsigned(row: &Row<'_>, column: usize) -> rusqlite::Result<u64> {
    row.get::<_, i64>(column).map(|n| n.max(0) as u64)
}
