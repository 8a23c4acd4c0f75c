//! This process among others: who is still there, who is stopped, and whether a shell can call this one back.

#[cfg(unix)]
pub use job_control::{has_shell, suspend};

/// Returns whether there is a process of this number; always true where the system cannot be asked.
#[must_use]
pub fn is_alive(pid: u32) -> bool {
    #[cfg(unix)]
    {
        let Some(pid) = i32::try_from(pid).ok().filter(|pid| *pid > 0) else { return false };
        // A process of another user answers that it may not be signalled.
        nix::sys::signal::kill(nix::unistd::Pid::from_raw(pid), None) != Err(nix::errno::Errno::ESRCH)
    }
    #[cfg(not(unix))]
    {
        let _ = pid;
        true
    }
}

/// Returns whether the system says that a process is stopped: state `T` in the third field of its `stat`, behind the
/// name in parentheses (proc(5)). Only Linux tells.
#[must_use]
pub fn is_stopped(pid: u32) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit_once(')').is_some_and(|(_, rest)| rest.trim_start().starts_with('T'))
}

#[cfg(unix)]
mod job_control {
    use std::io;

    use nix::sys::signal::{Signal, kill};
    use nix::unistd::{Pid, getpgrp, getsid};

    /// Returns whether a shell is there that can continue this process: none is where its own group leads the session.
    #[must_use]
    pub fn has_shell() -> bool {
        // Both are 0 where the leaders are outside this container, and then the session may be led by anyone.
        getsid(None).is_ok_and(|session| session.as_raw() == 0 || session != getpgrp())
    }

    /// Stops the process and its group, as the terminal would have: behind `cargo run` the shell waits for cargo, so
    /// that has to stop as well.
    pub fn suspend() -> io::Result<()> {
        // Number 0 is the whole group of the caller (kill(2)).
        Ok(kill(Pid::from_raw(0), Signal::SIGSTOP)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_that_was_never_there_is_not_alive() {
        assert!(is_alive(std::process::id()));
        assert!(!is_alive(0));
        assert!(!is_alive(u32::MAX));
        assert!(!is_alive(4_194_999), "above the largest number that a process can have");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_stopped_process_is_told_from_one_at_work() {
        let mut child = std::process::Command::new("sleep").arg("60").spawn().unwrap();
        assert!(!is_stopped(child.id()));
        std::process::Command::new("kill").args(["-STOP", &child.id().to_string()]).status().unwrap();
        let since = std::time::Instant::now();
        while !is_stopped(child.id()) && since.elapsed().as_secs() < 5 {
            std::thread::yield_now();
        }
        assert!(is_stopped(child.id()));
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(!is_stopped(child.id()), "it is gone");
    }
}
