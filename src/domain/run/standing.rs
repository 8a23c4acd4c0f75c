//! Where a run stands, and the public name for it (spec P1).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Phase, Run, Step};
use crate::domain::{Attention, Choice, Reason, StepName};

/// Where a run stands: it follows the first unsettled step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "standing", rename_all = "snake_case")]
pub enum Standing {
    /// A step is queued or working.
    Working {
        /// Which.
        step: StepName,
    },
    /// A gate is open.
    Reviewing {
        /// Of which step.
        step: StepName,
    },
    /// The author is needed before anything goes on.
    Waiting {
        /// Where, why, and what can be done.
        attention: Attention,
    },
    /// All steps are settled.
    Done,
}

impl Run {
    /// Returns where the run stands.
    #[must_use]
    pub fn standing(&self) -> Standing {
        let Some(step) = self.first_unsettled() else { return Standing::Done };
        let step_name = step.name.clone();
        match &step.phase {
            Phase::Queued { .. } | Phase::Working { .. } => Standing::Working { step: step_name },
            Phase::Gate { .. } => Standing::Reviewing { step: step_name },
            Phase::NeedsAuthor { reason, message, budget } => {
                let attention = self.attention(step, *reason, message.clone());
                Standing::Waiting { attention: Attention { budget: budget.clone(), ..attention } }
            }
            // Of these the page's first step is meant: any other step continues by itself.
            Phase::Waiting | Phase::Items | Phase::Settled { .. } => {
                let message = "write what happens on this page".to_owned();
                Standing::Waiting { attention: self.attention(step, Reason::NoBeat, message) }
            }
        }
    }

    /// Returns the public name of where it stands, as its workflow gives it.
    #[must_use]
    pub fn public_state(&self) -> &str {
        let states = &self.workflow.states;
        if let Some(initial) = &states.initial
            && self.steps.iter().all(|s| s.attempts.is_empty() && s.revisions.is_empty())
        {
            return initial;
        }
        match self.standing() {
            Standing::Done => &states.done,
            Standing::Waiting { .. } => &states.waiting,
            // In the trash nobody works on it.
            Standing::Working { .. } if self.paused => "trashed",
            Standing::Working { step } => named(&states.working, &step, "working"),
            Standing::Reviewing { step } => named(&states.reviewing, &step, "reviewing"),
        }
    }

    /// Returns the step the run stands at; none when all are settled.
    #[must_use]
    pub fn first_unsettled(&self) -> Option<&Step> {
        let step = self.main_steps().find(|s| s.name.key().is_none() && !s.is_settled())?;
        if step.phase != Phase::Items {
            return Some(step);
        }
        self.items_of(step).find(|s| !s.is_settled()).or(Some(step))
    }

    /// Returns the steps of the items that a step is done for, in their order.
    pub fn items_of<'r>(&'r self, step: &'r Step) -> impl Iterator<Item = &'r Step> {
        step.items.iter().filter_map(|key| self.step(&step.name.item(key)))
    }

    fn attention(&self, step: &Step, reason: Reason, message: String) -> Attention {
        let mut choices = match reason {
            Reason::NoBeat => vec![Choice::SetBeat, Choice::Write],
            Reason::Budget => vec![Choice::RaiseBudget, Choice::ChangeModel, Choice::Retry, Choice::Write],
            Reason::Failed | Reason::Cancelled | Reason::PriceUnknown | Reason::Interrupted => {
                vec![Choice::Retry, Choice::Write, Choice::ChangeModel]
            }
        };
        if !self.is_by_hand(&step.name) {
            choices.retain(|c| *c != Choice::Write);
        }
        if self.definition(step).tool.is_some() {
            choices.retain(|c| *c != Choice::ChangeModel);
        }
        if self.definition(step).optional {
            choices.push(Choice::Skip);
        }
        Attention { step: step.name.clone(), reason, message, choices, budget: None }
    }
}

fn named<'s>(names: &'s BTreeMap<StepName, String>, step: &StepName, otherwise: &'static str) -> &'s str {
    let found = names.iter().find(|(name, _)| name.as_str() == step.base());
    found.map_or(otherwise, |(_, name)| name)
}
