//! Models: what an agent calls to have text written.
//!
//! A [`Model`] turns a [`Request`] into a stream of [`Delta`]s or a [`Failure`]. Three protocols speak to servers,
//! and the offline author writes without one. Nothing here retries: that is the engine's, by its journal.
//!
//! | file | what it holds |
//! |---|---|
//! | `model_ref` | the name `provider/model` |
//! | `request`, `material` | what is asked: rendered messages, and the structured input beside them |
//! | `usage`, `money`, `prices` | tokens, what they cost |
//! | `failure`, `usable` | what can go wrong, told apart; whether an answer is prose |
//! | `providers`, `detect` | which servers there are, and which are at hand |
//! | `protocol`, `paced` | one client a protocol; the clock around all of them |
//! | `keys` | where the keys of providers are |
//! | `secrets` | keys, kept out of what is written down |
//! | `offline` | the author that needs no server |

mod detect;
mod failure;
mod keys;
mod material;
mod millis;
mod model_ref;
mod offline;
mod paced;
mod prices;
mod protocol;
mod providers;
mod request;
mod secrets;
mod usable;
mod usage;

use futures_util::stream::BoxStream;
use serde::{Deserialize, Serialize};

pub use crate::domain::Money;
pub use detect::{Detected, FoundKey, LocalServer, detect};
pub use failure::{Failure, Waiting};
pub use keys::{KeyError, KeyPlace, Keys};
pub use material::{AgentKind, CanonEntry, Change, Edited, InShort, Material, Repair, Said, Settings};
pub use model_ref::{ModelRef, NotAModelRef};
pub use offline::{Offline, Pace};
pub use prices::{BadPrices, Price, Prices};
#[cfg(fuzzing)]
pub use protocol::read_answer;
pub use providers::{Protocol, ProviderConfig, Providers};
pub use request::{Message, Request, Role, Timeouts};
pub use secrets::{holds_key, scrub};
pub use usable::check_text;
pub use usage::{Usage, estimate_tokens, estimate_tokens_by};

/// The stream of one answer: its text, then its [`Delta::Usage`], and an `Err` at the very end if it failed.
///
/// A failure before the first sign of the server comes alone; after it the usage, estimated, comes first, because
/// what was written until then is paid for. Dropping the stream cancels the call at once.
pub type Deltas = BoxStream<'static, Result<Delta, Failure>>;

/// A piece of an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Delta {
    /// The next words, as they came: not cleaned, and possibly half a sentence. Never empty.
    Text(String),
    /// The next words of its thinking, which is no part of the answer. Never empty.
    Thought(String),
    /// What the answer used. It comes once, after the text.
    Usage(Usage),
}

/// Something that writes: a server's model, or the offline author.
pub trait Model: Send + Sync {
    /// The answer to `request`, piece by piece. Nothing happens before the first poll.
    fn stream(&self, request: Request) -> Deltas;

    /// The name the author chose this model by.
    fn reference(&self) -> &ModelRef;

    /// Whether what it writes is only a rehearsal, which every screen must then say.
    fn is_rehearsal(&self) -> bool {
        self.reference().is_rehearsal()
    }
}
