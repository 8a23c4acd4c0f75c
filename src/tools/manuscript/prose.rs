//! Running text of a document in the making, and what of it is stored.

use super::Block;
use super::markdown::is_visible;
use crate::formats::document::{Block as Stored, Inline, Styles, plain_text};
use crate::formats::{markdown, tidy::tidy};

/// Empty paragraphs are scene breaks in a text that has at most one to so many others; else they are how it is set.
const RARE: usize = 3;

/// Words as they come, each in its looks.
#[derive(Debug, Default)]
pub(super) struct Prose {
    words: Vec<Inline>,
}

impl Prose {
    /// Adds text; a newline in it is a line break.
    pub fn push(&mut self, text: &str, styles: Styles) {
        self.words.push(Inline::styled(text, styles));
    }

    /// Adds anything else.
    pub fn push_inline(&mut self, inline: Inline) {
        self.words.push(inline);
    }

    /// Returns of how many pieces it is.
    pub fn len(&self) -> usize {
        self.words.len()
    }

    /// Returns the pieces from a place on.
    pub fn since(&self, at: usize) -> &[Inline] {
        self.words.get(at..).unwrap_or_default()
    }

    /// Takes the pieces from a place on.
    pub fn split_off(&mut self, at: usize) -> Vec<Inline> {
        self.words.split_off(at.min(self.words.len()))
    }

    /// Returns the paragraph as it came, and begins anew.
    pub fn take_as_it_is(&mut self) -> Vec<Inline> {
        std::mem::take(&mut self.words)
    }

    /// Returns the paragraph, with its spaces brought into order, and begins anew.
    pub fn take(&mut self) -> Vec<Inline> {
        tidy(std::mem::take(&mut self.words))
    }
}

/// Whether there is anything to read in it.
pub(super) fn says_something(words: &[Inline]) -> bool {
    let is_mark = |inline: &Inline| matches!(inline, Inline::NoteMark(_));
    words.iter().any(is_mark) || plain_text(words).chars().any(is_visible)
}

/// Returns a block as pages store it. A paragraph of ornaments is a scene break.
pub(super) fn stored(block: &Stored) -> Option<Block> {
    let is_break = matches!(block, Stored::Paragraph(words) if is_ornament(&plain_text(words)));
    let written = if is_break { "* * *".to_owned() } else { markdown::write_block(block) };
    (!written.is_empty()).then_some(Block::Paragraph(written))
}

/// Whether a paragraph is the sign between two scenes, as books have it.
pub(super) fn is_ornament(text: &str) -> bool {
    const ALONE: &str = "#*~•◆◇❖※⁂✦✧✻✽❦❧☙§○●◦·⁎∗★☆♦";
    const IN_ROWS: &str = "-_=+–—xX";
    let signs: Vec<char> = text.chars().filter(|c| !c.is_whitespace()).collect();
    let all = |of: &str| !signs.is_empty() && signs.iter().all(|c| of.contains(*c));
    signs.len() <= 24 && (all(ALONE) || (signs.len() >= 3 && all(IN_ROWS) && !all("xX")))
}

/// Makes scene breaks of the empty paragraphs at these places, where they stand between texts and are rare.
pub(super) fn with_breaks(blocks: Vec<Block>, empty: &[usize]) -> Vec<Block> {
    let is_text = |block: Option<&Block>| match block {
        Some(Block::Paragraph(text)) => text != "* * *",
        Some(Block::Heading { .. }) | None => false,
    };
    let texts = blocks.iter().filter(|block| is_text(Some(block))).count();
    let is_rare = empty.len() * RARE <= texts;
    let mut out = Vec::with_capacity(blocks.len());
    let mut empty = empty.iter().copied().peekable();
    for (place, block) in blocks.into_iter().enumerate() {
        let mut is_break = false;
        while empty.next_if(|at| *at <= place).is_some() {
            is_break = true;
        }
        if is_break && is_rare && is_text(out.last()) && is_text(Some(&block)) {
            out.push(Block::Paragraph("* * *".to_owned()));
        }
        out.push(block);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::document::Style;

    const EM: Styles = Styles::NONE.with(Style::Emphasis);
    const STRONG: Styles = Styles::NONE.with(Style::Strong);

    fn text(block: &Stored) -> String {
        match stored(block) {
            Some(Block::Paragraph(text)) => text,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn looks_stand_close_to_their_words_and_what_looks_like_a_mark_stays_text() {
        let mut prose = Prose::default();
        for (text, styles) in [
            ("She  said ", Styles::NONE),
            ("never ", EM),
            ("again", EM),
            (" and ", Styles::NONE),
            ("loud", STRONG),
        ] {
            prose.push(text, styles);
        }
        prose.push("\n# 5 ", Styles::NONE);
        assert_eq!(text(&Stored::Paragraph(prose.take())), "She said *never again* and **loud**\n\\# 5");
        assert!(!says_something(&prose.take()));
    }

    #[test]
    fn a_row_of_ornaments_is_a_scene_break_and_a_word_is_none() {
        for sign in ["###", "#", "~", "•", "◆", "* * *", "⁂", "---", "— — —", "• • •"] {
            assert_eq!(text(&Stored::Paragraph(vec![Inline::plain(sign)])), "* * *", "{sign}");
        }
        for word in ["…", "xxx", "—", "?", "!", "# 1", "1", "\"—\""] {
            assert_ne!(text(&Stored::Paragraph(vec![Inline::plain(word)])), "* * *", "{word}");
        }
    }

    #[test]
    fn empty_paragraphs_are_breaks_where_they_are_rare_and_between_texts() {
        let paragraph = |n: usize| Block::Paragraph(n.to_string());
        let shown = |blocks: &[Block]| {
            let one = |block: &Block| match block {
                Block::Heading { title, .. } => title.clone(),
                Block::Paragraph(text) => text.clone(),
            };
            blocks.iter().map(one).collect::<Vec<_>>().join(" ")
        };
        let blocks = |many: usize| (1..=many).map(paragraph).collect::<Vec<_>>();
        assert_eq!(shown(&with_breaks(blocks(8), &[0, 3])), "1 2 3 * * * 4 5 6 7 8");
        assert_eq!(
            shown(&with_breaks(blocks(8), &[2, 2, 8])),
            "1 2 3 4 5 6 7 8",
            "three to eight are too many"
        );
        assert_eq!(shown(&with_breaks(blocks(4), &[1, 2, 3])), "1 2 3 4", "set with empty lines");
        let mut headed = blocks(8);
        headed.insert(4, Block::Heading { level: 1, title: "H".into() });
        assert_eq!(shown(&with_breaks(headed, &[4, 5])), "1 2 3 4 H 5 6 7 8");
    }
}
