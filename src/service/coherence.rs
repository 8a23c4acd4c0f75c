//! Whether a book hangs together, checked now and for once.

use std::collections::BTreeMap;

use super::ServiceError;
use crate::domain::{BookId, Refusal};
use crate::engine::Engine;
use crate::tools::coherence::{self, Report, Request, Settings};

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
    let material = coherence::gather(&reader, book)?;
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
