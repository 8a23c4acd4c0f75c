//! Work in the foreground: it is driven to the next gate while its text runs over standard error.

use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::Notify;

use self::signals::{Asked, Signals, suspend};
use super::answer::Answer;
use super::fault::{Exit, Fault};
use super::show;
use super::telling::Telling;
use crate::domain::run::RunCommand;
use crate::domain::{Command, PageId};
use crate::engine::{Conducting, Engine, Signal};

mod signals;

/// How long an interrupted or suspended command waits for its agents to be closed in good order; later ones are recovered.
const LET_GO_WITHIN: Duration = Duration::from_secs(5);

/// Whether the work that a command causes is left to others.
#[derive(Debug, Clone, Copy, Default, Args)]
pub(super) struct Detach {
    /// Do not wait for agents: leave the work to `galley work` or an open studio
    #[arg(long)]
    detach: bool,
}

impl Detach {
    /// For commands that cause no work themselves.
    pub const YES: Self = Self { detach: true };

    /// Returns whether the work is left to others.
    pub fn is_set(self) -> bool {
        self.detach
    }
}

/// Gives a command to a page, drives what it causes, and answers with where the page stands.
pub(super) fn command(
    engine: &Engine,
    page: &PageId,
    command: RunCommand,
    detach: Detach,
) -> Result<Answer, Fault> {
    engine.submit(Command::Page { page: page.clone(), command }).wait()?;
    to_rest(engine, page, detach)
}

/// Drives a page until it rests, unless that is left to others, and answers with where it stands.
pub(super) fn to_rest(engine: &Engine, page: &PageId, detach: Detach) -> Result<Answer, Fault> {
    let reader = engine.store().reader()?;
    let busy = |detail: &crate::store::rows::PageDetail| {
        !detail.page.trashed && detail.steps.iter().any(|s| s.phase == "queued" || s.phase == "working")
    };
    let before = show::detail(&reader, page)?;
    if detach.detach || !busy(&before) {
        return Ok(show::page(&before));
    }
    in_foreground(engine, async { engine.drive(page).await.map_err(Fault::from) })
        .map_err(|fault| fault.of_page(page))?;
    let after = show::detail(&reader, page)?;
    let fault = after.page.attention.as_ref().and_then(|a| Fault::of_attention(page.as_str(), a));
    Ok(show::page(&after).with_fault(fault))
}

/// Runs work on a runtime of its own, telling of it on standard error, until it is done or interrupted.
pub(super) fn in_foreground<T>(
    engine: &Engine,
    work: impl Future<Output = Result<T, Fault>>,
) -> Result<T, Fault> {
    let telling = Telling::start(engine);
    let outcome = drive(engine, &telling.conducting.clone(), work);
    telling.end();
    outcome
}

/// The same without telling of it: somebody else does.
pub(super) fn quietly<T>(engine: &Engine, work: impl Future<Output = Result<T, Fault>>) -> Result<T, Fault> {
    let conducting = Arc::new(Notify::new());
    let rung = conducting.clone();
    engine.subscribe(move |signal| {
        if matches!(signal, Signal::Conducting(_)) {
            rung.notify_one();
        }
    });
    drive(engine, &conducting, work)
}

fn drive<T>(
    engine: &Engine,
    conducting: &Notify,
    work: impl Future<Output = Result<T, Fault>>,
) -> Result<T, Fault> {
    let runtime = runtime()?;
    runtime.block_on(async {
        // The signals are listened to before anything is begun.
        let mut signals = Signals::listen();
        let mut work = Box::pin(work);
        loop {
            tokio::select! {
                biased;
                asked = signals.next() => match asked {
                    Asked::End => break,
                    Asked::Suspend => {
                        engine.suspend();
                        // The work has to run on to let its lock go.
                        tokio::select! {
                            biased;
                            outcome = &mut work => return outcome,
                            _ = tokio::time::timeout(LET_GO_WITHIN, engine.suspended()) => {}
                        }
                        suspend();
                        engine.resume();
                    }
                },
                outcome = &mut work => return outcome,
            }
        }
        drop(work);
        // Its conductor lets go: what is under way is closed as interrupted.
        let let_go = async {
            while engine.conducting() == Conducting::Here {
                conducting.notified().await;
            }
        };
        let _ = tokio::time::timeout(LET_GO_WITHIN, let_go).await;
        Err(Fault::interrupted())
    })
}

fn runtime() -> Result<Runtime, Fault> {
    Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|e| Fault::new(Exit::Store, "system", format!("no threads for background work: {e}"), None))
}
