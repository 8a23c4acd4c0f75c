//! Epub → blocks: the documents of the spine, in its order.

mod document;
mod looks;
mod notes;

use std::collections::{HashMap, HashSet};

use super::archive::Archive;
use super::changes::Changes;
use super::meta::Meta;
use super::prose::{stored, with_breaks};
use super::xml::{Node, attribute, repaired, walk};
use super::{Block, Contents};
use crate::tools::ImportError;
use document::{Document, Piece};
use looks::Sheet;

/// Documents of one book at most.
const MOST_DOCUMENTS: usize = 2_000;

pub(super) fn read(file: &str, bytes: Vec<u8>) -> Result<Contents, ImportError> {
    let mut archive = Archive::open(file, bytes)?;
    let broken = |what: String| ImportError::Broken { file: file.to_owned(), what };
    let container = archive.needed("META-INF/container.xml")?;
    let mut package = None;
    walk(&format!("{file} › META-INF/container.xml"), &container, |node| {
        if let Node::Open("rootfile", tag) = node {
            package = package.take().or_else(|| attribute(tag, "full-path"));
        }
    })?;
    let package = package.ok_or_else(|| broken("it does not say where its package is".into()))?;
    let book = Package::read(&format!("{file} › {package}"), &archive.needed(&package)?)?;
    let folder = package.rsplit_once('/').map_or("", |(folder, _)| folder);
    let spine: Vec<String> =
        book.spine.iter().filter_map(|id| book.manifest.get(id)).map(|h| within(folder, h)).collect();
    if spine.is_empty() {
        return Err(broken("its spine names no document".into()));
    }
    if spine.len() > MOST_DOCUMENTS {
        return Err(broken(format!("{} documents; at most {MOST_DOCUMENTS} are taken", spine.len())));
    }
    if let Some(encryption) = archive.text("META-INF/encryption.xml")? {
        let mut locked = HashSet::new();
        walk(&format!("{file} › META-INF/encryption.xml"), &encryption, |node| {
            if let Node::Open("CipherReference", tag) = node {
                locked.extend(attribute(tag, "URI").map(|uri| unescaped(&uri)));
            }
        })?;
        if let Some(document) = spine.iter().find(|s| locked.contains(*s)) {
            return Err(broken(format!("it is protected: {document} is encrypted")));
        }
    }
    let contents = match book.contents.as_ref().map(|href| within(folder, href)) {
        Some(name) => match archive.text(&name)? {
            Some(xml) => contents(&format!("{file} › {name}"), &name, &xml)?,
            None => HashMap::new(),
        },
        None => HashMap::new(),
    };
    let mut sheet = Sheet::default();
    for name in book.sheets.iter().map(|href| within(folder, href)) {
        if let Some(source) = archive.text(&name)? {
            sheet.read(&source);
        }
    }
    let mut documents = Vec::with_capacity(spine.len());
    let mut changes = Changes::default();
    for name in spine {
        let document = archive.needed(&name)?;
        let place = format!("{file} › {name}");
        let read = |page: &str| -> Result<Document, ImportError> {
            let mut reader = Document::new(sheet.clone());
            walk(&place, page, |node| reader.node(&node))?;
            reader.end();
            reader.flush();
            Ok(reader)
        };
        // What is no XML may be HTML, as browsers take it. What cannot be repaired is refused with its place.
        let read = match read(&document) {
            Ok(read) => read,
            Err(error) => {
                let read = read(&repaired(&document)).map_err(|_| error)?;
                changes.changed("markup that is no XML", &name);
                read
            }
        };
        documents.push((name, read));
    }
    let documents = notes::resolved(documents, &mut changes);
    // A document without a heading gets that of the table of contents, of the level that the others begin with.
    let first_level = |pieces: &[Piece]| {
        let levels = pieces.iter().map(|p| if let Piece::Heading { level, .. } = p { *level } else { 9 });
        levels.min().filter(|level| *level <= 3)
    };
    let titled = |name: &str| contents.get(name);
    let listed = documents.iter().filter(|(name, _)| titled(name).is_some());
    let usual = listed.filter_map(|(_, pieces)| first_level(pieces)).max().unwrap_or(2);
    let (mut blocks, mut empty) = (Vec::new(), Vec::new());
    for (name, pieces) in documents {
        let says_something = pieces.iter().any(|piece| !matches!(piece, Piece::Empty));
        if let Some(title) = titled(&name).filter(|_| first_level(&pieces).is_none() && says_something) {
            blocks.push(Block::Heading { level: usual, title: title.clone() });
        }
        for piece in pieces {
            match piece {
                Piece::Heading { level, title } => blocks.push(Block::Heading { level, title }),
                Piece::Empty => empty.push(blocks.len()),
                Piece::Block(block) => blocks.extend(stored(&block)),
                // A note that no mark leads to is a paragraph by now.
                Piece::Note { .. } => {}
            }
        }
    }
    Ok(Contents { meta: book.meta, blocks: with_breaks(blocks, &empty), changes })
}

/// What the package says.
#[derive(Default)]
struct Package {
    meta: Meta,
    manifest: HashMap<String, String>,
    spine: Vec<String>,
    /// The table of contents.
    contents: Option<String>,
    /// The style sheets.
    sheets: Vec<String>,
}

impl Package {
    fn read(file: &str, xml: &str) -> Result<Self, ImportError> {
        let mut book = Self::default();
        let (mut field, mut value, mut ncx) = (None, String::new(), None);
        walk(file, xml, |node| match node {
            Node::Open("item", tag) => {
                let (Some(id), Some(href)) = (attribute(tag, "id"), attribute(tag, "href")) else { return };
                let properties = attribute(tag, "properties").unwrap_or_default();
                if properties.split_whitespace().any(|p| p == "nav") {
                    book.contents = Some(href.clone());
                } else if attribute(tag, "media-type").is_some_and(|t| t == "application/x-dtbncx+xml") {
                    ncx = Some(href.clone());
                }
                if attribute(tag, "media-type").is_some_and(|t| t == "text/css") {
                    book.sheets.push(href.clone());
                }
                book.manifest.insert(id, href);
            }
            Node::Open("itemref", tag) => {
                let linear = attribute(tag, "linear").is_none_or(|l| l != "no");
                book.spine.extend(attribute(tag, "idref").filter(|_| linear));
            }
            Node::Open(name @ ("title" | "creator" | "language"), _) => {
                field = Some((*name).to_owned());
                value.clear();
            }
            Node::Close(_) => {
                if let Some(name) = field.take() {
                    book.meta.take(&name, &value);
                }
            }
            Node::Text(words) if field.is_some() => value.push_str(&words),
            _ => {}
        })?;
        // The table of contents is not a chapter, also where the spine shows it.
        if let Some(contents) = &book.contents {
            let is_contents = |id: &String| book.manifest.get(id) == Some(contents);
            let rest: Vec<String> = book.spine.iter().filter(|id| !is_contents(id)).cloned().collect();
            book.spine = rest;
        }
        book.contents = book.contents.or(ncx);
        Ok(book)
    }
}

/// Reads a table of contents, of either kind: the first words that lead to each document.
fn contents(file: &str, name: &str, xml: &str) -> Result<HashMap<String, String>, ImportError> {
    let folder = name.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
    let mut found: HashMap<String, String> = HashMap::new();
    let (mut words, mut target, mut taking) = (String::new(), None, false);
    let mut keep = |target: Option<String>, words: &str| {
        let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
        if let Some(target) = target.filter(|_| !words.is_empty()) {
            let document = within(&folder, target.split('#').next().unwrap_or_default());
            found.entry(document).or_insert(words);
        }
    };
    walk(file, xml, |node| match node {
        Node::Open("a", tag) => {
            (target, taking) = (attribute(tag, "href"), true);
            words.clear();
        }
        Node::Close("a") => {
            taking = false;
            keep(target.take(), &words);
        }
        Node::Open("navLabel", _) => {
            taking = true;
            words.clear();
        }
        Node::Close("navLabel") => taking = false,
        Node::Open("content", tag) => keep(attribute(tag, "src"), &words),
        Node::Text(text) if taking => words.push_str(&text),
        _ => {}
    })?;
    Ok(found)
}

/// Returns an address within the archive: `..` goes up, and never out of it.
fn within(folder: &str, href: &str) -> String {
    let href = unescaped(href);
    let mut parts: Vec<&str> = folder.split('/').filter(|p| !p.is_empty()).collect();
    for part in href.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// Takes `%20` and the like for what they stand for.
fn unescaped(href: &str) -> String {
    let mut bytes = Vec::with_capacity(href.len());
    let mut rest = href.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let code = after
            .get(..2)
            .and_then(|d| std::str::from_utf8(d).ok())
            .and_then(|d| u8::from_str_radix(d, 16).ok());
        match code.filter(|_| *first == b'%') {
            Some(code) => {
                bytes.push(code);
                rest = &after[2..];
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
