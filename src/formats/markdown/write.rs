//! Blocks → stored Markdown. What is written reads back as what it was, and marks are only escaped where they would
//! be read as more than text: the author sees this text.

use super::inline::{MAX_RAISED, SMALL_CAPS, TAGS, read};
use super::line::{Line, is_label, is_table_delimiter, line};
use crate::formats::document::{Block, Inline, ListItem, Style};
use crate::formats::marks::{Mark, marks};
use crate::formats::tidy::{tidy, tidy_block};

/// Writes blocks, a blank line between any two.
#[must_use]
pub fn write(blocks: &[Block]) -> String {
    let written: Vec<String> = blocks.iter().map(write_block).filter(|b| !b.is_empty()).collect();
    written.join("\n\n")
}

/// Writes a block, without any blank line inside; nothing for a block without words.
#[must_use]
pub fn write_block(block: &Block) -> String {
    match tidy_block(block.clone()) {
        None => String::new(),
        Some(Block::Paragraph(words)) => lines(&words, "", ""),
        Some(Block::Heading { level, words }) => heading(level, &words),
        Some(Block::SceneBreak) => "* * *".into(),
        Some(Block::Quote(paragraphs)) => {
            let quoted: Vec<String> = paragraphs.iter().map(|words| lines(words, "> ", "> ")).collect();
            quoted.join("\n>\n")
        }
        Some(Block::List(items)) => items.iter().map(item).collect::<Vec<_>>().join("\n"),
        Some(Block::Table(rows)) => table(&rows),
        Some(Block::Figure { alt, target }) => {
            format!("![{}]({})", escaped(&alt), address(&target))
        }
        Some(Block::Note { label, words }) => lines(&words, &format!("[^{}]: ", label_of(&label)), "    "),
    }
}

/// Writes running text; its lines are not yet safe at the beginning of a block.
#[must_use]
pub fn write_inlines(words: &[Inline]) -> String {
    with_breaks(words, "\n")
}

/// Writes running text into one line, as a heading or a cell of a table needs it.
fn in_one_line(words: &[Inline]) -> String {
    with_breaks(words, "<br>")
}

fn with_breaks(words: &[Inline], line_break: &str) -> String {
    let words = tidy(words.to_vec());
    let steps = marks(&words);
    let is_safe = |text: &String| {
        // A backslash at the end of a line says that the line breaks here.
        let ends = |line: &str| (line.len() - line.trim_end_matches('\\').len()) % 2 == 1;
        read(text) == words && !text.lines().any(ends)
    };
    let light = render(&steps, line_break, false, false);
    if is_safe(&light) {
        return light;
    }
    let full = render(&steps, line_break, true, false);
    if is_safe(&full) { full } else { render(&steps, line_break, true, true) }
}

fn render(steps: &[Mark<'_>], line_break: &str, escape: bool, tags: bool) -> String {
    let mut out = String::new();
    for (at, step) in steps.iter().enumerate() {
        match *step {
            Mark::Open(style) => {
                let as_tag = tags || (is_raised(style) && !is_short(&steps[at + 1..]));
                out.push_str(sign(style, true, as_tag));
            }
            // What closes is as what opened: the text between is just before.
            Mark::Close(style) => {
                let short = at >= 2 && steps[at - 2] == Mark::Open(style) && is_short(&steps[at - 1..]);
                out.push_str(sign(style, false, tags || (is_raised(style) && !short)));
            }
            Mark::Text(text) if escape => out.push_str(&escaped(text)),
            Mark::Text(text) => out.push_str(text),
            Mark::LineBreak => out.push_str(line_break),
            Mark::OpenLink(_) => out.push('['),
            Mark::CloseLink(target) => {
                out.extend(["](", &address(target), ")"]);
            }
            Mark::Note(label) => out.extend(["[^", &label_of(label), "]"]),
        }
    }
    out
}

/// Whether the marks of a style hold a short text only.
fn is_raised(style: Style) -> bool {
    matches!(style, Style::Superscript | Style::Subscript)
}

/// Whether what follows is a text that may be between `^` and `^`, and ends there.
fn is_short(steps: &[Mark<'_>]) -> bool {
    matches!(steps, [Mark::Text(text), Mark::Close(_), ..]
        if text.chars().count() <= MAX_RAISED && text.chars().all(char::is_alphanumeric))
}

fn sign(style: Style, opens: bool, as_tag: bool) -> &'static str {
    match (style, TAGS.iter().find(|(tagged, _, _)| *tagged == style)) {
        (Style::SmallCaps, _) | (_, None) if opens => "[",
        (Style::SmallCaps, _) | (_, None) => SMALL_CAPS,
        (Style::Superscript, _) if !as_tag => "^",
        (Style::Subscript, _) if !as_tag => "~",
        (Style::Emphasis, _) if !as_tag => "*",
        (Style::Strong, _) if !as_tag => "**",
        (Style::Strike, _) if !as_tag => "~~",
        (_, Some((_, open, _))) if opens => open,
        (_, Some((_, _, close))) => close,
    }
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        // What follows an exclamation mark at the end may be a link, and both together a picture.
        let is_mark = matches!(c, '\\' | '*' | '_' | '`' | '[' | ']' | '<' | '~' | '^')
            || (c == '!' && at + 1 == text.len());
        if is_mark {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

fn address(target: &str) -> String {
    if target.is_empty() || target.contains(['(', ')']) { format!("<{target}>") } else { target.to_owned() }
}

/// Labels that none can have are made of what is left of them.
fn label_of(label: &str) -> String {
    if is_label(label) {
        return label.to_owned();
    }
    let kept: String = label.chars().filter(|c| c.is_alphanumeric()).take(8).collect();
    if kept.is_empty() { "note".into() } else { kept }
}

/// Writes lines of text, each behind what a block has before it.
fn lines(words: &[Inline], first: &str, others: &str) -> String {
    let mut out = String::new();
    for (index, line) in write_inlines(words).split('\n').enumerate() {
        if index > 0 {
            out.push('\n');
        }
        out.push_str(if index == 0 { first } else { others });
        out.push_str(&at_start(line, index == 0));
    }
    out
}

/// Escapes what would make a line more than text.
fn at_start(text: &str, is_first: bool) -> String {
    let escape_at = match line(text) {
        Line::Text(_) if is_table_delimiter(text) => Some(0),
        Line::Item { number: Some(number), .. } if is_first || number == 1 => text.find(['.', ')']),
        Line::Text(_) | Line::Item { number: Some(_), .. } => None,
        // The one mark that is no ASCII, and cannot be escaped: a line of it is a scene break.
        Line::SceneBreak if text == "⁂" => None,
        Line::Note { label, .. } => Some(label.len() + 3),
        _ => Some(0),
    };
    match escape_at {
        Some(at) => format!("{}\\{}", &text[..at], &text[at..]),
        None => text.to_owned(),
    }
}

fn heading(level: u8, words: &[Inline]) -> String {
    let words = in_one_line(words);
    // A last `#` would be read as the heading's end.
    let words = words.strip_suffix('#').map_or(words.clone(), |rest| format!("{rest}\\#"));
    format!("{} {words}", "#".repeat(level.into()))
}

fn item(item: &ListItem) -> String {
    let indent = "    ".repeat(item.depth.into());
    // A longer number is not a mark of a list.
    let marker = match item.number {
        Some(number) if number <= 999 => format!("{indent}{number}. "),
        Some(number) => format!("{indent}- {number}. "),
        None => format!("{indent}- "),
    };
    let written = lines(&item.words, &marker, &format!("{indent}    "));
    let first = written.lines().next().unwrap_or_default();
    match line(first) {
        Line::Item { .. } => written,
        // `- --` would be a scene break.
        _ => format!("{marker}\\{}", &written[marker.len()..]),
    }
}

fn table(rows: &[Vec<Vec<Inline>>]) -> String {
    let cell = |words: &Vec<Inline>| in_one_line(words).replace('|', "\\|");
    let row = |cells: &Vec<Vec<Inline>>| {
        let cells: Vec<String> = cells.iter().map(cell).collect();
        format!("| {} |", cells.join(" | "))
    };
    let mut out: Vec<String> = rows.iter().map(row).collect();
    out.insert(1, format!("|{}", "---|".repeat(rows[0].len())));
    out.join("\n")
}
