//! The one form of documents that every reader gives, so that what is written and read again is the same.

use super::document::{Block, Inline, ListItem, Styles, plain_text};

/// How deep lists are nested at most.
const MAX_DEPTH: u8 = 9;

/// Brings a block into the form that every reader gives; none when there is nothing in it.
#[must_use]
pub fn tidy_block(block: Block) -> Option<Block> {
    let filled = |words: Vec<Inline>| Some(words).filter(|w| !w.is_empty());
    match block {
        Block::Paragraph(words) => filled(tidy(words)).map(Block::Paragraph),
        Block::Heading { level, words } => {
            filled(one_line(words)).map(|words| Block::Heading { level: level.clamp(1, 6), words })
        }
        Block::SceneBreak => Some(Block::SceneBreak),
        Block::Quote(paragraphs) => {
            let paragraphs: Vec<_> = paragraphs.into_iter().map(tidy).filter_map(filled).collect();
            Some(paragraphs).filter(|p| !p.is_empty()).map(Block::Quote)
        }
        Block::List(items) => {
            let mut deepest = 0;
            let items = items.into_iter().filter_map(|item| {
                let words = filled(tidy(item.words))?;
                let depth = item.depth.min(deepest);
                deepest = depth.saturating_add(1).min(MAX_DEPTH);
                Some(ListItem { depth, words, ..item })
            });
            Some(items.collect::<Vec<_>>()).filter(|i| !i.is_empty()).map(Block::List)
        }
        Block::Table(rows) => {
            let row = |row: Vec<Vec<Inline>>| row.into_iter().map(tidy).collect::<Vec<_>>();
            let rows: Vec<_> =
                rows.into_iter().map(row).filter(|r| r.iter().any(|c| !c.is_empty())).collect();
            Some(rows).filter(|r| !r.is_empty()).map(Block::Table)
        }
        Block::Figure { alt, target } => {
            let alt = alt.replace('[', "(").replace(']', ")");
            let alt = alt.split_whitespace().collect::<Vec<_>>().join(" ");
            let target = tidy_target(&target);
            match (alt.is_empty(), target.is_empty()) {
                (true, true) => None,
                (false, true) => Some(Block::Paragraph(vec![Inline::plain(alt)])),
                (_, false) => Some(Block::Figure { alt, target }),
            }
        }
        Block::Note { label, words } => filled(tidy(words)).map(|words| Block::Note { label, words }),
    }
}

/// Takes out of an address what none has: blanks and brackets end it in most formats.
fn tidy_target(target: &str) -> String {
    let kept =
        target.chars().filter(|c| !c.is_whitespace() && !c.is_control() && !matches!(c, '<' | '>' | '\\'));
    kept.collect::<String>().replace('|', "%7C")
}

/// Brings inlines into the one form that every reader gives: spaces are single, stand outside of styles and never at
/// the ends of a line; no line is empty; neighbours in the same styles are one.
#[must_use]
pub fn tidy(words: Vec<Inline>) -> Vec<Inline> {
    let mut lines: Vec<Vec<Inline>> = vec![Vec::new()];
    for inline in words {
        match inline {
            Inline::Text { text, styles } => {
                for (index, part) in text.split('\n').enumerate() {
                    if index > 0 {
                        lines.push(Vec::new());
                    }
                    lines.last_mut().expect("there is a first line").push(Inline::styled(part, styles));
                }
            }
            Inline::LineBreak => lines.push(Vec::new()),
            other => lines.last_mut().expect("there is a first line").push(other),
        }
    }
    let mut out = Vec::new();
    for line in lines {
        let line = tidy_line(line);
        if !line.is_empty() && !out.is_empty() {
            out.push(Inline::LineBreak);
        }
        out.extend(line);
    }
    out
}

/// As [`tidy`], with a space for every line break.
#[must_use]
pub fn one_line(words: Vec<Inline>) -> Vec<Inline> {
    let joined = words.into_iter().map(|inline| match inline {
        Inline::LineBreak => Inline::plain(" "),
        Inline::Text { text, styles } => Inline::styled(text.replace('\n', " "), styles),
        other => other,
    });
    tidy_line(joined.collect())
}

fn tidy_line(words: Vec<Inline>) -> Vec<Inline> {
    let mut out: Vec<Inline> = Vec::with_capacity(words.len());
    // A space that is written before the next word.
    let mut pending = false;
    for inline in words {
        match inline {
            Inline::Text { text, styles } => push_text(&text, styles, &mut pending, &mut out),
            Inline::LineBreak => pending = true,
            Inline::Link { target, words } => {
                // Spaces at the ends of a link belong outside.
                let shown = plain_text(&words);
                pending |= shown.starts_with(is_space);
                let words = one_line(words);
                if !words.is_empty() {
                    space(Styles::NONE, &mut pending, &mut out);
                    out.push(Inline::Link { target: tidy_target(&target), words });
                    pending = shown.ends_with(is_space);
                }
            }
            // A mark belongs to the word before it: a space between them goes behind it.
            Inline::NoteMark(label) => out.push(Inline::NoteMark(label)),
        }
    }
    trim_end(&mut out);
    out
}

fn push_text(text: &str, styles: Styles, pending: &mut bool, out: &mut Vec<Inline>) {
    for (index, word) in text.split(is_space).enumerate() {
        *pending |= index > 0;
        if word.is_empty() {
            continue;
        }
        match out.last_mut() {
            // A space between two words in the same styles is in them, too.
            Some(Inline::Text { text, styles: last }) if *last == styles => {
                if std::mem::take(pending) {
                    text.push(' ');
                }
                text.push_str(word);
            }
            _ => {
                space(styles, pending, out);
                match out.last_mut() {
                    Some(Inline::Text { text, styles: last }) if *last == styles => text.push_str(word),
                    _ => out.push(Inline::styled(word, styles)),
                }
            }
        }
    }
}

/// Writes a pending space before what has some styles: it has those of both of its sides.
fn space(next: Styles, pending: &mut bool, out: &mut Vec<Inline>) {
    if !std::mem::take(pending) || out.is_empty() {
        return;
    }
    match out.last_mut() {
        Some(Inline::Text { text, styles }) if next.and(*styles) == next => text.push(' '),
        Some(Inline::Text { styles, .. }) => {
            let both = styles.iter().filter(|style| next.has(*style)).collect();
            out.push(Inline::styled(" ", both));
        }
        _ => out.push(Inline::plain(" ")),
    }
}

/// Takes white space of any kind off the end: a stored line does not end with any.
fn trim_end(words: &mut Vec<Inline>) {
    while let Some(Inline::Text { text, .. }) = words.last_mut() {
        text.truncate(text.trim_end().len());
        if !text.is_empty() {
            return;
        }
        words.pop();
    }
}

/// Blanks are one; those that do not break, and wide ones, are the author's.
fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::document::Style;

    const EM: Styles = Styles::NONE.with(Style::Emphasis);

    #[test]
    fn spaces_are_single_and_stand_outside_of_styles() {
        let words = vec![
            Inline::plain("  She  said"),
            Inline::styled(" never ", EM),
            Inline::styled("again\t", EM),
            Inline::plain(".\n then"),
            Inline::LineBreak,
        ];
        let expected = [
            Inline::plain("She said "),
            Inline::styled("never again", EM),
            Inline::plain(" ."),
            Inline::LineBreak,
            Inline::plain("then"),
        ];
        assert_eq!(tidy(words), expected);
    }

    #[test]
    fn a_note_mark_stays_close_to_its_word_and_the_space_comes_behind_it() {
        let words =
            vec![Inline::plain("tachyon. "), Inline::NoteMark("1".into()), Inline::plain("He laughed.")];
        let expected =
            [Inline::plain("tachyon."), Inline::NoteMark("1".into()), Inline::plain(" He laughed.")];
        assert_eq!(tidy(words), expected);
    }
}
