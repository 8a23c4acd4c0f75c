//! SQLite: the journal, the blobs and the projections. The only room with SQL.
//!
//! Three kinds of table (design §2). Truth: `streams`, `events` and `blobs`, only ever added to. Projections:
//! what readers read, written in the transaction of the events and remade from them by [`rebuild`].
//! Volatile: partial drafts and the pages whose search entry is behind.
//!
//! One thread writes: [`Store::submit`] queues a command, and all that wait share a transaction. A command
//! is decided before anything is written, so that a refusal has nothing to take back. Answers and listeners
//! follow the commit.

mod answer;
mod error;
pub mod failpoint;
mod lock;
mod options;
mod reader;
pub mod rows;
mod watch;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};

use crossbeam_channel::Sender;
use tokio::sync::oneshot;

pub use answer::{Answer, Committed, Reply};
pub use error::StoreError;
pub use lock::Lock;
pub use options::{Clock, Policy, StoreOptions};
pub use reader::Reader;
pub use watch::{Watch, watch};

use crate::domain::Request;
use crate::domain::ids::AttemptId;
use writer::Message;

type Listener = Box<dyn Fn(&Committed) + Send + Sync>;

/// The store. Clones share it.
#[derive(Clone)]
pub struct Store {
    shared: Arc<Shared>,
}

/// What the faces and the writer share.
struct Shared {
    path: PathBuf,
    queue: Sender<Message>,
    listeners: Arc<std::sync::RwLock<Vec<Listener>>>,
    counters: Arc<Counters>,
    thread: std::sync::Mutex<Option<std::thread::JoinHandle<()>>>,
}

/// Numbers that the writer keeps for others to see.
#[derive(Debug, Default)]
struct Counters {
    /// Durable commits.
    commits: AtomicU64,
    /// The journal's last number that was seen here.
    seen: AtomicI64,
    /// Another process committed since it was last asked.
    elsewhere: AtomicBool,
}

impl Store {
    /// Opens a store: makes folders and file where allowed, refuses a newer schema, backs up before it migrates.
    pub fn open(options: &StoreOptions) -> Result<Self, StoreError> {
        let _ = options;
        Err(StoreError::Closed)
    }

    /// Queues a command; it is carried out as a whole, or refused as a whole.
    pub fn submit(&self, request: Request) -> Reply {
        self.submit_many(vec![request]).pop().expect("a request has a reply")
    }

    /// Queues commands together, so that they share a commit; each is answered by itself.
    pub fn submit_many(&self, requests: Vec<Request>) -> Vec<Reply> {
        let (asked, replies) = requests
            .into_iter()
            .map(|request| {
                let (answer, reply) = oneshot::channel();
                ((request, answer), Reply(reply))
            })
            .unzip();
        // A writer that is gone drops the senders, and the replies say that the store is closed.
        let _ = self.shared.queue.send(Message::Requests(asked));
        replies
    }

    /// Tells a listener of every commit made here. It runs on the writer's thread and must not block.
    pub fn subscribe(&self, listener: impl Fn(&Committed) + Send + Sync + 'static) {
        if let Ok(mut listeners) = self.shared.listeners.write() {
            listeners.push(Box::new(listener));
        }
    }

    /// Opens a read-only connection.
    pub fn reader(&self) -> Result<Reader, StoreError> {
        Err(StoreError::Closed)
    }

    /// Keeps what is being written, for all attempts together; a draft goes with the end of its attempt.
    pub fn save_drafts(&self, drafts: Vec<(AttemptId, String)>) {
        let _ = self.shared.queue.send(Message::Drafts(drafts));
    }

    /// Returns the database file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.shared.path
    }

    /// Sets what decisions need to know from the configuration, from the next command on.
    pub fn configure(&self, policy: Policy) {
        let _ = self.shared.queue.send(Message::Configure(policy));
    }

    /// Tells whether another process has added to the journal since this was last asked.
    pub fn changes_elsewhere(&self) -> Result<bool, StoreError> {
        Err(StoreError::Closed)
    }

    /// Returns how many durable commits were made here.
    #[must_use]
    pub fn commits(&self) -> u64 {
        self.shared.counters.commits.load(Ordering::Relaxed)
    }

    /// Carries out what is queued, then ends the writer. Replies asked for later say that the store is closed.
    pub fn close(self) {
        let _ = self.shared.queue.send(Message::Close);
        let thread = self.shared.thread.lock().ok().and_then(|mut t| t.take());
        if let Some(thread) = thread {
            let _ = thread.join();
        }
    }
}
