//! Canon entries.

use super::Projector;
use crate::domain::BookId;
use crate::domain::canon::CanonEvent;
use crate::store::{StoreError, blobs};

/// Writes the row of one event.
pub(in crate::store) fn line(
    projector: &Projector<'_>,
    book: &BookId,
    event: &CanonEvent,
) -> Result<(), StoreError> {
    match event {
        CanonEvent::EntryPut { entry, kind, name, text } => {
            projector
                .connection
                .prepare_cached(
                    "REPLACE INTO entries (id, book, kind, name, text) VALUES (?1, ?2, ?3, ?4, ?5)",
                )?
                .execute((entry.as_str(), book.as_str(), kind.name(), name, blobs::key(&text.hash)?))?;
        }
        CanonEvent::EntryRemoved { entry } => {
            projector
                .connection
                .prepare_cached("DELETE FROM entries WHERE id = ?1")?
                .execute([entry.as_str()])?;
        }
    }
    Ok(())
}
