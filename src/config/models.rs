//! Which models can be chosen: only what a call could reach is taken.

use super::Config;
use crate::llm::{ModelRef, NotAModelRef};

/// A model that cannot be called.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnusableModel {
    /// The text names no model.
    #[error(transparent)]
    NotAName(#[from] NotAModelRef),
    /// There is no such provider.
    #[error("\"{model}\": no provider is called `{provider}`; there are {known}")]
    NoProvider {
        /// The model as it was named.
        model: ModelRef,
        /// Its provider.
        provider: String,
        /// The names that there are.
        known: String,
    },
    /// The provider is known, and not where it is.
    #[error("\"{model}\": the provider `{provider}` has no base_url in config.toml")]
    NoAddress {
        /// The model as it was named.
        model: ModelRef,
        /// Its provider.
        provider: String,
    },
    /// The offline author is one.
    #[error("\"{0}\": the offline author is offline/rehearsal, and no other")]
    NotOffline(ModelRef),
}

impl Config {
    /// Reads the name of a model that could be called: its provider is known, and it is known where that is. No
    /// server is asked.
    pub fn usable_model(&self, name: &str) -> Result<ModelRef, UnusableModel> {
        let model: ModelRef = name.parse()?;
        if model.is_rehearsal() {
            return if model == ModelRef::rehearsal() {
                Ok(model)
            } else {
                Err(UnusableModel::NotOffline(model))
            };
        }
        let (providers, provider) = (self.providers(), model.provider().to_owned());
        match providers.get(&provider) {
            None => {
                let known: Vec<&str> = providers.iter().map(|(name, _)| name).collect();
                Err(UnusableModel::NoProvider { model, provider, known: known.join(", ") })
            }
            Some(found) if found.base_url.as_deref().is_none_or(|url| url.trim().is_empty()) => {
                Err(UnusableModel::NoAddress { model, provider })
            }
            Some(_) => Ok(model),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_no_call_could_reach_is_refused_in_words() {
        let config: Config =
            toml::from_str("[providers.mine]\nbase_url = \"http://localhost:1/v1\"\n").unwrap();
        for name in
            ["mine/m", "ollama/qwen3:4b", "openrouter/qwen/qwen3-8b:free", "offline", "offline/rehearsal"]
        {
            assert!(config.usable_model(name).is_ok(), "{name}");
        }
        let cases = [
            ("garbage", "does not name a model"),
            ("", "does not name a model"),
            ("  ", "does not name a model"),
            ("mine/", "does not name a model"),
            ("mine//m", "does not name a model"),
            ("mine/m/", "does not name a model"),
            ("mine/a b", "does not name a model"),
            ("mine/a\u{200b}", "does not name a model"),
            ("nosuch/x", "no provider is called `nosuch`; there are anthropic"),
            ("Mine/m", "no provider is called `Mine`"),
            ("tool/count_words", "no provider is called `tool`"),
            ("manual/x", "no provider is called `manual`"),
            ("azure/d", "has no base_url"),
            ("offline/whatever", "is offline/rehearsal"),
        ];
        for (name, reason) in cases {
            let e = config.usable_model(name).unwrap_err().to_string();
            assert!(e.contains(reason), "{name:?}: {e}");
        }
    }
}
