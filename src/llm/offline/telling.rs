//! An event of the beat as a sentence of the page: in the book's tense and from the hero's eyes.
//!
//! A beat is mostly told in the present and of a third person ("Mara climbs the stairs"). Where no verb is found
//! (a bare phrase, another language), the event is no sentence, and stands in a frame of the grammar instead.

use super::grammar::WORDS;
use super::inflect::{Tense, base_of_past, base_of_third, past, verb};
use super::nouns::tokens;
use super::voice::{Pronoun, View, Voice};

/// An event, ready for the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Told {
    /// A sentence without its full stop.
    Sentence(String),
    /// A phrase without a verb.
    Phrase(String),
    /// Words of another script.
    Foreign(String),
}

/// Who the last subject was.
#[derive(Clone, Copy, PartialEq)]
enum Subject {
    None,
    Hero,
    Other,
    Many,
}

/// Tells `event` in `voice`; `others` are the names of the other people.
pub(super) fn tell(event: &str, voice: &Voice, others: &[&str]) -> Told {
    told(event, voice, others, false)
}

/// Tells a fact of canon: what lies behind it stays in the past.
pub(super) fn tell_fact(fact: &str, voice: &Voice, others: &[&str]) -> Told {
    told(fact, voice, others, true)
}

fn told(event: &str, voice: &Voice, others: &[&str], keeps_past: bool) -> Told {
    let letters = event.chars().filter(|c| c.is_alphabetic()).count();
    let latin = event.chars().filter(char::is_ascii_alphabetic).count();
    if latin * 10 < letters * 6 || letters == 0 {
        return Told::Foreign(event.to_owned());
    }
    let event = without_instruction(event);
    let mut teller = Teller {
        voice,
        others,
        subject: Subject::None,
        found: false,
        keeps_past,
        met: false,
        last: String::new(),
    };
    let words: Vec<_> = tokens(&event).collect();
    let mut text = String::new();
    for (index, token) in words.iter().enumerate() {
        let next = words.get(index + 1).map_or("", |token| token.word);
        let word = teller.word(token.word, next);
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(token.before);
        text.push_str(&word);
        text.push_str(token.after);
        if token.after.contains(',') {
            teller.last.clear();
        }
    }
    let text = text.trim_end_matches([',', ':', '-', ' ']).to_owned();
    if teller.found { Told::Sentence(text) } else { Told::Phrase(lowered(&text, &teller)) }
}

struct Teller<'a> {
    voice: &'a Voice,
    others: &'a [&'a str],
    subject: Subject,
    /// Whether a verb was found.
    found: bool,
    /// Whether what is past stays so: a fact of canon, and no event of the page.
    keeps_past: bool,
    /// Whether someone else was named, so that a pronoun may mean them.
    met: bool,
    last: String,
}

impl Teller<'_> {
    fn word(&mut self, word: &str, next: &str) -> String {
        let lower = word.to_lowercase().replace('’', "'");
        let told = self.told(word, &lower, next);
        self.last = lower;
        told
    }

    fn told(&mut self, word: &str, lower: &str, next: &str) -> String {
        let hero = &self.voice.hero;
        let own = self.voice.view != View::Third;
        if !hero.name.is_empty() && hero.name.split(' ').next_back() == Some(word) {
            self.subject = Subject::Hero;
            return if own { self.hero_as(next).to_owned() } else { word.to_owned() };
        }
        if own && hero.name.split_once(' ').is_some_and(|(first, last)| (first, last) == (word, next)) {
            return String::new();
        }
        if word.strip_suffix("'s").or_else(|| word.strip_suffix("’s")).is_some_and(|name| name == hero.name)
            && own
        {
            return self.voice.possessive().to_owned();
        }
        if self.others.iter().any(|name| name.split(' ').next_back() == Some(word)) {
            (self.subject, self.met) = (Subject::Other, true);
            return word.to_owned();
        }
        if let Some(told) = self.pronoun(word, lower, next) {
            return told;
        }
        self.verb(lower, next).unwrap_or_else(|| word.to_owned())
    }

    /// The hero in the place of a name: `I` before a verb, `me` after one.
    fn hero_as(&self, next: &str) -> &'static str {
        let next = next.to_lowercase();
        let verb = base_of_third(&next).is_some() || WORDS.pasts.contains(&next) || next.ends_with("ed");
        let subject = verb || self.last.is_empty() || self.last == "and" && !self.found;
        if subject { self.voice.pronoun() } else { self.voice.object() }
    }

    fn pronoun(&mut self, word: &str, lower: &str, next: &str) -> Option<String> {
        let hero = self.voice.hero.pronoun;
        let mine = self.voice.view != View::Third && !self.met;
        match lower {
            "she" | "he" => {
                let is_hero = mine && (lower == "she") == (hero == Pronoun::She) && hero != Pronoun::They;
                self.subject = if is_hero { Subject::Hero } else { Subject::Other };
                Some(if is_hero { self.voice.pronoun().to_owned() } else { word.to_owned() })
            }
            "they" | "we" | "you" | "i" => {
                self.subject = Subject::Many;
                Some(word.to_owned())
            }
            "it" | "who" | "that" | "which" => {
                self.subject = Subject::Other;
                None
            }
            "her" | "his" | "him"
                if mine && ((lower == "her") == (hero == Pronoun::She)) && hero != Pronoun::They =>
            {
                let possessive = lower == "his" || lower == "her" && !next.is_empty() && !is_small(next);
                Some((if possessive { self.voice.possessive() } else { self.voice.object() }).to_owned())
            }
            _ => None,
        }
    }

    /// The verb `lower` in the page's tense, if it is a verb where it stands.
    fn verb(&mut self, lower: &str, next: &str) -> Option<String> {
        if let Some(helper) = self.helper(lower) {
            self.found = true;
            return Some(helper);
        }
        let after_subject = self.subject != Subject::None
            && (self.is_subject_last() || self.last.ends_with("ly") || self.last.is_empty() && !self.found);
        let joined = matches!(self.last.as_str(), "and" | "then" | "but" | "or") && self.found;
        let known = WORDS.base.get(lower);
        let after_noun = !self.found
            && !after_subject
            && known.is_some()
            && !self.last.is_empty()
            && !WORDS.before_noun.contains(&self.last)
            && !is_small(&self.last)
            && !WORDS.past.contains_key(&next.to_lowercase());
        let bent = if after_subject && self.subject == Subject::Many && WORDS.past.contains_key(lower) {
            Some(lower.to_owned())
        } else if after_subject {
            base_of_third(lower)
        } else if joined || after_noun {
            known.cloned()
        } else {
            None
        };
        if let Some(base) = bent {
            if after_noun {
                self.subject = Subject::Other;
            }
            self.found = true;
            let untrue = base == "lie" && self.voice.tense == Tense::Past && ["to", "about"].contains(&next);
            return Some(if untrue { "lied".to_owned() } else { self.bend(&base) });
        }
        let is_past = WORDS.pasts.contains(lower) || lower.len() > 4 && lower.ends_with("ed");
        if is_past
            && (after_subject || joined || !self.found && !is_small(&self.last) && !self.last.is_empty())
        {
            self.found = true;
            let base = base_of_past(lower).filter(|_| self.voice.tense == Tense::Present && !self.keeps_past);
            return base.map(|base| self.bend(base));
        }
        None
    }

    fn is_subject_last(&self) -> bool {
        let hero = self.voice.hero.name.split(' ').next_back().unwrap_or_default().to_lowercase();
        let others = self.others.iter().filter_map(|name| name.split(' ').next_back()).map(str::to_lowercase);
        let pronouns = ["she", "he", "it", "they", "we", "you", "i", "who", "that", "which"];
        self.last == hero
            || others.into_iter().any(|name| name == self.last)
            || pronouns.contains(&self.last.as_str())
    }

    fn bend(&self, base: &str) -> String {
        match (self.voice.tense, self.subject) {
            (Tense::Past, _) => past(base),
            (tense, Subject::Hero) => verb(base, self.voice.person(false), tense),
            (tense, Subject::Many) => verb(base, super::inflect::Person::Many, tense),
            (tense, _) => verb(base, super::inflect::Person::Third, tense),
        }
    }

    /// The helping verbs, with and without their `n't`.
    fn helper(&self, lower: &str) -> Option<String> {
        // What is a noun as often as a verb is one only behind a subject: an oil can, a will.
        if ["can", "will", "must"].contains(&lower) && !self.is_subject_last() {
            return None;
        }
        let (plain, not) = lower.strip_suffix("n't").map_or((lower, ""), |plain| (plain, "n't"));
        let hero = self.subject == Subject::Hero;
        let told = match (plain, self.voice.tense) {
            ("is", Tense::Past) if hero && self.voice.view == View::Second => "were",
            ("is", Tense::Past) => "was",
            ("are", Tense::Past) => "were",
            ("has" | "have", Tense::Past) => "had",
            ("does" | "do", Tense::Past) => "did",
            ("can" | "ca", Tense::Past) => "could",
            ("will" | "wo", Tense::Past) => "would",
            ("is" | "was", Tense::Present) if hero && not.is_empty() => match self.voice.view {
                View::First => "am",
                View::Second => "are",
                View::Third => "is",
            },
            ("was" | "were" | "had", Tense::Present) if self.keeps_past => plain,
            ("was", Tense::Present) => "is",
            ("were", Tense::Present) => "are",
            ("has" | "had", Tense::Present) if hero && self.voice.view != View::Third => "have",
            ("had", Tense::Present) => "has",
            (
                "was" | "were" | "had" | "is" | "are" | "has" | "can" | "will" | "could" | "would" | "must",
                _,
            ) => plain,
            _ => return None,
        };
        Some(format!("{told}{not}"))
    }
}

/// `event` without a word to whoever writes it: "Show how she waits" is about her waiting.
fn without_instruction(event: &str) -> String {
    let mut words: Vec<&str> = event.split_whitespace().collect();
    let instructs = |word: &str| WORDS.instructions.contains(&word.to_lowercase());
    if words.len() > 2 && instructs(words[0]) {
        words.remove(0);
        while words.len() > 1
            && ["how", "that", "with", "on", "us", "why"].contains(&words[0].to_lowercase().as_str())
        {
            words.remove(0);
        }
    }
    words.join(" ")
}

/// A phrase within a sentence: without a capital, unless it begins with a name.
fn lowered(text: &str, teller: &Teller) -> String {
    let first = text.split_whitespace().next().unwrap_or_default();
    let names = std::iter::once(teller.voice.hero.name.as_str()).chain(teller.others.iter().copied());
    let begins_so =
        first == "I" || names.into_iter().any(|name| name.starts_with(first.trim_end_matches("'s")));
    let mut chars = text.chars();
    match chars.next() {
        Some(c) if !begins_so && is_small(&first.to_lowercase()) => c.to_lowercase().chain(chars).collect(),
        _ => text.to_owned(),
    }
}

fn is_small(word: &str) -> bool {
    WORDS.small.contains(&word.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::super::voice::Someone;
    use super::*;
    use crate::llm::Settings;

    fn of(event: &str, view: &str, tense: &str) -> Told {
        let settings =
            Settings { point_of_view: view.to_owned(), tense: tense.to_owned(), ..Settings::default() };
        let voice = Voice::new(&settings, Someone { name: "Mara".to_owned(), pronoun: Pronoun::She });
        tell(event, &voice, &["Tomas"])
    }

    fn sentence(text: &str) -> Told {
        Told::Sentence(text.to_owned())
    }

    #[test]
    fn an_event_in_the_present_is_told_in_the_past() {
        for (event, expected) in [
            (
                "Mara climbs the stairs and finds the lamp broken",
                "Mara climbed the stairs and found the lamp broken",
            ),
            ("She doesn't know that Tomas is below", "She didn't know that Tomas was below"),
            ("The storm breaks the window", "The storm broke the window"),
            ("They wait", "They waited"),
            ("Mara slowly opens the door", "Mara slowly opened the door"),
            ("Mara can see the harbour lights", "Mara could see the harbour lights"),
        ] {
            assert_eq!(of(event, "third", "past"), sentence(expected));
        }
    }

    #[test]
    fn an_event_in_the_present_stays_there() {
        let event = "Mara climbs the stairs and finds the lamp broken";
        assert_eq!(of(event, "third", "present"), sentence(event));
        assert_eq!(of("Mara found the lamp", "third", "present"), sentence("Mara finds the lamp"));
    }

    #[test]
    fn the_hero_tells_it_in_the_first_person() {
        for (event, past, present) in [
            ("Mara climbs the stairs", "I climbed the stairs", "I climb the stairs"),
            ("Tomas follows Mara", "Tomas followed me", "Tomas follows me"),
            ("She takes her coat", "I took my coat", "I take my coat"),
            ("Mara is late", "I was late", "I am late"),
        ] {
            assert_eq!(of(event, "first", "past"), sentence(past));
            assert_eq!(of(event, "first", "present"), sentence(present));
        }
    }

    #[test]
    fn a_phrase_is_no_sentence() {
        assert_eq!(
            of("A storm over the harbour", "third", "past"),
            Told::Phrase("a storm over the harbour".to_owned())
        );
        assert_eq!(of("Show how Mara waits", "third", "past"), sentence("Mara waited"));
    }

    #[test]
    fn another_script_stands_as_it_is() {
        for event in ["她点亮灯", "أضاءت المصباح", "🌧️🏮"] {
            assert_eq!(of(event, "first", "past"), Told::Foreign(event.to_owned()));
        }
    }
}
