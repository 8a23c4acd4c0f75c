//! How much of a text is quoted for a place in it.

use std::ops::Range;

use crate::analysis::prose::Prose;

/// Bytes that are quoted on one side at most; a script without blanks would go on.
const FAR: usize = 60;

/// A fault's place with the whole words that it touches; where it is a gap, with the words on both sides.
pub(super) fn widened(prose: &Prose, at: &Range<usize>) -> Range<usize> {
    let bounds = prose.paragraph_at(at.start).map_or(0..prose.text.len(), |p| p.at.clone());
    let (low, high) = (bounds.start.min(at.start), bounds.end.max(at.end));
    let before = &prose.text[low..at.start];
    // Over the blanks and the word before them, if the place does not begin inside of a word.
    let inside = prose.text[at.clone()].starts_with(|c: char| !c.is_whitespace());
    let left = if inside { before } else { before.trim_end() };
    let start = left.rfind(char::is_whitespace).map_or(0, |blank| blank + blank_len(left, blank));
    let start = if at.is_empty() && before.is_empty() { 0 } else { start };
    let after = &prose.text[at.end..high];
    let inside = prose.text[at.clone()].ends_with(|c: char| !c.is_whitespace());
    let right = if inside { after.len() } else { after.trim_start().len() };
    let skipped = after.len() - right;
    let end = after[skipped..].find(char::is_whitespace).map_or(after.len(), |blank| skipped + blank);
    let start = prose.text.floor_char_boundary((low + start).max(at.start.saturating_sub(FAR)));
    let end = prose.text.ceil_char_boundary((at.end + end).min(at.end + FAR));
    start.min(at.start)..end.max(at.end)
}

fn blank_len(text: &str, at: usize) -> usize {
    text[at..].chars().next().map_or(0, char::len_utf8)
}

/// A habit's place with a few words around it, inside its sentence.
pub(super) fn around(prose: &Prose, at: &Range<usize>) -> Range<usize> {
    const BEFORE: usize = 2;
    const AFTER: usize = 5;
    let Some(sentence) = prose.sentence_at(at.start) else { return at.clone() };
    let words = prose.words_of(sentence);
    let first = words.partition_point(|w| w.at.end <= at.start);
    let last = words.partition_point(|w| w.at.start < at.end);
    let start = words.get(first.saturating_sub(BEFORE)).map_or(at.start, |w| w.at.start);
    let end = words.get((last + AFTER).min(words.len()).saturating_sub(1)).map_or(at.end, |w| w.at.end);
    start.min(at.start)..end.max(at.end)
}
