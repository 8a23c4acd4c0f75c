//! Markdown: YAML front matter, the title as the one first heading, chapters as the second ones.

use std::fmt::Write as _;

use super::Work;
use super::inline::{Look, Mark, Rules, Run, marks, runs};
use super::prose::Block;

pub(super) fn write(work: &Work) -> String {
    let mut out = "---\n".to_owned();
    let description = work.description.join("\n\n");
    let isbn = if work.isbn.is_empty() { String::new() } else { format!("urn:isbn:{}", work.isbn) };
    for (name, value) in [
        ("title", &work.title),
        ("author", &work.author),
        ("lang", &work.language),
        ("rights", &work.rights),
        ("description", &description),
        ("identifier", &isbn),
    ] {
        if !value.is_empty() {
            // A string of JSON is one of YAML.
            let _ = writeln!(out, "{name}: {}", serde_json::Value::from(value.as_str()));
        }
    }
    let _ = write!(out, "---\n\n# {}\n", literal(&work.title));
    for (title, blocks) in &work.chapters {
        let _ = write!(out, "\n## {}\n", literal(title));
        for block in blocks {
            let line = match block {
                Block::Paragraph(runs) => at_start(words(runs)),
                Block::Heading(runs) => format!("### {}", heading(runs)),
                Block::Break => "* * *".to_owned(),
                Block::Page(number) => format!("\\[{number}\\]"),
            };
            let _ = write!(out, "\n{line}\n");
        }
    }
    out
}

/// Returns a title as words without looks.
fn literal(text: &str) -> String {
    heading(&[Run { text: text.to_owned(), ..Run::default() }])
}

/// Returns the words of a heading: a last `#` would be taken for its end.
fn heading(given: &[Run]) -> String {
    let words = words(given);
    match words.strip_suffix('#') {
        Some(rest) => format!("{rest}\\#"),
        None => words,
    }
}

/// Returns runs as Markdown that every reader takes for the same: where marks would not be read as they are meant,
/// as those beside an ideograph, tags stand for them.
fn words(given: &[Run]) -> String {
    let marked = with(given, |look, _| if look == Look::Emphasis { "*" } else { "**" });
    if runs(&marked, Rules::CommonMark) == given {
        return marked;
    }
    with(given, |look, opens| match (look, opens) {
        (Look::Emphasis, true) => "<em>",
        (Look::Emphasis, false) => "</em>",
        (Look::Strong, true) => "<strong>",
        (Look::Strong, false) => "</strong>",
    })
}

fn with(given: &[Run], sign: impl Fn(Look, bool) -> &'static str) -> String {
    let mut out = String::new();
    for mark in marks(given) {
        match mark {
            Mark::Open(look) => out.push_str(sign(look, true)),
            Mark::Close(look) => out.push_str(sign(look, false)),
            Mark::Text(text) => escape(text, &mut out),
        }
    }
    out
}

/// Escapes what would be more than text within a line.
fn escape(text: &str, out: &mut String) {
    for (at, c) in text.char_indices() {
        let special = match c {
            '\\' | '*' | '_' | '`' | '[' | ']' | '<' | '~' => true,
            '&' => is_entity(&text[at + 1..]),
            _ => false,
        };
        if special {
            out.push('\\');
        }
        out.push(c);
    }
}

fn is_entity(rest: &str) -> bool {
    let name = rest.split(';').next().unwrap_or_default();
    name.len() < rest.len() && !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '#')
}

/// Escapes what would make a line a heading, a list or a quotation.
fn at_start(line: String) -> String {
    let is_end = |rest: &str| rest.is_empty() || rest.starts_with(' ');
    let hashes = line.bytes().take_while(|b| *b == b'#').count();
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let is_heading = (1..=6).contains(&hashes) && is_end(&line[hashes..]);
    let is_item = line.starts_with(['-', '+', '=']) && is_end(&line[1..]);
    let is_numbered =
        (1..=9).contains(&digits) && line[digits..].starts_with(['.', ')']) && is_end(&line[digits + 1..]);
    let is_rule = !line.is_empty() && line.bytes().all(|b| matches!(b, b'-' | b'=' | b' '));
    let escape_at = if is_heading || is_item || is_rule || line.starts_with('>') {
        Some(0)
    } else {
        is_numbered.then_some(digits)
    };
    match escape_at {
        Some(at) => format!("{}\\{}", &line[..at], &line[at..]),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn again(text: &str) -> String {
        at_start(words(&runs(text, Rules::Author)))
    }

    #[test]
    fn emphasis_stays_and_what_was_text_is_no_mark() {
        for (text, markdown) in [
            ("_a_ **b** *c **d***", "*a* **b** *c **d***"),
            ("5 * 3 [x](y) `z` <b> &amp; & a_b", r"5 \* 3 \[x\](y) \`z\` \<b> \&amp; & a\_b"),
            ("#", r"\#"),
            ("- a", r"\- a"),
            ("1986. A year", r"1986\. A year"),
            ("> a", r"\> a"),
            ("-1 degree, +x, 3.14, #tag", "-1 degree, +x, 3.14, #tag"),
            ("**強調。**後", "<strong>強調。</strong>後"),
        ] {
            assert_eq!(again(text), markdown, "{text}");
        }
    }

    #[test]
    fn a_heading_keeps_its_number_and_its_last_hash() {
        assert_eq!(literal("1. C #"), "1. C \\#");
        assert_eq!(literal("*A*"), "\\*A\\*");
    }

    proptest! {
        #[test]
        fn what_is_written_reads_as_it_was_meant(text in "[ab *_.,\\\\#>é<&;`~\\[\\]-]{1,30}") {
            let meant = runs(text.trim_matches(' '), Rules::Author);
            let written = at_start(words(&meant));
            prop_assert!(!written.contains("<em>") || !written.contains("\\<em>"));
            if !written.contains("<em>") && !written.contains("<strong>") {
                prop_assert_eq!(runs(&written, Rules::CommonMark), meant);
            }
        }
    }
}
