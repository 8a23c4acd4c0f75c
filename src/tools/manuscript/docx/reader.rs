//! The parts that hold text: the document, its notes, its comments.

use std::collections::HashMap;

use super::super::Block;
use super::super::changes::Changes;
use super::super::prose::{Prose, says_something, stored};
use super::super::xml::{Node, attribute};
use super::styles::{Level, Place, Role, Style, is_on, outline, role_of, with_property};
use crate::formats::document::{Block as Stored, Inline, ListItem, Styles, plain_text};

/// What was deleted, stands in place of something else, or is not text.
const LEFT_OUT: [&str; 7] = ["del", "moveFrom", "Fallback", "instrText", "delText", "pict", "sectPr"];

/// A run of text, and what its properties say.
#[derive(Default)]
struct Run {
    is_open: bool,
    looks: Styles,
    is_hidden: bool,
}

/// What a paragraph says of itself.
#[derive(Default)]
struct Properties {
    role: Option<Role>,
    place: Option<Place>,
    /// It is in a list by its own word, which may also say that it is in none.
    has_own_place: bool,
    has_border: bool,
    is_drop_cap: bool,
}

/// What is made of several paragraphs.
#[derive(Default)]
enum Open {
    #[default]
    Nothing,
    Quote(Vec<Vec<Inline>>),
    List(Vec<ListItem>),
}

/// A table while it is read.
#[derive(Default)]
struct Table {
    depth: usize,
    rows: Vec<Vec<Vec<Inline>>>,
}

#[derive(Default)]
pub(super) struct Reader {
    styles: HashMap<String, Style>,
    levels: HashMap<Place, Level>,
    /// How far each list has counted, by depth.
    counted: HashMap<String, Vec<Option<u32>>>,
    pub blocks: Vec<Block>,
    /// The places of empty paragraphs among the blocks.
    pub empty: Vec<usize>,
    pub title: Option<String>,
    pub changes: Changes,
    /// The letter before the labels of notes, when notes are read; and the note that is open.
    pub note_kind: Option<&'static str>,
    note: Option<(String, Vec<Vec<Inline>>)>,
    prose: Prose,
    properties: Properties,
    run: Run,
    open: Open,
    table: Table,
    /// Inside an element whose text is the document's.
    in_text: bool,
    /// Inside `pBdr`, whose children are the borders.
    in_borders: bool,
    /// Inside of `p`, and not behind its end.
    in_paragraph: bool,
    /// How deep inside of something that is left out.
    left_out: usize,
    /// What its paragraph hides.
    hidden: String,
    /// A drop capital, which begins the next paragraph.
    drop_cap: Vec<Inline>,
}

impl Reader {
    pub fn new(styles: HashMap<String, Style>, levels: HashMap<Place, Level>) -> Self {
        Self { styles, levels, ..Self::default() }
    }

    pub fn node(&mut self, node: &Node<'_>) {
        match node {
            Node::Open(name, _) if self.left_out > 0 || LEFT_OUT.contains(name) => self.left_out += 1,
            Node::Close(_) if self.left_out > 0 => self.left_out -= 1,
            _ if self.left_out > 0 => {}
            Node::Open(name, tag) => {
                let value = attribute(tag, "val");
                if self.run.is_open {
                    self.in_run(name, value.as_deref(), || attribute(tag, "id"));
                } else {
                    self.around_runs(name, value, |of| attribute(tag, of));
                }
            }
            Node::Close(name) => match *name {
                "p" => {
                    self.end();
                    self.in_paragraph = false;
                }
                "pBdr" => self.in_borders = false,
                "r" => self.run = Run::default(),
                "t" => self.in_text = false,
                "tbl" => self.end_table(),
                _ => {}
            },
            Node::Text(words) if self.in_text && self.run.is_hidden => self.hidden.push_str(words),
            Node::Text(words) if self.in_text => self.prose.push(words, self.run.looks),
            Node::Text(_) => {}
        }
    }

    /// Takes an element of a paragraph, or of what is around it.
    fn around_runs(&mut self, name: &str, value: Option<String>, of: impl Fn(&str) -> Option<String>) {
        let properties = &mut self.properties;
        match name {
            // A paragraph may hold others, in a text box: what came before it is one by itself.
            "p" => {
                if self.in_paragraph {
                    self.end();
                }
                self.properties = Properties::default();
                self.in_paragraph = true;
            }
            "pStyle" => {
                let id = value.unwrap_or_default();
                match self.styles.get(&id) {
                    Some(style) => {
                        properties.role = style.role;
                        if !properties.has_own_place {
                            properties.place.clone_from(&style.place);
                        }
                    }
                    None => properties.role = role_of(&id),
                }
            }
            "outlineLvl" => properties.role = value.and_then(|level| outline(&level)).or(properties.role),
            "ilvl" => {
                let depth = value.and_then(|n| n.parse().ok()).unwrap_or(0);
                properties.has_own_place = true;
                properties.place.get_or_insert(Place { list: String::new(), depth }).depth = depth;
            }
            "numId" => {
                let list = value.unwrap_or_default();
                properties.has_own_place = true;
                properties.place.get_or_insert(Place { list: String::new(), depth: 0 }).list = list;
            }
            "pBdr" => self.in_borders = true,
            "top" | "bottom" if self.in_borders => {
                properties.has_border |= value.is_some_and(|line| !matches!(line.as_str(), "nil" | "none"));
            }
            "framePr" => properties.is_drop_cap = of("dropCap").is_some_and(|d| d != "none"),
            "r" => self.run = Run { is_open: true, ..Run::default() },
            "tbl" => {
                if self.table.depth == 0 {
                    self.close();
                }
                self.table.depth += 1;
            }
            "tr" if self.table.depth == 1 => self.table.rows.push(Vec::new()),
            "tc" if self.table.depth == 1 => {
                if let Some(row) = self.table.rows.last_mut() {
                    row.push(Vec::new());
                }
            }
            "footnote" | "endnote" if self.note_kind.is_some() => {
                self.end_note();
                // Separators are notes of a type.
                let label = of("id").filter(|_| of("type").is_none());
                let kind = self.note_kind.unwrap_or_default();
                self.note = label.map(|id| (format!("{kind}{id}"), Vec::new()));
            }
            _ => {}
        }
    }

    /// Takes an element of a run.
    fn in_run(&mut self, name: &str, value: Option<&str>, id: impl Fn() -> Option<String>) {
        match name {
            "p" => {
                self.end();
                (self.properties, self.run) = (Properties::default(), Run::default());
            }
            "rStyle" => {
                let style = value.and_then(|id| self.styles.get(id));
                self.run.looks = self.run.looks.and(style.map(|style| style.looks).unwrap_or_default());
            }
            "vanish" | "webHidden" => self.run.is_hidden = is_on(value),
            "t" => self.in_text = true,
            "tab" => self.prose.push(" ", self.run.looks),
            "br" | "cr" => self.prose.push("\n", self.run.looks),
            "noBreakHyphen" => self.prose.push("-", self.run.looks),
            "footnoteReference" | "endnoteReference" => {
                let kind = if name == "footnoteReference" { "f" } else { "e" };
                if let Some(id) = id() {
                    self.prose.push_inline(Inline::NoteMark(format!("{kind}{id}")));
                }
            }
            property => self.run.looks = with_property(self.run.looks, property, value),
        }
    }

    fn end(&mut self) {
        let mut words = self.prose.take();
        let Properties { role, place, has_border, is_drop_cap, .. } = std::mem::take(&mut self.properties);
        let hidden = std::mem::take(&mut self.hidden);
        if !hidden.trim().is_empty() {
            self.changes.left_out("hidden text", &hidden);
        }
        if is_drop_cap {
            self.drop_cap.append(&mut words);
            return;
        }
        if !says_something(&words) {
            self.end_empty(has_border, hidden.trim().is_empty());
            return;
        }
        if !self.drop_cap.is_empty() {
            let mut whole = std::mem::take(&mut self.drop_cap);
            whole.append(&mut words);
            words = crate::formats::tidy::tidy(whole);
        }
        if self.note_kind.is_some() {
            if let Some((_, paragraphs)) = &mut self.note {
                paragraphs.push(words);
            }
            return;
        }
        if self.table.depth > 0
            && let Some(cell) = self.table.rows.last_mut().and_then(|row| row.last_mut())
        {
            if !cell.is_empty() {
                cell.push(Inline::LineBreak);
            }
            cell.append(&mut words);
            return;
        }
        let plain = |words: &[Inline]| plain_text(words).replace('\n', " ");
        match role {
            Some(Role::Title) if self.title.is_none() => self.title = Some(plain(&words)),
            Some(Role::LeftOut(kind)) => self.changes.left_out(kind, &plain(&words)),
            Some(Role::Heading(level)) => {
                let is_styled = |inline: &Inline| matches!(inline, Inline::Text { styles, .. } if styles.has(crate::formats::document::Style::Emphasis));
                if words.iter().any(is_styled) {
                    self.changes.changed("formatting in a heading", &plain(&words));
                }
                self.close();
                self.blocks.push(Block::Heading { level, title: plain(&words) });
            }
            Some(Role::Quote) => match &mut self.open {
                Open::Quote(paragraphs) => paragraphs.push(words),
                Open::Nothing | Open::List(_) => {
                    self.close();
                    self.open = Open::Quote(vec![words]);
                }
            },
            _ => match place.filter(|place| !matches!(place.list.as_str(), "" | "0")) {
                Some(place) => self.item(&place, words),
                None => {
                    self.close();
                    self.blocks.extend(stored(&Stored::Paragraph(words)));
                }
            },
        }
    }

    /// A paragraph without words: a line between two scenes, or a gap that may be one.
    fn end_empty(&mut self, has_border: bool, is_empty: bool) {
        if self.table.depth > 0 || self.note_kind.is_some() || !self.in_paragraph {
            return;
        }
        self.close();
        if has_border {
            self.blocks.extend(stored(&Stored::SceneBreak));
        } else if is_empty {
            self.empty.push(self.blocks.len());
        }
    }

    fn item(&mut self, place: &Place, words: Vec<Inline>) {
        let level = self.levels.get(place).copied().unwrap_or(Level { is_numbered: false, start: 1 });
        let counted = self.counted.entry(place.list.clone()).or_default();
        let depth = usize::from(place.depth);
        // What is nested deeper counts from its beginning again.
        counted.resize(depth + 1, None);
        let number = level.is_numbered.then(|| {
            let next = counted[depth].map_or(level.start, |last| last.saturating_add(1));
            counted[depth] = Some(next);
            next
        });
        let item = ListItem { depth: place.depth, number, words };
        match &mut self.open {
            Open::List(items) => items.push(item),
            Open::Nothing | Open::Quote(_) => {
                self.close();
                self.open = Open::List(vec![item]);
            }
        }
    }

    /// Ends what is made of several paragraphs.
    pub fn close(&mut self) {
        match std::mem::take(&mut self.open) {
            Open::Nothing => {}
            Open::Quote(paragraphs) => self.blocks.extend(stored(&Stored::Quote(paragraphs))),
            Open::List(items) => self.blocks.extend(stored(&Stored::List(items))),
        }
    }

    fn end_table(&mut self) {
        self.table.depth = self.table.depth.saturating_sub(1);
        if self.table.depth > 0 {
            return;
        }
        let rows = std::mem::take(&mut self.table.rows);
        // A table of one column is a frame around text.
        if rows.iter().all(|row| row.len() <= 1) {
            for words in rows.into_iter().flatten() {
                self.blocks.extend(stored(&Stored::Paragraph(words)));
            }
        } else {
            self.blocks.extend(stored(&Stored::Table(rows)));
        }
    }

    /// Ends a note: a block of its own, whose label the text refers to.
    pub fn end_note(&mut self) {
        if let Some((label, paragraphs)) = self.note.take() {
            let words = paragraphs.join(&Inline::LineBreak);
            self.blocks.extend(stored(&Stored::Note { label, words }));
        }
    }
}
