//! Runs of workflows about a text or a book, as readers get them.

use serde::Serialize;

use super::{AttemptRow, DecisionRow, FeedbackRow, RevisionRow, StepRow};
use crate::domain::{
    Attention, BookId, ChapterId, Hash, PageId, RevisionId, RunId, Spending, StepName, Time,
};

/// A run that is not a page's, in a list.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OwnRunRow {
    /// Its id.
    pub id: RunId,
    /// The workflow and its version: `story v1`.
    pub workflow: String,
    /// The title of what it is about.
    pub title: String,
    /// The book; none for a text of no book.
    pub book: Option<BookId>,
    /// The chapter whose text is given, or in which the page stands.
    pub chapter: Option<ChapterId>,
    /// The page whose text is given.
    pub page: Option<PageId>,
    /// The text that is given.
    pub text: Option<Hash>,
    /// Its public state, such as `reviewing`.
    pub state: String,
    /// `generating`, `reviewing`, `waiting` or `approved`.
    pub standing: String,
    /// Why it waits for the author, and what can be done.
    pub attention: Option<Attention>,
    /// Its gate was set aside.
    pub set_aside: bool,
    /// Attempts made.
    pub attempts: u32,
    /// Attempts that failed.
    pub failures: u32,
    /// What it cost so far.
    pub spent: Spending,
    /// There is a decision to undo.
    pub can_undo: bool,
    /// There is a decision to redo.
    pub can_redo: bool,
    /// When it began.
    pub started_at: Time,
    /// When it last changed.
    pub updated_at: Time,
    /// Who began it.
    pub owner: String,
}

/// An open gate of such a run, for the inbox.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RunGateRow {
    /// The run.
    pub run: OwnRunRow,
    /// The step.
    pub step: StepName,
    /// The revision to decide on.
    pub revision: RevisionId,
    /// Its number.
    pub number: u32,
    /// Since when it waits.
    pub opened_at: Time,
}

/// Everything that is kept of such a run, of one moment.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RunDetail {
    /// The run.
    pub run: OwnRunRow,
    /// Its steps.
    pub steps: Vec<StepRow>,
    /// Its revisions of all steps, oldest first.
    pub revisions: Vec<RevisionRow>,
    /// Feedback, oldest first.
    pub feedback: Vec<FeedbackRow>,
    /// Decisions, oldest first.
    pub decisions: Vec<DecisionRow>,
    /// Attempts, newest first.
    pub attempts: Vec<AttemptRow>,
}
