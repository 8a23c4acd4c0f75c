//! Habits of style: what is not a fault where it stands, and wears a text out where it stands often.

use std::ops::Range;

use super::prose::Prose;

mod cliches;
mod echoes;
mod filters;
mod long;
mod openings;
mod overused;
mod passive;
mod rhythm;

/// What can become a habit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HabitKind {
    /// The text says that someone perceives instead of showing the thing.
    Filter,
    /// The passive voice.
    Passive,
    /// A phrase that was fresh once.
    Cliche,
    /// A rare word that comes back soon.
    Echo,
    /// A word that comes back all the time.
    Overused,
    /// Three sentences or more in a row that begin alike.
    Opening,
    /// A sentence that takes a long breath.
    LongSentence,
    /// Sentences that keep to one length.
    EvenRhythm,
}

impl HabitKind {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Filter,
        Self::Passive,
        Self::Cliche,
        Self::Echo,
        Self::Overused,
        Self::Opening,
        Self::LongSentence,
        Self::EvenRhythm,
    ];

    /// Its name in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Filter => "filter_word",
            Self::Passive => "passive",
            Self::Cliche => "cliche",
            Self::Echo => "echo",
            Self::Overused => "overused_word",
            Self::Opening => "same_opening",
            Self::LongSentence => "long_sentence",
            Self::EvenRhythm => "even_rhythm",
        }
    }
}

/// One place where a habit shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Habit {
    /// Which habit.
    pub kind: HabitKind,
    /// Where it shows, in bytes.
    pub at: Range<usize>,
    /// What it is, for a person.
    pub why: String,
}

/// The habits of a text, each kind by place.
#[must_use]
pub fn habits(prose: &Prose) -> Vec<Habit> {
    let mut out = Vec::new();
    if prose.english {
        filters::find(prose, &mut out);
        passive::find(prose, &mut out);
        cliches::find(prose, &mut out);
    }
    echoes::find(prose, &mut out);
    overused::find(prose, &mut out);
    openings::find(prose, &mut out);
    long::find(prose, &mut out);
    rhythm::find(prose, &mut out);
    out
}

#[cfg(test)]
mod tests;
