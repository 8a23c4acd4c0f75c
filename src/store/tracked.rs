//! A run with what readers are shown of it beyond its rules: since when a gate is open, what was spent.
//! Like the run, it is a function of the stream's events alone.

use std::sync::Arc;

use crate::domain::ids::AttemptId;
use crate::domain::run::{CancelReason, Phase, Run, RunEvent, Usage};
use crate::domain::{Money, StepName, Time, Workflow};

/// A run as the store keeps it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Tracked {
    /// The stream's number.
    pub n: i64,
    /// The run.
    pub run: Run,
    /// Since when the gate of each step is open.
    pub gate_since: Vec<Option<Time>>,
    /// What its settled attempts cost.
    pub spent: Money,
    /// Attempts that hold what was reserved for them.
    open: Vec<AttemptId>,
}

/// What an attempt took in the end; counted once.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Settled {
    pub usage: Usage,
    pub cost: Option<Money>,
}

impl Tracked {
    pub fn start(n: i64, workflow: Arc<Workflow>, event: &RunEvent, at: Time) -> Option<Self> {
        let run = Run::start(workflow, event, at)?;
        let gate_since = vec![None; run.steps.len()];
        Some(Self { n, run, gate_since, spent: Money::ZERO, open: Vec::new() })
    }

    /// Applies the next event; returns what an attempt took when this event settles it.
    pub fn apply(&mut self, event: &RunEvent, at: Time) -> Option<Settled> {
        let before: Vec<bool> =
            self.run.steps.iter().map(|s| matches!(s.phase, Phase::Gate { .. })).collect();
        self.run.apply(event, at);
        for ((step, since), was_open) in self.run.steps.iter().zip(&mut self.gate_since).zip(before) {
            match step.phase {
                Phase::Gate { .. } if !was_open => *since = Some(at),
                Phase::Gate { .. } => {}
                _ => *since = None,
            }
        }
        if let RunEvent::AttemptStarted { attempt, .. } = event {
            self.open.push(attempt.clone());
        }
        let (attempt, settled) = ending(event)?;
        let index = self.open.iter().position(|a| a == attempt)?;
        self.open.swap_remove(index);
        self.spent += settled.cost.unwrap_or_default();
        Some(settled)
    }

    /// Returns the agent that does a step.
    pub fn agent(&self, step: &StepName) -> &str {
        self.run.workflow.step(step).map_or("agent", |s| s.agent.as_str())
    }

    /// Returns the model of an attempt.
    pub fn model(&self, attempt: &AttemptId) -> &str {
        let attempts = self.run.steps.iter().flat_map(|s| &s.attempts);
        attempts.filter(|a| a.id == *attempt).map(|a| a.model.as_str()).next().unwrap_or_default()
    }
}

/// Returns the attempt that an event settles. A cancelled call may still run up costs: only its end settles
/// it, or that its process is gone.
fn ending(event: &RunEvent) -> Option<(&AttemptId, Settled)> {
    match event {
        RunEvent::AttemptDelivered { attempt, usage, cost, .. }
        | RunEvent::RemarksDelivered { attempt, usage, cost, .. }
        | RunEvent::AttemptFailed { attempt, usage, cost, .. }
        | RunEvent::AttemptClosed { attempt, usage, cost, .. } => {
            Some((attempt, Settled { usage: *usage, cost: *cost }))
        }
        RunEvent::AttemptCancelled { attempt, reason: CancelReason::Interrupted, .. } => {
            Some((attempt, Settled::default()))
        }
        _ => None,
    }
}
