//! The progress of one run, told on standard error: a line of JSON for each event, or in words (spec R5).

use std::io::Write as _;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use serde_json::Value;

use super::escape::escaped;
use crate::analysis::clean_line;
use crate::engine::{Engine, Signal};
use crate::service::story::Progress;

/// How long a reader of standard error may leave the last lines unread before they are given up.
const READ_WITHIN: Duration = Duration::from_secs(5);

/// The telling of one run.
pub(super) struct Following {
    wake: Sender<bool>,
    /// Closed when the telling has ended.
    ended: Receiver<()>,
}

impl Following {
    /// Tells of a run as it goes on.
    pub fn start(engine: &Engine, mut progress: Progress, json: bool) -> Self {
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
        let (ends, ended) = channel::<()>();
        std::thread::spawn(move || {
            let _ends = ends;
            tell(&mut progress);
            for goes_on in woken {
                tell(&mut progress);
                if !goes_on {
                    break;
                }
            }
        });
        Self { wake, ended }
    }

    /// Tells what has happened until now, and nothing more. A reader that has stopped reading holds nothing up.
    pub fn end(self) {
        let _ = self.wake.send(false);
        let _ = self.ended.recv_timeout(READ_WITHIN);
    }
}

fn line(event: &Value, json: bool) {
    let text = if json { event.to_string() } else { words(event) };
    if !text.is_empty() {
        // JSON keeps its value to the byte.
        let shown = if json { escaped(&text) } else { clean_line(&text) };
        let _ = writeln!(std::io::stderr().lock(), "{shown}");
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
            "review {}: {}, {} (the reviewer says {})",
            said("iteration"),
            said("quality_score"),
            said("decision"),
            said("verdict")
        ),
        "polish_complete" => format!("polish {}: {} changes", said("iteration"), said("changes_count")),
        // A workflow that reviews nothing comes to no decision.
        "workflow_complete" if event["decision"] == "unknown" => "complete".to_owned(),
        "workflow_complete" => format!("complete: {}", said("decision")),
        "workflow_failed" => format!("failed: {}", said("error")),
        _ => String::new(),
    }
}
