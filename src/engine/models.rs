//! A model is chosen: every command that names one is checked before anything is stored of it.

use super::Engine;
use crate::config::UnusableModel;
use crate::domain::{Command, Refusal};

impl From<UnusableModel> for Refusal {
    fn from(error: UnusableModel) -> Self {
        Self::UnusableModel { reason: error.to_string() }
    }
}

impl Engine {
    /// Returns a command with its models named in full, or a refusal where one cannot be called.
    pub(super) fn with_usable_models(&self, mut command: Command) -> Result<Command, Refusal> {
        let config = self.config();
        for name in command.chosen_models() {
            *name = config.usable_model(name)?.to_string();
        }
        Ok(command)
    }
}
