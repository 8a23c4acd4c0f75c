//! Markdown: YAML front matter, the title as the one first heading, chapters as the second ones.

use std::fmt::Write as _;

use super::Work;
use super::inline::{Run, runs};
use super::markup::is_address;
use super::prose::Piece;
use crate::formats::document::{Block, Inline, ListItem, Style};
use crate::formats::marks::{Mark, marks};

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
    let mut notes_before = 0;
    for (title, body) in &work.chapters {
        let _ = write!(out, "\n## {}\n", literal(title));
        let writer = Writer { notes_before };
        for piece in &body.pieces {
            let block = match piece {
                Piece::Block(block) => writer.block(block),
                Piece::Page(number) => format!("\\[{number}\\]"),
            };
            let _ = write!(out, "\n{block}\n");
        }
        for (index, words) in body.notes.iter().enumerate() {
            let note = writer.lines(words, &format!("[^{}]: ", notes_before + index + 1), "    ");
            let _ = write!(out, "\n{note}\n");
        }
        notes_before += body.notes.len();
    }
    out
}

/// Returns a title as words without looks.
fn literal(text: &str) -> String {
    Writer { notes_before: 0 }.heading(&[Inline::plain(text)])
}

/// Writes a chapter's blocks. A file has each label of a note once.
struct Writer {
    notes_before: usize,
}

impl Writer {
    fn block(&self, block: &Block) -> String {
        match block {
            Block::Paragraph(words) => self.lines(words, "", ""),
            Block::Heading { level, words } => {
                format!("{} {}", "#".repeat(usize::from((*level).clamp(3, 6))), self.heading(words))
            }
            Block::SceneBreak => "* * *".to_owned(),
            Block::Quote(paragraphs) => {
                paragraphs.iter().map(|words| self.lines(words, "> ", "> ")).collect::<Vec<_>>().join("\n>\n")
            }
            Block::List(items) => {
                let item = |item: &ListItem| {
                    let margin = "    ".repeat(usize::from(item.depth));
                    let mark = item.number.map_or_else(|| "- ".to_owned(), |number| format!("{number}. "));
                    self.lines(&item.words, &format!("{margin}{mark}"), &format!("{margin}    "))
                };
                items.iter().map(item).collect::<Vec<_>>().join("\n")
            }
            Block::Table(rows) => self.table(rows),
            // A body has neither.
            Block::Figure { .. } | Block::Note { .. } => String::new(),
        }
    }

    fn table(&self, rows: &[Vec<Vec<Inline>>]) -> String {
        let width = rows.iter().map(Vec::len).max().unwrap_or(0);
        let cell = |words: Option<&Vec<Inline>>| {
            words.map(|words| self.words(words, "<br>").replace('|', "\\|")).unwrap_or_default()
        };
        let row = |cells: &Vec<Vec<Inline>>| {
            let cells: Vec<String> = (0..width).map(|column| cell(cells.get(column))).collect();
            format!("| {} |", cells.join(" | "))
        };
        let mut out: Vec<String> = rows.iter().map(row).collect();
        out.insert(out.len().min(1), format!("|{}", " --- |".repeat(width)));
        out.join("\n")
    }

    /// Writes running text: the first line behind `first`, the others behind `below`.
    fn lines(&self, words: &[Inline], first: &str, below: &str) -> String {
        let text = self.words(words, "\\\n");
        let mut out = String::with_capacity(text.len() + first.len());
        for (index, line) in text.lines().enumerate() {
            let begin = if index == 0 { first } else { below };
            let _ = write!(out, "{}{begin}{}", if index == 0 { "" } else { "\n" }, at_start(line.to_owned()));
        }
        out
    }

    /// Returns the words of a heading: a last `#` would be taken for its end.
    fn heading(&self, given: &[Inline]) -> String {
        let words = self.words(given, " ");
        match words.strip_suffix('#') {
            Some(rest) => format!("{rest}\\#"),
            None => words,
        }
    }

    /// Returns inlines as Markdown that every reader takes for the same: where marks would not be read as they are
    /// meant, as those beside an ideograph, tags stand for them.
    fn words(&self, given: &[Inline], line_break: &str) -> String {
        let steps = marks(given);
        let (marked, meant) =
            self.with(&steps, line_break, |style, _| if style == Style::Emphasis { "*" } else { "**" });
        if runs(&marked) == meant {
            return marked;
        }
        let tag = |style, opens| match (style, opens) {
            (Style::Emphasis, true) => "<em>",
            (Style::Emphasis, false) => "</em>",
            (_, true) => "<strong>",
            (_, false) => "</strong>",
        };
        self.with(&steps, line_break, tag).0
    }

    /// Writes with these signs for the two kinds of emphasis, and returns beside it how it is to be read.
    fn with(
        &self,
        steps: &[Mark<'_>],
        line_break: &str,
        sign: impl Fn(Style, bool) -> &'static str,
    ) -> (String, Vec<Run>) {
        let (mut out, mut meant) = (String::new(), Meant::default());
        for step in steps {
            // What is no emphasis is text for whoever looks for emphasis.
            let token = match *step {
                Mark::Open(style @ (Style::Emphasis | Style::Strong)) => {
                    out.push_str(sign(style, true));
                    meant.set(style, true);
                    continue;
                }
                Mark::Close(style @ (Style::Emphasis | Style::Strong)) => {
                    out.push_str(sign(style, false));
                    meant.set(style, false);
                    continue;
                }
                Mark::Text(text) => {
                    escape(text, &mut out);
                    meant.push(text);
                    continue;
                }
                Mark::Open(Style::Strike) | Mark::Close(Style::Strike) => "~~".to_owned(),
                Mark::Open(Style::Superscript) => "<sup>".to_owned(),
                Mark::Close(Style::Superscript) => "</sup>".to_owned(),
                Mark::Open(Style::Subscript) => "<sub>".to_owned(),
                Mark::Close(Style::Subscript) => "</sub>".to_owned(),
                Mark::Open(Style::SmallCaps) => "[".to_owned(),
                Mark::Close(Style::SmallCaps) => "]{.smallcaps}".to_owned(),
                Mark::LineBreak => line_break.to_owned(),
                Mark::OpenLink(target) if is_address(target) => "[".to_owned(),
                Mark::CloseLink(target) if is_address(target) => {
                    out.push_str("](");
                    escape_address(target, &mut out);
                    out.push(')');
                    meant.push(&format!("]({target})"));
                    continue;
                }
                Mark::OpenLink(_) | Mark::CloseLink(_) => continue,
                Mark::Note(number) => {
                    let number = number.parse::<usize>().unwrap_or_default() + self.notes_before;
                    format!("[^{number}]")
                }
            };
            out.push_str(&token);
            meant.push(&token);
        }
        (out, meant.runs)
    }
}

/// Escapes what would end an address, or be read as emphasis.
fn escape_address(target: &str, out: &mut String) {
    for c in target.chars() {
        if matches!(c, '(' | ')' | '*' | '_' | '&') {
            out.push('\\');
        }
        out.push(c);
    }
}

/// What a reader should find.
#[derive(Default)]
struct Meant {
    runs: Vec<Run>,
    now: Run,
}

impl Meant {
    fn set(&mut self, style: Style, on: bool) {
        if style == Style::Emphasis {
            self.now.emphasis = on;
        } else {
            self.now.strong = on;
        }
    }

    fn push(&mut self, text: &str) {
        let Run { emphasis, strong, .. } = self.now;
        match self.runs.last_mut() {
            _ if text.is_empty() => {}
            Some(last) if (last.emphasis, last.strong) == (emphasis, strong) => last.text.push_str(text),
            _ => self.runs.push(Run { text: text.to_owned(), emphasis, strong }),
        }
    }
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

    use super::super::prose::body;
    use super::*;

    fn again(text: &str) -> String {
        let body = body(&[text.to_owned()], false);
        let blocks = body.pieces.iter().filter_map(|piece| match piece {
            Piece::Block(block) => Some(Writer { notes_before: 0 }.block(block)),
            Piece::Page(_) => None,
        });
        blocks.collect::<Vec<_>>().join("\n\n")
    }

    #[test]
    fn emphasis_stays_and_what_was_text_is_no_mark() {
        for (text, markdown) in [
            ("_a_ **b** *c **d***", "*a* **b** *c **d***"),
            (r"5 * 3 \[x](y) \`z\` \<b> &amp; & a_b", r"5 \* 3 \[x\](y) \`z\` \<b> \&amp; & a\_b"),
            (r"\#", r"\#"),
            (r"\- a", r"\- a"),
            ("1986. A year", r"1986\. A year"),
            (r"\> a", r"\> a"),
            ("-1 degree, +x, 3.14, #tag", "-1 degree, +x, 3.14, #tag"),
            ("**強調。**後", "<strong>強調。</strong>後"),
        ] {
            assert_eq!(again(text), markdown, "{text}");
        }
    }

    #[test]
    fn every_block_is_written_so_that_any_reader_takes_it_for_the_same() {
        for (text, markdown) in [
            ("one\ntwo\n- three", "one\\\ntwo\n\n- three"),
            ("Roses,\n\\- red\n\\# hash", "Roses,\\\n\\- red\\\n\\# hash"),
            ("> a\n> b\n>\n> c", "> a\\\n> b\n>\n> c"),
            ("- a\n    2. b", "- a\n    2. b"),
            ("| a | b |\n|---|---|\n| 1 |", "| a | b |\n| --- | --- |\n| 1 |  |"),
            ("~~s~~ H~2~O x^2^ [Sc]{.smallcaps}", "~~s~~ H<sub>2</sub>O x<sup>2</sup> [Sc]{.smallcaps}"),
            ("[w *x*](https://e.org/a_b)", r"[w *x*](https://e.org/a\_b)"),
            ("# A *b*", "### A *b*"),
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
        fn what_is_written_is_read_as_it_was_meant(text in "[ab *_.,\\\\#>é<&;`~\\[\\]\n|1-]{1,40}") {
            let meant = body(&[text], false).pieces;
            let blocks = meant.iter().filter_map(|piece| match piece {
                Piece::Block(block) => Some(Writer { notes_before: 0 }.block(block)),
                Piece::Page(_) => None,
            });
            let written = blocks.collect::<Vec<_>>().join("\n\n");
            let levels = |pieces: Vec<Piece>| {
                let one = |piece| match piece {
                    Piece::Block(Block::Heading { words, .. }) => Piece::Block(Block::Heading { level: 3, words }),
                    other => other,
                };
                pieces.into_iter().map(one).collect::<Vec<_>>()
            };
            prop_assert_eq!(levels(body(std::slice::from_ref(&written), false).pieces), levels(meant), "{}", written);
        }
    }
}
