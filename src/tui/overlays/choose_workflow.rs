//! The workflows that there are, to start one. A broken one says what is wrong with it.

use std::sync::Arc;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::{Overlay, StartForm, ground};
use crate::domain::workflow::{SubjectKind, Workflow};
use crate::engine::Listed;
use crate::tui::action::{Action, Scope};
use crate::tui::cx::Cx;
use crate::tui::effect::Effect;
use crate::tui::notices::Tone;
use crate::tui::theme::Role;
use crate::tui::views::Ask;
use crate::tui::widgets::wrap::Wrapped;
use crate::tui::widgets::{List, Pane, Pen};

/// The rows below the list in which the chosen one says what it is.
const BELOW: u16 = 4;

/// The workflows.
pub struct ChooseWorkflow {
    list: List,
    page_first: bool,
}

impl ChooseWorkflow {
    /// Opens the list; `page_first` where the page is what the author works on.
    #[must_use]
    pub fn new(page_first: bool) -> Self {
        Self { list: List::default(), page_first }
    }

    fn chosen<'v>(&self, cx: &'v Cx) -> Option<&'v Listed> {
        startable(cx).get(self.list.selected()?).copied()
    }
}

/// What is not the workflow of pages: those are made on the board.
fn startable(cx: &Cx) -> Vec<&Listed> {
    let is_own = |read: &Arc<Workflow>| read.subject != SubjectKind::Page;
    let listed = cx.views.workflows().map(|l| l.as_slice()).unwrap_or_default();
    listed.iter().filter(|l| l.read.as_ref().map_or(true, is_own)).collect()
}

impl Overlay for ChooseWorkflow {
    fn name(&self) -> &'static str {
        "choose-workflow"
    }

    fn scopes(&self) -> &'static [Scope] {
        &[Scope::List, Scope::Global]
    }

    fn offers(&self, action: Action) -> bool {
        matches!(action, Action::Open | Action::Close)
    }

    fn wants(&self, _: &Cx) -> Vec<Ask> {
        vec![Ask::Workflows]
    }

    fn act(&mut self, action: Action, cx: &Cx) -> Vec<Effect> {
        if self.list.act(action) {
            return Vec::new();
        }
        match action {
            Action::Close | Action::Back | Action::Left => return vec![Effect::Close],
            Action::NextPane => _ = self.list.act(Action::Down),
            Action::PreviousPane => _ = self.list.act(Action::Up),
            Action::Open => match self.chosen(cx).map(|l| &l.read) {
                Some(Ok(workflow)) => {
                    let form = StartForm::new(Arc::clone(workflow), cx, self.page_first);
                    return vec![Effect::Close, Effect::Open(Box::new(form))];
                }
                Some(Err(error)) => return vec![Effect::Say(Tone::Refused, error.to_string())],
                None => {}
            },
            _ => {}
        }
        Vec::new()
    }

    fn draw(&mut self, buffer: &mut Buffer, area: Rect, cx: &Cx) -> Option<Position> {
        let listed = startable(cx);
        self.list.set_len(listed.len());
        let height = (listed.len() as u16 + BELOW + 2).min(area.height).max(BELOW + 3);
        let pane = Pane::new("Start which workflow?");
        let inside = ground(buffer, area, cx, (area.width.min(84), height), pane);
        let below = BELOW.min(inside.height / 2);
        let rows = Rect { height: inside.height - below, ..inside };
        self.list.draw(buffer, rows, &cx.theme, true, |row, pen| {
            match &listed[row].read {
                Ok(workflow) => {
                    pen.put(Role::Title, &listed[row].id).skip(2).put(Role::Dim, &workflow.about);
                }
                Err(_) => {
                    pen.put(Role::Error, cx.theme.glyphs.failed).skip(1);
                    pen.put(Role::Dim, &listed[row].id).skip(2).put(Role::Error, "cannot be started");
                }
            }
            true
        });
        let chosen = self.chosen(cx)?;
        let (role, text) = match &chosen.read {
            Ok(workflow) => (Role::Text, told(workflow)),
            Err(error) => (Role::Error, error.to_string()),
        };
        let text = crate::analysis::clean_line(&text).into_owned();
        let wrapped = Wrapped::new(&text, inside.width.max(1));
        for (row, y) in (rows.bottom() + 1..inside.bottom()).enumerate().take(wrapped.len()) {
            let line = Rect { y, height: 1, ..inside };
            Pen::new(buffer, line, &cx.theme).put(role, text[wrapped.row(row)].trim_end());
        }
        None
    }
}

/// A workflow in a sentence: what it is about, and its steps.
fn told(workflow: &Workflow) -> String {
    let about = match workflow.subject {
        SubjectKind::Page => "a page",
        SubjectKind::Text => "a page, a chapter or a file",
        SubjectKind::Book => "a book",
    };
    let steps: Vec<&str> = workflow.steps.iter().map(|s| s.id.as_str()).collect();
    let steps = steps.join(", ");
    format!("{} v{}, about {about}: {steps}", workflow.id, workflow.version)
}
