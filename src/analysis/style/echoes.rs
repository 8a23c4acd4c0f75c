//! Rare words that come back soon: the reader hears the first one still. Not in speech, and no names.

use std::collections::HashMap;

use super::{Habit, HabitKind};
use crate::analysis::prose::{Prose, Word};
use crate::analysis::spelling::SPELLING;

/// How many words on a rare word is still heard.
const WINDOW: usize = 40;
/// How often a word may stand in a text and be rare.
const RARE: usize = 4;

pub(super) fn find(prose: &Prose, out: &mut Vec<Habit>) {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for word in &prose.words {
        *counts.entry(&word.lower).or_default() += 1;
    }
    let mut last: HashMap<&str, usize> = HashMap::new();
    for (at, word) in prose.words.iter().enumerate() {
        let count = counts[&*word.lower];
        if !(2..=RARE).contains(&count) || word.spoken || word.capital || !is_heavy(prose, word) {
            continue;
        }
        let before = last.insert(&word.lower, at).filter(|before| at - before <= WINDOW);
        // "bit by bit" and "doubled doubled" are something else.
        if let Some(before) = before.filter(|before| at - before > 2) {
            let why = format!("“{}” appeared {} words before", word.lower, at - before);
            out.push(Habit { kind: HabitKind::Echo, at: word.at.clone(), why });
        }
    }
}

fn is_heavy(prose: &Prose, word: &Word) -> bool {
    const LONG: usize = 5;
    // Without a list of the common words of a language, only long words are sure to be rare.
    const LONG_ANYWHERE: usize = 8;
    let letters = word.lower.chars().count();
    if prose.english { letters >= LONG && !SPELLING.is_common(&word.lower) } else { letters >= LONG_ANYWHERE }
}
