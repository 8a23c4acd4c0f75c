//! Phrases that stand for others ("could of"), and those that take more words than they need. Not in speech.

use super::{Fault, FaultKind, cased};
use crate::analysis::english::{ENGLISH, Phrases};
use crate::analysis::prose::Prose;

pub(super) fn find(prose: &Prose, out: &mut Vec<Fault>) {
    let mut at = 0;
    while at < prose.words.len() {
        let confused = phrase(prose, at, &ENGLISH.confused).map(|found| (FaultKind::ConfusedWords, found));
        let wordy = || phrase(prose, at, &ENGLISH.wordy).map(|found| (FaultKind::Wordy, found));
        let Some((kind, (count, meant))) = confused.or_else(wordy) else {
            at += 1;
            continue;
        };
        let (first, last) = (&prose.words[at], &prose.words[at + count - 1]);
        let fix = cased(prose.written(first), meant);
        let written = &prose.text[first.at.start..last.at.end];
        let why = match kind {
            FaultKind::Wordy => format!("“{fix}” says the same as “{written}”"),
            _ => format!("“{fix}” is meant by “{written}”"),
        };
        out.push(Fault { kind, at: first.at.start..last.at.end, fix: Some(fix), why });
        at += count;
    }
}

/// The phrase at a word: how many words, and what is meant.
fn phrase(prose: &Prose, at: usize, phrases: &'static Phrases) -> Option<(usize, &'static str)> {
    let words = &prose.words[at..];
    let (count, meant) = phrases.at(&words[0].lower, &words[1..].iter().map(|w| &*w.lower))?;
    let joined = words[..count].windows(2).all(|pair| prose.adjoin(&pair[0], &pair[1]));
    let after =
        words.get(count).filter(|next| prose.adjoin(&words[count - 1], next)).map(|next| &*next.lower);
    // "would of course", "must of necessity"
    let of_course = words[count - 1].lower == "of" && matches!(after, Some("course" | "necessity") | None);
    (joined && !of_course && words[..count].iter().all(|w| !w.spoken)).then_some((count, meant))
}
