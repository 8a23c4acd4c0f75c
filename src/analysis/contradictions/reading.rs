//! A text as sentences and tokens.

use std::ops::Range;

use super::{Place, Source};
use crate::analysis::sentences::sentences;

/// A word or a mark.
#[derive(Debug, Clone)]
#[allow(clippy::struct_excessive_bools, reason = "each is a thing of its own that the rules ask for")]
pub(super) struct Token<'a> {
    pub start: usize,
    pub end: usize,
    /// Without `'s`.
    pub text: &'a str,
    /// In lower case.
    pub low: String,
    /// It stood with `'s`.
    pub possessive: bool,
    /// Someone says it.
    pub quoted: bool,
    /// It is not a word.
    pub mark: bool,
    /// A hyphen joins it to the next.
    pub joined: bool,
    /// It begins a sentence, a speech or a clause after a colon: its capital says nothing.
    pub initial: bool,
}

impl Token<'_> {
    pub fn is_capital(&self) -> bool {
        let mut letters = self.text.chars();
        letters.next().is_some_and(char::is_uppercase) && letters.next().is_none_or(|c| !c.is_uppercase())
    }
}

/// A sentence.
#[derive(Debug, Clone)]
pub(super) struct Sentence {
    /// The paragraph it stands in, from 0.
    pub paragraph: usize,
    /// Its bytes, without the blanks around.
    pub bytes: Range<usize>,
    pub tokens: Range<usize>,
}

/// Someone or something that is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mention {
    pub who: usize,
    /// The first token of the name.
    pub from: usize,
    /// The token after the last.
    pub to: usize,
    pub possessive: bool,
}

/// A text that was read.
#[derive(Debug, Clone)]
pub(super) struct Reading<'a> {
    pub source: Source,
    pub text: &'a str,
    pub tokens: Vec<Token<'a>>,
    pub sentences: Vec<Sentence>,
    /// Who is named, in order.
    pub mentions: Vec<Mention>,
}

impl<'a> Reading<'a> {
    pub fn of(source: Source, text: &'a str) -> Self {
        let mut reading =
            Self { source, text, tokens: Vec::new(), sentences: Vec::new(), mentions: Vec::new() };
        for (number, paragraph) in paragraphs(text).into_iter().enumerate() {
            let mut quote = None;
            for sentence in sentences(&text[paragraph.clone()]) {
                let bytes = paragraph.start + sentence.start..paragraph.start + sentence.end;
                let trimmed = text[bytes.clone()].trim();
                let start = bytes.start + text[bytes.clone()].find(trimmed).unwrap_or(0);
                let first = reading.tokens.len();
                tokens(text, bytes.clone(), &mut quote, &mut reading.tokens);
                if first < reading.tokens.len() {
                    reading.sentences.push(Sentence {
                        paragraph: number,
                        bytes: start..start + trimmed.len(),
                        tokens: first..reading.tokens.len(),
                    });
                }
            }
        }
        reading
    }

    /// The token at a place of a sentence; none beyond it.
    pub fn low(&self, sentence: &Sentence, at: usize) -> &str {
        if sentence.tokens.contains(&at) { &self.tokens[at].low } else { "" }
    }

    pub fn place(&self, bytes: &Range<usize>) -> Place {
        Place { source: self.source, start: bytes.start, end: bytes.end }
    }

    /// The sentences of a paragraph, which follow each other.
    pub fn paragraph(&self, number: usize) -> &[Sentence] {
        let from = self.sentences.partition_point(|s| s.paragraph < number);
        let to = self.sentences.partition_point(|s| s.paragraph <= number);
        &self.sentences[from..to]
    }

    /// Who is named in a sentence.
    pub fn mentions_in(&self, sentence: &Sentence) -> &[Mention] {
        let from = self.mentions.partition_point(|m| m.from < sentence.tokens.start);
        let to = self.mentions.partition_point(|m| m.from < sentence.tokens.end);
        &self.mentions[from..to]
    }

    /// Who is named by words that begin at this token.
    pub fn named_at(&self, at: usize) -> Option<Mention> {
        self.mentions.binary_search_by_key(&at, |m| m.from).ok().map(|n| self.mentions[n])
    }

    /// Who is named by words that end before this token.
    pub fn named_before(&self, at: usize) -> Option<Mention> {
        let n = self.mentions.partition_point(|m| m.to < at);
        self.mentions.get(n).copied().filter(|m| m.to == at)
    }

    /// Whether a sentence has one of these words (sorted, in lower case).
    pub fn has_any(&self, sentence: &Sentence, words: &[&str]) -> bool {
        self.tokens[sentence.tokens.clone()].iter().any(|t| super::is_in(words, &t.low))
    }
}

/// Paragraphs end at an empty line, and before a line that is an item of a list or a heading.
fn paragraphs(text: &str) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    let (mut start, mut at) = (0, 0);
    for line in text.split_inclusive('\n') {
        let bare = line.trim_start();
        let ends = bare.is_empty();
        if ends || bare.starts_with(['-', '*', '#', '|', '•']) {
            out.push(start..at);
            start = at;
        }
        at += line.len();
    }
    out.push(start..at);
    out.retain(|range| !text[range.clone()].trim().is_empty());
    out
}

/// Cuts a sentence into tokens; `quote` is the mark that closes what is being said.
fn tokens<'a>(text: &'a str, bytes: Range<usize>, quote: &mut Option<char>, out: &mut Vec<Token<'a>>) {
    let mut initial = true;
    let mut at = bytes.start;
    while let Some(c) = text[at..bytes.end].chars().next() {
        let end = if c.is_alphanumeric() { word_end(text, at, bytes.end) } else { at + c.len_utf8() };
        if c.is_alphanumeric() {
            let (bare, possessive) = bare(&text[at..end]);
            let quoted = quote.is_some();
            let joined = text[end..bytes.end].starts_with('-')
                && text[end + 1..bytes.end].starts_with(char::is_alphanumeric);
            let low = bare.to_lowercase();
            out.push(Token {
                start: at,
                end,
                text: bare,
                low,
                possessive,
                quoted,
                mark: false,
                joined,
                initial,
            });
            initial = false;
        } else if !c.is_whitespace() && c != '_' && !(c == '-' && out.last().is_some_and(|t| t.joined)) {
            let speech = says(c, text[..at].chars().next_back(), quote);
            initial |= speech || matches!(c, ':' | '—' | '–' | '(' | '#' | '-' | '*');
            let (text, low) = (&text[at..end], c.to_string());
            let quoted = quote.is_some();
            out.push(Token {
                start: at,
                end,
                text,
                low,
                possessive: false,
                quoted,
                mark: true,
                joined: false,
                initial,
            });
        }
        at = end;
    }
}

fn word_end(text: &str, at: usize, end: usize) -> usize {
    let mut last = ' ';
    let rest = &text[at..end];
    for (n, c) in rest.char_indices() {
        let apostrophe = matches!(c, '\'' | '’') && last.is_alphanumeric();
        let inside = apostrophe && rest[n + c.len_utf8()..].starts_with(char::is_alphabetic);
        if !c.is_alphanumeric() && !inside {
            // "the Harkers' house"
            let owners = apostrophe && last == 's' && rest[n + c.len_utf8()..].starts_with(' ');
            return at + n + if owners { c.len_utf8() } else { 0 };
        }
        last = c;
    }
    end
}

/// Takes off what shows a possessor.
fn bare(word: &str) -> (&str, bool) {
    for ending in ["'s", "’s", "'", "’"] {
        if let Some(bare) = word.strip_suffix(ending) {
            return (bare, true);
        }
    }
    (word, false)
}

/// Follows who speaks; returns whether the mark opens or closes a speech.
fn says(c: char, before: Option<char>, quote: &mut Option<char>) -> bool {
    let after_word = before.is_some_and(|b| !b.is_whitespace() && !matches!(b, '(' | '—' | '“' | '_'));
    match (c, *quote) {
        ('“' | '«' | '„', None) => *quote = Some(if c == '«' { '»' } else { '”' }),
        ('"', None) if !after_word => *quote = Some('"'),
        ('‘', None) => *quote = Some('’'),
        ('’', Some('’')) => {
            if before.is_some_and(|b| matches!(b, '.' | ',' | '!' | '?' | '—' | '…')) {
                *quote = None;
            }
        }
        (c, Some(end)) if c == end => *quote = None,
        _ => return matches!(c, '“' | '”' | '"'),
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_keep_their_place_their_possessor_and_who_says_them() {
        let text = "Mara’s left-handed. “No,” said O'Brien, “it's the Harkers' dog.”\n\n- A list.";
        let reading = Reading::of(Source::Page(0), text);
        let words: Vec<&str> = reading.tokens.iter().filter(|t| !t.mark).map(|t| t.text).collect();
        assert_eq!(
            words,
            ["Mara", "left", "handed", "No", "said", "O'Brien", "it", "the", "Harkers", "dog", "A", "list"]
        );
        let quoted: Vec<&str> =
            reading.tokens.iter().filter(|t| t.quoted && !t.mark).map(|t| t.text).collect();
        assert_eq!(quoted, ["No", "it", "the", "Harkers", "dog"]);
        assert!(reading.tokens[0].possessive && reading.tokens[1].joined);
        assert_eq!(reading.sentences.last().map(|s| s.paragraph), Some(1));
        assert!(reading.tokens.iter().all(|t| text[t.start..t.end].starts_with(t.text)));
    }
}
