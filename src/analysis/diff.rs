//! What changed between two texts of prose: by paragraph, then sentence, then word; never by line.
//!
//! Re-wrapping is not a change: a single line end and a space are the same blank, and only a blank line ends a
//! paragraph. Words of Chinese and Japanese are their characters; a grapheme is never cut.

pub(super) mod align;
pub(super) mod matching;
pub(super) mod moves;
pub(super) mod tokens;

use align::Run;
use tokens::Token;

/// What became of a piece of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tag {
    /// In both texts (spelled as in the new one).
    Same,
    /// Only in the new text.
    Added,
    /// Only in the old text.
    Removed,
}

/// A piece of text with one fate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// What became of it.
    pub tag: Tag,
    /// Its text, blanks included.
    pub text: String,
}

impl Span {
    /// Whether it is the blank line between two paragraphs, and nothing else. Such a span stands alone.
    #[must_use]
    pub fn is_break(&self) -> bool {
        self.text.contains('\n') && self.text.chars().all(char::is_whitespace)
    }
}

/// A paragraph as an inline view shows it: kept, added and removed words in reading order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Paragraph {
    /// Its pieces; the break that ends it is the last, where there is one.
    pub spans: Vec<Span>,
}

/// The place of a change, for going from one to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    /// The paragraph, from 0.
    pub paragraph: usize,
    /// The first span of the change in it, from 0.
    pub span: usize,
}

/// The difference of two texts.
///
/// Its `Same` and `Added` spans, joined, are the new text to the byte; its `Same` and `Removed` spans are the old
/// text but for blanks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Diff {
    /// The paragraphs of both texts, woven together.
    pub paragraphs: Vec<Paragraph>,
}

impl Diff {
    /// Compares two texts. Give it cleaned text if it is to be shown.
    #[must_use]
    pub fn new(old: &str, new: &str) -> Self {
        let mut words = tokens::Words::default();
        let old = words.tokens(old);
        let new = words.tokens(new);
        let mut weave = Weave::default();
        for run in align::align(&old, &new) {
            match run {
                Run::Same { new: range, .. } => weave.put(Tag::Same, new.text, &new.list[range]),
                Run::Changed { old: gone, new: came } => {
                    weave.put(Tag::Removed, old.text, &old.list[gone]);
                    weave.put(Tag::Added, new.text, &new.list[came]);
                }
            }
        }
        weave.end(new.tail())
    }

    /// Whether the texts say the same.
    #[must_use]
    pub fn is_same(&self) -> bool {
        self.spans().all(|span| span.tag == Tag::Same)
    }

    /// All spans in reading order.
    pub fn spans(&self) -> impl Iterator<Item = &Span> {
        self.paragraphs.iter().flat_map(|p| &p.spans)
    }

    /// Where each change begins, in reading order. A change is a run of spans that are not `Same`.
    #[must_use]
    pub fn changes(&self) -> Vec<Change> {
        let mut out = Vec::new();
        let mut inside = false;
        for (paragraph, p) in self.paragraphs.iter().enumerate() {
            for (span, s) in p.spans.iter().enumerate() {
                let changed = s.tag != Tag::Same;
                if changed && !inside {
                    out.push(Change { paragraph, span });
                }
                inside = changed;
            }
        }
        out
    }

    /// How many words were added and removed.
    #[must_use]
    pub fn words(&self) -> (u64, u64) {
        let count = |tag| self.spans().filter(|s| s.tag == tag).map(|s| super::count_words(&s.text)).sum();
        (count(Tag::Added), count(Tag::Removed))
    }
}

/// Spans as they are joined into paragraphs.
#[derive(Default)]
struct Weave {
    done: Vec<Paragraph>,
    open: Vec<Span>,
}

impl Weave {
    /// Adds tokens of one side; neighbours of one tag become one span, a break stands alone.
    fn put(&mut self, tag: Tag, text: &str, mut tokens: &[Token]) {
        while let Some(first) = tokens.first() {
            let words = if first.is_break { 1 } else { tokens.iter().take_while(|t| !t.is_break).count() };
            let piece = &text[first.lead..tokens[words - 1].end];
            match self.open.last_mut() {
                Some(last) if last.tag == tag && !last.is_break() && !first.is_break => {
                    last.text.push_str(piece);
                }
                _ => self.open.push(Span { tag, text: piece.to_owned() }),
            }
            // A break that was removed inside a paragraph that lives on joins two paragraphs; it splits none.
            if first.is_break && (tag != Tag::Removed || self.open.iter().all(|s| s.tag == Tag::Removed)) {
                self.close();
            }
            tokens = &tokens[words..];
        }
    }

    fn close(&mut self) {
        self.done.push(Paragraph { spans: std::mem::take(&mut self.open) });
    }

    fn end(mut self, tail: &str) -> Diff {
        if !tail.is_empty() {
            self.open.push(Span { tag: Tag::Same, text: tail.to_owned() });
        }
        if !self.open.is_empty() {
            self.close();
        }
        Diff { paragraphs: self.done }
    }
}

#[cfg(test)]
mod tests;
