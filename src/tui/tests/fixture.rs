//! A small book with a page in every state, made by commands as any face would give them.

use crate::config::Home;
use crate::domain::book::BookCommand;
use crate::domain::canon::{CanonCommand, EntryChange};
use crate::domain::ids::AttemptId;
use crate::domain::run::{Given, RunCommand, Usage};
use crate::domain::workflow::Parameters;
use crate::domain::{
    Actor, AttemptFailure, BookId, BookSettings, ChapterId, Command, Money, PageId, Request, RunId, StepName,
};
use crate::engine::{About, Engine, OpenOptions};
use crate::store::rows::{EntryRow, WorkRow};
use crate::store::{Answer, StoreError};
use crate::tui::errand::{Errand, Order, Outcome, Then, run};

pub const NARRATION: &str = "The harbour lay under ice from wall to wall. Mara put down her bag and looked for the light.\n\nIt was out. She had never seen the point without it, and for a moment she thought she had come to the wrong town.";
pub const COLDER: &str = "The harbour lay under ice from wall to wall. The cold had a grip like a hand. Mara put down her bag and looked for the light.\n\nIt was out. For a moment she thought she had come to the wrong town.";
pub const DIALOGUE: &str = "[1] \"Who is there?\"\n\"Only me,\" said the dark.";

/// An engine on a home of its own.
pub struct Fixture {
    pub engine: Engine,
    pub folder: tempfile::TempDir,
}

impl Fixture {
    pub fn empty() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let options = OpenOptions { db: None, create: true };
        Self { engine: Engine::open(Home::at(folder.path()), &options).unwrap(), folder }
    }

    /// Pages by state: approved, dialogue at its gate, narration at its gate after feedback, without a beat; in the
    /// second chapter one that failed and one that is being written; and one in the trash.
    pub fn book() -> (Self, BookId) {
        let fixture = Self::empty();
        let settings = BookSettings { style_notes: "Short sentences.".into(), ..BookSettings::default() };
        let book =
            fixture.give(Command::NewBook { title: "The Winter Harbour".into(), settings }).book.unwrap();
        let ice = fixture.chapter(&book, "Ice");
        let night = fixture.chapter(&book, "The Long Night");

        let first = fixture.page(&ice, "The dark lamp", "Mara comes home and finds the light out.");
        fixture.deliver(&first, "narration", NARRATION);
        fixture.run(&first, RunCommand::Approve { step: None, revision: None });
        fixture.deliver(&first, "dialogue", DIALOGUE);
        fixture.run(&first, RunCommand::Approve { step: None, revision: None });

        let second = fixture.page(&ice, "", "She asks the keeper's son who put it out, and he will not say.");
        fixture.deliver(&second, "narration", NARRATION);
        fixture.run(&second, RunCommand::Approve { step: None, revision: None });
        fixture.deliver(&second, "dialogue", DIALOGUE);

        let third = fixture.page(&ice, "Lanterns", "The town walks out onto the ice with lanterns.");
        fixture.deliver(&third, "narration", NARRATION);
        let feedback = Some("More of the cold.".to_owned());
        fixture
            .run(&third, RunCommand::Revise { step: None, revision: None, feedback, passages: Vec::new() });
        fixture.deliver(&third, "narration", COLDER);
        fixture.deliver(&third, "narration_review", "- **Rhythm**: three sentences begin alike.");

        fixture.page(&ice, "", "");
        let failed = fixture.page(&night, "", "A boat comes in with nobody in it.");
        fixture.fail(&failed, "the key was refused (401)");
        fixture.page(&night, "", "They take turns at the bell.");
        let gone = fixture.page(&night, "A dream", "");
        fixture.give(Command::Book { book: book.clone(), command: BookCommand::TrashPage { page: gone } });
        (fixture, book)
    }

    pub fn give(&self, command: Command) -> Answer {
        self.engine.submit(command).wait().unwrap()
    }

    pub fn chapter(&self, book: &BookId, title: &str) -> ChapterId {
        let command = BookCommand::AddChapter { title: title.into(), position: None };
        self.give(Command::Book { book: book.clone(), command }).chapter.unwrap()
    }

    pub fn page(&self, chapter: &ChapterId, title: &str, beat: &str) -> PageId {
        let beat = Some(beat.to_owned()).filter(|b| !b.is_empty());
        self.give(Command::NewPage { chapter: chapter.clone(), title: title.into(), beat, position: None })
            .page
            .unwrap()
    }

    pub fn run(&self, page: &PageId, command: RunCommand) -> Answer {
        self.give(Command::Page { page: page.clone(), command })
    }

    /// Delivers a text as the conductor would.
    pub fn deliver(&self, page: &PageId, step: &str, text: &str) {
        let work = self.begin(page, step);
        let usage = Usage { input_tokens: 400, output_tokens: 120, estimated: false, duration_ms: 2300 };
        let command = RunCommand::Deliver {
            attempt: work.attempt.clone(),
            text: text.into(),
            usage,
            cost: Some(Money(4_200_000)),
            noted: None,
        };
        self.conduct(&work, command).unwrap();
    }

    /// Takes canon in from files, as the studio does.
    pub fn import(&self, book: &BookId, files: &[(&str, &str)]) {
        let folder = self.folder.path().join("canon");
        std::fs::create_dir_all(&folder).unwrap();
        for (name, text) in files {
            std::fs::write(folder.join(name), text).unwrap();
        }
        let errand = Errand::PlanImport(book.clone(), folder.display().to_string());
        let order = Order { errand, then: Then::Nothing, draft: None };
        let Ok(Outcome::ImportPlan(book, _, plan)) = run(&self.engine, None, order).result else {
            panic!("the files are not taken in")
        };
        self.give(Command::Canon { book, command: plan.command(|_| false) });
    }

    /// Gives an entry another text.
    pub fn change_entry(&self, entry: &EntryRow, text: &str) {
        let change = EntryChange { text: Some(text.into()), ..EntryChange::default() };
        let command = CanonCommand::Change { entry: entry.id.clone(), change };
        self.give(Command::Canon { book: entry.book.clone(), command });
    }

    /// Waits until a search in the canon finds something.
    pub fn until_named(&self, book: &BookId, words: &str) {
        let reader = self.engine.store().reader().unwrap();
        let end = std::time::Instant::now() + std::time::Duration::from_secs(20);
        while reader.search_canon(book, words, 1).unwrap().is_empty() {
            assert!(std::time::Instant::now() < end, "{words} is never found");
            std::thread::yield_now();
        }
    }

    /// Waits until a search finds something: its index follows the texts.
    pub fn until_found(&self, words: &str) {
        let reader = self.engine.store().reader().unwrap();
        let end = std::time::Instant::now() + std::time::Duration::from_secs(20);
        while reader.search(words, None, 1).unwrap().is_empty() {
            assert!(std::time::Instant::now() < end, "{words} is never found");
            std::thread::yield_now();
        }
    }

    /// Begins the attempt that is due.
    pub fn begin(&self, page: &PageId, step: &str) -> WorkRow {
        let reader = self.engine.store().reader().unwrap();
        let later = crate::domain::Time(i64::MAX / 2);
        let work = reader
            .work_due(later, 100)
            .unwrap()
            .into_iter()
            .find(|w| w.page.as_ref() == Some(page) && w.step.as_str() == step);
        let work = work.unwrap_or_else(|| panic!("{step} of {page} is not due"));
        let made = self.engine.context(page, Some(&StepName::new(step))).unwrap();
        let given =
            Given { manifest: made.manifest.to_json(), template: made.template, estimate: made.estimate };
        let command = RunCommand::Start {
            attempt: work.attempt.clone(),
            step: StepName::new(step),
            model: "offline/rehearsal".into(),
            request: serde_json::to_string(&made.request).unwrap(),
            reserved: Some(Money::ZERO),
            given: Some(Box::new(given)),
        };
        self.conduct(&work, command).unwrap();
        work
    }

    fn fail(&self, page: &PageId, message: &str) {
        let work = self.begin(page, "narration");
        let failure = AttemptFailure {
            kind: "refused_key".into(),
            message: message.into(),
            transient: false,
            retry_after_ms: None,
        };
        let command = RunCommand::Fail {
            attempt: AttemptId::new(work.attempt.as_str()),
            failure,
            partial: Some("A boat came in on the".into()),
            usage: Usage { input_tokens: 400, output_tokens: 7, estimated: true, duration_ms: 800 },
            cost: None,
        };
        self.conduct(&work, command).unwrap();
    }

    /// Starts a workflow about something.
    pub fn start(&self, workflow: &str, about: About, parameters: serde_json::Value) -> RunId {
        let workflow = self.engine.workflow(workflow).unwrap();
        let given: Parameters = serde_json::from_value(parameters).unwrap();
        self.engine.start_run(workflow, about, given).unwrap().wait().unwrap().run.unwrap()
    }

    /// Gives a command to a run.
    pub fn say(&self, run: &RunId, command: RunCommand) -> Answer {
        self.give(Command::Run { run: run.clone(), command })
    }

    /// Begins the attempt of a run's step that is due.
    pub fn begin_of(&self, run: &RunId, step: &str) -> WorkRow {
        let reader = self.engine.store().reader().unwrap();
        let later = crate::domain::Time(i64::MAX / 2);
        let due = reader.work_due(later, 100).unwrap();
        let work = due.into_iter().find(|w| w.run == *run && w.step.as_str() == step);
        let work = work.unwrap_or_else(|| panic!("{step} of {run} is not due"));
        let command = RunCommand::Start {
            attempt: work.attempt.clone(),
            step: StepName::new(step),
            model: "offline/rehearsal".into(),
            request: "{}".into(),
            reserved: Some(Money::ZERO),
            given: None,
        };
        self.conduct(&work, command).unwrap();
        work
    }

    /// Delivers a result of a run's step as the conductor would.
    pub fn deliver_of(&self, run: &RunId, step: &str, text: &str) {
        let work = self.begin_of(run, step);
        let usage = Usage { input_tokens: 900, output_tokens: 220, estimated: false, duration_ms: 4100 };
        let attempt = work.attempt.clone();
        let command =
            RunCommand::Deliver { attempt, text: text.into(), usage, cost: Some(Money::ZERO), noted: None };
        self.conduct(&work, command).unwrap();
    }

    /// Lets an attempt of a run's step fail for good.
    pub fn fail_of(&self, run: &RunId, step: &str, message: &str) {
        let work = self.begin_of(run, step);
        let failure = AttemptFailure {
            kind: "refused_key".into(),
            message: message.into(),
            transient: false,
            retry_after_ms: None,
        };
        let command = RunCommand::Fail {
            attempt: work.attempt.clone(),
            failure,
            partial: Some("{\"quality_score\": 8".into()),
            usage: Usage { input_tokens: 900, output_tokens: 7, estimated: true, duration_ms: 800 },
            cost: None,
        };
        self.conduct(&work, command).unwrap();
    }

    fn conduct(&self, work: &WorkRow, command: RunCommand) -> Result<Answer, StoreError> {
        let command = Command::Run { run: work.run.clone(), command };
        self.engine.store().submit(Request { id: None, actor: Actor::Conductor, command }).wait()
    }
}
