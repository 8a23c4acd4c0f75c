//! The lock of the conductor: one process of those that share a database drives its work (design §2).

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Seek, Write};
use std::path::{Path, PathBuf};

use super::StoreError;
use crate::files;

/// The held lock. The system frees it when the process ends, however it ends.
#[derive(Debug)]
pub struct Lock {
    file: File,
    path: PathBuf,
}

impl Lock {
    /// Waits until the lock is free, however long that takes, and takes it.
    pub fn acquire(database: &Path) -> Result<Self, StoreError> {
        let path = Self::path_of(database);
        let file = Self::open(&path)?;
        file.lock().map_err(|e| StoreError::io(&path, &e))?;
        Self { file, path }.signed()
    }

    /// Returns what the lock file says of its holder, for people to read.
    #[must_use]
    pub fn holder(database: &Path) -> String {
        let pid = std::fs::read_to_string(Self::path_of(database)).unwrap_or_default();
        match pid.trim() {
            "" => "another process".to_owned(),
            pid => format!("process {pid}"),
        }
    }

    /// Takes the lock of a database; none when another process, or another holder in this one, has it.
    pub fn try_acquire(database: &Path) -> Result<Option<Self>, StoreError> {
        let path = Self::path_of(database);
        let file = Self::open(&path)?;
        match file.try_lock() {
            Ok(()) => Self { file, path }.signed().map(Some),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(e)) => Err(StoreError::io(&path, &e)),
        }
    }

    /// Returns whether another process, or another holder in this one, has the lock.
    #[must_use]
    pub fn is_held(database: &Path) -> bool {
        let file = File::open(Self::path_of(database));
        file.is_ok_and(|file| matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)))
    }

    fn open(path: &Path) -> Result<File, StoreError> {
        let mut options = OpenOptions::new();
        options.create(true).truncate(false).read(true).write(true);
        files::open(&mut options, path).map_err(|e| StoreError::io(path, &e))
    }

    /// Writes this process's number into the file, for people who look into it; nothing reads it to decide.
    fn signed(mut self) -> Result<Self, StoreError> {
        let path = self.path.clone();
        let error = |e: std::io::Error| StoreError::io(&path, &e);
        self.file.set_len(0).and_then(|()| self.file.rewind()).map_err(error)?;
        writeln!(self.file, "{}", std::process::id()).map_err(error)?;
        Ok(self)
    }

    /// Returns where the lock of a database is.
    #[must_use]
    pub fn path_of(database: &Path) -> PathBuf {
        let mut name = database.as_os_str().to_owned();
        name.push(".lock");
        PathBuf::from(name)
    }

    /// Gives the lock back.
    pub fn release(self) -> Result<(), StoreError> {
        self.file.set_len(0).and_then(|()| self.file.unlock()).map_err(|e| StoreError::io(&self.path, &e))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_holds_the_lock_until_it_is_released() {
        let home = tempfile::tempdir().unwrap();
        let database = home.path().join("galley.db");
        let held = Lock::try_acquire(&database).unwrap().unwrap();
        assert!(Lock::try_acquire(&database).unwrap().is_none());
        let pid = std::fs::read_to_string(Lock::path_of(&database)).unwrap();
        assert_eq!(pid.trim(), std::process::id().to_string());
        held.release().unwrap();
        assert!(Lock::try_acquire(&database).unwrap().is_some());
    }
}
