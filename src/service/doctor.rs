//! Is everything where it should be, and whole? The same examination for every face, and what to do next.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use serde::{Serialize, Serializer};

use super::{Class, Problem};
use crate::config::{Config, Home};
use crate::files;
use crate::service::counts::many;
use crate::store::{self, Checkup, Clock, Holder, Lock, Reader, RebuildReport, StoreError};

/// Whether the projections are made again from the journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remake {
    /// They are left alone.
    No,
    /// They are made beside those that are there, and compared.
    Compare,
    /// They are made and put in place.
    Rebuild,
}

/// What was found.
#[derive(Debug, Serialize)]
pub struct Examination {
    /// The version of the program.
    pub galley: &'static str,
    /// The database.
    pub database: PathBuf,
    /// It is there.
    pub exists: bool,
    /// The configuration.
    pub config_file: PathBuf,
    /// The keymap.
    pub keymap_file: PathBuf,
    /// The folder of themes.
    pub themes: PathBuf,
    /// The log.
    pub log_file: PathBuf,
    /// What the database is like; none where it is not there or cannot be looked at.
    #[serde(serialize_with = "checkup", skip_serializing_if = "Option::is_none")]
    pub checkup: Option<Checkup>,
    /// What loss of the write-ahead log was accepted, where that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accepted: Option<String>,
    /// What came of making the projections again.
    #[serde(serialize_with = "remade", skip_serializing_if = "Option::is_none")]
    pub remade: Option<RebuildReport>,
    /// Files and folders that others could read or write, and that only their owner can from now on.
    pub restricted: Vec<PathBuf>,
    /// What to do next.
    pub next: Vec<Step>,
    /// What is wrong, where something is.
    #[serde(skip)]
    pub problem: Option<Problem>,
}

/// Something to do next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Step {
    /// Why.
    pub why: String,
    /// The command that does it.
    pub command: String,
}

impl Step {
    fn new(why: impl Into<String>, command: impl Into<String>) -> Self {
        Self { why: why.into(), command: command.into() }
    }

    fn salvage() -> Self {
        Self::new("save what is whole into a new database", "galley doctor --salvage")
    }
}

/// Rows of a table by its name, as one object.
#[allow(clippy::ref_option, reason = "serde hands over the field")]
fn checkup<S: Serializer>(found: &Option<Checkup>, to: S) -> Result<S::Ok, S::Error> {
    let Some(found) = found else { return to.serialize_none() };
    let counts: serde_json::Map<_, _> =
        found.counts.iter().map(|(table, rows)| (table.clone(), (*rows).into())).collect();
    let mut json = serde_json::to_value(found).map_err(serde::ser::Error::custom)?;
    json["well"] = found.is_well().into();
    json["counts"] = counts.into();
    json.serialize(to)
}

#[allow(clippy::ref_option, reason = "serde hands over the field")]
fn remade<S: Serializer>(report: &Option<RebuildReport>, to: S) -> Result<S::Ok, S::Error> {
    let Some(report) = report else { return to.serialize_none() };
    let mut json = serde_json::to_value(report).map_err(serde::ser::Error::custom)?;
    json["equal"] = report.equal().into();
    json.serialize(to)
}

/// Leaves what holds the author's texts and settings to its owner alone, and returns what was changed. What a link
/// leads to is left as it is, and so is the folder of a database outside of the home.
fn restrict(home: &Home, database: &Path) -> Vec<PathBuf> {
    let log = home.log_file();
    let own = home.folders().map(Path::to_owned).into_iter();
    let own = own.chain([
        home.config_file(),
        home.prices_file(),
        home.keys_file(),
        log.with_extension("log.1"),
        log,
    ]);
    own.chain(store::files_of(database))
        .filter(|path| !path.is_symlink() && files::is_open_to_others(path) && files::restrict(path).is_ok())
        .collect()
}

/// Examines the files of a home and a database, which need not be usable. Those that others could read are restricted.
#[must_use]
pub fn examine(home: &Home, database: &Path, remake: Remake) -> Examination {
    let mut all = Examination {
        galley: env!("CARGO_PKG_VERSION"),
        database: database.to_owned(),
        exists: true,
        config_file: home.config_file(),
        keymap_file: home.keymap_file(),
        themes: home.themes(),
        log_file: home.log_file(),
        checkup: None,
        accepted: None,
        remade: None,
        restricted: restrict(home, database),
        next: Vec::new(),
        problem: None,
    };
    match Config::load(home) {
        Ok(config) => all.next_of_config(&config),
        Err(error) => {
            all.next.push(Step::new("the configuration cannot be used", "galley config"));
            all.problem = Some(error.into());
        }
    }
    match store::checkup(database) {
        Ok(found) => {
            all.found(found, database, remake);
            all.lock(database);
        }
        Err(StoreError::Missing(_)) => {
            all.exists = false;
            all.next.insert(0, Step::new("there is no database yet", "galley book new \"TITLE\""));
            all.next.insert(1, Step::new("a book to try things with", "galley sample restore"));
        }
        Err(error) => {
            if matches!(error, StoreError::Corrupt { .. }) {
                all.next.push(Step::salvage());
            }
            all.next.extend(backups(&store::backups(database)));
            all.problem = Some(error.into());
        }
    }
    all
}

/// Goes on with what is there although a part of the write-ahead log is gone, and examines that.
#[must_use]
pub fn accept_loss(home: &Home, database: &Path) -> Examination {
    let accepted = store::accept_loss(database);
    let mut all = examine(home, database, Remake::No);
    match accepted {
        Ok(lost) => {
            let nothing = || "nothing: the log is whole".to_owned();
            all.accepted = Some(lost.as_ref().map_or_else(nothing, StoreError::to_string));
        }
        Err(error) => all.problem = Some(error.into()),
    }
    all
}

/// Returns the newest backup as something to do.
fn backups(all: &[PathBuf]) -> Vec<Step> {
    let Some(newest) = all.last().map(|path| path.display()) else { return Vec::new() };
    vec![
        Step::new("look into the newest backup", format!("galley --db {newest} status")),
        Step::new("use it as the database", format!("galley restore {newest}")),
    ]
}

impl Examination {
    /// Says what keeps agents from work: a lock that nobody can take, or whose holder is stopped.
    fn lock(&mut self, database: &Path) {
        let held = match Lock::examine(database) {
            Ok(held) => held,
            Err(error) => {
                self.problem.get_or_insert_with(|| error.into());
                return;
            }
        };
        let holder = Holder::of(database);
        if let Some(pid) = holder.pid.filter(|_| held && holder.stopped) {
            let why = format!("{holder} holds the conductor lock: end it, or resume it with `fg`");
            self.next.push(Step::new(why, format!("kill -CONT {pid}; kill {pid}")));
        }
    }

    fn next_of_config(&mut self, config: &Config) {
        if config.agents().all(|(_, agent)| agent.model.is_rehearsal()) && !config.offline_forced {
            let why = "only the offline author writes: choose a model";
            self.next.push(Step::new(why, "galley config model all PROVIDER/MODEL"));
        }
    }

    fn found(&mut self, found: Checkup, database: &Path, remake: Remake) {
        if found.is_well() {
            self.next_of_work(database);
        } else {
            let backup = found.backups.last();
            let hint = match backup {
                Some(newest) => {
                    format!("copy it away before anything else; the newest backup is {}", newest.display())
                }
                None => "copy it away before anything else; there is no backup beside it".to_owned(),
            };
            let (message, hint) = match &found.log {
                Some(lost) => (lost.as_str(), "put the log back beside the database"),
                None => ("the database is damaged", hint.as_str()),
            };
            self.problem = Some(Problem::new(Class::Store, "store", message, Some(hint)));
            if found.log.is_some() {
                let why = "to go on with what is there";
                self.next.push(Step::new(why, "galley doctor --accept-loss"));
            } else if found.missing.is_empty()
                && found.damaged.is_empty()
                && found.gaps.is_empty()
                && found.altered.is_empty()
            {
                let why = "journal and texts are whole: the rest can be made again from them";
                self.next.push(Step::new(why, "galley doctor --rebuild"));
            } else {
                self.next.push(Step::salvage());
            }
            self.next.extend(backups(&found.backups));
        }
        let is_well = found.is_well();
        if let Some(first) = found.wrong().next() {
            store::note_damage(database, &StoreError::Corrupt { what: first });
        }
        self.checkup = Some(found);
        // What was damaged may be a row that only a comparison finds.
        let remake = if remake == Remake::No && store::damage(database).is_some() && is_well {
            Remake::Compare
        } else {
            remake
        };
        let report = match remake {
            Remake::No => return,
            Remake::Compare => store::compare(database),
            Remake::Rebuild => store::rebuild(database),
        };
        match report {
            Ok(report) => {
                if is_well && (report.equal() || report.swapped) {
                    store::forget_damage(database);
                }
                if !report.equal() && !report.swapped {
                    let message = "the projections differ from the journal";
                    store::note_damage(database, &StoreError::Corrupt { what: message.to_owned() });
                    let hint = "`galley doctor --rebuild` puts them right";
                    self.problem = Some(Problem::new(Class::Store, "store", message, Some(hint)));
                    self.next.push(Step::new(message, "galley doctor --rebuild"));
                }
                self.remade = Some(report);
            }
            Err(error) => self.problem = Some(error.into()),
        }
    }

    /// Where the database is whole, its author goes on with what waits.
    fn next_of_work(&mut self, database: &Path) {
        let totals =
            Reader::open(database).and_then(|r| Ok((r.totals(Clock::default().now())?, r.books(false)?)));
        let Ok((totals, books)) = totals else { return };
        if books.is_empty() {
            self.next.push(Step::new("there is no book yet", "galley book new \"TITLE\""));
            self.next.push(Step::new("a book to try things with", "galley sample restore"));
        }
        if totals.inbox + totals.attention > 0 {
            let why = many((totals.inbox + totals.attention).into(), "waits for you", "wait for you");
            self.next.push(Step::new(why, "galley status"));
        }
        if totals.generating > 0 {
            self.next.push(Step::new(format!("{} are to be written", totals.generating), "galley work"));
        }
        if !books.is_empty() && totals.inbox + totals.attention + totals.generating == 0 {
            self.next.push(Step::new("nothing waits: write on", "galley"));
        }
    }

    /// Tells of it as text.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::new();
        let paths = [
            ("database", &self.database),
            ("config", &self.config_file),
            ("keymap", &self.keymap_file),
            ("themes", &self.themes),
            ("log", &self.log_file),
        ];
        let _ = writeln!(text, "{:<10} {}", "galley", self.galley);
        for (name, path) in paths {
            let _ = writeln!(text, "{name:<10} {}", path.display());
        }
        if let Some(accepted) = &self.accepted {
            let _ = writeln!(text, "{:<10} {accepted}", "accepted");
        }
        if let Some(found) = &self.checkup {
            tell_checkup(&mut text, found);
        }
        if let Some(report) = &self.remade {
            tell_remade(&mut text, report);
        }
        for path in &self.restricted {
            let _ = writeln!(text, "{:<10} {}, to its owner", "restricted", path.display());
        }
        if !self.exists {
            text.push_str("there is no database yet\n");
        }
        for (at, step) in self.next.iter().enumerate() {
            let head = if at == 0 { "\nnext       " } else { "           " };
            let _ = writeln!(text, "{head}{}: {}", step.why, step.command);
        }
        text
    }
}

fn tell_checkup(text: &mut String, found: &Checkup) {
    let _ = writeln!(text, "{:<10} {}", "sqlite", found.sqlite);
    let _ = writeln!(text, "{:<10} {} (newest known: {})", "schema", found.schema, found.known_schema);
    let _ = writeln!(text, "{:<10} {:.1} MB", "size", found.bytes as f64 / 1e6);
    for backup in &found.backups {
        let _ = writeln!(text, "{:<10} {}", "backup", backup.display());
    }
    if let Some(unsuitable) = &found.file_system {
        let _ = writeln!(text, "{:<10} {unsuitable}", "beware");
    }
    for line in found.wrong() {
        let _ = writeln!(text, "{:<10} {line}", "wrong");
    }
    let health = if found.is_well() { "ok" } else { "CORRUPT" };
    let _ = writeln!(text, "{:<10} {health}\n", "health");
    for (table, rows) in &found.counts {
        let _ = writeln!(text, "{table:<12} {rows:>10}");
    }
}

fn tell_remade(text: &mut String, report: &RebuildReport) {
    let _ = writeln!(
        text,
        "\nreplayed {} of {}",
        many(report.events, "event", "events"),
        many(report.streams, "stream", "streams")
    );
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
        (true, false) => "the projections match the journal",
        (true, true) => "the projections matched the journal, and were rebuilt",
        (false, true) => "the differences are repaired",
        (false, false) => "the projections differ from the journal",
    };
    let _ = writeln!(text, "{end}");
}
