//! Who holds the lock, as far as the lock file and the system tell.

use std::fmt;
use std::path::Path;

use super::Lock;
use crate::process::is_stopped;

/// The holder of a lock: for messages, and for how long a command waits for it. Whether the lock is free, only the
/// lock itself says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// Its process number, where the lock file has one.
    pub pid: Option<u32>,
    /// It was stopped, by Ctrl-Z or SIGSTOP, and does nothing until it is continued. Only Linux tells.
    pub stopped: bool,
}

impl Holder {
    /// Reads what there is to know of the holder of a database's lock.
    #[must_use]
    pub fn of(database: &Path) -> Self {
        let signed = std::fs::read_to_string(Lock::path_of(database)).unwrap_or_default();
        let pid = signed.trim().parse().ok();
        Self { pid, stopped: pid.is_some_and(is_stopped) }
    }

    /// Returns what can be done about a holder that does nothing; none where it is at work, or not known.
    #[must_use]
    pub fn remedy(&self) -> Option<String> {
        let pid = self.pid.filter(|_| self.stopped)?;
        Some(format!("resume it with `fg` in its terminal, or end it with `kill -CONT {pid}; kill {pid}`"))
    }
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.pid {
            Some(pid) if self.stopped => write!(f, "process {pid}, which is stopped,"),
            Some(pid) => write!(f, "process {pid}"),
            None => f.write_str("another process"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_holder_is_named_by_what_is_known() {
        let home = tempfile::tempdir().unwrap();
        let database = home.path().join("galley.db");
        assert_eq!(Holder::of(&database).to_string(), "another process");
        let held = Lock::try_acquire(&database).unwrap().unwrap();
        let here = Holder::of(&database);
        assert_eq!((here.pid, here.stopped, here.remedy()), (Some(std::process::id()), false, None));
        held.release().unwrap();
        let stopped = Holder { pid: Some(7), stopped: true };
        assert_eq!(stopped.to_string(), "process 7, which is stopped,");
        assert!(stopped.remedy().unwrap().contains("kill -CONT 7"));
    }
}
