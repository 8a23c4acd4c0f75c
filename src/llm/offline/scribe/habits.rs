//! Habits of style that an edit shows in more than one place.

use std::collections::BTreeMap;

use super::{Lesson, Seen, quote, sentences_of, words_of};
use crate::analysis::diff::Tag;
use crate::analysis::is_cjk;

/// Words that end in `-ly` and are no adverbs that one could do without.
const NO_ADVERBS: [&str; 24] = [
    "ally", "apply", "assembly", "belly", "bully", "daily", "early", "elderly", "family", "fly", "friendly",
    "holy", "imply", "italy", "jelly", "july", "lily", "likely", "lonely", "lovely", "only", "reply",
    "supply", "ugly",
];
/// Words that are exchanged for another reason than taste.
const NO_TASTE: [&str; 12] =
    ["been", "could", "have", "hers", "should", "that", "their", "them", "they", "this", "were", "would"];
/// Pairs of quotation marks, as they open and close.
const MARKS: [(char, char); 5] = [('"', '"'), ('“', '”'), ('«', '»'), ('„', '“'), ('「', '」')];
/// Words of a sentence from which on it counts as long.
const LONG: usize = 14;

pub(super) fn habits(seen: &Seen<'_>) -> Vec<Lesson> {
    let mut found = preferences(seen);
    found.extend(
        [exclamations(seen), adverbs(seen), short_sentences(seen), marks(seen)].into_iter().flatten(),
    );
    found
}

fn note(text: String, why: String, quote: &str) -> Lesson {
    Lesson { kind: "style", entry: None, text, why, quote: quote.to_owned() }
}

/// Words that were replaced by the same other word wherever they stood, more than once.
fn preferences(seen: &Seen<'_>) -> Vec<Lesson> {
    let mut pairs = spans(seen);
    for (pair, times) in sentences(seen) {
        let known = pairs.entry(pair).or_default();
        *known = times.max(*known);
    }
    let count = |text: &str, word: &str| words_of(text).filter(|w| w == word).count();
    let preferred = pairs.into_iter().filter(|((old, new), times)| {
        *times > 1
            && count(seen.after, old) == 0
            && count(seen.after, new) >= count(seen.before, new) + times
            && !seen.is_a_name(old)
            && !seen.is_a_name(new)
    });
    preferred
        .filter_map(|((old, new), _)| {
            let quote = quote(seen.after, |s| words_of(s).any(|w| w == new))?;
            let why = format!("you put \"{new}\" for \"{old}\" wherever it stood");
            Some(note(format!("Prefers \"{new}\" to \"{old}\"."), why, quote))
        })
        .collect()
}

/// How often a word was exchanged for another, as the difference has it.
fn spans(seen: &Seen<'_>) -> BTreeMap<(String, String), usize> {
    let mut pairs = BTreeMap::new();
    for paragraph in &seen.diff.paragraphs {
        for neighbours in paragraph.spans.windows(2) {
            if let [old, new] = neighbours
                && (old.tag, new.tag) == (Tag::Removed, Tag::Added)
            {
                for pair in exchanged(&old.text, &new.text) {
                    *pairs.entry(pair).or_default() += 1;
                }
            }
        }
    }
    pairs
}

/// The same by sentences that are alike: in an edit that moves much, the difference shows whole passages.
fn sentences(seen: &Seen<'_>) -> BTreeMap<(String, String), usize> {
    let (old, new) = (sentences_of(seen.before), sentences_of(seen.after));
    let mut pairs = BTreeMap::new();
    for sentence in old.iter().filter(|s| !new.contains(s)) {
        let others = new.iter().filter(|s| !old.contains(s)).map(|other| exchanged(sentence, other));
        let alike = others.filter(|found| !found.is_empty()).min_by_key(Vec::len);
        for pair in alike.into_iter().flatten() {
            *pairs.entry(pair).or_default() += 1;
        }
    }
    pairs
}

/// The words that were exchanged one for one between two pieces of text that are otherwise the same: the word alone,
/// or in a short sentence that the difference shows as a whole.
fn exchanged(old: &str, new: &str) -> Vec<(String, String)> {
    let (old, new): (Vec<String>, Vec<String>) = (words_of(old).collect(), words_of(new).collect());
    let length = old.len();
    if length != new.len() {
        return Vec::new();
    }
    let mut pairs: Vec<(String, String)> = old.into_iter().zip(new).filter(|(old, new)| old != new).collect();
    if pairs.len() > length.div_ceil(2) {
        return Vec::new();
    }
    pairs.retain(|(old, new)| is_taste(old) && is_taste(new));
    pairs
}

/// Whether a word can be a matter of taste.
fn is_taste(word: &str) -> bool {
    let tells = word.chars().count() >= 4 || word.chars().any(is_cjk);
    tells && !NO_TASTE.contains(&word) && !word.chars().any(char::is_numeric)
}

impl Seen<'_> {
    /// Whether a word is written as a name in either text, or names an entry.
    fn is_a_name(&self, word: &str) -> bool {
        let named = |name: &str| words_of(name).any(|w| w == word);
        if self.material.canon.iter().any(|e| named(&e.name) || e.aliases.iter().any(|a| named(a))) {
            return true;
        }
        // Within a sentence only a name has a capital.
        [self.before, self.after].into_iter().flat_map(sentences_of).any(|sentence| {
            let mut rest = sentence.split_whitespace().skip(1);
            rest.any(|w| w.starts_with(char::is_uppercase) && words_of(w).any(|w| w == word))
        })
    }
}

/// Exclamation marks that all go, two at least.
fn exclamations(seen: &Seen<'_>) -> Option<Lesson> {
    let is_mark = |c: char| matches!(c, '!' | '！');
    let count = |text: &str| text.chars().filter(|c| is_mark(*c)).count();
    let were = count(seen.before);
    if were < 2
        || count(seen.after) > 0
        || sentences_of(seen.after).len() * 2 < sentences_of(seen.before).len()
    {
        return None;
    }
    let quote = quote(seen.before, |s| s.contains(is_mark))?;
    let why = format!("you took out all {were} of them");
    Some(note("Does without exclamation marks.".into(), why, quote))
}

/// English adverbs that go, two at least and most of them, while their sentences stay.
fn adverbs(seen: &Seen<'_>) -> Option<Lesson> {
    let language = seen.material.settings.language.to_lowercase();
    if !(language.starts_with("en")) {
        return None;
    }
    let is_adverb =
        |word: &String| word.len() > 4 && word.ends_with("ly") && !NO_ADVERBS.contains(&word.as_str());
    let (gone, came) = (
        seen.words(Tag::Removed).into_iter().filter(is_adverb).collect::<Vec<_>>(),
        seen.words(Tag::Added).iter().filter(|w| is_adverb(w)).count(),
    );
    let were = words_of(seen.before).filter(is_adverb).count();
    let stay = sentences_of(seen.after).len() * 10 >= sentences_of(seen.before).len() * 8;
    if gone.len() < came + 2 || (gone.len() - came) * 2 < were || !stay {
        return None;
    }
    let quote = quote(seen.before, |s| words_of(s).any(|w| gone.contains(&w)))?;
    let why = format!("you took out {}", list(&gone));
    Some(note("Does without adverbs in \"-ly\" where the verb can do.".into(), why, quote))
}

/// Sentences that became much shorter and not fewer.
fn short_sentences(seen: &Seen<'_>) -> Option<Lesson> {
    let (old, new) = (sentences_of(seen.before), sentences_of(seen.after));
    let changed = |side: &[&str], other: &[&str]| -> Vec<usize> {
        side.iter().filter(|s| !other.contains(s)).map(|s| words_of(s).count()).collect()
    };
    let (gone, came) = (changed(&old, &new), changed(&new, &old));
    let mean = |counts: &[usize]| counts.iter().sum::<usize>() / counts.len().max(1);
    let (was, is) = (mean(&gone), mean(&came));
    if gone.len() < 2 || came.len() <= gone.len() || was < LONG || is == 0 || is * 3 > was * 2 {
        return None;
    }
    let quote = quote(seen.after, |s| !old.contains(&s))?;
    let why = format!("the sentences that you changed had {was} words on average, and have {is} now");
    Some(note(format!("Keeps sentences short: about {is} words each."), why, quote))
}

/// Quotation marks that all become other ones.
fn marks(seen: &Seen<'_>) -> Option<Lesson> {
    let used = |text: &str| -> Vec<(char, char)> {
        let opening = MARKS.iter().filter(|(open, close)| text.contains(*open) && text.contains(*close));
        // The closing mark of one language opens in another: the first that stands in the text tells.
        let mut found: Vec<_> = opening.copied().collect();
        found.sort_by_key(|(open, _)| text.find(*open));
        found.truncate(1);
        found
    };
    let (&[was], &[is]) = (used(seen.before).as_slice(), used(seen.after).as_slice()) else { return None };
    let left = seen.after.contains(was.0) && !matches!(was.0, '“');
    if was == is || left || seen.before.matches([was.0, was.1]).count() < 4 {
        return None;
    }
    let quote = quote(seen.after, |s| s.contains(is.0))?;
    let text = format!("Sets speech in {}…{}, not in {}…{}.", is.0, is.1, was.0, was.1);
    Some(note(text, "you changed the quotation marks throughout".into(), quote))
}

fn list(words: &[String]) -> String {
    let shown: Vec<String> = words.iter().take(4).map(|w| format!("\"{w}\"")).collect();
    let more = if words.len() > 4 { " and others" } else { "" };
    format!("{}{more}", shown.join(", "))
}
