//! Some of the changes between two revisions, as a revision of both.

use super::decide::{check_text, newest};
use super::draft::Draft;
use super::{DecisionKind, Origin, Phase};
use crate::domain::{Hash, Refusal, RevisionId, StepName};

impl Draft<'_> {
    pub(super) fn merge(
        &mut self,
        step: Option<StepName>,
        seen: Option<RevisionId>,
        base: RevisionId,
        other: RevisionId,
        text: String,
    ) -> Result<(), Refusal> {
        check_text(&text)?;
        let (step, current) = self.with_text(step, seen)?;
        self.by_hand(&step)?;
        let values = self.checked(&step, &text)?;
        for parent in [&base, &other] {
            if self.step(&step).revisions.iter().all(|r| r.id != *parent) {
                return Err(Refusal::NotFound { what: "revision", id: parent.to_string() });
            }
        }
        let same = Hash::of(text.as_bytes());
        if self.step(&step).current_revision().is_some_and(|r| r.text.hash == same) {
            return Err(Refusal::AlreadyCurrent { revision: current });
        }
        self.run.check_locks(&step, &text)?;
        let mut made = self.revision(&step, text, Origin::Merge { base, other }, "manual".into());
        made.values = values;
        self.record(step, DecisionKind::Merge, Some(current), Some(made), 0, None);
        Ok(())
    }

    /// Resolves the step and its text, at the gate or approved, and checks that it is the one that was looked at.
    pub(super) fn with_text(
        &self,
        step: Option<StepName>,
        seen: Option<RevisionId>,
    ) -> Result<(StepName, RevisionId), Refusal> {
        let step = self.meant_main(step)?;
        let Some(current) = self.step(&step).current_revision().map(|r| r.id.clone()) else {
            return Err(match self.step(&step).phase {
                Phase::Settled { revision: None } => Refusal::WasSkipped { step },
                Phase::Settled { .. } => Refusal::AlreadySettled { step },
                _ => Refusal::NotReviewing { step, state: self.run.public_state().to_owned() },
            });
        };
        newest(seen, Some(&current))?;
        self.goes_on(&step)?;
        Ok((step, current))
    }
}
