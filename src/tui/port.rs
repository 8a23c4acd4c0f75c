//! What the studio needs of the engine, and nothing more: so that screens are tested without a conductor.

use std::path::PathBuf;
use std::sync::Arc;

use crate::config::{Config, Home};
use crate::domain::{ChapterId, Command, Money, PageId, Recorded, StepName, Time};

/// The engine as the studio sees it.
pub trait Port: Send + Sync + 'static {
    /// Carries a command out; answers when it is durable.
    fn submit(&self, command: Command) -> Result<Done, Trouble>;
    /// What is being written on a page by this process.
    fn live(&self, page: &PageId) -> Option<Live>;
    /// Who conducts.
    fn conducts(&self) -> Conducts;
    /// Whether agents may begin anything new.
    fn is_paused(&self) -> bool;
    /// Lets agents begin nothing new, or go on.
    fn set_paused(&self, paused: bool);
    /// What the author configured.
    fn config(&self) -> Arc<Config>;
    /// Where files are.
    fn home(&self) -> &Home;
    /// The models that can be chosen.
    fn models(&self) -> Vec<String>;
    /// Sets an agent's model in the configuration; none means every agent's.
    fn use_model(&self, agent: Option<&str>, model: &str) -> Result<(), Trouble>;
    /// Sets the theme in the configuration.
    fn use_theme(&self, theme: &str) -> Result<(), Trouble>;
    /// Sets the budget of a day in the configuration.
    fn budget_per_day(&self, budget: Option<Money>) -> Result<(), Trouble>;
    /// Writes the approved pages of a chapter to a file.
    fn export(&self, chapter: &ChapterId) -> Result<PathBuf, Trouble>;
    /// Checks the store and its paths.
    fn doctor(&self) -> Result<Vec<String>, Trouble>;
    /// Looks for models at hand.
    fn detect(&self) -> Result<Vec<String>, Trouble>;
}

/// What a command did.
#[derive(Debug, Clone, Default)]
pub struct Done {
    /// The events that came of it.
    pub events: Vec<Recorded>,
}

/// Why something was not done, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// A rule refused it and nothing changed; else it failed.
    pub refused: bool,
    /// What happened.
    pub message: String,
    /// What the author can do about it.
    pub hint: Option<String>,
}

/// A text as far as it is written.
#[derive(Debug, Clone)]
pub struct Live {
    /// The step.
    pub step: StepName,
    /// The text so far, as it came.
    pub text: Arc<str>,
    /// The model that writes.
    pub model: String,
    /// When it began.
    pub since: Time,
}

/// Who starts the agents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Conducts {
    /// This studio.
    Here,
    /// Another process.
    Elsewhere(String),
    /// Nobody: what is due waits.
    Nobody,
}
