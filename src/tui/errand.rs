//! What takes time and is done off the drawing thread: commands to the engine, files, settings. One after the
//! other, in the order the author gave them.

use std::path::PathBuf;
use std::sync::Arc;

use crossbeam_channel::Sender;

use super::port::{Done, Port, Trouble};
use crate::domain::{ChapterId, Command, Money};

/// Something to be done.
#[derive(Debug, Clone, PartialEq)]
pub enum Errand {
    /// A command to the engine.
    Command(Command),
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
    /// Go to the book that was made.
    GoToBook,
    /// Choose the chapter that was made.
    GoToChapter,
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
        Self { errand: Errand::Command(command), then, draft: None }
    }
}

/// What came of an order.
#[derive(Debug)]
pub struct Returned {
    /// The order, without its texts.
    pub then: Then,
    /// Its draft.
    pub draft: Option<String>,
    /// The answer.
    pub result: Result<Outcome, Trouble>,
}

/// The answer to an errand.
#[derive(Debug)]
pub enum Outcome {
    /// The engine's answer.
    Done(Done),
    /// The configuration was changed.
    Configured,
    /// A file was written.
    Written(PathBuf),
    /// Lines to be read.
    Lines(Vec<String>),
}

/// The thread that runs them. It ends when this is dropped and the last errand is done.
#[derive(Debug)]
pub struct Errands {
    orders: Sender<Order>,
}

impl Errands {
    /// Begins; `back` is called on the thread with what came of each.
    pub fn start(port: Arc<dyn Port>, back: impl Fn(Returned) + Send + 'static) -> std::io::Result<Self> {
        let (orders, todo) = crossbeam_channel::unbounded::<Order>();
        std::thread::Builder::new().name("errands".into()).spawn(move || {
            for Order { errand, then, draft } in todo {
                let result = run(&*port, errand);
                back(Returned { then, draft, result });
            }
        })?;
        Ok(Self { orders })
    }

    /// Sends one. It is lost only where the thread is gone, which a panic of it reports.
    pub fn send(&self, order: Order) {
        let _ = self.orders.send(order);
    }
}

fn run(port: &dyn Port, errand: Errand) -> Result<Outcome, Trouble> {
    match errand {
        Errand::Command(command) => port.submit(command).map(Outcome::Done),
        Errand::Commands(commands) => {
            let mut all = Done::default();
            for command in commands {
                all.events.extend(port.submit(command)?.events);
            }
            Ok(Outcome::Done(all))
        }
        Errand::UseModel { agent, model } => port.use_model(agent.as_deref(), &model).map(|()| Outcome::Configured),
        Errand::UseTheme(theme) => port.use_theme(&theme).map(|()| Outcome::Configured),
        Errand::BudgetPerDay(budget) => port.budget_per_day(budget).map(|()| Outcome::Configured),
        Errand::Export(chapter) => port.export(&chapter).map(Outcome::Written),
        Errand::Doctor => port.doctor().map(Outcome::Lines),
        Errand::Detect => port.detect().map(Outcome::Lines),
    }
}
