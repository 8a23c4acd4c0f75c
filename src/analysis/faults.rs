//! Mechanical faults of a text: what is wrong at a place, whoever reads it, and how it is put right.

use std::collections::BTreeSet;
use std::ops::Range;

use super::prose::Prose;

mod articles;
mod brackets;
mod capitals;
mod doubled;
mod phrases;
mod punctuation;
mod quotes;
mod spacing;
mod speech;
mod spelling;
mod stops;

/// A fault at its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// What is wrong.
    pub kind: FaultKind,
    /// What the mending replaces, in bytes; empty where something is missing.
    pub at: Range<usize>,
    /// What should stand there, where there is little doubt.
    pub fix: Option<String>,
    /// The reason, for a person.
    pub why: String,
}

/// What can be wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FaultKind {
    /// A word that is spelt wrong.
    Spelling,
    /// A word that no dictionary knows, and nothing near it.
    UnknownWord,
    /// A word that stands twice.
    DoubledWord,
    /// A small letter where a capital belongs.
    MissingCapital,
    /// A blank before a punctuation mark.
    SpaceBeforeMark,
    /// No blank after a punctuation mark.
    MissingSpace,
    /// More than one blank between words.
    ExtraSpace,
    /// A punctuation mark that stands twice, or two that do not go together.
    RepeatedMark,
    /// A quotation mark without its other half.
    UnbalancedQuote,
    /// A bracket without its other half.
    UnbalancedBracket,
    /// "a" for "an", or the other way round.
    Article,
    /// A phrase that stands for another: "could of".
    ConfusedWords,
    /// A paragraph that ends without a stop.
    MissingStop,
    /// Speech that is not joined to its teller as it should be.
    SpeechMark,
    /// An apostrophe of another kind than the text's.
    MixedApostrophe,
    /// A phrase that takes more words than it needs.
    Wordy,
}

impl FaultKind {
    /// Its name in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Spelling => "spelling",
            Self::UnknownWord => "unknown_word",
            Self::DoubledWord => "doubled_word",
            Self::MissingCapital => "missing_capital",
            Self::SpaceBeforeMark => "space_before_mark",
            Self::MissingSpace => "missing_space",
            Self::ExtraSpace => "extra_space",
            Self::RepeatedMark => "repeated_mark",
            Self::UnbalancedQuote => "unbalanced_quote",
            Self::UnbalancedBracket => "unbalanced_bracket",
            Self::Article => "article",
            Self::ConfusedWords => "confused_words",
            Self::MissingStop => "missing_stop",
            Self::SpeechMark => "speech_mark",
            Self::MixedApostrophe => "mixed_apostrophe",
            Self::Wordy => "wordy",
        }
    }
}

/// The faults of a text, by place. `names` are words that are right as they are: from canon, in lower case.
#[must_use]
pub fn faults(prose: &Prose, names: &BTreeSet<String>) -> Vec<Fault> {
    let mut out = Vec::new();
    punctuation::find(prose, &mut out);
    spacing::find(prose, &mut out);
    quotes::find(prose, &mut out);
    brackets::find(prose, &mut out);
    doubled::find(prose, &mut out);
    if prose.english {
        capitals::find(prose, &mut out);
        articles::find(prose, &mut out);
        phrases::find(prose, &mut out);
        stops::find(prose, &mut out);
        speech::find(prose, &mut out);
        spelling::find(prose, names, &mut out);
    }
    out.sort_by_key(|fault| (fault.at.start, fault.at.end, fault.kind));
    out
}

/// `meant` with a capital where `written` has one.
fn cased(written: &str, meant: &str) -> String {
    let mut letters = meant.chars();
    match letters.next() {
        Some(first) if written.starts_with(char::is_uppercase) => {
            first.to_uppercase().chain(letters).collect()
        }
        _ => meant.to_owned(),
    }
}

#[cfg(test)]
mod tests;
