//! What the author does to a text: edit, write, restore, leave out, take in.

use super::decide::{check_text, newest};
use super::draft::Draft;
use super::{DecisionKind, LoopOutcome, Origin, Passed, Phase, Revision};
use crate::domain::{Refusal, RevisionId, StepName};

/// The longest label of who wrote a text, in bytes.
const MAX_LABEL_BYTES: usize = 200;

impl Draft<'_> {
    pub(super) fn edit(
        &mut self,
        step: Option<StepName>,
        seen: Option<RevisionId>,
        text: String,
    ) -> Result<(), Refusal> {
        check_text(&text)?;
        let meant = self.meant_main(step)?;
        self.by_hand(&meant)?;
        let values = self.checked(&meant, &text)?;
        let (step, current) = self.with_text(Some(meant), seen)?;
        self.run.check_locks(&step, &text)?;
        let mut made = self.revision(&step, text, Origin::Edit(current.clone()), "manual".into());
        made.values = values;
        self.record(step, DecisionKind::Edit, Some(current), Some(made), 0, None);
        Ok(())
    }

    pub(super) fn write(
        &mut self,
        step: Option<StepName>,
        seen: Option<RevisionId>,
        text: String,
        model: String,
        tokens: u64,
    ) -> Result<(), Refusal> {
        check_text(&text)?;
        if model.trim().is_empty() || model.len() > MAX_LABEL_BYTES || model.contains(char::is_control) {
            let reason = format!("name the model, or say `manual`; {MAX_LABEL_BYTES} bytes at most");
            return Err(Refusal::Invalid { field: "model", reason });
        }
        let step = self.meant_main(step)?;
        self.by_hand(&step)?;
        let values = self.checked(&step, &text)?;
        let state = self.step(&step);
        if state.is_settled() {
            return Err(Refusal::AlreadySettled { step });
        }
        if !self.is_ready(self.run.definition(state)) {
            return Err(Refusal::NotReady { step });
        }
        let gate = state.current_revision().or(state.revisions.last()).map(|r| r.id.clone());
        newest(seen, gate.as_ref())?;
        self.run.check_locks(&step, &text)?;
        let mut made = self.revision(&step, text, Origin::Hand, model);
        made.values = values;
        self.record(step, DecisionKind::Write, gate, Some(made), tokens, None);
        Ok(())
    }

    pub(super) fn restore(&mut self, id: &RevisionId) -> Result<(), Refusal> {
        let found = self.run.revision(id).map(|(s, r)| (s.name.clone(), r.clone()));
        let Some((step, earlier)) = found else {
            return Err(Refusal::NotFound { what: "revision", id: id.to_string() });
        };
        let state = self.step(&step);
        if self.run.definition(state).advisory {
            return Err(Refusal::UnknownStep { step });
        }
        self.by_hand(&step)?;
        self.goes_on(&step)?;
        let state = self.step(&step);
        if !self.is_ready(self.run.definition(state)) {
            return Err(Refusal::NotReady { step });
        }
        if state.current_revision().is_some_and(|r| r.text.hash == earlier.text.hash) {
            return Err(Refusal::AlreadyCurrent { revision: id.clone() });
        }
        let number = state.revisions.len() as u32 + 1;
        let made = Revision {
            id: RevisionId::nth(&self.run.id, &step, number),
            number,
            origin: Origin::Restore(id.clone()),
            late: false,
            input: None,
            created_at: self.facts.now,
            ..earlier
        };
        self.record(step, DecisionKind::Restore, Some(id.clone()), Some(made), 0, None);
        Ok(())
    }

    pub(super) fn skip(&mut self, step: Option<StepName>) -> Result<(), Refusal> {
        let step = self.meant_main(step)?;
        let state = self.step(&step);
        if !self.run.definition(state).optional {
            return Err(Refusal::NotSkippable { step });
        }
        match state.phase {
            Phase::Settled { .. } => Err(Refusal::AlreadySettled { step }),
            Phase::Waiting => Err(Refusal::NotReady { step }),
            _ => {
                let revision = state.current_revision().map(|r| r.id.clone());
                self.record(step, DecisionKind::Skip, revision, None, 0, None);
                Ok(())
            }
        }
    }

    /// Settles the first step with a manuscript's text, and the others as left out, before any of them is asked.
    pub(super) fn import(&mut self, text: String, file: String) -> Result<(), Refusal> {
        check_text(&text)?;
        let steps: Vec<StepName> = self.run.main_steps().map(|s| s.name.clone()).collect();
        let (first, rest) = steps.split_first().expect("a workflow has a step");
        if self.step(first).iteration > 0 || !self.step(first).revisions.is_empty() {
            return Err(Refusal::Invalid {
                field: "page",
                reason: "something was written on it already".into(),
            });
        }
        let made = self.revision(first, text, Origin::Import(file), "manual".into());
        self.record(first.clone(), DecisionKind::Import, None, Some(made), 0, None);
        for step in rest {
            if !self.run.definition(self.step(step)).optional {
                return Err(Refusal::NotSkippable { step: step.clone() });
            }
            self.record(step.clone(), DecisionKind::Skip, None, None, 0, None);
        }
        Ok(())
    }

    /// Refuses a hand in what an ended loop left behind: nothing would come of it.
    pub(super) fn goes_on(&self, step: &StepName) -> Result<(), Refusal> {
        let ended = self.run.workflow.loop_of(step).and_then(|l| self.run.loops[l].ended);
        let left = self.step(step).passed == Some(Passed::LoopEnded);
        if left || ended == Some(LoopOutcome::Stopped) {
            return Err(Refusal::LoopEnded { step: step.clone() });
        }
        Ok(())
    }

    /// Refuses a hand in what only its maker may say.
    pub(super) fn by_hand(&self, step: &StepName) -> Result<(), Refusal> {
        let listed = |key: &str| {
            self.run
                .step(&StepName::new(step.base()))
                .is_some_and(|whole| whole.items.iter().any(|k| k == key))
        };
        if step.key().is_some_and(|key| !listed(key)) {
            return Err(Refusal::NotReady { step: step.clone() });
        }
        if self.run.is_by_hand(step) { Ok(()) } else { Err(Refusal::NotByHand { step: step.clone() }) }
    }
}
