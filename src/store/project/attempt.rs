//! Attempts and what they cost.

use rusqlite::Connection;

use super::{Projector, RunLine};
use crate::domain::ids::AttemptId;
use crate::domain::run::{CancelReason, RunEvent};
use crate::domain::{BookId, Text, Time};
use crate::store::tracked::{Settled, Tracked};
use crate::store::{StoreError, blobs};

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
                    *estimate as i64,
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
        _ => return Ok(()),
    };
    let Some(settled) = settled else { return Ok(()) };
    // What was being written is now a revision, or a partial text of the journal.
    connection.prepare_cached("DELETE FROM drafts WHERE attempt = ?1")?.execute([attempt.as_str()])?;
    learn(connection, tracked.number_of(attempt), settled)?;
    spend(connection, tracked, attempt, line.recorded.at, settled)
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
             ON CONFLICT DO UPDATE SET attempts = attempts + 1, estimated = estimated + excluded.estimated,
                    actual = actual + excluded.actual",
        )?
        .execute((attempt, settled.usage.input_tokens as i64))?;
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
                usage.input_tokens as i64,
                usage.output_tokens as i64,
                usage.estimated,
                cost.map(|c| c.0),
                usage.duration_ms as i64,
                at.0,
            ))?;
        Ok(())
    }
}

fn spend(
    connection: &Connection,
    tracked: &Tracked,
    attempt: &AttemptId,
    at: Time,
    Settled { usage, cost }: Settled,
) -> Result<(), StoreError> {
    // A tool spends nothing.
    if tracked.uses_tool(attempt) {
        return Ok(());
    }
    connection
        .prepare_cached(
            "INSERT INTO spend (book, day, model, attempts, input_tokens, output_tokens, cost, unknown)
             VALUES (?1, ?2, ?3, 1, ?4, ?5, ?6, ?7)
             ON CONFLICT DO UPDATE SET attempts = attempts + 1, input_tokens = input_tokens + excluded.input_tokens,
                    output_tokens = output_tokens + excluded.output_tokens, cost = cost + excluded.cost,
                    unknown = unknown + excluded.unknown",
        )?
        .execute((
            tracked.run.subject.book.as_ref().map_or("", BookId::as_str),
            at.day(),
            tracked.model(attempt),
            usage.input_tokens as i64,
            usage.output_tokens as i64,
            cost.unwrap_or_default().0,
            cost.is_none(),
        ))?;
    Ok(())
}
