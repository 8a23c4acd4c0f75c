//! Why a page waits for its author, and what can be done (spec P1, P8).

use serde::{Deserialize, Serialize};

use super::{BudgetOf, StepName};

/// Why a step needs its author.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Nobody has said yet what happens on the page.
    NoBeat,
    /// The agent failed, for good or too often.
    Failed,
    /// The author cancelled the attempt.
    Cancelled,
    /// The budget does not cover another call.
    Budget,
    /// A budget is set and the model's price is unknown.
    PriceUnknown,
    /// The work was cut off again and again, and is parked.
    Interrupted,
}

impl Reason {
    /// Returns the stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::NoBeat => "no_beat",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Budget => "budget",
            Self::PriceUnknown => "price_unknown",
            Self::Interrupted => "interrupted",
        }
    }
}

/// What the author can do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Choice {
    /// Say what happens on the page.
    SetBeat,
    /// Ask the agent once more.
    Retry,
    /// Write the text by hand.
    Write,
    /// Let another model do it.
    ChangeModel,
    /// Go on without this step.
    Skip,
    /// Allow more money.
    RaiseBudget,
}

/// A step in need of the author.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attention {
    /// The step that waits.
    pub step: StepName,
    /// Why.
    pub reason: Reason,
    /// The same in words.
    pub message: String,
    /// What can be done.
    pub choices: Vec<Choice>,
    /// The budget that does not cover the call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub budget: Option<BudgetOf>,
}
