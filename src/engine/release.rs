//! Steps that a budget had stopped, or the lack of a price, go on when there is room for them again: after a budget
//! was raised, a price was given, or a day has ended.

use std::sync::Arc;

use super::{Shared, attempt, clock};
use crate::config::Config;
use crate::domain::run::RunCommand;
use crate::domain::{Actor, BookId, Command, Money, Request, RunId, Time};
use crate::store::StoreError;

const DAY_MS: i64 = 86_400_000;

/// What decides, beside what is spent, whether calls are stopped.
struct Terms {
    config: Arc<Config>,
    day: String,
    books: Vec<(BookId, Money)>,
}

/// The terms as they were when it was looked last.
#[derive(Default)]
pub(super) struct Release {
    seen: Option<Terms>,
    stopped: bool,
}

impl Release {
    /// Releases what may begin, where the terms have changed since the last look.
    pub async fn look(&mut self, shared: &Shared, scope: Option<&RunId>) -> Result<(), StoreError> {
        let (config, day) = (shared.config(), clock::now().day());
        let books = shared.read(crate::store::Reader::book_budgets)?;
        let same = |t: &Terms| Arc::ptr_eq(&t.config, &config) && t.day == day && t.books == books;
        if !self.seen.as_ref().is_some_and(same) {
            self.seen = Some(Terms { config, day, books });
            self.stopped = release(shared, scope).await?;
        }
        Ok(())
    }

    /// Returns when to look again by itself: with the next day, where something was stopped.
    pub fn next(&self) -> Option<Time> {
        self.stopped.then(|| Time((clock::now().0.div_euclid(DAY_MS) + 1) * DAY_MS))
    }
}

/// Has every stopped step asked again that may begin by now, of one run or of all. Returns whether any had been
/// stopped.
pub(super) async fn release(shared: &Shared, scope: Option<&RunId>) -> Result<bool, StoreError> {
    let mut requests = Vec::new();
    for (run, step) in shared.read(|reader| reader.steps_in_need(scope))? {
        if let Some(attempt::Stopped { reserved }) = attempt::stopped(shared, &run, &step)? {
            let command = Command::Run { run, command: RunCommand::Release { step, reserved } };
            requests.push(Request { id: None, actor: Actor::Conductor, command });
        }
    }
    let any = !requests.is_empty();
    for reply in shared.store.submit_many(requests) {
        match reply.await {
            // A refusal means that someone else has decided about it.
            Ok(_) | Err(StoreError::Refused(_)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(any)
}
