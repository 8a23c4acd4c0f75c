//! The course of a review: what its loop did turn by turn, and when, from its journal.
//!
//! Results and events are both told from it, so that they cannot differ.

use std::collections::BTreeMap;

use crate::domain::run::{LoopOutcome, Passed, Phase, Run, RunEvent};
use crate::domain::workflow::Loop;
use crate::domain::{RevisionId, StepName, Time, Workflow};

/// Which steps of a workflow review and polish.
#[derive(Debug, Clone)]
pub(super) struct Roles {
    /// The step whose score the loop asks for.
    pub review: Option<StepName>,
    /// The step that makes versions.
    pub polish: Option<StepName>,
    /// The step that scores after the loop.
    pub closing: Option<StepName>,
}

impl Roles {
    pub fn of(workflow: &Workflow) -> Self {
        let head = |path: &String| path.split_once('.').map(|(step, _)| StepName::new(step));
        let scoring: Vec<StepName> =
            workflow.versions.iter().flat_map(|v| &v.scores).filter_map(head).collect();
        let asked = looped(workflow).and_then(Loop::asked_after);
        let review = scoring.iter().find(|s| asked == Some(s)).or(scoring.first()).cloned();
        let closing = scoring.iter().rfind(|s| Some(*s) != review.as_ref()).cloned();
        Self { review, closing, polish: workflow.versions.as_ref().and_then(|v| head(&v.text)) }
    }
}

/// Returns the loop that a review goes round in.
pub(super) fn looped(workflow: &Workflow) -> Option<&Loop> {
    workflow.loops.first()
}

/// What a step did in a turn.
#[derive(Debug, Clone, Default)]
pub(super) struct Stage {
    /// When its first attempt began; none for what the author wrote.
    pub started_at: Option<Time>,
    /// When its result was there; none while another is being made.
    pub completed_at: Option<Time>,
    /// How often a model was called for it.
    pub attempts: u32,
    /// Its result.
    pub revision: Option<RevisionId>,
    /// Whether its score ends the loop.
    pub is_enough: Option<bool>,
}

/// A turn of the loop.
#[derive(Debug, Clone, Default)]
pub(super) struct Turn {
    pub review: Stage,
    pub polish: Stage,
}

/// A run with its turns, as far as its journal was read.
pub(super) struct Course {
    pub run: Run,
    pub roles: Roles,
    /// By their numbers, from 1: those that have begun.
    pub turns: BTreeMap<u32, Turn>,
    pub closing: Stage,
    /// When nothing was left to do, or it failed.
    pub over_at: Option<Time>,
}

impl Course {
    /// Begins before a run's first event, or goes on from where the run is.
    pub fn of(run: Run) -> Self {
        let roles = Roles::of(&run.workflow);
        Self { run, roles, turns: BTreeMap::new(), closing: Stage::default(), over_at: None }
    }

    /// Takes in what happened next.
    pub fn take(&mut self, event: &RunEvent, at: Time) {
        if let RunEvent::RunStarted { .. } = event {
            if let Some(run) = Run::start(self.run.workflow.clone(), event, at) {
                self.run = run;
            }
            return;
        }
        self.run.apply(event, at);
        match event {
            RunEvent::AttemptStarted { step, .. } => {
                if let Some(stage) = self.stage(step) {
                    stage.started_at.get_or_insert(at);
                    stage.completed_at = None;
                    stage.attempts += 1;
                }
            }
            RunEvent::LoopAsked { turn, .. } => self.is_enough(*turn, false),
            RunEvent::LoopEnded { turn, outcome: LoopOutcome::Met, .. } => self.is_enough(*turn, true),
            _ => {}
        }
        let roles = self.roles.clone();
        for step in [roles.review, roles.polish, roles.closing].into_iter().flatten() {
            self.keep_result(&step);
        }
        let over = self.failure().is_some() || self.run.first_unsettled().is_none();
        self.over_at = over.then(|| self.over_at.unwrap_or(at));
    }

    /// Returns the number of the turn that the loop is in.
    pub fn turn(&self) -> u32 {
        self.run.loops.first().map_or(1, |l| l.turn)
    }

    /// Returns whether the loop goes on.
    pub fn is_looping(&self) -> bool {
        self.over_at.is_none() && self.run.loops.first().is_some_and(|l| l.ended.is_none())
    }

    /// Returns why it failed, where it did.
    pub fn failure(&self) -> Option<&str> {
        self.run.steps.iter().find_map(|s| match &s.phase {
            Phase::NeedsAuthor { message, .. } => Some(message.as_str()),
            _ => None,
        })
    }

    /// Returns the score of the text that the run ends with: the best one.
    pub fn final_score(&self) -> Option<f64> {
        self.run.best_version().and_then(|(_, version)| version.score)
    }

    /// Returns what a step did in the turn that the loop is in.
    pub fn stage(&mut self, step: &StepName) -> Option<&mut Stage> {
        if self.roles.closing.as_ref() == Some(step) {
            return Some(&mut self.closing);
        }
        let is_review = self.roles.review.as_ref() == Some(step);
        if !is_review && self.roles.polish.as_ref() != Some(step) {
            return None;
        }
        let number = self.turn();
        let turn = self.turns.entry(number).or_default();
        Some(if is_review { &mut turn.review } else { &mut turn.polish })
    }

    fn is_of_an_earlier_turn(&self, revision: &RevisionId) -> bool {
        let earlier = self.turns.range(..self.turn());
        earlier.flat_map(|(_, t)| [&t.review, &t.polish]).any(|s| s.revision.as_ref() == Some(revision))
    }

    fn is_enough(&mut self, turn: u32, enough: bool) {
        if let Some(turn) = self.turns.get_mut(&turn) {
            turn.review.is_enough = Some(enough);
        }
    }

    /// A result is kept until another takes its place: so it is with the versions.
    fn keep_result(&mut self, step: &StepName) {
        let Some(of) = self.run.step(step) else { return };
        let Some(revision) = of.current_revision() else { return };
        // What the loop's end passes over was made in an earlier turn, or the author stopped at it: no version came of it.
        let makes_versions = self.roles.polish.as_ref() == Some(step);
        if of.passed == Some(Passed::LoopEnded)
            && (makes_versions || self.is_of_an_earlier_turn(&revision.id))
        {
            if let Some(stage) = self.stage(step) {
                (stage.revision, stage.completed_at) = (None, None);
            }
            return;
        }
        let (id, made) = (revision.id.clone(), revision.created_at);
        let enough = looped(&self.run.workflow).and_then(|l| self.run.would_end(l, &revision.values));
        let Some(stage) = self.stage(step) else { return };
        if stage.revision.as_ref() != Some(&id) || stage.completed_at.is_none() {
            stage.revision = Some(id);
            stage.completed_at = Some(made);
            stage.is_enough = enough;
        }
    }
}
