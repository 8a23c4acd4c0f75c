//! `galley backup` and `galley restore`: the whole database as one file, and back.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;

use super::answer::Answer;
use super::fault::Fault;
use crate::config::Home;
use crate::service::counts::many;
use crate::service::files::Target;
use crate::store::{self, Clock};

/// Copies the database.
#[derive(Debug, Args)]
#[command(
    after_help = "The copy is one moment of the database, also while the studio writes to it. Every page of the file, \
                  every event and every\ntext of it is checked before it is kept. Backups are also made by themselves: \
                  once a day, of which the last seven are kept,\nand before a new Galley migrates the database."
)]
pub(super) struct Backup {
    /// The file to write, which must not exist; without it, one beside the database, named after the time
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
}

impl Backup {
    pub fn run(&self, home: &Home, db: Option<PathBuf>) -> Result<Answer, Fault> {
        let database = db.unwrap_or_else(|| home.database());
        if let Some(file) = &self.file {
            Target::check(file, false).map_err(|error| {
                let mut fault = Fault::from(error);
                if fault.kind == "in_the_way" {
                    fault.hint = Some("name another file: a backup overwrites nothing".to_owned());
                }
                fault
            })?;
        }
        let made = store::back_up(&database, self.file.as_deref(), &Clock::default())?;
        let text = format!(
            "{}\n{:.1} MB, {}, schema {}: verified\n",
            made.path.display(),
            made.bytes as f64 / 1e6,
            many(made.events.unsigned_abs(), "event", "events"),
            made.schema
        );
        Ok(Answer::new(&made, text))
    }
}

/// Puts a backup in the place of the database.
#[derive(Debug, Args)]
#[command(
    after_help = "The backup is checked first. Close the studio and every other Galley before. What was there is kept \
                  beside the database as\ngalley.db.replaced-TIME, and can be restored in turn.\n\nA backup that an \
                  older Galley made before a migration brings that state back: then use the older Galley, or let\n\
                  this one migrate it again at its next start."
)]
pub(super) struct Restore {
    /// A backup: `galley doctor` lists those beside the database
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

impl Restore {
    pub fn run(&self, home: &Home, db: Option<PathBuf>) -> Result<Answer, Fault> {
        let database = db.unwrap_or_else(|| home.database());
        let restored = store::restore(&database, &self.file, &Clock::default())?;
        let mut text = format!(
            "{} has {} now\n",
            database.display(),
            many(restored.events.unsigned_abs(), "event", "events")
        );
        if let Some(replaced) = &restored.replaced {
            let _ = writeln!(text, "what was there before is {}", replaced.display());
        }
        Ok(Answer::new(&restored, text))
    }
}
