//! Words that the author does not want: neither they nor their forms.

use unicode_segmentation::UnicodeSegmentation;

/// Nobody means to forbid more words than this.
const MOST: usize = 200;

/// The words that must not appear, by their stems.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Taboo {
    stems: Vec<String>,
}

impl Taboo {
    /// Forbids `word` with its forms.
    pub(super) fn forbid(&mut self, word: &str) {
        let stem = stem(word);
        if !stem.is_empty() && !self.stems.contains(&stem) && self.stems.len() < MOST {
            self.stems.push(stem);
        }
    }

    /// Allows `word` again.
    pub(super) fn allow(&mut self, word: &str) {
        let word = stem(word);
        self.stems.retain(|stem| !word.starts_with(stem.as_str()) && !stem.starts_with(&word));
    }

    /// Whether any of the words stands in `text`.
    pub(super) fn stands_in(&self, text: &str) -> bool {
        !self.stems.is_empty()
            && (text.unicode_words().any(|word| self.is(word))
                // A script without spaces has no words to compare.
                || self.stems.iter().any(|stem| !stem.is_ascii() && text.to_lowercase().contains(stem.as_str())))
    }

    /// Whether `word` is a form of one of the words: it begins like one, or, of the short ones, adds an ending.
    pub(super) fn is(&self, word: &str) -> bool {
        const ENDINGS: [&str; 10] = ["", "s", "es", "ed", "d", "ing", "y", "'s", "er", "ly"];
        let word = word.to_lowercase();
        self.stems.iter().any(|stem| match word.strip_prefix(stem.as_str()) {
            None => false,
            Some(ending) => stem.chars().count() > 3 || ENDINGS.contains(&ending),
        })
    }
}

impl Taboo {
    /// `text` without what speaks of the words: the phrase that holds one, back to its preposition, or nothing at all.
    pub(super) fn cut_from(&self, text: &str) -> String {
        const LINKS: [&str; 17] = [
            "in", "on", "at", "of", "with", "through", "under", "against", "by", "from", "over", "into",
            "across", "despite", "during", "and", "near",
        ];
        const REACH: usize = 4;
        let mut words: Vec<&str> = text.split_whitespace().collect();
        while let Some(at) = words.iter().position(|word| self.stands_in(word)) {
            let from = at.saturating_sub(REACH);
            let link = words[from..at].iter().rposition(|word| LINKS.contains(&word.to_lowercase().as_str()));
            match link {
                Some(link) if from + link > 0 => drop(words.drain(from + link..=at)),
                _ => return String::new(),
            }
        }
        words.join(" ")
    }

    /// `text` without the sentences that hold one of the words.
    pub(super) fn strike_from(&self, text: &str) -> String {
        let paragraphs = text.split("\n\n").map(|paragraph| {
            let kept = paragraph.split_sentence_bounds().filter(|sentence| !self.stands_in(sentence));
            kept.collect::<String>().trim().to_owned()
        });
        paragraphs.filter(|paragraph| !paragraph.is_empty()).collect::<Vec<_>>().join("\n\n")
    }
}

/// What the forms of a word have in common.
fn stem(word: &str) -> String {
    let word = word.to_lowercase();
    let word = word.strip_suffix("'s").unwrap_or(&word);
    let cut = ["ies", "ing", "es", "ed", "y", "e", "s"].iter().find_map(|ending| {
        word.strip_suffix(ending).filter(|stem| stem.chars().count() > 3 && !stem.ends_with('s'))
    });
    cut.unwrap_or(word).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taboo(word: &str) -> Taboo {
        let mut taboo = Taboo::default();
        taboo.forbid(word);
        taboo
    }

    #[test]
    fn a_word_is_forbidden_in_all_its_forms() {
        for (word, text) in [
            ("rain", "It rained."),
            ("rain", "a Raincoat"),
            ("smoke", "It was smoky, smoking."),
            ("memories", "one memory"),
            ("sea", "the sea's edge"),
            ("雪", "下雪了"),
        ] {
            assert!(taboo(word).stands_in(text), "{word} in {text}");
        }
    }

    #[test]
    fn other_words_stay() {
        for (word, text) in [("sea", "the season of searching"), ("rain", "a train"), ("", "anything")] {
            assert!(!taboo(word).stands_in(text), "{word} in {text}");
        }
    }

    #[test]
    fn a_phrase_is_cut_out_of_what_happens() {
        let taboo = taboo("rain");
        assert_eq!(taboo.cut_from("Mara waits in the cold rain for Tomas"), "Mara waits for Tomas");
        assert_eq!(taboo.cut_from("Rain falls"), "");
        assert_eq!(taboo.cut_from("Nothing else"), "Nothing else");
        assert_eq!(taboo.strike_from("One day. It rained. Then not.\n\nRain."), "One day. Then not.");
    }

    #[test]
    fn a_word_can_be_allowed_again() {
        let mut taboo = taboo("rain");
        taboo.allow("rains");
        assert!(!taboo.stands_in("rain"));
    }
}
