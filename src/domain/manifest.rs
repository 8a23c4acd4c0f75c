//! What went into an attempt and what was left out, and why: kept beside the exact request (design §2).

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Hash;

/// The manifest of one attempt.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// The agent that was asked.
    pub agent: String,
    /// The model that was called.
    pub model: String,
    /// The template that the messages were rendered from.
    pub template: Template,
    /// The tokens that there were, and how they were shared out.
    pub budget: Budget,
    /// Every part that was thought of, in the order in which it was.
    pub parts: Vec<Part>,
}

/// The version of a prompt template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Template {
    /// Its name: that of the agent.
    pub name: String,
    /// Whose it is.
    pub layer: Layer,
    /// Names its text in the store.
    pub hash: Hash,
}

/// Whose template it is: that of the book lies over the author's, and that over the shipped one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Layer {
    /// Comes with Galley.
    Shipped,
    /// A file of the author's, for all books.
    Author,
    /// Of this book.
    Book,
}

impl fmt::Display for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Shipped => "shipped",
            Self::Author => "author",
            Self::Book => "book",
        })
    }
}

/// How many tokens there were.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Budget {
    /// Tokens of the whole prompt.
    pub tokens: u64,
    /// What is correct for this model over what is estimated.
    pub factor: f64,
    /// What each kind of part may take and takes.
    pub shares: Vec<Share>,
}

/// One kind of part's share of the budget.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// Of what.
    pub of: Shared,
    /// Tokens that it may take.
    pub allotted: u64,
    /// Tokens that it takes.
    pub used: u64,
}

/// What shares the budget. What must be in takes its tokens first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shared {
    /// Instructions, beat, the texts that are worked on.
    Fixed,
    /// Notes on style.
    Style,
    /// Feedback.
    Feedback,
    /// Canon.
    Canon,
    /// Earlier pages and their summaries.
    Pages,
}

impl Shared {
    /// Returns the stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Fixed => "fixed",
            Self::Style => "style",
            Self::Feedback => "feedback",
            Self::Canon => "canon",
            Self::Pages => "pages",
        }
    }
}

/// One part of what an agent is given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// What it is.
    pub kind: PartKind,
    /// The id of what it is of.
    pub id: String,
    /// Its name for people.
    pub title: String,
    /// Names the version that was read: the hash of its content, of several contents joined by `+`.
    pub version: String,
    /// Names the text that was given of it, where that is another one: a summary.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub given: Option<Hash>,
    /// What it takes.
    pub tokens: u64,
    /// Why it is in, or out.
    pub why: Why,
}

/// What a part is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PartKind {
    /// The template's own words, with the book's settings.
    Instructions,
    /// The author's notes on style.
    Style,
    /// A canon entry.
    Canon,
    /// An earlier page in full.
    Page,
    /// An earlier page in short; its version is that of the page.
    Summary,
    /// The beat.
    Beat,
    /// The page's own text of an earlier step.
    Own,
    /// The draft that the feedback speaks of.
    Previous,
    /// A piece of feedback.
    Feedback,
    /// The text that remarks are asked for.
    UnderReview,
    /// The text that a workflow is about.
    Subject,
    /// What a run was given beside its subject.
    Parameters,
    /// The result of an earlier step.
    Artifact,
    /// An answer that could not be used, with what was wrong with it.
    Repair,
}

impl PartKind {
    /// Returns the stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Instructions => "instructions",
            Self::Style => "style",
            Self::Canon => "canon",
            Self::Page => "page",
            Self::Summary => "summary",
            Self::Beat => "beat",
            Self::Own => "own",
            Self::Previous => "previous",
            Self::Feedback => "feedback",
            Self::UnderReview => "under_review",
            Self::Subject => "subject",
            Self::Parameters => "parameters",
            Self::Artifact => "artifact",
            Self::Repair => "repair",
        }
    }

    /// Returns what it takes its tokens from.
    #[must_use]
    pub fn share(self) -> Shared {
        match self {
            Self::Style => Shared::Style,
            Self::Feedback => Shared::Feedback,
            Self::Canon => Shared::Canon,
            Self::Page | Self::Summary => Shared::Pages,
            _ => Shared::Fixed,
        }
    }

    /// Returns whether another version of it makes what was written from this one stale.
    #[must_use]
    pub fn goes_stale(self) -> bool {
        matches!(self, Self::Canon | Self::Page | Self::Summary | Self::Own | Self::Beat)
    }
}

impl fmt::Display for PartKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Why a part is in or out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "snake_case")]
#[allow(missing_docs, reason = "the fields read as their variant's sentence")]
pub enum Why {
    /// In: it is what the agent is asked about.
    Asked,
    /// In: the entry is always given.
    Always,
    /// In: the author pinned it to this page.
    Pinned,
    /// In: this text names it, by these words.
    Named { by: String, words: String },
    /// In: an entry that is given belongs to it.
    ParentOf { name: String },
    /// In: a rule or a matter of style, which holds for every page.
    Standing,
    /// In: it comes close to what the page is about.
    Matches,
    /// In: one of the pages just before, in full.
    JustBefore,
    /// In: an earlier page in short, as the agent wrote it.
    InShort,
    /// In: an earlier page in short, its first and last sentence because no summary is there yet.
    Extract,
    /// Out: it did not fit, and it should have been in for this reason.
    NoRoom { wanted: Box<Why>, left: u64 },
    /// Out: the entry is never given.
    Never,
    /// Out: the entry is given by hand only, and not pinned here.
    ByHand,
    /// Out: it is true from there on only.
    NotYet { from: String },
    /// Out: it was true until there only.
    NoLonger { until: String },
    /// Out: nothing here names it or comes near it.
    NotNamed,
}

impl Why {
    /// Returns whether it is in.
    #[must_use]
    pub fn is_in(&self) -> bool {
        !matches!(
            self,
            Self::NoRoom { .. }
                | Self::Never
                | Self::ByHand
                | Self::NotYet { .. }
                | Self::NoLonger { .. }
                | Self::NotNamed
        )
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Asked => f.write_str("what is asked"),
            Self::Always => f.write_str("always"),
            Self::Pinned => f.write_str("pinned by you"),
            Self::Named { by, words } => write!(f, "named in {by}: {words}"),
            Self::ParentOf { name } => write!(f, "{name} belongs to it"),
            Self::Standing => f.write_str("holds for every page"),
            Self::Matches => f.write_str("close to what the page is about"),
            Self::JustBefore => f.write_str("just before, in full"),
            Self::InShort => f.write_str("earlier, in short"),
            Self::Extract => f.write_str("earlier, first and last sentence: no summary yet"),
            Self::NoRoom { wanted, left } => write!(f, "no room, {left} tokens left ({wanted})"),
            Self::Never => f.write_str("never given"),
            Self::ByHand => f.write_str("by hand only, not pinned"),
            Self::NotYet { from } => write!(f, "not true before {from}"),
            Self::NoLonger { until } => write!(f, "not true after {until}"),
            Self::NotNamed => f.write_str("nothing here names it"),
        }
    }
}

/// Names the version of a part that is made of these texts.
pub fn version_of<'h>(texts: impl Iterator<Item = &'h Hash>) -> String {
    texts.map(Hash::as_str).collect::<Vec<_>>().join("+")
}

impl Part {
    /// Returns whether it is in.
    #[must_use]
    pub fn is_in(&self) -> bool {
        self.why.is_in()
    }

    /// Returns whether it should always be in, or the author wants it here, and it is not.
    #[must_use]
    pub fn is_alarm(&self) -> bool {
        matches!(&self.why, Why::NoRoom { wanted, .. } if matches!(**wanted, Why::Always | Why::Pinned))
    }
}

impl Manifest {
    /// Returns the tokens of all that is in.
    #[must_use]
    pub fn tokens(&self) -> u64 {
        self.parts.iter().filter(|p| p.is_in()).map(|p| p.tokens).sum()
    }

    /// Returns what should always be in and is not.
    pub fn alarms(&self) -> impl Iterator<Item = &Part> {
        self.parts.iter().filter(|p| p.is_alarm())
    }

    /// Returns the manifest as it is stored.
    ///
    /// # Panics
    /// Never: a manifest is plain data.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("a manifest is plain data")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_always_given_and_has_no_room_is_an_alarm() {
        let part = |why| Part {
            kind: PartKind::Canon,
            id: "b_bell".into(),
            title: "Bell".into(),
            version: "ab".into(),
            given: None,
            tokens: 9,
            why,
        };
        let no_room = |wanted| Why::NoRoom { wanted: Box::new(wanted), left: 3 };
        assert!(part(no_room(Why::Always)).is_alarm() && part(no_room(Why::Pinned)).is_alarm());
        assert!(!part(no_room(Why::Matches)).is_alarm() && !part(Why::Always).is_alarm());
        let json = serde_json::to_string(&part(no_room(Why::Always))).unwrap();
        assert_eq!(serde_json::from_str::<Part>(&json).unwrap(), part(no_room(Why::Always)), "{json}");
        assert_eq!(no_room(Why::Always).to_string(), "no room, 3 tokens left (always)");
    }
}
