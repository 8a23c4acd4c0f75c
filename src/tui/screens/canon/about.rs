//! What stands around an entry's text: what is said of it, its versions, and the pages that have to do with it.

use crate::domain::EntryId;
use crate::domain::canon::EntryOrigin;
use crate::store::rows::{EntryRow, PageRow};
use crate::tui::action::{Action, Scope};
use crate::tui::cx::Cx;
use crate::tui::entry_text::Known;
use crate::tui::errand::in_words;
use crate::tui::screens::parts::{age, count, label, state};
use crate::tui::theme::Role;
use crate::tui::widgets::{List, Pen};

/// Letters that are shown before a hit.
const BEFORE: usize = 8;

/// A row beside the text.
#[derive(Debug)]
pub enum Item<'v> {
    /// A heading, with how many rows it has.
    Head(&'static str, usize),
    /// An entry that it links to, or that links to it.
    Link(&'v EntryRow),
    /// A version.
    Version(&'v EntryRow),
    /// A page whose text was written from the entry; whether the version that holds was read.
    Use(&'v PageRow, &'v str, bool),
    /// A page that names it, with the words around.
    Mention(&'v PageRow, &'v str),
}

/// The rows for an entry: versions newest first, then pages in the book's order.
#[must_use]
pub fn items<'v>(entry: &EntryId, cx: &'v Cx) -> Vec<Item<'v>> {
    let mut all = Vec::new();
    let versions = cx.views.versions(entry).map(|v| v.as_slice()).unwrap_or_default();
    all.push(Item::Head("Versions", versions.len()));
    all.extend(versions.iter().rev().map(Item::Version));
    let holds = versions.last().filter(|v| !v.removed).map(|v| v.hash.as_str());
    if let Some(canon) = versions.last().and_then(|v| cx.views.canon(&v.book)) {
        let links = |e: &EntryRow| e.links.iter().filter_map(|id| canon.entry(id)).collect::<Vec<_>>();
        let to = canon.entry(entry).map(links).unwrap_or_default();
        let from: Vec<_> = canon.entries.iter().filter(|e| e.links.contains(entry)).collect();
        for (title, linked) in [("Links to", to), ("Linked from", from)] {
            if !linked.is_empty() {
                all.push(Item::Head(title, linked.len()));
                all.extend(linked.into_iter().map(Item::Link));
            }
        }
    }
    let uses = cx.views.uses(entry).unwrap_or_default();
    all.push(Item::Head("Written from it", uses.len()));
    all.extend(uses.iter().map(|u| Item::Use(&u.page, u.step.as_str(), Some(u.version.as_str()) == holds)));
    let mentions = cx.views.mentions(entry).unwrap_or_default();
    all.push(Item::Head("Named on", mentions.len()));
    all.extend(mentions.iter().map(|m| Item::Mention(&m.page, &m.excerpt)));
    all
}

/// Headings are no place to stand on.
pub fn skip_heads(list: &mut List, all: &[Item], down: bool) {
    let Some(at) = list.selected() else { return };
    let is_row = |at: &usize| all.get(*at).is_some_and(|item| !matches!(item, Item::Head(..)));
    let below = || (at..all.len()).find(is_row);
    let above = || (0..=at).rev().find(is_row);
    let next = if down { below().or_else(above) } else { above().or_else(below) };
    if let Some(next) = next {
        list.select(next);
    }
}

/// Writes a row.
pub fn draw(pen: &mut Pen, item: &Item, cx: &Cx) {
    match item {
        Item::Head(title, rows) => {
            pen.right(Role::Dim, &count(*rows as u64)).put(Role::Title, title);
        }
        Item::Link(linked) => {
            pen.right(Role::Dim, linked.kind.name()).skip(1).put(Role::Text, &linked.name);
        }
        Item::Version(version) => {
            pen.right(Role::Dim, &age(cx.now, version.at)).right(Role::Dim, " ");
            pen.number(Role::Text, &version.version.to_string(), 3).skip(1).put(Role::Dim, &came(version));
        }
        Item::Use(page, step, holds) => {
            if *holds {
                pen.right(Role::Dim, step);
            } else {
                pen.right(Role::Warning, &format!("{} earlier version", cx.theme.glyphs.stale));
            }
            draw_page(pen, page, cx);
            pen.put(Role::Text, label(page));
        }
        Item::Mention(page, excerpt) => {
            draw_page(pen, page, cx);
            for (index, piece) in excerpt.split('\u{2}').enumerate() {
                match piece.split_once('\u{3}') {
                    Some((found, rest)) if index > 0 => _ = pen.put(Role::Match, found).put(Role::Dim, rest),
                    _ if excerpt.len() > piece.len() => _ = pen.put(Role::Dim, &end_of(piece)),
                    _ => _ = pen.put(Role::Dim, piece),
                }
            }
        }
    }
}

/// The end of what stands before a hit: in a narrow column the hit itself must be in sight.
fn end_of(before: &str) -> String {
    match before.char_indices().rev().nth(BEFORE) {
        Some((at, _)) => format!("…{}", &before[at..]),
        None => before.to_owned(),
    }
}

fn draw_page(pen: &mut Pen, page: &PageRow, cx: &Cx) {
    let chapters = cx.views.chapters(&page.book).unwrap_or_default();
    let chapter = chapters.iter().find(|c| c.id == page.chapter).map(|c| c.number.to_string());
    let (glyph, role, _) = state(page, &cx.theme.glyphs);
    let place = format!("{}.{}", chapter.unwrap_or_default(), page.number);
    pen.number(Role::Dim, &place, 6).skip(1).put(role, glyph).skip(1);
}

/// How a version came to be.
fn came(version: &EntryRow) -> String {
    match &version.origin {
        EntryOrigin::Author => format!("by {}", version.by),
        EntryOrigin::Import { file, heading } if heading.is_empty() => format!("from {file}"),
        EntryOrigin::Import { file, heading } => format!("from {file}, {heading}"),
        EntryOrigin::Restored { version } => format!("version {version} again"),
        EntryOrigin::Proposed { .. } => "taught by your edit".into(),
    }
}

/// What is said of a version above its text: label, role, words.
#[must_use]
pub fn facts(version: &EntryRow, entry: &EntryRow, cx: &Cx) -> Vec<(&'static str, Role, String)> {
    let separator = cx.theme.glyphs.separator;
    let mut lines = Vec::new();
    let given = format!(
        "{} {separator} {} {separator} weight {}",
        version.kind,
        version.mode.name().replace('_', " "),
        version.weight
    );
    lines.push(("is", Role::Accent, given));
    if entry.removed {
        lines.push(("", Role::Warning, "removed from the canon".into()));
    }
    if !version.aliases.is_empty() {
        lines.push(("also", Role::Text, version.aliases.join(", ")));
    }
    let canon = cx.views.canon(&version.book);
    if let Some(parent) = &version.parent {
        let name = canon.and_then(|c| c.entry(parent)).map_or_else(|| parent.to_string(), |p| p.name.clone());
        lines.push(("of", Role::Text, name));
    }
    if !version.scope.is_whole_book()
        && let Some(canon) = canon
    {
        let chapters = cx.views.chapters(&version.book).unwrap_or_default().to_vec();
        let known = Known { canon: canon.clone(), chapters };
        let from = version.scope.from.as_ref().map(|p| format!("from {}", place(&known.place(p))));
        let until = version.scope.until.as_ref().map(|p| format!("until {}", place(&known.place(p))));
        let words: Vec<String> = [from, until].into_iter().flatten().collect();
        lines.push(("holds", Role::Text, words.join(" ")));
    }
    let tokens = count(super::tree::tokens(version));
    let words = count(version.words.into());
    if let EntryOrigin::Proposed { revision } = &version.origin {
        let page = cx.views.origin(revision).map(|p| format!(" of page {}", p.number)).unwrap_or_default();
        let key = cx.key(&[Scope::Canon], Action::ShowOrigin);
        let words = format!("your edit{page}, {}; {key} opens it", in_words(revision));
        lines.push(("from", Role::Text, words));
    }
    lines.push(("costs", Role::Dim, format!("about {tokens} tokens {separator} {words} words")));
    lines
}

fn place(written: &str) -> String {
    if written.contains("_page_") { written.to_owned() } else { format!("chapter {written}") }
}
