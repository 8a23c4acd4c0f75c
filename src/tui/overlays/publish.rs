//! Publishing a book to files: in which formats and where to, with what would be written below, before anything is.

use std::path::PathBuf;
use std::sync::Arc;

use crossterm::event::{KeyCode, KeyEvent};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use serde_json::json;

use super::{Overlay, ground};
use crate::domain::BookId;
use crate::domain::workflow::{Parameters, Workflow};
use crate::engine::About;
use crate::engine::publish::{Before, FileReport, Order as Publication, Report};
use crate::service::coherence::{Choice, settings};
use crate::tools::publish::Format;
use crate::tui::action::{Action, Scope};
use crate::tui::cx::Cx;
use crate::tui::effect::Effect;
use crate::tui::errand::{Errand, Order, Source, Start, Then, expanded};
use crate::tui::screens::{Doc, DocView, count, many};
use crate::tui::theme::Role;
use crate::tui::views::Ask;
use crate::tui::widgets::editor::Editor;
use crate::tui::widgets::{Pane, Pen, form};

/// The workflow that checks a book and writes it.
const WORKFLOW: &str = "publish";

/// What a row of the form is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Row {
    Formats,
    Folder,
    Unapproved,
    PageNumbers,
    Overwrite,
    Pass,
    Borderline,
    AskModel,
}

const ROWS: [Row; 8] = [
    Row::Formats,
    Row::Folder,
    Row::Unapproved,
    Row::PageNumbers,
    Row::Overwrite,
    Row::Pass,
    Row::Borderline,
    Row::AskModel,
];

impl Row {
    fn label(self) -> &'static str {
        match self {
            Self::Formats => "formats",
            Self::Folder => "folder",
            Self::Unapproved => "unapproved",
            Self::PageNumbers => "page numbers",
            Self::Overwrite => "overwrite",
            Self::Pass => "passes from",
            Self::Borderline => "approve from",
            Self::AskModel => "ask a model",
        }
    }

    /// The parameter of the workflow that it sets.
    fn parameter(self) -> &'static str {
        match self {
            Self::Formats => "formats",
            Self::Folder => "out",
            Self::Unapproved => "unapproved",
            Self::PageNumbers => "page_numbers",
            Self::Overwrite => "force",
            Self::Pass => "pass_score",
            Self::Borderline => "borderline_score",
            Self::AskModel => "ask_model",
        }
    }

    fn is_switch(self) -> bool {
        matches!(self, Self::Unapproved | Self::PageNumbers | Self::Overwrite | Self::AskModel)
    }

    fn is_score(self) -> bool {
        matches!(self, Self::Pass | Self::Borderline)
    }

    fn placeholder(self) -> &'static str {
        match self {
            Self::Formats => "all: md, html, epub, docx, txt",
            Self::Folder => "a folder, or one file",
            Self::Pass | Self::Borderline => "as configured",
            _ => "",
        }
    }
}

/// The form.
pub struct Publish {
    book: BookId,
    editors: Vec<Editor>,
    refusals: Vec<Option<String>>,
    focus: usize,
    top: usize,
    /// What is shown below: nothing is begun but exactly this.
    planned: Publication,
    plan: DocView,
    /// It is being started: a key that is pressed twice starts one run.
    begun: bool,
}

impl Publish {
    /// Opens on a book, with all formats into the working folder.
    #[must_use]
    pub fn new(book: BookId) -> Self {
        let editor = |row: &Row| {
            let text = if row.is_switch() { "no" } else { "" };
            let text = if *row == Row::Folder { "." } else { text };
            Editor::single_line().with_placeholder(row.placeholder()).with_text(text)
        };
        let planned = Publication {
            book: book.clone(),
            formats: Vec::new(),
            out: PathBuf::from("."),
            unapproved: false,
            show_pages: false,
            force: false,
        };
        Self {
            book,
            editors: ROWS.iter().map(editor).collect(),
            refusals: vec![None; ROWS.len()],
            focus: 0,
            top: 0,
            planned,
            plan: DocView::default(),
            begun: false,
        }
    }

    fn text(&self, row: Row) -> String {
        let at = ROWS.iter().position(|r| *r == row).unwrap_or_default();
        self.editors[at].text().trim().to_owned()
    }

    fn is_on(&self, row: Row) -> bool {
        self.text(row) == "yes"
    }

    fn fault(&self, row: Row) -> Option<String> {
        let text = self.text(row);
        match row {
            Row::Formats => formats(&text).err(),
            Row::Folder if text.is_empty() => Some("required".into()),
            row if row.is_score() && !text.is_empty() => match text.parse::<f64>() {
                Ok(score) if (0.0..=100.0).contains(&score) => None,
                _ => Some("0 to 100".into()),
            },
            _ => None,
        }
    }

    /// What is asked for as it is typed; none where a field is wrong.
    fn order(&self) -> Option<Publication> {
        if ROWS.iter().any(|row| self.fault(*row).is_some()) {
            return None;
        }
        Some(Publication {
            book: self.book.clone(),
            formats: formats(&self.text(Row::Formats)).ok()?,
            out: expanded(&self.text(Row::Folder)),
            unapproved: self.is_on(Row::Unapproved),
            show_pages: self.is_on(Row::PageNumbers),
            force: self.is_on(Row::Overwrite),
        })
    }

    /// Shows what would be written of what is typed now. Reading a whole book is not done for every letter.
    fn replan(&mut self) {
        if let Some(order) = self.order().filter(|order| *order != self.planned) {
            self.planned = order;
            self.plan.reset();
        }
    }

    fn step(&mut self, forward: bool) {
        self.begun = false;
        self.focus = (self.focus + if forward { 1 } else { ROWS.len() - 1 }) % ROWS.len();
        self.replan();
    }

    fn submit(&mut self, cx: &Cx) -> Vec<Effect> {
        if self.begun {
            return Vec::new();
        }
        self.refusals = ROWS.iter().map(|row| self.fault(*row)).collect();
        if let Some(at) = self.refusals.iter().position(Option::is_some) {
            self.focus = at;
            return Vec::new();
        }
        // What was typed since is shown before it is begun.
        if self.order().as_ref() != Some(&self.planned) {
            self.replan();
            return Vec::new();
        }
        let Some(Ok(report)) = cx.views.plan(&self.planned) else { return Vec::new() };
        if blocked(report, &self.planned) {
            return self.refuse(Row::Overwrite, "files that Galley did not write already exist".into());
        }
        match (workflow(cx), self.parameters()) {
            (Some(workflow), Ok(parameters)) => {
                self.begun = true;
                let source = Source::Of(About::Book(self.book.clone()));
                let errand = Errand::StartRun(Box::new(Start::of(workflow, source, parameters)));
                vec![Effect::Order(Order { errand, then: Then::GoToRun, draft: None })]
            }
            (_, Err(error)) => self.refuse(Row::Folder, error.to_string()),
            (None, _) => Vec::new(),
        }
    }

    fn refuse(&mut self, row: Row, why: String) -> Vec<Effect> {
        self.focus = ROWS.iter().position(|r| *r == row).unwrap_or_default();
        self.refusals[self.focus] = Some(why);
        Vec::new()
    }

    fn parameters(&self) -> std::io::Result<Parameters> {
        let mut parameters = self.planned.parameters()?;
        parameters.insert(Row::AskModel.parameter().into(), json!(self.is_on(Row::AskModel)));
        for row in ROWS.into_iter().filter(|row| row.is_score()) {
            if let Ok(score) = self.text(row).parse::<f64>() {
                parameters.insert(row.parameter().into(), json!(score));
            }
        }
        Ok(parameters)
    }

    /// What the row is for, in the workflow's words.
    fn note(&self, cx: &Cx) -> String {
        let row = ROWS[self.focus];
        let Some(workflow) = workflow(cx) else { return String::new() };
        let Some(parameter) = workflow.parameters.get(row.parameter()) else { return String::new() };
        let holds = settings(&cx.engine.config().coherence, Choice::default());
        match row {
            Row::Pass => format!("{}; nothing: {}", parameter.about, holds.pass),
            Row::Borderline => format!("{}; nothing: {}", parameter.about, holds.borderline),
            _ => parameter.about.clone(),
        }
    }

    fn draw_rows(&mut self, buffer: &mut Buffer, area: Rect, tall: u16, cx: &Cx) -> Option<Position> {
        let shown = usize::from((area.height / tall).max(1));
        self.top = self.top.min(self.focus).max((self.focus + 1).saturating_sub(shown));
        let mut cursor = None;
        for (at, row) in ROWS.iter().enumerate().skip(self.top).take(shown) {
            let y = area.y + (at - self.top) as u16 * tall;
            let place = Rect { y, height: tall, ..area }.intersection(area);
            let focused = at == self.focus;
            let field =
                form::row(buffer, place, &cx.theme, row.label(), focused, self.refusals[at].as_deref());
            let line = Rect { height: 1.min(field.height), ..field };
            let found = self.editors[at].render(buffer, line, &cx.theme);
            cursor = found.filter(|_| focused).or(cursor);
        }
        cursor
    }
}

fn formats(text: &str) -> Result<Vec<Format>, String> {
    let names = text.split([',', ' ']).map(str::trim).filter(|f| !f.is_empty());
    names.map(str::parse).collect()
}

fn workflow(cx: &Cx) -> Option<Arc<Workflow>> {
    let listed = cx.views.workflows()?.iter().find(|l| l.id == WORKFLOW)?;
    listed.read.as_ref().ok().cloned()
}

fn blocked(report: &Report, order: &Publication) -> bool {
    !order.force && report.files.iter().any(|f| f.before == Before::InTheWay)
}

/// What would be written, and what is left out and why.
fn doc(report: &Report, order: &Publication) -> Doc {
    let mut doc = Doc::default();
    let chapters = many(report.chapters.len() as u64, "chapter", "chapters");
    let pages = many(report.pages as u64, "page", "pages");
    doc.put(Role::Title, 0, &format!("{chapters}, {pages}, {} words", count(report.words)));
    for file in &report.files {
        let (role, became) = became(file, order.force);
        let told = format!("{}  {} bytes, {became}", file.path.display(), count(file.bytes));
        doc.put(role, 0, &told);
    }
    if !report.unapproved.is_empty() {
        doc.head("In, and not approved");
        for page in &report.unapproved {
            doc.put(Role::Text, 2, &format!("{}  {}", page.page, page.state));
        }
    }
    if !report.left_out.is_empty() {
        doc.head("Left out");
        for left in &report.left_out {
            let what = left.page.as_ref().map_or(left.chapter.as_str(), |page| page.as_str());
            doc.put(Role::Text, 2, &format!("{what}  {}", left.why));
        }
    }
    doc
}

fn became(file: &FileReport, force: bool) -> (Role, &'static str) {
    match file.before {
        Before::Unchanged => (Role::Dim, "is there already"),
        Before::Nothing => (Role::Text, "would be written"),
        Before::Ours => (Role::Text, "would be written over Galley's own"),
        Before::InTheWay if force => (Role::Warning, "would be written over another's"),
        Before::InTheWay => (Role::Error, "already exists, not written by Galley"),
    }
}

impl Overlay for Publish {
    fn name(&self) -> &'static str {
        "publish"
    }

    fn scopes(&self) -> &'static [Scope] {
        &[Scope::Dialog]
    }

    fn ends_with(&self, then: &Then) -> bool {
        *then == Then::GoToRun
    }

    fn wants(&self, _: &Cx) -> Vec<Ask> {
        vec![Ask::Workflows, Ask::Plan(Box::new(self.planned.clone()))]
    }

    fn act(&mut self, action: Action, cx: &Cx) -> Vec<Effect> {
        match action {
            Action::Close => return vec![Effect::Close],
            Action::NextField => self.step(true),
            Action::PreviousField => self.step(false),
            Action::Accept => return self.submit(cx),
            action => _ = self.plan.act(action),
        }
        Vec::new()
    }

    fn key(&mut self, key: KeyEvent, _: &Cx) -> Vec<Effect> {
        self.begun = false;
        let row = ROWS[self.focus];
        if row.is_switch() {
            if matches!(key.code, KeyCode::Left | KeyCode::Right | KeyCode::Char(' ' | 'y' | 'n')) {
                let on = match key.code {
                    KeyCode::Char('y') => true,
                    KeyCode::Char('n') => false,
                    _ => !self.is_on(row),
                };
                self.editors[self.focus].set_text(if on { "yes" } else { "no" });
                self.replan();
            }
        } else {
            self.editors[self.focus].key(key);
        }
        self.refusals[self.focus] = self.fault(row);
        Vec::new()
    }

    fn paste(&mut self, text: &str, _: &Cx) -> Vec<Effect> {
        if !ROWS[self.focus].is_switch() {
            self.editors[self.focus].paste(text);
            self.refusals[self.focus] = self.fault(ROWS[self.focus]);
        }
        Vec::new()
    }

    fn draw(&mut self, buffer: &mut Buffer, area: Rect, cx: &Cx) -> Option<Position> {
        let book = cx.views.book(&self.book).map(|b| b.title.clone()).unwrap_or_default();
        let title = format!("Publish {book}");
        let width = area.width.min(92);
        let inside = ground(buffer, area, cx, (width, area.height.min(30)), Pane::new(&title));
        let tall = if inside.width < 40 { 2 } else { 1 };
        let line = |y: u16| Rect { y, height: 1, ..inside };
        let form_rows = (ROWS.len() as u16 * tall).min(inside.height.saturating_sub(2) / 2).max(tall);
        let rows = Rect { height: form_rows.min(inside.height), ..inside };
        let cursor = self.draw_rows(buffer, rows, tall, cx);
        let left = inside.height.saturating_sub(rows.height);
        if left > 1 {
            Pen::new(buffer, line(rows.bottom()), &cx.theme).put(Role::Dim, &self.note(cx));
        }
        let below =
            Rect { y: rows.bottom() + 1, height: left.saturating_sub(2), ..inside }.intersection(inside);
        let mut doc_of = Doc::default();
        let ready = match cx.views.plan(&self.planned) {
            Some(Ok(report)) => {
                doc_of = doc(report, &self.planned);
                !blocked(report, &self.planned)
            }
            Some(Err(error)) => {
                doc_of.put(Role::Error, 0, &error.message);
                if let Some(hint) = &error.hint {
                    doc_of.put(Role::Dim, 0, hint);
                }
                false
            }
            None => {
                doc_of.put(Role::Dim, 0, "The book is being looked through.");
                false
            }
        };
        self.plan.set(doc_of);
        self.plan.draw(buffer, below, &cx.theme);
        if left > 0 {
            let is_shown = self.order().as_ref() == Some(&self.planned);
            let accept = if is_shown && ready { "check and publish" } else { "show what would be written" };
            let mut pen = Pen::new(buffer, line(inside.bottom() - 1), &cx.theme);
            for (action, label) in
                [(Action::Accept, accept), (Action::NextField, "next"), (Action::Close, "close")]
            {
                pen.put(Role::Key, &cx.key(&[Scope::Dialog], action));
                pen.put(Role::Dim, " ").put(Role::Dim, label).skip(2);
            }
        }
        cursor
    }
}
