//! The terminal while the studio has it: raw mode, the alternate screen, bracketed paste; and all of it given back
//! at the end, at a panic, at a signal, for the shell and for the author's editor.

mod external;
mod modes;
mod screen;
mod signals;

use std::io::{self, Stdout};
use std::sync::Arc;
use std::thread;

use crossbeam_channel::{Receiver, unbounded};
use ratatui::Frame;
use ratatui::layout::Size;

pub use external::{EditError, edit_outside};
pub(super) use modes::Modes;
pub use screen::Screen;
pub(super) use signals::watch;

use super::error::TuiError;
use crate::process;

/// What the studio asks of the terminal beyond what it needs.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    /// Whether the mouse is reported; the terminal's own selection of text then needs Shift.
    pub mouse: bool,
}

/// The terminal, taken for as long as this lives. There is one at a time.
pub struct Terminal {
    inner: ratatui::Terminal<Screen<Stdout>>,
    modes: Arc<Modes>,
    continued: Receiver<()>,
}

impl Terminal {
    /// Takes the terminal.
    pub fn enter(options: Options) -> Result<Self, TuiError> {
        // Crossterm's own NO_COLOR empties the whole sequence, bold and reverse with it; our mono theme has no
        // colours to begin with.
        crossterm::style::force_color_output(true);
        let (continue_sender, continued) = unbounded();
        let modes = Arc::new(Modes::new(options, continue_sender));
        give_back_at_panic(&modes);
        modes.enter()?;
        let screen = Screen::new(io::stdout(), Arc::clone(&modes));
        let inner = ratatui::Terminal::new(screen).inspect_err(|_| modes.leave())?;
        Ok(Self { inner, modes, continued })
    }

    /// Draws a frame: one write, of what changed only; nothing where nothing did.
    pub fn draw(&mut self, render: impl FnOnce(&mut Frame)) -> Result<(), TuiError> {
        // A window that is just being made or folded has no cell to draw on.
        if self.size().area() == 0 {
            return Ok(());
        }
        self.inner.draw(render)?;
        Ok(())
    }

    /// The size in cells; 0×0 if it cannot be had.
    #[must_use]
    pub fn size(&self) -> Size {
        self.inner.size().unwrap_or_default()
    }

    /// Makes the next frame paint every cell.
    pub fn repaint(&mut self) -> Result<(), TuiError> {
        Ok(self.inner.clear()?)
    }

    /// Gives the terminal to the shell until the author calls the studio back. False, and nothing done, where no
    /// shell could call it back.
    pub fn suspend(&mut self) -> Result<bool, TuiError> {
        if !process::has_shell() {
            return Ok(false);
        }
        while self.continued.try_recv().is_ok() {}
        self.modes.leave();
        let stopped = process::suspend();
        if stopped.is_ok() {
            // The stop reaches this thread at some moment; only its end says that it has been.
            let _ = self.continued.recv();
        }
        self.reenter()?;
        stopped?;
        Ok(true)
    }

    /// Takes the terminal back after something else had it: [`Input::Resumed`](super::input::Input::Resumed).
    pub fn reenter(&mut self) -> Result<(), TuiError> {
        self.modes.leave();
        self.modes.enter()?;
        self.inner.backend_mut().forget();
        self.repaint()
    }

    /// Runs something that needs the terminal as it was, such as the author's editor. Pause the input first.
    pub fn outside<R>(&mut self, work: impl FnOnce() -> R) -> Result<R, TuiError> {
        self.modes.leave();
        let result = work();
        self.reenter()?;
        Ok(result)
    }

    pub(super) fn modes(&self) -> Arc<Modes> {
        Arc::clone(&self.modes)
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        self.modes.leave();
    }
}

/// A panic of the drawing thread gives the terminal back before it is printed. One of another thread is logged:
/// printed, it would be a scar across the screen.
fn give_back_at_panic(modes: &Arc<Modes>) {
    let modes = Arc::downgrade(modes);
    let drawing = thread::current().id();
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let Some(modes) = modes.upgrade().filter(|m| m.is_entered()) else {
            return before(panic);
        };
        if thread::current().id() == drawing {
            modes.leave();
            before(panic);
        } else {
            tracing::error!(panic = %panic, "a thread panicked");
        }
    }));
}
