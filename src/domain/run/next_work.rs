//! What should be started for a run.

use super::{Attempt, AttemptId, AttemptStatus, Phase, Run, Step};
use crate::domain::workflow::SubjectKind;
use crate::domain::{Hash, RevisionId, StepName, Time};

/// An attempt that should start, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Work {
    /// The key that the attempt will have.
    pub attempt: AttemptId,
    /// The step.
    pub step: StepName,
    /// The agent that does it; empty where a tool does.
    pub agent: String,
    /// The tool that does it.
    pub tool: Option<String>,
    /// The attempt before failed by its schema: what to mend.
    pub repairs: Option<AttemptId>,
    /// The hash of what it is asked with.
    pub input: Option<Hash>,
    /// The revision that an advisory step speaks of.
    pub basis: Option<RevisionId>,
    /// When it should start.
    pub due: Time,
    /// The longest it may take, in seconds; none leaves it to the configuration.
    pub timeout_s: Option<u32>,
    /// Runs beside an open gate.
    pub advisory: bool,
}

/// Returns every attempt that should start, now or later; the earliest `due` is when to look again.
#[must_use]
pub fn next_work(run: &Run) -> Vec<Work> {
    if run.paused {
        return Vec::new();
    }
    run.steps
        .iter()
        .filter_map(|step| match step.phase {
            Phase::Queued { due } => Some(run.work_of(step, due)),
            _ => None,
        })
        .collect()
}

impl Run {
    /// Returns the work of a step as it would be if it started now, whatever its phase; none for an unknown step.
    #[must_use]
    pub fn work_for(&self, step: &StepName) -> Option<Work> {
        let step = self.step(step)?;
        let reads = self.definition(step).reads.as_ref().and_then(|r| self.step(r)?.current_revision());
        Some(Work {
            basis: step.basis.clone().or(reads.map(|r| r.id.clone())),
            ..self.work_of(step, self.updated_at)
        })
    }

    fn work_of(&self, step: &Step, due: Time) -> Work {
        let definition = self.definition(step);
        Work {
            attempt: AttemptId::of(&self.id, &step.name, step.iteration, step.next_attempt()),
            step: step.name.clone(),
            agent: definition.agent.clone(),
            tool: definition.tool.clone(),
            repairs: step.repairs().map(|a| a.id.clone()),
            input: step.input.clone(),
            basis: step.basis.clone(),
            due,
            // Pages begun before their timeout was a setting have one in their definition.
            timeout_s: definition.timeout_s.filter(|_| self.workflow.subject != SubjectKind::Page),
            advisory: definition.advisory,
        }
    }
}

impl Attempt {
    /// Returns whether it delivered.
    #[must_use]
    pub fn is_delivered(&self) -> bool {
        matches!(self.status, AttemptStatus::Delivered(_))
    }

    /// Returns whether it failed because its answer was not of the schema.
    #[must_use]
    pub fn is_not_valid(&self) -> bool {
        matches!(&self.status, AttemptStatus::Failed(failure) if failure.kind == super::NOT_VALID)
    }
}

impl Step {
    /// Returns the attempt whose answer was not of the schema, where the next one mends it.
    #[must_use]
    pub fn repairs(&self) -> Option<&Attempt> {
        self.attempts.last().filter(|a| a.iteration == self.iteration && a.is_not_valid())
    }

    /// Returns the number that the next attempt of this iteration has.
    #[must_use]
    pub fn next_attempt(&self) -> u32 {
        1 + self.attempts.iter().filter(|a| a.iteration == self.iteration).count() as u32
    }
}
