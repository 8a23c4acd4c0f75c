//! What taking files in would change: nothing here is written.

use std::collections::{HashMap, HashSet};

use serde::Serialize;

use super::links::{self, Target};
use super::parse::{Found, ParentName, parse};
use crate::domain::canon::{CanonCommand, EntryContent, EntryKind, EntryOrigin, EntryPut, Place, Scope};
use crate::domain::{BookId, EntryId};
use crate::store::rows::{ChapterRow, EntryRow};
use crate::tools::ImportError;
use crate::tools::headings::anchor;
use crate::tools::source::Source;

/// Entries of one import at most.
const MOST_ENTRIES: usize = 5_000;

/// The book as it is.
#[derive(Debug, Clone, Copy)]
pub struct Existing<'a> {
    /// The book.
    pub book: &'a BookId,
    /// Its entries.
    pub entries: &'a [EntryRow],
    /// Its entries that were taken out.
    pub removed: &'a [EntryRow],
    /// Of each entry that came from a file: the version that was imported last.
    pub imported: &'a [EntryRow],
    /// Its chapters, for scopes.
    pub chapters: &'a [ChapterRow],
}

/// What becomes of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// It is made.
    New,
    /// It has a new version.
    Changed,
    /// It stays as it is.
    Unchanged,
    /// The file changed it, and so did the author here: it stays unless that is overwritten.
    Conflict,
    /// The author took it out here, and it stays out.
    TakenOut,
}

/// An entry of a file, with what becomes of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PlannedEntry {
    /// Its id, also when it is yet to be made.
    pub entry: EntryId,
    /// What becomes of it.
    pub change: Change,
    /// The author edited it here since its import.
    pub edited: bool,
    /// Its name in the file.
    pub name: String,
    /// Its kind, as it will be.
    pub kind: EntryKind,
    /// It is new, and nothing in the files says of what kind it is.
    pub unclear: bool,
    /// The entry that it belongs to.
    pub parent: Option<EntryId>,
    /// The file.
    pub file: String,
    /// The line where it begins there.
    pub line: usize,
    /// What should be told to the author.
    pub remarks: Vec<String>,
    /// The version that would be put.
    #[serde(skip)]
    pub put: EntryPut,
}

/// What an import would do.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ImportPlan {
    /// Every entry of the files, in order.
    pub entries: Vec<PlannedEntry>,
    /// Entries that came from these files and are no longer there. They stay.
    pub gone: Vec<EntryId>,
    /// Files in which no entry stands.
    pub empty: Vec<String>,
}

impl ImportPlan {
    /// Returns how many entries become this.
    #[must_use]
    pub fn count(&self, change: Change) -> usize {
        self.entries.iter().filter(|e| e.change == change).count()
    }

    /// Returns the entries whose kind is unclear, in order.
    pub fn unclear(&self) -> impl Iterator<Item = &PlannedEntry> {
        self.entries.iter().filter(|e| e.unclear)
    }

    /// Says of what kind an entry is that is unclear.
    pub fn classify(&mut self, entry: &EntryId, kind: EntryKind) {
        if let Some(found) = self.entries.iter_mut().find(|e| e.unclear && e.entry == *entry) {
            found.kind = kind;
            found.put.content.kind = kind;
        }
    }

    /// Returns the command that carries it out; `overwrite` tells of each conflict whether the file wins.
    pub fn command(&self, overwrite: impl Fn(&PlannedEntry) -> bool) -> CanonCommand {
        let puts = self.entries.iter().filter(|e| match e.change {
            Change::New | Change::Changed => true,
            Change::Conflict => overwrite(e),
            Change::Unchanged | Change::TakenOut => false,
        });
        CanonCommand::PutAll { puts: puts.map(|e| e.put.clone()).collect(), removed: Vec::new() }
    }
}

/// Compares files with the canon as it is.
pub fn plan(sources: &[Source], existing: &Existing<'_>) -> Result<ImportPlan, ImportError> {
    let mut all: Vec<(&str, Found)> = Vec::new();
    for source in sources {
        let first = all.len();
        for mut found in parse(source)? {
            if let Some(ParentName::Above(n)) = &mut found.parent {
                *n += first;
            }
            all.push((&source.file, found));
        }
    }
    if let Some((file, _)) = all.get(MOST_ENTRIES) {
        let what =
            format!("with it there are {} entries; at most {MOST_ENTRIES} are taken at once", all.len());
        return Err(ImportError::Broken { file: (*file).to_owned(), what });
    }
    let matched = recognise(&all, existing);
    let ids = ids(&all, &matched, existing);
    let names = Names::new(&all, &ids, existing);
    let mut planned = Vec::with_capacity(all.len());
    for (index, (file, found)) in all.iter().enumerate() {
        planned.push(planned_entry(file, found, &ids, index, matched[index], &names, existing)?);
    }
    let files: HashSet<&str> = sources.iter().map(|s| s.file.as_str()).collect();
    let folders: HashSet<&str> =
        files.iter().filter_map(|f| f.split_once('/').map(|(folder, _)| folder)).collect();
    let kept: HashSet<&EntryId> = ids.iter().collect();
    let current: HashSet<&EntryId> = existing.entries.iter().map(|e| &e.id).collect();
    let gone = existing.imported.iter().filter(|row| {
        let EntryOrigin::Import { file, .. } = &row.origin else { return false };
        let of_these = files.contains(file.as_str())
            || file.split_once('/').is_some_and(|(folder, _)| folders.contains(folder));
        of_these && current.contains(&row.id) && !kept.contains(&row.id)
    });
    let has_entries: HashSet<&str> = all.iter().map(|(file, _)| *file).collect();
    let empty = sources.iter().map(|s| &s.file).filter(|file| !has_entries.contains(file.as_str()));
    Ok(ImportPlan {
        gone: gone.map(|row| row.id.clone()).collect(),
        empty: empty.cloned().collect(),
        entries: planned,
    })
}

/// Finds for each entry of the files the one that it is in the canon: by file and heading, by its name in the same
/// file, by its name, and at last by its text in the same file, for a heading that was renamed.
fn recognise<'a>(all: &[(&str, Found)], existing: &Existing<'a>) -> Vec<Option<&'a EntryRow>> {
    let rows: HashMap<&EntryId, &'a EntryRow> =
        existing.removed.iter().chain(existing.entries).map(|row| (&row.id, row)).collect();
    let origin = |row: &'a EntryRow| match &row.origin {
        EntryOrigin::Import { file, heading } => Some((file.as_str(), heading.as_str())),
        _ => None,
    };
    let mut matched: Vec<Option<&'a EntryRow>> = vec![None; all.len()];
    let mut taken: HashSet<&EntryId> = HashSet::new();
    let folded = |name: &str| name.to_lowercase();
    let mut pass = |candidates: &mut dyn FnMut(&str, &Found) -> Vec<&'a EntryId>| {
        for (index, (file, found)) in all.iter().enumerate() {
            if matched[index].is_none()
                && let Some(id) = candidates(file, found).into_iter().find(|id| !taken.contains(id))
                && let Some(row) = rows.get(id)
            {
                taken.insert(&row.id);
                matched[index] = Some(row);
            }
        }
    };
    let by_origin: HashMap<(&str, &str), &'a EntryId> =
        existing.imported.iter().filter_map(|row| Some((origin(row)?, &row.id))).collect();
    pass(&mut |file, found| by_origin.get(&(file, found.heading.as_str())).copied().into_iter().collect());

    let mut by_file_name: HashMap<(&str, String), Vec<&'a EntryId>> = HashMap::new();
    let mut by_file_text: HashMap<(&str, &str), Vec<&'a EntryId>> = HashMap::new();
    for row in existing.imported {
        if let Some((file, _)) = origin(row) {
            by_file_name.entry((file, folded(&row.name))).or_default().push(&row.id);
            by_file_text.entry((file, row.text.as_str())).or_default().push(&row.id);
        }
    }
    pass(&mut |file, found| by_file_name.get(&(file, folded(&found.name))).cloned().unwrap_or_default());

    let mut by_name: HashMap<String, Vec<&'a EntryId>> = HashMap::new();
    for row in existing.entries.iter().chain(existing.removed) {
        by_name.entry(folded(&row.name)).or_default().push(&row.id);
    }
    pass(&mut |_, found| {
        let ids = by_name.get(&folded(&found.name)).cloned().unwrap_or_default();
        let fits =
            |id: &&EntryId| rows.get(*id).is_some_and(|row| found.kind.is_none_or(|kind| kind == row.kind));
        ids.into_iter().filter(fits).collect()
    });
    pass(&mut |file, found| match found.text.as_str() {
        "" => Vec::new(),
        text => by_file_text.get(&(file, text)).cloned().unwrap_or_default(),
    });
    matched
}

/// Returns the id of every entry, also of those yet to be made.
fn ids(all: &[(&str, Found)], matched: &[Option<&EntryRow>], existing: &Existing<'_>) -> Vec<EntryId> {
    let rows = existing.entries.iter().chain(existing.removed);
    let mut taken: HashSet<EntryId> = rows.map(|row| row.id.clone()).collect();
    all.iter()
        .zip(matched)
        .map(|((_, found), matched)| match matched {
            Some(row) => row.id.clone(),
            None => {
                let id = EntryId::from_name(existing.book, &found.name, |id| taken.contains(id));
                taken.insert(id.clone());
                id
            }
        })
        .collect()
}

/// What a name or an address leads to, and what an id was.
struct Names<'a> {
    /// What each entry was imported as last.
    bases: HashMap<&'a EntryId, &'a EntryRow>,
    by_name: HashMap<String, EntryId>,
    by_address: HashMap<(String, String), EntryId>,
}

impl<'a> Names<'a> {
    fn new(all: &[(&str, Found)], ids: &[EntryId], existing: &Existing<'a>) -> Self {
        let (mut by_name, mut by_address) = (HashMap::new(), HashMap::new());
        let mut name = |name: &str, id: &EntryId| {
            by_name.entry(name.to_lowercase()).or_insert_with(|| id.clone());
        };
        for ((_, found), id) in all.iter().zip(ids) {
            name(&found.name, id);
        }
        for row in existing.entries {
            name(&row.name, &row.id);
        }
        for ((_, found), id) in all.iter().zip(ids) {
            found.aliases.iter().for_each(|alias| name(alias, id));
        }
        for row in existing.entries {
            row.aliases.iter().for_each(|alias| name(alias, &row.id));
        }
        for ((file, found), id) in all.iter().zip(ids) {
            by_address.entry((own_name(file), found.anchor.clone())).or_insert_with(|| id.clone());
            by_address.entry((own_name(file), String::new())).or_insert_with(|| id.clone());
        }
        let bases = existing.imported.iter().map(|row| (&row.id, row)).collect();
        Self { bases, by_name, by_address }
    }

    fn named(&self, name: &str) -> Option<&EntryId> {
        self.by_name.get(&name.trim().to_lowercase())
    }

    fn target(&self, file: &str, target: Target<'_>) -> Option<&EntryId> {
        match target {
            Target::Name(name) => self.named(name),
            Target::Address { file: "", anchor: heading } => {
                self.by_address.get(&(own_name(file), anchor(heading)))
            }
            Target::Address { file, anchor: heading } => {
                let file = own_name(&file.replace("%20", " "));
                self.by_address.get(&(file, anchor(heading)))
            }
        }
    }
}

/// The last part of a file's name, in lower case: how links name it.
fn own_name(file: &str) -> String {
    file.rsplit('/').next().unwrap_or(file).to_lowercase()
}

fn planned_entry(
    file: &str,
    found: &Found,
    ids: &[EntryId],
    index: usize,
    row: Option<&EntryRow>,
    names: &Names<'_>,
    existing: &Existing<'_>,
) -> Result<PlannedEntry, ImportError> {
    let id = &ids[index];
    let mut remarks = found.remarks.clone();
    let at = |what: String| ImportError::Line { file: file.to_owned(), line: found.line, what };
    let parent = match &found.parent {
        None => None,
        Some(ParentName::Above(above)) => Some(ids[*above].clone()),
        Some(ParentName::Named(name)) => {
            let parent =
                names.named(name).ok_or_else(|| at(format!("its parent `{name}` is not an entry")))?;
            (parent != id).then(|| parent.clone())
        }
    };
    let mut links = Vec::new();
    for link in links::all(&found.text) {
        match names.target(file, link.target) {
            Some(target) if target == id || links.contains(target) => {}
            Some(target) => links.push(target.clone()),
            None => remarks.push(format!("a link leads to no entry: {}", link.target)),
        }
    }
    let place = |said: &Option<String>| -> Result<Option<Place>, ImportError> {
        said.as_deref().map(|said| chapter(said, existing).map_err(at)).transpose()
    };
    let said = Said { found, parent, links, from: place(&found.from)?, until: place(&found.until)? };
    let origin = EntryOrigin::Import { file: file.to_owned(), heading: found.heading.clone() };

    let (change, edited, content) = match row {
        None => (Change::New, false, said.over(None)),
        Some(current) if current.removed => (Change::TakenOut, false, said.over(Some(current))),
        Some(current) => {
            let content = said.over(Some(current));
            let base = names.bases.get(&current.id).copied();
            let edited = base.is_none_or(|base| said.over_all(base, current));
            let in_file = base.is_none_or(|base| !same(&said.over(Some(base)), base));
            let change = match () {
                () if same(&content, current) || !in_file => Change::Unchanged,
                () if edited => Change::Conflict,
                () => Change::Changed,
            };
            (change, edited, content)
        }
    };
    Ok(PlannedEntry {
        entry: id.clone(),
        change,
        edited,
        name: content.name.clone(),
        kind: content.kind,
        unclear: row.is_none() && found.kind.is_none(),
        parent: content.parent.clone(),
        file: file.to_owned(),
        line: found.line,
        remarks,
        put: EntryPut { entry: Some(id.clone()), seen: Some(row.map_or(0, |r| r.version)), content, origin },
    })
}

/// What a file says of an entry, with its references resolved.
struct Said<'a> {
    found: &'a Found,
    parent: Option<EntryId>,
    links: Vec<EntryId>,
    from: Option<Place>,
    until: Option<Place>,
}

impl Said<'_> {
    /// The entry as it is with all that the file says; what the file does not speak of stays.
    fn over(&self, row: Option<&EntryRow>) -> EntryContent {
        let found = self.found;
        let mut aliases: Vec<String> = Vec::new();
        for alias in found.aliases.iter().map(|a| a.split_whitespace().collect::<Vec<_>>().join(" ")) {
            if alias != found.name && !aliases.contains(&alias) {
                aliases.push(alias);
            }
        }
        let scope = row.map(|r| r.scope.clone()).unwrap_or_default();
        EntryContent {
            kind: found.kind.or(row.map(|r| r.kind)).unwrap_or_default(),
            name: found.name.split_whitespace().collect::<Vec<_>>().join(" "),
            aliases,
            parent: self.parent.clone(),
            links: self.links.clone(),
            mode: found.mode.or(row.map(|r| r.mode)).unwrap_or_default(),
            weight: found.weight.or(row.map(|r| r.weight)),
            scope: Scope {
                from: self.from.clone().or(scope.from),
                until: self.until.clone().or(scope.until),
            },
            text: found.text.clone(),
        }
    }

    /// Returns whether the author changed here, since the import, anything that the file speaks of.
    fn over_all(&self, base: &EntryRow, current: &EntryRow) -> bool {
        let found = self.found;
        (found.kind.is_some() && base.kind != current.kind)
            || base.name != current.name
            || base.aliases != current.aliases
            || base.parent != current.parent
            || base.links != current.links
            || base.text != current.text
            || (found.mode.is_some() && base.mode != current.mode)
            || (found.weight.is_some() && base.weight != current.weight)
            || ((self.from.is_some() || self.until.is_some()) && base.scope != current.scope)
    }
}

fn same(content: &EntryContent, row: &EntryRow) -> bool {
    content.kind == row.kind
        && content.name == row.name
        && content.aliases == row.aliases
        && content.parent == row.parent
        && content.links == row.links
        && content.mode == row.mode
        && content.weight == Some(row.weight)
        && content.scope == row.scope
        && content.text == row.text
}

/// Finds the chapter or page that words name: an id, a number, a title.
pub(super) fn chapter(said: &str, existing: &Existing<'_>) -> Result<Place, String> {
    let said = said.trim();
    if said.contains("_page_") {
        return Ok(Place::of_id(said));
    }
    let number = said.trim_start_matches(|c: char| !c.is_ascii_digit()).parse::<u32>().ok();
    let number =
        number.filter(|_| said.to_lowercase().trim_start_matches("chapter").trim().parse::<u32>().is_ok());
    let found = existing.chapters.iter().find(|c| {
        c.id.as_str() == said || c.title.to_lowercase() == said.to_lowercase() || number == Some(c.number)
    });
    found
        .map(|c| Place::Chapter(c.id.clone()))
        .ok_or_else(|| format!("`{said}` is not a chapter of the book"))
}

#[cfg(test)]
mod tests;
