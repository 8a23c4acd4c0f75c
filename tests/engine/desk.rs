//! A home of its own for a test: an engine, its runtime, and the server that its agents call.

use std::time::{Duration, Instant};

use galley::config::Home;
use galley::domain::book::BookCommand;
use galley::domain::run::RunCommand;
use galley::domain::{BookSettings, ChapterId, Command, PageId, StepName};
use galley::engine::{Conductor, Engine, OpenOptions};
use galley::store::rows::{AttemptRow, PageRow};
use galley::store::{Answer, Reader, StoreError};

use crate::model_server::{ModelServer, Reply, Seen};

/// Nothing that is waited for takes longer, however busy the machine.
pub const DEADLINE: Duration = Duration::from_mins(1);

/// What an agent asked: each agent calls a model of its own name.
pub struct Asked {
    pub agent: String,
    /// All that it was told.
    pub prompt: String,
}

impl Asked {
    pub fn of(seen: &Seen) -> Self {
        let messages = seen.body["messages"].as_array().cloned().unwrap_or_default();
        let text = |m: &serde_json::Value| match &m["content"] {
            serde_json::Value::Array(parts) => parts.iter().filter_map(|p| p["text"].as_str()).collect(),
            content => content.as_str().unwrap_or_default().to_owned(),
        };
        let prompt = messages.iter().map(text).collect::<Vec<String>>().join("\n");
        Self { agent: seen.body["model"].as_str().unwrap_or_default().to_owned(), prompt }
    }

    pub fn says(&self, words: &str) -> bool {
        self.prompt.contains(words)
    }
}

pub struct Desk {
    pub engine: Engine,
    pub server: ModelServer,
    pub runtime: tokio::runtime::Runtime,
    pub chapter: ChapterId,
    home: tempfile::TempDir,
}

/// Settings without which tests would wait, or see calls of the reviewer that they are not about.
pub const QUIET: &str =
    "[agents.reviewer]\nmodel = \"test/reviewer\"\nenabled = false\n[limits]\nbackoff_ms = 1\n";

impl Desk {
    /// A desk whose models answer so, without a reviewer and without waits between attempts.
    pub fn new(answer: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> Self {
        Self::with(QUIET, answer)
    }

    /// The same with other settings beside the models of narrator and dialogue.
    pub fn with(settings: &str, answer: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> Self {
        let server = ModelServer::answering(move |_, seen| answer(&Asked::of(seen)));
        let home = tempfile::tempdir().unwrap();
        configure(home.path(), &server, settings);
        let engine = open(home.path());
        let command = Command::NewBook { title: "Harbour".into(), settings: BookSettings::default() };
        let book = engine.submit(command).wait().unwrap().book.unwrap();
        let command = BookCommand::AddChapter { title: "One".into(), position: None };
        let chapter = engine.submit(Command::Book { book, command }).wait().unwrap().chapter.unwrap();
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        Self { engine, server, runtime: runtime.unwrap(), chapter, home }
    }

    /// Changes the settings.
    pub fn configure(&self, settings: &str) {
        configure(self.home.path(), &self.server, settings);
        self.engine.reload_config().unwrap();
    }

    /// The folder of everything, for a process of its own.
    pub fn home_folder(&self) -> &std::path::Path {
        self.home.path()
    }

    pub fn home(&self) -> Home {
        Home::at(self.home.path())
    }

    /// Another engine on the same database, as a second process would have.
    pub fn second(&self) -> Engine {
        open(self.home.path())
    }

    pub fn conduct(&self) -> Conductor {
        self.engine.start(self.runtime.handle())
    }

    pub fn reader(&self) -> Reader {
        self.engine.store().reader().unwrap()
    }

    /// Starts a page.
    pub fn page(&self, beat: &str) -> PageId {
        let command = Command::NewPage {
            chapter: self.chapter.clone(),
            title: String::new(),
            beat: Some(beat.into()),
            position: None,
        };
        self.engine.submit(command).wait().unwrap().page.unwrap()
    }

    pub fn give(&self, page: &PageId, command: RunCommand) -> Answer {
        self.try_give(page, command).unwrap()
    }

    pub fn try_give(&self, page: &PageId, command: RunCommand) -> Result<Answer, StoreError> {
        self.engine.submit(Command::Page { page: page.clone(), command }).wait()
    }

    pub fn approve(&self, page: &PageId) -> Answer {
        self.give(page, RunCommand::Approve { step: None, revision: None })
    }

    pub fn row(&self, page: &PageId) -> PageRow {
        self.reader().page(page).unwrap().unwrap()
    }

    /// The attempts of a page, oldest first.
    pub fn attempts(&self, page: &PageId) -> Vec<AttemptRow> {
        let mut attempts = self.reader().attempts(page).unwrap();
        attempts.sort_by_key(|a| (a.started_at, a.id.clone()));
        attempts
    }

    /// The text at the page's gate, or approved.
    pub fn narration(&self, page: &PageId) -> String {
        self.reader().page_detail(page).unwrap().unwrap().narration.unwrap().text
    }

    /// Waits until something holds of what is stored.
    pub fn until(&self, what: &str, holds: impl Fn(&Reader) -> bool) {
        let reader = self.reader();
        wait(what, || holds(&reader));
    }

    /// Waits until a page is in a state.
    pub fn reaches(&self, page: &PageId, state: &str) {
        self.until(state, |r| r.page(page).unwrap().unwrap().state == state);
    }
}

/// Waits until something holds.
pub fn wait(what: &str, holds: impl Fn() -> bool) {
    let began = Instant::now();
    while !holds() {
        assert!(began.elapsed() < DEADLINE, "it did not come about: {what}");
        std::thread::sleep(Duration::from_millis(2));
    }
}

pub fn step(name: &str) -> StepName {
    StepName::new(name)
}

fn open(home: &std::path::Path) -> Engine {
    Engine::open(Home::at(home), &OpenOptions { db: None, create: true }).unwrap()
}

fn configure(home: &std::path::Path, server: &ModelServer, settings: &str) {
    let agents =
        "[agents.narrator]\nmodel = \"test/narrator\"\n[agents.dialogue]\nmodel = \"test/dialogue\"\n";
    let file = Home::at(home).config_file();
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    let provider = format!("[providers.test]\nbase_url = \"{}\"\n", server.url_v1());
    std::fs::write(file, format!("{agents}{provider}{settings}")).unwrap();
}
