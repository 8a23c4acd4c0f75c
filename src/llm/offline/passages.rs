//! The offline author's answer to a request that speaks of passages: the last draft, with those written anew and
//! everything else as it was.

use super::compose::compose;
use super::sentences::count_words;
use crate::analysis::sentences::sentences;
use crate::llm::Said;
use crate::llm::{AgentKind, Material};

/// The last draft with its passages written anew; none where no passage stands in it.
pub(super) fn rewrite(material: &Material) -> Option<String> {
    let draft = material.previous.as_deref()?;
    let mut said: Vec<(usize, &Said)> =
        material.passages.iter().filter_map(|said| Some((place(draft, said)?, said))).collect();
    said.sort_by_key(|(at, _)| *at);
    let mut text = String::with_capacity(draft.len());
    let mut from = 0;
    for (at, said) in said {
        if at < from {
            continue;
        }
        text.push_str(&draft[from..at]);
        text.push_str(&anew(material, said, at));
        from = at + said.quote.len();
    }
    text.push_str(&draft[from..]);
    (from > 0).then_some(text)
}

/// Where the passage stands: at its place, or where its words are nearest to it.
fn place(draft: &str, said: &Said) -> Option<usize> {
    let near = |at: &usize| at.abs_diff(said.start as usize);
    draft.match_indices(&said.quote).map(|(at, _)| at).min_by_key(near)
}

/// A passage in other words, with the blanks around it that it had.
fn anew(material: &Material, said: &Said, at: usize) -> String {
    let quote = said.quote.as_str();
    let words = quote.trim();
    let (before, after) = quote.split_at(quote.len() - quote.trim_start().len());
    let after = &after[after.trim_end().len()..];
    let mut own = material.clone();
    own.passages.clear();
    own.feedback = vec![said.words.clone()];
    own.previous = Some(quote.to_owned());
    own.settings.words_per_page = count_words(words).max(8) as u32;
    own.seed = own.seed.wrapping_add(at as u64 + 1);
    let written = compose(&own);
    let new = match material.agent {
        AgentKind::Dialogue => lines(words, &written),
        _ => prose(words, &written),
    };
    if new.is_empty() { quote.to_owned() } else { format!("{before}{new}{after}") }
}

/// Sentences for sentences, and a clause for a clause.
fn prose(words: &str, written: &str) -> String {
    let flat = written.split_whitespace().collect::<Vec<_>>().join(" ");
    let stop = |c: char| matches!(c, '.' | '!' | '?' | '…' | '。' | '！' | '？' | '”' | '"' | '»');
    if words.ends_with(stop) {
        return if words.contains("\n\n") { written.trim().to_owned() } else { flat };
    }
    let first = sentences(&flat).first().map_or(flat.as_str(), |range| &flat[range.clone()]);
    let clause = first.trim_end().trim_end_matches(stop);
    let mut letters = clause.chars();
    match letters.next() {
        Some(first) if words.starts_with(char::is_lowercase) => first.to_lowercase().chain(letters).collect(),
        _ => clause.to_owned(),
    }
}

/// As many lines of speech as there were, each where it was placed.
fn lines(words: &str, written: &str) -> String {
    let speech = |line: &str| match line.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((number, text)) if number.trim().parse::<usize>().is_ok() => text.trim().to_owned(),
        _ => line.trim().to_owned(),
    };
    let mut new = written.lines().map(speech).filter(|line| !line.is_empty());
    let each = words.split('\n').map(|line| {
        let anchor = line.trim_end().len().saturating_sub(speech(line).len());
        match line.trim() {
            "" => line.to_owned(),
            _ => new
                .next()
                .map_or_else(|| line.to_owned(), |said| line[..anchor.min(line.len())].to_owned() + &said),
        }
    });
    each.collect::<Vec<_>>().join("\n")
}
