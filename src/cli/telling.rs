//! What happens while a command drives its work, told on standard error: a line a happening, and to a terminal the
//! text as it is written.
//!
//! The engine's listeners must not block, and a terminal can: so a thread of its own tells.

use std::io::{IsTerminal as _, Write as _};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, OnceLock};
use std::thread::JoinHandle;

use serde_json::{Value, json};
use tokio::sync::Notify;

use super::escape::escaped;
use crate::analysis::{clean, clean_line};
use crate::domain::run::{AttemptId, RunEvent};
use crate::domain::{Event, Recorded, StreamId, Text};
use crate::engine::{Conducting, Engine, Signal};
use crate::service::counts::many;

/// The telling of one command's work.
pub(super) struct Telling {
    heard: Sender<Heard>,
    thread: JoinHandle<()>,
    /// Rung when another process, or none, conducts.
    pub conducting: Arc<Notify>,
}

enum Heard {
    Happened(Arc<[Recorded]>),
    Written(AttemptId),
    Notice(String),
    End,
}

impl Telling {
    /// Tells of everything that the engine does from now on.
    pub fn start(engine: &Engine) -> Self {
        let (heard, hearing) = channel();
        let conducting = Arc::new(Notify::new());
        let json = AS_JSON.get().copied().unwrap_or_default();
        let streams = std::io::stderr().is_terminal() && !json;
        let (tell, rung) = (heard.clone(), conducting.clone());
        engine.subscribe(move |signal| {
            // When the telling has ended nobody hears, and nobody needs to.
            let _ = match signal {
                Signal::Committed(committed) => tell.send(Heard::Happened(committed.events.clone())),
                Signal::Delta { attempt, .. } if streams => tell.send(Heard::Written(attempt.clone())),
                Signal::Notice(words) => tell.send(Heard::Notice(words.clone())),
                Signal::Conducting(now) => {
                    rung.notify_one();
                    match now {
                        Conducting::Elsewhere(holder) => tell.send(Heard::Notice(match holder.remedy() {
                            Some(remedy) => format!("{holder} conducts: {remedy}"),
                            None => format!("{holder} conducts; followed"),
                        })),
                        Conducting::Blocked(error) => tell.send(Heard::Notice(error.to_string())),
                        Conducting::Here | Conducting::Nobody => Ok(()),
                    }
                }
                Signal::Delta { .. } | Signal::ChangedElsewhere => Ok(()),
            };
        });
        let teller = Teller { engine: engine.clone(), json, streams, text: None };
        Self { heard, thread: std::thread::spawn(move || teller.run(&hearing)), conducting }
    }

    /// Tells what was heard until now, and nothing more.
    pub fn end(self) {
        let _ = self.heard.send(Heard::End);
        let _ = self.thread.join();
    }
}

/// The step that learns from edits.
const LESSONS: &str = "lessons";

/// Whether happenings are told as JSON: said once, when the arguments were read.
static AS_JSON: OnceLock<bool> = OnceLock::new();

/// Has what happens told as lines of JSON, where `--json` was given.
pub(super) fn tell_as_json(json: bool) {
    let _ = AS_JSON.set(json);
}

struct Teller {
    engine: Engine,
    /// Each happening is a line of JSON.
    json: bool,
    /// Standard error is a terminal.
    streams: bool,
    /// The attempt whose text is running, and what of it, cleaned, stands on the terminal. Others wait until it has
    /// ended: two texts through each other could not be read.
    text: Option<(AttemptId, String)>,
}

impl Teller {
    fn run(mut self, hearing: &Receiver<Heard>) {
        for heard in hearing {
            match heard {
                Heard::Happened(events) => events.iter().for_each(|e| self.happened(e)),
                Heard::Written(attempt) => {
                    // What an edit teaches is told when it is there; the list as it is written is nothing to read.
                    if let Some(live) = self.engine.live(&attempt).filter(|l| l.step.as_str() != LESSONS) {
                        self.written(&attempt, &live.text);
                    }
                }
                Heard::Notice(words) if self.json => {
                    self.line(&json!({ "event": "notice", "message": words }).to_string());
                }
                Heard::Notice(words) => self.line(&words),
                Heard::End => break,
            }
        }
        self.end_text();
    }

    fn happened(&mut self, recorded: &Recorded) {
        let Event::Run(event) = &recorded.event else { return };
        if self.json {
            self.told_as_json(recorded, event);
            return;
        }
        match event {
            RunEvent::AttemptStarted { step, number, model, .. } => {
                let again = if *number > 1 { format!(", attempt {number}") } else { String::new() };
                self.line(&format!("{step}: {model} writes{again}"));
            }
            RunEvent::AttemptDelivered { attempt, step, revision, .. } => {
                self.finish_whole(attempt, &revision.text);
                self.line(&format!(
                    "{step}: revision {} is there, {}",
                    revision.number,
                    many(revision.text.words.into(), "word", "words")
                ));
            }
            RunEvent::RemarksDelivered { attempt, step, remarks, .. } => {
                self.finish_whole(attempt, remarks);
                self.line(&format!("{step}: remarks are there"));
            }
            RunEvent::ProposalsDelivered { attempt, step, proposals, .. } => {
                self.finish_text(attempt);
                let count = match proposals.len() {
                    0 => "nothing to propose".to_owned(),
                    1 => "1 proposal is there".to_owned(),
                    n => format!("{n} proposals are there"),
                };
                self.line(&format!("{step}: {count}"));
            }
            RunEvent::AttemptFailed { attempt, step, failure, retry_at, .. } => {
                self.finish_text(attempt);
                let next = retry_at.map_or(String::new(), |due| {
                    format!("; tried again in {:.1} s", due.ms_since(recorded.at) as f64 / 1e3)
                });
                self.line(&format!("{step}: {}{next}", failure.message));
            }
            RunEvent::AttemptCancelled { attempt, step, .. } => {
                self.finish_text(attempt);
                self.line(&format!("{step}: the draft was stopped"));
            }
            _ => {}
        }
    }

    /// Writes an event as the journal has it, under `event` its type, with its run and its time.
    fn told_as_json(&mut self, recorded: &Recorded, event: &RunEvent) {
        let told = matches!(
            event,
            RunEvent::AttemptStarted { .. }
                | RunEvent::AttemptDelivered { .. }
                | RunEvent::RemarksDelivered { .. }
                | RunEvent::ProposalsDelivered { .. }
                | RunEvent::AttemptFailed { .. }
                | RunEvent::AttemptCancelled { .. }
                | RunEvent::AuthorNeeded { .. }
                | RunEvent::StepPassed { .. }
        );
        if let (true, Ok(Value::Object(mut fields))) = (told, serde_json::to_value(event)) {
            let kind = fields.remove("type").unwrap_or_default();
            let StreamId::Run(run) = &recorded.stream else { return };
            let mut line = json!({ "event": kind, "run": run, "at": recorded.at });
            if let Some(all) = line.as_object_mut() {
                all.append(&mut fields);
            }
            self.line(&line.to_string());
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
            shown.push_str(fresh);
        }
    }

    /// Writes what came since the last look: by now the whole text is in the store.
    fn finish_whole(&mut self, attempt: &AttemptId, text: &Text) {
        let whole = self.engine.store().reader().and_then(|r| r.text(&text.hash));
        if let (true, Ok(Some(whole))) = (self.streams, whole) {
            self.written(attempt, &whole);
        }
        self.finish_text(attempt);
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
        // News of others do not run on in the line of a text.
        let within = self.text.as_ref().is_some_and(|(_, shown)| !shown.is_empty() && !shown.ends_with('\n'));
        let start = if within { "\n" } else { "" };
        let shown = if self.json { escaped(words) } else { clean_line(words) };
        let _ = std::io::stderr().lock().write_all(format!("{start}{shown}\n").as_bytes());
    }
}
