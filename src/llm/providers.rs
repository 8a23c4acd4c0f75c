//! Which servers there are: the well-known ones, with the author's own settings laid over them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::protocol::Remote;
use super::{Failure, KeyPlace, Keys, Model, ModelRef, Offline, Pace};

/// How a provider is spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Protocol {
    /// The chat completions of `OpenAI`, which most servers speak.
    OpenAi,
    /// Anthropic's messages.
    Anthropic,
    /// Google's `generateContent`.
    Gemini,
    /// No server: the offline author.
    Offline,
}

/// A provider, as far as it is set. It names the variable that holds a key, and never holds one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ProviderConfig {
    /// How it is spoken to; `openai` if nothing else is said.
    pub protocol: Option<Protocol>,
    /// Where it is, up to and with the `/v1` of its own documentation.
    pub base_url: Option<String>,
    /// The environment variable that holds its key; none for a server without keys.
    pub key_env: Option<String>,
    /// Azure's `api-version`, for its addresses by deployment: the model is then the deployment's name.
    pub api_version: Option<String>,
    /// Whether its models cost nothing.
    pub free: Option<bool>,
}

impl ProviderConfig {
    fn new(protocol: Protocol, base_url: &str, key_env: &str) -> Self {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Self {
            protocol: Some(protocol),
            base_url: some(base_url),
            key_env: some(key_env),
            api_version: None,
            free: Some(key_env.is_empty()),
        }
    }

    /// How it is spoken to.
    #[must_use]
    pub fn protocol(&self) -> Protocol {
        self.protocol.unwrap_or(Protocol::OpenAi)
    }

    /// These settings with those of `over` in place of them, one by one.
    #[must_use]
    pub fn overlaid(self, over: Self) -> Self {
        Self {
            protocol: over.protocol.or(self.protocol),
            base_url: over.base_url.or(self.base_url),
            key_env: over.key_env.or(self.key_env),
            api_version: over.api_version.or(self.api_version),
            free: over.free.or(self.free),
        }
    }
}

/// The providers at hand, by the name that a [`ModelRef`] begins with.
#[derive(Debug, Clone)]
pub struct Providers {
    configs: BTreeMap<String, ProviderConfig>,
    pace: Pace,
    keys: Keys,
}

impl Default for Providers {
    fn default() -> Self {
        Self::built_in()
    }
}

impl Providers {
    /// The well-known ones.
    #[must_use]
    pub fn built_in() -> Self {
        use Protocol::{Anthropic, Gemini, Offline, OpenAi};
        let known = [
            (ModelRef::OFFLINE, Offline, "", ""),
            ("openai", OpenAi, "https://api.openai.com/v1", "OPENAI_API_KEY"),
            ("anthropic", Anthropic, "https://api.anthropic.com", "ANTHROPIC_API_KEY"),
            ("gemini", Gemini, "https://generativelanguage.googleapis.com", "GEMINI_API_KEY"),
            ("openrouter", OpenAi, "https://openrouter.ai/api/v1", "OPENROUTER_API_KEY"),
            // Each account has an address of its own, which the author sets.
            ("azure", OpenAi, "", "AZURE_OPENAI_API_KEY"),
            ("ollama", OpenAi, "http://localhost:11434/v1", ""),
            ("lmstudio", OpenAi, "http://localhost:1234/v1", ""),
            ("llamacpp", OpenAi, "http://localhost:8080/v1", ""),
            ("vllm", OpenAi, "http://localhost:8000/v1", ""),
        ];
        let configs = known
            .map(|(name, protocol, url, key)| (name.to_owned(), ProviderConfig::new(protocol, url, key)));
        Self { configs: configs.into(), pace: Pace::default(), keys: Keys::default() }
    }

    /// These with the author's own laid over them, setting by setting; new names are new providers.
    ///
    /// The offline author stays what it is, so that a rehearsal is always told from a model.
    #[must_use]
    pub fn overlaid(mut self, own: impl IntoIterator<Item = (String, ProviderConfig)>) -> Self {
        for (name, config) in own {
            if name != ModelRef::OFFLINE {
                let known = self.configs.remove(&name).unwrap_or_default();
                self.configs.insert(name, known.overlaid(config));
            }
        }
        self
    }

    /// The same with the offline author writing at `pace`.
    #[must_use]
    pub fn paced(mut self, pace: Pace) -> Self {
        self.pace = pace;
        self
    }

    /// The same with the author's saved keys.
    #[must_use]
    pub fn with_keys(mut self, keys: Keys) -> Self {
        self.keys = keys;
        self
    }

    /// Where the key of a provider is; none if it has none or needs none.
    #[must_use]
    pub fn key_place(&self, name: &str) -> Option<KeyPlace> {
        self.keys.place(name, self.get(name)?)
    }

    /// The settings of a provider.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&ProviderConfig> {
        self.configs.get(name)
    }

    /// All of them, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &ProviderConfig)> {
        self.configs.iter().map(|(name, config)| (name.as_str(), config))
    }

    /// The names of those whose models cost nothing.
    #[must_use]
    pub fn free(&self) -> BTreeSet<String> {
        self.iter().filter(|(_, config)| config.free == Some(true)).map(|(name, _)| name.to_owned()).collect()
    }

    /// The model of that name. Nothing is reached, and no key is read, before its first call is polled.
    pub fn model(&self, reference: &ModelRef) -> Result<Arc<dyn Model>, Failure> {
        let Some(config) = self.configs.get(reference.provider()) else {
            let what = format!("no provider is called \"{}\"", reference.provider());
            return Err(Failure::NotFound { what });
        };
        if config.protocol() == Protocol::Offline {
            return Ok(Arc::new(Offline::new(reference.clone()).paced(self.pace)));
        }
        if config.base_url.as_deref().is_none_or(|url| url.trim().is_empty()) {
            let what = format!("the provider \"{}\" has no base_url", reference.provider());
            return Err(Failure::NotFound { what });
        }
        Ok(Arc::new(Remote::new(reference.clone(), config.clone(), self.keys.clone())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn model(name: &str) -> ModelRef {
        name.parse().unwrap()
    }

    #[test]
    fn every_built_in_provider_gives_a_model_but_azure_wants_its_address() {
        let providers = Providers::built_in();
        for (name, _) in providers.iter().filter(|(name, _)| *name != "azure") {
            let reference = model(&format!("{name}/some-model"));
            assert_eq!(providers.model(&reference).unwrap().reference(), &reference);
        }
        assert_eq!(providers.model(&model("azure/d")).err().map(|failure| failure.kind()), Some("not_found"));
    }

    #[test]
    fn the_authors_settings_lie_over_the_known_ones() {
        let toml = r#"
            [ollama]
            base_url = "http://nas:11434/v1"
            [mine]
            protocol = "anthropic"
            base_url = "https://models.example"
            key_env = "MY_KEY"
        "#;
        let own: BTreeMap<String, ProviderConfig> = toml::from_str(toml).unwrap();
        let providers = Providers::built_in().overlaid(own);
        let ollama = providers.get("ollama").unwrap();
        assert_eq!((ollama.base_url.as_deref(), ollama.free), (Some("http://nas:11434/v1"), Some(true)));
        assert_eq!(providers.get("mine").unwrap().protocol(), Protocol::Anthropic);
        assert!(providers.model(&model("mine/x")).is_ok());
        assert!(!providers.free().contains("mine"));
    }

    #[test]
    fn the_offline_author_cannot_be_replaced() {
        let other = ProviderConfig { protocol: Some(Protocol::OpenAi), ..ProviderConfig::default() };
        let providers = Providers::built_in().overlaid([("offline".to_owned(), other)]);
        assert!(providers.model(&ModelRef::rehearsal()).unwrap().is_rehearsal());
    }

    #[test]
    fn an_unknown_provider_is_not_found() {
        let failure = Providers::built_in().model(&model("nobody/x")).err().unwrap();
        assert_eq!(failure.kind(), "not_found");
        assert!(failure.to_string().contains("nobody"));
    }
}
