//! The conductor: commands in, events out.
//!
//! An [`Engine`] is what every face holds: it submits commands, reads, and hears what happened. A
//! [`Conductor`] is the one of them, on a database, that starts agents: it holds the lock, recovers what a
//! killed process left, and runs what the runs want next.

mod attempt;
pub mod authorship;
mod clock;
mod conductor;
mod context;
mod drive;
pub mod failpoints;
mod live;
mod models;
mod offers;
mod prompts;
pub mod publish;
mod rate;
mod release;
mod runs;
pub mod sample;
mod signal;
mod tool;
mod unasked;
mod workflows;

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

pub use conductor::Conductor;
pub use drive::WorkReport;
pub use live::LiveText;
pub use offers::{ModelChoice, Offer};
pub use runs::{About, Chosen};
pub use signal::{Conducting, Signal};
pub use unasked::Unasked;
pub use workflows::Listed;

use crate::agents::cleaning::without_thoughts;
use crate::config::{Config, ConfigError, Home};
use crate::context::ContextError;
use crate::domain::ids::AttemptId;
use crate::domain::workflow::WorkflowError;
use crate::domain::{Actor, Command, PageId, Request, RunId, StepName};
use crate::store::{Policy, Reader, Replies, Reply, Store, StoreError, StoreOptions};
use crate::tools::publish::PublishError;

/// What can go wrong below a face.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The store refused, or failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The configuration cannot be used.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// What an agent would be given could not be made.
    #[error(transparent)]
    Context(#[from] ContextError),
    /// A book could not be published to files.
    #[error(transparent)]
    Publish(#[from] PublishError),
    /// A workflow cannot be used.
    #[error(transparent)]
    Workflow(#[from] WorkflowError),
    /// What a run is given contradicts itself.
    #[error("{0}")]
    Contradiction(String),
    /// Something that was named does not exist.
    #[error("there is no {what} `{id}`")]
    NotFound {
        /// What kind of thing.
        what: &'static str,
        /// Its id as given.
        id: String,
    },
    /// The conductor stopped because the database could not be written.
    #[error("the conductor stopped: {0}")]
    Stopped(String),
}

impl EngineError {
    /// Returns what the person can do about it, where there is something.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Store(e) => e.hint(),
            Self::Config(e) => Some(e.hint().to_owned()),
            Self::Context(e) => e.hint().map(str::to_owned),
            Self::Publish(e) => Some(e.hint().to_owned()),
            Self::Workflow(_) => Some("`galley workflow check FILE` reads it again".into()),
            Self::Contradiction(_) => Some("give values that fit together; nothing was begun".into()),
            Self::NotFound { .. } => Some("the list commands print the ids that exist".into()),
            Self::Stopped(_) => Some("`galley doctor` checks the database; what was decided is safe".into()),
        }
    }
}

/// Whether foreground commands hold the lock back from work, because their process is to be suspended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Suspension {
    /// They work.
    None,
    /// They are to release the lock.
    Asked,
    /// They have.
    Done,
}

/// How an engine is opened.
#[derive(Debug, Clone, Default)]
pub struct OpenOptions {
    /// The database; none for the one in the home.
    pub db: Option<PathBuf>,
    /// Make the database when it is not there.
    pub create: bool,
}

/// The engine, as a face holds it. Clones share everything.
#[derive(Clone)]
pub struct Engine {
    shared: Arc<Shared>,
}

type Listener = Box<dyn Fn(&Signal) + Send + Sync>;

/// What all clones and the conductor share.
struct Shared {
    home: Home,
    store: Store,
    config: RwLock<Arc<Config>>,
    listeners: RwLock<Vec<Listener>>,
    live: live::Live,
    conducting: Mutex<Conducting>,
    suspension: tokio::sync::watch::Sender<Suspension>,
    paused: AtomicBool,
    rate: Mutex<rate::Rate>,
    /// Rung whenever something may have become due.
    wake: tokio::sync::Notify,
    /// Rung whenever anything changed, for those who follow.
    changed: tokio::sync::watch::Sender<u64>,
    readers: Mutex<Vec<Reader>>,
    /// Kept alive as long as the engine: tells of other processes' commits.
    watch: Mutex<Option<crate::store::Watch>>,
}

impl Engine {
    /// Opens the database and reads the configuration. Touches no network and needs no runtime.
    pub fn open(home: Home, options: &OpenOptions) -> Result<Self, EngineError> {
        let config = Config::load(&home)?;
        let path = options.db.clone().unwrap_or_else(|| home.database());
        let store = Store::open(&StoreOptions { create: options.create, ..StoreOptions::at(path) })?;
        let shared = Arc::new(Shared {
            home,
            config: RwLock::new(Arc::new(config)),
            listeners: RwLock::new(Vec::new()),
            live: live::Live::default(),
            conducting: Mutex::new(Conducting::Nobody),
            suspension: tokio::sync::watch::Sender::new(Suspension::None),
            paused: AtomicBool::new(false),
            rate: Mutex::new(rate::Rate::default()),
            wake: tokio::sync::Notify::new(),
            changed: tokio::sync::watch::channel(0).0,
            readers: Mutex::new(Vec::new()),
            watch: Mutex::new(None),
            store,
        });
        shared.apply_policy(shared.policy());
        let heard = Arc::downgrade(&shared);
        shared.store.subscribe(move |committed| {
            if let Some(shared) = heard.upgrade() {
                shared.live.on_events(&committed.events);
                shared.rouse();
                shared.signal(&Signal::Committed(committed.clone()));
            }
        });
        Ok(Self { shared })
    }

    /// Watches for commits of other processes from now on. A watch that cannot be made is not an error: then
    /// only this process's own changes are seen at once.
    pub fn watch(&self) {
        let mut slot = self.shared.watch.lock().unwrap_or_else(PoisonError::into_inner);
        if slot.is_some() {
            return;
        }
        let weak = Arc::downgrade(&self.shared);
        let watch = crate::store::watch(self.shared.store.path(), move || {
            let Some(shared) = weak.upgrade() else { return };
            // A look that fails is no reason to miss the change.
            if shared.store.changes_elsewhere().unwrap_or(true) {
                shared.rouse();
                shared.signal(&Signal::ChangedElsewhere);
            }
        });
        match watch {
            Ok(watch) => *slot = Some(watch),
            Err(e) => tracing::warn!(error = %e, "no watch on the database"),
        }
    }

    /// Ends the work on the database: what is queued is carried out, and the database file is whole by itself again.
    /// For the end of a program; later commands are answered that the store is closed.
    pub fn close(&self) {
        self.shared.watch.lock().unwrap_or_else(PoisonError::into_inner).take();
        self.shared.readers.lock().unwrap_or_else(PoisonError::into_inner).clear();
        self.shared.store.close();
    }

    /// Returns the store.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.shared.store
    }

    /// Returns where the files are.
    #[must_use]
    pub fn home(&self) -> &Home {
        &self.shared.home
    }

    /// Returns the configuration that holds.
    #[must_use]
    pub fn config(&self) -> Arc<Config> {
        self.shared.config()
    }

    /// Reads the configuration again.
    pub fn reload_config(&self) -> Result<(), EngineError> {
        let config = Arc::new(Config::load(&self.shared.home)?);
        *self.shared.config.write().unwrap_or_else(PoisonError::into_inner) = config;
        self.shared.apply_policy(self.shared.policy());
        self.shared.rouse();
        Ok(())
    }

    /// Makes a request of a command, as the author.
    #[must_use]
    pub fn request(&self, command: Command) -> Request {
        Request { id: None, actor: Actor::Author(self.config().author.clone()), command }
    }

    /// Submits a command as the author. One that names a model that cannot be called is refused.
    pub fn submit(&self, command: Command) -> Reply {
        match self.with_usable_models(command) {
            Ok(command) => self.shared.store.submit(self.request(command)),
            Err(refusal) => Reply::refused(refusal),
        }
    }

    /// Submits commands as the author that belong together: all are carried out, or none is.
    #[must_use]
    pub fn submit_together(&self, commands: Vec<Command>) -> Replies {
        let checked = commands.into_iter().map(|command| Ok(self.request(self.with_usable_models(command)?)));
        match checked.collect::<Result<_, _>>() {
            Ok(requests) => self.shared.store.submit_together(requests),
            Err(refusal) => Replies::refused(refusal),
        }
    }

    /// Adds a listener to what happens. It is called from other threads and must not block.
    pub fn subscribe(&self, listener: impl Fn(&Signal) + Send + Sync + 'static) {
        self.shared.listeners.write().unwrap_or_else(PoisonError::into_inner).push(Box::new(listener));
    }

    /// Returns the text of an attempt of this process as far as it has come, without what the model thinks.
    #[must_use]
    pub fn live(&self, attempt: &AttemptId) -> Option<LiveText> {
        let live = self.shared.live.text(attempt)?;
        let text = without_thoughts(&live.text).into_owned();
        Some(LiveText { text, ..live })
    }

    /// Returns the attempts of this process that are under way for a page.
    #[must_use]
    pub fn live_of(&self, page: &PageId) -> Vec<(StepName, AttemptId)> {
        self.shared.live.of_page(page)
    }

    /// Returns the attempts of this process that are under way for a run.
    #[must_use]
    pub fn live_of_run(&self, run: &RunId) -> Vec<(StepName, AttemptId)> {
        self.shared.live.of_run(run)
    }

    /// Returns who conducts.
    #[must_use]
    pub fn conducting(&self) -> Conducting {
        self.shared.conducting()
    }

    /// Has a foreground command let the lock go, for a process that is about to be suspended: done when
    /// [`Engine::suspended`] returns.
    pub fn suspend(&self) {
        self.shared.suspension.send_replace(Suspension::Asked);
    }

    /// Waits until a foreground command has let the lock go.
    pub async fn suspended(&self) {
        let mut suspension = self.shared.suspension.subscribe();
        let _ = suspension.wait_for(|s| *s == Suspension::Done).await;
    }

    /// Goes on after [`Engine::suspend`].
    pub fn resume(&self) {
        self.shared.suspension.send_replace(Suspension::None);
    }

    /// Keeps this conductor from starting calls, or lets it go on.
    pub fn set_paused(&self, paused: bool) {
        self.shared.paused.store(paused, Ordering::Relaxed);
        self.shared.rouse();
        self.shared.signal(&Signal::Conducting(self.conducting()));
    }

    /// Returns whether new calls are held back.
    #[must_use]
    pub fn is_paused(&self) -> bool {
        self.shared.paused.load(Ordering::Relaxed)
    }
}

impl Shared {
    fn config(&self) -> Arc<Config> {
        self.config.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Returns what the configuration says about decisions.
    fn policy(&self) -> Policy {
        let config = self.config();
        Policy {
            advisory: config.agents.reviewer.enabled,
            summaries: config.agents.summarist.enabled,
            lessons: config.agents.scribe.enabled,
            budget_per_day: config.budget_per_day(),
            revision_requests: config.limits.revision_requests,
            backoff_ms: config.limits.backoff_ms,
            author: config.author.clone(),
        }
    }

    fn apply_policy(&self, policy: Policy) {
        self.store.configure(policy);
    }

    fn signal(&self, signal: &Signal) {
        for listener in self.listeners.read().unwrap_or_else(PoisonError::into_inner).iter() {
            listener(signal);
        }
    }

    fn rouse(&self) {
        self.wake.notify_one();
        self.changed.send_modify(|n| *n = n.wrapping_add(1));
    }

    fn conducting(&self) -> Conducting {
        self.conducting.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set_conducting(&self, conducting: Conducting) {
        *self.conducting.lock().unwrap_or_else(PoisonError::into_inner) = conducting.clone();
        self.signal(&Signal::Conducting(conducting));
    }

    /// Notes that the conductor of this process works: what kept it from that is gone.
    fn conducts(&self) {
        if matches!(self.conducting(), Conducting::Blocked(_)) {
            self.set_conducting(Conducting::Here);
        }
    }

    /// Reads with a connection of the pool.
    fn read<T>(&self, read: impl FnOnce(&Reader) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let pooled = self.readers.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let reader = match pooled {
            Some(mut reader) => {
                reader.thaw();
                reader
            }
            None => self.store.reader()?,
        };
        let result = read(&reader);
        if result.is_ok() {
            self.readers.lock().unwrap_or_else(PoisonError::into_inner).push(reader);
        }
        result
    }
}
