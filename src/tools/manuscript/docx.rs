//! Word's docx → blocks: `word/document.xml`, with the styles that say what is a heading.

use std::collections::HashMap;

use super::archive::Archive;
use super::prose::Prose;
use super::xml::{Node, attribute, walk};
use super::{Block, Blocks};
use crate::tools::ImportError;

/// How far a style is followed to the one it is based on.
const MOST_BASES: usize = 16;

/// What a paragraph's style makes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Title,
    Heading(usize),
}

pub(super) fn read(file: &str, bytes: Vec<u8>) -> Result<Blocks, ImportError> {
    let mut archive = Archive::open(file, bytes)?;
    let styles = archive.text("word/styles.xml")?;
    let roles =
        styles.map(|xml| roles(&format!("{file} › word/styles.xml"), &xml)).transpose()?.unwrap_or_default();
    let document = archive.needed("word/document.xml")?;
    let mut reader = Reader { roles, ..Reader::default() };
    walk(&format!("{file} › word/document.xml"), &document, |node| reader.node(&node))?;
    let mut title = reader.title;
    if title.is_none()
        && let Some(core) = archive.text("docProps/core.xml")?
    {
        title = self::title(&format!("{file} › docProps/core.xml"), &core)?;
    }
    Ok(Blocks { title, blocks: reader.blocks })
}

fn title(file: &str, xml: &str) -> Result<Option<String>, ImportError> {
    let (mut inside, mut title) = (false, String::new());
    walk(file, xml, |node| match node {
        Node::Open(name, _) => inside = name == "title",
        Node::Close(_) => inside = false,
        Node::Text(words) if inside => title.push_str(&words),
        Node::Text(_) => {}
    })?;
    Ok(Some(title.trim().to_owned()).filter(|t| !t.is_empty()))
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
                let name = value().unwrap_or_default().to_lowercase();
                let level = name.strip_prefix("heading ").and_then(|n| n.trim().parse().ok());
                let role = if name == "title" { Some(Role::Title) } else { level.map(Role::Heading) };
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

#[derive(Default)]
struct Reader {
    roles: HashMap<String, Role>,
    blocks: Vec<Block>,
    title: Option<String>,
    prose: Prose,
    role: Option<Role>,
    /// Inside the properties of a run, and what they said.
    in_run: bool,
    emphasised: bool,
    /// Inside an element whose text is the document's.
    in_text: bool,
    /// How deep inside of something that is left out.
    left_out: usize,
}

/// What was deleted, stands in place of something else, or is no text.
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
                        self.role = self.roles.get(&style).copied().or_else(|| role_of_id(&style));
                    }
                    "outlineLvl" => {
                        let level = attribute(tag, "val").and_then(|n| n.parse::<usize>().ok());
                        self.role = level.filter(|n| *n < 9).map(|n| Role::Heading(n + 1)).or(self.role);
                    }
                    "r" => (self.in_run, self.emphasised) = (true, false),
                    "i" | "em" if self.in_run => self.emphasised = on(),
                    "t" => self.in_text = true,
                    "tab" if self.in_run => self.prose.push(" ", false),
                    "br" | "cr" if self.in_run => self.prose.push("\n", self.emphasised),
                    "noBreakHyphen" => self.prose.push("-", self.emphasised),
                    _ => {}
                }
            }
            Node::Close(name) => match *name {
                "p" => self.end(),
                "r" => (self.in_run, self.emphasised) = (false, false),
                "t" => self.in_text = false,
                _ => {}
            },
            Node::Text(words) if self.in_text => self.prose.push(words, self.emphasised),
            Node::Text(_) => {}
        }
    }

    fn end(&mut self) {
        let words = self.prose.take();
        let role = self.role.take();
        if words.is_empty() {
            return;
        }
        let plain = || words.replace(['*', '\n'], " ");
        match role {
            Some(Role::Title) if self.title.is_none() => self.title = Some(plain()),
            Some(Role::Heading(level)) => self.blocks.push(Block::Heading { level, title: plain() }),
            _ => self.blocks.push(Block::Paragraph(words)),
        }
    }
}

/// Documents without styles still name them as Word does.
fn role_of_id(style: &str) -> Option<Role> {
    let style = style.to_lowercase();
    let level = style.strip_prefix("heading").and_then(|n| n.trim().parse().ok());
    if style == "title" { Some(Role::Title) } else { level.map(Role::Heading) }
}
