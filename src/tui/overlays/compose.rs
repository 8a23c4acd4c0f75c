//! A text area over the screen: beat, feedback, an edit, a text by hand, several beats at once.

use crossterm::event::KeyEvent;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::{Confirm, Overlay, ground, hints};
use crate::analysis::count_words;
use crate::domain::run::Marked;
use crate::tui::action::{Action, Scope};
use crate::tui::cx::Cx;
use crate::tui::effect::{Effect, Told};
use crate::tui::errand::Errand;
use crate::tui::notices::Tone;
use crate::tui::purpose::{Purpose, beats};
use crate::tui::theme::Role;
use crate::tui::widgets::editor::{Editor, Pasted, Typed};
use crate::tui::widgets::{Pane, Pen};

/// The most columns that a line of text is given.
const WIDE: u16 = 88;

/// A text area with its purpose.
pub struct Compose {
    purpose: Purpose,
    editor: Editor,
    /// The text that it began with; the same text is not worth keeping.
    began: String,
    restored: bool,
    changed: bool,
    refusal: Option<String>,
}

impl Compose {
    /// Opens on `text`, or on what was left unsent.
    #[must_use]
    pub fn new(purpose: Purpose, text: &str, unsent: Option<&str>) -> Self {
        let editor = Editor::new().with_placeholder(purpose.placeholder()).with_text(unsent.unwrap_or(text));
        let restored = unsent.is_some_and(|u| u != text);
        Self { purpose, editor, began: text.to_owned(), restored, changed: false, refusal: None }
    }

    fn submit(&mut self) -> Vec<Effect> {
        match &self.purpose {
            Purpose::Passage { .. } if self.editor.text().trim().is_empty() => {
                self.refusal = Some("say what is wrong with it".into());
                return Vec::new();
            }
            Purpose::Passage { quoted, .. } => {
                let marked = Marked { quoted: quoted.clone(), words: self.editor.text() };
                return vec![Effect::Told(Told::Passage(marked))];
            }
            Purpose::OwnWords { change, .. } => {
                return vec![Effect::Told(Told::OwnWords(*change, self.editor.text()))];
            }
            _ => {}
        }
        let order = match self.purpose.order(self.editor.text()) {
            Ok(order) => order,
            Err(why) => {
                self.refusal = Some(why);
                return Vec::new();
            }
        };
        match (&self.purpose, &order.errand) {
            // So many pages are not made by mistake.
            (Purpose::PastePages { .. }, Errand::Commands(commands)) if commands.len() > 1 => {
                let question = format!("Make {} pages of these beats?", commands.len());
                let note = "Their narration starts at once.";
                vec![Effect::Open(Box::new(Confirm::new(&question, note, order).closing_two()))]
            }
            _ => vec![Effect::Send(order)],
        }
    }

    fn note(&self) -> String {
        let text = self.editor.text();
        let words = count_words(&text);
        let mut note = match words {
            1 => "1 word".to_owned(),
            n => format!("{n} words"),
        };
        if let Purpose::PastePages { .. } = self.purpose {
            let pages = beats(&text).len();
            note = format!("{pages} pages, {note}");
        }
        if self.restored {
            note.push_str(", as you left it");
        }
        note
    }
}

impl Overlay for Compose {
    fn name(&self) -> &'static str {
        "compose"
    }

    fn scopes(&self) -> &'static [Scope] {
        &[Scope::Editor]
    }

    fn act(&mut self, action: Action, _: &Cx) -> Vec<Effect> {
        let version = self.editor.version();
        match action {
            Action::Submit => return self.submit(),
            Action::Close => return vec![Effect::Close],
            Action::ExternalEditor => return vec![Effect::EditOutside],
            Action::NextField => {
                self.editor.paste("    ");
            }
            action => _ = self.editor.act(action),
        }
        self.changed |= self.editor.version() != version;
        Vec::new()
    }

    fn key(&mut self, key: KeyEvent, _: &Cx) -> Vec<Effect> {
        self.refusal = None;
        self.changed |= self.editor.key(key) == Typed::Changed;
        Vec::new()
    }

    fn paste(&mut self, text: &str, _: &Cx) -> Vec<Effect> {
        self.changed = true;
        match self.editor.paste(text) {
            Pasted::Attached { bytes, words } => {
                let said = format!("{words} words ({} KB) are in the text as one piece", bytes / 1000);
                vec![Effect::Say(Tone::News, said)]
            }
            Pasted::TooLong { bytes, limit } => {
                let said = format!("{bytes} bytes are too many; {limit} are taken");
                vec![Effect::Say(Tone::Refused, said)]
            }
            Pasted::Inserted => Vec::new(),
        }
    }

    fn draw(&mut self, buffer: &mut Buffer, area: Rect, cx: &Cx) -> Option<Position> {
        let tall = if self.purpose.is_tall() { area.height } else { (area.height * 2 / 3).max(12) };
        let (title, note) = (self.purpose.title(), self.note());
        let pane = Pane::new(&title).right(&note);
        let inside = ground(buffer, area, cx, (area.width.min(WIDE + 4), tall), pane);
        let (text, line) = (Rect { height: inside.height.saturating_sub(1), ..inside }, last_line(inside));
        let cursor = self.editor.render(buffer, text, &cx.theme);
        if let Some(refusal) = &self.refusal {
            Pen::new(buffer, line, &cx.theme).put(Role::Error, refusal);
        } else {
            hints(buffer, line, cx, self.purpose.verb());
            let step = match &self.purpose {
                Purpose::Edit { step, .. } | Purpose::Write { step, .. } => step.as_str(),
                _ => "",
            };
            if step == "dialogue" {
                Pen::new(buffer, line, &cx.theme).right(Role::Dim, "[2] before a line: after paragraph 2");
            }
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

fn last_line(area: Rect) -> Rect {
    Rect { y: area.bottom().saturating_sub(1), height: 1.min(area.height), ..area }
}
