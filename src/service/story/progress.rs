//! How a run goes on, in the events of the specification (spec R5), from its journal.

use serde_json::{Value, json};

use super::course::{Course, looped};
use super::result::{Decision, by_score};
use crate::domain::run::{Revision, RunEvent};
use crate::domain::{Event, RunId, StepName, StreamId};
use crate::engine::{Engine, EngineError};
use crate::store::Reader;

/// Follows one run. What it tells depends on the journal alone, so a listener that fails never hurts the run.
pub struct Progress {
    engine: Engine,
    course: Course,
    told: u64,
    /// Everything up to here was told by others.
    from: u64,
    ended: bool,
}

impl Progress {
    /// Follows a run from its beginning on.
    pub fn of(engine: &Engine, run: &RunId) -> Result<Self, EngineError> {
        let run = engine.run(run)?;
        Ok(Self { engine: engine.clone(), course: Course::of(run), told: 0, from: 0, ended: false })
    }

    /// Follows a run from where it is: what happened before is not told again.
    pub fn from_now(engine: &Engine, run: &RunId) -> Result<Self, EngineError> {
        let all = Self::of(engine, run)?;
        let from = all.course.run.seq;
        Ok(Self { from, ..all })
    }

    /// Returns the run.
    #[must_use]
    pub fn run(&self) -> &RunId {
        &self.course.run.id
    }

    /// Returns what has happened since it was asked last.
    pub fn news(&mut self) -> Result<Vec<Value>, EngineError> {
        let reader = self.engine.store().reader()?;
        let events = reader.events(&StreamId::Run(self.course.run.id.clone()))?;
        let mut news = Vec::new();
        let told = self.told;
        for recorded in events.iter().filter(|e| e.seq > told) {
            self.told = recorded.seq;
            let Event::Run(event) = &recorded.event else { continue };
            self.course.take(event, recorded.at);
            let over = self.course.over_at.is_some();
            if recorded.seq > self.from {
                self.tell(event, &reader, &mut news);
                self.ended &= over;
            } else {
                self.ended = over;
            }
        }
        self.tell_the_end(&mut news);
        Ok(news)
    }

    fn tell(&mut self, event: &RunEvent, reader: &Reader, news: &mut Vec<Value>) {
        let turn = self.course.turn();
        match event {
            RunEvent::RunStarted { .. } => {
                let run = &self.course.run;
                let max = looped(&run.workflow).map(|l| run.loop_limit(l));
                news.push(json!({"event": "workflow_started", "story_id": run.id, "max_iterations": max}));
                if max.is_some() {
                    news.push(json!({"event": "iteration", "iteration": turn}));
                }
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
                self.tell_result(step, revision, reader, news);
            }
            // Nothing had changed for it, so no model was called: what it told before is told of this turn too.
            RunEvent::ResultAdopted { step, .. } => {
                let Some(revision) = self.course.run.step(step).and_then(|s| s.current_revision()) else {
                    return;
                };
                let revision = revision.clone();
                news.push(json!({
                    "event": "stage_complete", "stage": step, "iteration": turn, "reused": true,
                }));
                self.tell_result(step, &revision, reader, news);
            }
            RunEvent::LoopTurned { turn, .. } => news.push(json!({"event": "iteration", "iteration": turn})),
            _ => {}
        }
    }

    fn tell_result(&mut self, step: &StepName, revision: &Revision, reader: &Reader, news: &mut Vec<Value>) {
        let turn = self.course.turn();
        let text = reader.text(&revision.text.hash).ok().flatten().unwrap_or_default();
        let artifact: Value = serde_json::from_str(&text).unwrap_or_default();
        let scores = self.course.run.workflow.versions.iter().flat_map(|v| &v.scores);
        let mut own = scores.filter_map(|p| p.strip_prefix(step.as_str())?.strip_prefix('.'));
        if let Some(score) = own.find_map(|path| revision.values.get(path)).cloned() {
            let closing = self.course.roles.closing.as_ref() == Some(step);
            let is_enough = self.course.stage(step).and_then(|stage| stage.is_enough);
            news.push(json!({
                "event": "review_complete", "iteration": turn, "quality_score": score,
                "decision": is_enough.map(by_score), "verdict": artifact["decision"], "closing": closing,
            }));
        }
        if self.course.roles.polish.as_ref() == Some(step) {
            let changes = artifact["changes"].as_array().map_or(0, Vec::len);
            news.push(json!({"event": "polish_complete", "iteration": turn, "changes_count": changes}));
        }
    }

    fn tell_the_end(&mut self, news: &mut Vec<Value>) {
        let over = self.course.over_at.is_some();
        if std::mem::replace(&mut self.ended, over) || !over {
            return;
        }
        let id = &self.course.run.id;
        news.push(match self.course.failure() {
            Some(error) => json!({"event": "workflow_failed", "story_id": id, "error": error}),
            None => json!({
                "event": "workflow_complete", "story_id": id, "iterations": self.course.turns.len(),
                "final_quality": self.course.final_score(), "decision": Decision::of(&self.course.run),
            }),
        });
    }
}
