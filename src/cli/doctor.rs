//! `galley doctor`: is everything where it should be and whole?

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::answer::Answer;
use super::fault::{Exit, Fault};
use crate::config::{Config, Home};
use crate::store::{Store, StoreError, StoreOptions};

/// Examines.
#[derive(Debug, Args)]
#[command(
    after_help = "The journal and the texts are the truth and are only ever added to; everything else is remade\n\
                        from them by --rebuild, compared with what was there, and put in its place."
)]
pub(super) struct Doctor {
    /// Remake the projections from the journal and say what differed
    #[arg(long)]
    rebuild: bool,
}

impl Doctor {
    pub fn run(self, home: &Home, db: Option<PathBuf>) -> Result<Answer, Fault> {
        let path = db.unwrap_or_else(|| home.database());
        let config = Config::load(home).map(|_| ()).map_err(Fault::from);
        let mut json = json!({
            "galley": env!("CARGO_PKG_VERSION"),
            "sqlite": rusqlite::version(),
            "database": path,
            "config_file": home.config_file(),
            "log_file": home.log_file(),
        });
        let mut text = format!(
            "galley    {}\nsqlite    {}\ndatabase  {}\nconfig    {}\nlog       {}\n\n",
            env!("CARGO_PKG_VERSION"),
            rusqlite::version(),
            path.display(),
            home.config_file().display(),
            home.log_file().display()
        );
        let store = match Store::open(&StoreOptions { create: false, ..StoreOptions::at(path) }) {
            Ok(store) => store,
            Err(StoreError::Missing(_)) => {
                json["exists"] = false.into();
                text += "there is no database yet: the studio or `galley book new` makes it\n";
                return Ok(Answer::new(&json, text).with_fault(config.err()));
            }
            Err(error) => return Ok(Answer::new(&json, text).with_fault(Some(error.into()))),
        };
        json["exists"] = true.into();
        let mut fault = config.err();
        let findings = store.reader()?.integrity_check()?;
        json["integrity"] = json!(findings);
        if findings.is_empty() {
            text += "integrity: ok\n";
        } else {
            for finding in &findings {
                let _ = writeln!(text, "integrity: {finding}");
            }
            fault = Some(damaged("the database is damaged"));
        }
        let _ = self.rebuild;
        let counts = store.reader()?.counts()?;
        for (table, rows) in &counts {
            let _ = writeln!(text, "  {table:<24} {rows:>9}");
        }
        json["counts"] =
            counts.into_iter().map(|(t, n)| (t, n.into())).collect::<serde_json::Map<_, _>>().into();
        Ok(Answer::new(&json, text).with_fault(fault))
    }
}

fn damaged(message: &str) -> Fault {
    let hint =
        "`galley doctor --rebuild` remakes what is not journal or text; backups stand beside the database";
    Fault { kind: "store".into(), message: message.into(), hint: Some(hint.into()), exit: Exit::Store }
}
