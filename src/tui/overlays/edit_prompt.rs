//! A template that is edited, beside what it makes of the page at hand as one types.

use crossterm::event::KeyEvent;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::{Overlay, ground, hints};
use crate::domain::PageId;
use crate::llm::Role as Speaker;
use crate::tui::action::{Action, Scope};
use crate::tui::cx::Cx;
use crate::tui::effect::Effect;
use crate::tui::purpose::Purpose;
use crate::tui::theme::Role;
use crate::tui::views::{Ask, ContextView, Unmade};
use crate::tui::widgets::editor::{Editor, Typed};
use crate::tui::widgets::{Pane, Pen, Prose};

/// A template in an editor.
pub struct EditPrompt {
    purpose: Purpose,
    agent: String,
    page: Option<PageId>,
    editor: Editor,
    began: String,
    changed: bool,
    refusal: Option<String>,
    preview: Prose,
    previewed: Option<String>,
}

impl EditPrompt {
    /// Opens on a template, or on what was left unsent.
    #[must_use]
    pub fn new(
        purpose: Purpose,
        agent: String,
        page: Option<PageId>,
        text: &str,
        unsent: Option<&str>,
    ) -> Self {
        Self {
            purpose,
            agent,
            page,
            editor: Editor::new().with_text(unsent.unwrap_or(text)),
            began: text.to_owned(),
            changed: false,
            refusal: None,
            preview: Prose::default(),
            previewed: None,
        }
    }

    /// Shows the newest preview that is here; the one before stays until then.
    fn look(&mut self, cx: &Cx) {
        let preview = cx.views.preview(self.page.as_ref(), &self.agent, &self.editor.text());
        if let Some(text) = preview.map(as_one)
            && self.previewed.as_ref() != Some(&text)
        {
            self.preview.set_text(&text);
            self.previewed = Some(text);
        }
    }
}

/// What a template makes of a page, or why it makes nothing, as one text.
#[must_use]
pub fn as_one(preview: &Result<std::sync::Arc<ContextView>, Unmade>) -> String {
    match preview {
        Ok(context) => messages(context, "──"),
        Err(unmade) => match &unmade.hint {
            Some(hint) => format!("{}\n\n{hint}", unmade.message),
            None => unmade.message.clone(),
        },
    }
}

/// The messages as one text, each under the one who speaks.
#[must_use]
pub fn messages(context: &ContextView, rule: &str) -> String {
    let spoken = context.messages.iter().map(|message| {
        let speaker = match message.role {
            Speaker::System => "system",
            Speaker::User => "user",
            Speaker::Assistant => "assistant",
        };
        format!("{rule} {speaker} {rule}\n\n{}\n", message.text.trim_end())
    });
    spoken.collect::<Vec<_>>().join("\n")
}

impl Overlay for EditPrompt {
    fn name(&self) -> &'static str {
        "edit-prompt"
    }

    fn scopes(&self) -> &'static [Scope] {
        &[Scope::Editor]
    }

    fn act(&mut self, action: Action, _: &Cx) -> Vec<Effect> {
        match action {
            Action::Submit => match self.purpose.order(self.editor.text()) {
                Ok(order) => return vec![Effect::Send(order)],
                Err(why) => {
                    self.refusal = Some(why);
                    return Vec::new();
                }
            },
            Action::Close => return vec![Effect::Close],
            Action::ExternalEditor => return vec![Effect::EditOutside],
            Action::NextField => {
                self.editor.paste("    ");
            }
            action => _ = self.editor.act(action),
        }
        self.changed = true;
        Vec::new()
    }

    fn key(&mut self, key: KeyEvent, _: &Cx) -> Vec<Effect> {
        self.refusal = None;
        self.changed |= self.editor.key(key) == Typed::Changed;
        Vec::new()
    }

    fn paste(&mut self, text: &str, _: &Cx) -> Vec<Effect> {
        self.changed = true;
        self.editor.paste(text);
        Vec::new()
    }

    fn wants(&self, _: &Cx) -> Vec<Ask> {
        vec![Ask::Preview(self.page.clone(), self.agent.clone(), self.editor.text())]
    }

    fn draw(&mut self, buffer: &mut Buffer, area: Rect, cx: &Cx) -> Option<Position> {
        self.look(cx);
        let theme = &cx.theme;
        let title = self.purpose.title();
        let inside = ground(buffer, area, cx, (area.width, area.height), Pane::new(&title));
        let last = Rect { y: inside.bottom().saturating_sub(1), height: 1.min(inside.height), ..inside };
        let body = Rect { height: inside.height.saturating_sub(1), ..inside };
        let (text, shown) = if area.width < 100 {
            let half = body.height / 2;
            (Rect { height: half, ..body }, Rect { y: body.y + half, height: body.height - half, ..body })
        } else {
            let half = body.width / 2;
            let right = body.width - half - 1;
            (Rect { width: half, ..body }, Rect { x: body.x + half + 1, width: right, ..body })
        };
        let cursor = self.editor.render(buffer, text, theme);
        let page = self.page.as_ref().map_or("no page is at hand", |_| "on the page at hand");
        let place = self.preview.place();
        let below = Pane::new("As it is sent").right(page).bottom(&place).draw(buffer, shown, theme);
        self.preview.draw(buffer, below, theme);
        match &self.refusal {
            Some(refusal) => _ = Pen::new(buffer, last, theme).put(Role::Error, refusal),
            None => hints(buffer, last, cx, "check and save"),
        }
        cursor
    }

    fn text(&self) -> Option<String> {
        Some(self.editor.text())
    }

    fn unsent(&self) -> Option<(String, String)> {
        let key = self.purpose.draft().filter(|_| self.changed)?;
        let text = self.editor.text();
        Some((key, if text == self.began { String::new() } else { text }))
    }

    fn replace(&mut self, text: &str) {
        self.editor.set_text(text);
        self.changed = true;
    }
}
