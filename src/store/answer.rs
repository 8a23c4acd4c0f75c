//! What a command gives back, once its transaction is on disk.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use serde::{Deserialize, Serialize};
use tokio::sync::oneshot;

use super::StoreError;
use crate::domain::{Attention, BookId, ChapterId, EntryId, PageId, Recorded, Refusal, RevisionId, RunId};

/// The answer to a command that was carried out.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// The events that came of it, of every stream that it touched.
    #[serde(skip)]
    pub events: Arc<[Recorded]>,
    /// The book it was about or made.
    pub book: Option<BookId>,
    /// The chapter it was about or made.
    pub chapter: Option<ChapterId>,
    /// The page it was about or made.
    pub page: Option<PageId>,
    /// The run it was about or made.
    pub run: Option<RunId>,
    /// The canon entry it was about or made.
    pub entry: Option<EntryId>,
    /// The revision that it made, or else decided on.
    pub revision: Option<RevisionId>,
    /// The page's public state after it.
    pub state: Option<String>,
    /// Why the page waits for its author after it.
    pub attention: Option<Attention>,
    /// The command was given before: this is its first answer.
    #[serde(skip)]
    pub repeated: bool,
}

/// What a listener is told after a commit.
#[derive(Debug, Clone)]
pub struct Committed {
    /// The events, in the journal's order.
    pub events: Arc<[Recorded]>,
    /// The journal's number of the last of them.
    pub last: i64,
}

/// An answer that is on its way: await it, or [`wait`](Self::wait) for it on a thread of one's own.
#[derive(Debug)]
#[must_use = "a reply tells whether the command was carried out"]
pub struct Reply(pub(super) oneshot::Receiver<Result<Answer, StoreError>>);

impl Reply {
    /// Refuses a command before it reaches the store.
    pub fn refused(refusal: Refusal) -> Self {
        Self(refused(refusal))
    }

    /// Blocks until the answer is there. Not for use within an async task.
    pub fn wait(self) -> Result<Answer, StoreError> {
        self.0.blocking_recv().unwrap_or(Err(StoreError::Closed))
    }
}

/// The answers to commands that were given together, in their order: all of them were carried out, or none.
#[derive(Debug)]
pub struct Replies(pub(super) oneshot::Receiver<Result<Vec<Answer>, StoreError>>);

impl Replies {
    /// Refuses commands before they reach the store.
    #[must_use]
    pub fn refused(refusal: Refusal) -> Self {
        Self(refused(refusal))
    }

    /// Blocks until the answers are there. Not for use within an async task.
    pub fn wait(self) -> Result<Vec<Answer>, StoreError> {
        self.0.blocking_recv().unwrap_or(Err(StoreError::Closed))
    }
}

fn refused<T>(refusal: Refusal) -> oneshot::Receiver<Result<T, StoreError>> {
    let (answer, reply) = oneshot::channel();
    // The other end is held: it is delivered.
    let _ = answer.send(Err(refusal.into()));
    reply
}

impl Future for Reply {
    type Output = Result<Answer, StoreError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.0).poll(context).map(|answer| answer.unwrap_or(Err(StoreError::Closed)))
    }
}
