//! How a store is opened, and what its decisions need to know from the configuration.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::domain::{Money, Time};

/// How to open a store.
#[derive(Debug, Clone)]
pub struct StoreOptions {
    /// The database file.
    pub path: PathBuf,
    /// Make it, with its folders, when it is not there.
    pub create: bool,
    /// Where the time comes from.
    pub clock: Clock,
}

impl StoreOptions {
    /// Opens this file, made when it is not there.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), create: true, clock: Clock::default() }
    }
}

/// A source of time; the system's unless a test brings its own.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Time + Send + Sync>);

impl Clock {
    /// Takes the time from a function.
    pub fn from_fn(now: impl Fn() -> Time + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// Returns the time.
    #[must_use]
    pub fn now(&self) -> Time {
        (self.0)()
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self::from_fn(|| {
            let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
            Time(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
        })
    }
}

impl std::fmt::Debug for Clock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Clock")
    }
}

/// What the configuration says about decisions.
#[derive(Debug, Clone, PartialEq)]
pub struct Policy {
    /// Whether advisory steps are asked.
    pub advisory: bool,
    /// Whether pages are put in short when all of their steps are settled.
    pub summaries: bool,
    /// Whether the author's edits are learned from.
    pub lessons: bool,
    /// What all books together may cost in a UTC day; none means no limit.
    pub budget_per_day: Option<Money>,
    /// Revision requests that a page or run begun from now on may have, where its book does not say; none leaves it to
    /// the workflow.
    pub revision_requests: Option<u32>,
    /// The first wait before a retry, in milliseconds (0 and more); it doubles each time.
    pub backoff_ms: i64,
    /// The owner that rows carry.
    pub author: String,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            advisory: true,
            summaries: false,
            lessons: false,
            budget_per_day: None,
            revision_requests: None,
            backoff_ms: 2000,
            author: "author".into(),
        }
    }
}
