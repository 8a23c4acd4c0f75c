//! One attempt, from queued work to a result in the journal.

use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

use futures_util::StreamExt as _;
use tokio::sync::oneshot;
use tracing::Instrument as _;

use super::live::{LiveText, Stop};
use super::{Shared, Signal};
use crate::agents::cleaning::Cleaned;
use crate::agents::{self, Made, Wanted};
use crate::config::Config;
use crate::context;
use crate::domain::ids::AttemptId;
use crate::domain::run::{Given, Noted, Phase, Run, RunCommand, RunEvent, Usage, Work, next_work};
use crate::domain::{
    Actor, AttemptFailure, Command, Event, Manifest, Money, PageId, Reason, Refusal, Request, RunId,
    StepName, Time,
};
use crate::llm::estimate_tokens;
use crate::llm::{self, Delta, Failure, ModelRef};
use crate::store::rows::WorkRow;
use crate::store::{Answer, Reader, StoreError, failpoint};

/// How an attempt ended for the conductor.
pub enum Ended {
    /// It is in the journal.
    Recorded,
    /// It did not begin: the rate limit lets no call begin earlier.
    NotBefore(Time),
    /// It did not begin: running calls have reserved the rest of the budget.
    Held,
    /// It could not be written: the conductor stops, and recovers when it starts again.
    Unwritable(StoreError),
}

/// Carries out one piece of queued work.
pub async fn run(shared: Arc<Shared>, row: WorkRow) -> Ended {
    let started = Instant::now();
    let span = tracing::info_span!("attempt", run = %row.run, step = %row.step, attempt = %row.attempt);
    let result = attempt(&shared, &row).instrument(span.clone()).await;
    let duration_ms = started.elapsed().as_millis() as u64;
    let _entered = span.entered();
    match result {
        Ok(Done::NotBefore(at)) => Ended::NotBefore(at),
        Ok(Done::Held) => Ended::Held,
        Ok(Done::As(outcome)) => {
            tracing::info!(outcome, duration_ms, "attempt ended");
            Ended::Recorded
        }
        Err(StoreError::Refused(refusal)) => {
            // Someone decided in the meantime; what the journal says now holds.
            tracing::info!(%refusal, duration_ms, "attempt overtaken");
            Ended::Recorded
        }
        Err(error) => {
            tracing::error!(%error, duration_ms, "attempt could not be recorded");
            Ended::Unwritable(error)
        }
    }
}

/// What is sent, and to whom.
struct Prepared {
    model: ModelRef,
    request: Result<Asked, String>,
    stored: String,
    given: Option<Box<Given>>,
    /// What should always be in and had no room.
    alarm: Option<String>,
    input_tokens: u64,
    reserved: Option<Money>,
}

/// Who is asked.
enum Asked {
    Model(Box<llm::Request>),
    Tool(super::tool::Tool),
}

/// What became of an attempt.
enum Done {
    As(&'static str),
    NotBefore(Time),
    Held,
}

async fn attempt(shared: &Arc<Shared>, row: &WorkRow) -> Result<Done, StoreError> {
    let config = shared.config();
    let Some((run, work, prepared)) = prepare(shared, row, &config)? else { return Ok(Done::As("gone")) };
    let counted = !prepared.model.is_rehearsal() && work.tool.is_none();
    if counted {
        let mut rate = shared.rate.lock().unwrap_or_else(PoisonError::into_inner);
        if let Err(at) = rate.take(super::clock::now(), config.limits.requests_per_minute) {
            return Ok(Done::NotBefore(at));
        }
    }
    let start = RunCommand::Start {
        attempt: work.attempt.clone(),
        step: work.step.clone(),
        model: prepared.model.to_string(),
        request: prepared.stored.clone(),
        reserved: prepared.reserved,
        given: prepared.given.clone(),
    };
    let started = Instant::now();
    let begun = shared.live.begin(
        work.attempt.clone(),
        row.run.clone(),
        row.page.clone(),
        LiveText {
            text: String::new(),
            model: prepared.model.to_string(),
            step: work.step.clone(),
            started_at: super::clock::now(),
        },
    );
    let Some(begun) = begun else { return Ok(Done::As("let go")) };
    let answer = submit(shared, &row.run, start).await;
    let blocked = match &answer {
        Ok(answer) => {
            !answer.events.iter().any(|e| matches!(e.event, Event::Run(RunEvent::AttemptStarted { .. })))
        }
        Err(_) => true,
    };
    if blocked {
        shared.live.end(&work.attempt);
        if counted {
            shared.rate.lock().unwrap_or_else(PoisonError::into_inner).give_back();
        }
        return match answer {
            Err(StoreError::Refused(Refusal::BudgetReserved)) => Ok(Done::Held),
            answer => answer.map(|_| Done::As("waits for the author")),
        };
    }
    shared.live.confirm(&work.attempt);
    shared.conducts();
    tracing::info!(model = %prepared.model, "attempt started");
    if let Some(alarm) = prepared.alarm {
        tracing::warn!("{alarm}");
        shared.signal(&Signal::Notice(alarm));
    }
    failpoint::hit(super::failpoints::BEFORE_CALL);
    let call = Call { shared, row, run: &run, work: &work, model: &prepared.model };
    let (outcome, reported) = match prepared.request {
        Ok(Asked::Model(request)) => call.make(*request, begun, &config).await,
        Ok(Asked::Tool(tool)) => call.use_tool(tool, begun).await,
        Err(reason) => (Outcome::NotMade(reason), None),
    };
    failpoint::hit(super::failpoints::BEFORE_RESULT);
    let text = shared.live.end(&work.attempt);
    let usage = usage(reported, prepared.input_tokens, &text, started.elapsed());
    let counted = llm::Usage {
        input_tokens: usage.input_tokens,
        output_tokens: usage.output_tokens,
        estimated: usage.estimated,
    };
    let cost = match &work.tool {
        Some(_) => Some(Money::default()),
        None => config.prices.cost(&prepared.model, &counted),
    };
    let ending = Ending { text, usage, cost };
    let label = record(shared, row, &work, outcome, ending).await?;
    failpoint::hit(super::failpoints::AFTER_RESULT);
    Ok(Done::As(label))
}

/// What an attempt leaves, however it ended.
struct Ending {
    /// What was written, as far as it came.
    text: String,
    usage: Usage,
    cost: Option<Money>,
}

/// Puts the end of an attempt into the journal, and says how it ended.
async fn record(
    shared: &Arc<Shared>,
    row: &WorkRow,
    work: &Work,
    outcome: Outcome,
    Ending { text, usage, cost }: Ending,
) -> Result<&'static str, StoreError> {
    let attempt = work.attempt.clone();
    let partial = (!text.is_empty()).then_some(text);
    let kept = partial.clone();
    let outcome = match outcome {
        Outcome::Delivered(Cleaned { text, notes }) => match with_locks(shared, &row.run, work, &text)? {
            Ok(text) => Outcome::Delivered(Cleaned { text, notes }),
            Err(failure) => Outcome::Failed(failure),
        },
        ended => ended,
    };
    let (label, command) = match outcome {
        Outcome::Delivered(Cleaned { text, notes }) => {
            let noted = noted(&text, notes, partial);
            ("delivered", RunCommand::Deliver { attempt, text, usage, cost, noted })
        }
        Outcome::Failed(failure) => {
            tracing::warn!(kind = failure.kind(), %failure, "attempt failed");
            ("failed", RunCommand::Fail { attempt, failure: journalled(&failure), partial, usage, cost })
        }
        Outcome::NotMade(message) => {
            tracing::warn!(%message, "attempt could not be made");
            let kind = "not_made".to_owned();
            let failure = AttemptFailure { kind, message, transient: false, retry_after_ms: None };
            ("failed", RunCommand::Fail { attempt, failure, partial, usage, cost })
        }
        Outcome::Stopped(Stop::Cancelled) => {
            ("cancelled", RunCommand::Close { attempt, partial, usage, cost })
        }
        Outcome::Stopped(Stop::Orderly) => {
            ("interrupted", RunCommand::Interrupt { attempt, partial, orderly: true })
        }
    };
    match submit(shared, &row.run, command).await {
        // A passage was locked while the answer was on its way to the disk.
        Err(StoreError::Refused(refusal @ Refusal::Locked { .. })) => {
            let failure = journalled(&Failure::Unusable { reason: refusal.to_string() });
            let attempt = work.attempt.clone();
            submit(shared, &row.run, RunCommand::Fail { attempt, failure, partial: kept, usage, cost })
                .await?;
        }
        answer => _ = answer?,
    }
    Ok(label)
}

/// What is kept of an answer beside the text that was made of it.
fn noted(text: &str, mut notes: Vec<String>, raw: Option<String>) -> Option<Box<Noted>> {
    notes.extend(agents::doubts(text));
    let raw = raw.filter(|raw| raw != text);
    (!notes.is_empty()).then(|| Box::new(Noted { raw, notes }))
}

/// The answer with the passages that are locked by now as they were, or why it cannot be used.
fn with_locks(
    shared: &Shared,
    run: &RunId,
    work: &Work,
    answer: &str,
) -> Result<Result<String, Failure>, StoreError> {
    shared.read(|reader| {
        let Some(run) = reader.run_state(run)? else { return Ok(Ok(answer.to_owned())) };
        let locks: Vec<_> = run.locks_of(&work.step).cloned().collect();
        let last = run.step(&work.step).and_then(|s| s.revisions.iter().rfind(|r| !r.late));
        let Some(last) = last.filter(|_| !locks.is_empty()) else { return Ok(Ok(answer.to_owned())) };
        let base = reader.text(&last.text.hash)?.unwrap_or_default();
        Ok(agents::keep_locked(answer.to_owned(), &base, &locks))
    })
}

/// Reads all that the attempt needs; none when the work is no longer wanted.
fn prepare(
    shared: &Shared,
    row: &WorkRow,
    config: &Config,
) -> Result<Option<(Run, Work, Prepared)>, StoreError> {
    shared.read(|reader| {
        let Some(run) = reader.run_state(&row.run)? else { return Ok(None) };
        let Some(work) = next_work(&run).into_iter().find(|w| w.attempt == row.attempt) else {
            return Ok(None);
        };
        let prepared = prepared(shared, reader, config, &run, &work, row.page.as_ref())?;
        Ok(Some((run, work, prepared)))
    })
}

/// A call that a budget had stopped, or the lack of a price.
pub struct Stopped {
    /// What it may cost at worst; none without a price.
    pub reserved: Option<Money>,
}

/// Returns the call of a step that was stopped; nothing for one that rests for another reason.
pub fn stopped(shared: &Shared, run: &RunId, step: &StepName) -> Result<Option<Stopped>, StoreError> {
    let config = shared.config();
    shared.read(|reader| {
        let Some(run) = reader.run_state(run)? else { return Ok(None) };
        let phase = run.step(step).map(|s| &s.phase);
        let is_stopped =
            matches!(phase, Some(Phase::NeedsAuthor { reason: Reason::Budget | Reason::PriceUnknown, .. }));
        let Some(work) = run.work_for(step).filter(|_| is_stopped && !run.paused) else { return Ok(None) };
        let reserved = prepared(shared, reader, &config, &run, &work, None)?.reserved;
        Ok(Some(Stopped { reserved }))
    })
}

fn prepared(
    shared: &Shared,
    reader: &Reader,
    config: &Config,
    run: &Run,
    work: &Work,
    page: Option<&PageId>,
) -> Result<Prepared, StoreError> {
    if let Some(name) = &work.tool {
        let tool = super::tool::Tool::named(name).ok_or_else(|| format!("there is no tool `{name}`"));
        let prepared = Prepared {
            model: ModelRef::tool(name),
            request: tool.map(Asked::Tool),
            stored: "{}".into(),
            given: None,
            alarm: None,
            input_tokens: 0,
            reserved: Some(Money::default()),
        };
        return Ok(prepared);
    }
    // An unreadable name is nobody's: no other model is called in its place.
    let chosen = config.model_for(run, work);
    let model = chosen.clone().unwrap_or_else(|_| ModelRef::rehearsal());
    let made = match super::context::make(shared, reader, config, run, work, &model) {
        Err(context::ContextError::Store(e)) => return Err(e),
        made => chosen.map_err(|e| e.to_string()).and_then(|_| made.map_err(|e| e.to_string())),
    };
    let stored = made.as_ref().map_or_else(String::clone, |m| to_json(&m.request));
    let (given, alarm, input_tokens) = match &made {
        Ok(made) => {
            let Made { manifest, template, estimate, .. } = made;
            let given =
                Given { manifest: manifest.to_json(), template: template.clone(), estimate: *estimate };
            let factor = manifest.budget.factor;
            (
                Some(Box::new(given)),
                page.and_then(|page| alarm_of(manifest, page)),
                (*estimate as f64 * factor).ceil() as u64,
            )
        }
        Err(_) => (None, None, 0),
    };
    let most = made.as_ref().map_or(0, |m| m.request.max_output_tokens);
    let reserved = config.prices.worst_case(&model, input_tokens, most);
    let request = made.map(|m| Asked::Model(Box::new(m.request)));
    Ok(Prepared { model, request, stored, given, alarm, input_tokens, reserved })
}

/// Says what should always be in the context of a page and had no room.
fn alarm_of(manifest: &Manifest, page: &PageId) -> Option<String> {
    let missing: Vec<&str> = manifest.alarms().map(|p| p.title.as_str()).collect();
    let first = missing.first()?;
    let more = if missing.len() > 1 { format!(" and {} more", missing.len() - 1) } else { String::new() };
    Some(format!(
        "{page}: `{first}`{more} should always be included and did not fit; `galley page context {page}` shows why"
    ))
}

fn to_json(request: &llm::Request) -> String {
    serde_json::to_string(request).expect("a request is plain data")
}

enum Outcome {
    /// With the result as it is kept.
    Delivered(Cleaned),
    Failed(Failure),
    /// No model was asked: what it would be given cannot be made, and trying again mends nothing.
    NotMade(String),
    Stopped(Stop),
}

struct Call<'a> {
    shared: &'a Arc<Shared>,
    row: &'a WorkRow,
    run: &'a Run,
    work: &'a Work,
    model: &'a ModelRef,
}

impl Call<'_> {
    /// Calls the model and gathers its text in the live registry.
    async fn make(
        &self,
        request: llm::Request,
        mut stop: oneshot::Receiver<Stop>,
        config: &Config,
    ) -> (Outcome, Option<llm::Usage>) {
        let total = request.timeouts.total;
        let model = match config.providers().model(self.model) {
            Ok(model) => model,
            Err(failure) => return (Outcome::Failed(failure), None),
        };
        let wanted = Wanted::of(&request.material);
        let mut stream = model.stream(request);
        let mut usage = None;
        let mut first = true;
        let deadline = tokio::time::sleep(total);
        tokio::pin!(deadline);
        loop {
            let next = tokio::select! {
                biased;
                why = &mut stop => return (Outcome::Stopped(why.unwrap_or(Stop::Orderly)), usage),
                () = &mut deadline => {
                    let failure = Failure::Timeout { waiting_for: llm::Waiting::Total, after: total };
                    return (Outcome::Failed(failure), usage);
                }
                next = stream.next() => next,
            };
            match next {
                Some(Ok(Delta::Text(text))) => {
                    self.shared.live.push(&self.work.attempt, &text);
                    if std::mem::take(&mut first) {
                        failpoint::hit(super::failpoints::FIRST_DELTA);
                    }
                    let (run, page) = (self.row.run.clone(), self.row.page.clone());
                    let attempt = self.work.attempt.clone();
                    self.shared.signal(&Signal::Delta { run, page, attempt });
                }
                // No part of the draft.
                Some(Ok(Delta::Thought(_))) => {}
                Some(Ok(Delta::Usage(reported))) => usage = Some(reported),
                Some(Err(failure)) => return (Outcome::Failed(failure), usage),
                None => break,
            }
        }
        let text = self.shared.live.text(&self.work.attempt).map(|l| l.text).unwrap_or_default();
        let asked = &self.work.step;
        let accepted = match self.run.workflow.step(asked).and_then(|s| s.schema.as_ref()) {
            Some(_) => agents::accept_data(self.run, asked, &text),
            None => wanted.accept(&text),
        };
        match accepted {
            Ok(cleaned) => (Outcome::Delivered(cleaned), usage),
            Err(failure) => (Outcome::Failed(failure), usage),
        }
    }

    /// Uses a tool. It runs to its end: what it does is pure or can be done again.
    async fn use_tool(
        &self,
        tool: super::tool::Tool,
        mut stop: oneshot::Receiver<Stop>,
    ) -> (Outcome, Option<llm::Usage>) {
        let (shared, run, asked) = (self.shared.clone(), self.run.clone(), self.work.step.clone());
        let limit = self.shared.config().timeouts(self.work).total;
        let using = tokio::task::spawn_blocking(move || tool.run(&shared, &run, &asked));
        let made = tokio::select! {
            biased;
            why = &mut stop => return (Outcome::Stopped(why.unwrap_or(Stop::Orderly)), None),
            () = tokio::time::sleep(limit) => {
                Err(Failure::Timeout { waiting_for: llm::Waiting::Total, after: limit })
            }
            made = using => made.unwrap_or_else(|e| Err(Failure::Other { message: e.to_string() })),
        };
        match made.and_then(|text| agents::accept_data(self.run, &self.work.step, &text)) {
            Ok(text) => (Outcome::Delivered(text), None),
            Err(failure) => (Outcome::Failed(failure), None),
        }
    }
}

fn usage(reported: Option<llm::Usage>, input_tokens: u64, text: &str, took: Duration) -> Usage {
    let duration_ms = took.as_millis() as u64;
    match reported {
        Some(u) => Usage {
            input_tokens: u.input_tokens,
            output_tokens: u.output_tokens,
            estimated: u.estimated,
            duration_ms,
        },
        // Nothing came back: the call is not known to have cost anything.
        None if text.is_empty() => Usage { duration_ms, ..Usage::default() },
        None => Usage { input_tokens, output_tokens: estimate_tokens(text), estimated: true, duration_ms },
    }
}

fn journalled(failure: &Failure) -> AttemptFailure {
    AttemptFailure {
        kind: failure.kind().to_owned(),
        message: failure.to_string(),
        transient: failure.is_transient(),
        retry_after_ms: failure.retry_after().map(|d| d.as_millis() as i64),
    }
}

async fn submit(shared: &Shared, run: &RunId, command: RunCommand) -> Result<Answer, StoreError> {
    let command = Command::Run { run: run.clone(), command };
    shared.store.submit(Request { id: None, actor: Actor::Conductor, command }).await
}

/// Closes an attempt that a process left behind: interrupted, with the text that was saved of it.
pub async fn interrupt(shared: &Shared, run: &RunId, attempt: AttemptId) -> Result<(), StoreError> {
    let partial = shared.read(|r| r.draft(&attempt))?;
    settled(submit(shared, run, RunCommand::Interrupt { attempt, partial, orderly: false }).await)
}

/// Closes the call of a cancelled attempt that a process left behind; what it cost is not known.
pub async fn close(shared: &Shared, run: &RunId, attempt: AttemptId) -> Result<(), StoreError> {
    let partial = shared.read(|r| r.draft(&attempt))?;
    let output_tokens = partial.as_deref().map_or(0, estimate_tokens);
    let usage = Usage { output_tokens, estimated: true, ..Usage::default() };
    settled(submit(shared, run, RunCommand::Close { attempt, partial, usage, cost: None }).await)
}

/// A refusal means that someone settled it already.
fn settled(answer: Result<Answer, StoreError>) -> Result<(), StoreError> {
    match answer {
        Ok(_) | Err(StoreError::Refused(_)) => Ok(()),
        Err(e) => Err(e),
    }
}
