//! Which links of a book are marks of notes, and where the notes go: behind the paragraph of their first mark.

use std::collections::{HashMap, HashSet};

use super::super::changes::Changes;
use super::document::{Document, Mark, Piece};
use super::within;
use crate::formats::document::{Block as Stored, Inline};

/// The places of a note: its document and its piece there.
type Place = (usize, usize);

/// Returns the pieces of the documents, in which every mark is that of a note, or the words of its link.
pub(super) fn resolved(
    documents: Vec<(String, Document)>,
    changes: &mut Changes,
) -> Vec<(String, Vec<Piece>)> {
    let mut of_id: HashMap<String, Place> = HashMap::new();
    for (number, (name, document)) in documents.iter().enumerate() {
        for (at, piece) in document.pieces.iter().enumerate() {
            if let Piece::Note { ids, .. } = piece {
                for id in ids {
                    of_id.entry(format!("{name}#{id}")).or_insert((number, at));
                }
            }
        }
    }
    let mut used = Used { of_id, labels: HashMap::new() };
    let targets: Vec<Vec<(Option<Place>, Vec<Inline>)>> = documents
        .iter()
        .map(|(name, document)| document.marks.iter().map(|mark| used.target(name, mark)).collect())
        .collect();
    // In the order of the text, so that the links back out of a note that is found do not count.
    for (number, (_, document)) in documents.iter().enumerate() {
        for (at, piece) in document.pieces.iter().enumerate() {
            if used.labels.contains_key(&(number, at)) {
                continue;
            }
            for mark in marks_of(piece) {
                if let Some((Some(place), _)) = targets[number].get(mark) {
                    used.label(*place);
                }
            }
        }
    }
    let mut notes: HashMap<Place, Vec<Inline>> = HashMap::new();
    let mut out = Vec::with_capacity(documents.len());
    for (number, (name, document)) in documents.into_iter().enumerate() {
        changes.append(document.changes);
        let mut pieces = Vec::with_capacity(document.pieces.len());
        for (at, piece) in document.pieces.into_iter().enumerate() {
            let words = |words| used.words(words, &targets[number]);
            match piece {
                Piece::Note { without_number, .. } if used.labels.contains_key(&(number, at)) => {
                    notes.insert((number, at), words(without_number));
                }
                Piece::Note { words: all, .. } => pieces.push(Piece::Block(Stored::Paragraph(words(all)))),
                Piece::Block(block) => pieces.push(Piece::Block(block.map_words(words))),
                other @ (Piece::Heading { .. } | Piece::Empty) => pieces.push(other),
            }
        }
        out.push((name, pieces));
    }
    let with_notes: HashSet<usize> = used.labels.keys().map(|(number, _)| *number).collect();
    let of_label: HashMap<&str, &Place> =
        used.labels.iter().map(|(place, label)| (label.as_str(), place)).collect();
    let mut placed: Vec<(String, Vec<Piece>)> = Vec::with_capacity(out.len());
    for (number, (name, pieces)) in out.into_iter().enumerate() {
        let had_text = pieces.iter().any(|piece| matches!(piece, Piece::Block(_)));
        let mut all = Vec::with_capacity(pieces.len());
        for piece in pieces {
            let labels = if let Piece::Block(block) = &piece { labels_of(block) } else { Vec::new() };
            // A document of notes alone is none any more.
            match piece {
                Piece::Heading { title, .. } if !had_text && with_notes.contains(&number) => {
                    changes.left_out("heading of notes", &title);
                }
                piece => all.push(piece),
            }
            for label in labels {
                let note = of_label.get(label.as_str()).and_then(|place| notes.remove(*place));
                if let Some(words) = note {
                    all.push(Piece::Block(Stored::Note { label, words }));
                }
            }
        }
        placed.push((name, all));
    }
    placed
}

struct Used {
    of_id: HashMap<String, Place>,
    /// The notes that a mark leads to, by their labels.
    labels: HashMap<Place, String>,
}

impl Used {
    /// Returns where a mark leads to, if it is a note, and its own words.
    fn target(&self, name: &str, mark: &Mark) -> (Option<Place>, Vec<Inline>) {
        let (file, id) = mark.target.split_once('#').unwrap_or((&mark.target, ""));
        let folder = name.rsplit_once('/').map_or("", |(folder, _)| folder);
        let file = if file.is_empty() { name.to_owned() } else { within(folder, file) };
        (self.of_id.get(&format!("{file}#{id}")).copied(), mark.words.clone())
    }

    fn label(&mut self, place: Place) {
        let next = format!("n{}", self.labels.len() + 1);
        self.labels.entry(place).or_insert(next);
    }

    /// Gives marks the labels of their notes, and other links their words.
    fn words(&self, words: Vec<Inline>, targets: &[(Option<Place>, Vec<Inline>)]) -> Vec<Inline> {
        let mut out = Vec::with_capacity(words.len());
        for inline in words {
            let Inline::NoteMark(number) = &inline else {
                out.push(inline);
                continue;
            };
            let Some((place, link)) = number.parse().ok().and_then(|number: usize| targets.get(number))
            else {
                continue;
            };
            match place.and_then(|place| self.labels.get(&place)) {
                Some(label) => out.push(Inline::NoteMark(label.clone())),
                None => out.extend(link.iter().cloned()),
            }
        }
        out
    }
}

fn marks_of(piece: &Piece) -> Vec<usize> {
    let labels = match piece {
        Piece::Block(block) => labels_of(block),
        Piece::Note { words, .. } => labels_of(&Stored::Paragraph(words.clone())),
        Piece::Heading { .. } | Piece::Empty => Vec::new(),
    };
    labels.iter().filter_map(|label| label.parse().ok()).collect()
}

/// The labels of the note marks of a block, in their order.
fn labels_of(block: &Stored) -> Vec<String> {
    let mut labels = Vec::new();
    let _ = block.clone().map_words(|words| {
        labels.extend(words.iter().filter_map(|inline| match inline {
            Inline::NoteMark(label) => Some(label.clone()),
            _ => None,
        }));
        words
    });
    labels
}
