//! The program on a terminal: what leaves it, byte for byte.

use std::io::{Read as _, Write as _};
use std::num::NonZero;

use portable_pty::{CommandBuilder, PtySize, native_pty_system};

use super::desk::{Desk, GALLEY};

/// Runs a command on a terminal of 100×40 and returns all that it wrote.
pub fn shown(desk: &Desk, arguments: &[&str]) -> String {
    answered(desk, arguments, "")
}

/// The same, with lines typed that it will ask for.
pub fn answered(desk: &Desk, arguments: &[&str], typed: &str) -> String {
    let size = PtySize { rows: 40, cols: 100, pixel_width: 0, pixel_height: 0 };
    let pair = native_pty_system().openpty(size).unwrap();
    let mut command = CommandBuilder::new(GALLEY);
    command.args(arguments);
    command.env("GALLEY_HOME", desk.root());
    command.env("GALLEY_MODEL", "offline");
    let mut child = pair.slave.spawn_command(command).unwrap();
    drop(pair.slave);
    // The writer ends the input when it goes: it is kept until the program has ended.
    let mut keys = (!typed.is_empty()).then(|| pair.master.take_writer().unwrap());
    if let Some(keys) = &mut keys {
        keys.write_all(typed.as_bytes()).unwrap();
    }
    let mut reader = pair.master.try_clone_reader().unwrap();
    let mut bytes = Vec::new();
    // At the end of the program Linux answers with an error instead of an end of file.
    let mut piece = [0; 4096];
    while let Ok(n @ 1..) = reader.read(&mut piece) {
        bytes.extend_from_slice(&piece[..n]);
    }
    child.wait().unwrap();
    String::from_utf8(bytes).unwrap()
}

/// Nothing that a terminal obeys, that hides or that reorders: only text and the terminal's own line ends.
pub fn assert_clean(shown: &str) {
    let text = shown.replace("\r\n", "\n");
    let bad = text.chars().find(|c| {
        (c.is_control() && *c != '\n')
            || matches!(*c, '\u{200b}' | '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
            || matches!(*c, '\u{e0000}'..='\u{e007f}' | '\u{feff}')
    });
    assert_eq!(bad, None, "{text:?}");
    assert!(!text.is_empty());
}

/// The studio on a terminal of 120×40.
pub struct Studio {
    child: Box<dyn portable_pty::Child + Send + Sync>,
    keys: Box<dyn std::io::Write + Send>,
    pieces: std::sync::mpsc::Receiver<Vec<u8>>,
    screen: vt100::Parser,
}

impl Studio {
    pub fn open(desk: &Desk) -> Self {
        let size = PtySize { rows: 40, cols: 120, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(GALLEY);
        command.env("GALLEY_HOME", desk.root());
        command.env("GALLEY_MODEL", "offline");
        command.env("TERM", "xterm-256color");
        let child = pair.slave.spawn_command(command).unwrap();
        let keys = pair.master.take_writer().unwrap();
        let mut reader = pair.master.try_clone_reader().unwrap();
        let (sender, pieces) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            // The other end is kept open by the reader as long as there is one.
            let _master = pair.master;
            let mut piece = [0; 4096];
            while let Ok(n @ 1..) = reader.read(&mut piece) {
                if sender.send(piece[..n].to_vec()).is_err() {
                    break;
                }
            }
        });
        let (rows, columns) = (NonZero::new(40).unwrap(), NonZero::new(120).unwrap());
        Self { child, keys, pieces, screen: vt100::Parser::new(rows, columns, 0) }
    }

    /// Waits until the screen shows this.
    pub fn wait_for(&mut self, text: &str) {
        let deadline = std::time::Instant::now() + std::time::Duration::from_secs(30);
        while !self.screen.screen().contents().contains(text) {
            let left = deadline.saturating_duration_since(std::time::Instant::now());
            let piece = self.pieces.recv_timeout(left).ok();
            let shown = || self.screen.screen().contents();
            let piece = piece.unwrap_or_else(|| panic!("`{text}` is not on the screen:\n{}", shown()));
            self.screen.process(&piece);
        }
    }

    /// Types.
    pub fn press(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).unwrap();
        self.keys.flush().unwrap();
    }

    /// What the screen shows now.
    pub fn shown(&self) -> String {
        self.screen.screen().contents()
    }

    /// Leaves with Ctrl-C twice and returns whether that was a success.
    pub fn leave(mut self) -> bool {
        self.keys.write_all(b"\x03\x03").unwrap();
        self.keys.flush().unwrap();
        self.child.wait().unwrap().success()
    }
}
