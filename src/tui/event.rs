//! The loop: keys before everything, one frame for all that changed, and nothing at all while nothing happens.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crossbeam_channel::{Receiver, Sender, never, select_biased, unbounded};

use super::app::{App, Out};
use super::errand::{Errands, Returned};
use super::error::TuiError;
use super::input::{Input, InputThread};
use super::keymap::Keymap;
use super::loader::{self, Loaded, Loader};
use super::notices::Tone;
use super::terminal::{Options, Terminal, edit_outside};
use super::theme::Theme;
use crate::domain::{PageId, RunId, Time};
use crate::engine::{Conducting, Conductor, Engine, Signal};

/// The least time between two frames that streams and answers cause; keys do not wait for it.
const FRAME: Duration = Duration::from_nanos(1_000_000_000 / 60);
/// News taken in before the keys are looked at again.
const BATCH: usize = 256;
/// How often the first frame's questions may lead to further ones.
const ROUNDS: usize = 4;

/// Something that happened inside.
enum News {
    Loaded(Loaded),
    Returned(Returned),
    Changed,
    Streamed,
    Conducting(Conducting),
    Said(String),
}

/// What has grown since the loop looked last.
#[derive(Default)]
struct Grown {
    pages: Vec<PageId>,
    runs: Vec<RunId>,
}

impl Grown {
    /// Notes a delta. True where the loop has not been woken for the ones before.
    fn note(&mut self, run: &RunId, page: Option<&PageId>) -> bool {
        let wakes = self.pages.is_empty() && self.runs.is_empty();
        match page {
            Some(page) if !self.pages.contains(page) => self.pages.push(page.clone()),
            None if !self.runs.contains(run) => self.runs.push(run.clone()),
            _ => return false,
        }
        wakes
    }
}

/// Runs the studio until its author leaves it.
pub fn run(engine: &Engine) -> Result<(), TuiError> {
    let config = engine.config();
    let home = engine.home();
    let keymap = Keymap::load(Some(&home.keymap_file()))?;
    let theme = Theme::choose(Some(&config.studio.theme), Some(&home.themes()), Theme::no_color())?;
    let theme = if config.studio.ascii { theme.with_ascii() } else { theme };
    let reader = engine.store().reader()?;
    let mut app = App::new(engine.clone(), keymap, theme, now);
    first_view(&mut app, &reader);

    let mut terminal = Terminal::enter(Options::default())?;
    terminal.draw(|frame| app.draw(frame))?;

    let inputs = InputThread::start(&terminal)?;
    let (sender, news) = unbounded();
    let streamed = listen(engine, &sender);
    let back = sender.clone();
    let loader =
        Loader::start(engine.clone(), reader, now, move |loaded| _ = back.send(News::Loaded(loaded)))?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let errands = Errands::start(engine.clone(), runtime.handle().clone(), move |returned| {
        _ = sender.send(News::Returned(returned));
    })?;
    let conductor = engine.start(runtime.handle());
    app.detect();

    let mut studio = Studio { app, terminal, inputs, news, streamed, loader, errands, drawn: Instant::now() };
    let result = studio.run(&conductor);
    let Studio { mut app, terminal, .. } = studio;
    drop(terminal);
    app.save_drafts();
    conductor.stop();
    runtime.shutdown_timeout(Duration::from_secs(1));
    result
}

/// Reads what the first frame shows, here and now: the first frame is whole.
pub(super) fn first_view(app: &mut App, reader: &crate::store::Reader) {
    load_now(app, reader);
    app.open_last_book();
    load_now(app, reader);
}

/// Answers everything that is asked for, and what these answers ask for in turn.
pub(super) fn load_now(app: &mut App, reader: &crate::store::Reader) {
    for _ in 0..ROUNDS {
        let asks = app.asks();
        if asks.is_empty() {
            return;
        }
        for (ask, epoch) in asks {
            let answer = loader::answer(&app.cx.engine, reader, &ask, now());
            app.take(Loaded { ask, epoch, answer });
        }
    }
}

/// Has the engine's signals sent on. Deltas only leave the name of their page or run, and wake the loop once.
fn listen(engine: &Engine, sender: &Sender<News>) -> Arc<Mutex<Grown>> {
    let streamed: Arc<Mutex<Grown>> = Arc::default();
    let (grown, sender) = (Arc::clone(&streamed), sender.clone());
    engine.subscribe(move |signal| {
        let news = match signal {
            Signal::Committed(_) | Signal::ChangedElsewhere => News::Changed,
            Signal::Conducting(conducting) => News::Conducting(conducting.clone()),
            Signal::Notice(words) => News::Said(words.clone()),
            Signal::Delta { run, page, .. } => {
                let mut grown = grown.lock().unwrap_or_else(PoisonError::into_inner);
                if !grown.note(run, page.as_ref()) {
                    return;
                }
                News::Streamed
            }
        };
        let _ = sender.send(news);
    });
    streamed
}

fn now() -> Time {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Time(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

struct Studio {
    app: App,
    terminal: Terminal,
    inputs: InputThread,
    news: Receiver<News>,
    streamed: Arc<Mutex<Grown>>,
    loader: Loader,
    errands: Errands,
    drawn: Instant,
}

impl Studio {
    fn run(&mut self, conductor: &Conductor) -> Result<(), TuiError> {
        loop {
            if !self.work(conductor)? {
                return Ok(());
            }
            // A key is drawn at once; what streams and answers cause waits for its frame.
            let wait = self.app.is_dirty().then(|| self.drawn + FRAME);
            let until = [wait, self.app.next_tick()].into_iter().flatten().min();
            let timer = until.map_or_else(never, crossbeam_channel::at);
            let mut keyed = false;
            select_biased! {
                recv(self.inputs.receiver()) -> input => {
                    self.app.input(input.unwrap_or_else(|_| Input::Closed("the input ended".into())));
                    keyed = true;
                }
                recv(self.news) -> news => {
                    if let Ok(news) = news {
                        self.take(news);
                    }
                }
                recv(timer) -> _ => self.app.tick(),
            }
            keyed |= self.drain_keys();
            for _ in 0..BATCH {
                let Ok(news) = self.news.try_recv() else { break };
                self.take(news);
                if !self.inputs.receiver().is_empty() {
                    break;
                }
            }
            keyed |= self.drain_keys();
            if self.app.is_dirty() && (keyed || self.drawn.elapsed() >= FRAME) {
                self.ask();
                self.draw()?;
            }
        }
    }

    fn drain_keys(&mut self) -> bool {
        let mut any = false;
        while let Ok(input) = self.inputs.receiver().try_recv() {
            self.app.input(input);
            any = true;
        }
        any
    }

    fn take(&mut self, news: News) {
        match news {
            News::Loaded(loaded) => self.app.take(loaded),
            News::Returned(returned) => self.app.returned(returned),
            News::Changed => self.app.changed(),
            News::Streamed => {
                let grown =
                    std::mem::take(&mut *self.streamed.lock().unwrap_or_else(PoisonError::into_inner));
                self.app.streamed(&grown.pages, &grown.runs);
            }
            News::Conducting(conducting) => self.app.conducting(conducting),
            News::Said(words) => self.app.say(Tone::News, words),
        }
    }

    /// Does what the app left to be done outside. False where it is the end.
    fn work(&mut self, conductor: &Conductor) -> Result<bool, TuiError> {
        for out in self.app.take_outs() {
            match out {
                Out::Order(order) => self.errands.send(*order),
                Out::Suspend => {
                    conductor.interrupt();
                    self.app.save_drafts();
                    if !self.terminal.suspend()? {
                        self.app.say(Tone::News, "there is no shell to suspend to");
                    }
                    conductor.resume();
                    self.draw()?;
                }
                Out::Reenter => {
                    self.terminal.reenter()?;
                    self.draw()?;
                }
                Out::Repaint => {
                    self.terminal.repaint()?;
                    self.draw()?;
                }
                Out::EditOutside(text) => self.edit_outside(&text)?,
                Out::End => return Ok(false),
            }
        }
        self.ask();
        Ok(true)
    }

    fn edit_outside(&mut self, text: &str) -> Result<(), TuiError> {
        let editor = std::env::var("VISUAL").or_else(|_| std::env::var("EDITOR")).ok();
        let folder = std::env::temp_dir();
        let paused = self.inputs.pause();
        let result = self.terminal.outside(|| edit_outside(text, &folder, editor.as_deref()))?;
        drop(paused);
        self.app.edited(result);
        self.draw()
    }

    fn ask(&mut self) {
        for (ask, epoch) in self.app.asks() {
            self.loader.ask(ask, epoch);
        }
    }

    fn draw(&mut self) -> Result<(), TuiError> {
        self.terminal.draw(|frame| self.app.draw(frame))?;
        self.drawn = Instant::now();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deltas_wake_the_loop_once_and_leave_each_name_once() {
        let mut grown = Grown::default();
        let (run, page) = (RunId::new("r"), PageId::new("p"));
        assert!(grown.note(&run, None), "the first one wakes the loop");
        assert!(!grown.note(&run, None));
        assert!(!grown.note(&run, Some(&page)), "it is awake already");
        assert!(!grown.note(&run, Some(&page)));
        assert_eq!((grown.runs, grown.pages), (vec![run], vec![page]));
    }
}
