//! Inlines as nested marks: what opens is closed, in order.

use super::document::{Inline, Style, Styles};

/// A step through a paragraph.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark<'t> {
    /// A style begins.
    Open(Style),
    /// A style ends.
    Close(Style),
    /// Text.
    Text(&'t str),
    /// A new line.
    LineBreak,
    /// A link begins; what is shown follows.
    OpenLink(&'t str),
    /// A link ends.
    CloseLink(&'t str),
    /// A reference to the note of a label.
    Note(&'t str),
}

/// Nests the styles of inlines: the longer stretch is outside; of two alike, the first in [`Style::ALL`].
#[must_use]
pub fn marks(words: &[Inline]) -> Vec<Mark<'_>> {
    let mut out = Vec::with_capacity(words.len());
    nest(words, Styles::NONE, &mut out);
    out
}

fn nest<'t>(words: &'t [Inline], opened: Styles, out: &mut Vec<Mark<'t>>) {
    let mut rest = words;
    while let Some(first) = rest.first() {
        let styles = styles_of(first);
        let longest = |best: (usize, Style), next: (usize, Style)| if next.0 > best.0 { next } else { best };
        let open = styles.iter().filter(|s| !opened.has(*s));
        let outer = open.map(|style| (reach(rest, style), style)).reduce(longest);
        match outer {
            Some((length, style)) => {
                let (inside, after) = rest.split_at(length);
                out.push(Mark::Open(style));
                nest(inside, opened.with(style), out);
                out.push(Mark::Close(style));
                rest = after;
            }
            None => {
                leaf(first, opened, out);
                rest = &rest[1..];
            }
        }
    }
}

fn leaf<'t>(inline: &'t Inline, opened: Styles, out: &mut Vec<Mark<'t>>) {
    match inline {
        Inline::Text { text, .. } => out.push(Mark::Text(text)),
        Inline::LineBreak => out.push(Mark::LineBreak),
        Inline::NoteMark(label) => out.push(Mark::Note(label)),
        Inline::Link { target, words } => {
            out.push(Mark::OpenLink(target));
            nest(words, opened, out);
            out.push(Mark::CloseLink(target));
        }
    }
}

/// The styles that something begins with; those of a link are what all of its words have.
fn styles_of(inline: &Inline) -> Styles {
    match inline {
        Inline::Text { styles, .. } => *styles,
        Inline::Link { words, .. } => {
            let all = |style: &Style| words.iter().all(|w| styles_of(w).has(*style));
            Style::ALL.into_iter().filter(|s| !words.is_empty() && all(s)).collect()
        }
        Inline::LineBreak | Inline::NoteMark(_) => Styles::NONE,
    }
}

/// How many inlines a style holds for; line breaks and note marks between are in it, those at its end are not.
fn reach(words: &[Inline], style: Style) -> usize {
    let mut reached = 0;
    for (index, inline) in words.iter().enumerate() {
        match inline {
            Inline::LineBreak | Inline::NoteMark(_) => {}
            _ if styles_of(inline).has(style) => reached = index + 1,
            _ => break,
        }
    }
    reached
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longer_stretch_is_outside_and_goes_on_over_line_breaks() {
        let em = Styles::NONE.with(Style::Emphasis);
        let words = [
            Inline::styled("a", em.with(Style::Strong)),
            Inline::LineBreak,
            Inline::styled("b", em),
            Inline::LineBreak,
        ];
        let expected = [
            Mark::Open(Style::Emphasis),
            Mark::Open(Style::Strong),
            Mark::Text("a"),
            Mark::Close(Style::Strong),
            Mark::LineBreak,
            Mark::Text("b"),
            Mark::Close(Style::Emphasis),
            Mark::LineBreak,
        ];
        assert_eq!(marks(&words), expected);
    }
}
