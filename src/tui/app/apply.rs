//! What actions and effects do to the app.

use std::time::Instant;

use super::{App, Out};
use crate::tui::action::{Action, Scope};
use crate::tui::effect::Effect;
use crate::tui::errand::{Errand, Order, Then};
use crate::tui::here::Here;
use crate::tui::notices::Tone;
use crate::tui::overlays::{self, ChooseWorkflow, Compose, EditPrompt, Help, Palette, Publish, Question};
use crate::tui::purpose::Purpose;
use crate::tui::screens::{self, Tab, pages};

/// Screens one can go back through.
const TRAIL: usize = 32;

impl App {
    /// Does what a key or the palette asks for.
    pub(super) fn act(&mut self, action: Action) {
        if action != Action::Quit {
            self.leaving = false;
        }
        if action != Action::Redraw {
            self.notices.hide();
        }
        if action == Action::Quit {
            return self.quit();
        }
        if let Some(overlay) = self.overlays.last_mut() {
            if action == Action::Help && !overlay.is_help() {
                let help = Help::new(&self.cx.keymap, overlay.scopes());
                self.overlays.push(Box::new(help));
                return;
            }
            let effects = overlay.act(action, &self.cx);
            self.apply(effects);
            self.keep_typed();
            return;
        }
        match action {
            Action::Help => {
                let help = Help::new(&self.cx.keymap, self.stack());
                self.overlays.push(Box::new(help));
            }
            Action::Palette => {
                let palette = Palette::new(&self.cx, self.stack());
                self.overlays.push(Box::new(palette));
            }
            Action::Log => {
                let lines: Vec<String> = self.notices.newest_first().map(overlays::log_line).collect();
                self.overlays.push(Box::new(overlays::Lines::new("Log", &lines)));
            }
            Action::Suspend => self.outs.push(Out::Suspend),
            Action::Redraw => self.outs.push(Out::Repaint),
            Action::NextWaiting => self.next_waiting(),
            Action::PauseAgents => {
                let paused = !self.cx.engine.is_paused();
                self.cx.engine.set_paused(paused);
                let words = if paused { "agents paused" } else { "agents resumed" };
                self.say(Tone::Done, words);
            }
            Action::Library => self.go(Tab::Library),
            Action::Board => self.go(Tab::Board),
            Action::Inbox => self.go(Tab::Inbox),
            Action::Desk => self.go(Tab::Desk),
            Action::History => self.go(Tab::History),
            Action::Runs => self.go(Tab::Runs),
            Action::Settings => self.go(Tab::Settings),
            Action::Canon => self.go(Tab::Canon),
            Action::Prompts => self.go(Tab::Prompts),
            Action::Back => self.go_back(),
            Action::StartWorkflow => {
                self.overlays.push(Box::new(ChooseWorkflow::new(self.tab == Tab::Desk)));
            }
            // On the list of books the chosen one is meant.
            Action::Publish if self.tab != Tab::Library => match self.cx.here.book.clone() {
                Some(book) => self.overlays.push(Box::new(Publish::new(book))),
                None => self.say(Tone::News, "open or make a book first"),
            },
            Action::Doctor => {
                self.outs.push(Out::Order(Box::new(Order {
                    errand: Errand::Doctor,
                    then: Then::Nothing,
                    draft: None,
                })));
            }
            // These lists hold no pages of the book in its order: the hits are gone through on the board.
            Action::SearchNext | Action::SearchPrevious
                if matches!(self.tab, Tab::Library | Tab::Inbox | Tab::Runs) =>
            {
                let mut effects = pages::next_hit(action == Action::SearchNext, &self.cx);
                if effects.iter().any(|e| matches!(e, Effect::Page(_))) {
                    effects.push(Effect::Go(Tab::Board));
                }
                self.apply(effects);
            }
            action => {
                let effects = self.screens.get_mut(self.tab).act(action, &self.cx);
                self.apply(effects);
            }
        }
    }

    fn quit(&mut self) {
        if self.leaving {
            self.save_drafts();
            self.outs.push(Out::End);
            return;
        }
        self.leaving = true;
        let key = self.cx.key(&[Scope::Global], Action::Quit);
        let generating = self.cx.views.totals().map_or(0, |t| t.generating);
        let words = match generating {
            0 => format!("{key} again leaves"),
            1 => format!("{key} again leaves; the page being written resumes next time"),
            n => format!("{key} again leaves; the {n} pages being written resume next time"),
        };
        self.say(Tone::News, words);
    }

    /// Goes to the next gate, or page in need, after the one that is worked on.
    fn next_waiting(&mut self) {
        let waiting = self.cx.views.waiting(1).unwrap_or_default();
        let at = match self.tab {
            Tab::Run | Tab::Coherence => waiting.iter().position(|w| w.is_of(None, self.cx.run.as_ref())),
            _ => waiting.iter().position(|w| w.is_of(self.cx.here.page.as_ref(), None)),
        };
        let next = match at {
            Some(at) => waiting.iter().cycle().skip(at + 1).take(waiting.len() - 1).next(),
            None => waiting.first(),
        };
        match next.map(Effect::to_waiting) {
            Some(effects) => self.apply(effects),
            None if at.is_some() => self.say(Tone::News, "nothing else waits for you"),
            None => self.say(Tone::News, "nothing waits for you"),
        }
    }

    fn go(&mut self, tab: Tab) {
        let needs_page = matches!(tab, Tab::Desk | Tab::History);
        if (needs_page || matches!(tab, Tab::Board | Tab::Canon)) && self.cx.here.book.is_none() {
            return self.say(Tone::News, "open or make a book first");
        }
        if matches!(tab, Tab::Run | Tab::Coherence) && self.cx.run.is_none() {
            return self.say(Tone::News, "open a run first, among the runs");
        }
        if tab != self.tab {
            self.back.push(self.tab);
            if self.back.len() > TRAIL {
                self.back.remove(0);
            }
            self.tab = tab;
        }
        self.pending.clear();
        self.screens.get_mut(tab).enter(&self.cx);
    }

    /// Goes on from a run to the screen that is made for what it made, as soon as the run is known.
    pub(super) fn land(&mut self) {
        let Some(run) = self.landing.clone() else { return };
        if self.tab != Tab::Run || self.cx.run.as_ref() != Some(&run) {
            self.landing = None;
            return;
        }
        let Some(view) = self.cx.views.run(&run) else { return };
        let lands = screens::coherence_of(&view.state).is_some();
        self.landing = None;
        if lands {
            self.tab = Tab::Coherence;
            self.screens.get_mut(Tab::Coherence).enter(&self.cx);
        }
    }

    fn go_back(&mut self) {
        if let Some(tab) = self.back.pop() {
            self.tab = tab;
            self.pending.clear();
        }
    }

    /// Does what a screen or an overlay asks for.
    pub(super) fn apply(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            self.apply_one(effect);
        }
        self.settle();
    }

    fn apply_one(&mut self, effect: Effect) {
        match effect {
            Effect::Go(tab) => self.go(tab),
            Effect::Back => self.go_back(),
            Effect::Book(book) => {
                if self.cx.here.book.as_ref() != Some(&book) {
                    self.cx.entry = None;
                    self.cx.here = Here::in_book(book);
                }
            }
            Effect::Page(page) => {
                if self.cx.here.page.as_ref() != Some(&page) {
                    self.cx.here.page = Some(page);
                }
            }
            Effect::Run(run) => self.cx.run = Some(run),
            Effect::GoToRun(run) => {
                self.cx.run = Some(run.clone());
                self.go(Tab::Run);
                self.landing = Some(run);
            }
            Effect::Entry(entry) => self.cx.entry = entry,
            Effect::Revision(revision) => {
                self.screens.get_mut(Tab::History).look_at(&revision);
                self.go(Tab::History);
            }
            Effect::Move(to) => self.cx.here.go(to, &self.cx.views),
            Effect::Open(overlay) => self.overlays.push(overlay),
            Effect::Write(purpose, text) => {
                let unsent = purpose.draft().and_then(|key| self.drafts.get(&key).map(str::to_owned));
                if let Purpose::Prompt { agent, page, .. } = &purpose {
                    let (agent, page) = (agent.clone(), page.clone());
                    let edit = EditPrompt::new(purpose, agent, page, &text, unsent.as_deref());
                    return self.overlays.push(Box::new(edit));
                }
                self.overlays.push(if purpose.is_long() {
                    Box::new(Compose::new(purpose, &text, unsent.as_deref()))
                } else {
                    Box::new(Question::new(purpose, unsent.as_deref().unwrap_or(&text)))
                });
            }
            Effect::Close => self.close(),
            Effect::Send(order) => {
                self.close();
                self.cx.deciding |= matches!(order.then, Then::Decided(_));
                self.outs.push(Out::Order(Box::new(order)));
            }
            Effect::Order(order) => {
                self.cx.deciding |= matches!(order.then, Then::Decided(_));
                self.outs.push(Out::Order(Box::new(order)));
            }
            Effect::Do(action) => {
                self.close();
                self.act(action);
            }
            Effect::Searched(words) => self.cx.searched = Some(words),
            Effect::Find(words) => {
                self.close();
                self.screens.get_mut(self.tab).find(&words);
            }
            Effect::Told(told) => {
                if let Some((key, _)) = self.overlays.pop().and_then(|o| o.unsent()) {
                    self.drafts.sent(&key);
                }
                self.pending.clear();
                let effects = self.screens.get_mut(self.tab).told(told, &self.cx);
                self.apply(effects);
            }
            Effect::Note(key, text) => self.drafts.put(&key, text, Instant::now()),
            Effect::EditOutside => {
                if let Some(text) = self.overlays.last().and_then(|o| o.text()) {
                    self.outs.push(Out::EditOutside(text));
                }
            }
            Effect::Say(tone, words) => self.say(tone, words),
        }
    }

    fn close(&mut self) {
        self.keep_typed();
        self.overlays.pop();
        self.pending.clear();
    }
}
