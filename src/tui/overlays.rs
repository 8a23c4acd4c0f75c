//! What stands over a screen: inputs, questions, choices, the palette, help. `Esc` closes any of them and decides
//! nothing; what was typed stays unsent.

mod choose;
mod choose_workflow;
mod compose;
mod confirm;
mod context;
mod edit_prompt;
mod find;
mod find_entry;
mod help;
mod import;
mod keep;
mod kinds;
mod lessons;
mod lines;
mod palette;
mod peek;
mod publish;
mod question;
mod stale;
mod start_form;

use std::fmt;

use crossterm::event::KeyEvent;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::action::{Action, Scope};
use super::cx::Cx;
use super::effect::Effect;
use super::errand::Then;
use super::theme::Role;
use super::views::Ask;
use super::widgets::{Pane, Pen, popup};

pub use super::screens::{name_of, name_of_waiting};
pub use choose::Choose;
pub use choose_workflow::ChooseWorkflow;
pub use compose::Compose;
pub use confirm::Confirm;
pub use context::Context;
pub use edit_prompt::{EditPrompt, as_one};
pub use find::Find;
pub use find_entry::FindEntry;
pub use help::Help;
pub use import::Import;
pub use keep::Keep;
pub use kinds::Kinds;
pub use lessons::Lessons;
pub use lines::{Lines, log_line};
pub use palette::Palette;
pub use peek::Peek;
pub use publish::Publish;
pub use question::Question;
pub use stale::Stale;
pub use start_form::StartForm;

/// Something over a screen.
pub trait Overlay {
    /// What it is, for messages and tests.
    fn name(&self) -> &'static str;

    /// The scopes in force, innermost first.
    fn scopes(&self) -> &'static [Scope];

    /// Whether an action is of use in it; what is not stays out of the footer.
    fn offers(&self, _action: Action) -> bool {
        true
    }

    /// Handles an action.
    fn act(&mut self, action: Action, cx: &Cx) -> Vec<Effect>;

    /// Handles a key that nothing is bound to: typing.
    fn key(&mut self, _key: KeyEvent, _cx: &Cx) -> Vec<Effect> {
        Vec::new()
    }

    /// Takes a paste.
    fn paste(&mut self, _text: &str, _cx: &Cx) -> Vec<Effect> {
        Vec::new()
    }

    /// What it draws from.
    fn wants(&self, _cx: &Cx) -> Vec<Ask> {
        Vec::new()
    }

    /// Draws itself; says where the cursor stands, where it has an input.
    fn draw(&mut self, buffer: &mut Buffer, area: Rect, cx: &Cx) -> Option<Position>;

    /// The text of its input.
    fn text(&self) -> Option<String> {
        None
    }

    /// What was typed and not sent, by the name it is kept under.
    fn unsent(&self) -> Option<(String, String)> {
        None
    }

    /// Takes the text that the author's own editor gave back.
    fn replace(&mut self, _text: &str) {}

    /// Whether it is done with once that has come of its order; until then what was typed stays.
    fn ends_with(&self, _then: &Then) -> bool {
        false
    }

    /// Whether it is the help.
    fn is_help(&self) -> bool {
        false
    }
}

impl fmt::Debug for dyn Overlay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Writes what an input is sent by, closed by, and handed to the author's editor by.
fn hints(buffer: &mut Buffer, area: Rect, cx: &Cx, submit: &str) {
    let mut pen = Pen::new(buffer, area, &cx.theme);
    for (action, label) in [
        (Action::Submit, submit),
        (Action::Close, "close, keep what I wrote"),
        (Action::ExternalEditor, "$EDITOR"),
    ] {
        let key = cx.key(&[Scope::Editor], action);
        pen.put(Role::Key, &key).put(Role::Dim, " ").put(Role::Dim, label).skip(2);
    }
}

/// Draws the ground and the lines of an overlay in the middle of an area; returns what is inside.
fn ground(buffer: &mut Buffer, area: Rect, cx: &Cx, size: (u16, u16), pane: Pane) -> Rect {
    let area = popup::centered(area, size.0, size.1);
    popup::clear(buffer, area);
    let inside = pane.focused(true).draw(buffer, area, &cx.theme);
    Rect { x: inside.x + 1.min(inside.width), width: inside.width.saturating_sub(2), ..inside }
}
