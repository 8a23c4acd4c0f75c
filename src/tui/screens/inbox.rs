//! Everything that waits for the author: open gates, pages in need, and what was set aside.

use std::fmt::Write as _;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::Screen;
use super::parts::{age, empty, label, run_state, short_state, state};
use crate::domain::run::RunCommand;
use crate::store::rows::{OwnRunRow, PageRow};
use crate::tui::action::{Action, Scope};
use crate::tui::cx::Cx;
use crate::tui::effect::Effect;
use crate::tui::errand::{Order, Then};
use crate::tui::overlays::Find;
use crate::tui::purpose::{of_page, of_run};
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
            Action::TakeUp => self.chosen(cx).is_some_and(Waiting::is_set_aside),
            Action::Left | Action::Right => false,
            _ => true,
        }
    }

    fn wants(&self, cx: &Cx) -> Vec<Ask> {
        let mut wanted = vec![Ask::Waiting(self.blocks)];
        // What is under the cursor is most likely the next to be opened.
        let chosen = self.chosen(cx);
        wanted.extend(chosen.and_then(Waiting::page).map(|p| Ask::Page(p.id.clone())));
        wanted.extend(chosen.and_then(Waiting::run).map(|r| Ask::Run(r.id.clone())));
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
            (Action::Open | Action::Right, Some(row)) => Effect::to_waiting(row),
            (Action::TakeUp, Some(row)) if row.is_set_aside() => {
                let step = match row {
                    Waiting::RunGate(gate) => Some(gate.step.clone()),
                    other => other.attention().map(|a| a.step.clone()),
                };
                let command = RunCommand::SetAside { step, aside: false };
                let order = match (row.page(), row.run()) {
                    (Some(page), _) => of_page(page.id.clone(), command),
                    (_, Some(run)) => of_run(run.id.clone(), command),
                    _ => return Vec::new(),
                };
                vec![Effect::Order(Order::command(order, Then::Say("back in the queue".into())))]
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
            let _ = write!(note, ", {} need attention", totals.attention);
        }
        if totals.set_aside > 0 {
            let _ = write!(note, ", {} deferred", totals.set_aside);
        }
        let inside = Pane::new("Waiting for you").right(&note).focused(true).draw(buffer, area, theme);
        let rows = self.rows(cx);
        self.list.set_len(rows.len());
        if rows.is_empty() {
            let writing = format!("{} being written.", totals.generating);
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
    if wide >= 50 {
        pen.right(Role::Dim, " ").right_column(Role::Dim, &age(cx.now, row.since()), 11);
    }
    match (row.page(), row.run()) {
        (Some(page), _) => draw_of_page(pen, wide, row, page, cx),
        (_, Some(run)) => draw_of_run(pen, wide, row, run, cx),
        _ => {}
    }
}

fn draw_of_run(pen: &mut Pen, wide: u16, row: &Waiting, run: &OwnRunRow, cx: &Cx) {
    let (glyph, role, words) = run_state(run, &cx.theme.glyphs);
    if let (Waiting::RunGate(gate), true) = (row, wide >= 80) {
        pen.right_column(Role::Dim, "", 8);
        pen.right_column(Role::Dim, &format!("revision {}", gate.number), 14);
    }
    let step = match row {
        Waiting::RunGate(gate) => gate.step.as_str(),
        _ => run.attention.as_ref().map_or("", |a| a.step.as_str()),
    };
    pen.skip(1).put(role, glyph).skip(1);
    if wide >= 60 {
        let what = if run.set_aside { words.to_owned() } else { format!("review {step}") };
        let what = if run.attention.is_some() { words.to_owned() } else { what };
        pen.column(role, &what, 17).skip(1);
        pen.column(Role::Dim, &run.workflow, (wide / 4).min(40)).skip(6);
    } else {
        pen.put(role, step).skip(1);
    }
    pen.put(Role::Text, &run.title);
    if let (Some(attention), true) = (&run.attention, wide >= 80) {
        pen.skip(2).put(Role::Error, &attention.message);
    }
}

fn draw_of_page(pen: &mut Pen, wide: u16, row: &Waiting, page: &PageRow, cx: &Cx) {
    let (glyph, role, _) = state(page, &cx.theme.glyphs);
    let place = match row {
        Waiting::Gate(gate) if wide >= 100 => {
            format!("{} {} {}", gate.book_title, cx.theme.glyphs.separator, gate.chapter_title)
        }
        Waiting::Gate(gate) => gate.chapter_title.clone(),
        Waiting::Attention { chapter_title, .. } => chapter_title.clone(),
        Waiting::RunGate(_) | Waiting::RunInNeed(_) => String::new(),
    };
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
