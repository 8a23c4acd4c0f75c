//! A page as numbers: one for each word, the same for the same word however it is written.

use crate::analysis::words::is_cjk;

/// A word of a page.
#[derive(Debug, Clone, Copy)]
pub(super) struct Word {
    /// The same for the same letters, whatever their case.
    pub id: u32,
    /// Its first byte.
    pub start: u32,
    /// The byte after the marks that follow it.
    pub stop: u32,
    /// A quotation mark opens right before it.
    pub opens: bool,
    /// A quotation mark stands right behind it.
    pub closes: bool,
}

/// The words of a text: runs of letters and digits, apostrophes apart; in Chinese and Japanese, characters.
pub(super) fn words(text: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::with_capacity(text.len() / 5);
    let mut open: Option<Open> = None;
    // Whether a word stands right before, and whether a quotation mark does that no word stands right before.
    let (mut glued, mut quote) = (false, false);
    for (at, c) in text.char_indices() {
        if is_cjk(c) {
            close(&mut words, &mut open, at);
            let stop = (at + c.len_utf8()) as u32;
            words.push(Word { id: id(letter(SEED, c)), start: at as u32, stop, opens: quote, closes: false });
            (glued, quote) = (true, false);
        } else if c.is_alphanumeric() {
            let Open { hash, .. } = open.get_or_insert(Open { start: at, hash: SEED, quoted: quote });
            quote = false;
            if c.is_ascii() {
                *hash = letter(*hash, c.to_ascii_lowercase());
            } else {
                *hash = c.to_lowercase().fold(*hash, letter);
            }
            glued = true;
        } else if open.is_some() && matches!(c, '\'' | '’') {
            // "don't" and "dont" are one word, and the quote after a word is none.
        } else {
            close(&mut words, &mut open, at);
            if c.is_whitespace() {
                (glued, quote) = (false, false);
            } else if glued && let Some(last) = words.last_mut() {
                last.stop = (at + c.len_utf8()) as u32;
                last.closes |= is_quote(c);
            } else {
                quote |= is_quote(c);
            }
        }
    }
    close(&mut words, &mut open, text.len());
    words
}

const SEED: u64 = 0xcbf2_9ce4_8422_2325;

/// One step of FNV-1a, by letter.
fn letter(hash: u64, c: char) -> u64 {
    (hash ^ u64::from(c)).wrapping_mul(0x0100_0000_01b3)
}

fn id(hash: u64) -> u32 {
    (hash ^ hash >> 32) as u32
}

/// A word whose end was not seen yet.
struct Open {
    start: usize,
    hash: u64,
    quoted: bool,
}

fn close(words: &mut Vec<Word>, open: &mut Option<Open>, at: usize) {
    if let Some(Open { start, hash, quoted }) = open.take() {
        words.push(Word { id: id(hash), start: start as u32, stop: at as u32, opens: quoted, closes: false });
    }
}

fn is_quote(c: char) -> bool {
    matches!(c, '"' | '“' | '”' | '„' | '«' | '»' | '‘' | '’' | '\'' | '「' | '」' | '『' | '』')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str) -> Vec<&str> {
        words(text).iter().map(|w| &text[w.start as usize..w.stop as usize]).collect()
    }

    #[test]
    fn a_word_keeps_the_marks_behind_it_and_loses_case_and_apostrophes() {
        assert_eq!(split("“Don’t,” she _said_.  Wait—no."), ["Don’t,”", "she", "said_.", "Wait—", "no."]);
        let same = words("Don’t SAY dont say");
        assert_eq!((same[0].id, same[1].id), (same[2].id, same[3].id));
        assert_eq!(split("雨が降る。Rain"), ["雨", "が", "降", "る。", "Rain"]);
        assert!(split(" — … ").is_empty());
        let quoted = words("He read: “That other of his race.” No more.");
        let marks: Vec<(bool, bool)> = quoted.iter().map(|w| (w.opens, w.closes)).collect();
        assert_eq!(marks.iter().filter(|m| **m == (false, false)).count(), 7);
        assert_eq!((marks[2], marks[6]), ((true, false), (false, true)));
    }
}
