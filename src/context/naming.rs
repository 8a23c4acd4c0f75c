//! Which entries a text names: by name or alias, at word boundaries, whatever the case, in the plural and the
//! possessive, in scripts without spaces too; never by a name that stands inside another word or name.

use std::collections::{BTreeMap, HashMap, HashSet};

use unicode_segmentation::UnicodeSegmentation;

use crate::analysis::is_cjk;

/// The most letters that an ending may add in a language whose endings are not known.
const ENDING: usize = 3;
/// The most bytes between two words of one name.
const GAP: usize = 3;

/// What an entry is called.
#[derive(Debug, Clone, Copy)]
pub struct Called<'a> {
    /// Its name.
    pub name: &'a str,
    /// What it is also called.
    pub aliases: &'a [String],
    /// A person is known by first or last name alone, too, where nobody else is called so.
    pub person: bool,
}

/// How a text is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// Quickly: names may stand in lower case.
    Notes,
    /// As a book is: a name that has a capital keeps it.
    Prose,
}

/// The names of a book's entries, ready to be looked for.
#[derive(Debug, Clone, Default)]
pub struct Names {
    /// Names of words, by every form of their first word that they are looked up by.
    spaced: HashMap<String, Vec<Name>>,
    /// The first two letters of those forms: most words of a text begin otherwise.
    beginnings: HashSet<(char, Option<char>)>,
    /// Names in scripts without spaces.
    unspaced: Vec<(usize, String)>,
}

#[derive(Debug, Clone)]
struct Name {
    entry: usize,
    /// In lower case.
    words: Vec<String>,
    /// Its first letter is a capital.
    capital: bool,
    /// Part of a person's name: it counts with its capital only.
    part: bool,
    /// Its endings are not English: any short one is taken.
    inflected: bool,
}

struct Word<'t> {
    at: usize,
    text: &'t str,
    /// In lower case.
    low: String,
}

impl Names {
    /// Takes in the names of entries, which are known by their places; `language` is that of the book.
    #[must_use]
    pub fn new<'a>(entries: impl Iterator<Item = Called<'a>> + Clone, language: &str) -> Self {
        let english = is_english(language);
        let mut names = Self::default();
        for (entry, called) in entries.clone().enumerate() {
            for name in std::iter::once(called.name).chain(called.aliases.iter().map(String::as_str)) {
                names.add(entry, name, false, english);
            }
        }
        let mut parts: BTreeMap<&str, Option<usize>> = BTreeMap::new();
        for (entry, called) in entries.enumerate().filter(|(_, c)| c.person) {
            for part in parts_of(called.name) {
                parts
                    .entry(part)
                    .and_modify(|e| *e = e.filter(|known| *known == entry))
                    .or_insert(Some(entry));
            }
        }
        for (part, entry) in parts {
            // Someone whose whole name this is comes first.
            if let Some(entry) = entry
                && !names
                    .spaced
                    .get(&part.to_lowercase())
                    .is_some_and(|known| known.iter().any(|n| n.words.len() == 1))
            {
                names.add(entry, part, true, english);
            }
        }
        names
    }

    fn add(&mut self, entry: usize, name: &str, part: bool, english: bool) {
        if name.chars().any(is_cjk) {
            let name: String = name.split_whitespace().collect();
            self.unspaced.push((entry, name));
            return;
        }
        let mut words: Vec<String> = name.unicode_words().map(str::to_lowercase).collect();
        if words.len() > 1 && matches!(words[0].as_str(), "the" | "a" | "an") {
            words.remove(0);
        }
        let Some(first) = words.first().cloned() else { return };
        let bare = name.trim_start_matches(|c: char| !c.is_alphanumeric());
        let bare = ["The ", "the ", "A ", "a ", "An ", "an "]
            .iter()
            .find_map(|a| bare.strip_prefix(a))
            .unwrap_or(bare);
        let capital = bare.chars().next().is_some_and(char::is_uppercase);
        let inflected = !english || !first.chars().all(|c| (c as u32) < 0x250);
        let name = Name { entry, words, capital, part, inflected };
        let mut keys = vec![first.clone()];
        if inflected && let Some(stem) = stem(&first) {
            keys.push(stem);
        }
        for key in keys {
            self.beginnings.insert(beginning(&key));
            self.spaced.entry(key).or_default().push(name.clone());
        }
    }

    /// Returns the entries that a text names, each with the words that name it first.
    #[must_use]
    pub fn find(&self, text: &str, manner: Manner) -> BTreeMap<usize, String> {
        let mut found: Vec<(usize, usize, usize)> = Vec::new();
        if !self.spaced.is_empty() {
            self.find_spaced(text, manner, &mut found);
        }
        for (entry, name) in &self.unspaced {
            let hits = text.match_indices(name.as_str()).filter(|(at, hit)| stands_free(text, *at, hit));
            found.extend(hits.map(|(at, hit)| (at, at + hit.len(), *entry)));
        }
        // A name inside a longer one is not named: "Harbour" is not in "Harbour Master".
        found.sort_by_key(|(start, end, entry)| (*start, std::cmp::Reverse(*end), *entry));
        let mut named = BTreeMap::new();
        let mut taken = (0, 0);
        for (start, end, entry) in found {
            if start < taken.1 && (start, end) != taken {
                continue;
            }
            taken = (start, end);
            named.entry(entry).or_insert_with(|| text[start..end].to_owned());
        }
        named
    }

    fn find_spaced(&self, text: &str, manner: Manner, found: &mut Vec<(usize, usize, usize)>) {
        let words: Vec<Word<'_>> = text
            .unicode_word_indices()
            .map(|(at, text)| Word { at, text, low: text.to_lowercase() })
            .collect();
        let mut keys = Vec::new();
        for (index, word) in words.iter().enumerate() {
            if !self.beginnings.contains(&beginning(&word.low)) {
                continue;
            }
            keys.clear();
            lookups(&word.low, &mut keys);
            let names = keys.iter().filter_map(|key| self.spaced.get(key.as_str())).flatten();
            for name in names {
                if let Some(end) = name.stands_at(&words[index..], manner) {
                    found.push((word.at, end, name.entry));
                }
            }
        }
    }
}

impl Name {
    /// Returns where it ends if it stands at the beginning of these words.
    fn stands_at(&self, words: &[Word<'_>], manner: Manner) -> Option<usize> {
        let first = words.first()?;
        let upper = first.text.chars().next().is_some_and(char::is_uppercase);
        let needs_capital = self.capital && (self.part || (manner == Manner::Prose && self.words.len() == 1));
        if needs_capital && !upper {
            return None;
        }
        let mut end = first.at;
        for (place, name) in self.words.iter().enumerate() {
            let word = words.get(place)?;
            let last = place + 1 == self.words.len();
            if place > 0 && word.at - end > GAP {
                return None;
            }
            if !self.reads(name, word, last, self.capital && upper) {
                return None;
            }
            end = word.at + word.text.len();
        }
        Some(end)
    }

    /// Tells whether a word of a text is a word of the name.
    fn reads(&self, name: &str, word: &Word<'_>, last: bool, capital: bool) -> bool {
        let low = word.low.as_str();
        if low == name {
            return true;
        }
        let bare = possessor(low);
        if bare == name || (last && (is_plural_of(bare, name) || is_plural_of(name, bare))) {
            return true;
        }
        if !self.inflected || (self.capital && !capital && last) {
            return false;
        }
        let fits = |stem: &str| {
            bare.strip_prefix(stem).is_some_and(|ending| {
                ending.chars().count() <= ENDING && ending.chars().all(char::is_alphabetic)
            })
        };
        (name.chars().count() >= shortest(name) && fits(name)) || stem(name).is_some_and(|stem| fits(&stem))
    }
}

fn beginning(word: &str) -> (char, Option<char>) {
    let mut letters = word.chars();
    (letters.next().unwrap_or_default(), letters.next())
}

/// Returns whether the author said that the book is in English; nothing said counts as English.
fn is_english(language: &str) -> bool {
    let language = language.trim().to_lowercase();
    language.is_empty() || language.starts_with("english") || language == "en" || language.starts_with("en-")
}

/// The first and the last word of a person's name, where they are names by themselves.
fn parts_of(name: &str) -> impl Iterator<Item = &str> {
    let words: Vec<&str> = name.unicode_words().collect();
    let ends = if words.len() > 1 { vec![words[0], words[words.len() - 1]] } else { Vec::new() };
    ends.into_iter().filter(|w| {
        w.chars().count() >= 3 && w.chars().next().is_some_and(char::is_uppercase) && !is_title(w)
    })
}

fn is_title(word: &str) -> bool {
    const TITLES: [&str; 22] = [
        "The",
        "Mrs",
        "Miss",
        "Sir",
        "Lady",
        "Lord",
        "Doctor",
        "Captain",
        "Father",
        "Mother",
        "Brother",
        "Sister",
        "Uncle",
        "Aunt",
        "King",
        "Queen",
        "Prince",
        "Princess",
        "Saint",
        "Professor",
        "Master",
        "Old",
    ];
    TITLES.contains(&word)
}

/// Takes off what shows a possessor: `'s`, `s'`, and in other languages whatever follows the apostrophe.
fn possessor(word: &str) -> &str {
    match word.rfind(['\'', '’']) {
        // "O'Brien" and "d'Artagnan" have letters enough behind it.
        Some(at) if word[at..].chars().count() <= ENDING + 1 && at > 1 => &word[..at],
        _ => word,
    }
}

fn is_plural_of(plural: &str, singular: &str) -> bool {
    if singular.chars().count() < 2 {
        return false;
    }
    match plural.strip_prefix(singular) {
        Some(ending) => ending == "s" || (ending == "es" && singular.ends_with(['s', 'x', 'z', 'h', 'o'])),
        None => match (plural.strip_suffix("ies"), singular.strip_suffix('y')) {
            (Some(many), Some(one)) => many == one && !one.is_empty(),
            _ => matches!(
                (plural.strip_suffix("ves"), singular.strip_suffix("f").or(singular.strip_suffix("fe"))),
                (Some(many), Some(one)) if many == one && !one.is_empty()
            ),
        },
    }
}

/// The letters that a name must have before endings are looked for behind it.
fn shortest(name: &str) -> usize {
    // A Korean syllable is a letter here, and the language adds particles to names of two.
    if name.chars().all(|c| ('\u{ac00}'..='\u{d7a3}').contains(&c)) { 2 } else { 4 }
}

/// Returns a name without the vowel that its endings replace: "Мара", "Мары"; "Anna", "Annę".
fn stem(name: &str) -> Option<String> {
    let last = name.chars().last()?;
    let replaced = matches!(last, 'a' | 'e' | 'o' | 'а' | 'я' | 'о' | 'е' | 'й' | 'ь' | 'α' | 'η' | 'ο');
    (replaced && name.chars().count() >= 4).then(|| name[..name.len() - last.len_utf8()].to_owned())
}

/// The keys under which a word's names may be found.
fn lookups(low: &str, keys: &mut Vec<String>) {
    let bare = possessor(low);
    keys.push(low.to_owned());
    let push = |key: String, keys: &mut Vec<String>| {
        if !keys.contains(&key) {
            keys.push(key);
        }
    };
    push(bare.to_owned(), keys);
    // The text's plural, and the text's singular of a name in the plural.
    if let Some(one) = bare.strip_suffix('s') {
        push(one.to_owned(), keys);
        if let Some(one) = one.strip_suffix('e') {
            push(one.to_owned(), keys);
            if let Some(one) = one.strip_suffix('i') {
                push(format!("{one}y"), keys);
            }
            if let Some(one) = one.strip_suffix('v') {
                push(format!("{one}f"), keys);
                push(format!("{one}fe"), keys);
            }
        }
    } else {
        push(format!("{bare}s"), keys);
        push(format!("{bare}es"), keys);
        if let Some(one) = bare.strip_suffix('y') {
            push(format!("{one}ies"), keys);
        }
    }
    // Endings of other languages.
    let letters: Vec<(usize, char)> = bare.char_indices().collect();
    for cut in 1..=ENDING {
        if letters.len() >= cut + 2 {
            push(bare[..letters[letters.len() - cut].0].to_owned(), keys);
        }
    }
}

/// Tells whether a name without spaces is no part of a longer word. Only Katakana shows it: a word is a run.
fn stands_free(text: &str, at: usize, hit: &str) -> bool {
    let katakana = |c: char| matches!(c, '\u{30a1}'..='\u{30fa}' | '\u{30fc}'..='\u{30ff}');
    let before = text[..at].chars().next_back();
    let after = text[at + hit.len()..].chars().next();
    let first = hit.chars().next().is_some_and(katakana);
    let last = hit.chars().next_back().is_some_and(katakana);
    !(first && before.is_some_and(katakana) || last && after.is_some_and(katakana))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(names: &[&str], language: &str, text: &str, manner: Manner) -> Vec<usize> {
        let called = names.iter().map(|name| Called { name, aliases: &[], person: true });
        Names::new(called, language).find(text, manner).into_keys().collect()
    }

    fn english(names: &[&str], text: &str) -> Vec<usize> {
        find(names, "English", text, Manner::Notes)
    }

    #[test]
    fn a_name_counts_at_word_boundaries_in_any_case_plural_and_possessive() {
        for text in
            ["mara waits", "MARA!", "it is Mara's", "“Mara,” he said", "Mara—gone", "Maras everywhere"]
        {
            assert_eq!(english(&["Mara"], text), [0], "{text}");
        }
        for text in ["the marathon", "Tamara waits", "Samara's", "mar a"] {
            assert!(english(&["Mara"], text).is_empty(), "{text}");
        }
        assert_eq!(
            english(&["The Wolf", "Lodge Keeper", "Fox", "City"], "wolves, lodge keepers’ foxes, cities"),
            [0, 1, 2, 3]
        );
        assert_eq!(english(&["The Wardens"], "one warden"), [0]);
        assert_eq!(english(&["O'Brien", "St. John's"], "O'Brien's at St. John's"), [0, 1]);
    }

    #[test]
    fn in_prose_a_capital_counts() {
        assert!(find(&["Will"], "English", "she will go", Manner::Prose).is_empty());
        assert_eq!(find(&["Will"], "English", "she saw Will go", Manner::Prose), [0]);
        assert_eq!(find(&["salt"], "English", "the salt", Manner::Prose), [0]);
    }

    #[test]
    fn a_person_is_known_by_a_part_of_the_name_unless_another_bears_it() {
        assert_eq!(english(&["Mara Venn", "Low Harbour"], "Mara at the harbour"), [0]);
        assert_eq!(english(&["Mara Venn", "Mara Holt"], "Mara waits, Holt comes"), [1]);
        assert_eq!(english(&["Mara Venn", "Mara"], "Mara waits"), [1]);
        assert!(english(&["Rose Hill"], "they rose early").is_empty());
    }

    #[test]
    fn the_longest_name_is_the_one_that_is_meant() {
        assert_eq!(english(&["Harbour", "Harbour Master"], "the harbour master nods"), [1]);
        assert_eq!(english(&["Harbour", "Harbour Master"], "the harbour master leaves the harbour"), [0, 1]);
        assert_eq!(find(&["李明", "李明华"], "Chinese", "李明华来了", Manner::Notes), [1]);
    }

    #[test]
    fn scripts_without_spaces_are_searched_through() {
        assert_eq!(find(&["李明", "灯塔"], "Chinese", "那天晚上李明走向灯塔。", Manner::Prose), [0, 1]);
        assert_eq!(find(&["マラ", "港"], "Japanese", "マラは港へ行く", Manner::Prose), [0, 1]);
        assert!(find(&["マラ"], "Japanese", "マラソンを走る", Manner::Prose).is_empty());
    }

    #[test]
    fn short_endings_count_in_languages_that_have_them() {
        assert_eq!(find(&["Мара"], "Russian", "Он увидел Мару у моря", Manner::Prose), [0]);
        assert_eq!(find(&["Anna"], "Polish", "Widział Annę", Manner::Prose), [0]);
        assert_eq!(find(&["마라"], "Korean", "마라는 등대로 갔다", Manner::Prose), [0]);
        assert_eq!(find(&["Mara"], "Turkish", "Mara'nın feneri", Manner::Prose), [0]);
        assert!(find(&["Mark"], "English", "the market", Manner::Notes).is_empty());
        assert!(find(&["Мара"], "Russian", "марафон", Manner::Notes).is_empty());
    }
}
