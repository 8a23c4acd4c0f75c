//! Durable pages a second (design §7): start → narration → gate → dialogue → gate → approved with instant agents,
//! beside bare `SQLite` with the same number of commits of comparable rows, in the same run.
//!
//! `cargo bench --bench pages` prints, after Criterion's own figures, one table with pages a second, commits a page
//! and processor time a page. Idle processors deliver a flush late: keep the machine otherwise busy or trust the
//! last two columns most.

use std::path::Path;
use std::time::{Duration, Instant};

use criterion::{Criterion, Throughput};
use galley::domain::book::BookCommand;
use galley::domain::ids::AttemptId;
use galley::domain::run::{RunCommand, Usage};
use galley::domain::{Actor, BookSettings, ChapterId, Command, Money, Request, RunId, StepName};
use galley::store::{Policy, Store, StoreOptions};
use rusqlite::Connection;
use tempfile::TempDir;

const BEAT: &str =
    "The ship comes in at last, and nobody on the pier says a word to the men who climb down from it.";
const IN_FLIGHT: usize = 64;
const GROUP: usize = 50;

fn prompt(n: u64) -> String {
    format!("page {n}: {}", "You write the narration of one page, in the past tense. ".repeat(40))
}

fn narration(n: u64) -> String {
    format!("Page {n}. {}", "Snow fell on the roofs of the harbour, and the ice held. ".repeat(16))
}

fn dialogue(n: u64) -> String {
    format!(
        "[1] \"Who is there?\" asked Mara, {n}.\n[1] \"Nobody.\"\n{}",
        "\"Then come in, nobody.\"\n".repeat(6)
    )
}

/// A store with one chapter, in a folder of its own.
struct Bed {
    store: Store,
    chapter: ChapterId,
    made: u64,
    _folder: TempDir,
}

fn folder() -> TempDir {
    tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("the target folder can be written")
}

fn ask(command: Command) -> Request {
    Request { id: None, actor: Actor::Author("bench".into()), command }
}

impl Bed {
    fn new() -> Self {
        let folder = folder();
        let store =
            Store::open(&StoreOptions::at(folder.path().join("galley.db"))).expect("a new store opens");
        store.configure(Policy { advisory: false, ..Policy::default() });
        let give = |command| store.submit(ask(command)).wait().expect("the command is legal");
        let book = give(Command::NewBook { title: "Bench".into(), settings: BookSettings::default() }).book;
        let book = book.expect("a book was made");
        let command = BookCommand::AddChapter { title: "One".into(), position: None };
        let chapter = give(Command::Book { book, command }).chapter.expect("a chapter was made");
        Self { store, chapter, made: 0, _folder: folder }
    }

    /// One page after the other.
    fn alone(&mut self, runtime: &tokio::runtime::Runtime, pages: u64) {
        for _ in 0..pages {
            self.made += 1;
            runtime.block_on(page(self.store.clone(), self.chapter.clone(), self.made));
        }
    }

    /// Many at once, each for itself.
    fn in_flight(&mut self, runtime: &tokio::runtime::Runtime, pages: u64) {
        let first = self.made + 1;
        self.made += pages;
        runtime.block_on(async {
            let mut tasks = tokio::task::JoinSet::new();
            for n in first..first + pages {
                if tasks.len() == IN_FLIGHT {
                    tasks.join_next().await.expect("a task is there").expect("it did not panic");
                }
                tasks.spawn(page(self.store.clone(), self.chapter.clone(), n));
            }
            while tasks.join_next().await.is_some() {}
        });
    }
}

async fn page(store: Store, chapter: ChapterId, n: u64) {
    let beat = Some(format!("{BEAT} {n}"));
    let new = Command::NewPage { chapter, title: String::new(), beat, position: None };
    let run = store.submit(ask(new)).await.expect("a page can be made").run.expect("it has a run");
    for (step, text) in [("narration", narration(n)), ("dialogue", dialogue(n))] {
        let step = StepName::new(step);
        let attempt = AttemptId::of(&run, &step, 1, 1);
        let model = "offline/author".into();
        let start = RunCommand::Start {
            attempt: attempt.clone(),
            step,
            model,
            request: prompt(n),
            reserved: None,
            given: None,
        };
        tell(&store, &run, start).await;
        let usage = Usage { input_tokens: 600, output_tokens: 250, estimated: false, duration_ms: 1 };
        tell(
            &store,
            &run,
            RunCommand::Deliver { attempt, text, usage, cost: Some(Money(1000)), noted: None },
        )
        .await;
        tell(&store, &run, RunCommand::Approve { step: None, revision: None }).await;
    }
}

async fn tell(store: &Store, run: &RunId, command: RunCommand) {
    let command = Command::Run { run: run.clone(), command };
    store.submit(ask(command)).await.expect("the command is legal");
}

/// The floor: a journal, texts and a page's row, written with nothing decided and nothing else shown.
struct Bare {
    connection: Connection,
    made: i64,
    commits: u64,
    _folder: TempDir,
}

impl Bare {
    fn new() -> Self {
        let folder = folder();
        let connection = Connection::open(folder.path().join("bare.db")).expect("a new database opens");
        connection
            .execute_batch(
                "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
                 CREATE TABLE events (id INTEGER PRIMARY KEY, stream INTEGER, seq INTEGER, at INTEGER, data TEXT,
                                      UNIQUE (stream, seq));
                 CREATE TABLE texts (id INTEGER PRIMARY KEY, hash BLOB UNIQUE, data BLOB);
                 CREATE TABLE pages (id INTEGER PRIMARY KEY, state TEXT, updated_at INTEGER);",
            )
            .expect("the schema is valid");
        Self { connection, made: 0, commits: 0, _folder: folder }
    }

    fn run(&self, sql: &str, params: impl rusqlite::Params) {
        self.connection
            .prepare_cached(sql)
            .and_then(|mut s| s.execute(params))
            .expect("the statement is valid");
    }

    /// One of the seven writes of a page.
    fn write(&self, page: i64, stage: i64) {
        let n = page as u64;
        let text = match stage {
            0 => format!("{BEAT} {n}"),
            1 | 4 => format!("{stage}{}", prompt(n)),
            2 => narration(n),
            5 => dialogue(n),
            _ => String::new(),
        };
        if stage == 0 {
            self.run("INSERT INTO pages VALUES (?1, 'new', 0)", [page]);
        }
        if !text.is_empty() {
            let hash = galley::domain::Hash::of(text.as_bytes());
            self.run("INSERT INTO texts (hash, data) VALUES (?1, ?2)", (&hash.as_str()[..32], text));
        }
        let event = format!("{{\"type\":\"stage\",\"stage\":{stage},\"rest\":\"{}\"}}", "x".repeat(300));
        self.run("INSERT INTO events (stream, seq, at, data) VALUES (?1, ?2, 0, ?3)", (page, stage, event));
        self.run("UPDATE pages SET state = ?2, updated_at = ?3 WHERE id = ?1", (page, "generating", stage));
    }

    fn alone(&mut self, pages: u64) {
        for _ in 0..pages {
            self.made += 1;
            for stage in 0..7 {
                self.run("BEGIN IMMEDIATE", []);
                self.write(self.made, stage);
                self.run("COMMIT", []);
                self.commits += 1;
            }
        }
    }

    /// The same writes, fifty to a commit.
    fn grouped(&mut self, pages: u64) {
        let first = self.made + 1;
        self.made += pages as i64;
        let writes: Vec<(i64, i64)> =
            (0..7).flat_map(|stage| (first..=self.made).map(move |p| (p, stage))).collect();
        for group in writes.chunks(GROUP) {
            self.run("BEGIN IMMEDIATE", []);
            for (page, stage) in group {
                self.write(*page, *stage);
            }
            self.run("COMMIT", []);
            self.commits += 1;
        }
    }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().build().expect("a runtime starts")
}

/// Processor time of all threads so far; none where the system does not say.
fn processor() -> Option<Duration> {
    let mut all = 0;
    for task in std::fs::read_dir(Path::new("/proc/self/task")).ok()?.flatten() {
        let line = std::fs::read_to_string(task.path().join("schedstat")).ok()?;
        all += line.split_whitespace().next()?.parse::<u64>().ok()?;
    }
    Some(Duration::from_nanos(all))
}

fn timed(work: impl FnOnce()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}

fn criterion_figures(criterion: &mut Criterion) {
    let runtime = runtime();
    let mut group = criterion.benchmark_group("pages");
    group.sample_size(10).warm_up_time(Duration::from_secs(1)).measurement_time(Duration::from_secs(4));
    group.throughput(Throughput::Elements(1));
    let (mut galley, mut bare) = (Bed::new(), Bare::new());
    group.bench_function("one at a time", |b| b.iter_custom(|n| timed(|| galley.alone(&runtime, n))));
    group.bench_function("one at a time, bare SQLite", |b| b.iter_custom(|n| timed(|| bare.alone(n))));
    let (mut galley, mut bare) = (Bed::new(), Bare::new());
    group.bench_function("64 in flight", |b| b.iter_custom(|n| timed(|| galley.in_flight(&runtime, n))));
    group.bench_function("groups of 50, bare SQLite", |b| b.iter_custom(|n| timed(|| bare.grouped(n))));
    group.finish();
}

fn row(name: &str, pages: u64, work: impl FnOnce() -> u64) {
    let before = processor();
    let start = Instant::now();
    let commits = work();
    let took = start.elapsed();
    let each = processor()
        .zip(before)
        .map(|(after, before)| after.saturating_sub(before).as_secs_f64() * 1e3 / pages as f64);
    let each = each.map_or_else(|| "-".into(), |ms| format!("{ms:.3}"));
    let (rate, share) = (pages as f64 / took.as_secs_f64(), commits as f64 / pages as f64);
    println!("{name:<28} {rate:>10.0} {share:>12.2} {each:>14}");
}

fn table() {
    let runtime = runtime();
    println!("{:<28} {:>10} {:>12} {:>14}", "", "pages/s", "commits/page", "cpu ms/page");
    for _ in 0..2 {
        let mut bed = Bed::new();
        row("one at a time", 600, || {
            let before = bed.store.commits();
            bed.alone(&runtime, 600);
            bed.store.commits() - before
        });
        let mut bare = Bare::new();
        row("  bare SQLite, 7 commits", 600, || {
            bare.alone(600);
            bare.commits
        });
        let mut bed = Bed::new();
        row("64 in flight", 4000, || {
            let before = bed.store.commits();
            bed.in_flight(&runtime, 4000);
            bed.store.finish_indexing();
            bed.store.commits() - before
        });
        let mut bare = Bare::new();
        row("  bare SQLite, groups of 50", 4000, || {
            bare.grouped(4000);
            bare.commits
        });
    }
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    criterion_figures(&mut criterion);
    criterion.final_summary();
    table();
}
