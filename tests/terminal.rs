//! What the terminal receives, seen from the other end of a pseudo-terminal. Each test runs itself again as the
//! child that has the terminal.

use std::io::{Read, Write};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use galley::tui::input::{Input, InputThread};
use galley::tui::terminal::{Options, Terminal};
use portable_pty::{Child, CommandBuilder, ExitStatus, MasterPty, PtySize, native_pty_system};
use ratatui::widgets::Paragraph;

const CHILD: &str = "GALLEY_TERMINAL_TEST_CHILD";
const PATIENCE: Duration = Duration::from_secs(20);

/// What has to come back whenever the terminal is given back.
const GIVEN_BACK: [&str; 3] = ["\x1b[?2004l", "\x1b[?1049l", "\x1b[?25h"];

fn is_child() -> bool {
    std::env::var_os(CHILD).is_some()
}

/// A child of this test in a pseudo-terminal.
struct Session {
    child: Box<dyn Child + Send + Sync>,
    keys: Box<dyn Write + Send>,
    output: Receiver<Vec<u8>>,
    seen: String,
    screen: vt100::Parser,
    master: Box<dyn MasterPty + Send>,
}

impl Session {
    /// Runs the test of that name again, as a child. With `shell`, a shell leads the session, as for an author.
    fn start(test: &str, shell: bool) -> Self {
        let size = PtySize { rows: 12, cols: 60, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).expect("a pseudo-terminal");
        let program = std::env::current_exe().expect("this test");
        let program = program.to_str().expect("a plain path");
        let run = format!("'{program}' --exact {test} --nocapture");
        let script = if shell {
            format!("set -m; {run}; echo stopped:$?; fg; echo ended:$?")
        } else {
            format!("exec {run}")
        };
        let mut command = CommandBuilder::new("bash");
        command.args(["--norc", "-c", &script]);
        command.env(CHILD, "1");
        command.env("NO_COLOR", "1");
        let child = pair.slave.spawn_command(command).expect("a child");
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().expect("a reader");
        let (sender, output) = channel();
        thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(count @ 1..) = reader.read(&mut bytes) {
                if sender.send(bytes[..count].to_vec()).is_err() {
                    break;
                }
            }
        });
        let keys = pair.master.take_writer().expect("a writer");
        let screen = vt100::Parser::new(
            size.rows.try_into().expect("rows"),
            size.cols.try_into().expect("columns"),
            0,
        );
        Self { child, keys, output, seen: String::new(), screen, master: pair.master }
    }

    /// Waits until the terminal has received this after what was waited for before; gives back what came until then.
    fn wait_for(&mut self, text: &str) -> String {
        let end = Instant::now() + PATIENCE;
        loop {
            if let Some(at) = self.seen.find(text) {
                let rest = self.seen.split_off(at + text.len());
                return std::mem::replace(&mut self.seen, rest);
            }
            self.receive(end, text);
        }
    }

    /// Waits until the screen shows this.
    fn see(&mut self, text: &str) {
        let end = Instant::now() + PATIENCE;
        while !self.screen.screen().contents().contains(text) {
            self.receive(end, text);
        }
    }

    fn receive(&mut self, end: Instant, wanted: &str) {
        let bytes = self.output.recv_timeout(end.saturating_duration_since(Instant::now()));
        let bytes = bytes.unwrap_or_else(|_| panic!("waited for {wanted:?} and saw {:?}", self.seen));
        self.screen.process(&bytes);
        self.seen.push_str(&String::from_utf8_lossy(&bytes));
    }

    fn press(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).expect("sent");
        self.keys.flush().expect("sent");
    }

    /// The rest of what the terminal receives, and how the child ended.
    fn end(mut self) -> (String, ExitStatus) {
        let status = self.child.wait().expect("it ended");
        drop(self.master);
        while let Ok(bytes) = self.output.recv_timeout(Duration::from_millis(500)) {
            self.seen.push_str(&String::from_utf8_lossy(&bytes));
        }
        (self.seen, status)
    }
}

fn assert_given_back(text: &str) {
    for bytes in GIVEN_BACK {
        assert!(text.contains(bytes), "{bytes:?} is missing in {text:?}");
    }
}

/// A small studio: shows what comes in, until it is told to end.
fn child(end: impl Fn(&str)) {
    let mut terminal = Terminal::enter(Options::default()).expect("a terminal");
    let input = InputThread::start(&terminal).expect("input");
    let mut shown = "ready".to_owned();
    loop {
        terminal
            .draw(|frame| frame.render_widget(Paragraph::new(shown.as_str()), frame.area()))
            .expect("drawn");
        shown = match input.receiver().recv().expect("input") {
            Input::Key(key) if key.code.to_string() == "z" => {
                let called_back = terminal.suspend().expect("suspended");
                format!("back:{called_back}")
            }
            Input::Key(key) if key.code.to_string() == "o" => {
                let paused = input.pause();
                terminal
                    .outside(|| {
                        print!("editor?");
                        std::io::stdout().flush().expect("shown");
                        let mut line = String::new();
                        std::io::stdin().read_line(&mut line).expect("a line");
                        println!("editor:{}", line.trim());
                    })
                    .expect("outside");
                drop(paused);
                "inside".to_owned()
            }
            Input::Key(key) => {
                let name = key.code.to_string();
                if name == "q" {
                    return;
                }
                end(&name);
                format!("key:{name}")
            }
            Input::Paste(text) => format!("paste:{}", text.replace(['\r', '\n'], "/")),
            Input::Terminate(signal) => {
                drop(terminal);
                println!("terminated:{signal}");
                std::process::exit(128 + signal);
            }
            other => format!("{other:?}"),
        };
    }
}

#[test]
fn the_terminal_is_given_back_at_the_end() {
    if is_child() {
        return child(|_| {});
    }
    let mut session = Session::start("the_terminal_is_given_back_at_the_end", false);
    let start = session.wait_for("ready");
    assert!(start.contains("\x1b[?1049h") && start.contains("\x1b[?2004h"), "{start:?}");
    session.press("x");
    session.see("key:x");
    session.press("\x1b[200~a\rb\x1b[201~");
    session.see("paste:a/b");
    session.press("q");
    let (rest, status) = session.end();
    assert_given_back(&rest);
    assert!(status.success());
}

#[test]
fn a_panic_gives_the_terminal_back_before_it_is_printed() {
    if is_child() {
        return child(|key| assert_ne!(key, "p", "the author pressed p"));
    }
    let mut session = Session::start("a_panic_gives_the_terminal_back_before_it_is_printed", false);
    session.wait_for("ready");
    session.press("p");
    let before = session.wait_for("the author pressed p");
    assert_given_back(&before);
    assert!(!session.end().1.success());
}

#[test]
fn a_signal_gives_the_terminal_back_and_lets_the_program_close() {
    if is_child() {
        return child(|_| {});
    }
    for signal in ["TERM", "HUP"] {
        let mut session =
            Session::start("a_signal_gives_the_terminal_back_and_lets_the_program_close", false);
        session.wait_for("ready");
        let id = session.child.process_id().expect("running").to_string();
        let sent =
            std::process::Command::new("kill").args([&format!("-{signal}"), &id]).status().expect("kill");
        assert!(sent.success());
        let before = session.wait_for("terminated:");
        assert_given_back(&before);
        assert!(session.end().1.exit_code() > 128);
    }
}

#[test]
fn the_shell_gets_the_terminal_and_gives_it_back() {
    if is_child() {
        return child(|_| {});
    }
    let mut session = Session::start("the_shell_gets_the_terminal_and_gives_it_back", true);
    session.wait_for("ready");
    session.press("z");
    let before = session.wait_for("stopped:");
    assert_given_back(&before);
    let again = session.wait_for("back:true");
    assert!(again.contains("\x1b[?1049h") && again.contains("\x1b[?2004h"), "{again:?}");
    session.press("q");
    session.wait_for("ended:0");
    assert!(session.end().1.success());
}

#[test]
fn without_a_shell_nothing_stops() {
    if is_child() {
        return child(|_| {});
    }
    let mut session = Session::start("without_a_shell_nothing_stops", false);
    session.wait_for("ready");
    session.press("z");
    session.see("back:false");
    session.press("q");
    assert!(session.end().1.success());
}

#[test]
fn the_authors_editor_has_the_keys_for_itself() {
    if is_child() {
        return child(|_| {});
    }
    let mut session = Session::start("the_authors_editor_has_the_keys_for_itself", false);
    session.wait_for("ready");
    session.press("o");
    let before = session.wait_for("editor?");
    assert_given_back(&before);
    session.press("typed in the editor\r");
    session.wait_for("editor:typed in the editor");
    session.see("inside");
    session.press("x");
    session.see("key:x");
    session.press("q");
    assert!(session.end().1.success());
}

#[test]
fn another_size_comes_as_one_resize() {
    if is_child() {
        return child(|_| {});
    }
    let mut session = Session::start("another_size_comes_as_one_resize", false);
    session.wait_for("ready");
    let size = PtySize { rows: 20, cols: 90, pixel_width: 0, pixel_height: 0 };
    session.master.resize(size).expect("resized");
    session.see("Resize");
    session.press("q");
    assert!(session.end().1.success());
}

#[test]
fn an_idle_studio_writes_nothing() {
    if is_child() {
        return child(|_| {});
    }
    let mut session = Session::start("an_idle_studio_writes_nothing", false);
    session.wait_for("ready");
    session.press("x");
    session.see("key:x");
    let end = Instant::now() + PATIENCE;
    while !session.seen.ends_with("\x1b[?2026l") {
        session.receive(end, "the end of the frame");
    }
    session.press("x");
    let quiet = session.output.recv_timeout(Duration::from_millis(700));
    assert!(quiet.is_err(), "{quiet:?}");
    session.press("q");
    assert!(session.end().1.success());
}
