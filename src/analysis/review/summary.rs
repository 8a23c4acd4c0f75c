//! A report in a few lines.

use std::fmt::Write as _;

use super::{Decision, Report};

/// Suggestions that are named in a summary.
const NAMED: usize = 12;

pub(super) fn summary(report: &Report) -> String {
    let measures = &report.measures;
    let verdict = if report.decision == Decision::Publish { "publish" } else { "polish" };
    let mut out = format!(
        "Measured score: {} of 100 ({verdict}). {} words in {} sentences, {} words each, give or take {}; {:.0} % spoken.",
        report.quality_score,
        measures.words,
        measures.sentences,
        measures.sentence_words.mean,
        measures.sentence_words.deviation,
        measures.dialogue * 100.0,
    );
    if let Some(readability) = measures.readability {
        let _ =
            write!(out, " Flesch reading ease {}, grade {}.", readability.reading_ease, readability.grade);
    }
    for note in &report.notes {
        let _ = write!(out, "\n{note}");
    }
    for suggestion in report.suggestions.iter().take(NAMED) {
        let _ = write!(out, "\n- {}: “{}”: {}", suggestion.kind, suggestion.place, suggestion.why);
    }
    let more = report.suggestions.len().saturating_sub(NAMED);
    if more > 0 {
        let _ = write!(out, "\n- and {more} more");
    }
    out
}
