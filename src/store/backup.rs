//! Backups: copies of the whole database in one file, made while it is in use, checked before they are kept.

use std::cmp::Reverse;
use std::fs::OpenOptions;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use rusqlite::Connection;
use rusqlite::backup::{Backup as Copying, StepResult};
use serde::Serialize;

use super::{Clock, Lock, StoreError, beside, doctor, journal, open, wal};
use crate::files;

/// Automatic backups that are kept.
const MAX_AUTOMATIC: usize = 7;
/// How old the newest backup must be before another one is made by itself.
const AUTOMATIC_AFTER: Duration = Duration::from_hours(24);

/// A backup that was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Backup {
    /// The file.
    pub path: PathBuf,
    /// Its size.
    pub bytes: u64,
    /// The events of its journal.
    pub events: i64,
    /// Its schema.
    pub schema: i64,
}

/// A backup that was put in the place of the database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Restored {
    /// The backup.
    pub from: PathBuf,
    /// What was there before; none where there was nothing.
    pub replaced: Option<PathBuf>,
    /// The events of the journal that is there now.
    pub events: i64,
    /// Its schema; an older one is migrated at the next start.
    pub schema: i64,
}

/// Copies a database into a file, or beside itself, and checks the copy: every page, every event, every text.
pub fn back_up(database: &Path, to: Option<&Path>, clock: &Clock) -> Result<Backup, StoreError> {
    if beside::size(database) == 0 {
        open::refuse_emptied(database)?;
        return Err(StoreError::Missing(database.to_owned()));
    }
    let connection = open::reading(database)?;
    open::checked_version(&connection, database)?;
    if let Some(lost) = wal::lost(&connection, database)? {
        return Err(lost);
    }
    let path = match to {
        Some(path) => path.to_owned(),
        None => free(database, &format!("backup-{}", stamp(clock)))?,
    };
    make(&connection, &path, true)
}

/// Copies a database before it is migrated: `galley.db.backup-v1-20261120T134817`. A text that is damaged is no reason
/// not to migrate: only the file as such has to be whole.
pub(super) fn before_migration(
    connection: &Connection,
    database: &Path,
    version: i64,
    clock: &Clock,
) -> Result<PathBuf, StoreError> {
    let path = free(database, &format!("backup-v{version}-{}", stamp(clock)))?;
    Ok(make(connection, &path, false)?.path)
}

/// Makes a backup by itself when the newest one is a day old, and removes the oldest of those made so.
pub(super) fn automatic(connection: &Connection, database: &Path, clock: &Clock) -> Result<(), StoreError> {
    if !is_due(connection, database, clock)? {
        return Ok(());
    }
    let path = free(database, &format!("backup-auto-{}", stamp(clock)))?;
    let made = make(connection, &path, true)?;
    tracing::info!(path = %made.path.display(), bytes = made.bytes, "a backup was made");
    for old in newest_first(beside::starting(database, ".backup-auto-")).into_iter().skip(MAX_AUTOMATIC) {
        let _ = std::fs::remove_file(old);
    }
    Ok(())
}

fn is_due(connection: &Connection, database: &Path, clock: &Clock) -> Result<bool, StoreError> {
    let day = AUTOMATIC_AFTER.as_millis() as i64;
    let first: Option<i64> = connection.query_row("SELECT min(at) FROM events", [], |row| row.get(0))?;
    // A journal that began today has nothing older to go back to.
    if first.is_none_or(|first| clock.now().0 - first < day) {
        return Ok(false);
    }
    let newest = backups(database).last().and_then(|path| path.metadata().ok()?.modified().ok());
    Ok(newest.is_none_or(|at| at.elapsed().is_ok_and(|age| age >= AUTOMATIC_AFTER)))
}

/// Returns the backups beside a database, the oldest first.
#[must_use]
pub fn backups(database: &Path) -> Vec<PathBuf> {
    let mut found = newest_first(beside::starting(database, ".backup-"));
    found.reverse();
    found
}

fn newest_first(mut paths: Vec<PathBuf>) -> Vec<PathBuf> {
    let modified =
        |path: &PathBuf| path.metadata().and_then(|m| m.modified()).unwrap_or(SystemTime::UNIX_EPOCH);
    paths.sort_by_cached_key(|path| Reverse((modified(path), path.clone())));
    paths
}

/// Puts a backup in the place of a database; what was there is kept beside it. Nobody else may have it open.
pub fn restore(database: &Path, from: &Path, clock: &Clock) -> Result<Restored, StoreError> {
    if beside::size(from) == 0 {
        return Err(StoreError::Missing(from.to_owned()));
    }
    if is_same(database, from) {
        return Err(StoreError::Io { path: from.to_owned(), message: "this is the database itself".into() });
    }
    let folder = beside::folder(database);
    files::create_dir_all(folder).map_err(|e| StoreError::io(folder, &e))?;
    let fresh = Temporary(beside::temporary(database, "restore"));
    let copied = {
        let source = open::reading(from)?;
        open::checked_version(&source, from)?;
        copy(&source, &fresh.0, true)?
    };
    if copied.schema == 0 {
        return Err(StoreError::Foreign(from.to_owned()));
    }
    let Some(lock) = Lock::try_acquire(database)? else {
        return Err(StoreError::InUse(super::Holder::of(database).to_string()));
    };
    let replaced = put_in_place(database, &fresh.0, clock)?;
    wal::note(database, copied.events)?;
    super::forget_damage(database);
    lock.release()?;
    tracing::info!(from = %from.display(), ?replaced, events = copied.events, "a backup was restored");
    Ok(Restored { from: from.to_owned(), replaced, events: copied.events, schema: copied.schema })
}

/// Exchanges the content of the database. One that is whole keeps its file, so that a process that opens it in this
/// moment sees the old or the new content; a damaged one is moved away.
fn put_in_place(database: &Path, fresh: &Path, clock: &Clock) -> Result<Option<PathBuf>, StoreError> {
    let replaced = free(database, &format!("replaced-{}", stamp(clock)))?;
    let there = beside::size(database) > 0;
    if there && let Some(mut connection) = alone(database)? {
        copy(&connection, &replaced, false)?;
        forget_last(database)?;
        let source = Connection::open(fresh)?;
        copy_pages(&source, &mut connection)?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        return Ok(Some(replaced));
    }
    let mut kept = false;
    for ending in ["-wal", ""] {
        let old = beside::with(database, ending);
        if beside::size(&old) > 0 {
            let to = beside::with(&replaced, ending);
            // The database itself stays until the new one takes its name.
            let moved = if ending.is_empty() {
                std::fs::copy(&old, &to).map(drop)
            } else {
                std::fs::rename(&old, &to)
            };
            moved.map_err(|e| StoreError::io(&old, &e))?;
            files::restrict(&to).map_err(|e| StoreError::io(&to, &e))?;
            kept = true;
        }
        let _ = std::fs::remove_file(beside::with(database, "-shm"));
    }
    let _ = std::fs::remove_file(beside::log(database));
    forget_last(database)?;
    std::fs::rename(fresh, database).map_err(|e| StoreError::io(database, &e))?;
    sync_folder(database);
    Ok(kept.then_some(replaced))
}

/// Opens a database that nobody else has open, with nothing left in its log; none for one that is damaged.
fn alone(database: &Path) -> Result<Option<Connection>, StoreError> {
    let opened = open::writing(database).and_then(|connection| {
        let mode: String = connection.query_row("PRAGMA journal_mode = DELETE", [], |row| row.get(0))?;
        Ok((connection, mode))
    });
    match opened {
        Ok((connection, mode)) if mode == "delete" && doctor::integrity(&connection)?.is_empty() => {
            Ok(Some(connection))
        }
        Ok((_, mode)) if mode == "delete" => Ok(None),
        Ok(_) | Err(StoreError::Busy(_)) => Err(StoreError::InUse("another Galley".into())),
        Err(StoreError::Corrupt { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

fn forget_last(database: &Path) -> Result<(), StoreError> {
    let last = beside::last(database);
    match std::fs::remove_file(&last) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(StoreError::io(last, &e)),
        _ => Ok(()),
    }
}

/// Makes a checked copy under a name that is free.
pub(super) fn make(connection: &Connection, path: &Path, every_text: bool) -> Result<Backup, StoreError> {
    let draft = Temporary(beside::temporary(path, "copy"));
    let made = copy(connection, &draft.0, every_text)?;
    std::fs::hard_link(&draft.0, path)
        .or_else(|e| match e.kind() {
            std::io::ErrorKind::AlreadyExists => Err(e),
            // Not every file system has links.
            _ if path.exists() => Err(e),
            _ => std::fs::rename(&draft.0, path),
        })
        .map_err(|e| StoreError::io(path, &e))?;
    sync_folder(path);
    Ok(Backup { path: path.to_owned(), ..made })
}

/// Copies one moment of a database into a new file, and checks that the copy is whole.
fn copy(connection: &Connection, to: &Path, every_text: bool) -> Result<Backup, StoreError> {
    let io = |e: std::io::Error| StoreError::io(to, &e);
    let file = files::open(OpenOptions::new().create_new(true).write(true), to).map_err(io)?;
    let mut copied = Connection::open(to)?;
    copy_pages(connection, &mut copied)?;
    // One file, that also a folder without write access can hold, and in which nothing is outstanding.
    copied.pragma_update(None, "journal_mode", "DELETE")?;
    if wal::is_outstanding(&copied)?.is_some() {
        wal::set_mark(&copied, false)?;
    }
    let faults = if every_text { doctor::faults(&copied)? } else { doctor::integrity(&copied)? };
    if let Some(first) = faults.first() {
        return Err(StoreError::corrupt(first.clone()));
    }
    let (events, schema) =
        (journal::last(&copied)?, copied.pragma_query_value(None, "user_version", |row| row.get(0))?);
    drop(copied);
    file.sync_all().map_err(io)?;
    Ok(Backup { path: to.to_owned(), bytes: beside::size(to), events, schema })
}

fn copy_pages(from: &Connection, to: &mut Connection) -> Result<(), StoreError> {
    // All in one step is one moment of the source, whatever others write to it meanwhile.
    match Copying::new(from, to)?.step(-1)? {
        StepResult::Done => Ok(()),
        _ => Err(StoreError::Busy("it could not be copied in one step".into())),
    }
}

/// Returns a name beside the database that no file has.
pub(super) fn free(database: &Path, ending: &str) -> Result<PathBuf, StoreError> {
    let base = beside::with(database, &format!(".{ending}"));
    (0..100)
        .map(|n| if n == 0 { base.clone() } else { beside::with(&base, &format!("-{n}")) })
        .find(|p| !p.exists())
        .ok_or_else(|| StoreError::Io { path: base.clone(), message: "there are too many of these".into() })
}

/// The time as it is in names: `20261120T134817`.
pub(super) fn stamp(clock: &Clock) -> String {
    clock.now().to_string().chars().filter(|c| !"-:".contains(*c)).take(15).collect()
}

fn is_same(one: &Path, other: &Path) -> bool {
    matches!((std::fs::canonicalize(one), std::fs::canonicalize(other)), (Ok(one), Ok(other)) if one == other)
}

/// A name is safe once its folder is; not every system can say so.
fn sync_folder(path: &Path) {
    if let Ok(folder) = std::fs::File::open(beside::folder(path)) {
        let _ = folder.sync_all();
    }
}

/// A file that goes with this value, unless it was renamed.
pub(super) struct Temporary(pub PathBuf);

impl Drop for Temporary {
    fn drop(&mut self) {
        for ending in ["", "-journal", "-wal", "-shm"] {
            let _ = std::fs::remove_file(beside::with(&self.0, ending));
        }
    }
}
