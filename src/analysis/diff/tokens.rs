//! A text as a row of word numbers, so that paragraphs, sentences and words are all compared as slices of them.

use std::collections::HashMap;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthChar;

use crate::analysis::words::is_cjk;

/// A word, a punctuation mark, or the break between two paragraphs.
#[derive(Debug, Clone, Copy)]
pub(in crate::analysis) struct Token {
    /// Where the blanks before it begin, in bytes.
    pub lead: usize,
    /// Where it begins.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// Whether it is a blank line between paragraphs.
    pub is_break: bool,
}

/// A text, its tokens, and the number of each token's word.
pub(in crate::analysis) struct Tokens<'a> {
    pub text: &'a str,
    pub list: Vec<Token>,
    /// As many as in the list; equal where two tokens say the same.
    pub ids: Vec<u32>,
}

impl<'a> Tokens<'a> {
    /// The blanks after the last token.
    pub fn tail(&self) -> &'a str {
        &self.text[self.list.last().map_or(0, |t| t.end)..]
    }
}

/// Numbers for words, shared by both texts. A word glued to the one before is not the same as one that stands off.
#[derive(Default)]
pub(in crate::analysis) struct Words<'a> {
    ids: HashMap<(&'a str, bool), u32>,
}

impl<'a> Words<'a> {
    pub fn tokens(&mut self, text: &'a str) -> Tokens<'a> {
        let mut out = Tokens {
            text,
            list: Vec::with_capacity(text.len() / 4),
            ids: Vec::with_capacity(text.len() / 4),
        };
        let mut lead = 0;
        let mut fresh = true;
        loop {
            let blanks = &text[lead..];
            let start = lead + blanks.find(|c: char| !c.is_whitespace()).unwrap_or(blanks.len());
            if start == text.len() {
                return out;
            }
            let blanks = &text[lead..start];
            let newlines = blanks.bytes().filter(|b| *b == b'\n').count();
            if newlines > 1 && !out.list.is_empty() {
                out.list.push(Token { lead, start: lead, end: start, is_break: true });
                out.ids.push(self.id("\n\n", false));
                (lead, fresh) = (start, true);
            }
            let end = start + token_len(&text[start..]);
            let word = &text[start..end];
            let rewrapped = newlines == 1 && text[..lead].ends_with(is_cjk) && word.starts_with(is_cjk);
            let glued = !fresh && (blanks.is_empty() || rewrapped);
            out.list.push(Token { lead, start, end, is_break: false });
            out.ids.push(self.id(word, glued));
            (lead, fresh) = (end, false);
        }
    }

    fn id(&mut self, word: &'a str, glued: bool) -> u32 {
        let next = self.ids.len() as u32;
        *self.ids.entry((word, glued)).or_insert(next)
    }
}

/// The length in bytes of the token that begins the text: a run of letters and digits, or one grapheme.
fn token_len(text: &str) -> usize {
    let mut end = 0;
    for (i, c) in text.char_indices() {
        let inside = match c {
            '0'..='9' | 'A'..='Z' | 'a'..='z' | '_' => true,
            '\'' | '’' => i > 0 && text[i + c.len_utf8()..].starts_with(char::is_alphanumeric),
            ..='\x7f' => false,
            c => !is_cjk(c) && (c.is_alphanumeric() || i > 0 && c.width() == Some(0)),
        };
        if !inside {
            break;
        }
        end = i + c.len_utf8();
    }
    if end > 0 {
        return end;
    }
    match text.as_bytes() {
        [_] => 1,
        [a, b, ..] if a.is_ascii() && b.is_ascii() => 1,
        _ => text.graphemes(true).next().map_or(text.len(), str::len),
    }
}
