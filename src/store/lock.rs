//! The lock of the conductor: one process of those that share a database drives its work (design §2).

mod holder;

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Seek, Write};
use std::path::{Path, PathBuf};

use super::StoreError;
use crate::files;

pub use holder::Holder;

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
        file.lock().map_err(|e| Self::unusable(&path, &e.to_string()))?;
        Ok(Self { file, path }.signed())
    }

    /// Takes the lock of a database; none when another process, or another holder in this one, has it.
    pub fn try_acquire(database: &Path) -> Result<Option<Self>, StoreError> {
        let path = Self::path_of(database);
        let file = Self::open(&path)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self { file, path }.signed())),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(e)) => Err(Self::unusable(&path, &e.to_string())),
        }
    }

    /// Returns whether another process, or another holder in this one, has the lock.
    #[must_use]
    pub fn is_held(database: &Path) -> bool {
        let file = File::open(Self::path_of(database));
        file.is_ok_and(|file| matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)))
    }

    /// Says the same, and an error where nobody could take the lock. Nothing is made or changed.
    pub fn examine(database: &Path) -> Result<bool, StoreError> {
        let path = Self::path_of(database);
        if std::fs::symlink_metadata(&path).is_err() {
            return Ok(false);
        }
        match Self::open(&path)?.try_lock() {
            Ok(()) => Ok(false),
            Err(TryLockError::WouldBlock) => Ok(true),
            Err(TryLockError::Error(e)) => Err(Self::unusable(&path, &e.to_string())),
        }
    }

    fn open(path: &Path) -> Result<File, StoreError> {
        // To open a pipe could block, and no other kind of file can be locked and read by people.
        if std::fs::metadata(path).is_ok_and(|found| !found.is_file()) {
            return Err(Self::unusable(path, "something other than a file is in its place"));
        }
        let mut options = OpenOptions::new();
        options.create(true).truncate(false).read(true).write(true);
        files::open(&mut options, path).map_err(|e| Self::unusable(path, &e.to_string()))
    }

    fn unusable(path: &Path, message: &str) -> StoreError {
        StoreError::Unlockable { path: path.to_owned(), message: message.to_owned() }
    }

    /// Writes this process's number into the file, for people and for [`Holder`]. The lock holds without it, so a
    /// full disk that has no room for it is no reason not to work.
    fn signed(mut self) -> Self {
        let signed = self.file.set_len(0).and_then(|()| self.file.rewind());
        if let Err(error) = signed.and_then(|()| writeln!(self.file, "{}", std::process::id())) {
            tracing::debug!(%error, "the lock file does not say who holds it");
        }
        tracing::info!(path = %self.path.display(), "the lock was taken");
        self
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
        let _ = self.file.set_len(0);
        self.file.unlock().map_err(|e| Self::unusable(&self.path, &e.to_string()))?;
        tracing::info!(path = %self.path.display(), "the lock was released");
        Ok(())
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

    #[cfg(unix)]
    #[test]
    fn r4_anything_but_a_file_in_its_place_is_refused_at_once_and_by_name() {
        for make in [
            |path: &Path| std::fs::create_dir(path),
            |path: &Path| std::os::unix::net::UnixListener::bind(path).map(drop),
            |path: &Path| std::os::unix::fs::symlink("/dev/null", path),
            |path: &Path| {
                let made = std::process::Command::new("mkfifo").arg(path).status()?;
                if made.success() { Ok(()) } else { Err(std::io::Error::other("mkfifo")) }
            },
        ] {
            let home = tempfile::tempdir().unwrap();
            let database = home.path().join("galley.db");
            make(&Lock::path_of(&database)).unwrap();
            let refused = Lock::try_acquire(&database).unwrap_err().to_string();
            assert!(refused.contains("galley.db.lock") && refused.contains("than a file"), "{refused}");
            assert!(Lock::acquire(&database).is_err(), "nor is it waited for");
        }
    }
}
