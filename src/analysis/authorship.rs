//! Whose words a text is made of: followed through its versions, word by word.
//!
//! An agent's or the author's own text is theirs, except for sentences that stood in the version before and came
//! through to the letter. An edit keeps whose each word was; what it adds is the hand's. A sentence of an agent that a
//! hand changed is *edited*, as a whole; of which less than a quarter is left of the agent, the hand's own.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use super::count_words;
use super::diff::{Diff, Tag};
use super::sentences::sentences;
use crate::domain::page::paragraphs;

/// How a version came to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Made {
    /// This model wrote it.
    Agent(String),
    /// The author wrote it.
    Hand,
    /// The author changed the version it stands on, brought it back, or took parts of several.
    Edited,
    /// It was taken in from a manuscript.
    Imported,
}

/// A version of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// Its text.
    pub text: String,
    /// How it came to be.
    pub made: Made,
    /// The versions that it stands on, the nearest first, by their places in the history before it.
    pub over: Vec<usize>,
}

/// Whose a word is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// This model wrote it.
    Agent(String),
    /// From a manuscript.
    Imported,
    /// The author wrote it.
    Hand,
    /// It stands in a sentence of this model that the author changed.
    Edited(String),
}

/// A stretch of a text with one origin, the blanks after it included.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Span {
    /// Where it stands, in bytes.
    pub range: Range<usize>,
    /// Whose it is.
    pub origin: Origin,
    /// Its words.
    pub words: u64,
}

/// Sentences shorter than this, in words, are the same by chance.
const TELLING_SENTENCE: u64 = 3;
/// A passage that came back from an older version is at least so long, in words; shorter ones are the same by chance.
const TELLING_PASSAGE: u64 = 4;
/// Of an edited sentence, one part in so many is still the agent's.
const LEFT_OF_AGENT: usize = 4;

/// Returns the spans of the last version's text: they cover it exactly once, in order.
#[must_use]
pub fn trace(history: &[Version]) -> Vec<Span> {
    let mut origins = Origins::default();
    let mut letters: Vec<Vec<usize>> = Vec::with_capacity(history.len());
    for (at, version) in history.iter().enumerate() {
        let over: Vec<Earlier<'_>> = version
            .over
            .iter()
            .filter(|before| **before < at)
            .map(|before| Earlier { text: &history[*before].text, letters: &letters[*before] })
            .collect();
        let own = match &version.made {
            Made::Edited => origins.edited(&version.text, &over),
            Made::Agent(model) => origins.written(&version.text, &over, Origin::Agent(model.clone())),
            Made::Hand => origins.written(&version.text, &over, Origin::Hand),
            Made::Imported => origins.written(&version.text, &over, Origin::Imported),
        };
        letters.push(own);
    }
    match (history.last(), letters.last()) {
        (Some(version), Some(letters)) => origins.spans(version, letters),
        _ => Vec::new(),
    }
}

/// Words by origin.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Shares {
    /// All words.
    pub words: u64,
    /// Words as agents wrote them.
    pub agent: u64,
    /// Words of agents' sentences that the author changed.
    pub edited: u64,
    /// Words of the author.
    pub hand: u64,
    /// Words from a manuscript.
    pub imported: u64,
    /// The agents' words, untouched and edited, by model.
    pub models: BTreeMap<String, ModelShare>,
}

/// The words of one model.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct ModelShare {
    /// As it wrote them.
    pub agent: u64,
    /// In sentences that the author changed.
    pub edited: u64,
}

impl Shares {
    /// Adds the words of a span.
    pub fn add(&mut self, span: &Span) {
        self.words += span.words;
        match &span.origin {
            Origin::Agent(model) => {
                self.agent += span.words;
                self.models.entry(model.clone()).or_default().agent += span.words;
            }
            Origin::Edited(model) => {
                self.edited += span.words;
                self.models.entry(model.clone()).or_default().edited += span.words;
            }
            Origin::Hand => self.hand += span.words,
            Origin::Imported => self.imported += span.words,
        }
    }

    /// Adds the words of another text.
    pub fn join(&mut self, other: &Self) {
        self.words += other.words;
        self.agent += other.agent;
        self.edited += other.edited;
        self.hand += other.hand;
        self.imported += other.imported;
        for (model, share) in &other.models {
            let own = self.models.entry(model.clone()).or_default();
            own.agent += share.agent;
            own.edited += share.edited;
        }
    }
}

/// A version that was followed already. Letters are the characters that are no blanks: a diff ignores blanks, so
/// between two versions letters can be told apart by counting.
struct Earlier<'a> {
    text: &'a str,
    /// Whose each letter is.
    letters: &'a [usize],
}

/// Every origin once, by number.
#[derive(Default)]
struct Origins {
    all: Vec<Origin>,
}

impl Origins {
    fn number(&mut self, origin: Origin) -> usize {
        self.all.iter().position(|known| *known == origin).unwrap_or_else(|| {
            self.all.push(origin);
            self.all.len() - 1
        })
    }

    /// Returns the model whose sentence it is or was.
    fn model(&self, number: usize) -> Option<&String> {
        match &self.all[number] {
            Origin::Agent(model) | Origin::Edited(model) => Some(model),
            Origin::Hand | Origin::Imported => None,
        }
    }

    fn written(&mut self, text: &str, over: &[Earlier<'_>], own: Origin) -> Vec<usize> {
        let own = self.number(own);
        let mut letters = vec![None; count_letters(text)];
        for earlier in over {
            carry_sentences(text, &mut letters, earlier);
        }
        letters.into_iter().map(|letter| letter.unwrap_or(own)).collect()
    }

    fn edited(&mut self, text: &str, over: &[Earlier<'_>]) -> Vec<usize> {
        let mut letters = vec![None; count_letters(text)];
        let mut cuts = Vec::new();
        for (nth, earlier) in over.iter().enumerate() {
            let found = carry_words(text, &mut letters, earlier, nth > 0);
            if nth == 0 {
                cuts = found;
                carry_sentences(text, &mut letters, earlier);
            }
        }
        let hand = self.number(Origin::Hand);
        for sentence in sentence_letters(text) {
            let changed = letters[sentence.clone()].iter().any(Option::is_none)
                || cuts.iter().any(|cut| sentence.start < *cut && *cut < sentence.end);
            if changed {
                self.settle(&mut letters[sentence], hand);
            }
        }
        letters.into_iter().map(|letter| letter.unwrap_or(hand)).collect()
    }

    /// Says whose a sentence is that a hand changed.
    fn settle(&mut self, letters: &mut [Option<usize>], hand: usize) {
        let of_agents = letters.iter().flatten().filter(|n| self.model(**n).is_some()).count();
        let model = letters.iter().flatten().find_map(|n| self.model(*n)).cloned();
        let Some(model) = model else { return };
        let becomes =
            if of_agents * LEFT_OF_AGENT < letters.len() { hand } else { self.number(Origin::Edited(model)) };
        letters.fill(Some(becomes));
    }

    fn spans(&self, version: &Version, letters: &[usize]) -> Vec<Span> {
        let mut spans: Vec<Span> = Vec::new();
        let (mut at, mut blank_from) = (0, 0);
        for (start, piece) in version.text.split_word_bound_indices() {
            let end = start + piece.len();
            let own = &letters[at..at + count_letters(piece)];
            at += own.len();
            // A word that a hand changed in its middle is not split.
            let origin = own.iter().map(|n| &self.all[*n]).max();
            match (origin, spans.last_mut()) {
                (None, Some(last)) => last.range.end = end,
                (None, None) => blank_from = 0,
                (Some(origin), Some(last)) if last.origin == *origin => {
                    last.range.end = end;
                    last.words += count_words(piece);
                }
                (Some(origin), before) => {
                    let start = if before.is_none() { blank_from } else { start };
                    spans.push(Span { range: start..end, origin: origin.clone(), words: count_words(piece) });
                }
            }
        }
        if spans.is_empty() && !version.text.is_empty() {
            let origin = match &version.made {
                Made::Agent(model) => Origin::Agent(model.clone()),
                Made::Imported => Origin::Imported,
                Made::Hand | Made::Edited => Origin::Hand,
            };
            spans.push(Span { range: 0..version.text.len(), origin, words: 0 });
        }
        spans
    }
}

fn count_letters(text: &str) -> usize {
    text.chars().filter(|c| !c.is_whitespace()).count()
}

/// Returns where each sentence stands, in letters.
fn sentence_letters(text: &str) -> Vec<Range<usize>> {
    let mut at = 0;
    let mut out = Vec::new();
    for paragraph in paragraphs(text) {
        for sentence in sentences(paragraph) {
            let length = count_letters(&paragraph[sentence]);
            if length > 0 {
                out.push(at..at + length);
                at += length;
            }
        }
    }
    out
}

/// Gives letters that nobody has yet to those of whom they were in an earlier version, by a diff of both. Returns
/// before which letters something was taken out.
fn carry_words(
    text: &str,
    letters: &mut [Option<usize>],
    earlier: &Earlier<'_>,
    telling: bool,
) -> Vec<usize> {
    let diff = Diff::new(earlier.text, text);
    let (mut old, mut new) = (0, 0);
    let mut cuts = Vec::new();
    for span in diff.spans() {
        let length = count_letters(&span.text);
        match span.tag {
            Tag::Same => {
                if !telling || count_words(&span.text) >= TELLING_PASSAGE {
                    let from = &earlier.letters[old..old + length];
                    for (letter, whose) in letters[new..new + length].iter_mut().zip(from) {
                        letter.get_or_insert(*whose);
                    }
                }
                old += length;
                new += length;
            }
            Tag::Removed => {
                if length > 0 {
                    cuts.push(new);
                }
                old += length;
            }
            Tag::Added => new += length,
        }
    }
    cuts
}

/// The same for whole sentences that nobody has yet, wherever they stood.
fn carry_sentences(text: &str, letters: &mut [Option<usize>], earlier: &Earlier<'_>) {
    let mut known: HashMap<String, usize> = HashMap::new();
    each_sentence(earlier.text, |at, sentence| _ = known.entry(sentence).or_insert(at));
    each_sentence(text, |at, sentence| {
        let length = sentence.chars().count();
        let free = letters[at..at + length].iter().all(Option::is_none);
        if let Some(from) = known.get(&sentence).filter(|_| free) {
            for (letter, whose) in letters[at..].iter_mut().zip(&earlier.letters[*from..*from + length]) {
                *letter = Some(*whose);
            }
        }
    });
}

/// Calls with every telling sentence: where it begins, in letters, and its letters.
fn each_sentence(text: &str, mut call: impl FnMut(usize, String)) {
    let mut at = 0;
    for paragraph in paragraphs(text) {
        for range in sentences(paragraph) {
            let sentence = &paragraph[range];
            let bare: String = sentence.chars().filter(|c| !c.is_whitespace()).collect();
            let length = bare.chars().count();
            if count_words(sentence) >= TELLING_SENTENCE {
                call(at, bare);
            }
            at += length;
        }
    }
}

#[cfg(test)]
mod tests;
