//! The name of a model: `provider/model`.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A model by provider and name, such as `openai/gpt-4o-mini` or `openrouter/qwen/qwen3-8b`.
///
/// The provider ends at the first `/`; the model's own name may contain more of them.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ModelRef(String);

/// The longest part of a name between two slashes, in bytes.
const MAX_BYTES: usize = 200;

/// A text that names no model.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" does not name a model: write provider/model, such as ollama/qwen3 or offline/rehearsal")]
pub struct NotAModelRef(String);

impl ModelRef {
    /// The provider under which the offline author is known.
    pub const OFFLINE: &'static str = "offline";

    /// The offline author.
    #[must_use]
    pub fn rehearsal() -> Self {
        Self("offline/rehearsal".to_owned())
    }

    /// A tool, which is not a model: for the attempts of steps that ask none.
    #[must_use]
    pub fn tool(name: &str) -> Self {
        Self(format!("tool/{name}"))
    }

    /// The provider: what stands before the first `/`.
    #[must_use]
    pub fn provider(&self) -> &str {
        self.parts().0
    }

    /// The model's name at its provider.
    #[must_use]
    pub fn model(&self) -> &str {
        self.parts().1
    }

    /// Whether this is the offline author, whose text is a rehearsal.
    #[must_use]
    pub fn is_rehearsal(&self) -> bool {
        self.provider() == Self::OFFLINE
    }

    /// The whole name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn parts(&self) -> (&str, &str) {
        self.0.split_once('/').expect("a model reference is made with its slash")
    }
}

impl FromStr for ModelRef {
    type Err = NotAModelRef;

    /// Reads `provider/model`; `offline` alone names the offline author.
    fn from_str(text: &str) -> Result<Self, NotAModelRef> {
        let text = text.trim();
        if text == Self::OFFLINE {
            return Ok(Self::rehearsal());
        }
        let shown = |c: char| c.is_ascii_graphic() || c.is_alphanumeric();
        let plain = |part: &str| !part.is_empty() && part.chars().all(shown) && part.len() <= MAX_BYTES;
        let plain = |name: &str| name.split('/').all(plain);
        match text.split_once('/') {
            Some((provider, model)) if plain(provider) && plain(model) => Ok(Self(text.to_owned())),
            _ => Err(NotAModelRef(text.chars().filter(|c| !c.is_control()).take(80).collect())),
        }
    }
}

impl TryFrom<String> for ModelRef {
    type Error = NotAModelRef;

    fn try_from(text: String) -> Result<Self, NotAModelRef> {
        text.parse()
    }
}

impl From<ModelRef> for String {
    fn from(reference: ModelRef) -> Self {
        reference.0
    }
}

impl fmt::Display for ModelRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_provider_ends_at_the_first_slash() {
        let reference: ModelRef = "openrouter/qwen/qwen3-8b:free".parse().unwrap();
        assert_eq!((reference.provider(), reference.model()), ("openrouter", "qwen/qwen3-8b:free"));
        assert_eq!(reference.to_string(), "openrouter/qwen/qwen3-8b:free");
    }

    #[test]
    fn offline_alone_is_the_offline_author() {
        let reference: ModelRef = "offline".parse().unwrap();
        assert!(reference.is_rehearsal());
        assert_eq!(reference, ModelRef::rehearsal());
    }

    #[test]
    fn what_names_no_model_is_refused() {
        for text in [
            "",
            "gpt-4o",
            "/gpt",
            "openai/",
            "open ai/x",
            "a/b\u{1b}[2J",
            "a/b c",
            "a//b",
            "a/b/",
            "a/b\u{200b}",
        ] {
            assert!(text.parse::<ModelRef>().is_err(), "{text:?}");
        }
        assert!(serde_json::from_str::<ModelRef>("\"nothing\"").is_err());
    }

    #[test]
    fn it_is_a_plain_string_in_files() {
        let reference: ModelRef = "ollama/qwen3".parse().unwrap();
        assert_eq!(serde_json::to_string(&reference).unwrap(), "\"ollama/qwen3\"");
    }
}
