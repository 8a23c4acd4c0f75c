//! A book's own prompt templates, version by version.

use super::Projector;
use crate::domain::prompt::PromptEvent;
use crate::domain::{BookId, Event, Recorded};
use crate::store::{StoreError, blobs};

/// Writes the row of one event; one without a text is the return to the template below.
pub(in crate::store) fn line(
    projector: &Projector<'_>,
    book: &BookId,
    recorded: &Recorded,
) -> Result<(), StoreError> {
    let Event::Prompt(event) = &recorded.event else { return Ok(()) };
    let text = match event {
        PromptEvent::PromptPut { text, .. } => Some(blobs::key(&text.hash)?),
        PromptEvent::PromptDropped { .. } => None,
    };
    projector
        .connection
        .prepare_cached(
            "INSERT INTO prompts (book, name, version, text, by, at)
             SELECT ?1, ?2, coalesce(max(version), 0) + 1, ?3, ?4, ?5 FROM prompts WHERE book = ?1 AND name = ?2",
        )?
        .execute((book.as_str(), event.prompt(), text, recorded.actor.name(), recorded.at.0))?;
    Ok(())
}
