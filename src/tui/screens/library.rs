//! The books: how far each has come, what it holds and when it was last touched.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::parts::{age, count, empty, many, share};
use super::{Screen, Tab};
use crate::domain::book::BookCommand;
use crate::store::rows::BookRow;
use crate::tui::action::{Action, Scope};
use crate::tui::cx::Cx;
use crate::tui::effect::Effect;
use crate::tui::errand::{Order, Then};
use crate::tui::overlays::{Confirm, Find, Publish};
use crate::tui::purpose::{Purpose, of_book};
use crate::tui::theme::Role;
use crate::tui::views::Ask;
use crate::tui::widgets::{List, Pane, Pen};

/// The screen of books.
#[derive(Debug, Default)]
pub struct Library {
    list: List,
    with_trash: bool,
}

impl Library {
    fn rows<'v>(&self, cx: &'v Cx) -> Vec<&'v BookRow> {
        let books = cx.views.books().unwrap_or_default();
        books.iter().filter(|b| self.with_trash || !b.trashed).collect()
    }

    fn chosen<'v>(&self, cx: &'v Cx) -> Option<&'v BookRow> {
        self.rows(cx).get(self.list.selected()?).copied()
    }
}

impl Screen for Library {
    fn scopes(&self, _: &Cx) -> &'static [Scope] {
        &[Scope::Library, Scope::List, Scope::Global]
    }

    fn offers(&self, action: Action, cx: &Cx) -> bool {
        let chosen = self.chosen(cx);
        match action {
            Action::BringBack => chosen.is_some_and(|b| b.trashed),
            Action::Trash | Action::Rename | Action::Open | Action::Publish => {
                chosen.is_some_and(|b| !b.trashed)
            }
            Action::Left | Action::Right => false,
            _ => true,
        }
    }

    fn wants(&self, _: &Cx) -> Vec<Ask> {
        Vec::new()
    }

    fn settle(&mut self, cx: &Cx) {
        self.list.set_len(self.rows(cx).len());
    }

    fn enter(&mut self, cx: &Cx) {
        self.settle(cx);
        let here = cx.here.book.as_ref();
        if let Some(row) = self.rows(cx).iter().position(|b| Some(&b.id) == here) {
            self.list.select(row);
        }
    }

    fn act(&mut self, action: Action, cx: &Cx) -> Vec<Effect> {
        if self.list.act(action) {
            return Vec::new();
        }
        let chosen = self.chosen(cx);
        match (action, chosen) {
            (Action::NewBook, _) => vec![Effect::Write(Purpose::NewBook, String::new())],
            (Action::Search, _) => vec![Effect::Open(Box::new(Find::new(None)))],
            (Action::ShowTrash, _) => {
                self.with_trash = !self.with_trash;
                self.settle(cx);
                Vec::new()
            }
            (Action::Open | Action::Right, Some(book)) if !book.trashed => {
                vec![Effect::Book(book.id.clone()), Effect::Go(Tab::Board)]
            }
            (Action::Publish, Some(book)) if !book.trashed => {
                vec![Effect::Open(Box::new(Publish::new(book.id.clone())))]
            }
            (Action::Rename, Some(book)) if !book.trashed => {
                vec![Effect::Write(Purpose::RenameBook { book: book.id.clone() }, book.title.clone())]
            }
            (Action::Trash, Some(book)) if !book.trashed => {
                let order = of_book(book.id.clone(), BookCommand::Trash);
                let question = format!(
                    "Move \"{}\" ({}) to the trash?",
                    book.title,
                    many(book.pages.into(), "page", "pages")
                );
                let order = Order::command(order, Then::Say("the book is in the trash".into()));
                vec![Effect::Open(Box::new(Confirm::new(&question, "It can be restored.", order)))]
            }
            (Action::BringBack, Some(book)) if book.trashed => {
                let order = of_book(book.id.clone(), BookCommand::BringBack);
                vec![Effect::Order(Order::command(order, Then::Say("the book is back".into())))]
            }
            _ => Vec::new(),
        }
    }

    fn draw(&mut self, buffer: &mut Buffer, area: Rect, cx: &Cx) {
        let theme = &cx.theme;
        let rows = self.rows(cx);
        let note = if self.with_trash { "with the trash" } else { "" };
        let inside = Pane::new("Books").right(note).focused(true).draw(buffer, area, theme);
        self.list.set_len(rows.len());
        if rows.is_empty() {
            let key = cx.key(self.scopes(cx), Action::NewBook);
            let lines = match cx.views.books() {
                None => vec![theme.glyphs.ellipsis.to_owned()],
                Some(_) => vec!["No book yet.".to_owned(), format!("{key} starts one.")],
            };
            return empty(buffer, inside, theme, &lines.iter().map(String::as_str).collect::<Vec<_>>());
        }
        self.list.draw(buffer, inside, theme, true, |row, pen| {
            draw_book(pen, rows[row], cx);
            true
        });
    }
}

fn draw_book(pen: &mut Pen, book: &BookRow, cx: &Cx) {
    let wide = pen.room();
    let glyphs = &cx.theme.glyphs;
    pen.right(Role::Dim, " ").right_column(Role::Dim, &age(cx.now, book.updated_at), 11);
    if wide >= 100 {
        pen.right_column(Role::Dim, &format!("{:#}", book.spent), 10);
        pen.right_column(Role::Dim, &format!("{} words", count(book.words)), 15);
    }
    if wide >= 70 {
        pen.right_column(Role::Dim, &format!("{} chapters", book.chapters), 14);
    }
    if wide >= 50 {
        let pages = format!("{}/{} pages", count(book.approved.into()), count(book.pages.into()));
        pen.right_column(Role::Text, &pages, 19);
    }
    pen.skip(1);
    if book.trashed {
        pen.put(Role::Dim, &format!("{}  (in the trash)", book.title));
        return;
    }
    if wide >= 60 {
        pen.bar(Role::PageApproved, share(book.approved, book.pages), 10).skip(2);
    }
    pen.put(Role::Title, &book.title);
    for (n, glyph, role) in [
        (book.reviewing, glyphs.waiting, Role::UserReviewingNarration),
        (book.generating, glyphs.doing, Role::GeneratingNarration),
        (book.waiting, glyphs.todo, Role::AwaitingUserInput),
    ] {
        if n > 0 {
            pen.skip(1).put(role, &format!("{glyph}{n}"));
        }
    }
}
