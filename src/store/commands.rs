//! Named commands: a repeat gets the first answer and does nothing again.

use rusqlite::{Connection, OptionalExtension};

use super::{Answer, StoreError, journal};
use crate::domain::{Command, Refusal, Request, Time};

/// Looks a command up by its name: its first answer, or a refusal when it was another command.
pub(super) fn repeated(
    connection: &Connection,
    request: &Request,
) -> Result<Option<Result<Answer, StoreError>>, StoreError> {
    let Some(id) = &request.id else { return Ok(None) };
    let mut query =
        connection.prepare_cached("SELECT digest, first, last, answer FROM commands WHERE id = ?1")?;
    let found = query
        .query_row([id.as_str()], |row| {
            Ok((
                row.get::<_, Vec<u8>>(0)?,
                row.get::<_, i64>(1)?,
                row.get::<_, i64>(2)?,
                row.get::<_, String>(3)?,
            ))
        })
        .optional()?;
    let Some((known, first, last, answer)) = found else { return Ok(None) };
    if known != digest(&request.command) {
        return Ok(Some(Err(Refusal::Repeated { command: id.to_string() }.into())));
    }
    let mut answer: Answer = serde_json::from_str(&answer)
        .map_err(|e| StoreError::corrupt(format!("the answer to command {id} cannot be read: {e}")))?;
    if first > 0 {
        let events = journal::read_all(connection, first - 1, last, u32::MAX)?;
        answer.events = events.into_iter().map(|(_, recorded)| recorded).collect();
    }
    answer.repeated = true;
    Ok(Some(Ok(answer)))
}

/// Keeps the answer to a named command; `events` are its first and last number in the journal.
pub(super) fn remember(
    connection: &Connection,
    request: &Request,
    events: (i64, i64),
    answer: &Answer,
    now: Time,
) -> Result<(), StoreError> {
    let Some(id) = &request.id else { return Ok(()) };
    let answer = serde_json::to_string(answer).map_err(|e| StoreError::Sqlite(e.to_string()))?;
    connection
        .prepare_cached(
            "INSERT INTO commands (id, digest, first, last, answer, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute((id.as_str(), digest(&request.command), events.0, events.1, answer, now.0))?;
    Ok(())
}

fn digest(command: &Command) -> Vec<u8> {
    blake3::hash(format!("{command:?}").as_bytes()).as_bytes().to_vec()
}
