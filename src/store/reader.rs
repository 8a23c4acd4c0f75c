//! Reading: every screen's and every prompt's questions, each answered by an indexed query or a few.

use rusqlite::Connection;

use super::StoreError;
use super::rows::*;
use crate::domain::ids::AttemptId;
use crate::domain::run::Run;
use crate::domain::*;

type Read<T> = Result<T, StoreError>;

/// A read-only connection of one's own. It sees what was committed when a query begins.
#[derive(Debug)]
pub struct Reader {
    pub(super) connection: Connection,
}

#[allow(missing_docs, clippy::missing_const_for_fn, unused_variables, reason = "signatures first")]
impl Reader {
    fn later<T>(&self) -> Read<T> {
        Err(StoreError::Closed)
    }
    pub fn books(&self, include_trashed: bool) -> Read<Vec<BookRow>> {
        self.later()
    }
    pub fn book(&self, id: &BookId) -> Read<Option<BookRow>> {
        self.later()
    }
    pub fn chapters(&self, book: &BookId, include_trashed: bool) -> Read<Vec<ChapterRow>> {
        self.later()
    }
    pub fn chapter(&self, id: &ChapterId) -> Read<Option<ChapterRow>> {
        self.later()
    }
    pub fn pages(&self, chapter: &ChapterId, include_trashed: bool) -> Read<Vec<PageRow>> {
        self.later()
    }
    /// Pages of the book in reading order, from the `first`th (from 0).
    pub fn pages_window(&self, book: &BookId, first: u32, count: u32) -> Read<Vec<PageRow>> {
        self.later()
    }
    pub fn page(&self, id: &PageId) -> Read<Option<PageRow>> {
        self.later()
    }
    pub fn page_of_run(&self, run: &RunId) -> Read<Option<PageRow>> {
        self.later()
    }
    pub fn page_detail(&self, id: &PageId) -> Read<Option<PageDetail>> {
        self.later()
    }
    /// Open gates, oldest first, those set aside last.
    pub fn gates(&self, limit: u32, include_aside: bool) -> Read<Vec<GateRow>> {
        self.later()
    }
    pub fn attention(&self, limit: u32) -> Read<Vec<PageRow>> {
        self.later()
    }
    pub fn revisions(&self, page: &PageId) -> Read<Vec<RevisionRow>> {
        self.later()
    }
    pub fn revision(&self, id: &RevisionId) -> Read<Option<RevisionRow>> {
        self.later()
    }
    pub fn revision_text(&self, id: &RevisionId) -> Read<Option<String>> {
        self.later()
    }
    pub fn text(&self, hash: &Hash) -> Read<Option<String>> {
        self.later()
    }
    pub fn feedback(&self, page: &PageId) -> Read<Vec<FeedbackRow>> {
        self.later()
    }
    pub fn decisions(&self, page: &PageId) -> Read<Vec<DecisionRow>> {
        self.later()
    }
    pub fn remarks(&self, revision: &RevisionId) -> Read<Vec<RemarkRow>> {
        self.later()
    }
    pub fn attempts(&self, page: &PageId) -> Read<Vec<AttemptRow>> {
        self.later()
    }
    pub fn attempt(&self, id: &AttemptId) -> Read<Option<AttemptRow>> {
        self.later()
    }
    /// Attempts of all runs, newest first, from the `first`th (from 0).
    pub fn attempts_window(&self, first: u32, count: u32) -> Read<Vec<AttemptRow>> {
        self.later()
    }
    /// Runs, the newest first.
    pub fn runs(&self, limit: u32, offset: u32) -> Read<Vec<RunRow>> {
        self.later()
    }
    pub fn events(&self, stream: &StreamId) -> Read<Vec<Recorded>> {
        self.later()
    }
    /// Events after this number of the journal, with their numbers.
    pub fn events_after(&self, number: i64, limit: u32) -> Read<Vec<(i64, Recorded)>> {
        self.later()
    }
    pub fn run_state(&self, run: &RunId) -> Read<Option<Run>> {
        self.later()
    }
    pub fn canon(&self, book: &BookId) -> Read<Vec<EntryRow>> {
        self.later()
    }
    pub fn chapter_texts(&self, chapter: &ChapterId, approved_only: bool) -> Read<Vec<PageText>> {
        self.later()
    }
    /// The last `count` approved pages before this one in its chapter, in reading order.
    pub fn approved_before(&self, page: &PageId, count: u32) -> Read<Vec<PageText>> {
        self.later()
    }
    pub fn work_due(&self, now: Time, limit: u32) -> Read<Vec<WorkRow>> {
        self.later()
    }
    pub fn next_due(&self) -> Read<Option<Time>> {
        self.later()
    }
    pub fn running_attempts(&self) -> Read<Vec<AttemptRow>> {
        self.later()
    }
    /// Cancelled calls whose end was not recorded: what they reserved is still held.
    pub fn unclosed_attempts(&self) -> Read<Vec<AttemptRow>> {
        self.later()
    }
    /// When the attempts since then began, newest first.
    pub fn requests_since(&self, since: Time) -> Read<Vec<Time>> {
        self.later()
    }
    pub fn spend_by_day(&self) -> Read<Vec<SpendRow>> {
        self.later()
    }
    pub fn spend_by_model(&self) -> Read<Vec<SpendRow>> {
        self.later()
    }
    pub fn spend_by_book(&self) -> Read<Vec<SpendRow>> {
        self.later()
    }
    pub fn book_spent(&self, book: &BookId) -> Read<Money> {
        self.later()
    }
    /// Totals; `now` says which day is today.
    pub fn totals(&self, now: Time) -> Read<Totals> {
        self.later()
    }
    pub fn search(&self, query: &str, book: Option<&BookId>, limit: u32) -> Read<Vec<SearchHit>> {
        self.later()
    }
    pub fn draft(&self, attempt: &AttemptId) -> Read<Option<String>> {
        self.later()
    }
    pub fn data_version(&self) -> Read<i64> {
        self.later()
    }
    /// What `PRAGMA integrity_check` says; empty when all is well.
    pub fn integrity_check(&self) -> Read<Vec<String>> {
        self.later()
    }
    /// Rows of every table.
    pub fn counts(&self) -> Read<Vec<(String, u64)>> {
        self.later()
    }
}
