//! The author's long day: lives of the child one after the other, each ended in its own way.

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use fastrand::Rng;
use galley::config::Home;
use galley::domain::run::{Run, Standing};
use galley::domain::{BookId, ChapterId, PageId};
use galley::engine::failpoints;
use galley::store::{Reader, failpoint};
use serde_json::json;
use tempfile::TempDir;

use crate::inspect::inspect;
use crate::ledger::Ledger;
use crate::life::{DEADLINE, Heard, Life};
use crate::moves;
use crate::neighbour::Neighbours;
use crate::record::Record;
use crate::tally::Tally;
use crate::tellers::Tellers;
use crate::wire::{Kind, Order, Said, Sent};

/// The provider that the child's agents call.
pub const PROVIDER: &str = "crash";
const BOOK: &str = "Nine Lives";
const MOST_PAGES: usize = 36;
const MOST_RUNS: usize = 60;

/// How a life ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Death {
    /// At a named place.
    FailPoint(&'static str),
    /// Right after commands were given, before they are answered.
    InCommit,
    /// While a model is being called.
    InCall,
    /// While it starts and recovers.
    AtStart,
    /// At some moment of its work.
    Whenever,
}

/// Fail points at which a commit that someone waits for is under way.
const IN_COMMIT: [&str; 6] = [
    failpoint::BEFORE_BEGIN,
    failpoint::AFTER_BEGIN,
    failpoint::BETWEEN_COMMANDS,
    failpoint::BEFORE_COMMIT,
    failpoint::AFTER_COMMIT,
    failpoint::BEFORE_REPLY,
];
/// Fail points at which a model is being called.
const IN_CALL: [&str; 2] = [failpoints::FIRST_DELTA, failpoint::BEFORE_DRAFTS];

pub struct Session {
    rng: Rng,
    home: TempDir,
    tellers: Tellers,
    neighbours: Neighbours,
    record: Record,
    ledger: Ledger,
    reader: Option<Reader>,
    lives: u32,
    pub tally: Tally,
}

impl Session {
    pub fn begin(seed: u64) -> Self {
        let home = tempfile::tempdir().expect("a folder");
        let mut session = Self {
            rng: Rng::with_seed(seed),
            neighbours: Neighbours::new(home.path(), book()),
            home,
            tellers: Tellers::start(seed),
            record: Record::of(book()),
            ledger: Ledger::default(),
            reader: None,
            lives: 0,
            tally: Tally::default(),
        };
        let mut life = session.birth(None);
        assert!(session.greet(&mut life).is_continue(), "the first child does not start");
        session.say(&mut life, vec![Order::Book { title: BOOK.into() }]);
        session.say(&mut life, vec![Order::Chapter { book: book(), title: "One".into() }]);
        for n in 0..6 {
            session.say(&mut life, vec![new_page(n)]);
        }
        assert!(session.hear_all(&life).is_continue(), "the first child died");
        session.look();
        life.end();
        session.drain(&life);
        session
    }

    /// Lets a child live, work and die.
    pub fn live(&mut self, death: Death) {
        if death == Death::FailPoint(failpoint::AFTER_MARK) {
            self.end_in_order();
        }
        let fail_point = match death {
            Death::FailPoint(name @ (failpoint::AFTER_MARK | failpoint::BEFORE_CHECKPOINT)) => {
                Some(format!("{name}:1"))
            }
            // Drafts are saved once a second, commits are made all the time.
            Death::FailPoint(name @ failpoint::BEFORE_DRAFTS) => Some(format!("{name}:1")),
            Death::FailPoint(name) => Some(format!("{name}:{}", self.rng.u8(1..10))),
            _ => None,
        };
        self.tellers.stall(death == Death::FailPoint(failpoint::BEFORE_DRAFTS));
        let mut life = self.birth(fail_point.as_deref());
        let died = match death {
            Death::AtStart => {
                std::thread::sleep(Duration::from_micros(self.rng.u64(0..80_000)));
                ControlFlow::Continue(())
            }
            _ => self.greet(&mut life),
        };
        // At a fail point the child itself must pass, and no other for it.
        let is_free = !matches!(death, Death::FailPoint(_) | Death::InCall);
        let neighbour = (is_free && self.rng.bool()).then(|| self.neighbours.send(&mut self.rng));
        let died = if died.is_continue() { self.work_until(&mut life, death) } else { died };
        if self.rng.u8(0..4) > 0 {
            // With the last reader gone too, the next child finds the files as a crash leaves them.
            self.reader = None;
        }
        let (mut in_commit, mut in_call) = (false, false);
        if let Death::FailPoint(name) = death {
            assert!(died.is_break(), "{name} was never passed");
            life.died_at_fail_point();
            in_commit = IN_COMMIT.contains(&name);
            in_call = IN_CALL.contains(&name);
        } else {
            assert!(died.is_continue(), "the child ended by itself; {}", self.log());
            let calls = self.tellers.open();
            life.kill();
            in_call |= self.tellers.was_cut_off(&calls);
        }
        self.drain(&life);
        if let Some(neighbour) = neighbour {
            self.neighbours.end(neighbour);
        }
        // The last commands may have been answered just before the end.
        in_commit |= self.ledger.is_in_commit();
        self.tally.died(death, in_commit, in_call);
    }

    /// Holds everything that is on disk against what is known, on a copy, so that the next child starts from a crash.
    pub fn inspect(&mut self) {
        // Reading the file besides would drop the locks that this process's connections hold on it.
        self.reader = None;
        self.tellers.look();
        self.record = inspect(&self.database(), &self.record, &self.ledger);
        self.tellers.check(&self.record);
        self.tally.inspections += 1;
    }

    /// Lets a last child finish what is left, and end in good order.
    pub fn rest(&mut self) {
        self.tellers.be_kind();
        self.tellers.stall(false);
        let mut life = self.birth(None);
        assert!(self.greet(&mut life).is_continue(), "the last child died");
        let began = Instant::now();
        loop {
            assert!(self.hear_all(&life).is_continue(), "the last child died");
            self.look();
            let pages: Vec<PageId> = self.record.pages.keys().cloned().collect();
            let mut orders = Vec::new();
            // A book that changed while it was published waits for its author for good; so may any run.
            assert!(began.elapsed() < DEADLINE, "something hangs: {}", self.standings());
            for page in pages {
                let run = self.record.run_of(&page);
                if self.record.trashed.contains(&page) {
                    orders.push(Order::BringBack { book: book(), page });
                } else if let Standing::Waiting { .. } = run.standing() {
                    orders.push(Order::Page { what: moves::go_on(run, self.ledger.serial()), page });
                }
            }
            if orders.is_empty() && !self.record.is_busy() {
                break;
            }
            if orders.is_empty() {
                std::thread::sleep(Duration::from_millis(5));
            } else {
                self.say(&mut life, orders);
            }
        }
        self.reader = None;
        life.end();
        self.drain(&life);
        assert!(!self.ledger.is_open(), "something was never answered");
        self.inspect();
        for page in self.record.pages.keys() {
            let state = self.record.run_of(page).public_state();
            assert!(!state.starts_with("generating_"), "{page} hangs in {state}");
        }
        let others = self.record.others.iter().map(|run| &self.record.runs[run]);
        for run in others.clone() {
            assert!(!matches!(run.standing(), Standing::Working { .. }), "{} hangs", run.id);
        }
        self.tally.runs = others.clone().count();
        self.tally.runs_done = others.clone().filter(|run| run.standing() == Standing::Done).count();
        // A neighbour's goes elsewhere.
        let out = json!(self.books());
        let is_published =
            |run: &&Run| run.parameters.get("out") == Some(&out) && run.standing() == Standing::Done;
        if others.clone().any(|run| is_published(&run)) {
            let size = |name: &str| std::fs::metadata(self.books().join(name)).map_or(0, |file| file.len());
            assert!(["nine-lives.txt", "nine-lives.md", "nine-lives.epub"].into_iter().all(|n| size(n) > 0));
        }
        self.tally.neighbours = (self.neighbours.killed, self.neighbours.ended, self.neighbours.kinds());
        self.tally.answered = self.ledger.answered();
        self.tally.refused = self.ledger.refused();
        self.tally.found = (self.ledger.found_in, self.ledger.found_out);
        self.tally.decided_again = self.record.decided_again;
        self.tally.attempts = self.record.attempts.len();
        self.tally.cut_off = self.record.attempts.values().filter(|a| a.cut_off).count();
        self.tally.calls = self.tellers.count();
        self.tally.events = self.record.lines.len();
    }

    /// Returns the end of what the children wrote to stderr.
    pub fn log(&self) -> String {
        let log = std::fs::read_to_string(self.home.path().join("child.err")).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(40)..].join("\n")
    }

    fn birth(&mut self, fail_point: Option<&str>) -> Life {
        self.lives += 1;
        self.ledger.forget_taken();
        let home = Home::at(self.home.path());
        let model = format!("{PROVIDER}/life-{}", self.lives);
        let config = format!(
            "author = \"parent\"\n\
             [agents]\nnarrator.model = \"{model}\"\ndialogue.model = \"{model}\"\nreviewer.model = \"{model}\"\n\
             summarist.model = \"{model}\"\nscribe.model = \"{model}\"\n\
             story_reviewer.model = \"offline/rehearsal\"\npolisher.model = \"offline/rehearsal\"\n\
             [offline]\nwords_per_second = 4000\n\
             [providers.{PROVIDER}]\nbase_url = \"{}\"\nfree = true\n\
             [limits]\nrequests_per_minute = 10000\ncalls_at_once = 6\nbackoff_ms = 4\n",
            self.tellers.url()
        );
        let file = home.config_file();
        std::fs::create_dir_all(file.parent().expect("a file in a folder")).expect("a folder");
        std::fs::write(file, config).expect("a file");
        Life::begin(self.home.path(), fail_point)
    }

    /// Waits until the child works, checks what it found, and asks again what the last one did not answer.
    fn greet(&mut self, life: &mut Life) -> ControlFlow<()> {
        match life.hear(DEADLINE) {
            Heard::Said(Said::Ready) => {}
            Heard::Said(other) => self.ledger.hear(other),
            Heard::Silence => panic!("the child does not start; {}", self.log()),
            Heard::End => return ControlFlow::Break(()),
        }
        self.tellers.look();
        self.look();
        self.ledger.check(&self.record);
        self.tellers.check(&self.record);
        self.check_revisions();
        let again = self.ledger.ask_again(&self.record);
        if !again.is_empty() {
            self.tally.asked_again += again.len();
            life.send(&again);
        }
        self.hear_all(life)
    }

    /// Lets a child live and end in good order, so that its database is whole without a log.
    fn end_in_order(&mut self) {
        let mut life = self.birth(None);
        assert!(self.greet(&mut life).is_continue(), "the child ended by itself; {}", self.log());
        // A reader of this process would keep the log beside the database.
        self.reader = None;
        life.end();
        self.drain(&life);
    }

    /// Gives the child work until its time has come.
    fn work_until(&mut self, life: &mut Life, death: Death) -> ControlFlow<()> {
        let began = Instant::now();
        match death {
            Death::AtStart => {}
            Death::FailPoint(failpoint::BEFORE_CHECKPOINT) => {
                self.round(life, false)?;
                self.reader = None;
                life.ask_to_end();
                while began.elapsed() < DEADLINE {
                    self.hear(life)?;
                }
            }
            Death::FailPoint(_) => {
                while began.elapsed() < DEADLINE {
                    self.round(life, true)?;
                    self.pause(3000, life)?;
                }
            }
            Death::InCommit => {
                for _ in 0..self.rng.u8(0..2) {
                    self.round(life, false)?;
                }
                self.burst(life, false);
                while !self.ledger.is_in_commit() && self.ledger.is_open() {
                    self.hear(life)?;
                }
                self.wait([1, 1000, 5000]);
            }
            Death::InCall => {
                while self.tellers.open().is_empty() {
                    assert!(began.elapsed() < DEADLINE, "no model is called: {}", self.standings());
                    self.round(life, true)?;
                }
                self.wait([1, 1000, 10_000]);
            }
            Death::Whenever => {
                let until = Duration::from_micros(self.rng.u64(0..200_000));
                while began.elapsed() < until {
                    self.round(life, false)?;
                    self.pause(4000, life)?;
                }
            }
        }
        ControlFlow::Continue(())
    }

    /// Some moves, and their answers.
    fn round(&mut self, life: &mut Life, busy: bool) -> ControlFlow<()> {
        self.look();
        self.burst(life, busy);
        self.hear_all(life)
    }

    /// Gives some commands for different pages, several of them on one line.
    fn burst(&mut self, life: &mut Life, busy: bool) {
        let mut orders = Vec::new();
        let mut pages: Vec<PageId> = self.record.pages.keys().cloned().collect();
        self.rng.shuffle(&mut pages);
        let most = self.rng.usize(1..7);
        for page in pages {
            if orders.len() >= most {
                break;
            }
            let run = self.record.run_of(&page);
            let order = if self.record.trashed.contains(&page) {
                Some(Order::BringBack { book: book(), page })
            } else if self.rng.u8(0..60) == 0 {
                Some(Order::Trash { book: book(), page })
            } else {
                let serial = self.ledger.serial();
                let busy = if busy && self.rng.bool() { moves::keep_busy(run, serial) } else { None };
                let what = busy.or_else(|| moves::choose(&mut self.rng, run, serial));
                what.map(|what| Order::Page { page, what })
            };
            orders.extend(order);
        }
        if self.rng.u8(0..3) == 0 {
            orders.extend(self.run_order());
        }
        if orders.is_empty() || (self.record.pages.len() < MOST_PAGES && self.rng.u8(0..10) == 0) {
            orders.push(new_page(self.ledger.serial()));
        }
        while !orders.is_empty() {
            let together = self.rng.usize(1..=orders.len().min(4));
            let some = orders.split_off(orders.len() - together);
            self.say(life, some);
        }
    }

    /// A move for a run beside the pages, or a new one.
    fn run_order(&mut self) -> Option<Order> {
        let others: Vec<_> = self.record.others.iter().cloned().collect();
        if others.len() < MOST_RUNS && (others.is_empty() || self.rng.u8(0..4) == 0) {
            return Some(self.new_run());
        }
        let run = others[self.rng.usize(..others.len())].clone();
        let what = moves::choose_for_run(&mut self.rng, &self.record.runs[&run], self.ledger.serial())?;
        Some(Order::Run { run, what })
    }

    fn new_run(&mut self) -> Order {
        let serial = self.ledger.serial();
        let text =
            format!("The {serial} lamps was out . She had a apple, and a apple.\n\nHe went teh way home.");
        let parameters =
            |given: serde_json::Value| given.as_object().cloned().unwrap_or_default().into_iter().collect();
        match self.rng.u8(0..10) {
            0..5 => {
                let (sit, closing) = (self.rng.bool(), self.rng.bool());
                let given = json!({"sit": sit, "closing": closing, "iterations": self.rng.u8(1..5)});
                Order::Start {
                    workflow: Kind::Story,
                    book: None,
                    text: Some(text),
                    parameters: parameters(given),
                }
            }
            5..7 => Order::Start {
                workflow: Kind::Own,
                book: None,
                text: Some(text),
                parameters: parameters(json!({"enough": self.rng.u8(0..200)})),
            },
            _ => {
                let given = json!({"out": self.books(), "formats": "txt,md,epub", "unapproved": true, "force": true,
                                   "pass_score": 0, "borderline_score": 0});
                Order::Start {
                    workflow: Kind::Publish,
                    book: Some(book()),
                    text: None,
                    parameters: parameters(given),
                }
            }
        }
    }

    /// Where books are published to.
    fn books(&self) -> PathBuf {
        self.home.path().join("books")
    }

    fn say(&mut self, life: &mut Life, orders: Vec<Order>) {
        let batch: Vec<Sent> = orders.into_iter().map(|order| self.ledger.ask(order)).collect();
        life.send(&batch);
    }

    /// Waits until everything is answered.
    fn hear_all(&mut self, life: &Life) -> ControlFlow<()> {
        while self.ledger.is_open() {
            self.hear(life)?;
        }
        ControlFlow::Continue(())
    }

    fn hear(&mut self, life: &Life) -> ControlFlow<()> {
        match life.hear(DEADLINE) {
            Heard::Said(said) => self.ledger.hear(said),
            Heard::Silence => panic!("{} commands get no answer; {}", self.ledger.open(), self.log()),
            Heard::End => return ControlFlow::Break(()),
        }
        ControlFlow::Continue(())
    }

    /// Listens for up to so many microseconds.
    fn pause(&mut self, most: u64, life: &Life) -> ControlFlow<()> {
        match life.hear(Duration::from_micros(self.rng.u64(0..most))) {
            Heard::Said(said) => self.ledger.hear(said),
            Heard::Silence => {}
            Heard::End => return ControlFlow::Break(()),
        }
        ControlFlow::Continue(())
    }

    /// Lets up to so many microseconds pass, by one of these measures.
    fn wait(&mut self, most: [u64; 3]) {
        let most = most[self.rng.usize(..3)];
        std::thread::sleep(Duration::from_micros(self.rng.u64(0..most)));
    }

    /// Hears the last words of a child that is gone.
    fn drain(&mut self, life: &Life) {
        loop {
            match life.hear(DEADLINE) {
                Heard::Said(said) => self.ledger.hear(said),
                Heard::Silence => panic!("the pipe of a dead child stays open"),
                Heard::End => break,
            }
        }
    }

    /// Reads what is new in the journal.
    fn look(&mut self) {
        let database = self.database();
        let reader = self.reader.get_or_insert_with(|| Reader::open(&database).expect("the database opens"));
        self.record.catch_up(reader, &self.ledger.sent);
    }

    /// Every revision that was ever seen is there, with its text's hash.
    fn check_revisions(&self) {
        let reader = self.reader.as_ref().expect("looked just now");
        for page in self.record.pages.keys() {
            let rows = reader.revisions(page).expect("revisions read");
            let rows: HashMap<_, _> = rows.iter().map(|r| (&r.id, &r.hash)).collect();
            let revisions = self.record.run_of(page).steps.iter().flat_map(|s| &s.revisions);
            for revision in revisions {
                let kept = rows.get(&revision.id) == Some(&&revision.text.hash);
                assert!(kept, "revision {} is missing", revision.id);
            }
        }
    }

    fn standings(&self) -> String {
        let states =
            self.record.pages.keys().map(|p| format!("{p}: {}", self.record.run_of(p).public_state()));
        states.collect::<Vec<_>>().join("\n")
    }

    fn database(&self) -> PathBuf {
        Home::at(self.home.path()).database()
    }
}

fn book() -> BookId {
    BookId::from_title(BOOK, |_| false)
}

fn new_page(serial: u32) -> Order {
    // Some pages get their beat later.
    let beat =
        (!serial.is_multiple_of(5)).then(|| format!("Beat {serial}: she counts the stairs in the rain."));
    Order::NewPage { chapter: ChapterId::nth(&book(), 1), beat }
}
