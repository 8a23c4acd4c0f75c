//! Which models there are, which agent calls which, and the choice of another.

use std::collections::BTreeMap;

use serde::Serialize;

use super::ServiceError;
use crate::config::{self, AGENTS, Config, Home};
use crate::llm::{KeyPlace, ModelRef, Price, ProviderConfig};

/// Providers, models and agents, as they are configured; nobody is asked for them.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Models {
    /// The providers, by name.
    pub providers: Vec<Provider>,
    /// The models that an agent calls or that have a price, by name.
    pub models: Vec<Model>,
    /// The agents.
    pub agents: Vec<Agent>,
    /// `GALLEY_MODEL=offline` holds: only the offline author writes.
    pub offline_forced: bool,
}

/// A provider.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Provider {
    /// What the names of its models begin with.
    pub name: String,
    /// How it is set.
    #[serde(flatten)]
    pub config: ProviderConfig,
    /// Whether there is a key; none where no key is needed.
    pub key_found: Option<bool>,
    /// Where it is: in the environment, the keyring or the key file.
    pub key_place: Option<KeyPlace>,
}

/// A model.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Model {
    /// Its name, `provider/model`.
    pub model: ModelRef,
    /// Dollars for a million tokens; none where that is not known.
    pub price: Option<Price>,
    /// The agents that call it.
    pub agents: Vec<String>,
}

/// An agent with its model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Agent {
    /// Its name in workflows and in the configuration.
    pub name: String,
    /// What it calls.
    pub model: ModelRef,
    /// Whether it is turned on.
    pub enabled: bool,
}

/// Lists them.
#[must_use]
pub fn models(home: &Home, config: &Config) -> Models {
    let agents: Vec<Agent> = agents(home, config)
        .into_iter()
        .map(|name| {
            let set = config.agent(&name);
            Agent { model: set.model.clone(), enabled: set.enabled, name }
        })
        .collect();
    let mut callers: BTreeMap<ModelRef, Vec<String>> = BTreeMap::new();
    callers.entry(ModelRef::rehearsal()).or_default();
    for (model, _) in config.prices.iter() {
        callers.entry(model.clone()).or_default();
    }
    for agent in &agents {
        callers.entry(agent.model.clone()).or_default().push(agent.name.clone());
    }
    let models = callers.into_iter().map(|(model, agents)| {
        let price = config.prices.price(&model);
        Model { model, price, agents }
    });
    let providers = config.providers();
    let providers = providers.iter().map(|(name, config)| {
        let key_place = providers.key_place(name);
        let key_found = config.key_env.is_some().then_some(key_place.is_some());
        Provider { name: name.to_owned(), config: config.clone(), key_found, key_place }
    });
    Models {
        providers: providers.collect(),
        models: models.collect(),
        agents,
        offline_forced: config.offline_forced,
    }
}

/// Returns the names of all agents: those that ship, those that are configured, and those that have a prompt of the
/// author's.
#[must_use]
pub fn agents(home: &Home, config: &Config) -> Vec<String> {
    let mut all: Vec<String> = AGENTS.map(str::to_owned).into();
    let mut others: Vec<String> = config.agents.others.keys().cloned().collect();
    let files = std::fs::read_dir(home.prompts()).into_iter().flatten();
    let prompts = files.filter_map(|entry| Some(entry.ok()?.path()));
    let prompts = prompts.filter(|path| path.extension().is_some_and(|e| e == "prompty"));
    others.extend(prompts.filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned())));
    others.sort();
    for other in others {
        if !all.contains(&other) {
            all.push(other);
        }
    }
    all
}

/// Lets an agent, or all of them, call a model from now on; it is kept in the configuration.
pub fn choose(home: &Home, agent: Option<&str>, model: &str) -> Result<(), ServiceError> {
    let config = Config::load_unchecked(home)?;
    let model = config
        .usable_model(model.trim())
        .map_err(|e| ServiceError::usage(e.to_string(), "`galley models` lists providers and models"))?;
    let all = agents(home, &config);
    if let Some(agent) = agent.filter(|agent| !all.iter().any(|a| a == agent)) {
        let hint = format!("the agents are {} and, for all of them, `all`", all.join(", "));
        return Err(ServiceError::usage(format!("no agent is called `{agent}`"), hint));
    }
    Ok(config::use_model(home, agent, &model)?)
}
