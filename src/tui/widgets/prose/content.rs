//! What a reader sees as one clean text, with roles laid over stretches of it.

use std::ops::Range;

use crate::analysis::changes::{Bit, Choice, Of};
use crate::analysis::clean;
use crate::analysis::diff::{Diff, Span, Tag};
use crate::tui::review::Review;
use crate::tui::theme::{Role, Theme};
use ratatui::style::Style;

/// Marks a break between paragraphs that came or went; the theme has its glyph.
pub(super) const BREAK: &str = "¶";

/// A clean text, and where it is not ordinary.
#[derive(Debug, Clone, Default)]
pub(in crate::tui::widgets) struct Content {
    pub text: String,
    roles: Vec<(Range<usize>, Role)>,
    /// What the cursor stands on.
    cursor: Vec<Range<usize>>,
    /// Where changes begin, in bytes.
    pub changes: Vec<usize>,
}

impl Content {
    pub fn text(text: &str) -> Self {
        Self { text: clean(text).into_owned(), ..Self::default() }
    }

    pub fn diff(diff: &Diff) -> Self {
        let mut out = Self::default();
        let mut inside = false;
        for paragraph in &diff.paragraphs {
            let last = paragraph.spans.len().saturating_sub(1);
            for (i, span) in paragraph.spans.iter().enumerate() {
                out.part_words(&span.text);
                let start = out.text.len();
                out.push(span, i == last);
                let role = match span.tag {
                    Tag::Same => None,
                    Tag::Added => Some(Role::Added),
                    Tag::Removed => Some(Role::Removed),
                };
                if let Some(role) = role {
                    if !inside {
                        out.changes.push(start);
                    }
                    out.roles.push((start..out.text.len(), role));
                }
                inside = role.is_some();
            }
        }
        out
    }

    /// The changes of a review in one text, each as it was decided; what is undecided shows what went and what came.
    pub fn review(review: &Review, theme: &Theme) -> Self {
        let changes = review.changes();
        let mut out = Self::default();
        for piece in changes.pieces() {
            let (old, new) = (&changes.old()[piece.old.clone()], &changes.new_text()[piece.new.clone()]);
            let Of::Change(at) = piece.of else {
                out.part_words(new);
                out.text.push_str(&clean(new));
                continue;
            };
            let start = out.text.len();
            let glyphs = &theme.glyphs;
            match review.choice(at) {
                None => {
                    out.change(old, Role::Removed, "");
                    out.change(new, Role::Added, "");
                }
                Some(Choice::Take) if new.is_empty() => out.change(" ", Role::Success, glyphs.done),
                Some(Choice::Take) => out.change(new, Role::Success, glyphs.done),
                Some(Choice::Refuse) if old.is_empty() => out.change(" ", Role::Warning, glyphs.failed),
                Some(Choice::Refuse) => out.change(old, Role::Warning, glyphs.failed),
                Some(Choice::Own(words)) => {
                    let model = if new.trim().is_empty() { old } else { new };
                    let (before, after) = around(model);
                    out.change(&format!("{before}{}{after}", words.trim()), Role::Accent, glyphs.done);
                }
            }
            if review.at() == Some(at) {
                out.cursor.push(start..out.text.len());
            }
        }
        out
    }

    /// One side of a review.
    pub fn side(review: &Review, bits: &[Bit], text: &str, is_old: bool, theme: &Theme) -> Self {
        let mut out = Self::default();
        let last = bits.len().saturating_sub(1);
        for (index, bit) in bits.iter().enumerate() {
            let piece = &text[bit.bytes.clone()];
            let piece = if index == last { piece.trim_end() } else { piece };
            let Of::Change(at) = bit.of else {
                out.text.push_str(&clean(piece));
                continue;
            };
            let start = out.text.len();
            let (kept, glyph) = (Role::Success, if is_old { theme.glyphs.failed } else { theme.glyphs.done });
            let (role, mark) = match (review.choice(at), is_old) {
                (None, true) => (Role::Removed, ""),
                (None, false) => (Role::Added, ""),
                (Some(Choice::Take), false) | (Some(Choice::Refuse), true) => (kept, glyph),
                _ => (Role::Dim, ""),
            };
            out.change(piece, role, mark);
            if review.at() == Some(at) {
                out.cursor.push(start..out.text.len());
            }
        }
        out
    }

    /// Adds words of a change behind their blanks and its mark; a break is a sign that can be seen.
    fn change(&mut self, text: &str, role: Role, mark: &str) {
        if text.is_empty() {
            return;
        }
        self.part_words(text);
        let (before, after) = around(text);
        let words = text[before.len()..text.len() - after.len()].trim();
        self.text.push_str(before);
        let start = self.text.len();
        self.text.push_str(mark);
        if words.is_empty() {
            self.text.push_str(if before.contains('\n') { BREAK } else { "" });
        }
        self.text.push_str(&clean(words));
        self.roles.push((start..self.text.len(), role));
        self.text.push_str(after);
    }

    /// Where what the cursor stands on begins.
    pub fn cursor(&self) -> Option<usize> {
        self.cursor.first().map(|range| range.start)
    }

    /// How a grapheme at a byte is drawn.
    pub fn cell<'g>(
        &self,
        at: usize,
        grapheme: &'g str,
        roles: &mut Roles<'_>,
        theme: &Theme,
    ) -> (Style, &'g str) {
        let role = roles.at(at);
        let base = theme[Role::Text];
        let mut style = role.map_or(base, |role| base.patch(theme[role]));
        if role.is_some() && self.cursor.iter().any(|range| range.contains(&at)) {
            style = style.patch(theme[Role::MatchCurrent]);
        }
        let sign = if role.is_some() && grapheme == BREAK { theme.glyphs.paragraph } else { grapheme };
        (style, sign)
    }

    /// A word that went and the word that came in its place are two words.
    fn part_words(&mut self, next: &str) {
        let is_letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        if is_letter(self.text.chars().next_back()) && is_letter(next.chars().next()) {
            self.text.push(' ');
        }
    }

    /// A break that came or went is a mark to be seen; one that went splits nothing any more.
    fn push(&mut self, span: &Span, is_last: bool) {
        if !span.is_break() {
            self.text.push_str(&clean(&span.text));
            return;
        }
        if span.tag != Tag::Same {
            self.text.push_str(BREAK);
        }
        if is_last {
            self.text.push_str("\n\n");
        }
    }

    /// Whether no role is laid over it.
    pub fn is_plain(&self) -> bool {
        self.roles.is_empty() && self.changes.is_empty() && self.cursor.is_empty()
    }

    /// The roles from a byte on, to be asked in rising order.
    pub fn styles_from(&self, byte: usize) -> Roles<'_> {
        let first = self.roles.partition_point(|(range, _)| range.end <= byte);
        Roles { rest: &self.roles[first..] }
    }
}

/// The blanks at both ends of a text; all of it stands before where there is nothing else.
fn around(text: &str) -> (&str, &str) {
    let start = text.len() - text.trim_start().len();
    let end = text.trim_end().len().max(start);
    (&text[..start], &text[end..])
}

/// Walks along stretches with the text.
pub(in crate::tui::widgets) struct Roles<'a> {
    rest: &'a [(Range<usize>, Role)],
}

impl Roles<'_> {
    /// The role at a byte that is not before the last one asked for.
    pub fn at(&mut self, byte: usize) -> Option<Role> {
        while let Some((range, role)) = self.rest.first() {
            if byte < range.start {
                return None;
            }
            if byte < range.end {
                return Some(*role);
            }
            self.rest = &self.rest[1..];
        }
        None
    }
}
