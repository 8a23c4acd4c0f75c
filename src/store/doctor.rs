//! A checkup of the file: what `SQLite` says of it, gaps in the journal, texts that are missing or damaged.

use std::path::{Path, PathBuf};

use rusqlite::Connection;
use serde::Serialize;
use serde_json::Value;

use super::{Reader, StoreError, Unsuitable, backup, beside, blobs, file_system, journal, open, wal};
use crate::domain::Hash;

/// What a checkup found.
#[derive(Debug, Clone, Serialize)]
pub struct Checkup {
    /// The database.
    pub path: PathBuf,
    /// Its size with its log, in bytes.
    pub bytes: u64,
    /// The version of the `SQLite` inside Galley.
    pub sqlite: String,
    /// The schema of the file.
    pub schema: i64,
    /// The schema that this Galley makes.
    pub known_schema: i64,
    /// What of the write-ahead log is gone.
    pub log: Option<String>,
    /// What `PRAGMA integrity_check` found; empty when all is well.
    pub integrity: Vec<String>,
    /// Streams whose events are not numbered without a gap.
    pub gaps: Vec<String>,
    /// Events that are not what was written, by their numbers in the journal.
    pub altered: Vec<i64>,
    /// Texts that an event names and that are not there.
    pub missing: Vec<Hash>,
    /// Texts that are not what was stored.
    pub damaged: Vec<Hash>,
    /// Why the file system does not suit a database.
    pub file_system: Option<Unsuitable>,
    /// Rows of every table.
    pub counts: Vec<(String, u64)>,
    /// Backups beside the database.
    pub backups: Vec<PathBuf>,
}

impl Checkup {
    /// Says what is wrong, a line each.
    pub fn wrong(&self) -> impl Iterator<Item = String> {
        (self.log.iter().map(|line| format!("log: {line}")))
            .chain(self.integrity.iter().map(|line| format!("integrity: {line}")))
            .chain(self.gaps.iter().map(|line| format!("journal: {line}")))
            .chain(self.altered.iter().map(|event| format!("journal: event {event} is not what was written")))
            .chain(self.missing.iter().map(|hash| format!("text {hash} is named and not there")))
            .chain(self.damaged.iter().map(|hash| format!("text {hash} is not what was stored")))
    }

    /// Returns whether nothing is wrong.
    #[must_use]
    pub fn is_well(&self) -> bool {
        self.log.is_none()
            && self.integrity.is_empty()
            && self.gaps.is_empty()
            && self.altered.is_empty()
            && self.missing.is_empty()
            && self.damaged.is_empty()
    }
}

/// Looks through a database without changing it.
pub fn checkup(path: &Path) -> Result<Checkup, StoreError> {
    if beside::size(path) == 0 {
        open::refuse_emptied(path)?;
        return Err(StoreError::Missing(path.to_owned()));
    }
    let reader = Reader::open(path)?;
    let connection = reader.connection();
    let schema = open::checked_version(connection, path)?;
    let known_schema = open::newest();
    if schema == 0 {
        open::refuse_emptied(path)?;
        return Err(StoreError::Missing(path.to_owned()));
    }
    Ok(Checkup {
        path: path.to_owned(),
        bytes: beside::size(path) + beside::size(&beside::log(path)),
        sqlite: rusqlite::version().to_owned(),
        schema,
        known_schema,
        log: wal::lost(connection, path)?.map(|lost| lost.to_string()),
        integrity: integrity(connection)?,
        gaps: gaps(connection)?,
        altered: journal::altered(connection)?,
        missing: missing(connection)?,
        damaged: damaged(connection)?,
        file_system: file_system::unsuitable(path),
        counts: reader.counts()?,
        backups: backup::backups(path),
    })
}

/// Goes on with what is there, although a part of the write-ahead log is gone; says what was accepted.
pub fn accept_loss(path: &Path) -> Result<Option<StoreError>, StoreError> {
    if beside::size(path) == 0 {
        return Err(StoreError::Missing(path.to_owned()));
    }
    let connection = open::writing(path)?;
    let lost = wal::lost(&connection, path)?;
    if lost.is_some() {
        wal::accept_loss(&connection, path)?;
        tracing::warn!(?lost, "the loss of a part of the log was accepted");
    }
    Ok(lost)
}

/// Returns what is wrong with the journal and the texts of a database.
pub(super) fn faults(connection: &Connection) -> Result<Vec<String>, StoreError> {
    let mut faults = integrity(connection)?;
    faults.extend(gaps(connection)?);
    let altered = journal::altered(connection)?;
    faults.extend(altered.iter().map(|event| format!("event {event} is not what was written")));
    faults.extend(missing(connection)?.iter().map(|hash| format!("text {hash} is named and not there")));
    faults.extend(damaged(connection)?.iter().map(|hash| format!("text {hash} is not what was stored")));
    Ok(faults)
}

/// Returns what `SQLite` finds wrong with a file; nothing when all is well.
pub(super) fn integrity(connection: &Connection) -> Result<Vec<String>, StoreError> {
    let mut query = connection.prepare("PRAGMA integrity_check(20)")?;
    let lines: Vec<String> = query.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    Ok(if lines == ["ok"] { Vec::new() } else { lines })
}

fn gaps(connection: &Connection) -> Result<Vec<String>, StoreError> {
    let mut query = connection.prepare(
        "SELECT coalesce(s.name, 'stream ' || e.stream), count(*), min(e.seq), max(e.seq)
         FROM events e LEFT JOIN streams s ON s.n = e.stream
         GROUP BY e.stream HAVING min(e.seq) <> 1 OR max(e.seq) <> count(*) OR max(s.name) IS NULL",
    )?;
    let found = query.query_map([], |row| {
        let (name, events, first, last): (String, i64, i64, i64) =
            (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
        Ok(format!("{name} has {events} events, numbered {first} to {last}"))
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}

fn missing(connection: &Connection) -> Result<Vec<Hash>, StoreError> {
    let mut named = std::collections::BTreeSet::new();
    let mut query = connection.prepare("SELECT data FROM events")?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        // An event that cannot be read is found by its checksum.
        let data = row.get_ref(0)?.as_str().unwrap_or_default();
        let event: Value = serde_json::from_str(data).unwrap_or_default();
        texts_of(&event, &mut named);
    }
    let mut there = connection.prepare("SELECT 1 FROM blobs WHERE hash = ?1")?;
    let mut missing = Vec::new();
    for hash in named {
        let Ok(key) = blobs::key(&hash) else { continue };
        if !there.exists([key])? {
            missing.push(hash);
        }
    }
    Ok(missing)
}

/// Collects the texts that an event names: every reference is a `hash`, and a run's start names its definition.
pub(super) fn texts_of(value: &Value, found: &mut std::collections::BTreeSet<Hash>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                match value {
                    Value::String(hash) if name == "hash" || name == "definition" => {
                        found.insert(Hash::stored(hash.clone()));
                    }
                    value => texts_of(value, found),
                }
            }
        }
        Value::Array(values) => values.iter().for_each(|v| texts_of(v, found)),
        _ => {}
    }
}

fn damaged(connection: &Connection) -> Result<Vec<Hash>, StoreError> {
    let mut query = connection.prepare("SELECT hash FROM blobs")?;
    let mut rows = query.query([])?;
    let mut damaged = Vec::new();
    while let Some(row) = rows.next()? {
        let hash = blobs::hash(row.get_ref(0)?.as_blob().unwrap_or_default());
        match blobs::get(connection, &hash) {
            // A lost text was lost before this file was made, and is known to be.
            Ok(_) | Err(StoreError::LostText(_)) => {}
            Err(StoreError::Corrupt { .. }) => damaged.push(hash),
            Err(other) => return Err(other),
        }
    }
    Ok(damaged)
}
