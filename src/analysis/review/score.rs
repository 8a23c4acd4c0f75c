//! The score: 100 less what each fault and each habit beyond what is allowed costs.
//!
//! With `n` words, 250 at least, a thousand words being the measure:
//!
//! ```text
//! faults = Σ cost(kind) · 1000/n                                      for every fault
//! habits = Σ cost(kind) · max(0, places − allowed(kind) · n/1000) · 1000/n, at most 8 a kind and 25 together
//! score  = 100 − faults − habits, at least 0, to two places
//! ```
//!
//! Mending a fault takes its cost away. It may also take a word away, which makes the rest weigh more, by `1/n`; as no fault costs
//! less than 0.1, that outweighs the gain only for a text of more than 100 points of faults, whose score is 0 either way.
//! A text without faults whose habits stay within what is allowed has 100. A text without a word has 0.

use std::collections::BTreeMap;

use crate::analysis::faults::{Fault, FaultKind};
use crate::analysis::measure::rounded;
use crate::analysis::style::{Habit, HabitKind};

/// Words below which a text is not measured more strictly.
const SHORTEST: f64 = 250.0;
/// What one habit can cost.
const MOST_OF_ONE: f64 = 8.0;
/// What all habits can cost.
const MOST_OF_HABITS: f64 = 25.0;

/// Points that a fault costs in a thousand words; at least 0.1.
#[must_use]
pub fn cost(kind: FaultKind) -> f64 {
    match kind {
        FaultKind::Spelling | FaultKind::DoubledWord | FaultKind::ConfusedWords => 2.0,
        FaultKind::MissingCapital
        | FaultKind::UnbalancedQuote
        | FaultKind::Article
        | FaultKind::MissingStop => 1.6,
        FaultKind::SpaceBeforeMark
        | FaultKind::MissingSpace
        | FaultKind::RepeatedMark
        | FaultKind::SpeechMark
        | FaultKind::UnbalancedBracket => 1.2,
        FaultKind::ExtraSpace | FaultKind::UnknownWord | FaultKind::Wordy => 0.5,
        FaultKind::MixedApostrophe => 0.2,
    }
}

/// How often a habit may show in a thousand words, and the points of each time beyond.
#[must_use]
pub fn allowed(kind: HabitKind) -> (f64, f64) {
    match kind {
        HabitKind::Filter => (12.0, 0.3),
        HabitKind::Passive => (15.0, 0.2),
        HabitKind::Cliche => (0.5, 1.0),
        HabitKind::Echo => (12.0, 0.2),
        HabitKind::Overused => (1.0, 0.5),
        HabitKind::Opening => (2.0, 0.8),
        HabitKind::LongSentence => (3.0, 0.6),
        HabitKind::EvenRhythm => (0.0, 2.0),
    }
}

/// The score of a text of so many words, 0 to 100.
#[must_use]
pub fn score(words: usize, faults: &[Fault], habits: &[Habit]) -> f64 {
    if words == 0 {
        return 0.0;
    }
    let scale = 1000.0 / (words as f64).max(SHORTEST);
    let faults: f64 = faults.iter().map(|fault| cost(fault.kind) * scale).sum();
    let habits: f64 = beyond(words, habits).values().sum();
    rounded((100.0 - faults - habits.min(MOST_OF_HABITS)).max(0.0))
}

/// What each habit costs that shows more often than is allowed.
#[must_use]
pub fn beyond(words: usize, habits: &[Habit]) -> BTreeMap<HabitKind, f64> {
    let thousands = (words as f64).max(SHORTEST) / 1000.0;
    let mut places: BTreeMap<HabitKind, f64> = BTreeMap::new();
    for habit in habits {
        *places.entry(habit.kind).or_default() += 1.0;
    }
    let costs = places.into_iter().filter_map(|(kind, places)| {
        let (allowed, cost) = allowed(kind);
        // One rhythm is all that a text has, however long it is.
        let scale = if kind == HabitKind::EvenRhythm { 1.0 } else { thousands };
        let points = cost * (places / scale - allowed);
        (points > 0.0).then(|| (kind, points.min(MOST_OF_ONE)))
    });
    costs.collect()
}
