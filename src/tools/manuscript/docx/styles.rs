//! What the styles of a docx make of paragraphs and runs, and what its lists are numbered with.

use std::collections::HashMap;

use super::super::xml::{Node, attribute, walk};
use crate::formats::document::{Style as Look, Styles};
use crate::tools::ImportError;

/// How far a style is followed to the one it is based on.
const MAX_BASES: usize = 16;

/// What a paragraph's style makes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Title,
    Heading(usize),
    Quote,
    /// No part of a chapter: what it is called in the list of what was left out.
    LeftOut(&'static str),
}

/// A list: its number in the document, and how deep in it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Place {
    pub list: String,
    pub depth: u8,
}

/// A style, with what those say that it is based on.
#[derive(Debug, Clone, Default)]
pub(super) struct Style {
    pub role: Option<Role>,
    /// Of a character style: how its words look.
    pub looks: Styles,
    pub place: Option<Place>,
    is_character: bool,
    base: Option<String>,
}

/// Reads the styles, by their ids.
pub(super) fn styles(file: &str, xml: &str) -> Result<HashMap<String, Style>, ImportError> {
    let mut own: HashMap<String, Style> = HashMap::new();
    let mut id = String::new();
    walk(file, xml, |node| {
        let Node::Open(name, tag) = node else { return };
        if name == "style" {
            id = attribute(tag, "styleId").unwrap_or_default();
            let is_character = attribute(tag, "type").is_some_and(|kind| kind == "character");
            own.insert(id.clone(), Style { is_character, ..Style::default() });
            return;
        }
        let Some(style) = own.get_mut(&id) else { return };
        let value = || attribute(tag, "val");
        match name {
            // Its name is the same in every language.
            "name" => style.role = role_of(&value().unwrap_or_default()).or(style.role),
            "basedOn" => style.base = value(),
            "outlineLvl" => style.role = style.role.or(value().and_then(|level| outline(&level))),
            "numId" => {
                style.place.get_or_insert(Place { list: String::new(), depth: 0 }).list =
                    value().unwrap_or_default();
            }
            "ilvl" => {
                let depth = value().and_then(|n| n.parse().ok()).unwrap_or(0);
                style.place.get_or_insert(Place { list: String::new(), depth }).depth = depth;
            }
            property if style.is_character => {
                style.looks = with_property(style.looks, property, value().as_deref());
            }
            _ => {}
        }
    })?;
    let ids: Vec<String> = own.keys().cloned().collect();
    let mut all = own.clone();
    for id in ids {
        let mut whole = own[&id].clone();
        let mut at = own[&id].base.as_ref();
        for _ in 0..MAX_BASES {
            let Some(base) = at.and_then(|at| own.get(at)) else { break };
            whole.role = whole.role.or(base.role);
            whole.looks = whole.looks.and(base.looks);
            whole.place = whole.place.or_else(|| base.place.clone());
            at = base.base.as_ref();
        }
        all.insert(id, whole);
    }
    Ok(all)
}

/// Returns the role of an outline level, which begins with 0.
pub(super) fn outline(level: &str) -> Option<Role> {
    level.parse::<usize>().ok().filter(|level| *level < 9).map(|level| Role::Heading(level + 1))
}

/// Returns looks with a property of a run: switched on, switched off, or no look at all.
pub(super) fn with_property(looks: Styles, property: &str, value: Option<&str>) -> Styles {
    let look = match property {
        "i" | "em" => Look::Emphasis,
        "b" => Look::Strong,
        "smallCaps" => Look::SmallCaps,
        "strike" | "dstrike" => Look::Strike,
        "vertAlign" => match value {
            Some("superscript") => return looks.with(Look::Superscript),
            Some("subscript") => return looks.with(Look::Subscript),
            _ => return looks.without(Look::Superscript).without(Look::Subscript),
        },
        _ => return looks,
    };
    if is_on(value) { looks.with(look) } else { looks.without(look) }
}

/// Whether a property is switched on; one without a value is.
pub(super) fn is_on(value: Option<&str>) -> bool {
    value.is_none_or(|value| !matches!(value, "0" | "false" | "off" | "none"))
}

/// How the items of one depth of a list begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Level {
    pub is_numbered: bool,
    pub start: u32,
}

/// Reads how the lists are numbered.
pub(super) fn numbering(file: &str, xml: &str) -> Result<HashMap<Place, Level>, ImportError> {
    let mut abstracts: HashMap<Place, Level> = HashMap::new();
    let mut lists: HashMap<String, String> = HashMap::new();
    let mut starts: HashMap<Place, u32> = HashMap::new();
    let (mut of, mut list, mut depth) = (String::new(), None, 0);
    walk(file, xml, |node| {
        let Node::Open(name, tag) = node else { return };
        let value = || attribute(tag, "val");
        let mut level = |change: &dyn Fn(&mut Level)| {
            let place = Place { list: of.clone(), depth };
            change(abstracts.entry(place).or_insert(Level { is_numbered: false, start: 1 }));
        };
        match name {
            "abstractNum" => of = attribute(tag, "abstractNumId").unwrap_or_default(),
            "lvl" | "lvlOverride" => depth = attribute(tag, "ilvl").and_then(|n| n.parse().ok()).unwrap_or(0),
            "start" => {
                let start = value().and_then(|n| n.parse().ok()).unwrap_or(1);
                level(&|level| level.start = start);
            }
            "numFmt" => {
                let is_numbered = value().is_some_and(|format| !matches!(format.as_str(), "bullet" | "none"));
                level(&|level| level.is_numbered = is_numbered);
            }
            "startOverride" => {
                if let (Some(list), Some(start)) = (list.clone(), value().and_then(|n| n.parse().ok())) {
                    starts.insert(Place { list, depth }, start);
                }
            }
            "num" => list = attribute(tag, "numId"),
            "abstractNumId" => lists.extend(list.clone().zip(value())),
            _ => {}
        }
    })?;
    let mut levels = HashMap::new();
    for (list, of) in lists {
        for (place, level) in abstracts.iter().filter(|(place, _)| place.list == of) {
            let place = Place { list: list.clone(), depth: place.depth };
            let start = starts.get(&place).copied().unwrap_or(level.start);
            levels.insert(place, Level { start, ..*level });
        }
    }
    Ok(levels)
}

/// Returns what a style is for, by its name, or by its id: documents without styles still name them as Word does.
pub(super) fn role_of(style: &str) -> Option<Role> {
    let style = style.to_lowercase();
    if style == "toc heading" || style == "tocheading" || numbered(&style, "toc").is_some() {
        return Some(Role::LeftOut("table of contents"));
    }
    match style.as_str() {
        "title" => Some(Role::Title),
        "subtitle" => Some(Role::LeftOut("title page")),
        "quote" | "quotations" | "intense quote" | "intensequote" | "block text" | "blocktext"
        | "block quotation" => Some(Role::Quote),
        style => numbered(style, "heading").map(Role::Heading),
    }
}

fn numbered(style: &str, kind: &str) -> Option<usize> {
    style.strip_prefix(kind)?.trim().parse().ok()
}
