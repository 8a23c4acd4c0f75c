//! What readers get: plain rows, ready to be shown.

mod knowledge;
mod manuscript;
mod runs;

use serde::Serialize;

pub use knowledge::{EarlierPage, EntryHit, EntryRow, PromptRow, ProposalRow, StaleRow, UseRow};
pub use manuscript::{ChapterTexts, LineageRow, WholePage};
pub use runs::{OwnRunRow, RunDetail, RunGateRow};

use crate::domain::run::{AttemptId, DecisionId, FeedbackId, Lock, Passage, Quoted};
use crate::domain::{
    Attention, BookId, BookSettings, ChapterId, Hash, Money, PageId, RevisionId, RunId, Spending, StepName,
    Time,
};

/// A book, for the library.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BookRow {
    /// Its id.
    pub id: BookId,
    /// Its title.
    pub title: String,
    /// Its settings.
    pub settings: BookSettings,
    /// Chapters that are not in the trash.
    pub chapters: u32,
    /// Pages that are not in the trash.
    pub pages: u32,
    /// Approved ones of them.
    pub approved: u32,
    /// Pages at an open gate.
    pub reviewing: u32,
    /// Pages in need of the author.
    pub waiting: u32,
    /// Pages being generated.
    pub generating: u32,
    /// Words of the approved and current texts.
    pub words: u64,
    /// What it cost so far.
    pub spent: Spending,
    /// It is in the trash.
    pub trashed: bool,
    /// When it was made.
    pub created_at: Time,
    /// When it was last touched.
    pub updated_at: Time,
    /// Who made it.
    pub owner: String,
}

/// A chapter with its progress (`v_chapter_progress`).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ChapterRow {
    /// Its id.
    pub id: ChapterId,
    /// Its book.
    pub book: BookId,
    /// Its place among the chapters that are not in the trash, from 1; 0 when trashed.
    pub number: u32,
    /// Its title.
    pub title: String,
    /// Pages that are not in the trash.
    pub pages: u32,
    /// Approved ones of them.
    pub approved: u32,
    /// Pages at an open gate.
    pub reviewing: u32,
    /// Pages in need of the author.
    pub waiting: u32,
    /// Pages being generated.
    pub generating: u32,
    /// Words of its pages' current texts.
    pub words: u64,
    /// What was spent in it so far: on its pages, and on reviews of it.
    pub spent: Spending,
    /// It is in the trash.
    pub trashed: bool,
    /// Who made it.
    pub owner: String,
}

/// A page in a list (`v_page_status_summary`).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PageRow {
    /// Its id.
    pub id: PageId,
    /// The chapter it stands in.
    pub chapter: ChapterId,
    /// Its book.
    pub book: BookId,
    /// Its run.
    pub run: RunId,
    /// Its place among the pages of the chapter that are not in the trash, from 1; 0 when trashed.
    pub number: u32,
    /// Its title; empty when it has none.
    pub title: String,
    /// The beat, cut at 120 characters with an ellipsis where it is longer.
    pub beat: String,
    /// Its public state, such as `generating_narration`.
    pub state: String,
    /// Why it waits for the author, and what can be done.
    pub attention: Option<Attention>,
    /// Its gate was set aside.
    pub set_aside: bool,
    /// Revision requests made.
    pub revision_requests: u32,
    /// Revision requests allowed.
    pub revision_limit: u32,
    /// Words of its current text.
    pub words: u32,
    /// What it cost so far.
    pub spent: Spending,
    /// It, its chapter or its book is in the trash.
    pub trashed: bool,
    /// When it last changed.
    pub updated_at: Time,
    /// Parts that its current revisions read and that are other versions by now, without what is still fine.
    pub stale: u32,
    /// Who made it.
    pub owner: String,
}

/// An open gate, for the inbox.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct GateRow {
    /// The page.
    pub page: PageRow,
    /// The page's chapter title.
    pub chapter_title: String,
    /// The page's book title.
    pub book_title: String,
    /// The step.
    pub step: StepName,
    /// The revision to decide on.
    pub revision: RevisionId,
    /// Its number.
    pub number: u32,
    /// Since when it waits.
    pub opened_at: Time,
}

/// A step of a run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StepRow {
    /// Its name.
    pub step: StepName,
    /// Its phase: `waiting`, `queued`, `working`, `gate`, `approved`, `skipped`, `needs_author`.
    pub phase: String,
    /// Runs beside a gate.
    pub advisory: bool,
    /// How often it was asked.
    pub iteration: u32,
    /// When the next attempt is due, where it is queued.
    pub due: Option<Time>,
    /// The attempt under way.
    pub attempt: Option<AttemptId>,
    /// The revision its gate is open on, or that settled it.
    pub revision: Option<RevisionId>,
    /// The model chosen for this page.
    pub model: Option<String>,
}

/// A revision.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RevisionRow {
    /// Its id.
    pub id: RevisionId,
    /// Its step.
    pub step: StepName,
    /// Its number within the step.
    pub number: u32,
    /// `agent`, `hand`, `edit`, `restore`, `merge` or `import`.
    pub origin: String,
    /// The revision that was edited or restored, or of which refused changes were kept.
    pub parent: Option<RevisionId>,
    /// The revision that changes were taken from: the other parent of a merge.
    pub other: Option<RevisionId>,
    /// Who made it: the agent's name or the author's.
    pub author: String,
    /// The model, or `manual`.
    pub model: String,
    /// Tokens of the answer.
    pub tokens: u64,
    /// What it cost; none when unknown.
    pub cost: Option<Money>,
    /// Words.
    pub words: u32,
    /// Names its text.
    pub hash: Hash,
    /// It arrived after its attempt was cancelled.
    pub late: bool,
    /// When it was made.
    pub created_at: Time,
}

/// A piece of feedback.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FeedbackRow {
    /// Its id.
    pub id: FeedbackId,
    /// The revision it speaks of.
    pub revision_id: RevisionId,
    /// Its step.
    pub step: StepName,
    /// The words.
    pub text: String,
    /// The passage they are about, and what stands there; none is all of it.
    pub quoted: Option<Quoted>,
    /// Its request was undone.
    pub withdrawn: bool,
    /// When it was given.
    pub created_at: Time,
}

/// A decision.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DecisionRow {
    /// Its id.
    pub id: DecisionId,
    /// The step.
    pub step: StepName,
    /// What was said.
    pub kind: String,
    /// The revision it spoke of or made.
    pub revision: Option<RevisionId>,
    /// By whom.
    pub by: String,
    /// It was undone.
    pub undone: bool,
    /// When.
    pub at: Time,
    /// The reason of an override or a waiver.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The finding that is waived.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub finding: Option<String>,
}

/// One call of an agent.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AttemptRow {
    /// Its key.
    pub id: AttemptId,
    /// Its run.
    pub run: RunId,
    /// The page; none for a run about another text.
    pub page: Option<PageId>,
    /// Its step.
    pub step: StepName,
    /// The iteration.
    pub iteration: u32,
    /// Its number within the iteration.
    pub number: u32,
    /// The model.
    pub model: String,
    /// `running`, `delivered`, `failed` or `cancelled`.
    pub status: String,
    /// The kind of failure, or the reason of the cancellation.
    pub outcome: Option<String>,
    /// The error in words.
    pub error: Option<String>,
    /// Tokens of the prompt.
    pub input_tokens: u64,
    /// Tokens of the answer.
    pub output_tokens: u64,
    /// The tokens are an estimate.
    pub estimated: bool,
    /// What it cost; none when unknown or not yet known.
    pub cost: Option<Money>,
    /// What was reserved for it.
    pub reserved: Option<Money>,
    /// When it began.
    pub started_at: Time,
    /// How long it took.
    pub duration_ms: Option<u64>,
    /// Names the request as it was sent.
    pub request: Hash,
    /// Names the manifest of what it was given; none from before manifests were kept.
    pub manifest: Option<Hash>,
    /// Names the template that its messages were rendered from.
    pub template: Option<Hash>,
    /// Names what had been written when it was cut off.
    pub partial: Option<Hash>,
}

/// Everything the desk shows of a page.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PageDetail {
    /// The page.
    pub page: PageRow,
    /// The chapter's title.
    pub chapter_title: String,
    /// The book's title.
    pub book_title: String,
    /// The full beat.
    pub beat: Option<String>,
    /// Its steps.
    pub steps: Vec<StepRow>,
    /// The narration at its gate or approved.
    pub narration: Option<RevisionText>,
    /// The dialogue at its gate or approved.
    pub dialogue: Option<RevisionText>,
    /// Feedback, oldest first.
    pub feedback: Vec<FeedbackRow>,
    /// Passages that nobody changes, oldest first.
    pub locks: Vec<Lock>,
    /// Remarks on the current revisions.
    pub remarks: Vec<RemarkRow>,
    /// What the author's edits taught and is not decided on yet, oldest first.
    pub proposals: Vec<ProposalRow>,
    /// The last attempts, newest first, at most 20.
    pub attempts: Vec<AttemptRow>,
    /// There is a decision to undo.
    pub can_undo: bool,
    /// There is a decision to redo.
    pub can_redo: bool,
}

/// A revision with its text and the one before it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RevisionText {
    /// The revision.
    pub revision: RevisionRow,
    /// Its text.
    pub text: String,
    /// The text of the step's previous revision by number.
    pub previous: Option<String>,
    /// That revision.
    pub previous_id: Option<RevisionId>,
    /// What it was asked to change alone, where it was.
    pub asked: Option<Asked>,
}

/// The passages that an agent was asked to change, and nothing else.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Asked {
    /// The revision they are of.
    pub base: RevisionId,
    /// Its text.
    pub text: String,
    /// The passages.
    pub passages: Vec<Passage>,
}

/// An advisory agent's remarks.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RemarkRow {
    /// The revision they speak of.
    pub revision: RevisionId,
    /// The advisory step.
    pub step: StepName,
    /// The model.
    pub model: String,
    /// The remarks.
    pub text: String,
    /// When.
    pub at: Time,
}

/// A run in the list of runs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RunRow {
    /// Its id.
    pub id: RunId,
    /// The workflow and its version: `page v1`.
    pub workflow: String,
    /// Its page.
    pub page: PageRow,
    /// The page's chapter title.
    pub chapter_title: String,
    /// Attempts made.
    pub attempts: u32,
    /// Attempts that failed.
    pub failures: u32,
    /// What it cost.
    pub spent: Spending,
}

/// A queued attempt with the run it belongs to.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WorkRow {
    /// Its run.
    pub run: RunId,
    /// The page; none for a run about another text.
    pub page: Option<PageId>,
    /// The book; none for a text of no book.
    pub book: Option<BookId>,
    /// The step.
    pub step: StepName,
    /// The attempt it will be.
    pub attempt: AttemptId,
    /// Runs beside a gate.
    pub advisory: bool,
    /// When it is due.
    pub due: Time,
}

/// What was spent, by one grouping.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SpendRow {
    /// The day, model, book or chapter.
    pub group: String,
    /// What was spent.
    #[serde(flatten)]
    pub spent: Spending,
}

/// A hit of the search over titles, beats and texts.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SearchHit {
    /// The page.
    pub page: PageRow,
    /// A stretch of text around the hit, the hit between `\u{2}` and `\u{3}`.
    pub excerpt: String,
}

/// Counts for the status line.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Totals {
    /// Open gates that are not set aside.
    pub inbox: u32,
    /// Gates that are set aside.
    pub set_aside: u32,
    /// Pages in need of the author for another reason than a missing beat.
    pub attention: u32,
    /// Pages being generated.
    pub generating: u32,
    /// Spent on all books.
    pub spent: Spending,
    /// Spent today (UTC).
    pub spent_today: Spending,
    /// The first damage of the database that was met, and when: `galley doctor` is needed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub damage: Option<String>,
}

/// A page's composed text (design §2).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PageText {
    /// The page.
    pub page: PageId,
    /// The chapter it stands in.
    pub chapter: ChapterId,
    /// Its place in the chapter, from 1.
    pub number: u32,
    /// Its title; empty when it has none.
    pub title: String,
    /// Its public state.
    pub state: String,
    /// The narration with the dialogue placed.
    pub text: String,
    /// The revisions that the text is made of.
    pub revisions: Vec<RevisionId>,
}
