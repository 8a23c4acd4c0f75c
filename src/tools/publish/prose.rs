//! A chapter's pages as what can be set: blocks, and the notes at its end.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::analysis::clean::without_controls;
use crate::formats::document::{Block, Inline, plain_text};
use crate::formats::markdown;

/// A piece of a chapter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    /// What the text holds; never a note, nor a figure.
    Block(Block),
    /// Where a page begins, by its number in the chapter.
    Page(usize),
}

/// What a chapter holds below its title.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Body {
    pub pieces: Vec<Piece>,
    /// The notes: what a note mark names, counted from 1.
    pub notes: Vec<Vec<Inline>>,
}

/// Reads a chapter's pages; breaks at its ends, and one after the other, say nothing and go.
pub(super) fn body(pages: &[String], show_pages: bool) -> Body {
    let read: Vec<Vec<Block>> = pages.iter().map(|page| markdown::read(&cleaned(page))).collect();
    let mut notes = Notes::of(&read);
    let mut pieces: Vec<Piece> = Vec::new();
    for (page, blocks) in read.into_iter().enumerate() {
        if show_pages {
            pieces.push(Piece::Page(page + 1));
        }
        for block in blocks {
            match block {
                Block::Note { .. } => {}
                Block::SceneBreak => {
                    let said = pieces.iter().rev().find(|piece| !matches!(piece, Piece::Page(_)));
                    if said.is_some_and(|piece| *piece != Piece::Block(Block::SceneBreak)) {
                        pieces.push(Piece::Block(Block::SceneBreak));
                    }
                }
                // A book's files hold no pictures: what one shows is said in words.
                Block::Figure { alt, .. } if alt.is_empty() => {}
                Block::Figure { alt, .. } => {
                    pieces.push(Piece::Block(Block::Paragraph(vec![Inline::plain(alt)])));
                }
                block => pieces.push(Piece::Block(block.map_words(|words| notes.numbered(page, words)))),
            }
        }
    }
    while pieces.last() == Some(&Piece::Block(Block::SceneBreak)) {
        pieces.pop();
    }
    Body { pieces, notes: notes.in_order() }
}

/// The notes of a chapter, while their marks are counted.
#[derive(Default)]
struct Notes {
    words: Vec<Vec<Inline>>,
    of_page: HashMap<(usize, String), usize>,
    of_chapter: HashMap<String, usize>,
    /// The number of each note that has a mark, from 1.
    numbers: Vec<Option<usize>>,
    marked: usize,
}

impl Notes {
    fn of(pages: &[Vec<Block>]) -> Self {
        let mut notes = Self::default();
        for (page, blocks) in pages.iter().enumerate() {
            for block in blocks {
                let Block::Note { label, words } = block else { continue };
                let note = notes.words.len();
                notes.words.push(without_marks(words));
                notes.of_page.entry((page, label.clone())).or_insert(note);
                notes.of_chapter.entry(label.clone()).or_insert(note);
            }
        }
        notes.numbers = vec![None; notes.words.len()];
        notes
    }

    /// Gives every note mark the number of its note: that of its own page, or of any page of the chapter.
    fn numbered(&mut self, page: usize, words: Vec<Inline>) -> Vec<Inline> {
        let one = |inline| match inline {
            Inline::NoteMark(label) => self.mark(page, label),
            Inline::Link { target, words } => Inline::Link { target, words: self.numbered(page, words) },
            other => other,
        };
        words.into_iter().map(one).collect()
    }

    fn mark(&mut self, page: usize, label: String) -> Inline {
        let key = (page, label);
        let found = self.of_page.get(&key).or_else(|| self.of_chapter.get(&key.1));
        let Some(note) = found.copied() else { return Inline::plain(format!("[{}]", key.1)) };
        let number = *self.numbers[note].get_or_insert_with(|| {
            self.marked += 1;
            self.marked
        });
        Inline::NoteMark(number.to_string())
    }

    /// Returns the words of the notes by their numbers; those that no mark names are the last.
    fn in_order(self) -> Vec<Vec<Inline>> {
        let mut all: Vec<_> = self.numbers.into_iter().zip(self.words).collect();
        all.sort_by_key(|(number, _)| number.unwrap_or(usize::MAX));
        all.into_iter().map(|(_, words)| words).collect()
    }
}

/// A note has no notes.
fn without_marks(words: &[Inline]) -> Vec<Inline> {
    let one = |inline: &Inline| match inline {
        Inline::NoteMark(label) => Inline::plain(format!("[{label}]")),
        Inline::Link { target, words } => {
            Inline::Link { target: target.clone(), words: without_marks(words) }
        }
        other => other.clone(),
    };
    words.iter().map(one).collect()
}

impl Body {
    /// Returns its words without their looks, a piece each.
    pub fn texts(&self) -> impl Iterator<Item = String> {
        let text = |piece: &Piece| match piece {
            Piece::Block(block) => Some(block.plain_text()),
            Piece::Page(_) => None,
        };
        self.pieces.iter().filter_map(text).chain(self.notes.iter().map(|words| plain_text(words)))
    }
}

/// Returns a text without what no file may hold: control characters, noncharacters, and what turns the direction of
/// all that follows it.
pub(super) fn cleaned(text: &str) -> Cow<'_, str> {
    let text = without_controls(text);
    let is_stray = |c: char| {
        matches!(c, '\u{2028}' | '\u{2029}' | '\u{202d}' | '\u{202e}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
    };
    if !text.contains(is_stray) {
        return text;
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\u{2028}' => out.push('\n'),
            '\u{2029}' => out.push_str("\n\n"),
            c if is_stray(c) => {}
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// [`cleaned`], as one line.
pub(super) fn line(text: &str) -> String {
    cleaned(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pages: &[&str]) -> Vec<String> {
        let pages: Vec<String> = pages.iter().map(|p| (*p).to_owned()).collect();
        let body = body(&pages, false);
        let shown = |piece: &Piece| match piece {
            Piece::Block(Block::SceneBreak) => "~".into(),
            Piece::Block(block) => block.plain_text(),
            Piece::Page(number) => format!("[{number}]"),
        };
        let notes =
            body.notes.iter().enumerate().map(|(n, words)| format!("{}: {}", n + 1, plain_text(words)));
        body.pieces.iter().map(shown).chain(notes).collect()
    }

    #[test]
    fn a_newline_is_a_line_break_and_an_empty_line_ends_a_paragraph() {
        assert_eq!(read(&["One\ntwo.\n\n \n\nThree. "]), ["One\ntwo.", "Three."]);
        assert_eq!(read(&[" \n\n"]), Vec::<String>::new());
    }

    #[test]
    fn breaks_stand_once_and_never_at_the_ends() {
        assert_eq!(read(&["***\n\nA\n\n* * *\n\n---\n\nB\n\n***", "# ", "***"]), ["A", "~", "B"]);
        assert_eq!(read(&["A\n***\nB"]), ["A", "~", "B"]);
    }

    #[test]
    fn a_note_is_found_by_its_mark_on_its_own_page_before_any_other() {
        let pages =
            ["A.[^1] B.[^x]\n\n[^1]: first", "C.[^1] D.[^2]\n\n[^1]: second\n\n[^x]: other\n\n[^9]: unnamed"];
        let read = read(&pages);
        assert_eq!(&read[2..], ["1: first", "2: other", "3: second", "4: unnamed"]);
        assert_eq!(read[1], "C. D.[2]", "a mark without a note is text");
    }

    #[test]
    fn what_no_file_may_hold_is_left_out() {
        assert_eq!(cleaned("a\u{202e}b\u{2028}c\0d\u{feff}"), "ab\ncd");
        assert_eq!(line(" a\n b\t c "), "a b c");
    }
}
