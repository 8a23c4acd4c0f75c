//! Logs go to the log file as JSON lines, and never to the terminal.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use tracing_subscriber::EnvFilter;

use crate::config::Home;
use crate::files;
use crate::llm::scrub;

/// Larger than this, a log is renamed to `galley.log.1`, and a new one begun.
const MAX_BYTES: u64 = 8 * 1024 * 1024;
/// So much is written between two looks at the size of the log.
const LOOK_AFTER: u64 = 64 * 1024;

/// Starts logging. `GALLEY_LOG` holds the filter (`info` by default). A log that cannot be written stops nothing.
pub(super) fn start(home: &Home) {
    let file = home.log_file();
    let Some(folder) = file.parent() else { return };
    if files::create_dir_all(folder).is_err() {
        return;
    }
    let Ok(out) = Rotated::open(&file, MAX_BYTES) else { return };
    let asked = std::env::var("GALLEY_LOG").unwrap_or_default();
    let filter = EnvFilter::try_new(directives(&asked)).unwrap_or_else(|_| EnvFilter::new(directives("")));
    let lines = tracing_subscriber::fmt()
        .json()
        .with_env_filter(filter)
        // On a full disk the library would say so on the terminal, for every line.
        .log_internal_errors(false)
        .with_writer(Mutex::new(Scrubbed(out)));
    // Fails only where a subscriber is there already, as in tests that start twice.
    let _ = lines.try_init();
}

/// A level alone is that of this program: libraries, which may write down what they send, say only what is wrong.
fn directives(asked: &str) -> String {
    let asked = asked.trim();
    if asked.contains(['=', ',', '[']) || asked.eq_ignore_ascii_case("off") {
        asked.to_owned()
    } else {
        let level = if asked.is_empty() { "info" } else { asked };
        format!("warn,galley={level}")
    }
}

/// A log that is begun anew when it has grown large, also by what other processes wrote.
struct Rotated {
    path: PathBuf,
    file: File,
    max: u64,
    since_look: u64,
}

impl Rotated {
    fn open(path: &Path, max: u64) -> io::Result<Self> {
        if std::fs::metadata(path).is_ok_and(|m| m.len() > max) {
            let _ = std::fs::rename(path, path.with_extension("log.1"));
        }
        let file = files::open(OpenOptions::new().create(true).append(true), path)?;
        Ok(Self { path: path.to_owned(), file, max, since_look: 0 })
    }

    /// Goes on in a new log where this one is large, and where another process has begun one.
    fn look(&mut self) -> io::Result<()> {
        self.since_look = 0;
        let own = self.file.metadata()?.len();
        if own > self.max || std::fs::metadata(&self.path).map_or(0, |m| m.len()) != own {
            *self = Self::open(&self.path, self.max)?;
        }
        Ok(())
    }
}

impl Write for Rotated {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if self.since_look >= LOOK_AFTER.min(self.max) {
            self.look()?;
        }
        self.since_look += line.len() as u64;
        self.file.write(line)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// A log without keys, whichever library wrote the line. The formatter hands over whole lines.
struct Scrubbed<W>(W);

impl<W: Write> Write for Scrubbed<W> {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.0.write_all(scrub(&String::from_utf8_lossy(line)).as_bytes())?;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_of_any_library_holds_a_key() {
        let mut log = Scrubbed(Vec::new());
        let line = r#"{"target":"hyper","fields":{"headers":"x-api-key: sk-abcdefghijklmnop1234"}}"#;
        log.write_all(line.as_bytes()).unwrap();
        let written = String::from_utf8(log.0).unwrap();
        assert_eq!(written, r#"{"target":"hyper","fields":{"headers":"x-api-key: [key]"}}"#);
    }

    #[test]
    fn a_log_stays_small_while_several_processes_write_to_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("galley.log");
        let mut writers: Vec<Rotated> = (0..3).map(|_| Rotated::open(&path, 1000).unwrap()).collect();
        for n in 0..600 {
            writeln!(writers[n % 3], "line {n} of a log that goes on and on").unwrap();
        }
        let size = |path: &Path| std::fs::metadata(path).unwrap().len();
        let old = path.with_extension("log.1");
        assert!(size(&path) < 6000 && size(&old) < 6000, "{} {}", size(&path), size(&old));
        let newest = std::fs::read_to_string(&path).unwrap() + &std::fs::read_to_string(&old).unwrap();
        assert!(newest.contains("line 599 "));
    }

    #[test]
    fn libraries_say_only_what_is_wrong_unless_they_are_asked_by_name() {
        assert_eq!(directives(""), "warn,galley=info");
        assert_eq!(directives(" trace "), "warn,galley=trace");
        assert_eq!(directives("off"), "off");
        assert_eq!(directives("info,hyper=trace"), "info,hyper=trace");
    }
}
