//! A run: one execution of a workflow, from its events.
//!
//! [`decide`](decide::decide) turns a command into events or a refusal, [`Run::apply`] turns an event into
//! the next state, [`next_work`](next_work::next_work) tells what should be started. Nothing else changes a run.

pub mod apply;
pub mod command;
mod conduct;
pub mod decide;
mod draft;
mod earlier;
pub mod event;
mod feedback;
mod flow;
mod gates;
mod hand;
mod input;
mod items;
mod loops;
mod merge;
pub mod next_work;
pub mod passages;
mod proposals;
pub mod snapshot;
mod stale;
pub mod standing;
#[cfg(test)]
mod tests;
mod undo;
pub mod versions;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub use apply::standing_after;
pub use command::{Given, RunCommand};
pub use decide::{MOST_BYTES, begin, begin_with, decide};
pub use event::{
    CancelReason, DecisionKind, Fine, LoopOutcome, Noted, Origin, Outcome, Passed, RunEvent, Usage,
};
pub use feedback::told;
pub use flow::{faults_of, text_at};
pub use input::Foundation;
pub use next_work::{Work, next_work};
pub use passages::{Lock, Marked, Passage, Quoted};
pub use proposals::{Edit, Offered, Verdict, accept};
pub use snapshot::Snapshot;
pub use standing::Standing;
pub use versions::Version;

pub use super::ids::{AttemptId, DecisionId, FeedbackId, LockId};
use super::workflow::{Parameters, StepDefinition};
use super::{
    AttemptFailure, BookId, BudgetOf, ChapterId, EntryId, Hash, PageId, Reason, RevisionId, RunId, StepName,
    Text, Time, Workflow,
};

/// The kind of failure of an answer that is not of its step's schema: the next attempt is told what is wrong with it.
pub const NOT_VALID: &str = "schema";

/// What a run is about.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    /// The book; none for a text of no book.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub book: Option<BookId>,
    /// The chapter: that in which the page was made, or whose text is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chapter: Option<ChapterId>,
    /// The page that is written, or whose text is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<PageId>,
}

impl Subject {
    /// A page that is written.
    #[must_use]
    pub fn page(book: BookId, chapter: ChapterId, page: PageId) -> Self {
        Self { book: Some(book), chapter: Some(chapter), page: Some(page) }
    }
}

/// The state of a run. It is made by [`Run::start`] and changed by [`Run::apply`] only.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// Its id.
    pub id: RunId,
    /// The definition that it began with.
    pub workflow: Arc<Workflow>,
    /// What it is about.
    pub subject: Subject,
    /// The title of the text that it is about, where one is given.
    pub title: String,
    /// The text that it is about, where one is given.
    pub text: Option<Text>,
    /// What it is given beside its subject.
    pub parameters: Parameters,
    /// Names the parameters that agents are given: those that cannot change.
    pub given: Hash,
    /// The loops, in the workflow's order.
    pub loops: Vec<Turns>,
    /// The versions of its text, the first one given.
    pub versions: Vec<Version>,
    /// Findings of tools that the author lets pass in this run, by step and finding.
    pub waived: Vec<(StepName, String)>,
    /// The author's beat: what happens on the page.
    pub beat: Option<Text>,
    /// The steps, in the workflow's order.
    pub steps: Vec<Step>,
    /// Revision requests that count against the limit (spec P7).
    pub revision_requests: u32,
    /// The limit, as raised by the author.
    pub revision_limit: u32,
    /// Every decision, oldest first.
    pub decisions: Vec<Decision>,
    /// Undone decisions that can be redone, the next one last.
    pub redo: Vec<DecisionId>,
    /// How many pieces of feedback were given.
    pub feedback_count: u32,
    /// Canon entries that the author pinned to the page, in that order.
    pub pinned: Vec<EntryId>,
    /// What the author's edits taught, oldest first.
    pub proposals: Vec<Offered>,
    /// Passages that nobody changes, oldest first.
    pub locks: Vec<Lock>,
    /// How many were ever locked.
    pub locks_made: u32,
    /// Set while its page is in the trash: nothing is started.
    pub paused: bool,
    /// Number of the last event applied; the first is 1.
    pub seq: u64,
    /// When it began.
    pub created_at: Time,
    /// When its last event happened.
    pub updated_at: Time,
}

/// The state of one step.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// Its name.
    pub name: StepName,
    /// Where it stands.
    pub phase: Phase,
    /// How often it was asked.
    pub iteration: u32,
    /// The hash of what it was asked with.
    pub input: Option<Hash>,
    /// How often it was asked again without feedback.
    pub asked_again: u32,
    /// Attempts that failed since it was asked.
    pub failures: u32,
    /// Interruptions in a row.
    pub interruptions: u32,
    /// Every attempt, oldest first.
    pub attempts: Vec<Attempt>,
    /// Every revision, oldest first.
    pub revisions: Vec<Revision>,
    /// Every piece of feedback, oldest first.
    pub feedback: Vec<Feedback>,
    /// The model the author chose for this page, over the configured one.
    pub model: Option<String>,
    /// The gate is set aside: still open, no longer offered first.
    pub set_aside: bool,
    /// What the steps before had put into it when it was asked, or when the author wrote what it has.
    pub made_from: Option<Foundation>,
    /// The revisions that it had for inputs that are no longer asked: they are adopted when one of them is again.
    pub results: Vec<(Hash, RevisionId)>,
    /// The revision that it had when it was withdrawn last.
    pub kept: Option<RevisionId>,
    /// For an advisory step: the revision it speaks of.
    pub basis: Option<RevisionId>,
    /// For a step that is asked of edits: the revisions that it was asked of.
    pub heard: Vec<RevisionId>,
    /// What the rule at its gate said of which revision.
    pub ruling: Option<(RevisionId, Outcome)>,
    /// What the rule said when its gate was passed; the gate opens again when it says worse.
    pub settled_on: Option<Outcome>,
    /// The decision that settled it, where one did.
    pub settled_by: Option<DecisionId>,
    /// The items that it was done for last, where it fans out.
    pub items: Vec<String>,
    /// Why it was passed over, where it was and not by the author.
    pub passed: Option<Passed>,
}

/// How far a loop is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Turns {
    /// The turn, from 1.
    pub turn: u32,
    /// The condition was asked in this turn, and did not hold.
    pub asked: bool,
    /// How it ended.
    pub ended: Option<LoopOutcome>,
    /// What steps outside had put into it when its first turn began.
    pub made_from: Option<Vec<Option<Hash>>>,
}

/// Where a step stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// What it needs is not settled.
    Waiting,
    /// An attempt should start at this time.
    Queued {
        /// When.
        due: Time,
    },
    /// An attempt is under way.
    Working {
        /// Which.
        attempt: AttemptId,
    },
    /// Its gate is open on this revision.
    Gate {
        /// The revision to decide on.
        revision: RevisionId,
    },
    /// Decided: with this revision, or skipped.
    Settled {
        /// None when skipped.
        revision: Option<RevisionId>,
    },
    /// Its items are being done, one by one.
    Items,
    /// Needs the author before anything goes on.
    NeedsAuthor {
        /// Why.
        reason: Reason,
        /// In words.
        message: String,
        /// The budget that does not cover the call.
        budget: Option<BudgetOf>,
    },
}

/// A revision: numbered, immutable; its full text is in the store under its hash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revision {
    /// Its id.
    pub id: RevisionId,
    /// Its number within the step, from 1.
    pub number: u32,
    /// Its text.
    pub text: Text,
    /// How it came to be.
    pub origin: Origin,
    /// The model that wrote it, or `manual`.
    pub model: String,
    /// The input it was made from, for an agent's.
    pub input: Option<Hash>,
    /// It arrived after its attempt was cancelled: kept, never at a gate by itself.
    pub late: bool,
    /// What conditions and scores ask of it, by path; the keys of its items by the path of their list.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub values: BTreeMap<String, serde_json::Value>,
    /// When it was made.
    pub created_at: Time,
}

/// The author's words on a revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feedback {
    /// Its id.
    pub id: FeedbackId,
    /// The revision it speaks of.
    pub revision: RevisionId,
    /// The words.
    pub text: Text,
    /// The passage they are about; none is all of it.
    pub quoted: Option<Quoted>,
    /// The request was undone.
    pub withdrawn: bool,
}

/// One call of an agent, as far as the rules need to know it.
#[derive(Debug, Clone, PartialEq)]
pub struct Attempt {
    /// Its key.
    pub id: AttemptId,
    /// The iteration it belongs to.
    pub iteration: u32,
    /// Its number within the iteration, from 1.
    pub number: u32,
    /// The model that is called.
    pub model: String,
    /// What it was asked with.
    pub input: Hash,
    /// How it stands.
    pub status: AttemptStatus,
    /// When it began.
    pub started_at: Time,
}

/// How an attempt stands.
#[derive(Debug, Clone, PartialEq)]
pub enum AttemptStatus {
    /// Under way.
    Running,
    /// Delivered this revision (advisory steps deliver none).
    Delivered(Option<RevisionId>),
    /// Failed.
    Failed(AttemptFailure),
    /// Cancelled.
    Cancelled(CancelReason),
}

/// A decision of the author.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    /// Its id.
    pub id: DecisionId,
    /// The step it decided on.
    pub step: StepName,
    /// What was said.
    pub kind: DecisionKind,
    /// The revision it spoke of or made.
    pub revision: Option<RevisionId>,
    /// The feedback it brought.
    pub feedback: Vec<FeedbackId>,
    /// The finding that it waives.
    pub finding: Option<String>,
    /// Where the run stood before it.
    pub before: Arc<Snapshot>,
    /// Where the run stood when it was taken back.
    pub after: Option<Arc<Snapshot>>,
    /// Later decisions that were taken back with it.
    pub with: Vec<DecisionId>,
    /// The turn of the step's loop in which it was made; 0 outside loops.
    pub turn: u32,
    /// The step's loop had ended by then.
    pub after_loop: bool,
    /// It was undone.
    pub undone: bool,
}

impl Step {
    fn new(name: StepName) -> Self {
        Self {
            name,
            phase: Phase::Waiting,
            iteration: 0,
            input: None,
            asked_again: 0,
            failures: 0,
            interruptions: 0,
            attempts: Vec::new(),
            revisions: Vec::new(),
            feedback: Vec::new(),
            model: None,
            set_aside: false,
            made_from: None,
            results: Vec::new(),
            kept: None,
            basis: None,
            heard: Vec::new(),
            ruling: None,
            settled_on: None,
            settled_by: None,
            items: Vec::new(),
            passed: None,
        }
    }

    /// Returns the revision that its gate is open on or that settled it.
    #[must_use]
    pub fn current_revision(&self) -> Option<&Revision> {
        let (Phase::Gate { revision } | Phase::Settled { revision: Some(revision) }) = &self.phase else {
            return None;
        };
        self.revisions.iter().find(|r| r.id == *revision)
    }

    /// Returns whether it is decided.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        matches!(self.phase, Phase::Settled { .. })
    }

    /// Returns the attempt under way.
    #[must_use]
    pub fn live_attempt(&self) -> Option<&AttemptId> {
        match &self.phase {
            Phase::Working { attempt } => Some(attempt),
            _ => None,
        }
    }

    /// Returns the feedback that still counts, oldest first.
    pub fn active_feedback(&self) -> impl Iterator<Item = &Feedback> {
        self.feedback.iter().filter(|f| !f.withdrawn)
    }
}

impl Run {
    /// Returns a step by name.
    #[must_use]
    pub fn step(&self, name: &StepName) -> Option<&Step> {
        self.steps.iter().find(|s| s.name == *name)
    }

    /// Returns a step's definition.
    ///
    /// # Panics
    /// When the step is not of this run's workflow: a run's steps are made from its definition.
    #[must_use]
    pub fn definition(&self, step: &Step) -> &StepDefinition {
        self.workflow.step(&step.name).expect("a run's steps are those of its definition")
    }

    /// Returns the steps that carry the run, without the advisory ones.
    pub fn main_steps(&self) -> impl Iterator<Item = &Step> {
        self.steps.iter().filter(|s| !self.definition(s).advisory)
    }

    /// Returns a revision and its step.
    #[must_use]
    pub fn revision(&self, id: &RevisionId) -> Option<(&Step, &Revision)> {
        self.steps.iter().find_map(|s| s.revisions.iter().find(|r| r.id == *id).map(|r| (s, r)))
    }

    /// Returns the attempts under way, of all steps.
    pub fn live_attempts(&self) -> impl Iterator<Item = &AttemptId> {
        self.steps.iter().filter_map(Step::live_attempt)
    }

    /// Returns the revision in whose manifest stands what this one was made from: the one that an agent wrote
    /// and that was edited or restored since, with its attempt; none when no agent wrote it.
    #[must_use]
    pub fn written(&self, id: &RevisionId) -> Option<(&Revision, &AttemptId)> {
        let mut id = id;
        loop {
            let (_, revision) = self.revision(id)?;
            match &revision.origin {
                Origin::Agent(attempt) => return Some((revision, attempt)),
                Origin::Edit(parent) | Origin::Restore(parent) => id = parent,
                Origin::Merge { base, other } => return self.written(other).or_else(|| self.written(base)),
                _ => return None,
            }
        }
    }

    fn step_mut(&mut self, name: &StepName) -> &mut Step {
        self.steps.iter_mut().find(|s| s.name == *name).expect("events name steps of their run's workflow")
    }
}
