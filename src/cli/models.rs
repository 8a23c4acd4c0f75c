//! `galley models`: providers, models, prices, and which agent calls which.

use super::answer::Answer;
use super::fault::Fault;
use super::table::Table;
use crate::config::{Config, Home};
use crate::llm::KeyPlace;
use crate::service::models::{self, Models};

pub(super) fn run(home: &Home) -> Result<Answer, Fault> {
    let found = models::models(home, &Config::load_unchecked(home)?);
    Ok(Answer::new(&found, text(&found)))
}

fn text(found: &Models) -> String {
    let mut agents = Table::new(&["agent", "model", ""]);
    for agent in &found.agents {
        let off = if agent.enabled { "" } else { "off" };
        agents.row(&[agent.name.clone(), agent.model.to_string(), off.into()]);
    }
    let mut priced = Table::new(&["model", ">in", ">out", "called by"]);
    for model in &found.models {
        let dollars = |price: Option<f64>| price.map_or("unknown".into(), |p| format!("${p}"));
        let (input, output) = (model.price.map(|p| p.input), model.price.map(|p| p.output));
        priced.row(&[model.model.to_string(), dollars(input), dollars(output), model.agents.join(", ")]);
    }
    let mut providers = Table::new(&["provider", "address", "key"]);
    for provider in &found.providers {
        let key = match (&provider.config.key_env, provider.key_place) {
            (Some(name), Some(KeyPlace::Environment)) => format!("{name}, found"),
            (Some(_), Some(KeyPlace::Keyring)) => "in the keyring".into(),
            (Some(_), Some(KeyPlace::File)) => "in the key file".into(),
            (Some(name), None) => format!("{name}, not set"),
            (None, _) => "none needed".into(),
        };
        providers.row(&[provider.name.clone(), provider.config.base_url.clone().unwrap_or_default(), key]);
    }
    let forced =
        if found.offline_forced { "\nGALLEY_MODEL=offline: only the offline author writes\n" } else { "" };
    format!(
        "{}\nprices in dollars per million tokens:\n{}\n{}{forced}\nchoose with `galley config model AGENT PROVIDER/MODEL`, save a key with `galley config key PROVIDER`\n",
        agents.render(""),
        priced.render(""),
        providers.render(""),
    )
}
