//! The journal: streams of events, only ever added to.

use rusqlite::{Connection, OptionalExtension, Row};

use super::StoreError;
use crate::domain::{Actor, CommandId, Event, Recorded, StreamId, Time};

const COLUMNS: &str = "e.id, e.seq, e.at, e.actor, e.command, e.data";

/// Returns the number of a stream.
pub(super) fn find(connection: &Connection, stream: &StreamId) -> Result<Option<i64>, StoreError> {
    let mut query = connection.prepare_cached("SELECT n FROM streams WHERE name = ?1")?;
    Ok(query.query_row([stream.to_string()], |row| row.get(0)).optional()?)
}

/// Gives a new stream its number.
pub(super) fn begin(connection: &Connection, stream: &StreamId) -> Result<i64, StoreError> {
    connection.prepare_cached("INSERT INTO streams (name) VALUES (?1)")?.execute([stream.to_string()])?;
    Ok(connection.last_insert_rowid())
}

/// Returns the number of the stream's last event, 0 for none.
pub(super) fn head(connection: &Connection, stream: i64) -> Result<u64, StoreError> {
    let mut query = connection.prepare_cached("SELECT max(seq) FROM events WHERE stream = ?1")?;
    Ok(query.query_row([stream], |row| row.get::<_, Option<i64>>(0))?.unwrap_or(0) as u64)
}

/// Returns the journal's last number, 0 for an empty one.
pub(super) fn last(connection: &Connection) -> Result<i64, StoreError> {
    let mut query = connection.prepare_cached("SELECT max(id) FROM events")?;
    Ok(query.query_row([], |row| row.get::<_, Option<i64>>(0))?.unwrap_or(0))
}

/// Appends an event and returns its number in the journal.
pub(super) fn append(connection: &Connection, stream: i64, recorded: &Recorded) -> Result<i64, StoreError> {
    let data = serde_json::to_string(&recorded.event).map_err(|e| StoreError::Sqlite(e.to_string()))?;
    let author;
    let actor = match &recorded.actor {
        Actor::Conductor => "conductor",
        Actor::Author(name) => {
            author = format!("author:{name}");
            &author
        }
    };
    connection
        .prepare_cached(
            "INSERT INTO events (stream, seq, at, actor, command, data) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute((
            stream,
            recorded.seq as i64,
            recorded.at.0,
            actor,
            recorded.command.as_ref().map(CommandId::as_str),
            data,
        ))?;
    Ok(connection.last_insert_rowid())
}

/// Reads a stream's events after a number, in order, and hands each on with its number in the journal.
pub(super) fn read(
    connection: &Connection,
    stream: &StreamId,
    n: i64,
    after: u64,
    mut each: impl FnMut(i64, Recorded) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM events e WHERE e.stream = ?1 AND e.seq > ?2 ORDER BY e.seq");
    let mut query = connection.prepare_cached(&sql)?;
    let mut rows = query.query((n, after as i64))?;
    let mut next = after + 1;
    while let Some(row) = rows.next()? {
        let (id, recorded) = recorded(row, stream.clone())?;
        if recorded.seq != next {
            return Err(StoreError::corrupt(format!("event {next} of {stream} is missing")));
        }
        next += 1;
        each(id, recorded)?;
    }
    Ok(())
}

/// Reads events of all streams in the journal's order, those with numbers in `after + 1 ..= until`.
pub(super) fn read_all(
    connection: &Connection,
    after: i64,
    until: i64,
    limit: u32,
) -> Result<Vec<(i64, Recorded)>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS}, s.name FROM events e JOIN streams s ON s.n = e.stream
         WHERE e.id > ?1 AND e.id <= ?2 ORDER BY e.id LIMIT ?3"
    );
    let mut query = connection.prepare_cached(&sql)?;
    let mut rows = query.query((after, until, limit))?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        let name: String = row.get(6)?;
        let stream = StreamId::parse(&name)
            .ok_or_else(|| StoreError::corrupt(format!("`{name}` is not the name of a stream")))?;
        all.push(recorded(row, stream)?);
    }
    Ok(all)
}

fn recorded(row: &Row<'_>, stream: StreamId) -> Result<(i64, Recorded), StoreError> {
    let id: i64 = row.get(0)?;
    let seq = row.get::<_, i64>(1)? as u64;
    let actor = match row.get_ref(3)?.as_str().unwrap_or_default() {
        "conductor" => Actor::Conductor,
        other => Actor::Author(other.strip_prefix("author:").unwrap_or(other).to_owned()),
    };
    let data = row.get_ref(5)?.as_str().unwrap_or_default();
    let event = match &stream {
        StreamId::Book(_) => serde_json::from_str(data).map(Event::Book),
        StreamId::Prompt(_) => serde_json::from_str(data).map(Event::Prompt),
        StreamId::Canon(_) => serde_json::from_str(data).map(Event::Canon),
        StreamId::Run(_) => serde_json::from_str(data).map(Event::Run),
    };
    let event =
        event.map_err(|e| StoreError::corrupt(format!("event {seq} of {stream} cannot be read: {e}")))?;
    let command = row.get::<_, Option<String>>(4)?.map(CommandId::new);
    Ok((id, Recorded { stream, seq, at: Time(row.get(2)?), actor, command, event }))
}
