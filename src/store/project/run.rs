//! The rows that a run's events leave behind: beat, revisions, feedback, decisions, remarks.

use rusqlite::Connection;

use super::{Projector, RunLine};
use crate::domain::run::event::GivenFeedback;
use crate::domain::run::{Lock, Origin, Revision, RunEvent};
use crate::domain::spending::believed;
use crate::domain::workflow::SubjectKind;
use crate::domain::{BookId, ChapterId, Money, PageId, RevisionId, Text};
use crate::store::tracked::Tracked;
use crate::store::{StoreError, blobs, clamped};

/// Writes the rows of one event; the run has it applied already.
pub(super) fn line(
    projector: &Projector<'_>,
    tracked: &Tracked,
    line: &RunLine<'_>,
) -> Result<(), StoreError> {
    let connection = projector.connection;
    match line.event {
        RunEvent::RunStarted { .. } => {
            run_row(connection, tracked, line)?;
        }
        RunEvent::BeatSet { text } => {
            connection
                .prepare_cached("UPDATE pages SET beat = ?2, beat_text = ?3 WHERE n = ?1")?
                .execute((tracked.n, projector.excerpt(&text.hash)?, blobs::key(&text.hash)?))?;
        }
        RunEvent::AttemptDelivered { step, revision, usage, cost, .. } => {
            let (usage, cost) = believed(*usage, *cost);
            let made = Made { author: tracked.agent(step), tokens: usage.output_tokens, cost };
            revision_row(projector, tracked, line, step.as_str(), revision, &made)?;
        }
        RunEvent::StepPassed { step, made: Some(made), .. } => {
            let how = Made { author: "workflow", tokens: 0, cost: None };
            revision_row(projector, tracked, line, step.as_str(), made, &how)?;
        }
        RunEvent::Decided {
            decision,
            step,
            kind,
            revision,
            made,
            tokens,
            feedback,
            passages,
            note,
            finding,
        } => {
            let by = line.recorded.actor.name();
            if let Some(made) = made {
                let how = Made { author: by, tokens: *tokens, cost: None };
                revision_row(projector, tracked, line, step.as_str(), made, &how)?;
            }
            let given = feedback.as_deref().into_iter().chain(passages);
            feedback_rows(projector, tracked, line, step.as_str(), given)?;
            let about = made.as_ref().map(|r| &r.id).or(revision.as_ref());
            connection
                .prepare_cached(
                    "INSERT INTO decisions (run, seq, id, step, kind, revision, by, undone, at, note, finding)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0, ?8, ?9, ?10)",
                )?
                .execute((
                    tracked.n,
                    line.recorded.seq as i64,
                    decision.as_str(),
                    step.as_str(),
                    kind.name(),
                    about.map(crate::domain::RevisionId::as_str),
                    by,
                    line.recorded.at.0,
                    note.as_ref().map(|n| blobs::key(&n.hash)).transpose()?,
                    finding,
                ))?;
        }
        RunEvent::PassageLocked { lock } => lock_row(projector, tracked, line, lock)?,
        RunEvent::PassageUnlocked { lock } => {
            connection
                .prepare_cached("DELETE FROM locks WHERE run = ?1 AND id = ?2")?
                .execute((tracked.n, lock.as_str()))?;
        }
        RunEvent::Undone { .. } | RunEvent::Redone { .. } => flags(projector, tracked)?,
        RunEvent::RemarksDelivered { step, revision, remarks, model, .. } => {
            remark_row(connection, tracked, line, revision, (step.as_str(), model), remarks)?;
        }
        RunEvent::AnswerNoted { revision: Some(revision), notes, model, .. } => {
            remark_row(connection, tracked, line, revision, (ANSWER, model), notes)?;
        }
        _ => {}
    }
    Ok(())
}

/// What was noted of an answer stands among the remarks on what it made, under this name.
const ANSWER: &str = "answer";

fn remark_row(
    connection: &Connection,
    tracked: &Tracked,
    line: &RunLine<'_>,
    revision: &RevisionId,
    (step, model): (&str, &str),
    remarks: &Text,
) -> Result<(), StoreError> {
    let about = tracked.run.revision(revision).map(|(_, r)| blobs::key(&r.text.hash)).transpose()?;
    connection
        .prepare_cached(
            "INSERT INTO remarks (run, seq, revision, about, step, model, text, at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute((
            tracked.n,
            line.recorded.seq as i64,
            revision.as_str(),
            about,
            step,
            model,
            blobs::key(&remarks.hash)?,
            line.recorded.at.0,
        ))?;
    Ok(())
}

fn run_row(connection: &Connection, tracked: &Tracked, line: &RunLine<'_>) -> Result<(), StoreError> {
    let RunEvent::RunStarted { run, workflow, version, definition, subject, title, text, .. } = line.event
    else {
        return Ok(());
    };
    let own = tracked.run.workflow.subject != SubjectKind::Page;
    connection
        .prepare_cached(
            "INSERT INTO runs (n, id, workflow, definition, page, started_at, own, book, chapter, title, text,
                               owner)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        )?
        .execute((
            tracked.n,
            run.as_str(),
            format!("{workflow} v{version}"),
            blobs::key(definition)?,
            subject.page.as_ref().map_or("", PageId::as_str),
            line.recorded.at.0,
            own,
            subject.book.as_ref().filter(|_| own).map(BookId::as_str),
            subject.chapter.as_ref().filter(|_| own).map(ChapterId::as_str),
            title,
            text.as_ref().map(|t| blobs::key(&t.hash)).transpose()?,
            line.recorded.actor.name(),
        ))?;
    Ok(())
}

fn feedback_rows<'f>(
    projector: &Projector<'_>,
    tracked: &Tracked,
    line: &RunLine<'_>,
    step: &str,
    given: impl Iterator<Item = &'f GivenFeedback>,
) -> Result<(), StoreError> {
    for (place, given) in given.enumerate() {
        projector
            .connection
            .prepare_cached(
                "INSERT INTO feedback (run, seq, place, id, step, revision, text, first_byte, end_byte, quote,
                                       withdrawn, created_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 0, ?11)",
            )?
            .execute((
                tracked.n,
                line.recorded.seq as i64,
                place as i64,
                given.id.as_str(),
                step,
                given.revision.as_str(),
                blobs::key(&given.text.hash)?,
                given.passage.map(|p| p.start as i64),
                given.passage.map(|p| p.end as i64),
                given.quote.as_deref(),
                line.recorded.at.0,
            ))?;
    }
    Ok(())
}

fn lock_row(
    projector: &Projector<'_>,
    tracked: &Tracked,
    line: &RunLine<'_>,
    lock: &Lock,
) -> Result<(), StoreError> {
    let passage = lock.quoted.passage;
    projector
        .connection
        .prepare_cached(
            "INSERT INTO locks (run, seq, id, step, revision, first_byte, end_byte, quote, locked_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?
        .execute((
            tracked.n,
            line.recorded.seq as i64,
            lock.id.as_str(),
            lock.step.as_str(),
            lock.revision.as_str(),
            passage.start as i64,
            passage.end as i64,
            lock.quoted.quote.as_str(),
            line.recorded.at.0,
        ))?;
    Ok(())
}

struct Made<'a> {
    author: &'a str,
    tokens: u64,
    cost: Option<Money>,
}

fn revision_row(
    projector: &Projector<'_>,
    tracked: &Tracked,
    line: &RunLine<'_>,
    step: &str,
    revision: &Revision,
    made: &Made<'_>,
) -> Result<(), StoreError> {
    let (origin, parent, other) = match &revision.origin {
        Origin::Agent(_) => ("agent", None, None),
        Origin::Hand => ("hand", None, None),
        Origin::Edit(parent) => ("edit", Some(parent.as_str()), None),
        Origin::Restore(parent) => ("restore", Some(parent.as_str()), None),
        Origin::Merge { base, other } => ("merge", Some(base.as_str()), Some(other.as_str())),
        Origin::Import(_) => ("import", None, None),
        Origin::Fallback => ("fallback", None, None),
    };
    projector
        .connection
        .prepare_cached(
            "INSERT INTO revisions (run, seq, id, step, number, origin, parent, author, model, tokens, cost, words,
                                    text, late, created_at, other)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)",
        )?
        .execute((
            tracked.n,
            line.recorded.seq as i64,
            revision.id.as_str(),
            step,
            revision.number,
            origin,
            parent,
            made.author,
            revision.model.as_str(),
            clamped(made.tokens),
            made.cost.map(|c| c.0),
            revision.text.words,
            blobs::key(&revision.text.hash)?,
            revision.late,
            revision.created_at.0,
            other,
        ))?;
    Ok(())
}

/// Undoing one decision can take others back with it: the flags follow the run.
fn flags(projector: &Projector<'_>, tracked: &Tracked) -> Result<(), StoreError> {
    let mut undone = projector
        .connection
        .prepare_cached("UPDATE decisions SET undone = ?3 WHERE run = ?1 AND id = ?2 AND undone <> ?3")?;
    for decision in &tracked.run.decisions {
        undone.execute((tracked.n, decision.id.as_str(), decision.undone))?;
    }
    let mut withdrawn = projector.connection.prepare_cached(
        "UPDATE feedback SET withdrawn = ?3 WHERE run = ?1 AND id = ?2 AND withdrawn <> ?3",
    )?;
    for feedback in tracked.run.steps.iter().flat_map(|s| &s.feedback) {
        withdrawn.execute((tracked.n, feedback.id.as_str(), feedback.withdrawn))?;
    }
    Ok(())
}
