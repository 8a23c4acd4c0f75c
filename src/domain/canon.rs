//! Canon: a book's reference material, as typed entries that are versioned as everything is.
//!
//! A change makes a new version; what was is restored as a further one. What an agent knows of a page is chosen
//! from the current versions by their mode, weight and scope.

pub mod decide;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

pub use decide::{CanonCommand, EntryChange, EntryPut, decide};

use super::{ChapterId, EntryId, Hash, PageId, RevisionId, Text, Time};

/// What an entry is about (spec P4).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
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
    #[default]
    Other,
}

/// When an entry is given to an agent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryMode {
    /// For every page in its scope.
    Always,
    /// When it is named, or fits what the page is about.
    #[default]
    Named,
    /// When the author pins it to a page.
    ByHand,
    /// Not at all.
    Never,
}

/// Gives a plain enum its stable names, to write and to read.
macro_rules! names {
    ($type:ident, $what:literal, [$($variant:ident => $name:literal),+ $(,)?]) => {
        impl $type {
            /// Every one, in the order in which they are shown.
            pub const ALL: [Self; [$($name),+].len()] = [$(Self::$variant),+];

            /// Returns the stable name.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name),+
                }
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.name())
            }
        }

        impl FromStr for $type {
            type Err = String;
            fn from_str(name: &str) -> Result<Self, String> {
                let found = Self::ALL.into_iter().find(|one| one.name() == name);
                found.ok_or_else(|| format!("`{name}` is not a known {}; there are {}", $what, [$($name),+].join(", ")))
            }
        }
    };
}

names!(EntryKind, "kind of canon entry", [
    Character => "character",
    Place => "place",
    World => "world",
    Style => "style",
    Timeline => "timeline",
    Rule => "rule",
    Other => "other",
]);
names!(EntryMode, "mode of a canon entry", [
    Always => "always",
    Named => "named",
    ByHand => "by_hand",
    Never => "never",
]);

/// A point of a book that a scope names.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// A chapter, wherever it stands by then.
    Chapter(ChapterId),
    /// A page, wherever it stands by then.
    Page(PageId),
}

impl Place {
    /// Reads the id of a chapter or a page.
    #[must_use]
    pub fn of_id(id: &str) -> Self {
        if id.contains("_page_") { Self::Page(PageId::new(id)) } else { Self::Chapter(ChapterId::new(id)) }
    }

    /// Returns the id.
    #[must_use]
    pub fn id(&self) -> &str {
        match self {
            Self::Chapter(id) => id.as_str(),
            Self::Page(id) => id.as_str(),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

/// Where in the book an entry holds: from the first page of `from` to the last of `until`, both included. None
/// means from the beginning, or to the end.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct Scope {
    /// A fact that becomes true later is not known earlier.
    pub from: Option<Place>,
    /// A fact that ceases to be true is not known later.
    pub until: Option<Place>,
}

impl Scope {
    /// Returns whether it is the whole book.
    #[must_use]
    pub fn is_whole_book(&self) -> bool {
        self.from.is_none() && self.until.is_none()
    }
}

/// How a version of an entry came to be.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the fields read as their variant's sentence")]
pub enum EntryOrigin {
    /// The author wrote it here.
    #[default]
    Author,
    /// It was read from under this heading of this file.
    Import { file: String, heading: String },
    /// The author brought this version back.
    Restored { version: u32 },
    /// It was proposed from a change that this revision made, and accepted.
    Proposed { revision: RevisionId },
}

/// What an entry says, with its text at hand: as an author or an import gives it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EntryContent {
    /// What it is about.
    pub kind: EntryKind,
    /// Its name.
    pub name: String,
    /// Other names that mean it.
    pub aliases: Vec<String>,
    /// The entry that it belongs to: it is given along with this one.
    pub parent: Option<EntryId>,
    /// Entries that its text points to.
    pub links: Vec<EntryId>,
    /// When it is given.
    pub mode: EntryMode,
    /// How much it matters when not everything fits (0–100); none for the usual 50.
    pub weight: Option<u8>,
    /// Where in the book it holds.
    pub scope: Scope,
    /// What it says; may be empty.
    pub text: String,
}

/// The weight of an entry of which nothing else is said.
pub const USUAL_WEIGHT: u8 = 50;

/// One version of an entry. Its number is its place among the entry's versions, from 1.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntryVersion {
    /// What it is about.
    pub kind: EntryKind,
    /// Its name.
    pub name: String,
    /// Other names that mean it.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// The entry that it belongs to.
    #[serde(default)]
    pub parent: Option<EntryId>,
    /// Entries that its text points to.
    #[serde(default)]
    pub links: Vec<EntryId>,
    /// When it is given.
    #[serde(default)]
    pub mode: EntryMode,
    /// How much it matters when not everything fits (0–100).
    #[serde(default = "usual_weight")]
    pub weight: u8,
    /// Where in the book it holds.
    #[serde(default)]
    pub scope: Scope,
    /// What it says.
    pub text: Text,
    /// How it came to be.
    #[serde(default)]
    pub origin: EntryOrigin,
}

fn usual_weight() -> u8 {
    USUAL_WEIGHT
}

impl EntryVersion {
    /// Returns whether another version says the same, however it came to be.
    #[must_use]
    pub fn says_the_same(&self, other: &Self) -> bool {
        let this = Self { origin: EntryOrigin::Author, ..self.clone() };
        this == Self { origin: EntryOrigin::Author, ..other.clone() }
    }

    /// Names what an agent is given of it.
    #[must_use]
    pub fn hash(&self) -> Hash {
        reading_hash(self.kind, &self.name, &self.aliases, &self.text.hash)
    }
}

/// Names what an agent is given of an entry: kind, names and text. Weight, mode, scope and parent decide whether
/// it is given, and are not read.
#[must_use]
pub fn reading_hash(kind: EntryKind, name: &str, aliases: &[String], text: &Hash) -> Hash {
    let mut all = format!("{kind}\n{text}\n{name}");
    for alias in aliases {
        all.push('\n');
        all.push_str(alias);
    }
    Hash::of(all.as_bytes())
}

/// An event of a book's canon.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[allow(missing_docs, reason = "the fields read as their variant's sentence")]
pub enum CanonEvent {
    /// An entry was made, or has a new version.
    EntryPut {
        entry: EntryId,
        #[serde(flatten)]
        version: Box<EntryVersion>,
    },
    /// An entry was taken out; its versions stay.
    EntryRemoved { entry: EntryId },
    /// An entry that was taken out came back.
    EntryBroughtBack { entry: EntryId },
}

/// A book's canon, from its events.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Canon {
    /// Every entry ever made.
    pub entries: BTreeMap<EntryId, Entry>,
    /// Number of the last event applied, 0 for none.
    pub seq: u64,
    /// When its last event happened.
    pub updated_at: Time,
}

/// An entry with all its versions.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Every version, oldest first; there is at least one.
    pub versions: Vec<EntryVersion>,
    /// It was taken out.
    pub removed: bool,
}

impl Entry {
    /// Returns the version that holds.
    #[must_use]
    pub fn current(&self) -> &EntryVersion {
        self.versions.last().expect("an entry begins with a version")
    }

    /// Returns the number of the version that holds.
    #[must_use]
    pub fn number(&self) -> u32 {
        self.versions.len() as u32
    }
}

impl Canon {
    /// Applies the next event.
    pub fn apply(&mut self, event: &CanonEvent, at: Time) {
        self.seq += 1;
        self.updated_at = at;
        match event {
            CanonEvent::EntryPut { entry, version } => {
                let entry = self
                    .entries
                    .entry(entry.clone())
                    .or_insert_with(|| Entry { versions: Vec::new(), removed: false });
                entry.versions.push((**version).clone());
                entry.removed = false;
            }
            CanonEvent::EntryRemoved { entry } => self.set_removed(entry, true),
            CanonEvent::EntryBroughtBack { entry } => self.set_removed(entry, false),
        }
    }

    fn set_removed(&mut self, entry: &EntryId, removed: bool) {
        if let Some(entry) = self.entries.get_mut(entry) {
            entry.removed = removed;
        }
    }
}
