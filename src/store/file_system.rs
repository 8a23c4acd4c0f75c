//! What the database lies on, where that keeps it from working as it should.

use std::path::Path;

use serde::Serialize;

/// A file system that a database should not lie on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Unsuitable {
    /// It is mounted for reading only.
    ReadOnly,
    /// It belongs to another machine. Processes of two machines do not share the index of the log, and its locks may
    /// not hold (<https://sqlite.org/wal.html>, "all processes using a database must be on the same host").
    Network {
        /// What it is called: `nfs`, `smb` …
        name: &'static str,
    },
}

impl std::fmt::Display for Unsuitable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::ReadOnly => f.write_str("its file system is mounted read-only"),
            Self::Network { name } => write!(
                f,
                "it lies on a network file system ({name}), where Galley must run on one machine only, and locks may \
                 not hold"
            ),
        }
    }
}

/// Returns what is unsuitable about the file system of a file or folder; none where the system does not say.
#[must_use]
pub fn unsuitable(path: &Path) -> Option<Unsuitable> {
    let there = path.ancestors().find(|place| place.exists())?;
    of(there)
}

#[cfg(any(target_os = "linux", target_os = "android"))]
fn of(path: &Path) -> Option<Unsuitable> {
    use nix::sys::statfs::statfs;
    use nix::sys::statvfs::FsFlags;
    let found = statfs(path).ok()?;
    if found.flags().contains(FsFlags::ST_RDONLY) {
        return Some(Unsuitable::ReadOnly);
    }
    // The numbers are 32 bits wide, and their type differs from system to system.
    network(found.filesystem_type().0 as u32).map(|name| Unsuitable::Network { name })
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn of(_: &Path) -> Option<Unsuitable> {
    None
}

/// Returns the name of a network file system by its number (statfs(2) and `linux/magic.h`).
#[cfg(any(target_os = "linux", target_os = "android"))]
fn network(number: u32) -> Option<&'static str> {
    Some(match number {
        0x6969 => "nfs",
        0x517B | 0xFF53_4D42 | 0xFE53_4D42 => "smb",
        0x0102_1997 => "9p",
        0x5346_414F | 0x6B41_4653 => "afs",
        0x00C3_6400 => "ceph",
        0x0161_1970 => "gfs2",
        0x0BD0_0BD0 => "lustre",
        0x7375_7245 => "coda",
        0x564C => "ncp",
        _ => return None,
    })
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn a_folder_of_this_machine_suits_and_one_that_is_missing_is_judged_by_those_above_it() {
        let home = tempfile::tempdir().unwrap();
        assert_eq!(unsuitable(home.path()), None);
        assert_eq!(unsuitable(&home.path().join("not/there/galley.db")), None);
        // Linux mounts this for reading only or not at all; where it can be written there is nothing to see.
        if let Some(found) = unsuitable(Path::new("/sys/firmware")) {
            assert_eq!(found, Unsuitable::ReadOnly);
        }
    }

    #[test]
    fn network_file_systems_are_told_by_their_numbers() {
        assert_eq!(network(0x6969), Some("nfs"));
        assert_eq!(network(0xFF53_4D42), Some("smb"));
        let ext4_tmpfs_btrfs_xfs = [0xEF53, 0x0102_1994, 0x9123_683E, 0x5846_5342];
        assert!(ext4_tmpfs_btrfs_xfs.iter().all(|number| network(*number).is_none()));
    }
}
