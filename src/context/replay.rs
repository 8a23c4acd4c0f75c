//! The messages of a past attempt: read as they were sent, and made again from what is kept of it alone.

use super::prompt::Prompt;
use super::{ContextError, gather::text};
use crate::llm::{Message, Request};
use crate::store::Reader;
use crate::store::StoreError;
use crate::store::rows::AttemptRow;

/// Returns the request of an attempt as it was sent.
pub fn sent(reader: &Reader, attempt: &AttemptRow) -> Result<Request, ContextError> {
    let json = text(reader, &attempt.request)?;
    let what =
        |e: serde_json::Error| StoreError::Corrupt { what: format!("the request of {}: {e}", attempt.id) };
    Ok(serde_json::from_str(&json).map_err(what)?)
}

/// Renders the messages of an attempt again, from its template and its material as they were kept; none when it
/// is from before templates were kept.
pub fn replay(reader: &Reader, attempt: &AttemptRow) -> Result<Option<Vec<Message>>, ContextError> {
    let Some(hash) = &attempt.template else { return Ok(None) };
    let prompt = Prompt::parse(&format!("the template of {}", attempt.id), &text(reader, hash)?)?;
    let request = sent(reader, attempt)?;
    prompt.messages(&request.material).map(Some)
}
