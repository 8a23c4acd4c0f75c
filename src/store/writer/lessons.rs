//! A proposal that is accepted: what the canon gains and what the page records, in one transaction.

use rusqlite::Connection;

use super::core::Core;
use super::plan::{Plan, not_found, run_of};
use crate::domain::canon::{CanonCommand, CanonEvent, Entry};
use crate::domain::manifest::PartKind;
use crate::domain::run::{self, Fine};
use crate::domain::{Actor, EntryId, Event, Hash, PageId, ProposalId, RevisionId, StreamId};
use crate::store::{StoreError, blobs};

impl Core {
    pub(super) fn accept_proposal(
        &mut self,
        plan: &mut Plan,
        actor: &Actor,
        page: &PageId,
        proposal: &ProposalId,
        words: Option<&str>,
    ) -> Result<(), StoreError> {
        let id = run_of(&self.connection, page)?;
        let tracked = self.states.run(&self.connection, &id)?.ok_or_else(|| not_found("run", id.as_str()))?;
        let offered = tracked.run.acceptable(proposal)?.clone();
        let book =
            tracked.run.subject.book.clone().ok_or_else(|| not_found("book of page", page.as_str()))?;
        let lesson = offered.proposal.lesson;
        let (_, canon) = self.states.canon(&self.connection, &book)?;
        let said = lesson.entry(canon).map(|(_, entry)| entry.current().text.hash.clone());
        let said = said.map_or(Ok(String::new()), |hash| blobs::get_known(&self.connection, &hash))?;
        let put = lesson.put(canon, words.unwrap_or(&lesson.text), &said, offered.revision.clone())?;
        self.canon(plan, actor, book.clone(), CanonCommand::Put(put))?;
        let entry = plan.answer.entry.clone().ok_or_else(|| not_found("proposal", proposal.as_str()))?;
        let (_, canon) = self.states.canon(&self.connection, &book)?;
        let known = canon.entries.get(&entry).map_or(0, Entry::number);
        let put = plan.parts.iter().flat_map(|p| &p.events).find_map(|event| match event {
            Event::Canon(CanonEvent::EntryPut { version, .. }) => Some(version.hash()),
            _ => None,
        });
        let version = known + u32::from(put.is_some());
        let mut facts = self.facts();
        let tracked = self.states.run(&self.connection, &id)?.ok_or_else(|| not_found("run", id.as_str()))?;
        facts.now = facts.now.max(tracked.run.updated_at);
        // The page says already what it taught: it does not become stale by it.
        let fine = match put {
            Some(hash) => readings(&self.connection, tracked.n, &entry, &hash)?,
            None => Vec::new(),
        };
        let decided = run::accept(&tracked.run, proposal, words, (entry, version), fine, &facts)?;
        plan.texts.extend(decided.texts);
        plan.add(StreamId::Run(id.clone()), facts.now, actor, decided.events.into_iter().map(Event::Run));
        plan.answer.revision = Some(offered.revision);
        self.name_run(plan, &id)
    }
}

/// The revisions of a run that read an entry, each with the version that is to hold of it.
fn readings(
    connection: &Connection,
    run: i64,
    entry: &EntryId,
    holds: &Hash,
) -> Result<Vec<Fine>, StoreError> {
    let mut query = connection.prepare_cached(
        "SELECT DISTINCT revision FROM reads WHERE run = ?1 AND kind = 'canon' AND part = ?2",
    )?;
    let revisions = query.query_map((run, entry.as_str()), |row| row.get::<_, String>(0))?;
    let fine = revisions.map(|revision| {
        Ok(Fine {
            revision: RevisionId::new(revision?),
            kind: PartKind::Canon,
            part: entry.to_string(),
            version: Some(holds.to_string()),
        })
    });
    fine.collect()
}
