//! Damage that was met once. It is noted beside the database, so that every face says so until `galley doctor` finds
//! all well: what else is damaged may not be seen by those who read it.

use std::path::Path;

use super::{Clock, StoreError, beside};
use crate::files;

/// Notes the first damage that is met; later ones change nothing.
pub fn note_damage(database: &Path, error: &StoreError) {
    let StoreError::Corrupt { what } = error else { return };
    let note = beside::damage(database);
    let line = format!("{} {what}\n", Clock::default().now());
    match files::create_new(&note, line.as_bytes()) {
        Ok(()) => tracing::error!(%error, "damage was found"),
        // It was noted before, or nothing can be: whoever met it is told in any case.
        Err(error) => tracing::debug!(%error, "the damage was not noted"),
    }
}

/// Returns what was noted: when, and what.
#[must_use]
pub fn damage(database: &Path) -> Option<String> {
    let line = std::fs::read_to_string(beside::damage(database)).ok()?;
    Some(line.trim().to_owned()).filter(|line| !line.is_empty())
}

/// Forgets it, once all is well again.
pub fn forget_damage(database: &Path) {
    if let Err(error) = std::fs::remove_file(beside::damage(database))
        && error.kind() != std::io::ErrorKind::NotFound
    {
        tracing::warn!(%error, "the note of a damage stays");
    }
}
