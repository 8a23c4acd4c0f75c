//! What takes time and is done off the drawing thread: commands to the engine, files, settings. One after the
//! other, in the order the author gave them.

mod import;

use std::path::PathBuf;

use crossbeam_channel::Sender;
use tokio::runtime::Handle;

use crate::config::{Home, set_budget_per_day, set_theme};
use crate::domain::{BookId, ChapterId, Command, Money, Refusal, RevisionId};
use crate::engine::{Engine, EngineError, Offer};
use crate::files;
use crate::service::doctor::{Remake, examine};
use crate::service::files::{Target, free_name};
use crate::service::{self, Class, Problem, ServiceError};
use crate::store::{Answer, StoreError};
use crate::tools::canon_import::ImportPlan;

pub use crate::service::files::expanded;
pub use crate::service::start::{Source, Start};

/// Something to be done.
#[derive(Debug, Clone, PartialEq)]
pub enum Errand {
    /// A command to the engine.
    Command(Box<Command>),
    /// Several commands; the first that fails ends it.
    Commands(Vec<Command>),
    /// An agent's model in the configuration; none means every agent's.
    UseModel {
        /// The agent.
        agent: Option<String>,
        /// The model, `provider/model`.
        model: String,
    },
    /// The theme in the configuration.
    UseTheme(String),
    /// The budget of a day in the configuration.
    BudgetPerDay(Option<Money>),
    /// The approved pages of a chapter, into a Markdown file.
    Export(ChapterId),
    /// A workflow, begun.
    StartRun(Box<Start>),
    /// A text, into a file that is not there yet.
    WriteText {
        /// The file.
        path: String,
        /// The text.
        text: String,
    },
    /// What an import of canon from this file or folder would change.
    PlanImport(BookId, String),
    /// An agent's template, of a book or for all; it is checked first.
    PutPrompt {
        /// The book; none means all.
        book: Option<BookId>,
        /// The agent.
        agent: String,
        /// The template.
        text: String,
    },
    /// Back to the template below.
    DropPrompt {
        /// The book; none means all.
        book: Option<BookId>,
        /// The agent.
        agent: String,
    },
    /// The paths, versions and an integrity check.
    Doctor,
    /// What models are at hand.
    Detect,
}

/// What to do when it is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Then {
    /// Say this.
    Say(String),
    /// A decision was made: say this, and offer the next gate.
    Decided(String),
    /// Go to the page that was made.
    GoToPage,
    /// Go to the run that was begun.
    GoToRun,
    /// Go to the book that was made.
    GoToBook,
    /// Choose the chapter that was made.
    GoToChapter,
    /// Say this, and look at the canon entry.
    GoToEntry(String),
    /// Stay on the chapter that was moved.
    FollowChapter,
    /// Nothing; the screen shows it.
    Nothing,
}

/// An errand with what follows it, and the unsent text that it sends.
#[derive(Debug, Clone, PartialEq)]
pub struct Order {
    /// What is to be done.
    pub errand: Errand,
    /// What follows.
    pub then: Then,
    /// The draft that is no longer unsent once it is done.
    pub draft: Option<String>,
}

impl Order {
    /// A command, and what to say of it.
    #[must_use]
    pub fn command(command: Command, then: Then) -> Self {
        Self { errand: Errand::Command(Box::new(command)), then, draft: None }
    }
}

/// Why something was not done, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// A rule refused it and nothing changed; else it failed.
    pub refused: bool,
    /// What happened.
    pub message: String,
    /// What the author can do about it.
    pub hint: Option<String>,
}

impl Trouble {
    fn new(message: &impl ToString, hint: &str) -> Self {
        Self { refused: false, message: message.to_string(), hint: Some(hint.to_owned()) }
    }
}

impl From<EngineError> for Trouble {
    fn from(error: EngineError) -> Self {
        match error {
            EngineError::Store(error) => error.into(),
            error => Problem::from(error).into(),
        }
    }
}

impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Self {
        let hint = error.hint();
        let message = match error.refusal() {
            Some(Refusal::NotNewest { given, newest }) => {
                format!("{} is no longer the newest revision; {} is", in_words(given), in_words(newest))
            }
            Some(Refusal::AlreadyCurrent { revision }) => {
                format!("{} is the current revision already", in_words(revision))
            }
            _ => error.to_string(),
        };
        Self { refused: error.refusal().is_some(), message, hint }
    }
}

impl From<Problem> for Trouble {
    fn from(problem: Problem) -> Self {
        let refused = matches!(problem.class, Class::Refused | Class::Usage);
        Self { refused, message: problem.message, hint: problem.hint }
    }
}

impl From<ServiceError> for Trouble {
    fn from(error: ServiceError) -> Self {
        match error {
            ServiceError::Engine(error) => error.into(),
            ServiceError::InTheWay { .. } => {
                Self { refused: true, ..Self::new(&error, "name a file that does not exist yet") }
            }
            ServiceError::Unreadable { .. } => {
                Self { refused: true, ..Self::new(&error, "name a file of text, in UTF-8") }
            }
            error => Problem::from(error).into(),
        }
    }
}

/// A revision as the screens call it: `narration 2`.
#[must_use]
pub fn in_words(revision: &RevisionId) -> String {
    let mut parts = revision.as_str().rsplit('.');
    match (parts.next(), parts.next()) {
        (Some(number), Some(step)) => format!("{step} {number}"),
        _ => revision.to_string(),
    }
}

/// What came of an order.
#[derive(Debug)]
pub struct Returned {
    /// What follows.
    pub then: Then,
    /// The draft that was sent.
    pub draft: Option<String>,
    /// The answer.
    pub result: Result<Outcome, Trouble>,
}

/// The answer to an errand.
#[derive(Debug)]
pub enum Outcome {
    /// The engine's answer to the last command.
    Done(Box<Answer>),
    /// The configuration was changed.
    Configured,
    /// A file was written.
    Written(PathBuf),
    /// What an import of canon would change, not yet taken in.
    ImportPlan(BookId, PathBuf, ImportPlan),
    /// A report to be read.
    Report(Vec<String>),
    /// Models that could be used, and whether they are offered for the first time.
    Offers(Vec<Offer>, bool),
}

/// The thread that runs them. It ends when this is dropped and the last errand is done.
#[derive(Debug)]
pub struct Errands {
    orders: Sender<Order>,
}

impl Errands {
    /// Begins; `back` is called on the thread with what came of each. The runtime is for what asks the network.
    pub fn start(
        engine: Engine,
        runtime: Handle,
        back: impl Fn(Returned) + Send + 'static,
    ) -> std::io::Result<Self> {
        let (orders, todo) = crossbeam_channel::unbounded::<Order>();
        std::thread::Builder::new().name("errands".into()).spawn(move || {
            for order in todo {
                back(run(&engine, Some(&runtime), order));
            }
        })?;
        Ok(Self { orders })
    }

    /// Sends one. It is lost only where the thread is gone, which a panic of it reports.
    pub fn send(&self, order: Order) {
        let _ = self.orders.send(order);
    }
}

/// Runs one errand here and now.
#[must_use]
pub fn run(engine: &Engine, runtime: Option<&Handle>, order: Order) -> Returned {
    let Order { errand, then, draft } = order;
    Returned { then, draft, result: outcome(engine, runtime, errand) }
}

fn outcome(engine: &Engine, runtime: Option<&Handle>, errand: Errand) -> Result<Outcome, Trouble> {
    let configured = |result: Result<(), crate::config::ConfigError>| -> Result<Outcome, Trouble> {
        result.map_err(EngineError::from)?;
        engine.reload_config()?;
        Ok(Outcome::Configured)
    };
    match errand {
        Errand::Command(command) => Ok(Outcome::Done(Box::new(engine.submit(*command).wait()?))),
        Errand::Commands(commands) => {
            let answers = engine.submit_together(commands).wait()?;
            Ok(Outcome::Done(Box::new(answers.into_iter().next_back().unwrap_or_default())))
        }
        Errand::UseModel { agent, model } => {
            service::models::choose(engine.home(), agent.as_deref(), &model)?;
            configured(Ok(()))
        }
        Errand::UseTheme(theme) => configured(set_theme(engine.home(), &theme)),
        Errand::BudgetPerDay(budget) => configured(set_budget_per_day(engine.home(), budget)),
        Errand::Export(chapter) => export(engine, &chapter).map(Outcome::Written),
        Errand::StartRun(begun) => start(engine, *begun),
        Errand::WriteText { path, text } => write_text(&path, &text).map(Outcome::Written),
        Errand::PlanImport(book, path) => {
            let plan = import::plan_import(engine, &book, &path)?;
            Ok(Outcome::ImportPlan(book, PathBuf::from(path.trim()), plan))
        }
        Errand::PutPrompt { book, agent, text } => {
            let prompt = engine.checked_prompt(&agent, &format!("{agent}.prompty"), &text)?;
            engine.put_prompt(book.as_ref(), &prompt)?;
            Ok(Outcome::Done(Box::default()))
        }
        Errand::DropPrompt { book, agent } => {
            engine.drop_prompt(book.as_ref(), &agent)?;
            Ok(Outcome::Done(Box::default()))
        }
        Errand::Doctor => Ok(Outcome::Report(doctor(engine))),
        Errand::Detect => {
            let offers = runtime.map(|r| r.block_on(engine.detect())).unwrap_or_default();
            let first = !offers.is_empty() && is_first_offer(engine.home());
            Ok(Outcome::Offers(offers, first))
        }
    }
}

/// Whether nothing was configured or offered yet. It says so once.
fn is_first_offer(home: &Home) -> bool {
    let mark = home.state().join("offered");
    if home.config_file().exists() || mark.exists() {
        return false;
    }
    // Where the mark cannot be made, what was found is offered again the next time.
    let _ = files::replace(&mark, b"");
    true
}

/// Writes the approved pages of a chapter to a file of its name in the working folder, and never over another.
fn export(engine: &Engine, chapter: &ChapterId) -> Result<PathBuf, Trouble> {
    let target = Target::check(&free_name(chapter.as_str()), false)?;
    let exported = service::export::export(engine, chapter, false)?;
    Ok(target.write(exported.markdown.as_bytes())?)
}

/// Writes a text into a file that was named, and never over another.
fn write_text(path: &str, text: &str) -> Result<PathBuf, Trouble> {
    Ok(Target::check(&expanded(path), false)?.write(text.as_bytes())?)
}

/// Begins a run.
fn start(engine: &Engine, start: Start) -> Result<Outcome, Trouble> {
    let run = Some(service::start::start(engine, start)?);
    Ok(Outcome::Done(Box::new(Answer { run, ..Answer::default() })))
}

/// Tells what the doctor found, what is wrong first.
fn doctor(engine: &Engine) -> Vec<String> {
    let found = examine(engine.home(), engine.store().path(), Remake::No);
    let problem = found.problem.iter().flat_map(|p| [Some(p.message.clone()), p.hint.clone()]).flatten();
    let mut lines: Vec<String> = problem.collect();
    if !lines.is_empty() {
        lines.push(String::new());
    }
    lines.extend(found.text().lines().map(str::to_owned));
    lines
}
