//! Words that put a watcher between the reader and the thing, outside of speech.

use super::{Habit, HabitKind};
use crate::analysis::english::ENGLISH;
use crate::analysis::prose::Prose;

pub(super) fn find(prose: &Prose, out: &mut Vec<Habit>) {
    let found = prose.words.iter().filter(|w| !w.spoken && ENGLISH.filters.contains(&*w.lower));
    out.extend(found.map(|word| Habit {
        kind: HabitKind::Filter,
        at: word.at.clone(),
        why: format!("“{}” tells that someone perceives; the thing itself is nearer", prose.written(word)),
    }));
}
