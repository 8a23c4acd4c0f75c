//! A big book for measurements: the same for the same seed, by the same commands as any other book.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use super::writer::core::Core;
use super::{Answer, Clock, Counters, Policy, StoreError, StoreOptions, open, search};
use crate::domain::book::BookCommand;
use crate::domain::ids::AttemptId;
use crate::domain::run::{RunCommand, Usage};
use crate::domain::{
    Actor, AttemptFailure, BookId, BookSettings, ChapterId, Command, Money, Request, RunId, StepName, Time,
};

/// How big.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BigBook {
    /// Chapters (1 and more).
    pub chapters: u32,
    /// Pages in all.
    pub pages: u32,
    /// Revisions in all; up to 9 fit on an approved page.
    pub revisions: u32,
    /// Decides about everything else.
    pub seed: u64,
}

impl Default for BigBook {
    fn default() -> Self {
        Self { chapters: 200, pages: 10_000, revisions: 60_000, seed: 1 }
    }
}

/// Pages made in one transaction.
const PORTION: usize = 100;
const MODEL: &str = "offline/author";

/// Makes a database with one big book; the file must not exist.
///
/// # Panics
/// Never: every command here says in its answer what it made.
pub fn generate(path: &Path, size: BigBook) -> Result<BookId, StoreError> {
    if path.exists() {
        return Err(StoreError::Io { path: path.to_owned(), message: "there is a file already".into() });
    }
    let time = Arc::new(AtomicI64::new(1_780_000_000_000));
    let clock = Clock::from_fn(move || Time(time.fetch_add(60_000, Ordering::Relaxed)));
    let connection =
        open::prepare(&StoreOptions { clock: clock.clone(), ..StoreOptions::at(path) })?.connection;
    // A file that is being made can be made again: nothing has to survive a power cut yet.
    connection.execute_batch("PRAGMA synchronous = OFF; PRAGMA cache_size = -64000;")?;
    let mut core = Core::new(connection, path.to_owned(), clock, Arc::new(Counters::default()));
    core.seed(size.seed);
    core.configure(Policy { advisory: false, ..Policy::default() });
    let mut maker = Maker { core, random: fastrand::Rng::with_seed(size.seed) };

    let settings = BookSettings::default();
    let book = maker.one(Command::NewBook { title: "The Long Winter".into(), settings })?.book;
    let book = book.expect("a book that was made has an id");
    let (mut pages_left, mut revisions_left) = (size.pages, size.revisions);
    for index in 0..size.chapters.max(1) {
        let title = maker.title();
        let command = BookCommand::AddChapter { title, position: None };
        let chapter = maker.one(Command::Book { book: book.clone(), command })?.chapter;
        let chapter = chapter.expect("a chapter that was made has an id");
        let pages = pages_left / (size.chapters.max(1) - index);
        maker.chapter(&chapter, pages, &mut pages_left, &mut revisions_left)?;
    }
    search::catch_up(&mut maker.core);
    maker.core.connection().execute_batch("PRAGMA optimize;")?;
    maker.core.finish();
    Ok(book)
}

struct Maker {
    core: Core,
    random: fastrand::Rng,
}

/// Where a page of the big book stands in the end.
#[derive(Clone, Copy, PartialEq)]
enum End {
    Approved,
    DialogueGate,
    NarrationGate,
    Aside,
    Failed,
    NoBeat,
}

impl Maker {
    fn one(&mut self, command: Command) -> Result<Answer, StoreError> {
        let mut answers = self.give(vec![command])?;
        answers.pop().ok_or(StoreError::Closed)
    }

    fn give(&mut self, commands: Vec<Command>) -> Result<Vec<Answer>, StoreError> {
        let actor = Actor::Author("author".into());
        let requests: Vec<Request> =
            commands.into_iter().map(|command| Request { id: None, actor: actor.clone(), command }).collect();
        self.core.carry_out(&requests).into_iter().collect()
    }

    fn chapter(
        &mut self,
        chapter: &ChapterId,
        pages: u32,
        pages_left: &mut u32,
        revisions_left: &mut u32,
    ) -> Result<(), StoreError> {
        let ends: Vec<End> = (0..pages).map(|_| self.end()).collect();
        for portion in ends.chunks(PORTION) {
            let new = portion.iter().map(|end| Command::NewPage {
                chapter: chapter.clone(),
                title: if self.random.u8(..4) == 0 { title(&mut self.random) } else { String::new() },
                beat: (*end != End::NoBeat).then(|| prose(&mut self.random, 18)),
                position: None,
            });
            let new: Vec<Command> = new.collect();
            let answers = self.give(new)?;
            let mut commands = Vec::new();
            for (answer, end) in answers.iter().zip(portion) {
                let run = answer.run.clone().expect("a page that was made has a run");
                let wanted = revisions_left.div_ceil((*pages_left).max(1));
                let mut page = PageMaker { run, random: &mut self.random, commands: &mut commands };
                *revisions_left -= page.fill(*end, wanted).min(*revisions_left);
                *pages_left -= 1;
            }
            self.give(commands)?;
        }
        Ok(())
    }

    /// Most pages of a book of this size are approved.
    fn end(&mut self) -> End {
        match self.random.u8(..100) {
            0..3 => End::NoBeat,
            3..5 => End::Failed,
            5..6 => End::Aside,
            6..11 => End::NarrationGate,
            11..16 => End::DialogueGate,
            _ => End::Approved,
        }
    }

    fn title(&mut self) -> String {
        title(&mut self.random)
    }
}

/// The commands that bring a page where it should stand.
struct PageMaker<'a> {
    run: RunId,
    random: &'a mut fastrand::Rng,
    commands: &'a mut Vec<Command>,
}

impl PageMaker<'_> {
    /// Returns how many revisions it made.
    fn fill(&mut self, end: End, wanted: u32) -> u32 {
        match end {
            End::NoBeat => 0,
            End::Failed => {
                let attempt = self.start("narration", 1);
                let failure = AttemptFailure {
                    kind: "refused_key".into(),
                    message: "the server refused the key".into(),
                    transient: false,
                    retry_after_ms: None,
                };
                let (usage, cost) = (Usage::default(), Some(Money::ZERO));
                self.add(RunCommand::Fail { attempt, failure, partial: None, usage, cost });
                0
            }
            End::NarrationGate | End::Aside => {
                let revisions = wanted.clamp(1, 6);
                self.drafts("narration", revisions);
                if end == End::Aside {
                    self.add(RunCommand::SetAside { step: None, aside: true });
                }
                revisions
            }
            End::DialogueGate | End::Approved => {
                let extra = wanted.clamp(2, 9) - 2;
                let (asked, edits) = (extra.min(5), extra.saturating_sub(5));
                self.drafts("narration", 1 + asked.div_ceil(2));
                self.settle(edits > 0);
                self.drafts("dialogue", 1 + asked / 2);
                if end == End::Approved {
                    self.settle(edits > 1);
                }
                2 + asked + u32::from(edits > 0) + u32::from(edits > 1 && end == End::Approved)
            }
        }
    }

    fn drafts(&mut self, step: &str, count: u32) {
        for iteration in 1..=count {
            if iteration > 1 {
                let feedback = Some(prose(self.random, 8));
                self.add(RunCommand::Revise { step: None, revision: None, feedback, passages: Vec::new() });
            }
            let attempt = self.start(step, iteration);
            let text = if step == "narration" { narration(self.random) } else { dialogue(self.random) };
            let usage = Usage {
                input_tokens: self.random.u64(900..2400),
                output_tokens: text.len() as u64 / 4,
                estimated: false,
                duration_ms: self.random.u64(800..9000),
            };
            let cost = Some(Money(usage.input_tokens as i64 * 250 + usage.output_tokens as i64 * 1250));
            self.add(RunCommand::Deliver { attempt, text, usage, cost, noted: None });
        }
    }

    fn start(&mut self, step: &str, iteration: u32) -> AttemptId {
        let step = StepName::new(step);
        let attempt = AttemptId::of(&self.run, &step, iteration, 1);
        let request = format!("{{\"attempt\":\"{attempt}\",\"messages\":[{:?}]}}", prose(self.random, 30));
        let reserved = Some(Money(9_000_000));
        self.add(RunCommand::Start {
            attempt: attempt.clone(),
            step,
            model: MODEL.into(),
            request,
            reserved,
            given: None,
        });
        attempt
    }

    fn settle(&mut self, by_edit: bool) {
        let command = if by_edit {
            RunCommand::Edit { step: None, revision: None, text: narration(self.random) }
        } else {
            RunCommand::Approve { step: None, revision: None }
        };
        self.add(command);
    }

    fn add(&mut self, command: RunCommand) {
        self.commands.push(Command::Run { run: self.run.clone(), command });
    }
}

const WORDS: &str = "the harbour ice lay under a cold moon and nobody spoke of the ship that had not come back since \
    autumn while Mara counted lanterns along the pier her brother mended nets in the long shed with two old men who \
    knew every storm by name snow fell on roofs boats ropes barrels gulls turned above grey water a bell rang once \
    then wind took its voice inland past chapel mill bridge toward hills where wolves were heard last winter she held \
    letter close unread afraid because paper keeps what people forget";

fn word(random: &mut fastrand::Rng) -> &'static str {
    use std::sync::OnceLock;
    static ALL: OnceLock<Vec<&'static str>> = OnceLock::new();
    let all = ALL.get_or_init(|| WORDS.split_whitespace().collect());
    all[random.usize(..all.len())]
}

fn prose(random: &mut fastrand::Rng, words: usize) -> String {
    let mut out = String::with_capacity(words * 6);
    let mut starts = true;
    for index in 0..words {
        let next = word(random);
        if starts {
            out.extend(next.chars().next().map(|c| c.to_ascii_uppercase()));
            out.push_str(&next[1..]);
        } else {
            out.push_str(next);
        }
        starts = index + 1 < words && random.u8(..11) == 0;
        out.push_str(if index + 1 == words {
            "."
        } else if starts {
            ". "
        } else {
            " "
        });
    }
    out
}

fn title(random: &mut fastrand::Rng) -> String {
    let words = random.usize(1..4);
    prose(random, words).trim_end_matches('.').to_owned()
}

fn narration(random: &mut fastrand::Rng) -> String {
    let paragraphs: Vec<String> = (0..3).map(|_| prose(random, 45)).collect();
    paragraphs.join("\n\n")
}

fn dialogue(random: &mut fastrand::Rng) -> String {
    let lines: Vec<String> =
        (1..=3).map(|after| format!("[{after}] \"{}\" said Mara.", prose(random, 9))).collect();
    lines.join("\n")
}
