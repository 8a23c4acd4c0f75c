//! Reads from the store, off the drawing thread: what a screen wants comes back as an answer.

use std::collections::VecDeque;
use std::sync::Arc;

use crossbeam_channel::{Receiver, Sender};

use super::views::{Answer, Ask, BLOCK, PageHistory, Trash, Waiting};
use crate::domain::{BookId, Time};
use crate::store::{Reader, StoreError};

/// Hits of one search.
const HITS: u32 = 200;

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
        reader: Reader,
        now: impl Fn() -> Time + Send + 'static,
        back: impl Fn(Loaded) + Send + 'static,
    ) -> std::io::Result<Self> {
        let (asks, todo) = crossbeam_channel::unbounded();
        std::thread::Builder::new()
            .name("loader".into())
            .spawn(move || serve(&reader, &now, &todo, &back))?;
        Ok(Self { asks })
    }

    /// Asks for something.
    pub fn ask(&self, ask: Ask, epoch: u64) {
        let _ = self.asks.send((ask, epoch));
    }
}

/// The newest ask is served first: the author looks there now.
fn serve(reader: &Reader, now: &impl Fn() -> Time, todo: &Receiver<(Ask, u64)>, back: &impl Fn(Loaded)) {
    let mut waiting = VecDeque::new();
    while let Ok(first) = todo.recv() {
        waiting.push_back(first);
        loop {
            let newer: Vec<_> = todo.try_iter().collect();
            for ask in newer.into_iter().rev() {
                waiting.push_front(ask);
            }
            let Some((ask, epoch)) = waiting.pop_front() else { break };
            let answer = answer(reader, &ask, now());
            back(Loaded { ask, epoch, answer });
        }
    }
}

/// Answers one ask. `now` says which day is today.
pub fn answer(reader: &Reader, ask: &Ask, now: Time) -> Result<Answer, StoreError> {
    Ok(match ask {
        Ask::Totals => Answer::Totals(reader.totals(now)?),
        Ask::Books => Answer::Books(reader.books(true)?),
        Ask::Chapters(book) => Answer::Chapters(reader.chapters(book, false)?),
        Ask::Pages(book, block) => Answer::Pages(reader.pages_window(book, block * BLOCK, BLOCK)?),
        Ask::Waiting(blocks) => Answer::Waiting(waiting(reader, blocks * BLOCK)?),
        Ask::Page(page) => Answer::Page(reader.page_detail(page)?.map(Arc::new)),
        Ask::History(page) => Answer::History(Arc::new(PageHistory {
            revisions: reader.revisions(page)?,
            feedback: reader.feedback(page)?,
            decisions: reader.decisions(page)?,
        })),
        Ask::Text(hash) => Answer::Text(reader.text(hash)?.unwrap_or_default().into()),
        Ask::Runs(block) => Answer::Runs(reader.runs(BLOCK, block * BLOCK)?),
        Ask::Attempts(page) => Answer::Attempts(reader.attempts(page)?),
        Ask::Draft(attempt, _) => Answer::Draft(reader.draft(attempt)?.map(Into::into)),
        Ask::Spending => Answer::Spending(reader.spend_by_model()?),
        Ask::Search(book, words) => Answer::Search(reader.search(words, book.as_ref(), HITS)?),
        Ask::Through(chapter) => Answer::Through(Arc::new(reader.chapter_texts(chapter, false)?)),
        Ask::Trash(book) => Answer::Trash(trash(reader, book)?),
    })
}

/// Gates first, those set aside after the pages that need their author.
fn waiting(reader: &Reader, limit: u32) -> Result<Vec<Waiting>, StoreError> {
    let (aside, open): (Vec<_>, Vec<_>) =
        reader.gates(limit, true)?.into_iter().partition(|g| g.page.set_aside);
    let mut rows: Vec<Waiting> = open.into_iter().map(Waiting::Gate).collect();
    let mut chapters = Vec::new();
    for page in reader.attention(limit)? {
        if !chapters.iter().any(|(id, _)| *id == page.chapter) {
            let title = reader.chapter(&page.chapter)?.map(|c| c.title).unwrap_or_default();
            chapters.push((page.chapter.clone(), title));
        }
        let title = chapters.iter().find(|(id, _)| *id == page.chapter).map(|(_, t)| t.clone());
        rows.push(Waiting::Attention { page, chapter_title: title.unwrap_or_default() });
    }
    rows.extend(aside.into_iter().map(Waiting::Gate));
    Ok(rows)
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
