//! What was put into the trash, and can be brought back.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::Screen;
use super::parts::{empty, label};
use crate::domain::book::BookCommand;
use crate::store::rows::{BookRow, ChapterRow, PageRow};
use crate::tui::action::{Action, Scope};
use crate::tui::cx::Cx;
use crate::tui::effect::Effect;
use crate::tui::errand::{Order, Then};
use crate::tui::purpose::of_book;
use crate::tui::theme::Role;
use crate::tui::views::Ask;
use crate::tui::widgets::{List, Pane};

/// The screen of the trash.
#[derive(Debug, Default)]
pub struct TrashScreen {
    list: List,
}

/// A row of it.
enum Row<'v> {
    Book(&'v BookRow),
    Chapter(&'v ChapterRow),
    Page(&'v PageRow),
}

fn rows(cx: &Cx) -> Vec<Row<'_>> {
    let books = cx.views.books().unwrap_or_default().iter().filter(|b| b.trashed).map(Row::Book);
    let trash = cx.here.book.as_ref().and_then(|b| cx.views.trash(b));
    let chapters = trash.into_iter().flat_map(|t| t.chapters.iter().map(Row::Chapter));
    let pages = trash.into_iter().flat_map(|t| t.pages.iter().map(Row::Page));
    chapters.chain(pages).chain(books).collect()
}

impl Screen for TrashScreen {
    fn scopes(&self, _: &Cx) -> &'static [Scope] {
        &[Scope::Board, Scope::List, Scope::Global]
    }

    fn offers(&self, action: Action, cx: &Cx) -> bool {
        use crate::tui::action::Action as A;
        match action {
            A::BringBack => !rows(cx).is_empty(),
            A::NewPage
            | A::NewChapter
            | A::InsertPage
            | A::EditBeat
            | A::PastePages
            | A::Rename
            | A::MoveUp
            | A::MoveDown
            | A::Trash
            | A::ShowStale
            | A::ReadChapter
            | A::ExportChapter
            | A::Left
            | A::Right
            | A::Open
            | A::Search => false,
            _ => true,
        }
    }

    fn wants(&self, cx: &Cx) -> Vec<Ask> {
        cx.here.book.clone().map(Ask::Trash).into_iter().collect()
    }

    fn settle(&mut self, cx: &Cx) {
        self.list.set_len(rows(cx).len());
    }

    fn act(&mut self, action: Action, cx: &Cx) -> Vec<Effect> {
        if self.list.act(action) {
            return Vec::new();
        }
        match action {
            Action::Close | Action::ShowTrash => vec![Effect::Back],
            Action::BringBack | Action::Open => {
                let all = rows(cx);
                let Some(row) = self.list.selected().and_then(|r| all.get(r)) else { return Vec::new() };
                let (command, words) = match row {
                    Row::Book(b) => (of_book(b.id.clone(), BookCommand::BringBack), "the book is back"),
                    Row::Chapter(c) => {
                        let command = BookCommand::BringBackChapter { chapter: c.id.clone() };
                        (of_book(c.book.clone(), command), "the chapter is back")
                    }
                    Row::Page(p) => {
                        let command = BookCommand::BringBackPage { page: p.id.clone() };
                        (of_book(p.book.clone(), command), "the page is back")
                    }
                };
                vec![Effect::Order(Order::command(command, Then::Say(words.into())))]
            }
            _ => Vec::new(),
        }
    }

    fn draw(&mut self, buffer: &mut Buffer, area: Rect, cx: &Cx) {
        let theme = &cx.theme;
        let inside = Pane::new("Trash").focused(true).draw(buffer, area, theme);
        let all = rows(cx);
        self.list.set_len(all.len());
        if all.is_empty() {
            return empty(buffer, inside, theme, &["The trash is empty."]);
        }
        let chapters = cx.here.chapters(&cx.views);
        self.list.draw(buffer, inside, theme, true, |row, pen| {
            pen.skip(1);
            match &all[row] {
                Row::Book(b) => {
                    pen.right(Role::Dim, &format!("{} pages ", b.pages))
                        .column(Role::Dim, "book", 9)
                        .put(Role::Text, &b.title);
                }
                Row::Chapter(c) => {
                    pen.right(Role::Dim, &format!("{} pages ", c.pages))
                        .column(Role::Dim, "chapter", 9)
                        .put(Role::Text, &c.title);
                }
                Row::Page(p) => {
                    let chapter =
                        chapters.iter().find(|c| c.id == p.chapter).map_or("", |c| c.title.as_str());
                    let name = label(p);
                    pen.right(Role::Dim, &format!("{chapter} ")).column(Role::Dim, "page", 9);
                    pen.put(Role::Text, if name.is_empty() { p.id.as_str() } else { name });
                }
            }
            true
        });
    }
}
