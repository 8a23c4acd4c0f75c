//! A chapter's pages as what can be set: paragraphs, headings of its own, scene breaks.

use std::borrow::Cow;

use super::inline::{Rules, Run, runs};
use crate::analysis::clean::without_controls;
use crate::analysis::is_cjk;
use crate::domain::page::paragraphs;

/// A piece of a chapter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Block {
    /// A paragraph in one line.
    Paragraph(Vec<Run>),
    /// A heading that the text itself has, below its chapter's.
    Heading(Vec<Run>),
    /// A scene break.
    Break,
    /// Where a page begins, by its number in the chapter.
    Page(usize),
}

/// Makes blocks of a chapter's pages; breaks at its ends, and one after the other, say nothing and go.
pub(super) fn blocks(pages: &[String], show_pages: bool) -> Vec<Block> {
    let mut out: Vec<Block> = Vec::new();
    for (index, page) in pages.iter().enumerate() {
        if show_pages {
            out.push(Block::Page(index + 1));
        }
        for paragraph in paragraphs(&cleaned(page)) {
            add(paragraph, &mut out);
        }
    }
    while out.last() == Some(&Block::Break) {
        out.pop();
    }
    out
}

fn add(paragraph: &str, out: &mut Vec<Block>) {
    let mut line = String::new();
    let flush = |line: &mut String, out: &mut Vec<Block>| {
        let words = line.trim_matches(' ');
        if !words.is_empty() {
            out.push(Block::Paragraph(runs(words, Rules::Author)));
        }
        line.clear();
    };
    if let Some(title) = heading(paragraph) {
        out.push(Block::Heading(runs(title, Rules::Author)));
        return;
    }
    for next in paragraph.lines() {
        if is_break(next) {
            flush(&mut line, out);
            let said = out.iter().rev().find(|block| !matches!(block, Block::Page(_)));
            if said.is_some_and(|block| *block != Block::Break) {
                out.push(Block::Break);
            }
        } else {
            join(&mut line, next);
        }
    }
    flush(&mut line, out);
}

/// Adds a line: its end was a blank, but for scripts that know none.
fn join(line: &mut String, next: &str) {
    let next = next.trim_matches([' ', '\t']);
    let spaceless = |c: char| is_cjk(c) || matches!(c, '\u{3000}'..='\u{303f}' | '\u{ff00}'..='\u{ffef}');
    let together = line.ends_with(spaceless) && next.starts_with(spaceless);
    if !line.is_empty() && !together {
        line.push(' ');
    }
    // Blanks are one; those that do not break, and wide ones, are the author's.
    for c in next.chars() {
        match c {
            ' ' | '\t' if line.ends_with(' ') => {}
            '\t' => line.push(' '),
            c => line.push(c),
        }
    }
}

/// Whether a line is a scene break and nothing else.
fn is_break(line: &str) -> bool {
    let line = line.trim();
    let row = |mark: char| {
        line.chars().all(|c| c == mark || c.is_whitespace())
            && line.chars().filter(|c| *c == mark).count() >= 3
    };
    matches!(line, "#" | "⁂") || ['*', '-', '_'].into_iter().any(row)
}

/// Returns the words of a paragraph that is one line of `## Words`.
fn heading(paragraph: &str) -> Option<&str> {
    let words = paragraph.trim_start_matches('#');
    let level = paragraph.len() - words.len();
    let title = words.strip_prefix(' ')?.trim().trim_end_matches('#').trim_end();
    ((1..=6).contains(&level) && !title.is_empty() && !paragraph.contains('\n')).then_some(title)
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

/// Returns the words of runs without their looks.
pub(super) fn plain(runs: &[Run]) -> String {
    runs.iter().map(|run| run.text.as_str()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<String> {
        let shown = |block: &Block| match block {
            Block::Paragraph(runs) => plain(runs),
            Block::Heading(runs) => format!("<{}>", plain(runs)),
            Block::Break => "~".into(),
            Block::Page(number) => format!("[{number}]"),
        };
        blocks(&[text.to_owned()], false).iter().map(shown).collect()
    }

    #[test]
    fn paragraphs_end_at_empty_lines_and_a_single_line_end_is_a_blank() {
        assert_eq!(
            read("One\ntwo.  \n \nThree\t\tfour.\r\n\r\nFive\rsix"),
            ["One two.", "Three four.", "Five six"]
        );
        assert_eq!(read("彼は冬の\n港へ。\n「寒い」\nOK"), ["彼は冬の港へ。「寒い」 OK"]);
        assert!(read(" \n\n\t\n").is_empty());
    }

    #[test]
    fn a_scene_break_is_a_line_of_marks_alone_and_says_nothing_at_the_ends() {
        for mark in ["***", "* * *", "#", "---", "* * * * *", "⁂", " *** "] {
            assert_eq!(
                read(&format!("{mark}\n\nA.\n\n{mark}\n\n{mark}\nB.\n{mark}")),
                ["A.", "~", "B."],
                "{mark}"
            );
        }
        for text in ["** a", "#x", "* *", "--", "a ***", "_ _"] {
            assert_eq!(read(text).len(), 1, "{text}");
            assert_ne!(read(text), ["~"], "{text}");
        }
    }

    #[test]
    fn only_a_heading_that_the_text_has_is_one() {
        assert_eq!(
            read("### The quay ##\n\nCHAPTER II\n\n#hash\n\n# a\nb"),
            ["<The quay>", "CHAPTER II", "#hash", "# a b"]
        );
    }

    #[test]
    fn page_borders_show_only_when_asked_for() {
        let pages = ["A.".to_owned(), "***\n\nB.".to_owned()];
        assert_eq!(blocks(&pages, false).len(), 3);
        let shown = blocks(&pages, true);
        assert_eq!((&shown[0], &shown[2], &shown[3]), (&Block::Page(1), &Block::Page(2), &Block::Break));
    }

    #[test]
    fn what_no_file_may_hold_is_gone() {
        assert_eq!(read("a\0\u{8}b\u{1b}[31mc\u{fffe}\u{feff}\u{202e}d\u{2028}e"), ["abcd e"]);
        assert_eq!(line(" a\u{7}\n b\u{2029}c "), "a b c");
    }
}
