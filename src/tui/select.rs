//! The rules of selecting a passage of a text: by word, sentence and paragraph.

#[cfg(test)]
mod tests;

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use super::action::Action;
use crate::analysis::sentences::sentences;
use crate::domain::page::paragraphs;

/// What one moves by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    Word,
    Sentence,
    Paragraph,
}

/// A selection in the making: the unit one stands on, and the one it was begun at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Select {
    text: String,
    unit: Unit,
    at: Range<usize>,
    begun: Option<Range<usize>>,
}

impl Select {
    /// Stands on the first sentence that begins at a byte of the text or after it; none where there is no word.
    #[must_use]
    pub fn new(text: &str, from: usize) -> Option<Self> {
        let all = units(text, Unit::Sentence);
        let at = all.iter().find(|s| s.end > from).or(all.last())?.clone();
        Some(Self { text: text.to_owned(), unit: Unit::Sentence, at, begun: None })
    }

    /// The bytes that are selected.
    #[must_use]
    pub fn range(&self) -> Range<usize> {
        match &self.begun {
            Some(begun) => begun.start.min(self.at.start)..begun.end.max(self.at.end),
            None => self.at.clone(),
        }
    }

    /// Where one stands.
    #[must_use]
    pub fn head(&self) -> usize {
        self.at.start
    }

    /// The text that is selected in.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether it grows from where it was begun.
    #[must_use]
    pub fn is_begun(&self) -> bool {
        self.begun.is_some()
    }

    /// Moves, or begins to grow from here. False where the action is none of a selection's.
    pub fn act(&mut self, action: Action) -> bool {
        match action {
            Action::NextWord => self.go(Unit::Word, true),
            Action::PreviousWord => self.go(Unit::Word, false),
            Action::NextSentence => self.go(Unit::Sentence, true),
            Action::PreviousSentence => self.go(Unit::Sentence, false),
            Action::NextParagraph => self.go(Unit::Paragraph, true),
            Action::PreviousParagraph => self.go(Unit::Paragraph, false),
            Action::SelectPassage => {
                self.begun = if self.begun.is_some() { None } else { Some(self.at.clone()) };
            }
            _ => return false,
        }
        true
    }

    /// To the next unit of that size; to the one that one stands in, where it was another size.
    fn go(&mut self, unit: Unit, forward: bool) {
        let all = units(&self.text, unit);
        let here = all.partition_point(|u| u.start <= self.at.start).saturating_sub(1);
        let to = match (self.unit == unit, forward) {
            (false, _) => here,
            (true, true) => (here + 1).min(all.len().saturating_sub(1)),
            (true, false) => here.saturating_sub(1),
        };
        if let Some(range) = all.get(to) {
            self.at = range.clone();
            self.unit = unit;
        }
    }
}

fn units(text: &str, unit: Unit) -> Vec<Range<usize>> {
    let offset = |piece: &str| piece.as_ptr() as usize - text.as_ptr() as usize;
    if unit == Unit::Word {
        return text.unicode_word_indices().map(|(at, word)| at..at + word.len()).collect();
    }
    let mut all = Vec::new();
    for paragraph in paragraphs(text) {
        let start = offset(paragraph);
        if unit == Unit::Paragraph {
            all.push(bare(text, start..start + paragraph.len()));
            continue;
        }
        let each = sentences(paragraph).into_iter().map(|s| bare(text, start + s.start..start + s.end));
        all.extend(each.filter(|s| !s.is_empty()));
    }
    all
}

/// A stretch without the blanks at its ends.
fn bare(text: &str, range: Range<usize>) -> Range<usize> {
    let piece = &text[range.clone()];
    let start = range.start + piece.len() - piece.trim_start().len();
    start..(range.start + piece.trim_end().len()).max(start)
}
