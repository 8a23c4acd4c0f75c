//! What is shown of a run as it stands: the page's row, its steps, its chapter's counts. Only what changed
//! is written.

use rusqlite::params;

use super::{Projector, reads};
use crate::domain::ids::AttemptId;
use crate::domain::run::{Phase, Revision, Standing, Step};
use crate::domain::workflow::SubjectKind;
use crate::domain::{Attention, Hash, RevisionId, Time};
use crate::store::tracked::{Tally, Tracked};
use crate::store::{StoreError, blobs, clamped};

/// A run as it is shown.
#[derive(PartialEq)]
pub(in crate::store) struct View {
    texts: reads::Texts,
    page: PageView,
    steps: Vec<StepView>,
}

#[derive(PartialEq)]
struct PageView {
    state: String,
    standing: &'static str,
    attention: Option<Attention>,
    set_aside: bool,
    requests: u32,
    limit: u32,
    words: u32,
    tally: Tally,
    can_undo: bool,
    can_redo: bool,
    updated_at: Time,
}

#[derive(PartialEq)]
struct StepView {
    phase: &'static str,
    iteration: u32,
    next: u32,
    waits: Option<(&'static str, Time)>,
    attempt: Option<(AttemptId, Option<i64>)>,
    revision: Option<(RevisionId, u32)>,
    shown: Option<(RevisionId, Hash)>,
    model: Option<String>,
}

/// Returns what a step waits for, and since or until when; nothing while the run is paused.
fn waits(tracked: &Tracked, step: &Step, gate_since: Option<Time>) -> Option<(&'static str, Time)> {
    if tracked.run.paused {
        return None;
    }
    match &step.phase {
        Phase::Queued { due } => Some(("due", *due)),
        Phase::Working { attempt } => {
            let started = step.attempts.iter().rfind(|a| a.id == *attempt)?.started_at;
            Some(("working", started))
        }
        Phase::Gate { .. } => Some((if step.set_aside { "aside" } else { "gate" }, gate_since?)),
        Phase::Waiting | Phase::Items | Phase::Settled { .. } | Phase::NeedsAuthor { .. } => None,
    }
}

/// Returns the revision whose text stands for the step: at its gate or approved, else the last one while
/// another is being made.
fn shown(step: &Step) -> Option<&Revision> {
    step.current_revision().or_else(|| match step.phase {
        Phase::Queued { .. } | Phase::Working { .. } | Phase::NeedsAuthor { .. } => {
            step.revisions.iter().rfind(|r| !r.late)
        }
        Phase::Waiting | Phase::Items | Phase::Gate { .. } | Phase::Settled { .. } => None,
    })
}

impl View {
    pub fn of(tracked: &Tracked) -> Self {
        let run = &tracked.run;
        let standing = run.standing();
        let (name, at) = match &standing {
            Standing::Working { step } => ("generating", Some(step)),
            Standing::Reviewing { step } => ("reviewing", Some(step)),
            Standing::Waiting { attention } => ("waiting", Some(&attention.step)),
            Standing::Done => ("approved", None),
        };
        let set_aside = at.and_then(|s| run.step(s)).is_some_and(|s| s.set_aside);
        let words = run.main_steps().filter_map(shown).map(|r| r.text.words).sum();
        let page = PageView {
            state: run.public_state().to_owned(),
            standing: name,
            set_aside,
            requests: run.revision_requests,
            limit: run.revision_limit,
            words,
            tally: tracked.tally,
            can_undo: run.decisions.iter().any(|d| !d.undone),
            can_redo: !run.redo.is_empty(),
            updated_at: run.updated_at,
            attention: match standing {
                Standing::Waiting { attention } => Some(attention),
                _ => None,
            },
        };
        let steps = run.steps.iter().zip(&tracked.gate_since).map(|(step, since)| StepView {
            phase: step.phase.name(),
            iteration: step.iteration,
            next: step.next_attempt(),
            waits: waits(tracked, step, *since),
            attempt: step.live_attempt().map(|a| (a.clone(), tracked.number_of(a))),
            revision: step.current_revision().map(|r| (r.id.clone(), r.number)),
            shown: shown(step).map(|r| (r.id.clone(), r.text.hash.clone())),
            model: step.model.clone(),
        });
        let texts = match run.workflow.subject {
            SubjectKind::Page => reads::Texts::of(run),
            // What it is about is given with it, and does not change.
            SubjectKind::Text | SubjectKind::Book => reads::Texts::default(),
        };
        Self { texts, page, steps: steps.collect() }
    }
}

/// Writes what differs between two views of a run; all of it for one that begins.
pub(super) fn write(
    projector: &Projector<'_>,
    tracked: &Tracked,
    before: Option<&View>,
    after: &View,
) -> Result<(), StoreError> {
    write_steps(projector, tracked, before, after)?;
    if tracked.run.workflow.subject != SubjectKind::Page {
        return write_run(projector, tracked.n, &after.page);
    }
    write_page(projector, tracked.n, before.map(|v| &v.page), &after.page)?;
    reads::write(projector, tracked, before.map(|v| &v.texts), &after.texts)
}

fn write_steps(
    projector: &Projector<'_>,
    tracked: &Tracked,
    before: Option<&View>,
    after: &View,
) -> Result<(), StoreError> {
    for (position, step) in after.steps.iter().enumerate() {
        if before.is_some_and(|b| b.steps.get(position) == Some(step)) {
            continue;
        }
        let defined = &tracked.run.steps[position];
        let text = step.shown.as_ref().map(|(_, hash)| blobs::key(hash)).transpose()?;
        projector
            .connection
            .prepare_cached(
                "REPLACE INTO steps (run, position, name, phase, advisory, iteration, next, waits, since, attempt,
                                     attempt_event, revision, number, text, shown, model)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)",
            )?
            .execute((
                tracked.n,
                position as i64,
                defined.name.as_str(),
                step.phase,
                tracked.run.definition(defined).advisory,
                step.iteration,
                step.next,
                step.waits.map(|(what, _)| what),
                step.waits.map(|(_, at)| at.0),
                step.attempt.as_ref().map(|(id, _)| id.as_str()),
                step.attempt.as_ref().and_then(|(_, number)| *number),
                step.revision.as_ref().map(|(id, _)| id.as_str()),
                step.revision.as_ref().map(|(_, number)| number),
                text,
                step.shown.as_ref().map(|(id, _)| id.as_str()),
                step.model.as_deref(),
            ))?;
    }
    Ok(())
}

/// Writes how a run stands that is not a page's.
fn write_run(projector: &Projector<'_>, n: i64, after: &PageView) -> Result<(), StoreError> {
    let Tally { attempts, failures, spent } = after.tally;
    let attention = after.attention.as_ref().map(serde_json::to_string).transpose();
    let attention = attention.map_err(|e| StoreError::Sqlite(e.to_string()))?;
    projector
        .connection
        .prepare_cached(
            "UPDATE runs SET state = ?2, standing = ?3, attention = ?4, set_aside = ?5, attempts = ?6, failures = ?7,
                    input_tokens = ?8, output_tokens = ?9, spent = ?10, unknown = ?11, can_undo = ?12, can_redo = ?13,
                    updated_at = ?14 WHERE n = ?1",
        )?
        .execute(params![
            n,
            after.state,
            after.standing,
            attention,
            after.set_aside,
            attempts,
            failures,
            clamped(spent.input_tokens),
            clamped(spent.output_tokens),
            spent.cost.0,
            spent.unknown,
            after.can_undo,
            after.can_redo,
            after.updated_at.0,
        ])?;
    Ok(())
}

const SAME_STATE: &str = "UPDATE pages SET set_aside = ?2, revision_requests = ?3, revision_limit = ?4, words = ?5,
        attempts = ?6, failures = ?7, input_tokens = ?8, output_tokens = ?9, spent = ?10, unknown = ?11, can_undo = ?12,
        can_redo = ?13, updated_at = ?14
    WHERE n = ?1";
const OTHER_STATE: &str = "UPDATE pages SET set_aside = ?2, revision_requests = ?3, revision_limit = ?4, words = ?5,
        attempts = ?6, failures = ?7, input_tokens = ?8, output_tokens = ?9, spent = ?10, unknown = ?11, can_undo = ?12,
        can_redo = ?13, updated_at = ?14, state = ?15, standing = ?16, reason = ?17, attention = ?18
    WHERE n = ?1";

fn write_page(
    projector: &Projector<'_>,
    n: i64,
    before: Option<&PageView>,
    after: &PageView,
) -> Result<(), StoreError> {
    let connection = projector.connection;
    let Tally { attempts, failures, spent } = after.tally;
    let common = params![
        n,
        after.set_aside,
        after.requests,
        after.limit,
        after.words,
        attempts,
        failures,
        clamped(spent.input_tokens),
        clamped(spent.output_tokens),
        spent.cost.0,
        spent.unknown,
        after.can_undo,
        after.can_redo,
        after.updated_at.0,
    ];
    // Indexed columns are set only when they change: SQLite rewrites the index entry otherwise.
    if before.is_some_and(|b| b.state == after.state && b.attention == after.attention) {
        connection.prepare_cached(SAME_STATE)?.execute(common)?;
    } else {
        let attention = after.attention.as_ref().map(serde_json::to_string).transpose();
        let attention = attention.map_err(|e| StoreError::Sqlite(e.to_string()))?;
        let reason = after.attention.as_ref().map(|a| a.reason.name());
        let turned = params![after.state, after.standing, reason, attention];
        connection.prepare_cached(OTHER_STATE)?.execute(&*[common, turned].concat())?;
    }
    let moved = |name: &str| {
        i64::from(after.standing == name) - i64::from(before.map_or("waiting", |b| b.standing) == name)
    };
    connection
        .prepare_cached(
            "UPDATE chapters SET waiting = waiting + ?2, generating = generating + ?3, reviewing = reviewing + ?4,
                                 approved = approved + ?5, words = words + ?6, touched_at = max(touched_at, ?7)
             WHERE id = (SELECT chapter FROM pages WHERE n = ?1 AND trashed = 0)",
        )?
        .execute((
            n,
            moved("waiting"),
            moved("generating"),
            moved("reviewing"),
            moved("approved"),
            i64::from(after.words) - before.map_or(0, |b| i64::from(b.words)),
            after.updated_at.0,
        ))?;
    Ok(())
}
