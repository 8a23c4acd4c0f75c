//! How a run goes on, in the events of the specification (spec R5), from its journal.

use serde_json::{Value, json};

use super::{Engine, EngineError};
use crate::domain::run::{LoopOutcome, Phase, Run, RunEvent};
use crate::domain::{Event, RunId, StreamId};

/// Follows one run. What it tells depends on the journal alone, so a listener that fails never hurts the run.
pub struct Progress {
    engine: Engine,
    run: Run,
    told: u64,
    ended: bool,
}

impl Progress {
    /// Follows a run from its beginning on.
    pub fn of(engine: &Engine, run: &RunId) -> Result<Self, EngineError> {
        let mut run = engine.run(run)?;
        run.seq = 0;
        Ok(Self { engine: engine.clone(), run, told: 0, ended: false })
    }

    /// Returns what has happened since it was asked last.
    pub fn news(&mut self) -> Result<Vec<Value>, EngineError> {
        let reader = self.engine.store().reader()?;
        let events = reader.events(&StreamId::Run(self.run.id.clone()))?;
        let mut news = Vec::new();
        let told = self.told;
        for recorded in events.iter().filter(|e| e.seq > told) {
            self.told = recorded.seq;
            let Event::Run(event) = &recorded.event else { continue };
            if let RunEvent::RunStarted { .. } = event {
                if let Some(run) = Run::start(self.run.workflow.clone(), event, recorded.at) {
                    self.run = run;
                }
            } else {
                self.run.apply(event, recorded.at);
            }
            self.tell(event, &reader, &mut news);
        }
        self.tell_the_end(&mut news);
        Ok(news)
    }

    fn tell(&self, event: &RunEvent, reader: &crate::store::Reader, news: &mut Vec<Value>) {
        let turn = self.run.loops.first().map_or(1, |l| l.turn);
        let asked = self.run.workflow.loops.first().and_then(|l| l.asked_after());
        match event {
            RunEvent::RunStarted { .. } => {
                let most = self.run.workflow.loops.first().map(|l| self.run.loop_limit(l));
                news.push(
                    json!({"event": "workflow_started", "story_id": self.run.id, "max_iterations": most}),
                );
            }
            RunEvent::AttemptStarted { step, number, .. } => {
                news.push(
                    json!({"event": "stage_started", "stage": step, "iteration": turn, "attempt": number}),
                );
            }
            RunEvent::AttemptFailed { step, failure, retry_at, .. } => news.push(json!({
                "event": "stage_failed", "stage": step, "iteration": turn, "error": failure.message,
                "retried": retry_at.is_some(),
            })),
            RunEvent::AttemptDelivered { step, revision, .. } => {
                news.push(json!({"event": "stage_complete", "stage": step, "iteration": turn}));
                let scores = self.run.workflow.versions.iter().flat_map(|v| &v.scores);
                let mut own = scores.filter_map(|p| p.strip_prefix(step.as_str())?.strip_prefix('.'));
                if let Some(score) = own.find_map(|path| revision.values.get(path)) {
                    let closing = asked != Some(step);
                    let text = reader.text(&revision.text.hash).ok().flatten().unwrap_or_default();
                    let report: Value = serde_json::from_str(&text).unwrap_or_default();
                    news.push(json!({
                        "event": "review_complete", "iteration": turn, "quality_score": score,
                        "decision": report["decision"], "closing": closing,
                    }));
                }
                let makes = self.run.workflow.versions.as_ref().map(|v| &v.text);
                if makes.is_some_and(|path| path.split('.').next() == Some(step.as_str())) {
                    let text = reader.text(&revision.text.hash).ok().flatten().unwrap_or_default();
                    let artifact: Value = serde_json::from_str(&text).unwrap_or_default();
                    let changes = artifact["changes"].as_array().map_or(0, Vec::len);
                    news.push(
                        json!({"event": "polish_complete", "iteration": turn, "changes_count": changes}),
                    );
                }
            }
            RunEvent::LoopTurned { turn, .. } => news.push(json!({"event": "iteration", "iteration": turn})),
            _ => {}
        }
    }

    fn tell_the_end(&mut self, news: &mut Vec<Value>) {
        let failed = self.run.steps.iter().find_map(|s| match &s.phase {
            Phase::NeedsAuthor { message, .. } => Some(message),
            _ => None,
        });
        let over = failed.is_some() || self.run.first_unsettled().is_none();
        if !over {
            self.ended = false;
            return;
        }
        if std::mem::replace(&mut self.ended, true) {
            return;
        }
        let id = &self.run.id;
        news.push(match failed {
            Some(error) => json!({"event": "workflow_failed", "story_id": id, "error": error}),
            None => json!({
                "event": "workflow_complete", "story_id": id,
                "iterations": self.run.loops.first().map(|l| l.turn),
                "final_quality": self.run.best_version().and_then(|(_, v)| v.score),
                "decision": self.run.loops.first().map(|l| decision(l.ended)),
            }),
        });
    }
}

/// Names how a loop ended, as results do.
pub(super) fn decision(outcome: Option<LoopOutcome>) -> &'static str {
    match outcome {
        None => "unknown",
        Some(LoopOutcome::Met) => "publish",
        Some(LoopOutcome::Limit) => "max_iterations_reached",
        Some(LoopOutcome::Stopped) => "stopped by the author",
    }
}
