//! The models an author can choose: what is configured, and what was found and is offered.

use serde::Serialize;

use super::Engine;
use crate::llm::{self, KeyPlace, ModelRef};

/// A model that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ModelChoice {
    /// Its name.
    pub model: String,
    /// Why it is in the list: `narrator`, `offline author`, `local server` …
    pub note: String,
}

/// Something that was found and could be used on the author's word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Offer {
    /// What was found, in words. Never a key.
    pub found: String,
    /// The models that could be used.
    pub models: Vec<String>,
}

impl Engine {
    /// Returns the models that are at hand without asking anybody.
    #[must_use]
    pub fn models(&self) -> Vec<ModelChoice> {
        let config = self.config();
        let providers = config.providers();
        let mut choices: Vec<ModelChoice> = Vec::new();
        let mut add = |model: String, note: &str| match choices.iter_mut().find(|c| c.model == model) {
            Some(choice) if !choice.note.contains(note) => {
                choice.note.push_str(", ");
                choice.note.push_str(note);
            }
            Some(_) => {}
            None => choices.push(ModelChoice { model, note: note.to_owned() }),
        };
        for agent in crate::config::AGENTS {
            add(config.agent(agent).model.to_string(), agent);
        }
        add(ModelRef::rehearsal().to_string(), "offline author");
        for (model, _) in config.prices.iter() {
            if providers.key_place(model.provider()).is_some() {
                add(model.to_string(), "key found");
            }
        }
        choices
    }

    /// Looks for keys in the environment, among the saved ones, and for a local server. What is found is offered, never used unasked.
    pub async fn detect(&self) -> Vec<Offer> {
        let config = self.config();
        let found = llm::detect(&config.providers()).await;
        let keys = found.keys.into_iter().map(|key| {
            let of_provider = config.prices.iter().filter(|(m, _)| m.provider() == key.provider);
            Offer {
                found: match key.place {
                    KeyPlace::Environment => format!("a key for {} in {}", key.provider, key.variable),
                    KeyPlace::Keyring => format!("a key for {} in the keyring", key.provider),
                    KeyPlace::File => format!("a key for {} in the key file", key.provider),
                },
                models: of_provider.map(|(m, _)| m.to_string()).collect(),
            }
        });
        let servers = found.local.into_iter().map(|server| Offer {
            found: format!("a local server of {}", server.provider),
            models: server.models.iter().map(ToString::to_string).collect(),
        });
        keys.chain(servers).filter(|o| !o.models.is_empty()).collect()
    }
}
