//! What a use case can fail with.

use std::io;
use std::path::PathBuf;

use crate::config::ConfigError;
use crate::domain::Refusal;
use crate::engine::EngineError;
use crate::llm::KeyError;
use crate::store::StoreError;
use crate::tools::publish::PublishError;
use crate::tools::{CoherenceError, ImportError};

/// What a use case can fail with.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// The engine refused, or failed.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// What is wrong with texts that were to be checked for coherence.
    #[error(transparent)]
    Coherence(#[from] CoherenceError),
    /// What is wrong with files that were to be imported.
    #[error(transparent)]
    Import(#[from] ImportError),
    /// What was given cannot be understood or used.
    #[error("{message}")]
    Usage {
        /// What is wrong with it.
        message: String,
        /// What would be right.
        hint: String,
    },
    /// A key that was to be saved or removed.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// A text that was to be read.
    #[error("{name} cannot be read: {source}")]
    Unreadable {
        /// The file, or where else it comes from.
        name: String,
        /// What the system says.
        source: io::Error,
    },
    /// A file that was to be written.
    #[error("{} cannot be written: {source}", path.display())]
    Unwritable {
        /// Which.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A file exists, and was not to be overwritten.
    #[error("{} exists already", path.display())]
    InTheWay {
        /// Which.
        path: PathBuf,
    },
}

impl ServiceError {
    /// Makes one of what was given and cannot be used.
    pub fn usage(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::Usage { message: message.into(), hint: hint.into() }
    }

    /// There is no such thing.
    #[must_use]
    pub fn not_found(what: &'static str, id: &str) -> Self {
        Refusal::NotFound { what, id: id.to_owned() }.into()
    }
}

impl From<StoreError> for ServiceError {
    fn from(error: StoreError) -> Self {
        Self::Engine(error.into())
    }
}

impl From<Refusal> for ServiceError {
    fn from(refusal: Refusal) -> Self {
        StoreError::from(refusal).into()
    }
}

impl From<ConfigError> for ServiceError {
    fn from(error: ConfigError) -> Self {
        Self::Engine(error.into())
    }
}

impl From<PublishError> for ServiceError {
    fn from(error: PublishError) -> Self {
        Self::Engine(error.into())
    }
}
