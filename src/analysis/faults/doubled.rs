//! Words that stand twice: "the the".

use super::{Fault, FaultKind};
use crate::analysis::english::ENGLISH;
use crate::analysis::is_cjk;
use crate::analysis::prose::{Prose, Word};

pub(super) fn find(prose: &Prose, out: &mut Vec<Fault>) {
    let mut at = 0;
    while at < prose.words.len() {
        let first = &prose.words[at];
        let mut last = at;
        while prose
            .words
            .get(last + 1)
            .is_some_and(|next| next.lower == first.lower && prose.adjoin(&prose.words[last], next))
        {
            last += 1;
        }
        if last > at && is_slip(prose, first, &prose.words[last]) {
            let (written, end) = (prose.written(first), &prose.words[last]);
            // In another language a word may stand twice by right, so it is only shown.
            let fix = prose.english.then(|| written.to_owned());
            let why = format!("“{written}” appears {} in a row", times(last - at + 1));
            out.push(Fault { kind: FaultKind::DoubledWord, at: first.at.start..end.at.end, fix, why });
        }
        at = last + 1;
    }
}

fn is_slip(prose: &Prose, first: &Word, last: &Word) -> bool {
    let word = &*first.lower;
    if word.chars().any(|c| c.is_numeric() || is_cjk(c)) {
        return false;
    }
    // Two names may be alike; at the start of a sentence a capital says nothing about the second.
    if last.capital && first.capital {
        return false;
    }
    if !prose.english {
        const LONG: usize = 5;
        return word.chars().count() >= LONG;
    }
    if first.spoken { ENGLISH.doubles.contains(word) } else { !ENGLISH.emphatic.contains(word) }
}

fn times(count: usize) -> String {
    if count == 2 { "twice".to_owned() } else { format!("{count} times") }
}
