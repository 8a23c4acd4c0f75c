//! The system's clock, in the domain's terms.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::domain::Time;

/// Returns the time now; a clock before 1970 reads as 1970.
pub fn now() -> Time {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Time(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
