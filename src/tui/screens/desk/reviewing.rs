//! The changes on the desk: how they are looked at, what was decided on each, and the revision that comes of it.

use super::shown::Shown;
use super::{Desk, Focus};
use crate::analysis::changes::Changes;
use crate::analysis::diff::Diff;
use crate::domain::RevisionId;
use crate::domain::run::RunCommand;
use crate::engine::Unasked;
use crate::store::rows::RevisionText;
use crate::tui::action::Action;
use crate::tui::cx::Cx;
use crate::tui::effect::Effect;
use crate::tui::errand::{Order, Then};
use crate::tui::notices::Tone;
use crate::tui::overlays::Keep;
use crate::tui::purpose::{Purpose, of_page};
use crate::tui::review::{Outcome, Review, View};

/// The changes between two revisions of the step on the desk, and what was decided on them.
#[derive(Debug)]
pub struct Reviewing {
    /// What the refused are kept of.
    base: RevisionId,
    /// What the others are taken from.
    other: RevisionId,
    /// The rules.
    pub review: Review,
}

impl Desk {
    /// The text of the step that decisions speak of, as its revision has it.
    pub(super) fn own_text(&self) -> Option<&RevisionText> {
        let detail = self.detail.as_ref()?;
        let (Shown::Gate { step, .. } | Shown::Approved { step, .. }) = &self.shown else { return None };
        [&detail.narration, &detail.dialogue].into_iter().flatten().find(|t| t.revision.step == *step)
    }

    /// Lays the text out as it is looked at.
    pub(super) fn lay(&mut self, cx: &Cx) {
        if let Some(select) = &self.marking.select {
            self.prose.set_text(select.text());
            return self.prose.set_marks(self.marks());
        }
        let review = self.reviewing.as_ref().map(|r| &r.review);
        match (self.view, review, self.drawn.before.as_deref()) {
            (View::Inline | View::Sides, Some(review), _) => {
                self.changes = review.changes().words();
                self.prose.set_review(review, &cx.theme);
                if self.view == View::Sides {
                    self.sides.set(review, &cx.theme);
                }
            }
            (View::Result, Some(review), _) => self.prose.set_text(&review.result()),
            (View::Clean, ..) | (_, None, None) => {
                self.prose.set_text(&self.drawn.text);
                let own = self.own_text().is_some_and(|made| made.text == self.drawn.text);
                let marks = if own { self.marks() } else { Vec::new() };
                return self.prose.set_marks(marks);
            }
            (_, None, Some(before)) => {
                let [before, text] = [before, &self.drawn.text].map(crate::analysis::clean);
                let diff = Diff::new(&before, &text);
                self.changes = diff.words();
                self.prose.set_diff(&diff);
            }
        }
        self.prose.set_marks(Vec::new());
    }

    pub(super) fn shows_changes(&self) -> bool {
        self.view != View::Clean && (self.drawn.before.is_some() || self.reviewing.is_some())
    }

    /// Changes are shown that can be taken or refused.
    pub(super) fn is_reviewing(&self) -> bool {
        self.focus == Focus::Text && self.view != View::Clean && self.reviewing.is_some()
    }

    /// Compares what is on the desk with what was there before. The choices stay while both are the same.
    pub(super) fn compare(&mut self) {
        let Some(made) = self.own_text() else {
            (self.reviewing, self.unasked) = (None, None);
            return;
        };
        let unasked = Unasked::of(made);
        let base = match &unasked {
            Some(unasked) => Some(unasked.base.clone()),
            None => made.previous_id.clone(),
        };
        let other = made.revision.id.clone();
        if self.reviewing.as_ref().is_some_and(|r| Some(&r.base) == base.as_ref() && r.other == other) {
            return;
        }
        let changes = match (&unasked, &made.previous) {
            (Some(unasked), _) => Some((unasked.changes.clone(), unasked.outside.clone())),
            (None, Some(previous)) => Some((Changes::new(previous, &made.text), Vec::new())),
            (None, None) => None,
        };
        self.reviewing = changes.zip(base).map(|((changes, unasked), base)| {
            let review = Review::new(changes, unasked);
            Reviewing { base, other, review }
        });
        self.unasked = unasked;
    }

    /// Handles an action on changes; none where it is none.
    pub(super) fn review(&mut self, action: Action, cx: &Cx) -> Option<Vec<Effect>> {
        match action {
            Action::CycleDiff => {
                if self.drawn.before.is_none() {
                    let words = "there is no earlier revision to compare with".to_owned();
                    return Some(vec![Effect::Say(Tone::News, words)]);
                }
                self.view = self.view.next(self.reviewing.is_some());
                self.lay(cx);
                return Some(Vec::new());
            }
            Action::ShowResult => {
                self.view = if self.view == View::Result { View::Inline } else { View::Result };
                self.lay(cx);
                return Some(Vec::new());
            }
            Action::NextChange | Action::PreviousChange if self.view == View::Clean => {
                if self.drawn.before.is_none() {
                    return Some(Vec::new());
                }
                self.view = View::Inline;
                self.lay(cx);
                return Some(Vec::new());
            }
            Action::RefuseUnasked => return Some(self.refuse_unasked(cx)),
            _ => {}
        }
        if self.view == View::Sides && self.sides.act(action) {
            return Some(Vec::new());
        }
        let outcome = self.reviewing.as_mut()?.review.act(action)?;
        let page = self.detail.as_ref()?.page.id.clone();
        let effects = match outcome {
            Outcome::Moved => Vec::new(),
            Outcome::Refused(words) => vec![Effect::Say(Tone::News, words)],
            Outcome::Word(change, words) => vec![Effect::Write(Purpose::OwnWords { change }, words)],
            Outcome::Keep(text) => {
                let command = self.merged(text.clone())?;
                let order =
                    Order::command(of_page(page, command), Then::Decided("kept as a new revision".into()));
                vec![Effect::Open(Box::new(Keep::new(&text, order)))]
            }
        };
        self.lay(cx);
        Some(effects)
    }

    fn merged(&self, text: String) -> Option<RunCommand> {
        let reviewing = self.reviewing.as_ref()?;
        let made = self.own_text()?;
        Some(RunCommand::Merge {
            step: Some(made.revision.step.clone()),
            revision: Some(made.revision.id.clone()),
            base: reviewing.base.clone(),
            other: reviewing.other.clone(),
            text,
        })
    }

    /// What was changed at the gate though only passages were to be; what is approved is no longer asked about.
    pub(super) fn unasked(&self) -> Option<&Unasked> {
        self.unasked.as_ref().filter(|_| matches!(self.shown, Shown::Gate { .. }))
    }

    fn refuse_unasked(&self, cx: &Cx) -> Vec<Effect> {
        let (Some(unasked), Some(made), Some(detail)) = (self.unasked(), self.own_text(), &self.detail)
        else {
            let words = "there are no unrequested changes here".to_owned();
            return vec![Effect::Say(Tone::News, words)];
        };
        if cx.deciding {
            return Vec::new();
        }
        let words = format!("{} unrequested changes refused; the rest is kept", unasked.outside.len());
        let command = of_page(detail.page.id.clone(), unasked.refuse(made));
        vec![Effect::Order(Order::command(command, Then::Say(words)))]
    }
}
