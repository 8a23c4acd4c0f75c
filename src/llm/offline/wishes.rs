//! What the author asks for in feedback, as far as the offline author understands it. Later words win.

use super::grammar::{NARRATION, Theme, WORDS};
use super::nouns::{Noun, nouns};
use super::taboo::Taboo;

/// The feedback, read.
#[derive(Debug, Clone, Default)]
pub(super) struct Wishes {
    /// The wished length over the book's usual one.
    pub length: f64,
    /// A length in words that was named outright.
    pub words: Option<usize>,
    /// Whether the newest feedback asks for less, or for more.
    pub last_length: Option<Length>,
    /// What should be there more, the latest last.
    pub more: Vec<More>,
    /// What should not be there.
    pub taboo: Taboo,
    /// Feedback in which nothing was understood: then the text is at least another one.
    pub unread: String,
}

/// A wish about length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Length {
    Shorter,
    Longer,
}

/// Something to be woven in.
#[derive(Debug, Clone)]
pub(super) enum More {
    /// A mood or element of the grammar.
    Theme(&'static Theme),
    /// A thing that the author named.
    Noun(Noun),
    /// A word that is no noun, or in another script.
    Word(String),
}

impl More {
    fn text(&self) -> &str {
        match self {
            Self::Theme(theme) => &theme.name,
            Self::Noun(noun) => &noun.words,
            Self::Word(word) => word,
        }
    }
}

/// Of a pasted flood, only so much is read.
const LONGEST: usize = 8_000;
const MOST: usize = 5;

const SHORTER: [&str; 11] = [
    "shorter",
    "shorten",
    "tighter",
    "tighten",
    "trim",
    "condense",
    "briefer",
    "terser",
    "too long",
    "cut it down",
    "half as long",
];
const LONGER: [&str; 9] = [
    "longer",
    "lengthen",
    "expand",
    "too short",
    "extend",
    "fuller",
    "twice as long",
    "more detail",
    "more details",
];
/// Longest first, so that `no more rain` is no wish for more.
const WITHOUT: [&str; 26] = [
    "do not mention",
    "don't mention",
    "don't use",
    "do not use",
    "never mention",
    "not so much",
    "not so many",
    "get rid of",
    "no more",
    "take out",
    "leave out",
    "instead of",
    "too much",
    "too many",
    "stop using",
    "without",
    "remove",
    "delete",
    "avoid",
    "fewer",
    "never",
    "less",
    "drop",
    "lose",
    "cut",
    "no",
];
const MORE: [&str; 14] = [
    "bring back",
    "bring in",
    "not enough",
    "too little",
    "work in",
    "more",
    "add",
    "include",
    "mention",
    "needs",
    "need",
    "stress",
    "emphasise",
    "emphasize",
];
/// What ends the thing that is spoken of.
const STOPS: [&str; 20] = [
    "in", "on", "at", "from", "when", "where", "please", "until", "because", "so", "if", "here", "there",
    "then", "for", "to", "and", "but", "with", "than",
];

impl Wishes {
    /// Reads `feedback`, oldest first, over the book's notes on style.
    pub(super) fn read<'a>(style: &str, feedback: impl IntoIterator<Item = &'a str>) -> Self {
        let mut wishes = Self { length: 1.0, ..Self::default() };
        wishes.style(style);
        for text in feedback {
            let text: String = text.chars().take(LONGEST).collect();
            wishes.last_length = None;
            let mut understood = false;
            for part in parts(&text) {
                understood |= wishes.part(&part);
            }
            if !understood && !text.trim().is_empty() {
                wishes.unread.push_str(&text);
            }
        }
        wishes.length = wishes.length.clamp(0.1, 8.0);
        wishes
    }

    /// Reads what forbids and sets the tone in notes on style, which ask for no particular thing.
    fn style(&mut self, notes: &str) {
        let notes: String = notes.chars().take(LONGEST).collect();
        for part in parts(&notes) {
            let words: Vec<&str> = part.split_whitespace().collect();
            if let Some(about) = after(&words, &WITHOUT) {
                self.without(about);
            }
        }
    }

    /// Reads one part; whether anything came of it.
    fn part(&mut self, part: &str) -> bool {
        let words: Vec<&str> = part.split_whitespace().collect();
        let has = |phrases: &[&str]| phrases.iter().any(|phrase| find(&words, phrase).is_some());
        if let Some(count) = named_length(&words) {
            self.words = Some(count);
            self.length = 1.0;
        } else if has(&SHORTER) {
            self.length *= 0.6;
            self.words = self.words.map(|words| words * 6 / 10);
            self.last_length = Some(Length::Shorter);
        } else if has(&LONGER) {
            self.length *= 1.5;
            self.words = self.words.map(|words| words * 3 / 2);
            self.last_length = Some(Length::Longer);
        } else if let Some(about) = after(&words, &WITHOUT).filter(|about| names(about)) {
            self.without(about);
        } else if let Some(theme) = theme_asked(&words) {
            self.add(More::Theme(theme));
        } else if let Some(about) = after(&words, &MORE).filter(|about| names(about)) {
            self.with(about);
        } else {
            return self.mention(part, &words);
        }
        true
    }

    fn without(&mut self, about: &[&str]) {
        for word in about.iter().map(|word| bare(word)).filter(|word| !is_small(word)) {
            self.taboo.forbid(word);
        }
        let taboo = &self.taboo;
        self.more.retain(|more| !taboo.stands_in(more.text()));
    }

    fn with(&mut self, about: &[&str]) {
        let mut skipped = about.iter().skip_while(|word| is_small(bare(word)));
        let the =
            about.iter().take_while(|word| is_small(bare(word))).any(|word| word.eq_ignore_ascii_case("the"));
        let mut phrase: Vec<&str> = Vec::new();
        for word in skipped.by_ref().take(4) {
            phrase.push(bare(word));
        }
        while phrase.last().is_some_and(|word| is_small(word)) {
            phrase.pop();
        }
        let text = phrase.join(" ");
        for word in &phrase {
            self.taboo.allow(word);
        }
        match NARRATION.themes.iter().find(|theme| theme.name == text.to_lowercase()) {
            Some(theme) => self.add(More::Theme(theme)),
            None => self.add(More::Noun(Noun::new(&text, the))),
        }
    }

    /// Works in what is spoken of, when it is not said what is to become of it.
    fn mention(&mut self, part: &str, words: &[&str]) -> bool {
        let found: Vec<Noun> = nouns(part).into_iter().take(3).collect();
        let noun = !found.is_empty();
        for noun in found {
            self.add(More::Noun(noun));
        }
        if noun {
            return true;
        }
        let told: Vec<&str> = words
            .iter()
            .map(|word| bare(word))
            .filter(|word| !is_small(word) && !word.is_empty())
            .take(2)
            .collect();
        for word in &told {
            self.add(More::Word(word.chars().take(40).collect()));
        }
        !told.is_empty()
    }

    fn add(&mut self, more: More) {
        for word in more.text().split_whitespace() {
            self.taboo.allow(word);
        }
        self.more.retain(|other| other.text() != more.text());
        self.more.push(more);
        if self.more.len() > MOST {
            self.more.remove(0);
        }
    }
}

/// The parts of a feedback that ask for one thing each.
fn parts(text: &str) -> Vec<String> {
    let text = text.replace('’', "'");
    let mut parts = Vec::new();
    for piece in
        text.split(['.', ',', ';', ':', '!', '?', '\n', '。', '，', '、', '；', '！', '？', '؛', '،', '؟'])
    {
        let mut part = String::new();
        let words: Vec<&str> = piece.split_whitespace().collect();
        for (index, word) in words.iter().enumerate() {
            let rest = &words[index + 1..];
            let joins = ["and", "but", "also"].iter().any(|join| word.eq_ignore_ascii_case(join));
            if joins && begins_a_wish(rest) {
                parts.push(std::mem::take(&mut part));
            } else {
                part.push_str(word);
                part.push(' ');
            }
        }
        parts.push(part);
    }
    parts.retain(|part| !part.trim().is_empty());
    parts
}

fn begins_a_wish(words: &[&str]) -> bool {
    let begins = |phrases: &[&str]| phrases.iter().any(|phrase| find(words, phrase) == Some(0));
    begins(&WITHOUT)
        || begins(&MORE)
        || begins(&SHORTER)
        || begins(&LONGER)
        || theme_asked(&words[..words.len().min(2)]).is_some()
}

/// Where `phrase` stands in `words`.
fn find(words: &[&str], phrase: &str) -> Option<usize> {
    let phrase: Vec<&str> = phrase.split(' ').collect();
    words.windows(phrase.len()).position(|window| {
        window.iter().zip(&phrase).all(|(word, wanted)| bare(word).eq_ignore_ascii_case(wanted))
    })
}

/// The words after the first of `phrases` that is there, up to what ends the thing spoken of.
fn after<'a, 'b>(words: &'a [&'b str], phrases: &[&str]) -> Option<&'a [&'b str]> {
    let (at, phrase) = phrases.iter().find_map(|phrase| Some((find(words, phrase)?, phrase)))?;
    let rest = &words[at + phrase.split(' ').count()..];
    let stop = |word: &&str| STOPS.iter().any(|stop| bare(word).eq_ignore_ascii_case(stop));
    let end = rest.iter().position(stop).unwrap_or(rest.len());
    Some(&rest[..end.min(12)])
}

/// Whether any of the words names something.
fn names(words: &[&str]) -> bool {
    words.iter().any(|word| !is_small(bare(word)))
}

/// A length in words, as in `about 120 words`.
fn named_length(words: &[&str]) -> Option<usize> {
    words.windows(2).find_map(|pair| {
        let count = bare(pair[0]).parse::<usize>().ok()?;
        bare(pair[1]).to_lowercase().starts_with("word").then_some(count.clamp(10, 5_000))
    })
}

fn theme_asked(words: &[&str]) -> Option<&'static Theme> {
    NARRATION.themes.iter().find(|theme| theme.asked.iter().any(|asked| find(words, asked).is_some()))
}

/// A word without the marks around it.
fn bare(word: &str) -> &str {
    word.trim_matches(|c: char| !c.is_alphanumeric() && !is_picture(c))
}

fn is_picture(c: char) -> bool {
    matches!(c as u32, 0x2600..=0x27BF | 0x1F000..=0x1FAFF)
}

fn is_small(word: &str) -> bool {
    word.is_empty() || WORDS.small.contains(&word.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(feedback: &[&str]) -> Wishes {
        Wishes::read("", feedback.iter().copied())
    }

    fn mores(wishes: &Wishes) -> Vec<&str> {
        wishes.more.iter().map(More::text).collect()
    }

    #[test]
    fn wishes_are_told_apart_within_one_sentence() {
        let wishes = read(&["Shorter, more of the cold and no rain."]);
        assert!(wishes.length < 0.75);
        assert_eq!(mores(&wishes), ["cold"]);
        assert!(wishes.taboo.stands_in("It was raining."));
    }

    #[test]
    fn the_last_word_wins() {
        let wishes = read(&["no rain", "more rain"]);
        assert!(!wishes.taboo.stands_in("rain"));
        assert_eq!(mores(&wishes), ["rain"]);
        let wishes = read(&["more of the rain", "no more rain please"]);
        assert!(wishes.taboo.stands_in("rain"));
        assert!(wishes.more.is_empty());
    }

    #[test]
    fn lengths_are_read() {
        assert_eq!(read(&["No more than 120 words."]).words, Some(120));
        assert_eq!(read(&["too long"]).last_length, Some(Length::Shorter));
        assert_eq!(read(&["could be a bit longer"]).last_length, Some(Length::Longer));
    }

    #[test]
    fn a_mood_asks_for_its_theme() {
        assert_eq!(mores(&read(&["make it darker"])), ["dark"]);
        assert_eq!(mores(&read(&["Slower, please"])), ["slow"]);
    }

    #[test]
    fn whatever_else_is_named_is_worked_in() {
        assert_eq!(mores(&read(&["Where is the brass key?"])), ["brass key"]);
        assert_eq!(mores(&read(&["灯塔应该更重要"])), ["灯塔应该更重要"]);
    }

    #[test]
    fn what_says_nothing_still_asks_for_another_text() {
        assert!(
            !read(&["I do not like it."]).unread.is_empty() || !read(&["I do not like it."]).more.is_empty()
        );
    }
}
