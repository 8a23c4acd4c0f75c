//! What attempts were given, and which pages are stale.

use super::{PAGE, Read, Reader, page_row};
use crate::domain::ids::AttemptId;
use crate::domain::manifest::{Manifest, PartKind};
use crate::domain::{BookId, PageId, RevisionId, StepName};
use crate::store::project::reads::STALE;
use crate::store::rows::{PageRow, StaleRow};
use crate::store::{StoreError, blobs};

impl Reader {
    /// What an attempt was given, and why; none when it is not known.
    pub fn manifest(&self, attempt: &AttemptId) -> Read<Option<Manifest>> {
        let Some(hash) = self.attempt(attempt)?.and_then(|a| a.manifest) else { return Ok(None) };
        let json = blobs::get_known(&self.connection, &hash)?;
        let manifest = serde_json::from_str(&json);
        manifest.map(Some).map_err(|e| StoreError::corrupt(format!("manifest {hash} cannot be read: {e}")))
    }

    /// The attempt that wrote a revision, or the one that it was edited or restored from; none when no agent did.
    pub fn attempt_of(&self, revision: &RevisionId) -> Read<Option<AttemptId>> {
        let run = revision.run();
        let state = self.run_state(&run)?;
        Ok(state.and_then(|run| run.written(revision).map(|(_, attempt)| attempt.clone())))
    }

    /// Why a page is stale, step by step; empty when it is not.
    pub fn stale(&self, page: &PageId) -> Read<Vec<StaleRow>> {
        let Some(n) = self.number_of_page(page)? else { return Ok(Vec::new()) };
        let sql = format!(
            "SELECT r.step, r.revision, r.kind, r.part, r.title, r.version, v.version {STALE}
             ORDER BY r.step DESC, r.kind, r.title, r.part"
        );
        self.all(&sql, [n], |row| {
            Ok(StaleRow {
                step: StepName::new(row.get::<_, String>(0)?),
                revision: RevisionId::new(row.get::<_, String>(1)?),
                kind: match row.get::<_, String>(2)?.as_str() {
                    "canon" => PartKind::Canon,
                    "own" => PartKind::Own,
                    "beat" => PartKind::Beat,
                    _ => PartKind::Page,
                },
                part: row.get(3)?,
                title: row.get(4)?,
                read: row.get(5)?,
                holds: row.get(6)?,
            })
        })
    }

    /// A book's stale pages in its order, or those of all books; none from the trash.
    pub fn stale_pages(&self, book: Option<&BookId>, limit: u32) -> Read<Vec<PageRow>> {
        let sql = format!(
            "SELECT {PAGE} FROM pages p JOIN chapters c ON c.id = p.chapter
             WHERE p.stale > 0 AND p.hidden = 0 AND (?1 IS NULL OR p.book = ?1)
             ORDER BY p.book, c.position, p.number LIMIT ?2"
        );
        self.all(&sql, (book.map(BookId::as_str), limit), page_row)
    }
}
