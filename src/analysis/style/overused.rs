//! Words of weight that come back all the time. Names may come back, and so may small words.

use std::collections::BTreeMap;

use super::{Habit, HabitKind};
use crate::analysis::english::ENGLISH;
use crate::analysis::is_cjk;
use crate::analysis::prose::{Prose, Word};

/// Times below which nobody notices.
const TIMES: usize = 5;
/// One word in so many is too much.
const ONE_IN: usize = 90;

pub(super) fn find(prose: &Prose, out: &mut Vec<Habit>) {
    let mut places: BTreeMap<&str, (usize, &Word)> = BTreeMap::new();
    let mut names: BTreeMap<&str, usize> = BTreeMap::new();
    for sentence in &prose.sentences {
        for (index, word) in prose.words_of(sentence).iter().enumerate() {
            let (count, second) = places.entry(&word.lower).or_insert((0, word));
            *count += 1;
            if *count == 2 {
                *second = word;
            }
            *names.entry(&word.lower).or_default() += usize::from(word.capital && index > 0);
        }
    }
    for (word, (count, second)) in places {
        let heavy = word.chars().count() > 3 && !word.chars().any(is_cjk);
        // The small words of another language are not known; long words are never small.
        let heavy =
            heavy && if prose.english { !ENGLISH.small.contains(word) } else { word.chars().count() > 7 };
        if heavy && count >= TIMES && count * ONE_IN > prose.words.len() && names[word] * 2 < count {
            let why = format!("“{word}” appears {count} times in {} words", prose.words.len());
            out.push(Habit { kind: HabitKind::Overused, at: second.at.clone(), why });
        }
    }
}
