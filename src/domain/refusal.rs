//! Why a command was not carried out. A refusal changes nothing.

use serde::Serialize;

use super::ids::{LockId, ProposalId};
use super::{EntryId, RevisionId, RunId, StepName};

/// A command that the rules do not allow, with what would be needed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[allow(missing_docs, reason = "the message of each variant says it")]
pub enum Refusal {
    #[error("there is no {what} `{id}`")]
    NotFound { what: &'static str, id: String },
    #[error("this workflow has no step `{step}`")]
    UnknownStep { step: StepName },
    #[error("{step} cannot be decided on: it is in {state}")]
    NotReviewing { step: StepName, state: String },
    #[error("revision {given} is no longer the newest; {newest} is")]
    NotNewest { given: RevisionId, newest: RevisionId },
    #[error("all {limit} revision requests are used")]
    LimitReached { limit: u32 },
    #[error("the limit cannot go below the {used} requests already made")]
    LimitTooLow { used: u32 },
    #[error("{step} cannot be skipped")]
    NotSkippable { step: StepName },
    #[error("{step} cannot be written yet: what it needs is not approved")]
    NotReady { step: StepName },
    #[error("{step} is already approved")]
    AlreadySettled { step: StepName },
    #[error("{step} was skipped: there is no text to work on")]
    WasSkipped { step: StepName },
    #[error("all is approved; say which step is meant: {}", listed(steps))]
    StepNotNamed { steps: Vec<StepName> },
    #[error("{step} is not being written")]
    NotRunning { step: StepName },
    #[error("{step} does not wait for a retry")]
    NothingToRetry { step: StepName },
    #[error("revision {revision} is already the current one")]
    AlreadyCurrent { revision: RevisionId },
    #[error("nothing would change: {what}")]
    Unchanged { what: String },
    #[error("nothing that this page read has changed")]
    NothingStale,
    #[error("version {version} of {entry} already says this")]
    VersionCurrent { entry: EntryId, version: u32 },
    #[error("{entry} was changed meanwhile: version {now} is current, not {seen}")]
    EntryChanged { entry: EntryId, seen: u32, now: u32 },
    #[error("{proposal} is already {state}")]
    ProposalDecided { proposal: ProposalId, state: &'static str },
    #[error("the edit that {proposal} came from was undone")]
    ProposalWithdrawn { proposal: ProposalId },
    #[error("there is no decision to undo")]
    NothingToUndo,
    #[error("there is no undone decision to redo")]
    NothingToRedo,
    #[error("the text is empty")]
    EmptyText,
    #[error("the text is {bytes} bytes long; at most {most} are taken")]
    TooLong { bytes: u64, most: u64 },
    #[error("a locked passage would be changed: “{quote}”")]
    Locked { lock: LockId, quote: String },
    #[error("it is in the trash")]
    Trashed,
    #[error("{what} is not in the trash")]
    NotTrashed { what: String },
    #[error("running calls have reserved the rest of the budget")]
    BudgetReserved,
    #[error("attempt {attempt} cannot {what}: it is not under way")]
    AttemptNotLive { attempt: String, what: &'static str },
    #[error("{field}: {reason}")]
    Invalid { field: &'static str, reason: String },
    #[error("parameter `{name}` {reason}")]
    BadParameter { name: String, reason: String },
    #[error("{reason}")]
    UnusableModel { reason: String },
    #[error("the rule at the gate of {step} does not let this pass")]
    GateFailed { step: StepName },
    #[error("the rule at the gate of {step} does let this pass: there is nothing to override")]
    NothingToOverride { step: StepName },
    #[error("{step} is made by a tool or judged by a rule: it cannot be written by hand")]
    NotByHand { step: StepName },
    #[error("it has no running loop: there is nothing to stop")]
    NothingToStop,
    #[error("the loop has gone on since that decision on {step}")]
    PastTurn { step: StepName },
    #[error("the loop of {step} has ended: this would have no effect")]
    LoopEnded { step: StepName },
    #[error("{run} is finished: this would have no effect")]
    Finished { run: RunId },
    #[error("{step} must be data of its schema: {}", faults.join("; "))]
    NotValid { step: StepName, faults: Vec<String> },
    #[error("{step} has two items that are called `{key}`")]
    TwoItems { step: StepName, key: String },
    #[error("a run of {workflow} is about a {wanted}")]
    WrongSubject { workflow: String, wanted: &'static str },
    #[error("{run} is a run of `{workflow}`, which makes no versions of a text")]
    NoVersions { run: RunId, workflow: String },
    #[error("command `{command}` was already given, for something else")]
    Repeated { command: String },
}

fn listed(steps: &[StepName]) -> String {
    steps.iter().map(StepName::as_str).collect::<Vec<_>>().join(", ")
}

impl Refusal {
    /// Returns the stable name of the kind.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::NotFound { .. } => "not_found",
            Self::UnknownStep { .. } => "unknown_step",
            Self::NotReviewing { .. } => "not_reviewing",
            Self::NotNewest { .. } => "not_newest",
            Self::LimitReached { .. } => "limit_reached",
            Self::LimitTooLow { .. } => "limit_too_low",
            Self::NotSkippable { .. } => "not_skippable",
            Self::NotReady { .. } => "not_ready",
            Self::AlreadySettled { .. } => "already_settled",
            Self::WasSkipped { .. } => "was_skipped",
            Self::StepNotNamed { .. } => "step_not_named",
            Self::NotRunning { .. } => "not_running",
            Self::NothingToRetry { .. } => "nothing_to_retry",
            Self::AlreadyCurrent { .. } => "already_current",
            Self::Unchanged { .. } => "unchanged",
            Self::NothingStale => "nothing_stale",
            Self::VersionCurrent { .. } => "version_current",
            Self::EntryChanged { .. } => "entry_changed",
            Self::ProposalDecided { .. } => "proposal_decided",
            Self::ProposalWithdrawn { .. } => "proposal_withdrawn",
            Self::NothingToUndo => "nothing_to_undo",
            Self::NothingToRedo => "nothing_to_redo",
            Self::EmptyText => "empty_text",
            Self::TooLong { .. } => "too_long",
            Self::Locked { .. } => "locked",
            Self::Trashed => "trashed",
            Self::NotTrashed { .. } => "not_trashed",
            Self::BudgetReserved => "budget_reserved",
            Self::AttemptNotLive { .. } => "attempt_not_live",
            Self::Invalid { .. } => "invalid",
            Self::BadParameter { .. } => "bad_parameter",
            Self::UnusableModel { .. } => "unusable_model",
            Self::GateFailed { .. } => "gate_failed",
            Self::NothingToOverride { .. } => "nothing_to_override",
            Self::NotByHand { .. } => "not_by_hand",
            Self::NothingToStop => "nothing_to_stop",
            Self::PastTurn { .. } => "past_turn",
            Self::LoopEnded { .. } => "loop_ended",
            Self::Finished { .. } => "finished",
            Self::NotValid { .. } => "not_valid",
            Self::TwoItems { .. } => "two_items",
            Self::WrongSubject { .. } => "wrong_subject",
            Self::NoVersions { .. } => "no_versions",
            Self::Repeated { .. } => "repeated",
        }
    }

    /// Returns what the person can do about it, where there is something.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        Some(match self {
            Self::NotFound { .. } => "the list commands print the ids that exist",
            Self::UnknownStep { .. } => {
                "those of a page are narration and dialogue; `galley run show` lists those of a run"
            }
            Self::NotReviewing { .. } => "wait for its gate to open, or undo an approval to go back",
            Self::NotNewest { .. } => "look at the newest revision, or restore the other one",
            Self::LimitReached { .. } => "edit or write the text by hand, or raise the limit",
            Self::EntryChanged { .. } => "look at the current version, and change that",
            Self::ProposalDecided { .. } => "what it led to is changed in the canon",
            Self::ProposalWithdrawn { .. } => "redo the edit first",
            Self::NotSkippable { .. } => "write it by hand instead",
            Self::NotReady { .. } => "approve the step before it first",
            Self::AlreadySettled { .. } => "undo the approval, restore a revision, or edit the text",
            Self::WasSkipped { .. } => "undo the skip first",
            Self::StepNotNamed { .. } => "name the step, with --step on the command line",
            Self::NothingToRetry { .. } => "only a step that needs the author can be retried",
            Self::BudgetReserved => "it starts by itself when they have ended",
            Self::Locked { .. } => "leave it word for word as it is, or unlock it first",
            Self::Trashed => "restore it from the trash first",
            Self::EmptyText => "write something first",
            Self::BadParameter { .. } => "`galley workflow show` lists the parameters",
            Self::UnusableModel { .. } => "`galley models` lists providers and models",
            Self::GateFailed { .. } => "fix what was found and check again, or override it with a reason",
            Self::NothingToOverride { .. } => "approve it",
            Self::NotByHand { .. } => "regenerate it, or override its gate with a reason",
            Self::PastTurn { .. } => "restore the revision you want instead",
            Self::LoopEnded { .. } | Self::Finished { .. } => "undo the last decision, or start another run",
            Self::NotValid { .. } => "fix the named places",
            Self::NoVersions { .. } => "`galley run show` shows it and what its steps made",
            _ => return None,
        })
    }
}
