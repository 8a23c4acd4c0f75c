//! The entries as a tree: by kind, each below the one that it belongs to; at the end what was taken out.

use std::collections::{HashMap, HashSet};

use crate::domain::EntryId;
use crate::domain::canon::{EntryKind, EntryMode};
use crate::llm::estimate_tokens;
use crate::store::rows::EntryRow;
use crate::tui::screens::parts::count;
use crate::tui::theme::Role;
use crate::tui::views::CanonView;
use crate::tui::widgets::Pen;
use crate::tui::widgets::list::Branch;

/// Tokens that a name takes beside the text, with what stands around it in a prompt.
const AROUND: u64 = 4;

/// A branch that can be folded.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Fold {
    /// All of a kind.
    Kind(EntryKind),
    /// What belongs to an entry.
    Entry(EntryId),
    /// What was taken out.
    Removed,
}

/// What a row is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Node {
    /// A kind, with its entries.
    Kind(EntryKind, usize),
    /// An entry.
    Entry(EntryId),
    /// What was taken out.
    Removed(usize),
}

/// A row of the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// What it is.
    pub node: Node,
    /// How far it is indented.
    pub depth: u16,
    /// Tokens of an entry, as far as they can be told without a model.
    pub tokens: u64,
    branch: Option<bool>,
}

impl Row {
    /// The entry of the row.
    #[must_use]
    pub fn entry(&self) -> Option<&EntryId> {
        match &self.node {
            Node::Entry(id) => Some(id),
            _ => None,
        }
    }

    /// What folding it folds.
    #[must_use]
    pub fn fold(&self) -> Fold {
        match &self.node {
            Node::Kind(kind, _) => Fold::Kind(*kind),
            Node::Entry(id) => Fold::Entry(id.clone()),
            Node::Removed(_) => Fold::Removed,
        }
    }

    /// Whether there is nothing below it.
    #[must_use]
    pub fn is_leaf(&self) -> bool {
        self.branch.is_none()
    }
}

/// What an entry takes in a prompt.
#[must_use]
pub fn tokens(entry: &EntryRow) -> u64 {
    estimate_tokens(&entry.text) + estimate_tokens(&entry.name) + AROUND
}

/// The rows that are not folded away.
#[must_use]
pub fn rows(canon: &CanonView, folded: &HashSet<Fold>) -> Vec<Row> {
    let ids: HashSet<&EntryId> = canon.entries.iter().map(|e| &e.id).collect();
    let mut children: HashMap<&EntryId, Vec<&EntryRow>> = HashMap::new();
    let mut roots: Vec<&EntryRow> = Vec::new();
    for entry in canon.entries.iter() {
        match entry.parent.as_ref().filter(|p| ids.contains(p)) {
            Some(parent) => children.entry(parent).or_default().push(entry),
            None => roots.push(entry),
        }
    }
    let mut planting = Planting { children, folded, rows: Vec::new() };
    for kind in EntryKind::ALL {
        let of_kind: Vec<&EntryRow> = roots.iter().filter(|e| e.kind == kind).copied().collect();
        if of_kind.is_empty() {
            continue;
        }
        let open = !folded.contains(&Fold::Kind(kind));
        let all = canon.entries.iter().filter(|e| e.kind == kind).count();
        planting.rows.push(Row { node: Node::Kind(kind, all), depth: 0, tokens: 0, branch: Some(open) });
        for entry in of_kind.into_iter().filter(|_| open) {
            planting.add(entry, 1);
        }
    }
    let mut rows = planting.rows;
    if !canon.removed.is_empty() {
        let open = !folded.contains(&Fold::Removed);
        rows.push(Row { node: Node::Removed(canon.removed.len()), depth: 0, tokens: 0, branch: Some(open) });
        rows.extend(canon.removed.iter().filter(|_| open).map(|entry| Row {
            node: Node::Entry(entry.id.clone()),
            depth: 1,
            tokens: 0,
            branch: None,
        }));
    }
    rows
}

struct Planting<'a> {
    children: HashMap<&'a EntryId, Vec<&'a EntryRow>>,
    folded: &'a HashSet<Fold>,
    rows: Vec<Row>,
}

impl<'a> Planting<'a> {
    /// Adds an entry and what belongs to it. Nothing belongs to itself: the domain refuses that.
    fn add(&mut self, entry: &'a EntryRow, depth: u16) {
        let below = self.children.remove(&entry.id).unwrap_or_default();
        let open = !self.folded.contains(&Fold::Entry(entry.id.clone()));
        let branch = (!below.is_empty()).then_some(open);
        let node = Node::Entry(entry.id.clone());
        self.rows.push(Row { node, depth, tokens: tokens(entry), branch });
        for child in below.into_iter().filter(|_| open) {
            self.add(child, depth + 1);
        }
    }
}

/// Unfolds whatever an entry is hidden in.
pub fn unfold(canon: &CanonView, entry: &EntryId, folded: &mut HashSet<Fold>) {
    let Some(mut row) = canon.entry(entry) else { return };
    if row.removed {
        folded.remove(&Fold::Removed);
        return;
    }
    for _ in 0..canon.entries.len() {
        match row.parent.as_ref().and_then(|p| canon.entries.iter().find(|e| e.id == *p)) {
            Some(parent) => {
                folded.remove(&Fold::Entry(parent.id.clone()));
                row = parent;
            }
            None => break,
        }
    }
    folded.remove(&Fold::Kind(row.kind));
}

/// Writes a row.
pub fn draw(pen: &mut Pen, row: &Row, canon: &CanonView) {
    let branch = match row.branch {
        Some(true) => Branch::Open,
        Some(false) => Branch::Closed,
        None => Branch::Leaf,
    };
    match &row.node {
        Node::Kind(kind, entries) => {
            pen.right(Role::Dim, &count(*entries as u64)).branch(0, branch).put(Role::Title, kind.name());
        }
        Node::Removed(entries) => {
            pen.right(Role::Dim, &count(*entries as u64)).branch(0, branch).put(Role::Dim, "taken out");
        }
        Node::Entry(id) => {
            let Some(entry) = canon.entry(id) else { return };
            if !entry.removed && pen.room() > 20 {
                pen.right(Role::Dim, &count(row.tokens)).right(Role::Dim, " ");
            }
            pen.branch(row.depth, branch);
            let (mark, role) = mode_mark(entry);
            pen.put(role, mark).skip(1);
            pen.put(if entry.removed { Role::Dim } else { Role::Text }, &entry.name);
        }
    }
}

/// How the mode shows in a column: told by the letter.
fn mode_mark(entry: &EntryRow) -> (&'static str, Role) {
    match entry.mode {
        _ if entry.removed => (" ", Role::Dim),
        EntryMode::Always => ("!", Role::Accent),
        EntryMode::Named => (" ", Role::Dim),
        EntryMode::ByHand => ("+", Role::Dim),
        EntryMode::Never => ("x", Role::Dim),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::canon::{EntryOrigin, Scope};
    use crate::domain::{BookId, Hash, Time};

    fn entry(id: &str, kind: EntryKind, parent: Option<&str>) -> EntryRow {
        EntryRow {
            owner: String::new(),
            id: EntryId::new(id),
            book: BookId::new("b"),
            version: 1,
            hash: Hash::of(b""),
            kind,
            name: id.into(),
            aliases: Vec::new(),
            parent: parent.map(EntryId::new),
            links: Vec::new(),
            mode: EntryMode::Named,
            weight: 50,
            scope: Scope::default(),
            text: String::new(),
            words: 0,
            origin: EntryOrigin::Author,
            by: "Ada".into(),
            at: Time(0),
            removed: false,
        }
    }

    fn shown(canon: &CanonView, folded: &HashSet<Fold>) -> Vec<(String, u16)> {
        let name = |row: &Row| match &row.node {
            Node::Kind(kind, all) => format!("{kind} {all}"),
            Node::Entry(id) => id.to_string(),
            Node::Removed(all) => format!("removed {all}"),
        };
        rows(canon, folded).iter().map(|row| (name(row), row.depth)).collect()
    }

    #[test]
    fn entries_stand_by_kind_below_what_they_belong_to_and_fold() {
        let gone = EntryRow { removed: true, ..entry("gone", EntryKind::Rule, None) };
        let canon = CanonView {
            entries: [
                entry("mara", EntryKind::Character, None),
                entry("coast", EntryKind::Place, None),
                entry("mill", EntryKind::Place, Some("coast")),
                entry("orphan", EntryKind::Place, Some("gone")),
                entry("wheel", EntryKind::World, Some("mill")),
            ]
            .into(),
            removed: vec![gone],
        };
        let row = |name: &str, depth| (name.to_owned(), depth);
        let all = [
            row("character 1", 0),
            row("mara", 1),
            row("place 3", 0),
            row("coast", 1),
            row("mill", 2),
            row("wheel", 3),
            row("orphan", 1),
            row("removed 1", 0),
            row("gone", 1),
        ];
        let mut folded = HashSet::new();
        assert_eq!(shown(&canon, &folded), all);
        folded.extend([Fold::Kind(EntryKind::Character), Fold::Entry(EntryId::new("coast")), Fold::Removed]);
        let names: Vec<String> = shown(&canon, &folded).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["character 1", "place 3", "coast", "orphan", "removed 1"]);
        unfold(&canon, &EntryId::new("wheel"), &mut folded);
        assert!(shown(&canon, &folded).iter().any(|(name, _)| name == "wheel"));
    }
}
