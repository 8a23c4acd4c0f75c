//! How an attempt failed, as the journal keeps it.

use serde::{Deserialize, Serialize};

/// A failure of one attempt: what happened, in words, and whether trying again by itself makes sense.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttemptFailure {
    /// A stable name: `refused_key`, `rate_limited`, `timeout`, `cut_off`, `empty`, `unusable` …
    pub kind: String,
    /// What happened, for the author. Never holds a key.
    pub message: String,
    /// Whether another attempt may succeed without the author doing anything.
    pub transient: bool,
    /// How long the other side asked to wait, in milliseconds.
    pub retry_after_ms: Option<i64>,
}
