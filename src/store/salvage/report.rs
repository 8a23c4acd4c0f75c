//! What was saved, and what is lost.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OptionalExtension};
use serde::Serialize;
use serde_json::Value;

use super::journal::Journal;
use crate::domain::{Event, Hash};
use crate::store::{StoreError, blobs, doctor};

/// What came of salvaging a database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Salvage {
    /// The damaged database, which is as it was.
    pub from: PathBuf,
    /// The new one.
    pub to: PathBuf,
    /// The events of its journal.
    pub events: u64,
    /// Its texts.
    pub texts: u64,
    /// Answers to named commands that it has.
    pub commands: u64,
    /// The file with the texts that have no place any more.
    pub unplaced: Option<PathBuf>,
    /// How many texts are in it.
    pub unplaced_texts: usize,
    /// What is lost, and what was put in its place.
    pub lost: Vec<Lost>,
}

/// Something that is lost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Lost {
    /// `events`, `run`, `book`, `chapter`, `page`, `text` or `doubtful`.
    pub kind: &'static str,
    /// What it is, in words.
    pub what: String,
    /// How many of it.
    pub count: u64,
}

impl Salvage {
    pub(super) fn of(from: &Path, to: &Path) -> Self {
        Self {
            from: from.to_owned(),
            to: to.to_owned(),
            events: 0,
            texts: 0,
            commands: 0,
            unplaced: None,
            unplaced_texts: 0,
            lost: Vec::new(),
        }
    }

    pub(super) fn lose(&mut self, kind: &'static str, count: u64, what: impl Into<String>) {
        self.lost.push(Lost { kind, what: what.into(), count });
    }

    /// Names the texts that the journal speaks of and that were not found, and marks them in the new database.
    pub(super) fn lost_texts(
        &mut self,
        journal: &Journal,
        connection: &Connection,
    ) -> Result<(), StoreError> {
        let mut known = BTreeSet::new();
        for (stream, event) in journal.events() {
            let json = serde_json::to_value(event).unwrap_or_default();
            let mut named = BTreeSet::new();
            doctor::texts_of(&json, &mut named);
            for hash in named {
                if !known.insert(hash.clone()) || is_there(connection, &hash)? {
                    continue;
                }
                blobs::put_lost(connection, &hash)?;
                let of = revision_of(event, &json).unwrap_or_else(|| stream.to_string());
                self.lose("text", 1, format!("{of}: {hash}"));
            }
        }
        Ok(())
    }

    pub(super) fn unplaced(&mut self, texts: &[String]) -> Result<(), StoreError> {
        self.unplaced = super::write_unplaced(&self.to, texts)?;
        self.unplaced_texts = texts.len();
        Ok(())
    }
}

fn is_there(connection: &Connection, hash: &Hash) -> Result<bool, StoreError> {
    let mut query = connection.prepare_cached("SELECT 1 FROM blobs WHERE hash = ?1")?;
    Ok(query.query_row([blobs::key(hash)?], |_| Ok(())).optional()?.is_some())
}

/// Returns the revision whose text an event brings.
fn revision_of(event: &Event, json: &Value) -> Option<String> {
    let Event::Run(_) = event else { return None };
    let revision = json.get("revision").or_else(|| json.get("made"))?;
    let id = revision.get("id").unwrap_or(revision).as_str()?;
    Some(format!("revision {id}"))
}
