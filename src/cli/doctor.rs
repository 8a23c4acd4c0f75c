//! `galley doctor`: is everything where it should be, and whole?

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::{Value, json};

use super::answer::Answer;
use super::fault::{Exit, Fault};
use crate::config::{Config, Home};
use crate::store::{self, Checkup, RebuildReport, StoreError};

/// Examines.
#[derive(Debug, Args)]
#[command(
    after_help = "The journal and the texts are the truth, and only ever added to. Everything else is made from them, \
                  and can be\nremade: --compare says what differs, --rebuild also puts the remade tables in place."
)]
pub(super) struct Doctor {
    /// Remake the projections from the journal and compare; changes nothing
    #[arg(long, conflicts_with = "rebuild")]
    compare: bool,
    /// Remake the projections from the journal and put them in place
    #[arg(long)]
    rebuild: bool,
}

impl Doctor {
    pub fn run(&self, home: &Home, db: Option<PathBuf>) -> Answer {
        let path = db.unwrap_or_else(|| home.database());
        let mut examination = Examination::begin(home, &path);
        match store::checkup(&path) {
            Ok(found) => {
                examination.found(&found);
                self.remake(&path, &mut examination);
            }
            Err(StoreError::Missing(_)) => examination.no_database(),
            Err(error) => examination.fault = Some(error.into()),
        }
        Answer::new(&examination.json, examination.text).with_fault(examination.fault)
    }

    fn remake(&self, path: &Path, examination: &mut Examination) {
        let report = match (self.compare, self.rebuild) {
            (_, true) => store::rebuild(path),
            (true, false) => store::compare(path),
            (false, false) => return,
        };
        match report {
            Ok(report) => examination.remade(&report),
            Err(error) => examination.fault = Some(error.into()),
        }
    }
}

/// What is found out, one thing after the other.
struct Examination {
    json: Value,
    text: String,
    fault: Option<Fault>,
}

impl Examination {
    fn begin(home: &Home, path: &Path) -> Self {
        let galley = env!("CARGO_PKG_VERSION");
        let json = json!({
            "galley": galley,
            "database": path,
            "exists": true,
            "config_file": home.config_file(),
            "log_file": home.log_file(),
        });
        let text = format!(
            "galley     {galley}\ndatabase   {}\nconfig     {}\nlog        {}\n",
            path.display(),
            home.config_file().display(),
            home.log_file().display()
        );
        Self { json, text, fault: Config::load(home).err().map(Fault::from) }
    }

    fn no_database(&mut self) {
        self.json["exists"] = false.into();
        self.text += "there is no database yet: the studio or `galley book new` makes it\n";
    }

    fn found(&mut self, found: &Checkup) {
        let text = &mut self.text;
        let _ = writeln!(text, "sqlite     {}", found.sqlite);
        let _ = writeln!(text, "schema     {} (newest known: {})", found.schema, found.known_schema);
        let _ = writeln!(text, "size       {:.1} MB", found.bytes as f64 / 1e6);
        for backup in &found.backups {
            let _ = writeln!(text, "backup     {}", backup.display());
        }
        let wrong = (found.integrity.iter().map(|line| format!("integrity: {line}")))
            .chain(found.gaps.iter().map(|line| format!("journal: {line}")))
            .chain(found.missing.iter().map(|hash| format!("text {hash} is named and not there")))
            .chain(found.damaged.iter().map(|hash| format!("text {hash} is not what was stored")));
        for line in wrong {
            let _ = writeln!(text, "wrong      {line}");
        }
        let _ = writeln!(text, "health     {}\n", if found.is_well() { "well" } else { "DAMAGED" });
        for (table, rows) in &found.counts {
            let _ = writeln!(text, "{table:<12} {rows:>10}");
        }
        self.json["checkup"] = json!({
            "well": found.is_well(),
            "bytes": found.bytes,
            "sqlite": found.sqlite,
            "schema": found.schema,
            "known_schema": found.known_schema,
            "integrity": found.integrity,
            "gaps": found.gaps,
            "missing": found.missing,
            "damaged": found.damaged,
            "counts": found.counts.iter().map(|(table, rows)| (table.clone(), json!(rows))).collect::<serde_json::Map<_, _>>(),
            "backups": found.backups,
        });
        if !found.is_well() {
            self.fault = Some(Fault {
                kind: "store".into(),
                message: "the database is damaged".into(),
                hint: Some("copy it away before anything else; backups stand beside it".into()),
                exit: Exit::Store,
            });
        }
    }

    fn remade(&mut self, report: &RebuildReport) {
        let text = &mut self.text;
        let _ = writeln!(text, "\nreplayed {} events of {} streams", report.events, report.streams);
        for table in report.tables.iter().filter(|t| t.unfounded > 0 || t.missing > 0) {
            let _ = writeln!(
                text,
                "{}: {} rows do not follow from the journal, {} are missing",
                table.table, table.unfounded, table.missing
            );
            for example in &table.examples {
                let _ = writeln!(text, "  {example}");
            }
        }
        let end = match (report.equal(), report.swapped) {
            (true, false) => "the projections are what the journal says",
            (true, true) => "the projections were what the journal says, and are remade",
            (false, true) => "what differed is put right",
            (false, false) => "the projections differ from the journal",
        };
        let _ = writeln!(text, "{end}");
        self.json["remade"] = json!(report);
        self.json["remade"]["equal"] = report.equal().into();
        if !report.equal() && !report.swapped {
            self.fault = Some(Fault {
                kind: "store".into(),
                message: end.into(),
                hint: Some("`galley doctor --rebuild` puts them right".into()),
                exit: Exit::Store,
            });
        }
    }
}
