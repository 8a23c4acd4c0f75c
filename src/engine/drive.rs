//! Foreground work: a command that waits until its page, or everything, is at a gate.

use std::time::{Duration, Instant};

use serde::Serialize;
use tokio::runtime::Handle;

use super::{Conducting, Engine, EngineError, Suspension, clock};
use crate::domain::{PageId, RunId};
use crate::store::StoreError;
use crate::store::rows::PageRow;

const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How long a foreground command waits where nobody can conduct.
const GIVE_UP_AFTER: Duration = Duration::from_secs(5);

/// What [`Engine::work`] came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WorkReport {
    /// Pages and runs at an open gate.
    pub reviewing: u32,
    /// Pages and runs that the author has set aside.
    pub set_aside: u32,
    /// Pages and runs that need the author for another reason than a missing beat.
    pub attention: u32,
    /// Pages still being generated: by another conductor, or not at all.
    pub generating: u32,
}

impl Engine {
    /// Conducts one page, or follows the process that conducts, until its agents are done.
    pub async fn drive(&self, page: &PageId) -> Result<PageRow, EngineError> {
        let gone = || EngineError::NotFound { what: "page", id: page.to_string() };
        let run = self.shared.read(|reader| reader.page(page))?.ok_or_else(gone)?.run;
        self.drive_run(&run).await?;
        self.shared.read(|reader| reader.page(page))?.ok_or_else(gone)
    }

    /// Conducts one run, or follows the process that conducts, until nothing of it is queued or under way.
    pub async fn drive_run(&self, run: &RunId) -> Result<(), EngineError> {
        self.until(Some(run), |engine| {
            let busy = engine.shared.read(|reader| reader.is_busy(Some(run)));
            Ok(!busy?)
        })
        .await
    }

    /// Conducts, or follows the process that conducts, until no agent has anything to do.
    pub async fn work(&self) -> Result<WorkReport, EngineError> {
        self.until(None, |engine| {
            let busy = engine.shared.read(|reader| reader.is_busy(None));
            Ok(!busy?)
        })
        .await?;
        let totals = self.shared.read(|reader| reader.totals(clock::now()))?;
        Ok(WorkReport {
            reviewing: totals.inbox,
            set_aside: totals.set_aside,
            attention: totals.attention,
            generating: totals.generating,
        })
    }

    /// Returns why to stop waiting, once it has been so for [`GIVE_UP_AFTER`]: the lock cannot be taken or the database
    /// not be written, or the lock's holder is stopped.
    fn reason_to_give_up(&self, since: &mut Option<Instant>) -> Option<EngineError> {
        let conducting = self.conducting();
        let error = match &conducting {
            Conducting::Blocked(error) => EngineError::Store(error.clone()),
            Conducting::Elsewhere(holder) if holder.stopped => {
                EngineError::Store(StoreError::HolderStopped(holder.clone()))
            }
            Conducting::Elsewhere(_) | Conducting::Here | Conducting::Nobody => {
                *since = None;
                return None;
            }
        };
        let began = since.get_or_insert_with(Instant::now);
        (began.elapsed() >= GIVE_UP_AFTER).then_some(error)
    }

    async fn until(
        &self,
        scope: Option<&RunId>,
        done: impl Fn(&Self) -> Result<bool, EngineError>,
    ) -> Result<(), EngineError> {
        // What a budget had stopped may go on by now.
        super::release::release(&self.shared, scope).await?;
        if done(self)? {
            return Ok(());
        }
        let mut changed = self.shared.changed.subscribe();
        let mut suspension = self.shared.suspension.subscribe();
        // It may have been asked for already.
        suspension.mark_changed();
        let conductor = self.conduct(&Handle::current(), scope.cloned());
        let mut idle_since = None;
        let result = loop {
            changed.mark_unchanged();
            match done(self) {
                Ok(true) => break Ok(()),
                Ok(false) => {}
                Err(e) => break Err(e),
            }
            if let Some(error) = self.reason_to_give_up(&mut idle_since) {
                break Err(error);
            }
            tokio::select! {
                Ok(()) = suspension.changed() => {
                    let asked = *suspension.borrow_and_update();
                    match asked {
                        Suspension::Asked => {
                            tokio::task::block_in_place(|| conductor.interrupt());
                            self.shared.suspension.send_replace(Suspension::Done);
                        }
                        Suspension::None => conductor.resume(),
                        Suspension::Done => {}
                    }
                }
                looked = tokio::time::timeout(LOOK_EVERY, changed.changed()) => {
                    // Where the system gives no watch on the database, a foreground command looks by itself.
                    if let Ok(Err(_)) = looked {
                        break Ok(());
                    }
                }
            }
        };
        conductor.stopped().await;
        result
    }
}
