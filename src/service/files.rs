//! Files that are read and written on the author's word: one rule for all of them. A file that is written is there as
//! a whole, or what was there before; and nothing is overwritten unless that is asked for.

use std::fs::{self, File, OpenOptions};
use std::io::{Error, ErrorKind, Read};
use std::path::{Path, PathBuf};

use super::ServiceError;
use crate::domain::run::MOST_BYTES;
use crate::engine::publish::put_whole;

/// The place of a file that is to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    path: PathBuf,
    force: bool,
}

impl Target {
    /// Checks a place before anything is done for the sake of the file: it can be written, and nothing is in the way.
    pub fn check(path: &Path, force: bool) -> Result<Self, ServiceError> {
        let unwritable = |source| ServiceError::Unwritable { path: path.to_owned(), source };
        let invalid = |why| unwritable(Error::new(ErrorKind::InvalidInput, why));
        let ends_as_folder = path.as_os_str().to_string_lossy().ends_with(std::path::is_separator);
        if path.file_name().is_none() || ends_as_folder || path.is_dir() {
            return Err(invalid("this is a folder, not a file"));
        }
        match fs::symlink_metadata(path) {
            // A link that leads nowhere is somebody's, too.
            Ok(_) if !force => return Err(ServiceError::InTheWay { path: path.to_owned() }),
            Ok(_) if fs::metadata(path).is_ok_and(|there| !there.is_file()) => {
                return Err(invalid("this is not a regular file"));
            }
            Ok(_) => {}
            Err(e) if e.kind() == ErrorKind::NotFound => {}
            Err(e) => return Err(unwritable(e)),
        }
        let place = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let folder = place.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        // Permissions are not all that can be in the way: a file is made there, and removed.
        let probe = folder.join(format!(".galley-{}.probe", std::process::id()));
        OpenOptions::new().write(true).create_new(true).open(&probe).map_err(unwritable)?;
        fs::remove_file(&probe).map_err(unwritable)?;
        Ok(Self { path: path.to_owned(), force })
    }

    /// Returns the place.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes the file as a whole; what came into its place since the check is overwritten by force only.
    pub fn write(&self, content: &[u8]) -> Result<PathBuf, ServiceError> {
        put_whole(&self.path, content, !self.force).map_err(|source| match source.kind() {
            ErrorKind::AlreadyExists => ServiceError::InTheWay { path: self.path.clone() },
            _ => ServiceError::Unwritable { path: self.path.clone(), source },
        })?;
        Ok(std::path::absolute(&self.path).unwrap_or_else(|_| self.path.clone()))
    }
}

/// Reads a whole file of text, byte for byte.
pub fn read_text(path: &Path) -> Result<String, ServiceError> {
    let name = path.display().to_string();
    match File::open(path) {
        Ok(file) => read_from(file, &name),
        Err(source) => Err(ServiceError::Unreadable { name, source }),
    }
}

/// Reads a whole text; `name` says in errors where it comes from.
pub fn read_from(from: impl Read, name: &str) -> Result<String, ServiceError> {
    let unreadable = |source| ServiceError::Unreadable { name: name.to_owned(), source };
    let mut bytes = Vec::new();
    // One byte more than is taken, so that a text that is too long is refused by the rules and in their words.
    from.take(MOST_BYTES + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    String::from_utf8(bytes).or_else(|e| {
        // The cut may have split the last character of a text that is too long anyway.
        let whole = e.utf8_error().valid_up_to();
        let bytes = e.into_bytes();
        if bytes.len() as u64 > MOST_BYTES && bytes.len() - whole < 4 {
            return Ok(String::from_utf8_lossy(&bytes).into_owned());
        }
        let why = format!("byte {} is not UTF-8", whole + 1);
        Err(unreadable(Error::new(ErrorKind::InvalidData, why)))
    })
}

/// Returns a path as a shell would read it, as far as authors type it: `~` is their home.
#[must_use]
pub fn expanded(path: &str) -> PathBuf {
    let path = path.trim().trim_matches(['"', '\'']);
    match (path.strip_prefix("~/"), std::env::var_os("HOME")) {
        (Some(rest), Some(home)) => Path::new(&home).join(rest),
        _ => PathBuf::from(path),
    }
}

/// Returns the first name that is free in the working folder: `stem.md`, `stem-2.md`, …
#[must_use]
pub fn free_name(stem: &str) -> PathBuf {
    let names = std::iter::once(format!("{stem}.md")).chain((2u32..).map(|n| format!("{stem}-{n}.md")));
    names.map(PathBuf::from).find(|p| !p.exists()).expect("one of four billion names is free")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_there_is_overwritten_by_force_only() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("old.txt");
        fs::write(&path, "mine").unwrap();
        assert!(matches!(Target::check(&path, false), Err(ServiceError::InTheWay { .. })));
        Target::check(&path, true).unwrap().write(b"new").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1, "nothing else is left in the folder");
    }

    #[test]
    fn what_came_after_the_check_is_not_overwritten() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("fresh.txt");
        let target = Target::check(&path, false).unwrap();
        fs::write(&path, "somebody's").unwrap();
        assert!(matches!(target.write(b"new"), Err(ServiceError::InTheWay { .. })));
        assert_eq!(fs::read(&path).unwrap(), b"somebody's");
    }

    #[test]
    fn a_place_that_cannot_be_written_is_refused_before_anything_is_done() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("new/");
        for path in
            [dir.path().join("none/x.txt"), dir.path().to_owned(), folder, PathBuf::from("/"), PathBuf::new()]
        {
            for force in [false, true] {
                assert!(Target::check(&path, force).is_err(), "{}", path.display());
            }
        }
    }
}
