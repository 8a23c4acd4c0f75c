//! A text taken apart once for all who measure it: paragraphs of prose, sentences, words, and what is spoken.
//!
//! Headings, scene breaks, tables and code of Markdown are no prose and are left out.

use std::borrow::Cow;
use std::ops::Range;

use super::is_cjk;
use super::sentences::sentences;

pub mod language;
pub mod speech;

use speech::Speech;

/// A text taken apart. All ranges are bytes of [`Prose::text`] unless they say otherwise.
#[derive(Debug, Clone)]
pub struct Prose<'a> {
    /// The whole text.
    pub text: &'a str,
    /// Its paragraphs of prose.
    pub paragraphs: Vec<Paragraph>,
    /// Its sentences, in order.
    pub sentences: Vec<Sentence>,
    /// Its words, in order.
    pub words: Vec<Word<'a>>,
    /// Whether the rules of English hold for it.
    pub english: bool,
}

/// A paragraph of prose.
#[derive(Debug, Clone)]
pub struct Paragraph {
    /// Where it stands, without the blanks around it.
    pub at: Range<usize>,
    /// Its sentences, as indices.
    pub sentences: Range<usize>,
    /// Its words, as indices.
    pub words: Range<usize>,
    /// What is spoken in it.
    pub speech: Speech,
    /// Whether it is running text: no list item and no quotation of a document.
    pub plain: bool,
}

/// A sentence.
#[derive(Debug, Clone)]
pub struct Sentence {
    /// Where it stands, without the blanks after it.
    pub at: Range<usize>,
    /// Its words, as indices.
    pub words: Range<usize>,
}

/// A word; of Chinese and Japanese a character.
#[derive(Debug, Clone)]
pub struct Word<'a> {
    /// Where it stands.
    pub at: Range<usize>,
    /// Itself in lower case, with straight apostrophes.
    pub lower: Cow<'a, str>,
    /// Whether someone says it.
    pub spoken: bool,
    /// Whether it begins with a capital.
    pub capital: bool,
}

impl<'a> Prose<'a> {
    /// Takes a text apart.
    #[must_use]
    pub fn of(text: &'a str) -> Self {
        let mut prose =
            Self { text, paragraphs: Vec::new(), sentences: Vec::new(), words: Vec::new(), english: true };
        for (at, plain) in blocks(text) {
            prose.take(at, plain);
        }
        prose.english = language::is_english(&prose);
        prose
    }

    fn take(&mut self, at: Range<usize>, plain: bool) {
        let text = self.text;
        let speech = Speech::of(text, at.clone());
        let (first_sentence, first_word) = (self.sentences.len(), self.words.len());
        words(text, at.clone(), &mut self.words);
        for word in &mut self.words[first_word..] {
            word.spoken = speech.holds(word.at.start);
        }
        let mut next = first_word;
        for range in sentences(&text[at.clone()]) {
            let (start, end) = (at.start + range.start, at.start + range.end);
            let from = next;
            while self.words.get(next).is_some_and(|w| w.at.start < end) {
                next += 1;
            }
            let end = start + text[start..end].trim_end().len();
            self.sentences.push(Sentence { at: start..end, words: from..next });
        }
        self.paragraphs.push(Paragraph {
            at,
            sentences: first_sentence..self.sentences.len(),
            words: first_word..self.words.len(),
            speech,
            plain,
        });
    }

    /// The word as it is written.
    #[must_use]
    pub fn written(&self, word: &Word) -> &'a str {
        &self.text[word.at.clone()]
    }

    /// The words of a sentence.
    #[must_use]
    pub fn words_of(&self, sentence: &Sentence) -> &[Word<'a>] {
        &self.words[sentence.words.clone()]
    }

    /// Whether nothing but blanks stands between two neighbours of one paragraph.
    #[must_use]
    pub fn adjoin(&self, word: &Word, next: &Word) -> bool {
        let between = &self.text[word.at.end..next.at.start];
        let lines = between.bytes().filter(|b| *b == b'\n').count();
        !between.is_empty() && lines <= 1 && between.chars().all(char::is_whitespace)
    }

    /// The sentence that a place is in; at a border the one before it.
    #[must_use]
    pub fn sentence_at(&self, place: usize) -> Option<&Sentence> {
        let after = self.sentences.partition_point(|s| s.at.start <= place);
        after.checked_sub(1).map(|i| &self.sentences[i])
    }

    /// The paragraph that a place is in.
    #[must_use]
    pub fn paragraph_at(&self, place: usize) -> Option<&Paragraph> {
        let after = self.paragraphs.partition_point(|p| p.at.start <= place);
        after.checked_sub(1).map(|i| &self.paragraphs[i]).filter(|p| place <= p.at.end)
    }
}

/// The blocks of prose between empty lines, without the blanks around them, and whether each is running text.
fn blocks(text: &str) -> Vec<(Range<usize>, bool)> {
    let mut out = Vec::new();
    let mut block: Option<Range<usize>> = None;
    let mut fenced = false;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let (start, trimmed) = (at, line.trim());
        at += line.len();
        let fence = trimmed.starts_with("```") || trimmed.starts_with("~~~");
        if trimmed.is_empty() || fence || fenced || is_furniture(trimmed) {
            out.extend(block.take().map(|b| closed(text, b)));
            fenced ^= fence;
            continue;
        }
        block = Some(block.map_or(start, |b| b.start)..at);
    }
    out.extend(block.map(|b| closed(text, b)));
    out
}

fn closed(text: &str, block: Range<usize>) -> (Range<usize>, bool) {
    let inside = &text[block.clone()];
    let start = block.start + (inside.len() - inside.trim_start().len());
    let at = start..start + inside.trim().len();
    let marked = ["- ", "* ", "+ ", "> ", "["].iter().any(|mark| text[at.clone()].starts_with(mark));
    let numbered = text[at.clone()].trim_start_matches(|c: char| c.is_ascii_digit()).starts_with(['.', ')'])
        && text[at.clone()].starts_with(|c: char| c.is_ascii_digit());
    (at, !marked && !numbered)
}

/// A heading, a scene break, a row of a table, a picture.
fn is_furniture(line: &str) -> bool {
    line.starts_with(['#', '|', '<']) || line.starts_with("![") || !line.chars().any(char::is_alphanumeric)
}

/// Letters, digits and the marks inside a word.
fn words<'a>(text: &'a str, at: Range<usize>, out: &mut Vec<Word<'a>>) {
    let mut start: Option<usize> = None;
    let mut chars = text[at.clone()].char_indices().map(|(i, c)| (at.start + i, c)).peekable();
    while let Some((place, c)) = chars.next() {
        let next = chars.peek().map(|(_, c)| *c);
        if is_cjk(c) {
            out.extend(start.take().map(|from| word(text, from..place)));
            out.push(word(text, place..place + c.len_utf8()));
        } else if c.is_alphanumeric() || ('\u{300}'..='\u{36f}').contains(&c) {
            start.get_or_insert(place);
        } else if !(matches!(c, '\'' | '’' | '\u{200d}')
            && next.is_some_and(|n| n.is_alphanumeric() && !is_cjk(n)))
        {
            out.extend(start.take().map(|from| word(text, from..place)));
        }
    }
    out.extend(start.map(|from| word(text, from..at.end)));
}

fn word(text: &str, at: Range<usize>) -> Word<'_> {
    let written = &text[at.clone()];
    let capital = written.chars().next().is_some_and(char::is_uppercase);
    let lower = if written.bytes().all(|b| b.is_ascii_lowercase() || b == b'\'') {
        Cow::Borrowed(written)
    } else {
        Cow::Owned(written.to_lowercase().replace('’', "'"))
    };
    Word { at, lower, spoken: false, capital }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn furniture_of_markdown_is_no_prose() {
        let text = "# One\n\nRain fell.  \nIt was cold.\n\n* * *\n\n```\nlet x;\n\nlet y;\n```\n\n- a list\n\n雨だ。";
        let prose = Prose::of(text);
        let found: Vec<(&str, bool)> =
            prose.paragraphs.iter().map(|p| (&text[p.at.clone()], p.plain)).collect();
        assert_eq!(found, [("Rain fell.  \nIt was cold.", true), ("- a list", false), ("雨だ。", true)]);
        assert_eq!(prose.sentences.len(), 4);
        assert_eq!(prose.words.len(), 5 + 2 + 2);
    }

    #[test]
    fn words_keep_their_apostrophes_and_know_who_says_them() {
        let text = "“Don’t go,” said O'Hara.";
        let prose = Prose::of(text);
        let words: Vec<(&str, bool)> = prose.words.iter().map(|w| (&*w.lower, w.spoken)).collect();
        assert_eq!(words, [("don't", true), ("go", true), ("said", false), ("o'hara", false)]);
    }

    proptest! {
        #[test]
        fn every_range_stands_in_the_text_and_in_order(text in "\\PC{0,80}|[a-zA-Z.!?,'\"“” \n#>*-]{0,160}") {
            let prose = Prose::of(&text);
            let mut last = 0;
            for word in &prose.words {
                prop_assert!(word.at.start >= last && !text[word.at.clone()].is_empty());
                last = word.at.end;
            }
            for sentence in &prose.sentences {
                prop_assert!(!text[sentence.at.clone()].is_empty());
                prop_assert!(prose.words_of(sentence).iter().all(|w| w.at.end <= sentence.at.end));
            }
        }
    }
}
