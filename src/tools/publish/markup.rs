//! What HTML and XML share: escaping, and blocks as elements.

use std::fmt::Write as _;

use super::prose::{Body, Piece};
use crate::formats::document::{Block, Inline, ListItem, Style};
use crate::formats::marks::{Mark, marks};

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

/// Whether a link may lead there: a book calls no program, and knows no file.
pub(super) fn is_address(target: &str) -> bool {
    let target = target.to_ascii_lowercase();
    let is_known = ["http://", "https://", "mailto:"].iter().any(|scheme| target.starts_with(scheme));
    is_known && !target.contains(|c: char| c.is_whitespace() || c.is_control() || "<>\"{}|\\^`".contains(c))
}

/// How the documents of a format differ.
#[derive(Debug, Clone, Copy)]
pub(super) struct Dialect<'a> {
    /// Whether elements say what they are in the terms of EPUB.
    pub epub: bool,
    /// What the ids of notes begin with; a document has each once.
    pub prefix: &'a str,
}

/// Returns a chapter's body as elements, a line each; headings of their own are of level 3 and below.
pub(super) fn elements(body: &Body, dialect: Dialect<'_>) -> String {
    let mut writer = Writer { out: String::new(), dialect, referred: 0 };
    for piece in &body.pieces {
        match piece {
            Piece::Block(block) => writer.block(block),
            Piece::Page(number) => writer.line(&format!("<p class=\"page\">{number}</p>")),
        }
    }
    writer.notes(&body.notes);
    writer.out
}

struct Writer<'a> {
    out: String,
    dialect: Dialect<'a>,
    /// The highest number of a note that was referred to: its first mark is the one that the note leads back to.
    referred: usize,
}

impl Writer<'_> {
    fn line(&mut self, line: &str) {
        self.out.push_str(line);
        self.out.push('\n');
    }

    fn block(&mut self, block: &Block) {
        match block {
            Block::Paragraph(words) => {
                let class = if words.contains(&Inline::LineBreak) { " class=\"lines\"" } else { "" };
                let words = self.phrases(words);
                self.line(&format!("<p{class}>{words}</p>"));
            }
            Block::Heading { level, words } => {
                let (level, words) = ((*level).clamp(3, 6), self.phrases(words));
                self.line(&format!("<h{level}>{words}</h{level}>"));
            }
            Block::SceneBreak => self.line("<hr class=\"break\"/>"),
            Block::Quote(paragraphs) => {
                self.line("<blockquote>");
                for words in paragraphs {
                    let words = self.phrases(words);
                    self.line(&format!("<p>{words}</p>"));
                }
                self.line("</blockquote>");
            }
            Block::List(items) => self.list(items),
            Block::Table(rows) => self.table(rows),
            // A body has neither.
            Block::Figure { .. } | Block::Note { .. } => {}
        }
    }

    /// Lists of a kind are one element; a deeper item opens lists within the item before it.
    fn list(&mut self, items: &[ListItem]) {
        let mut open: Vec<&str> = Vec::new();
        for item in items {
            let wanted = if item.number.is_some() { "ol" } else { "ul" };
            // An item is at most one deeper than the one before it.
            let depth = usize::from(item.depth).min(open.len());
            while open.len() > depth + 1 {
                self.close_list(&mut open);
            }
            if open.len() == depth + 1 && open[depth] != wanted {
                self.close_list(&mut open);
            }
            if open.len() == depth + 1 {
                self.out.push_str("</li>\n");
            } else {
                let start =
                    item.number.filter(|n| *n != 1).map_or_else(String::new, |n| format!(" start=\"{n}\""));
                let _ = writeln!(self.out, "{}<{wanted}{start}>", if open.is_empty() { "" } else { "\n" });
                open.push(wanted);
            }
            let words = self.phrases(&item.words);
            let _ = write!(self.out, "<li>{words}");
        }
        while !open.is_empty() {
            self.close_list(&mut open);
        }
    }

    fn close_list(&mut self, open: &mut Vec<&str>) {
        if let Some(list) = open.pop() {
            let _ = write!(self.out, "</li>\n</{list}>{}", if open.is_empty() { "\n" } else { "" });
        }
    }

    fn table(&mut self, rows: &[Vec<Vec<Inline>>]) {
        let width = rows.iter().map(Vec::len).max().unwrap_or(0);
        self.line("<table>");
        for (index, cells) in rows.iter().enumerate() {
            let cell = if index == 0 { "th" } else { "td" };
            self.out.push_str("<tr>");
            for column in 0..width {
                let words = cells.get(column).map(|words| self.phrases(words)).unwrap_or_default();
                let _ = write!(self.out, "<{cell}>{words}</{cell}>");
            }
            self.out.push_str("</tr>\n");
        }
        self.line("</table>");
    }

    fn notes(&mut self, notes: &[Vec<Inline>]) {
        if notes.is_empty() {
            return;
        }
        let Dialect { epub, prefix } = self.dialect;
        let (section, kind) = if epub {
            (" epub:type=\"footnotes\"", " epub:type=\"footnote\" role=\"doc-footnote\"")
        } else {
            ("", " role=\"doc-footnote\"")
        };
        self.line(&format!("<section class=\"notes\"{section}>"));
        let referred = self.referred;
        for (index, words) in notes.iter().enumerate() {
            let number = index + 1;
            let words = self.phrases(words);
            let back = if number <= referred {
                format!("<a href=\"#{prefix}ref-{number}\">{number}</a>")
            } else {
                number.to_string()
            };
            self.line(&format!("<aside{kind} id=\"{prefix}note-{number}\"><p>{back} {words}</p></aside>"));
        }
        self.line("</section>");
    }

    /// Returns running text as phrasing content.
    fn phrases(&mut self, words: &[Inline]) -> String {
        let mut out = String::new();
        for mark in marks(words) {
            match mark {
                Mark::Open(style) => out.push_str(tags(style).0),
                Mark::Close(style) => out.push_str(tags(style).1),
                Mark::Text(text) => out.push_str(&escaped(text)),
                Mark::LineBreak => out.push_str("<br/>\n"),
                Mark::OpenLink(target) if is_address(target) => {
                    let _ = write!(out, "<a href=\"{}\">", escaped(target));
                }
                Mark::CloseLink(target) if is_address(target) => out.push_str("</a>"),
                Mark::OpenLink(_) | Mark::CloseLink(_) => {}
                Mark::Note(number) => self.reference(number, &mut out),
            }
        }
        out
    }

    fn reference(&mut self, number: &str, out: &mut String) {
        let Dialect { epub, prefix } = self.dialect;
        let kind = if epub { " epub:type=\"noteref\"" } else { "" };
        // Notes are numbered in the order of their first marks.
        let is_first = number.parse().is_ok_and(|number: usize| number > self.referred);
        let id = if is_first { format!(" id=\"{prefix}ref-{number}\"") } else { String::new() };
        self.referred += usize::from(is_first);
        let _ = write!(
            out,
            "<a{kind} role=\"doc-noteref\"{id} href=\"#{prefix}note-{number}\"><sup>{number}</sup></a>"
        );
    }
}

fn tags(style: Style) -> (&'static str, &'static str) {
    match style {
        Style::Emphasis => ("<em>", "</em>"),
        Style::Strong => ("<strong>", "</strong>"),
        Style::Strike => ("<s>", "</s>"),
        Style::Superscript => ("<sup>", "</sup>"),
        Style::Subscript => ("<sub>", "</sub>"),
        Style::SmallCaps => ("<span class=\"small-caps\">", "</span>"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_escaped_text_is_whole_but_for_what_xml_does_not_allow() {
        assert_eq!(escaped("a<b> & \"c\"\t'd'\n"), "a&lt;b&gt; &amp; &quot;c&quot;\t'd'\n");
        assert_eq!(escaped("a\0\u{b}\u{1b}\u{85}\u{fffe}\u{ffff}é字😀"), "aé字😀");
    }

    fn html(text: &str) -> String {
        elements(&super::super::prose::body(&[text.to_owned()], false), Dialect { epub: false, prefix: "" })
    }

    #[test]
    fn lists_are_nested_and_keep_their_numbers() {
        assert_eq!(
            html("- a\n    1. b\n    2. c\n- d\n\n3. e\n4. f"),
            "<ul>\n<li>a\n<ol>\n<li>b</li>\n<li>c</li>\n</ol></li>\n<li>d</li>\n</ul>\n<ol start=\"3\">\n<li>e</li>\n\
             <li>f</li>\n</ol>\n"
        );
    }

    #[test]
    fn every_block_and_style_has_its_element() {
        assert_eq!(
            html("> a\n> b\n>\n> c\n\n| x | y |\n|---|---|\n| 1 |\n\n~~s~~ H~2~O m^2^ [Sc]{.smallcaps}\n*v*"),
            "<blockquote>\n<p>a<br/>\nb</p>\n<p>c</p>\n</blockquote>\n<table>\n<tr><th>x</th><th>y</th></tr>\n\
             <tr><td>1</td><td></td></tr>\n</table>\n<p class=\"lines\"><s>s</s> H<sub>2</sub>O m<sup>2</sup> \
             <span class=\"small-caps\">Sc</span><br/>\n<em>v</em></p>\n"
        );
    }

    #[test]
    fn a_note_leads_back_to_its_first_mark() {
        let text = html("A[^n] b[^n].\n\n[^n]: So.");
        assert_eq!(text.matches("id=\"ref-1\"").count(), 1);
        assert_eq!(text.matches("href=\"#note-1\"").count(), 2);
        assert!(text.ends_with(
            "<aside role=\"doc-footnote\" id=\"note-1\"><p><a href=\"#ref-1\">1</a> So.</p></aside>\n</section>\n"
        ));
    }

    #[test]
    fn a_link_leads_to_the_web_or_nowhere() {
        assert_eq!(html("[a](https://x.org/?a=1&b)"), "<p><a href=\"https://x.org/?a=1&amp;b\">a</a></p>\n");
        for target in
            ["javascript:alert(1)", "JAVASCRIPT:x", "file:///etc/passwd", "x.html", "data:text/html,x"]
        {
            assert_eq!(html(&format!("[a]({target})")), "<p>a</p>\n", "{target}");
        }
    }
}
