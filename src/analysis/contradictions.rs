//! What contradicts itself: between the pages of a book, and between its pages and its canon. By rules, in English;
//! in other languages only the spelling of names is looked at.
//!
//! Every rule would rather miss something than cry wolf: it wants a name beside the fact, and it leaves alone what
//! is denied, supposed, dreamed, remembered or disguised.
//!
//! | module | what it is for |
//! |---|---|
//! | `reading` | a text as sentences and tokens, with what is spoken told apart |
//! | `people` | which words name whom |
//! | `names` | a name whose spelling drifts |
//! | `attributes` | eyes, hair, hands, age, numbers, relations |
//! | `deaths` | who acts after dying |
//! | `dates`, `timeline` | weekdays, events, order, ages against births |

mod attributes;
mod dates;
mod deaths;
mod names;
mod numbers;
mod people;
mod reading;
#[cfg(test)]
mod tests;
mod timeline;

use std::ops::Range;

use crate::domain::canon::EntryKind;
use people::People;
use reading::Reading;

/// A page as it is looked at.
#[derive(Debug, Clone, Copy)]
pub struct PageText<'a> {
    /// The number of its chapter: pages of one chapter stand together.
    pub chapter: usize,
    /// Its text.
    pub text: &'a str,
}

/// A canon entry as it is looked at.
#[derive(Debug, Clone)]
pub struct Entry<'a> {
    /// What it is about.
    pub kind: EntryKind,
    /// Its name.
    pub name: &'a str,
    /// Other names that mean it.
    pub aliases: &'a [String],
    /// What it says.
    pub text: &'a str,
    /// The pages on which it holds, by their places in the book.
    pub pages: Range<usize>,
}

/// A book with its canon.
#[derive(Debug, Clone, Copy)]
pub struct Book<'a> {
    /// In reading order.
    pub pages: &'a [PageText<'a>],
    /// What the book must agree with.
    pub entries: &'a [Entry<'a>],
    /// The book's language, as its author named it; nothing said counts as English.
    pub language: &'a str,
}

/// What drifted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// A name is spelled in two ways.
    Name,
    /// Someone or something is not as it was.
    Attribute,
    /// Someone acts after dying.
    Death,
    /// A date or an age does not fit.
    Timeline,
}

/// How much it matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// Every reader stumbles over it.
    High,
    /// An attentive reader does.
    Medium,
    /// It may be meant so.
    Low,
}

/// Where a quote stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Source {
    /// In the text of the entry at this place of the list.
    Entry(usize),
    /// In the name of an entry (0) or one of its aliases (from 1).
    Name(usize, usize),
    /// On the page at this place of the book.
    Page(usize),
}

/// A quote, by its bytes.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    /// Where it stands.
    pub source: Source,
    /// The first byte.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
}

/// Two places that cannot both be right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contradiction {
    /// What drifted.
    pub kind: Kind,
    /// How much it matters.
    pub severity: Severity,
    /// What is wrong, in a sentence.
    pub message: String,
    /// What was there first, and what contradicts it.
    pub places: [Place; 2],
}

/// Finds what contradicts itself, in the order of the places that contradict.
#[must_use]
pub fn find(book: &Book<'_>) -> Vec<Contradiction> {
    let pages = book.pages.iter().enumerate().map(|(n, page)| Reading::of(Source::Page(n), page.text));
    let entries = book.entries.iter().enumerate().map(|(n, entry)| Reading::of(Source::Entry(n), entry.text));
    let entries: Vec<Reading<'_>> = entries.collect();
    let mut pages: Vec<Reading<'_>> = pages.collect();
    let language = Language::of(book.language);
    let people = People::new(book.entries, entries.iter().chain(&pages));
    let mut found = names::find(book, &people, &entries, &pages, language);
    if language == Language::English {
        let mut entries = entries;
        for reading in entries.iter_mut().chain(&mut pages) {
            people.mark(reading);
        }
        found.extend(attributes::find(book, &people, &entries, &pages));
        found.extend(deaths::find(book, &people, &entries, &pages));
        found.extend(timeline::find(book, &people, &entries, &pages));
    }
    found.sort_by(|a, b| (&a.places[1], a.kind, &a.places[0]).cmp(&(&b.places[1], b.kind, &b.places[0])));
    found.dedup();
    found
}

/// How much is known of a language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Language {
    English,
    /// Every noun has a capital.
    German,
    Other,
}

impl Language {
    fn of(name: &str) -> Self {
        let name = name.trim().to_lowercase();
        let is = |long: &[&str], code: &str| {
            long.iter().any(|l| name.starts_with(l)) || name == code || name.starts_with(&format!("{code}-"))
        };
        if name.is_empty() || is(&["english"], "en") {
            Self::English
        } else if is(&["german", "deutsch"], "de") {
            Self::German
        } else {
            Self::Other
        }
    }
}

/// Whether a word is in a sorted list.
fn is_in(list: &[&str], word: &str) -> bool {
    debug_assert!(list.is_sorted(), "{list:?}");
    list.binary_search(&word).is_ok()
}
