//! One file → the entries that it holds.

use super::front::{self, Front};
use super::kinds::{Named, is_side, named};
use crate::domain::canon::{EntryKind, EntryMode};
use crate::tools::ImportError;
use crate::tools::headings::{Document, Line, anchor, document};
use crate::tools::source::Source;

/// An entry as a file has it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Found {
    /// The headings that it stands under and its own, joined by ` › `; empty for a whole file.
    pub heading: String,
    /// The line where it begins, from 1.
    pub line: usize,
    /// What the file says of its kind; none when it is unclear.
    pub kind: Option<EntryKind>,
    /// Its name.
    pub name: String,
    /// Other names that mean it.
    pub aliases: Vec<String>,
    /// The entry that it belongs to.
    pub parent: Option<ParentName>,
    /// When it is given, where the file says it.
    pub mode: Option<EntryMode>,
    /// Its weight (0–100), where the file says it.
    pub weight: Option<u8>,
    /// A chapter or page as the file names it.
    pub from: Option<String>,
    /// A chapter or page as the file names it.
    pub until: Option<String>,
    /// What it says.
    pub text: String,
    /// The address of its heading within its file.
    pub anchor: String,
    /// What should be told to the author.
    pub remarks: Vec<String>,
}

/// How a file names a parent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ParentName {
    /// The entry of the same file under which it stands, by its place among those found.
    Above(usize),
    /// By its name.
    Named(String),
}

/// Reads a file's entries, in order.
pub fn parse(source: &Source) -> Result<Vec<Found>, ImportError> {
    let document = document(&source.decoded.text);
    let front = document.front.map(|yaml| front::read(&source.file, yaml)).transpose()?.unwrap_or_default();
    let mut file = File::new(&source.file, &document, front);
    if file.is_one_entry() {
        file.one_entry();
    } else {
        file.sections();
    }
    Ok(file.finish())
}

/// A file in the making of its entries.
struct File<'t> {
    stem: String,
    /// The kind that the file's or folder's name says.
    by_name: Option<Named>,
    /// The folder's name says that every file in it is an entry.
    by_folder: Option<EntryKind>,
    /// Some heading names a kind, and no side of an entry.
    sectioned: bool,
    front: Front,
    lines: &'t [(usize, Line<'t>)],
    found: Vec<Found>,
}

impl<'t> File<'t> {
    fn new(name: &str, document: &'t Document<'t>, front: Front) -> Self {
        let (folders, own) = name.rsplit_once('/').unwrap_or(("", name));
        let stem = own.rsplit_once('.').map_or(own, |(stem, _)| stem).to_owned();
        // Folders called Notes or Other say nothing.
        let telling = |words: &str| named(words).filter(|named| named.kind() != EntryKind::Other);
        let by_folder = folders.rsplit('/').find_map(telling).map(Named::kind);
        let sectioned = document.lines.iter().any(|(_, line)| match line {
            Line::Heading { level, title, .. } => *level <= 2 && !is_side(title) && named(title).is_some(),
            Line::Text(_) => false,
        });
        let by_name = telling(&stem);
        Self { by_name, by_folder, stem, sectioned, front, lines: &document.lines, found: Vec::new() }
    }

    fn headings(&self) -> impl Iterator<Item = (usize, usize, &'t str)> {
        self.lines.iter().enumerate().filter_map(|(index, (_, line))| match line {
            Line::Heading { level, title, .. } => Some((index, *level, title.as_str())),
            Line::Text(_) => None,
        })
    }

    /// The level of a lone heading that stands over all others.
    fn lone_top(&self) -> Option<(usize, usize, &'t str)> {
        let top = self.headings().map(|(_, level, _)| level).min()?;
        let mut at_top = self.headings().filter(|(_, level, _)| *level == top);
        let first = at_top.next()?;
        let is_first = self.headings().next()?.0 == first.0;
        (at_top.next().is_none() && is_first).then_some(first)
    }

    fn is_one_entry(&self) -> bool {
        if self.front.name.is_some() || matches!(self.front.named, Some(Named::One(_))) {
            return true;
        }
        if self.front.named.is_some()
            || self.headings().any(|(_, level, title)| self.opens(level, title).is_some())
        {
            return false;
        }
        if self.by_name.is_some() {
            return self.headings().next().is_none();
        }
        let alone = self.lone_top();
        match self.by_folder {
            Some(_) => self.headings().filter(|(_, level, _)| *level == 1).count() < 2,
            None => {
                let mut below =
                    self.headings().filter(|(index, _, _)| alone.is_none_or(|(top, _, _)| top != *index));
                below.all(|(_, _, title)| is_side(title))
                    && (alone.is_some() || self.headings().next().is_none())
            }
        }
    }

    /// The kind whose section a heading opens. `History` alone is a side of whatever the file is about; beside
    /// `Characters` it is a section.
    fn opens(&self, level: usize, title: &str) -> Option<EntryKind> {
        let kind = named(title).filter(|_| level <= 2)?.kind();
        (level == 1 || !is_side(title) || self.sectioned).then_some(kind)
    }

    /// The kind of what no heading says the kind of.
    fn kind(&self) -> Option<EntryKind> {
        self.front.named.or(self.by_name).map(Named::kind).or(self.by_folder)
    }

    fn one_entry(&mut self) {
        let title = self.lone_top().filter(|(index, _, title)| {
            let before =
                self.lines[..*index].iter().all(|(_, l)| matches!(l, Line::Text(t) if t.trim().is_empty()));
            before && self.front.name.as_deref().is_none_or(|name| name == *title)
        });
        let name = self.front.name.clone().or_else(|| title.map(|(_, _, t)| t.to_owned()));
        let name = name.unwrap_or_else(|| self.stem.clone());
        let start = title.map_or(0, |(index, _, _)| index + 1);
        // A file in which nothing stands is not an entry; a heading alone, or a front matter that names one, is.
        let names_one = title.is_some() || self.front.name.is_some() || self.front.named.is_some();
        if !names_one && self.text(start..self.lines.len()).1.trim().is_empty() {
            return;
        }
        let found = Found { line: 1, kind: self.kind(), anchor: anchor(&name), name, ..Found::default() };
        self.push(found, start..self.lines.len());
    }

    /// Walks the headings: sections, entries below them, children below those.
    fn sections(&mut self) {
        let all: Vec<(usize, usize, &'t str)> = self.headings().collect();
        let title_at = self.lone_top().filter(|(_, level, title)| {
            self.opens(*level, title).is_none() && all.iter().any(|(_, other, _)| other > level)
        });
        let before = all.first().map_or(self.lines.len(), |(index, _, _)| *index);
        let stem = self.stem.clone();
        self.loose(&stem, String::new(), 1, self.kind(), 0..before);

        // The open section: its level, its kind, and the level of its entries once one was seen.
        let mut section: Option<(usize, EntryKind)> = None;
        let mut entry_level: Option<usize> = None;
        // The headings above the one at hand, and the entries among them.
        let mut path: Vec<(usize, &str, Option<usize>)> = Vec::new();
        // The line up to which everything has gone into some entry.
        let mut taken = before;
        for (nth, (index, level, title)) in all.iter().enumerate() {
            path.retain(|(above, _, _)| above < level);
            if section.is_some_and(|(at, _)| *level <= at) {
                (section, entry_level) = (None, None);
            }
            let ends = |deepest: usize| {
                let next = all[nth + 1..].iter().find(|(_, l, _)| *l <= deepest);
                next.map_or(self.lines.len(), |(index, _, _)| *index)
            };
            let next = all.get(nth + 1).map_or(self.lines.len(), |(index, _, _)| *index);
            let heading = || {
                let above = path.iter().map(|(_, title, _)| *title).chain([*title]);
                above.collect::<Vec<_>>().join(" › ")
            };
            let line = self.lines[*index].0;
            let is_title = title_at.is_some_and(|(at, _, _)| at == *index);
            if let Some(kind) =
                self.opens(*level, title).filter(|_| path.iter().all(|(_, _, entry)| entry.is_none()))
            {
                (section, entry_level) = (Some((*level, kind)), None);
                self.loose(title, heading(), line, Some(kind), index + 1..next);
                taken = next;
                path.push((*level, title, None));
            } else if is_title {
                self.loose(title, heading(), line, self.kind(), index + 1..next);
                taken = next;
                path.push((*level, title, None));
            } else if let Some((_, above)) = path.iter().rev().find_map(|(l, _, e)| e.map(|e| (l, e))) {
                // Below an entry: a child, or a part of its text.
                let kind = self.found[above].kind;
                if nests(kind) && !is_side(title) {
                    let found = Found {
                        heading: heading(),
                        line,
                        kind,
                        name: (*title).to_owned(),
                        parent: Some(ParentName::Above(above)),
                        anchor: anchor(title),
                        ..Found::default()
                    };
                    taken = self.own_end(&all[nth + 1..], *level, kind);
                    let at = self.push(found, index + 1..taken);
                    path.push((*level, title, Some(at)));
                } else if *index >= taken {
                    // It comes after a child, and the text of its entry had ended there.
                    taken = self.own_end(&all[nth + 1..], *level, kind);
                    let (aliases, text) = self.text(*index..taken);
                    let entry = &mut self.found[above];
                    entry.aliases.extend(aliases);
                    entry.text = [entry.text.as_str(), &text].join("\n\n");
                    entry.text.drain(..entry.text.len() - entry.text.trim_start_matches('\n').len());
                }
            } else {
                let kind = section.map(|(_, kind)| kind).or_else(|| self.kind());
                if section.is_some() {
                    entry_level = entry_level.or(Some(*level));
                }
                taken = if nests(kind) { self.own_end(&all[nth + 1..], *level, kind) } else { ends(*level) };
                let found = Found {
                    heading: heading(),
                    line,
                    kind,
                    name: (*title).to_owned(),
                    anchor: anchor(title),
                    ..Found::default()
                };
                let at = self.push(found, index + 1..taken);
                path.push((*level, title, Some(at)));
            }
        }
    }

    /// Where the text of a nesting entry ends: at the first heading that is not a side of it.
    fn own_end(&self, below: &[(usize, usize, &str)], level: usize, kind: Option<EntryKind>) -> usize {
        let end = below.iter().find(|(_, l, title)| *l <= level || nests(kind) && !is_side(title));
        end.map_or(self.lines.len(), |(index, _, _)| *index)
    }

    /// Text that stands under no entry's heading is an entry of its own, where there is any.
    fn loose(
        &mut self,
        name: &str,
        heading: String,
        line: usize,
        kind: Option<EntryKind>,
        range: std::ops::Range<usize>,
    ) {
        let found =
            Found { heading, line, kind, name: name.to_owned(), anchor: anchor(name), ..Found::default() };
        if self.text(range.clone()).1.trim().is_empty() {
            return;
        }
        self.push(found, range);
    }

    /// Keeps an entry with the text of these lines, and returns its place among those found.
    fn push(&mut self, mut found: Found, range: std::ops::Range<usize>) -> usize {
        let (aliases, text) = self.text(range);
        found.aliases = aliases;
        found.text = text;
        if found.kind.is_none() {
            found.remarks.push("the kind of this entry is not stated".into());
        }
        self.found.push(found);
        self.found.len() - 1
    }

    /// Returns the aliases that lines name, and the other lines as a text.
    fn text(&self, range: std::ops::Range<usize>) -> (Vec<String>, String) {
        let mut aliases = Vec::new();
        let mut text = String::new();
        for (_, line) in &self.lines[range] {
            let line = match line {
                Line::Heading { source, level, title } if !source.trim_start().starts_with('#') => {
                    text.extend([&"#".repeat(*level), " ", title, "\n"]);
                    continue;
                }
                Line::Heading { source, .. } => source,
                Line::Text(line) => line,
            };
            if let Some(names) = alias_line(line) {
                aliases.extend(front::split_names(names));
                continue;
            }
            text.push_str(line.trim_end());
            text.push('\n');
        }
        (aliases, text.trim_matches('\n').to_owned())
    }

    fn finish(mut self) -> Vec<Found> {
        let front = self.front;
        let unknown = front.unknown_type.map(|t| format!("`{t}` is not a known kind"));
        let alone = self.found.len() == 1;
        for found in &mut self.found {
            if found.kind.is_none() {
                found.remarks.extend(unknown.clone());
            }
            found.mode = front.mode;
            found.weight = front.weight;
            found.from.clone_from(&front.from);
            found.until.clone_from(&front.until);
            if found.parent.is_none() {
                found.parent = front.parent.clone().map(ParentName::Named);
            }
            if alone {
                let said = std::mem::take(&mut found.aliases);
                found.aliases = front.aliases.iter().cloned().chain(said).collect();
            }
        }
        // The same heading twice is told apart by its number.
        let mut counts = std::collections::HashMap::new();
        for found in &mut self.found {
            let count = counts.entry(found.heading.clone()).or_insert(0);
            *count += 1;
            if *count > 1 {
                found.heading = format!("{} ({count})", found.heading);
            }
        }
        self.found
    }
}

/// Places lie in places, and what makes up a world has parts.
fn nests(kind: Option<EntryKind>) -> bool {
    matches!(kind, Some(EntryKind::Place | EntryKind::World))
}

/// Returns the names of a line such as `- **Aliases:** the pilot, Mar`.
fn alias_line(line: &str) -> Option<&str> {
    const WORDS: [&str; 12] = [
        "aliases",
        "alias",
        "also known as",
        "aka",
        "a.k.a.",
        "nicknames",
        "alias de",
        "auch bekannt als",
        "alias:",
        "别名",
        "別名",
        "又名",
    ];
    let line = line.trim().trim_start_matches(['-', '*', '+', '_', ' ']);
    let (word, names) = line.split_once([':', '：'])?;
    let word = word.trim_end_matches(['*', '_', ' ']).to_lowercase();
    WORDS.contains(&word.as_str()).then(|| names.trim_start_matches(['*', '_']).trim())
}
