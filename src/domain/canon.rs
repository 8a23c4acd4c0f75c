//! Canon: a book's reference material, as typed entries.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{EntryId, Text};

/// What an entry is about (spec P4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryKind {
    /// A person.
    Character,
    /// A place.
    Place,
    /// How the world works.
    World,
    /// How the book is told.
    Style,
    /// What happened when.
    Timeline,
    /// What must or must not be.
    Rule,
    /// Anything else.
    Other,
}

impl EntryKind {
    /// Every kind, in the order in which they are shown.
    pub const ALL: [Self; 7] =
        [Self::Character, Self::Place, Self::World, Self::Style, Self::Timeline, Self::Rule, Self::Other];

    /// Returns the stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Character => "character",
            Self::Place => "place",
            Self::World => "world",
            Self::Style => "style",
            Self::Timeline => "timeline",
            Self::Rule => "rule",
            Self::Other => "other",
        }
    }
}

impl fmt::Display for EntryKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for EntryKind {
    type Err = String;
    fn from_str(name: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|k| k.name() == name)
            .ok_or_else(|| format!("`{name}` is no kind of canon entry"))
    }
}

/// An event of a book's canon.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[allow(missing_docs, reason = "the fields read as their variant's sentence")]
pub enum CanonEvent {
    /// An entry was made or changed.
    EntryPut { entry: EntryId, kind: EntryKind, name: String, text: Text },
    /// An entry was taken out; its versions stay in the journal.
    EntryRemoved { entry: EntryId },
}
