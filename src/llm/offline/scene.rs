//! What a page is about: who is in it, where it is, what happens, read from beat and canon.

use super::chance::Chance;
use super::grammar::WORDS;
use super::nouns::{Noun, nouns, tokens};
use super::voice::{Pronoun, Someone};
use crate::llm::{CanonEntry, Material};

/// Of a pasted flood, only so much is read, in characters.
const LONGEST: usize = 20_000;
const MOST_NAMES: usize = 40;

/// A page's people, place, things and events.
#[derive(Debug, Clone)]
pub(super) struct Scene {
    pub hero: Someone,
    pub others: Vec<Someone>,
    pub place: Noun,
    pub things: Vec<Noun>,
    /// The beat, an event at a time, without the full stop.
    pub events: Vec<String>,
    /// What someone says in the beat, in quotes there.
    pub quotes: Vec<String>,
    /// What canon tells of those on the page, a sentence at a time, with the name it is about.
    pub canon: Vec<(String, String)>,
    /// What the page before left behind.
    pub earlier: Vec<Noun>,
}

impl Scene {
    pub(super) fn of(material: &Material, chance: Chance) -> Self {
        let beat: String = material.beat.chars().take(LONGEST).collect();
        let mut people = people(&beat, &material.canon);
        let hero = if people.is_empty() {
            let pronoun = if chance.at("nameless", 0).is_multiple_of(2) { Pronoun::She } else { Pronoun::He };
            Someone { name: String::new(), pronoun: pronoun_in(&beat).unwrap_or(pronoun) }
        } else {
            people.remove(0)
        };
        let names: Vec<&str> = std::iter::once(&hero)
            .chain(&people)
            .map(|one| one.name.strip_prefix("the ").unwrap_or(&one.name))
            .filter(|name| !name.is_empty())
            .collect();
        let is_someone = |noun: &Noun| names.iter().any(|name| noun.words.contains(name));
        let mut things: Vec<Noun> = nouns(&beat);
        things.retain(|noun| !is_someone(noun));
        let solid = |noun: &Noun| !noun.is_airy();
        let place = place(&beat, &material.canon, &things);
        things.retain(solid);
        if things.len() > 1 {
            things.retain(|noun| noun.words != place.words);
        }
        let earlier =
            material.earlier.last().map(|page| nouns(&page.chars().take(LONGEST).collect::<String>()));
        let mut earlier = earlier.unwrap_or_default();
        earlier.retain(|noun| {
            noun.words.len() > 3 && solid(noun) && !things.contains(noun) && noun.words != place.words
        });
        let canon = facts(&material.canon, &beat);
        Self {
            events: events(&beat),
            quotes: quotes(&beat),
            canon,
            earlier,
            hero,
            others: people,
            place,
            things,
        }
    }
}

/// The people of the beat in the order in which they come; those that canon knows go by the name the beat uses.
fn people(beat: &str, canon: &[CanonEntry]) -> Vec<Someone> {
    let mut found: Vec<(usize, Someone)> = Vec::new();
    for entry in canon.iter().filter(|entry| entry.kind.eq_ignore_ascii_case("character")) {
        let parts = std::iter::once(entry.name.as_str()).chain(entry.name.split_whitespace());
        let seen = parts
            .filter(|part| part.chars().count() > 1)
            .find_map(|part| Some((place_of(beat, part)?, part)));
        if let Some((at, name)) = seen {
            let pronoun = pronoun_in(&entry.text).or_else(|| pronoun_in(beat)).unwrap_or(Pronoun::They);
            found.push((at, Someone { name: name.to_owned(), pronoun }));
        }
    }
    let known_place = |name: &str| {
        canon.iter().any(|entry| !entry.kind.eq_ignore_ascii_case("character") && entry.name.contains(name))
    };
    for (at, name) in names(beat) {
        let known = found.iter().any(|(_, one)| one.name.contains(&name) || name.contains(&one.name));
        if !known && !known_place(&name) && !is_after_preposition(beat, at) && is_of_a_person(&name) {
            let pronoun = if found.is_empty() { pronoun_in(beat) } else { None }.unwrap_or(Pronoun::They);
            found.push((at, Someone { name, pronoun }));
        }
    }
    found.sort_by_key(|(at, _)| *at);
    let mut people: Vec<Someone> = found.into_iter().map(|(_, one)| one).collect();
    if people.is_empty() {
        // The beat names nobody: it is about whom the book is about.
        let first =
            canon.iter().find(|entry| entry.kind.eq_ignore_ascii_case("character") && !entry.name.is_empty());
        people.extend(first.map(|entry| Someone {
            name: entry.name.split_whitespace().next().unwrap_or_default().to_owned(),
            pronoun: pronoun_in(&entry.text).unwrap_or(Pronoun::They),
        }));
    }
    people
}

/// Whether a name may be that of somebody: a place has a voice nowhere, and "the" stands before titles alone.
fn is_of_a_person(name: &str) -> bool {
    let last = name.rsplit(' ').next().unwrap_or_default().to_lowercase();
    !WORDS.places.contains(&last) && (!name.starts_with("the ") || WORDS.titles.contains(&last))
}

/// Where `name` stands in `text` as a word of its own.
fn place_of(text: &str, name: &str) -> Option<usize> {
    let joined = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() && c.is_ascii());
    text.match_indices(name).map(|(at, _)| at).find(|&at| {
        !joined(text[..at].chars().next_back()) && !joined(text[at + name.len()..].chars().next())
    })
}

/// The names in `text`: words with a capital that no sentence gave them.
fn names(text: &str) -> Vec<(usize, String)> {
    let mut found: Vec<(usize, String)> = Vec::new();
    let mut start = true;
    let (mut open, mut titled) = (false, false);
    for token in tokens(text) {
        let word =
            token.word.strip_suffix("'s").or_else(|| token.word.strip_suffix("’s")).unwrap_or(token.word);
        let at = word.as_ptr() as usize - text.as_ptr() as usize;
        let lower = word.to_lowercase();
        let capital = word.chars().next().is_some_and(char::is_uppercase) && word.chars().count() > 1;
        let common = WORDS.small.contains(&lower)
            || WORDS.before_noun.contains(&lower)
            || start
                && (WORDS.past.contains_key(&lower)
                    || WORDS.instructions.contains(&lower)
                    || !is_subject(text, at + word.len()));
        if capital && !common {
            let full = found.len() >= MOST_NAMES;
            match found.last_mut() {
                Some((_, name)) if open && name.split(' ').count() < 3 => *name = format!("{name} {word}"),
                _ if full => break,
                // A title without a name keeps its article: "the Captain".
                _ if titled => found.push((at, format!("the {word}"))),
                _ => found.push((at, word.to_owned())),
            }
            open = token.after.is_empty();
        } else {
            open = false;
        }
        titled = lower == "the";
        start = token.after.contains(['.', '!', '?', ':', ';', '\n']);
    }
    found
}

/// Whether what follows makes the word before `at` a subject: a verb, an `and`, a possessive.
fn is_subject(text: &str, at: usize) -> bool {
    let rest = &text[at..];
    if rest.starts_with(['\'', '’', ',']) {
        return true;
    }
    tokens(rest).next().is_none_or(|next| {
        let word = next.word.to_lowercase();
        word == "and"
            || WORDS.base.contains_key(&word)
            || WORDS.pasts.contains(&word)
            || word.ends_with("ed")
            || next.word.chars().next().is_some_and(char::is_uppercase)
            || super::inflect::base_of_third(&word).is_some_and(|base| !WORDS.small.contains(&base))
    })
}

fn is_after_preposition(text: &str, at: usize) -> bool {
    let before = text[..at].split_whitespace().next_back().unwrap_or_default();
    ["in", "at", "into", "inside", "through", "near", "above", "across"]
        .contains(&before.to_lowercase().as_str())
}

/// The pronoun that a text uses most.
fn pronoun_in(text: &str) -> Option<Pronoun> {
    // A subject says more than a possessive, which may speak of a relation.
    let weight = |word: &str, wanted: [&str; 3]| match wanted.iter().position(|one| *one == word) {
        Some(0) => 2,
        Some(_) => 1,
        None => 0,
    };
    let count = |wanted: [&str; 3]| -> usize {
        tokens(text).map(|token| weight(&token.word.to_lowercase(), wanted)).sum()
    };
    let (she, he) = (count(["she", "her", "hers"]), count(["he", "his", "him"]));
    match she.cmp(&he) {
        std::cmp::Ordering::Greater => Some(Pronoun::She),
        std::cmp::Ordering::Less => Some(Pronoun::He),
        std::cmp::Ordering::Equal => None,
    }
}

/// Where it is: a place of canon, else what the beat puts after `in` or `at`.
fn place(beat: &str, canon: &[CanonEntry], things: &[Noun]) -> Noun {
    let places =
        || canon.iter().filter(|entry| entry.kind.eq_ignore_ascii_case("place") && !entry.name.is_empty());
    let lower = beat.to_lowercase();
    let bare = |name: &str| name.trim_start_matches("The ").trim_start_matches("the ").to_owned();
    let noun = |entry: &CanonEntry| {
        let name = bare(&entry.name);
        let named = name.split_whitespace().skip(1).any(|word| word.starts_with(char::is_uppercase))
            || name.split_whitespace().count() == 1;
        let the = entry.name.len() != name.len() || !named;
        Noun::new(&name, the)
    };
    if let Some(entry) = places().find(|entry| lower.contains(&bare(&entry.name).to_lowercase())) {
        return noun(entry);
    }
    if let Some((_, name)) = names(beat).into_iter().find(|(at, _)| is_after_preposition(beat, *at)) {
        return Noun::new(&name, false);
    }
    for preposition in
        ["in the ", "at the ", "inside the ", "into the ", "through the ", "on the ", "in a ", "at a "]
    {
        if let Some((_, rest)) = lower.split_once(preposition)
            && let Some(thing) =
                things.iter().find(|thing| !thing.is_airy() && rest.starts_with(&thing.words.to_lowercase()))
        {
            return thing.clone();
        }
    }
    places().next().map_or_else(|| Noun::new("this place", false), noun)
}

/// The events of a beat, one after the other.
fn events(beat: &str) -> Vec<String> {
    let mut events = Vec::new();
    let mut event = String::new();
    let mut rest = beat.chars().peekable();
    while let Some(c) = rest.next() {
        let stops = match c {
            '\n' | ';' | '。' | '！' | '？' | '；' | '؛' | '؟' | '۔' | '…' => true,
            '.' | '!' | '?' => rest.peek().is_none_or(|next| next.is_whitespace()) && !is_title(&event),
            _ => false,
        };
        if stops {
            events.push(std::mem::take(&mut event));
        } else {
            event.push(c);
        }
    }
    events.push(event);
    let parts =
        events.iter().flat_map(|event| event.split(", then ")).flat_map(|event| event.split(" and then "));
    let parts = parts.map(|event| event.trim().trim_start_matches(['-', '*', '•', '#']).trim());
    parts.filter(|event| !event.is_empty()).map(str::to_owned).take(200).collect()
}

fn is_title(before: &str) -> bool {
    ["Mr", "Mrs", "Ms", "Dr", "St"].contains(&before.rsplit(' ').next().unwrap_or_default())
}

/// What stands in quotes.
fn quotes(beat: &str) -> Vec<String> {
    let plain = beat.replace(['“', '”', '„', '«', '»'], "\"");
    let said: Vec<String> = plain.split('"').skip(1).step_by(2).map(|said| said.trim().to_owned()).collect();
    let whole = plain.matches('"').count() / 2;
    said.into_iter().take(whole).filter(|said| said.chars().any(char::is_alphanumeric)).take(8).collect()
}

/// What canon tells of those that the beat names: short sentences only.
fn facts(canon: &[CanonEntry], beat: &str) -> Vec<(String, String)> {
    let lower = beat.to_lowercase();
    let on_the_page = |entry: &&CanonEntry| {
        entry
            .name
            .split_whitespace()
            .filter(|part| part.chars().count() > 2)
            .any(|part| lower.contains(&part.to_lowercase()))
    };
    let plain = |text: &str| text.replace(['*', '_', '#', '`', '>'], "");
    canon
        .iter()
        .filter(on_the_page)
        .flat_map(|entry| {
            let text = plain(&entry.text.chars().take(2_000).collect::<String>());
            let told =
                events(&text).into_iter().filter(|fact| (3..=22).contains(&fact.split_whitespace().count()));
            told.take(3).map(|fact| (entry.name.clone(), fact)).collect::<Vec<_>>()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scene(beat: &str, canon: &[(&str, &str, &str)]) -> Scene {
        let canon = canon.iter().map(|(kind, name, text)| CanonEntry {
            kind: (*kind).to_owned(),
            name: (*name).to_owned(),
            text: (*text).to_owned(),
            ..CanonEntry::default()
        });
        let material = Material { beat: beat.to_owned(), canon: canon.collect(), ..Material::default() };
        Scene::of(&material, Chance::new(1, &[]))
    }

    #[test]
    fn people_place_and_things_are_read_from_beat_and_canon() {
        let scene = scene(
            "Mara climbs the tower at Gull Point. Tomas waits below with a rope.",
            &[
                ("character", "Mara Voss", "The keeper's daughter. She fears heights."),
                ("character", "Tomas", "Her brother; he lost a boat."),
                ("character", "Old Ilse", "She is elsewhere."),
                ("place", "Gull Point", "A lighthouse."),
            ],
        );
        assert_eq!((scene.hero.name.as_str(), scene.hero.pronoun), ("Mara", Pronoun::She));
        assert_eq!(scene.others.len(), 1);
        assert_eq!((scene.others[0].name.as_str(), scene.others[0].pronoun), ("Tomas", Pronoun::He));
        assert_eq!(scene.place.words, "Gull Point");
        assert!(scene.things.iter().any(|thing| thing.words == "rope"));
        assert_eq!(scene.events.len(), 2);
        assert!(scene.canon.iter().any(|(name, fact)| name == "Mara Voss" && fact == "She fears heights"));
    }

    #[test]
    fn names_are_found_without_canon() {
        let scene = scene("In the morning Captain Ruiz finds Elena at the harbour.", &[]);
        assert_eq!(scene.hero.name, "Captain Ruiz");
        assert_eq!(scene.others[0].name, "Elena");
        assert_eq!(scene.place.words, "harbour");
    }

    #[test]
    fn a_place_or_a_thing_speaks_in_no_scene() {
        for beat in [
            "The Harbour and Mara wait for the storm.",
            "Mara leaves Gull Point before the Wall falls.",
            "The Resolute and her crew follow Mara along Salt Street.",
        ] {
            let scene = scene(beat, &[]);
            assert_eq!(scene.hero.name, "Mara", "{beat}");
            assert!(scene.others.is_empty(), "{beat}: {:?}", scene.others);
        }
        assert_eq!(scene("The Captain meets Mara.", &[]).hero.name, "the Captain");
    }

    #[test]
    fn events_keep_titles_and_numbers_whole() {
        assert_eq!(
            events("Mr. Voss pays 3.50 for it. He leaves, then he returns!"),
            ["Mr. Voss pays 3.50 for it", "He leaves", "he returns"]
        );
        assert_eq!(events("她点亮灯。雪停了！"), ["她点亮灯", "雪停了"]);
    }

    #[test]
    fn what_is_said_in_the_beat_is_kept() {
        assert_eq!(quotes("She says \"I never left\" and “come in”."), ["I never left", "come in"]);
        assert!(quotes("a lone \" mark").is_empty());
    }
}
