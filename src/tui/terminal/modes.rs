//! The modes of the terminal, entered and left as one.

use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};

use crossbeam_channel::Sender;
use crossterm::event::{
    DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture,
};
use crossterm::style::ResetColor;
use crossterm::terminal::{EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen};
use crossterm::{cursor, queue, terminal};

use super::Options;

/// Who has the terminal. Shared with the panic hook and the thread of signals.
pub(in crate::tui) struct Modes {
    options: Options,
    /// Held while bytes go out, so that no half a frame follows the bytes that give the terminal back.
    entered: Mutex<bool>,
    is_entered: AtomicBool,
    continued: Sender<()>,
}

impl Modes {
    pub fn new(options: Options, continued: Sender<()>) -> Self {
        Self { options, entered: Mutex::new(false), is_entered: AtomicBool::new(false), continued }
    }

    pub fn is_entered(&self) -> bool {
        self.is_entered.load(Ordering::Acquire)
    }

    /// The process goes on after a stop.
    pub fn tell_continued(&self) {
        let _ = self.continued.send(());
    }

    pub fn enter(&self) -> io::Result<()> {
        let mut entered = self.lock();
        if *entered {
            return Ok(());
        }
        terminal::enable_raw_mode()?;
        let mut bytes = Vec::new();
        queue!(bytes, EnterAlternateScreen, EnableBracketedPaste, cursor::Hide)?;
        if self.options.mouse {
            queue!(bytes, EnableMouseCapture)?;
        }
        *entered = true;
        self.is_entered.store(true, Ordering::Release);
        write(&bytes)
    }

    /// Gives everything back. Errors are not reported: there is nobody left to show them to.
    pub fn leave(&self) {
        // A panic may come while this very thread writes: then the lock is not waited for.
        let mut guard = match self.entered.try_lock() {
            Ok(guard) => Some(guard),
            Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
            Err(TryLockError::WouldBlock) if std::thread::panicking() => None,
            Err(TryLockError::WouldBlock) => Some(self.lock()),
        };
        if !self.is_entered.swap(false, Ordering::AcqRel) {
            return;
        }
        if let Some(entered) = &mut guard {
            **entered = false;
        }
        let mut bytes = Vec::new();
        let _ = queue!(bytes, EndSynchronizedUpdate);
        if self.options.mouse {
            let _ = queue!(bytes, DisableMouseCapture);
        }
        let _ = queue!(bytes, DisableBracketedPaste, ResetColor, LeaveAlternateScreen, cursor::Show);
        let _ = write(&bytes);
        let _ = terminal::disable_raw_mode();
    }

    /// Lets `send` write if the terminal is ours; what is drawn while it is not goes nowhere.
    pub fn while_entered(&self, send: impl FnOnce() -> io::Result<()>) -> io::Result<()> {
        let entered = self.lock();
        if *entered { send() } else { Ok(()) }
    }

    /// Lets frames through although no terminal was touched.
    #[cfg(test)]
    pub fn pretend_entered(&self) {
        *self.lock() = true;
    }

    fn lock(&self) -> MutexGuard<'_, bool> {
        self.entered.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn write(bytes: &[u8]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(bytes)?;
    out.flush()
}
