//! A result taken in parts: how its changes are looked at, what was decided on each, and the result that comes of it.

use super::artifact::{Face, Kind};
use super::{Focus, RunScreen};
use crate::analysis::changes::Changes;
use crate::analysis::clean;
use crate::analysis::diff::Diff;
use crate::domain::run::RunCommand;
use crate::domain::{RevisionId, StepName};
use crate::tui::action::Action;
use crate::tui::cx::Cx;
use crate::tui::effect::Effect;
use crate::tui::errand::{Order, Then};
use crate::tui::notices::Tone;
use crate::tui::overlays::Keep;
use crate::tui::purpose::{Purpose, Within, of_run};
use crate::tui::review::{Outcome, Review, View};

/// The changes of a result that the author may edit, and what was decided on them.
#[derive(Debug)]
pub struct Reviewing {
    step: StepName,
    /// The revision that the changes came with.
    revision: RevisionId,
    /// The artifact that the text stands in; none where the text is all of it.
    within: Option<Within>,
    /// The rules.
    pub review: Review,
}

impl Reviewing {
    /// Whether it is still about these texts of this revision.
    fn is_of(&self, revision: &RevisionId, before: &str, after: &str) -> bool {
        let changes = self.review.changes();
        self.revision == *revision && changes.old() == before && changes.new_text() == after
    }

    /// What makes a text that came of the choices the result.
    fn edit(&self, text: &str) -> RunCommand {
        RunCommand::Edit {
            step: Some(self.step.clone()),
            revision: Some(self.revision.clone()),
            text: self.within.as_ref().map_or_else(|| text.to_owned(), |within| within.with(text)),
        }
    }
}

impl RunScreen {
    /// Compares the result on the screen with the one before. The choices stay until another result is looked at.
    pub(super) fn compare(&mut self) {
        let Some(shown) = &self.shown else { return };
        let changes = shown.faces.iter().find_map(|face| match face {
            Face::Changes { before, after } => Some((before, after)),
            _ => None,
        });
        let revision = self.at().and_then(|at| at.editable().cloned());
        let (Some((before, after)), Some(revision), Some(step)) = (changes, revision, &shown.step) else {
            // While the text of the same revision is on its way the choices wait.
            let waits = shown.faces.is_empty()
                && self.reviewing.as_ref().is_some_and(|r| Some(&r.revision) == shown.revision.as_ref());
            if !waits {
                self.reviewing = None;
            }
            return;
        };
        if self.reviewing.as_ref().is_some_and(|r| r.is_of(&revision, before, after)) {
            return;
        }
        let (text, within) = shown.view.editable(&shown.artifact);
        self.reviewing = (text == *after).then(|| {
            let review = Review::new(Changes::new(before, after), Vec::new());
            Reviewing { step: step.clone(), revision, within, review }
        });
        // The choices that a result was made of went with it.
        if self.changes_as == View::Result {
            self.changes_as = View::Inline;
        }
        self.laid = None;
    }

    /// The changes that can be taken or refused, where they are shown.
    pub(super) fn review_shown(&self) -> Option<&Review> {
        let is_shown = matches!(self.face(), Some(Face::Changes { .. }));
        self.reviewing.as_ref().map(|r| &r.review).filter(|_| is_shown)
    }

    /// Both texts are to stand beside each other.
    pub(super) fn wants_sides(&self) -> bool {
        self.changes_as == View::Sides && self.review_shown().is_some()
    }

    /// Lays the changes out as they are looked at.
    pub(super) fn lay_changes(&mut self, before: &str, after: &str, cx: &Cx) {
        let Some(Reviewing { review, .. }) = &self.reviewing else {
            let diff = Diff::new(&clean(before), &clean(after));
            self.changes = diff.words();
            return self.prose.set_diff(&diff);
        };
        if self.changes_as == View::Result {
            return self.prose.set_text(&review.result());
        }
        self.prose.set_review(review, &cx.theme);
        if self.changes_as == View::Sides {
            self.sides.set(review, &cx.theme);
        }
    }

    /// Lays the changes out anew, after a choice or in another way.
    fn lay_again(&mut self, cx: &Cx) {
        if let Some(Face::Changes { before, after }) = self.face().cloned() {
            self.lay_changes(&before, &after, cx);
        }
    }

    /// Goes to the next way to look at the result: changes are seen inline, then side by side.
    pub(super) fn cycle(&mut self, cx: &Cx) {
        let is_inline = !matches!(self.changes_as, View::Sides | View::Result);
        if is_inline && self.review_shown().is_some() {
            self.changes_as = View::Sides;
            return self.lay_again(cx);
        }
        self.changes_as = View::Inline;
        let faces = self.shown.as_ref().map(|s| s.faces.as_slice()).unwrap_or_default();
        let kinds: Vec<Kind> = faces.iter().map(Face::kind).collect();
        let now = self.face().and_then(|f| kinds.iter().position(|k| *k == f.kind()));
        self.kind = now.map(|at| kinds[(at + 1) % kinds.len()]).or(self.kind);
    }

    /// Handles an action on changes; none where it is none.
    pub(super) fn review(&mut self, action: Action, cx: &Cx) -> Option<Vec<Effect>> {
        if self.focus != Focus::Result || self.reviewing.is_none() {
            return None;
        }
        if self.review_shown().is_none() {
            let leads_there = matches!(action, Action::NextChange | Action::PreviousChange);
            return leads_there.then(|| {
                (self.kind, self.changes_as) = (Some(Kind::Changes), View::Inline);
                self.refresh(cx);
                Vec::new()
            });
        }
        if action == Action::ShowResult {
            let shows_result = self.changes_as == View::Result;
            self.changes_as = if shows_result { View::Inline } else { View::Result };
            self.lay_again(cx);
            return Some(Vec::new());
        }
        if self.changes_as == View::Sides && self.sides.act(action) {
            return Some(Vec::new());
        }
        let outcome = self.reviewing.as_mut()?.review.act(action)?;
        let effects = match outcome {
            Outcome::Moved => Vec::new(),
            Outcome::Refused(words) => vec![Effect::Say(Tone::News, words)],
            Outcome::Word(change, words) => vec![Effect::Write(Purpose::OwnWords { change }, words)],
            Outcome::Keep(text) => self.keep(&text),
        };
        self.lay_again(cx);
        Some(effects)
    }

    /// Shows what the choices make before it becomes the result.
    fn keep(&self, text: &str) -> Vec<Effect> {
        let (Some(reviewing), Some(run)) = (&self.reviewing, self.run.clone()) else { return Vec::new() };
        let then = Then::Decided(format!("{} kept in the parts you took, and accepted", reviewing.step));
        let order = Order::command(of_run(run, reviewing.edit(text)), then);
        let keep = Keep::new(text, order).asking("Keep this as a new revision, and accept it?");
        vec![Effect::Open(Box::new(keep))]
    }

    /// Puts a change in the author's words.
    pub(super) fn put_words(&mut self, change: usize, words: String, cx: &Cx) {
        if let Some(reviewing) = &mut self.reviewing {
            reviewing.review.put(change, words);
            self.lay_again(cx);
        }
    }
}
