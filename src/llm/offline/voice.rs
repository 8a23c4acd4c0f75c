//! Who tells it and when: a sentence of the grammar, bent to the book's point of view and tense.

use super::inflect::{Person, Tense, verb};
use super::nouns::{Before, Noun};
use crate::llm::Settings;

/// Who tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum View {
    First,
    Second,
    Third,
}

/// How a person is spoken of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pronoun {
    She,
    He,
    They,
}

impl Pronoun {
    pub(super) fn possessive(self) -> &'static str {
        match self {
            Self::She => "her",
            Self::He => "his",
            Self::They => "their",
        }
    }
}

/// Someone on the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Someone {
    /// The name as the beat has it; empty for a hero without one.
    pub name: String,
    pub pronoun: Pronoun,
}

/// The voice of a page.
#[derive(Debug, Clone)]
pub(super) struct Voice {
    pub view: View,
    pub tense: Tense,
    pub hero: Someone,
}

/// What a sentence is about.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct About<'a> {
    pub thing: Option<&'a Noun>,
    pub place: Option<&'a Noun>,
    pub x: Option<&'a Noun>,
    pub earlier: Option<&'a Noun>,
    pub other: Option<&'a str>,
    pub clause: Option<&'a str>,
    pub line: Option<&'a str>,
    pub name: Option<&'a str>,
    pub their: Option<&'a str>,
    pub you: Option<&'a str>,
}

impl Voice {
    pub(super) fn new(settings: &Settings, hero: Someone) -> Self {
        let view = settings.point_of_view.to_lowercase();
        let view = if view.contains("first") {
            View::First
        } else if view.contains("second") {
            View::Second
        } else {
            View::Third
        };
        let present = settings.tense.to_lowercase().contains("present");
        Self { view, tense: if present { Tense::Present } else { Tense::Past }, hero }
    }

    /// A sentence of the grammar about `about`; `None` if it needs what is not there.
    pub(super) fn say(&self, template: &str, about: &About) -> Option<String> {
        let mut text = String::new();
        let mut rest = template;
        // The last subject, for a verb that stands alone, and the number of the last thing.
        let mut subject = self.person(true);
        let mut plural = false;
        while let Some(at) = rest.find(['<', '[', '{']) {
            text.push_str(&rest[..at]);
            let close = match rest.as_bytes()[at] {
                b'<' => '>',
                b'[' => ']',
                _ => '}',
            };
            let (inner, after) = rest[at + 1..].split_once(close)?;
            match close {
                '>' => {
                    let (who, base) = inner.rsplit_once(' ').unwrap_or(("", inner));
                    if !who.is_empty() {
                        subject = self.person(who == "I");
                        text.push_str(if who == "I" { self.pronoun() } else { self.name() });
                        text.push(' ');
                    }
                    text.push_str(&verb(base, subject, self.tense));
                }
                ']' => {
                    let (person, base) = match inner.split_at_checked(1) {
                        Some(("*", base)) => (Person::Many, base),
                        Some(("~", base)) => (if plural { Person::Many } else { Person::Third }, base),
                        _ => (Person::Third, inner),
                    };
                    text.push_str(&verb(base, person, self.tense));
                }
                _ => {
                    let (word, several) = self.slot(inner, about)?;
                    plural = several.unwrap_or(plural);
                    text.push_str(&word);
                }
            }
            rest = after;
        }
        text.push_str(rest);
        Some(text)
    }

    /// What a slot stands for, and whether it is several.
    fn slot(&self, name: &str, about: &About) -> Option<(String, Option<bool>)> {
        let noun = |noun: Option<&Noun>| noun.map(|noun| (self.noun(noun), Some(noun.plural)));
        let plain = |text: Option<&str>| text.map(|text| (text.to_owned(), None));
        match name {
            "thing" => noun(about.thing),
            "place" => noun(about.place),
            "x" => noun(about.x),
            "earlier" => noun(about.earlier),
            "other" => plain(about.other),
            "clause" => plain(about.clause),
            "line" => plain(about.line),
            "name" => plain(about.name),
            "their" => plain(about.their),
            "you" => plain(about.you),
            "my" => plain(Some(self.possessive())),
            "me" => plain(Some(self.object())),
            "it" => about.thing.map(|noun| ((if noun.plural { "they" } else { "it" }).to_owned(), None)),
            "is" => about.thing.map(|noun| ((if noun.plural { "are" } else { "is" }).to_owned(), None)),
            _ => None,
        }
    }

    fn noun(&self, noun: &Noun) -> String {
        match noun.before {
            Before::The => format!("the {}", noun.words),
            Before::Mine => format!("{} {}", self.possessive(), noun.words),
            Before::Nothing => noun.words.clone(),
        }
    }

    /// The person of the hero's verb, after the pronoun or after the name.
    pub(super) fn person(&self, pronoun: bool) -> Person {
        match self.view {
            View::First => Person::First,
            View::Second => Person::Many,
            View::Third if pronoun || self.hero.name.is_empty() => match self.hero.pronoun {
                Pronoun::They => Person::Many,
                Pronoun::She | Pronoun::He => Person::Third,
            },
            View::Third => Person::Third,
        }
    }

    /// The hero as a subject by name, if there is one.
    pub(super) fn name(&self) -> &str {
        match self.view {
            View::Third if !self.hero.name.is_empty() => &self.hero.name,
            _ => self.pronoun(),
        }
    }

    pub(super) fn pronoun(&self) -> &'static str {
        match (self.view, self.hero.pronoun) {
            (View::First, _) => "I",
            (View::Second, _) => "you",
            (View::Third, Pronoun::She) => "she",
            (View::Third, Pronoun::He) => "he",
            (View::Third, Pronoun::They) => "they",
        }
    }

    pub(super) fn object(&self) -> &'static str {
        match (self.view, self.hero.pronoun) {
            (View::First, _) => "me",
            (View::Second, _) => "you",
            (View::Third, Pronoun::She) => "her",
            (View::Third, Pronoun::He) => "him",
            (View::Third, Pronoun::They) => "them",
        }
    }

    pub(super) fn possessive(&self) -> &'static str {
        match self.view {
            View::First => "my",
            View::Second => "your",
            View::Third => self.hero.pronoun.possessive(),
        }
    }
}

/// `text` with a capital at the beginning of each sentence of it.
pub(super) fn capitalized(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    let mut start = true;
    let mut ended = false;
    for c in text.chars() {
        if c.is_alphanumeric() {
            if start {
                result.extend(c.to_uppercase());
            } else {
                result.push(c);
            }
            start = false;
            ended = false;
        } else {
            start |= ended && c.is_whitespace();
            ended = matches!(c, '.' | '!' | '?') || ended && matches!(c, '"' | '\'' | '”' | '’');
            result.push(c);
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    fn voice(view: &str, tense: &str) -> Voice {
        let settings =
            Settings { point_of_view: view.to_owned(), tense: tense.to_owned(), ..Settings::default() };
        Voice::new(&settings, Someone { name: "Mara".to_owned(), pronoun: Pronoun::She })
    }

    #[test]
    fn one_sentence_in_every_person_and_tense() {
        let template = "<Who lift> {my} hand and <be> sure; [it hold], and <I wait>.".replace("it ", "");
        let say = |view, tense| voice(view, tense).say(&template, &About::default()).unwrap();
        assert_eq!(say("third person", "past"), "Mara lifted her hand and was sure; held, and she waited.");
        assert_eq!(say("third", "present"), "Mara lifts her hand and is sure; holds, and she waits.");
        assert_eq!(say("First person", "past"), "I lifted my hand and was sure; held, and I waited.");
        assert_eq!(say("first", "present tense"), "I lift my hand and am sure; holds, and I wait.");
        assert_eq!(say("second", "past"), "you lifted your hand and were sure; held, and you waited.");
    }

    #[test]
    fn a_verb_agrees_with_its_thing() {
        let stairs = Noun::new("stairs", true);
        let about = About { thing: Some(&stairs), ..About::default() };
        let said = voice("third", "past").say("{thing} [~be] there.", &about);
        assert_eq!(said.as_deref(), Some("the stairs were there."));
    }

    #[test]
    fn what_is_not_there_is_not_said() {
        assert_eq!(voice("third", "past").say("{other} [wait].", &About::default()), None);
    }

    #[test]
    fn text_of_the_author_is_not_read_as_grammar() {
        let about = About { clause: Some("<Who be> {my} [x"), ..About::default() };
        let said = voice("third", "past").say("{clause}!", &about);
        assert_eq!(said.as_deref(), Some("<Who be> {my} [x!"));
    }

    #[test]
    fn sentences_begin_with_a_capital() {
        assert_eq!(capitalized("it went. \"so.\" then 3 o'clock. é"), "It went. \"So.\" Then 3 o'clock. É");
    }
}
