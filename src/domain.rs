//! The words of the specification as types, and the rules that bind them.
//!
//! Everything here is pure: no IO, no clock, no chance, no async. What a rule needs from outside comes in
//! as [`Facts`]. A command is decided on a state ([`run::decide()`], [`book::decide()`]), the events that come of
//! it are applied ([`run::Run::apply`], [`book::Book::apply`]), and [`run::next_work()`] says what should run.
//!
//! Streams: `book`, `canon`, `prompt`, `run`. A state is loaded from its own stream's events only.

pub mod actor;
pub mod attention;
pub mod book;
pub mod budget;
pub mod canon;
pub mod command;
pub mod event;
pub mod facts;
pub mod failure;
pub mod front;
pub mod ids;
pub mod language;
pub mod manifest;
pub mod money;
pub mod page;
pub mod prompt;
pub mod proposal;
pub mod refusal;
pub mod run;
pub mod settings;
pub mod spending;
pub mod text;
pub mod time;
pub mod workflow;

pub use actor::Actor;
pub use attention::{Attention, Choice, Reason};
pub use budget::{Budget, BudgetOf, Room};
pub use command::{Command, ImportedChapter, Request};
pub use event::{Event, Recorded, StreamId};
pub use facts::Facts;
pub use failure::AttemptFailure;
pub use front::FrontMatter;
pub use ids::{BookId, ChapterId, CommandId, EntryId, PageId, ProposalId, RevisionId, RunId, StepName};
pub use manifest::Manifest;
pub use money::Money;
pub use proposal::Proposal;
pub use refusal::Refusal;
pub use settings::BookSettings;
pub use spending::Spending;
pub use text::{Hash, Text};
pub use time::Time;
pub use workflow::Workflow;

/// What a decision yields: the events, in order, and the texts that they name by hash.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Decided<E> {
    /// Events to append to the stream.
    pub events: Vec<E>,
    /// Full texts that the events name; each is stored once by its hash.
    pub texts: Vec<(Hash, String)>,
}
