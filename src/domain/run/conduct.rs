//! The rules for what the conductor reports: attempts that begin, deliver, fail or are cut off.

use super::decide::check_text;
use super::draft::Draft;
use super::{
    AttemptStatus, CancelReason, Given, Noted, Origin, Phase, Revision, RunCommand, RunEvent, next_work,
};
use crate::domain::ids::AttemptId;
use crate::domain::workflow::When;
use crate::domain::{AttemptFailure, Money, Reason, Refusal, RevisionId, Room, StepName, Text, Time};

pub(super) fn decide(draft: &mut Draft<'_>, command: RunCommand) -> Result<(), Refusal> {
    match command {
        RunCommand::Start { attempt, step, model, request, reserved, given } => {
            start(draft, attempt, step, model, request, reserved, given)
        }
        RunCommand::Release { step, reserved } => {
            let stopped = matches!(
                draft.run.step(&step).map(|s| &s.phase),
                Some(Phase::NeedsAuthor { reason: Reason::Budget | Reason::PriceUnknown, .. })
            );
            let room = Room::in_all(&draft.facts.budgets, reserved);
            if stopped && matches!(room, Room::Free | Room::Reserved) {
                draft.retry(step);
            }
            Ok(())
        }
        RunCommand::Deliver { attempt, text, usage, cost, noted } => {
            check_text(&text)?;
            let (step, status) = known(draft, &attempt, "deliver")?;
            let late = match status {
                AttemptStatus::Running => false,
                AttemptStatus::Cancelled(_) => true,
                AttemptStatus::Delivered(_) | AttemptStatus::Failed(_) => {
                    return Err(not_live(&attempt, "deliver"));
                }
            };
            draft.run.check_locks(&step, &text)?;
            let before = draft.step(&step).revisions.len();
            deliver(draft, attempt.clone(), &step, text, late, (usage, cost))?;
            note(draft, attempt, step, before, noted);
            Ok(())
        }
        RunCommand::Fail { attempt, failure, partial, usage, cost } => {
            let (step, status) = known(draft, &attempt, "fail")?;
            let partial = keep(draft, partial);
            match status {
                AttemptStatus::Running => {
                    let retry_at = retry_at(draft, &step, &failure);
                    draft.push(RunEvent::AttemptFailed {
                        attempt,
                        step: step.clone(),
                        failure,
                        retry_at,
                        partial,
                        usage,
                        cost,
                    });
                    draft.fall_back(&step);
                    Ok(())
                }
                AttemptStatus::Cancelled(_) => {
                    draft.push(RunEvent::AttemptClosed { attempt, step, partial, usage, cost });
                    Ok(())
                }
                _ => Err(not_live(&attempt, "fail")),
            }
        }
        RunCommand::Close { attempt, partial, usage, cost } => {
            let (step, status) = known(draft, &attempt, "be closed")?;
            if !matches!(status, AttemptStatus::Cancelled(_)) {
                return Err(not_live(&attempt, "be closed"));
            }
            let partial = keep(draft, partial);
            draft.push(RunEvent::AttemptClosed { attempt, step, partial, usage, cost });
            Ok(())
        }
        RunCommand::Interrupt { attempt, partial, orderly } => {
            let (step, status) = known(draft, &attempt, "be interrupted")?;
            if status != AttemptStatus::Running {
                return Err(not_live(&attempt, "be interrupted"));
            }
            let partial = keep(draft, partial);
            let reason = CancelReason::Interrupted;
            draft.push(RunEvent::AttemptCancelled {
                attempt,
                step: step.clone(),
                reason,
                partial,
                counted: !orderly,
            });
            let most = draft.run.workflow.limits.interruptions;
            if draft.step(&step).interruptions >= most {
                let message = format!("the draft was cut off {most} times in a row");
                draft.need_author(step, Reason::Interrupted, message);
            }
            Ok(())
        }
        _ => unreachable!("the author's commands are decided before"),
    }
}

fn start(
    draft: &mut Draft<'_>,
    attempt: AttemptId,
    step: StepName,
    model: String,
    request: String,
    reserved: Option<Money>,
    given: Option<Box<Given>>,
) -> Result<(), Refusal> {
    let now = draft.facts.now;
    let due = next_work(&draft.run).into_iter().find(|w| w.attempt == attempt && w.due <= now);
    let Some(work) = due else { return Err(not_live(&attempt, "start")) };
    match Room::in_all(&draft.facts.budgets, reserved) {
        Room::Free => {}
        Room::Reserved => return Err(Refusal::BudgetReserved),
        Room::Exhausted(budget) => {
            let needed = reserved.unwrap_or_default();
            let message = format!("the next call may cost {needed}, and {budget}");
            let (reason, budget) = (Reason::Budget, Some(budget.of));
            draft.push(RunEvent::AuthorNeeded { step, reason, message, budget });
            return Ok(());
        }
        Room::Unpriced => {
            let message = format!("a budget is set, and the price of {model} is unknown");
            draft.need_author(step, Reason::PriceUnknown, message);
            return Ok(());
        }
    }
    let request = draft.text(request);
    let estimate = given.as_ref().map_or(0, |g| g.estimate);
    let (manifest, template) = given
        .map(|g| (draft.text(g.manifest), draft.text(g.template)))
        .map_or((None, None), |(m, t)| (Some(m), Some(t)));
    let state = draft.step(&step);
    let (iteration, number) = (state.iteration, state.next_attempt());
    let input = work.input.expect("queued work was asked with an input");
    draft.push(RunEvent::AttemptStarted {
        attempt,
        step,
        iteration,
        number,
        model,
        input,
        request,
        reserved,
        manifest,
        template,
        estimate,
    });
    Ok(())
}

fn deliver(
    draft: &mut Draft<'_>,
    attempt: AttemptId,
    step: &StepName,
    text: String,
    late: bool,
    (usage, cost): (super::Usage, Option<Money>),
) -> Result<(), Refusal> {
    let state = draft.step(step).clone();
    let values = draft.checked(step, &text)?;
    let model = draft.model_of(&attempt);
    if draft.run.definition(&state).when == When::Edited {
        draft.propose(attempt, &state, text, late, (usage, cost));
        return Ok(());
    }
    let text = draft.text(text);
    let step = step.clone();
    if draft.run.definition(&state).reads.is_some() {
        match state.basis {
            Some(revision) if !late => {
                draft.push(RunEvent::RemarksDelivered {
                    attempt,
                    step,
                    revision,
                    remarks: text,
                    model,
                    usage,
                    cost,
                });
            }
            _ => draft.push(RunEvent::AttemptClosed { attempt, step, partial: Some(text), usage, cost }),
        }
        return Ok(());
    }
    let number = state.revisions.len() as u32 + 1;
    let input = state.attempts.iter().find(|a| a.id == attempt).map(|a| a.input.clone());
    let revision = Revision {
        id: RevisionId::nth(&draft.run.id, &step, number),
        number,
        text,
        origin: Origin::Agent(attempt.clone()),
        model,
        input,
        late,
        values,
        created_at: draft.facts.now,
    };
    draft.push(RunEvent::AttemptDelivered { attempt, step, revision, usage, cost });
    Ok(())
}

/// Keeps what was noted of an answer beside what it made.
fn note(
    draft: &mut Draft<'_>,
    attempt: AttemptId,
    step: StepName,
    revisions: usize,
    noted: Option<Box<Noted>>,
) {
    let Some(noted) = noted.filter(|noted| !noted.notes.is_empty()) else { return };
    let revision = draft.step(&step).revisions.get(revisions).map(|made| made.id.clone());
    let raw = noted.raw.map(|raw| draft.text(raw));
    let said = draft.text(noted.notes.join("\n"));
    let model = draft.model_of(&attempt);
    draft.push(RunEvent::AnswerNoted { attempt, step, revision, raw, notes: said, model });
}

/// Waits double from the first: 2 s and 4 s unless configured otherwise (spec R4), half as much again by
/// jitter, and never shorter than the other side asked.
pub(super) fn retry_at(draft: &Draft<'_>, step: &StepName, failure: &AttemptFailure) -> Option<Time> {
    let state = draft.step(step);
    let tries = draft.run.definition(state).attempts;
    if !failure.transient || state.failures + 1 >= tries {
        return None;
    }
    let wait = draft.facts.backoff_ms.saturating_mul(1 << state.failures.min(16));
    let wait = wait + (wait as f64 * 0.5 * draft.facts.jitter.clamp(0.0, 1.0)) as i64;
    Some(draft.facts.now.plus_ms(wait.max(failure.retry_after_ms.unwrap_or(0))))
}

fn known(
    draft: &Draft<'_>,
    attempt: &AttemptId,
    what: &'static str,
) -> Result<(StepName, AttemptStatus), Refusal> {
    draft.attempt(attempt).ok_or_else(|| not_live(attempt, what))
}

fn not_live(attempt: &AttemptId, what: &'static str) -> Refusal {
    Refusal::AttemptNotLive { attempt: attempt.to_string(), what }
}

fn keep(draft: &mut Draft<'_>, partial: Option<String>) -> Option<Text> {
    partial.filter(|p| !p.trim().is_empty()).map(|p| draft.text(p))
}

impl Draft<'_> {
    pub(super) fn model_of(&self, attempt: &AttemptId) -> String {
        let attempts = self.run.steps.iter().flat_map(|s| &s.attempts);
        attempts.filter(|a| a.id == *attempt).map(|a| a.model.clone()).next().unwrap_or_default()
    }
}

impl Phase {
    /// Returns the stable name of the phase, as the database keeps it.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Items => "items",
            Self::Queued { .. } => "queued",
            Self::Working { .. } => "working",
            Self::Gate { .. } => "gate",
            Self::Settled { revision: Some(_) } => "approved",
            Self::Settled { revision: None } => "skipped",
            Self::NeedsAuthor { .. } => "needs_author",
        }
    }
}
