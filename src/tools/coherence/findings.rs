//! What the analysis found, as findings with labels and quotes.

use super::{Found, Kind, Material, Page, Place, Severity};
use crate::analysis::contradictions::{self, Contradiction, Source};
use crate::analysis::duplicates::{Duplicate, Span};

/// From so many words on a copy is grave.
const GRAVE: usize = 55;

pub(super) fn of_duplicate(pages: &[&Page], duplicate: &Duplicate) -> Found {
    let places = |side: u8, spans: &[Span]| -> Vec<Place> {
        spans.iter().map(|s| page_place(side, pages[s.page], s.start, s.end)).collect()
    };
    let first = places(1, &duplicate.first);
    let second = places(2, &duplicate.second);
    let on = |places: &[Place]| places.iter().map(|p| p.label.as_str()).collect::<Vec<_>>().join(" and ");
    let same = (duplicate.similarity * 100.0).round();
    let alike = if same >= 99.5 { "word for word".to_owned() } else { format!("{same} % the same") };
    Found {
        kind: Kind::Duplicate,
        severity: if duplicate.words >= GRAVE { Severity::High } else { Severity::Medium },
        message: format!("{} words of {} repeat on {}, {alike}.", duplicate.words, on(&first), on(&second)),
        by_model: false,
        places: [first, second].concat(),
    }
}

pub(super) fn of_contradictions(material: &Material, found: &[Contradiction]) -> Vec<Found> {
    let finding = |c: &Contradiction| Found {
        kind: match c.kind {
            contradictions::Kind::Name => Kind::Name,
            contradictions::Kind::Attribute => Kind::Attribute,
            contradictions::Kind::Death => Kind::Death,
            contradictions::Kind::Timeline => Kind::Timeline,
        },
        severity: match c.severity {
            contradictions::Severity::High => Severity::High,
            contradictions::Severity::Medium => Severity::Medium,
            contradictions::Severity::Low => Severity::Low,
        },
        message: c.message.clone(),
        by_model: false,
        places: vec![place(material, 1, &c.places[0]), place(material, 2, &c.places[1])],
    };
    found.iter().map(finding).collect()
}

fn place(material: &Material, side: u8, place: &contradictions::Place) -> Place {
    let entry = |n: usize, start, end, quote: &str| {
        let entry = &material.entries[n];
        let (id, label) = (Some(entry.id.clone()), entry.name.clone());
        Place { side, page: None, entry: id, label, start, end, quote: quote.to_owned() }
    };
    match place.source {
        Source::Page(n) => page_place(side, &material.pages[n], place.start, place.end),
        Source::Entry(n) => {
            entry(n, place.start, place.end, &material.entries[n].text[place.start..place.end])
        }
        Source::Name(n, 0) => entry(n, 0, 0, &material.entries[n].name[place.start..place.end]),
        Source::Name(n, alias) => {
            entry(n, 0, 0, &material.entries[n].aliases[alias - 1][place.start..place.end])
        }
    }
}

pub(super) fn page_place(side: u8, page: &Page, start: usize, end: usize) -> Place {
    let quote = page.text[start..end].to_owned();
    Place { side, page: Some(page.id.clone()), entry: None, label: page.label.clone(), start, end, quote }
}
