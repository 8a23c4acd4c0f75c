//! Markdown of any author → blocks as pages store them.

use super::changes::Changes;
use super::meta::Meta;
use super::wrapped::{is_wrapped, joined};
use super::{Block, Contents, sources};
use crate::formats::document::{Block as Stored, Inline, plain_text};
use crate::formats::markdown;
use crate::tools::headings::{Line, document};

/// Reads Markdown: lines that were broken at a width are joined, all others stay; comments are no part of a book.
pub(super) fn read(text: &str) -> Contents {
    let mut changes = Changes::default();
    let mut meta = Meta::default();
    let mut text = sources::without_title_block(text, &mut meta, &mut changes);
    // Front matter keeps its marks: a title may have brackets.
    if let Some(front) = document(&text).front.map(str::to_owned) {
        meta.take_yaml(&front);
        changes.left_out("front matter", &front);
        let end = text.find(&front).map_or(0, |at| at + front.len());
        let rest = text[end..].split_once('\n').map_or("", |(_, rest)| rest);
        text = rest.to_owned();
    }
    let text = sources::without_comments(&text, &mut changes);
    let text = sources::without_tags(&text, &mut changes);
    let mut blocks = Vec::new();
    let mut paragraph: Vec<&str> = Vec::new();
    // What is left begins with no front matter, even if it looks so.
    let guarded = format!("\n{text}");
    for (_, line) in &document(&guarded).lines {
        match line {
            Line::Heading { level, title, source } => {
                end(&mut paragraph, &mut blocks, &mut changes);
                if title.chars().any(is_visible) {
                    if source.contains(['*', '_', '`']) && source.trim_start_matches('#').trim() != title {
                        changes.changed("formatting in a heading", title);
                    }
                    blocks.push(Block::Heading { level: *level, title: title.clone() });
                } else {
                    changes.left_out("heading without words", source);
                }
            }
            Line::Text(line) if line.trim().is_empty() => end(&mut paragraph, &mut blocks, &mut changes),
            Line::Text(line) => paragraph.push(line),
        }
    }
    end(&mut paragraph, &mut blocks, &mut changes);
    Contents { meta, blocks, changes }
}

/// Whether a character can be seen: a heading of a zero-width space is none.
pub(super) fn is_visible(c: char) -> bool {
    !c.is_whitespace()
        && !c.is_control()
        && !matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{ad}')
}

fn end(paragraph: &mut Vec<&str>, blocks: &mut Vec<Block>, changes: &mut Changes) {
    if paragraph.is_empty() {
        return;
    }
    let lines = std::mem::take(paragraph);
    let is_fence = |line: &&str| line.trim_start().starts_with("```") || line.trim_start().starts_with("~~~");
    if lines.iter().any(is_fence) {
        changes.changed("block of code", lines.get(1).copied().unwrap_or_default());
        let code = lines.iter().filter(|line| !is_fence(line)).map(|line| (*line).to_owned());
        let text = code.collect::<Vec<_>>().join("\n");
        push(Stored::Paragraph(vec![Inline::plain(text)]), blocks, changes);
        return;
    }
    let is_hard = |line: &&str| line.ends_with("  ") || line.ends_with('\\');
    let text = if !lines[..lines.len() - 1].iter().any(is_hard) && is_wrapped(&lines) && is_running(&lines) {
        lines[1..].iter().for_each(|line| changes.changed("unwrapped line", line));
        joined(&lines)
    } else {
        lines.join("\n")
    };
    for block in markdown::read(&text) {
        push(block, blocks, changes);
    }
}

/// Whether the lines are one paragraph, and not a list, a quote or a table.
fn is_running(lines: &[&str]) -> bool {
    matches!(markdown::read(&lines.join("\n")).as_slice(), [Stored::Paragraph(_)])
}

fn push(block: Stored, blocks: &mut Vec<Block>, changes: &mut Changes) {
    if let Stored::Figure { alt, target } = &block {
        changes.left_out("image", if alt.is_empty() { target } else { alt });
        return;
    }
    let block = block.map_words(|words| without_links(words, changes));
    let written = markdown::write_block(&block);
    if !written.is_empty() {
        blocks.push(Block::Paragraph(written));
    }
}

/// A book has no links but their words.
fn without_links(words: Vec<Inline>, changes: &mut Changes) -> Vec<Inline> {
    let one = |inline| match inline {
        Inline::Link { words, .. } => {
            changes.changed("link", &plain_text(&words));
            words
        }
        other => vec![other],
    };
    words.into_iter().flat_map(one).collect()
}
