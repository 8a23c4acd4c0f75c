//! The things a text speaks of: what stands after an article or a possessive.

use super::grammar::WORDS;

/// A thing with the word that goes before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Noun {
    pub words: String,
    pub before: Before,
    pub plural: bool,
}

/// What goes before a noun.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Before {
    The,
    /// The hero's possessive.
    Mine,
    Nothing,
}

impl Noun {
    /// `words` with `the` before them, or nothing.
    pub(super) fn new(words: &str, the: bool) -> Self {
        let before = if the { Before::The } else { Before::Nothing };
        Self { words: words.to_owned(), before, plural: is_plural(words) }
    }

    /// Whether it is nothing that one can touch or stand in: weather, an hour, an idea.
    pub(super) fn is_airy(&self) -> bool {
        WORDS.airy.contains(&self.words.rsplit(' ').next().unwrap_or_default().to_lowercase())
    }
}

/// A word with the marks around it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Token<'a> {
    pub before: &'a str,
    pub word: &'a str,
    pub after: &'a str,
}

/// The tokens of a text.
pub(super) fn tokens(text: &str) -> impl Iterator<Item = Token<'_>> {
    text.split_whitespace().map(|token| {
        let inside = |c: char| c.is_alphanumeric();
        let start = token.find(inside).unwrap_or(token.len());
        let end =
            token.char_indices().rev().find(|&(_, c)| inside(c)).map_or(start, |(at, c)| at + c.len_utf8());
        Token { before: &token[..start], word: &token[start..end], after: &token[end..] }
    })
}

/// The things in `text`, each once, in the order in which they come.
pub(super) fn nouns(text: &str) -> Vec<Noun> {
    let tokens: Vec<Token> = tokens(text).collect();
    let mut found: Vec<Noun> = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        let opener = token.word.to_lowercase();
        if !WORDS.before_noun.contains(&opener) || !token.after.is_empty() {
            continue;
        }
        let mut words: Vec<&str> = Vec::new();
        // "The last lamp" is still the lamp.
        let rank =
            |token: &&Token| WORDS.ranks.contains(&token.word.to_lowercase()) && token.after.is_empty();
        for next in tokens[index + 1..].iter().skip_while(rank) {
            if words.len() == 3 || !next.before.is_empty() || ends(next.word, words.is_empty()) {
                break;
            }
            words.push(next.word);
            if !next.after.is_empty() {
                break;
            }
        }
        if words.is_empty() {
            continue;
        }
        let before = match opener.as_str() {
            "his" | "her" | "my" | "our" | "their" => Before::Mine,
            _ => Before::The,
        };
        let words = words.join(" ");
        if !found.iter().any(|noun| noun.words.eq_ignore_ascii_case(&words)) {
            found.push(Noun { plural: is_plural(&words), words, before });
        }
    }
    found
}

/// Whether `word` cannot belong to a noun phrase, or only begin one.
fn ends(word: &str, first: bool) -> bool {
    let lower = word.to_lowercase();
    let of_a_verb = || {
        WORDS.base.contains_key(&lower)
            || WORDS.pasts.contains(&lower)
            || lower.ends_with("ing")
            || lower.ends_with("ed")
            || lower.ends_with("ly")
    };
    lower.is_empty()
        || WORDS.small.contains(&lower)
        || WORDS.ends_phrase.contains(&lower) && !first
        || !lower.chars().all(|c| c.is_alphabetic() || matches!(c, '-' | '\''))
        || !first && of_a_verb()
}

/// Whether the last of `words` is several.
fn is_plural(words: &str) -> bool {
    let last = words.rsplit(' ').next().unwrap_or_default().to_lowercase();
    WORDS.plural.contains(&last)
        || last.len() > 3 && last.ends_with('s') && !["ss", "us", "is"].iter().any(|end| last.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        nouns(text).into_iter().map(|noun| noun.words).collect()
    }

    #[test]
    fn things_are_found_by_what_stands_before_them() {
        assert_eq!(
            found("Mara climbs the lighthouse stairs in the storm and finds the lamp broken."),
            ["lighthouse stairs", "storm", "lamp"]
        );
        assert_eq!(
            found("The old dog waits at her brother's door; the dog is patient."),
            ["old dog", "brother's door", "dog"]
        );
    }

    #[test]
    fn other_scripts_and_nothing_have_no_nouns() {
        assert!(found("灯塔里没有灯。").is_empty());
        assert!(found("").is_empty());
        assert!(found("the, a an 12 🌧").is_empty());
    }

    #[test]
    fn several_are_told_from_one() {
        assert!(nouns("the stairs")[0].plural);
        assert!(!nouns("the glass")[0].plural);
    }
}
