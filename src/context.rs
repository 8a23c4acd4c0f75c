//! What an agent is given: the beat, the canon that matters, earlier pages, the feedback so far, and the
//! prompt that is rendered from them.

mod earlier;
mod edited;
mod gather;
mod given;
pub mod naming;
pub mod prompt;
mod replay;
pub mod select;
mod share;

pub use gather::{Context, Terms, gather};
pub use replay::{replay, sent};
pub use share::Allowance;

use crate::store::StoreError;

/// A context that could not be made.
#[derive(Debug, thiserror::Error)]
pub enum ContextError {
    /// Something could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A prompt template is not what it should be.
    #[error("{file}:{line}: {reason}")]
    Prompt {
        /// The template.
        file: String,
        /// The line, from 1.
        line: usize,
        /// What is wrong there.
        reason: String,
    },
    /// The page is gone, or is not what it was when the work was queued.
    #[error("{0} no longer exists")]
    Gone(String),
}

impl ContextError {
    /// Returns what the person can do about it, where there is something.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Store(_) | Self::Gone(_) => None,
            Self::Prompt { .. } => {
                Some("`galley prompt check` names every fault; `galley prompt restore` takes the default")
            }
        }
    }
}
