//! The files that belong to a database and are beside it: log, lock, backups, and what a killed process left.

use std::path::{Path, PathBuf};

/// Returns the file of this database with another ending: `galley.db` and `-wal` make `galley.db-wal`.
pub(super) fn with(database: &Path, ending: &str) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

/// The write-ahead log.
pub(super) fn log(database: &Path) -> PathBuf {
    with(database, "-wal")
}

/// The number of the last committed event.
pub(super) fn last(database: &Path) -> PathBuf {
    with(database, ".last")
}

/// The damage that was met.
pub(super) fn damage(database: &Path) -> PathBuf {
    with(database, ".damage")
}

/// A file that only this process uses, and that is removed or renamed when it is done.
pub(super) fn temporary(database: &Path, what: &str) -> PathBuf {
    with(database, &format!(".{what}-{}", std::process::id()))
}

/// The kinds of [`temporary`] files.
const TEMPORARY: [&str; 5] = ["new", "rebuild", "copy", "restore", "salvage"];

/// Returns the length of a file, 0 for none.
pub(super) fn size(path: &Path) -> u64 {
    path.metadata().map_or(0, |m| m.len())
}

/// Returns all files beside a database whose names begin with its name and this, sorted by name.
pub(super) fn starting(database: &Path, ending: &str) -> Vec<PathBuf> {
    let Some(name) = database.file_name().map(|n| format!("{}{ending}", n.to_string_lossy())) else {
        return Vec::new();
    };
    let entries = std::fs::read_dir(folder(database)).into_iter().flatten().flatten();
    let mut found: Vec<PathBuf> = entries
        .map(|e| e.path())
        .filter(|p| p.file_name().is_some_and(|n| n.to_string_lossy().starts_with(&name)))
        .collect();
    found.sort();
    found
}

/// Returns a database with all that belongs to it and is there, sorted by name.
#[must_use]
pub fn files_of(database: &Path) -> Vec<PathBuf> {
    starting(database, "")
}

/// Returns the folder that holds a database.
pub(super) fn folder(database: &Path) -> &Path {
    database.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Returns the files that show that there was a database here before: a log with content, backups, the number of a
/// committed event.
pub(super) fn remains(database: &Path) -> Vec<PathBuf> {
    let log = log(database);
    let mut found: Vec<PathBuf> = Some(log).filter(|log| size(log) > 0).into_iter().collect();
    found.extend(super::backup::backups(database).into_iter().rev());
    if super::wal::noted(database).is_some_and(|last| last > 0) {
        found.push(last(database));
    }
    found
}

/// Returns the temporary files of processes that are gone.
pub(super) fn leftovers(database: &Path) -> Vec<PathBuf> {
    let name = database.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let of_a_dead_process = |path: &PathBuf| {
        let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let rest = file.strip_prefix(&name).unwrap_or_default();
        TEMPORARY.iter().any(|what| {
            let pid = rest.strip_prefix(&format!(".{what}-")).map(digits);
            pid.is_some_and(|pid| pid.parse().is_ok_and(|pid| !crate::process::is_alive(pid)))
        })
    };
    starting(database, ".").into_iter().filter(of_a_dead_process).collect()
}

/// Removes the temporary files of processes that are gone; returns those that were removed.
pub(super) fn tidy(database: &Path) -> Vec<PathBuf> {
    leftovers(database).into_iter().filter(|path| std::fs::remove_file(path).is_ok()).collect()
}

fn digits(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    // Behind the number there may be `-journal` and the like, and nothing else.
    if matches!(&text[end..], "" | "-journal" | "-wal" | "-shm") { &text[..end] } else { "" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r8_only_temporary_files_of_dead_processes_are_removed() {
        let home = tempfile::tempdir().unwrap();
        let database = home.path().join("galley.db");
        let dead = 4_194_999; // above the largest number that a process can have
        let file = |name: String| {
            let path = home.path().join(name);
            std::fs::write(&path, "x").unwrap();
            path
        };
        let gone = [
            file(format!("galley.db.rebuild-{dead}")),
            file(format!("galley.db.rebuild-{dead}-journal")),
            file(format!("galley.db.restore-{dead}")),
        ];
        let kept = [
            file(format!("galley.db.rebuild-{}", std::process::id())),
            file("galley.db.backup-v6-20261120T000000".into()),
            file("galley.db.rebuild-notes".into()),
            file(format!("galley.db.rebuild-{dead}-mine.txt")),
            file(format!("other.db.rebuild-{dead}")),
        ];
        assert_eq!(tidy(&database), gone);
        assert!(gone.iter().all(|p| !p.exists()) && kept.iter().all(|p| p.exists()));
    }
}
