//! Of what kind the entries of an import are whose files do not say it: asked before the import is shown.

use std::path::PathBuf;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::{Import, Overlay, ground};
use crate::domain::BookId;
use crate::domain::canon::EntryKind;
use crate::tools::canon_import::ImportPlan;
use crate::tui::action::{Action, Scope};
use crate::tui::cx::Cx;
use crate::tui::effect::Effect;
use crate::tui::theme::Role;
use crate::tui::widgets::{List, Pane};

/// The answers, each with its key.
const ANSWERS: [(Action, EntryKind); 7] = [
    (Action::KindCharacter, EntryKind::Character),
    (Action::KindPlace, EntryKind::Place),
    (Action::KindWorld, EntryKind::World),
    (Action::KindStyle, EntryKind::Style),
    (Action::KindTimeline, EntryKind::Timeline),
    (Action::KindRule, EntryKind::Rule),
    (Action::KindOther, EntryKind::Other),
];

/// The entries of a plan that are unclear.
pub struct Kinds {
    book: BookId,
    path: PathBuf,
    plan: ImportPlan,
    list: List,
}

impl Kinds {
    /// Asks about a plan with unclear entries.
    #[must_use]
    pub fn new(book: BookId, path: PathBuf, plan: ImportPlan) -> Self {
        let mut list = List::default();
        list.set_len(plan.unclear().count());
        Self { book, path, plan, list }
    }
}

impl Overlay for Kinds {
    fn name(&self) -> &'static str {
        "kinds"
    }

    fn scopes(&self) -> &'static [Scope] {
        &[Scope::Kinds, Scope::List, Scope::Global]
    }

    fn offers(&self, action: Action) -> bool {
        matches!(action, Action::Open | Action::Close) || ANSWERS.iter().any(|(answer, _)| *answer == action)
    }

    fn act(&mut self, action: Action, _: &Cx) -> Vec<Effect> {
        if let Some((_, kind)) = ANSWERS.iter().find(|(answer, _)| *answer == action) {
            let row = self.list.selected().unwrap_or_default();
            let entry = self.plan.unclear().nth(row).map(|e| e.entry.clone());
            if let Some(entry) = entry {
                self.plan.classify(&entry, *kind);
                self.list.act(Action::Down);
            }
            return Vec::new();
        }
        match action {
            Action::Close | Action::Back => return vec![Effect::Close],
            Action::Open => {
                let (book, path, plan) = (self.book.clone(), self.path.clone(), self.plan.clone());
                return vec![Effect::Close, Effect::Open(Box::new(Import::new(book, path, plan)))];
            }
            action => _ = self.list.act(action),
        }
        Vec::new()
    }

    fn draw(&mut self, buffer: &mut Buffer, area: Rect, cx: &Cx) -> Option<Position> {
        let keys = [Action::Open, Action::Close].map(|action| cx.key(self.scopes(), action));
        let bottom = format!("a key each; {} continues, {} cancels", keys[0], keys[1]);
        let rows: Vec<_> = self.plan.unclear().collect();
        let note = format!("{} of unknown kind", rows.len());
        let pane = Pane::new("Of what kind are these?").right(&note).bottom(&bottom);
        let height = (rows.len() as u16 + 2).min(area.height).max(5);
        let inside = ground(buffer, area, cx, (area.width.min(90), height), pane);
        self.list.draw(buffer, inside, &cx.theme, true, |row, pen| {
            let entry = rows[row];
            let role = if entry.kind == EntryKind::Other { Role::Dim } else { Role::Accent };
            pen.right(Role::Dim, &format!("{}:{}", entry.file, entry.line));
            pen.column(role, entry.kind.name(), 11).put(Role::Text, &entry.name);
            true
        });
        None
    }
}
