//! What a workflow is started with: what it is about, and its parameters, each checked as its workflow says.

use std::path::PathBuf;
use std::sync::Arc;

use crossterm::event::{KeyCode, KeyEvent};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use serde_json::Value;

use super::{Overlay, ground};
use crate::analysis::clean_line;
use crate::domain::workflow::{Parameter, ParameterKind, Parameters, SubjectKind, Workflow};
use crate::engine::About;
use crate::tui::action::{Action, Scope};
use crate::tui::cx::Cx;
use crate::tui::effect::Effect;
use crate::tui::errand::{Errand, Order, Source, Start, Then, expanded};
use crate::tui::theme::Role;
use crate::tui::widgets::editor::Editor;
use crate::tui::widgets::{Pane, Pen, form};

/// Something that a run can be about.
struct Choice {
    /// How it is called.
    label: String,
    source: Source,
}

/// A parameter with what is typed for it.
struct Field {
    name: String,
    parameter: Parameter,
    editor: Editor,
    refusal: Option<String>,
}

impl Field {
    fn new(name: &str, parameter: &Parameter) -> Self {
        let text = match &parameter.default {
            Some(Value::String(text)) => text.clone(),
            Some(value) => value.to_string(),
            None => String::new(),
        };
        let empty = if parameter.default.is_some() { "nothing" } else { "required" };
        let editor = Editor::single_line().with_placeholder(empty).with_text(&text);
        Self { name: name.to_owned(), parameter: parameter.clone(), editor, refusal: None }
    }

    /// The values that it is one of, where there are only so many.
    fn options(&self) -> Vec<String> {
        match self.parameter.kind {
            ParameterKind::Boolean => vec!["true".into(), "false".into()],
            _ => self.parameter.one_of.clone(),
        }
    }

    fn value(&self) -> Value {
        self.parameter.read(&self.editor.text())
    }

    /// Without a default an empty text is not an answer; else it is one, for a text.
    fn fault(&self) -> Option<String> {
        let typed = self.editor.text();
        let is_empty = typed.trim().is_empty();
        let is_text = self.parameter.kind == ParameterKind::String;
        if is_empty && (!is_text || self.parameter.default.is_none()) {
            return Some("required".into());
        }
        self.parameter.fault(&self.value())
    }

    /// What it is for, and what it may be.
    fn note(&self) -> String {
        let mut parts: Vec<String> = Vec::new();
        if !self.parameter.about.is_empty() {
            parts.push(self.parameter.about.clone());
        }
        match (self.parameter.min, self.parameter.max) {
            (Some(min), Some(max)) => parts.push(format!("{min} to {max}")),
            (Some(min), None) => parts.push(format!("from {min} on")),
            (None, Some(max)) => parts.push(format!("up to {max}")),
            (None, None) => {}
        }
        let options = self.options();
        if !options.is_empty() {
            parts.push(options.join(" or "));
        }
        if self.parameter.live {
            parts.push("may change later".into());
        }
        parts.join("; ")
    }
}

/// The form.
pub struct StartForm {
    workflow: Arc<Workflow>,
    choices: Vec<Choice>,
    chosen: usize,
    /// The path of a file, where that is chosen.
    path: Editor,
    refusal: Option<String>,
    fields: Vec<Field>,
    /// 0 is what it is about; then the path, where there is one; then the parameters.
    focus: usize,
    top: usize,
}

impl StartForm {
    /// Opens on a workflow, with what the author is at as its subject.
    #[must_use]
    pub fn new(workflow: Arc<Workflow>, cx: &Cx, page_first: bool) -> Self {
        let fields =
            workflow.parameters.iter().map(|(name, parameter)| Field::new(name, parameter)).collect();
        let choices = choices(workflow.subject, cx, page_first);
        let path = Editor::single_line().with_placeholder("a file, such as ~/novel/chapter-1.md");
        Self { workflow, choices, chosen: 0, path, refusal: None, fields, focus: 0, top: 0 }
    }

    fn is_file(&self) -> bool {
        self.choices.get(self.chosen).is_some_and(|c| matches!(c.source, Source::File { .. }))
    }

    /// The rows before the parameters.
    fn heads(&self) -> usize {
        1 + usize::from(self.is_file())
    }

    fn rows(&self) -> usize {
        self.heads() + self.fields.len()
    }

    fn editor(&mut self) -> Option<&mut Editor> {
        match (self.focus, self.is_file()) {
            (0, _) => None,
            (1, true) => Some(&mut self.path),
            (at, is_file) => self.fields.get_mut(at - 1 - usize::from(is_file)).map(|f| &mut f.editor),
        }
    }

    /// Goes to the next or the last of what can be chosen. False where there is nothing to choose.
    fn cycle(&mut self, forward: bool) -> bool {
        let turn = |at: usize, of: usize| (at + if forward { 1 } else { of - 1 }) % of;
        if self.focus == 0 {
            if !self.choices.is_empty() {
                self.chosen = turn(self.chosen, self.choices.len());
            }
            return true;
        }
        let heads = self.heads();
        let Some(field) = self.focus.checked_sub(heads).and_then(|at| self.fields.get_mut(at)) else {
            return false;
        };
        let options = field.options();
        if options.is_empty() {
            return false;
        }
        let now = options.iter().position(|o| *o == field.editor.text().trim());
        let next = now.map_or(0, |at| turn(at, options.len()));
        field.editor.set_text(&options[next]);
        true
    }

    fn step(&mut self, forward: bool) {
        let rows = self.rows();
        self.focus = (self.focus + if forward { 1 } else { rows - 1 }) % rows;
    }

    fn submit(&mut self) -> Vec<Effect> {
        for field in &mut self.fields {
            field.refusal = field.fault();
        }
        let Some(choice) = self.choices.get(self.chosen) else {
            self.refusal = Some("make or open a book first".into());
            return Vec::new();
        };
        let mut source = choice.source.clone();
        if let Source::File { path, .. } = &mut source {
            *path = expanded(&self.path.text());
            if path.as_os_str().is_empty() {
                self.refusal = Some("a file is needed".into());
                self.focus = 1;
                return Vec::new();
            }
        }
        if let Some(at) = self.fields.iter().position(|f| f.refusal.is_some()) {
            self.focus = self.heads() + at;
            return Vec::new();
        }
        let parameters: Parameters = self.fields.iter().map(|f| (f.name.clone(), f.value())).collect();
        let start = Start::of(Arc::clone(&self.workflow), source, parameters);
        let errand = Errand::StartRun(Box::new(start));
        vec![Effect::Order(Order { errand, then: Then::GoToRun, draft: None })]
    }

    fn draw_row(&mut self, buffer: &mut Buffer, area: Rect, row: usize, cx: &Cx) -> Option<Position> {
        let focused = row == self.focus;
        let theme = &cx.theme;
        if row == 0 {
            let refusal = self.refusal.as_deref().filter(|_| !self.is_file());
            let field = form::row(buffer, area, theme, "about", focused, refusal);
            let line = Rect { height: 1.min(field.height), ..field };
            let mut pen = Pen::new(buffer, line, theme);
            if focused && self.choices.len() > 1 {
                pen.right(Role::Dim, "  left, right: another");
            }
            pen.put(Role::Text, self.choices.get(self.chosen).map_or("nothing is open", |c| &c.label));
            return None;
        }
        if row == 1 && self.is_file() {
            let field = form::row(buffer, area, theme, "file", focused, self.refusal.as_deref());
            let cursor = self.path.render(buffer, Rect { height: 1.min(field.height), ..field }, theme);
            return cursor.filter(|_| focused);
        }
        let at = row - self.heads();
        let field = self.fields.get_mut(at)?;
        let inside = form::row(buffer, area, theme, &field.name, focused, field.refusal.as_deref());
        let line = Rect { height: 1.min(inside.height), ..inside };
        let cursor = field.editor.render(buffer, line, theme);
        cursor.filter(|_| focused)
    }
}

fn choices(subject: SubjectKind, cx: &Cx, page_first: bool) -> Vec<Choice> {
    let here = &cx.here;
    let book = here.book.as_ref().and_then(|b| cx.views.book(b));
    let of_book = book.map(|b| Choice {
        label: format!("the book {}", clean_line(&b.title)),
        source: Source::Of(About::Book(b.id.clone())),
    });
    if subject == SubjectKind::Book {
        return of_book.into_iter().collect();
    }
    let page = here
        .page_row(&cx.views)
        .map(|p| Choice { label: super::name_of(p), source: Source::Of(About::Page(p.id.clone())) });
    let chapter = here.chapter_row(&cx.views).filter(|c| c.approved > 0).map(|c| Choice {
        label: format!("the {} approved pages of {} {}", c.approved, c.number, clean_line(&c.title)),
        source: Source::Of(About::Chapter(c.id.clone())),
    });
    let file = Choice {
        label: "a file".into(),
        source: Source::File { path: PathBuf::new(), title: None, book: here.book.clone() },
    };
    let first = if page_first { [page, chapter] } else { [chapter, page] };
    first.into_iter().flatten().chain([file]).collect()
}

impl Overlay for StartForm {
    fn name(&self) -> &'static str {
        "start-form"
    }

    fn scopes(&self) -> &'static [Scope] {
        &[Scope::Dialog]
    }

    fn ends_with(&self, then: &Then) -> bool {
        *then == Then::GoToRun
    }

    fn act(&mut self, action: Action, _: &Cx) -> Vec<Effect> {
        match action {
            Action::Close => return vec![Effect::Close],
            Action::NextField => self.step(true),
            Action::PreviousField => self.step(false),
            Action::Accept => return self.submit(),
            _ => {}
        }
        Vec::new()
    }

    fn key(&mut self, key: KeyEvent, _: &Cx) -> Vec<Effect> {
        self.refusal = None;
        let turned = match key.code {
            KeyCode::Left => self.cycle(false),
            KeyCode::Right | KeyCode::Char(' ') => self.cycle(true),
            _ => false,
        };
        if turned {
            return Vec::new();
        }
        if let Some(editor) = self.editor() {
            editor.key(key);
        }
        // What is typed is told about at once, where it stands.
        let heads = self.heads();
        if let Some(field) = self.focus.checked_sub(heads).and_then(|at| self.fields.get_mut(at)) {
            field.refusal = field.fault();
        }
        Vec::new()
    }

    fn paste(&mut self, text: &str, _: &Cx) -> Vec<Effect> {
        if let Some(editor) = self.editor() {
            editor.paste(text);
        }
        Vec::new()
    }

    fn draw(&mut self, buffer: &mut Buffer, area: Rect, cx: &Cx) -> Option<Position> {
        let title = format!("Start {}", self.workflow.id);
        let width = area.width.min(84);
        // Beside its label a field takes a row, below it two; and one more where something is wrong with it.
        let stacked = width < 44;
        let tall = |this: &Self, row: usize| {
            let wrong = match row.checked_sub(this.heads()) {
                Some(at) => this.fields[at].refusal.is_some(),
                None => this.refusal.is_some() && row + 1 == this.heads(),
            };
            1 + u16::from(stacked) + u16::from(wrong)
        };
        let wanted: u16 = (0..self.rows()).map(|row| tall(self, row)).sum();
        let height = (wanted + 5).min(area.height);
        let inside = ground(buffer, area, cx, (width, height), Pane::new(&title));
        let below = 3.min(inside.height);
        let rows = Rect { height: inside.height - below, ..inside };
        self.focus = self.focus.min(self.rows() - 1);
        self.top = self.top.min(self.focus);
        while (self.top..=self.focus).map(|row| tall(self, row)).sum::<u16>() > rows.height
            && self.top < self.focus
        {
            self.top += 1;
        }
        let mut cursor = None;
        let mut y = rows.y;
        for row in self.top..self.rows() {
            let height = tall(self, row);
            if y + height > rows.bottom() {
                break;
            }
            cursor = self.draw_row(buffer, Rect { y, height, ..rows }, row, cx).or(cursor);
            y += height;
        }
        let note = self.focus.checked_sub(self.heads()).map(|at| self.fields[at].note()).unwrap_or_default();
        let line = |y: u16| Rect { y, height: 1, ..inside };
        if below > 1 {
            Pen::new(buffer, line(inside.bottom() - 2), &cx.theme).put(Role::Dim, &note);
        }
        if below > 0 {
            let mut pen = Pen::new(buffer, line(inside.bottom() - 1), &cx.theme);
            for (action, label) in
                [(Action::Accept, "start"), (Action::NextField, "next"), (Action::Close, "close")]
            {
                pen.put(Role::Key, &cx.key(&[Scope::Dialog], action))
                    .put(Role::Dim, " ")
                    .put(Role::Dim, label)
                    .skip(2);
            }
        }
        cursor
    }
}
