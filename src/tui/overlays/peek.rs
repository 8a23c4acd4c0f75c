//! The canon that a page names, to be read without leaving it.

use std::sync::Arc;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::{Overlay, ground};
use crate::context::naming::{Called, Manner, Names};
use crate::domain::canon::EntryKind;
use crate::domain::{BookId, EntryId};
use crate::tui::action::{Action, Scope};
use crate::tui::cx::Cx;
use crate::tui::effect::Effect;
use crate::tui::screens::Tab;
use crate::tui::theme::Role;
use crate::tui::views::{Ask, CanonView};
use crate::tui::widgets::{List, Pane, Pen, Prose};

/// The entries that a page names, and the text of one.
pub struct Peek {
    book: BookId,
    /// What happens on the page.
    beat: String,
    /// Its text.
    text: String,
    named: Vec<(EntryId, String)>,
    canon: Option<Arc<CanonView>>,
    list: List,
    prose: Prose,
    read: Option<EntryId>,
}

impl Peek {
    /// Looks at the canon that a page's beat and text name.
    #[must_use]
    pub fn new(book: BookId, beat: &str, text: &str) -> Self {
        Self {
            book,
            beat: beat.to_owned(),
            text: text.to_owned(),
            named: Vec::new(),
            canon: None,
            list: List::default(),
            prose: Prose::default(),
            read: None,
        }
    }

    fn look(&mut self, cx: &Cx) {
        let Some(canon) = cx.views.canon(&self.book) else { return };
        if self.canon.as_ref().is_none_or(|c| !Arc::ptr_eq(c, canon)) {
            let language = cx.views.book(&self.book).map_or("", |b| b.settings.language.as_str());
            self.named = named(canon, language, &self.beat, &self.text);
            self.list.set_len(self.named.len());
            self.canon = Some(Arc::clone(canon));
            self.read = None;
        }
        let chosen = self.list.selected().and_then(|row| self.named.get(row)).map(|(id, _)| id.clone());
        if self.read != chosen {
            let entry = chosen.as_ref().and_then(|id| canon.entry(id));
            self.prose = Prose::text(entry.map_or("", |e| &e.text));
            self.read = chosen;
        }
    }
}

/// The entries that a beat names, then those of a text, with the words that do.
fn named(canon: &CanonView, language: &str, beat: &str, text: &str) -> Vec<(EntryId, String)> {
    let called = canon.entries.iter().map(|e| Called {
        name: &e.name,
        aliases: &e.aliases,
        person: e.kind == EntryKind::Character,
    });
    let names = Names::new(called, language);
    let asked = names.find(beat, Manner::Notes);
    let told = names.find(text, Manner::Prose);
    let told = told.into_iter().filter(|(index, _)| !asked.contains_key(index)).collect::<Vec<_>>();
    asked.into_iter().chain(told).map(|(index, words)| (canon.entries[index].id.clone(), words)).collect()
}

impl Overlay for Peek {
    fn name(&self) -> &'static str {
        "peek"
    }

    fn scopes(&self) -> &'static [Scope] {
        &[Scope::List, Scope::Global]
    }

    fn offers(&self, action: Action) -> bool {
        matches!(action, Action::Close) || (action == Action::Open && !self.named.is_empty())
    }

    fn act(&mut self, action: Action, _: &Cx) -> Vec<Effect> {
        match action {
            Action::Close | Action::Back => return vec![Effect::Close],
            Action::Open => {
                let chosen = self.list.selected().and_then(|row| self.named.get(row));
                return match chosen {
                    Some((id, _)) => {
                        vec![Effect::Close, Effect::Entry(Some(id.clone())), Effect::Go(Tab::Canon)]
                    }
                    None => Vec::new(),
                };
            }
            // The list is short; a long text is scrolled by what moves by the half screen.
            Action::HalfDown | Action::HalfUp | Action::PageDown | Action::PageUp => {
                self.prose.act(action);
            }
            action => _ = self.list.act(action),
        }
        Vec::new()
    }

    fn wants(&self, _: &Cx) -> Vec<Ask> {
        vec![Ask::Canon(self.book.clone())]
    }

    fn draw(&mut self, buffer: &mut Buffer, area: Rect, cx: &Cx) -> Option<Position> {
        self.look(cx);
        let theme = &cx.theme;
        let note = match &self.canon {
            Some(_) => format!("{} named here", self.named.len()),
            None => theme.glyphs.ellipsis.to_owned(),
        };
        let pane = Pane::new("Canon").right(&note).bottom("Enter goes there");
        let inside = ground(buffer, area, cx, (area.width.min(90), (area.height * 3 / 4).max(8)), pane);
        if self.named.is_empty() {
            if self.canon.is_some() {
                Pen::new(buffer, inside, theme).put(Role::Dim, "This page names nothing of the canon.");
            }
            return None;
        }
        let rows = (self.named.len() as u16).min(inside.height / 3).max(1);
        let list = Rect { height: rows, ..inside };
        let (named, canon) = (&self.named, self.canon.as_deref());
        self.list.draw(buffer, list, theme, true, |row, pen| {
            let (id, words) = &named[row];
            let Some(entry) = canon.and_then(|c| c.entry(id)) else { return false };
            pen.right(Role::Dim, words)
                .column(Role::Dim, entry.kind.name(), 11)
                .put(Role::Title, &entry.name);
            true
        });
        let text = Rect { y: inside.y + rows + 1, height: inside.height.saturating_sub(rows + 1), ..inside };
        self.prose.draw(buffer, text, theme);
        None
    }
}
