//! Signals from outside.

use std::io;
use std::sync::Arc;
use std::thread;

use crossbeam_channel::Sender;
use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGTERM, SIGTSTP};
use signal_hook::iterator::{Handle, Signals};
use signal_hook::low_level::emulate_default_handler;

use super::Modes;
use crate::tui::input::Input;

/// Watches for signals until the handle is closed.
///
/// One that ends the program gives the terminal back at once and lets the app close its store; a second one of
/// them ends it the hard way.
pub(in crate::tui) fn watch(modes: Arc<Modes>, inputs: Sender<Input>) -> io::Result<Handle> {
    let mut signals = Signals::new([SIGTERM, SIGHUP, SIGINT, SIGTSTP, SIGCONT])?;
    let handle = signals.handle();
    thread::Builder::new().name("signals".into()).spawn(move || {
        let mut ending = false;
        for signal in signals.forever() {
            let entered = modes.is_entered();
            let input = match signal {
                SIGTSTP if entered => Input::Suspend,
                // The author's editor has the terminal, and was stopped with its whole group: the shell waits.
                SIGTSTP => {
                    let _ = emulate_default_handler(signal);
                    continue;
                }
                SIGCONT => {
                    modes.tell_continued();
                    if !entered {
                        continue;
                    }
                    Input::Resumed
                }
                // Ctrl-C in the author's editor is the editor's.
                SIGINT if !entered && !ending => continue,
                _ => {
                    modes.leave();
                    if ending {
                        let _ = emulate_default_handler(signal);
                    }
                    ending = true;
                    Input::Terminate(signal)
                }
            };
            if inputs.send(input).is_err() && ending {
                let _ = emulate_default_handler(signal);
            }
        }
    })?;
    Ok(handle)
}
