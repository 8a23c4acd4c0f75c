//! What an import of canon would change, before anything does.

use std::collections::HashSet;
use std::path::PathBuf;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::{Overlay, ground};
use crate::domain::{BookId, Command, EntryId};
use crate::tools::canon_import::{Change, ImportPlan, PlannedEntry};
use crate::tui::action::{Action, Scope};
use crate::tui::cx::Cx;
use crate::tui::effect::Effect;
use crate::tui::errand::{Order, Then};
use crate::tui::notices::Tone;
use crate::tui::theme::Role;
use crate::tui::views::Ask;
use crate::tui::widgets::{List, Pane, Pen};

/// Every change, in the order in which it matters, with its word and its look.
const CHANGES: [(Change, &str, Role); 5] = [
    (Change::Conflict, "conflict", Role::Warning),
    (Change::New, "new", Role::Added),
    (Change::Changed, "changed", Role::Accent),
    (Change::TakenOut, "taken out", Role::Dim),
    (Change::Unchanged, "unchanged", Role::Dim),
];

/// A row: an entry of the files, or one that is no longer in them.
enum Row {
    Planned(usize),
    Gone(EntryId),
}

/// The plan of an import, to be taken in or not.
pub struct Import {
    book: BookId,
    path: PathBuf,
    plan: ImportPlan,
    rows: Vec<Row>,
    /// The conflicts at which the file wins.
    overwritten: HashSet<EntryId>,
    list: List,
}

impl Import {
    /// Shows a plan.
    #[must_use]
    pub fn new(book: BookId, path: PathBuf, plan: ImportPlan) -> Self {
        let mut rows = Vec::new();
        for (change, ..) in CHANGES {
            let of_it = plan.entries.iter().enumerate().filter(|(_, e)| e.change == change);
            rows.extend(of_it.map(|(index, _)| Row::Planned(index)));
            if change == Change::Changed {
                rows.extend(plan.gone.iter().cloned().map(Row::Gone));
            }
        }
        let mut list = List::default();
        list.set_len(rows.len());
        Self { book, path, plan, rows, overwritten: HashSet::new(), list }
    }

    fn chosen(&self) -> Option<&PlannedEntry> {
        match self.rows.get(self.list.selected()?)? {
            Row::Planned(index) => self.plan.entries.get(*index),
            Row::Gone(_) => None,
        }
    }

    fn changes(&self) -> usize {
        self.plan.count(Change::New) + self.plan.count(Change::Changed) + self.overwritten.len()
    }

    fn take_in(&self) -> Vec<Effect> {
        let changes = self.changes();
        if changes == 0 {
            return vec![Effect::Close, Effect::Say(Tone::News, "there was nothing to import".into())];
        }
        let command = self.plan.command(|entry| self.overwritten.contains(&entry.entry));
        let entries = if changes == 1 { "1 entry is".to_owned() } else { format!("{changes} entries are") };
        let said = Then::Say(format!("{entries} imported"));
        vec![Effect::Send(Order::command(Command::Canon { book: self.book.clone(), command }, said))]
    }

    fn overwrite(&mut self) -> Vec<Effect> {
        let Some(entry) = self.chosen().filter(|e| e.change == Change::Conflict) else {
            let words = "only where both sides changed an entry is there something to choose".to_owned();
            return vec![Effect::Say(Tone::News, words)];
        };
        let id = entry.entry.clone();
        if !self.overwritten.remove(&id) {
            self.overwritten.insert(id);
        }
        Vec::new()
    }

    fn counts(&self, separator: &str) -> String {
        let counted = CHANGES.iter().map(|(change, word, _)| (self.plan.count(*change), *word));
        let gone = (self.plan.gone.len(), "gone from the files");
        let empty = (self.plan.empty.len(), "files without an entry");
        let parts = counted.chain([gone, empty]).filter(|(n, _)| *n > 0);
        parts.map(|(n, word)| format!("{n} {word}")).collect::<Vec<_>>().join(&format!(" {separator} "))
    }

    /// What should be told of the chosen row.
    fn remark(&self) -> String {
        match self.list.selected().and_then(|row| self.rows.get(row)) {
            Some(Row::Gone(_)) => "It came from these files and is no longer there. It stays.".into(),
            Some(Row::Planned(_)) => {
                let Some(entry) = self.chosen() else { return String::new() };
                let mut said = vec![format!("{}, line {}", entry.file, entry.line)];
                match entry.change {
                    Change::Conflict if self.overwritten.contains(&entry.entry) => {
                        said.push("the file wins; your version stays in its history".into());
                    }
                    Change::Conflict => said.push("you changed it here too: yours stays".into()),
                    Change::TakenOut => said.push("you took it out: it stays out".into()),
                    _ => {}
                }
                said.extend(entry.remarks.iter().cloned());
                said.join("; ")
            }
            None => String::new(),
        }
    }
}

impl Overlay for Import {
    fn name(&self) -> &'static str {
        "import"
    }

    fn scopes(&self) -> &'static [Scope] {
        &[Scope::Import, Scope::List, Scope::Global]
    }

    fn offers(&self, action: Action) -> bool {
        match action {
            Action::Open | Action::Close => true,
            Action::Overwrite => self.plan.count(Change::Conflict) > 0,
            _ => false,
        }
    }

    fn act(&mut self, action: Action, _: &Cx) -> Vec<Effect> {
        match action {
            Action::Close | Action::Back => return vec![Effect::Close],
            Action::Open => return self.take_in(),
            Action::Overwrite => return self.overwrite(),
            action => _ = self.list.act(action),
        }
        Vec::new()
    }

    fn wants(&self, _: &Cx) -> Vec<Ask> {
        vec![Ask::Canon(self.book.clone())]
    }

    fn draw(&mut self, buffer: &mut Buffer, area: Rect, cx: &Cx) -> Option<Position> {
        let title = format!("Import {}", self.path.display());
        let keys = [Action::Open, Action::Overwrite, Action::Close].map(|a| cx.key(self.scopes(), a));
        let conflicts = self.plan.count(Change::Conflict);
        let choice = if conflicts > 0 { format!(", {} uses the file", keys[1]) } else { String::new() };
        let bottom = format!("{} takes {} in{choice}, {} leaves all", keys[0], self.changes(), keys[2]);
        let pane = Pane::new(&title).bottom(&bottom);
        let height = (self.rows.len() as u16 + 6).min(area.height).max(9);
        let inside = ground(buffer, area, cx, (area.width.min(100), height), pane);
        let line = |y: u16| Rect { y, height: 1.min(inside.height), ..inside };
        let counts = self.counts(cx.theme.glyphs.separator);
        Pen::new(buffer, line(inside.y), &cx.theme).put(Role::Title, &counts);
        let rows = Rect { y: inside.y + 2, height: inside.height.saturating_sub(4), ..inside };
        let canon = cx.views.canon(&self.book);
        let (plan, all, overwritten) = (&self.plan, &self.rows, &self.overwritten);
        self.list.draw(buffer, rows, &cx.theme, true, |row, pen| {
            match &all[row] {
                Row::Planned(index) => draw_planned(pen, &plan.entries[*index], overwritten),
                Row::Gone(id) => {
                    let name = canon.and_then(|c| c.entry(id)).map_or(id.as_str(), |e| e.name.as_str());
                    pen.column(Role::Warning, "gone", 11).put(Role::Text, name);
                }
            }
            true
        });
        let remark = self.remark();
        Pen::new(buffer, line(inside.bottom().saturating_sub(1)), &cx.theme).put(Role::Dim, &remark);
        None
    }
}

fn draw_planned(pen: &mut Pen, entry: &PlannedEntry, overwritten: &HashSet<EntryId>) {
    let known = CHANGES.iter().find(|(change, ..)| *change == entry.change);
    let (mut word, mut role) = known.map_or(("", Role::Dim), |(_, word, role)| (*word, *role));
    if overwritten.contains(&entry.entry) {
        (word, role) = ("file wins", Role::Accent);
    }
    if !entry.remarks.is_empty() {
        pen.right(Role::Warning, &format!("{} remarks", entry.remarks.len()));
    }
    pen.column(role, word, 11).column(Role::Dim, entry.kind.name(), 11).put(Role::Text, &entry.name);
}
