//! Opening the database: folders, checks, a backup before a migration, the settings of a connection.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use super::{Clock, StoreError, StoreOptions};

mod embedded {
    #![allow(clippy::unwrap_used, clippy::pedantic, reason = "what the macro writes")]
    refinery::embed_migrations!("src/store/migrations");
}

/// `GALY`: tells a Galley database from another `SQLite` file.
const APPLICATION: i64 = 0x4741_4c59;

/// The schema from which on it is kept which versions hold of what agents read.
const FIRST_WITH_VERSIONS: i64 = 3;

/// The schema from which on what was spent is kept by chapter, and absurd reports are not believed.
const FIRST_WITH_SPENDING: i64 = 8;

/// How long a connection waits for another process's transaction.
const BUSY: Duration = Duration::from_secs(5);

/// The newest schema known here.
pub(super) fn newest() -> i64 {
    let migrations = embedded::migrations::runner();
    migrations.get_migrations().iter().map(|m| i64::from(m.version())).max().unwrap_or(0)
}

/// Name and checksum of a schema, to make a database of it.
#[cfg(test)]
pub(super) fn migration(version: i64) -> (String, String) {
    let migrations = embedded::migrations::runner();
    let found = migrations.get_migrations().iter().find(|m| i64::from(m.version()) == version).unwrap();
    (found.name().to_owned(), found.checksum().to_string())
}

/// Opens the writing connection of a store, migrated.
pub(super) fn prepare(options: &StoreOptions) -> Result<Connection, StoreError> {
    let path = &options.path;
    let exists = path.metadata().is_ok_and(|m| m.len() > 0);
    if !exists {
        if !options.create {
            return Err(StoreError::Missing(path.clone()));
        }
        if let Some(folder) = path.parent().filter(|p| !p.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder).map_err(|e| StoreError::io(folder, &e))?;
        }
    }
    let mut connection = connect(path, options.create)?;
    let found = checked_version(&connection, path)?;
    // The log mode is kept by the file; a second process that is just starting may hold it for a moment.
    connection.pragma_update(None, "journal_mode", "WAL")?;
    let known = newest();
    if found > known {
        return Err(StoreError::Newer { found, known });
    }
    if found < known {
        let backup = if found != 0 { Some(back_up(&connection, path, found, &options.clock)?) } else { None };
        migrate(&mut connection, backup)?;
        if (1..FIRST_WITH_VERSIONS).contains(&found) {
            connection.execute_batch("BEGIN IMMEDIATE")?;
            super::project::reads::fill_versions(&connection)?;
            connection.execute_batch("COMMIT")?;
        }
        if (1..FIRST_WITH_SPENDING).contains(&found)
            && let Err(error) = super::rebuild::rebuild(path)
        {
            // The rows of before are kept and read; `galley doctor` says what is wrong with the journal.
            tracing::warn!(%error, "what was spent could not be remade from the journal");
        }
    }
    tune_for_writing(&connection)?;
    Ok(connection)
}

/// Opens the writing connection again, after an error.
pub(super) fn writing(path: &Path) -> Result<Connection, StoreError> {
    let connection = connect(path, false)?;
    tune_for_writing(&connection)?;
    Ok(connection)
}

/// Opens a connection that cannot write.
pub(super) fn reading(path: &Path) -> Result<Connection, StoreError> {
    let connection = connect(path, false)?;
    connection.execute_batch("PRAGMA query_only = ON; PRAGMA cache_size = -2000;")?;
    connection.set_prepared_statement_cache_capacity(48);
    Ok(connection)
}

/// Opens an empty database that is thrown away after use.
pub(super) fn scratch(path: &Path) -> Result<Connection, StoreError> {
    let mut connection = connect(path, true)?;
    connection.execute_batch("PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF;")?;
    migrate(&mut connection, None)?;
    connection.set_prepared_statement_cache_capacity(96);
    Ok(connection)
}

fn connect(path: &Path, create: bool) -> Result<Connection, StoreError> {
    let mut flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    if create {
        flags |= OpenFlags::SQLITE_OPEN_CREATE;
    }
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY)?;
    // Rows name each other by the events that made them; SQLite need not check that again.
    connection.execute_batch("PRAGMA foreign_keys = OFF; PRAGMA temp_store = MEMORY;")?;
    Ok(connection)
}

fn tune_for_writing(connection: &Connection) -> Result<(), StoreError> {
    connection.execute_batch("PRAGMA synchronous = FULL; PRAGMA cache_size = -4000;")?;
    if cfg!(target_os = "macos") {
        connection.execute_batch("PRAGMA fullfsync = ON; PRAGMA checkpoint_fullfsync = ON;")?;
    }
    connection.set_prepared_statement_cache_capacity(96);
    Ok(())
}

/// Returns the schema version of the file, 0 for an empty one; refuses a file of another program.
fn checked_version(connection: &Connection, path: &Path) -> Result<i64, StoreError> {
    let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let application: i64 = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    if application != APPLICATION {
        let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
        if tables > 0 || version != 0 {
            return Err(StoreError::Io {
                path: path.to_owned(),
                message: "this is a database of another program".into(),
            });
        }
    }
    Ok(version)
}

fn migrate(connection: &mut Connection, backup: Option<PathBuf>) -> Result<(), StoreError> {
    let ran = embedded::migrations::runner().set_grouped(true).run(connection);
    match ran {
        Ok(_) => Ok(()),
        // Another process that starts at the same time may have been faster.
        Err(_) if is_newest(connection) => Ok(()),
        Err(e) => {
            // SQLite's message ends with the whole script.
            let message = e.to_string().lines().next().unwrap_or_default().to_owned();
            Err(StoreError::Migration { message, backup })
        }
    }
}

fn is_newest(connection: &Connection) -> bool {
    connection
        .pragma_query_value(None, "user_version", |row| row.get::<_, i64>(0))
        .is_ok_and(|v| v == newest())
}

/// Copies the database beside itself: `galley.db.backup-v1-20261120T134817`.
pub(super) fn back_up(
    connection: &Connection,
    path: &Path,
    version: i64,
    clock: &Clock,
) -> Result<PathBuf, StoreError> {
    let time: String = clock.now().to_string().chars().filter(|c| !"-:".contains(*c)).take(15).collect();
    let base = format!("{}.backup-v{version}-{time}", path.display());
    let free = (0..100)
        .map(|n| PathBuf::from(if n == 0 { base.clone() } else { format!("{base}-{n}") }))
        .find(|p| !p.exists())
        .ok_or_else(|| StoreError::Io { path: PathBuf::from(&base), message: "too many backups".into() })?;
    connection.execute("VACUUM INTO ?1", [free.to_string_lossy()])?;
    Ok(free)
}
