//! What the desk and the history show of a page.

use rusqlite::Row;

use super::{NamesRun, Read, Reader, unsigned};
use crate::domain::ids::{AttemptId, DecisionId, FeedbackId, LockId};
use crate::domain::run::{Lock, Passage, Quoted};
use crate::domain::{Money, PageId, RevisionId, StepName, Time};
use crate::store::blobs;
use crate::store::rows::{
    Asked, DecisionRow, FeedbackRow, PageDetail, RemarkRow, RevisionRow, RevisionText, StepRow,
};

const REVISION: &str =
    "SELECT id, step, number, origin, parent, author, model, tokens, cost, words, text, late,
        created_at, other
    FROM revisions";

impl Reader {
    /// Everything the desk shows of a page, of one moment.
    pub fn page_detail(&self, id: &PageId) -> Read<Option<PageDetail>> {
        self.at_once(|| {
            let Some(page) = self.page(id)? else { return Ok(None) };
            let sql = "SELECT p.n, c.title, b.title, p.beat_text, p.can_undo, p.can_redo
                       FROM pages p JOIN chapters c ON c.id = p.chapter JOIN books b ON b.id = p.book WHERE p.id = ?1";
            let found = self.one(sql, [id.as_str()], |row| {
                let key: Option<Vec<u8>> = row.get(3)?;
                Ok((row.get::<_, i64>(0)?, row.get(1)?, row.get(2)?, key, row.get(4)?, row.get(5)?))
            })?;
            let Some((n, chapter_title, book_title, beat, can_undo, can_redo)) = found else { return Ok(None) };
            let beat = beat.map(|key| blobs::get_known(&self.connection, &blobs::hash(&key))).transpose()?;
            let steps = self.steps(n)?;
            let current = |name: &str| -> Read<Option<RevisionText>> {
                let step = steps.iter().find(|s| s.step.as_str() == name);
                step.and_then(|s| s.revision.as_ref()).map_or(Ok(None), |r| self.with_text(n, r))
            };
            let (narration, dialogue) = (current("narration")?, current("dialogue")?);
            let mut remarks = Vec::new();
            for shown in [&narration, &dialogue].into_iter().flatten() {
                remarks.extend(self.remarks_on(n, &shown.revision)?);
            }
            let (feedback, attempts) = (self.feedback_of(n)?, self.attempts_of(n, 20)?);
            let proposals = self.open_proposals(n)?;
            let locks = self.locks_of(n)?;
            Ok(Some(PageDetail {
                page,
                chapter_title,
                book_title,
                beat,
                steps,
                narration,
                dialogue,
                feedback,
                locks,
                remarks,
                proposals,
                attempts,
                can_undo,
                can_redo,
            }))
        })
    }

    /// A run's steps, in their order.
    pub fn run_steps(&self, run: &impl NamesRun) -> Read<Vec<StepRow>> {
        run.number(self)?.map_or(Ok(Vec::new()), |n| self.steps(n))
    }

    pub(super) fn steps(&self, n: i64) -> Read<Vec<StepRow>> {
        let sql =
            "SELECT name, phase, advisory, iteration, iif(waits = 'due', since, NULL), attempt, revision, model
                   FROM steps WHERE run = ?1
                   ORDER BY position";
        let mut steps = self.all(sql, [n], |row| {
            Ok(StepRow {
                step: StepName::new(row.get::<_, String>(0)?),
                phase: row.get(1)?,
                advisory: row.get(2)?,
                iteration: row.get(3)?,
                due: row.get::<_, Option<i64>>(4)?.map(Time),
                attempt: row.get::<_, Option<String>>(5)?.map(AttemptId::new),
                revision: row.get::<_, Option<String>>(6)?.map(RevisionId::new),
                model: row.get(7)?,
            })
        })?;
        // A step that fans out has no revision of its own: it is done when its items are.
        let done = |step: &StepRow| step.step.key().is_some() && step.phase == "approved";
        let fanned: Vec<String> =
            steps.iter().filter(|s| done(s)).map(|s| s.step.base().to_owned()).collect();
        for step in &mut steps {
            if step.phase == "skipped" && fanned.iter().any(|base| base == step.step.as_str()) {
                "approved".clone_into(&mut step.phase);
            }
        }
        Ok(steps)
    }

    fn with_text(&self, n: i64, id: &RevisionId) -> Read<Option<RevisionText>> {
        let sql = format!("{REVISION} WHERE run = ?1 AND id = ?2");
        let Some(revision) = self.all(&sql, (n, id.as_str()), revision_row)?.pop() else { return Ok(None) };
        let before =
            format!("{REVISION} WHERE run = ?1 AND step = ?2 AND number < ?3 ORDER BY number DESC LIMIT 1");
        let before = self.all(&before, (n, revision.step.as_str(), revision.number), revision_row)?.pop();
        let text = blobs::get_known(&self.connection, &revision.hash)?;
        let previous = before.as_ref().map(|b| blobs::get_known(&self.connection, &b.hash)).transpose()?;
        let asked = self.asked(n, &revision)?;
        Ok(Some(RevisionText { revision, text, previous, previous_id: before.map(|b| b.id), asked }))
    }

    /// The passages that an agent's revision was asked to change alone: those of the last request before it, unless
    /// something was said of the whole text too.
    fn asked(&self, n: i64, revision: &RevisionRow) -> Read<Option<Asked>> {
        if revision.origin != "agent" {
            return Ok(None);
        }
        let sql = "SELECT f.revision, f.first_byte, f.end_byte FROM feedback f
                   WHERE f.run = ?1 AND f.seq = (
                       SELECT max(d.seq) FROM decisions d
                       WHERE d.run = ?1 AND d.step = ?2 AND d.undone = 0
                         AND d.seq < (SELECT r.seq FROM revisions r WHERE r.run = ?1 AND r.id = ?3))
                   ORDER BY f.place";
        let rows = self.all(sql, (n, revision.step.as_str(), revision.id.as_str()), |row| {
            let passage = row.get::<_, Option<i64>>(1)?.zip(row.get::<_, Option<i64>>(2)?);
            Ok((RevisionId::new(row.get::<_, String>(0)?), passage))
        })?;
        let Some(base) = rows.first().map(|(base, _)| base.clone()) else { return Ok(None) };
        let passages: Option<Vec<Passage>> = rows
            .into_iter()
            .map(|(_, passage)| passage.map(|(start, end)| Passage { start: start as u64, end: end as u64 }))
            .collect();
        let Some(passages) = passages else { return Ok(None) };
        Ok(self.revision_text(&base)?.map(|text| Asked { base, text, passages }))
    }

    /// The same of any revision.
    pub fn asked_of(&self, id: &RevisionId) -> Read<Option<Asked>> {
        let Some(n) = id.run().number(self)? else { return Ok(None) };
        self.revision(id)?.map_or(Ok(None), |revision| self.asked(n, &revision))
    }

    /// A run's locked passages, oldest first.
    pub fn locks(&self, run: &impl NamesRun) -> Read<Vec<Lock>> {
        run.number(self)?.map_or(Ok(Vec::new()), |n| self.locks_of(n))
    }

    fn locks_of(&self, n: i64) -> Read<Vec<Lock>> {
        let sql =
            "SELECT id, step, revision, first_byte, end_byte, quote FROM locks WHERE run = ?1 ORDER BY seq";
        self.all(sql, [n], |row| {
            let passage = Passage { start: unsigned(row, 3)?, end: unsigned(row, 4)? };
            Ok(Lock {
                id: LockId::new(row.get::<_, String>(0)?),
                step: StepName::new(row.get::<_, String>(1)?),
                revision: RevisionId::new(row.get::<_, String>(2)?),
                quoted: Quoted { passage, quote: row.get(5)? },
            })
        })
    }

    /// A run's revisions of all steps, oldest first.
    pub fn revisions(&self, run: &impl NamesRun) -> Read<Vec<RevisionRow>> {
        run.number(self)?.map_or(Ok(Vec::new()), |n| self.revisions_of(n))
    }

    pub(super) fn revisions_of(&self, n: i64) -> Read<Vec<RevisionRow>> {
        self.all(&format!("{REVISION} WHERE run = ?1 ORDER BY seq"), [n], revision_row)
    }

    /// One revision.
    pub fn revision(&self, id: &RevisionId) -> Read<Option<RevisionRow>> {
        let Some(n) = id.run().number(self)? else { return Ok(None) };
        let sql = format!("{REVISION} WHERE run = ?1 AND id = ?2");
        Ok(self.all(&sql, (n, id.as_str()), revision_row)?.pop())
    }

    /// A run's feedback, oldest first.
    pub fn feedback(&self, run: &impl NamesRun) -> Read<Vec<FeedbackRow>> {
        run.number(self)?.map_or(Ok(Vec::new()), |n| self.feedback_of(n))
    }

    pub(super) fn feedback_of(&self, n: i64) -> Read<Vec<FeedbackRow>> {
        let sql = "SELECT id, revision, step, text, withdrawn, created_at, first_byte, end_byte, quote
                   FROM feedback WHERE run = ?1 ORDER BY seq, place";
        self.all(sql, [n], |row| {
            let key: Vec<u8> = row.get(3)?;
            Ok(FeedbackRow {
                id: FeedbackId::new(row.get::<_, String>(0)?),
                revision_id: RevisionId::new(row.get::<_, String>(1)?),
                step: StepName::new(row.get::<_, String>(2)?),
                text: blobs::get_known(&self.connection, &blobs::hash(&key))?,
                withdrawn: row.get(4)?,
                created_at: Time(row.get(5)?),
                quoted: quoted_row(row)?,
            })
        })
    }

    /// A run's decisions, oldest first.
    pub fn decisions(&self, run: &impl NamesRun) -> Read<Vec<DecisionRow>> {
        run.number(self)?.map_or(Ok(Vec::new()), |n| self.decisions_of(n))
    }

    pub(super) fn decisions_of(&self, n: i64) -> Read<Vec<DecisionRow>> {
        let sql =
            "SELECT id, step, kind, revision, by, undone, at, note, finding FROM decisions WHERE run = ?1
                   ORDER BY seq";
        self.all(sql, [n], |row| {
            let note: Option<Vec<u8>> = row.get(7)?;
            Ok(DecisionRow {
                id: DecisionId::new(row.get::<_, String>(0)?),
                step: StepName::new(row.get::<_, String>(1)?),
                kind: row.get(2)?,
                revision: row.get::<_, Option<String>>(3)?.map(RevisionId::new),
                by: row.get(4)?,
                undone: row.get(5)?,
                at: Time(row.get(6)?),
                note: note.map(|key| blobs::get_known(&self.connection, &blobs::hash(&key))).transpose()?,
                finding: row.get(8)?,
            })
        })
    }

    /// The remarks on a revision, or on another one with the same text, oldest first.
    pub fn remarks(&self, revision: &RevisionId) -> Read<Vec<RemarkRow>> {
        let Some(n) = revision.run().number(self)? else { return Ok(Vec::new()) };
        self.revision(revision)?.map_or(Ok(Vec::new()), |revision| self.remarks_on(n, &revision))
    }

    fn remarks_on(&self, n: i64, revision: &RevisionRow) -> Read<Vec<RemarkRow>> {
        let sql =
            "SELECT revision, step, model, text, at FROM remarks WHERE run = ?1 AND about = ?2 ORDER BY seq";
        self.all(sql, (n, blobs::key(&revision.hash)?), |row| {
            let key: Vec<u8> = row.get(3)?;
            Ok(RemarkRow {
                revision: RevisionId::new(row.get::<_, String>(0)?),
                step: StepName::new(row.get::<_, String>(1)?),
                model: row.get(2)?,
                text: blobs::get_known(&self.connection, &blobs::hash(&key))?,
                at: Time(row.get(4)?),
            })
        })
    }
}

/// A passage with its text; what was said of one before passages were quoted has none.
fn quoted_row(row: &Row<'_>) -> Read<Option<Quoted>> {
    let place = row.get::<_, Option<i64>>(6)?.zip(row.get::<_, Option<i64>>(7)?);
    let quote: Option<String> = row.get(8)?;
    Ok(place.zip(quote).map(|((start, end), quote)| Quoted {
        passage: Passage { start: start as u64, end: end as u64 },
        quote,
    }))
}

fn revision_row(row: &Row<'_>) -> Read<RevisionRow> {
    let key: Vec<u8> = row.get(10)?;
    Ok(RevisionRow {
        id: RevisionId::new(row.get::<_, String>(0)?),
        step: StepName::new(row.get::<_, String>(1)?),
        number: row.get(2)?,
        origin: row.get(3)?,
        parent: row.get::<_, Option<String>>(4)?.map(RevisionId::new),
        author: row.get(5)?,
        model: row.get(6)?,
        tokens: unsigned(row, 7)?,
        cost: row.get::<_, Option<i64>>(8)?.map(Money),
        words: row.get(9)?,
        hash: blobs::hash(&key),
        late: row.get(11)?,
        created_at: Time(row.get(12)?),
        other: row.get::<_, Option<String>>(13)?.map(RevisionId::new),
    })
}
