//! What the author's edits taught.

use super::{Projector, RunLine};
use crate::domain::run::RunEvent;
use crate::store::StoreError;
use crate::store::tracked::Tracked;

/// Writes the rows of one event; the run has it applied already.
pub(super) fn line(
    projector: &Projector<'_>,
    tracked: &Tracked,
    line: &RunLine<'_>,
) -> Result<(), StoreError> {
    let connection = projector.connection;
    match line.event {
        RunEvent::ProposalsDelivered { revision, proposals, model, .. } => {
            let mut insert = connection.prepare_cached(
                "INSERT INTO proposals (run, seq, place, id, revision, kind, about, text, why, quote, model, state, stands, at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, 'open', 1, ?12)",
            )?;
            for (place, proposal) in proposals.iter().enumerate() {
                let lesson = &proposal.lesson;
                let about =
                    serde_json::to_string(&lesson.about).map_err(|e| StoreError::Sqlite(e.to_string()))?;
                insert.execute(rusqlite::params![
                    tracked.n,
                    line.recorded.seq as i64,
                    place as i64,
                    proposal.id.as_str(),
                    revision.as_str(),
                    lesson.about.kind(),
                    about,
                    lesson.text,
                    lesson.why,
                    lesson.quote,
                    model,
                    line.recorded.at.0,
                ])?;
            }
        }
        RunEvent::ProposalAccepted { proposal, entry, version, words } => {
            connection
                .prepare_cached(
                    "UPDATE proposals SET state = 'accepted', entry = ?2, version = ?3, words = ?4, by = ?5,
                            decided_at = ?6
                     WHERE id = ?1",
                )?
                .execute((
                    proposal.as_str(),
                    entry.as_str(),
                    version,
                    words,
                    line.recorded.actor.name(),
                    line.recorded.at.0,
                ))?;
        }
        RunEvent::ProposalRefused { proposal } => {
            connection
                .prepare_cached(
                    "UPDATE proposals SET state = 'refused', by = ?2, decided_at = ?3 WHERE id = ?1",
                )?
                .execute((proposal.as_str(), line.recorded.actor.name(), line.recorded.at.0))?;
        }
        // An edit that is taken back takes its lessons with it, and one that is made again brings them back.
        RunEvent::Decided { .. } | RunEvent::Undone { .. } | RunEvent::Redone { .. } => {
            let mut stands = connection
                .prepare_cached("UPDATE proposals SET stands = ?2 WHERE id = ?1 AND stands <> ?2")?;
            for offered in &tracked.run.proposals {
                stands.execute((offered.proposal.id.as_str(), tracked.run.stands(offered)))?;
            }
        }
        _ => {}
    }
    Ok(())
}
