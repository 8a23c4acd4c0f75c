//! The program in a pseudo-terminal: keys in, what a terminal would show out. Nothing here sleeps: it waits for text.

use std::io::{Read, Write};
use std::num::NonZero;
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

/// The longest that a text is waited for.
const PATIENCE: Duration = Duration::from_mins(1);

/// What came out so far.
struct Seen {
    parser: vt100::Parser,
    bytes: Vec<u8>,
    ended: bool,
}

/// A home for the program's files.
pub struct Home {
    pub folder: tempfile::TempDir,
}

impl Home {
    /// An empty one in which the offline author writes this many words a second; 0 writes at once.
    pub fn new(words_per_second: u32) -> Self {
        Self::with_config(&format!("[offline]\nwords_per_second = {words_per_second}\n"))
    }

    /// One with a configuration.
    pub fn with_config(config: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let home = Self { folder };
        let file = galley::config::Home::at(home.folder.path()).config_file();
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(&file, config).unwrap();
        home
    }

    /// Runs a subcommand and returns what it printed.
    pub fn galley(&self, arguments: &[&str]) -> String {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_galley"))
            .args(arguments)
            .env("GALLEY_HOME", self.folder.path())
            .output()
            .unwrap();
        String::from_utf8(output.stdout).unwrap() + &String::from_utf8_lossy(&output.stderr)
    }
}

fn cells(count: u16) -> NonZero<u16> {
    NonZero::new(count).expect("a terminal has a cell")
}

/// Where the real cursor stands, row and column; none where it is hidden.
fn cursor_of(screen: &vt100::Screen) -> Option<(u16, u16)> {
    (!screen.hide_cursor()).then(|| screen.cursor_position())
}

/// A studio that runs.
pub struct Session {
    seen: Arc<(Mutex<Seen>, Condvar)>,
    writer: Box<dyn Write + Send>,
    master: Box<dyn MasterPty + Send>,
    child: Box<dyn Child + Send + Sync>,
}

impl Session {
    /// Starts the studio at 120×40.
    pub fn start(home: &Home) -> Self {
        Self::with(home.folder.path(), &[], 120, 40)
    }

    /// Starts it with variables and a size.
    pub fn with(home: &Path, variables: &[(&str, &str)], columns: u16, rows: u16) -> Self {
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_galley"));
        command.env_clear();
        command.env("GALLEY_HOME", home);
        command.env("TERM", "xterm-256color");
        command.env("PATH", std::env::var("PATH").unwrap());
        command.cwd(home);
        for (name, value) in variables {
            command.env(name, value);
        }
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let parser = vt100::Parser::new(cells(rows), cells(columns), 0);
        let seen = Arc::new((Mutex::new(Seen { parser, bytes: Vec::new(), ended: false }), Condvar::new()));
        let (mut reader, shared) = (pair.master.try_clone_reader().unwrap(), Arc::clone(&seen));
        std::thread::spawn(move || {
            let mut buffer = vec![0; 64 * 1024];
            loop {
                let count = reader.read(&mut buffer).unwrap_or(0);
                let mut seen = shared.0.lock().unwrap();
                seen.parser.process(&buffer[..count]);
                seen.bytes.extend_from_slice(&buffer[..count]);
                seen.ended = count == 0;
                shared.1.notify_all();
                if count == 0 {
                    return;
                }
            }
        });
        let writer = pair.master.take_writer().unwrap();
        Self { seen, writer, master: pair.master, child }
    }

    /// Sends keys as a terminal would.
    pub fn send(&mut self, keys: &str) -> &mut Self {
        self.writer.write_all(keys.as_bytes()).unwrap();
        self.writer.flush().unwrap();
        self
    }

    /// Sends a paste as a terminal with bracketed paste would.
    pub fn paste(&mut self, text: &str) -> &mut Self {
        self.send(&format!("\x1b[200~{text}\x1b[201~"))
    }

    /// Waits until the screen shows a text.
    pub fn wait(&mut self, text: &str) -> &mut Self {
        self.until(text, |screen| screen.contains(text))
    }

    /// Waits until the screen shows a text no more.
    pub fn gone(&mut self, text: &str) -> &mut Self {
        self.until(text, |screen| !screen.contains(text))
    }

    /// Waits until what the screen shows is as it should be.
    pub fn until(&mut self, what: &str, holds: impl Fn(&str) -> bool) -> &mut Self {
        self.until_screen(what, |screen| holds(&screen.contents()))
    }

    /// Waits until the real cursor stands there; none when it is hidden. A frame may be read in two pieces.
    pub fn cursor_at(&mut self, place: Option<(u16, u16)>) -> &mut Self {
        self.until_screen(&format!("the cursor at {place:?}"), |screen| cursor_of(screen) == place)
    }

    fn until_screen(&mut self, what: &str, holds: impl Fn(&vt100::Screen) -> bool) -> &mut Self {
        let end = Instant::now() + PATIENCE;
        let (lock, changed) = &*self.seen;
        let mut seen = lock.lock().unwrap();
        loop {
            if holds(seen.parser.screen()) {
                drop(seen);
                return self;
            }
            let screen = seen.parser.screen().contents();
            let left = end.saturating_duration_since(Instant::now());
            assert!(!left.is_zero() && !seen.ended, "waiting for {what:?}; the screen shows\n{screen}");
            seen = changed.wait_timeout(seen, left).unwrap().0;
        }
    }

    /// What the screen shows.
    pub fn screen(&self) -> String {
        self.seen.0.lock().unwrap().parser.screen().contents()
    }

    /// Every byte that came out so far.
    pub fn bytes(&self) -> Vec<u8> {
        self.seen.0.lock().unwrap().bytes.clone()
    }

    /// Gives the window another size.
    pub fn resize(&mut self, columns: u16, rows: u16) -> &mut Self {
        self.seen.0.lock().unwrap().parser.screen_mut().set_size(cells(rows), cells(columns));
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        self.master.resize(size).unwrap();
        self
    }

    /// Leaves in good order, and waits for the end.
    pub fn leave(&mut self) -> Vec<u8> {
        self.send("\x03").wait("again leaves").send("\x03");
        self.ended()
    }

    /// Kills it, as a power cut would.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.ended();
    }

    /// Sends a signal.
    pub fn signal(&self, signal: &str) {
        let id = self.child.process_id().unwrap().to_string();
        assert!(std::process::Command::new("kill").args([signal, &id]).status().unwrap().success());
    }

    /// Waits for its end, and returns its exit code.
    pub fn exit_code(&mut self) -> u32 {
        self.child.wait().unwrap().exit_code()
    }

    /// Waits for its end, and returns every byte that came out.
    pub fn ended(&mut self) -> Vec<u8> {
        self.child.wait().unwrap();
        let (lock, changed) = &*self.seen;
        let seen = changed.wait_timeout_while(lock.lock().unwrap(), PATIENCE, |seen| !seen.ended).unwrap().0;
        assert!(seen.ended, "the terminal never closed");
        seen.bytes.clone()
    }
}
