//! The versions of a text that a run makes better and better, with the scores they were given (spec R2, R6).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Origin, Phase, Revision, Run, Step};
use crate::domain::workflow::{Loop, condition};
use crate::domain::{RevisionId, StepName, Workflow};

/// A version of the text: the first is the one that was given.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Version {
    /// The turn of the loop that it came of; 0 for the one that was given.
    pub turn: u32,
    /// The revision whose result it is; none for the one that was given.
    pub revision: Option<RevisionId>,
    /// The last score that it was given.
    pub score: Option<f64>,
}

pub(super) fn first(workflow: &Workflow) -> Vec<Version> {
    let given = Version { turn: 0, revision: None, score: None };
    workflow.versions.iter().map(|_| given.clone()).collect()
}

impl Run {
    /// Returns the version with the best score, the later one of equals; the last one where none has a score.
    #[must_use]
    pub fn best_version(&self) -> Option<(usize, &Version)> {
        let scored = self.versions.iter().enumerate().filter(|(_, v)| v.score.is_some());
        let best = scored.max_by(|(_, a), (_, b)| a.score.unwrap_or(0.0).total_cmp(&b.score.unwrap_or(0.0)));
        best.or_else(|| self.versions.iter().enumerate().next_back())
    }

    /// Returns whether a loop's condition would hold if the step after which it is asked had these values; none
    /// where it cannot be asked yet.
    #[must_use]
    pub fn would_end(&self, definition: &Loop, values: &BTreeMap<String, Value>) -> Option<bool> {
        let asked = definition.asked_after()?;
        let own = |path: &str| values.get(path.strip_prefix(asked.as_str())?.strip_prefix('.')?).cloned();
        condition::holds_of(&definition.until, |path| own(path).or_else(|| self.value_at(path))).ok()
    }

    /// Takes in what a new revision means for the versions: the next one, or the score of the last.
    pub(super) fn noted(&mut self, step: &StepName, revision: Option<&Revision>) {
        let (Some(revision), Some(definition)) = (revision, &self.workflow.versions) else { return };
        let of = |path: &str| path.strip_prefix(step.as_str())?.strip_prefix('.').map(str::to_owned);
        if of(&definition.text).is_some() {
            let turn = self.workflow.loop_of(step).map_or(1, |l| self.loops[l].turn);
            let next = Version { turn, revision: Some(revision.id.clone()), score: None };
            match self.versions.last_mut().filter(|v| v.turn == turn) {
                // Edited or made again in the same turn: it stands in its place.
                Some(last) => *last = next,
                None => self.versions.push(next),
            }
        }
        let score = definition.scores.iter().filter_map(|p| of(p)).find_map(|p| revision.values.get(&p));
        if let (Some(score), Some(last)) = (score.and_then(Value::as_f64), self.versions.last_mut()) {
            last.score = Some(score);
        }
    }

    /// Returns the version that a step works on: inside the loop that makes them, the one that its turn began with,
    /// or this turn's own for a step that comes after it is made; else the last.
    #[must_use]
    pub fn version_under_review(&self, step: &StepName) -> Option<&Version> {
        let maker = self.workflow.versions.as_ref()?.text.split('.').next()?;
        let own = self.workflow.loop_of(step);
        let made_in = self.workflow.loop_of(&StepName::new(maker));
        let Some(of_both) = own.filter(|_| own == made_in) else { return self.versions.last() };
        let turn = self.loops[of_both].turn;
        let place = |name: &str| self.workflow.loops[of_both].steps.iter().position(|s| s.as_str() == name);
        let before = place(step.base()) <= place(maker);
        self.versions.iter().rfind(|v| if before { v.turn < turn } else { v.turn <= turn })
    }

    /// Returns the versions as the results that stand make them; those of earlier turns are as they were.
    pub(super) fn standing_versions(&self) -> Option<Vec<Version>> {
        let definition = self.workflow.versions.as_ref()?;
        let (text, _) = definition.text.split_once('.')?;
        let text = self.step(&StepName::new(text))?;
        let own = self.workflow.loop_of(&text.name);
        let turn = own.map_or(1, |l| self.loops[l].turn);
        let mut versions: Vec<Version> = self.versions.iter().filter(|v| v.turn < turn).cloned().collect();
        let earlier = versions.len();
        if let Some(revision) = Self::made_now(text) {
            versions.push(Version { turn, revision: Some(revision.id.clone()), score: None });
        }
        let place = |name: &StepName| self.workflow.steps.iter().position(|s| s.id == *name);
        let mut scored: BTreeMap<usize, Option<f64>> = BTreeMap::new();
        for path in &definition.scores {
            let Some((name, path)) = path.split_once('.') else { continue };
            let Some(step) = self.step(&StepName::new(name)) else { continue };
            // A step before the text speaks of the version that the turn began with.
            let before = place(&step.name) < place(&text.name);
            let index = match (before, self.workflow.loop_of(&step.name) == own) {
                (true, true) => earlier.saturating_sub(1),
                (true, false) => 0,
                (false, _) => earlier,
            };
            if before && step.passed.is_some() {
                continue;
            }
            let score = Self::made_now(step).and_then(|r| r.values.get(path)).and_then(Value::as_f64);
            let known = scored.entry(index).or_default();
            *known = score.or(*known);
        }
        for (index, score) in scored {
            if let Some(version) = versions.get_mut(index) {
                version.score = score;
            }
        }
        Some(versions)
    }

    /// Returns the result of a step that was made in this turn, at its gate or settled.
    fn made_now(step: &Step) -> Option<&Revision> {
        let revision = step.current_revision()?;
        (step.passed.is_none() || revision.origin == Origin::Fallback).then_some(revision)
    }

    /// Returns whether anything is still being made of the versions.
    #[must_use]
    pub fn is_at_rest(&self) -> bool {
        self.steps.iter().all(|s| !matches!(s.phase, Phase::Queued { .. } | Phase::Working { .. }))
    }
}
