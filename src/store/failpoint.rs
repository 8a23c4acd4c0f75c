//! Named places at which a test can end the process at once, as a power cut would.
//!
//! `GALLEY_FAILPOINT=name:count` ends it at the `count`th time that the place is passed.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

/// Before a batch's transaction begins.
pub const BEFORE_BEGIN: &str = "store.before_begin";
/// After it began.
pub const AFTER_BEGIN: &str = "store.after_begin";
/// Between two commands of a batch.
pub const BETWEEN_COMMANDS: &str = "store.between_commands";
/// Before the commit.
pub const BEFORE_COMMIT: &str = "store.before_commit";
/// After the commit, before anyone was told.
pub const AFTER_COMMIT: &str = "store.after_commit";
/// Before the answers, when the listeners were told.
pub const BEFORE_REPLY: &str = "store.before_reply";
/// After the answers.
pub const AFTER_REPLY: &str = "store.after_reply";
/// Before partial drafts are written.
pub const BEFORE_DRAFTS: &str = "store.before_drafts";

/// The log is marked as outstanding, the database file does not say so yet.
pub const AFTER_MARK: &str = "store.after_mark";
/// Before the log is moved into the database file.
pub const BEFORE_CHECKPOINT: &str = "store.before_checkpoint";

/// Every place of the store.
pub const ALL: [&str; 10] = [
    BEFORE_BEGIN,
    AFTER_BEGIN,
    BETWEEN_COMMANDS,
    BEFORE_COMMIT,
    AFTER_COMMIT,
    BEFORE_REPLY,
    AFTER_REPLY,
    BEFORE_DRAFTS,
    AFTER_MARK,
    BEFORE_CHECKPOINT,
];

struct Armed {
    name: String,
    left: AtomicU64,
}

static ARMED: OnceLock<Option<Armed>> = OnceLock::new();

/// Passes a place; ends the process there if it is the armed one and its count is up.
pub fn hit(name: &str) {
    let Some(armed) = ARMED.get_or_init(|| read(&std::env::var("GALLEY_FAILPOINT").ok()?)) else { return };
    if armed.name == name && armed.left.fetch_sub(1, Ordering::Relaxed) == 1 {
        std::process::abort();
    }
}

fn read(value: &str) -> Option<Armed> {
    let (name, count) = value.rsplit_once(':').unwrap_or((value, "1"));
    let count = count.parse().ok().filter(|n| *n > 0)?;
    Some(Armed { name: name.to_owned(), left: AtomicU64::new(count) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_armed_by_name_and_count() {
        let armed = read("store.after_commit:7").unwrap();
        assert_eq!((armed.name.as_str(), armed.left.into_inner()), ("store.after_commit", 7));
        assert_eq!(read("engine.before_call").unwrap().left.into_inner(), 1);
        assert!(read("store.after_commit:0").is_none());
    }
}
