//! The passive voice: a form of "be" and a participle that names no state, outside of speech.

use super::{Habit, HabitKind};
use crate::analysis::english::ENGLISH;
use crate::analysis::prose::{Prose, Word};

pub(super) fn find(prose: &Prose, out: &mut Vec<Habit>) {
    for (at, word) in prose.words.iter().enumerate().filter(|(_, word)| is_be(word) && !word.spoken) {
        // "was not", "had been quietly": at most two words stand between.
        let mut next = at + 1;
        while next <= at + 2 && prose.words.get(next).is_some_and(stands_between) {
            next += 1;
        }
        let Some(last) = prose.words.get(next).filter(|w| is_participle(w)) else { continue };
        let joined = prose.words[at..=next].windows(2).all(|pair| prose.adjoin(&pair[0], &pair[1]));
        if joined {
            let place = word.at.start..last.at.end;
            let why = format!("“{}” hides who does it", &prose.text[place.clone()]);
            out.push(Habit { kind: HabitKind::Passive, at: place, why });
        }
    }
}

fn is_be(word: &Word) -> bool {
    matches!(&*word.lower, "is" | "are" | "was" | "were" | "be" | "been" | "being" | "am")
}

fn stands_between(word: &Word) -> bool {
    matches!(&*word.lower, "not" | "never" | "being" | "also" | "soon" | "always")
        || word.lower.ends_with("ly")
}

fn is_participle(word: &Word) -> bool {
    const SHORTEST: usize = 4;
    let regular = word.lower.ends_with("ed") && word.lower.len() >= SHORTEST && !word.lower.ends_with("eed");
    (regular || ENGLISH.irregular.contains(&*word.lower)) && !ENGLISH.states.contains(&*word.lower)
}
