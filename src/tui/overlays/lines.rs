//! Lines to be read: the log, a report.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::{Overlay, ground};
use crate::tui::action::{Action, Scope};
use crate::tui::cx::Cx;
use crate::tui::effect::Effect;
use crate::tui::notices::Notice;
use crate::tui::widgets::{Pane, Prose};

/// A text to be read over the screen.
pub struct Lines {
    title: &'static str,
    prose: Prose,
    rows: usize,
}

impl Lines {
    /// Shows lines.
    #[must_use]
    pub fn new(title: &'static str, lines: &[String]) -> Self {
        let rows = lines.len();
        let text = if lines.is_empty() { "nothing yet".to_owned() } else { lines.join("\n") };
        Self { title, prose: Prose::text(&text), rows }
    }
}

/// A notice as a line of the log.
#[must_use]
pub fn log_line(notice: &Notice) -> String {
    let at = notice.at.to_string();
    format!("{}  {:<8}{}", at.get(11..19).unwrap_or_default(), notice.tone.word(), notice.line())
}

impl Overlay for Lines {
    fn name(&self) -> &'static str {
        "lines"
    }

    fn scopes(&self) -> &'static [Scope] {
        &[Scope::Reader, Scope::Global]
    }

    fn offers(&self, action: Action) -> bool {
        action == Action::Close
    }

    fn act(&mut self, action: Action, _: &Cx) -> Vec<Effect> {
        match action {
            Action::Close | Action::Back => return vec![Effect::Close],
            action => _ = self.prose.act(action),
        }
        Vec::new()
    }

    fn draw(&mut self, buffer: &mut Buffer, area: Rect, cx: &Cx) -> Option<Position> {
        let place = self.prose.place();
        let height = (self.rows as u16 + 2).clamp(6, area.height.max(6));
        let pane = Pane::new(self.title).bottom(&place);
        let inside = ground(buffer, area, cx, (area.width.min(100), height), pane);
        self.prose.draw(buffer, inside, &cx.theme);
        None
    }
}
