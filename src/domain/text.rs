//! Texts by their content: events carry a reference, the store keeps each text once.

use std::fmt;

use serde::{Deserialize, Serialize};
use unicode_segmentation::UnicodeSegmentation;

/// The BLAKE3 hash of a content, as 64 lower-case hex digits.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Hash(String);

impl Hash {
    /// Hashes a content.
    #[must_use]
    pub fn of(content: &[u8]) -> Self {
        Self(blake3::hash(content).to_hex().to_string())
    }

    /// Takes a hash as it was stored.
    pub fn stored(hex: impl Into<String>) -> Self {
        Self(hex.into())
    }

    /// Returns the hex digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A reference to a full text: its hash, and its size for those who only count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    /// Names the text in the store.
    pub hash: Hash,
    /// Length in bytes of UTF-8.
    pub bytes: u64,
    /// Words by Unicode's rule (UAX #29); an ideograph counts as one.
    pub words: u32,
}

impl Text {
    /// Refers to a text.
    #[must_use]
    pub fn of(text: &str) -> Self {
        Self {
            hash: Hash::of(text.as_bytes()),
            bytes: text.len() as u64,
            words: u32::try_from(text.unicode_words().count()).unwrap_or(u32::MAX),
        }
    }
}
