//! The journal's lines: an event of a stream, with who, when and on whose command.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::book::BookEvent;
use super::canon::CanonEvent;
use super::prompt::PromptEvent;
use super::run::RunEvent;
use super::{Actor, BookId, CommandId, RunId, Time};

/// A stream of the journal; each is numbered by itself, from 1.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StreamId {
    /// A book's structure.
    Book(BookId),
    /// A book's canon.
    Canon(BookId),
    /// A book's prompt templates.
    Prompt(BookId),
    /// A run.
    Run(RunId),
}

impl fmt::Display for StreamId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Book(book) => write!(f, "book:{book}"),
            Self::Canon(book) => write!(f, "canon:{book}"),
            Self::Prompt(book) => write!(f, "prompt:{book}"),
            Self::Run(run) => write!(f, "run:{run}"),
        }
    }
}

impl StreamId {
    /// Reads a stream's name as [`Display`](fmt::Display) writes it.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        let (kind, id) = name.split_once(':')?;
        match kind {
            "book" => Some(Self::Book(BookId::new(id))),
            "canon" => Some(Self::Canon(BookId::new(id))),
            "prompt" => Some(Self::Prompt(BookId::new(id))),
            "run" => Some(Self::Run(RunId::new(id))),
            _ => None,
        }
    }
}

/// An event of any stream.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
#[allow(clippy::large_enum_variant, reason = "most events are of runs, and few are held at a time")]
pub enum Event {
    /// Of a book.
    Book(BookEvent),
    /// Of a book's canon.
    Canon(CanonEvent),
    /// Of a book's prompt templates.
    Prompt(PromptEvent),
    /// Of a run.
    Run(RunEvent),
}

/// An event as it stands in the journal.
#[derive(Debug, Clone, PartialEq)]
pub struct Recorded {
    /// The stream.
    pub stream: StreamId,
    /// Its number in the stream.
    pub seq: u64,
    /// When it happened.
    pub at: Time,
    /// Who did it.
    pub actor: Actor,
    /// The command that it came of.
    pub command: Option<CommandId>,
    /// What happened.
    pub event: Event,
}
