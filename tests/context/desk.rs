//! An engine in a home of its own, with the few commands that the tests give.

use galley::config::Home;
use galley::domain::book::BookCommand;
use galley::domain::canon::{CanonCommand, EntryChange, EntryContent, EntryKind, EntryMode, EntryPut};
use galley::domain::run::RunCommand;
use galley::domain::{BookId, BookSettings, ChapterId, Command, EntryId, PageId};
use galley::engine::{Engine, OpenOptions};
use galley::store::{Answer, Reader, StoreError};
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};

/// The desk.
pub struct Desk {
    pub engine: Engine,
    pub book: BookId,
    runtime: Runtime,
    _home: TempDir,
}

impl Desk {
    pub fn new(config: &str, settings: BookSettings) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::at(folder.path());
        std::fs::create_dir_all(home.config_file().parent().unwrap()).unwrap();
        std::fs::write(home.config_file(), format!("{config}\n[offline]\nwords_per_second = 0\n")).unwrap();
        let engine = Engine::open(home, &OpenOptions { db: None, create: true }).unwrap();
        let new = Command::NewBook { title: "Winter".into(), settings };
        let book = engine.submit(new).wait().unwrap().book.unwrap();
        let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        Self { engine, book, runtime, _home: folder }
    }

    pub fn reader(&self) -> Reader {
        self.engine.store().reader().unwrap()
    }

    pub fn give(&self, command: Command) -> Result<Answer, StoreError> {
        self.engine.submit(command).wait()
    }

    pub fn chapter(&self, title: &str) -> ChapterId {
        let command = BookCommand::AddChapter { title: title.into(), position: None };
        self.give(Command::Book { book: self.book.clone(), command }).unwrap().chapter.unwrap()
    }

    /// Makes a page and lets its narrator write.
    pub fn page(&self, chapter: &ChapterId, beat: &str) -> PageId {
        let (chapter, beat) = (chapter.clone(), Some(beat.to_owned()));
        let made = self.give(Command::NewPage { chapter, title: String::new(), beat, position: None });
        let page = made.unwrap().page.unwrap();
        self.work();
        page
    }

    pub fn on(&self, page: &PageId, command: RunCommand) -> Result<Answer, StoreError> {
        self.give(Command::Page { page: page.clone(), command })
    }

    /// Approves narration and dialogue.
    pub fn approve(&self, page: &PageId) {
        for _ in 0..2 {
            self.on(page, RunCommand::Approve { step: None, revision: None }).unwrap();
            self.work();
        }
    }

    pub fn entry(&self, kind: EntryKind, name: &str, mode: EntryMode, text: &str) -> EntryId {
        let content =
            EntryContent { kind, name: name.into(), mode, text: text.into(), ..EntryContent::default() };
        let command = CanonCommand::Put(EntryPut { content, ..EntryPut::default() });
        self.give(Command::Canon { book: self.book.clone(), command }).unwrap().entry.unwrap()
    }

    pub fn change(&self, entry: &EntryId, text: &str) {
        let change = EntryChange { text: Some(text.into()), ..EntryChange::default() };
        self.canon(CanonCommand::Change { entry: entry.clone(), change }).unwrap();
    }

    pub fn canon(&self, command: CanonCommand) -> Result<Answer, StoreError> {
        self.give(Command::Canon { book: self.book.clone(), command })
    }

    pub fn work(&self) {
        self.runtime.block_on(self.engine.work()).unwrap();
    }
}
