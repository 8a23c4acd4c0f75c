//! What an agent is given: the beat, the canon that matters, earlier pages, the feedback so far, and the
//! prompt that is rendered from them.

mod gather;
pub mod naming;
pub mod prompt;

pub use gather::{gather, inputs as prompt_inputs};

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
    #[error("{0} is no longer there to work on")]
    Gone(String),
}
