//! Logs go to the log file as JSON lines, and never to the terminal.

use std::fs::OpenOptions;
use std::sync::Mutex;

use tracing_subscriber::EnvFilter;

use crate::config::Home;

/// Larger than this, a log is set aside as `galley.log.1` before the next line.
const MOST_BYTES: u64 = 8 * 1024 * 1024;

/// Starts logging. `GALLEY_LOG` holds the filter (`info` by default). A log that cannot be written stops nothing.
pub(super) fn start(home: &Home) {
    let file = home.log_file();
    let Some(folder) = file.parent() else { return };
    if std::fs::create_dir_all(folder).is_err() {
        return;
    }
    if std::fs::metadata(&file).is_ok_and(|m| m.len() > MOST_BYTES) {
        let _ = std::fs::rename(&file, file.with_extension("log.1"));
    }
    let Ok(out) = OpenOptions::new().create(true).append(true).open(&file) else { return };
    let filter = EnvFilter::try_from_env("GALLEY_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    let lines = tracing_subscriber::fmt().json().with_env_filter(filter).with_writer(Mutex::new(out));
    // Fails only where a subscriber is there already, as in tests that start twice.
    let _ = lines.try_init();
}
