//! What a reader sees as one clean text, with roles laid over stretches of it.

use std::ops::Range;

use crate::analysis::clean;
use crate::analysis::diff::{Diff, Span, Tag};
use crate::tui::theme::Role;

/// Marks a break between paragraphs that came or went; the theme has its glyph.
pub(super) const BREAK: &str = "¶";

/// A clean text, and where it is not ordinary.
#[derive(Debug, Clone, Default)]
pub(super) struct Content {
    pub text: String,
    roles: Vec<(Range<usize>, Role)>,
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
        self.roles.is_empty() && self.changes.is_empty()
    }

    /// The roles from a byte on, to be asked in rising order.
    pub fn styles_from(&self, byte: usize) -> Roles<'_> {
        let first = self.roles.partition_point(|(range, _)| range.end <= byte);
        Roles { rest: &self.roles[first..] }
    }
}

/// Walks along stretches with the text.
pub(super) struct Roles<'a> {
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
