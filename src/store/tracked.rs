//! A run with what readers are shown of it beyond its rules: since when a gate is open, what was spent.
//! Like the run, it is a function of the stream's events alone.

use std::sync::Arc;

use crate::domain::ids::AttemptId;
use crate::domain::run::{CancelReason, Phase, Run, RunEvent, Usage};
use crate::domain::spending::{MAX_CALL_TOKENS, believed};
use crate::domain::{Money, Spending, StepName, Time, Workflow};

/// A run as the store keeps it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Tracked {
    /// The stream's number.
    pub n: i64,
    /// The run.
    pub run: Run,
    /// Since when the gate of each step is open.
    pub gate_since: Vec<Option<Time>>,
    /// What its attempts came to.
    pub tally: Tally,
    attempts: Vec<Held>,
}

/// An attempt as its money goes.
#[derive(Debug, Clone, PartialEq)]
struct Held {
    id: AttemptId,
    /// The journal's number of its start.
    number: i64,
    /// It holds what was reserved for it.
    open: bool,
    /// It costs nothing, whatever becomes of it.
    free: bool,
}

/// What the attempts of a run came to.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Tally {
    pub attempts: u32,
    pub failures: u32,
    pub spent: Spending,
}

/// What an attempt took in the end; counted once.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Settled {
    pub usage: Usage,
    pub cost: Option<Money>,
}

impl Settled {
    fn of(usage: Usage, cost: Option<Money>) -> Self {
        let (usage, cost) = believed(usage, cost);
        Self { usage, cost }
    }

    /// Returns it as a part of a sum.
    pub fn spending(self) -> Spending {
        Spending {
            attempts: 1,
            input_tokens: self.usage.input_tokens,
            output_tokens: self.usage.output_tokens,
            cost: self.cost.unwrap_or_default(),
            unknown: u32::from(self.cost.is_none()),
        }
    }
}

/// Returns what a text written by hand adds to the sums: its tokens, and no call.
pub(super) fn by_hand(event: &RunEvent) -> Option<Spending> {
    match event {
        RunEvent::Decided { made: Some(_), tokens, .. } if *tokens > 0 => {
            Some(Spending { output_tokens: (*tokens).min(MAX_CALL_TOKENS), ..Spending::default() })
        }
        _ => None,
    }
}

impl Tracked {
    pub fn start(n: i64, workflow: Arc<Workflow>, event: &RunEvent, at: Time) -> Option<Self> {
        let run = Run::start(workflow, event, at)?;
        let gate_since = vec![None; run.steps.len()];
        Some(Self { n, run, gate_since, tally: Tally::default(), attempts: Vec::new() })
    }

    /// Applies the next event, which has this number in the journal; returns what an attempt took when this
    /// event settles it.
    pub fn apply(&mut self, number: i64, event: &RunEvent, at: Time) -> Option<Settled> {
        let before: Vec<bool> =
            self.run.steps.iter().map(|s| matches!(s.phase, Phase::Gate { .. })).collect();
        self.run.apply(event, at);
        // Items of a step that fans out are steps that come later.
        self.gate_since.resize(self.run.steps.len(), None);
        let before = before.into_iter().chain(std::iter::repeat(false));
        for ((step, since), was_open) in self.run.steps.iter().zip(&mut self.gate_since).zip(before) {
            match step.phase {
                Phase::Gate { .. } if !was_open => *since = Some(at),
                Phase::Gate { .. } => {}
                _ => *since = None,
            }
        }
        if let RunEvent::AttemptStarted { attempt, reserved, .. } = event {
            let free = *reserved == Some(Money::ZERO);
            self.attempts.push(Held { id: attempt.clone(), number, open: true, free });
            self.tally.attempts += 1;
        }
        self.tally.spent += by_hand(event).unwrap_or_default();
        if matches!(event, RunEvent::AttemptFailed { .. }) {
            self.tally.failures += 1;
        }
        let (attempt, mut settled) = ending(event)?;
        let held = self.attempts.iter_mut().find(|a| a.id == *attempt && a.open)?;
        held.open = false;
        if held.free {
            settled.cost = settled.cost.or(Some(Money::ZERO));
        }
        self.tally.spent += settled.spending();
        Some(settled)
    }

    /// Returns the journal's number of an attempt's start: its row.
    pub fn number_of(&self, attempt: &AttemptId) -> Option<i64> {
        self.attempts.iter().find(|a| a.id == *attempt).map(|a| a.number)
    }

    /// Returns the agent that does a step.
    pub fn agent(&self, step: &StepName) -> &str {
        self.run.workflow.step(step).map_or("agent", |s| s.tool.as_deref().unwrap_or(&s.agent))
    }

    /// Returns whether an attempt is a tool's.
    pub fn uses_tool(&self, attempt: &AttemptId) -> bool {
        let of = self.run.steps.iter().find(|s| s.attempts.iter().any(|a| a.id == *attempt));
        of.and_then(|s| self.run.workflow.step(&s.name)).is_some_and(|s| s.tool.is_some())
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
        | RunEvent::ProposalsDelivered { attempt, usage, cost, .. }
        | RunEvent::AttemptFailed { attempt, usage, cost, .. }
        | RunEvent::AttemptClosed { attempt, usage, cost, .. } => Some((attempt, Settled::of(*usage, *cost))),
        RunEvent::AttemptCancelled { attempt, reason: CancelReason::Interrupted, .. } => {
            Some((attempt, Settled::default()))
        }
        _ => None,
    }
}
