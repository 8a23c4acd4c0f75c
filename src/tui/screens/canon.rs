//! A book's canon: the entries by kind, what one says, its versions, and the pages that name it or were written
//! from it.

mod about;
mod tree;

use std::collections::HashSet;
use std::sync::Arc;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::parts::{count, empty, padded, split_left, split_top};
use super::{Screen, Tab};
use crate::analysis::clean;
use crate::analysis::diff::Diff;
use crate::domain::canon::{CanonCommand, EntryOrigin};
use crate::domain::{BookId, Command, EntryId, RevisionId};
use crate::store::rows::EntryRow;
use crate::tui::action::{Action, Scope};
use crate::tui::cx::Cx;
use crate::tui::effect::Effect;
use crate::tui::entry_text::{self, Known};
use crate::tui::errand::{Order, Then};
use crate::tui::notices::Tone;
use crate::tui::overlays::{Confirm, FindEntry};
use crate::tui::purpose::Purpose;
use crate::tui::theme::Role;
use crate::tui::views::{Ask, CanonView};
use crate::tui::widgets::{List, Pane, Pen, Prose};
use about::{Item, items};
use tree::{Fold, Node, Row};

/// A pane of the screen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Focus {
    #[default]
    Tree,
    Text,
    About,
}

/// What is laid out: a version, and the one that it is compared with.
type Laid = (EntryRow, Option<u32>);

/// The screen of canon.
#[derive(Debug, Default)]
pub struct Canon {
    focus: Focus,
    book: Option<BookId>,
    known: Option<Arc<CanonView>>,
    folded: HashSet<Fold>,
    rows: Vec<Row>,
    tree: List,
    /// The entry that the text pane shows.
    shown: Option<EntryId>,
    about: List,
    as_changes: bool,
    prose: Prose,
    laid: Option<Laid>,
    changes: (u64, u64),
}

impl Canon {
    fn entry(&self) -> Option<&EntryRow> {
        self.known.as_ref()?.entry(self.shown.as_ref()?)
    }

    /// Lays the tree out anew, and keeps the choice on the entry that is shown.
    fn plant(&mut self, cx: &Cx) {
        let Some(canon) = &self.known else {
            self.rows.clear();
            return self.tree.set_len(0);
        };
        if let Some(entry) = cx.entry.as_ref().filter(|e| self.shown.as_ref() != Some(*e))
            && canon.entry(entry).is_some()
        {
            tree::unfold(canon, entry, &mut self.folded);
            self.show(Some(entry.clone()));
        }
        self.rows = tree::rows(self.known.as_ref().expect("it was just looked at"), &self.folded);
        self.tree.set_len(self.rows.len());
        let at = self.rows.iter().position(|r| r.entry().is_some() && r.entry() == self.shown.as_ref());
        match at {
            Some(at) => self.tree.select(at),
            None => self.show_chosen(),
        }
    }

    fn show(&mut self, entry: Option<EntryId>) {
        if self.shown != entry {
            self.shown = entry;
            self.about.select(0);
            self.prose = Prose::default().with_measure(78);
            self.laid = None;
        }
    }

    fn show_chosen(&mut self) {
        let row = self.tree.selected().and_then(|row| self.rows.get(row));
        self.show(row.and_then(|row| row.entry().cloned()));
    }

    fn items<'v>(&self, cx: &'v Cx) -> Vec<Item<'v>> {
        match &self.shown {
            Some(entry) => items(entry, cx),
            None => Vec::new(),
        }
    }

    fn item<'v>(&self, cx: &'v Cx) -> Option<Item<'v>> {
        let mut all = self.items(cx);
        let row = self.about.selected().filter(|row| *row < all.len())?;
        Some(all.swap_remove(row))
    }

    /// The version whose text is read: the one chosen beside it, else the one that holds.
    fn version<'v>(&self, cx: &'v Cx) -> Option<&'v EntryRow> {
        let versions = cx.views.versions(self.shown.as_ref()?)?;
        let chosen = match self.item(cx) {
            Some(Item::Version(row)) if self.focus != Focus::Tree => Some(row.version),
            _ => None,
        };
        match chosen {
            Some(number) => versions.iter().find(|v| v.version == number),
            None => versions.last(),
        }
    }

    fn lay(&mut self, cx: &Cx) {
        let Some(version) = self.version(cx) else { return };
        let versions = cx.views.versions(&version.id).map(|v| v.as_slice()).unwrap_or_default();
        let before = versions.iter().rfind(|v| v.version < version.version).filter(|_| self.as_changes);
        let wanted = (version.clone(), before.map(|b| b.version));
        if self.laid.as_ref() == Some(&wanted) {
            return;
        }
        match before {
            Some(before) => {
                let diff = Diff::new(&clean(&before.text), &clean(&version.text));
                self.changes = diff.words();
                self.prose = Prose::diff(&diff).with_measure(78);
            }
            None => self.prose = Prose::text(&version.text).with_measure(78),
        }
        self.laid = Some(wanted);
    }

    fn panes(&self, area: Rect) -> (Option<Rect>, Rect, Option<Rect>) {
        match area.width {
            0..60 => {
                let (above, below) = split_top(area, area.height / 2);
                match self.focus {
                    Focus::Tree => (Some(above), below, None),
                    _ => (None, above, Some(below)),
                }
            }
            60..100 => {
                let (rest, text) = split_left(area, (area.width * 2 / 5).clamp(22, 34));
                if self.focus == Focus::About { (None, text, Some(rest)) } else { (Some(rest), text, None) }
            }
            wide => {
                let (tree, rest) = split_left(area, (wide / 4).clamp(24, 44));
                let (text, about) = split_left(rest, rest.width - (wide * 28 / 100).clamp(28, 56));
                (Some(tree), text, Some(about))
            }
        }
    }

    fn draw_tree(&mut self, buffer: &mut Buffer, area: Rect, cx: &Cx) {
        let theme = &cx.theme;
        let focused = self.focus == Focus::Tree;
        let entries = self.known.as_ref().map_or(0, |c| c.entries.len());
        let note = if entries == 0 { String::new() } else { count(entries as u64) };
        let inside = Pane::new("Canon").right(&note).focused(focused).draw(buffer, area, theme);
        let Some(canon) = self.known.clone() else { return };
        if self.rows.is_empty() {
            let keys = [Action::NewEntry, Action::ImportCanon].map(|a| cx.key(self.scopes(cx), a));
            let words = [format!("{} writes an entry,", keys[0]), format!("{} imports some.", keys[1])];
            return empty(buffer, inside, theme, &["No canon yet.", &words[0], &words[1]]);
        }
        let rows = &self.rows;
        self.tree.draw(buffer, inside, theme, focused, |row, pen| {
            tree::draw(pen, &rows[row], &canon);
            true
        });
    }

    fn draw_text(&mut self, buffer: &mut Buffer, area: Rect, cx: &Cx) {
        let theme = &cx.theme;
        let focused = self.focus == Focus::Text;
        let entry = self.entry().cloned();
        let title = entry.as_ref().map(|e| e.name.clone()).unwrap_or_default();
        let shown = self.laid.as_ref().filter(|(v, _)| Some(&v.id) == entry.as_ref().map(|e| &e.id));
        let note = match (shown, &entry) {
            (Some((version, Some(before))), _) => {
                let (added, removed) = self.changes;
                format!("{} since {before}, +{added} −{removed} words", version.version)
            }
            (Some((version, None)), Some(entry)) if version.version != entry.version => {
                format!("version {} of {}", version.version, entry.version)
            }
            _ => String::new(),
        };
        let place = self.prose.place();
        let inside = Pane::new(&title).right(&note).bottom(&place).focused(focused).draw(buffer, area, theme);
        let (Some(entry), Some((version, _))) = (entry, shown.cloned()) else { return };
        let lines = about::facts(&version, &entry, cx);
        let (head, text) = split_top(inside, (lines.len() as u16 + 1).min(inside.height / 2));
        for (y, (label, role, value)) in (head.y..head.bottom()).zip(&lines) {
            let mut pen = Pen::new(buffer, padded(Rect { y, height: 1, ..head }, 1), theme);
            pen.column(Role::Dim, label, 9).put(*role, value);
        }
        if version.text.trim().is_empty() {
            return empty(buffer, text, theme, &["No text yet."]);
        }
        self.prose.draw(buffer, padded(text, 1), theme);
    }

    fn draw_about(&mut self, buffer: &mut Buffer, area: Rect, cx: &Cx) {
        let focused = self.focus == Focus::About;
        let all = self.items(cx);
        let inside = Pane::new("Versions and pages").focused(focused).draw(buffer, area, &cx.theme);
        self.about.set_len(all.len());
        self.about.draw(buffer, inside, &cx.theme, focused, |row, pen| {
            about::draw(pen, &all[row], cx);
            true
        });
    }
}

impl Canon {
    fn edit(&self, entry: Option<&EntryRow>, cx: &Cx) -> Vec<Effect> {
        let (Some(book), Some(canon)) = (self.book.clone(), self.known.clone()) else { return Vec::new() };
        let chapters = cx.views.chapters(&book).unwrap_or_default().to_vec();
        let known = Known { canon, chapters };
        let text = entry_text::write(entry, &known);
        let entry = entry.cloned().map(Box::new);
        vec![Effect::Write(Purpose::Entry { book, entry, known }, text)]
    }

    /// The revision that taught the version that is read.
    fn origin<'v>(&self, cx: &'v Cx) -> Option<&'v RevisionId> {
        match &self.version(cx)?.origin {
            EntryOrigin::Proposed { revision } => Some(revision),
            _ => None,
        }
    }

    fn show_origin(&self, cx: &Cx) -> Vec<Effect> {
        let Some(revision) = self.origin(cx).cloned() else {
            return vec![Effect::Say(Tone::News, "this version was not taught by an edit of a page".into())];
        };
        match cx.views.origin(&revision) {
            Some(page) => vec![Effect::Page(page.id.clone()), Effect::Revision(revision)],
            None => Vec::new(),
        }
    }

    fn command(&self, command: CanonCommand, said: String) -> Option<Order> {
        let book = self.book.clone()?;
        Some(Order::command(Command::Canon { book, command }, Then::Say(said)))
    }

    fn restore(&self, cx: &Cx) -> Vec<Effect> {
        let Some(entry) = self.entry() else { return Vec::new() };
        let chosen = match self.item(cx) {
            Some(Item::Version(row)) if row.version != entry.version => row.version,
            _ => {
                let words = "choose an earlier version in the pane beside the text first".to_owned();
                return vec![Effect::Say(Tone::News, words)];
            }
        };
        let command = CanonCommand::Restore { entry: entry.id.clone(), version: chosen };
        let question = format!("Bring version {chosen} of {} back?", entry.name);
        let said = format!("version {chosen} of {} is restored as a new version", entry.name);
        let order = self.command(command, said);
        let ask = |order| Box::new(Confirm::new(&question, "Nothing is deleted.", order));
        order.map(|order| Effect::Open(ask(order))).into_iter().collect()
    }

    fn open(&mut self, cx: &Cx) -> Vec<Effect> {
        match self.focus {
            Focus::Tree => match self.tree.selected().and_then(|row| self.rows.get(row)) {
                Some(Row { node: Node::Entry(_), .. }) => self.focus = Focus::Text,
                Some(_) => self.fold(None, cx),
                None => {}
            },
            Focus::Text => {}
            Focus::About => {
                if let Some(Item::Mention(page, _) | Item::Use(page, ..)) = self.item(cx) {
                    return vec![Effect::Page(page.id.clone()), Effect::Go(Tab::Desk)];
                }
                if let Some(Item::Link(entry)) = self.item(cx) {
                    return vec![Effect::Entry(Some(entry.id.clone()))];
                }
                if let Some(Item::Version(_)) = self.item(cx) {
                    self.as_changes = !self.as_changes;
                    self.lay(cx);
                }
            }
        }
        Vec::new()
    }

    /// Folds or unfolds the chosen branch; none turns it.
    fn fold(&mut self, closed: Option<bool>, cx: &Cx) {
        let Some(row) = self.tree.selected().and_then(|row| self.rows.get(row)) else { return };
        let (fold, depth) = (row.fold(), row.depth);
        let is_closed = self.folded.contains(&fold);
        if closed == Some(true) && (is_closed || row.is_leaf()) {
            // Already closed: to the branch that it belongs to.
            let at = self.tree.selected().unwrap_or_default();
            if let Some(above) = self.rows[..at].iter().rposition(|r| r.depth < depth) {
                self.tree.select(above);
                self.show_chosen();
            }
            return;
        }
        let close = closed.unwrap_or(!is_closed);
        if close {
            self.folded.insert(fold)
        } else {
            self.folded.remove(&fold)
        };
        let at = self.tree.selected();
        self.plant(cx);
        if let Some(at) = at {
            self.tree.select(at);
            self.show_chosen();
        }
    }

    /// Tells the app which entry is looked at, so that what leads here finds it.
    fn looked_at(&self) -> Vec<Effect> {
        vec![Effect::Entry(self.shown.clone())]
    }
}

impl Screen for Canon {
    fn scopes(&self, _: &Cx) -> &'static [Scope] {
        &[Scope::Canon, Scope::Reader, Scope::Global]
    }

    fn offers(&self, action: Action, cx: &Cx) -> bool {
        let entry = self.entry();
        match action {
            Action::EditEntry | Action::Trash => entry.is_some_and(|e| !e.removed),
            Action::BringBack => entry.is_some_and(|e| e.removed),
            Action::CycleDiff => entry.is_some_and(|e| e.version > 1),
            Action::RestoreRevision => {
                let chosen = self.item(cx);
                matches!((chosen, entry), (Some(Item::Version(v)), Some(e)) if v.version != e.version)
                    && self.focus == Focus::About
            }
            Action::NextChange => self.as_changes,
            Action::ShowOrigin => self.origin(cx).is_some(),
            Action::Open => self.focus != Focus::Text,
            _ => true,
        }
    }

    fn wants(&self, cx: &Cx) -> Vec<Ask> {
        let mut wanted: Vec<Ask> = cx.here.book.clone().map(Ask::Canon).into_iter().collect();
        if let Some(entry) = &self.shown {
            wanted.push(Ask::Versions(entry.clone()));
            wanted.push(Ask::Mentions(entry.clone()));
            wanted.push(Ask::Uses(entry.clone()));
        }
        wanted.extend(self.origin(cx).cloned().map(Ask::Origin));
        // The rows next to it, so that a step shows its text at once.
        if let Some(row) = self.tree.selected() {
            let near = [row.checked_sub(1), Some(row + 1)].into_iter().flatten();
            wanted.extend(near.filter_map(|r| self.rows.get(r)?.entry().cloned()).map(Ask::Versions));
        }
        wanted
    }

    fn enter(&mut self, cx: &Cx) {
        self.settle(cx);
    }

    fn settle(&mut self, cx: &Cx) {
        if self.book != cx.here.book {
            *self = Self { book: cx.here.book.clone(), as_changes: self.as_changes, ..Self::default() };
        }
        let Some(canon) = self.book.as_ref().and_then(|b| cx.views.canon(b)) else { return };
        let is_new = self.known.as_ref().is_none_or(|c| !Arc::ptr_eq(c, canon));
        let is_called = cx.entry.is_some() && cx.entry != self.shown;
        if is_new || is_called {
            let is_first = self.known.replace(Arc::clone(canon)).is_none();
            self.plant(cx);
            if is_first && self.shown.is_none() {
                self.tree.select(self.rows.iter().position(|r| r.entry().is_some()).unwrap_or(0));
                self.show_chosen();
            }
        }
        self.about.set_len(self.items(cx).len());
        self.lay(cx);
    }

    fn act(&mut self, action: Action, cx: &Cx) -> Vec<Effect> {
        let entry = self.entry().cloned();
        match action {
            Action::NextPane | Action::PreviousPane => {
                self.focus = match (self.focus, action == Action::NextPane) {
                    (Focus::Tree, true) | (Focus::About, false) => Focus::Text,
                    (Focus::Text, true) | (Focus::Tree, false) => Focus::About,
                    (Focus::About, true) | (Focus::Text, false) => Focus::Tree,
                };
                let all = self.items(cx);
                about::skip_heads(&mut self.about, &all, true);
            }
            Action::Close if self.prose.hits().is_some() => self.prose.search(""),
            Action::Close if self.focus != Focus::Tree => self.focus = Focus::Tree,
            Action::Close => return vec![Effect::Back],
            Action::Open => {
                let effects = self.open(cx);
                self.lay(cx);
                return effects;
            }
            Action::Left if self.focus == Focus::Tree => self.fold(Some(true), cx),
            Action::Right if self.focus == Focus::Tree => self.fold(Some(false), cx),
            Action::CycleDiff => self.as_changes = !self.as_changes,
            Action::Search if self.focus == Focus::Text => {
                return vec![Effect::Write(Purpose::Find, String::new())];
            }
            Action::Search => {
                let find = self.book.clone().map(|book| Box::new(FindEntry::new(book)));
                return find.map(|find| Effect::Open(find)).into_iter().collect();
            }
            Action::NewEntry => return self.edit(None, cx),
            Action::EditEntry => match entry {
                Some(entry) if !entry.removed => return self.edit(Some(&entry), cx),
                _ => return vec![Effect::Say(Tone::News, "choose an entry first".into())],
            },
            Action::Trash => {
                let Some(entry) = entry.filter(|e| !e.removed) else { return Vec::new() };
                let question = format!("Take {} out of the canon?", entry.name);
                let note = "It keeps its versions and can be restored.";
                let said = format!("{} is removed", entry.name);
                let order = self.command(CanonCommand::Remove { entry: entry.id }, said);
                let ask = |order| Effect::Open(Box::new(Confirm::new(&question, note, order)));
                return order.map(ask).into_iter().collect();
            }
            Action::BringBack => {
                let Some(entry) = entry.filter(|e| e.removed) else { return Vec::new() };
                let said = format!("{} is back", entry.name);
                let order = self.command(CanonCommand::BringBack { entry: entry.id }, said);
                return order.map(Effect::Order).into_iter().collect();
            }
            Action::RestoreRevision => return self.restore(cx),
            Action::ShowOrigin => return self.show_origin(cx),
            Action::ImportCanon => {
                let Some(book) = self.book.clone() else { return Vec::new() };
                return vec![Effect::Write(Purpose::ImportCanon { book }, String::new())];
            }
            action => match self.focus {
                Focus::Tree => {
                    if self.tree.act(action) {
                        self.show_chosen();
                    }
                }
                Focus::Text => _ = self.prose.act(action),
                Focus::About => {
                    if self.about.act(action) {
                        let all = self.items(cx);
                        let down = !matches!(action, Action::Up | Action::HalfUp | Action::PageUp);
                        about::skip_heads(&mut self.about, &all, down);
                    } else {
                        self.prose.act(action);
                    }
                }
            },
        }
        self.lay(cx);
        self.looked_at()
    }

    fn find(&mut self, words: &str) {
        self.focus = Focus::Text;
        self.prose.search(words.trim());
    }

    fn draw(&mut self, buffer: &mut Buffer, area: Rect, cx: &Cx) {
        let (tree, text, about) = self.panes(area);
        if let Some(tree) = tree {
            self.draw_tree(buffer, tree, cx);
        }
        self.draw_text(buffer, text, cx);
        if let Some(about) = about {
            self.draw_about(buffer, about, cx);
        }
    }
}
