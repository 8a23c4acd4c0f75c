//! Every key that works below, made from the keymap.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::{Overlay, ground};
use crate::tui::action::{Action, Scope};
use crate::tui::cx::Cx;
use crate::tui::effect::Effect;
use crate::tui::keymap::{Hint, Keymap};
use crate::tui::theme::Role;
use crate::tui::widgets::{List, Pane};

/// A row of the help.
enum Row {
    Head(Scope),
    Blank,
    Hint(Hint),
}

/// The help.
pub struct Help {
    rows: Vec<Row>,
    list: List,
}

impl Help {
    /// The keys that work where these scopes are in force.
    #[must_use]
    pub fn new(keymap: &Keymap, stack: &[Scope]) -> Self {
        let mut rows = Vec::new();
        let mut scope = None;
        for hint in keymap.help(stack) {
            if scope != Some(hint.scope) {
                if scope.is_some() {
                    rows.push(Row::Blank);
                }
                rows.push(Row::Head(hint.scope));
                scope = Some(hint.scope);
            }
            rows.push(Row::Hint(hint));
        }
        let mut list = List::default();
        list.set_len(rows.len());
        Self { rows, list }
    }
}

impl Overlay for Help {
    fn name(&self) -> &'static str {
        "help"
    }

    fn scopes(&self) -> &'static [Scope] {
        &[Scope::List, Scope::Global]
    }

    fn offers(&self, action: Action) -> bool {
        action == Action::Close
    }

    fn act(&mut self, action: Action, _: &Cx) -> Vec<Effect> {
        if matches!(action, Action::Close | Action::Help | Action::Back | Action::Open) {
            return vec![Effect::Close];
        }
        self.list.act(action);
        Vec::new()
    }

    fn draw(&mut self, buffer: &mut Buffer, area: Rect, cx: &Cx) -> Option<Position> {
        let pane = Pane::new("Keys that work here").bottom("config folder: keymap.toml changes them");
        let size = (area.width.min(86), (self.rows.len() as u16 + 2).min(area.height));
        let inside = ground(buffer, area, cx, size, pane);
        let rows = &self.rows;
        self.list.draw(buffer, inside, &cx.theme, true, |row, pen| {
            match &rows[row] {
                Row::Blank => {}
                Row::Head(scope) => _ = pen.put(Role::Title, scope.name()),
                Row::Hint(hint) => {
                    let keys = hint.keys.join("  ");
                    pen.skip(1).put_within(Role::Key, &keys, 20);
                    let used = crate::tui::widgets::wrap::width_of(&keys).min(20) as u16;
                    pen.skip(22 - used).put(Role::Text, hint.action.about());
                }
            }
            true
        });
        None
    }

    fn is_help(&self) -> bool {
        true
    }
}
