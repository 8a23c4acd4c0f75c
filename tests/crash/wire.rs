//! What parent and child say to each other: a JSON line each.

use std::sync::Arc;

use galley::domain::book::BookCommand;
use galley::domain::ids::CommandId;
use galley::domain::run::{RunCommand, Subject};
use galley::domain::workflow::Parameters;
use galley::domain::{
    Actor, BookId, BookSettings, ChapterId, Command, Event, Hash, PageId, Request, RevisionId, RunId,
    StepName, Workflow,
};
use serde::{Deserialize, Serialize};

/// The owner name of everything the parent decides.
pub const AUTHOR: &str = "parent";

/// A command under its own name.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Sent {
    pub id: String,
    pub order: Order,
}

/// What is asked.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Order {
    Book { title: String },
    Chapter { book: BookId, title: String },
    NewPage { chapter: ChapterId, beat: Option<String> },
    Trash { book: BookId, page: PageId },
    BringBack { book: BookId, page: PageId },
    Page { page: PageId, what: What },
    Start { workflow: Kind, book: Option<BookId>, text: Option<String>, parameters: Parameters },
    Run { run: RunId, what: What },
}

/// What a run beside the pages is.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub enum Kind {
    /// The shipped review and polish loop.
    Story,
    /// The shipped check and writing of a book.
    Publish,
    /// A workflow of the author's own.
    Own,
}

impl Kind {
    fn workflow(self) -> Workflow {
        let shipped = |id| Workflow::shipped(id).expect("it is shipped");
        match self {
            Self::Story => shipped("story"),
            Self::Publish => shipped("publish"),
            Self::Own => {
                let schema = |name: &str| {
                    let file = format!("{}/assets/schemas/{name}.json", env!("CARGO_MANIFEST_DIR"));
                    serde_json::from_str(&std::fs::read_to_string(file).ok()?).ok()
                };
                Workflow::parse("own.toml", include_str!("own.toml"), schema).expect("it can be used")
            }
        }
    }
}

/// What is asked of a page.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum What {
    Beat(String),
    Approve(Option<RevisionId>),
    Revise(Option<RevisionId>, Option<String>),
    Edit(StepName, String),
    Write(String),
    Restore(RevisionId),
    Skip,
    Aside(bool),
    Retry,
    Cancel,
    Limit(u32),
    Undo,
    Redo,
    Stop,
    Override(String),
    Set(String, serde_json::Value),
}

impl Sent {
    pub fn request(&self) -> Request {
        Request {
            id: Some(CommandId::new(self.id.as_str())),
            actor: Actor::Author(AUTHOR.into()),
            command: self.order.command(),
        }
    }
}

impl Order {
    fn command(&self) -> Command {
        match self.clone() {
            Self::Book { title } => Command::NewBook { title, settings: BookSettings::default() },
            Self::Chapter { book, title } => {
                Command::Book { book, command: BookCommand::AddChapter { title, position: None } }
            }
            Self::NewPage { chapter, beat } => {
                Command::NewPage { chapter, title: String::new(), beat, position: None }
            }
            Self::Trash { book, page } => Command::Book { book, command: BookCommand::TrashPage { page } },
            Self::BringBack { book, page } => {
                Command::Book { book, command: BookCommand::BringBackPage { page } }
            }
            Self::Page { page, what } => Command::Page { page, command: what.command() },
            Self::Start { workflow, book, text, parameters } => Command::StartRun {
                id: None,
                workflow: Arc::new(workflow.workflow()),
                subject: Subject { book, ..Subject::default() },
                title: "A text".into(),
                text,
                parameters,
                models: std::collections::BTreeMap::new(),
            },
            Self::Run { run, what } => Command::Run { run, command: what.command() },
        }
    }
}

impl What {
    pub fn command(self) -> RunCommand {
        let step = None;
        match self {
            Self::Beat(text) => RunCommand::SetBeat { text },
            Self::Approve(revision) => RunCommand::Approve { step, revision },
            Self::Revise(revision, feedback) => {
                RunCommand::Revise { step, revision, feedback, passages: Vec::new() }
            }
            Self::Edit(step, text) => RunCommand::Edit { step: Some(step), revision: None, text },
            Self::Write(text) => {
                RunCommand::Write { step, revision: None, text, model: "manual".into(), tokens: 0 }
            }
            Self::Restore(revision) => RunCommand::Restore { revision },
            Self::Skip => RunCommand::Skip { step },
            Self::Aside(aside) => RunCommand::SetAside { step, aside },
            Self::Retry => RunCommand::Retry { step },
            Self::Cancel => RunCommand::Cancel { step },
            Self::Limit(limit) => RunCommand::SetLimit { limit },
            Self::Undo => RunCommand::Undo { step },
            Self::Redo => RunCommand::Redo,
            Self::Stop => RunCommand::Stop,
            Self::Override(reason) => RunCommand::Override { step, revision: None, reason },
            Self::Set(name, value) => RunCommand::SetParameter { name, value },
        }
    }
}

/// What the child says.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Said {
    /// The database is open and the conductor started.
    Ready,
    /// These commands were handed to the store.
    Taken(Vec<String>),
    /// A command was carried out, with these events.
    Answered { id: String, repeated: bool, events: Vec<Mark> },
    /// A command was refused.
    Refused { id: String, kind: String },
    /// A command met an error of the store.
    Failed { id: String, error: String },
    /// The conductor has something to say, which here is always trouble.
    Notice(String),
    /// A thread panicked.
    Panicked(String),
}

/// An event by its place and content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    pub stream: String,
    pub seq: u64,
    pub hash: Hash,
}

impl Mark {
    pub fn of(stream: &impl ToString, seq: u64, event: &Event) -> Self {
        let json = serde_json::to_string(event).expect("an event is plain data");
        Self { stream: stream.to_string(), seq, hash: Hash::of(json.as_bytes()) }
    }
}
