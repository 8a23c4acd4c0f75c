//! What the system and the terminal ask of a command at work: to end, or to be suspended.

/// What was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    /// To end: Ctrl-C, a request to end, or a terminal that has gone.
    End,
    /// To be suspended: Ctrl-Z.
    #[cfg_attr(not(unix), expect(dead_code, reason = "only Unix has job control"))]
    Suspend,
}

#[cfg(unix)]
pub(super) use unix::{Signals, suspend};

#[cfg(unix)]
mod unix {
    use nix::libc::SIGTSTP;
    use tokio::signal::unix::{Signal, SignalKind, signal};

    use super::Asked;
    use crate::process::{self, has_shell};

    /// The signals that a command listens to, from [`Signals::listen`] on.
    pub(in crate::cli::drive) struct Signals {
        end: [Option<Signal>; 3],
        suspend: Option<Signal>,
    }

    impl Signals {
        /// Listens from now on; what the system does not let it listen to does what it always does.
        pub fn listen() -> Self {
            let on = |kind| signal(kind).ok();
            // Without a shell nobody could call the command back, and Ctrl-Z does nothing, as always.
            Self {
                end: [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup()].map(on),
                suspend: on(SignalKind::from_raw(SIGTSTP)).filter(|_| has_shell()),
            }
        }

        /// Waits for the next one.
        pub async fn next(&mut self) -> Asked {
            async fn received(signal: &mut Option<Signal>) {
                match signal {
                    Some(signal) => drop(signal.recv().await),
                    None => std::future::pending().await,
                }
            }
            let [interrupt, terminate, hangup] = &mut self.end;
            tokio::select! {
                () = received(interrupt) => Asked::End,
                () = received(terminate) => Asked::End,
                () = received(hangup) => Asked::End,
                () = received(&mut self.suspend) => Asked::Suspend,
            }
        }
    }

    /// Stops the process and its group, as the terminal would have, until the shell continues it.
    pub(in crate::cli::drive) fn suspend() {
        // Where it cannot be stopped, it goes on.
        let _ = process::suspend();
    }
}

#[cfg(not(unix))]
pub(super) struct Signals;

#[cfg(not(unix))]
impl Signals {
    pub fn listen() -> Self {
        Self
    }

    pub async fn next(&mut self) -> Asked {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
        Asked::End
    }
}

#[cfg(not(unix))]
pub(super) fn suspend() {}
