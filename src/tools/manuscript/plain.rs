//! Markdown and plain text → blocks.

use super::{Block, Blocks};
use crate::tools::headings::{Line, document};

/// Lines of a text longer than this are not broken by hand.
const WRAPPED_AT: usize = 100;

/// Reads Markdown: a line break within a paragraph is a space, unless the paragraph is a list, a quote or verse.
pub(super) fn markdown(text: &str) -> Blocks {
    let document = document(text);
    let mut blocks = Vec::new();
    let mut paragraph: Vec<&str> = Vec::new();
    let end = |paragraph: &mut Vec<&str>, blocks: &mut Vec<Block>| {
        if !paragraph.is_empty() {
            blocks.push(Block::Paragraph(joined(paragraph)));
            paragraph.clear();
        }
    };
    for (_, line) in &document.lines {
        match line {
            Line::Heading { level, title, .. } => {
                end(&mut paragraph, &mut blocks);
                blocks.push(Block::Heading { level: *level, title: title.clone() });
            }
            Line::Text(line) if line.trim().is_empty() => end(&mut paragraph, &mut blocks),
            Line::Text(line) => paragraph.push(line),
        }
    }
    end(&mut paragraph, &mut blocks);
    Blocks { title: document.front.and_then(title_field), blocks }
}

/// Joins the lines of a paragraph that was broken for reading; what is laid out stays as it is.
fn joined(lines: &[&str]) -> String {
    let laid_out = |line: &&str| {
        line.starts_with([' ', '\t', '>', '|', '`', '~'])
            || line.ends_with("  ")
            || line.ends_with('\\')
            || is_item(line)
    };
    if lines.iter().any(laid_out) {
        return lines.iter().map(|l| l.trim_end()).collect::<Vec<_>>().join("\n");
    }
    lines.iter().map(|l| l.trim()).collect::<Vec<_>>().join(" ")
}

fn is_item(line: &str) -> bool {
    let rest = line.trim_start_matches(|c: char| c.is_ascii_digit());
    line.starts_with("- ")
        || line.starts_with("* ")
        || line.starts_with("+ ")
        || (rest.len() < line.len() && (rest.starts_with(". ") || rest.starts_with(") ")))
}

fn title_field(yaml: &str) -> Option<String> {
    let value: serde_json::Value = serde_saphyr::from_str(yaml).ok()?;
    value.get("title")?.as_str().map(str::to_owned)
}

/// Reads plain text: paragraphs stand between empty lines, or are a long line each; a line of its own that reads like
/// `Chapter 1` is a heading.
pub(super) fn text(text: &str) -> Blocks {
    let lines: Vec<&str> = text.lines().map(|l| l.trim_matches('\u{c}')).collect();
    let full: Vec<usize> = lines.iter().map(|l| l.trim().chars().count()).filter(|n| *n > 0).collect();
    let empty = lines.iter().filter(|l| l.trim().is_empty()).count();
    let longest = full.iter().max().copied().unwrap_or(0);
    let a_line_each = longest > 2 * WRAPPED_AT && full.len() > 3 * empty.max(1);
    let wrapped = longest <= WRAPPED_AT;
    let mut blocks: Vec<Block> = Vec::new();
    let mut paragraph: Vec<&str> = Vec::new();
    let end = |paragraph: &mut Vec<&str>, blocks: &mut Vec<Block>| {
        if paragraph.is_empty() {
            return;
        }
        let words = unwrapped(paragraph, wrapped);
        if paragraph.len() <= 2 && is_chapter(&words) {
            blocks.push(Block::Heading { level: 2, title: words.replace('\n', " ") });
        } else {
            blocks.push(Block::Paragraph(words));
        }
        paragraph.clear();
    };
    for line in lines {
        if line.trim().is_empty() {
            end(&mut paragraph, &mut blocks);
            continue;
        }
        if a_line_each {
            end(&mut paragraph, &mut blocks);
        }
        paragraph.push(line);
    }
    end(&mut paragraph, &mut blocks);
    Blocks { title: None, blocks: without_contents(blocks) }
}

/// Joins lines that were broken at a width: all but the last are about as long. Verse stays as it is.
fn unwrapped(lines: &[&str], wrapped: bool) -> String {
    let (last, rest) = lines.split_last().map_or(("", lines), |(last, rest)| (*last, rest));
    let even = wrapped && rest.iter().all(|l| l.trim().chars().count() >= 45);
    let separator = if even { " " } else { "\n" };
    rest.iter().copied().chain([last]).map(str::trim).collect::<Vec<_>>().join(separator)
}

/// Headings that nothing stands under are a table of contents: they are text.
fn without_contents(blocks: Vec<Block>) -> Vec<Block> {
    let mut out = Vec::with_capacity(blocks.len());
    let mut blocks = blocks.into_iter().peekable();
    while let Some(block) = blocks.next() {
        match block {
            Block::Heading { title, .. } if !matches!(blocks.peek(), Some(Block::Paragraph(_))) => {
                out.push(Block::Paragraph(title));
            }
            block => out.push(block),
        }
    }
    out
}

/// Returns whether a line reads like the heading of a chapter.
fn is_chapter(line: &str) -> bool {
    const WORDS: [&str; 22] = [
        "chapter",
        "part",
        "book",
        "prologue",
        "epilogue",
        "kapitel",
        "teil",
        "prolog",
        "epilog",
        "chapitre",
        "partie",
        "prologue",
        "épilogue",
        "capítulo",
        "capitulo",
        "prólogo",
        "epílogo",
        "capitolo",
        "hoofdstuk",
        "глава",
        "пролог",
        "эпилог",
    ];
    const NUMBERS: [&str; 21] = [
        "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
        "the", "first", "second", "third", "eins", "zwei", "drei", "premier", "primero",
    ];
    let line = line.trim();
    if line.chars().count() > 80 {
        return false;
    }
    if let Some(rest) = line.strip_prefix('第') {
        let number: Vec<char> = rest.chars().take_while(|c| !"章回節节話话部卷".contains(*c)).collect();
        return number.len() <= 6 && number.len() < rest.chars().count();
    }
    let mut words = line.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty());
    let first = words.next().unwrap_or_default().to_lowercase();
    let Some(second) = words.next() else {
        return WORDS.contains(&first.as_str()) && (first.contains("log") || first.contains("лог"));
    };
    let second = second.to_lowercase();
    let numbered = second.chars().all(|c| c.is_ascii_digit() || "ivxlcdm".contains(c))
        || NUMBERS.contains(&second.as_str());
    WORDS.contains(&first.as_str()) && (numbered || first.contains("log"))
}
