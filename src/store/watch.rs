//! A watch on the database's files, so that what another process commits is seen without polling.

use std::ffi::OsString;
use std::path::Path;

use notify::event::EventKind;
use notify::{RecommendedWatcher, RecursiveMode, Watcher};

use super::StoreError;

/// A watch; it ends when this is dropped.
#[derive(Debug)]
pub struct Watch {
    _watcher: RecommendedWatcher,
}

/// Calls back whenever the database or its log was written, by any process, this one included: look with
/// [`Store::changes_elsewhere`](super::Store::changes_elsewhere). The callback runs on the watcher's thread.
///
/// # Errors
/// When the system gives no watch; a face then sees others' changes with its own next command only.
pub fn watch(database: &Path, on_change: impl Fn() + Send + 'static) -> Result<Watch, StoreError> {
    let error = |e: &notify::Error| StoreError::Io {
        path: database.to_owned(),
        message: format!("changes by other programs will not be seen at once: {e}"),
    };
    let name = database.file_name().map(OsString::from).unwrap_or_default();
    let mut log = name.clone();
    log.push("-wal");
    let written = move |event: &notify::Event| {
        matches!(event.kind, EventKind::Modify(_) | EventKind::Create(_))
            && event.paths.iter().any(|p| p.file_name().is_some_and(|n| n == name || n == log))
    };
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        if event.is_ok_and(|e| written(&e)) {
            on_change();
        }
    })
    .map_err(|e| error(&e))?;
    let folder = database.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    watcher.watch(folder, RecursiveMode::NonRecursive).map_err(|e| error(&e))?;
    Ok(Watch { _watcher: watcher })
}
