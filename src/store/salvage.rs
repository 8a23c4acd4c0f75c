//! What is whole of a damaged database, in a new one.
//!
//! The pages of the file and of its log are read one by one, without the tables that lead to them. Streams, events and
//! texts are told by their form, and texts are proved by their hash. What the journal then lacks is left out as far as
//! it must be, and named; the rest of the new database is made from its journal. The damaged file is not changed.

mod found;
mod journal;
mod pages;
mod record;
mod report;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use serde_json::Value;

pub use report::{Lost, Salvage};

use super::{Clock, Lock, StoreError, StoreOptions, backup, beside, blobs, doctor, open, rebuild, wal};
use crate::domain::{Hash, Workflow};
use crate::files;
use found::Found;
use journal::Journal;
use pages::Pages;

/// Saves what is whole into a new database beside the damaged one.
pub fn salvage(database: &Path, clock: &Clock) -> Result<Salvage, StoreError> {
    if beside::size(database) + beside::size(&beside::log(database)) == 0 {
        return Err(StoreError::Missing(database.to_owned()));
    }
    let Some(_lock) = Lock::try_acquire(database)? else {
        return Err(StoreError::InUse(super::Holder::of(database).to_string()));
    };
    let made = backup::free(database, &format!("salvaged-{}", backup::stamp(clock)))?;
    let draft = backup::Temporary(beside::temporary(database, "salvage"));
    // What another process was killed in.
    for ending in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(beside::with(&draft.0, ending));
    }
    let mut connection =
        open::prepare(&StoreOptions { clock: clock.clone(), ..StoreOptions::at(&draft.0) })?.connection;
    let mut report = Salvage::of(database, &made);

    let transaction = connection.transaction()?;
    let found = read(database, &transaction, &mut report)?;
    for workflow in ["page", "story", "publish"].into_iter().filter_map(Workflow::shipped) {
        let definition = workflow.to_json();
        blobs::put(&transaction, &Hash::of(definition.as_bytes()), &definition)?;
    }
    let journal = Journal::from_found(found, &transaction, clock.now(), &mut report)?;
    journal.write(&transaction)?;
    report.commands = commands(database, &transaction).unwrap_or_default();
    report.lost_texts(&journal, &transaction)?;
    let unplaced = unplaced(&transaction)?;
    transaction.commit()?;

    rebuild::rebuild(&draft.0)?;
    wal::finish(&connection)?;
    report.events = journal.len();
    backup::make(&connection, &made, true)?;
    report.unplaced(&unplaced)?;
    tracing::warn!(from = %database.display(), to = %made.display(), lost = report.lost.len(), "a database was salvaged");
    Ok(report)
}

/// Reads all rows of the truth; the texts go into the new database at once.
fn read(database: &Path, into: &Connection, report: &mut Salvage) -> Result<Found, StoreError> {
    let mut found = Found::default();
    let mut pages = Pages::open(database).map_err(|e| StoreError::io(database, &e))?;
    pages.each(|pages, page, is_first| {
        for row in record::rows(pages, page, is_first) {
            if let Some((hash, text)) = found.take(row) {
                blobs::put(into, &hash, &text)?;
            }
        }
        Ok::<(), StoreError>(())
    })?;
    found.name_streams();
    report.texts =
        into.query_row("SELECT count(*) FROM blobs", [], |row| row.get::<_, i64>(0))?.unsigned_abs();
    Ok(found)
}

/// Copies the answers to commands that were named, as far as `SQLite` reads them: without one, a program that repeats
/// its command is not answered as before.
fn commands(database: &Path, into: &Connection) -> Result<u64, StoreError> {
    let from = open::reading(database)?;
    let mut query = from.prepare("SELECT id, digest, first, last, answer, at FROM commands")?;
    let mut rows = query.query([])?;
    let mut copied = 0;
    while let Some(row) = rows.next()? {
        let (id, digest): (String, Vec<u8>) = (row.get(0)?, row.get(1)?);
        let (first, last, answer): (i64, i64, String) = (row.get(2)?, row.get(3)?, row.get(4)?);
        let at: i64 = row.get(5)?;
        into.prepare_cached("INSERT OR IGNORE INTO commands VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?
            .execute((id, digest, first, last, answer, at))?;
        copied += 1;
    }
    Ok(copied)
}

/// Returns the texts that no event names any more. Requests and workflows, which are data, are not the author's words.
fn unplaced(connection: &Connection) -> Result<Vec<String>, StoreError> {
    let mut named = BTreeSet::new();
    let mut query = connection.prepare("SELECT data FROM events")?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        let event: Value =
            serde_json::from_str(row.get_ref(0)?.as_str().unwrap_or_default()).unwrap_or_default();
        doctor::texts_of(&event, &mut named);
    }
    let mut query = connection.prepare("SELECT hash FROM blobs WHERE codec < 2 ORDER BY id")?;
    let mut rows = query.query([])?;
    let mut texts = Vec::new();
    while let Some(row) = rows.next()? {
        let hash = blobs::hash(row.get_ref(0)?.as_blob().unwrap_or_default());
        if named.contains(&hash) {
            continue;
        }
        let text = blobs::get_known(connection, &hash)?;
        if serde_json::from_str::<serde::de::IgnoredAny>(&text).is_err() {
            texts.push(text);
        }
    }
    Ok(texts)
}

/// Writes the texts without a place into a file beside the database that was made.
fn write_unplaced(made: &Path, texts: &[String]) -> Result<Option<PathBuf>, StoreError> {
    if texts.is_empty() {
        return Ok(None);
    }
    let path = beside::with(made, ".texts.md");
    files::create_new(&path, texts.join("\n\n---\n\n").as_bytes()).map_err(|e| StoreError::io(&path, &e))?;
    Ok(Some(path))
}
