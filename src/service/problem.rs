//! Why a request was not carried out: one table from what went wrong to its kind, its class and a hint.

use serde::Serialize;

use super::ServiceError;
use crate::config::ConfigError;
use crate::context::ContextError;
use crate::domain::{PageId, Refusal, RunId};
use crate::engine::EngineError;
use crate::store::StoreError;
use crate::tools::publish::PublishError;
use crate::tools::{CoherenceError, ImportError};

/// What kind of failure it is, for exit codes and the like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// The arguments, a file they name or the configuration cannot be used.
    Usage,
    /// The rules do not allow it: an illegal move, a limit, a budget.
    Refused,
    /// A model failed; the page or run waits for its author.
    Model,
    /// The database, or the system below it, failed.
    Store,
    /// The person interrupted it; what was under way resumes next time.
    Interrupted,
}

/// What went wrong, as every face shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// A stable name.
    pub kind: &'static str,
    /// What happened, in one line.
    pub message: String,
    /// What the person can do.
    pub hint: Option<String>,
    /// The run that had begun when it happened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub run: Option<RunId>,
    /// The page that had begun when it happened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page: Option<PageId>,
    /// What kind of failure it is.
    #[serde(skip)]
    pub class: Class,
}

impl Problem {
    /// Makes one.
    pub fn new(class: Class, kind: &'static str, message: impl Into<String>, hint: Option<&str>) -> Self {
        let hint = hint.map(str::to_owned);
        Self { kind, message: message.into(), hint, run: None, page: None, class }
    }

    /// A call that cannot be understood or carried out as it was made.
    pub fn usage(message: impl Into<String>, hint: &str) -> Self {
        Self::new(Class::Usage, "usage", message, Some(hint))
    }

    /// There is no such thing.
    #[must_use]
    pub fn not_found(what: &'static str, id: &str) -> Self {
        Refusal::NotFound { what, id: id.to_owned() }.into()
    }

    /// Names the run that had begun, so that it can be found again.
    #[must_use]
    pub fn of_run(mut self, run: &RunId) -> Self {
        self.run.get_or_insert_with(|| run.clone());
        self
    }

    /// Names the page that had begun.
    #[must_use]
    pub fn of_page(mut self, page: &PageId) -> Self {
        self.page.get_or_insert_with(|| page.clone());
        self
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let class = match refusal {
            Refusal::UnusableModel { .. } => Class::Usage,
            _ => Class::Refused,
        };
        Self::new(class, refusal.kind(), refusal.to_string(), refusal.hint())
    }
}

impl From<ConfigError> for Problem {
    fn from(error: ConfigError) -> Self {
        Self::new(Class::Usage, "config", error.to_string(), Some(error.hint()))
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Refused(refusal) => refusal.into(),
            error @ StoreError::Corrupt { .. } => {
                Self::new(Class::Store, "damaged", error.to_string(), error.hint().as_deref())
            }
            error => Self::new(Class::Store, "store", error.to_string(), error.hint().as_deref()),
        }
    }
}

impl From<ImportError> for Problem {
    fn from(error: ImportError) -> Self {
        Self::new(Class::Usage, "import", error.to_string(), Some(error.hint()))
    }
}

impl From<PublishError> for Problem {
    fn from(error: PublishError) -> Self {
        let (class, kind) = match &error {
            PublishError::Nothing(_) => (Class::Refused, "nothing_to_publish"),
            PublishError::InTheWay { .. } => (Class::Refused, "in_the_way"),
            _ => (Class::Usage, "publish"),
        };
        Self::new(class, kind, error.to_string(), Some(error.hint()))
    }
}

impl From<CoherenceError> for Problem {
    fn from(error: CoherenceError) -> Self {
        Self::new(Class::Usage, "coherence", error.to_string(), Some(error.hint()))
    }
}

impl From<EngineError> for Problem {
    fn from(error: EngineError) -> Self {
        let (message, hint) = (error.to_string(), error.hint());
        let shown = |class, kind| Self::new(class, kind, message.clone(), hint.as_deref());
        match error {
            EngineError::Store(error) | EngineError::Context(ContextError::Store(error)) => error.into(),
            EngineError::Config(error) => error.into(),
            EngineError::Publish(error) => error.into(),
            EngineError::Context(_) => shown(Class::Usage, "context"),
            EngineError::Workflow(_) => shown(Class::Usage, "workflow"),
            EngineError::Contradiction(_) => shown(Class::Usage, "contradiction"),
            EngineError::NotFound { what, id } => Refusal::NotFound { what, id }.into(),
            EngineError::Stopped(_) => shown(Class::Store, "stopped"),
        }
    }
}

impl From<ServiceError> for Problem {
    fn from(error: ServiceError) -> Self {
        let message = error.to_string();
        match error {
            ServiceError::Engine(error) => error.into(),
            ServiceError::Coherence(error) => error.into(),
            ServiceError::Import(error) => error.into(),
            ServiceError::Usage { hint, .. } => Self::usage(message, &hint),
            ServiceError::Key(error) => Self::new(Class::Usage, "key", message, Some(error.hint())),
            ServiceError::Unreadable { .. } => {
                Self::usage(message, "give a file of UTF-8 text, or - for standard input")
            }
            ServiceError::Unwritable { .. } => {
                Self::usage(message, "name a file in a folder that exists and can be written")
            }
            ServiceError::InTheWay { .. } => {
                let hint = "name another file, or overwrite it with --force";
                Self::new(Class::Refused, "in_the_way", message, Some(hint))
            }
        }
    }
}
