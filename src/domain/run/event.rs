//! What happens to a run: the lines of its journal.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Lock, Passage, Revision, Subject, Version};
use crate::domain::ids::{AttemptId, DecisionId, FeedbackId, LockId};
use crate::domain::manifest::PartKind;
use crate::domain::workflow::Parameters;
use crate::domain::{
    AttemptFailure, BudgetOf, EntryId, Hash, Money, Proposal, ProposalId, Reason, RevisionId, RunId,
    StepName, Text, Time,
};

/// What an attempt took.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// Tokens of the prompt.
    pub input_tokens: u64,
    /// Tokens of the answer.
    pub output_tokens: u64,
    /// The server did not say, and Galley estimated.
    pub estimated: bool,
    /// How long it took, in milliseconds.
    pub duration_ms: u64,
}

/// What was noted of an answer before it was delivered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Noted {
    /// The answer as it came, where something was taken off or repaired.
    pub raw: Option<String>,
    /// What was done to it, and what the author should look at, each in a sentence.
    pub notes: Vec<String>,
}

/// How a revision came to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// An agent wrote it in this attempt.
    Agent(AttemptId),
    /// The author wrote it.
    Hand,
    /// The author edited this revision.
    Edit(RevisionId),
    /// The author brought this revision back.
    Restore(RevisionId),
    /// The author took some of the changes that lead from one revision to another.
    Merge {
        /// What the refused changes were kept of.
        base: RevisionId,
        /// What the others were taken from.
        other: RevisionId,
    },
    /// It was read from this file of a manuscript.
    Import(String),
    /// The workflow gives it where the step failed.
    Fallback,
}

/// What was said at a gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DecisionKind {
    /// Good as it is.
    Approve,
    /// Send back.
    Revise,
    /// Edited, and good so.
    Edit,
    /// Some of the changes between two revisions taken, and the others refused.
    Merge,
    /// Written by hand.
    Write,
    /// An earlier revision brought back.
    Restore,
    /// Left out.
    Skip,
    /// Taken from a manuscript, and good so.
    Import,
    /// Set aside for later.
    SetAside,
    /// Taken up again.
    TakeUp,
    /// Passed against the rule at the gate, for a reason.
    Override,
    /// A finding is let pass, for a reason.
    Waive,
    /// Its loop is ended: the best version stands.
    Stop,
}

impl DecisionKind {
    /// Returns the stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Approve => "approve",
            Self::Revise => "revise",
            Self::Edit => "edit",
            Self::Merge => "merge",
            Self::Write => "write",
            Self::Restore => "restore",
            Self::Skip => "skip",
            Self::Import => "import",
            Self::SetAside => "set_aside",
            Self::TakeUp => "take_up",
            Self::Override => "override",
            Self::Waive => "waive",
            Self::Stop => "stop",
        }
    }

    /// Returns whether it approves the text that it leaves.
    pub(super) fn approves(self) -> bool {
        matches!(self, Self::Approve | Self::Edit | Self::Merge | Self::Import | Self::Override)
    }

    /// Returns whether the text is the author's from then on, made of what there is at that moment.
    pub(super) fn is_by_hand(self) -> bool {
        matches!(self, Self::Edit | Self::Merge | Self::Write | Self::Restore | Self::Import)
    }
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference over")]
fn is_false(flag: &bool) -> bool {
    !flag
}

/// Why an attempt was cancelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CancelReason {
    /// The author said so.
    Author,
    /// A decision made it pointless.
    Superseded,
    /// The process that made it ended.
    Interrupted,
    /// Its page went to the trash.
    Trashed,
}

/// What the rule at a gate says of a revision, the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It does not pass without an override.
    Fail,
    /// The author may approve it.
    Borderline,
    /// It passes.
    Pass,
}

impl Outcome {
    /// Returns the stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Borderline => "borderline",
            Self::Fail => "fail",
        }
    }
}

/// How a loop ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LoopOutcome {
    /// Its condition held.
    Met,
    /// Its turns were used up.
    Limit,
    /// The author stopped it.
    Stopped,
}

/// Why a step was passed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Passed {
    /// Its condition does not hold.
    Condition,
    /// Its loop ended before it.
    LoopEnded,
    /// It failed, and the run goes on without it.
    Failed,
}

/// An event of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[allow(missing_docs, reason = "the fields read as their variant's sentence")]
pub enum RunEvent {
    /// The run began, with this definition. Always the first event.
    RunStarted {
        run: RunId,
        workflow: String,
        version: u32,
        definition: Hash,
        subject: Subject,
        #[serde(default, skip_serializing_if = "String::is_empty")]
        title: String,
        /// The text that the run is about, where one is given.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        text: Option<Text>,
        #[serde(default, skip_serializing_if = "Parameters::is_empty")]
        parameters: Parameters,
    },
    /// The author changed a parameter.
    ParameterSet { name: String, value: Value },
    /// The rule at a gate was asked; what was settled there is opened again where it says worse than before.
    GateRuled { step: StepName, revision: RevisionId, outcome: Outcome },
    /// A loop's condition was asked, and does not hold.
    LoopAsked { id: String, turn: u32 },
    /// A loop goes on to this turn.
    LoopTurned { id: String, turn: u32 },
    /// A loop ended in this turn.
    LoopEnded { id: String, turn: u32, outcome: LoopOutcome },
    /// A loop that had ended goes on in this turn, because what its end was decided on has changed.
    LoopReopened { id: String, turn: u32 },
    /// The versions of the text are these: a result was adopted or withdrawn.
    VersionsChanged { versions: Vec<Version> },
    /// A step was passed over, with what stands for its result where there is something: `made`, else the last one
    /// that it had, unless `bare`.
    StepPassed {
        step: StepName,
        why: Passed,
        made: Option<Revision>,
        #[serde(default, skip_serializing_if = "is_false")]
        bare: bool,
    },
    /// A step is asked for these items.
    StepFannedOut { step: StepName, iteration: u32, items: Vec<String> },
    /// All items of a step are settled.
    ItemsSettled { step: StepName },
    /// The author said what happens.
    BeatSet { text: Text },
    /// A step is asked, with this input; an attempt is due now. An advisory step speaks of `basis`.
    StepAsked { step: StepName, iteration: u32, input: Hash, basis: Option<RevisionId> },
    /// A step that was asked the same before gets the result it had: nothing is paid twice.
    ResultAdopted {
        step: StepName,
        iteration: u32,
        input: Hash,
        revision: Option<RevisionId>,
        basis: Option<RevisionId>,
    },
    /// A step waits for steps that are no longer settled; what it had is kept for the case that the same is
    /// approved again.
    StepWithdrawn { step: StepName, kept: Option<RevisionId> },
    /// A step is settled again as it was: the decision that had withdrawn it was taken back.
    StepSettledAgain { step: StepName },
    /// A step needs its author.
    AuthorNeeded {
        step: StepName,
        reason: Reason,
        message: String,
        /// The budget that does not cover the call.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        budget: Option<BudgetOf>,
    },
    /// A step is tried again on the author's word.
    RetryAsked { step: StepName },

    /// An attempt began: `number` counts within the iteration.
    AttemptStarted {
        attempt: AttemptId,
        step: StepName,
        iteration: u32,
        number: u32,
        model: String,
        input: Hash,
        request: Text,
        reserved: Option<Money>,
        /// What went in and what was left out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        manifest: Option<Text>,
        /// The template that the messages were rendered from.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        template: Option<Text>,
        /// Tokens of the prompt as they are estimated for any model.
        #[serde(default)]
        estimate: u64,
    },
    /// An agent delivered a revision.
    AttemptDelivered {
        attempt: AttemptId,
        step: StepName,
        revision: Revision,
        usage: Usage,
        cost: Option<Money>,
    },
    /// An advisory agent delivered remarks on a revision.
    RemarksDelivered {
        attempt: AttemptId,
        step: StepName,
        revision: RevisionId,
        remarks: Text,
        model: String,
        usage: Usage,
        cost: Option<Money>,
    },
    /// An agent delivered what it learned from the edit that made a revision.
    ProposalsDelivered {
        attempt: AttemptId,
        step: StepName,
        revision: RevisionId,
        answer: Text,
        proposals: Vec<Proposal>,
        model: String,
        usage: Usage,
        cost: Option<Money>,
    },
    /// What the attempt answered was cleaned before it was delivered, or is to be looked at: `raw` is the answer as it
    /// came, where that is another text, and `notes` say what was done to it, a line each.
    AnswerNoted {
        attempt: AttemptId,
        step: StepName,
        revision: Option<RevisionId>,
        raw: Option<Text>,
        notes: Text,
        model: String,
    },
    /// An attempt failed; the next is due at `retry_at`, or the step does not go on by itself.
    AttemptFailed {
        attempt: AttemptId,
        step: StepName,
        failure: AttemptFailure,
        retry_at: Option<Time>,
        partial: Option<Text>,
        usage: Usage,
        cost: Option<Money>,
    },
    /// An attempt was cancelled. Only a counted interruption brings the step closer to being parked.
    AttemptCancelled {
        attempt: AttemptId,
        step: StepName,
        reason: CancelReason,
        partial: Option<Text>,
        counted: bool,
    },
    /// A cancelled call has ended: what it took and left.
    AttemptClosed {
        attempt: AttemptId,
        step: StepName,
        partial: Option<Text>,
        usage: Usage,
        cost: Option<Money>,
    },

    /// The author decided: of or on `revision`, making `made`; `tokens` of a text that was made elsewhere.
    Decided {
        decision: DecisionId,
        step: StepName,
        kind: DecisionKind,
        revision: Option<RevisionId>,
        made: Option<Revision>,
        tokens: u64,
        feedback: Option<Box<GivenFeedback>>,
        /// What was said of single passages.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        passages: Vec<GivenFeedback>,
        /// The reason of an override or a waiver.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<Text>,
        /// The finding that is waived.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        finding: Option<String>,
    },
    /// The author locked a passage.
    PassageLocked { lock: Lock },
    /// The author unlocked a passage.
    PassageUnlocked { lock: LockId },
    /// A decision was taken back: all that it changed is as it was before. Without `exact`, as earlier versions did
    /// it, only its own step is.
    Undone {
        decision: DecisionId,
        #[serde(default, skip_serializing_if = "is_false")]
        exact: bool,
    },
    /// A decision that was taken back was made again: all that it changed is as it was after.
    Redone {
        decision: DecisionId,
        #[serde(default, skip_serializing_if = "is_false")]
        exact: bool,
    },
    /// The author chose a model for a step, or went back to the configured one.
    ModelChosen { step: StepName, model: Option<String> },
    /// The author set the limit of revision requests.
    LimitSet { limit: u32 },
    /// The author found that what a revision read may have changed, and the revision is still fine.
    FoundFine { fine: Vec<Fine> },
    /// The author pinned a canon entry to the page.
    EntryPinned { entry: EntryId },
    /// The author took a pin off.
    EntryUnpinned { entry: EntryId },
    /// The author took a proposal into the canon, as this version of this entry; `words` where they are others.
    ProposalAccepted { proposal: ProposalId, entry: EntryId, version: u32, words: Option<String> },
    /// The author did without a proposal.
    ProposalRefused { proposal: ProposalId },
    /// The page went to the trash.
    Paused,
    /// The page came back.
    Resumed,
}

/// A part that a revision read and that is another one by now, which does not matter to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fine {
    /// The revision whose manifest holds the part.
    pub revision: RevisionId,
    /// What the part is.
    pub kind: PartKind,
    /// Its id.
    pub part: String,
    /// The version that was looked at; none when the part is gone.
    pub version: Option<String>,
}

/// Feedback as it was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GivenFeedback {
    /// Its id.
    pub id: FeedbackId,
    /// The revision it speaks of.
    pub revision: RevisionId,
    /// The words.
    pub text: Text,
    /// The passage it speaks of.
    pub passage: Option<Passage>,
    /// What stands there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quote: Option<String>,
}
