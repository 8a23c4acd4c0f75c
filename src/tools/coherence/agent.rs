//! What a model found, taken in only where its quotes stand.

use serde::Deserialize;

use super::findings::page_place;
use super::{CoherenceError, Found, Kind, Material, Place, Severity};

/// What was read of an answer.
pub(super) struct Read {
    pub found: Vec<Found>,
    /// Findings with a quote that stands nowhere, or with one alone.
    pub dropped: usize,
}

#[derive(Deserialize)]
struct Answer {
    findings: Vec<Claimed>,
}

#[derive(Deserialize)]
struct Claimed {
    kind: Kind,
    severity: Severity,
    message: String,
    places: Vec<Quoted>,
}

#[derive(Deserialize)]
struct Quoted {
    #[serde(default)]
    page: Option<String>,
    #[serde(default)]
    entry: Option<String>,
    quote: String,
}

pub(super) fn read(material: &Material, answer: &str) -> Result<Read, CoherenceError> {
    let answer: Answer = serde_json::from_str(answer).map_err(|e| CoherenceError::Findings(e.to_string()))?;
    let all = answer.findings.len();
    let found: Vec<Found> =
        answer.findings.into_iter().filter_map(|claimed| verified(material, claimed)).collect();
    Ok(Read { dropped: all - found.len(), found })
}

/// Adds a model's findings to those of the rules; one that says what a rule says is not told twice.
pub(super) fn merge(found: &mut Vec<Found>, by_model: Vec<Found>) {
    for claimed in by_model {
        let same = |known: &Found| {
            known.kind == claimed.kind
                && claimed.places.iter().all(|p| known.places.iter().any(|k| overlap(k, p)))
        };
        if !found.iter().any(same) {
            found.push(claimed);
        }
    }
}

fn overlap(one: &Place, other: &Place) -> bool {
    (&one.page, &one.entry) == (&other.page, &other.entry) && one.start <= other.end && other.start <= one.end
}

/// Returns the finding with the places of its quotes. What stands twice is measured and not believed.
fn verified(material: &Material, claimed: Claimed) -> Option<Found> {
    let Claimed { kind, severity, message, places } = claimed;
    let [one, other] = <[Quoted; 2]>::try_from(places).ok()?;
    let message = message.trim().to_owned();
    if kind == Kind::Duplicate || message.is_empty() {
        return None;
    }
    let places = vec![place(material, 1, &one)?, place(material, 2, &other)?];
    (places[0] != Place { side: 1, ..places[1].clone() }).then_some(Found {
        kind,
        severity,
        message,
        by_model: true,
        places,
    })
}

fn place(material: &Material, side: u8, quoted: &Quoted) -> Option<Place> {
    match (&quoted.page, &quoted.entry) {
        (Some(id), None) => {
            let page = material.pages.iter().find(|p| p.id == *id)?;
            let (start, end) = stands(&page.text, &quoted.quote)?;
            Some(page_place(side, page, start, end))
        }
        (None, Some(id)) => {
            // A prompt shows the names of entries.
            let entry = material.entries.iter().find(|e| e.id == *id || e.name == *id)?;
            let (start, end) = stands(&entry.text, &quoted.quote)?;
            let (quote, label) = (entry.text[start..end].to_owned(), entry.name.clone());
            Some(Place { side, page: None, entry: Some(entry.id.clone()), label, start, end, quote })
        }
        _ => None,
    }
}

/// Where a quote stands, word for word; a line may be wrapped otherwise.
fn stands(text: &str, quote: &str) -> Option<(usize, usize)> {
    let quote = quote.trim();
    if !quote.contains(char::is_alphanumeric) {
        return None;
    }
    if let Some(start) = text.find(quote) {
        return Some((start, start + quote.len()));
    }
    let words: Vec<&str> = quote.split_whitespace().collect();
    let starts = text.match_indices(words[0]).map(|(at, _)| at);
    starts.into_iter().find_map(|start| {
        let mut end = start;
        for (n, word) in words.iter().enumerate() {
            let rest = &text[end..];
            let blanks = rest.len() - rest.trim_start().len();
            if (n > 0 && blanks == 0) || !rest.trim_start().starts_with(word) {
                return None;
            }
            end += blanks + word.len();
        }
        Some((start, end))
    })
}
