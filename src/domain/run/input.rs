//! What a step is made from. The same input gets the result that it had; a result of another input is stale.

use super::{FeedbackId, Revision, Run, Step};
use crate::domain::workflow::SubjectKind;
use crate::domain::{Hash, RevisionId, StepName};

/// What the steps before, the loop, and the author's feedback and waivers put into a step when it was asked or written
/// by hand.
/// The beat is none of it: what was written from another beat is shown as stale, and not taken away.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Foundation {
    needed: Vec<Option<Hash>>,
    version: Option<Hash>,
    turn: Option<u32>,
    feedback: Vec<FeedbackId>,
    waived: Vec<String>,
}

impl Run {
    /// Returns what a step would be made from now.
    pub(super) fn foundation(&self, name: &StepName) -> Foundation {
        let page = self.workflow.subject == SubjectKind::Page;
        let turn = self.workflow.loop_of(name).map(|l| self.loops[l].turn);
        let waived = self.waived.iter().filter(|(step, _)| step == name).map(|(_, finding)| finding.clone());
        Foundation {
            needed: self.needed_texts(name),
            version: if page { None } else { self.version_before(name) },
            turn: turn.filter(|_| self.workflow.versions.is_none()),
            feedback: self
                .step(name)
                .into_iter()
                .flat_map(Step::active_feedback)
                .map(|f| f.id.clone())
                .collect(),
            waived: waived.collect(),
        }
    }

    /// Returns the texts of the steps that a step needs, with those of their items; none where there is no result.
    fn needed_texts(&self, name: &StepName) -> Vec<Option<Hash>> {
        let needs = self.workflow.step(name).map(|s| s.needs.as_slice()).unwrap_or_default();
        needs.iter().filter_map(|need| self.step(need)).flat_map(|s| self.texts_of(s)).collect()
    }

    /// Returns the text of a step and those of its items. The same text of another item is another input.
    fn texts_of(&self, step: &Step) -> Vec<Option<Hash>> {
        let own = |s: &Step| s.current_revision().map(|r| r.text.hash.clone());
        let named = |s: &Step| own(s).map(|text| Hash::of(format!("{} {text}", s.name).as_bytes()));
        std::iter::once(own(step)).chain(self.items_of(step).map(named)).collect()
    }

    /// Returns what the steps outside a loop put into it.
    pub(super) fn loop_needs(&self, index: usize) -> Vec<Option<Hash>> {
        self.outside_needs(index).filter_map(|need| self.step(need)).flat_map(|s| self.texts_of(s)).collect()
    }

    /// Returns the steps outside a loop that its steps need.
    pub(super) fn outside_needs(&self, index: usize) -> impl Iterator<Item = &StepName> {
        let steps = &self.workflow.loops[index].steps;
        let definitions = steps.iter().filter_map(|s| self.workflow.step(s));
        definitions.flat_map(|d| &d.needs).filter(|need| !steps.contains(need))
    }

    /// Returns the version that a step is given: in its loop that with which the turn began, after it the last one,
    /// before it none but the text that the run is about.
    fn version_before(&self, name: &StepName) -> Option<Hash> {
        let (text, _) = self.workflow.versions.as_ref()?.text.split_once('.')?;
        let text = StepName::new(text);
        let version = match self.workflow.loop_of(name).map(|l| self.loops[l].turn) {
            Some(turn) => self.versions.iter().rfind(|v| v.turn < turn),
            None if self.workflow.follows(name, &text) => self.versions.last(),
            None => None,
        };
        let (_, revision) = self.revision(version?.revision.as_ref()?)?;
        Some(revision.text.hash.clone())
    }

    /// Hashes all that the author and earlier steps put into a step: a result is adopted when this is the same.
    pub(super) fn input(&self, name: &StepName) -> Hash {
        let Some(step) = self.step(name) else { return Hash::of(b"") };
        let needed = placed(&self.needed_texts(name));
        let feedback = step.active_feedback().map(|f| &f.text.hash);
        let beat = self.beat.as_ref().map(|b| &b.hash);
        // The same words on another passage ask for something else.
        let quoted = step.active_feedback().filter_map(|f| f.quoted.as_ref());
        let places: Vec<Hash> =
            quoted.map(|q| Hash::of(format!("{} {}", q.passage.start, q.quote).as_bytes())).collect();
        let parts = beat.into_iter().chain(&needed).chain(feedback).chain(&places);
        if self.workflow.subject == SubjectKind::Page {
            return hash_of(name, parts, step.asked_again);
        }
        // Where there are no versions, each turn is another question.
        let turn = self.workflow.loop_of(name).map(|l| self.loops[l].turn);
        let version = match turn {
            Some(turn) if self.workflow.versions.is_none() => Some(Hash::of(&turn.to_be_bytes())),
            _ => self.version_before(name),
        };
        let given = [&self.given].into_iter().chain(self.text.as_ref().map(|t| &t.hash));
        let waived = self.waived.iter().filter(|(step, _)| step == name);
        let waived: Vec<Hash> = waived.map(|(_, finding)| Hash::of(finding.as_bytes())).collect();
        hash_of(name, parts.chain(&version).chain(given).chain(&waived), step.asked_again)
    }
}

/// Returns the texts that are there. Those behind a missing one carry their place: the same text of another step is
/// another input.
fn placed(needed: &[Option<Hash>]) -> Vec<Hash> {
    let gap = needed.iter().position(Option::is_none).unwrap_or(needed.len());
    let with_place = |(at, text): (usize, &Option<Hash>)| {
        let text = text.as_ref()?;
        Some(if at < gap { text.clone() } else { Hash::of(format!("{at} {text}").as_bytes()) })
    };
    needed.iter().enumerate().filter_map(with_place).collect()
}

impl Step {
    /// Returns the result that it had for an input: the one that stood when it was withdrawn, else the last that an
    /// agent made of it.
    pub(super) fn result_for(&self, input: &Hash) -> Option<RevisionId> {
        let stood = self.results.iter().rfind(|(known, _)| known == input).map(|(_, revision)| revision);
        let made = || self.revisions.iter().rfind(|r| r.input.as_ref() == Some(input)).map(|r| &r.id);
        stood.or_else(made).cloned()
    }

    /// Keeps the result that stands for the case that it is asked with the same input again.
    pub(super) fn remember(&mut self) {
        let stands = self.current_revision().map(|r: &Revision| r.id.clone());
        if let (Some(revision), Some(input), None) = (stands, self.input.clone(), self.passed) {
            self.results.retain(|(known, _)| *known != input);
            self.results.push((input, revision));
        }
    }
}

pub(super) fn hash_of<'h>(step: &StepName, parts: impl Iterator<Item = &'h Hash>, again: u32) -> Hash {
    let mut all = format!("{step}\n{again}\n");
    for part in parts {
        all.push_str(part.as_str());
        all.push('\n');
    }
    Hash::of(all.as_bytes())
}
