//! Word's docx → blocks: `word/document.xml`, with its styles, lists and notes.

mod reader;
mod styles;

use super::archive::Archive;
use super::meta::Meta;
use super::prose::with_breaks;
use super::xml::{Node, attribute, walk};
use super::{Block, Contents};
use crate::tools::ImportError;
use reader::Reader;

pub(super) fn read(file: &str, bytes: Vec<u8>) -> Result<Contents, ImportError> {
    let mut archive = Archive::open(file, bytes)?;
    let main = main_part(file, &mut archive)?;
    let folder = main.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
    let within = |name: &str| if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
    let place = |name: &str| format!("{file} › {}", within(name));
    let styles = match archive.text(&within("styles.xml"))? {
        Some(xml) => styles::styles(&place("styles.xml"), &xml)?,
        None => std::collections::HashMap::new(),
    };
    let levels = match archive.text(&within("numbering.xml"))? {
        Some(xml) => styles::numbering(&place("numbering.xml"), &xml)?,
        None => std::collections::HashMap::new(),
    };
    let document = archive.needed(&main)?;
    let mut reader = Reader::new(styles.clone(), levels.clone());
    walk(&format!("{file} › {main}"), &document, |node| reader.node(&node))?;
    reader.close();
    let mut meta = Meta::default();
    if let Some(title) = reader.title.take() {
        meta.take("title", &title);
    }
    if let Some(core) = archive.text("docProps/core.xml")? {
        properties(&format!("{file} › docProps/core.xml"), &core, &mut meta)?;
    }
    let Reader { blocks, empty, mut changes, .. } = reader;
    let mut blocks = with_breaks(blocks, &empty);
    for (name, kind) in [("footnotes", "f"), ("endnotes", "e")] {
        let part = within(&format!("{name}.xml"));
        if let Some(xml) = archive.text(&part)? {
            let mut notes = Reader::new(styles.clone(), levels.clone());
            notes.note_kind = Some(kind);
            walk(&format!("{file} › {part}"), &xml, |node| notes.node(&node))?;
            notes.end_note();
            blocks.append(&mut notes.blocks);
        }
    }
    if let Some(xml) = archive.text(&within("comments.xml"))? {
        let mut comments = Reader::new(styles, levels);
        walk(&format!("{file} › {}", within("comments.xml")), &xml, |node| comments.node(&node))?;
        comments.close();
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
