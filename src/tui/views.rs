//! What the screens draw from: answers to what they asked of the store, kept until they are asked for no more.
//!
//! A screen says what it wants; what is missing, or older than the last change, is asked of the loader. What is
//! stale is drawn until the new one is here, so nothing flickers and nothing waits.

mod gate;
mod knowledge;
mod runs;
mod waiting;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::domain::ids::AttemptId;
use crate::domain::{BookId, ChapterId, EntryId, Hash, PageId, RevisionId, RunId};
use crate::engine::{Listed, publish};
use crate::service::stale::StalePage;
use crate::store::rows::{
    AttemptRow, BookRow, ChapterRow, DecisionRow, EntryHit, EntryRow, FeedbackRow, OwnRunRow, PageDetail,
    PageRow, PageText, RevisionRow, RunRow, SearchHit, SpendRow, StaleRow, Totals, UseRow,
};

pub use knowledge::{CanonView, ContextView, PromptView, Unmade};
pub use runs::RunView;
pub use waiting::Waiting;

/// Rows of one answer of a windowed list.
pub const BLOCK: u32 = 64;
/// Answers kept beyond those that are wanted now.
const KEPT: usize = 96;

/// Something to read from the store.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Ask {
    /// The counts of the status line.
    Totals,
    /// All books, those in the trash too.
    Books,
    /// A book's chapters.
    Chapters(BookId),
    /// A block of a book's pages in reading order, from 0.
    Pages(BookId, u32),
    /// The open gates and the pages in need of their author, at most so many blocks of each.
    Waiting(u32),
    /// Everything of one page.
    Page(PageId),
    /// A page's revisions, feedback and decisions.
    History(PageId),
    /// A text by its hash.
    Text(Hash),
    /// A block of the runs, newest first.
    Runs(u32),
    /// The runs about a text or a book, newest first, at most so many blocks.
    OwnRuns(u32),
    /// Everything of one of them.
    Run(RunId),
    /// A page's text as it stands, put together.
    PageText(PageId),
    /// What publishing would write.
    Plan(Box<publish::Order>),
    /// All workflows, and the files that should be some.
    Workflows,
    /// A page's attempts.
    Attempts(PageId),
    /// What another process has written of an attempt, as of this second.
    Draft(AttemptId, i64),
    /// What was spent, by model.
    Spending,
    /// Pages that hold these words, of one book or of all.
    Search(Option<BookId>, String),
    /// A chapter as one text.
    Through(ChapterId),
    /// What of a book is in the trash.
    Trash(BookId),
    /// A book's canon, what was taken out too.
    Canon(BookId),
    /// Entries of a book's canon that hold these words.
    CanonSearch(BookId, String),
    /// An entry's versions.
    Versions(EntryId),
    /// Pages whose text names an entry.
    Mentions(EntryId),
    /// Pages whose current text was written from an entry.
    Uses(EntryId),
    /// Why a page is stale.
    Stale(PageId),
    /// The stale pages of a book, each with the causes.
    StalePages(BookId),
    /// The page that a revision is of.
    Origin(RevisionId),
    /// What an agent would be given for a page now.
    Context(PageId),
    /// What a revision was made from.
    Made(RevisionId),
    /// The agents' templates that hold, in a book or for all.
    Prompts(Option<BookId>),
    /// What an agent's template makes of a page.
    Preview(Option<PageId>, String, String),
}

/// What was read.
#[derive(Debug, Clone)]
#[allow(missing_docs, reason = "each is the answer to the ask of its name")]
pub enum Answer {
    Totals(Totals),
    Books(Vec<BookRow>),
    Chapters(Vec<ChapterRow>),
    Pages(Vec<PageRow>),
    Waiting(Vec<Waiting>),
    Page(Option<Arc<PageDetail>>),
    History(Arc<PageHistory>),
    Text(Arc<str>),
    Runs(Vec<RunRow>),
    OwnRuns(Vec<OwnRunRow>),
    Run(Option<Arc<RunView>>),
    PageText(Option<Arc<str>>),
    Plan(Result<Arc<publish::Report>, Unmade>),
    Workflows(Arc<Vec<Listed>>),
    Attempts(Vec<AttemptRow>),
    Draft(Option<Arc<str>>),
    Spending(Vec<SpendRow>),
    Search(Vec<SearchHit>),
    Through(Arc<Vec<PageText>>),
    Trash(Trash),
    Canon(Arc<CanonView>),
    CanonSearch(Vec<EntryHit>),
    Versions(Arc<Vec<EntryRow>>),
    Mentions(Vec<SearchHit>),
    Uses(Vec<UseRow>),
    Stale(Vec<StaleRow>),
    StalePages(Vec<StalePage>),
    Origin(Option<Box<PageRow>>),
    Context(Result<Arc<ContextView>, Unmade>),
    Made(Option<Arc<ContextView>>),
    Prompts(Arc<Vec<PromptView>>),
    Preview(Result<Arc<ContextView>, Unmade>),
}

/// All that was written and said on a page.
#[derive(Debug, Clone, Default)]
pub struct PageHistory {
    /// Revisions, oldest first.
    pub revisions: Vec<RevisionRow>,
    /// Feedback, oldest first.
    pub feedback: Vec<FeedbackRow>,
    /// Decisions, oldest first.
    pub decisions: Vec<DecisionRow>,
}

/// What of a book is in the trash.
#[derive(Debug, Clone, Default)]
pub struct Trash {
    /// Chapters.
    pub chapters: Vec<ChapterRow>,
    /// Pages whose chapter is not there with them.
    pub pages: Vec<PageRow>,
}

#[derive(Debug)]
struct Kept {
    answer: Answer,
    epoch: u64,
    wanted: u64,
}

/// The answers at hand.
#[derive(Debug, Default)]
pub struct Views {
    kept: HashMap<Ask, Kept>,
    asked: HashMap<Ask, u64>,
    /// What could not be read since the last change: it is not asked again before the next one.
    failed: HashSet<Ask>,
    epoch: u64,
    turn: u64,
}

impl Views {
    /// Something changed: every answer but a text's is old now.
    pub fn outdate(&mut self) {
        self.epoch += 1;
        self.failed.clear();
    }

    /// Notes what is wanted now, and returns what of it must be asked of the loader.
    pub fn want(&mut self, wanted: Vec<Ask>) -> Vec<(Ask, u64)> {
        self.turn += 1;
        let mut missing = Vec::new();
        for ask in wanted {
            if let Some(kept) = self.kept.get_mut(&ask) {
                kept.wanted = self.turn;
                if kept.epoch == self.epoch || matches!(ask, Ask::Text(_) | Ask::Draft(..) | Ask::Made(_)) {
                    continue;
                }
            }
            if self.asked.contains_key(&ask) || self.failed.contains(&ask) {
                continue;
            }
            self.asked.insert(ask.clone(), self.epoch);
            missing.push((ask, self.epoch));
        }
        missing
    }

    /// Takes an answer; `epoch` is the one it was asked in.
    pub fn take(&mut self, ask: Ask, epoch: u64, answer: Answer) {
        self.asked.remove(&ask);
        self.kept.insert(ask, Kept { answer, epoch, wanted: self.turn });
        if self.kept.len() > 2 * KEPT {
            let mut turns: Vec<u64> = self.kept.values().map(|k| k.wanted).collect();
            turns.sort_unstable();
            let oldest = turns[turns.len() - KEPT].min(self.turn);
            self.kept.retain(|_, k| k.wanted >= oldest);
        }
    }

    /// Gives up on an ask that failed; it is asked again after the next change.
    pub fn fail(&mut self, ask: &Ask, epoch: u64) {
        self.asked.remove(ask);
        if epoch == self.epoch {
            self.failed.insert(ask.clone());
        }
        if let Some(kept) = self.kept.get_mut(ask) {
            kept.epoch = epoch;
        }
    }

    /// Whether nothing that was asked is still to come.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.asked.is_empty()
    }

    fn get(&self, ask: &Ask) -> Option<&Answer> {
        self.kept.get(ask).map(|k| &k.answer)
    }

    /// The counts of the status line.
    #[must_use]
    pub fn totals(&self) -> Option<&Totals> {
        match self.get(&Ask::Totals)? {
            Answer::Totals(totals) => Some(totals),
            _ => None,
        }
    }

    /// All books, those in the trash too.
    #[must_use]
    pub fn books(&self) -> Option<&[BookRow]> {
        match self.get(&Ask::Books)? {
            Answer::Books(books) => Some(books),
            _ => None,
        }
    }

    /// A book.
    #[must_use]
    pub fn book(&self, id: &BookId) -> Option<&BookRow> {
        self.books()?.iter().find(|b| b.id == *id)
    }

    /// A book's chapters that are not in the trash.
    #[must_use]
    pub fn chapters(&self, book: &BookId) -> Option<&[ChapterRow]> {
        match self.get(&Ask::Chapters(book.clone()))? {
            Answer::Chapters(chapters) => Some(chapters),
            _ => None,
        }
    }

    /// A chapter of a book.
    #[must_use]
    pub fn chapter(&self, book: &BookId, id: &ChapterId) -> Option<&ChapterRow> {
        self.chapters(book)?.iter().find(|c| c.id == *id)
    }

    /// The `index`th page of a book, from 0, if its block is here.
    #[must_use]
    pub fn page_at(&self, book: &BookId, index: u32) -> Option<&PageRow> {
        match self.get(&Ask::Pages(book.clone(), index / BLOCK))? {
            Answer::Pages(pages) => pages.get((index % BLOCK) as usize),
            _ => None,
        }
    }

    /// Everything of a page; the inner none means that there is no such page.
    #[must_use]
    pub fn page(&self, id: &PageId) -> Option<&Arc<PageDetail>> {
        match self.get(&Ask::Page(id.clone()))? {
            Answer::Page(page) => page.as_ref(),
            _ => None,
        }
    }

    /// A page's revisions, feedback and decisions.
    #[must_use]
    pub fn history(&self, id: &PageId) -> Option<&Arc<PageHistory>> {
        match self.get(&Ask::History(id.clone()))? {
            Answer::History(history) => Some(history),
            _ => None,
        }
    }

    /// A text by its hash.
    #[must_use]
    pub fn text(&self, hash: &Hash) -> Option<&Arc<str>> {
        match self.get(&Ask::Text(hash.clone()))? {
            Answer::Text(text) => Some(text),
            _ => None,
        }
    }

    /// A block of the runs.
    #[must_use]
    pub fn runs(&self, block: u32) -> Option<&[RunRow]> {
        match self.get(&Ask::Runs(block))? {
            Answer::Runs(runs) => Some(runs),
            _ => None,
        }
    }

    /// A page's attempts.
    #[must_use]
    pub fn attempts(&self, page: &PageId) -> Option<&[AttemptRow]> {
        match self.get(&Ask::Attempts(page.clone()))? {
            Answer::Attempts(attempts) => Some(attempts),
            _ => None,
        }
    }

    /// What another process had written of an attempt at that second.
    #[must_use]
    pub fn draft(&self, attempt: &AttemptId, second: i64) -> Option<&Arc<str>> {
        match self.get(&Ask::Draft(attempt.clone(), second))? {
            Answer::Draft(text) => text.as_ref(),
            _ => None,
        }
    }

    /// What was spent, by model.
    #[must_use]
    pub fn spending(&self) -> Option<&[SpendRow]> {
        match self.get(&Ask::Spending)? {
            Answer::Spending(rows) => Some(rows),
            _ => None,
        }
    }

    /// What a search found.
    #[must_use]
    pub fn search(&self, book: Option<&BookId>, words: &str) -> Option<&[SearchHit]> {
        match self.get(&Ask::Search(book.cloned(), words.to_owned()))? {
            Answer::Search(hits) => Some(hits),
            _ => None,
        }
    }

    /// A chapter as one text.
    #[must_use]
    pub fn through(&self, chapter: &ChapterId) -> Option<&Arc<Vec<PageText>>> {
        match self.get(&Ask::Through(chapter.clone()))? {
            Answer::Through(passages) => Some(passages),
            _ => None,
        }
    }

    /// What of a book is in the trash.
    #[must_use]
    pub fn trash(&self, book: &BookId) -> Option<&Trash> {
        match self.get(&Ask::Trash(book.clone()))? {
            Answer::Trash(trash) => Some(trash),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_at_hand_or_on_its_way_is_not_asked_again() {
        let mut views = Views::default();
        assert_eq!(views.want(vec![Ask::Totals]), [(Ask::Totals, 0)]);
        assert!(views.want(vec![Ask::Totals]).is_empty(), "it is on its way");
        views.take(Ask::Totals, 0, Answer::Totals(Totals::default()));
        assert!(views.want(vec![Ask::Totals]).is_empty(), "it is here");
    }

    #[test]
    fn a_change_makes_answers_old_but_keeps_them_to_draw_from() {
        let mut views = Views::default();
        let text = Ask::Text(Hash::of(b"x"));
        views.want(vec![Ask::Totals, text.clone()]);
        views.take(Ask::Totals, 0, Answer::Totals(Totals::default()));
        views.take(text.clone(), 0, Answer::Text("x".into()));
        views.outdate();
        assert!(views.totals().is_some());
        assert_eq!(
            views.want(vec![Ask::Totals, text]),
            [(Ask::Totals, 1)],
            "a text by its hash never changes"
        );
    }

    #[test]
    fn what_could_not_be_read_is_asked_again_after_the_next_change_only() {
        let mut views = Views::default();
        views.want(vec![Ask::Totals]);
        views.fail(&Ask::Totals, 0);
        assert!(views.want(vec![Ask::Totals]).is_empty(), "asking again at once would never end");
        views.outdate();
        assert_eq!(views.want(vec![Ask::Totals]), [(Ask::Totals, 1)]);
    }

    #[test]
    fn an_answer_to_an_ask_from_before_a_change_is_asked_once_more() {
        let mut views = Views::default();
        views.want(vec![Ask::Totals]);
        views.outdate();
        views.take(Ask::Totals, 0, Answer::Totals(Totals::default()));
        assert_eq!(views.want(vec![Ask::Totals]), [(Ask::Totals, 1)]);
    }

    #[test]
    fn what_nobody_wants_any_more_is_let_go() {
        let mut views = Views::default();
        for n in 0..1000 {
            let ask = Ask::Pages(BookId::new("b"), n);
            views.want(vec![ask.clone(), Ask::Totals]);
            views.take(ask, 0, Answer::Pages(Vec::new()));
            views.take(Ask::Totals, 0, Answer::Totals(Totals::default()));
        }
        assert!(views.kept.len() <= 2 * KEPT && views.totals().is_some());
        assert!(
            views.page_at(&BookId::new("b"), 999 * BLOCK).is_none() && views.kept.contains_key(&Ask::Totals)
        );
    }
}
