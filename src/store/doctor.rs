//! A checkup of the file: what `SQLite` says of it, gaps in the journal, texts that are missing or damaged.

use std::path::{Path, PathBuf};

use rusqlite::Connection;
use serde::Serialize;
use serde_json::Value;

use super::{Reader, StoreError, blobs, open};
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
    /// What `PRAGMA integrity_check` found; empty when all is well.
    pub integrity: Vec<String>,
    /// Streams whose events are not numbered without a gap.
    pub gaps: Vec<String>,
    /// Texts that an event names and that are not there.
    pub missing: Vec<Hash>,
    /// Texts that are not what was stored.
    pub damaged: Vec<Hash>,
    /// Rows of every table.
    pub counts: Vec<(String, u64)>,
    /// Backups beside the database.
    pub backups: Vec<PathBuf>,
}

impl Checkup {
    /// Says what is wrong, a line each.
    pub fn wrong(&self) -> impl Iterator<Item = String> {
        (self.integrity.iter().map(|line| format!("integrity: {line}")))
            .chain(self.gaps.iter().map(|line| format!("journal: {line}")))
            .chain(self.missing.iter().map(|hash| format!("text {hash} is named and not there")))
            .chain(self.damaged.iter().map(|hash| format!("text {hash} is not what was stored")))
    }

    /// Returns whether nothing is wrong.
    #[must_use]
    pub fn is_well(&self) -> bool {
        self.integrity.is_empty()
            && self.gaps.is_empty()
            && self.missing.is_empty()
            && self.damaged.is_empty()
    }
}

/// Looks through a database without changing it.
pub fn checkup(path: &Path) -> Result<Checkup, StoreError> {
    if !path.exists() {
        return Err(StoreError::Missing(path.to_owned()));
    }
    let reader = Reader::open(path)?;
    let connection = reader.connection();
    let schema = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let known_schema = open::newest();
    if schema > known_schema {
        return Err(StoreError::Newer { found: schema, known: known_schema });
    }
    Ok(Checkup {
        path: path.to_owned(),
        bytes: size(path) + size(Path::new(&format!("{}-wal", path.display()))),
        sqlite: rusqlite::version().to_owned(),
        schema,
        known_schema,
        integrity: reader.integrity_check()?,
        gaps: gaps(connection)?,
        missing: missing(connection)?,
        damaged: damaged(connection)?,
        counts: reader.counts()?,
        backups: backups(path),
    })
}

fn size(path: &Path) -> u64 {
    path.metadata().map_or(0, |m| m.len())
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
    let mut query = connection.prepare("SELECT id, data FROM events")?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        let data = row.get_ref(1)?.as_str().unwrap_or_default();
        let event: Value = serde_json::from_str(data).map_err(|e| {
            StoreError::corrupt(format!("event {} cannot be read: {e}", row.get_unwrap::<_, i64>(0)))
        })?;
        texts_of(&event, &mut named);
    }
    let mut there = connection.prepare("SELECT 1 FROM blobs WHERE hash = ?1")?;
    let mut missing = Vec::new();
    for hash in named {
        if !there.exists([blobs::key(&hash)?])? {
            missing.push(hash);
        }
    }
    Ok(missing)
}

/// Collects the texts that an event names: every reference is a `hash`, and a run's start names its definition.
fn texts_of(value: &Value, found: &mut std::collections::BTreeSet<Hash>) {
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
            Ok(_) => {}
            Err(StoreError::Corrupt { .. }) => damaged.push(hash),
            Err(other) => return Err(other),
        }
    }
    Ok(damaged)
}

/// Returns the backups beside a database, the oldest first.
#[must_use]
pub fn backups(path: &Path) -> Vec<PathBuf> {
    let Some(name) = path.file_name().map(|n| format!("{}.backup-", n.to_string_lossy())) else {
        return Vec::new();
    };
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut found: Vec<PathBuf> = entries
        .map(|e| e.path())
        .filter(|p| p.file_name().is_some_and(|n| n.to_string_lossy().starts_with(&name)))
        .collect();
    found.sort();
    found
}
