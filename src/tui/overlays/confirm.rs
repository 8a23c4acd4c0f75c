//! A question that is answered by doing it, or by closing it.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::{Overlay, ground};
use crate::tui::action::{Action, Scope};
use crate::tui::cx::Cx;
use crate::tui::effect::Effect;
use crate::tui::errand::Order;
use crate::tui::theme::Role;
use crate::tui::widgets::wrap::Wrapped;
use crate::tui::widgets::{Pane, Pen};

/// A question, what it means, and the order that follows a yes.
pub struct Confirm {
    question: String,
    note: String,
    order: Order,
    closes: usize,
}

impl Confirm {
    /// Asks before an order is sent.
    #[must_use]
    pub fn new(question: &str, note: &str, order: Order) -> Self {
        Self { question: question.to_owned(), note: note.to_owned(), order, closes: 1 }
    }

    /// A yes closes the input below as well.
    #[must_use]
    pub fn closing_two(self) -> Self {
        Self { closes: 2, ..self }
    }
}

impl Overlay for Confirm {
    fn name(&self) -> &'static str {
        "confirm"
    }

    fn scopes(&self) -> &'static [Scope] {
        &[Scope::Dialog]
    }

    fn act(&mut self, action: Action, _: &Cx) -> Vec<Effect> {
        match action {
            Action::Close => vec![Effect::Close],
            Action::Accept => {
                let mut effects: Vec<Effect> = (1..self.closes).map(|_| Effect::Close).collect();
                effects.push(Effect::Send(self.order.clone()));
                effects
            }
            _ => Vec::new(),
        }
    }

    fn draw(&mut self, buffer: &mut Buffer, area: Rect, cx: &Cx) -> Option<Position> {
        let width = area.width.min(64);
        let text = crate::analysis::clean_line(&self.question).into_owned();
        let rows = Wrapped::new(&text, width.saturating_sub(4).max(1));
        let height = rows.len() as u16 + 4;
        let inside = ground(buffer, area, cx, (width, height), Pane::new("Sure?"));
        let mut y = inside.y;
        let mut line = |role: Role, words: &str, buffer: &mut Buffer| {
            if y < inside.bottom() {
                Pen::new(buffer, Rect { y, height: 1, ..inside }, &cx.theme).put(role, words);
                y += 1;
            }
        };
        for row in 0..rows.len() {
            line(Role::Text, text[rows.row(row)].trim_end(), buffer);
        }
        line(Role::Dim, &self.note, buffer);
        if y < inside.bottom() {
            let mut pen = Pen::new(buffer, Rect { y, height: 1, ..inside }, &cx.theme);
            for (action, label) in [(Action::Accept, "yes"), (Action::Close, "no")] {
                pen.put(Role::Key, &cx.key(&[Scope::Dialog], action))
                    .put(Role::Dim, " ")
                    .put(Role::Dim, label)
                    .skip(2);
            }
        }
        None
    }
}
