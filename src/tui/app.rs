//! The studio's state, and how keys, answers and signals change it. It does no IO: what must be done outside is
//! left in [`App::take_outs`], so that tests drive the very app that runs.

mod apply;
mod draw;

use std::time::{Duration, Instant};

use super::action::{Action, Scope};
use super::cx::Cx;
use super::drafts::Drafts;
use super::effect::Effect;
use super::errand::{Errand, Order, Outcome, Returned, Then};
use super::here::Here;
use super::input::Input;
use super::keymap::{Key, Keymap, Pending, Press};
use super::loader::Loaded;
use super::notices::{Notice, Notices, Tone};
use super::overlays::{self, Overlay};
use super::screens::{Screens, Tab};
use super::theme::Theme;
use super::views::{Ask, Views};
use crate::domain::{PageId, RunId, Time};
use crate::engine::{Conducting, Engine, Offer};
use crate::store::Answer;

/// How often a clock on the screen goes on.
const TICK: Duration = Duration::from_secs(1);

/// How long after the last key the author is taken to stay with what is shown.
const REST: Duration = Duration::from_millis(150);

/// Something for the loop to do.
#[derive(Debug)]
pub enum Out {
    /// Run an errand.
    Order(Box<Order>),
    /// Give the terminal to the shell.
    Suspend,
    /// Take the terminal back after something else had it.
    Reenter,
    /// Paint every cell again.
    Repaint,
    /// Open this text in the author's editor.
    EditOutside(String),
    /// End.
    End,
}

/// The studio.
pub struct App {
    pub(super) cx: Cx,
    screens: Screens,
    tab: Tab,
    back: Vec<Tab>,
    overlays: Vec<Box<dyn Overlay>>,
    drafts: Drafts,
    notices: Notices,
    pending: Pending,
    outs: Vec<Out>,
    dirty: bool,
    leaving: bool,
    /// The run that was gone to, while it is not known yet whether a screen is made for what it made.
    landing: Option<RunId>,
    touched: bool,
    /// When the last key came.
    keyed: Instant,
    clock: fn() -> Time,
}

impl App {
    /// A studio on an engine, on the screen that fits what is there.
    #[must_use]
    pub fn new(engine: Engine, keymap: Keymap, theme: Theme, clock: fn() -> Time) -> Self {
        let drafts = Drafts::at(engine.home().state().join("unsent"));
        let cx = Cx {
            views: Views::default(),
            here: Here::default(),
            live: std::collections::HashMap::new(),
            live_runs: std::collections::HashMap::new(),
            run: None,
            conducting: engine.conducting(),
            keymap,
            theme,
            now: clock(),
            body: ratatui::layout::Rect::ZERO,
            deciding: false,
            rested: false,
            entry: None,
            searched: None,
            offers: Vec::new(),
            engine,
        };
        Self {
            cx,
            screens: Screens::default(),
            tab: Tab::Library,
            back: Vec::new(),
            overlays: Vec::new(),
            drafts,
            notices: Notices::default(),
            pending: Pending::default(),
            outs: Vec::new(),
            dirty: true,
            leaving: false,
            landing: None,
            touched: false,
            keyed: Instant::now(),
            clock,
        }
    }

    /// Opens the book that was touched last, if there is one. Call it once the books are known.
    pub fn open_last_book(&mut self) {
        let books = self.cx.views.books().unwrap_or_default();
        let last = books.iter().filter(|b| !b.trashed).max_by_key(|b| b.updated_at);
        if let Some(book) = last.map(|b| b.id.clone()) {
            self.cx.here = Here::in_book(book);
            self.tab = Tab::Board;
        }
    }

    /// What must be read for what is on the screen, with the change it is read after.
    pub fn asks(&mut self) -> Vec<(Ask, u64)> {
        let mut wanted = vec![Ask::Totals, Ask::Books, Ask::Waiting(1)];
        if let Some(book) = &self.cx.here.book {
            wanted.push(Ask::Chapters(book.clone()));
        }
        wanted.extend(self.screens.get(self.tab).wants(&self.cx));
        for overlay in &self.overlays {
            wanted.extend(overlay.wants(&self.cx));
        }
        self.cx.views.want(wanted)
    }

    /// Takes what was read.
    pub fn take(&mut self, loaded: Loaded) {
        match loaded.answer {
            Ok(answer) => self.cx.views.take(loaded.ask, loaded.epoch, answer),
            Err(error) => {
                self.cx.views.fail(&loaded.ask, loaded.epoch);
                let hint = error.hint();
                self.notice(Tone::Failed, error.to_string(), hint);
            }
        }
        self.settle();
        self.dirty = true;
    }

    fn settle(&mut self) {
        self.land();
        self.cx.here.settle(&self.cx.views);
        let screen = self.screens.get_mut(self.tab);
        screen.settle(&self.cx);
        if let Some(key) = screen.recalls() {
            screen.recall(self.drafts.get(&key), &self.cx);
        }
    }

    /// Something was committed, here or elsewhere.
    pub fn changed(&mut self) {
        self.cx.views.outdate();
        let engine = &self.cx.engine;
        self.cx.live.retain(|page, _| !engine.live_of(page).is_empty());
        self.cx.live_runs.retain(|run, _| !engine.live_of_run(run).is_empty());
        self.dirty = true;
    }

    /// More text has come on these pages, and in these runs about other texts.
    pub fn streamed(&mut self, pages: &[PageId], runs: &[RunId]) {
        let engine = &self.cx.engine;
        for page in pages {
            let texts: Vec<_> =
                engine.live_of(page).iter().filter_map(|(_, attempt)| engine.live(attempt)).collect();
            if !texts.is_empty() {
                self.cx.live.insert(page.clone(), texts);
            }
        }
        for run in runs {
            let texts: Vec<_> =
                engine.live_of_run(run).iter().filter_map(|(_, attempt)| engine.live(attempt)).collect();
            if !texts.is_empty() {
                self.cx.live_runs.insert(run.clone(), texts);
            }
        }
        let screen = self.screens.get(self.tab);
        if screen.shows_live(pages, &self.cx) || screen.shows_live_run(runs, &self.cx) {
            self.cx.now = (self.clock)();
            self.settle();
            self.dirty = true;
        }
    }

    /// Someone else conducts now, or agents were paused.
    pub fn conducting(&mut self, conducting: Conducting) {
        match &conducting {
            Conducting::Blocked(error) => self.notice(Tone::Failed, error.to_string(), error.hint()),
            Conducting::Elsewhere(holder) if holder.stopped => {
                self.notice(Tone::Failed, format!("{holder} conducts"), holder.remedy());
            }
            Conducting::Elsewhere(_) | Conducting::Here | Conducting::Nobody => {}
        }
        self.cx.conducting = conducting;
        self.dirty = true;
    }

    /// Says something that happened elsewhere.
    pub fn say(&mut self, tone: Tone, text: impl Into<String>) {
        self.notice(tone, text.into(), None);
    }

    /// Takes what came of an errand.
    pub fn returned(&mut self, returned: Returned) {
        self.dirty = true;
        let Returned { then, draft, result } = returned;
        if matches!(then, Then::Decided(_)) {
            self.cx.deciding = false;
        }
        match result {
            Ok(outcome) => {
                if let Some(draft) = draft {
                    self.drafts.sent(&draft);
                }
                self.cx.views.outdate();
                self.after(then, outcome);
            }
            Err(trouble) => {
                let tone = if trouble.refused { Tone::Refused } else { Tone::Failed };
                let mut hint = trouble.hint;
                if draft.is_some() {
                    hint = Some(match hint {
                        Some(hint) => format!("what you wrote is kept; {hint}"),
                        None => "what you wrote is kept".into(),
                    });
                }
                self.notice(tone, trouble.message, hint);
                // What was refused may have been decided on something old.
                self.cx.views.outdate();
            }
        }
    }

    fn after(&mut self, then: Then, outcome: Outcome) {
        if self.overlays.last().is_some_and(|overlay| overlay.ends_with(&then)) {
            self.overlays.pop();
        }
        match outcome {
            Outcome::Done(answer) => match then {
                Then::Say(words) => self.say(Tone::Done, words),
                Then::Decided(words) => self.say_with_next(words, &answer),
                Then::GoToRun => {
                    if let Some(run) = answer.run {
                        self.apply(vec![Effect::GoToRun(run)]);
                    }
                }
                Then::GoToPage => {
                    if let Some(page) = answer.page {
                        self.apply(vec![Effect::Page(page), Effect::Go(Tab::Desk)]);
                    }
                }
                Then::GoToBook => {
                    if let Some(book) = answer.book {
                        self.apply(vec![Effect::Book(book), Effect::Go(Tab::Board)]);
                    }
                }
                Then::GoToChapter => {
                    self.cx.here.go_to_chapter(answer.chapter);
                    self.say(Tone::Done, "chapter made");
                }
                Then::GoToEntry(words) => {
                    self.apply(vec![Effect::Entry(answer.entry), Effect::Go(Tab::Canon)]);
                    self.say(Tone::Done, words);
                }
                Then::FollowChapter => self.cx.here.go_to_chapter(answer.chapter),
                Then::Nothing => {}
            },
            Outcome::Configured => {
                self.reload();
                if let Then::Say(words) = then {
                    self.say(Tone::Done, words);
                }
            }
            Outcome::Written(path) => self.say(Tone::Done, format!("written to {}", path.display())),
            Outcome::ImportPlan(book, path, plan) if plan.unclear().next().is_some() => {
                self.overlays.push(Box::new(overlays::Kinds::new(book, path, plan)));
            }
            Outcome::ImportPlan(book, path, plan) => {
                self.overlays.push(Box::new(overlays::Import::new(book, path, plan)));
            }
            Outcome::Report(lines) => self.overlays.push(Box::new(overlays::Lines::new("Doctor", &lines))),
            Outcome::Offers(offers, first) => self.offered(offers, first),
        }
    }

    /// A found key or server is offered at the first start, unless the author is busy already.
    fn offered(&mut self, offers: Vec<Offer>, first: bool) {
        self.cx.offers = offers;
        if !first {
            return;
        }
        if self.touched || !self.overlays.is_empty() {
            let found: Vec<&str> = self.cx.offers.iter().map(|o| o.found.as_str()).collect();
            self.notice(
                Tone::News,
                format!("found {}", found.join(", ")),
                Some("the settings offer it".into()),
            );
        } else {
            self.overlays.push(Box::new(overlays::Choose::offers(&self.cx)));
        }
    }

    /// Says what was decided, and offers what waits next.
    fn say_with_next(&mut self, words: String, decided: &Answer) {
        let waiting = self.cx.views.waiting(1).unwrap_or_default();
        let next = waiting
            .iter()
            .find(|w| !w.is_of(decided.page.as_ref(), decided.run.as_ref()) && !w.is_set_aside());
        let hint = next.map(|next| {
            let key = self.cx.key(&[Scope::Global], Action::NextWaiting);
            format!("next: {}; press {key}", overlays::name_of_waiting(next))
        });
        self.notice(Tone::Done, words, hint);
    }

    /// Reads theme and keymap again.
    fn reload(&mut self) {
        let config = self.cx.engine.config();
        let folder = self.cx.engine.home().themes();
        match Theme::choose(Some(&config.studio.theme), Some(&folder), Theme::no_color()) {
            Ok(theme) => self.cx.theme = if config.studio.ascii { theme.with_ascii() } else { theme },
            Err(error) => self.notice(Tone::Failed, error.to_string(), Some(error.hint().to_owned())),
        }
        self.outs.push(Out::Repaint);
    }

    fn notice(&mut self, tone: Tone, text: String, hint: Option<String>) {
        self.notices.say(Notice { at: (self.clock)(), tone, text, hint });
        self.dirty = true;
    }

    /// Takes what came in from the terminal.
    pub fn input(&mut self, input: Input) {
        self.cx.now = (self.clock)();
        self.dirty = true;
        match input {
            Input::Key(event) => {
                self.touched = true;
                (self.keyed, self.cx.rested) = (Instant::now(), false);
                self.key(Key::from(event), event);
            }
            Input::Paste(text) => {
                self.touched = true;
                self.pending.clear();
                let effects = match self.overlays.last_mut() {
                    Some(overlay) => overlay.paste(&text, &self.cx),
                    // Pasted text decides nothing, and without an input it has nowhere to go.
                    None => vec![Effect::Say(Tone::News, "nothing was pasted: open an input first".into())],
                };
                self.apply(effects);
                self.keep_typed();
            }
            Input::Resize | Input::Mouse(_) => {}
            Input::Suspend => self.outs.push(Out::Suspend),
            Input::Resumed => self.outs.push(Out::Reenter),
            Input::Terminate(_) | Input::Closed(_) => self.outs.push(Out::End),
        }
    }

    fn key(&mut self, key: Key, event: crossterm::event::KeyEvent) {
        let stack = self.stack();
        match self.pending.press(&self.cx.keymap, stack, key) {
            Press::Action(action) => self.act(action),
            Press::Waiting => {}
            Press::Unbound => {
                self.leaving = false;
                if let Some(overlay) = self.overlays.last_mut() {
                    let effects = overlay.key(event, &self.cx);
                    self.apply(effects);
                    self.keep_typed();
                } else {
                    let effects = self.screens.get_mut(self.tab).key(event, &self.cx);
                    self.apply(effects);
                }
            }
        }
    }

    fn stack(&self) -> &'static [Scope] {
        match self.overlays.last() {
            Some(overlay) => overlay.scopes(),
            None => self.screens.get(self.tab).scopes(&self.cx),
        }
    }

    fn keep_typed(&mut self) {
        if let Some((key, text)) = self.overlays.last().and_then(|o| o.unsent()) {
            self.drafts.put(&key, text, Instant::now());
        }
    }

    /// When something must be drawn or saved though nothing happens.
    #[must_use]
    pub fn next_tick(&self) -> Option<Instant> {
        let clock = self.screens.get(self.tab).has_clock(&self.cx).then(|| Instant::now() + TICK);
        [clock, self.drafts.due(), self.rest_due()].into_iter().flatten().min()
    }

    /// When the author will have stayed with a page on the desk; nothing else is put off until then.
    fn rest_due(&self) -> Option<Instant> {
        let put_off = self.tab == Tab::Desk && !self.cx.rested && self.cx.here.page.is_some();
        put_off.then(|| self.keyed + REST)
    }

    /// The author stays with what is shown: what only one who stays looks at is asked for now.
    pub(super) fn rest(&mut self) {
        self.cx.rested = true;
    }

    /// A tick came.
    pub fn tick(&mut self) {
        self.cx.now = (self.clock)();
        if self.drafts.due().is_some_and(|due| due <= Instant::now()) {
            self.save_drafts();
        }
        if self.rest_due().is_some_and(|due| due <= Instant::now()) {
            self.rest();
        }
        self.dirty |= self.screens.get(self.tab).has_clock(&self.cx);
    }

    /// Saves what was typed and not sent.
    pub fn save_drafts(&mut self) {
        if let Err(error) = self.drafts.save() {
            let hint = Some("it is kept in memory; check the folder of galley's state".into());
            self.notice(Tone::Failed, format!("what you type cannot be saved: {error}"), hint);
        }
    }

    /// What came of the author's editor.
    pub fn edited(&mut self, result: Result<String, super::terminal::EditError>) {
        self.dirty = true;
        match result {
            Ok(text) => {
                if let Some(overlay) = self.overlays.last_mut() {
                    overlay.replace(&text);
                }
                self.keep_typed();
            }
            Err(error) => self.notice(Tone::Failed, error.to_string(), None),
        }
    }

    /// Which screen is shown.
    #[cfg(test)]
    pub(super) fn tab(&self) -> Tab {
        self.tab
    }

    /// Types another text into the input on top.
    #[cfg(test)]
    pub(super) fn replace_typed(&mut self, by: impl FnOnce(&str) -> String) {
        let text = self.overlays.last().and_then(|o| o.text()).expect("an input is open");
        self.edited(Ok(by(&text)));
    }

    /// What the loop has to do, in order.
    pub fn take_outs(&mut self) -> Vec<Out> {
        std::mem::take(&mut self.outs)
    }

    /// Whether something changed since the last frame.
    #[must_use]
    pub fn is_dirty(&self) -> bool {
        self.dirty
    }

    /// Looks for models at hand, to offer them.
    pub fn detect(&mut self) {
        self.outs.push(Out::Order(Box::new(Order {
            errand: Errand::Detect,
            then: Then::Nothing,
            draft: None,
        })));
    }
}
