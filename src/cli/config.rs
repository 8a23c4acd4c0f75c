//! `galley config`: where the configuration is and what holds; models, budget and prices set from here.

use std::fmt::Write as _;
use std::io::IsTerminal as _;

use clap::{Args, Subcommand};
use serde_json::json;

use super::answer::Answer;
use super::book::{Budget, budget};
use super::fault::Fault;
use super::input;
use super::table::Table;
use crate::config::{self, Home};
use crate::llm::{KeyPlace, ModelRef, Price};
use crate::service::coherence::{Choice, needs_review_stops, settings};
use crate::service::{keys, models};

const EXAMPLES: &str = "\
Examples:
  galley config                                   where it is and what is in effect
  galley config model all ollama/qwen3
  galley config model reviewer offline/rehearsal
  galley config budget 2.50                       dollars a day, for all books
  galley config key anthropic                     asked for and not shown; or: … < file
  galley config price my/model 0.25 1.25          dollars per million tokens, in and out";

#[cfg(feature = "keyring")]
const KEY_HELP: &str = "\
The key is kept in the system's keyring or, where there is none or with --file, in `keys.toml` in the configuration folder,
which only you can read. A key in the environment goes before it.";
#[cfg(not(feature = "keyring"))]
const KEY_HELP: &str = "\
The key is kept in `keys.toml` in the configuration folder, which only you can read. A key in the environment goes before
it. Built with the feature `keyring`, Galley keeps keys in the system's keyring.";

/// Shows or changes the configuration.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Config {
    #[command(subcommand)]
    change: Option<Change>,
}

/// The changes that can be made from here; the file keeps its comments.
#[derive(Debug, Subcommand)]
enum Change {
    /// Let an agent call this model
    Model {
        /// Which agent, or `all`; `galley models` lists them
        agent: String,
        /// PROVIDER/MODEL, such as openai/gpt-4o-mini, ollama/qwen3 or offline/rehearsal
        model: String,
    },
    /// Set what all books together may cost a day (UTC)
    Budget {
        /// Dollars, or `none`
        #[arg(value_parser = budget)]
        dollars: Budget,
    },
    /// Save the key of a provider; it is asked for, or read from standard input, and never shown
    #[command(after_help = KEY_HELP)]
    Key {
        /// Which, such as anthropic or openai; `galley models` lists them
        provider: String,
        /// Forget the saved one
        #[arg(long)]
        remove: bool,
        /// Keep it in the key file, although there is a keyring
        #[cfg(feature = "keyring")]
        #[arg(long, conflicts_with = "remove")]
        file: bool,
    },
    /// Price a model, in dollars per million tokens
    Price {
        /// PROVIDER/MODEL
        model: ModelRef,
        /// Of the prompt
        input: f64,
        /// Of the answer
        output: f64,
    },
}

impl Config {
    pub fn run(self, home: &Home) -> Result<Answer, Fault> {
        match self.change {
            None => {}
            Some(Change::Model { agent, model }) => {
                models::choose(home, Some(agent.as_str()).filter(|a| *a != "all"), &model)?;
            }
            #[cfg(feature = "keyring")]
            Some(Change::Key { provider, remove, file }) => return key(home, &provider, remove, file),
            #[cfg(not(feature = "keyring"))]
            Some(Change::Key { provider, remove }) => return key(home, &provider, remove, true),
            Some(Change::Budget { dollars }) => config::set_budget_per_day(home, dollars.0)?,
            Some(Change::Price { model, input, output }) => {
                let possible = |price: f64| (0.0..1e6).contains(&price);
                if !possible(input) || !possible(output) {
                    return Err(Fault::usage(
                        "a price goes from 0 to 1,000,000 dollars",
                        "give dollars per million tokens",
                    ));
                }
                config::set_author_prices(home, &model, Price { input, output })?;
            }
        }
        show(home)
    }
}

/// Saves a key that is typed without being shown, or comes by standard input; or forgets one.
fn key(home: &Home, provider: &str, remove: bool, in_file: bool) -> Result<Answer, Fault> {
    let change = if remove {
        keys::remove(home, provider)?
    } else {
        keys::check(home, provider)?;
        keys::save(home, provider, &typed_key(provider)?, in_file)?
    };
    let place = match change.place {
        None => format!("no key of {provider} was saved"),
        Some(_) if remove => format!("the saved key of {provider} is removed"),
        Some(KeyPlace::Keyring) => format!("the key of {provider} is in the system's keyring"),
        Some(KeyPlace::File | KeyPlace::Environment) => {
            format!("the key of {provider} is in {}, which only you can read", change.file.display())
        }
    };
    let mut text = place + "\n";
    if let Some(why) = change.not_in_keyring.as_ref().filter(|_| !in_file) {
        let _ = writeln!(text, "not in the system's keyring: {why}");
    }
    if change.variable_is_set {
        let _ = writeln!(text, "{} is set and goes before it", change.variable);
    }
    Ok(Answer::new(&change, text))
}

fn typed_key(provider: &str) -> Result<String, Fault> {
    if !std::io::stdin().is_terminal() {
        return input::text("-");
    }
    rpassword::prompt_password(format!("Key of {provider} (it is not shown): "))
        .map_err(|error| Fault::usage(format!("no key was read: {error}"), "give it by standard input"))
}

fn show(home: &Home) -> Result<Answer, Fault> {
    let holds = config::Config::load(home)?;
    let file = home.config_file();
    let mut agents = Table::new(&["agent", "model", ">answer tokens", "temperature", "price"]);
    let mut agents_json = serde_json::Map::new();
    for name in models::agents(home, &holds) {
        let agent = holds.agent(&name);
        let off = if agent.enabled { "" } else { " (off)" };
        let price = holds.prices.price(&agent.model);
        agents.row(&[
            format!("{name}{off}"),
            agent.model.to_string(),
            agent.max_output_tokens.to_string(),
            agent.temperature.map_or("the server's".into(), |t| t.to_string()),
            price.as_ref().map_or("unknown".into(), |p| format!("${} / ${} a million", p.input, p.output)),
        ]);
        let entry = json!({
            "model": agent.model,
            "temperature": agent.temperature,
            "max_output_tokens": agent.max_output_tokens,
            "enabled": agent.enabled,
            "price": price.map(|p| json!({ "input": p.input, "output": p.output })),
        });
        agents_json.insert(name, entry);
    }
    let limits = &holds.limits;
    let there = if file.exists() { "" } else { "  (not there: the defaults are in effect)" };
    let budget = holds.budget_per_day().map_or("no budget".into(), |b| format!("{b} a day"));
    let mut text = format!(
        "config    {}{there}\ndatabase  {}\nprices    {}\nkeymap    {}\nthemes    {}\nlog       {}\n\n{}\n",
        file.display(),
        home.database().display(),
        home.prices_file().display(),
        home.keymap_file().display(),
        home.themes().display(),
        home.log_file().display(),
        agents.render("")
    );
    let _ = writeln!(
        text,
        "author {} · {budget} · {} calls a minute · {} at once · first retry after {} ms",
        holds.author, limits.requests_per_minute, limits.calls_at_once, limits.backoff_ms
    );
    let keys = found_keys(&holds);
    if !keys.is_empty() {
        let _ = writeln!(text, "keys found, used only when a model of theirs is chosen: {}", keys.join(", "));
    }
    if holds.offline_forced {
        text += "GALLEY_MODEL=offline: only the offline author writes\n";
    }
    let coherence = settings(&holds.coherence, Choice::default());
    let stops = needs_review_stops(&holds.coherence);
    let _ = writeln!(
        text,
        "a book passes from {}, may be approved from {}, {}; {}",
        coherence.pass,
        coherence.borderline,
        if coherence.other_books { "other books count" } else { "other books do not count" },
        if stops {
            "one that does not pass waits for you"
        } else {
            "one that does not pass is written all the same"
        },
    );
    let json = json!({
        "file": file,
        "exists": file.exists(),
        "database": home.database(),
        "prices_file": home.prices_file(),
        "keymap_file": home.keymap_file(),
        "themes": home.themes(),
        "log_file": home.log_file(),
        "author": holds.author,
        "agents": agents_json,
        "limits": {
            "budget_per_day": holds.budget_per_day(),
            "requests_per_minute": limits.requests_per_minute,
            "calls_at_once": limits.calls_at_once,
            "backoff_ms": limits.backoff_ms,
        },
        "coherence": {
            "pass_score": coherence.pass,
            "borderline_score": coherence.borderline,
            "other_books": coherence.other_books,
            "needs_review_stops": stops,
        },
        "theme": holds.studio.theme,
        "keys_found": keys,
        "offline_forced": holds.offline_forced,
    });
    Ok(Answer::new(&json, text))
}

/// Returns the variables that hold a key, and the providers whose key is saved; never a key.
fn found_keys(holds: &config::Config) -> Vec<String> {
    let providers = holds.providers();
    let mut found: Vec<String> = providers
        .iter()
        .filter_map(|(name, provider)| match providers.key_place(name)? {
            KeyPlace::Environment => provider.key_env.clone(),
            KeyPlace::Keyring | KeyPlace::File => Some(name.to_owned()),
        })
        .collect();
    found.sort();
    found.dedup();
    found
}
