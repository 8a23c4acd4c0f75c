//! The author's feedback as an agent needs it: whose it is, which result it refused, and in which round.

use super::{Decision, DecisionKind, Feedback, Phase, Revision, Run, Step};
use crate::domain::StepName;
use crate::domain::workflow::When;

impl Run {
    /// Returns the steps whose feedback an agent is given: its own, or, for an advisory one, those whose text it
    /// speaks of.
    #[must_use]
    pub fn feedback_sources<'r>(&'r self, step: &'r Step) -> Vec<&'r Step> {
        let definition = self.definition(step);
        match definition.when {
            _ if !definition.advisory => vec![step],
            When::AtGate => definition.reads.iter().filter_map(|read| self.step(read)).collect(),
            When::Edited => step.basis.iter().filter_map(|b| self.revision(b)).map(|(s, _)| s).collect(),
            When::Done => self.main_steps().collect(),
        }
    }

    /// Returns the result that the author has just sent back: what is made now replaces it.
    #[must_use]
    pub fn sent_back<'r>(&'r self, step: &'r Step) -> Option<&'r Revision> {
        let turn = self.workflow.loop_of(&step.name).map_or(0, |l| self.loops[l].turn);
        let last = self.decisions.iter().rfind(|d| !d.undone && d.step == step.name)?;
        let refused = last.kind == DecisionKind::Revise && last.turn == turn;
        step.revisions.iter().find(|r| refused && Some(&r.id) == last.revision.as_ref())
    }

    /// Returns the last result of a step that was not sent back.
    #[must_use]
    pub fn last_accepted<'r>(&self, step: &'r Step) -> Option<&'r Revision> {
        let sent_back = |r: &Revision| {
            let of_it = |d: &&Decision| !d.undone && d.revision.as_ref() == Some(&r.id);
            self.decisions.iter().rfind(of_it).is_some_and(|d| d.kind == DecisionKind::Revise)
        };
        step.revisions.iter().rfind(|r| !r.late && !sent_back(r))
    }

    /// Returns which round an agent works in, from 1: the turn of its loop, or the one after the loops before it.
    #[must_use]
    pub fn round(&self, step: &StepName) -> u32 {
        if let Some(own) = self.workflow.loop_of(step) {
            return self.loops[own].turn;
        }
        let needs = self.workflow.step(step).map(|s| s.needs.as_slice()).unwrap_or_default();
        needs
            .iter()
            .filter_map(|n| self.workflow.loop_of(n))
            .map(|l| self.loops[l].turn + 1)
            .max()
            .unwrap_or(1)
    }

    /// Returns the agent's step that words at the gate of a tool are for: the last one that the tool reads. A tool
    /// itself reads no words.
    pub(super) fn reader_of_words(&self, tool: &StepName) -> Option<(StepName, super::RevisionId)> {
        let needs = &self.workflow.step(tool)?.needs;
        needs.iter().rev().filter_map(|n| self.step(n)).find_map(|step| {
            let Phase::Settled { revision: Some(revision) } = &step.phase else { return None };
            let asked = step.passed.is_none() && self.workflow.step(&step.name)?.tool.is_none();
            asked.then(|| (step.name.clone(), revision.clone()))
        })
    }
}

/// Returns words with the passage that they are about.
#[must_use]
pub fn told(feedback: &Feedback, words: &str) -> String {
    match &feedback.quoted {
        Some(quoted) => format!("On “{}”: {words}", quoted.quote.trim()),
        None => words.to_owned(),
    }
}
