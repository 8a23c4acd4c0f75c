//! The journal: streams of events, only ever added to.

use rusqlite::{Connection, OptionalExtension, Row};

use super::StoreError;
use crate::domain::{Actor, CommandId, Event, Recorded, StreamId, Time};

const COLUMNS: &str = "e.id, e.stream, e.seq, e.at, e.actor, e.command, e.data, e.checksum";
/// The number of columns in [`COLUMNS`].
const WIDTH: usize = 8;

/// What of an event its checksum is made of.
pub(super) struct Line<'a> {
    pub stream: i64,
    pub seq: i64,
    pub at: i64,
    pub actor: &'a str,
    pub command: Option<&'a str>,
    pub data: &'a str,
}

impl Line<'_> {
    /// Returns the first eight bytes of the BLAKE3 hash over all columns.
    pub fn checksum(&self) -> i64 {
        let mut hasher = blake3::Hasher::new();
        for number in [self.stream, self.seq, self.at] {
            hasher.update(&number.to_le_bytes());
        }
        for text in [self.actor, self.command.unwrap_or_default(), self.data] {
            hasher.update(&(text.len() as u64).to_le_bytes()).update(text.as_bytes());
        }
        hasher.finalize().as_bytes().first_chunk().map_or(0, |first| i64::from_le_bytes(*first))
    }
}

/// Gives a checksum to every event that came before there were any.
pub(super) fn complete_checksums(connection: &mut Connection) -> Result<(), StoreError> {
    let transaction = connection.transaction()?;
    {
        let mut query = transaction
            .prepare("SELECT id, stream, seq, at, actor, command, data FROM events WHERE checksum IS NULL")?;
        let mut update = transaction.prepare("UPDATE events SET checksum = ?2 WHERE id = ?1")?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            let text = |column| {
                row.get_ref(column).map(|value| value.as_str_or_null().ok().flatten().unwrap_or_default())
            };
            let (actor, command, data) = (text(4)?, text(5)?, text(6)?);
            let line = Line {
                stream: row.get(1)?,
                seq: row.get(2)?,
                at: row.get(3)?,
                actor,
                command: Some(command),
                data,
            };
            update.execute((row.get::<_, i64>(0)?, line.checksum()))?;
        }
    }
    transaction.commit()?;
    Ok(())
}

/// Returns the numbers of the events that are not what was written.
pub(super) fn altered(connection: &Connection) -> Result<Vec<i64>, StoreError> {
    let columns = "SELECT count(*) FROM pragma_table_info('events') WHERE name = 'checksum'";
    if connection.query_row(columns, [], |row| row.get::<_, i64>(0))? == 0 {
        // A backup of an older schema: there is nothing to compare with.
        return Ok(Vec::new());
    }
    let mut query = connection.prepare(&format!("SELECT {COLUMNS} FROM events e"))?;
    let mut rows = query.query([])?;
    let mut altered = Vec::new();
    while let Some(row) = rows.next()? {
        if !is_as_written(row)? {
            altered.push(row.get(0)?);
        }
    }
    Ok(altered)
}

fn is_as_written(row: &Row<'_>) -> Result<bool, StoreError> {
    let text = |column| row.get_ref(column).map(|value| value.as_str_or_null().ok().flatten());
    let (actor, command, data) = (text(4)?.unwrap_or_default(), text(5)?, text(6)?.unwrap_or_default());
    let line = Line { stream: row.get(1)?, seq: row.get(2)?, at: row.get(3)?, actor, command, data };
    let checksum: Option<i64> = row.get(7)?;
    Ok(checksum.is_none_or(|checksum| checksum == line.checksum()))
}

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
    let command = recorded.command.as_ref().map(CommandId::as_str);
    let (seq, at) = (recorded.seq as i64, recorded.at.0);
    let checksum = Line { stream, seq, at, actor, command, data: &data }.checksum();
    connection
        .prepare_cached(
            "INSERT INTO events (stream, seq, at, actor, command, data, checksum)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute((stream, seq, at, actor, command, data, checksum))?;
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
        let name: String = row.get(WIDTH)?;
        let stream = StreamId::parse(&name)
            .ok_or_else(|| StoreError::corrupt(format!("`{name}` is not the name of a stream")))?;
        all.push(recorded(row, stream)?);
    }
    Ok(all)
}

fn recorded(row: &Row<'_>, stream: StreamId) -> Result<(i64, Recorded), StoreError> {
    let id: i64 = row.get(0)?;
    let seq = row.get::<_, i64>(2)? as u64;
    if !is_as_written(row)? {
        return Err(StoreError::corrupt(format!("event {seq} of {stream} is not what was written")));
    }
    let actor = match row.get_ref(4)?.as_str().unwrap_or_default() {
        "conductor" => Actor::Conductor,
        other => Actor::Author(other.strip_prefix("author:").unwrap_or(other).to_owned()),
    };
    let data = row.get_ref(6)?.as_str().unwrap_or_default();
    let event = match &stream {
        StreamId::Book(_) => serde_json::from_str(data).map(Event::Book),
        StreamId::Prompt(_) => serde_json::from_str(data).map(Event::Prompt),
        StreamId::Canon(_) => serde_json::from_str(data).map(Event::Canon),
        StreamId::Run(_) => serde_json::from_str(data).map(Event::Run),
    };
    let event =
        event.map_err(|e| StoreError::corrupt(format!("event {seq} of {stream} cannot be read: {e}")))?;
    let command = row.get::<_, Option<String>>(5)?.map(CommandId::new);
    Ok((id, Recorded { stream, seq, at: Time(row.get(3)?), actor, command, event }))
}
