//! Names of things. Each is readable, stable and never used twice.

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Takes a name as it stands.
            pub fn new(name: impl Into<String>) -> Self {
                Self(name.into())
            }

            /// Returns the name as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<String> for $name {
            fn from(name: String) -> Self {
                Self(name)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }
    };
}

id!(
    /// A book: the slug of its first title, `the-winter-harbour`.
    BookId
);
id!(
    /// A chapter: `{book}_ch_001`, numbered in the order of making.
    ChapterId
);
id!(
    /// A page: `{chapter}_page_001`, numbered in the order of making (spec P2).
    PageId
);
id!(
    /// A run of a workflow: `run_` and 12 hex digits, or a name of the author's own.
    RunId
);
id!(
    /// A step of a workflow, by the name its definition gives it.
    StepName
);
id!(
    /// A revision: `{run}.{step}.{number}`.
    RevisionId
);
id!(
    /// A decision: `{run}.d{number}`.
    DecisionId
);
id!(
    /// A piece of feedback: `{run}.f{number}`.
    FeedbackId
);
id!(
    /// A proposal: `{run}.p{number}`.
    ProposalId
);
id!(
    /// A locked passage: `{run}.l{number}`.
    LockId
);
id!(
    /// A canon entry: `{book}_{slug}`.
    EntryId
);
id!(
    /// A command, named by whoever sends it: a repeat gets the first answer.
    CommandId
);
id!(
    /// An attempt: `{run}.{step}.i{iteration}.v{variant}.a{attempt}` (design §2).
    AttemptId
);

impl BookId {
    /// Makes the id of a new book from its title; `taken` tells which ids exist already.
    pub fn from_title(title: &str, taken: impl Fn(&Self) -> bool) -> Self {
        let base = slug(title, "book");
        let first = Self(base.clone());
        if !taken(&first) {
            return first;
        }
        let mut numbered = (2..=u32::MAX).map(|n| Self(format!("{base}-{n}")));
        numbered.find(|id| !taken(id)).expect("some number below 2^32 is free")
    }
}

impl ChapterId {
    /// Makes the id of the `ordinal`th chapter ever made in the book.
    #[must_use]
    pub fn nth(book: &BookId, ordinal: u32) -> Self {
        Self(format!("{book}_ch_{ordinal:03}"))
    }

    /// Returns the book part of the id, when it has one.
    #[must_use]
    pub fn book(&self) -> Option<BookId> {
        self.0.rsplit_once("_ch_").map(|(book, _)| BookId(book.to_owned()))
    }
}

impl PageId {
    /// Makes the id of the `ordinal`th page ever made in the chapter.
    #[must_use]
    pub fn nth(chapter: &ChapterId, ordinal: u32) -> Self {
        Self(format!("{chapter}_page_{ordinal:03}"))
    }
}

/// Letters of a run's name that is the author's own.
const MAX_OWN: usize = 64;

impl RunId {
    /// Makes a run id from 48 random bits.
    #[must_use]
    pub fn from_bits(bits: u64) -> Self {
        Self(format!("run_{:012x}", bits & 0xffff_ffff_ffff))
    }

    /// Takes a name of the author's own, or says why it cannot be one: ids of results are made of it with dots.
    pub fn own(name: &str) -> Result<Self, &'static str> {
        let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
        match name.chars().count() {
            0 => Err("it is empty"),
            _ if name.starts_with("run_") => Err("names that begin with `run_` are Galley's own"),
            _ if name.contains("_page_") => Err("names with `_page_` are those of pages"),
            _ if name.starts_with('-') || !name.chars().all(is_plain) => {
                Err("it is made of letters, digits, `-` and `_`, and does not begin with `-`")
            }
            n if n > MAX_OWN => Err("it has more than 64 letters"),
            _ => Ok(Self(name.to_owned())),
        }
    }
}

impl StepName {
    /// Names an item of a step that fans out: `draft[intro]`.
    #[must_use]
    pub fn item(&self, key: &str) -> Self {
        Self(format!("{self}[{key}]"))
    }

    /// Returns the step's own name, without its item.
    #[must_use]
    pub fn base(&self) -> &str {
        self.0.split_once('[').map_or(self.as_str(), |(base, _)| base)
    }

    /// Returns the item's key, where it is an item.
    #[must_use]
    pub fn key(&self) -> Option<&str> {
        self.0.split_once('[').and_then(|(_, key)| key.strip_suffix(']'))
    }
}

/// Ids of what belongs to a run begin with the run's, which has no dot.
fn run_part(id: &str) -> RunId {
    RunId::new(id.split_once('.').map_or(id, |(run, _)| run))
}

impl RevisionId {
    /// Names the `number`th revision of a step.
    #[must_use]
    pub fn nth(run: &RunId, step: &StepName, number: u32) -> Self {
        Self(format!("{run}.{step}.{number}"))
    }

    /// Returns the run that it belongs to.
    #[must_use]
    pub fn run(&self) -> RunId {
        run_part(&self.0)
    }
}

impl ProposalId {
    /// Names the `number`th proposal of a run.
    #[must_use]
    pub fn nth(run: &RunId, number: u32) -> Self {
        Self(format!("{run}.p{number}"))
    }
}

impl AttemptId {
    /// Names an attempt by its key: names, not positions. Variants are not made yet and are always 0.
    #[must_use]
    pub fn of(run: &RunId, step: &StepName, iteration: u32, attempt: u32) -> Self {
        Self(format!("{run}.{step}.i{iteration}.v0.a{attempt}"))
    }

    /// Returns the run that it belongs to.
    #[must_use]
    pub fn run(&self) -> RunId {
        run_part(&self.0)
    }
}

/// The longest id that is made of a title, in letters.
const MAX_SLUG: usize = 32;

/// Turns a title into lower-case ASCII words joined by `-`, at most 32 letters; `fallback` if nothing is left. Other
/// scripts are spelled in Latin letters, and only a first word that is too long is cut.
#[must_use]
pub fn slug(title: &str, fallback: &str) -> String {
    let mut out = String::new();
    // A long title's end is never read; what one letter becomes is short.
    let latin = title.chars().take(8 * MAX_SLUG).map(|c| deunicode::deunicode_char(c).unwrap_or_default());
    let letters = latin.flat_map(str::chars).filter(|c| *c != '\'');
    let spaced: String =
        letters.map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { ' ' }).collect();
    for word in spaced.split_whitespace() {
        if out.is_empty() {
            out.push_str(&word[..word.len().min(MAX_SLUG)]);
        } else if out.len() + 1 + word.len() <= MAX_SLUG {
            out.push('-');
            out.push_str(word);
        } else {
            break;
        }
    }
    if out.is_empty() { fallback.to_owned() } else { out }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p2_page_ids_read_chapter_then_page_number() {
        let chapter = ChapterId::nth(&BookId::new("harbour"), 2);
        assert_eq!(PageId::nth(&chapter, 1).as_str(), "harbour_ch_002_page_001");
        assert_eq!(chapter.book(), Some(BookId::new("harbour")));
    }

    #[test]
    fn a_title_without_letters_still_gets_an_id_and_a_taken_one_gets_a_number() {
        assert_eq!(BookId::from_title("!!!", |_| false).as_str(), "book");
        assert_eq!(BookId::from_title("???", |id| id.as_str() == "book").as_str(), "book-2");
        assert_eq!(BookId::from_title("The Winter's Harbour!", |_| false).as_str(), "the-winters-harbour");
    }

    #[test]
    fn im23_ids_say_titles_of_every_script_and_are_cut_between_words() {
        let id = |title: &str| BookId::from_title(title, |_| false).to_string();
        assert_eq!(id("冬の港"), "dong-nogang");
        assert_eq!(id("呐喊"), "ne-han");
        assert_eq!(id("Harry Potter và Phòng"), "harry-potter-va-phong");
        assert_eq!(id("Harry Potter va\u{300} Pho\u{300}ng"), "harry-potter-va-phong");
        assert_eq!(id("Война и мир"), "voina-i-mir");
        assert_eq!(id("Čapek’s Ärger"), "capeks-arger");
        assert_eq!(id("The Adventures of Sherlock Holmes"), "the-adventures-of-sherlock");
        assert_eq!(id(&"a".repeat(80)), "a".repeat(32));
        for title in ["מלחמה ושלום", "الحرب والسلم", "전쟁과 평화", "สงครามและสันติภาพ", "🌊"]
        {
            let id = id(title);
            let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            assert!(id != "book" && id.chars().all(is_plain), "{title}: {id}");
        }
    }
}
