//! A model is chosen: every command that names one is checked before anything is stored of it.

use super::Engine;
use crate::config::UnusableModel;
use crate::domain::run::RunCommand;
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
        let check = |name: &mut String| -> Result<(), Refusal> {
            *name = config.usable_model(name)?.to_string();
            Ok(())
        };
        match &mut command {
            Command::StartRun { models, .. } => models.values_mut().try_for_each(check)?,
            Command::Page { command: RunCommand::ChooseModel { model: Some(model), .. }, .. }
            | Command::Run { command: RunCommand::ChooseModel { model: Some(model), .. }, .. } => {
                check(model)?;
            }
            _ => {}
        }
        Ok(command)
    }
}
