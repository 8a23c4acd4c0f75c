//! The app with a screen of cells: what the loop does, done in order and to the end.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::Terminal;
use ratatui::backend::TestBackend;

use super::fixture::Fixture;
use crate::domain::Time;
use crate::store::Reader;
use crate::tui::app::{App, Out};
use crate::tui::errand;
use crate::tui::event::{first_view, load_now};
use crate::tui::input::Input;
use crate::tui::keymap::Keymap;
use crate::tui::theme::Theme;

pub struct Bench {
    pub app: App,
    pub fixture: Fixture,
    reader: Reader,
    terminal: Terminal<TestBackend>,
    pub ended: bool,
}

fn now() -> Time {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    Time(since.as_millis() as i64)
}

impl Bench {
    pub fn new(fixture: Fixture, width: u16, height: u16) -> Self {
        let reader = fixture.engine.store().reader().unwrap();
        let mut app = App::new(fixture.engine.clone(), Keymap::default(), Theme::dark(), now);
        first_view(&mut app, &reader);
        let terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
        let mut bench = Self { app, fixture, reader, terminal, ended: false };
        bench.frame();
        bench
    }

    /// The studio on the small book.
    pub fn on_the_book(width: u16, height: u16) -> Self {
        Self::new(Fixture::book().0, width, height)
    }

    pub fn resize(&mut self, width: u16, height: u16) {
        self.terminal.backend_mut().resize(width, height);
        self.app.input(Input::Resize);
        self.frame();
    }

    /// Presses keys: words are keys by their names in a keymap, single letters themselves.
    pub fn press(&mut self, keys: &str) -> &mut Self {
        for name in keys.split_whitespace() {
            self.input(Input::Key(event(name)));
        }
        self
    }

    /// Types a text letter by letter.
    pub fn typed(&mut self, text: &str) -> &mut Self {
        for c in text.chars() {
            let code = if c == '\n' { KeyCode::Enter } else { KeyCode::Char(c) };
            self.app.input(Input::Key(KeyEvent::new(code, KeyModifiers::NONE)));
        }
        self.settle();
        self
    }

    /// Replaces the text of the input on top.
    pub fn replaced(&mut self, by: impl FnOnce(&str) -> String) -> &mut Self {
        self.app.replace_typed(by);
        self.settle();
        self
    }

    pub fn paste(&mut self, text: &str) -> &mut Self {
        self.input(Input::Paste(text.to_owned()));
        self
    }

    pub fn input(&mut self, input: Input) {
        self.app.input(input);
        self.settle();
    }

    /// Runs every errand and answers every ask, until nothing is left to do; the author stays with what is shown.
    pub fn settle(&mut self) {
        self.app.rest();
        for _ in 0..20 {
            let outs = self.app.take_outs();
            let quiet = outs.is_empty();
            for out in outs {
                match out {
                    Out::Order(order) => {
                        let returned = errand::run(&self.fixture.engine, None, *order);
                        self.app.changed();
                        self.app.returned(returned);
                    }
                    Out::End => self.ended = true,
                    Out::EditOutside(text) => self.app.edited(Ok(format!("{text} (from outside)"))),
                    Out::Suspend | Out::Reenter | Out::Repaint => {}
                }
            }
            load_now(&mut self.app, &self.reader);
            if quiet {
                break;
            }
        }
        self.frame();
    }

    /// Something changed without the app's doing.
    pub fn changed(&mut self) {
        self.app.changed();
        self.settle();
    }

    fn frame(&mut self) {
        // The first draw tells lists their height, and with it what they want.
        for _ in 0..2 {
            self.terminal.draw(|frame| self.app.draw(frame)).unwrap();
            load_now(&mut self.app, &self.reader);
        }
    }

    /// What the screen shows, with what differs from run to run masked.
    pub fn screen(&mut self) -> String {
        self.frame();
        let buffer = self.terminal.backend().buffer();
        let lines = (0..buffer.area.height).map(|y| {
            let mut line = String::new();
            let mut x = 0;
            while x < buffer.area.width {
                let symbol = buffer[(x, y)].symbol();
                line.push_str(symbol);
                x += (crate::tui::widgets::wrap::width_of(symbol) as u16).max(1);
            }
            line.trim_end().to_owned()
        });
        let home = self.fixture.folder.path().display().to_string();
        let text = lines.collect::<Vec<_>>().join("\n").replace(&home, &"~".repeat(home.chars().count()));
        masked(&text)
    }
}

/// Masks run ids, the clock of the log and dates.
fn masked(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("run_") {
        let end = at + 4 + rest[at + 4..].bytes().take(12).take_while(u8::is_ascii_hexdigit).count();
        out.push_str(&rest[..at + 4]);
        out.push_str(&"#".repeat(end - at - 4));
        rest = &rest[end..];
    }
    out.push_str(rest);
    let bytes: Vec<char> = out.chars().collect();
    let mut masked: Vec<char> = bytes.clone();
    let digit = |i: usize| bytes.get(i).is_some_and(char::is_ascii_digit);
    for i in 0..bytes.len() {
        let date =
            bytes.get(i + 4) == Some(&'-') && bytes.get(i + 7) == Some(&'-') && (0..4).all(|d| digit(i + d));
        let clock =
            bytes.get(i + 2) == Some(&':') && digit(i) && digit(i + 1) && digit(i + 3) && digit(i + 4);
        let length = if date {
            10
        } else if clock {
            5
        } else {
            0
        };
        for place in masked.iter_mut().skip(i).take(length).filter(|c| c.is_ascii_digit()) {
            *place = '#';
        }
    }
    masked.into_iter().collect()
}

fn event(name: &str) -> KeyEvent {
    let (modifiers, name) = match name.strip_prefix("ctrl-") {
        Some(rest) => (KeyModifiers::CONTROL, rest),
        None => (KeyModifiers::NONE, name),
    };
    let code = match name {
        "enter" => KeyCode::Enter,
        "esc" => KeyCode::Esc,
        "tab" => KeyCode::Tab,
        "shift-tab" => KeyCode::BackTab,
        "space" => KeyCode::Char(' '),
        "up" => KeyCode::Up,
        "down" => KeyCode::Down,
        "left" => KeyCode::Left,
        "right" => KeyCode::Right,
        "backspace" => KeyCode::Backspace,
        "f1" => KeyCode::F(1),
        letter => KeyCode::Char(letter.chars().next().unwrap()),
    };
    KeyEvent::new(code, modifiers)
}
