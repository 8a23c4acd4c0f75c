//! Plain text → blocks.

use super::changes::Changes;
use super::headings::is_chapter;
use super::meta::Meta;
use super::wrapped::{ends_sentence, is_wrapped, joined};
use super::{Block, Contents};
use crate::formats::document::Block as Stored;
use crate::formats::markdown;

/// Lines of a text longer than this are not broken by hand.
const WRAPPED_AT: usize = 100;
/// A line that is followed by a flush one may have been broken by hand from here on.
const FULL: usize = 45;

/// How a text separates its paragraphs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Layout {
    /// By blank lines.
    Blank,
    /// By the ends of lines.
    Line,
    /// By indents; flush lines go on with the paragraph before.
    Indent,
}

/// Reads plain text; what a newline means in it is decided here.
pub(super) fn read(text: &str) -> Contents {
    let mut changes = Changes::default();
    let mut meta = Meta::default();
    let text = without_licence(text, &mut meta, &mut changes);
    let lines: Vec<&str> = text.lines().map(|l| l.trim_matches('\u{c}')).collect();
    let layout = layout(&lines);
    let mut blocks: Vec<Block> = Vec::new();
    let mut paragraph: Vec<&str> = Vec::new();
    for (at, line) in lines.iter().copied().enumerate() {
        let is_blank = line.trim().is_empty();
        let is_underline = paragraph.len() == 1 && line.trim().len() >= 3 && is_rule(line);
        if is_underline {
            blocks.push(Block::Heading { level: 2, title: paragraph[0].trim().to_owned() });
            paragraph.clear();
            continue;
        }
        if is_blank {
            end(&mut paragraph, &mut blocks, &mut changes);
            continue;
        }
        if blocks.len() < 3 && layout != Layout::Blank && labelled(line, &mut meta, &mut changes) {
            continue;
        }
        let begins = match layout {
            Layout::Blank => false,
            Layout::Line => true,
            Layout::Indent => is_indented(line) || paragraph.last().is_none_or(|last| width(last) < FULL),
        };
        if begins || (layout != Layout::Blank && at > 0 && is_chapter(lines[at - 1])) {
            end(&mut paragraph, &mut blocks, &mut changes);
        }
        paragraph.push(line);
    }
    end(&mut paragraph, &mut blocks, &mut changes);
    Contents { meta, blocks, changes }
}

fn layout(lines: &[&str]) -> Layout {
    let full: Vec<&&str> = lines.iter().filter(|l| !l.trim().is_empty()).collect();
    let groups = lines.split(|l| l.trim().is_empty()).filter(|group| !group.is_empty()).count();
    let longest = full.iter().map(|l| width(l)).max().unwrap_or(0);
    let share = |count: usize, part: usize| full.len() > 2 && count * 10 >= full.len() * part;
    let indented = full.iter().filter(|l| is_indented(l)).count();
    // Headings and flush lines are between indented ones; in verse and lists most lines are flush.
    let flush = |pair: &[&str]| {
        !pair[1].trim().is_empty()
            && !is_indented(pair[1])
            && width(pair[0]) >= FULL
            && !ends_sentence(pair[0])
    };
    if share(indented, 3) && longest <= WRAPPED_AT + 20 && lines.windows(2).any(flush) {
        return Layout::Indent;
    }
    let are_few = groups * 5 <= full.len() * 2;
    let ended = full.iter().filter(|l| ends_sentence(l)).count();
    if are_few && (share(indented, 6) || share(ended, 6))
        || (longest > 2 * WRAPPED_AT && full.len() > 3 * groups)
    {
        return Layout::Line;
    }
    Layout::Blank
}

fn is_indented(line: &str) -> bool {
    line.starts_with(['\t', '\u{3000}']) || line.starts_with("  ")
}

fn width(line: &str) -> usize {
    line.trim().chars().count()
}

fn is_rule(line: &str) -> bool {
    let line = line.trim();
    line.chars().all(|c| c == '=') || line.chars().all(|c| c == '-')
}

fn end(paragraph: &mut Vec<&str>, blocks: &mut Vec<Block>, changes: &mut Changes) {
    let lines: Vec<&str> = paragraph.drain(..).map(|l| l.trim_matches([' ', '\t', '\u{3000}'])).collect();
    if lines.is_empty() {
        return;
    }
    let words = if is_wrapped(&lines) {
        lines[1..].iter().for_each(|line| changes.changed("unwrapped line", line));
        joined(&lines)
    } else {
        lines.join("\n")
    };
    // Plain text has emphasis, as it always had, and no other marks.
    let block = match markdown::read(&words).as_slice() {
        [Stored::SceneBreak] => Stored::SceneBreak,
        _ => Stored::Paragraph(markdown::read_inlines(&words)),
    };
    let written = markdown::write_block(&block);
    if !written.is_empty() {
        blocks.push(Block::Paragraph(written));
    }
}

/// Takes over a line such as `作者：无名` or `Author: Ada Vale`.
fn labelled(line: &str, meta: &mut Meta, changes: &mut Changes) -> bool {
    let Some((name, value)) = line.trim().split_once(['：', ':']) else { return false };
    let name = match name.trim().to_lowercase().as_str() {
        "书名" | "書名" | "title" | "titel" | "titre" => "title",
        "作者" | "author" | "autor" | "auteur" => "author",
        _ => return false,
    };
    meta.take(name, value);
    changes.left_out("title page", line);
    true
}

/// Leaves out what Project Gutenberg puts around its books.
fn without_licence<'t>(text: &'t str, meta: &mut Meta, changes: &mut Changes) -> &'t str {
    let find = |text: &str, mark: &str| {
        let at = text.find(mark)?;
        let is_own = text[at..].lines().next().is_some_and(|l| l.to_uppercase().contains("GUTENBERG"));
        is_own.then_some(at)
    };
    let Some(start) = find(text, "*** START OF") else { return text };
    let (header, rest) = text.split_at(start);
    for line in header.lines() {
        if let Some((name, value)) = line.split_once(": ") {
            meta.take(name, value);
        }
    }
    let body = rest.split_once('\n').map_or("", |(_, body)| body);
    changes.left_out("licence text", &text[..text.len() - body.len()]);
    let Some(end) = find(body, "*** END OF") else { return body };
    changes.left_out("licence text", &body[end..]);
    &body[..end]
}
