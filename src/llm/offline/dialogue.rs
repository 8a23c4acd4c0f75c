//! The offline author's dialogue: lines, one a paragraph, placed after the paragraphs of the narration.

use std::collections::BTreeSet;

use super::chance::Chance;
use super::grammar::{DIALOGUE, Exchange};
use super::nouns::Noun;
use super::scene::Scene;
use super::sentences::count_words;
use super::voice::{About, Pronoun, Someone, View, Voice, capitalized};
use super::wishes::{Length, More, Wishes};
use crate::llm::Material;

/// A line for so many words of narration.
const WORDS_A_LINE: f64 = 42.0;

pub(super) fn converse(material: &Material, wishes: &Wishes, chance: Chance) -> String {
    let scene = Scene::of(material, chance);
    let voice = Voice::new(&material.settings, scene.hero.clone());
    let stranger = Someone { name: "someone".to_owned(), pronoun: Pronoun::They };
    let partners = if scene.others.is_empty() { vec![stranger] } else { scene.others.clone() };
    let mut talk = Talk {
        voice: &voice,
        scene: &scene,
        chance,
        wishes,
        said: BTreeSet::new(),
        hero_spoke: false,
        lines: Vec::new(),
    };
    let count = count(material, wishes);
    talk.speak_quotes(&partners, count);
    talk.exchange_all(&partners, count);
    if talk.lines.is_empty() {
        let bare = DIALOGUE.bare.iter().find(|line| !wishes.taboo.stands_in(line));
        return format!("\"{}\"", bare.map_or("Yes.", String::as_str));
    }
    placed(&talk.lines, material.narration.as_deref())
}

/// How many lines there should be.
fn count(material: &Material, wishes: &Wishes) -> usize {
    let usual = f64::from(material.settings.words_per_page.clamp(10, 5_000)) / WORDS_A_LINE;
    // Lines differ in length, so their number changes more than the wish.
    let goal = wishes.words.map_or(usual * wishes.length.powf(1.4), |words| words as f64 / 9.0);
    let before =
        material.previous.as_deref().map(lines_of).filter(|&lines| lines > 0).map(|lines| lines as f64);
    let goal = match (before, wishes.last_length) {
        (Some(before), Some(Length::Shorter)) => goal.min(before * 0.5),
        (Some(before), Some(Length::Longer)) => goal.max(before * 1.4 + 1.0),
        _ => goal,
    };
    (goal.round() as usize).clamp(2, 200)
}

fn lines_of(text: &str) -> usize {
    text.lines().filter(|line| !line.trim().is_empty()).count()
}

struct Talk<'a> {
    voice: &'a Voice,
    scene: &'a Scene,
    chance: Chance,
    wishes: &'a Wishes,
    /// Which exchanges were spoken.
    said: BTreeSet<(&'static str, usize)>,
    /// Whether the last line was the hero's: people take turns.
    hero_spoke: bool,
    /// The lines with the exchange that each belongs to.
    lines: Vec<(usize, String)>,
}

impl Talk<'_> {
    /// What the beat itself has someone say.
    fn speak_quotes(&mut self, partners: &[Someone], count: usize) {
        for (index, quote) in self.scene.quotes.iter().take(count).enumerate() {
            let ended = quote.ends_with(['.', '!', '?', '…', '。', '！', '？']);
            let quote = if ended { quote.clone() } else { format!("{quote}.") };
            let speaker = if index % 2 == 0 { &self.scene.hero } else { &partners[0] };
            if !self.wishes.taboo.stands_in(&quote) {
                let line = self.tagged(&quote, speaker, index);
                self.lines.push((index / 2, line));
                self.hero_spoke = index % 2 == 0;
            }
        }
    }

    /// Question and answer, until there are `count` lines.
    fn exchange_all(&mut self, partners: &[Someone], count: usize) {
        let wanted = count.saturating_sub(self.lines.len());
        let exchanges = wanted.div_ceil(2).max(usize::from(self.lines.is_empty()));
        let first = self.lines.last().map_or(0, |(exchange, _)| exchange + 1);
        // What is said in the beat is spoken already.
        let told =
            |event: &&String| !self.wishes.taboo.stands_in(event) && !event.contains(['"', '“', '„', '«']);
        let clause = self.scene.events.iter().find(told).map(|event| shortened(event));
        let more: Vec<Noun> = self.wishes.more.iter().map(noun_of).collect();
        for index in 0..exchanges {
            let partner = &partners[index % partners.len()];
            let about = About {
                thing: pick(&self.scene.things, index),
                place: Some(&self.scene.place),
                x: pick(&more, index / 2),
                clause: clause.as_deref(),
                ..About::default()
            };
            let kind = match index {
                _ if about.x.is_some() && (index % 2 == 1 || exchanges < 3) => "more",
                _ if exchanges > 2 && index + 1 == exchanges => "closing",
                0 if self.scene.things.is_empty() => "clause",
                _ if index % 4 == 3 => "clause",
                _ if index % 2 == 0 => "thing",
                _ => "plain",
            };
            match kinds(kind).find_map(|(kind, list)| self.draw(kind, list, &about, partner)) {
                Some(lines) => self.exchange(first + index, lines, partner, count),
                // The grammar is used up: a page this long hears some of it again.
                None => self.said.clear(),
            }
        }
    }

    /// A line and its answer, between the hero and `partner`, who take turns.
    fn exchange(&mut self, exchange: usize, lines: [String; 2], partner: &Someone, count: usize) {
        if self.lines.is_empty() {
            self.hero_spoke = self.chance.at("first", 0).is_multiple_of(2);
        }
        for line in lines {
            if self.lines.len() < count {
                self.hero_spoke = !self.hero_spoke;
                let speaker = if self.hero_spoke { &self.scene.hero } else { partner };
                let line = self.tagged(&line, speaker, self.lines.len());
                self.lines.push((exchange, line));
            }
        }
    }

    /// The next exchange of a kind that can be spoken.
    fn draw(
        &mut self,
        kind: &'static str,
        list: &[Exchange],
        about: &About,
        partner: &Someone,
    ) -> Option<[String; 2]> {
        let spoken = Voice { view: View::First, ..self.voice.clone() };
        let you = |name: &str| match name.strip_prefix("the ").unwrap_or(name) {
            "" | "someone" => "friend".to_owned(),
            name => name.to_owned(),
        };
        let (hero, other) = (you(&self.scene.hero.name), you(&partner.name));
        for index in self.chance.order(kind, list.len()) {
            let [ask, answer] = &list[index];
            let say = |line: &str, to: &str| {
                spoken.say(line, &About { you: Some(to), ..*about }).map(|line| capitalized(&line))
            };
            let (Some(ask), Some(answer)) = (say(ask, &other), say(answer, &hero)) else { continue };
            let taboo = &self.wishes.taboo;
            if taboo.stands_in(&ask) || taboo.stands_in(&answer) || !self.said.insert((kind, index)) {
                continue;
            }
            return Some([ask, answer]);
        }
        None
    }

    /// `line` as `speaker` says it.
    fn tagged(&self, line: &str, speaker: &Someone, index: usize) -> String {
        let question = line.ends_with(['?', '？', '؟']);
        let tags = if question { &DIALOGUE.questions } else { &DIALOGUE.tags };
        let hero = speaker.name == self.scene.hero.name;
        let name = if speaker.name == "someone" { "a voice" } else { &speaker.name };
        let order = self.chance.order(if question { "ask" } else { "tag" }, tags.len());
        // Early lines say who speaks; a bare line leaves it to the turn.
        let start = if index < 2 { 0 } else { index };
        for step in 0..tags.len() {
            let tag = &tags[order[(start + step) % tags.len()]];
            if index < 2 && !tag.contains("{name}") {
                continue;
            }
            // The hero's verbs are the hero's, so that a first person says and does not says.
            let tag = if hero {
                tag.replace("{name} [", "<Who ").replace('[', "<").replace(']', ">")
            } else {
                tag.clone()
            };
            // A tag behind a line goes on its sentence.
            let goes_on = tag.starts_with("\"{line}\" ");
            let spoken = match line.strip_suffix('.') {
                Some(bare) if goes_on => format!("{bare},"),
                _ => line.to_owned(),
            };
            let their = if hero { self.voice.possessive() } else { speaker.pronoun.possessive() };
            let about =
                About { line: Some(&spoken), name: Some(name), their: Some(their), ..About::default() };
            if let Some(text) = self.voice.say(&tag, &about).filter(|text| !self.wishes.taboo.stands_in(text))
            {
                return if goes_on { text } else { capitalized_first(&text) };
            }
        }
        format!("\"{line}\"")
    }
}

/// The kinds of exchange: the one that is wanted, then whatever else there is.
fn kinds(wanted: &'static str) -> impl Iterator<Item = (&'static str, &'static [Exchange])> {
    let talk = &*DIALOGUE;
    let mut kinds: [(&str, &[Exchange]); 6] = [
        ("thing", &talk.thing),
        ("clause", &talk.clause),
        ("plain", &talk.plain),
        ("place", &talk.place),
        ("closing", &talk.closing),
        ("more", &talk.more),
    ];
    kinds.sort_by_key(|(kind, _)| *kind != wanted);
    kinds.into_iter()
}

fn pick<T>(items: &[T], index: usize) -> Option<&T> {
    (!items.is_empty()).then(|| &items[index % items.len()])
}

fn noun_of(more: &More) -> Noun {
    match more {
        More::Theme(theme) => Noun::new(&theme.name, true),
        More::Noun(noun) => noun.clone(),
        More::Word(word) => Noun::new(word, false),
    }
}

/// The first few words of an event, which someone can say in one breath.
fn shortened(event: &str) -> String {
    const BREATH: usize = 14;
    let plain = event.replace(['"', '“', '”'], "");
    if count_words(&plain) <= BREATH || plain.split_whitespace().count() <= 1 {
        return plain.chars().take(200).collect();
    }
    plain
        .split_whitespace()
        .take(BREATH)
        .collect::<Vec<_>>()
        .join(" ")
        .trim_end_matches([',', ';', ':'])
        .to_owned()
}

fn capitalized_first(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |c| c.to_uppercase().chain(chars).collect())
}

/// The lines, each after its paragraph of the narration; the last exchange of several stands at the end.
fn placed(lines: &[(usize, String)], narration: Option<&str>) -> String {
    let paragraphs =
        narration.map_or(0, |text| text.split("\n\n").filter(|part| !part.trim().is_empty()).count());
    let exchanges = lines.last().map_or(1, |(exchange, _)| exchange + 1);
    let placed: Vec<String> = lines
        .iter()
        .map(|(exchange, line)| {
            let after = exchange * paragraphs / exchanges + 1;
            let at_the_end = paragraphs == 0 || exchanges > 1 && exchange + 1 == exchanges;
            if at_the_end { line.clone() } else { format!("[{after}] {line}") }
        })
        .collect();
    placed.join("\n\n")
}
