//! The mechanical polish: does what a report suggests where that can be done without a doubt, and nothing else.
//!
//! It looks at its own work: what would lower the measured score is not done.

use std::collections::BTreeSet;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::prose::Prose;
use super::review::{Given, Report, Suggestion, score_of};

/// A polished text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Polished {
    /// The title, as it was.
    pub title: String,
    /// The text.
    pub text: String,
    /// What was changed, in the order of the text.
    pub changes: Vec<Change>,
}

/// A change with its reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// The sentence that it is in, as it was.
    #[serde(rename = "where")]
    pub place: String,
    /// The words as they were.
    pub before: String,
    /// The words as they are.
    pub after: String,
    /// The reason.
    pub why: String,
    /// The suggestion that was followed.
    pub suggestion: String,
}

/// A suggestion that can be followed, reduced to what differs.
struct Edit<'a> {
    at: Range<usize>,
    new: &'a str,
    suggestion: &'a Suggestion,
}

/// Follows the suggestions of `report` that have a fix, stand in `text`, and are not among `refused`.
#[must_use]
pub fn polish(
    title: &str,
    text: &str,
    report: &Report,
    refused: &BTreeSet<String>,
    given: &Given,
) -> Polished {
    let wanted = report.suggestions.iter().filter(|suggestion| !refused.contains(&suggestion.id));
    let mut edits: Vec<Edit> = wanted.filter_map(|suggestion| edit(text, suggestion)).collect();
    edits.sort_by_key(|edit| (edit.at.start, edit.at.end));
    let edits = apart(edits);
    let mut kept = Kept { text, given, score: score_of(text, given), edits: Vec::new() };
    kept.try_all(edits);
    kept.edits.sort_by_key(|edit| edit.at.start);
    let prose = Prose::of(text);
    let changes = kept.edits.iter().map(|edit| Change {
        place: prose.sentence_at(edit.at.start).map_or("", |s| &text[s.at.clone()]).to_owned(),
        before: edit.suggestion.place.clone(),
        after: edit.suggestion.fix.clone().unwrap_or_default(),
        why: edit.suggestion.why.clone(),
        suggestion: edit.suggestion.id.clone(),
    });
    Polished { title: title.to_owned(), changes: changes.collect(), text: edited(text, &kept.edits) }
}

/// Where a suggestion stands: at its place, or where else its words stand, if they do so once.
fn edit<'a>(text: &str, suggestion: &'a Suggestion) -> Option<Edit<'a>> {
    let fix = suggestion.fix.as_deref()?;
    let words = suggestion.place.as_str();
    if words.is_empty() || words == fix {
        return None;
    }
    let start = match text.get(suggestion.start..suggestion.end) {
        Some(there) if there == words => suggestion.start,
        _ => {
            let first = text.find(words)?;
            let again = text[first + words.chars().next()?.len_utf8()..].contains(words);
            (!again).then_some(first)?
        }
    };
    let same = |pairs: &mut dyn Iterator<Item = (char, char)>| -> usize {
        pairs.take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum()
    };
    let head = same(&mut words.chars().zip(fix.chars()));
    let tail = same(&mut words[head..].chars().rev().zip(fix[head..].chars().rev()));
    let at = start + head..start + words.len() - tail;
    Some(Edit { at, new: &fix[head..fix.len() - tail], suggestion })
}

/// Without those that reach into the one before.
fn apart(edits: Vec<Edit>) -> Vec<Edit> {
    let mut out: Vec<Edit> = Vec::with_capacity(edits.len());
    for edit in edits {
        let clear = out.last().is_none_or(|last| {
            last.at.end < edit.at.start
                || (last.at.end == edit.at.start && !last.at.is_empty() && !edit.at.is_empty())
        });
        if clear {
            out.push(edit);
        }
    }
    out
}

struct Kept<'a> {
    text: &'a str,
    given: &'a Given,
    score: f64,
    edits: Vec<Edit<'a>>,
}

impl<'a> Kept<'a> {
    /// Keeps all edits if the score does not fall, else the half of them that may stay, and so on.
    fn try_all(&mut self, mut edits: Vec<Edit<'a>>) {
        if edits.is_empty() {
            return;
        }
        let before = self.edits.len();
        let count = edits.len();
        self.edits.append(&mut edits);
        let score = score_of(&edited(self.text, &self.edits), self.given);
        if score >= self.score {
            self.score = score;
            return;
        }
        let mut left = self.edits.split_off(before);
        if count > 1 {
            let right = left.split_off(count / 2);
            self.try_all(left);
            self.try_all(right);
        }
    }
}

/// The text with edits that do not meet.
fn edited(text: &str, edits: &[Edit]) -> String {
    let mut order: Vec<&Edit> = edits.iter().collect();
    order.sort_by_key(|edit| edit.at.start);
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for edit in order {
        out.push_str(&text[at..edit.at.start]);
        out.push_str(edit.new);
        at = edit.at.end;
    }
    out.push_str(&text[at..]);
    out
}

#[cfg(test)]
mod tests;
