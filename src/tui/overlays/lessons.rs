//! What the author's edits of a page taught, gone through one by one: taken into the canon, in the author's words
//! where they like, or done without.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::{Overlay, ground};
use crate::domain::proposal::About;
use crate::domain::run::RunCommand;
use crate::domain::{Command, PageId, ProposalId};
use crate::store::rows::ProposalRow;
use crate::tui::action::{Action, Scope};
use crate::tui::cx::Cx;
use crate::tui::effect::Effect;
use crate::tui::errand::{Order, Then, in_words};
use crate::tui::purpose::{Purpose, of_page};
use crate::tui::screens::{Doc, DocView, Tab};
use crate::tui::theme::Role;
use crate::tui::views::Ask;
use crate::tui::widgets::{List, Pane, Pen};

/// The proposals of a page that wait.
pub struct Lessons {
    page: PageId,
    list: List,
    read: DocView,
    /// The one that is read.
    shown: Option<ProposalId>,
    /// Those that were decided on here: they are gone before the store has said so.
    decided: Vec<ProposalId>,
}

impl Lessons {
    /// Goes through what a page's edits taught.
    #[must_use]
    pub fn new(page: PageId) -> Self {
        let (list, read) = (List::default(), DocView::default());
        Self { page, list, read, shown: None, decided: Vec::new() }
    }

    fn open<'v>(&self, cx: &'v Cx) -> Vec<&'v ProposalRow> {
        let all = cx.views.page(&self.page).map(|d| d.proposals.as_slice()).unwrap_or_default();
        all.iter().filter(|p| !self.decided.contains(&p.id)).collect()
    }

    fn chosen<'v>(&self, cx: &'v Cx) -> Option<&'v ProposalRow> {
        let open = self.open(cx);
        open.get(self.list.selected()?.min(open.len().checked_sub(1)?)).copied()
    }

    /// Sends a decision, and closes after the last one.
    fn decide(&mut self, proposal: &ProposalRow, command: Command, said: &str, cx: &Cx) -> Vec<Effect> {
        let order = Order::command(command, Then::Say(said.to_owned()));
        self.decided.push(proposal.id.clone());
        if self.open(cx).is_empty() { vec![Effect::Send(order)] } else { vec![Effect::Order(order)] }
    }

    fn draw_rows(&mut self, buffer: &mut Buffer, area: Rect, open: &[&ProposalRow], cx: &Cx) {
        self.list.set_len(open.len());
        self.list.draw(buffer, area, &cx.theme, true, |row, pen| {
            pen.column(Role::Accent, &open[row].kind, 7).put(Role::Text, &open[row].text);
            true
        });
    }
}

fn doc(proposal: &ProposalRow) -> Doc {
    let mut doc = Doc::default();
    doc.put(Role::Title, 0, &proposal.text);
    let goes = match proposal.about {
        About::Style => "goes to the canon as a note on style, for every page".to_owned(),
        _ => format!("goes {}", proposal.goes_to().replacen("a new", "to a new", 1)),
    };
    doc.put(Role::Accent, 0, &goes);
    doc.put(Role::Text, 0, "");
    doc.put(Role::Dim, 0, &format!("Because {}.", proposal.why.trim_end_matches('.')));
    doc.put(Role::Dim, 0, &format!("In {}:", in_words(&proposal.revision)));
    doc.put(Role::Text, 2, &proposal.quote);
    doc
}

impl Overlay for Lessons {
    fn name(&self) -> &'static str {
        "lessons"
    }

    fn scopes(&self) -> &'static [Scope] {
        &[Scope::Lessons, Scope::List, Scope::Global]
    }

    fn offers(&self, action: Action) -> bool {
        matches!(
            action,
            Action::AcceptLesson | Action::RewordLesson | Action::RefuseLesson | Action::Open | Action::Close
        )
    }

    fn act(&mut self, action: Action, cx: &Cx) -> Vec<Effect> {
        let chosen = self.chosen(cx).cloned();
        match (action, chosen) {
            (Action::Close | Action::Back, _) => return vec![Effect::Close],
            (Action::AcceptLesson, Some(chosen)) => {
                let (page, proposal) = (self.page.clone(), chosen.id.clone());
                let command = Command::AcceptProposal { page, proposal, words: None };
                return self.decide(&chosen, command, "taken into the canon", cx);
            }
            (Action::RefuseLesson, Some(chosen)) => {
                let command = RunCommand::RefuseProposal { proposal: chosen.id.clone() };
                return self.decide(&chosen, of_page(self.page.clone(), command), "done without", cx);
            }
            (Action::RewordLesson, Some(chosen)) => {
                let purpose = Purpose::Reword { page: self.page.clone(), proposal: chosen.id };
                return vec![Effect::Write(purpose, chosen.text)];
            }
            (Action::Open, Some(ProposalRow { about: About::Entry(entry), .. })) => {
                return vec![Effect::Close, Effect::Entry(Some(entry)), Effect::Go(Tab::Canon)];
            }
            (Action::HalfDown | Action::HalfUp | Action::PageDown | Action::PageUp, _) => {
                _ = self.read.act(action);
            }
            (action, _) => _ = self.list.act(action),
        }
        Vec::new()
    }

    fn wants(&self, _: &Cx) -> Vec<Ask> {
        vec![Ask::Page(self.page.clone())]
    }

    fn draw(&mut self, buffer: &mut Buffer, area: Rect, cx: &Cx) -> Option<Position> {
        let open = self.open(cx);
        let keys = [Action::AcceptLesson, Action::RewordLesson, Action::RefuseLesson, Action::Close]
            .map(|action| cx.key(self.scopes(), action));
        let bottom = format!(
            "{} accepts it, {} in your words, {} dismisses it, {} closes",
            keys[0], keys[1], keys[2], keys[3]
        );
        let note = format!("{} open", open.len());
        let pane = Pane::new("What your edit teaches").right(&note).bottom(&bottom);
        let height = (open.len() as u16 + 13).min(area.height);
        let inside = ground(buffer, area, cx, (area.width.min(90), height), pane);
        if open.is_empty() {
            Pen::new(buffer, inside, &cx.theme).put(Role::Dim, "Nothing waits for you here.");
            return None;
        }
        let rows = (open.len() as u16).min(inside.height / 3).max(1);
        self.draw_rows(buffer, Rect { height: rows.min(inside.height), ..inside }, &open, cx);
        let below = rows.saturating_add(1).min(inside.height);
        let text = Rect { y: inside.y + below, height: inside.height - below, ..inside };
        if let Some(chosen) = self.chosen(cx) {
            if self.shown.as_ref() != Some(&chosen.id) {
                self.read.reset();
                self.shown = Some(chosen.id.clone());
            }
            self.read.set(doc(chosen));
        }
        self.read.draw(buffer, text, &cx.theme);
        None
    }
}
