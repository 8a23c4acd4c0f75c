//! Opening the database: folders, checks, a backup before a migration, the settings of a connection.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::{StoreError, StoreOptions, Unsuitable, backup, beside, journal, unsuitable, wal};
use crate::files;

mod embedded {
    #![allow(clippy::unwrap_used, clippy::pedantic, reason = "what the macro writes")]
    refinery::embed_migrations!("src/store/migrations");
}

/// `GALY`: tells a Galley database from another `SQLite` file.
const APPLICATION: i64 = 0x4741_4c59;

/// The schema from which on rows have all that the journal says of owners and beats; those of before are remade from it.
const FIRST_WITH_OWNERS: i64 = 10;

/// The schema from which on events have checksums.
const FIRST_WITH_CHECKSUMS: i64 = 11;

/// How long a connection waits for another process's transaction.
pub(super) const BUSY: Duration = Duration::from_secs(5);

/// The newest schema known here.
pub(super) fn newest() -> i64 {
    let migrations = embedded::migrations::runner();
    migrations.get_migrations().iter().map(|m| i64::from(m.version())).max().unwrap_or(0)
}

/// Name, checksum and script of a migration, to make a database of its schema.
#[cfg(test)]
pub(super) fn migration(version: i64) -> (String, String, String) {
    let migrations = embedded::migrations::runner();
    let found = migrations.get_migrations().iter().find(|m| i64::from(m.version()) == version).unwrap();
    (found.name().to_owned(), found.checksum().to_string(), found.sql().unwrap().to_owned())
}

/// A connection that is ready for work.
pub(super) struct Prepared {
    pub connection: Connection,
    /// Why it can only be read from, where that is so.
    pub unwritable: Option<StoreError>,
}

/// Opens the writing connection of a store, migrated; one that can only read where nothing can be written.
pub(super) fn prepare(options: &StoreOptions) -> Result<Prepared, StoreError> {
    let prepared = prepare_to_write(options).map_err(|error| match unsuitable(&options.path) {
        Some(Unsuitable::ReadOnly) if error.is_about_writing() => {
            StoreError::ReadOnlyMount(options.path.clone())
        }
        Some(Unsuitable::Network { .. } | Unsuitable::ReadOnly) | None => error,
    });
    if let (Ok(_), Some(network @ Unsuitable::Network { .. })) = (&prepared, unsuitable(&options.path)) {
        tracing::warn!(%network, "the database");
    }
    match prepared {
        Err(error) if error.is_about_writing() && beside::size(&options.path) > 0 => {
            let connection = reading(&options.path)?;
            let found = checked_version(&connection, &options.path)?;
            if found != newest() {
                return Err(error);
            }
            tracing::warn!(%error, "the database can be read only");
            Ok(Prepared { connection, unwritable: Some(error) })
        }
        prepared => prepared,
    }
}

fn prepare_to_write(options: &StoreOptions) -> Result<Prepared, StoreError> {
    let path = &options.path;
    if beside::size(path) == 0 {
        refuse_emptied(path)?;
        if !options.create {
            return Err(StoreError::Missing(path.clone()));
        }
        if !path.exists() {
            create(path)?;
        }
    }
    beside::tidy(path);
    let mut connection = connect(path, options.create)?;
    let found = checked_version(&connection, path)?;
    let known = newest();
    if found == 0 {
        refuse_emptied(path)?;
        migrate(&mut connection, None)?;
    } else if found < known {
        let started = Instant::now();
        let backup = backup::before_migration(&connection, path, found, &options.clock)?;
        migrate(&mut connection, Some(backup.clone()))?;
        if found < FIRST_WITH_CHECKSUMS {
            journal::complete_checksums(&mut connection)?;
        }
        if (1..FIRST_WITH_OWNERS).contains(&found)
            && let Err(error) = super::rebuild::rebuild(path)
        {
            // The rows of before are kept and read; `galley doctor` says what is wrong with the journal.
            tracing::warn!(%error, "the rows could not be remade from the journal");
        }
        tracing::info!(
            from = found,
            to = known,
            backup = %backup.display(),
            duration_ms = started.elapsed().as_millis() as u64,
            "the database was migrated"
        );
    }
    // The log mode is kept by the file; a second process that is just starting may hold it for a moment. A database
    // in this mode is always a whole one: an empty one means that its log is gone.
    connection.pragma_update(None, "journal_mode", "WAL")?;
    let unwritable = wal::lost(&connection, path)?;
    tune_for_writing(&connection)?;
    Ok(Prepared { connection, unwritable })
}

/// Makes a database beside its place and moves it there whole, unless another process was faster.
fn create(path: &Path) -> Result<(), StoreError> {
    let folder = beside::folder(path);
    files::create_dir_all(folder).map_err(|e| StoreError::io(folder, &e))?;
    let made = beside::temporary(path, "new");
    let io = |e: std::io::Error| StoreError::io(&made, &e);
    let _ = std::fs::remove_file(&made);
    files::open(OpenOptions::new().create_new(true).write(true), &made).map_err(io)?;
    let filled = || -> Result<(), StoreError> {
        let mut connection = connect(&made, false)?;
        migrate(&mut connection, None)?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)?;
        drop(connection);
        match std::fs::hard_link(&made, path) {
            Err(e) if e.kind() != ErrorKind::AlreadyExists => std::fs::rename(&made, path).map_err(io),
            _ => Ok(()),
        }
    };
    let outcome = filled();
    for ending in ["", "-journal", "-wal", "-shm"] {
        let _ = std::fs::remove_file(beside::with(&made, ending));
    }
    outcome
}

/// Refuses to take a file without content for a new home where there was one before.
pub(super) fn refuse_emptied(path: &Path) -> Result<(), StoreError> {
    let mut beside = beside::remains(path);
    if beside.is_empty() && is_in_wal_mode(path) {
        beside.push(beside::log(path));
    }
    if beside.is_empty() { Ok(()) } else { Err(StoreError::Emptied { path: path.to_owned(), beside }) }
}

/// Returns whether the header of the file says that it has a write-ahead log.
fn is_in_wal_mode(path: &Path) -> bool {
    let mut header = [0; 20];
    let read = File::open(path).and_then(|mut file| file.read_exact(&mut header));
    read.is_ok() && header[18] == 2
}

/// Opens the writing connection again, after an error.
pub(super) fn writing(path: &Path) -> Result<Connection, StoreError> {
    let connection = connect(path, false)?;
    tune_for_writing(&connection)?;
    Ok(connection)
}

/// Opens a connection that cannot write. On a folder or disk that takes no file, the database is read without one.
pub(super) fn reading(path: &Path) -> Result<Connection, StoreError> {
    Ok(reading_or_frozen(path)?.0)
}

/// Opens a connection that cannot write, and says whether it had to be one without files: it does not see what is
/// written after it was opened.
pub(super) fn reading_or_frozen(path: &Path) -> Result<(Connection, bool), StoreError> {
    let opened = connect(path, false).and_then(|connection| is_readable(&connection).map(|()| connection));
    let (connection, frozen) = match opened {
        Ok(connection) => (connection, false),
        Err(error) if error.is_about_writing() && beside::size(path) > 0 => {
            (without_files(path).map_err(|_| error)?, true)
        }
        Err(error) => return Err(error),
    };
    connection.execute_batch("PRAGMA query_only = ON; PRAGMA cache_size = -2000;")?;
    connection.set_prepared_statement_cache_capacity(48);
    Ok((connection, frozen))
}

fn is_readable(connection: &Connection) -> Result<(), StoreError> {
    Ok(connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?)
}

/// Opens a database without making a file beside it: as it is when its log is empty, else with the log's index in
/// memory, which needs it alone.
fn without_files(path: &Path) -> Result<Connection, StoreError> {
    let connection = if beside::size(&beside::log(path)) == 0 {
        let absolute = std::path::absolute(path).map_err(|e| StoreError::io(path, &e))?;
        let flags =
            OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let name: String = absolute.to_string_lossy().chars().map(uri_escaped).collect();
        Connection::open_with_flags(format!("file:{name}?immutable=1"), flags)?
    } else {
        let connection = connect(path, false)?;
        connection.execute_batch("PRAGMA locking_mode = EXCLUSIVE")?;
        connection
    };
    is_readable(&connection)?;
    Ok(connection)
}

fn uri_escaped(c: char) -> String {
    if matches!(c, '?' | '#' | '%') { format!("%{:02X}", c as u32) } else { c.to_string() }
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
    // The log is moved into the file by `wal`, which marks that, and not by whoever happens to be the last to close.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    // Rows name each other by the events that made them; SQLite need not check that again.
    connection.execute_batch("PRAGMA foreign_keys = OFF; PRAGMA temp_store = MEMORY;")?;
    Ok(connection)
}

fn tune_for_writing(connection: &Connection) -> Result<(), StoreError> {
    connection.execute_batch(
        "PRAGMA synchronous = FULL; PRAGMA cache_size = -4000; PRAGMA wal_autocheckpoint = 0;",
    )?;
    if cfg!(target_os = "macos") {
        connection.execute_batch("PRAGMA fullfsync = ON; PRAGMA checkpoint_fullfsync = ON;")?;
    }
    connection.set_prepared_statement_cache_capacity(96);
    Ok(())
}

/// Returns the schema version of the file, 0 for an empty one; refuses a file of another program, of a newer Galley,
/// and one whose number cannot be.
pub(super) fn checked_version(connection: &Connection, path: &Path) -> Result<i64, StoreError> {
    let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let application: i64 = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    if tables == 0 && version == 0 {
        return Ok(0);
    }
    if application != APPLICATION {
        return Err(StoreError::Foreign(path.to_owned()));
    }
    let known = newest();
    if version > known {
        return Err(StoreError::Newer { found: version, known });
    }
    let migrations = migrations(connection)?;
    let last = migrations.last().copied().unwrap_or(0);
    if last > known {
        return Err(StoreError::Newer { found: last, known });
    }
    let reason = if version < 1 {
        format!("there are {tables} tables")
    } else if version != last {
        format!("the last migration that it records is {last}")
    } else if !migrations.iter().copied().eq(1..=version) {
        format!("the migrations that it records are {migrations:?}")
    } else {
        return Ok(version);
    };
    Err(StoreError::OddSchema { found: version, reason })
}

/// Returns the numbers of the migrations that a database records.
fn migrations(connection: &Connection) -> Result<Vec<i64>, StoreError> {
    let sql = "SELECT count(*) FROM sqlite_schema WHERE name = 'refinery_schema_history'";
    if connection.query_row(sql, [], |row| row.get::<_, i64>(0))? == 0 {
        return Ok(Vec::new());
    }
    let mut query = connection.prepare("SELECT version FROM refinery_schema_history ORDER BY version")?;
    Ok(query.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?)
}

fn migrate(connection: &mut Connection, backup: Option<PathBuf>) -> Result<(), StoreError> {
    let ran = embedded::migrations::runner().set_grouped(true).run(connection);
    match ran {
        Ok(_) => Ok(()),
        // Another process that starts at the same time may have been faster.
        Err(_) if is_newest(connection) => Ok(()),
        Err(e) => {
            if let Some(error) = of_sqlite(&e).filter(StoreError::is_about_writing) {
                return Err(error);
            }
            // SQLite's message ends with the whole script.
            let message = e.to_string().lines().next().unwrap_or_default().to_owned();
            Err(StoreError::Migration { message, backup })
        }
    }
}

/// Returns the error of the database that a migration met, where it was one.
fn of_sqlite(error: &refinery::Error) -> Option<StoreError> {
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        if let Some(rusqlite::Error::SqliteFailure(code, message)) = cause.downcast_ref() {
            return Some(rusqlite::Error::SqliteFailure(*code, message.clone()).into());
        }
        source = cause.source();
    }
    None
}

fn is_newest(connection: &Connection) -> bool {
    connection
        .pragma_query_value(None, "user_version", |row| row.get::<_, i64>(0))
        .is_ok_and(|v| v == newest())
}
