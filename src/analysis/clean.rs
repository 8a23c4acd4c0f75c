//! Untrusted text made safe for the cells of a terminal.
//!
//! Text of a model or a file may hold what steers a terminal (escape sequences), what reorders a line (bidi
//! overrides), what hides (zero-width and TAG characters) or what overflows a cell (a thousand combining marks).
//! It is stored as it came; this is what stands between it and a screen.

mod escape;

use std::borrow::Cow;
use std::ops::ControlFlow;

use unicode_width::UnicodeWidthChar;

/// Combining marks that one letter keeps; more is not a language, but an attack on the line above.
const MARKS: u8 = 8;
/// Zero-width joiners that one emoji keeps; the longest of Unicode's own sequences has four.
const JOINERS: u8 = 6;
/// What a tab becomes: a cell cannot hold one.
const TAB: &str = "    ";

const ZWNJ: char = '\u{200c}';
const ZWJ: char = '\u{200d}';

/// The text without anything that could act on the terminal, reorder its line or hide in it.
///
/// Newlines stay; `\r\n`, a lone `\r` and the other line ends become `\n`; a tab becomes four spaces. Allocates
/// nothing for text that is clean already, and cleaning twice changes nothing.
#[must_use]
pub fn clean(text: &str) -> Cow<'_, str> {
    if is_clean(text) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let _ = walk(text, |piece| {
        match piece {
            Piece::Keep(c) => out.push(c),
            Piece::Put(s) => out.push_str(s),
            Piece::Drop => {}
        }
        ControlFlow::Continue(())
    });
    Cow::Owned(out)
}

/// [`clean`] for titles and rows of lists: one line, its line ends and runs of blanks a single space, trimmed.
#[must_use]
pub fn clean_line(text: &str) -> Cow<'_, str> {
    let is_one_line = |s: &str| !s.contains('\n') && !s.contains("  ") && s.trim().len() == s.len();
    match clean(text) {
        Cow::Borrowed(s) if is_one_line(s) => Cow::Borrowed(s),
        Cow::Owned(s) if is_one_line(&s) => Cow::Owned(s),
        other => {
            let mut line = String::with_capacity(other.len());
            for word in other.split_whitespace() {
                if !line.is_empty() {
                    line.push(' ');
                }
                line.push_str(word);
            }
            // A mark whose base went with the blanks stands at the head now.
            match clean(&line) {
                Cow::Borrowed(_) => Cow::Owned(line),
                Cow::Owned(shorter) => Cow::Owned(clean_line(&shorter).into_owned()),
            }
        }
    }
}

/// The text as the author gave it, but without what steers a terminal: escape sequences and control characters go,
/// line ends become `\n`. For what is typed and pasted: kept to the letter, where [`clean`] is for showing.
#[must_use]
pub fn without_controls(text: &str) -> Cow<'_, str> {
    let stays = |c: char| matches!(c, '\n' | '\t') || !(c.is_control() || is_noncharacter(c));
    if text.chars().all(stays) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let mut end = at + c.len_utf8();
        match c {
            '\r' if text[end..].starts_with('\n') => {}
            '\r' | '\u{85}' => out.push('\n'),
            '\x1b' | '\u{80}'..='\u{9f}' => end = escape::end(text, at),
            c if stays(c) => out.push(c),
            _ => {}
        }
        at = end;
    }
    Cow::Owned(out)
}

/// Whether [`clean`] would change nothing.
#[must_use]
pub fn is_clean(text: &str) -> bool {
    let plain = |b: &u8| (0x20..0x7f).contains(b) || *b == b'\n';
    text.as_bytes().iter().all(plain)
        || walk(text, |piece| match piece {
            Piece::Keep(_) => ControlFlow::Continue(()),
            Piece::Put(_) | Piece::Drop => ControlFlow::Break(()),
        })
        .is_continue()
}

/// Whether a character must never reach a terminal, wherever it stands: control, bidi, TAG, invisible.
#[must_use]
pub fn is_hostile(c: char) -> bool {
    match c {
        ' '..='~' => false,
        '\0'..='\x1f' | '\x7f'..='\u{9f}' => true,
        '\u{a0}'..='\u{2ff}' => c == '\u{ad}',
        _ => is_invisible(c),
    }
}

/// Characters without a shape of their own that only steer, order, annotate or hide; and noncharacters, which are
/// no text at all (the editor keeps them for itself).
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}'
        | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
        | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e00ff}' | '\u{e01f0}'..='\u{e0fff}')
        || is_noncharacter(c)
}

fn is_noncharacter(c: char) -> bool {
    matches!(c, '\u{fdd0}'..='\u{fdef}') || u32::from(c) & 0xfffe == 0xfffe
}

/// What becomes of one character of the text, or of one escape sequence.
enum Piece {
    Keep(char),
    Put(&'static str),
    Drop,
}

/// What the character before allows the next one to be.
#[derive(Default)]
struct Before {
    /// The last character kept; none at the start and after a line end.
    last: Option<char>,
    /// The last character kept that was no mark.
    base: Option<char>,
    marks: u8,
    joiners: u8,
}

impl Before {
    fn keep(&mut self, c: char) -> Piece {
        if c == '\n' {
            *self = Self::default();
        } else {
            // A base that a joiner tied to the one before belongs to the same cluster, and shares its caps.
            if self.last != Some(ZWJ) {
                (self.marks, self.joiners) = (0, 0);
            }
            (self.last, self.base) = (Some(c), Some(c));
        }
        Piece::Keep(c)
    }

    fn mark(&mut self, c: char) -> Piece {
        if self.last.is_none() || self.marks >= MARKS {
            return Piece::Drop;
        }
        self.marks += 1;
        self.last = Some(c);
        Piece::Keep(c)
    }

    fn joiner(&mut self, c: char, next: Option<char>) -> Piece {
        let between_emoji = c == ZWJ && self.base.is_some_and(is_emoji) && next.is_some_and(is_emoji);
        let between_letters = self.base.is_some_and(joins) && next.is_some_and(joins);
        let joined = matches!(self.last, Some(ZWJ | ZWNJ));
        if joined || self.joiners >= JOINERS || !(between_emoji || between_letters) {
            return Piece::Drop;
        }
        self.joiners += 1;
        self.last = Some(c);
        Piece::Keep(c)
    }

    /// A variation selector speaks of the character right before it, and only some have variants.
    fn selector(&mut self, c: char) -> Piece {
        let fits = |base: char| match c {
            '\u{fe0e}' | '\u{fe0f}' => is_emoji(base) || matches!(base, '0'..='9' | '#' | '*'),
            _ => is_ideograph(base),
        };
        if self.last.is_some() && self.last == self.base && self.base.is_some_and(fits) {
            self.last = Some(c);
            Piece::Keep(c)
        } else {
            Piece::Drop
        }
    }
}

/// Tells `emit` what becomes of each piece of the text, until it breaks off.
fn walk(text: &str, mut emit: impl FnMut(Piece) -> ControlFlow<()>) -> ControlFlow<()> {
    let mut before = Before::default();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let after = at + c.len_utf8();
        let mut end = after;
        let piece = match c {
            ' '..='~' | '\n' | '\u{a0}'..='\u{ac}' | '\u{ae}'..='\u{2ff}' | '\u{2010}'..='\u{2027}' => {
                before.keep(c)
            }
            '\t' => {
                before.keep(' ');
                Piece::Put(TAB)
            }
            // The '\n' of a CRLF speaks for both.
            '\r' if text[after..].starts_with('\n') => Piece::Drop,
            '\r' | '\x0b' | '\x0c' | '\u{85}' | '\u{2028}' | '\u{2029}' => {
                before.keep('\n');
                Piece::Put("\n")
            }
            '\x1b' | '\u{80}'..='\u{9f}' => {
                end = escape::end(text, at);
                Piece::Drop
            }
            ZWJ | ZWNJ => before.joiner(c, text[after..].chars().next()),
            '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}' => before.selector(c),
            c if is_hostile(c) => Piece::Drop,
            // Skin tones are wide alone, and marks on the emoji before.
            '\u{1f3fb}'..='\u{1f3ff}' if before.base.is_some_and(is_emoji) => before.mark(c),
            c if c.width() == Some(0) => before.mark(c),
            c => before.keep(c),
        };
        emit(piece)?;
        at = end;
    }
    ControlFlow::Continue(())
}

/// Characters that emoji sequences are made of, by block: enough to tell a meaningful joiner from a hidden one.
fn is_emoji(c: char) -> bool {
    matches!(c,
        '\u{a9}' | '\u{ae}' | '\u{203c}' | '\u{2049}' | '\u{2122}' | '\u{2139}' | '\u{2190}'..='\u{21ff}'
        | '\u{2300}'..='\u{23ff}' | '\u{24c2}' | '\u{25a0}'..='\u{27bf}' | '\u{2934}'..='\u{2935}'
        | '\u{2b00}'..='\u{2bff}' | '\u{3030}' | '\u{303d}' | '\u{3297}' | '\u{3299}' | '\u{1f000}'..='\u{1faff}')
}

fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3fffd}')
}

/// Letters of scripts in which a joiner or a non-joiner changes the word: Arabic and its kin, the Indic scripts,
/// Khmer, Mongolian.
fn joins(c: char) -> bool {
    matches!(c,
        '\u{600}'..='\u{8ff}' | '\u{900}'..='\u{dff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{18aa}'
        | '\u{fb50}'..='\u{fdcf}' | '\u{fdf0}'..='\u{fdff}' | '\u{fe70}'..='\u{fefe}')
        && c.is_alphabetic()
        && c.width() != Some(0)
}

#[cfg(test)]
mod tests;
