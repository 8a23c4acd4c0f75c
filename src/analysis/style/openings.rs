//! Sentences in a row that begin alike, within a paragraph and outside of speech.

use super::{Habit, HabitKind};
use crate::analysis::is_cjk;
use crate::analysis::prose::{Prose, Sentence};

/// A row begins to show at three.
const ROW: usize = 3;

pub(super) fn find(prose: &Prose, out: &mut Vec<Habit>) {
    for paragraph in &prose.paragraphs {
        let sentences = &prose.sentences[paragraph.sentences.clone()];
        let mut start = 0;
        for at in 1..=sentences.len() {
            let alike = sentences.get(at).is_some_and(|next| {
                let first = opening(prose, &sentences[start]);
                first.is_some() && first == opening(prose, next)
            });
            if alike {
                continue;
            }
            if at - start >= ROW {
                let third = &sentences[start + ROW - 1];
                let word = &prose.words[third.words.start];
                let why = format!("{} sentences in a row begin with “{}”", at - start, prose.written(word));
                out.push(Habit { kind: HabitKind::Opening, at: word.at.clone(), why });
            }
            start = at;
        }
    }
}

fn opening<'p>(prose: &'p Prose, sentence: &Sentence) -> Option<&'p str> {
    let first = prose.words[sentence.words.clone()].first()?;
    let heard = !first.spoken && !first.lower.chars().any(is_cjk);
    heard.then_some(&*first.lower)
}
