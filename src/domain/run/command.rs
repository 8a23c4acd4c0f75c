//! What can be asked of a run: by its author, and by the conductor. They are different commands (spec P1).

use super::{Fine, Marked, Noted, Quoted, Usage};
use crate::domain::ids::{AttemptId, LockId};
use crate::domain::{AttemptFailure, EntryId, Money, ProposalId, RevisionId, StepName};

/// A command to a run. Where a step may be left out, the one that the run stands at is meant; where a
/// revision is given, it must be the newest at its gate.
#[derive(Debug, Clone, PartialEq, strum::IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
#[allow(missing_docs, reason = "the fields read as their variant's sentence")]
pub enum RunCommand {
    /// Says what happens on the page.
    SetBeat { text: String },
    /// Approves the revision at the gate.
    Approve { step: Option<StepName>, revision: Option<RevisionId> },
    /// Sends the revision back, with words on all of it, on passages of it, or on both; without any the agent is
    /// simply asked again. It is one request in each case, and counts (spec P7).
    Revise {
        step: Option<StepName>,
        revision: Option<RevisionId>,
        feedback: Option<String>,
        passages: Vec<Marked>,
    },
    /// Replaces the text by the author's edit of it and approves that, also on an approved step.
    Edit { step: Option<StepName>, revision: Option<RevisionId>, text: String },
    /// Makes a revision of what was taken from `other` and what was kept of `base`. An open gate stays open on it;
    /// on an approved step it is approved by that act, as an edit is.
    Merge {
        step: Option<StepName>,
        revision: Option<RevisionId>,
        base: RevisionId,
        other: RevisionId,
        text: String,
    },
    /// Lets nobody change a passage of the text at the gate or approved.
    Lock { step: Option<StepName>, revision: Option<RevisionId>, quoted: Quoted },
    /// Lets a locked passage be changed again.
    Unlock { lock: LockId },
    /// Supplies a text instead of the agent's, by `manual` or a model's name, and opens the gate on it.
    Write { step: Option<StepName>, revision: Option<RevisionId>, text: String, model: String, tokens: u64 },
    /// Brings an earlier revision back as a new one and opens the gate on it.
    Restore { revision: RevisionId },
    /// Goes on without an optional step.
    Skip { step: Option<StepName> },
    /// Sets an open gate aside, or a step that needs the author, or takes it up again.
    SetAside { step: Option<StepName>, aside: bool },
    /// Asks a step that needs the author once more.
    Retry { step: Option<StepName> },
    /// Stops a step that is queued or working.
    Cancel { step: Option<StepName> },
    /// Chooses the model (`provider/model`) of a step for this page; none goes back to the configured one.
    ChooseModel { step: Option<StepName>, model: Option<String> },
    /// Sets the limit of revision requests for this page.
    SetLimit { limit: u32 },
    /// Takes back the last decision, or the last one on a step.
    Undo { step: Option<StepName> },
    /// Makes the decision again that was undone last.
    Redo,
    /// Keeps revisions as they are, though parts that they read have changed.
    Fine { fine: Vec<Fine> },
    /// Gives this page's agents a canon entry whose mode is by hand.
    PinEntry { entry: EntryId },
    /// No longer gives it.
    UnpinEntry { entry: EntryId },
    /// Does without what an edit taught.
    RefuseProposal { proposal: ProposalId },
    /// Takes in a page of a manuscript: its text is approved narration, and what would follow is left out.
    Import { text: String, file: String },
    /// Begins to do what is ready: given once, with the start.
    Go,
    /// Passes a gate whose rule says no.
    Override { step: Option<StepName>, revision: Option<RevisionId>, reason: String },
    /// Lets a finding of a tool pass in this run, and asks the tool again.
    Waive { step: StepName, finding: String, reason: String },
    /// Ends the loop that goes on: the best version stands.
    Stop,
    /// Changes a parameter that may change while the run goes on.
    SetParameter { name: String, value: serde_json::Value },
    /// Stops everything while the page is in the trash.
    Pause,
    /// Goes on.
    Resume,

    /// The conductor: an attempt begins. Written before the call is made; `reserved` is what it may cost at
    /// worst, none when the price is unknown. Where the budget does not cover it, the step waits instead.
    Start {
        attempt: AttemptId,
        step: StepName,
        model: String,
        request: String,
        reserved: Option<Money>,
        given: Option<Box<Given>>,
    },
    /// The conductor: a step that its budget had stopped, or the lack of a price, is asked again where it may begin
    /// by now. Without room nothing changes.
    Release { step: StepName, reserved: Option<Money> },
    /// The conductor: an agent delivered; `noted` where its answer was cleaned, or is to be looked at.
    Deliver { attempt: AttemptId, text: String, usage: Usage, cost: Option<Money>, noted: Option<Box<Noted>> },
    /// The conductor: an attempt failed, with what had been written by then.
    Fail {
        attempt: AttemptId,
        failure: AttemptFailure,
        partial: Option<String>,
        usage: Usage,
        cost: Option<Money>,
    },
    /// The conductor: a call that was cancelled has ended; what it took and left is recorded.
    Close { attempt: AttemptId, partial: Option<String>, usage: Usage, cost: Option<Money> },
    /// The conductor: an attempt was cut off by the end of the process that made it. An orderly end does not
    /// count towards parking the step.
    Interrupt { attempt: AttemptId, partial: Option<String>, orderly: bool },
}

impl RunCommand {
    /// Returns the name of the model that the author chooses by it. A model that wrote a text elsewhere is not a choice.
    pub fn chosen_model(&mut self) -> Option<&mut String> {
        match self {
            Self::ChooseModel { model, .. } => model.as_mut(),
            Self::SetBeat { .. }
            | Self::Approve { .. }
            | Self::Revise { .. }
            | Self::Edit { .. }
            | Self::Merge { .. }
            | Self::Lock { .. }
            | Self::Unlock { .. }
            | Self::Write { .. }
            | Self::Restore { .. }
            | Self::Skip { .. }
            | Self::SetAside { .. }
            | Self::Retry { .. }
            | Self::Cancel { .. }
            | Self::SetLimit { .. }
            | Self::Undo { .. }
            | Self::Redo
            | Self::Fine { .. }
            | Self::PinEntry { .. }
            | Self::UnpinEntry { .. }
            | Self::RefuseProposal { .. }
            | Self::Import { .. }
            | Self::Go
            | Self::Override { .. }
            | Self::Waive { .. }
            | Self::Stop
            | Self::SetParameter { .. }
            | Self::Pause
            | Self::Resume
            | Self::Start { .. }
            | Self::Release { .. }
            | Self::Deliver { .. }
            | Self::Fail { .. }
            | Self::Close { .. }
            | Self::Interrupt { .. } => None,
        }
    }
}

/// What an attempt was made of, beside the request itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Given {
    /// The manifest, as JSON.
    pub manifest: String,
    /// The template that the messages were rendered from.
    pub template: String,
    /// Tokens of the prompt as they are estimated for any model.
    pub estimate: u64,
}
