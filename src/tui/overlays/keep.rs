//! The text that choices on changes make, shown before it is kept.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::{Overlay, ground};
use crate::tui::action::{Action, Scope};
use crate::tui::cx::Cx;
use crate::tui::effect::Effect;
use crate::tui::errand::Order;
use crate::tui::theme::Role;
use crate::tui::widgets::{Pane, Pen, Prose};

/// The columns that are good to read in.
const MEASURE: u16 = 78;

/// A text, and the order that keeps it.
pub struct Keep {
    question: &'static str,
    prose: Prose,
    note: String,
    order: Order,
}

impl Keep {
    /// Shows a text before its order is sent.
    #[must_use]
    pub fn new(text: &str, order: Order) -> Self {
        let note = format!("{} words", crate::analysis::count_words(text));
        let prose = Prose::text(text).with_measure(MEASURE);
        Self { question: "Keep this as a new revision?", prose, note, order }
    }

    /// Asks in other words, where more follows than a new revision.
    #[must_use]
    pub fn asking(mut self, question: &'static str) -> Self {
        self.question = question;
        self
    }
}

impl Overlay for Keep {
    fn name(&self) -> &'static str {
        "keep"
    }

    fn scopes(&self) -> &'static [Scope] {
        &[Scope::Dialog]
    }

    fn act(&mut self, action: Action, _: &Cx) -> Vec<Effect> {
        match action {
            Action::Close => vec![Effect::Close],
            Action::Accept => vec![Effect::Send(self.order.clone())],
            // A dialog's keys for fields scroll here.
            Action::NextField => {
                self.prose.act(Action::Down);
                Vec::new()
            }
            Action::PreviousField => {
                self.prose.act(Action::Up);
                Vec::new()
            }
            action => {
                self.prose.act(action);
                Vec::new()
            }
        }
    }

    fn draw(&mut self, buffer: &mut Buffer, area: Rect, cx: &Cx) -> Option<Position> {
        let place = self.prose.place();
        let pane = Pane::new(self.question).right(&self.note).bottom(&place);
        let inside = ground(buffer, area, cx, (area.width.min(MEASURE + 4), area.height), pane);
        let text = Rect { height: inside.height.saturating_sub(1), ..inside };
        self.prose.draw(buffer, text, &cx.theme);
        let line = Rect { y: inside.bottom().saturating_sub(1), height: 1.min(inside.height), ..inside };
        let mut pen = Pen::new(buffer, line, &cx.theme);
        for (action, label) in [(Action::Accept, "keep"), (Action::Close, "back to the changes")] {
            pen.put(Role::Key, &cx.key(&[Scope::Dialog], action))
                .put(Role::Dim, " ")
                .put(Role::Dim, label)
                .skip(2);
        }
        None
    }
}
