//! What can go wrong with the store, and what the person can do about it.

use std::path::{Path, PathBuf};

use super::Holder;
use crate::domain::{Hash, Refusal};

/// An error of the store. It is cloned to everyone whose command shared the failed batch.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The rules do not allow the command; nothing was changed.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The disk, or a limit on the file, has no room. Nothing of the batch was written.
    #[error("there is no space left for the database")]
    Full,
    /// Another process held the database for too long.
    #[error("the database is in use by another process: {0}")]
    Busy(String),
    /// The file cannot be written.
    #[error("the database cannot be written: {0}")]
    ReadOnly(String),
    /// The file system of the database is mounted for reading only.
    #[error("{} cannot be written: its file system is mounted read-only", .0.display())]
    ReadOnlyMount(PathBuf),
    /// Something that is stored is not what it should be.
    #[error("the database is damaged: {what}")]
    Corrupt {
        /// What, by its name.
        what: String,
    },
    /// A text was in the damaged part of a database from which this one was salvaged.
    #[error("text {0} was lost when the database was damaged")]
    LostText(Hash),
    /// The database was made by a newer Galley.
    #[error("the database has schema {found}; this Galley knows up to {known}")]
    Newer {
        /// The schema of the file.
        found: i64,
        /// The newest one known here.
        known: i64,
    },
    /// The file is a database of another program.
    #[error("{}: this is a database of another program", .0.display())]
    Foreign(PathBuf),
    /// There is no database and none was to be made.
    #[error("there is no database at {}", .0.display())]
    Missing(PathBuf),
    /// A part of the write-ahead log is gone, and with it what was only there.
    #[error("{}", lost(log, *have, *had))]
    LogLost {
        /// The log.
        log: PathBuf,
        /// The last event that is there.
        have: i64,
        /// The last event that was committed, where that is known.
        had: Option<i64>,
    },
    /// The file is empty or missing, and what is beside it shows that it was not.
    #[error("{} is {}, and was not", path.display(), if path.exists() { "empty" } else { "missing" })]
    Emptied {
        /// The database.
        path: PathBuf,
        /// What is left of it, and its backups.
        beside: Vec<PathBuf>,
    },
    /// The schema number is none that a Galley writes.
    #[error("the schema number {found} of the database is impossible: {reason}")]
    OddSchema {
        /// The number.
        found: i64,
        /// What is wrong with it.
        reason: String,
    },
    /// Another Galley works on the database.
    #[error("the database is in use by {0}")]
    InUse(String),
    /// The store was closed.
    #[error("the store is closed")]
    Closed,
    /// A file or folder cannot be used.
    #[error("{}: {message}", path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// What the system says.
        message: String,
    },
    /// The process that conducts does nothing, and keeps others from it.
    #[error("{0} holds the conductor lock: no agent runs")]
    HolderStopped(Holder),
    /// The lock of the conductor cannot be taken, and nobody holds it.
    #[error("the lock {} cannot be taken: {message}", path.display())]
    Unlockable {
        /// The lock file.
        path: PathBuf,
        /// What is in the way.
        message: String,
    },
    /// A migration failed; the database is as it was.
    #[error("the database could not be migrated: {message}")]
    Migration {
        /// What happened.
        message: String,
        /// The copy that was made before.
        backup: Option<PathBuf>,
    },
    /// Any other error of `SQLite`.
    #[error("database: {0}")]
    Sqlite(String),
}

impl StoreError {
    /// Returns what the person can do, where there is something.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Refused(refusal) => return refusal.hint().map(str::to_owned),
            Self::Full => {
                "free some space and give the command again; nothing that was answered is lost".into()
            }
            Self::Busy(_) => "close the other program that has it open, or wait and try again".into(),
            Self::ReadOnly(_) | Self::Io { .. } => {
                "check the permissions of the folder, or use --db FILE".into()
            }
            Self::ReadOnlyMount(_) => {
                "mount it for writing, or keep the database elsewhere with --db FILE or GALLEY_HOME".into()
            }
            Self::Corrupt { .. } => {
                "`galley doctor` says what is whole and what to do: rebuild, salvage, or a backup".into()
            }
            Self::LostText(_) => {
                "restore another revision, or write the text again; an older backup may still have it".into()
            }
            Self::HolderStopped(holder) => return holder.remedy(),
            Self::Unlockable { path, .. } => {
                format!(
                    "make {} a file that you may write; queued work is kept, and \
                     continues by itself",
                    path.display()
                )
            }
            Self::Newer { .. } => "use the Galley that made it, or a newer one".into(),
            Self::Foreign(_) => "use another file with --db".into(),
            Self::Missing(_) => "check the path given with --db".into(),
            Self::LogLost { log, .. } => format!(
                "put {} back beside the database, or use `galley restore BACKUP`; `galley doctor --accept-loss` goes \
                 on with what is there",
                log.display()
            ),
            Self::Emptied { beside, .. } => emptied(beside),
            Self::OddSchema { .. } => {
                "`galley restore BACKUP` puts a backup in its place; `galley doctor` lists them".into()
            }
            Self::InUse(_) => "close it, and give the command again".into(),
            Self::Migration { backup: Some(path), .. } => {
                format!("the copy made before is {}", path.display())
            }
            Self::Migration { backup: None, .. } | Self::Closed | Self::Sqlite(_) => return None,
        })
    }

    /// Returns the refusal, where it is one.
    #[must_use]
    pub fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Refused(refusal) => Some(refusal),
            _ => None,
        }
    }

    /// Returns whether only writing fails: what is there may still be read.
    pub(super) fn is_about_writing(&self) -> bool {
        matches!(self, Self::Full | Self::ReadOnly(_) | Self::ReadOnlyMount(_) | Self::Io { .. })
    }

    pub(super) fn corrupt(what: impl Into<String>) -> Self {
        Self::Corrupt { what: what.into() }
    }

    pub(super) fn io(path: impl Into<PathBuf>, error: &std::io::Error) -> Self {
        Self::Io { path: path.into(), message: error.to_string() }
    }
}

fn lost(log: &Path, have: i64, had: Option<i64>) -> String {
    let log = log.display();
    match had {
        Some(had) => {
            format!(
                "{log} is missing or too short: event {had} was committed, and the last one there is {have}"
            )
        }
        None => format!("{log} is missing: what came after event {have} may be only there"),
    }
}

fn emptied(beside: &[PathBuf]) -> String {
    let shown: Vec<String> = beside.iter().take(3).map(|p| p.display().to_string()).collect();
    let backup = beside.iter().find(|p| p.to_string_lossy().contains(".backup-"));
    let what = match backup {
        Some(backup) => format!("`galley restore {}` puts the newest backup there", backup.display()),
        None => "put the database back beside it".to_owned(),
    };
    format!("beside it: {}. {what}; to start over, move these files away", shown.join(", "))
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode as Code;
        // No room for the index of the log, which SQLite calls an error of the disk.
        if let rusqlite::Error::SqliteFailure(failure, _) = &error
            && failure.extended_code == rusqlite::ffi::SQLITE_IOERR_SHMSIZE
        {
            return Self::Full;
        }
        match error.sqlite_error_code() {
            Some(Code::DiskFull) => Self::Full,
            Some(Code::DatabaseBusy | Code::DatabaseLocked) => {
                let code = error.sqlite_error().map_or(0, |failure| failure.extended_code);
                Self::Busy(format!("{error} (SQLite {code})"))
            }
            Some(Code::ReadOnly | Code::PermissionDenied | Code::CannotOpen) => {
                Self::ReadOnly(error.to_string())
            }
            Some(Code::DatabaseCorrupt | Code::NotADatabase) => Self::corrupt(error.to_string()),
            _ => Self::Sqlite(error.to_string()),
        }
    }
}
