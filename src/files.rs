//! Files and folders that only their owner may read or write, whatever the umask.

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

/// Opens a file; one that is made belongs to its owner alone.
pub fn open(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    options.open(path)
}

/// Makes a folder with those above it that are missing; those that are made belong to their owner alone.
pub fn create_dir_all(folder: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt as _;
        builder.mode(0o700);
    }
    builder.create(folder)
}

/// Writes a file that must not exist.
pub fn create_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    open(OpenOptions::new().write(true).create_new(true), path)?.write_all(bytes)
}

/// Replaces a file as a whole, so that a kill or a power cut leaves the old one or the new one; its folder is made
/// where it is missing.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        create_dir_all(folder)?;
    }
    let fresh = path.with_extension("new");
    let mut out = open(OpenOptions::new().write(true).create(true).truncate(true), &fresh)?;
    out.write_all(bytes)?;
    out.sync_all()?;
    std::fs::rename(&fresh, path)
}

/// Returns whether others than the owner may read or write it.
#[must_use]
pub fn is_open_to_others(path: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        path.metadata().is_ok_and(|m| m.permissions().mode() & 0o077 != 0)
    }
    #[cfg(not(unix))]
    {
        let _ = path;
        false
    }
}

/// Leaves a file or folder to its owner alone.
pub fn restrict(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = if path.is_dir() { 0o700 } else { 0o600 };
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode))?;
    }
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn r15_what_is_made_belongs_to_its_owner_alone() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("deep/down");
        create_dir_all(&folder).unwrap();
        let file = folder.join("file");
        open(OpenOptions::new().create(true).truncate(false).write(true), &file).unwrap();
        let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&home.path().join("deep")), mode(&folder), mode(&file)), (0o700, 0o700, 0o600));
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o666)).unwrap();
        assert!(is_open_to_others(&file));
        restrict(&file).unwrap();
        assert!(!is_open_to_others(&file));
    }
}
