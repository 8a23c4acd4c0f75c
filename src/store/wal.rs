//! The write-ahead log: which commits are only in it, when they move into the database file, and whether it is whole.
//!
//! A database file without its log reads as an older, whole database. Two marks show that it is not. The row
//! `log_mark`, inside the file itself, says that commits may be outstanding: it travels with a copy of the file. The
//! file `galley.db.last` beside it holds the number of the last committed event: it shows how much of the log is gone.
//! That number is written after the commit, so a kill or a power cut never leaves it too high.

use std::fs::{File, OpenOptions};
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OptionalExtension};

use super::{Lock, StoreError, beside, failpoint, journal};
use crate::files;

/// A log larger than this is moved into the database file.
const MAX_BYTES: u64 = 4 << 20;

/// What the writer does with the log.
#[derive(Debug)]
pub(super) struct Wal {
    database: PathBuf,
    last: Option<File>,
    /// The size of the log at which it is moved next; it grows while a reader is in the way.
    checkpoint_at: u64,
}

impl Wal {
    pub fn of(database: &Path) -> Self {
        Self { database: database.to_owned(), last: None, checkpoint_at: MAX_BYTES }
    }

    /// Begins a transaction that writes, once the database file itself says that commits may be outstanding.
    pub fn begin(&mut self, connection: &Connection) -> Result<(), StoreError> {
        // Another process that closes may take the mark back in between; it does so at most once.
        for _ in 0..3 {
            connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
            if is_outstanding(connection)? != Some(false) {
                return Ok(());
            }
            set_mark(connection, true)?;
            connection.prepare_cached("COMMIT")?.execute([])?;
            self.committed(journal::last(connection)?);
            failpoint::hit(failpoint::AFTER_MARK);
            // A reader in the way only delays this: the mark is in the log, and gets into the file with the rest.
            checkpoint(connection, "PASSIVE")?;
        }
        connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
        Ok(())
    }

    /// Notes the journal's last number, once it is on disk. A number that cannot be noted makes the check weaker, and
    /// stops nothing.
    pub fn committed(&mut self, last: i64) {
        if self.last.is_none() {
            self.last = open_last(&self.database).ok();
        }
        if let Some(file) = &mut self.last {
            let written = file.seek(SeekFrom::Start(0)).and_then(|_| file.write_all(line(last).as_bytes()));
            if written.is_err() {
                self.last = None;
            }
        }
    }

    /// Moves the log into the database file when it has grown large.
    pub fn keep_small(&mut self, connection: &Connection) {
        let size = beside::size(&beside::log(&self.database));
        if size < self.checkpoint_at {
            return;
        }
        let moved = without_waiting(connection, || {
            connection.execute_batch("BEGIN IMMEDIATE")?;
            set_mark(connection, true)?;
            connection.execute_batch("COMMIT")?;
            failpoint::hit(failpoint::BEFORE_CHECKPOINT);
            checkpoint(connection, "TRUNCATE")
        });
        self.checkpoint_at = match moved {
            Ok(true) => MAX_BYTES,
            _ => size + MAX_BYTES,
        };
        tracing::debug!(bytes = size, moved = moved.unwrap_or(false), "the log was moved into the database");
    }

    /// Moves all of the log into the database file and takes the mark back, unless another process goes on working.
    pub fn finish(&mut self, connection: &Connection) {
        if Lock::is_held(&self.database) {
            return;
        }
        let finished = without_waiting(connection, || finish(connection));
        if let Err(error) = finished {
            // Whoever has it open now does it at its own end.
            tracing::debug!(%error, "the log stays beside the database");
        }
    }
}

/// Takes the mark back and empties the log; the file alone is then the whole database.
pub(super) fn finish(connection: &Connection) -> Result<bool, StoreError> {
    connection.execute_batch("BEGIN IMMEDIATE")?;
    let marked = set_mark(connection, false).and_then(|()| Ok(connection.execute_batch("COMMIT")?));
    if let Err(error) = marked {
        let _ = connection.execute_batch("ROLLBACK");
        return Err(error);
    }
    failpoint::hit(failpoint::BEFORE_CHECKPOINT);
    let emptied = checkpoint(connection, "TRUNCATE")?;
    if emptied {
        // With nothing in the log, SQLite may remove it if this was the last connection.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)?;
    }
    Ok(emptied)
}

/// What of the log is gone.
pub(super) fn lost(connection: &Connection, database: &Path) -> Result<Option<StoreError>, StoreError> {
    // The number is read before the journal, which may be growing.
    let had = noted(database);
    let log = beside::log(database);
    let without_log = beside::size(&log) == 0;
    let have = journal::last(connection)?;
    let gone = match had {
        Some(had) => had > have,
        None => without_log && is_outstanding(connection)? == Some(true) && marked_at(connection)? == have,
    };
    Ok(gone.then_some(StoreError::LogLost { log, have, had }))
}

/// Goes on with what is there, although a part of the log is gone.
pub(super) fn accept_loss(connection: &Connection, database: &Path) -> Result<(), StoreError> {
    finish(connection)?;
    note(database, journal::last(connection)?)
}

/// Returns the number of the last event that was committed here, as far as it was noted.
pub(super) fn noted(database: &Path) -> Option<i64> {
    std::fs::read_to_string(beside::last(database)).ok()?.lines().next()?.trim().parse().ok()
}

/// Notes the number of the last event of a database that was put in place as a whole.
pub(super) fn note(database: &Path, last: i64) -> Result<(), StoreError> {
    let path = beside::last(database);
    let written = open_last(database).and_then(|mut file| file.write_all(line(last).as_bytes()));
    written.map_err(|e| StoreError::io(path, &e))
}

/// Returns whether the mark is set; none for a schema without it.
pub(super) fn is_outstanding(connection: &Connection) -> Result<Option<bool>, StoreError> {
    mark(connection, "outstanding").map(|found| found.map(|n| n != 0))
}

fn marked_at(connection: &Connection) -> Result<i64, StoreError> {
    Ok(mark(connection, "last")?.unwrap_or(0))
}

fn mark(connection: &Connection, column: &str) -> Result<Option<i64>, StoreError> {
    let query = connection.prepare_cached(&format!("SELECT {column} FROM log_mark"));
    match query {
        Ok(mut query) => Ok(query.query_row([], |row| row.get(0)).optional()?),
        Err(rusqlite::Error::SqliteFailure(e, Some(message)))
            if e.code == rusqlite::ErrorCode::Unknown && message.contains("no such table") =>
        {
            Ok(None)
        }
        Err(error) => Err(error.into()),
    }
}

pub(super) fn set_mark(connection: &Connection, outstanding: bool) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "UPDATE log_mark SET outstanding = ?1, last = coalesce((SELECT max(id) FROM events), 0)",
        )?
        .execute([outstanding])?;
    Ok(())
}

/// Moves the log into the file as far as others allow; returns whether all of it was moved.
fn checkpoint(connection: &Connection, how: &str) -> Result<bool, StoreError> {
    let sql = format!("PRAGMA wal_checkpoint({how})");
    Ok(connection.query_row(&sql, [], |row| {
        let (busy, frames, moved): (i64, i64, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
        Ok(busy == 0 && frames == moved)
    })?)
}

fn without_waiting<T>(
    connection: &Connection,
    work: impl FnOnce() -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    connection.busy_timeout(Duration::ZERO)?;
    let done = work();
    if !connection.is_autocommit() {
        let _ = connection.execute_batch("ROLLBACK");
    }
    connection.busy_timeout(super::open::BUSY)?;
    done
}

fn open_last(database: &Path) -> std::io::Result<File> {
    files::open(OpenOptions::new().create(true).truncate(false).write(true), &beside::last(database))
}

/// All numbers are equally long, so that one is overwritten by the next, also on a full disk.
fn line(last: i64) -> String {
    format!("{last:020}\n")
}
