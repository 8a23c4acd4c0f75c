//! Work in the foreground: it is driven to the next gate while its text runs over standard error.

use std::io::{IsTerminal as _, Write as _};
use std::sync::{Arc, Mutex};

use clap::Args;
use tokio::runtime::{Builder, Runtime};

use super::answer::Answer;
use super::fault::{Exit, Fault};
use super::show;
use crate::analysis::{clean, clean_line};
use crate::domain::run::{AttemptId, RunCommand, RunEvent};
use crate::domain::{Command, Event, PageId, Recorded};
use crate::engine::{Engine, Signal};

/// Whether the work that a command causes is left to others.
#[derive(Debug, Clone, Copy, Args)]
pub(super) struct Detach {
    /// Do not wait for agents: leave the work to `galley work` or an open studio
    #[arg(long)]
    detach: bool,
}

impl Detach {
    /// For commands that cause no work themselves.
    pub const YES: Self = Self { detach: true };
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
    in_foreground(engine, async { engine.drive(page).await.map_err(Fault::from) })?;
    let after = show::detail(&reader, page)?;
    let fault = after.page.attention.as_ref().and_then(|a| Fault::of_attention(page.as_str(), a));
    Ok(show::page(&after).with_fault(fault))
}

/// Runs work on a runtime of its own, telling of it on standard error, until it is done or interrupted.
pub(super) fn in_foreground<T>(
    engine: &Engine,
    work: impl Future<Output = Result<T, Fault>>,
) -> Result<T, Fault> {
    let runtime = runtime()?;
    let telling = Telling::start(engine);
    let outcome = runtime.block_on(async {
        tokio::select! {
            outcome = work => outcome,
            () = interrupted() => Err(Fault::interrupted()),
        }
    });
    telling.end();
    outcome
}

fn runtime() -> Result<Runtime, Fault> {
    Builder::new_multi_thread().worker_threads(2).enable_all().build().map_err(|e| Fault {
        kind: "system".into(),
        message: format!("no threads for background work: {e}"),
        hint: None,
        exit: Exit::Store,
    })
}

/// Waits for Ctrl-C or, where there are such signals, a request to end or a terminal that has gone.
async fn interrupted() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let on = |kind| async move {
            match signal(kind) {
                Ok(mut signal) => drop(signal.recv().await),
                Err(_) => std::future::pending().await,
            }
        };
        tokio::select! {
            () = on(SignalKind::interrupt()) => {}
            () = on(SignalKind::terminate()) => {}
            () = on(SignalKind::hangup()) => {}
        }
    }
    #[cfg(not(unix))]
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// Tells what happens on standard error: a line a happening, and to a terminal the text as it is written.
struct Telling(Arc<Mutex<Teller>>);

impl Telling {
    fn start(engine: &Engine) -> Self {
        let teller =
            Arc::new(Mutex::new(Teller { on: true, streams: std::io::stderr().is_terminal(), text: None }));
        let told = teller.clone();
        let reading = engine.clone();
        engine.subscribe(move |signal| {
            let Ok(mut teller) = told.lock() else { return };
            match signal {
                _ if !teller.on => {}
                Signal::Committed(committed) => committed.events.iter().for_each(|e| teller.happened(e)),
                Signal::Delta { attempt, .. } if teller.streams => {
                    if let Some(live) = reading.live(attempt) {
                        teller.written(attempt, &live.text);
                    }
                }
                Signal::Notice(words) => teller.line(words),
                _ => {}
            }
        });
        Self(teller)
    }

    /// Tells nothing any more: what still arrives is for the answer to say.
    fn end(self) {
        if let Ok(mut teller) = self.0.lock() {
            teller.end_text();
            teller.on = false;
        }
    }
}

struct Teller {
    on: bool,
    /// Standard error is a terminal.
    streams: bool,
    /// The attempt whose text is running, and what of it, cleaned, stands on the terminal. Others wait their turn:
    /// two texts through each other could not be read.
    text: Option<(AttemptId, String)>,
}

impl Teller {
    fn happened(&mut self, recorded: &Recorded) {
        let Event::Run(event) = &recorded.event else { return };
        match event {
            RunEvent::AttemptStarted { step, number, model, .. } => {
                let again = if *number > 1 { format!(", attempt {number}") } else { String::new() };
                self.line(&format!("{step}: {model} writes{again}"));
            }
            RunEvent::AttemptDelivered { attempt, step, revision, .. } => {
                self.finish_text(attempt);
                self.line(&format!(
                    "{step}: revision {} is there, {} words",
                    revision.number, revision.text.words
                ));
            }
            RunEvent::RemarksDelivered { step, .. } => self.line(&format!("{step}: remarks are there")),
            RunEvent::AttemptFailed { attempt, step, failure, retry_at, .. } => {
                self.finish_text(attempt);
                let next = match retry_at {
                    Some(due) => format!("; tried again in {:.0} s", due.ms_since(recorded.at) as f64 / 1e3),
                    None => String::new(),
                };
                self.line(&format!("{step}: {}{next}", failure.message));
            }
            RunEvent::AttemptCancelled { attempt, step, .. } => {
                self.finish_text(attempt);
                self.line(&format!("{step}: the draft was stopped"));
            }
            _ => {}
        }
    }

    /// Writes what is new of a text. Only cleaned text is written; where an escape sequence has come in part
    /// only, the text behind it waits until it is whole.
    fn written(&mut self, attempt: &AttemptId, text: &str) {
        let cleaned = clean(text);
        let (running, shown) = self.text.get_or_insert_with(|| (attempt.clone(), String::new()));
        if running != attempt {
            return;
        }
        if let Some(fresh) = cleaned.strip_prefix(shown.as_str()) {
            let mut err = std::io::stderr().lock();
            let _ = err.write_all(fresh.as_bytes()).and_then(|()| err.flush());
            let fresh = fresh.to_owned();
            shown.push_str(&fresh);
        }
    }

    fn finish_text(&mut self, attempt: &AttemptId) {
        if self.text.as_ref().is_some_and(|(running, _)| running == attempt) {
            self.end_text();
        }
    }

    fn end_text(&mut self) {
        if self.text.take().is_some_and(|(_, shown)| !shown.is_empty() && !shown.ends_with('\n')) {
            let _ = std::io::stderr().lock().write_all(b"\n");
        }
    }

    fn line(&mut self, words: &str) {
        // Another page's news do not break into a text that is running.
        let running =
            self.text.as_ref().is_some_and(|(_, shown)| !shown.is_empty() && !shown.ends_with('\n'));
        let start = if running { "\n" } else { "" };
        let _ = std::io::stderr().lock().write_all(format!("{start}{}\n", clean_line(words)).as_bytes());
    }
}
