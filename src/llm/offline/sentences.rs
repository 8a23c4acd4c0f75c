//! The sentences of one page, drawn from the grammar: each once, none that the author does not want.

use std::collections::{BTreeMap, BTreeSet};

use unicode_segmentation::UnicodeSegmentation;

use super::chance::Chance;
use super::taboo::Taboo;
use super::voice::{About, Voice, capitalized};

/// Draws the sentences of one page.
pub(super) struct Sentences<'a> {
    pub voice: &'a Voice,
    pub chance: Chance,
    pub taboo: &'a Taboo,
    /// The chapter's last pages, whose sentences are not said again while there are others.
    pub earlier: &'a [String],
    /// How far each kind of sentence is used up.
    used: BTreeMap<&'static str, usize>,
    said: BTreeSet<String>,
}

impl<'a> Sentences<'a> {
    pub(super) fn new(voice: &'a Voice, chance: Chance, taboo: &'a Taboo, earlier: &'a [String]) -> Self {
        let earlier = &earlier[earlier.len().saturating_sub(3)..];
        Self { voice, chance, taboo, earlier, used: BTreeMap::new(), said: BTreeSet::new() }
    }

    /// The next sentence of a kind that can be said of `about`; `None` if none can.
    pub(super) fn next(&mut self, kind: &'static str, templates: &[String], about: &About) -> Option<String> {
        let order = self.chance.order(kind, templates.len());
        let from = self.used.get(kind).copied().unwrap_or(0);
        let mut heard = None;
        for step in 0..templates.len() {
            let template = &templates[order[(from + step) % templates.len()]];
            let Some(sentence) = self.voice.say(template, about).map(|sentence| capitalized(&sentence))
            else {
                continue;
            };
            if self.taboo.stands_in(&sentence) || self.said.contains(&sentence) {
                continue;
            }
            // What an earlier page said already waits until there is nothing else.
            if self.earlier.iter().any(|page| page.contains(&sentence)) {
                heard.get_or_insert((step, sentence));
                continue;
            }
            return Some(self.take(kind, from + step + 1, sentence));
        }
        heard.map(|(step, sentence)| self.take(kind, from + step + 1, sentence))
    }

    fn take(&mut self, kind: &'static str, used: usize, sentence: String) -> String {
        self.used.insert(kind, used);
        self.said.insert(sentence.clone());
        sentence
    }

    /// `sentence`, unless it was said already or must not be said.
    pub(super) fn once(&mut self, sentence: String) -> Option<String> {
        let new = !self.taboo.stands_in(&sentence) && self.said.insert(sentence.clone());
        new.then_some(sentence)
    }

    /// Forgets what was said, for a page longer than the grammar.
    pub(super) fn again(&mut self) {
        self.said.clear();
    }
}

/// How many words a text has; each character of a script without spaces counts as one.
pub(super) fn count_words(text: &str) -> usize {
    text.unicode_words().count()
}
