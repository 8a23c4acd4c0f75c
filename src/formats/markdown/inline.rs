//! Running text: styles, links, references to notes.

use super::emphasis::{Kind, Marks, pair};
use super::line::{MAX_LABEL, is_label};
use crate::formats::document::{Inline, Style, Styles, plain_text};
use crate::formats::tidy::tidy;

/// The longest address and title of a link, in bytes: pictures that are written out as an address are not read.
const MAX_ADDRESS: usize = 4096;
/// How small capitals end.
pub(super) const SMALL_CAPS: &str = "]{.smallcaps}";
/// Tags that stand for marks.
pub(super) const TAGS: [(Style, &str, &str); 5] = [
    (Style::Emphasis, "<em>", "</em>"),
    (Style::Strong, "<strong>", "</strong>"),
    (Style::Strike, "<s>", "</s>"),
    (Style::Superscript, "<sup>", "</sup>"),
    (Style::Subscript, "<sub>", "</sub>"),
];
/// Ways to write a line break.
const BREAKS: [&str; 3] = ["<br>", "<br/>", "<br />"];
/// The longest text between `^` and `^`, in characters.
pub(super) const MAX_RAISED: usize = 12;

/// Reads running text; a newline is a line break. The result is [`tidy`].
#[must_use]
pub fn read(text: &str) -> Vec<Inline> {
    tidy(Scanner::new(text, false).read())
}

enum Piece {
    Text(String),
    Marks(Option<Marks>),
    /// A tag, as it is written; text where it has no partner.
    Tag {
        style: Style,
        opens: bool,
        source: &'static str,
    },
    Whole(Inline),
}

struct Scanner<'t> {
    text: &'t str,
    at: usize,
    pieces: Vec<Piece>,
    before: Option<char>,
    /// Inside the words of a link, where there is no other.
    in_link: bool,
    /// For each `[` the `]` that closes it.
    brackets: Vec<(usize, usize)>,
    /// Where small capitals end.
    small_caps: Vec<usize>,
    /// Nothing behind here closes a comment.
    no_comment: bool,
}

impl<'t> Scanner<'t> {
    fn new(text: &'t str, in_link: bool) -> Self {
        Self {
            text,
            at: 0,
            pieces: Vec::new(),
            before: None,
            in_link,
            brackets: brackets(text),
            small_caps: Vec::new(),
            no_comment: false,
        }
    }

    fn read(mut self) -> Vec<Inline> {
        if !self.text.contains(['*', '_', '\\', '`', '[', '<', '~', '^']) {
            return vec![Inline::plain(self.text)];
        }
        while let Some(c) = self.text[self.at..].chars().next() {
            let done = match c {
                '*' | '_' | '~' => self.marks(c),
                '\\' => self.escape(),
                '`' => self.code(),
                '<' => self.tag(),
                '^' => self.raised('^', Style::Superscript),
                '!' => self.image(),
                '[' => self.bracket(),
                ']' => self.small_caps_end(),
                _ => false,
            };
            if !done {
                self.push(c);
                self.at += c.len_utf8();
            }
        }
        resolve(self.pieces)
    }

    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn push(&mut self, c: char) {
        match self.pieces.last_mut() {
            Some(Piece::Text(text)) => text.push(c),
            _ => self.pieces.push(Piece::Text(c.into())),
        }
        self.before = Some(c);
    }

    fn marks(&mut self, mark: char) -> bool {
        let all = self.rest().chars().take_while(|c| *c == mark).count();
        if mark == '~' && all != 2 {
            return all == 1 && self.raised('~', Style::Subscript);
        }
        let after = self.rest()[all..].chars().next();
        self.pieces.push(Piece::Marks(Some(Marks::new(mark, all, self.before, after))));
        self.before = Some(mark);
        self.at += all;
        true
    }

    fn escape(&mut self) -> bool {
        let Some(c) = self.rest()[1..].chars().next().filter(char::is_ascii_punctuation) else {
            return false;
        };
        self.push(c);
        self.at += 2;
        true
    }

    /// A code span: its words are text as they are.
    fn code(&mut self) -> bool {
        let rest = self.rest();
        let ticks = rest.len() - rest.trim_start_matches('`').len();
        let (fence, body) = rest.split_at(ticks);
        let mut from = 0;
        while let Some(found) = body[from..].find(fence) {
            let end = from + found;
            let row = body[end..].len() - body[end..].trim_start_matches('`').len();
            if row == ticks {
                body[..end].chars().for_each(|c| self.push(c));
                self.at += 2 * ticks + end;
                return true;
            }
            from = end + row;
        }
        fence.chars().for_each(|c| self.push(c));
        self.at += ticks;
        true
    }

    fn tag(&mut self) -> bool {
        let rest = self.rest();
        if rest.starts_with("<!--") && !self.no_comment {
            let Some(end) = rest.find("-->") else {
                self.no_comment = true;
                return false;
            };
            self.at += end + 3;
            return true;
        }
        if let Some(tag) = BREAKS.iter().find(|tag| rest.starts_with(**tag)) {
            self.push('\n');
            self.at += tag.len();
            return true;
        }
        for (style, open, close) in TAGS {
            for (source, opens) in [(open, true), (close, false)] {
                if rest.starts_with(source) {
                    self.pieces.push(Piece::Tag { style, opens, source });
                    self.at += source.len();
                    return true;
                }
            }
        }
        false
    }

    /// `^2^` and `~2~`: letters and digits, raised or lowered.
    fn raised(&mut self, mark: char, style: Style) -> bool {
        let inner = &self.rest()[1..];
        let Some(end) = inner.char_indices().take(MAX_RAISED + 1).find(|(_, c)| !c.is_alphanumeric()) else {
            return false;
        };
        let is_closed = end.0 > 0 && end.1 == mark && !inner[end.0 + 1..].starts_with(mark);
        if is_closed {
            let raised = Inline::styled(&inner[..end.0], Styles::NONE.with(style));
            self.whole(raised, end.0 + 2);
        }
        is_closed
    }

    fn whole(&mut self, inline: Inline, length: usize) {
        self.pieces.push(Piece::Whole(inline));
        self.before = Some(']');
        self.at += length;
    }

    /// A picture within a text is what it shows, in words.
    fn image(&mut self) -> bool {
        let open = self.at + 1;
        let Some((close, _, end)) = self.link_at(open) else { return false };
        let alt = plain_alt(&self.text[open + 1..close]);
        self.whole(Inline::plain(alt), end - self.at);
        true
    }

    fn bracket(&mut self) -> bool {
        let rest = self.rest();
        if let Some(label) = note_label(rest) {
            self.whole(Inline::NoteMark(label.into()), label.len() + 3);
            return true;
        }
        let Some(close) = self.closing(self.at) else { return false };
        if self.text[close..].starts_with(SMALL_CAPS) {
            self.pieces.push(Piece::Tag { style: Style::SmallCaps, opens: true, source: "[" });
            self.small_caps.push(close);
            self.at += 1;
            return true;
        }
        if self.in_link {
            return false;
        }
        let Some((close, target, end)) = self.link_at(self.at) else { return false };
        let words = Scanner::new(&self.text[self.at + 1..close], true).read();
        self.whole(Inline::Link { target, words }, end - self.at);
        true
    }

    fn small_caps_end(&mut self) -> bool {
        let ends = self.small_caps.last() == Some(&self.at);
        if ends {
            self.small_caps.pop();
            self.pieces.push(Piece::Tag { style: Style::SmallCaps, opens: false, source: SMALL_CAPS });
            self.at += SMALL_CAPS.len();
        }
        ends
    }

    fn closing(&self, open: usize) -> Option<usize> {
        let found = self.brackets.binary_search_by_key(&open, |(open, _)| *open).ok()?;
        Some(self.brackets[found].1)
    }

    /// Returns the end of the words, the target, and the end of a link whose `[` is at a place.
    fn link_at(&self, open: usize) -> Option<(usize, String, usize)> {
        let close = self.closing(open)?;
        let inner = self.text[close + 1..].strip_prefix('(')?;
        let inner = &inner[..inner.floor_char_boundary(MAX_ADDRESS)];
        let (target, after) = match inner.strip_prefix('<') {
            Some(inner) => {
                let end = inner.find(['>', '\n'])?;
                (&inner[..end], inner[end..].strip_prefix('>')?)
            }
            None => inner.split_at(target_end(inner)),
        };
        let after = after.trim_start_matches(' ');
        let after = match after.strip_prefix('"') {
            Some(title) => title.split_once('"')?.1,
            None => after,
        };
        let after = after.strip_prefix(')')?;
        let is_address = !target.is_empty() || close > open + 1;
        let end = close + 2 + (inner.len() - after.len());
        is_address.then(|| (close, target.to_owned(), end))
    }
}

/// Returns the label of a reference to a note that a text begins with.
fn note_label(text: &str) -> Option<&str> {
    let inner = text.strip_prefix("[^")?;
    let end = inner.char_indices().take(MAX_LABEL + 1).find(|(_, c)| *c == ']')?.0;
    Some(&inner[..end]).filter(|label| is_label(label))
}

/// Where an address ends that is not in `<>`: at a blank, or at the parenthesis that closes the link.
fn target_end(inner: &str) -> usize {
    let mut depth = 0_usize;
    for (at, c) in inner.char_indices() {
        match c {
            '(' => depth += 1,
            ')' if depth == 0 => return at,
            ')' => depth -= 1,
            c if c.is_whitespace() => return at,
            _ => {}
        }
    }
    inner.len()
}

/// Returns the words of an alternative text without escapes.
pub(super) fn plain_alt(alt: &str) -> String {
    let words = Scanner::new(alt, true).read();
    plain_text(&tidy(words)).replace('\n', " ")
}

/// Pairs brackets, in the order of the opening ones.
fn brackets(text: &str) -> Vec<(usize, usize)> {
    let mut open = Vec::new();
    let mut pairs = Vec::new();
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'[' if !escaped => open.push(at),
            b']' if !escaped => pairs.extend(open.pop().map(|start| (start, at))),
            _ => {}
        }
        escaped = byte == b'\\' && !escaped;
    }
    pairs.sort_unstable();
    pairs
}

/// Makes inlines of pieces: tags and marks with a partner are styles, the others text.
fn resolve(mut pieces: Vec<Piece>) -> Vec<Inline> {
    let mut rows: Vec<(usize, Marks)> = Vec::new();
    for (at, piece) in pieces.iter_mut().enumerate() {
        if let Piece::Marks(marks) = piece {
            rows.extend(marks.take().map(|marks| (at, marks)));
        }
    }
    // How many stretches of each style begin and end at each piece: summed up at the end, so that nested ones cost
    // nothing.
    let mut depth = vec![[0_i32; Style::ALL.len()]; pieces.len() + 1];
    for pair in pair(&mut rows) {
        let style = match pair.kind {
            Kind::Emphasis => Style::Emphasis,
            Kind::Strong => Style::Strong,
            Kind::Strike => Style::Strike,
        };
        depth[pair.opener + 1][style as usize] += 1;
        depth[pair.closer][style as usize] -= 1;
    }
    let mut open: [Vec<usize>; Style::ALL.len()] = Default::default();
    let mut paired = vec![false; pieces.len()];
    for (at, piece) in pieces.iter().enumerate() {
        let Piece::Tag { style, opens, .. } = piece else { continue };
        if *opens {
            open[*style as usize].push(at);
        } else if let Some(opener) = open[*style as usize].pop() {
            depth[opener + 1][*style as usize] += 1;
            depth[at][*style as usize] -= 1;
            (paired[opener], paired[at]) = (true, true);
        }
    }
    let mut rows = rows.into_iter().peekable();
    let mut now = [0_i32; Style::ALL.len()];
    let mut out = Vec::with_capacity(pieces.len());
    for (at, piece) in pieces.into_iter().enumerate() {
        now.iter_mut().zip(depth[at]).for_each(|(now, change)| *now += change);
        let styles: Styles = Style::ALL.into_iter().filter(|s| now[*s as usize] > 0).collect();
        match piece {
            Piece::Text(text) => out.push(Inline::styled(text, styles)),
            Piece::Marks(_) => {
                if let Some((_, marks)) = rows.next_if(|(piece, _)| *piece == at)
                    && marks.left > 0
                {
                    out.push(Inline::styled(marks.mark.to_string().repeat(marks.left), styles));
                }
            }
            Piece::Tag { source, .. } if !paired[at] => out.push(Inline::styled(source, styles)),
            Piece::Tag { .. } => {}
            Piece::Whole(inline) => out.push(with_styles(inline, styles)),
        }
    }
    out
}

fn with_styles(inline: Inline, more: Styles) -> Inline {
    match inline {
        Inline::Text { text, styles } => Inline::Text { text, styles: styles.and(more) },
        Inline::Link { target, words } => {
            Inline::Link { target, words: words.into_iter().map(|w| with_styles(w, more)).collect() }
        }
        other => other,
    }
}
