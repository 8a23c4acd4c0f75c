//! The progress of one run, told on standard error: a line of JSON for each event, or in words (spec R5).

use std::io::Write as _;
use std::sync::mpsc::{Sender, channel};
use std::thread::JoinHandle;

use serde_json::Value;

use super::fault::Fault;
use crate::analysis::clean_line;
use crate::domain::RunId;
use crate::engine::{Engine, Progress, Signal};

/// The telling of one run.
pub(super) struct Following {
    wake: Sender<bool>,
    thread: JoinHandle<()>,
}

impl Following {
    /// Tells of a run from its beginning on.
    pub fn start(engine: &Engine, run: &RunId, json: bool) -> Result<Self, Fault> {
        let mut progress = Progress::of(engine, run)?;
        let (wake, woken) = channel();
        let ring = wake.clone();
        engine.subscribe(move |signal| {
            if matches!(signal, Signal::Committed(_) | Signal::ChangedElsewhere) {
                // When the telling has ended nobody hears, and nobody needs to.
                let _ = ring.send(true);
            }
        });
        let tell = move |progress: &mut Progress| match progress.news() {
            Ok(news) => news.iter().for_each(|event| line(event, json)),
            Err(error) => tracing::warn!(%error, "the progress of a run could not be read"),
        };
        let thread = std::thread::spawn(move || {
            tell(&mut progress);
            for goes_on in woken {
                tell(&mut progress);
                if !goes_on {
                    break;
                }
            }
        });
        Ok(Self { wake, thread })
    }

    /// Tells what has happened until now, and nothing more.
    pub fn end(self) {
        let _ = self.wake.send(false);
        let _ = self.thread.join();
    }
}

fn line(event: &Value, json: bool) {
    let text = if json { event.to_string() } else { words(event) };
    if !text.is_empty() {
        let _ = writeln!(std::io::stderr().lock(), "{}", clean_line(&text));
    }
}

fn words(event: &Value) -> String {
    let said = |name: &str| match &event[name] {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    match event["event"].as_str().unwrap_or_default() {
        "workflow_started" => format!("{} begins", said("story_id")),
        "stage_started" => format!("{} …", said("stage")),
        "stage_failed" => {
            let again = if event["retried"] == true { "; tried again" } else { "" };
            format!("{}: {}{again}", said("stage"), said("error"))
        }
        "review_complete" if event["closing"] == true => format!("closing review: {}", said("quality_score")),
        "review_complete" => format!(
            "review {}: {} (the reviewer says {})",
            said("iteration"),
            said("quality_score"),
            said("decision")
        ),
        "polish_complete" => format!("polish {}: {} changes", said("iteration"), said("changes_count")),
        "workflow_complete" => format!("complete: {}", said("decision")),
        "workflow_failed" => format!("failed: {}", said("error")),
        _ => String::new(),
    }
}
