//! One document of the spine → blocks, with the places that may be notes and marks of notes.

use super::super::changes::Changes;
use super::super::prose::{Prose, is_ornament, says_something};
use super::super::xml::{Node, attribute};
use super::looks::{Sheet, declared};
use crate::formats::document::{Block as Stored, Inline, ListItem, Style, Styles, plain_text};

/// What a document holds, in its order.
#[derive(Debug)]
pub(super) enum Piece {
    Block(Stored),
    Heading {
        level: usize,
        title: String,
    },
    /// A paragraph without words, which may be a scene break.
    Empty,
    /// A paragraph that is a note if a mark leads to one of these ids.
    Note {
        ids: Vec<String>,
        words: Vec<Inline>,
        without_number: Vec<Inline>,
    },
}

/// A link that may be the mark of a note. It stands in the text as [`Inline::NoteMark`], with its place as label.
#[derive(Debug)]
pub(super) struct Mark {
    pub target: String,
    pub words: Vec<Inline>,
}

/// An element that is open.
#[derive(Debug, Default)]
struct Frame {
    styles: Styles,
    /// Why its words are not in the book.
    left_out: Option<&'static str>,
    /// It is the element that says so.
    begins_left_out: bool,
}

/// A link while its words are read.
#[derive(Debug)]
struct Link {
    target: String,
    is_note_mark: bool,
    /// How many pieces of text the paragraph had before it.
    at: usize,
}

#[derive(Debug, Default)]
struct List {
    is_numbered: bool,
    next: u32,
}

#[derive(Default)]
pub(super) struct Document {
    pub pieces: Vec<Piece>,
    pub marks: Vec<Mark>,
    pub changes: Changes,
    sheet: Sheet,
    frames: Vec<Frame>,
    prose: Prose,
    heading: Option<usize>,
    style_source: Option<String>,
    left_out_words: String,
    /// The paragraph holds a blank, so that it is one although it says nothing.
    has_blank: bool,
    /// What the pictures of the paragraph show, and whether each is an ornament.
    pictures: Vec<(String, bool)>,
    link: Option<Link>,
    /// The ids since the last paragraph.
    ids: Vec<String>,
    /// How deep inside of an element that says that it is a note, and whether its note has begun.
    note_depth: usize,
    note_has_begun: bool,
    quote_depth: usize,
    quote: Vec<Vec<Inline>>,
    lists: Vec<List>,
    items: Vec<ListItem>,
    item_has_begun: bool,
    table_depth: usize,
    rows: Vec<Vec<Vec<Inline>>>,
    pre_depth: usize,
}

impl Document {
    pub fn new(sheet: Sheet) -> Self {
        Self { sheet, ..Self::default() }
    }

    pub fn node(&mut self, node: &Node<'_>) {
        match node {
            Node::Open(name, tag) => {
                let name = name.to_ascii_lowercase();
                self.open(&name, |of| attribute(tag, of));
            }
            Node::Close(name) => self.close(&name.to_ascii_lowercase()),
            Node::Text(words) => self.text(words),
        }
    }

    fn styles(&self) -> Styles {
        self.frames.last().map(|frame| frame.styles).unwrap_or_default()
    }

    fn open(&mut self, name: &str, of: impl Fn(&str) -> Option<String>) {
        let looks = of("style").map(|style| declared(&style)).unwrap_or_default();
        let looks = looks.and(of("class").map(|classes| self.sheet.of(&classes)).unwrap_or_default());
        let own = match name {
            "i" | "em" | "cite" | "dfn" | "var" => Styles::NONE.with(Style::Emphasis),
            "b" | "strong" => Styles::NONE.with(Style::Strong),
            "s" | "strike" => Styles::NONE.with(Style::Strike),
            "sup" => Styles::NONE.with(Style::Superscript),
            "sub" => Styles::NONE.with(Style::Subscript),
            _ => Styles::NONE,
        };
        let left_out = match name {
            "script" | "style" | "svg" | "nav" | "rp" | "head" | "template" => Some(""),
            "del" => Some("deleted text"),
            _ if looks.is_hidden || of("hidden").is_some() => Some("hidden text"),
            _ => None,
        };
        let outer = self.frames.last().and_then(|frame| frame.left_out);
        // How a block is set is layout, but for a paragraph in italics: a letter, a thought.
        let is_slanted = name == "p" && looks.styles.has(Style::Emphasis);
        let styles = match is_block(name) {
            true if is_slanted => own.with(Style::Emphasis),
            true => own,
            false => own.and(looks.styles),
        };
        self.frames.push(Frame {
            styles: self.styles().and(styles),
            left_out: outer.or(left_out),
            begins_left_out: outer.is_none() && left_out.is_some(),
        });
        if name == "style" {
            self.style_source = Some(String::new());
        }
        if outer.or(left_out).is_some() {
            return;
        }
        self.begin(name, &of);
    }

    fn begin(&mut self, name: &str, of: &impl Fn(&str) -> Option<String>) {
        let says = |words: &[&str]| {
            let kinds = [of("type"), of("role")].into_iter().flatten();
            kinds
                .flat_map(|kind| kind.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
                .any(|kind| words.contains(&kind.as_str()))
        };
        if is_block(name) {
            self.end();
        }
        self.ids.extend(of("id"));
        match name {
            "br" => self.prose.push("\n", Styles::NONE),
            "hr" => {
                self.end();
                self.flush();
                self.pieces.push(Piece::Block(Stored::SceneBreak));
            }
            "q" => self.prose.push("“", self.styles()),
            "rt" => self.prose.push("（", self.styles()),
            "img" => {
                let alt = of("alt").unwrap_or_default();
                let names =
                    [of("class"), of("src"), Some(alt.clone())].into_iter().flatten().collect::<String>();
                let is_ornament =
                    is_ornament(&alt) || ORNAMENTS.iter().any(|word| names.to_lowercase().contains(word));
                self.pictures.push((alt, is_ornament));
            }
            "a" if self.link.is_none() => {
                if let Some(target) = of("href").filter(|href| href.contains('#')) {
                    let is_note_mark = says(&["noteref", "doc-noteref"]);
                    self.link = Some(Link { target, is_note_mark, at: self.prose.len() });
                }
            }
            "blockquote" => {
                self.flush();
                self.quote_depth += 1;
            }
            "ul" | "ol" => {
                if self.lists.is_empty() {
                    self.flush();
                }
                let next = of("start").and_then(|n| n.parse().ok()).unwrap_or(1);
                self.lists.push(List { is_numbered: name == "ol", next });
            }
            "li" => self.item_has_begun = false,
            "table" => {
                if self.table_depth == 0 {
                    self.flush();
                }
                self.table_depth += 1;
            }
            "tr" if self.table_depth == 1 => self.rows.push(Vec::new()),
            "td" | "th" if self.table_depth == 1 => {
                if let Some(row) = self.rows.last_mut() {
                    row.push(Vec::new());
                }
            }
            "pre" => self.pre_depth += 1,
            _ => {}
        }
        if let Some(level) = level(name) {
            self.flush();
            self.heading = Some(level);
        }
        let is_note = says(&["footnote", "endnote", "rearnote", "doc-footnote", "doc-endnote"]);
        if self.note_depth > 0 || is_note {
            if self.note_depth == 0 {
                self.note_has_begun = false;
            }
            self.note_depth += 1;
        }
    }

    fn close(&mut self, name: &str) {
        let frame = self.frames.pop().unwrap_or_default();
        if name == "style"
            && let Some(source) = self.style_source.take()
        {
            self.sheet.read(&source);
        }
        if let Some(kind) = frame.left_out {
            if frame.begins_left_out {
                let words = std::mem::take(&mut self.left_out_words);
                if !kind.is_empty() && !words.trim().is_empty() {
                    self.changes.left_out(kind, &words);
                }
            }
            return;
        }
        match name {
            "q" => self.prose.push("”", self.styles()),
            "rt" => self.prose.push("）", self.styles()),
            "a" => self.end_link(),
            _ => {}
        }
        if is_block(name) {
            self.end();
        }
        match name {
            "blockquote" => {
                self.quote_depth = self.quote_depth.saturating_sub(1);
                if self.quote_depth == 0 {
                    self.flush();
                }
            }
            "ul" | "ol" => {
                self.lists.pop();
                if self.lists.is_empty() {
                    self.flush();
                }
            }
            "table" => {
                self.table_depth = self.table_depth.saturating_sub(1);
                if self.table_depth == 0 {
                    self.end_table();
                }
            }
            "pre" => self.pre_depth = self.pre_depth.saturating_sub(1),
            _ => {}
        }
        self.note_depth = self.note_depth.saturating_sub(1);
    }

    fn text(&mut self, words: &str) {
        if let Some(source) = &mut self.style_source {
            source.push_str(words);
            return;
        }
        if self.frames.last().is_some_and(|frame| frame.left_out.is_some()) {
            self.left_out_words.push_str(words);
            return;
        }
        self.has_blank |= words.contains('\u{a0}');
        if self.pre_depth > 0 {
            self.prose.push(words, self.styles());
        } else {
            // A line break of the source is a space.
            self.prose.push(&words.replace(['\n', '\r'], " "), self.styles());
        }
    }

    /// A link to a place is its words, unless it may lead to a note.
    fn end_link(&mut self) {
        let Some(Link { target, is_note_mark, at }) = self.link.take() else { return };
        let words = self.prose.since(at);
        if is_note_mark || is_note_number(&plain_text(words)) {
            let words = self.prose.split_off(at);
            self.prose.push_inline(Inline::NoteMark(self.marks.len().to_string()));
            self.marks.push(Mark { target, words });
        }
    }

    /// Ends a paragraph.
    pub fn end(&mut self) {
        self.link = None;
        // A link that turns out to be words keeps the spaces around it: they are brought into order in the end.
        let words = self.prose.take_as_it_is();
        let has_blank = std::mem::take(&mut self.has_blank);
        let pictures = std::mem::take(&mut self.pictures);
        if !says_something(&words) {
            let is_ornament = !pictures.is_empty() && pictures.iter().all(|(_, is_ornament)| *is_ornament);
            self.list_pictures(&pictures);
            if is_ornament || has_blank {
                let piece = if is_ornament { Piece::Block(Stored::SceneBreak) } else { Piece::Empty };
                if self.lists.is_empty() && self.table_depth == 0 && self.heading.is_none() {
                    self.flush();
                    self.pieces.push(piece);
                }
            }
            // A heading may hold blocks of its own, and ends with the first that has words.
            return;
        }
        self.list_pictures(&pictures);
        let ids = std::mem::take(&mut self.ids);
        if let Some(level) = self.heading.take() {
            let title = self.restored(&words);
            let is_emphasised = |inline: &Inline| matches!(inline, Inline::Text { styles, .. } if styles.has(Style::Emphasis));
            if words.iter().any(is_emphasised) {
                self.changes.changed("formatting in a heading", &title);
            }
            self.pieces.push(Piece::Heading { level, title });
        } else if self.note_depth > 0 {
            self.note(ids, words);
        } else if self.table_depth > 0 {
            if let Some(cell) = self.rows.last_mut().and_then(|row| row.last_mut()) {
                push_line(cell, words);
            }
        } else if let Some(list) = self.lists.last_mut() {
            if begins_with_mark(&words).is_some() {
                self.flush();
                self.note_has_begun = false;
                self.note(ids, words);
                return;
            }
            match self.items.last_mut().filter(|_| self.item_has_begun) {
                Some(item) => push_line(&mut item.words, words),
                None => {
                    let number = list.is_numbered.then_some(list.next);
                    list.next = list.next.saturating_add(1);
                    let depth = u8::try_from(self.lists.len() - 1).unwrap_or(u8::MAX);
                    self.items.push(ListItem { depth, number, words });
                }
            }
            self.item_has_begun = true;
        } else if begins_with_mark(&words).is_some() {
            self.flush();
            self.note_has_begun = false;
            self.note(ids, words);
        } else if self.quote_depth > 0 {
            self.quote.push(words);
        } else {
            self.pieces.push(Piece::Block(Stored::Paragraph(words)));
        }
    }

    fn note(&mut self, ids: Vec<String>, words: Vec<Inline>) {
        if self.note_depth > 0
            && self.note_has_begun
            && let Some(Piece::Note { words: all, without_number, .. }) = self.pieces.last_mut()
        {
            push_line(all, words.clone());
            push_line(without_number, words);
            return;
        }
        let behind = match begins_with_mark(&words) {
            Some(mark) => {
                let mut rest = words[mark + 1..].to_vec();
                if let Some(Inline::Text { text, .. }) = rest.first_mut() {
                    *text = text.trim_start_matches(['.', ')', ']', ':', ' ', '\u{a0}']).to_owned();
                }
                rest
            }
            None => words.clone(),
        };
        self.note_has_begun = true;
        self.pieces.push(Piece::Note { ids, words, without_number: behind });
    }

    fn list_pictures(&mut self, pictures: &[(String, bool)]) {
        for (alt, is_ornament) in pictures {
            if !is_ornament {
                self.changes.left_out("image", alt);
            }
        }
    }

    /// Ends what is made of several paragraphs.
    pub fn flush(&mut self) {
        if !self.quote.is_empty() {
            self.pieces.push(Piece::Block(Stored::Quote(std::mem::take(&mut self.quote))));
        }
        if !self.items.is_empty() {
            self.pieces.push(Piece::Block(Stored::List(std::mem::take(&mut self.items))));
        }
    }

    fn end_table(&mut self) {
        let rows = std::mem::take(&mut self.rows);
        // A table of one column is a frame around text.
        if rows.iter().all(|row| row.len() <= 1) {
            let cells = rows.into_iter().flatten().filter(|words| !words.is_empty());
            self.pieces.extend(cells.map(|words| Piece::Block(Stored::Paragraph(words))));
        } else {
            self.pieces.push(Piece::Block(Stored::Table(rows)));
        }
    }

    /// The words of a heading, with those of links that stand in them.
    fn restored(&self, words: &[Inline]) -> String {
        let one = |inline: &Inline| match inline {
            Inline::NoteMark(place) => place
                .parse::<usize>()
                .ok()
                .and_then(|place| self.marks.get(place))
                .map_or_else(String::new, |mark| plain_text(&mark.words)),
            other => plain_text(std::slice::from_ref(other)),
        };
        let title: String = words.iter().map(one).collect();
        title.split([' ', '\t', '\n']).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
    }
}

/// How the pictures between two scenes are called.
const ORNAMENTS: [&str; 10] = [
    "ornament",
    "scene-break",
    "scenebreak",
    "scene break",
    "section-break",
    "divider",
    "fleuron",
    "asterism",
    "dinkus",
    "separator",
];

/// Returns where the mark is with which a paragraph begins, if it does.
fn begins_with_mark(words: &[Inline]) -> Option<usize> {
    let is_blank = |inline: &Inline| matches!(inline, Inline::Text { text, .. } if text.trim().is_empty());
    let first = words.iter().position(|inline| !is_blank(inline))?;
    matches!(words[first], Inline::NoteMark(_)).then_some(first)
}

fn push_line(words: &mut Vec<Inline>, mut more: Vec<Inline>) {
    if !words.is_empty() {
        words.push(Inline::LineBreak);
    }
    words.append(&mut more);
}

/// Whether the words of a link are what marks of notes are: a number or a sign.
fn is_note_number(words: &str) -> bool {
    let bare = words.trim().trim_matches(['[', ']', '(', ')', '.', '\u{a0}']);
    let is_number = bare.len() <= 4 && !bare.is_empty() && bare.bytes().all(|b| b.is_ascii_digit());
    let is_sign = (1..=3).contains(&bare.chars().count()) && bare.chars().all(|c| "*†‡§¶#".contains(c));
    is_number || is_sign
}

fn level(name: &str) -> Option<usize> {
    let digit = name.strip_prefix('h')?.parse().ok()?;
    (1..=6).contains(&digit).then_some(digit)
}

fn is_block(name: &str) -> bool {
    const BLOCKS: [&str; 29] = [
        "p",
        "div",
        "li",
        "ul",
        "ol",
        "dl",
        "dt",
        "dd",
        "blockquote",
        "section",
        "article",
        "aside",
        "header",
        "footer",
        "table",
        "thead",
        "tbody",
        "caption",
        "tr",
        "td",
        "th",
        "pre",
        "figure",
        "figcaption",
        "body",
        "center",
        "main",
        "hgroup",
        "address",
    ];
    level(name).is_some() || BLOCKS.contains(&name)
}
