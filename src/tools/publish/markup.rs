//! What HTML and XML share: escaping, and blocks as elements.

use std::fmt::Write as _;

use super::inline::{Look, Mark, Run, marks};
use super::prose::Block;

/// Escapes a text for an element or an attribute; what XML does not allow is left out.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 16);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' | '\r' => out.push(c),
            '\0'..='\x1f' | '\x7f'..='\u{9f}' | '\u{fffe}' | '\u{ffff}' => {}
            c => out.push(c),
        }
    }
    out
}

/// Returns runs as phrasing content.
pub(super) fn phrases(runs: &[Run]) -> String {
    let mut out = String::new();
    for mark in marks(runs) {
        match mark {
            Mark::Open(Look::Emphasis) => out.push_str("<em>"),
            Mark::Open(Look::Strong) => out.push_str("<strong>"),
            Mark::Text(text) => out.push_str(&escaped(text)),
            Mark::Close(Look::Emphasis) => out.push_str("</em>"),
            Mark::Close(Look::Strong) => out.push_str("</strong>"),
        }
    }
    out
}

/// Returns blocks as elements, a line each; headings of their own are of this level.
pub(super) fn elements(blocks: &[Block], level: u8) -> String {
    let mut out = String::new();
    for block in blocks {
        let _ = match block {
            Block::Paragraph(runs) => writeln!(out, "<p>{}</p>", phrases(runs)),
            Block::Heading(runs) => writeln!(out, "<h{level}>{}</h{level}>", phrases(runs)),
            Block::Break => writeln!(out, "<hr class=\"break\"/>"),
            Block::Page(number) => writeln!(out, "<p class=\"page\">{number}</p>"),
        };
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_escaped_text_is_whole_but_for_what_xml_does_not_allow() {
        assert_eq!(escaped("a<b> & \"c\"\t'd'\n"), "a&lt;b&gt; &amp; &quot;c&quot;\t'd'\n");
        assert_eq!(escaped("a\0\u{b}\u{1b}\u{85}\u{fffe}\u{ffff}é字😀"), "aé字😀");
    }
}
