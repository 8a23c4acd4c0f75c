//! The expert review of a text by measurement: a score, what is good, and what could be better, each at its place.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::faults::{Fault, FaultKind, faults};
use super::measure::Measures;
use super::prose::Prose;
use super::style::{Habit, HabitKind, habits};

mod quote;
pub mod score;
mod strengths;
mod summary;

/// The score from which on a text may be published, if nobody says otherwise.
pub const THRESHOLD: f64 = 95.0;
/// Suggestions of one report; what is more waits for the next.
const MOST: usize = 400;
/// Places shown of one habit.
const SHOWN: usize = 3;

/// What a review is told beside the text.
#[derive(Debug, Clone, PartialEq)]
pub struct Given {
    /// Names that are right as they are: from canon.
    pub names: Vec<String>,
    /// The score from which on the verdict is to publish, 0 to 100.
    pub threshold: f64,
}

impl Default for Given {
    fn default() -> Self {
        Self { names: Vec::new(), threshold: THRESHOLD }
    }
}

/// A review of a text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// 0 to 100; see [`score`].
    pub quality_score: f64,
    /// The verdict.
    pub decision: Decision,
    /// What is good.
    #[serde(default)]
    pub strengths: Vec<String>,
    /// What could be better, the most urgent first.
    #[serde(default)]
    pub suggestions: Vec<Suggestion>,
    /// What was counted.
    #[serde(default)]
    pub measures: Measures,
    /// What the reader of the report should know of how it was made.
    #[serde(default)]
    pub notes: Vec<String>,
}

/// A verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Decision {
    /// Good enough.
    Publish,
    /// Worth another polish.
    Polish,
}

/// How much a suggestion matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Priority {
    /// A reader stumbles.
    High,
    /// A reader notices.
    Medium,
    /// A matter of taste.
    Low,
}

/// What could be better at a place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suggestion {
    /// Its name: the same for the same remark on the same words, from review to review.
    #[serde(default)]
    pub id: String,
    /// The words it speaks of, as they stand.
    #[serde(rename = "where")]
    pub place: String,
    /// Where they begin, in bytes.
    #[serde(default)]
    pub start: usize,
    /// Where they end, in bytes.
    #[serde(default)]
    pub end: usize,
    /// What it is about: a fault or a habit, by its name.
    #[serde(default)]
    pub kind: String,
    /// The reason.
    pub why: String,
    /// How much it matters.
    pub priority: Priority,
    /// What could stand there instead, where that can be said without a doubt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fix: Option<String>,
}

/// Reviews a text.
#[must_use]
pub fn review(text: &str, given: &Given) -> Report {
    let looked = Looked::at(text, given);
    let quality_score = looked.score();
    let measures = Measures::of(&looked.prose, &looked.faults, &looked.habits);
    let mut notes = Vec::new();
    if looked.prose.words.is_empty() {
        notes.push("There is no text to review.".to_owned());
    } else if !looked.prose.english {
        notes.push(
            "The text is not English: only what holds for any language was measured (variety, repetition, doubled \
             words, punctuation), and not spelling, grammar, readability or style."
                .to_owned(),
        );
    }
    let suggestions = looked.suggestions();
    if suggestions.len() == MOST {
        notes.push(format!("Only the first {MOST} suggestions are listed."));
    }
    Report {
        quality_score,
        decision: if quality_score >= given.threshold { Decision::Publish } else { Decision::Polish },
        strengths: strengths::strengths(&measures),
        suggestions,
        measures,
        notes,
    }
}

/// The score of a text alone, 0 to 100.
#[must_use]
pub fn score_of(text: &str, given: &Given) -> f64 {
    Looked::at(text, given).score()
}

/// A text with what was found in it.
struct Looked<'a> {
    prose: Prose<'a>,
    faults: Vec<Fault>,
    habits: Vec<Habit>,
}

impl<'a> Looked<'a> {
    fn at(text: &'a str, given: &Given) -> Self {
        let words =
            given.names.iter().flat_map(|name| name.split(|c: char| !c.is_alphanumeric() && c != '\''));
        let names: BTreeSet<String> = words.map(str::to_lowercase).collect();
        let prose = Prose::of(text);
        let (faults, habits) = (faults(&prose, &names), habits(&prose));
        Self { prose, faults, habits }
    }

    fn score(&self) -> f64 {
        score::score(self.prose.words.len(), &self.faults, &self.habits)
    }

    /// The faults, and of each habit that is beyond what is allowed a few places; the most urgent first.
    fn suggestions(&self) -> Vec<Suggestion> {
        let mut out: Vec<Suggestion> = Vec::new();
        for fault in &self.faults {
            let at = quote::widened(&self.prose, &fault.at);
            let fix = fault.fix.as_ref().map(|fix| {
                let (before, after) = (at.start..fault.at.start, fault.at.end..at.end);
                format!("{}{fix}{}", &self.prose.text[before], &self.prose.text[after])
            });
            out.push(self.suggestion(at, fault.kind.name(), &fault.why, urgency(fault.kind), fix));
        }
        let beyond = score::beyond(self.prose.words.len(), &self.habits);
        for kind in HabitKind::ALL.into_iter().filter(|kind| beyond.contains_key(kind)) {
            let found: Vec<&Habit> = self.habits.iter().filter(|habit| habit.kind == kind).collect();
            let times =
                if found.len() > SHOWN { format!(" (one of {})", found.len()) } else { String::new() };
            for habit in found.iter().take(SHOWN) {
                let at = quote::around(&self.prose, &habit.at);
                let why = format!("{}{times}", habit.why);
                out.push(self.suggestion(at, kind.name(), &why, Priority::Low, None));
            }
        }
        out.sort_by_key(|suggestion| (suggestion.priority, suggestion.start));
        out.truncate(MOST);
        name(&mut out);
        out
    }

    fn suggestion(
        &self,
        at: Range<usize>,
        kind: &str,
        why: &str,
        priority: Priority,
        fix: Option<String>,
    ) -> Suggestion {
        Suggestion {
            id: String::new(),
            place: self.prose.text[at.clone()].to_owned(),
            start: at.start,
            end: at.end,
            kind: kind.to_owned(),
            why: why.to_owned(),
            priority,
            fix,
        }
    }
}

/// Names each suggestion by its kind and its words, so that a refusal holds in the next review too.
fn name(suggestions: &mut [Suggestion]) {
    let mut seen: HashMap<String, usize> = HashMap::new();
    for suggestion in suggestions {
        let fix = suggestion.fix.as_deref().unwrap_or_default();
        let hash = blake3::hash(format!("{}\0{}\0{fix}", suggestion.kind, suggestion.place).as_bytes());
        let id = format!("{}-{}", suggestion.kind, &hash.to_hex()[..8]);
        let times = seen.entry(id.clone()).or_default();
        *times += 1;
        suggestion.id = if *times == 1 { id } else { format!("{id}-{times}") };
    }
}

fn urgency(kind: FaultKind) -> Priority {
    match kind {
        FaultKind::Spelling
        | FaultKind::DoubledWord
        | FaultKind::ConfusedWords
        | FaultKind::UnbalancedQuote
        | FaultKind::MissingStop
        | FaultKind::MissingCapital
        | FaultKind::Article => Priority::High,
        FaultKind::SpaceBeforeMark
        | FaultKind::MissingSpace
        | FaultKind::RepeatedMark
        | FaultKind::SpeechMark
        | FaultKind::UnbalancedBracket
        | FaultKind::UnknownWord => Priority::Medium,
        FaultKind::ExtraSpace | FaultKind::MixedApostrophe | FaultKind::Wordy => Priority::Low,
    }
}

impl Report {
    /// The report in a few lines of plain text, for a prompt or a note.
    #[must_use]
    pub fn summary(&self) -> String {
        summary::summary(self)
    }
}

#[cfg(test)]
pub(super) mod tests;
