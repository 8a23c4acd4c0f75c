//! What the author's edits taught, and the page that a version of an entry came from.

use rusqlite::Row;

use super::{NamesRun, Read, Reader};
use crate::domain::{EntryId, PageId, ProposalId, RevisionId, Time};
use crate::store::StoreError;
use crate::store::rows::ProposalRow;

const PROPOSAL: &str =
    "SELECT p.id, p.revision, p.kind, p.about, p.text, p.why, p.quote, p.model, p.state, p.stands, p.entry,
        p.version, p.words, p.by, p.decided_at, p.at, v.name
    FROM proposals p
    LEFT JOIN entries e ON e.id = coalesce(p.entry, CASE WHEN p.about LIKE '{\"entry\"%' THEN p.about ->> '$.entry' END)
    LEFT JOIN entry_versions v ON v.entry = e.n AND v.version = e.version";

impl Reader {
    /// All that a page's edits taught, oldest first, also what was decided on or taken back with its edit.
    pub fn proposals(&self, page: &PageId) -> Read<Vec<ProposalRow>> {
        let Some(n) = self.number_of_page(page)? else { return Ok(Vec::new()) };
        self.all(&format!("{PROPOSAL} WHERE p.run = ?1 ORDER BY p.seq, p.place"), [n], proposal_row)
    }

    /// What of it waits for the author.
    pub(super) fn open_proposals(&self, n: i64) -> Read<Vec<ProposalRow>> {
        let open = "WHERE p.run = ?1 AND p.state = 'open' AND p.stands = 1 ORDER BY p.seq, p.place";
        self.all(&format!("{PROPOSAL} {open}"), [n], proposal_row)
    }

    /// The page that a revision is of.
    pub fn page_of_revision(&self, revision: &RevisionId) -> Read<Option<PageId>> {
        let Some(n) = revision.run().number(self)? else { return Ok(None) };
        self.one("SELECT page FROM runs WHERE n = ?1", [n], |row| Ok(PageId::new(row.get::<_, String>(0)?)))
    }
}

fn proposal_row(row: &Row<'_>) -> Read<ProposalRow> {
    let id: String = row.get(0)?;
    let about: String = row.get(3)?;
    let about = serde_json::from_str(&about)
        .map_err(|e| StoreError::corrupt(format!("proposal {id} cannot be read: {e}")))?;
    Ok(ProposalRow {
        id: ProposalId::new(id),
        revision: RevisionId::new(row.get::<_, String>(1)?),
        kind: row.get(2)?,
        about,
        text: row.get(4)?,
        why: row.get(5)?,
        quote: row.get(6)?,
        model: row.get(7)?,
        state: row.get(8)?,
        stands: row.get(9)?,
        entry: row.get::<_, Option<String>>(10)?.map(EntryId::new),
        version: row.get(11)?,
        words: row.get(12)?,
        by: row.get(13)?,
        decided_at: row.get::<_, Option<i64>>(14)?.map(Time),
        at: Time(row.get(15)?),
        entry_name: row.get(16)?,
    })
}
