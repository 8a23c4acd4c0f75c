//! `SQLite`: the journal, the blobs and the projections. The only room with SQL.
//!
//! Three kinds of table (design §2). Truth: `streams`, `events` and `blobs`, only ever added to. Projections:
//! what readers read, written in the transaction of the events and remade from them by [`rebuild()`].
//! Volatile: partial drafts and the pages whose search entry is behind.
//!
//! One thread writes: [`Store::submit`] queues a command, and all that wait share a transaction. A command
//! is decided before anything is written, so that a refusal has nothing to take back. Answers and listeners
//! follow the commit.

mod answer;
mod backup;
mod beside;
mod blobs;
pub mod bulk;
mod commands;
mod damage;
mod doctor;
mod error;
pub mod failpoint;
mod file_system;
mod journal;
mod lock;
mod open;
mod options;
mod project;
mod reader;
mod rebuild;
pub mod rows;
mod salvage;
mod search;
mod states;
#[cfg(test)]
mod tests;
mod tracked;
mod wal;
mod watch;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::thread::JoinHandle;

use crossbeam_channel::Sender;
use tokio::sync::oneshot;

pub use answer::{Answer, Committed, Replies, Reply};
pub use backup::{Backup, Restored, back_up, backups, restore};
pub use beside::files_of;
pub use damage::{damage, forget_damage, note_damage};
pub use doctor::{Checkup, accept_loss, checkup};
pub use error::StoreError;
pub use file_system::{Unsuitable, unsuitable};
pub use lock::{Holder, Lock};
pub use options::{Clock, Policy, StoreOptions};
pub use reader::{NamesRun, Reader};
pub use rebuild::{RebuildReport, TableReport, compare, rebuild};
pub use salvage::{Lost, Salvage, salvage};
pub use watch::{Watch, watch};

use crate::domain::Request;
use crate::domain::ids::AttemptId;
use writer::Message;
use writer::core::Core;

/// Returns a count as a column takes it: what is too large for one is the largest that it takes.
fn clamped(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

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
    listeners: Arc<RwLock<Vec<Listener>>>,
    counters: Arc<Counters>,
    thread: Mutex<Option<JoinHandle<()>>>,
    /// Looks for what others committed; opened when first asked.
    looker: Mutex<Option<Reader>>,
    /// Why nothing can be written, where that is so.
    unwritable: Arc<Mutex<Option<StoreError>>>,
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
        let open::Prepared { connection, unwritable } = open::prepare(options)?;
        let counters = Arc::new(Counters::default());
        counters.seen.store(journal::last(&connection)?, Ordering::Relaxed);
        let (queue, waiting) = crossbeam_channel::unbounded();
        let listeners = Arc::new(RwLock::new(Vec::new()));
        let mut core = Core::new(connection, options.path.clone(), options.clock.clone(), counters.clone());
        let unwritable = Arc::new(Mutex::new(unwritable));
        core.share_unwritable(Arc::clone(&unwritable));
        let told = listeners.clone();
        let thread = std::thread::Builder::new()
            .name("galley-writer".into())
            .spawn(move || writer::run(core, &waiting, &told))
            .map_err(|e| StoreError::io(&options.path, &e))?;
        let shared = Shared {
            path: options.path.clone(),
            queue,
            listeners,
            counters,
            thread: Mutex::new(Some(thread)),
            looker: Mutex::new(None),
            unwritable,
        };
        Ok(Self { shared: Arc::new(shared) })
    }

    /// Queues a command; it is carried out as a whole, or refused as a whole.
    pub fn submit(&self, request: Request) -> Reply {
        let (answer, reply) = oneshot::channel();
        // A writer that is gone drops the sender, and the reply says that the store is closed.
        let _ = self.shared.queue.send(Message::Requests(vec![(request, answer)]));
        Reply(reply)
    }

    /// Queues commands together, so that they share a commit; each is answered by itself.
    #[must_use = "a reply tells whether its command was carried out"]
    pub fn submit_many(&self, requests: Vec<Request>) -> Vec<Reply> {
        let (asked, replies) = requests
            .into_iter()
            .map(|request| {
                let (answer, reply) = oneshot::channel();
                ((request, answer), Reply(reply))
            })
            .unzip();
        let _ = self.shared.queue.send(Message::Requests(asked));
        replies
    }

    /// Queues commands that belong together: all are carried out in one commit, or none is. The first refusal is
    /// the answer to all of them.
    #[must_use = "the replies tell whether the commands were carried out"]
    pub fn submit_together(&self, requests: Vec<Request>) -> Replies {
        let (answer, replies) = oneshot::channel();
        let _ = self.shared.queue.send(Message::Together(requests, answer));
        Replies(replies)
    }

    /// Tells a listener of every commit made here. It runs on the writer's thread and must not block.
    pub fn subscribe(&self, listener: impl Fn(&Committed) + Send + Sync + 'static) {
        if let Ok(mut listeners) = self.shared.listeners.write() {
            listeners.push(Box::new(listener));
        }
    }

    /// Opens a read-only connection.
    pub fn reader(&self) -> Result<Reader, StoreError> {
        Reader::open(&self.shared.path)
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
        let mut looker = self.shared.looker.lock().unwrap_or_else(PoisonError::into_inner);
        let reader = match &mut *looker {
            Some(reader) => reader,
            empty => empty.insert(self.reader()?),
        };
        reader.thaw();
        // What was committed here is counted before anyone hears of it: look there last.
        let last = reader.last_event()?;
        let counters = &self.shared.counters;
        let grown = last > counters.seen.fetch_max(last, Ordering::Relaxed);
        Ok(counters.elsewhere.swap(false, Ordering::Relaxed) || grown)
    }

    /// Waits until the search index has caught up with what was committed. Not for use within an async task.
    pub fn finish_indexing(&self) {
        let (done, wait) = oneshot::channel();
        let _ = self.shared.queue.send(Message::Index(done));
        let _ = wait.blocking_recv();
    }

    /// Returns how many durable commits were made here.
    #[must_use]
    pub fn commits(&self) -> u64 {
        self.shared.counters.commits.load(Ordering::Relaxed)
    }

    /// Returns why commands are refused, where the database can be read only.
    #[must_use]
    pub fn unwritable(&self) -> Option<StoreError> {
        self.shared.unwritable.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Notes that damage was met, for all faces to say so until `galley doctor` finds all well.
    pub fn note_damage(&self, error: &StoreError) {
        note_damage(&self.shared.path, error);
    }

    /// Carries out what is queued, then ends the writer and moves the log into the database file. Replies asked for
    /// later say that the store is closed.
    pub fn close(&self) {
        self.shared.looker.lock().unwrap_or_else(PoisonError::into_inner).take();
        let _ = self.shared.queue.send(Message::Close);
        let thread = self.shared.thread.lock().ok().and_then(|mut t| t.take());
        if let Some(thread) = thread {
            let _ = thread.join();
        }
    }
}
