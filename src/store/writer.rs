//! The writer: one thread, one connection, everything that waits in one transaction.

pub(super) mod core;
mod import;
mod lessons;
mod log;
mod plan;

use std::sync::{Arc, RwLock};
use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError};
use tokio::sync::oneshot;

use self::core::Core;
use super::{Answer, Committed, Listener, Policy, StoreError, failpoint, search};
use crate::domain::Request;
use crate::domain::ids::AttemptId;

/// Commands that share a transaction at most.
const MOST: usize = 64;
/// How long the writer must be idle before it works on the search index.
const IDLE: Duration = Duration::from_millis(300);
/// So many commands later, the search index is worked on without waiting for idleness.
const FAR_BEHIND: usize = 512;

/// A command with the place where its answer goes.
pub(super) type Asked = (Request, oneshot::Sender<Result<Answer, StoreError>>);

/// What the writer is told.
pub(super) enum Message {
    /// Carry these out in one transaction.
    Requests(Vec<Asked>),
    /// Carry these out in a transaction of their own, all of them or none.
    Together(Vec<Request>, oneshot::Sender<Result<Vec<Answer>, StoreError>>),
    /// Keep these partial drafts.
    Drafts(Vec<(AttemptId, String)>),
    /// Decide by this from now on.
    Configure(Policy),
    /// Bring the search index up to date, and say so.
    Index(oneshot::Sender<()>),
    /// End when everything before this is done.
    Close,
}

/// Works until it is closed.
pub(super) fn run(mut core: Core, queue: &Receiver<Message>, listeners: &Arc<RwLock<Vec<Listener>>>) {
    let mut behind = search::behind(core.connection()).unwrap_or(0);
    let mut next = None;
    loop {
        let message = match next.take() {
            Some(message) => message,
            None if behind == 0 => match queue.recv() {
                Ok(message) => message,
                Err(_) => break,
            },
            None => match queue.recv_timeout(IDLE) {
                Ok(message) => message,
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => {
                    search::catch_up(&mut core);
                    behind = 0;
                    continue;
                }
            },
        };
        match message {
            Message::Requests(asked) => {
                let (batch, after) = gather(asked, queue);
                next = after;
                behind += batch.len();
                carry_out(&mut core, batch, listeners);
                if behind >= FAR_BEHIND {
                    search::catch_up(&mut core);
                    behind = 0;
                }
            }
            Message::Together(requests, reply) => {
                behind += requests.len();
                let outcome = core.execute_together(&requests);
                tell(listeners, outcome.iter().flatten());
                failpoint::hit(failpoint::BEFORE_REPLY);
                let _ = reply.send(outcome.map(|all| all.into_iter().map(|(answer, _)| answer).collect()));
                failpoint::hit(failpoint::AFTER_REPLY);
            }
            // A draft that was not saved is written again in a second, or ends as a revision.
            Message::Drafts(drafts) => {
                let _ = core.save_drafts(&drafts);
            }
            Message::Configure(policy) => core.configure(policy),
            Message::Index(done) => {
                search::catch_up(&mut core);
                behind = 0;
                let _ = done.send(());
            }
            Message::Close => break,
        }
    }
    // Whoever closes the store waits: what takes long is left to the next start.
    if behind > 0 && behind < FAR_BEHIND {
        search::catch_up(&mut core);
    }
    core.finish();
}

/// Takes everything that waits, up to the first message of another kind.
fn gather(first: Vec<Asked>, queue: &Receiver<Message>) -> (Vec<Asked>, Option<Message>) {
    let mut batch = first;
    while batch.len() < MOST {
        match queue.try_recv() {
            Ok(Message::Requests(more)) => batch.extend(more),
            Ok(other) => return (batch, Some(other)),
            Err(_) => break,
        }
    }
    (batch, None)
}

fn carry_out(core: &mut Core, batch: Vec<Asked>, listeners: &Arc<RwLock<Vec<Listener>>>) {
    let (requests, replies): (Vec<Request>, Vec<_>) = batch.into_iter().unzip();
    let outcomes = core.execute(&requests);
    tell(listeners, outcomes.iter().flatten());
    failpoint::hit(failpoint::BEFORE_REPLY);
    for (outcome, reply) in outcomes.into_iter().zip(replies) {
        // Whoever asked may have gone.
        let _ = reply.send(outcome.map(|(answer, _)| answer));
    }
    failpoint::hit(failpoint::AFTER_REPLY);
}

/// Tells the listeners what was committed.
fn tell<'a>(listeners: &Arc<RwLock<Vec<Listener>>>, answers: impl Iterator<Item = &'a (Answer, i64)>) {
    let Ok(listeners) = listeners.read() else { return };
    for (answer, last) in answers.filter(|(answer, _)| !answer.repeated && !answer.events.is_empty()) {
        let committed = Committed::of(answer, *last);
        listeners.iter().for_each(|tell| tell(&committed));
    }
}
