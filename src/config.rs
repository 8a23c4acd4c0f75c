//! Where Galley keeps its files, and what its author configured.
//!
//! `config.toml` is the author's: it is read, and changed only on the author's word, with its comments kept.

mod edit;
mod home;
mod models;

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;

use crate::domain::Money;
use crate::domain::book::MAX_REVISION_REQUESTS;
use crate::llm::{BadPrices, Keys, ModelRef, Pace, Prices, ProviderConfig, Providers};

pub use edit::{set_author_prices, set_budget_per_day, set_theme, use_model};
pub use home::Home;
pub use models::UnusableModel;

/// A configuration that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file is not what it should be.
    #[error("{}:{line}: {reason}", file.display())]
    Invalid {
        /// The file.
        file: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is wrong there.
        reason: String,
    },
    /// The price table is not what it should be.
    #[error("{}: {source}", file.display())]
    Prices {
        /// The file.
        file: PathBuf,
        /// What is wrong.
        source: BadPrices,
    },
    /// A file could not be read or written.
    #[error("{}: {source}", file.display())]
    Io {
        /// The file.
        file: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// A model was named that cannot be called.
    #[error(transparent)]
    Model(#[from] UnusableModel),
    /// The system names no home folder.
    #[error("no home folder is known to keep Galley's files in")]
    NoHome,
}

impl ConfigError {
    /// Returns what the person can do about it.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Invalid { .. } | Self::Prices { .. } => {
                "fix the line, or move the file away to start from the defaults"
            }
            Self::Model(_) => "`galley models` lists providers and models",
            Self::Io { .. } => "check that the file is there and may be read and written",
            Self::NoHome => "set GALLEY_HOME to a folder",
        }
    }
}

/// What holds: the file laid over the defaults.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// The owner name that rows carry.
    pub author: String,
    /// The agents.
    pub agents: Agents,
    /// Providers of the author's own, or changed ones.
    pub providers: BTreeMap<String, ProviderConfig>,
    /// The limits that hold for all faces together.
    pub limits: Limits,
    /// What agents are given.
    pub context: Context,
    /// How the coherence of a book is judged.
    pub coherence: Coherence,
    /// The studio.
    pub studio: Studio,
    /// The offline author.
    pub offline: Offline,
    /// `GALLEY_MODEL=offline` holds, also over models chosen for single pages.
    #[serde(skip)]
    pub offline_forced: bool,
    /// The price table with the author's overlay.
    #[serde(skip)]
    pub prices: Prices,
    /// The keys that the author saved.
    #[serde(skip)]
    pub keys: Keys,
}

/// Each agent's choice of model.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Agents {
    /// Writes narration.
    pub narrator: AgentConfig,
    /// Writes dialogue.
    pub dialogue: AgentConfig,
    /// Remarks on both.
    pub reviewer: AgentConfig,
    /// Puts approved pages in short, for the pages after them.
    pub summarist: AgentConfig,
    /// Proposes what the author's edits of drafts teach.
    pub scribe: AgentConfig,
    /// Agents of workflows, also of the author's own; those that are not named here are as the narrator is.
    #[serde(flatten)]
    pub others: BTreeMap<String, AgentConfig>,
}

/// The agents, by the names that workflows and files use.
pub const AGENTS: [&str; 8] = [
    "narrator",
    "dialogue",
    "reviewer",
    "summarist",
    "scribe",
    "story_reviewer",
    "polisher",
    "coherence_reviewer",
];

impl Agents {
    fn each(&mut self) -> impl Iterator<Item = &mut AgentConfig> {
        let own = [
            &mut self.narrator,
            &mut self.dialogue,
            &mut self.reviewer,
            &mut self.summarist,
            &mut self.scribe,
        ];
        own.into_iter().chain(self.others.values_mut())
    }
}

/// One agent's settings.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AgentConfig {
    /// The model it calls.
    pub model: ModelRef,
    /// How freely it chooses its words (0–2); none leaves it to the server.
    pub temperature: Option<f32>,
    /// The most tokens of an answer (16–200,000).
    pub max_output_tokens: u32,
    /// An advisory agent can be turned off.
    pub enabled: bool,
}

/// Limits of calls and money.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Dollars a day (UTC) for all books; none means no limit.
    pub budget_per_day: Option<f64>,
    /// Calls begun in any 60 seconds (1–10,000).
    pub requests_per_minute: u32,
    /// Calls under way at once (1–64).
    pub calls_at_once: u32,
    /// Revision requests that a page or run may have (0–1,000), where its book does not say; none leaves it to the
    /// workflow.
    pub revision_requests: Option<u32>,
    /// The first wait before a retry, in milliseconds; it doubles.
    pub backoff_ms: i64,
    /// The longest wait for the first piece of an answer, in seconds.
    pub open_timeout_s: u32,
    /// The longest wait between two pieces, in seconds.
    pub idle_timeout_s: u32,
    /// The longest that a whole answer may take, in seconds (1–86,400), where its workflow does not say.
    pub total_timeout_s: u32,
}

/// How much agents are given: tokens of a whole prompt, and shares in percent of what its fixed parts leave.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Context {
    /// Tokens of a prompt (1,000–2,000,000).
    pub tokens: u64,
    /// Canon's share; the four together are at most 100.
    pub canon: u8,
    /// The share of earlier pages and their summaries.
    pub pages: u8,
    /// Feedback's share.
    pub feedback: u8,
    /// The share of notes on style.
    pub style: u8,
}

/// How the coherence of a book is judged, where a run or a command does not say; none leaves it to the workflow.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Coherence {
    /// The score from which a book passes (0–100).
    pub pass_score: Option<f64>,
    /// The score from which the author may approve it (0–100, at most `pass_score`).
    pub borderline_score: Option<f64>,
    /// Approved pages of other books are compared as well.
    pub other_books: Option<bool>,
    /// A book that does not pass waits for its author and is not published.
    pub needs_review_stops: Option<bool>,
}

/// The studio's settings.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Studio {
    /// `dark`, `light`, `mono` or the name of a theme file.
    pub theme: String,
    /// ASCII glyphs only.
    pub ascii: bool,
}

/// The offline author's settings.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Offline {
    /// How fast it writes (1–10,000); 0 writes at once.
    pub words_per_second: u32,
    /// Its chance: another seed is another text.
    pub seed: u64,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            author: "author".into(),
            agents: Agents::default(),
            providers: BTreeMap::new(),
            limits: Limits::default(),
            context: Context::default(),
            coherence: Coherence::default(),
            studio: Studio::default(),
            offline: Offline::default(),
            offline_forced: false,
            prices: Prices::built_in(),
            keys: Keys::default(),
        }
    }
}

impl Default for AgentConfig {
    fn default() -> Self {
        Self { model: ModelRef::rehearsal(), temperature: None, max_output_tokens: 4096, enabled: true }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            budget_per_day: None,
            requests_per_minute: 60,
            calls_at_once: 4,
            revision_requests: None,
            backoff_ms: 2000,
            open_timeout_s: 120,
            idle_timeout_s: 60,
            total_timeout_s: 3600,
        }
    }
}

impl Default for Context {
    fn default() -> Self {
        Self { tokens: 16_000, canon: 45, pages: 35, feedback: 12, style: 8 }
    }
}

impl Default for Studio {
    fn default() -> Self {
        Self { theme: "dark".into(), ascii: false }
    }
}

impl Default for Offline {
    fn default() -> Self {
        Self { words_per_second: 60, seed: 0 }
    }
}

impl Config {
    /// Reads the configuration; a file that is not there means the defaults.
    pub fn load(home: &Home) -> Result<Self, ConfigError> {
        let config = Self::load_unchecked(home)?;
        config.check_models(&home.config_file())?;
        Ok(config)
    }

    /// Reads it also where an agent's model cannot be called: what repairs that begins here.
    pub fn load_unchecked(home: &Home) -> Result<Self, ConfigError> {
        let file = home.config_file();
        let mut config = match read(&file)? {
            Some(source) => Self::parse(&file, &source)?,
            None => Self::default(),
        };
        config.keys = Keys::at(home.keys_file());
        let prices_file = home.prices_file();
        let bad = |source| ConfigError::Prices { file: prices_file.clone(), source };
        config.prices = Prices::built_in().with_free(&config.providers());
        if let Some(own) = read(&prices_file)? {
            config.prices = config.prices.overlaid_json(&own).map_err(bad)?;
        }
        if std::env::var("GALLEY_MODEL").as_deref() == Ok("offline") {
            config.offline_forced = true;
            for agent in config.agents.each() {
                agent.model = ModelRef::rehearsal();
            }
        }
        Ok(config)
    }

    fn parse(file: &std::path::Path, source: &str) -> Result<Self, ConfigError> {
        let invalid = |line, reason| ConfigError::Invalid { file: file.to_owned(), line, reason };
        let config: Self = toml::from_str(source).map_err(|e| {
            let at = e.span().map_or(0, |span| span.start).min(source.len());
            invalid(
                source.as_bytes()[..at].iter().filter(|b| **b == b'\n').count() + 1,
                e.message().to_owned(),
            )
        })?;
        match config.fault() {
            None => Ok(config),
            Some((key, reason)) => {
                let line = source.lines().position(|l| l.trim_start().starts_with(key)).map_or(1, |i| i + 1);
                Err(invalid(line, format!("{key} {reason}")))
            }
        }
    }

    /// An agent whose model cannot be called is refused where it is named.
    fn check_models(&self, file: &std::path::Path) -> Result<(), ConfigError> {
        for (_, agent) in self.agents() {
            let Err(error) = self.usable_model(agent.model.as_str()) else { continue };
            let quoted = format!("\"{}\"", agent.model);
            let source = read(file)?.unwrap_or_default();
            let line = source.lines().position(|l| l.contains(&quoted)).map_or(1, |at| at + 1);
            return Err(ConfigError::Invalid { file: file.to_owned(), line, reason: error.to_string() });
        }
        Ok(())
    }

    fn fault(&self) -> Option<(&'static str, &'static str)> {
        let Limits { budget_per_day, requests_per_minute, calls_at_once, backoff_ms, .. } = &self.limits;
        if self.author.trim().is_empty() {
            return Some(("author", "needs a name"));
        }
        if budget_per_day.is_some_and(|b| !(0.0..1e6).contains(&b)) {
            return Some(("budget_per_day", "goes from 0 to 1,000,000 dollars"));
        }
        if !(1..=10_000).contains(requests_per_minute) {
            return Some(("requests_per_minute", "goes from 1 to 10,000"));
        }
        if !(1..=64).contains(calls_at_once) {
            return Some(("calls_at_once", "goes from 1 to 64"));
        }
        if !(0..=600_000).contains(backoff_ms) {
            return Some(("backoff_ms", "goes from 0 to 600,000"));
        }
        if self.limits.revision_requests.is_some_and(|limit| limit > MAX_REVISION_REQUESTS) {
            return Some(("revision_requests", "goes from 0 to 1,000"));
        }
        let Limits { open_timeout_s, idle_timeout_s, total_timeout_s, .. } = &self.limits;
        let waits = [
            ("open_timeout_s", open_timeout_s),
            ("idle_timeout_s", idle_timeout_s),
            ("total_timeout_s", total_timeout_s),
        ];
        if let Some((key, _)) = waits.into_iter().find(|(_, wait)| !(1..=86_400).contains(*wait)) {
            return Some((key, "goes from 1 to 86,400 seconds"));
        }
        let Context { tokens, canon, pages, feedback, style } = &self.context;
        if !(1_000..=2_000_000).contains(tokens) {
            return Some(("tokens", "goes from 1,000 to 2,000,000"));
        }
        if [canon, pages, feedback, style].into_iter().map(|share| u32::from(*share)).sum::<u32>() > 100 {
            return Some(("canon", "and pages, feedback and style are shares: together at most 100"));
        }
        let Coherence { pass_score, borderline_score, .. } = &self.coherence;
        let scores = [("pass_score", pass_score), ("borderline_score", borderline_score)];
        let is_outside = |score: &Option<f64>| score.is_some_and(|s| !(0.0..=100.0).contains(&s));
        if let Some((key, _)) = scores.into_iter().find(|(_, score)| is_outside(score)) {
            return Some((key, "goes from 0 to 100"));
        }
        if pass_score.zip(*borderline_score).is_some_and(|(pass, borderline)| borderline > pass) {
            return Some(("borderline_score", "is at most pass_score"));
        }
        for agent in AGENTS.map(|name| self.agent(name)).into_iter().chain(self.agents.others.values()) {
            if !(16..=200_000).contains(&agent.max_output_tokens) {
                return Some(("max_output_tokens", "goes from 16 to 200,000"));
            }
            if agent.temperature.is_some_and(|t| !(0.0..=2.0).contains(&t)) {
                return Some(("temperature", "goes from 0 to 2"));
            }
        }
        None
    }

    /// Returns the providers: the well-known ones with the author's laid over them.
    #[must_use]
    pub fn providers(&self) -> Providers {
        let pace = match self.offline.words_per_second {
            0 => Pace::default(),
            rate => Pace { per_word: std::time::Duration::from_secs(1) / rate },
        };
        Providers::built_in().overlaid(self.providers.clone()).paced(pace).with_keys(self.keys.clone())
    }

    /// Returns an agent's settings by the name that workflows use; one that is not named there gets the
    /// narrator's.
    #[must_use]
    pub fn agent(&self, name: &str) -> &AgentConfig {
        match name {
            "dialogue" => &self.agents.dialogue,
            "reviewer" => &self.agents.reviewer,
            "summarist" => &self.agents.summarist,
            "scribe" => &self.agents.scribe,
            other => self.agents.others.get(other).unwrap_or(&self.agents.narrator),
        }
    }

    /// Returns every agent that is set or known by name, with its settings.
    pub fn agents(&self) -> impl Iterator<Item = (&str, &AgentConfig)> {
        let others = self.agents.others.keys().map(String::as_str).filter(|name| !AGENTS.contains(name));
        AGENTS.into_iter().chain(others).map(|name| (name, self.agent(name)))
    }

    /// Returns the budget of a day.
    #[must_use]
    pub fn budget_per_day(&self) -> Option<Money> {
        self.limits.budget_per_day.map(Money::from_dollars)
    }
}

fn read(file: &std::path::Path) -> Result<Option<String>, ConfigError> {
    match std::fs::read_to_string(file) {
        Ok(source) => Ok(Some(source)),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(ConfigError::Io { file: file.to_owned(), source }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_is_said_with_file_and_line() {
        let file = std::path::Path::new("config.toml");
        let unknown = "author = \"Ada\"\n\n[limits]\ncalls_at_onc = 2\n";
        let e = Config::parse(file, unknown).unwrap_err().to_string();
        assert!(e.starts_with("config.toml:4: unknown field `calls_at_onc`"), "{e}");
        let e = Config::parse(file, "[limits]\ncalls_at_once = 0\n").unwrap_err().to_string();
        assert_eq!(e, "config.toml:2: calls_at_once goes from 1 to 64");
    }

    #[test]
    fn the_file_lies_over_the_defaults() {
        let dir = tempfile::tempdir().unwrap();
        let home = Home::at(dir.path());
        assert_eq!(Config::load(&home).unwrap().limits.calls_at_once, 4);
        std::fs::create_dir_all(home.config_file().parent().unwrap()).unwrap();
        std::fs::write(home.config_file(), "[agents.dialogue]\nmodel = \"ollama/qwen3\"\n").unwrap();
        let config = Config::load(&home).unwrap();
        assert_eq!(config.agent("dialogue").model.as_str(), "ollama/qwen3");
        assert_eq!(config.agent("narrator").model, ModelRef::rehearsal());
    }

    #[test]
    fn changes_keep_the_authors_comments() {
        let dir = tempfile::tempdir().unwrap();
        let home = Home::at(dir.path());
        std::fs::create_dir_all(home.config_file().parent().unwrap()).unwrap();
        std::fs::write(home.config_file(), "# mine\nauthor = \"Ada\" # me\n").unwrap();
        use_model(&home, None, &"openai/gpt-4o-mini".parse().unwrap()).unwrap();
        set_theme(&home, "light").unwrap();
        let text = std::fs::read_to_string(home.config_file()).unwrap();
        assert!(text.starts_with("# mine\nauthor = \"Ada\" # me\n"), "{text}");
        let config = Config::load(&home).unwrap();
        assert_eq!(config.agent("reviewer").model.as_str(), "openai/gpt-4o-mini");
        assert_eq!(config.studio.theme, "light");
        set_budget_per_day(&home, Some(Money::from_dollars(2.5))).unwrap();
        assert_eq!(Config::load(&home).unwrap().budget_per_day(), Some(Money::from_dollars(2.5)));
        set_budget_per_day(&home, None).unwrap();
        assert_eq!(Config::load(&home).unwrap().budget_per_day(), None);
    }
}
