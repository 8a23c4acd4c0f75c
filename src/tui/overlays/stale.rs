//! The pages of a book that were written from what has changed since, each with the cause: still fine, one or all,
//! or asked for anew.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::{Confirm, Overlay, ground};
use crate::domain::BookId;
use crate::service::stale::{StalePage, keep};
use crate::tui::action::{Action, Scope};
use crate::tui::cx::Cx;
use crate::tui::effect::Effect;
use crate::tui::errand::{Errand, Order, Then};
use crate::tui::notices::Tone;
use crate::tui::screens::{Doc, DocView, Tab, ask_anew, short_state};
use crate::tui::theme::Role;
use crate::tui::views::Ask;
use crate::tui::widgets::{List, Pane, Pen};

/// The list of stale pages.
pub struct Stale {
    book: BookId,
    list: List,
    read: DocView,
}

impl Stale {
    /// Lists a book's stale pages.
    #[must_use]
    pub fn new(book: BookId) -> Self {
        Self { book, list: List::default(), read: DocView::default() }
    }

    fn rows<'v>(&self, cx: &'v Cx) -> &'v [StalePage] {
        cx.views.stale_pages(&self.book).unwrap_or_default()
    }

    fn chosen<'v>(&self, cx: &'v Cx) -> Option<&'v StalePage> {
        let rows = self.rows(cx);
        rows.get(self.list.selected()?.min(rows.len().checked_sub(1)?))
    }

    fn keep_all(&self, cx: &Cx) -> Vec<Effect> {
        let rows = self.rows(cx);
        let commands: Vec<_> = rows.iter().map(|stale| keep(stale.page.id.clone(), &stale.causes)).collect();
        let question = match commands.len() {
            0 => return Vec::new(),
            1 => "Keep this page as it is?".to_owned(),
            n => format!("Keep all {n} pages as they are?"),
        };
        let then = Then::Say(format!(
            "{} up to date",
            if commands.len() == 1 { "marked as" } else { "all marked as" }
        ));
        let order = Order { errand: Errand::Commands(commands), then, draft: None };
        let note = "The change is recorded as accepted; a further change counts again.";
        vec![Effect::Open(Box::new(Confirm::new(&question, note, order)))]
    }
}

impl Overlay for Stale {
    fn name(&self) -> &'static str {
        "stale"
    }

    fn scopes(&self) -> &'static [Scope] {
        &[Scope::Stale, Scope::List, Scope::Global]
    }

    fn offers(&self, action: Action) -> bool {
        matches!(
            action,
            Action::KeepPage | Action::KeepAll | Action::RenewPage | Action::Open | Action::Close
        )
    }

    fn act(&mut self, action: Action, cx: &Cx) -> Vec<Effect> {
        let chosen = self.chosen(cx).cloned();
        match (action, chosen) {
            (Action::Close | Action::Back, _) => return vec![Effect::Close],
            (Action::KeepPage, Some(StalePage { page, causes })) => {
                let then = Then::Say(format!("page {} is marked as up to date", page.number));
                return vec![Effect::Order(Order::command(keep(page.id, &causes), then))];
            }
            (Action::KeepAll, _) => return self.keep_all(cx),
            (Action::RenewPage, Some(StalePage { page, causes })) => {
                return match cx.views.page(&page.id) {
                    Some(detail) => ask_anew(detail, &causes),
                    None => vec![Effect::Say(Tone::News, "looking up the page …".into())],
                };
            }
            (Action::Open, Some(StalePage { page, .. })) => {
                return vec![Effect::Close, Effect::Page(page.id), Effect::Go(Tab::Desk)];
            }
            (Action::HalfDown | Action::HalfUp | Action::PageDown | Action::PageUp, _) => {
                self.read.act(action);
            }
            (action, _) => _ = self.list.act(action),
        }
        Vec::new()
    }

    fn wants(&self, cx: &Cx) -> Vec<Ask> {
        let chosen = self.chosen(cx).map(|stale| Ask::Page(stale.page.id.clone()));
        [Ask::StalePages(self.book.clone())].into_iter().chain(chosen).collect()
    }

    fn draw(&mut self, buffer: &mut Buffer, area: Rect, cx: &Cx) -> Option<Position> {
        let theme = &cx.theme;
        let rows = self.rows(cx);
        let keys = [Action::KeepPage, Action::KeepAll, Action::RenewPage].map(|a| cx.key(self.scopes(), a));
        let bottom = format!("{} keeps it, {} keeps all, {} regenerates", keys[0], keys[1], keys[2]);
        let note = rows.len().to_string();
        let frame = Pane::new("Stale pages").right(&note).bottom(&bottom);
        let height = (rows.len() as u16 + 10).min(area.height);
        let inside = ground(buffer, area, cx, (area.width.min(90), height), frame);
        if rows.is_empty() {
            if cx.views.stale_pages(&self.book).is_some() {
                Pen::new(buffer, inside, theme).put(Role::Dim, "No page is stale.");
            }
            return None;
        }
        let list = Rect { height: (rows.len() as u16).min(inside.height.saturating_sub(6)).max(1), ..inside };
        let chapters = cx.views.chapters(&self.book).unwrap_or_default();
        self.list.set_len(rows.len());
        self.list.draw(buffer, list, theme, true, |row, pen| {
            let page = &rows[row].page;
            let chapter = chapters.iter().find(|c| c.id == page.chapter).map(|c| c.number.to_string());
            pen.right(Role::Dim, short_state(page));
            pen.number(Role::Dim, &format!("{}.{}", chapter.unwrap_or_default(), page.number), 6).skip(1);
            pen.put(Role::Text, if page.title.is_empty() { &page.beat } else { &page.title });
            true
        });
        let mut doc = Doc::default();
        for cause in self.chosen(cx).map(|stale| stale.causes.as_slice()).unwrap_or_default() {
            let line = format!("{} {}, read by the {}", theme.glyphs.stale, cause.cause(), cause.step);
            doc.put(Role::Warning, 0, &line);
        }
        self.read.set(doc);
        let below = (list.height + 1).min(inside.height);
        let text = Rect { y: inside.y + below, height: inside.height - below, ..inside };
        self.read.draw(buffer, text, theme);
        None
    }
}
