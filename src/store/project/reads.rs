//! What the current revisions read, which version of it holds, and how many pages are stale for it.
//!
//! One hop: a page is stale when a part that its own current revision read is another version now. The count is a
//! function of the rows of `reads`, `versions` and `fine`, so it comes out the same in whatever order they came.

use rusqlite::{Connection, OptionalExtension};

use super::{Projector, RunLine};
use crate::domain::canon::{Canon, CanonEvent};
use crate::domain::ids::AttemptId;
use crate::domain::manifest::{Manifest, PartKind, version_of};
use crate::domain::run::{Phase, Run, RunEvent};
use crate::domain::{Hash, PageId, StepName};
use crate::store::tracked::Tracked;
use crate::store::{StoreError, blobs};

/// What counts as stale in `reads r`.
pub(in crate::store) const STALE: &str = "FROM reads r LEFT JOIN versions v ON v.kind = r.kind AND v.part = r.part
    WHERE r.run = ?1 AND v.version IS NOT r.version AND NOT EXISTS (
        SELECT 1 FROM fine f WHERE f.run = r.run AND f.revision = r.revision AND f.kind = r.kind AND f.part = r.part
            AND f.version IS v.version)";

/// The versions of a run's texts that others, or its own later steps, may read.
#[derive(Default, PartialEq)]
pub(super) struct Texts {
    /// Of the page, while it is approved.
    page: Option<String>,
    /// Of its beat.
    beat: Option<Hash>,
    /// Of the steps that others need.
    own: Vec<(StepName, Option<Hash>)>,
    /// Of all main steps: what its current revision was made from.
    written: Vec<Option<Written>>,
}

/// The revision and the attempt whose manifest says what a current revision read.
#[derive(PartialEq)]
struct Written {
    revision: String,
    attempt: AttemptId,
    /// It was approved for the texts of the steps before as they are: a change of them reopens its gate.
    agreed: bool,
}

impl Texts {
    pub fn of(run: &Run) -> Self {
        let main: Vec<_> = run.main_steps().collect();
        let approved = main.iter().all(|s| s.is_settled());
        let texts = || main.iter().filter_map(|s| s.current_revision()).map(|r| &r.text.hash);
        let needed =
            |name: &StepName| run.workflow.steps.iter().any(|s| !s.advisory && s.needs.contains(name));
        let page = (approved && texts().next().is_some()).then(|| version_of(texts()));
        let own = main.iter().filter(|s| needed(&s.name));
        let own = own.map(|s| (s.name.clone(), s.current_revision().map(|r| r.text.hash.clone()))).collect();
        let written = main
            .iter()
            .map(|s| match &s.phase {
                Phase::Gate { revision } | Phase::Settled { revision: Some(revision) } => {
                    let (written, attempt) = run.written(revision)?;
                    let agreed = s.is_settled() && !run.definition(s).needs.is_empty();
                    Some(Written { revision: written.id.to_string(), attempt: attempt.clone(), agreed })
                }
                _ => None,
            })
            .collect();
        Self { page, beat: run.beat.as_ref().map(|b| b.hash.clone()), own, written }
    }
}

/// Writes what differs between two states of a run.
pub(super) fn write(
    projector: &Projector<'_>,
    tracked: &Tracked,
    before: Option<&Texts>,
    after: &Texts,
) -> Result<(), StoreError> {
    let (connection, run) = (projector.connection, &tracked.run);
    if before.map_or(&None, |b| &b.page) != &after.page {
        let page = run.subject.page.as_ref().map_or("", PageId::as_str);
        set_version(connection, "page", page, after.page.as_deref())?;
    }
    if before.and_then(|b| b.beat.as_ref()) != after.beat.as_ref() {
        set_version(connection, "beat", run.id.as_str(), after.beat.as_ref().map(Hash::as_str))?;
    }
    for (index, (step, hash)) in after.own.iter().enumerate() {
        if before.and_then(|b| b.own[index].1.as_ref()) != hash.as_ref() {
            let part = format!("{}.{step}", run.id);
            set_version(connection, "own", &part, hash.as_ref().map(Hash::as_str))?;
        }
    }
    let mut changed = false;
    for (index, step) in run.main_steps().enumerate() {
        let (old, new) = (before.and_then(|b| b.written[index].as_ref()), after.written[index].as_ref());
        if old != new {
            changed |= replace(projector, tracked, &step.name, old, new)?;
        }
    }
    if changed { recount(connection, tracked.n) } else { Ok(()) }
}

/// Writes what a step's current revision read; returns whether there was or is anything.
fn replace(
    projector: &Projector<'_>,
    tracked: &Tracked,
    step: &StepName,
    before: Option<&Written>,
    written: Option<&Written>,
) -> Result<bool, StoreError> {
    let (connection, n) = (projector.connection, tracked.n);
    if let (Some(before), Some(written)) = (before, written)
        && before.attempt == written.attempt
        && written.agreed
    {
        let mut agree =
            connection.prepare_cached("DELETE FROM reads WHERE run = ?1 AND step = ?2 AND kind = 'own'")?;
        return Ok(agree.execute((n, step.as_str()))? > 0);
    }
    let gone = connection
        .prepare_cached("DELETE FROM reads WHERE run = ?1 AND step = ?2")?
        .execute((n, step.as_str()))?;
    let Some(Written { revision, attempt, agreed }) = written else { return Ok(gone > 0) };
    let mut query = connection.prepare_cached("SELECT manifest FROM attempts WHERE event = ?1")?;
    let number = tracked.number_of(attempt);
    let key: Option<Vec<u8>> = query.query_row([number], |row| row.get(0)).optional()?.flatten();
    let Some(key) = key else { return Ok(gone > 0) };
    let hash = blobs::hash(&key);
    let known = projector.texts.iter().find(|(known, _)| *known == hash).map(|(_, text)| text.clone());
    let json = match known.map_or_else(|| blobs::get_known(connection, &hash), Ok) {
        Ok(json) => json,
        // What the text read is lost with it: it never goes stale.
        Err(StoreError::LostText(_)) => return Ok(gone > 0),
        Err(error) => return Err(error),
    };
    let manifest: Manifest = serde_json::from_str(&json)
        .map_err(|e| StoreError::corrupt(format!("manifest {hash} cannot be read: {e}")))?;
    let mut insert = connection.prepare_cached(
        "INSERT OR IGNORE INTO reads (run, step, kind, part, version, revision, title)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?;
    for part in manifest.parts.iter().filter(|p| p.is_in() && p.kind.goes_stale()) {
        if *agreed && part.kind == PartKind::Own {
            continue;
        }
        let kind = read_as(part.kind);
        insert.execute((n, step.as_str(), kind, &part.id, &part.version, revision, &part.title))?;
    }
    Ok(true)
}

/// An earlier page in short is a reading of the page.
fn read_as(kind: PartKind) -> &'static str {
    if kind == PartKind::Summary { PartKind::Page.name() } else { kind.name() }
}

/// Writes what an event says is still fine.
pub(super) fn line(
    projector: &Projector<'_>,
    tracked: &Tracked,
    line: &RunLine<'_>,
) -> Result<(), StoreError> {
    let RunEvent::FoundFine { fine } = line.event else { return Ok(()) };
    let mut insert = projector.connection.prepare_cached(
        "INSERT INTO fine (run, seq, place, revision, kind, part, version, by, at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    )?;
    for (place, one) in fine.iter().enumerate() {
        insert.execute((
            tracked.n,
            line.recorded.seq as i64,
            place as i64,
            one.revision.as_str(),
            read_as(one.kind),
            &one.part,
            &one.version,
            line.recorded.actor.name(),
            line.recorded.at.0,
        ))?;
    }
    recount(projector.connection, tracked.n)
}

/// Writes which version of an entry holds after an event.
pub(super) fn canon_line(
    projector: &Projector<'_>,
    canon: &Canon,
    event: &CanonEvent,
) -> Result<(), StoreError> {
    let (CanonEvent::EntryPut { entry, .. }
    | CanonEvent::EntryRemoved { entry }
    | CanonEvent::EntryBroughtBack { entry }) = event;
    let holds = canon.entries.get(entry).filter(|e| !e.removed).map(|e| e.current().hash());
    set_version(projector.connection, "canon", entry.as_str(), holds.as_ref().map(Hash::as_str))
}

/// Sets the version that holds of a part, and counts those pages anew that read another one.
fn set_version(
    connection: &Connection,
    kind: &str,
    part: &str,
    version: Option<&str>,
) -> Result<(), StoreError> {
    let changed = match version {
        Some(version) => connection
            .prepare_cached(
                "INSERT INTO versions (kind, part, version) VALUES (?1, ?2, ?3)
                 ON CONFLICT DO UPDATE SET version = excluded.version WHERE version <> excluded.version",
            )?
            .execute((kind, part, version))?,
        None => connection
            .prepare_cached("DELETE FROM versions WHERE kind = ?1 AND part = ?2")?
            .execute((kind, part))?,
    };
    if changed == 0 {
        return Ok(());
    }
    let mut readers =
        connection.prepare_cached("SELECT DISTINCT run FROM reads WHERE kind = ?1 AND part = ?2")?;
    let readers: Vec<i64> = readers.query_map((kind, part), |row| row.get(0))?.collect::<Result<_, _>>()?;
    readers.into_iter().try_for_each(|run| recount(connection, run))
}

fn recount(connection: &Connection, n: i64) -> Result<(), StoreError> {
    // The index over stale pages is touched only when the count differs.
    connection
        .prepare_cached(&format!(
            "UPDATE pages SET stale = s.n FROM (SELECT count(*) AS n {STALE}) s WHERE pages.n = ?1 AND stale <> s.n"
        ))?
        .execute([n])?;
    Ok(())
}
