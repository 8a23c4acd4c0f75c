//! What a rule may know of the world: handed in, so that deciding stays pure.

use super::{Budget, Time};

/// Facts of the moment in which a command is decided.
#[derive(Debug, Clone, PartialEq)]
pub struct Facts {
    /// Now.
    pub now: Time,
    /// The budgets that hold for a call that should begin; none where no budget is set.
    pub budgets: Vec<Budget>,
    /// Whether advisory steps are asked at all.
    pub advisory: bool,
    /// Whether steps are asked that wait for all to be settled.
    pub summaries: bool,
    /// Whether steps are asked that learn from the author's edits.
    pub lessons: bool,
    /// A number in 0..1 that spreads waits, so that retries do not march in step.
    pub jitter: f64,
    /// The first wait before a retry, in milliseconds; it doubles each time.
    pub backoff_ms: i64,
}

impl Facts {
    /// Facts with no budget, advisory steps on and no jitter.
    #[must_use]
    pub fn at(now: Time) -> Self {
        Self {
            now,
            budgets: Vec::new(),
            advisory: true,
            summaries: true,
            lessons: true,
            jitter: 0.0,
            backoff_ms: 2000,
        }
    }
}
