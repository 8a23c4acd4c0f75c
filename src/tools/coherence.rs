//! Whether a book hangs together (spec A5): what stands in it twice or in another book, and what contradicts itself or
//! the canon.
//!
//! The same tool serves the command line, a workflow's step, and a single text before it is published. A report is
//! plain data of `assets/schemas/coherence_report.json`. What a model finds beside the rules is taken in only where
//! its quotes stand on the pages that it names.

mod agent;
mod findings;
mod gather;
mod report;
mod settings;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::analysis::contradictions::{self, PageText};
use crate::analysis::count_words;
use crate::analysis::duplicates::{Index, Threshold};
use crate::domain::canon::{EntryKind, Scope};

pub use gather::gather;
pub use report::{Checked, Counts, Finding, Found, Kind, Parts, Place, Report, Severity, Verdict};
pub use settings::{Penalties, Settings, Weights};

/// The JSON Schema of a [`Report`].
pub const REPORT_SCHEMA: &str = include_str!("../../assets/schemas/coherence_report.json");
/// The JSON Schema of what a model answers.
pub const FINDINGS_SCHEMA: &str = include_str!("../../assets/schemas/coherence_findings.json");

/// A page as it is checked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    /// Its id, by which a finding names it.
    pub id: String,
    /// The id of its chapter: pages of one chapter that follow each other are read as one text.
    pub chapter: String,
    /// Where it stands, as a reader knows it: `2.7`; in another book behind its title.
    pub label: String,
    /// Its title; may be empty.
    #[serde(default)]
    pub title: String,
    /// Its text.
    pub text: String,
}

/// A canon entry as it is checked against.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Its id, by which a finding names it.
    pub id: String,
    /// What it is about.
    pub kind: EntryKind,
    /// Its name.
    pub name: String,
    /// Other names that mean it.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Where in the book it holds.
    #[serde(default)]
    pub scope: Scope,
    /// What it says.
    #[serde(default)]
    pub text: String,
}

/// What is checked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Material {
    /// In reading order.
    pub pages: Vec<Page>,
    /// The pages of other books, each book in reading order.
    #[serde(default)]
    pub others: Vec<Vec<Page>>,
    /// The canon that must be agreed with.
    #[serde(default)]
    pub entries: Vec<Entry>,
    /// The book's language, as its author named it; nothing said counts as English.
    #[serde(default)]
    pub language: String,
}

/// What is asked of a check beside its material.
#[derive(Debug, Clone, Copy, Default)]
pub struct Request<'a> {
    /// Thresholds and weights.
    pub settings: Settings,
    /// Findings that the author lets stand, by their ids, with the reason.
    pub waivers: Option<&'a BTreeMap<String, String>>,
    /// What a model found: JSON of `assets/schemas/coherence_findings.json`.
    pub agent: Option<&'a str>,
}

/// Why a check cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CoherenceError {
    /// A setting is out of its range.
    #[error("the coherence check cannot use `{name}`: {reason}")]
    Settings {
        /// Which.
        name: &'static str,
        /// Why not.
        reason: String,
    },
    /// What the model answered is no JSON of findings.
    #[error("the model's findings cannot be read: {0}")]
    Findings(String),
}

impl CoherenceError {
    /// Returns what the person can do about it.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Settings { .. } => "fix the setting where it was given: the command line or the workflow",
            Self::Findings(_) => "ask the model again, or check without it: the rules need none",
        }
    }
}

/// Checks a book as a whole.
pub fn check(material: &Material, request: &Request<'_>) -> Result<Report, CoherenceError> {
    request.settings.check()?;
    let mut found = duplicates(material, &request.settings, None);
    found.extend(findings::of_contradictions(material, &contradictions(material)));
    finish(material, request, found, None)
}

/// Checks a text that is not in the book against the book, its canon, and itself: findings of the book alone are
/// left out.
pub fn check_text(material: &Material, text: &Page, request: &Request<'_>) -> Result<Report, CoherenceError> {
    request.settings.check()?;
    let mut with = material.clone();
    with.pages.push(text.clone());
    let mut found = duplicates(material, &request.settings, Some(text));
    found.extend(findings::of_contradictions(&with, &contradictions(&with)));
    finish(&with, request, found, Some(&text.id))
}

/// The pages as they are put before a model: each under its id, by which it must name it.
#[must_use]
pub fn for_agent(pages: &[Page]) -> String {
    let page = |page: &Page| format!("### page {}\n\n{}", page.id, page.text.trim());
    pages.iter().map(page).collect::<Vec<_>>().join("\n\n")
}

fn finish(
    material: &Material,
    request: &Request<'_>,
    mut found: Vec<Found>,
    only: Option<&str>,
) -> Result<Report, CoherenceError> {
    let mut dropped = 0;
    if let Some(answer) = request.agent {
        let read = agent::read(material, answer)?;
        dropped = read.dropped;
        agent::merge(&mut found, read.found);
    }
    if let Some(page) = only {
        found.retain(|f| f.places.iter().any(|p| p.page.as_deref() == Some(page)));
    }
    let words = material.pages.iter().map(|p| count_words(&p.text)).sum();
    let checked = Checked { pages: material.pages.len(), words, other_books: material.others.len() };
    Ok(Report::of(found, checked, dropped, &request.settings, request.waivers))
}

fn duplicates(material: &Material, settings: &Settings, text: Option<&Page>) -> Vec<Found> {
    let threshold = Threshold { words: settings.duplicate_words, similarity: settings.duplicate_similarity };
    let all: Vec<&Page> = material.pages.iter().chain(material.others.iter().flatten()).collect();
    let index = Index::new(chapters(&all).zip(all.iter().map(|p| p.text.as_str())), threshold);
    let own = material.pages.len();
    let found = match text {
        Some(text) => index.of_text(&text.text),
        // What other books share among each other is not this book's matter.
        None => index.duplicates().into_iter().filter(|d| d.first.iter().any(|s| s.page < own)).collect(),
    };
    let pages: Vec<&Page> = all.into_iter().chain(text).collect();
    found.iter().map(|duplicate| findings::of_duplicate(&pages, duplicate)).collect()
}

/// The chapters of pages, numbered.
fn chapters<'a>(pages: &'a [&Page]) -> impl Iterator<Item = usize> + 'a {
    pages.iter().enumerate().scan(0, |chapter, (n, page)| {
        *chapter += usize::from(n > 0 && pages[n - 1].chapter != page.chapter);
        Some(*chapter)
    })
}

fn contradictions(material: &Material) -> Vec<contradictions::Contradiction> {
    let own: Vec<&Page> = material.pages.iter().collect();
    let pages = chapters(&own).zip(&own);
    let pages: Vec<PageText<'_>> =
        pages.map(|(chapter, page)| PageText { chapter, text: &page.text }).collect();
    let entries: Vec<contradictions::Entry<'_>> = material
        .entries
        .iter()
        .map(|entry| contradictions::Entry {
            kind: entry.kind,
            name: &entry.name,
            aliases: &entry.aliases,
            text: &entry.text,
            pages: holds_on(&material.pages, &entry.scope),
        })
        .collect();
    contradictions::find(&contradictions::Book {
        pages: &pages,
        entries: &entries,
        language: &material.language,
    })
}

/// The pages on which an entry holds; none where its scope names what is not checked.
fn holds_on(pages: &[Page], scope: &Scope) -> Range<usize> {
    let is = |page: &Page, id: &str| page.id == id || page.chapter == id;
    let from = match &scope.from {
        Some(place) => pages.iter().position(|p| is(p, place.id())).unwrap_or(pages.len()),
        None => 0,
    };
    let until = match &scope.until {
        Some(place) => pages.iter().rposition(|p| is(p, place.id())).map_or(0, |last| last + 1),
        None => pages.len(),
    };
    from..until.max(from)
}
