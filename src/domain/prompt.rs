//! A book's own prompt templates: each version of one is an event.

use serde::{Deserialize, Serialize};

use super::Text;

/// A command to a book's prompts.
#[derive(Debug, Clone, PartialEq, strum::IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
#[allow(missing_docs, reason = "the fields read as their variant's sentence")]
pub enum PromptCommand {
    /// Lays a template over the author's and the shipped one. Whoever asks has checked that it reads.
    Put { name: String, text: String },
    /// Goes back to the template below; the versions stay.
    Drop { name: String },
}

/// An event of a book's prompts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[allow(missing_docs, reason = "the fields read as their variant's sentence")]
pub enum PromptEvent {
    /// The book has a template of its own for this agent, or another version of it.
    PromptPut { prompt: String, text: Text },
    /// The book has none of its own any more.
    PromptDropped { prompt: String },
}

impl PromptEvent {
    /// Returns the agent's name.
    #[must_use]
    pub fn prompt(&self) -> &str {
        match self {
            Self::PromptPut { prompt, .. } | Self::PromptDropped { prompt } => prompt,
        }
    }
}
