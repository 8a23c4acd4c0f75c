//! The texts that are being written in this process right now.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use crate::domain::ids::AttemptId;
use crate::domain::run::{CancelReason, RunEvent};
use crate::domain::{Event, PageId, Recorded, RunId, StepName, Time};

/// A text as far as it has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveText {
    /// The text, as it came: not cleaned.
    pub text: String,
    /// The model that writes.
    pub model: String,
    /// The step.
    pub step: StepName,
    /// When the attempt began.
    pub started_at: Time,
}

/// Why a task should stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// Its attempt was cancelled in the journal.
    Cancelled,
    /// This process ends, or lets go.
    Orderly,
}

struct Entry {
    run: RunId,
    page: Option<PageId>,
    live: LiveText,
    saved_bytes: usize,
    confirmed: bool,
    stop: Option<oneshot::Sender<Stop>>,
}

/// All of them.
#[derive(Default)]
pub struct Live {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    entries: HashMap<AttemptId, Entry>,
    /// The conductor lets go: nothing more begins.
    letting_go: bool,
}

impl Live {
    /// Adds an attempt; the receiver hears when it should stop. None when the conductor is letting go.
    pub fn begin(
        &self,
        attempt: AttemptId,
        run: RunId,
        page: Option<PageId>,
        live: LiveText,
    ) -> Option<oneshot::Receiver<Stop>> {
        let (stop, stopped) = oneshot::channel();
        let mut state = self.lock();
        if state.letting_go {
            return None;
        }
        let entry = Entry { run, page, live, saved_bytes: 0, confirmed: false, stop: Some(stop) };
        state.entries.insert(attempt, entry);
        Some(stopped)
    }

    /// Lets attempts begin, again.
    pub fn open(&self) {
        self.lock().letting_go = false;
    }

    /// Adds text to an attempt.
    pub fn push(&self, attempt: &AttemptId, text: &str) {
        self.with(|entries| {
            if let Some(entry) = entries.get_mut(attempt) {
                entry.live.text.push_str(text);
            }
        });
    }

    /// Takes an attempt out and returns its text.
    pub fn end(&self, attempt: &AttemptId) -> String {
        self.with(|entries| entries.remove(attempt)).map(|e| e.live.text).unwrap_or_default()
    }

    /// Returns the text of an attempt.
    pub fn text(&self, attempt: &AttemptId) -> Option<LiveText> {
        self.with(|entries| entries.get(attempt).map(|e| e.live.clone()))
    }

    /// Returns the attempts of a page.
    pub fn of_page(&self, page: &PageId) -> Vec<(StepName, AttemptId)> {
        self.with(|entries| {
            let of_page = entries.iter().filter(|(_, e)| e.page.as_ref() == Some(page));
            of_page.map(|(id, e)| (e.live.step.clone(), id.clone())).collect()
        })
    }

    /// Returns the attempts of a run.
    pub fn of_run(&self, run: &RunId) -> Vec<(StepName, AttemptId)> {
        self.with(|entries| {
            let of_run = entries.iter().filter(|(_, e)| e.run == *run);
            of_run.map(|(id, e)| (e.live.step.clone(), id.clone())).collect()
        })
    }

    /// Stops what the journal says is cancelled.
    pub fn on_events(&self, events: &[Recorded]) {
        for recorded in events {
            if let Event::Run(RunEvent::AttemptCancelled { attempt, reason, .. }) = &recorded.event
                && *reason != CancelReason::Interrupted
            {
                self.stop(attempt, Stop::Cancelled);
            }
        }
    }

    /// Marks an attempt as begun in the journal.
    pub fn confirm(&self, attempt: &AttemptId) {
        self.with(|entries| {
            if let Some(entry) = entries.get_mut(attempt) {
                entry.confirmed = true;
            }
        });
    }

    /// Returns the attempts that the journal knows of.
    pub fn confirmed(&self) -> Vec<AttemptId> {
        self.with(|entries| entries.iter().filter(|(_, e)| e.confirmed).map(|(id, _)| id.clone()).collect())
    }

    /// Tells every attempt that this process lets go, and lets none begin until [`open`](Self::open).
    pub fn stop_all(&self) {
        let all: Vec<AttemptId> = {
            let mut state = self.lock();
            state.letting_go = true;
            state.entries.keys().cloned().collect()
        };
        for attempt in all {
            self.stop(&attempt, Stop::Orderly);
        }
    }

    /// Tells an attempt to stop.
    pub fn stop(&self, attempt: &AttemptId, why: Stop) {
        let sender = self.with(|entries| entries.get_mut(attempt).and_then(|e| e.stop.take()));
        if let Some(sender) = sender {
            // A task that has just ended no longer listens, and needs not.
            let _ = sender.send(why);
        }
    }

    /// Returns the texts that grew since they were asked for last.
    pub fn unsaved(&self) -> Vec<(AttemptId, String)> {
        self.with(|entries| {
            let grown = entries.iter_mut().filter(|(_, e)| e.live.text.len() > e.saved_bytes);
            grown
                .map(|(id, e)| {
                    e.saved_bytes = e.live.text.len();
                    (id.clone(), e.live.text.clone())
                })
                .collect()
        })
    }

    fn with<T>(&self, f: impl FnOnce(&mut HashMap<AttemptId, Entry>) -> T) -> T {
        f(&mut self.lock().entries)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
