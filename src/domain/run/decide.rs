//! The rules: what a command means for a run, or why it is refused.

use std::collections::BTreeMap;

use super::draft::Draft;
use super::event::GivenFeedback;
use super::{
    AttemptId, AttemptStatus, CancelReason, DecisionId, DecisionKind, FeedbackId, Marked, Origin, Outcome,
    Phase, Revision, Run, RunCommand, RunEvent, Step, Subject, conduct,
};
use super::{flow, passages};
use crate::domain::workflow::{Parameters, SubjectKind};
use crate::domain::{Decided, Facts, Hash, Refusal, RevisionId, RunId, StepName, Text, Workflow};

/// The longest text that is taken, in bytes.
pub const MOST_BYTES: u64 = 16 * 1024 * 1024;
/// Canon entries that are pinned to a page at most.
pub const MOST_PINS: usize = 64;

/// Begins a run of a workflow that writes a page.
#[must_use]
pub fn begin(run: RunId, workflow: &Workflow, subject: Subject) -> Decided<RunEvent> {
    let definition = workflow.to_json();
    let hash = Hash::of(definition.as_bytes());
    let event = RunEvent::RunStarted {
        run,
        workflow: workflow.id.clone(),
        version: workflow.version,
        definition: hash.clone(),
        subject,
        title: String::new(),
        text: None,
        parameters: Parameters::new(),
    };
    Decided { events: vec![event], texts: vec![(hash, definition)] }
}

/// Begins a run of a workflow about a text or a book.
pub fn begin_with(
    run: RunId,
    workflow: &Workflow,
    subject: Subject,
    title: String,
    text: Option<String>,
    parameters: Parameters,
    models: BTreeMap<StepName, String>,
) -> Result<Decided<RunEvent>, Refusal> {
    let wrong = |wanted| Err(Refusal::WrongSubject { workflow: workflow.id.clone(), wanted });
    match workflow.subject {
        SubjectKind::Page => return wrong("page that is written"),
        SubjectKind::Text if text.is_none() => return wrong("text"),
        SubjectKind::Book if subject.book.is_none() || text.is_some() => return wrong("book"),
        SubjectKind::Text | SubjectKind::Book => {}
    }
    text.as_deref().map_or(Ok(()), check_text)?;
    let given = workflow.complete(parameters)?;
    let mut begun = begin(run, workflow, subject);
    let named = text.map(|text| (Text::of(&text), text));
    if let Some(RunEvent::RunStarted { title: own, text, parameters, .. }) = begun.events.first_mut() {
        *own = title;
        *text = named.as_ref().map(|(named, _)| named.clone());
        *parameters = given;
    }
    begun.texts.extend(named.map(|(named, text)| (named.hash, text)));
    for (step, model) in models {
        can_choose(workflow, &step)?;
        begun.events.push(RunEvent::ModelChosen { step, model: Some(model) });
    }
    Ok(begun)
}

/// Refuses a model for what asks none.
fn can_choose(workflow: &Workflow, step: &StepName) -> Result<(), Refusal> {
    let definition = workflow.step(step).ok_or_else(|| Refusal::UnknownStep { step: step.clone() })?;
    if definition.tool.is_none() {
        return Ok(());
    }
    Err(Refusal::UnusableModel { reason: format!("{step} is done by a tool, without a model") })
}

/// Decides a command on a run: the events that come of it, or a refusal that changes nothing.
pub fn decide(run: &Run, command: RunCommand, facts: &Facts) -> Result<Decided<RunEvent>, Refusal> {
    let mut draft = Draft::new(run, facts);
    if run.paused && !command.is_allowed_in_the_trash() {
        return Err(Refusal::Trashed);
    }
    match command {
        RunCommand::SetBeat { text } => draft.set_beat(text)?,
        RunCommand::Approve { step, revision } => {
            let (step, revision) = draft.at_gate(step, revision)?;
            if draft.run.ruling(draft.step(&step)) == Some(Outcome::Fail) {
                return Err(Refusal::GateFailed { step });
            }
            draft.record(step, DecisionKind::Approve, Some(revision), None, 0, None);
        }
        RunCommand::Go
        | RunCommand::Override { .. }
        | RunCommand::Waive { .. }
        | RunCommand::Stop
        | RunCommand::SetParameter { .. } => flow::decide(&mut draft, command)?,
        RunCommand::Revise { step, revision, feedback, passages } => {
            draft.revise(step, revision, feedback, passages)?;
        }
        RunCommand::Merge { .. } | RunCommand::Lock { .. } | RunCommand::Unlock { .. } => {
            passages::decide(&mut draft, command)?;
        }
        RunCommand::Edit { step, revision, text } => draft.edit(step, revision, text)?,
        RunCommand::Write { step, revision, text, model, tokens } => {
            draft.write(step, revision, text, model, tokens)?;
        }
        RunCommand::Restore { revision } => draft.restore(&revision)?,
        RunCommand::Skip { step } => draft.skip(step)?,
        RunCommand::SetAside { step, aside } => draft.set_aside(step, aside)?,
        RunCommand::Retry { step } => {
            let step = draft.meant(step)?;
            if !matches!(draft.step(&step).phase, Phase::NeedsAuthor { .. }) {
                return Err(Refusal::NothingToRetry { step });
            }
            draft.retry(step);
        }
        RunCommand::Cancel { step } => {
            let step = draft.meant(step)?;
            if !matches!(draft.step(&step).phase, Phase::Queued { .. } | Phase::Working { .. }) {
                return Err(Refusal::NotRunning { step });
            }
            draft.cancel(&step, CancelReason::Author);
            draft.need_author(step, crate::domain::Reason::Cancelled, "you cancelled the draft".into());
        }
        RunCommand::ChooseModel { step, model } => {
            let step = draft.meant(step)?;
            can_choose(&run.workflow, &step)?;
            draft.push(RunEvent::ModelChosen { step: step.clone(), model });
            if matches!(draft.step(&step).phase, Phase::NeedsAuthor { .. }) {
                draft.retry(step);
            }
        }
        RunCommand::SetLimit { limit } => {
            if limit < run.revision_requests {
                return Err(Refusal::LimitTooLow { used: run.revision_requests });
            }
            draft.push(RunEvent::LimitSet { limit });
        }
        RunCommand::Undo { step } => draft.undo(step.as_ref())?,
        RunCommand::Redo => draft.redo()?,
        RunCommand::Fine { fine } => {
            if fine.is_empty() {
                return Err(Refusal::NothingStale);
            }
            if let Some(unknown) = fine.iter().find(|f| run.revision(&f.revision).is_none()) {
                return Err(Refusal::NotFound { what: "revision", id: unknown.revision.to_string() });
            }
            draft.push(RunEvent::FoundFine { fine });
        }
        RunCommand::PinEntry { entry } if !run.pinned.contains(&entry) => draft.pin(entry)?,
        RunCommand::UnpinEntry { entry } if run.pinned.contains(&entry) => {
            draft.push(RunEvent::EntryUnpinned { entry });
        }
        RunCommand::PinEntry { entry } => {
            return Err(Refusal::Unchanged { what: format!("{entry} is pinned already") });
        }
        RunCommand::UnpinEntry { entry } => {
            return Err(Refusal::Unchanged { what: format!("{entry} is not pinned") });
        }
        RunCommand::RefuseProposal { proposal } => draft.refuse(proposal)?,
        RunCommand::Import { text, file } => draft.import(text, file)?,
        RunCommand::Pause if run.paused => {}
        RunCommand::Pause => {
            draft.push(RunEvent::Paused);
            for step in &run.steps {
                draft.cancel(&step.name, CancelReason::Trashed);
            }
        }
        RunCommand::Resume if !run.paused => {}
        RunCommand::Resume => draft.push(RunEvent::Resumed),
        conduct => conduct::decide(&mut draft, conduct)?,
    }
    Ok(draft.finish())
}

impl RunCommand {
    /// What the conductor reports is always recorded, and the trash can be left.
    fn is_allowed_in_the_trash(&self) -> bool {
        matches!(
            self,
            Self::Pause
                | Self::Resume
                | Self::Deliver { .. }
                | Self::Fail { .. }
                | Self::Close { .. }
                | Self::Interrupt { .. }
        )
    }
}

impl Draft<'_> {
    fn set_aside(&mut self, step: Option<StepName>, aside: bool) -> Result<(), Refusal> {
        let meant = self.meant(step.clone())?;
        let (step, revision) = match self.step(&meant).phase {
            // What failed waits for its author as a gate does, and can be dismissed like one.
            Phase::NeedsAuthor { .. } => (meant, None),
            _ => self.at_gate(step, None).map(|(step, revision)| (step, Some(revision)))?,
        };
        if self.step(&step).set_aside == aside {
            let how = if aside { "deferred already" } else { "not deferred" };
            return Err(Refusal::Unchanged { what: format!("{step} is {how}") });
        }
        let kind = if aside { DecisionKind::SetAside } else { DecisionKind::TakeUp };
        self.record(step, kind, revision, None, 0, None);
        Ok(())
    }

    fn pin(&mut self, entry: crate::domain::EntryId) -> Result<(), Refusal> {
        if self.run.pinned.len() >= MOST_PINS {
            let reason = format!("at most {MOST_PINS} entries are pinned to a page");
            return Err(Refusal::Invalid { field: "entry", reason });
        }
        self.push(RunEvent::EntryPinned { entry });
        Ok(())
    }

    pub(super) fn step(&self, name: &StepName) -> &Step {
        self.run.step(name).expect("the step was looked up before")
    }

    /// Resolves the step a command means: the named one, or the one that the run stands at.
    pub(super) fn meant(&self, step: Option<StepName>) -> Result<StepName, Refusal> {
        match step {
            Some(step) if self.run.step(&step).is_some() => Ok(step),
            Some(step) => Err(Refusal::UnknownStep { step }),
            None => self.run.first_unsettled().map(|s| s.name.clone()).ok_or_else(|| self.not_named()),
        }
    }

    fn not_named(&self) -> Refusal {
        let named = self.run.main_steps().filter(|s| s.current_revision().is_some());
        Refusal::StepNotNamed { steps: named.map(|s| s.name.clone()).collect() }
    }

    /// The same, for what is said of a text: that of an advisory step is not the author's to decide on.
    pub(super) fn meant_main(&self, step: Option<StepName>) -> Result<StepName, Refusal> {
        let step = self.meant(step)?;
        if self.run.definition(self.step(&step)).advisory {
            Err(Refusal::UnknownStep { step })
        } else {
            Ok(step)
        }
    }

    /// Resolves the step and checks that its gate is open on the revision that was looked at.
    pub(super) fn at_gate(
        &self,
        step: Option<StepName>,
        seen: Option<RevisionId>,
    ) -> Result<(StepName, RevisionId), Refusal> {
        let step = match (step, self.run.first_unsettled()) {
            (None, None) => {
                let last = self.run.main_steps().last().expect("a workflow has a step");
                return Err(Refusal::AlreadySettled { step: last.name.clone() });
            }
            (step, _) => self.meant(step)?,
        };
        match &self.step(&step).phase {
            Phase::Gate { revision } => {
                newest(seen, Some(revision))?;
                Ok((step, revision.clone()))
            }
            Phase::Settled { revision: None } => Err(Refusal::WasSkipped { step }),
            Phase::Settled { .. } => Err(Refusal::AlreadySettled { step }),
            _ => Err(Refusal::NotReviewing { step, state: self.run.public_state().to_owned() }),
        }
    }

    fn set_beat(&mut self, text: String) -> Result<(), Refusal> {
        check_text(&text)?;
        let beat = self.text(text);
        if self.run.beat.as_ref() == Some(&beat) {
            return Ok(());
        }
        self.push(RunEvent::BeatSet { text: beat });
        let main: Vec<StepName> = self.run.main_steps().map(|s| s.name.clone()).collect();
        for step in &main {
            match self.step(step).phase {
                Phase::Queued { .. } | Phase::Working { .. } | Phase::NeedsAuthor { .. } => {
                    self.cancel(step, CancelReason::Superseded);
                    self.ask(step);
                }
                Phase::Waiting | Phase::Items | Phase::Gate { .. } | Phase::Settled { .. } => {}
            }
        }
        Ok(())
    }

    fn revise(
        &mut self,
        step: Option<StepName>,
        revision: Option<RevisionId>,
        feedback: Option<String>,
        passages: Vec<Marked>,
    ) -> Result<(), Refusal> {
        let (mut step, mut revision) = self.at_gate(step, revision)?;
        let of_tool = self.run.workflow.step(&step).is_some_and(|s| s.tool.is_some());
        if of_tool && (feedback.is_some() || !passages.is_empty()) {
            let reader = self.run.reader_of_words(&step).filter(|_| passages.is_empty());
            (step, revision) = reader.ok_or_else(|| Refusal::Invalid {
                field: "feedback",
                reason: "a tool reads no feedback: run it again without, or change its input".into(),
            })?;
        }
        if self.run.counts(&step) && self.run.revision_requests >= self.run.revision_limit {
            return Err(Refusal::LimitReached { limit: self.run.revision_limit });
        }
        let feedback = match feedback {
            None => None,
            Some(words) => {
                check_text(&words)?;
                let id = FeedbackId::new(format!("{}.f{}", self.run.id, self.run.feedback_count + 1));
                let (revision, text) = (revision.clone(), self.text(words));
                Some(GivenFeedback { id, revision, text, passage: None, quote: None })
            }
        };
        let first = self.run.feedback_count + 1 + u32::from(feedback.is_some());
        let passages = self.given_passages(&revision, passages, first)?;
        self.record_with(step.clone(), DecisionKind::Revise, Some(revision), None, 0, feedback, passages);
        Ok(())
    }

    pub(super) fn record(
        &mut self,
        step: StepName,
        kind: DecisionKind,
        revision: Option<RevisionId>,
        made: Option<Revision>,
        tokens: u64,
        feedback: Option<GivenFeedback>,
    ) {
        self.record_with(step, kind, revision, made, tokens, feedback, Vec::new());
    }

    #[allow(clippy::too_many_arguments, reason = "they are the fields of the one event")]
    fn record_with(
        &mut self,
        step: StepName,
        kind: DecisionKind,
        revision: Option<RevisionId>,
        made: Option<Revision>,
        tokens: u64,
        feedback: Option<GivenFeedback>,
        passages: Vec<GivenFeedback>,
    ) {
        let decision = self.next_decision();
        let live = self.step(&step).live_attempt().cloned();
        let name = step.clone();
        self.push(RunEvent::Decided {
            decision,
            step,
            kind,
            revision,
            made,
            tokens,
            feedback: feedback.map(Box::new),
            passages,
            note: None,
            finding: None,
        });
        if let Some(attempt) = live {
            self.push(cancelled(attempt, name));
        }
    }

    /// Records a decision that needs a reason.
    pub(super) fn note(
        &mut self,
        step: StepName,
        kind: DecisionKind,
        revision: RevisionId,
        reason: String,
        finding: Option<String>,
    ) -> Result<(), Refusal> {
        check_text(&reason)?;
        let (decision, note) = (self.next_decision(), Some(self.text(reason)));
        self.push(RunEvent::Decided {
            decision,
            step,
            kind,
            revision: Some(revision),
            made: None,
            tokens: 0,
            feedback: None,
            passages: Vec::new(),
            note,
            finding,
        });
        Ok(())
    }

    fn next_decision(&self) -> DecisionId {
        DecisionId::new(format!("{}.d{}", self.run.id, self.run.decisions.len() + 1))
    }

    pub(super) fn revision(
        &mut self,
        step: &StepName,
        text: String,
        origin: Origin,
        model: String,
    ) -> Revision {
        let number = self.step(step).revisions.len() as u32 + 1;
        Revision {
            id: RevisionId::nth(&self.run.id, step, number),
            number,
            text: self.text(text),
            origin,
            model,
            input: None,
            late: false,
            values: BTreeMap::new(),
            created_at: self.facts.now,
        }
    }

    pub(super) fn need_author(&mut self, step: StepName, reason: crate::domain::Reason, message: String) {
        self.push(RunEvent::AuthorNeeded { step, reason, message, budget: None });
    }

    pub(super) fn attempt(&self, id: &AttemptId) -> Option<(StepName, AttemptStatus)> {
        let found =
            self.run.steps.iter().find_map(|s| s.attempts.iter().find(|a| a.id == *id).map(|a| (s, a)));
        found.map(|(s, a)| (s.name.clone(), a.status.clone()))
    }
}

fn cancelled(attempt: AttemptId, step: StepName) -> RunEvent {
    RunEvent::AttemptCancelled {
        attempt,
        step,
        reason: CancelReason::Superseded,
        partial: None,
        counted: false,
    }
}

pub(super) fn newest(seen: Option<RevisionId>, newest: Option<&RevisionId>) -> Result<(), Refusal> {
    match (seen, newest) {
        (Some(given), Some(newest)) if given != *newest => {
            Err(Refusal::NotNewest { given, newest: newest.clone() })
        }
        (Some(given), None) => Err(Refusal::NotFound { what: "revision", id: given.to_string() }),
        _ => Ok(()),
    }
}

/// Refuses a text that is empty or too long.
pub fn check_text(text: &str) -> Result<(), Refusal> {
    if text.trim().is_empty() {
        return Err(Refusal::EmptyText);
    }
    let bytes = text.len() as u64;
    if bytes > MOST_BYTES {
        return Err(Refusal::TooLong { bytes, most: MOST_BYTES });
    }
    Ok(())
}
