//! A search over titles, beats and texts, answered while one types.

use crossterm::event::KeyEvent;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::{Overlay, ground};
use crate::domain::BookId;
use crate::store::rows::SearchHit;
use crate::tui::action::{Action, Scope};
use crate::tui::cx::Cx;
use crate::tui::effect::Effect;
use crate::tui::screens::{Tab, state};
use crate::tui::theme::Role;
use crate::tui::views::Ask;
use crate::tui::widgets::editor::Editor;
use crate::tui::widgets::{List, Pane, Pen};

/// Words, and the pages that hold them.
pub struct Find {
    book: Option<BookId>,
    editor: Editor,
    list: List,
}

impl Find {
    /// Searches one book, or all of them.
    #[must_use]
    pub fn new(book: Option<BookId>) -> Self {
        let editor = Editor::single_line().with_placeholder("words of a title, a beat or a text");
        Self { book, editor, list: List::default() }
    }

    fn words(&self) -> String {
        self.editor.text().trim().to_owned()
    }

    fn hits<'v>(&self, cx: &'v Cx) -> &'v [SearchHit] {
        cx.views.search(self.book.as_ref(), &self.words()).unwrap_or_default()
    }
}

impl Overlay for Find {
    fn name(&self) -> &'static str {
        "find"
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
                let hit = self.list.selected().and_then(|row| self.hits(cx).get(row));
                return match hit {
                    Some(hit) => {
                        let searched = Effect::Searched(self.words());
                        vec![
                            searched,
                            Effect::Close,
                            Effect::Page(hit.page.id.clone()),
                            Effect::Go(Tab::Desk),
                        ]
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

    fn wants(&self, cx: &Cx) -> Vec<Ask> {
        let words = self.words();
        let mut wanted = Vec::new();
        if let Some(hit) = self.list.selected().and_then(|row| self.hits(cx).get(row)) {
            wanted.push(Ask::Page(hit.page.id.clone()));
        }
        if !words.is_empty() {
            wanted.push(Ask::Search(self.book.clone(), words));
        }
        wanted
    }

    fn draw(&mut self, buffer: &mut Buffer, area: Rect, cx: &Cx) -> Option<Position> {
        let words = self.words();
        let hits = cx.views.search(self.book.as_ref(), &words);
        let note = match hits {
            _ if words.is_empty() => String::new(),
            None => cx.theme.glyphs.ellipsis.to_owned(),
            Some([]) => "nothing found".into(),
            Some(hits) => format!("{} found", hits.len()),
        };
        let pane = Pane::new(if self.book.is_some() { "Search this book" } else { "Search all books" })
            .right(&note)
            .bottom("Enter opens, arrows choose");
        let inside = ground(buffer, area, cx, (area.width.min(96), (area.height * 3 / 4).max(8)), pane);
        let line = Rect { height: 1.min(inside.height), ..inside };
        let cursor = self.editor.render(buffer, line, &cx.theme);
        let below = Rect { y: inside.y + 2, height: inside.height.saturating_sub(2), ..inside };
        // What was found for the letters before stays while the next answer is on its way.
        let hits = hits.unwrap_or_default();
        self.list.set_len(hits.len());
        let all_books = self.book.is_none();
        self.list.draw(buffer, below, &cx.theme, true, |row, pen| {
            draw_hit(pen, &hits[row], all_books, cx);
            true
        });
        cursor
    }
}

/// Writes a hit: which page, and the words around it with the hit in sight.
fn draw_hit(pen: &mut Pen, hit: &SearchHit, all_books: bool, cx: &Cx) {
    let (glyph, role, _) = state(&hit.page, &pen.theme().glyphs);
    if all_books {
        let book = cx.views.book(&hit.page.book).map_or("", |b| b.title.as_str());
        pen.column(Role::Dim, book, 18).skip(1);
    }
    let chapters = cx.views.chapters(&hit.page.book).unwrap_or_default();
    let chapter = chapters.iter().find(|c| c.id == hit.page.chapter).map(|c| c.number.to_string());
    pen.number(Role::Dim, &chapter.unwrap_or_default(), 3)
        .put(Role::Dim, ".")
        .column(Role::Dim, &hit.page.number.to_string(), 4)
        .put(role, glyph)
        .skip(1);
    if !hit.page.title.is_empty() {
        pen.put_within(Role::Title, &hit.page.title, 24).skip(2);
    }
    for (index, piece) in hit.excerpt.split('\u{2}').enumerate() {
        match piece.split_once('\u{3}') {
            Some((found, rest)) if index > 0 => _ = pen.put(Role::Match, found).put(Role::Dim, rest),
            _ => _ = pen.put(Role::Dim, piece),
        }
    }
}
