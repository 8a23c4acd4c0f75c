//! Whether a book hangs together, checked now and for once.

use std::collections::BTreeMap;

use super::ServiceError;
use crate::config::Coherence;
use crate::domain::{BookId, Refusal};
use crate::engine::Engine;
use crate::tools::coherence::{self, Report, Request, Settings};

/// What an author chooses of a check; the configuration and the defaults give the rest.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Choice {
    /// The score from which it passes (0–100).
    pub pass: Option<f64>,
    /// The score from which it is borderline (0–100).
    pub borderline: Option<f64>,
    /// Whether approved pages of other books are compared as well.
    pub other_books: Option<bool>,
}

/// Returns the settings of a check.
#[must_use]
pub fn settings(configured: &Coherence, choice: Choice) -> Settings {
    let own = Settings::default();
    Settings {
        pass: choice.pass.or(configured.pass_score).unwrap_or(own.pass),
        borderline: choice.borderline.or(configured.borderline_score).unwrap_or(own.borderline),
        other_books: choice.other_books.or(configured.other_books).unwrap_or(own.other_books),
        ..own
    }
}

/// Returns whether a book that does not pass waits for its author, where a run does not say.
#[must_use]
pub fn needs_review_stops(configured: &Coherence) -> bool {
    configured.needs_review_stops.unwrap_or(true)
}

/// Checks a book's approved pages. The waivers hold this once, beside those that are kept; `findings` is what a model
/// found, as JSON.
pub fn check(
    engine: &Engine,
    book: &BookId,
    settings: Settings,
    once: &BTreeMap<String, String>,
    findings: Option<&str>,
) -> Result<Report, ServiceError> {
    let reader = engine.store().reader()?;
    let row = reader.book(book)?.ok_or_else(|| ServiceError::not_found("book", book.as_str()))?;
    if row.trashed {
        return Err(Refusal::Trashed.into());
    }
    let material = coherence::gather(&reader, book, &settings)?;
    let material = material.ok_or_else(|| ServiceError::not_found("book", book.as_str()))?;
    let mut waivers = reader.waivers(book)?;
    waivers.extend(once.clone());
    let request = Request { settings, waivers: Some(&waivers), agent: findings };
    let report = coherence::check(&material, &request)?;
    // A waiver that waives nothing is a slip of the pen.
    match once.keys().find(|id| !report.findings.iter().any(|f| f.id == **id)) {
        Some(id) => Err(ServiceError::not_found("finding", id)),
        None => Ok(report),
    }
}
