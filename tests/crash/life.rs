//! One life of the child: begun, spoken to, and ended.

use std::fs::OpenOptions;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, RecvTimeoutError};

use crate::wire::{Said, Sent};

/// Nothing that is waited for takes longer, however slow the machine.
pub const DEADLINE: Duration = Duration::from_mins(1);

const SIGABRT: i32 = 6;
const SIGKILL: i32 = 9;

pub struct Life {
    child: Child,
    stdin: Option<ChildStdin>,
    said: Receiver<Said>,
}

/// What came of listening.
pub enum Heard {
    Said(Said),
    Silence,
    /// The process is gone and everything it said was heard.
    End,
}

impl Life {
    pub fn begin(home: &Path, fail_point: Option<&str>) -> Self {
        let log = OpenOptions::new().create(true).append(true).open(home.join("child.err"));
        let mut command = Command::new(std::env::current_exe().expect("this program"));
        command.env(crate::CHILD, "1").env("GALLEY_HOME", home).env_remove("GALLEY_MODEL");
        command.env_remove("GALLEY_FAILPOINT").env("RUST_BACKTRACE", "1");
        if let Some(fail_point) = fail_point {
            command.env("GALLEY_FAILPOINT", fail_point);
        }
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(log.expect("a log of the child"));
        let mut child = command.spawn().expect("a child process");
        let stdout = child.stdout.take().expect("a pipe");
        let (tell, said) = crossbeam_channel::unbounded();
        std::thread::spawn(move || {
            let mut lines = BufReader::new(stdout);
            let mut line = String::new();
            // A line without its end was cut off by the kill: it was never said.
            while lines.read_line(&mut line).is_ok_and(|bytes| bytes > 0) && line.ends_with('\n') {
                let said = serde_json::from_str(&line).expect("what the child wrote");
                if tell.send(said).is_err() {
                    break;
                }
                line.clear();
            }
        });
        let stdin = child.stdin.take();
        Self { child, stdin, said }
    }

    /// Sends commands that share a line, and so a commit. A child that is gone hears nothing.
    pub fn send(&mut self, batch: &[Sent]) {
        let mut line = serde_json::to_string(batch).expect("plain data");
        line.push('\n');
        if let Some(stdin) = &mut self.stdin {
            let _ = stdin.write_all(line.as_bytes()).and_then(|()| stdin.flush());
        }
    }

    pub fn hear(&self, within: Duration) -> Heard {
        match self.said.recv_timeout(within) {
            Ok(said) => Heard::Said(said),
            Err(RecvTimeoutError::Timeout) => Heard::Silence,
            Err(RecvTimeoutError::Disconnected) => Heard::End,
        }
    }

    /// `kill -9`; returns whether it still lived until then.
    pub fn kill(&mut self) {
        let _ = self.child.kill();
        let status = self.reap();
        assert_eq!(status.signal(), Some(SIGKILL), "the child ended by itself: {status}");
    }

    /// Waits for the end at a fail point.
    pub fn died_at_fail_point(&mut self) {
        let status = self.reap();
        assert_eq!(status.signal(), Some(SIGABRT), "the child ended by itself: {status}");
    }

    /// Closes its stdin, which asks for an orderly end.
    pub fn ask_to_end(&mut self) {
        self.stdin = None;
    }

    /// Asks for an orderly end and waits for it.
    pub fn end(&mut self) {
        self.ask_to_end();
        let status = self.reap();
        assert!(status.success(), "the orderly end failed: {status}");
    }

    fn reap(&mut self) -> ExitStatus {
        let began = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().expect("a child of this process") {
                return status;
            }
            assert!(began.elapsed() < DEADLINE, "the child does not end");
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}

impl Drop for Life {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
