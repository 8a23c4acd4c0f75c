//! Plain text: a paragraph is never wrapped; an empty line stands between. Emphasis is `_so_`, strong emphasis `*so*`,
//! as plain text has always had them; quotes are indented, notes are at the end of their chapter.

use super::Work;
use super::prose::{Body, Piece};
use crate::formats::document::{Block, Inline, Style};
use crate::formats::marks::{Mark, marks};

pub(super) fn write(work: &Work) -> String {
    let mut lines = vec![work.title.clone()];
    lines.extend([&work.author, &work.rights].into_iter().filter(|l| !l.is_empty()).cloned());
    for (title, body) in &work.chapters {
        lines.push(title.clone());
        chapter(body, &mut lines);
    }
    lines.join("\n\n") + "\n"
}

fn chapter(body: &Body, lines: &mut Vec<String>) {
    for piece in &body.pieces {
        match piece {
            Piece::Page(number) => lines.push(format!("[{number}]")),
            Piece::Block(block) => lines.extend(text(block)),
        }
    }
    lines.extend(body.notes.iter().enumerate().map(|(n, note)| format!("[{}] {}", n + 1, words(note))));
}

fn text(block: &Block) -> Vec<String> {
    match block {
        Block::Paragraph(inlines) | Block::Heading { words: inlines, .. } => vec![words(inlines)],
        Block::SceneBreak => vec!["* * *".to_owned()],
        Block::Quote(paragraphs) => paragraphs.iter().map(|p| indented(&words(p), "    ")).collect(),
        Block::List(items) => {
            let item = |item: &crate::formats::document::ListItem| {
                let mark = item.number.map_or_else(|| "-".to_owned(), |number| format!("{number}."));
                let margin = "    ".repeat(usize::from(item.depth));
                let below = format!("{margin}{}", " ".repeat(mark.len() + 1));
                format!("{margin}{mark} {}", indented(&words(&item.words), &below).trim_start())
            };
            vec![items.iter().map(item).collect::<Vec<_>>().join("\n")]
        }
        Block::Table(rows) => {
            let row = |cells: &Vec<Vec<Inline>>| {
                cells.iter().map(|cell| words(cell).replace('\n', " ")).collect::<Vec<_>>().join(" | ")
            };
            vec![rows.iter().map(row).collect::<Vec<_>>().join("\n")]
        }
        // A body has neither.
        Block::Figure { .. } | Block::Note { .. } => Vec::new(),
    }
}

fn indented(text: &str, margin: &str) -> String {
    text.lines().map(|line| format!("{margin}{line}")).collect::<Vec<_>>().join("\n")
}

fn words(inlines: &[Inline]) -> String {
    let mut out = String::new();
    for mark in marks(inlines) {
        match mark {
            Mark::Text(text) => out.push_str(text),
            Mark::Open(Style::Emphasis) | Mark::Close(Style::Emphasis) => out.push('_'),
            Mark::Open(Style::Strong) | Mark::Close(Style::Strong) => out.push('*'),
            Mark::LineBreak => out.push('\n'),
            Mark::Note(number) => out.extend(["[", number, "]"]),
            // The words of the others are all that plain text has of them.
            Mark::Open(_) | Mark::Close(_) | Mark::OpenLink(_) | Mark::CloseLink(_) => {}
        }
    }
    out
}
