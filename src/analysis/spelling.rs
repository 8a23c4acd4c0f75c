//! Which words are spelt as a dictionary knows them, and what was meant by one that is not.
//!
//! The dictionary is SCOWL's English for Hunspell with British and rarer words beside it (`assets/dictionaries`, under
//! 1 MB); it is built when it is first asked and then kept.

use std::ops::RangeInclusive;
use std::sync::LazyLock;

use spellbook::Dictionary;

use super::english::ENGLISH;

mod slips;

use slips::Slip;

/// Letters of a word that is worth guessing at.
const LENGTHS: RangeInclusive<usize> = 3..=24;

/// The English dictionary, built at the first use.
pub static SPELLING: LazyLock<Spelling> = LazyLock::new(|| Spelling {
    dictionary: Dictionary::new(
        include_str!("../../assets/dictionaries/en_US.aff"),
        include_str!("../../assets/dictionaries/en_US.dic"),
    )
    .expect("the dictionary is in the program and tested"),
    more: lines(include_str!("../../assets/dictionaries/en_more.txt")),
    common: lines(include_str!("../../assets/dictionaries/en_common.txt")),
});

/// A dictionary.
#[derive(Debug)]
pub struct Spelling {
    dictionary: Dictionary,
    /// Sorted.
    more: Vec<&'static str>,
    /// Sorted.
    common: Vec<&'static str>,
}

impl Spelling {
    /// Whether a word stands in the dictionary. Straight apostrophes; capitals only as the dictionary has them.
    #[must_use]
    pub fn knows(&self, word: &str) -> bool {
        self.is_common(word) || self.dictionary.check(word) || self.more.binary_search(&word).is_ok()
    }

    /// Whether a word in lower case is made of one that is known: "untrembling", "suddenest", "lanthorns".
    #[must_use]
    pub fn derives(&self, word: &str) -> bool {
        const BEFORE: [&str; 8] = ["un", "re", "in", "out", "over", "fore", "under", "mis"];
        const BEHIND: [&str; 8] = ["s", "est", "er", "ship", "less", "like", "ness", "ly"];
        const LONG: usize = 5;
        let known = |stem: &str| stem.len() >= LONG && self.knows(stem);
        let listed = ENGLISH.misspelt.contains_key(word) || word.ends_with("ss") && !word.ends_with("ness");
        !listed
            && (BEFORE.iter().any(|start| word.strip_prefix(start).is_some_and(known))
                || BEHIND.iter().any(|end| word.strip_suffix(end).is_some_and(known)))
    }

    /// Whether a word in lower case is one of the most common.
    #[must_use]
    pub fn is_common(&self, word: &str) -> bool {
        self.common.binary_search(&word).is_ok()
    }

    /// What is meant by a word in lower case that the dictionary does not know, where there is little doubt:
    /// one slip of the hand away, and nothing else as near and as common.
    #[must_use]
    pub fn meant(&self, word: &str) -> Option<String> {
        if let Some(meant) = ENGLISH.misspelt.get(word) {
            return Some(meant.clone());
        }
        if !word.is_ascii() || !LENGTHS.contains(&word.len()) {
            return None;
        }
        let mut best: Vec<(u8, String)> = Vec::new();
        for (slip, candidate) in slips::undone(word) {
            // The list of common words has no short forms ("don't"), and they are all common.
            let common = slip == Slip::Apostrophe || self.is_common(&candidate);
            // A wrong letter says little, and a rare word is often one that no dictionary has.
            let sure = common || slip != Slip::Letter;
            if sure && !best.iter().any(|(_, found)| *found == candidate) && self.knows(&candidate) {
                best.push((slip.rank() + if common { 0 } else { 2 }, candidate));
            }
        }
        best.sort();
        match best.as_slice() {
            [] => None,
            [(_, only)] => Some(only.clone()),
            [(first, meant), (second, _), ..] => (first < second).then(|| meant.clone()),
        }
    }

    /// Whether a word is a common one with two neighbouring letters exchanged: a slip of the hand in any mouth.
    #[must_use]
    pub fn is_exchange(&self, word: &str) -> Option<String> {
        if !word.is_ascii() {
            return None;
        }
        let mut exchanged = slips::undone(word).filter(|(slip, _)| *slip == Slip::Exchanged);
        exchanged.find(|(_, candidate)| self.is_common(candidate)).map(|(_, candidate)| candidate)
    }
}

fn lines(text: &'static str) -> Vec<&'static str> {
    text.lines().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_are_sorted_and_words_of_either_shore_are_known() {
        assert!(SPELLING.more.is_sorted() && SPELLING.common.is_sorted());
        for word in ["colour", "color", "grey", "harbour", "realise", "don't", "lighthouse", "ledger", "the"]
        {
            assert!(SPELLING.knows(word), "{word}");
        }
        for word in ["teh", "recieve", "harbuor", "dont"] {
            assert!(!SPELLING.knows(word), "{word}");
        }
    }

    #[test]
    fn what_is_meant_is_said_where_there_is_little_doubt() {
        for (word, meant) in [
            ("teh", "the"),
            ("recieve", "receive"),
            ("untill", "until"),
            ("dont", "don't"),
            ("definately", "definitely"),
            ("harbuor", "harbour"),
            ("wiht", "with"),
            ("winndow", "window"),
        ] {
            assert_eq!(SPELLING.meant(word).as_deref(), Some(meant), "{word}");
        }
        assert_eq!(SPELLING.meant("xqzzt"), None);
        assert_eq!(SPELLING.is_exchange("teh").as_deref(), Some("the"));
        assert_eq!(SPELLING.is_exchange("dat"), None);
    }
}
