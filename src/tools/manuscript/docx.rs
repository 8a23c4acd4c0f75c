//! Word's docx → blocks: `word/document.xml`, with the styles that say what is a heading.

use std::collections::HashMap;

use super::archive::Archive;
use super::changes::Changes;
use super::markdown::is_visible;
use super::meta::Meta;
use super::prose::Prose;
use super::xml::{Node, attribute, walk};
use super::{Block, Contents};
use crate::formats::{Block as Stored, markdown};
use crate::tools::ImportError;

/// How far a style is followed to the one it is based on.
const MOST_BASES: usize = 16;

/// What a paragraph's style makes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Title,
    Heading(usize),
    /// No part of a chapter: what it is called in the list of what was left out.
    LeftOut(&'static str),
}

pub(super) fn read(file: &str, bytes: Vec<u8>) -> Result<Contents, ImportError> {
    let mut archive = Archive::open(file, bytes)?;
    let main = main_part(file, &mut archive)?;
    let folder = main.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
    let within = |name: &str| if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
    let styles = archive.text(&within("styles.xml"))?;
    let roles = styles
        .map(|xml| roles(&format!("{file} › {}", within("styles.xml")), &xml))
        .transpose()?
        .unwrap_or_default();
    let document = archive.needed(&main)?;
    let mut reader = Reader { roles: roles.clone(), ..Reader::default() };
    walk(&format!("{file} › {main}"), &document, |node| reader.node(&node))?;
    let mut meta = Meta::default();
    if let Some(title) = reader.title.take() {
        meta.take("title", &title);
    }
    if let Some(core) = archive.text("docProps/core.xml")? {
        properties(&format!("{file} › docProps/core.xml"), &core, &mut meta)?;
    }
    let Reader { mut blocks, mut changes, .. } = reader;
    for (name, kind) in [("footnotes", "f"), ("endnotes", "e")] {
        let part = within(&format!("{name}.xml"));
        if let Some(xml) = archive.text(&part)? {
            let mut notes = Reader { roles: roles.clone(), note_kind: Some(kind), ..Reader::default() };
            walk(&format!("{file} › {part}"), &xml, |node| notes.node(&node))?;
            notes.end_note();
            blocks.append(&mut notes.blocks);
        }
    }
    if let Some(xml) = archive.text(&within("comments.xml"))? {
        let mut comments = Reader::default();
        walk(&format!("{file} › {}", within("comments.xml")), &xml, |node| comments.node(&node))?;
        for block in comments.blocks {
            if let Block::Paragraph(words) = block {
                changes.left_out("comment", &words);
            }
        }
    }
    Ok(Contents { meta, blocks, changes })
}

/// Returns the part that is the document: most programs call it `word/document.xml`, and none has to.
fn main_part(file: &str, archive: &mut Archive) -> Result<String, ImportError> {
    let mut main = None;
    if let Some(xml) = archive.text("_rels/.rels")? {
        walk(&format!("{file} › _rels/.rels"), &xml, |node| {
            if let Node::Open("Relationship", tag) = node
                && attribute(tag, "Type").is_some_and(|t| t.ends_with("/officeDocument"))
            {
                main = main.take().or_else(|| attribute(tag, "Target"));
            }
        })?;
    }
    let main =
        main.map(|m| m.trim_start_matches('/').to_owned()).filter(|m| !m.split('/').any(|p| p == ".."));
    Ok(main.unwrap_or_else(|| "word/document.xml".into()))
}

/// Reads title, author and language of the core properties.
fn properties(file: &str, xml: &str, meta: &mut Meta) -> Result<(), ImportError> {
    let (mut field, mut value) = (None, String::new());
    walk(file, xml, |node| match node {
        Node::Open(name @ ("title" | "creator" | "language"), _) => {
            field = Some(name.to_owned());
            value.clear();
        }
        Node::Close(_) => {
            if let Some(name) = field.take() {
                meta.take(&name, &value);
            }
        }
        Node::Text(words) if field.is_some() => value.push_str(&words),
        _ => {}
    })
}

/// Reads which styles are headings: by their name, which is the same in every language, or by their outline level.
fn roles(file: &str, xml: &str) -> Result<HashMap<String, Role>, ImportError> {
    let mut own: HashMap<String, Role> = HashMap::new();
    let mut based: HashMap<String, String> = HashMap::new();
    let mut style = String::new();
    walk(file, xml, |node| {
        let Node::Open(name, tag) = node else { return };
        let value = || attribute(tag, "val");
        match name {
            "style" => style = attribute(tag, "styleId").unwrap_or_default(),
            "name" => {
                let role = role_of(&value().unwrap_or_default());
                own.extend(role.map(|role| (style.clone(), role)));
            }
            "basedOn" => based.extend(value().map(|base| (style.clone(), base))),
            "outlineLvl" => {
                if let Some(level) = value().and_then(|n| n.parse::<usize>().ok()).filter(|n| *n < 9) {
                    own.entry(style.clone()).or_insert(Role::Heading(level + 1));
                }
            }
            _ => {}
        }
    })?;
    let mut roles = own.clone();
    for style in based.keys() {
        let mut at = style;
        for _ in 0..MOST_BASES {
            if let Some(role) = own.get(at) {
                roles.insert(style.clone(), *role);
                break;
            }
            let Some(base) = based.get(at) else { break };
            at = base;
        }
    }
    Ok(roles)
}

/// A run of text, and what its properties say.
#[derive(Default)]
struct Run {
    is_open: bool,
    is_emphasised: bool,
    is_hidden: bool,
}

#[derive(Default)]
struct Reader {
    roles: HashMap<String, Role>,
    blocks: Vec<Block>,
    title: Option<String>,
    prose: Prose,
    role: Option<Role>,
    run: Run,
    /// Inside an element whose text is the document's.
    in_text: bool,
    /// How deep inside of something that is left out.
    left_out: usize,
    /// What its paragraph hides.
    hidden: String,
    /// The letter before the labels of notes, when notes are read; and the note that is open.
    note_kind: Option<&'static str>,
    note: Option<(String, Vec<String>)>,
    /// A drop capital, which begins the next paragraph.
    is_drop_cap: bool,
    drop_cap: String,
    changes: Changes,
}

/// What was deleted, stands in place of something else, or is not text.
const LEFT_OUT: [&str; 7] = ["del", "moveFrom", "Fallback", "instrText", "delText", "pict", "sectPr"];

impl Reader {
    fn node(&mut self, node: &Node<'_>) {
        match node {
            Node::Open(name, _) if self.left_out > 0 || LEFT_OUT.contains(name) => self.left_out += 1,
            Node::Close(_) if self.left_out > 0 => self.left_out -= 1,
            _ if self.left_out > 0 => {}
            Node::Open(name, tag) => {
                let on = || {
                    attribute(tag, "val")
                        .is_none_or(|v| !matches!(v.as_str(), "0" | "false" | "off" | "none"))
                };
                match *name {
                    // A paragraph may hold others, in a text box: what came before it is one by itself.
                    "p" => self.end(),
                    "pStyle" => {
                        let style = attribute(tag, "val").unwrap_or_default();
                        self.role = self.roles.get(&style).copied().or_else(|| role_of(&style));
                    }
                    "outlineLvl" => {
                        let level = attribute(tag, "val").and_then(|n| n.parse::<usize>().ok());
                        self.role = level.filter(|n| *n < 9).map(|n| Role::Heading(n + 1)).or(self.role);
                    }
                    "footnote" | "endnote" if self.note_kind.is_some() => {
                        self.end_note();
                        // Separators are notes of a type.
                        let label = attribute(tag, "id").filter(|_| attribute(tag, "type").is_none());
                        let kind = self.note_kind.unwrap_or_default();
                        self.note = label.map(|id| (format!("{kind}{id}"), Vec::new()));
                    }
                    "footnoteReference" | "endnoteReference" => {
                        let kind = if *name == "footnoteReference" { "f" } else { "e" };
                        if let Some(id) = attribute(tag, "id") {
                            self.prose.push(&format!("[^{kind}{id}]"), false);
                        }
                    }
                    "framePr" => self.is_drop_cap = attribute(tag, "dropCap").is_some_and(|d| d != "none"),
                    "vanish" | "webHidden" if self.run.is_open => self.run.is_hidden = on(),
                    "r" => self.run = Run { is_open: true, ..Run::default() },
                    "i" | "em" if self.run.is_open => self.run.is_emphasised = on(),
                    "t" => self.in_text = true,
                    "tab" if self.run.is_open => self.prose.push(" ", false),
                    "br" | "cr" if self.run.is_open => self.prose.push("\n", self.run.is_emphasised),
                    "noBreakHyphen" => self.prose.push("-", self.run.is_emphasised),
                    _ => {}
                }
            }
            Node::Close(name) => match *name {
                "p" => self.end(),
                "r" => self.run = Run::default(),
                "t" => self.in_text = false,
                _ => {}
            },
            Node::Text(words) if self.in_text && self.run.is_hidden => self.hidden.push_str(words),
            Node::Text(words) if self.in_text => self.prose.push(words, self.run.is_emphasised),
            Node::Text(_) => {}
        }
    }

    fn end(&mut self) {
        let mut words = self.prose.take();
        let role = self.role.take();
        let hidden = std::mem::take(&mut self.hidden);
        if !hidden.trim().is_empty() {
            self.changes.left_out("hidden text", &hidden);
        }
        if std::mem::take(&mut self.is_drop_cap) {
            self.drop_cap.push_str(&words);
            return;
        }
        if !words.chars().any(is_visible) {
            return;
        }
        words.insert_str(0, &std::mem::take(&mut self.drop_cap));
        if self.note_kind.is_some() {
            if let Some((_, paragraphs)) = &mut self.note {
                paragraphs.push(words.trim().to_owned());
            }
            return;
        }
        let plain = || words.replace(['*', '\n'], " ");
        match role {
            Some(Role::Title) if self.title.is_none() => self.title = Some(plain()),
            Some(Role::LeftOut(kind)) => self.changes.left_out(kind, &plain()),
            Some(Role::Heading(level)) => self.blocks.push(Block::Heading { level, title: plain() }),
            _ => self.blocks.push(Block::Paragraph(words)),
        }
    }
}

impl Reader {
    /// Ends a note: a block of its own, whose label the text refers to.
    fn end_note(&mut self) {
        if let Some((label, paragraphs)) = self.note.take()
            && !paragraphs.is_empty()
        {
            let words = markdown::read_inlines(&paragraphs.join("\n"));
            self.blocks.push(Block::Paragraph(markdown::write_block(&Stored::Note { label, words })));
        }
    }
}

/// Returns what a style is for, by its name, or by its id: documents without styles still name them as Word does.
fn role_of(style: &str) -> Option<Role> {
    let style = style.to_lowercase();
    if style == "toc heading" || style == "tocheading" || numbered(&style, "toc").is_some() {
        return Some(Role::LeftOut("table of contents"));
    }
    match style.as_str() {
        "title" => Some(Role::Title),
        "subtitle" => Some(Role::LeftOut("title page")),
        style => numbered(style, "heading").map(Role::Heading),
    }
}

fn numbered(style: &str, kind: &str) -> Option<usize> {
    style.strip_prefix(kind)?.trim().parse().ok()
}
