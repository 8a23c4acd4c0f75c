//! Reads from the store, off the drawing thread: what a screen wants comes back as an answer.

mod templates;

use std::collections::VecDeque;
use std::sync::Arc;

use crossbeam_channel::{Receiver, Sender};

use super::views::{Answer, Ask, BLOCK, CanonView, ContextView, PageHistory, RunView, Trash, Unmade};
use crate::agents::cleaning::without_thoughts;
use crate::context;
use crate::domain::{BookId, PageId, RevisionId, RunId, Time};
use crate::engine::{Engine, EngineError, publish};
use crate::service::{self, story};
use crate::store::{Reader, StoreError};

/// Hits of one search.
const HITS: u32 = 200;
/// Pages that are listed for one canon entry, and stale ones.
const PAGES: u32 = 200;

/// What came of an ask.
#[derive(Debug)]
pub struct Loaded {
    /// What was asked.
    pub ask: Ask,
    /// The change it was asked after.
    pub epoch: u64,
    /// The answer.
    pub answer: Result<Answer, StoreError>,
}

/// The thread that reads. It ends when this is dropped.
#[derive(Debug)]
pub struct Loader {
    asks: Sender<(Ask, u64)>,
}

impl Loader {
    /// Begins; `back` is called on the thread with each answer.
    pub fn start(
        engine: Engine,
        reader: Reader,
        now: impl Fn() -> Time + Send + 'static,
        back: impl Fn(Loaded) + Send + 'static,
    ) -> std::io::Result<Self> {
        let (asks, todo) = crossbeam_channel::unbounded();
        std::thread::Builder::new()
            .name("loader".into())
            .spawn(move || serve(&engine, reader, &now, &todo, &back))?;
        Ok(Self { asks })
    }

    /// Asks for something.
    pub fn ask(&self, ask: Ask, epoch: u64) {
        let _ = self.asks.send((ask, epoch));
    }
}

/// The newest ask is served first: the author looks there now.
fn serve(
    engine: &Engine,
    mut reader: Reader,
    now: &impl Fn() -> Time,
    todo: &Receiver<(Ask, u64)>,
    back: &impl Fn(Loaded),
) {
    let mut waiting = VecDeque::new();
    while let Ok(first) = todo.recv() {
        waiting.push_back(first);
        loop {
            let newer: Vec<_> = todo.try_iter().collect();
            for ask in newer.into_iter().rev() {
                waiting.push_front(ask);
            }
            let Some((ask, epoch)) = waiting.pop_front() else { break };
            reader.thaw();
            let answer = answer(engine, &reader, &ask, now());
            if let Err(error) = &answer {
                engine.store().note_damage(error);
            }
            back(Loaded { ask, epoch, answer });
        }
    }
}

/// Answers one ask. `now` says which day is today; the engine is asked only for what it would give an agent.
pub fn answer(engine: &Engine, reader: &Reader, ask: &Ask, now: Time) -> Result<Answer, StoreError> {
    Ok(match ask {
        Ask::Totals => Answer::Totals(reader.totals(now)?),
        Ask::Books => Answer::Books(reader.books(true)?),
        Ask::Chapters(book) => Answer::Chapters(reader.chapters(book, false)?),
        Ask::Pages(book, block) => Answer::Pages(reader.pages_window(book, block * BLOCK, BLOCK)?),
        Ask::Waiting(blocks) => Answer::Waiting(service::inbox::waiting(reader, blocks * BLOCK)?),
        Ask::Page(page) => Answer::Page(reader.page_detail(page)?.map(Arc::new)),
        Ask::History(page) => Answer::History(Arc::new(PageHistory {
            revisions: reader.revisions(page)?,
            feedback: reader.feedback(page)?,
            decisions: reader.decisions(page)?,
        })),
        Ask::Text(hash) => Answer::Text(reader.text(hash)?.unwrap_or_default().into()),
        Ask::Runs(block) => Answer::Runs(reader.runs(BLOCK, block * BLOCK)?),
        Ask::OwnRuns(blocks) => Answer::OwnRuns(reader.own_runs(blocks * BLOCK, 0)?),
        Ask::Run(run) => Answer::Run(run_view(engine, reader, run)?.map(Arc::new)),
        Ask::PageText(page) => Answer::PageText(reader.page_text(page)?.map(Into::into)),
        Ask::Plan(order) => Answer::Plan(plan(engine, order)?),
        Ask::Workflows => Answer::Workflows(Arc::new(engine.workflows())),
        Ask::Attempts(page) => Answer::Attempts(reader.attempts(page)?),
        Ask::Draft(attempt, _) => {
            Answer::Draft(reader.draft(attempt)?.map(|draft| without_thoughts(&draft).into()))
        }
        Ask::Spending => Answer::Spending(reader.spend_by_model()?),
        Ask::Search(book, words) => Answer::Search(reader.search(words, book.as_ref(), HITS)?),
        Ask::Through(chapter) => Answer::Through(Arc::new(reader.chapter_texts(chapter, false)?)),
        Ask::Trash(book) => Answer::Trash(trash(reader, book)?),
        Ask::Canon(book) => Answer::Canon(Arc::new(CanonView {
            entries: reader.entries(book)?,
            removed: reader.removed_entries(book)?,
        })),
        Ask::CanonSearch(book, words) => Answer::CanonSearch(reader.search_canon(book, words, HITS)?),
        Ask::Versions(entry) => Answer::Versions(Arc::new(reader.entry_versions(entry)?)),
        Ask::Mentions(entry) => Answer::Mentions(reader.mentions(entry, PAGES)?),
        Ask::Uses(entry) => Answer::Uses(reader.entry_uses(entry, PAGES)?),
        Ask::Stale(page) => Answer::Stale(reader.stale(page)?),
        Ask::StalePages(book) => Answer::StalePages(service::stale::pages(reader, Some(book))?),
        Ask::Origin(revision) => {
            let page = reader.page_of_revision(revision)?.map(|page| reader.page(&page)).transpose()?;
            Answer::Origin(page.flatten().map(Box::new))
        }
        Ask::Context(page) => Answer::Context(context_now(engine, page)?),
        Ask::Prompts(book) => Answer::Prompts(Arc::new(templates::all(engine, reader, book.as_ref())?)),
        Ask::Preview(page, agent, source) => {
            Answer::Preview(templates::preview(engine, page.as_ref(), agent, source)?)
        }
        Ask::Made(revision) => Answer::Made(made_from(reader, revision)?.map(Arc::new)),
    })
}

fn context_now(engine: &Engine, page: &PageId) -> Result<Result<Arc<ContextView>, Unmade>, StoreError> {
    match engine.context(page, None) {
        Ok(made) => Ok(Ok(Arc::new(ContextView {
            manifest: made.manifest,
            messages: made.request.messages,
            sent: None,
        }))),
        Err(EngineError::Store(error)) if error.refusal().is_none() => Err(error),
        Err(error) => Ok(Err(Unmade { message: error.to_string(), hint: error.hint() })),
    }
}

fn plan(engine: &Engine, order: &publish::Order) -> Result<Result<Arc<publish::Report>, Unmade>, StoreError> {
    match publish::plan(engine.store(), order) {
        Ok(report) => Ok(Ok(Arc::new(report))),
        Err(EngineError::Store(error)) if error.refusal().is_none() => Err(error),
        Err(error) => Ok(Err(Unmade { message: error.to_string(), hint: error.hint() })),
    }
}

/// What is kept of what a revision was made from. One by hand has nothing, nor has one from before it was kept.
fn made_from(reader: &Reader, revision: &RevisionId) -> Result<Option<ContextView>, StoreError> {
    let Some(id) = reader.attempt_of(revision)? else { return Ok(None) };
    let (Some(attempt), Some(manifest)) = (reader.attempt(&id)?, reader.manifest(&id)?) else {
        return Ok(None);
    };
    let sent = match context::sent(reader, &attempt) {
        Ok(sent) => sent,
        Err(context::ContextError::Store(error)) => return Err(error),
        Err(_) => return Ok(None),
    };
    Ok(Some(ContextView { manifest, messages: sent.messages, sent: Some(attempt.started_at) }))
}

fn run_view(engine: &Engine, reader: &Reader, run: &RunId) -> Result<Option<RunView>, StoreError> {
    let (Some(detail), Some(state)) = (reader.run_detail(run)?, reader.run_state(run)?) else {
        return Ok(None);
    };
    let published = service::published::published(engine, &state)?.told();
    if state.versions.is_empty() {
        return Ok(Some(RunView { detail, state, result: None, published }));
    }
    let result = match story::result(engine, run) {
        Ok(result) => Some(result),
        Err(EngineError::Store(error)) => return Err(error),
        Err(_) => None,
    };
    Ok(Some(RunView { detail, state, result, published }))
}

fn trash(reader: &Reader, book: &BookId) -> Result<Trash, StoreError> {
    let mut trash = Trash::default();
    for chapter in reader.chapters(book, true)? {
        if chapter.trashed {
            trash.chapters.push(chapter);
        } else {
            trash.pages.extend(reader.pages(&chapter.id, true)?.into_iter().filter(|p| p.trashed));
        }
    }
    Ok(trash)
}
