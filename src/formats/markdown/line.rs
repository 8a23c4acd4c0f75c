//! What a line is, by how it begins: the reader and the writer's escapes follow the same rules.

/// A line of stored Markdown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Line<'t> {
    Heading { level: u8, words: &'t str },
    SceneBreak,
    Quote(&'t str),
    Item { indent: usize, number: Option<u32>, words: &'t str },
    Figure { alt: &'t str, target: &'t str },
    Note { label: &'t str, words: &'t str },
    Text(&'t str),
}

/// Numbers of list items are shorter than years: `1986. A hot summer.` is text.
pub(super) const MAX_DIGITS: usize = 3;
/// The longest label of a note.
pub(super) const MAX_LABEL: usize = 32;

/// Reads a line that is not blank.
pub(super) fn line(source: &str) -> Line<'_> {
    let words = source.trim_matches([' ', '\t']);
    let indent = indent(source);
    if is_scene_break(words) {
        return Line::SceneBreak;
    }
    if let Some((number, words)) = item(words) {
        return Line::Item { indent, number, words };
    }
    if indent > 3 {
        return Line::Text(words);
    }
    if let Some((level, words)) = heading(words) {
        Line::Heading { level, words }
    } else if let Some(words) = words.strip_prefix('>') {
        Line::Quote(words)
    } else if let Some((label, words)) = note(words) {
        Line::Note { label, words }
    } else if let Some((alt, target)) = figure(words) {
        Line::Figure { alt, target }
    } else {
        Line::Text(words)
    }
}

fn indent(source: &str) -> usize {
    let blanks = source.chars().take_while(|c| matches!(c, ' ' | '\t'));
    blanks.map(|c| if c == '\t' { 4 } else { 1 }).sum()
}

/// Whether a line is a scene break and nothing else.
fn is_scene_break(line: &str) -> bool {
    let row = |mark: char| {
        line.chars().all(|c| c == mark || matches!(c, ' ' | '\t'))
            && line.chars().filter(|c| *c == mark).count() >= 3
    };
    matches!(line, "#" | "⁂") || ['*', '-', '_'].into_iter().any(row)
}

fn heading(line: &str) -> Option<(u8, &str)> {
    let rest = line.trim_start_matches('#');
    let level = u8::try_from(line.len() - rest.len()).ok().filter(|level| (1..=6).contains(level))?;
    let words = rest.strip_prefix([' ', '\t'])?.trim_matches([' ', '\t']);
    // Closing marks belong to the heading only behind a blank.
    let open = words.trim_end_matches('#');
    let words = if open.is_empty() || open.ends_with([' ', '\t']) {
        open.trim_end_matches([' ', '\t'])
    } else {
        words
    };
    (!words.is_empty()).then_some((level, words))
}

fn item(line: &str) -> Option<(Option<u32>, &str)> {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let (number, rest) = match digits {
        0 => (None, line.strip_prefix(['-', '*', '+'])?),
        1..=MAX_DIGITS => (line[..digits].parse().ok(), line[digits..].strip_prefix(['.', ')'])?),
        _ => return None,
    };
    let words = rest.strip_prefix([' ', '\t'])?.trim_start_matches([' ', '\t']);
    (!words.is_empty()).then_some((number, words))
}

fn note(line: &str) -> Option<(&str, &str)> {
    let (label, words) = line.strip_prefix("[^")?.split_once("]:")?;
    is_label(label).then(|| (label, words.trim_start_matches([' ', '\t'])))
}

/// Whether a note can have a label: letters, digits, `-` and `_`.
pub(super) fn is_label(label: &str) -> bool {
    !label.is_empty()
        && label.chars().count() <= MAX_LABEL
        && label.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'))
}

fn figure(line: &str) -> Option<(&str, &str)> {
    let inner = line.strip_prefix("![")?.strip_suffix(')')?;
    let (alt, target) = inner.split_once("](")?;
    let target = target.strip_prefix('<').and_then(|t| t.strip_suffix('>')).unwrap_or_else(|| {
        // A title behind the address is for the pointer of a mouse.
        target.split([' ', '\t']).next().unwrap_or_default()
    });
    let is_whole = !target.contains([')', ' ']) || inner.ends_with('>');
    (is_whole && !target.is_empty() && !target.contains(['<', '>']) && !alt.contains(['[', ']']))
        .then_some((alt, target))
}

/// Whether a line stands between the header of a table and its rows.
pub(super) fn is_table_delimiter(line: &str) -> bool {
    let line = line.trim_matches([' ', '\t']);
    line.contains('|') && line.contains('-') && line.chars().all(|c| matches!(c, '|' | '-' | ':' | ' '))
}

/// Splits a row of a table into its cells.
pub(super) fn cells(row: &str) -> Vec<&str> {
    let row = row.trim_matches([' ', '\t']);
    let row = row.strip_prefix('|').unwrap_or(row);
    let mut cells = Vec::new();
    let (mut start, mut escaped) = (0, false);
    for (at, c) in row.char_indices() {
        if c == '|' && !escaped {
            cells.push(row[start..at].trim_matches([' ', '\t']));
            start = at + 1;
        }
        escaped = c == '\\' && !escaped;
    }
    let rest = row[start..].trim_matches([' ', '\t']);
    if !rest.is_empty() || cells.is_empty() {
        cells.push(rest);
    }
    cells
}
