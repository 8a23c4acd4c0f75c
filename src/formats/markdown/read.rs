//! Stored Markdown → blocks.

use super::inline::{self, plain_alt};
use super::line::{Line, cells, is_table_delimiter, line};
use crate::domain::page::paragraphs;
use crate::formats::document::{Block, Inline, ListItem};
use crate::formats::tidy::one_line;

/// Reads a page's text. Every word of it is in the blocks, but for comments.
#[must_use]
pub fn read(text: &str) -> Vec<Block> {
    let mut out = Vec::new();
    for paragraph in paragraphs(text) {
        read_paragraph(paragraph, &mut out);
    }
    out
}

/// What the next line may go on with.
enum Open {
    Nothing,
    Paragraph(Vec<String>),
    Quote(Vec<Vec<String>>),
    List(Vec<(usize, Option<u32>, Vec<String>)>),
    Note(String, Vec<String>),
}

fn read_paragraph(source: &str, out: &mut Vec<Block>) {
    let lines: Vec<&str> = source.lines().collect();
    let mut open = Open::Nothing;
    let mut at = 0;
    while let Some(text) = lines.get(at) {
        if text.contains('|') && lines.get(at + 1).is_some_and(|next| is_table_delimiter(next)) {
            close(&mut open, out);
            let end = lines[at..].iter().position(|l| !l.contains('|')).map_or(lines.len(), |n| at + n);
            out.push(table(lines[at..end].iter().enumerate().filter(|(n, _)| *n != 1).map(|(_, l)| *l)));
            at = end;
            continue;
        }
        at += 1;
        read_line(text, at == lines.len(), &mut open, out);
    }
    close(&mut open, out);
}

fn read_line(text: &str, is_last: bool, open: &mut Open, out: &mut Vec<Block>) {
    let words = |words: &str| hard_break(words, is_last);
    match (line(text), &mut *open) {
        (Line::Item { indent, number, words: own }, Open::List(items)) => {
            items.push((indent, number, vec![words(own)]));
        }
        // Only a list that begins at its beginning interrupts a paragraph: `42. Street` may be an address.
        (Line::Item { number, .. }, Open::Paragraph(lines) | Open::Note(_, lines))
            if number.is_some_and(|n| n != 1) =>
        {
            lines.push(words(text));
        }
        (Line::Text(own), Open::Paragraph(lines) | Open::Note(_, lines)) => lines.push(words(own)),
        (Line::Text(own), Open::List(items)) => {
            items.last_mut().expect("a list begins with an item").2.push(words(own));
        }
        (Line::Quote(own), Open::Quote(paragraphs)) => quote_line(&words(own), paragraphs),
        (line, _) => {
            close(open, out);
            match line {
                Line::Heading { level, words } => {
                    out.push(Block::Heading { level, words: one_line(inline::read(words)) });
                }
                Line::SceneBreak => out.push(Block::SceneBreak),
                Line::Figure { alt, target } => {
                    out.push(Block::Figure { alt: plain_alt(alt), target: target.to_owned() });
                }
                Line::Quote(own) => {
                    let mut paragraphs = vec![Vec::new()];
                    quote_line(&words(own), &mut paragraphs);
                    *open = Open::Quote(paragraphs);
                }
                Line::Item { indent, number, words: own } => {
                    *open = Open::List(vec![(indent, number, vec![words(own)])]);
                }
                Line::Note { label, words: own } => *open = Open::Note(label.to_owned(), vec![words(own)]),
                Line::Text(own) => *open = Open::Paragraph(vec![words(own)]),
            }
        }
    }
}

/// Takes a backslash off the end of a line: the newline behind it is a line break anyway.
fn hard_break(words: &str, is_last: bool) -> String {
    let words = words.trim_matches([' ', '\t']);
    let slashes = words.len() - words.trim_end_matches('\\').len();
    let end = if is_last || slashes.is_multiple_of(2) { words.len() } else { words.len() - 1 };
    words[..end].to_owned()
}

fn quote_line(words: &str, paragraphs: &mut Vec<Vec<String>>) {
    // Quotes within quotes are one quote.
    let words = words.trim_start_matches(['>', ' ', '\t']);
    if words.is_empty() {
        paragraphs.push(Vec::new());
    } else {
        paragraphs.last_mut().expect("a quote has a first paragraph").push(words.to_owned());
    }
}

fn close(open: &mut Open, out: &mut Vec<Block>) {
    let inlines = |lines: Vec<String>| inline::read(&lines.join("\n"));
    match std::mem::replace(open, Open::Nothing) {
        Open::Nothing => {}
        Open::Paragraph(lines) => {
            out.extend(Some(inlines(lines)).filter(|w| !w.is_empty()).map(Block::Paragraph));
        }
        Open::Quote(paragraphs) => {
            let paragraphs: Vec<Vec<Inline>> =
                paragraphs.into_iter().map(inlines).filter(|w| !w.is_empty()).collect();
            out.extend(Some(paragraphs).filter(|p| !p.is_empty()).map(Block::Quote));
        }
        Open::List(items) => {
            let items =
                nested(items.into_iter().map(|(indent, number, lines)| (indent, number, inlines(lines))));
            out.extend(Some(items).filter(|i| !i.is_empty()).map(Block::List));
        }
        Open::Note(label, lines) => {
            out.extend(
                Some(inlines(lines)).filter(|w| !w.is_empty()).map(|words| Block::Note { label, words }),
            );
        }
    }
}

/// Makes depths of indents: an item is nested in the one before it that is indented less.
fn nested(items: impl Iterator<Item = (usize, Option<u32>, Vec<Inline>)>) -> Vec<ListItem> {
    let mut above: Vec<usize> = Vec::new();
    let items = items.filter(|(_, _, words)| !words.is_empty()).map(|(indent, number, words)| {
        while above.last().is_some_and(|last| *last + 1 >= indent) {
            above.pop();
        }
        let depth = u8::try_from(above.len()).unwrap_or(u8::MAX);
        above.push(indent);
        ListItem { depth, number, words }
    });
    items.collect()
}

fn table<'t>(rows: impl Iterator<Item = &'t str>) -> Block {
    let row = |row| cells(row).into_iter().map(inline::read).collect();
    Block::Table(rows.map(row).collect())
}
