//! The templates that the agents' messages are rendered from: whose each is, its versions, and what it makes of
//! the page at hand.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::Screen;
use super::parts::{age, empty, padded, split_left, split_top};
use crate::analysis::clean;
use crate::analysis::diff::Diff;
use crate::context::prompt::Prompt;
use crate::domain::manifest::Layer;
use crate::domain::prompt::PromptCommand;
use crate::domain::{BookId, Command};
use crate::store::rows::PromptRow;
use crate::tui::action::{Action, Scope};
use crate::tui::cx::Cx;
use crate::tui::effect::Effect;
use crate::tui::errand::{Errand, Order, Then};
use crate::tui::notices::Tone;
use crate::tui::overlays::{Confirm, as_one};
use crate::tui::purpose::Purpose;
use crate::tui::theme::Role;
use crate::tui::views::{Ask, PromptView};
use crate::tui::widgets::{List, Pane, Pen, Prose};

/// A pane of the screen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Focus {
    #[default]
    List,
    Source,
    Preview,
}

/// A row of the list.
#[derive(Debug, Clone, Copy)]
enum Row<'v> {
    /// The template that holds for an agent.
    Holds(&'v PromptView),
    /// A version that the book has, or had, of its own.
    Version(&'v PromptView, &'v PromptRow),
}

impl<'v> Row<'v> {
    fn view(self) -> &'v PromptView {
        match self {
            Self::Holds(view) | Self::Version(view, _) => view,
        }
    }
}

/// The screen of prompts.
#[derive(Debug, Default)]
pub struct Prompts {
    focus: Focus,
    list: List,
    source: Prose,
    preview: Prose,
    as_changes: bool,
    /// What is laid out: the source, and what it is compared with.
    laid: Option<(String, Option<String>)>,
    previewed: Option<String>,
}

impl Prompts {
    fn rows(cx: &Cx) -> Vec<Row<'_>> {
        let all = cx.views.prompts(cx.here.book.as_ref()).map(|p| p.as_slice()).unwrap_or_default();
        let mut rows = Vec::new();
        for view in all {
            rows.push(Row::Holds(view));
            rows.extend(view.versions.iter().map(|version| Row::Version(view, version)));
        }
        rows
    }

    fn chosen<'v>(&self, cx: &'v Cx) -> Option<Row<'v>> {
        Self::rows(cx).get(self.list.selected()?).copied()
    }

    /// The template's text on the chosen row; none while it is on its way, or where the book had none.
    fn source_of(row: Row, cx: &Cx) -> Option<String> {
        match row {
            Row::Holds(view) => Some(view.source.clone()),
            Row::Version(_, version) => Some(cx.views.text(version.text.as_ref()?)?.to_string()),
        }
    }

    /// What the chosen template is compared with: a version with the one before it, what holds with what Galley ships.
    fn base_of(row: Row, cx: &Cx) -> Option<String> {
        match row {
            Row::Holds(view) => Prompt::shipped(&view.agent).ok().map(|p| p.source),
            Row::Version(view, version) => {
                let before = view.versions.iter().find(|v| v.version < version.version && v.text.is_some());
                match before {
                    Some(before) => Some(cx.views.text(before.text.as_ref()?)?.to_string()),
                    None => Prompt::shipped(&view.agent).ok().map(|p| p.source),
                }
            }
        }
    }

    fn ask(row: Row, cx: &Cx) -> Option<Ask> {
        let source = Self::source_of(row, cx)?;
        Some(Ask::Preview(cx.here.page.clone(), row.view().agent.clone(), source))
    }

    fn edit(&self, book: Option<BookId>, cx: &Cx) -> Vec<Effect> {
        let Some(row) = self.chosen(cx) else { return Vec::new() };
        let Some(source) = Self::source_of(row, cx) else { return Vec::new() };
        let agent = row.view().agent.clone();
        vec![Effect::Write(Purpose::Prompt { book, agent, page: cx.here.page.clone() }, source)]
    }

    fn drop_own(&self, cx: &Cx) -> Vec<Effect> {
        let Some(view) = self.chosen(cx).map(Row::view) else { return Vec::new() };
        let (book, question, note) = match view.layer {
            Layer::Book => (
                cx.here.book.clone(),
                format!("Take this book's own template of the {} away?", view.agent),
                "It keeps its versions; any of them can be restored.",
            ),
            Layer::Author => (
                None,
                format!("Take your own template of the {} away, for all books?", view.agent),
                "Its file stays beside, under another name.",
            ),
            Layer::Shipped => {
                return vec![Effect::Say(Tone::News, "this is the template that galley ships".into())];
            }
        };
        let errand = Errand::DropPrompt { book, agent: view.agent.clone() };
        let then = Then::Say(format!("the {} goes by the template below", view.agent));
        let order = Order { errand, then, draft: None };
        vec![Effect::Open(Box::new(Confirm::new(&question, note, order)))]
    }

    fn restore(&self, cx: &Cx) -> Vec<Effect> {
        let (Some(Row::Version(view, version)), Some(book)) = (self.chosen(cx), cx.here.book.clone()) else {
            return vec![Effect::Say(Tone::News, "choose one of the book's versions first".into())];
        };
        let Some(text) = version.text.as_ref().and_then(|hash| cx.views.text(hash)) else {
            return Vec::new();
        };
        let command = PromptCommand::Put { name: view.agent.clone(), text: text.to_string() };
        let said = format!("version {} of the {} is restored as a new version", version.version, view.agent);
        vec![Effect::Order(Order::command(Command::Prompt { book, command }, Then::Say(said)))]
    }

    fn panes(&self, area: Rect) -> (Option<Rect>, Rect, Option<Rect>) {
        if area.width < 60 {
            let (above, below) = split_top(area, (area.height / 2).max(4));
            return if self.focus == Focus::Preview {
                (None, above, Some(below))
            } else {
                (Some(above), below, None)
            };
        }
        let (list, rest) = split_left(area, (area.width / 4).clamp(22, 34));
        if area.width < 100 {
            return if self.focus == Focus::Preview {
                let (source, preview) = split_top(area, area.height / 2);
                (None, source, Some(preview))
            } else {
                (Some(list), rest, None)
            };
        }
        let (source, preview) = split_left(rest, rest.width / 2);
        (Some(list), source, Some(preview))
    }

    fn draw_list(&mut self, buffer: &mut Buffer, area: Rect, cx: &Cx) {
        let focused = self.focus == Focus::List;
        let book = cx.here.book.as_ref().and_then(|b| cx.views.book(b));
        let note = book.map_or_else(|| "for all books".to_owned(), |b| b.title.clone());
        let inside = Pane::new("Prompts").bottom(&note).focused(focused).draw(buffer, area, &cx.theme);
        let rows = Self::rows(cx);
        self.list.set_len(rows.len());
        self.list.draw(buffer, inside, &cx.theme, focused, |row, pen| {
            draw_row(pen, rows[row], cx);
            true
        });
    }
}

impl Screen for Prompts {
    fn scopes(&self, _: &Cx) -> &'static [Scope] {
        &[Scope::Prompts, Scope::Reader, Scope::Global]
    }

    fn offers(&self, action: Action, cx: &Cx) -> bool {
        let chosen = self.chosen(cx);
        match action {
            Action::EditPrompt => cx.here.book.is_some(),
            Action::DropPrompt => chosen.is_some_and(|r| r.view().layer != Layer::Shipped),
            Action::RestoreRevision => matches!(chosen, Some(Row::Version(_, v)) if v.text.is_some()),
            Action::NextChange => self.as_changes,
            _ => true,
        }
    }

    fn wants(&self, cx: &Cx) -> Vec<Ask> {
        let mut wanted = vec![Ask::Prompts(cx.here.book.clone())];
        let rows = Self::rows(cx);
        wanted.extend(rows.iter().filter_map(|row| match row {
            Row::Version(_, version) => version.text.clone().map(Ask::Text),
            Row::Holds(_) => None,
        }));
        wanted.extend(self.chosen(cx).and_then(|row| Self::ask(row, cx)));
        wanted
    }

    fn enter(&mut self, cx: &Cx) {
        self.settle(cx);
    }

    fn settle(&mut self, cx: &Cx) {
        self.list.set_len(Self::rows(cx).len());
        let Some(row) = self.chosen(cx) else { return };
        let Some(source) = Self::source_of(row, cx) else {
            (self.source, self.preview) = (Prose::default(), Prose::default());
            (self.laid, self.previewed) = (None, None);
            return;
        };
        let base = Self::base_of(row, cx).filter(|_| self.as_changes);
        let wanted = (source, base);
        if self.laid.as_ref() != Some(&wanted) {
            self.source = match &wanted.1 {
                Some(base) => Prose::diff(&Diff::new(&clean(base), &clean(&wanted.0))),
                None => Prose::text(&wanted.0),
            };
            self.laid = Some(wanted);
        }
        let preview = Self::ask(row, cx).and_then(|ask| match ask {
            Ask::Preview(page, agent, source) => cx.views.preview(page.as_ref(), &agent, &source).map(as_one),
            _ => None,
        });
        if let Some(text) = preview
            && self.previewed.as_ref() != Some(&text)
        {
            self.preview.set_text(&text);
            self.previewed = Some(text);
        }
    }

    fn act(&mut self, action: Action, cx: &Cx) -> Vec<Effect> {
        match action {
            Action::NextPane | Action::PreviousPane => {
                self.focus = match (self.focus, action == Action::NextPane) {
                    (Focus::List, true) | (Focus::Preview, false) => Focus::Source,
                    (Focus::Source, true) | (Focus::List, false) => Focus::Preview,
                    (Focus::Preview, true) | (Focus::Source, false) => Focus::List,
                };
            }
            Action::Close if self.focus != Focus::List => self.focus = Focus::List,
            Action::Close => return vec![Effect::Back],
            Action::Open if self.focus == Focus::List => self.focus = Focus::Source,
            Action::CycleDiff => self.as_changes = !self.as_changes,
            Action::Search => return vec![Effect::Write(Purpose::Find, String::new())],
            Action::EditPrompt => match cx.here.book.clone() {
                Some(book) => return self.edit(Some(book), cx),
                None => return vec![Effect::Say(Tone::News, "open a book first".into())],
            },
            Action::EditForAll => return self.edit(None, cx),
            Action::DropPrompt => return self.drop_own(cx),
            Action::RestoreRevision => return self.restore(cx),
            action => {
                let _ = match self.focus {
                    Focus::List => self.list.act(action) || self.source.act(action),
                    Focus::Source => self.source.act(action),
                    Focus::Preview => self.preview.act(action),
                };
            }
        }
        self.settle(cx);
        Vec::new()
    }

    fn find(&mut self, words: &str) {
        let text = if self.focus == Focus::Preview { &mut self.preview } else { &mut self.source };
        text.search(words.trim());
    }

    fn draw(&mut self, buffer: &mut Buffer, area: Rect, cx: &Cx) {
        let theme = &cx.theme;
        let (list, source, preview) = self.panes(area);
        if let Some(list) = list {
            self.draw_list(buffer, list, cx);
        }
        let chosen = self.chosen(cx);
        let title = match chosen {
            Some(Row::Holds(view)) => format!("{}, {}", view.agent, view.layer),
            Some(Row::Version(view, version)) => format!("{}, version {}", view.agent, version.version),
            None => String::new(),
        };
        let fault = chosen.and_then(|row| match row {
            Row::Holds(view) => view.fault.as_ref(),
            Row::Version(..) => None,
        });
        let note = if self.as_changes { "changes" } else { "" };
        let place = self.source.place();
        let focused = self.focus == Focus::Source;
        let pane = Pane::new(&title).right(note).bottom(&place).focused(focused);
        let mut inside = padded(pane.draw(buffer, source, theme), 1);
        if let Some(fault) = fault {
            let (line, rest) = split_top(inside, 1);
            Pen::new(buffer, line, theme).put(Role::Error, &fault.message);
            inside = rest;
        }
        match chosen {
            Some(Row::Version(_, version)) if version.text.is_none() => {
                empty(buffer, inside, theme, &["Here the book went back to the template below."]);
            }
            _ => self.source.draw(buffer, inside, theme),
        }
        let Some(preview) = preview else { return };
        let on = cx.here.page_row(&cx.views).map(|p| format!("page {}", p.number)).unwrap_or_default();
        let place = self.preview.place();
        let pane = Pane::new("As it is sent").right(&on).bottom(&place).focused(self.focus == Focus::Preview);
        let inside = padded(pane.draw(buffer, preview, theme), 1);
        self.preview.draw(buffer, inside, theme);
    }
}

fn draw_row(pen: &mut Pen, row: Row, cx: &Cx) {
    match row {
        Row::Holds(view) => {
            let (role, words) = match (&view.fault, view.layer) {
                (Some(_), _) => (Role::Error, "faulty".to_owned()),
                (None, Layer::Shipped) => (Role::Dim, view.layer.to_string()),
                (None, layer) => (Role::Accent, layer.to_string()),
            };
            pen.right(role, &words).put(Role::Title, &view.agent);
        }
        Row::Version(_, version) => {
            let words =
                if version.text.is_some() { format!("by {}", version.by) } else { "taken away".into() };
            pen.right(Role::Dim, &age(cx.now, version.at)).right(Role::Dim, " ");
            pen.skip(2).put(Role::Text, &version.version.to_string()).skip(1).put(Role::Dim, &words);
        }
    }
}
