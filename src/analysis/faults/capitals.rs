//! Small letters where a sentence or a name begins.

use super::{Fault, FaultKind, cased};
use crate::analysis::english::ENGLISH;
use crate::analysis::prose::{Paragraph, Prose};
use crate::analysis::sentences::is_abbreviation;

pub(super) fn find(prose: &Prose, out: &mut Vec<Fault>) {
    let starts = starts_small(prose);
    for (index, paragraph) in prose.paragraphs.iter().enumerate() {
        if starts.contains(&index) {
            push(prose, paragraph.words.start, "a paragraph begins with a capital", out);
        }
        for at in paragraph.words.clone() {
            let word = &prose.words[at];
            if word.capital {
                continue;
            }
            if at > paragraph.words.start && after_stop(prose, paragraph, at) {
                push(prose, at, "a sentence begins with a capital", out);
            } else if is_pronoun(prose, at) {
                push(prose, at, "the pronoun “I” is a capital", out);
            } else if ENGLISH.capitals.contains(&*word.lower) {
                push(prose, at, "a name has a capital", out);
            }
        }
    }
}

fn push(prose: &Prose, at: usize, why: &str, out: &mut Vec<Fault>) {
    let word = &prose.words[at];
    let written = prose.written(word);
    let Some(first) = written.chars().next().filter(|c| c.is_lowercase()) else { return };
    let fix = cased("X", &written[..first.len_utf8()]);
    let place = word.at.start..word.at.start + first.len_utf8();
    out.push(Fault { kind: FaultKind::MissingCapital, at: place, fix: Some(fix), why: why.to_owned() });
}

/// Paragraphs that begin small behind one that ended. Where many do, it is the author's way (verse, for example).
fn starts_small(prose: &Prose) -> Vec<usize> {
    let is_small = |index: &usize| {
        let paragraph = &prose.paragraphs[*index];
        let text = &prose.text[paragraph.at.clone()];
        paragraph.plain && paragraph.words.len() >= 3 && text.starts_with(char::is_lowercase)
    };
    let ended = |index: usize| {
        index.checked_sub(1).is_none_or(|before| {
            let text = &prose.text[prose.paragraphs[before].at.clone()];
            text.ends_with(['.', '!', '?', '”', '"', '’', '…'])
        })
    };
    let small: Vec<usize> = (0..prose.paragraphs.len()).filter(is_small).collect();
    let all = prose.paragraphs.iter().filter(|p| p.plain).count();
    if small.len() > 2 && small.len() * 5 > all {
        return Vec::new();
    }
    small.into_iter().filter(|index| ended(*index)).collect()
}

/// Whether a plain full stop and blanks stand before a word; other marks may stand inside a sentence ("Alas! the day").
fn after_stop(prose: &Prose, paragraph: &Paragraph, at: usize) -> bool {
    let (before, word) = (&prose.words[at - 1], &prose.words[at]);
    let between = &prose.text[before.at.end..word.at.start];
    let stopped = between.strip_prefix('.').is_some_and(|rest| {
        rest.starts_with(char::is_whitespace) && rest.chars().all(|c| c.is_whitespace() || c == '“')
    });
    let written = prose.written(before);
    let inner_stop = prose.text[paragraph.at.start..before.at.start].ends_with('.');
    let short = written.chars().count() <= 2 && before.capital;
    stopped
        && paragraph.plain
        && !inner_stop
        && !short
        && !is_abbreviation(written)
        && !written.chars().all(char::is_numeric)
        && !prose.text[..before.at.start].ends_with(['_', '*'])
        && prose.written(word).chars().count() > usize::from(&*word.lower != "a")
}

/// A lone "i" among words: no numeral and no "i.e.".
fn is_pronoun(prose: &Prose, at: usize) -> bool {
    let word = &prose.words[at];
    if !matches!(&*word.lower, "i" | "i'm" | "i'll" | "i've" | "i'd") {
        return false;
    }
    let before = prose.text[..word.at.start].chars().next_back();
    let after = prose.text[word.at.end..].chars().next();
    before.is_none_or(|c| c.is_whitespace() || matches!(c, '“' | '"' | '‘' | '—'))
        && after.is_some_and(|c| c.is_whitespace() || c == ',')
}
