//! English verbs: third person, past.

use super::grammar::WORDS;

/// Whose verb it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Person {
    /// I.
    First,
    /// You, or several.
    Many,
    /// One other.
    Third,
}

/// When it happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tense {
    Past,
    Present,
}

const MODALS: [&str; 8] = ["can", "will", "would", "could", "should", "may", "must", "might"];

/// The form of the verb `base` for a person and a tense.
pub(super) fn verb(base: &str, person: Person, tense: Tense) -> String {
    match (base, tense, person) {
        ("be", Tense::Present, Person::First) => "am".to_owned(),
        ("be", Tense::Present, Person::Many) => "are".to_owned(),
        ("be", Tense::Past, Person::Many) => "were".to_owned(),
        (_, Tense::Past, _) => past(base),
        (_, Tense::Present, Person::Third) => third(base),
        (_, Tense::Present, _) => base.to_owned(),
    }
}

/// The past of a verb, known or regular.
pub(super) fn past(base: &str) -> String {
    WORDS.past.get(base).cloned().unwrap_or_else(|| regular_past(base))
}

/// The past of a regular verb.
pub(super) fn regular_past(base: &str) -> String {
    if base.ends_with('e') {
        format!("{base}d")
    } else if let Some(stem) = after_consonant(base, 'y') {
        format!("{stem}ied")
    } else if doubles(base) {
        format!("{base}{}ed", base.chars().last().unwrap_or_default())
    } else {
        format!("{base}ed")
    }
}

/// The form after `he` or `she`.
pub(super) fn third(base: &str) -> String {
    match base {
        "be" => "is".to_owned(),
        "have" => "has".to_owned(),
        _ if MODALS.contains(&base) => base.to_owned(),
        _ if ["s", "x", "z", "ch", "sh", "o"].iter().any(|end| base.ends_with(end)) => format!("{base}es"),
        _ => after_consonant(base, 'y').map_or_else(|| format!("{base}s"), |stem| format!("{stem}ies")),
    }
}

/// The base form of what stands after `he` or `she`, if it can be one.
pub(super) fn base_of_third(word: &str) -> Option<String> {
    if let Some(base) = WORDS.base.get(word) {
        return Some(base.clone());
    }
    let stem = word.strip_suffix('s').filter(|stem| stem.len() > 2 && stem.is_ascii())?;
    if stem.ends_with(['s', 'u', 'i', '\'']) {
        return None;
    }
    if let Some(stem) = stem.strip_suffix("ie") {
        return Some(format!("{stem}y"));
    }
    let hissing = stem
        .strip_suffix('e')
        .filter(|stem| ["s", "x", "z", "ch", "sh"].iter().any(|end| stem.ends_with(end)));
    Some(hissing.unwrap_or(stem).to_owned())
}

/// The base form of a past that is known.
pub(super) fn base_of_past(word: &str) -> Option<&'static str> {
    WORDS.past.iter().find(|(_, past)| *past == word).map(|(base, _)| base.as_str())
}

/// What stands before a last `letter` that follows a consonant.
fn after_consonant(base: &str, letter: char) -> Option<&str> {
    let stem = base.strip_suffix(letter)?;
    (!stem.is_empty() && !stem.ends_with(is_vowel)).then_some(stem)
}

/// Whether the last consonant is doubled: one short vowel before it, as in `stop`.
fn doubles(base: &str) -> bool {
    let letters: Vec<char> = base.chars().collect();
    let [.., before, vowel, last] = letters[..] else { return false };
    let vowels = letters.iter().filter(|&&c| is_vowel(c)).count();
    !is_vowel(before) && is_vowel(vowel) && !is_vowel(last) && !"wxy".contains(last) && vowels == 1
}

fn is_vowel(c: char) -> bool {
    matches!(c, 'a' | 'e' | 'i' | 'o' | 'u')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verbs_bend_to_person_and_tense() {
        for (base, third_person, past_form) in [
            ("stop", "stops", "stopped"),
            ("carry", "carries", "carried"),
            ("watch", "watches", "watched"),
            ("wait", "waits", "waited"),
            ("hold", "holds", "held"),
            ("be", "is", "was"),
            ("would", "would", "would"),
            ("play", "plays", "played"),
            ("open", "opens", "opened"),
        ] {
            assert_eq!(verb(base, Person::Third, Tense::Present), third_person);
            assert_eq!(verb(base, Person::Third, Tense::Past), past_form);
        }
        assert_eq!(verb("be", Person::First, Tense::Present), "am");
        assert_eq!(verb("be", Person::Many, Tense::Past), "were");
    }

    #[test]
    fn a_third_person_leads_back_to_its_base() {
        for (word, base) in [("climbs", "climb"), ("watches", "watch"), ("carries", "carry"), ("is", "be")] {
            assert_eq!(base_of_third(word).as_deref(), Some(base));
        }
        for word in ["less", "us", "glass", "it's"] {
            assert_eq!(base_of_third(word), None, "{word}");
        }
    }
}
