//! A search in the canon, answered while one types.

use crossterm::event::KeyEvent;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::{Overlay, ground};
use crate::domain::BookId;
use crate::store::rows::EntryRow;
use crate::tui::action::{Action, Scope};
use crate::tui::cx::Cx;
use crate::tui::effect::Effect;
use crate::tui::screens::Tab;
use crate::tui::theme::Role;
use crate::tui::views::Ask;
use crate::tui::widgets::editor::Editor;
use crate::tui::widgets::{List, Pane};

/// Words, and the entries that hold them.
pub struct FindEntry {
    book: BookId,
    editor: Editor,
    list: List,
}

impl FindEntry {
    /// Searches the canon of a book.
    #[must_use]
    pub fn new(book: BookId) -> Self {
        let editor = Editor::single_line().with_placeholder("words of a name, an alias or a text");
        Self { book, editor, list: List::default() }
    }

    fn words(&self) -> String {
        self.editor.text().trim().to_owned()
    }

    /// What was found; all entries before there are words. None while it is on its way.
    fn found<'v>(&self, cx: &'v Cx) -> Option<Vec<&'v EntryRow>> {
        let canon = cx.views.canon(&self.book)?;
        let words = self.words();
        if words.is_empty() {
            return Some(canon.entries.iter().collect());
        }
        let hits = cx.views.canon_search(&self.book, &words)?;
        Some(hits.iter().filter_map(|hit| canon.entry(&hit.entry)).collect())
    }
}

impl Overlay for FindEntry {
    fn name(&self) -> &'static str {
        "find-entry"
    }

    fn scopes(&self) -> &'static [Scope] {
        &[Scope::Dialog]
    }

    fn act(&mut self, action: Action, cx: &Cx) -> Vec<Effect> {
        match action {
            Action::Close => return vec![Effect::Close],
            Action::NextField => _ = self.list.act(Action::Down),
            Action::PreviousField => _ = self.list.act(Action::Up),
            Action::Accept => {
                let found = self.found(cx).unwrap_or_default();
                let entry = self.list.selected().and_then(|row| found.get(row));
                return match entry {
                    Some(entry) => {
                        vec![Effect::Close, Effect::Entry(Some(entry.id.clone())), Effect::Go(Tab::Canon)]
                    }
                    None => Vec::new(),
                };
            }
            action => _ = self.list.act(action),
        }
        Vec::new()
    }

    fn key(&mut self, key: KeyEvent, _: &Cx) -> Vec<Effect> {
        self.editor.key(key);
        self.list.select(0);
        Vec::new()
    }

    fn paste(&mut self, text: &str, _: &Cx) -> Vec<Effect> {
        self.editor.paste(text);
        Vec::new()
    }

    fn wants(&self, _: &Cx) -> Vec<Ask> {
        let words = self.words();
        let mut wanted = vec![Ask::Canon(self.book.clone())];
        if !words.is_empty() {
            wanted.push(Ask::CanonSearch(self.book.clone(), words));
        }
        wanted
    }

    fn draw(&mut self, buffer: &mut Buffer, area: Rect, cx: &Cx) -> Option<Position> {
        let found = self.found(cx);
        let note = match &found {
            None => cx.theme.glyphs.ellipsis.to_owned(),
            Some(found) if found.is_empty() => "nothing found".into(),
            Some(found) => format!("{} found", found.len()),
        };
        let pane = Pane::new("Search the canon").right(&note).bottom("Enter goes there, arrows choose");
        let inside = ground(buffer, area, cx, (area.width.min(96), (area.height * 3 / 4).max(8)), pane);
        let line = Rect { height: 1.min(inside.height), ..inside };
        let cursor = self.editor.render(buffer, line, &cx.theme);
        let below = Rect { y: inside.y + 2, height: inside.height.saturating_sub(2), ..inside };
        let found = found.unwrap_or_default();
        self.list.set_len(found.len());
        self.list.draw(buffer, below, &cx.theme, true, |row, pen| {
            let entry = found[row];
            pen.column(Role::Dim, entry.kind.name(), 11).put_within(Role::Title, &entry.name, 32).skip(2);
            pen.put(Role::Dim, &entry.text);
            true
        });
        cursor
    }
}
