//! Sentences that take a long breath.

use super::{Habit, HabitKind};
use crate::analysis::prose::Prose;

/// Words from which on a sentence is long.
const LONG: usize = 60;

pub(super) fn find(prose: &Prose, out: &mut Vec<Habit>) {
    out.extend(prose.sentences.iter().filter(|s| s.words.len() > LONG).map(|sentence| Habit {
        kind: HabitKind::LongSentence,
        at: prose.words[sentence.words.start].at.clone(),
        why: format!("the sentence takes {} words", sentence.words.len()),
    }));
}
