//! Phrases that were fresh once, outside of speech.

use super::{Habit, HabitKind};
use crate::analysis::english::ENGLISH;
use crate::analysis::prose::Prose;

pub(super) fn find(prose: &Prose, out: &mut Vec<Habit>) {
    let mut at = 0;
    while at < prose.words.len() {
        let words = &prose.words[at..];
        let phrase = ENGLISH.cliches.at(&words[0].lower, &words[1..].iter().map(|w| &*w.lower));
        let Some((count, _)) = phrase.filter(|(count, _)| words[..*count].iter().all(|w| !w.spoken)) else {
            at += 1;
            continue;
        };
        let place = words[0].at.start..words[count - 1].at.end;
        let why = format!("“{}” has been said before", &prose.text[place.clone()]);
        out.push(Habit { kind: HabitKind::Cliche, at: place, why });
        at += count;
    }
}
