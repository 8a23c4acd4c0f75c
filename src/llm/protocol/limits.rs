//! How much of a server's answer is read: whatever it sends, an attempt takes so much memory and no more.

use std::time::Duration;

/// The longest body of an error that is read, in bytes.
pub(super) const MAX_ERROR_BODY: usize = 64 * 1024;
/// How long the rest of an error's body is waited for.
pub(super) const ERROR_BODY_WAIT: Duration = Duration::from_secs(5);
/// How long the usage is waited for once an answer has ended.
pub(super) const USAGE_WAIT: Duration = Duration::from_secs(2);

/// The limits of one answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Limits {
    /// The tokens that it was allowed.
    pub tokens: u32,
    /// The longest text, in bytes; its thinking may be four times as long.
    pub answer: usize,
    /// The longest event or body, in bytes: a server may escape every character and add its own fields.
    pub event: usize,
    /// The most events.
    pub events: u64,
}

impl Limits {
    /// No token of any model is near 32 bytes long, and servers that send a token an event stay below one each.
    pub(super) fn of(max_output_tokens: u32) -> Self {
        let tokens = max_output_tokens as usize;
        let answer = tokens.saturating_mul(32).max(256 * 1024);
        Self {
            tokens: max_output_tokens,
            answer,
            event: answer.saturating_mul(6).saturating_add(64 * 1024),
            events: u64::from(max_output_tokens).saturating_mul(8).max(200_000),
        }
    }
}
