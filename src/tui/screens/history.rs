//! The revisions of a page, any two of them compared, with the feedback beside; and the way back.

use std::sync::Arc;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::doc::{Doc, DocView};
use super::parts::{age, count, empty, merged, padded, split_left, split_top};
use super::{Screen, Tab};
use crate::analysis::changes::Changes;
use crate::domain::run::RunCommand;
use crate::domain::{Hash, PageId, RevisionId};
use crate::store::rows::RevisionRow;
use crate::tui::action::{Action, Scope};
use crate::tui::cx::Cx;
use crate::tui::effect::{Effect, Told};
use crate::tui::errand::{Order, Then};
use crate::tui::notices::Tone;
use crate::tui::overlays::{Confirm, Keep};
use crate::tui::purpose::{Purpose, of_page};
use crate::tui::review::{Outcome, Review, View};
use crate::tui::theme::Role;
use crate::tui::views::{Ask, PageHistory};
use crate::tui::widgets::{List, Pane, Pen, Prose, Sides};

/// A pane of the screen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Focus {
    #[default]
    Revisions,
    Text,
}

/// The screen of revisions.
#[derive(Debug, Default)]
pub struct History {
    focus: Focus,
    page: Option<PageId>,
    list: List,
    /// The revision that others are compared with; none means each with the one before it.
    marked: Option<RevisionId>,
    view: View,
    prose: Prose,
    sides: Sides,
    /// The changes between the two, to be taken or refused.
    review: Option<Review>,
    notes: DocView,
    /// The texts that are laid out: the one read, and the one it is compared with.
    laid: Option<(Hash, Option<Hash>)>,
    changes: (u64, u64),
    /// The revision that stays chosen, as soon as it is loaded, until a key says otherwise.
    called: Option<RevisionId>,
}

impl History {
    fn history(cx: &Cx) -> Option<&Arc<PageHistory>> {
        cx.views.history(cx.here.page.as_ref()?)
    }

    /// Revisions newest first: the newest is what one looks for most.
    fn rows(cx: &Cx) -> Vec<&RevisionRow> {
        let mut rows: Vec<_> = Self::history(cx).map(|h| h.revisions.iter().collect()).unwrap_or_default();
        rows.sort_by_key(|r: &&RevisionRow| std::cmp::Reverse((r.created_at, r.number)));
        rows
    }

    fn chosen<'v>(&self, cx: &'v Cx) -> Option<&'v RevisionRow> {
        Self::rows(cx).get(self.list.selected()?).copied()
    }

    /// What the chosen revision is compared with: the marked one, else its step's revision before it.
    fn base<'v>(&self, chosen: &RevisionRow, cx: &'v Cx) -> Option<&'v RevisionRow> {
        let rows = Self::rows(cx);
        let marked = self.marked.as_ref().filter(|m| **m != chosen.id);
        match marked.and_then(|m| rows.iter().find(|r| r.id == *m)) {
            Some(marked) => Some(marked),
            None => rows.into_iter().find(|r| r.step == chosen.step && r.number + 1 == chosen.number),
        }
    }

    /// The revision that is at the gate or approved, where both that are compared are of its step.
    fn current_of_step<'v>(&self, cx: &'v Cx) -> Option<&'v RevisionId> {
        let chosen = self.chosen(cx)?;
        let base = self.base(chosen, cx).filter(|b| b.step == chosen.step)?;
        let detail = cx.views.page(cx.here.page.as_ref()?)?;
        detail.steps.iter().find(|s| s.step == base.step)?.revision.as_ref()
    }

    fn lay(&mut self, cx: &Cx) {
        let Some(review) = &self.review else { return };
        match self.view {
            View::Result => self.prose.set_text(&review.result()),
            View::Sides => {
                self.sides.set(review, &cx.theme);
                self.prose.set_review(review, &cx.theme);
            }
            View::Clean | View::Inline => self.prose.set_review(review, &cx.theme),
        }
    }

    /// Handles an action on changes; none where it is none.
    fn review(&mut self, action: Action, cx: &Cx) -> Option<Vec<Effect>> {
        self.review.as_ref()?;
        if action == Action::ShowResult {
            self.view = if self.view == View::Result { View::Inline } else { View::Result };
            self.lay(cx);
            return Some(Vec::new());
        }
        if self.view == View::Sides && self.focus == Focus::Text && self.sides.act(action) {
            return Some(Vec::new());
        }
        let outcome = self.review.as_mut()?.act(action)?;
        let page = cx.here.page.clone()?;
        let effects = match outcome {
            Outcome::Moved => Vec::new(),
            Outcome::Refused(words) => vec![Effect::Say(Tone::News, words)],
            Outcome::Word(change, words) => vec![Effect::Write(Purpose::OwnWords { change }, words)],
            Outcome::Keep(text) => self.keep(page, &text, cx),
        };
        self.lay(cx);
        Some(effects)
    }

    fn keep(&self, page: PageId, text: &str, cx: &Cx) -> Vec<Effect> {
        let (Some(current), Some(chosen)) = (self.current_of_step(cx), self.chosen(cx)) else {
            let words =
                "both must be revisions of one step, and its gate open or its text approved".to_owned();
            return vec![Effect::Say(Tone::Refused, words)];
        };
        let Some(base) = self.base(chosen, cx) else { return Vec::new() };
        let command = RunCommand::Merge {
            step: Some(chosen.step.clone()),
            revision: Some(current.clone()),
            base: base.id.clone(),
            other: chosen.id.clone(),
            text: text.to_owned(),
        };
        let order = Order::command(of_page(page, command), Then::Decided("kept as a new revision".into()));
        vec![Effect::Open(Box::new(Keep::new(text, order)))]
    }

    fn draw_revisions(&mut self, buffer: &mut Buffer, area: Rect, cx: &Cx) {
        let rows = Self::rows(cx);
        let note = match &self.marked {
            Some(_) => "compared with the marked one",
            None => "each with the one before",
        };
        let focused = self.focus == Focus::Revisions;
        let inside = Pane::new("Revisions").bottom(note).focused(focused).draw(buffer, area, &cx.theme);
        self.list.set_len(rows.len());
        if rows.is_empty() {
            return empty(buffer, inside, &cx.theme, &["No revision yet."]);
        }
        let current = Self::current(cx);
        let marked = self.marked.clone();
        self.list.draw(buffer, inside, &cx.theme, focused, |row, pen| {
            let revision = rows[row];
            let mark = if marked.as_ref() == Some(&revision.id) { "=" } else { " " };
            draw_revision(pen, revision, mark, current.contains(&&revision.id), cx);
            true
        });
    }

    /// The revisions that gates are open on, or that settled their step.
    fn current(cx: &Cx) -> Vec<&RevisionId> {
        let detail = cx.here.page.as_ref().and_then(|p| cx.views.page(p));
        detail.map(|d| d.steps.iter().filter_map(|s| s.revision.as_ref()).collect()).unwrap_or_default()
    }

    fn notes_of(chosen: &RevisionRow, cx: &Cx) -> Doc {
        let mut doc = Doc::default();
        doc.head("Revision");
        doc.put(Role::Text, 0, &format!("{} {}, {}", chosen.step, chosen.number, came(chosen)));
        doc.put(
            Role::Dim,
            0,
            &format!(
                "{} {} words",
                chosen.created_at.to_string().replace('T', " ").get(..16).unwrap_or_default(),
                count(chosen.words.into())
            ),
        );
        if chosen.tokens > 0 {
            doc.put(
                Role::Dim,
                0,
                &format!(
                    "{} tokens {}",
                    count(chosen.tokens),
                    chosen.cost.map(|c| c.to_string()).unwrap_or_default()
                ),
            );
        }
        if chosen.late {
            doc.put(Role::Warning, 0, "It arrived after its attempt was cancelled.");
        }
        let Some(history) = Self::history(cx) else { return doc };
        let about: Vec<_> = history.feedback.iter().filter(|f| f.revision_id == chosen.id).collect();
        if !about.is_empty() {
            doc.head("Feedback on it");
            for feedback in about {
                let state = if feedback.withdrawn { " (taken back)" } else { "" };
                doc.put(Role::Text, 0, &format!("{}{state}", feedback.text));
            }
        }
        let decisions: Vec<_> =
            history.decisions.iter().filter(|d| d.revision.as_ref() == Some(&chosen.id)).collect();
        if !decisions.is_empty() {
            doc.head("Decisions");
            for decision in decisions {
                let state = if decision.undone { ", undone" } else { "" };
                let line = format!(
                    "{} by {}, {}{state}",
                    decision.kind.replace('_', " "),
                    decision.by,
                    age(cx.now, decision.at)
                );
                doc.put(if decision.undone { Role::Dim } else { Role::Text }, 0, &line);
            }
        }
        doc
    }
}

impl Screen for History {
    fn scopes(&self, _: &Cx) -> &'static [Scope] {
        if self.review.is_some() {
            &[Scope::Changes, Scope::History, Scope::Reader, Scope::Global]
        } else {
            &[Scope::History, Scope::Reader, Scope::Global]
        }
    }

    fn offers(&self, action: Action, cx: &Cx) -> bool {
        match action {
            Action::RestoreRevision => self.chosen(cx).is_some_and(|c| !Self::current(cx).contains(&&c.id)),
            Action::NextChange => self.view != View::Clean,
            Action::KeepChoices => self.current_of_step(cx).is_some(),
            _ => true,
        }
    }

    fn wants(&self, cx: &Cx) -> Vec<Ask> {
        let Some(page) = cx.here.page.clone() else { return Vec::new() };
        let mut wanted = vec![Ask::Page(page.clone()), Ask::History(page)];
        if let Some(chosen) = self.chosen(cx) {
            wanted.push(Ask::Text(chosen.hash.clone()));
            wanted.extend(self.base(chosen, cx).map(|b| Ask::Text(b.hash.clone())));
        }
        // The rows next to it, so that a step shows its text at once.
        if let Some(row) = self.list.selected() {
            let rows = Self::rows(cx);
            let near = [row.checked_sub(1), Some(row + 1)].into_iter().flatten().filter_map(|r| rows.get(r));
            wanted.extend(near.map(|r| Ask::Text(r.hash.clone())));
        }
        wanted
    }

    fn enter(&mut self, cx: &Cx) {
        if self.page != cx.here.page {
            let (page, called) = (cx.here.page.clone(), self.called.take());
            *self = Self { page, called, view: self.view, ..Self::default() };
        }
        self.settle(cx);
    }

    fn look_at(&mut self, revision: &RevisionId) {
        self.called = Some(revision.clone());
        self.focus = Focus::Revisions;
    }

    fn settle(&mut self, cx: &Cx) {
        if self.page != cx.here.page {
            let (page, called) = (cx.here.page.clone(), self.called.take());
            *self = Self { page, called, view: self.view, ..Self::default() };
        }
        let rows = Self::rows(cx);
        self.list.set_len(rows.len());
        if let Some(row) = rows.iter().position(|r| Some(&r.id) == self.called.as_ref()) {
            self.list.select(row);
        }
        let Some(chosen) = self.chosen(cx) else { return };
        let (text, doc) = (chosen.hash.clone(), Self::notes_of(chosen, cx));
        let base = self.base(chosen, cx).filter(|_| self.view != View::Clean).map(|b| b.hash.clone());
        self.notes.set(doc);
        let wanted = (text, base);
        if self.laid.as_ref() == Some(&wanted) {
            return;
        }
        let Some(text) = cx.views.text(&wanted.0) else { return };
        match &wanted.1 {
            Some(base) => {
                let Some(base) = cx.views.text(base) else { return };
                let review = Review::new(Changes::new(base, text), Vec::new());
                self.changes = review.changes().words();
                self.review = Some(review);
                self.prose = Prose::default().with_measure(78);
                self.lay(cx);
            }
            None => {
                self.review = None;
                self.prose = Prose::text(text).with_measure(78);
            }
        }
        self.notes.reset();
        self.laid = Some(wanted);
    }

    fn told(&mut self, told: Told, cx: &Cx) -> Vec<Effect> {
        if let (Told::OwnWords(change, words), Some(review)) = (told, &mut self.review) {
            review.put(change, words);
            self.lay(cx);
        }
        Vec::new()
    }

    fn act(&mut self, action: Action, cx: &Cx) -> Vec<Effect> {
        self.called = None;
        if let Some(effects) = self.review(action, cx) {
            return effects;
        }
        match action {
            Action::NextPane | Action::PreviousPane => {
                self.focus = if self.focus == Focus::Text { Focus::Revisions } else { Focus::Text };
            }
            Action::Close if self.focus == Focus::Text => self.focus = Focus::Revisions,
            Action::Close if self.marked.is_some() => self.marked = None,
            Action::Close => return vec![Effect::Go(Tab::Desk)],
            Action::Open => {
                let chosen = self.chosen(cx).map(|c| c.id.clone());
                self.marked = if self.marked == chosen { None } else { chosen };
                let words = if self.marked.is_some() {
                    "marked: choose another revision to compare with it"
                } else {
                    "no longer marked"
                };
                if self.marked.is_some() && self.view == View::Clean {
                    self.view = View::Inline;
                }
                return vec![Effect::Say(Tone::News, words.into())];
            }
            Action::CycleDiff => {
                self.view = self.view.next(true);
                self.lay(cx);
            }
            Action::RestoreRevision => {
                let (Some(chosen), Some(page)) = (self.chosen(cx), cx.here.page.clone()) else {
                    return Vec::new();
                };
                let command = of_page(page, RunCommand::Restore { revision: chosen.id.clone() });
                let words = format!("{} {} is restored as a new revision", chosen.step, chosen.number);
                let question =
                    format!("Bring {} {} back as the newest revision?", chosen.step, chosen.number);
                let note = "Nothing is deleted; its gate opens on it.";
                let order = Order::command(command, Then::Decided(words));
                return vec![Effect::Open(Box::new(Confirm::new(&question, note, order)))];
            }
            Action::Search => return vec![Effect::Write(Purpose::Find, String::new())],
            action if self.focus == Focus::Revisions && self.list.act(action) => {}
            action => _ = self.prose.act(action),
        }
        self.settle(cx);
        Vec::new()
    }

    fn find(&mut self, words: &str) {
        self.focus = Focus::Text;
        self.prose.search(words.trim());
    }

    fn draw(&mut self, buffer: &mut Buffer, area: Rect, cx: &Cx) {
        let theme = &cx.theme;
        let narrow = area.width < 60;
        let beside = self.view == View::Sides && self.focus == Focus::Text && self.review.is_some();
        let (list, rest) = if beside && !narrow {
            // Two texts need the room of all panes.
            (Rect { width: 0, ..area }, area)
        } else if narrow {
            split_top(area, (area.height / 3).max(4))
        } else {
            split_left(area, (area.width / 3).clamp(26, 48))
        };
        if list.width > 0 {
            self.draw_revisions(buffer, list, cx);
        }
        let notes = if narrow || list.width == 0 { 0 } else { (rest.height / 3).min(10) };
        let (text, below) = split_top(rest, rest.height - notes);
        let chosen = self.chosen(cx).cloned();
        let base = chosen.as_ref().and_then(|c| self.base(c, cx)).filter(|_| self.view != View::Clean);
        let title = match (&chosen, base) {
            (Some(c), Some(b)) => format!("{} {} since {} {}", c.step, c.number, b.step, b.number),
            (Some(c), None) => format!("{} {}", c.step, c.number),
            _ => String::new(),
        };
        let note = match (&self.review, base) {
            (Some(review), Some(_)) if self.focus == Focus::Text || review.is_begun() => review.place(),
            (_, Some(_)) => format!("+{} -{} words", self.changes.0, self.changes.1),
            _ => String::new(),
        };
        let place = self.prose.place();
        let focused = self.focus == Focus::Text;
        let inside = Pane::new(&title).right(&note).bottom(&place).focused(focused).draw(buffer, text, theme);
        if chosen.is_some() {
            if self.view == View::Sides && self.review.is_some() && area.width >= 60 {
                self.sides.draw(buffer, padded(inside, 1), theme);
            } else {
                self.prose.draw(buffer, padded(inside, 1), theme);
            }
        }
        if below.height > 2 && chosen.is_some() {
            let inside = Pane::new("Notes").draw(buffer, below, theme);
            self.notes.draw(buffer, padded(inside, 1), theme);
        }
    }
}

/// How a revision came to be.
fn came(revision: &RevisionRow) -> String {
    match revision.origin.as_str() {
        "agent" => revision.model.clone(),
        "hand" => format!("by hand, {}", revision.author),
        "edit" => format!("edited, {}", revision.author),
        "restore" => "restored".to_owned(),
        "merge" => merged(revision),
        "import" => "imported".to_owned(),
        other => other.to_owned(),
    }
}

fn draw_revision(pen: &mut Pen, revision: &RevisionRow, mark: &str, current: bool, cx: &Cx) {
    let glyphs = &cx.theme.glyphs;
    pen.right(Role::Dim, " ").right_column(Role::Dim, &age(cx.now, revision.created_at), 11);
    let glyph = if current { glyphs.done } else { " " };
    pen.put(Role::Key, mark).put(Role::Success, glyph).skip(1);
    pen.put(Role::Text, &format!("{} {}", revision.step, revision.number))
        .skip(2)
        .put(Role::Dim, &came(revision));
}
