//! A store in a folder of its own, and the few commands that most tests give.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use tempfile::TempDir;

use crate::domain::book::BookCommand;
use crate::domain::ids::AttemptId;
use crate::domain::run::{RunCommand, Usage};
use crate::domain::{
    Actor, BookId, BookSettings, ChapterId, Command, CommandId, Money, PageId, Request, RunId, StepName, Time,
};
use crate::store::{Answer, Clock, Policy, Reader, Store, StoreError, StoreOptions};

/// A home with a database, and a clock that goes on by a millisecond each time it is read.
pub struct Home {
    pub folder: TempDir,
    time: Arc<AtomicI64>,
}

impl Home {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), time: Arc::new(AtomicI64::new(1_795_182_497_000)) }
    }

    pub fn path(&self) -> PathBuf {
        self.folder.path().join("galley.db")
    }

    pub fn options(&self) -> StoreOptions {
        StoreOptions { clock: self.clock(), ..StoreOptions::at(self.path()) }
    }

    pub fn clock(&self) -> Clock {
        let time = self.time.clone();
        Clock::from_fn(move || Time(time.fetch_add(1, Ordering::Relaxed)))
    }

    pub fn pass(&self, ms: i64) {
        self.time.fetch_add(ms, Ordering::Relaxed);
    }

    pub fn open(&self) -> Store {
        Store::open(&self.options()).unwrap()
    }

    /// A store without advisory steps, with a book and a chapter.
    pub fn with_chapter(&self) -> (Store, BookId, ChapterId) {
        let store = self.open();
        store.configure(Policy { advisory: false, ..Policy::default() });
        let book = new_book(&store, "The Winter Harbour");
        let chapter = new_chapter(&store, &book, "Ice");
        (store, book, chapter)
    }
}

pub fn request(command: Command) -> Request {
    Request { id: None, actor: Actor::Author("ada".into()), command }
}

pub fn named(id: &str, command: Command) -> Request {
    Request { id: Some(CommandId::new(id)), ..request(command) }
}

pub fn give(store: &Store, command: Command) -> Result<Answer, StoreError> {
    store.submit(request(command)).wait()
}

pub fn new_book(store: &Store, title: &str) -> BookId {
    let command = Command::NewBook { title: title.into(), settings: BookSettings::default() };
    give(store, command).unwrap().book.unwrap()
}

pub fn of_book(store: &Store, book: &BookId, command: BookCommand) -> Result<Answer, StoreError> {
    give(store, Command::Book { book: book.clone(), command })
}

pub fn new_chapter(store: &Store, book: &BookId, title: &str) -> ChapterId {
    let command = BookCommand::AddChapter { title: title.into(), position: None };
    of_book(store, book, command).unwrap().chapter.unwrap()
}

pub fn page_command(chapter: &ChapterId, beat: &str) -> Command {
    let beat = (!beat.is_empty()).then(|| beat.to_owned());
    Command::NewPage { chapter: chapter.clone(), title: String::new(), beat, position: None }
}

pub fn new_page(store: &Store, chapter: &ChapterId, beat: &str) -> PageId {
    give(store, page_command(chapter, beat)).unwrap().page.unwrap()
}

pub fn of_page(store: &Store, page: &PageId, command: RunCommand) -> Result<Answer, StoreError> {
    give(store, Command::Page { page: page.clone(), command })
}

pub fn approve(store: &Store, page: &PageId) -> Answer {
    of_page(store, page, RunCommand::Approve { step: None, revision: None }).unwrap()
}

pub fn usage() -> Usage {
    Usage { input_tokens: 100, output_tokens: 40, estimated: false, duration_ms: 12 }
}

pub fn start_command(run: &RunId, step: &str, attempt: &AttemptId, reserved: Option<Money>) -> Command {
    let command = RunCommand::Start {
        attempt: attempt.clone(),
        step: StepName::new(step),
        model: "offline/author".into(),
        request: format!("write {step}: {}", "the whole prompt ".repeat(400)),
        reserved,
        given: None,
    };
    Command::Run { run: run.clone(), command }
}

/// Starts what is due of a page and returns the attempt.
pub fn start(store: &Store, reader: &Reader, page: &PageId) -> AttemptId {
    let due = reader.work_due(Time(i64::MAX), 100).unwrap();
    let work = due.into_iter().find(|w| w.page.as_ref() == Some(page) && !w.advisory).unwrap();
    give(store, start_command(&work.run, work.step.as_str(), &work.attempt, Some(Money(500)))).unwrap();
    work.attempt
}

pub fn deliver(store: &Store, page: &PageId, attempt: &AttemptId, text: &str) -> Answer {
    let command = RunCommand::Deliver {
        attempt: attempt.clone(),
        text: text.into(),
        usage: usage(),
        cost: Some(Money(200)),
        noted: None,
    };
    of_page(store, page, command).unwrap()
}

/// Takes a page from its beat to approved.
pub fn finish(store: &Store, reader: &Reader, page: &PageId, narration: &str, dialogue: &str) {
    for text in [narration, dialogue] {
        let attempt = start(store, reader, page);
        deliver(store, page, &attempt, text);
        approve(store, page);
    }
}
