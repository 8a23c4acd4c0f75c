//! Changes to the author's configuration, made on the author's word.

use toml_edit::{DocumentMut, Item, Table, value};

use super::{Config, ConfigError, Home};
use crate::domain::Money;
use crate::files;
use crate::llm::{ModelRef, Price};

/// Lets one agent, or all of them, call this model. Agents without a table of their own follow the narrator.
pub fn use_model(home: &Home, agent: Option<&str>, model: &ModelRef) -> Result<(), ConfigError> {
    // A file that names a model that is gone can be mended by this.
    let config = Config::load_unchecked(home)?;
    config.usable_model(model.as_str())?;
    let names: Vec<&str> = match agent {
        Some(agent) => vec![agent],
        None => PAGE_AGENTS.into_iter().chain(config.agents.others.keys().map(String::as_str)).collect(),
    };
    change(home, |doc| {
        for name in names {
            table(table(doc.as_table_mut(), "agents"), name)["model"] = value(model.as_str());
        }
    })
}

/// Agents that have a table of their own also where it is not written down.
const PAGE_AGENTS: [&str; 5] = ["narrator", "dialogue", "reviewer", "summarist", "scribe"];

/// Chooses the theme.
pub fn set_theme(home: &Home, theme: &str) -> Result<(), ConfigError> {
    change(home, |doc| table(doc.as_table_mut(), "studio")["theme"] = value(theme))
}

/// Sets or lifts the budget of a day.
pub fn set_budget_per_day(home: &Home, budget: Option<Money>) -> Result<(), ConfigError> {
    change(home, |doc| {
        let limits = table(doc.as_table_mut(), "limits");
        match budget {
            Some(budget) => limits["budget_per_day"] = value(budget.dollars()),
            None => drop(limits.remove("budget_per_day")),
        }
    })
}

/// Prices a model, over the shipped table.
pub fn set_author_prices(home: &Home, model: &ModelRef, price: Price) -> Result<(), ConfigError> {
    let file = home.prices_file();
    let io = |source| ConfigError::Io { file: file.clone(), source };
    let mut table: serde_json::Value = match super::read(&file)? {
        Some(source) => serde_json::from_str(&source)
            .map_err(|e| ConfigError::Prices { file: file.clone(), source: e.into() })?,
        None => serde_json::json!({ "models": {} }),
    };
    table["models"][model.as_str()] = serde_json::json!({ "input": price.input, "output": price.output });
    let text = serde_json::to_string_pretty(&table).expect("a JSON value can be written");
    files::replace(&file, text.as_bytes()).map_err(io)
}

fn change(home: &Home, change: impl FnOnce(&mut DocumentMut)) -> Result<(), ConfigError> {
    let file = home.config_file();
    let source = super::read(&file)?.unwrap_or_default();
    // A file that cannot be read as a whole is not changed either.
    Config::parse(&file, &source)?;
    let mut document: DocumentMut = source.parse().map_err(|e: toml_edit::TomlError| {
        ConfigError::Invalid { file: file.clone(), line: 1, reason: e.message().to_owned() }
    })?;
    change(&mut document);
    files::replace(&file, document.to_string().as_bytes()).map_err(|source| ConfigError::Io { file, source })
}

fn table<'t>(parent: &'t mut Table, name: &str) -> &'t mut Table {
    let item = parent.entry(name).or_insert_with(|| {
        let mut new = Table::new();
        new.set_implicit(true);
        Item::Table(new)
    });
    if !item.is_table() {
        let made = std::mem::take(item).into_table().unwrap_or_default();
        *item = Item::Table(made);
    }
    item.as_table_mut().expect("it was just made a table")
}
