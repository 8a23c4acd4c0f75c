//! `galley page attempt | run attempt`: what an attempt left, and a draft made of it.

use clap::Args;

use super::Named;
use crate::agents::cleaning::without_thoughts;
use crate::cli::answer::Answer;
use crate::cli::drive::Detach;
use crate::cli::fault::Fault;
use crate::domain::ids::AttemptId;
use crate::domain::run::RunCommand;
use crate::engine::Engine;
use crate::store::Reader;
use crate::store::rows::AttemptRow;

/// Shows what an attempt left, or uses it.
#[derive(Debug, Args)]
#[command(
    after_help = "`galley page history PAGE` or `galley run history RUN` lists the attempts. Of an attempt that failed or was stopped it is \
                        what had been written by then; of one that delivered, the answer as it came, where it was \
                        cleaned."
)]
pub struct Attempt {
    /// The page's or run's id
    #[arg(value_name = "ID")]
    subject: String,
    /// The attempt; the newest one that left a text if left out
    #[arg(long = "attempt", value_name = "ID")]
    id: Option<AttemptId>,
    /// Make it the draft at the gate, without the model's thoughts
    #[arg(long = "use")]
    is_used: bool,
    #[command(flatten)]
    detach: Detach,
}

impl Attempt {
    pub fn run(self, engine: &Engine, json: bool) -> Result<Answer, Fault> {
        let reader = engine.store().reader()?;
        let named = Named::find(&reader, &self.subject)?;
        let (row, text) = self.left(&reader, &named)?;
        if !self.is_used {
            let mut json = serde_json::to_value(&row).expect("rows are plain data");
            json["text"] = text.as_str().into();
            return Ok(Answer::new(&json, text));
        }
        let text = without_thoughts(&text).into_owned();
        // What it cost is counted with the attempt already.
        let (step, model) = (Some(row.step), row.model);
        let command = RunCommand::Write { step, revision: None, text, model, tokens: 0 };
        named.command(engine, command, self.detach, json)
    }

    /// The attempt that is meant, and its text.
    fn left(&self, reader: &Reader, named: &Named) -> Result<(AttemptRow, String), Fault> {
        let attempts = reader.attempts(&named.run)?;
        let is_meant = |row: &AttemptRow| match &self.id {
            Some(id) => row.id == *id,
            None => row.partial.is_some(),
        };
        let wanted = self.id.as_ref().map_or("a text left by an attempt", AttemptId::as_str);
        let row = attempts.into_iter().find(is_meant);
        let row = row.ok_or_else(|| Fault::not_found("attempt", wanted))?;
        let text = row.partial.as_ref().map(|hash| reader.text(hash)).transpose()?.flatten();
        let text = text.ok_or_else(|| Fault::not_found("text of attempt", row.id.as_str()))?;
        Ok((row, text))
    }
}
