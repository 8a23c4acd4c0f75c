//! Facts that an edit states of someone or something that has an entry: an attribute, in a sentence that names it.

use super::{Lesson, Seen, sentences_of, words_of};
use crate::llm::CanonEntry;

/// Verbs that say how something is.
const IS: [&str; 8] = ["was", "were", "is", "are", "had", "has", "wore", "wears"];
/// Words that say how: colours, ages, looks, numbers.
const HOW: [&str; 74] = [
    "amber",
    "auburn",
    "bald",
    "bearded",
    "beige",
    "black",
    "blind",
    "blond",
    "blonde",
    "blue",
    "born",
    "brown",
    "copper",
    "crimson",
    "dark",
    "deaf",
    "dead",
    "divorced",
    "eight",
    "eighteen",
    "eighty",
    "eleven",
    "elderly",
    "fair",
    "fat",
    "fifteen",
    "fifty",
    "five",
    "forty",
    "four",
    "fourteen",
    "freckled",
    "ginger",
    "golden",
    "gray",
    "green",
    "grey",
    "hazel",
    "hundred",
    "lame",
    "left-handed",
    "limp",
    "married",
    "nine",
    "nineteen",
    "ninety",
    "old",
    "orange",
    "orphan",
    "pale",
    "pink",
    "purple",
    "red",
    "scar",
    "scarred",
    "seven",
    "seventeen",
    "seventy",
    "short",
    "silver",
    "six",
    "sixteen",
    "sixty",
    "tall",
    "ten",
    "thin",
    "thirteen",
    "thirty",
    "three",
    "twelve",
    "twenty",
    "twin",
    "white",
    "yellow",
];

pub(super) fn facts(seen: &Seen<'_>) -> Vec<Lesson> {
    let old = sentences_of(seen.before);
    let mut said: Vec<String> = Vec::new();
    let mut found = Vec::new();
    for sentence in sentences_of(seen.after).into_iter().filter(|s| !old.contains(s)) {
        if let Some(lesson) = fact(seen, sentence, &old)
            && !said.contains(&lesson.text)
        {
            said.push(lesson.text.clone());
            found.push(lesson);
        }
    }
    found
}

fn fact(seen: &Seen<'_>, sentence: &str, old: &[&str]) -> Option<Lesson> {
    // What someone says may be a lie, and what someone asks is not said.
    if sentence.contains(['"', '“', '”', '«', '»', '「', '?']) {
        return None;
    }
    let (entry, end) =
        seen.material.canon.iter().filter(|e| e.kind != "style").find_map(|e| subject(e, sentence))?;
    let rest: Vec<String> = words_of(&sentence[end..]).collect();
    let verb = rest.iter().take(4).position(|w| IS.contains(&w.as_str()))?;
    let is_how = |w: &&String| HOW.contains(&w.as_str()) || w.chars().all(|c| c.is_ascii_digit());
    let how: Vec<&String> = rest[verb..].iter().filter(is_how).collect();
    // It is the edit that says so: no sentence about it said this of it before.
    let known: Vec<String> = words_of(&entry.text).collect();
    let before =
        |word: &String| old.iter().any(|s| subject(entry, s).is_some() && words_of(s).any(|w| w == *word));
    if how.is_empty() || how.iter().all(|w| known.contains(w) || before(w)) {
        return None;
    }
    Some(Lesson {
        kind: "fact",
        entry: Some(entry.id.clone()),
        text: sentence.split_whitespace().collect::<Vec<_>>().join(" "),
        why: format!("your text says so of {}", entry.name),
        quote: sentence.to_owned(),
    })
}

/// Whether a sentence begins with an entry, by its name, an alias, or a person's first or last name: the byte
/// after it.
fn subject<'e>(entry: &'e CanonEntry, sentence: &str) -> Option<(&'e CanonEntry, usize)> {
    let parts = entry.name.split_whitespace().filter(|_| entry.kind == "character");
    let names =
        std::iter::once(entry.name.as_str()).chain(entry.aliases.iter().map(String::as_str)).chain(parts);
    let begins = |text: &str, name: &str| {
        let head = text.get(..name.len())?;
        let ends = !text[name.len()..].starts_with(char::is_alphanumeric);
        (!name.is_empty() && ends && head.to_lowercase() == name.to_lowercase()).then_some(name.len())
    };
    let article = if sentence.get(..4).is_some_and(|head| head.eq_ignore_ascii_case("the ")) { 4 } else { 0 };
    names
        .filter_map(|name| {
            begins(sentence, name).or_else(|| Some(begins(&sentence[article..], name)? + article))
        })
        .max()
        .map(|end| (entry, end))
}
