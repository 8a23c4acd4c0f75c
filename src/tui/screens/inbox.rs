//! Everything that waits for the author: open gates, pages in need, and what was set aside.

use std::fmt::Write as _;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::parts::{age, empty, label, short_state, state};
use super::{Screen, Tab};
use crate::domain::run::RunCommand;
use crate::tui::action::{Action, Scope};
use crate::tui::cx::Cx;
use crate::tui::effect::Effect;
use crate::tui::errand::{Order, Then};
use crate::tui::overlays::Find;
use crate::tui::purpose::of_page;
use crate::tui::theme::Role;
use crate::tui::views::{Ask, BLOCK, Waiting};
use crate::tui::widgets::{List, Pane, Pen};

/// The screen of what waits.
#[derive(Debug)]
pub struct Inbox {
    list: List,
    blocks: u32,
}

impl Default for Inbox {
    fn default() -> Self {
        Self { list: List::default(), blocks: 1 }
    }
}

impl Inbox {
    /// The rows at hand; fewer blocks of them while more are on their way.
    fn rows<'v>(&self, cx: &'v Cx) -> &'v [Waiting] {
        (1..=self.blocks).rev().find_map(|blocks| cx.views.waiting(blocks)).unwrap_or_default()
    }

    fn chosen<'v>(&self, cx: &'v Cx) -> Option<&'v Waiting> {
        self.rows(cx).get(self.list.selected()?)
    }
}

impl Screen for Inbox {
    fn scopes(&self, _: &Cx) -> &'static [Scope] {
        &[Scope::Inbox, Scope::List, Scope::Global]
    }

    fn offers(&self, action: Action, cx: &Cx) -> bool {
        match action {
            Action::Open => self.chosen(cx).is_some(),
            Action::TakeUp => self.chosen(cx).is_some_and(|w| w.page().set_aside),
            Action::Left | Action::Right => false,
            _ => true,
        }
    }

    fn wants(&self, cx: &Cx) -> Vec<Ask> {
        let mut wanted = vec![Ask::Waiting(self.blocks)];
        // The page under the cursor is most likely the next one to be opened.
        wanted.extend(self.chosen(cx).map(|w| Ask::Page(w.page().id.clone())));
        wanted
    }

    fn settle(&mut self, cx: &Cx) {
        self.list.set_len(self.rows(cx).len());
    }

    fn act(&mut self, action: Action, cx: &Cx) -> Vec<Effect> {
        let action = match action {
            Action::NextPane => Action::Down,
            Action::PreviousPane => Action::Up,
            action => action,
        };
        if self.list.act(action) {
            // More is asked for before the end is reached.
            let known = self.rows(cx).len() as u32;
            let near = self.list.selected().is_some_and(|row| row as u32 + BLOCK / 2 >= known);
            if near && known >= self.blocks * BLOCK {
                self.blocks += 1;
            }
            return Vec::new();
        }
        match (action, self.chosen(cx)) {
            (Action::Open | Action::Right, Some(row)) => {
                vec![Effect::Page(row.page().id.clone()), Effect::Go(Tab::Desk)]
            }
            (Action::TakeUp, Some(row)) if row.page().set_aside => {
                let command = RunCommand::SetAside { step: None, aside: false };
                let order = of_page(row.page().id.clone(), command);
                vec![Effect::Order(Order::command(order, Then::Say("taken up again".into())))]
            }
            (Action::Search, _) => {
                vec![Effect::Open(Box::new(Find::new(None)))]
            }
            _ => Vec::new(),
        }
    }

    fn draw(&mut self, buffer: &mut Buffer, area: Rect, cx: &Cx) {
        let theme = &cx.theme;
        let totals = cx.views.totals().cloned().unwrap_or_default();
        let mut note = format!("{} to review", totals.inbox);
        if totals.attention > 0 {
            let _ = write!(note, ", {} need you", totals.attention);
        }
        if totals.set_aside > 0 {
            let _ = write!(note, ", {} set aside", totals.set_aside);
        }
        let inside = Pane::new("Waiting for you").right(&note).focused(true).draw(buffer, area, theme);
        let rows = self.rows(cx);
        self.list.set_len(rows.len());
        if rows.is_empty() {
            let writing = format!("{} pages are being written.", totals.generating);
            let lines = if totals.generating > 0 {
                vec!["Nothing waits for you.", &writing]
            } else {
                vec!["Nothing waits for you."]
            };
            return empty(buffer, inside, theme, &lines);
        }
        self.list.draw(buffer, inside, theme, true, |row, pen| {
            draw_row(pen, &rows[row], cx);
            true
        });
    }
}

fn draw_row(pen: &mut Pen, row: &Waiting, cx: &Cx) {
    let wide = pen.room();
    let page = row.page();
    let (glyph, role, _) = state(page, &cx.theme.glyphs);
    let (place, since) = match row {
        Waiting::Gate(gate) if wide >= 100 => (
            format!("{} {} {}", gate.book_title, cx.theme.glyphs.separator, gate.chapter_title),
            gate.opened_at,
        ),
        Waiting::Gate(gate) => (gate.chapter_title.clone(), gate.opened_at),
        Waiting::Attention { chapter_title, .. } => (chapter_title.clone(), page.updated_at),
    };
    if wide >= 50 {
        pen.right(Role::Dim, " ").right_column(Role::Dim, &age(cx.now, since), 11);
    }
    if let (Waiting::Gate(gate), true) = (row, wide >= 80) {
        pen.right_column(Role::Dim, &format!("{} w", page.words), 8);
        pen.right_column(Role::Dim, &format!("revision {}", gate.number), 14);
    }
    pen.skip(1).put(role, glyph).skip(1);
    if wide >= 60 {
        pen.column(role, short_state(page), 17).skip(1).column(Role::Dim, &place, (wide / 4).min(40)).skip(2);
    }
    pen.number(Role::Dim, &page.number.to_string(), 3).skip(1);
    let name = label(page);
    pen.put(Role::Text, if name.is_empty() { "no beat yet" } else { name });
    if let (Waiting::Attention { page, .. }, true) = (row, wide >= 80)
        && let Some(attention) = &page.attention
    {
        pen.skip(2).put(Role::Error, &attention.message);
    }
}
