//! Passages on the desk: selected, listed with what is wrong with each, sent back as one request; and locked ones.

use std::ops::Range;

use super::Desk;
use super::shown::Shown;
use crate::domain::run::{Lock, Marked, Quoted, RunCommand};
use crate::domain::{RevisionId, StepName};
use crate::tui::action::Action;
use crate::tui::cx::Cx;
use crate::tui::effect::Effect;
use crate::tui::errand::{Errand, Order, Then};
use crate::tui::notices::Tone;
use crate::tui::overlays::{Choose, Confirm};
use crate::tui::purpose::{Purpose, of_page};
use crate::tui::review::View;
use crate::tui::select::Select;
use crate::tui::theme::Role;

/// What is selected, and the passages that are to be sent back.
#[derive(Debug, Default)]
pub struct Marking {
    /// The selection in the making.
    pub select: Option<Select>,
    /// The passages, in the order of the text.
    pub list: Vec<Marked>,
    /// The revision that they are of.
    of: Option<RevisionId>,
    /// What was listed in an earlier session was asked for.
    recalled: bool,
}

impl Marking {
    /// Goes over to another revision: what was listed is of the one before.
    pub fn follow(&mut self, of: Option<&RevisionId>) {
        if self.of.as_ref() != of {
            *self = Self { of: of.cloned(), ..Self::default() };
        }
    }

    /// The name under which the list is kept, where it was not asked for yet.
    pub fn recalls(&self) -> Option<String> {
        self.key().filter(|_| !self.recalled)
    }

    /// Takes the list that was kept.
    pub fn recall(&mut self, kept: Option<&str>) {
        self.recalled = true;
        let kept: Vec<(Quoted, String)> =
            kept.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
        self.list = kept.into_iter().map(|(quoted, words)| Marked { quoted, words }).collect();
    }

    /// Adds a passage; one that stands at the same place is said anew.
    pub fn put(&mut self, marked: Marked) -> Vec<Effect> {
        self.list.retain(|m| m.quoted != marked.quoted);
        self.list.push(marked);
        self.list.sort_by_key(|m| (m.quoted.passage.start, m.quoted.passage.end));
        self.keep()
    }

    /// Takes one off.
    pub fn drop(&mut self, at: usize) -> Vec<Effect> {
        if at < self.list.len() {
            self.list.remove(at);
        }
        self.keep()
    }

    fn key(&self) -> Option<String> {
        self.of.as_ref().map(|of| format!("passages {of}"))
    }

    fn keep(&self) -> Vec<Effect> {
        let list: Vec<(&Quoted, &str)> = self.list.iter().map(|m| (&m.quoted, m.words.as_str())).collect();
        let text =
            if list.is_empty() { String::new() } else { serde_json::to_string(&list).unwrap_or_default() };
        self.key().map(|key| Effect::Note(key, text)).into_iter().collect()
    }
}

impl Desk {
    /// Handles an action on passages; none where it is none.
    pub(super) fn mark(&mut self, action: Action, cx: &Cx) -> Option<Vec<Effect>> {
        match action {
            Action::Close if self.marking.select.is_some() => {
                self.marking.select = None;
                self.lay(cx);
            }
            Action::SelectPassage if self.marking.select.is_none() => return Some(self.begin_selecting(cx)),
            Action::MarkPassage => return Some(self.say_of_selection()),
            Action::LockPassage => return Some(self.lock_selection(cx)),
            Action::UnlockPassage => return Some(self.locks()),
            Action::DropPassage => return Some(self.drop_passage(cx)),
            Action::Revise if !self.marking.list.is_empty() => return Some(self.send_passages(cx)),
            action => {
                let select = self.marking.select.as_mut()?;
                if !select.act(action) {
                    return None;
                }
                let head = select.head();
                self.lay(cx);
                self.prose.go_to(head);
            }
        }
        Some(Vec::new())
    }

    fn begin_selecting(&mut self, cx: &Cx) -> Vec<Effect> {
        let say = |words: &str| vec![Effect::Say(Tone::News, words.to_owned())];
        let Some(made) = self.own_text() else { return say("there is no text here to select in") };
        let own = made.text.clone();
        if crate::analysis::clean(&own) != own {
            return say(
                "this text has characters that are not shown; name its passages with `galley page revise`",
            );
        }
        let from = if self.view == View::Clean && self.drawn.text == own { self.prose.top_byte() } else { 0 };
        self.view = View::Clean;
        self.marking.select = Select::new(&own, from);
        self.lay(cx);
        match &self.marking.select {
            Some(select) => {
                let head = select.head();
                self.prose.go_to(head);
                Vec::new()
            }
            None => say("there is no word here to select"),
        }
    }

    fn selected(&self) -> Option<(StepName, RevisionId, Quoted)> {
        let select = self.marking.select.as_ref()?;
        let made = self.own_text()?;
        let quoted = Quoted::of(&made.text, select.range())?;
        Some((made.revision.step.clone(), made.revision.id.clone(), quoted))
    }

    fn say_of_selection(&mut self) -> Vec<Effect> {
        let Some((_, _, quoted)) = self.selected() else { return Vec::new() };
        if !matches!(self.shown, Shown::Gate { .. }) {
            let words = "no gate is open here; a passage of approved text can be locked".to_owned();
            return vec![Effect::Say(Tone::Refused, words)];
        }
        let said = self.marking.list.iter().find(|m| m.quoted == quoted).map(|m| m.words.clone());
        let page = self.detail.as_ref().map(|d| d.page.id.clone());
        page.map(|page| Effect::Write(Purpose::Passage { page, quoted }, said.unwrap_or_default()))
            .into_iter()
            .collect()
    }

    fn lock_selection(&mut self, cx: &Cx) -> Vec<Effect> {
        let (Some((step, revision, quoted)), Some(detail)) = (self.selected(), &self.detail) else {
            return Vec::new();
        };
        let command = RunCommand::Lock { step: Some(step), revision: Some(revision), quoted };
        let order = Order::command(of_page(detail.page.id.clone(), command), Then::Say("locked".into()));
        self.marking.select = None;
        self.lay(cx);
        vec![Effect::Order(order)]
    }

    fn locks(&self) -> Vec<Effect> {
        let Some(detail) = &self.detail else { return Vec::new() };
        if detail.locks.is_empty() {
            return vec![Effect::Say(Tone::News, "no passage of this page is locked".into())];
        }
        vec![Effect::Open(Box::new(Choose::lock(&detail.page.id, &detail.locks)))]
    }

    fn drop_passage(&mut self, cx: &Cx) -> Vec<Effect> {
        match self.marking.list.len() {
            0 => vec![Effect::Say(Tone::News, "no passage is listed".into())],
            1 => {
                let effects = self.marking.drop(0);
                self.lay(cx);
                effects
            }
            _ => vec![Effect::Open(Box::new(Choose::passage(&self.marking.list)))],
        }
    }

    fn send_passages(&mut self, cx: &Cx) -> Vec<Effect> {
        let (Shown::Gate { step, revision, .. }, Some(detail)) = (&self.shown, &self.detail) else {
            return Vec::new();
        };
        if cx.deciding {
            return Vec::new();
        }
        let passages = self.marking.list.clone();
        let question = match passages.len() {
            1 => "Send one passage back?".to_owned(),
            n => format!("Send {n} passages back, as one request?"),
        };
        let (step, revision) = (Some(step.clone()), Some(revision.clone()));
        let command = RunCommand::Revise { step, revision, feedback: None, passages };
        let errand = Errand::Command(Box::new(of_page(detail.page.id.clone(), command)));
        let then = Then::Decided("sent back: only these passages are to change".into());
        let order = Order { errand, then, draft: self.marking.key() };
        let note = "Nothing else may change; what does is shown to you.";
        vec![Effect::Open(Box::new(Confirm::new(&question, note, order)))]
    }

    /// What is set off in the text: the selection, the passages that are listed, those that are locked.
    pub(super) fn marks(&self) -> Vec<(Range<usize>, Role)> {
        let Some(made) = self.own_text() else { return Vec::new() };
        let locks = self.detail.iter().flat_map(|d| &d.locks).filter(|l| l.step == made.revision.step);
        let mut marks: Vec<(Range<usize>, Role)> =
            locks.filter_map(|lock| Some((place(&made.text, lock)?, Role::Accent))).collect();
        marks.extend(self.marking.list.iter().map(|m| {
            let passage = m.quoted.passage;
            (passage.start as usize..passage.end as usize, Role::Match)
        }));
        marks.extend(self.marking.select.iter().map(|s| (s.range(), Role::Selection)));
        marks
    }
}

/// Where a locked passage stands now: where its words are nearest to their place.
fn place(text: &str, lock: &Lock) -> Option<Range<usize>> {
    let (quote, wanted) = (&lock.quoted.quote, lock.quoted.passage.start as usize);
    let at = text.match_indices(quote.as_str()).map(|(at, _)| at).min_by_key(|at| at.abs_diff(wanted))?;
    Some(at..at + quote.len())
}
