//! The projections made anew from the journal, compared with those that are stored, and put in their place.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, params_from_iter};
use serde::Serialize;

use super::project::{self, Projector, RunLine};
use super::tracked::Tracked;
use super::{StoreError, beside, blobs, journal, open};
use crate::domain::book::Book;
use crate::domain::canon::Canon;
use crate::domain::run::RunEvent;
use crate::domain::{Event, Hash, Recorded, StreamId, Workflow};

/// Every table that is made from the journal alone.
pub(super) const PROJECTIONS: [&str; 20] = [
    "books",
    "chapters",
    "pages",
    "runs",
    "steps",
    "attempts",
    "revisions",
    "feedback",
    "locks",
    "decisions",
    "remarks",
    "proposals",
    "spend",
    "entries",
    "entry_versions",
    "versions",
    "reads",
    "fine",
    "token_factors",
    "prompts",
];

/// Differing rows that are named of each table.
const EXAMPLES: i64 = 3;

/// How the stored projections compare with the journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RebuildReport {
    /// Events replayed.
    pub events: u64,
    /// Streams replayed.
    pub streams: u64,
    /// Every table, also those that are equal.
    pub tables: Vec<TableReport>,
    /// The remade tables were put in place.
    pub swapped: bool,
}

/// How one table compares.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TableReport {
    /// Its name.
    pub table: String,
    /// Rows remade.
    pub rows: u64,
    /// Rows that are stored and do not follow from the journal.
    pub unfounded: u64,
    /// Rows that follow from the journal and are not stored.
    pub missing: u64,
    /// A few of them: `- ` unfounded, `+ ` missing.
    pub examples: Vec<String>,
}

impl RebuildReport {
    /// Returns whether every stored row follows from the journal, and none is missing.
    #[must_use]
    pub fn equal(&self) -> bool {
        self.tables.iter().all(|t| t.unfounded == 0 && t.missing == 0)
    }
}

/// Replays the journal and compares; changes nothing.
pub fn compare(path: &Path) -> Result<RebuildReport, StoreError> {
    remake(path, false)
}

/// Replays the journal, compares, and puts the remade tables in place in one transaction.
pub fn rebuild(path: &Path) -> Result<RebuildReport, StoreError> {
    remake(path, true)
}

fn remake(path: &Path, swap: bool) -> Result<RebuildReport, StoreError> {
    if beside::size(path) == 0 {
        return Err(StoreError::Missing(path.to_owned()));
    }
    let found = open::checked_version(&open::reading(path)?, path)?;
    if found != open::newest() {
        return Err(StoreError::OddSchema {
            found,
            reason: format!("it must be {} for this", open::newest()),
        });
    }
    let second = Second::beside(path);
    let connection = second.open(path)?;
    // Only a swap keeps other writers away; a comparison reads one moment of the file.
    connection.execute_batch(if swap { "BEGIN IMMEDIATE" } else { "BEGIN" })?;
    let (streams, events) = replay(&connection)?;
    let tables = PROJECTIONS.iter().map(|table| difference(&connection, table)).collect::<Result<_, _>>()?;
    if swap {
        for table in PROJECTIONS {
            connection.execute_batch(&format!(
                "DELETE FROM truth.{table}; INSERT INTO truth.{table} SELECT * FROM main.{table};"
            ))?;
        }
        connection.execute_batch(
            "INSERT INTO truth.page_search (page_search) VALUES ('delete-all');
             INSERT INTO truth.entry_search (entry_search) VALUES ('delete-all');
             UPDATE truth.search_progress SET upto = 0;",
        )?;
    }
    connection.execute_batch("COMMIT")?;
    Ok(RebuildReport { events, streams, tables, swapped: swap })
}

/// A second database for the remade tables; its file goes with it.
struct Second(PathBuf);

impl Second {
    fn beside(path: &Path) -> Self {
        let second = Self(beside::temporary(path, "rebuild"));
        second.remove();
        second
    }

    /// Opens it with the truth of the first attached: what it does not have itself is found there. A table that
    /// projections write has to stay, or they would write it there.
    fn open(&self, path: &Path) -> Result<Connection, StoreError> {
        let connection = open::scratch(&self.0)?;
        connection.execute_batch(
            "DROP TABLE page_search; DROP TABLE entry_search; DROP TABLE commands; DROP TABLE events;
             DROP TABLE streams; DROP TABLE blobs;",
        )?;
        connection.execute("ATTACH ?1 AS truth", [path.to_string_lossy()])?;
        Ok(connection)
    }

    fn remove(&self) {
        for end in ["", "-journal", "-wal", "-shm"] {
            let _ = std::fs::remove_file(format!("{}{end}", self.0.display()));
        }
    }
}

impl Drop for Second {
    fn drop(&mut self) {
        self.remove();
    }
}

/// Replays every stream, the books first: their pages are rows that the runs then fill.
fn replay(connection: &Connection) -> Result<(u64, u64), StoreError> {
    let mut query = connection.prepare("SELECT n, name FROM streams ORDER BY name LIKE 'run:%', n")?;
    let streams: Vec<(i64, String)> =
        query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
    let mut workflows = HashMap::new();
    let mut events = 0;
    for (n, name) in &streams {
        let stream =
            StreamId::parse(name).ok_or_else(|| StoreError::corrupt(format!("`{name}` is not a stream")))?;
        let mut all = Vec::new();
        journal::read(connection, &stream, *n, 0, |number, recorded| {
            all.push((number, recorded));
            Ok(())
        })?;
        events += all.len() as u64;
        let projector = Projector { connection, texts: &[] };
        match &stream {
            StreamId::Book(_) => book(&projector, &all)?,
            StreamId::Prompt(book) => {
                all.iter().try_for_each(|(_, recorded)| project::prompt::line(&projector, book, recorded))?;
            }
            StreamId::Canon(book) => {
                let mut canon = Canon::default();
                for (number, recorded) in &all {
                    let Event::Canon(event) = &recorded.event else { continue };
                    canon.apply(event, recorded.at);
                    project::canon::line(&projector, book, &canon, *number, recorded)?;
                }
            }
            StreamId::Run(_) => run(&projector, *n, &all, &mut workflows)?,
        }
    }
    Ok((streams.len() as u64, events))
}

fn book(projector: &Projector<'_>, all: &[(i64, Recorded)]) -> Result<(), StoreError> {
    let mut book: Option<Book> = None;
    for (_, recorded) in all {
        let Event::Book(event) = &recorded.event else { continue };
        match &mut book {
            Some(book) => book.apply(event, recorded.at),
            None => book = Book::start(event, recorded.at),
        }
        if let Some(book) = &book {
            project::book::line(
                projector,
                book,
                event,
                project::book::Moment { at: recorded.at, by: &recorded.actor },
            )?;
        }
    }
    Ok(())
}

fn run(
    projector: &Projector<'_>,
    n: i64,
    all: &[(i64, Recorded)],
    workflows: &mut HashMap<Hash, std::sync::Arc<Workflow>>,
) -> Result<(), StoreError> {
    let lines: Vec<RunLine<'_>> = all.iter().filter_map(|(number, r)| RunLine::of(*number, r)).collect();
    let Some(first) = lines.first() else { return Ok(()) };
    let RunEvent::RunStarted { definition, .. } = first.event else {
        return Err(StoreError::corrupt(format!("{} does not begin with its start", first.recorded.stream)));
    };
    if !workflows.contains_key(definition) {
        let text = blobs::get_known(projector.connection, definition)?;
        let workflow: Workflow = serde_json::from_str(&text)
            .map_err(|e| StoreError::corrupt(format!("workflow {definition} cannot be read: {e}")))?;
        workflows.insert(definition.clone(), std::sync::Arc::new(workflow));
    }
    let workflow = workflows[definition].clone();
    match Tracked::start(n, workflow, first.event, first.recorded.at) {
        Some(mut tracked) => project::run_lines(projector, &mut tracked, true, &lines),
        None => Ok(()),
    }
}

fn difference(connection: &Connection, table: &str) -> Result<TableReport, StoreError> {
    let count = |from: &str, without: &str| -> Result<u64, StoreError> {
        let sql = format!(
            "SELECT count(*) FROM (SELECT * FROM {from}.{table} EXCEPT SELECT * FROM {without}.{table})"
        );
        Ok(connection.query_row(&sql, [], |row| row.get::<_, i64>(0))? as u64)
    };
    let rows: i64 =
        connection.query_row(&format!("SELECT count(*) FROM main.{table}"), [], |row| row.get(0))?;
    let (unfounded, missing) = (count("truth", "main")?, count("main", "truth")?);
    let mut examples = Vec::new();
    if unfounded + missing > 0 {
        for (mark, from, without) in [("-", "truth", "main"), ("+", "main", "truth")] {
            let sql = format!("SELECT * FROM {from}.{table} EXCEPT SELECT * FROM {without}.{table} LIMIT ?1");
            let mut query = connection.prepare(&sql)?;
            let columns = query.column_count();
            let mut found = query.query(params_from_iter([EXAMPLES]))?;
            while let Some(row) = found.next()? {
                let values = (0..columns).map(|c| Ok(shown(&row.get::<_, rusqlite::types::Value>(c)?)));
                let values: Vec<String> = values.collect::<Result<_, rusqlite::Error>>()?;
                examples.push(format!("{mark} {}", values.join(" | ")));
            }
        }
    }
    Ok(TableReport { table: table.to_owned(), rows: rows as u64, unfounded, missing, examples })
}

fn shown(value: &rusqlite::types::Value) -> String {
    use rusqlite::types::Value;
    match value {
        Value::Null => "-".into(),
        Value::Integer(n) => n.to_string(),
        Value::Real(n) => n.to_string(),
        Value::Text(text) => text.chars().take(60).collect(),
        Value::Blob(bytes) => blobs::hash(bytes).as_str().chars().take(12).collect(),
    }
}
