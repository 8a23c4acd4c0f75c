//! What comes in from outside: a thread reads the terminal and hands on keys, pastes, sizes and signals.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, bounded, unbounded};
use crossterm::event::{self, Event, KeyEvent, KeyEventKind, MouseEvent};
use crossterm::terminal;
use signal_hook::consts::SIGWINCH;
use signal_hook::iterator::Handle;
use signal_hook::low_level::raise;

use super::error::TuiError;
use super::terminal::{Terminal, watch};

/// Something that came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// A key was pressed, or repeats.
    Key(KeyEvent),
    /// Text was pasted, as it came: it asks for nothing, whatever it says.
    Paste(String),
    /// The terminal has another size; many in a row come as one.
    Resize,
    /// The mouse did something (only where it was asked for).
    Mouse(MouseEvent),
    /// SIGTSTP: call [`Terminal::suspend`].
    Suspend,
    /// The program was stopped and goes on: call [`Terminal::reenter`].
    Resumed,
    /// This signal asks the program to end; the terminal is given back already.
    Terminate(i32),
    /// The terminal cannot be read any more: end.
    Closed(String),
}

/// The threads that read. They end with the program.
pub struct InputThread {
    inputs: Receiver<Input>,
    gate: Arc<Gate>,
    parked: Receiver<()>,
    resume: Sender<()>,
    signals: Handle,
}

/// Whether the terminal may be read.
#[derive(Default)]
struct Gate {
    closed: AtomicBool,
}

/// The terminal is not read while this lives.
pub struct Paused<'a> {
    thread: &'a InputThread,
}

impl InputThread {
    /// Begins to read what the terminal sends, and signals.
    pub fn start(terminal: &Terminal) -> Result<Self, TuiError> {
        let (sender, inputs) = unbounded();
        let signals = watch(terminal.modes(), sender.clone())?;
        // The first poll makes crossterm's reader, with its handler of SIGWINCH, which a pause relies on.
        event::poll(Duration::ZERO)?;
        let gate = Arc::new(Gate::default());
        let (parked_sender, parked) = bounded(1);
        let (resume, resumed) = bounded(1);
        // Taken here and not in the thread: a frame may be drawn, and the window change, before it runs.
        let size = terminal::size().unwrap_or_default();
        let reader = Reader { sender, gate: Arc::clone(&gate), parked: parked_sender, resumed, size };
        thread::Builder::new().name("input".into()).spawn(move || reader.run())?;
        Ok(Self { inputs, gate, parked, resume, signals })
    }

    /// What came in, for a `select!`.
    #[must_use]
    pub fn receiver(&self) -> &Receiver<Input> {
        &self.inputs
    }

    /// Stops reading, so that a child such as the author's editor has the keys for itself.
    #[must_use = "reading goes on when this is dropped"]
    pub fn pause(&self) -> Paused<'_> {
        self.gate.closed.store(true, Ordering::Release);
        // The reader blocks in `read`; a resize wakes it without a byte of input and without polling.
        if raise(SIGWINCH).is_ok() {
            let _ = self.parked.recv();
        }
        Paused { thread: self }
    }
}

impl Drop for InputThread {
    fn drop(&mut self) {
        self.signals.close();
    }
}

impl Drop for Paused<'_> {
    fn drop(&mut self) {
        self.thread.gate.closed.store(false, Ordering::Release);
        let _ = self.thread.resume.send(());
    }
}

struct Reader {
    sender: Sender<Input>,
    gate: Arc<Gate>,
    parked: Sender<()>,
    resumed: Receiver<()>,
    /// The last size that was handed on.
    size: (u16, u16),
}

impl Reader {
    fn run(mut self) {
        if let Err(error) = self.read_all() {
            let _ = self.sender.send(Input::Closed(error.to_string()));
        }
        // A pause must not wait for a thread that is gone: its end closes the channel that it waits on.
    }

    fn read_all(&mut self) -> io::Result<()> {
        loop {
            if self.gate.closed.load(Ordering::Acquire) {
                if self.parked.send(()).is_err() || self.resumed.recv().is_err() {
                    return Ok(());
                }
                continue;
            }
            let mut event = event::read()?;
            // A window that is dragged sends dozens of sizes; only the last is one.
            while matches!(event, Event::Resize(..)) && event::poll(Duration::ZERO)? {
                let next = event::read()?;
                if !matches!(next, Event::Resize(..)) && !self.hand_on(event) {
                    return Ok(());
                }
                event = next;
            }
            if !self.hand_on(event) {
                return Ok(());
            }
        }
    }

    /// False if nobody listens any more.
    fn hand_on(&mut self, event: Event) -> bool {
        // The signal that wakes this thread for a pause comes as a resize to the same size.
        if let Event::Resize(columns, rows) = event
            && std::mem::replace(&mut self.size, (columns, rows)) == (columns, rows)
        {
            return true;
        }
        input(event).is_none_or(|input| self.sender.send(input).is_ok())
    }
}

fn input(event: Event) -> Option<Input> {
    match event {
        Event::Key(key) if key.kind == KeyEventKind::Release => None,
        Event::Key(key) => Some(Input::Key(key)),
        Event::Paste(text) => Some(Input::Paste(text)),
        Event::Resize(..) => Some(Input::Resize),
        Event::Mouse(mouse) => Some(Input::Mouse(mouse)),
        Event::FocusGained | Event::FocusLost => None,
    }
}
