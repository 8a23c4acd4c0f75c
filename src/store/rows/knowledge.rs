//! Rows of what agents are given: canon, earlier pages, templates, and what has gone stale.

use serde::Serialize;

use super::PageRow;
use crate::domain::canon::{EntryKind, EntryMode, EntryOrigin, Scope};
use crate::domain::manifest::PartKind;
use crate::domain::proposal::About;
use crate::domain::{BookId, EntryId, Hash, PageId, ProposalId, RevisionId, StepName, Time};

/// A version of a canon entry: the one that holds, unless it was asked for by its number.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EntryRow {
    /// The entry's id.
    pub id: EntryId,
    /// The book.
    pub book: BookId,
    /// The version's number, from 1.
    pub version: u32,
    /// Names what an agent is given of it: kind, names and text.
    pub hash: Hash,
    /// What it is about.
    pub kind: EntryKind,
    /// Its name.
    pub name: String,
    /// Other names that mean it.
    pub aliases: Vec<String>,
    /// The entry that it belongs to; it may have been taken out.
    pub parent: Option<EntryId>,
    /// Entries that its text points to; they may have been taken out.
    pub links: Vec<EntryId>,
    /// When it is given.
    pub mode: EntryMode,
    /// How much it matters when not everything fits (0–100).
    pub weight: u8,
    /// Where in the book it holds.
    pub scope: Scope,
    /// Its text.
    pub text: String,
    /// Words of the text.
    pub words: u32,
    /// How the version came to be.
    pub origin: EntryOrigin,
    /// Who made it.
    pub by: String,
    /// When.
    pub at: Time,
    /// The entry was taken out.
    pub removed: bool,
    /// Who made its first version.
    pub owner: String,
}

/// A hit of the search in a book's canon.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EntryHit {
    /// The entry.
    pub entry: EntryId,
    /// How well it fits: the lower, the better (bm25, names before texts).
    pub rank: f64,
}

/// A page whose current text was written from a canon entry.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct UseRow {
    /// The page.
    pub page: PageRow,
    /// The step whose revision read it.
    pub step: StepName,
    /// Names the version that was read, as an entry's `hash` does.
    pub version: String,
}

/// An approved page that stands before another one.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EarlierPage {
    /// The page.
    pub page: PageId,
    /// The chapter's title.
    pub chapter_title: String,
    /// The chapter's place in the book, from 1.
    pub chapter_number: u32,
    /// Its place in the chapter, from 1.
    pub number: u32,
    /// Names the texts that it is made of: narration, then dialogue where there is some.
    pub texts: Vec<Hash>,
    /// Names the page in short, where an agent wrote it for these texts.
    pub summary: Option<Hash>,
}

impl EarlierPage {
    /// Names the version of its text.
    #[must_use]
    pub fn version(&self) -> String {
        crate::domain::manifest::version_of(self.texts.iter())
    }
}

/// Why a page is stale: its current revision read what is another version by now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StaleRow {
    /// The step.
    pub step: StepName,
    /// The revision whose manifest holds the part: the current one, or the one that was edited or restored.
    pub revision: RevisionId,
    /// What the part is: `canon`, `page`, `own` or `beat`.
    pub kind: PartKind,
    /// Its id.
    pub part: String,
    /// Its name, as it was.
    pub title: String,
    /// The version that was read.
    pub read: String,
    /// The version that holds; none when the entry was taken out or the page is not approved now.
    pub holds: Option<String>,
}

impl StaleRow {
    /// Says what happened, in a few words.
    #[must_use]
    pub fn cause(&self) -> String {
        let title = &self.title;
        match (self.kind, self.holds.is_some()) {
            (PartKind::Beat, _) => "its beat has changed".to_owned(),
            (PartKind::Canon, true) => format!("canon: {title} has changed"),
            (PartKind::Canon, false) => format!("canon: {title} was removed"),
            (PartKind::Own, true) => format!("its {title} has changed"),
            (PartKind::Own, false) => format!("its {title} is being regenerated"),
            (_, true) => format!("{title} has changed"),
            (_, false) => format!("{title} is not approved now"),
        }
    }
}

/// One version of a book's own prompt template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PromptRow {
    /// The agent's name.
    pub name: String,
    /// The version's number, from 1.
    pub version: u32,
    /// Names its text; none where the book went back to the template below.
    pub text: Option<Hash>,
    /// Who made it.
    pub by: String,
    /// When.
    pub at: Time,
}

/// What an edit of the author's taught.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ProposalRow {
    /// Its id.
    pub id: ProposalId,
    /// The revision that the edit made.
    pub revision: RevisionId,
    /// `fact` or `style`.
    pub kind: String,
    /// Where it belongs.
    pub about: About,
    /// The sentence that the canon would gain.
    pub text: String,
    /// What in the edit speaks for it.
    pub why: String,
    /// The words of the edit that it comes from.
    pub quote: String,
    /// The model that proposed it.
    pub model: String,
    /// `open`, `accepted` or `refused`.
    pub state: String,
    /// The edit that it comes from was not taken back.
    pub stands: bool,
    /// The entry that it led to.
    pub entry: Option<EntryId>,
    /// The version of that entry.
    pub version: Option<u32>,
    /// The author's words, where it was accepted in others.
    pub words: Option<String>,
    /// Who decided.
    pub by: Option<String>,
    /// When.
    pub decided_at: Option<Time>,
    /// When it was proposed.
    pub at: Time,
    /// The name of the entry that it led to or belongs to.
    pub entry_name: Option<String>,
}

impl ProposalRow {
    /// Says where it goes, in a few words.
    #[must_use]
    pub fn goes_to(&self) -> String {
        match (&self.entry_name, &self.about) {
            (Some(name), _) => format!("to {name}"),
            (None, About::Entry(entry)) => format!("to {entry}"),
            (None, About::New { kind, name }) => format!("a new {kind}, {name}"),
            (None, About::Style) => "a note on style".into(),
        }
    }
}
