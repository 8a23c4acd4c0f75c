//! The offline author's narration of a page.

use super::chance::Chance;
use super::grammar::NARRATION;
use super::nouns::Noun;
use super::scene::Scene;
use super::sentences::{Sentences, count_words};
use super::telling::{Told, tell, tell_fact};
use super::voice::{About, Voice, capitalized};
use super::wishes::{Length, More, Wishes};
use crate::llm::Material;

/// A paragraph has about so many words.
const PARAGRAPH: usize = 75;
/// Below so many words per page has neither opening nor closing.
const SHORT: usize = 45;

pub(super) fn narrate(material: &Material, wishes: &Wishes, chance: Chance) -> String {
    let scene = Scene::of(material, chance);
    let voice = Voice::new(&material.settings, scene.hero.clone());
    let target = target(material, wishes);
    let mut writer = Writer {
        sentences: Sentences::new(&voice, chance, &wishes.taboo, &material.earlier),
        scene: &scene,
        drawn: 0,
        of: [0; KINDS],
        last: usize::MAX,
        facts: 0,
    };
    let events = writer.events(target);
    let woven = writer.woven(wishes, target);
    let count = (target / PARAGRAPH).max(usize::from(target > PARAGRAPH) + 1).max(1);
    let mut paragraphs = Vec::new();
    let mut words = 0;
    for index in 0..count {
        let mine = |at: usize, all: usize| at * count / all.max(1) == index;
        let mut paragraph: Vec<String> = Vec::new();
        let budget = target * (index + 1) / count;
        let end = if index + 1 == count && target > SHORT { writer.closing() } else { None };
        let kept = end.as_deref().map_or(0, count_words);
        if index == 0 && target > SHORT {
            paragraph.extend(writer.opening());
        }
        let mut own: Vec<&String> = events
            .iter()
            .enumerate()
            .filter(|(at, _)| mine(*at, events.len()))
            .map(|(_, text)| text)
            .collect();
        own.extend(woven.iter().enumerate().filter(|(at, _)| mine(*at, woven.len())).map(|(_, text)| text));
        let fixed: usize = own.iter().map(|text| count_words(text)).sum();
        let mut left = fixed + kept;
        words += paragraph.iter().map(|text| count_words(text)).sum::<usize>();
        // What must be said and what may be said take turns, until the paragraph has its length.
        let mut own = own.into_iter();
        loop {
            let must = own.next();
            if let Some(text) = must {
                let length = count_words(text);
                (words, left) = (words + length, left - length);
                paragraph.push(text.clone());
            }
            if words + left + 6 < budget {
                match writer.elaboration() {
                    Some(text) => {
                        words += count_words(&text);
                        paragraph.push(text);
                    }
                    None if must.is_none() => break,
                    None => {}
                }
            } else if must.is_none() {
                break;
            }
        }
        words += kept;
        paragraph.extend(end);
        if !paragraph.is_empty() {
            paragraphs.push(paragraph.join(" "));
        }
    }
    if paragraphs.is_empty() {
        paragraphs.extend(writer.sentences.next("bare", &NARRATION.bare, &About::default()));
    }
    paragraphs.join("\n\n")
}

/// How many words the page should have.
fn target(material: &Material, wishes: &Wishes) -> usize {
    let usual = f64::from(material.settings.words_per_page.clamp(10, 5_000));
    let goal =
        wishes.words.map_or(usual * wishes.length, |words| words as f64 * wishes.length.clamp(0.5, 2.0));
    // A text that the author changed has a length of its own, from which less must be less, and more be more.
    let before =
        material.previous.as_deref().map(count_words).filter(|&words| words > 0).map(|words| words as f64);
    let goal = match (before, wishes.last_length) {
        (Some(before), Some(Length::Shorter)) => goal.min(before * 0.65),
        (Some(before), Some(Length::Longer)) => goal.max(before * 1.4),
        _ => goal,
    };
    goal.clamp(8.0, 6_000.0) as usize
}

/// The kinds of elaboration.
const KINDS: usize = 9;

struct Writer<'a> {
    sentences: Sentences<'a>,
    scene: &'a Scene,
    /// How many elaborations were drawn.
    drawn: usize,
    /// How many of each kind.
    of: [usize; KINDS],
    /// The kind of the last one.
    last: usize,
    /// How many facts of canon were told.
    facts: usize,
}

impl Writer<'_> {
    /// The events of the beat as sentences, as many as the page has room for.
    fn events(&mut self, target: usize) -> Vec<String> {
        let others: Vec<&str> = self.scene.others.iter().map(|one| one.name.as_str()).collect();
        let mut told = Vec::new();
        let mut words = 0;
        for event in &self.scene.events {
            let event = self.sentences.taboo.cut_from(event);
            if event.is_empty() {
                continue;
            }
            let sentence = match tell(&event, self.sentences.voice, &others) {
                Told::Sentence(text) => {
                    Some(format!("{}.", capitalized(&text).trim_end_matches(['.', '!', '?'])))
                }
                Told::Phrase(text) => self.framed("fragment", &text),
                Told::Foreign(text) => self.framed("foreign", &text),
            };
            let Some(sentence) = sentence.filter(|text| !self.sentences.taboo.stands_in(text)) else {
                continue;
            };
            words += count_words(&sentence);
            if !told.is_empty() && words * 10 > target * 8 {
                break;
            }
            told.push(sentence);
        }
        told
    }

    fn framed(&mut self, kind: &'static str, text: &str) -> Option<String> {
        let frames = if kind == "foreign" { &NARRATION.foreign } else { &NARRATION.fragment };
        self.sentences.next(kind, frames, &About { clause: Some(text), ..About::default() })
    }

    /// The sentences that the author's wishes bring in.
    fn woven(&mut self, wishes: &Wishes, target: usize) -> Vec<String> {
        let each = (target / 60).clamp(3, 6);
        let mut woven = Vec::new();
        for round in 0..each {
            for more in &wishes.more {
                let noun = match more {
                    More::Theme(theme) => {
                        let line = self.sentences.next(&theme.name, &theme.lines, &About::default());
                        if line.is_some() {
                            woven.extend(line);
                            continue;
                        }
                        Noun::new(&theme.name, true)
                    }
                    More::Noun(noun) => noun.clone(),
                    More::Word(word) => {
                        if round < 2 {
                            let noun = Noun::new(word, false);
                            let about = About { x: Some(&noun), ..About::default() };
                            woven.extend(self.sentences.next("word", &NARRATION.word, &about));
                        }
                        continue;
                    }
                };
                let about = About { x: Some(&noun), ..About::default() };
                woven.extend(self.sentences.next("more", &NARRATION.more, &about));
            }
        }
        woven
    }

    fn opening(&mut self) -> Option<String> {
        let about = About { place: Some(&self.scene.place), ..About::default() };
        self.sentences.next("opening", &NARRATION.opening, &about)
    }

    fn closing(&mut self) -> Option<String> {
        self.sentences.next("closing", &NARRATION.closing, &About::default())
    }

    /// The next sentence that tells more of what is there.
    fn elaboration(&mut self) -> Option<String> {
        for fresh in [true, false] {
            for attempt in 0..KINDS * 2 {
                let draw = self.sentences.chance.at("kind", self.drawn) as usize;
                let kind = (draw + attempt) % KINDS;
                if kind == self.last && attempt < KINDS {
                    continue;
                }
                if let Some(sentence) = self.of_kind(kind) {
                    self.of[kind] += 1;
                    self.last = kind;
                    self.drawn += 1;
                    return Some(sentence);
                }
            }
            if fresh {
                // The grammar is used up: a page this long hears some of it again.
                self.sentences.again();
            }
        }
        None
    }

    fn of_kind(&mut self, kind: usize) -> Option<String> {
        // Two kinds speak of things, and share their turns.
        let (scene, drawn) = (self.scene, if kind < 2 { self.of[0] + self.of[1] } else { self.of[kind] });
        let about = About {
            thing: pick(&scene.things, drawn),
            place: Some(&scene.place),
            earlier: pick(&scene.earlier, drawn),
            other: pick(&scene.others, drawn).map(|one| one.name.as_str()),
            ..About::default()
        };
        match kind {
            0 | 1 => self.sentences.next("thing", &NARRATION.thing, &about),
            2 => self.sentences.next("sense", &NARRATION.sense, &about),
            3 => self.sentences.next("inner", &NARRATION.inner, &about),
            4 => self.sentences.next("move", &NARRATION.moving, &about),
            5 => self.sentences.next("other", &NARRATION.other, &about),
            6 => self.sentences.next("place", &NARRATION.place, &about),
            7 => self.sentences.next("echo", &NARRATION.echo, &about),
            _ => self.canon(),
        }
    }

    /// The next fact that canon tells of someone here.
    fn canon(&mut self) -> Option<String> {
        let scene = self.scene;
        while let Some((name, fact)) = scene.canon.get(self.facts) {
            self.facts += 1;
            let mut people = std::iter::once(&scene.hero).chain(&scene.others).map(|one| one.name.as_str());
            let shown = people.find(|shown| !shown.is_empty() && name.contains(shown)).unwrap_or(name);
            let others = scene.others.iter().map(|one| one.name.as_str());
            let others: Vec<&str> = others.chain((shown != scene.hero.name).then_some(shown)).collect();
            // A fact mostly begins with a pronoun, which would hang in the air here.
            let pronouns = ["She ", "He ", "They ", "It "];
            let rest = pronouns.iter().find_map(|pronoun| fact.strip_prefix(pronoun));
            let named = rest.map_or_else(|| fact.clone(), |rest| format!("{shown} {rest}"));
            let told = match tell_fact(&named, self.sentences.voice, &others) {
                Told::Sentence(text) => self.sentences.once(capitalized(&format!("{text}."))),
                Told::Phrase(text) | Told::Foreign(text) if shown != scene.hero.name => {
                    let about = About { other: Some(shown), clause: Some(&text), ..About::default() };
                    self.sentences.next("known", &NARRATION.known, &about)
                }
                Told::Phrase(_) | Told::Foreign(_) => None,
            };
            if told.is_some() {
                return told;
            }
        }
        None
    }
}

fn pick<T>(items: &[T], index: usize) -> Option<&T> {
    (!items.is_empty()).then(|| &items[index % items.len()])
}
