//! Every action and page by name: type some of its letters.

use crossterm::event::KeyEvent;
use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::{Overlay, ground, name_of};
use crate::store::rows::SearchHit;
use crate::tui::action::{Action, Scope};
use crate::tui::cx::Cx;
use crate::tui::effect::Effect;
use crate::tui::screens::Tab;
use crate::tui::theme::Role;
use crate::tui::views::Ask;
use crate::tui::widgets::editor::Editor;
use crate::tui::widgets::{List, Pane};

/// The palette.
pub struct Palette {
    editor: Editor,
    list: List,
    /// Actions with the keys that ask for them.
    actions: Vec<(Action, String)>,
    /// Those that match, best first.
    matching: Vec<usize>,
}

impl Palette {
    /// Offers what works where these scopes are in force, and what has no key.
    #[must_use]
    pub fn new(cx: &Cx, stack: &[Scope]) -> Self {
        let mut actions: Vec<(Action, String)> = Vec::new();
        for hint in cx.keymap.help(stack) {
            let shown = !hint.action.moves() && !matches!(hint.action, Action::Palette | Action::Close);
            if shown && actions.iter().all(|(a, _)| *a != hint.action) {
                actions.push((hint.action, hint.keys.join("  ")));
            }
        }
        actions.extend(Action::PALETTE_ONLY.iter().map(|action| (*action, String::new())));
        let mut palette = Self {
            editor: Editor::single_line().with_placeholder("what to do, or words of a page"),
            list: List::default(),
            actions,
            matching: Vec::new(),
        };
        palette.filter();
        palette
    }

    fn words(&self) -> String {
        self.editor.text().trim().to_owned()
    }

    fn filter(&mut self) {
        let pattern = Pattern::parse(&self.words(), CaseMatching::Ignore, Normalization::Smart);
        let mut matcher = Matcher::new(Config::DEFAULT);
        let mut letters = Vec::new();
        let mut scored: Vec<(u32, usize)> = (0..self.actions.len())
            .filter_map(|index| {
                let (action, _) = &self.actions[index];
                let name = format!("{} {}", action.label(), action.about());
                pattern.score(Utf32Str::new(&name, &mut letters), &mut matcher).map(|score| (score, index))
            })
            .collect();
        scored.sort_by_key(|(score, index)| (std::cmp::Reverse(*score), *index));
        self.matching = scored.into_iter().map(|(_, index)| index).collect();
        self.list.select(0);
    }

    fn pages<'v>(&self, cx: &'v Cx) -> &'v [SearchHit] {
        let book = cx.here.book.as_ref();
        cx.views.search(book, &self.words()).unwrap_or_default()
    }
}

impl Overlay for Palette {
    fn name(&self) -> &'static str {
        "palette"
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
                let Some(row) = self.list.selected() else { return Vec::new() };
                if let Some(index) = self.matching.get(row) {
                    return vec![Effect::Do(self.actions[*index].0)];
                }
                let hit = self.pages(cx).get(row - self.matching.len());
                return match hit {
                    Some(hit) => {
                        vec![Effect::Close, Effect::Page(hit.page.id.clone()), Effect::Go(Tab::Desk)]
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
        self.filter();
        Vec::new()
    }

    fn paste(&mut self, text: &str, _: &Cx) -> Vec<Effect> {
        self.editor.paste(text);
        self.filter();
        Vec::new()
    }

    fn wants(&self, cx: &Cx) -> Vec<Ask> {
        let words = self.words();
        if words.is_empty() { Vec::new() } else { vec![Ask::Search(cx.here.book.clone(), words)] }
    }

    fn draw(&mut self, buffer: &mut Buffer, area: Rect, cx: &Cx) -> Option<Position> {
        let pane = Pane::new("Command or page").bottom("Enter does it, arrows choose");
        let inside = ground(buffer, area, cx, (area.width.min(86), (area.height * 3 / 4).max(8)), pane);
        let line = Rect { height: 1.min(inside.height), ..inside };
        let cursor = self.editor.render(buffer, line, &cx.theme);
        let below = Rect { y: inside.y + 2, height: inside.height.saturating_sub(2), ..inside };
        let pages = self.pages(cx);
        self.list.set_len(self.matching.len() + pages.len());
        let (matching, actions) = (&self.matching, &self.actions);
        self.list.draw(buffer, below, &cx.theme, true, |row, pen| {
            if let Some(index) = matching.get(row) {
                let (action, keys) = &actions[*index];
                pen.right(Role::Key, keys).put(Role::Text, action.about());
            } else if let Some(hit) = pages.get(row - matching.len()) {
                pen.right(Role::Dim, "page").put(Role::Title, &name_of(&hit.page));
            }
            true
        });
        cursor
    }
}
