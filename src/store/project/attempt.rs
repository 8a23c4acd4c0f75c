//! Attempts and what they cost.

use rusqlite::Connection;

use super::{Projector, RunLine};
use crate::domain::ids::AttemptId;
use crate::domain::run::{CancelReason, RunEvent};
use crate::domain::{BookId, ChapterId, Spending, Text, Time};
use crate::store::tracked::{Settled, Tracked, by_hand};
use crate::store::{StoreError, blobs, clamped};

/// Writes the rows of one event; `settled` says what the attempt took when this event settles it.
pub(super) fn line(
    projector: &Projector<'_>,
    tracked: &Tracked,
    line: &RunLine<'_>,
    settled: Option<Settled>,
) -> Result<(), StoreError> {
    let connection = projector.connection;
    let end = |attempt, status, outcome, error, partial| {
        let end = End { attempt, status, outcome, error, partial, settled };
        end.write(connection, tracked, line.recorded.at)
    };
    let attempt = match line.event {
        RunEvent::AttemptStarted {
            attempt,
            step,
            iteration,
            number,
            model,
            request,
            reserved,
            manifest,
            template,
            estimate,
            ..
        } => {
            let key = |text: &Option<Text>| text.as_ref().map(|t| blobs::key(&t.hash)).transpose();
            connection
                .prepare_cached(
                    "INSERT INTO attempts (event, run, id, step, iteration, number, model, status, reserved, started_at,
                                           request, open, manifest, template, estimate)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 'running', ?8, ?9, ?10, 1, ?11, ?12, ?13)",
                )?
                .execute((
                    line.number,
                    tracked.n,
                    attempt.as_str(),
                    step.as_str(),
                    iteration,
                    number,
                    model,
                    reserved.map(|r| r.0),
                    line.recorded.at.0,
                    blobs::key(&request.hash)?,
                    key(manifest)?,
                    key(template)?,
                    clamped(*estimate),
                ))?;
            return Ok(());
        }
        RunEvent::AttemptDelivered { attempt, revision, .. } => {
            end(attempt, Some("delivered"), revision.late.then_some("late"), None, None)?;
            attempt
        }
        RunEvent::RemarksDelivered { attempt, .. } | RunEvent::ProposalsDelivered { attempt, .. } => {
            end(attempt, Some("delivered"), None, None, None)?;
            attempt
        }
        RunEvent::AttemptFailed { attempt, failure, partial, .. } => {
            end(attempt, Some("failed"), Some(&failure.kind), Some(&failure.message), partial.as_ref())?;
            attempt
        }
        RunEvent::AttemptCancelled { attempt, reason, partial, .. } => {
            let why = match reason {
                CancelReason::Author => "author",
                CancelReason::Superseded => "superseded",
                CancelReason::Interrupted => "interrupted",
                CancelReason::Trashed => "trashed",
            };
            end(attempt, Some("cancelled"), Some(why), None, partial.as_ref())?;
            attempt
        }
        RunEvent::AttemptClosed { attempt, partial, .. } => {
            end(attempt, None, None, None, partial.as_ref())?;
            attempt
        }
        RunEvent::AnswerNoted { attempt, raw: Some(raw), .. } => {
            end(attempt, None, None, None, Some(raw))?;
            return Ok(());
        }
        RunEvent::Decided { made: Some(made), .. } => {
            let Some(spending) = by_hand(line.event) else { return Ok(()) };
            return spend(connection, tracked, &made.model, line.recorded.at, spending);
        }
        _ => return Ok(()),
    };
    let Some(settled) = settled else { return Ok(()) };
    // What was being written is now a revision, or a partial text of the journal.
    connection.prepare_cached("DELETE FROM drafts WHERE attempt = ?1")?.execute([attempt.as_str()])?;
    learn(connection, tracked.number_of(attempt), settled)?;
    // A tool spends nothing.
    if tracked.uses_tool(attempt) {
        return Ok(());
    }
    spend(connection, tracked, tracked.model(attempt), line.recorded.at, settled.spending())
}

/// Takes in what a prompt really took, where the server said it: the model's estimates are corrected by it.
fn learn(connection: &Connection, attempt: Option<i64>, settled: Settled) -> Result<(), StoreError> {
    if settled.usage.estimated || settled.usage.input_tokens == 0 {
        return Ok(());
    }
    connection
        .prepare_cached(
            "INSERT INTO token_factors (model, attempts, estimated, actual)
             SELECT model, 1, estimate, ?2 FROM attempts WHERE event = ?1 AND estimate > 0
             ON CONFLICT DO UPDATE SET attempts = attempts + 1,
                    estimated = min(estimated + excluded.estimated, 9223372036854775807),
                    actual = min(actual + excluded.actual, 9223372036854775807)",
        )?
        .execute((attempt, clamped(settled.usage.input_tokens)))?;
    Ok(())
}

struct End<'a> {
    attempt: &'a AttemptId,
    /// None leaves status and outcome as they are.
    status: Option<&'a str>,
    outcome: Option<&'a str>,
    error: Option<&'a str>,
    partial: Option<&'a Text>,
    settled: Option<Settled>,
}

impl End<'_> {
    fn write(&self, connection: &Connection, tracked: &Tracked, at: Time) -> Result<(), StoreError> {
        let number = tracked.number_of(self.attempt);
        let partial = self.partial.map(|p| blobs::key(&p.hash)).transpose()?;
        let Some(Settled { usage, cost }) = self.settled else {
            connection
                .prepare_cached(
                    "UPDATE attempts SET outcome = iif(?2 IS NULL, outcome, ?3), error = iif(?2 IS NULL, error, ?4),
                            status = coalesce(?2, status), partial = coalesce(?5, partial)
                     WHERE event = ?1",
                )?
                .execute((number, self.status, self.outcome, self.error, partial))?;
            return Ok(());
        };
        connection
            .prepare_cached(
                "UPDATE attempts SET outcome = iif(?2 IS NULL, outcome, ?3), error = iif(?2 IS NULL, error, ?4),
                        status = coalesce(?2, status), partial = coalesce(?5, partial), open = 0, input_tokens = ?6,
                        output_tokens = ?7, estimated = ?8, cost = ?9,
                        duration_ms = iif(?10 > 0, ?10, max(?11 - started_at, 0))
                 WHERE event = ?1",
            )?
            .execute((
                number,
                self.status,
                self.outcome,
                self.error,
                partial,
                clamped(usage.input_tokens),
                clamped(usage.output_tokens),
                usage.estimated,
                cost.map(|c| c.0),
                clamped(usage.duration_ms),
                at.0,
            ))?;
        Ok(())
    }
}

/// Adds to the sums of the book, the chapter, the day and the model. They stop at the largest number that there is.
fn spend(
    connection: &Connection,
    tracked: &Tracked,
    model: &str,
    at: Time,
    spending: Spending,
) -> Result<(), StoreError> {
    let subject = &tracked.run.subject;
    connection
        .prepare_cached(
            "INSERT INTO spend (book, chapter, day, model, attempts, input_tokens, output_tokens, cost, unknown)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
             ON CONFLICT DO UPDATE SET attempts = attempts + excluded.attempts,
                    input_tokens = min(input_tokens + excluded.input_tokens, 9223372036854775807),
                    output_tokens = min(output_tokens + excluded.output_tokens, 9223372036854775807),
                    cost = min(cost + excluded.cost, 9223372036854775807), unknown = unknown + excluded.unknown",
        )?
        .execute((
            subject.book.as_ref().map_or("", BookId::as_str),
            subject.chapter.as_ref().map_or("", ChapterId::as_str),
            at.day(),
            model,
            spending.attempts,
            clamped(spending.input_tokens),
            clamped(spending.output_tokens),
            spending.cost.0,
            spending.unknown,
        ))?;
    Ok(())
}
