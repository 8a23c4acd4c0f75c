//! Canon entries and their versions.

use super::Projector;
use crate::domain::canon::{Canon, CanonEvent, EntryVersion};
use crate::domain::{BookId, EntryId, Event, Recorded};
use crate::store::{StoreError, blobs};

/// Writes the rows of one event, the journal's `number`th; `canon` has it applied already.
pub(in crate::store) fn line(
    projector: &Projector<'_>,
    book: &BookId,
    canon: &Canon,
    number: i64,
    recorded: &Recorded,
) -> Result<(), StoreError> {
    let Event::Canon(event) = &recorded.event else { return Ok(()) };
    match event {
        CanonEvent::EntryPut { entry, version } => {
            let count = canon.entries.get(entry).map_or(1, crate::domain::canon::Entry::number);
            projector
                .connection
                .prepare_cached(
                    "INSERT INTO entries (n, id, book, version, removed, created_at, owner)
                     VALUES (?1, ?2, ?3, ?4, 0, ?5, ?6)
                     ON CONFLICT (id) DO UPDATE SET version = excluded.version, removed = 0",
                )?
                .execute((
                    number,
                    entry.as_str(),
                    book.as_str(),
                    count,
                    recorded.at.0,
                    recorded.actor.name(),
                ))?;
            insert_version(projector, entry, count, version, recorded)?;
        }
        CanonEvent::EntryRemoved { entry } => set_removed(projector, entry, true)?,
        CanonEvent::EntryBroughtBack { entry } => set_removed(projector, entry, false)?,
    }
    super::reads::canon_line(projector, canon, event)?;
    Ok(())
}

fn set_removed(projector: &Projector<'_>, entry: &EntryId, removed: bool) -> Result<(), StoreError> {
    projector
        .connection
        .prepare_cached("UPDATE entries SET removed = ?2 WHERE id = ?1")?
        .execute((entry.as_str(), removed))?;
    Ok(())
}

fn insert_version(
    projector: &Projector<'_>,
    entry: &EntryId,
    count: u32,
    version: &EntryVersion,
    recorded: &Recorded,
) -> Result<(), StoreError> {
    projector
        .connection
        .prepare_cached(
            "INSERT INTO entry_versions (entry, version, kind, name, aliases, parent, links, mode, weight, scope, text,
                                         words, origin, by, at)
             SELECT n, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15 FROM entries WHERE id = ?1",
        )?
        .execute(rusqlite::params![
            entry.as_str(),
            count,
            version.kind.name(),
            version.name,
            json(&version.aliases)?,
            version.parent.as_ref().map(EntryId::as_str),
            json(&version.links)?,
            version.mode.name(),
            version.weight,
            json(&version.scope)?,
            blobs::key(&version.text.hash)?,
            version.text.words,
            json(&version.origin)?,
            recorded.actor.name(),
            recorded.at.0,
        ])?;
    Ok(())
}

fn json(value: &impl serde::Serialize) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|e| StoreError::Sqlite(e.to_string()))
}
