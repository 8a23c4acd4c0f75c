//! What the rules of English need to know: lists of words and phrases, read from `assets/analysis/english.toml`.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::LazyLock;

use serde::Deserialize;

/// The lists, read once.
pub static ENGLISH: LazyLock<English> = LazyLock::new(|| {
    let lists: Lists = toml::from_str(include_str!("../../assets/analysis/english.toml"))
        .expect("the lists are in the program and tested");
    English {
        small: set(lists.small),
        filters: set(lists.filters),
        irregular: set(lists.irregular),
        states: set(lists.states),
        speaking: set(lists.speaking),
        emphatic: set(lists.emphatic),
        doubles: set(lists.doubles),
        vowel_sound: lists.vowel_sound,
        consonant_sound: lists.consonant_sound,
        capitals: set(lists.capitals),
        misspelt: lists.misspelt.into_iter().collect(),
        cliches: Phrases::of(lists.cliches.into_iter().map(|phrase| (phrase, String::new()))),
        confused: Phrases::of(lists.confused),
        wordy: Phrases::of(lists.wordy),
    }
});

/// Lists of English words and phrases, in lower case.
#[derive(Debug)]
pub struct English {
    /// Words without weight of their own.
    pub small: HashSet<String>,
    /// Words that put a watcher between the reader and the thing.
    pub filters: HashSet<String>,
    /// Participles that do not end in -ed.
    pub irregular: HashSet<String>,
    /// Participles that name a state: "she was tired" is not a passive.
    pub states: HashSet<String>,
    /// Verbs that tell who speaks.
    pub speaking: HashSet<String>,
    /// Words that are said twice on purpose.
    pub emphatic: HashSet<String>,
    /// Words that never stand twice, also in speech.
    pub doubles: HashSet<String>,
    /// Beginnings of words with a consonant letter that sound like a vowel.
    pub vowel_sound: Vec<String>,
    /// Beginnings of words with a vowel letter that sound like a consonant.
    pub consonant_sound: Vec<String>,
    /// Words that always have a capital.
    pub capitals: HashSet<String>,
    /// Misspellings further than one slip away from what is meant.
    pub misspelt: HashMap<String, String>,
    /// Phrases that were fresh once.
    pub cliches: Phrases,
    /// Phrases that stand for others, with what is meant.
    pub confused: Phrases,
    /// Phrases that take more words than they need, with the shorter one.
    pub wordy: Phrases,
}

#[derive(Deserialize)]
struct Lists {
    small: Vec<String>,
    filters: Vec<String>,
    irregular: Vec<String>,
    states: Vec<String>,
    speaking: Vec<String>,
    emphatic: Vec<String>,
    doubles: Vec<String>,
    vowel_sound: Vec<String>,
    consonant_sound: Vec<String>,
    capitals: Vec<String>,
    cliches: Vec<String>,
    misspelt: BTreeMap<String, String>,
    confused: BTreeMap<String, String>,
    wordy: BTreeMap<String, String>,
}

fn set(words: impl IntoIterator<Item = String>) -> HashSet<String> {
    words.into_iter().collect()
}

/// Phrases by their first word, the longest first.
#[derive(Debug, Default)]
pub struct Phrases(HashMap<String, Vec<Phrase>>);

#[derive(Debug)]
struct Phrase {
    rest: Vec<String>,
    meant: String,
}

impl Phrases {
    fn of(phrases: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut by_first: HashMap<String, Vec<Phrase>> = HashMap::new();
        for (phrase, meant) in phrases {
            let mut words = phrase.split(' ').map(str::to_owned);
            let Some(first) = words.next() else { continue };
            by_first.entry(first).or_default().push(Phrase { rest: words.collect(), meant });
        }
        for phrases in by_first.values_mut() {
            phrases.sort_by(|a, b| b.rest.len().cmp(&a.rest.len()).then_with(|| a.rest.cmp(&b.rest)));
        }
        Self(by_first)
    }

    /// How many words the longest phrase takes that begins with `first` and goes on with `rest`, and what is meant.
    pub fn at<'a>(
        &self,
        first: &str,
        rest: &(impl Iterator<Item = &'a str> + Clone),
    ) -> Option<(usize, &str)> {
        let phrases = self.0.get(first)?;
        let found = phrases.iter().find(|phrase| {
            let mut words = rest.clone();
            phrase.rest.iter().all(|word| words.next() == Some(word))
        })?;
        Some((found.rest.len() + 1, &found.meant))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_read_and_the_longest_phrase_is_found() {
        let mut words = ["the", "fact", "that", "it"].into_iter();
        let (count, meant) = ENGLISH.wordy.at("despite", &words).expect("a phrase");
        assert_eq!((count, meant), (4, "although"));
        words.next();
        assert!(ENGLISH.wordy.at("despite", &words).is_none());
    }
}
