//! A question with an answer of one line: a title, a number, an amount, words to find.

use crossterm::event::KeyEvent;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::{Overlay, ground};
use crate::tui::action::{Action, Scope};
use crate::tui::cx::Cx;
use crate::tui::effect::Effect;
use crate::tui::purpose::Purpose;
use crate::tui::theme::Role;
use crate::tui::widgets::editor::{Editor, Pasted, Typed};
use crate::tui::widgets::{Pane, Pen};

/// An input of one line with its purpose.
pub struct Question {
    purpose: Purpose,
    editor: Editor,
    changed: bool,
    refusal: Option<String>,
}

impl Question {
    /// Opens on a text.
    #[must_use]
    pub fn new(purpose: Purpose, text: &str) -> Self {
        let editor = Editor::single_line().with_placeholder(purpose.placeholder()).with_text(text);
        Self { purpose, editor, changed: false, refusal: None }
    }
}

impl Overlay for Question {
    fn name(&self) -> &'static str {
        "question"
    }

    fn scopes(&self) -> &'static [Scope] {
        &[Scope::Dialog]
    }

    fn act(&mut self, action: Action, _: &Cx) -> Vec<Effect> {
        match (action, &self.purpose) {
            (Action::Close, _) => vec![Effect::Close],
            (Action::Accept, Purpose::Find) => vec![Effect::Find(self.editor.text())],
            (Action::Accept, purpose) => match purpose.order(self.editor.text()) {
                Ok(order) => vec![Effect::Send(order)],
                Err(why) => {
                    self.refusal = Some(why);
                    Vec::new()
                }
            },
            _ => Vec::new(),
        }
    }

    fn key(&mut self, key: KeyEvent, _: &Cx) -> Vec<Effect> {
        self.refusal = None;
        self.changed |= self.editor.key(key) == Typed::Changed;
        Vec::new()
    }

    fn paste(&mut self, text: &str, _: &Cx) -> Vec<Effect> {
        self.changed = true;
        if let Pasted::TooLong { bytes, limit } = self.editor.paste(text) {
            self.refusal = Some(format!("{bytes} bytes are too many for a line; {limit} are taken"));
        }
        Vec::new()
    }

    fn draw(&mut self, buffer: &mut Buffer, area: Rect, cx: &Cx) -> Option<Position> {
        let title = self.purpose.title();
        let inside = ground(buffer, area, cx, (area.width.min(72), 4), Pane::new(&title));
        let line = Rect { height: 1.min(inside.height), ..inside };
        let cursor = self.editor.render(buffer, line, &cx.theme);
        let below = Rect { y: inside.y + 1, height: inside.height.saturating_sub(1).min(1), ..inside };
        let mut pen = Pen::new(buffer, below, &cx.theme);
        match &self.refusal {
            Some(refusal) => _ = pen.put(Role::Error, refusal),
            None => {
                for (action, label) in [(Action::Accept, "ok"), (Action::Close, "close")] {
                    pen.put(Role::Key, &cx.key(&[Scope::Dialog], action))
                        .put(Role::Dim, " ")
                        .put(Role::Dim, label)
                        .skip(2);
                }
            }
        }
        cursor
    }

    fn text(&self) -> Option<String> {
        Some(self.editor.text())
    }

    fn unsent(&self) -> Option<(String, String)> {
        Some((self.purpose.draft().filter(|_| self.changed)?, self.editor.text()))
    }

    fn replace(&mut self, text: &str) {
        self.editor.set_text(text);
        self.changed = true;
    }
}
