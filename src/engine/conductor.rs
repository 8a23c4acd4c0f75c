//! The one process that starts agents on a database.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::attempt::{self, Ended};
use super::clock;
use super::live::Stop;
use super::rate::Rate;
use super::release::Release;
use super::{Conducting, Engine, Shared, Signal};
use crate::domain::ids::AttemptId;
use crate::domain::{RunId, Time};
use crate::llm::ModelRef;
use crate::store::{Holder, Lock, Reader, StoreError};

/// How often partial texts are saved while something is being written.
const SAVE_EVERY: Duration = Duration::from_secs(1);
/// How much queued work is looked at in one go.
const WINDOW: u32 = 1000;
/// After how many milliseconds a call is tried again that is held though nothing is under way.
const HELD_AGAIN_MS: i64 = 1000;
/// How long an orderly end may take.
const END_WITHIN: Duration = Duration::from_secs(5);
/// How often a lock that cannot be taken is tried.
const RETRY_LOCK_EVERY: Duration = Duration::from_millis(500);
/// How often to check whether the holder of the lock is stopped.
const CHECK_HOLDER_EVERY: Duration = Duration::from_secs(2);

/// Why conducting cannot go on.
#[derive(Debug, thiserror::Error)]
enum Halt {
    #[error(transparent)]
    Store(#[from] StoreError),
    /// An attempt's task ended in a way of its own.
    #[error("{0}")]
    Task(String),
}

/// How long after a failure to begin anew.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// A handle on the conductor's task. [`Conductor::stop`] ends it and waits; dropped, it ends just as orderly, but
/// nobody waits for that.
pub struct Conductor {
    order: watch::Sender<Order>,
    rested: std::sync::mpsc::Receiver<()>,
    ended: std::sync::mpsc::Receiver<()>,
}

/// What the conductor is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    Conduct,
    /// Interrupt what is under way and let the lock go, until told to conduct again.
    Rest,
    Stop,
}

impl Engine {
    /// Starts conducting as soon as the lock is free: now, or when the process that holds it goes.
    #[must_use]
    pub fn start(&self, runtime: &Handle) -> Conductor {
        self.conduct(runtime, None)
    }

    /// Starts conducting, only for one run where one is given.
    pub(super) fn conduct(&self, runtime: &Handle, scope: Option<RunId>) -> Conductor {
        self.watch();
        let (order, orders) = watch::channel(Order::Conduct);
        let (rest, rested) = std::sync::mpsc::channel();
        let (end, ended) = std::sync::mpsc::channel();
        let shared = self.shared.clone();
        runtime.spawn(async move {
            conduct(shared, scope, orders, rest).await;
            // The handle may be gone already.
            let _ = end.send(());
        });
        Conductor { order, rested, ended }
    }
}

impl Conductor {
    /// Ends in good order: attempts are interrupted with their partial text saved, and the lock is freed.
    /// Blocks, at most some seconds; what did not end by then is recovered at the next start.
    pub fn stop(self) {
        self.order.send_replace(Order::Stop);
        let _ = self.ended.recv_timeout(END_WITHIN);
    }

    /// Ends in good order without blocking the runtime.
    pub(super) async fn stopped(self) {
        let _ = tokio::task::spawn_blocking(move || self.stop()).await;
    }

    /// Interrupts what is under way and lets the lock go, for a process that is about to be suspended. Blocks
    /// until that is done, at most some seconds.
    pub fn interrupt(&self) {
        while self.rested.try_recv().is_ok() {}
        self.order.send_replace(Order::Rest);
        let _ = self.rested.recv_timeout(END_WITHIN);
    }

    /// Goes on after [`Conductor::interrupt`].
    pub fn resume(&self) {
        self.order.send_replace(Order::Conduct);
    }
}

async fn conduct(
    shared: Arc<Shared>,
    scope: Option<RunId>,
    mut orders: watch::Receiver<Order>,
    rest: std::sync::mpsc::Sender<()>,
) {
    // Once the handle is gone there is nobody to conduct for.
    while orders.has_changed().is_ok() {
        let order = *orders.borrow_and_update();
        match order {
            Order::Stop => break,
            Order::Rest => {
                // Whoever waits for it may have given up.
                let _ = rest.send(());
                if orders.changed().await.is_err() {
                    break;
                }
            }
            Order::Conduct => {
                let Some(lock) = wait_for_lock(&shared, &mut orders).await else { continue };
                if !matches!(shared.conducting(), Conducting::Blocked(_)) {
                    shared.set_conducting(Conducting::Here);
                }
                let result = hold(&shared, scope.as_ref(), &mut orders).await;
                lock.release().ok();
                let Err(error) = result else {
                    shared.set_conducting(Conducting::Nobody);
                    continue;
                };
                let message = format!("the conductor stopped: {error}");
                let conducting = match error {
                    Halt::Store(error) => Conducting::Blocked(error),
                    Halt::Task(_) => Conducting::Nobody,
                };
                // It fails again every second until its cause is gone, and is reported once.
                if shared.conducting() != conducting {
                    tracing::error!("{message}");
                    shared.signal(&Signal::Notice(message));
                    shared.set_conducting(conducting);
                }
                // Stop and recover: the next round begins with recovery.
                tokio::select! {
                    () = tokio::time::sleep(RETRY_AFTER) => {}
                    _ = orders.changed() => {}
                }
            }
        }
    }
}

/// Takes the lock now, or waits until its holder lets it go. Where nobody can take it, that is reported once and tried
/// again until the cause is gone.
async fn wait_for_lock(shared: &Arc<Shared>, orders: &mut watch::Receiver<Order>) -> Option<Lock> {
    let path = shared.store.path().to_owned();
    loop {
        match Lock::try_acquire(&path) {
            Ok(Some(lock)) => return Some(lock),
            Ok(None) => {
                if let Some(lock) = wait_for_holder(shared, orders, &path).await? {
                    return Some(lock);
                }
            }
            Err(error) => {
                let blocked = Conducting::Blocked(error);
                if shared.conducting() != blocked {
                    shared.set_conducting(blocked);
                }
            }
        }
        tokio::select! {
            () = tokio::time::sleep(RETRY_LOCK_EVERY) => {}
            changed = orders.changed() => {
                if changed.is_err() || *orders.borrow() != Order::Conduct {
                    return None;
                }
            }
        }
    }
}

/// Waits for the lock in a thread of its own, so that nothing polls for it, and reports when its holder is stopped. The
/// outer none is another order; the inner one, a failure that ends the wait.
async fn wait_for_holder(
    shared: &Arc<Shared>,
    orders: &mut watch::Receiver<Order>,
    path: &Path,
) -> Option<Option<Lock>> {
    shared.set_conducting(Conducting::Elsewhere(Holder::of(path)));
    let (give, mut given) = tokio::sync::oneshot::channel();
    let database = path.to_owned();
    let waiting = std::thread::Builder::new().name("lock".into()).spawn(move || {
        // If nobody waits any more, the lock is dropped, and so freed, at once.
        let _ = give.send(Lock::acquire(&database));
    });
    if let Err(error) = waiting {
        tracing::error!(%error, "no thread to wait for the lock");
    }
    let mut interval = tokio::time::interval(CHECK_HOLDER_EVERY);
    loop {
        tokio::select! {
            lock = &mut given => return Some(lock.ok().and_then(Result::ok)),
            changed = orders.changed() => {
                if changed.is_err() || *orders.borrow() != Order::Conduct {
                    return None;
                }
            }
            _ = interval.tick() => {
                let holder = Conducting::Elsewhere(Holder::of(path));
                if shared.conducting() != holder {
                    shared.set_conducting(holder);
                }
            }
        }
    }
}

/// Conducts while the lock is held: recovers, then runs what is due until told otherwise.
async fn hold(
    shared: &Arc<Shared>,
    scope: Option<&RunId>,
    orders: &mut watch::Receiver<Order>,
) -> Result<(), Halt> {
    recover(shared).await?;
    shared.live.open();
    // A restart does not begin a new minute.
    let most = shared.config().limits.requests_per_minute;
    let recent = shared.read(|r| r.attempts_window(0, most))?;
    let calls = recent.iter().filter(|a| a.model.parse().is_ok_and(|m: ModelRef| !m.is_rehearsal()));
    *shared.rate.lock().unwrap_or_else(PoisonError::into_inner) =
        Rate::since(calls.map(|a| a.started_at).collect());
    let mut desk = Desk {
        shared,
        scope,
        not_before: None,
        tasks: JoinSet::new(),
        running: HashMap::new(),
        held: HashSet::new(),
        turn: 0,
    };
    let mut release = Release::default();
    let mut save = tokio::time::interval(SAVE_EVERY);
    save.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        release.look(shared, scope).await?;
        let wake_at = desk.start_due()?.into_iter().chain(release.next()).min();
        if desk.tasks.is_empty() {
            shared.conducts();
        }
        let sleep = wake_at.map(|at| Duration::from_millis(at.ms_since(clock::now()) as u64 + 1));
        tokio::select! {
            changed = orders.changed() => {
                if changed.is_err() || *orders.borrow() != Order::Conduct {
                    return desk.let_go().await;
                }
            }
            () = shared.wake.notified() => {
                desk.let_held_try();
                desk.drop_cancelled()?;
            }
            Some(ended) = desk.tasks.join_next(), if !desk.tasks.is_empty() => {
                if let Err(error) = desk.ended(ended) {
                    desk.let_go().await.ok();
                    return Err(error);
                }
                shared.conducts();
            }
            _ = save.tick(), if !desk.running.is_empty() => {
                let drafts = shared.live.unsaved();
                if !drafts.is_empty() {
                    shared.store.save_drafts(drafts);
                }
            }
            () = pause(sleep), if sleep.is_some() => {}
        }
    }
}

async fn pause(sleep: Option<Duration>) {
    tokio::time::sleep(sleep.unwrap_or_default()).await;
}

/// Closes what a killed process left: it is queued again with it, and tried again.
async fn recover(shared: &Arc<Shared>) -> Result<(), StoreError> {
    for attempt in shared.read(Reader::running_attempts)? {
        tracing::info!(attempt = %attempt.id, "recovering an interrupted attempt");
        attempt::interrupt(shared, &attempt.run, attempt.id).await?;
    }
    // What was cancelled, and whose call ended with its process, gives back what was reserved for it.
    for attempt in shared.read(Reader::unclosed_attempts)? {
        attempt::close(shared, &attempt.run, attempt.id).await?;
    }
    Ok(())
}

/// What is under way.
struct Desk<'a> {
    shared: &'a Arc<Shared>,
    scope: Option<&'a RunId>,
    /// The rate limit lets no call begin earlier.
    not_before: Option<Time>,
    tasks: JoinSet<(AttemptId, Ended)>,
    /// What is under way, with the turn in which it began.
    running: HashMap<AttemptId, u64>,
    /// Calls that do not begin before others have given back what they hold of a budget.
    held: HashSet<AttemptId>,
    /// Grows when a call may have given something back.
    turn: u64,
}

impl Desk<'_> {
    /// Starts what is due and allowed; returns when to look again at the latest.
    fn start_due(&mut self) -> Result<Option<Time>, StoreError> {
        if self.shared.paused.load(Ordering::Relaxed) {
            return Ok(None);
        }
        let limits = self.shared.config().limits.clone();
        let now = clock::now();
        if let Some(at) = self.not_before.take_if(|at| *at > now) {
            self.not_before = Some(at);
            return Ok(Some(at));
        }
        self.not_before = None;
        let mut queued = self.shared.read(|r| r.work_due(Time(i64::MAX), WINDOW))?;
        queued.retain(|w| self.scope.is_none_or(|r| *r == w.run) && !self.running.contains_key(&w.attempt));
        let later = queued.iter().map(|w| w.due).filter(|due| *due > now).min();
        queued.retain(|w| w.due <= now);
        // What an author waits for goes before remarks.
        queued.sort_by_key(|w| (w.advisory, w.due));
        queued.retain(|w| !self.held.contains(&w.attempt));
        for work in queued {
            // When so many do not fit beside what is under way, the next ones will not either.
            if self.held.len() >= limits.calls_at_once as usize {
                break;
            }
            if self.running.len() >= limits.calls_at_once as usize {
                return Ok(None); // the end of a call wakes
            }
            self.running.insert(work.attempt.clone(), self.turn);
            let shared = self.shared.clone();
            self.tasks.spawn(async move {
                let attempt = work.attempt.clone();
                (attempt, attempt::run(shared, work).await)
            });
        }
        if self.running.is_empty() && !self.held.is_empty() {
            // Nothing is under way here that could give anything back.
            self.let_held_try();
            return Ok(Some(now.plus_ms(HELD_AGAIN_MS)));
        }
        Ok(later)
    }

    /// Says once for each wait that the rate limit delays calls.
    fn say_rate_limit(&self, at: Time) {
        if self.not_before.is_some_and(|known| known >= clock::now()) {
            return;
        }
        let limit = self.shared.config().limits.requests_per_minute;
        let seconds = at.ms_since(clock::now()).max(0) as f64 / 1e3;
        let words = format!("the limit is {limit} calls per minute: the next one starts in {seconds:.0} s");
        tracing::info!(limit, "the rate limit delays calls");
        self.shared.signal(&Signal::Notice(words));
    }

    /// Something was given back, or allowed: what was held may try again.
    fn let_held_try(&mut self) {
        self.held.clear();
        self.turn += 1;
    }

    fn ended(&mut self, ended: Result<(AttemptId, Ended), tokio::task::JoinError>) -> Result<(), Halt> {
        match ended {
            Ok((attempt, ended)) => {
                let begun = self.running.remove(&attempt);
                match ended {
                    Ended::Recorded => {
                        self.let_held_try();
                        Ok(())
                    }
                    Ended::Held => {
                        // Where something was given back meanwhile, it tries again at once.
                        if begun == Some(self.turn) {
                            self.held.insert(attempt);
                        }
                        Ok(())
                    }
                    Ended::NotBefore(at) => {
                        self.say_rate_limit(at);
                        self.not_before = Some(at);
                        Ok(())
                    }
                    Ended::Unwritable(error) => Err(error.into()),
                }
            }
            // A task that panicked has left its attempt open: begin again with recovery.
            Err(error) => Err(Halt::Task(error.to_string())),
        }
    }

    /// Stops attempts that another process cancelled.
    fn drop_cancelled(&self) -> Result<(), StoreError> {
        // What is looked at first was confirmed before the journal is read, so a fresh attempt is never taken
        // for a cancelled one.
        let confirmed = self.shared.live.confirmed();
        if !confirmed.is_empty() {
            let running = self.shared.read(Reader::running_attempts)?;
            let gone = confirmed.iter().filter(|a| !running.iter().any(|r| r.id == **a));
            gone.for_each(|attempt| self.shared.live.stop(attempt, Stop::Cancelled));
        }
        Ok(())
    }

    /// Interrupts everything that is under way and waits until the journal has it.
    async fn let_go(&mut self) -> Result<(), Halt> {
        self.shared.live.stop_all();
        let mut result = Ok(());
        while let Some(ended) = self.tasks.join_next().await {
            if let Err(error) = self.ended(ended) {
                result = Err(error);
            }
        }
        result
    }
}
