//! The rows of the truth among all rows of a file: streams, events and texts, told from others by their form.
//!
//! These tables are only ever added to. So an old copy of a page holds the same rows as the new one, and it does not
//! matter which of them is found.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::record::{Row, Value};
use crate::domain::{Hash, StreamId};
use crate::store::blobs;
use crate::store::journal::Line;

/// An event as it is stored.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct FoundEvent {
    pub stream: i64,
    pub seq: i64,
    pub at: i64,
    pub actor: String,
    pub command: Option<String>,
    pub data: String,
}

/// What was found, without the texts.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// By number.
    pub streams: BTreeMap<i64, StreamId>,
    /// By number in the journal.
    pub events: BTreeMap<i64, FoundEvent>,
    /// Events of which two copies differ, as those without a checksum can: it is not known which was changed.
    pub doubtful: Vec<i64>,
}

/// A row of the truth.
enum Kind {
    Stream(StreamId),
    Event(FoundEvent),
    Text(Hash, String),
}

impl Found {
    /// Keeps a row of the truth; a text is returned.
    pub fn take(&mut self, row: Row) -> Option<(Hash, String)> {
        match kind(row.values)? {
            Kind::Stream(name) => {
                self.streams.entry(row.id).or_insert(name);
            }
            Kind::Event(event) => match self.events.get(&row.id) {
                None => {
                    self.events.insert(row.id, event);
                }
                Some(known) if *known != event && !self.doubtful.contains(&row.id) => {
                    self.doubtful.push(row.id);
                }
                Some(_) => {}
            },
            Kind::Text(hash, text) => return Some((hash, text)),
        }
        None
    }

    /// Gives the streams the names that their first events say: these have checksums, the names have none.
    pub fn name_streams(&mut self) {
        for event in self.events.values().filter(|event| event.seq == 1) {
            let Ok(data) = serde_json::from_str::<Json>(&event.data) else { continue };
            let named = |field: &str, kind: &str| {
                data.get(field).and_then(Json::as_str).and_then(|id| StreamId::parse(&format!("{kind}:{id}")))
            };
            let name = match data.get("type").and_then(Json::as_str) {
                Some("run_started") => named("run", "run"),
                Some("book_created") => named("book", "book"),
                _ => None,
            };
            if let Some(name) = name {
                self.streams.insert(event.stream, name);
            }
        }
    }
}

fn kind(values: Vec<Value>) -> Option<Kind> {
    let mut values = values.into_iter();
    let fields: [Option<Value>; 8] = std::array::from_fn(|_| values.next());
    match fields {
        [Some(Value::Null), Some(Value::Text(name)), None, ..] => StreamId::parse(&name).map(Kind::Stream),
        [
            Some(Value::Null),
            Some(Value::Integer(stream)),
            Some(Value::Integer(seq)),
            Some(Value::Integer(at)),
            Some(Value::Text(actor)),
            Some(command @ (Value::Null | Value::Text(_))),
            Some(Value::Text(data)),
            checksum @ (None | Some(Value::Integer(_) | Value::Null)),
        ] => {
            let command = if let Value::Text(command) = command { Some(command) } else { None };
            let line = Line { stream, seq, at, actor: &actor, command: command.as_deref(), data: &data };
            let is_as_written = match checksum {
                Some(Value::Integer(checksum)) => checksum == line.checksum(),
                _ => actor == "conductor" || actor.starts_with("author:"),
            };
            (seq > 0 && is_as_written).then_some(Kind::Event(FoundEvent {
                stream,
                seq,
                at,
                actor,
                command,
                data,
            }))
        }
        [
            Some(Value::Null),
            Some(Value::Blob(key)),
            Some(Value::Integer(_)),
            Some(Value::Integer(codec)),
            Some(Value::Blob(data)),
            None,
            ..,
        ] if key.len() == 32 => {
            let hash = blobs::hash(&key);
            blobs::unpacked(codec, &data, &hash).map(|text| Kind::Text(hash, text))
        }
        _ => None,
    }
}
