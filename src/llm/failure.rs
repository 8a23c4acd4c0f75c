//! What can go wrong with a call, told apart, because what the author can do differs.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::millis;

/// A failed call of a model. No text in it ever holds a key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Failure {
    /// No key is in the environment, and none is saved.
    #[error("No key for this model: the environment variable {variable} is not set{}", Saved(reason.as_deref()))]
    MissingKey {
        /// The variable that was looked for.
        variable: String,
        /// Why the one that is saved could not be read.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// The server does not accept the key.
    #[error("The model's server refused the key{}", Words(message))]
    RefusedKey {
        /// The server's words.
        #[serde(default)]
        message: String,
    },
    /// The account behind the key has nothing left to spend.
    #[error("The account at the model's server has no credit left{}", Words(message))]
    NoCredit {
        /// The server's words.
        #[serde(default)]
        message: String,
    },
    /// There is no such model, or no such address.
    #[error("Not found: {what}")]
    NotFound {
        /// What was looked for.
        what: String,
    },
    /// Too many calls in too short a time.
    #[error("The model's server asks to slow down{}{}", Wait(*retry_after), Words(message))]
    RateLimited {
        /// How long the server asks to wait.
        #[serde(default, with = "millis::option")]
        retry_after: Option<Duration>,
        /// The server's words.
        #[serde(default)]
        message: String,
    },
    /// The server is in trouble of its own.
    #[error("The model's server is overloaded or broken{}{}", Wait(*retry_after), Words(message))]
    Overloaded {
        /// How long the server asks to wait.
        #[serde(default, with = "millis::option")]
        retry_after: Option<Duration>,
        /// The server's words.
        #[serde(default)]
        message: String,
    },
    /// It took too long.
    #[error("The model took too long: {waiting_for} did not arrive within {:.1} s", after.as_secs_f32())]
    Timeout {
        /// What was waited for.
        waiting_for: Waiting,
        /// How long was waited.
        #[serde(with = "millis")]
        after: Duration,
    },
    /// The answer stopped before its end.
    #[error("The answer broke off before its end")]
    CutOff,
    /// The answer was nothing.
    #[error("The model answered nothing")]
    Empty,
    /// The answer is thinking and no text.
    #[error("The model only thought and wrote no text{}", if *out_of_room { ": the tokens it was allowed were used up; raise max_output_tokens" } else { "" })]
    OnlyThought {
        /// Whether it stopped because the tokens that it was allowed were used up.
        #[serde(default)]
        out_of_room: bool,
    },
    /// The answer is longer than it was allowed to be.
    #[error("The answer did not fit into the tokens that it was allowed: raise max_output_tokens")]
    OutOfRoom,
    /// The answer is not text that can be used.
    #[error("The answer cannot be used: {reason}")]
    Unusable {
        /// What is wrong with it.
        reason: String,
    },
    /// The answer cannot be used, and no other one of this server could: it breaks a limit, or is packed unreadably.
    #[error("The answer cannot be used: {reason}")]
    Unreadable {
        /// What is wrong with it.
        reason: String,
    },
    /// A tool, which stands in a model's place, could not do its work.
    #[error("{reason}")]
    Tool {
        /// Why not, and where.
        reason: String,
    },
    /// The answer is not the data that was asked for.
    #[error("The answer does not fit the requested data: {faults}")]
    NotValid {
        /// What is wrong with it, place by place.
        faults: String,
    },
    /// No connection came about.
    #[error("The model's server cannot be reached: {reason}")]
    Unreachable {
        /// What the connection said.
        reason: String,
    },
    /// The model would not do it: it takes the content for unfit.
    #[error("The model refused: {message}")]
    Refused {
        /// The server's words.
        message: String,
    },
    /// The server, or a gateway in front of it, rejected the request.
    #[error("The model's server rejected the request: {message}")]
    Rejected {
        /// Its words.
        message: String,
    },
    /// The server wants to be asked elsewhere, where the key does not go unasked.
    #[error("The model's server redirects to {target}, which is not followed: change base_url")]
    Redirected {
        /// Where to.
        target: String,
    },
    /// Something else.
    #[error("The call failed: {message}")]
    Other {
        /// What is known of it.
        message: String,
    },
}

/// What a call was waiting for when its time ran out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Waiting {
    /// The first piece of the answer.
    Open,
    /// The next piece.
    Next,
    /// The end of the whole.
    Total,
}

impl fmt::Display for Waiting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Open => "the first word",
            Self::Next => "the next word",
            Self::Total => "the end",
        })
    }
}

/// The server's wish, as the tail of a sentence.
struct Wait(Option<Duration>);

impl fmt::Display for Wait {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(wait) = self.0 else { return Ok(()) };
        match wait.as_secs() {
            0..600 => write!(f, ", for {} s", wait.as_secs_f32().ceil()),
            s @ 600..7_200 => write!(f, ", for {} minutes", s / 60),
            s @ 7_200..172_800 => write!(f, ", for {} hours", s / 3_600),
            s => write!(f, ", for {} days", s / 86_400),
        }
    }
}

/// Why a saved key was not taken.
struct Saved<'a>(Option<&'a str>);

impl fmt::Display for Saved<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.map_or(Ok(()), |reason| write!(f, ", and {reason}"))
    }
}

/// The server's words, as the tail of a sentence.
struct Words<'a>(&'a str);

impl fmt::Display for Words<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() { Ok(()) } else { write!(f, ": {}", self.0) }
    }
}

/// A longer wait than this is the author's to decide about.
const MAX_WAIT: Duration = Duration::from_mins(5);

impl Failure {
    /// A word for it that stays the same over versions, for `--json`, HTTP and diagnostics.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::MissingKey { .. } => "missing_key",
            Self::RefusedKey { .. } => "refused_key",
            Self::NoCredit { .. } => "no_credit",
            Self::NotFound { .. } => "not_found",
            Self::RateLimited { .. } => "rate_limited",
            Self::Overloaded { .. } => "overloaded",
            Self::Timeout { .. } => "timeout",
            Self::CutOff => "cut_off",
            Self::Empty => "empty",
            Self::OnlyThought { .. } => "only_thought",
            Self::OutOfRoom => "out_of_room",
            Self::Unusable { .. } => "unusable",
            Self::Unreadable { .. } => "unreadable",
            Self::Tool { .. } => "tool",
            Self::NotValid { .. } => "schema",
            Self::Unreachable { .. } => "unreachable",
            Self::Refused { .. } => "refused",
            Self::Rejected { .. } => "rejected",
            Self::Redirected { .. } => "redirected",
            Self::Other { .. } => "other",
        }
    }

    /// What the author can do about it, in a sentence.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::MissingKey { .. } => {
                "Save it with `galley config key PROVIDER`, set the variable and start again, or choose another model."
            }
            Self::RefusedKey { .. } => {
                "Check the key (`galley models` says where it is), or choose another model."
            }
            Self::NoCredit { .. } => "Add credit to the account, or choose another model.",
            Self::NotFound { .. } => "Check the model's name and the server's address in config.toml.",
            Self::RateLimited { .. } => "Wait a little and try again, or choose another model.",
            Self::Overloaded { .. } | Self::CutOff => "Try again in a while, or choose another model.",
            Self::Timeout { .. } => "Try again, allow more time in config.toml, or choose another model.",
            Self::Empty | Self::Unusable { .. } | Self::NotValid { .. } => {
                "Try again, write it by hand, or choose another model."
            }
            Self::OnlyThought { out_of_room: false } => {
                "Try again, turn its thinking off, or choose another model."
            }
            Self::OnlyThought { out_of_room: true } | Self::OutOfRoom => {
                "Ask for fewer words, allow more tokens in config.toml, or choose another model."
            }
            Self::Unreachable { .. } => {
                "Check that the server runs and that its address in config.toml is right."
            }
            Self::Unreadable { .. } => {
                "Check the server's settings and its address in config.toml, or choose another model."
            }
            Self::Rejected { .. } => {
                "Check the model's name and the provider's settings in config.toml, or choose another model."
            }
            Self::Redirected { .. } => {
                "Set the provider's base_url in config.toml to the address it names, if you trust it."
            }
            Self::Tool { .. } => "Fix what it names, and try again.",
            Self::Refused { .. } => "Change the request, write it by hand, or choose another model.",
            Self::Other { .. } => "Try again, or choose another model.",
        }
    }

    /// Whether it may pass by itself, so that trying again is worth it.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        match self {
            Self::RateLimited { retry_after, .. } | Self::Overloaded { retry_after, .. } => {
                retry_after.is_none_or(|wait| wait <= MAX_WAIT)
            }
            Self::Timeout { .. }
            | Self::CutOff
            | Self::Empty
            | Self::OnlyThought { out_of_room: false }
            | Self::Unusable { .. }
            | Self::NotValid { .. }
            | Self::Unreachable { .. }
            | Self::Other { .. } => true,
            Self::MissingKey { .. }
            | Self::RefusedKey { .. }
            | Self::NoCredit { .. }
            | Self::NotFound { .. }
            | Self::OnlyThought { out_of_room: true }
            | Self::OutOfRoom
            | Self::Unreadable { .. }
            | Self::Tool { .. }
            | Self::Rejected { .. }
            | Self::Redirected { .. }
            | Self::Refused { .. } => false,
        }
    }

    /// How long the server asked to wait.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::RateLimited { retry_after, .. } | Self::Overloaded { retry_after, .. } => *retry_after,
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all() -> Vec<Failure> {
        let text = || "words".to_owned();
        let wait = Some(Duration::from_secs(3));
        vec![
            Failure::MissingKey { variable: text(), reason: None },
            Failure::RefusedKey { message: text() },
            Failure::NoCredit { message: String::new() },
            Failure::NotFound { what: text() },
            Failure::RateLimited { retry_after: wait, message: text() },
            Failure::Overloaded { retry_after: None, message: String::new() },
            Failure::Timeout { waiting_for: Waiting::Next, after: Duration::from_millis(1_500) },
            Failure::CutOff,
            Failure::Empty,
            Failure::OnlyThought { out_of_room: false },
            Failure::OnlyThought { out_of_room: true },
            Failure::OutOfRoom,
            Failure::Unusable { reason: text() },
            Failure::Tool { reason: text() },
            Failure::Unreadable { reason: text() },
            Failure::Unreachable { reason: text() },
            Failure::Refused { message: text() },
            Failure::Rejected { message: text() },
            Failure::Redirected { target: text() },
            Failure::Other { message: text() },
        ]
    }

    #[test]
    fn every_failure_is_written_down_by_its_kind_and_read_again() {
        for failure in all() {
            let json = serde_json::to_value(&failure).unwrap();
            assert_eq!(json["kind"], failure.kind());
            assert_eq!(serde_json::from_value::<Failure>(json).unwrap(), failure);
            assert!(!failure.hint().is_empty());
        }
    }

    #[test]
    fn what_the_author_must_fix_is_not_tried_again() {
        let lasting: Vec<_> =
            all().into_iter().filter(|failure| !failure.is_transient()).map(|f| f.kind()).collect();
        assert_eq!(
            lasting,
            [
                "missing_key",
                "refused_key",
                "no_credit",
                "not_found",
                "only_thought",
                "out_of_room",
                "tool",
                "unreadable",
                "refused",
                "rejected",
                "redirected"
            ]
        );
    }

    #[test]
    fn a_timeout_says_what_it_waited_for_and_a_limit_how_long() {
        let messages: Vec<String> = all().iter().map(ToString::to_string).collect();
        assert!(messages.contains(&"The model's server asks to slow down, for 3 s: words".to_owned()));
        assert!(
            messages
                .contains(&"The model took too long: the next word did not arrive within 1.5 s".to_owned())
        );
    }

    #[test]
    fn a_wait_beyond_minutes_is_left_to_the_author() {
        let limited = |secs| Failure::RateLimited {
            retry_after: Some(Duration::from_secs(secs)),
            message: String::new(),
        };
        assert!(limited(300).is_transient());
        assert!(!limited(301).is_transient());
        assert!(limited(864_000).to_string().ends_with("for 10 days"));
    }

    #[test]
    fn failures_of_earlier_versions_are_read() {
        for json in [
            r#"{"kind":"refused_key"}"#,
            r#"{"kind":"no_credit"}"#,
            r#"{"kind":"rate_limited","retry_after":3000}"#,
        ] {
            assert!(serde_json::from_str::<Failure>(json).is_ok(), "{json}");
        }
    }
}
