//! Power cuts: what is answered is on the disk, and not only on its way there (spec E2).
//!
//! The program is given commands while every write, sync and rename below its home is traced. Then the power is cut, as
//! often as is asked for: at a random moment of the trace the home is laid out as a disk might hold it then, with any
//! part of what was never synced missing or torn. Each must open, without a loss that anyone has to accept; its journal
//! must begin as that of the end, and reach at least to the last answer.
//!
//! `GALLEY_POWER_CUTS=100 cargo test --test power -- --nocapture`; it needs `strace`, and does nothing without the
//! variable. `GALLEY_POWER_SEED` gives the seed, which is printed.

#![allow(missing_docs, reason = "a test")]

#[path = "power/disk.rs"]
mod disk;
#[path = "power/trace.rs"]
mod trace;

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use disk::Disk;
use fastrand::Rng;
use galley::config::Home;
use galley::domain::Recorded;
use galley::store::{Reader, Store, StoreOptions, checkup, compare};
use trace::Op;

const GALLEY: &str = env!("CARGO_BIN_EXE_galley");
/// Set for the process that gives the commands, and is traced.
const DRIVER: &str = "GALLEY_POWER_DRIVER";
/// Where the driver notes, after each answer, the last event that there was.
const ANSWERS: &str = "answers";
const COMMANDS: u32 = 60;

fn main() {
    if let Some(home) = std::env::var_os(DRIVER) {
        return drive(Path::new(&home), number("GALLEY_POWER_SEED").unwrap_or(1));
    }
    let Some(cuts) = number("GALLEY_POWER_CUTS") else { return };
    let seed = number("GALLEY_POWER_SEED").unwrap_or_else(|| fastrand::u64(..));
    println!("test e2_a_power_cut_loses_nothing_that_was_answered: seed {seed}");
    let began = Instant::now();
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path().canonicalize().expect("a folder");
    let home = root.join("home");
    std::fs::create_dir(&home).expect("a folder");
    let ops = traced(&home, &root.join("trace"), seed);
    let whole = journal(&Home::at(&home).database());
    let syncs = ops.iter().filter(|op| matches!(op, Op::Sync { .. })).count();
    println!(
        "{} operations, {syncs} syncs, {} events; {:.1} s",
        ops.len(),
        whole.len(),
        began.elapsed().as_secs_f32()
    );

    let mut rng = Rng::with_seed(seed);
    let (mut empty, mut exact) = (0, 0);
    for cut in 0..cuts {
        let at = rng.usize(1..ops.len());
        let left = root.join(format!("cut-{cut}"));
        let answered = cut_at(&ops[..at], &mut rng, &left);
        let database = Home::at(&left).database();
        if database.exists() {
            let there = check(&database, &whole, answered, &format!("cut {cut} at {at}"));
            exact += usize::from(there == answered);
        } else {
            assert_eq!(answered, 0, "cut {cut} at {at}: the database is gone");
            empty += 1;
        }
        std::fs::remove_dir_all(&left).expect("a folder");
    }
    println!(
        "{cuts} cuts, {empty} before there was a database, {exact} right after an answer; {:.1} s",
        began.elapsed().as_secs_f32()
    );
    println!("test e2_a_power_cut_loses_nothing_that_was_answered ... ok (seed {seed})");
}

/// Runs the driver under `strace` and returns what was done below the home.
fn traced(home: &Path, trace: &Path, seed: u64) -> Vec<Op> {
    let mut command = Command::new("strace");
    command.args(["-f", "-y", "-xx", "-s", "100000000", "-e", trace::CALLS, "-o"]).arg(trace);
    command.arg(std::env::current_exe().expect("this program"));
    command.env(DRIVER, home).env("GALLEY_POWER_SEED", seed.to_string()).env_remove("GALLEY_POWER_CUTS");
    let status = command.status().expect("`strace` is needed: install it, and give the command again");
    assert!(status.success(), "the driver failed");
    trace::read(trace, home)
}

/// Lays out what is left in a folder; returns the last event that was answered for.
fn cut_at(ops: &[Op], rng: &mut Rng, left: &Path) -> usize {
    let mut disk = Disk::default();
    let mut answered = 0;
    for op in ops {
        if let Op::Write { path, data, .. } = op
            && path == Path::new(ANSWERS)
        {
            answered = String::from_utf8_lossy(data).trim().parse().expect("a number");
        }
        disk.take(op);
    }
    disk.cut(rng, left);
    // The index of the log is memory, and not kept.
    let _ = std::fs::remove_file(Home::at(left).database().with_extension("db-shm"));
    answered
}

/// Opens what is left, and holds it against the whole; returns how many events there are.
fn check(database: &Path, whole: &[(i64, Recorded)], answered: usize, cut: &str) -> usize {
    let options = StoreOptions { create: answered == 0, ..StoreOptions::at(database) };
    let store = Store::open(&options).unwrap_or_else(|e| panic!("{cut}: {e}; {:?}", e.hint()));
    assert!(store.unwritable().is_none(), "{cut}: {:?}", store.unwritable());
    store.close();
    let found = checkup(database).unwrap_or_else(|e| panic!("{cut}: {e}"));
    assert!(found.is_well(), "{cut}: {found:#?}");
    assert!(compare(database).expect("it is remade").equal(), "{cut}: the projections differ");
    let there = journal(database);
    assert!(
        there.len() >= answered,
        "{cut}: {} events are left of {answered} that were answered",
        there.len()
    );
    assert_eq!(there, whole[..there.len()], "{cut}: the journal is another");
    there.len()
}

fn journal(database: &Path) -> Vec<(i64, Recorded)> {
    Reader::open(database).and_then(|reader| reader.events_after(0, u32::MAX)).expect("the journal reads")
}

/// Gives the commands, one after the other, and notes each answer.
fn drive(home: &Path, seed: u64) {
    use std::io::Write as _;
    let mut rng = Rng::with_seed(seed);
    let run = |arguments: &[&str]| {
        let mut command = Command::new(GALLEY);
        command.args(arguments).current_dir(home).env("GALLEY_HOME", home).env("GALLEY_MODEL", "offline");
        let status = command
            .env_remove(DRIVER)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        assert!(
            status.expect("the program").code().is_some_and(|code| code == 0 || code == 3),
            "{arguments:?}"
        );
        let database = Home::at(home).database();
        let last = Reader::open(&database).and_then(|reader| reader.last_event()).unwrap_or(0);
        let mut answers = std::fs::OpenOptions::new().create(true).append(true).open(home.join(ANSWERS));
        answers.as_mut().expect("a file").write_all(format!("{last}\n").as_bytes()).expect("a file");
    };
    std::fs::create_dir_all(home.join("config")).expect("a folder");
    std::fs::write(home.join("config/config.toml"), "[offline]\nwords_per_second = 0\n").expect("a file");
    std::fs::write(home.join("text.md"), "# One\n\nThe tide turned.\n\n# Two\n\nIt was late.\n")
        .expect("a file");
    run(&["book", "new", "The Winter Harbour"]);
    run(&["chapter", "new", "--book", "the-winter-harbour", "Ice"]);
    let page = |n: u32| format!("the-winter-harbour_ch_001_page_{n:03}");
    let mut pages = 0;
    for n in 0..COMMANDS {
        let some = page(rng.u32(1..=pages.max(1)));
        match rng.u8(0..100) {
            _ if pages == 0 => {}
            0..35 => run(&["page", "approve", &some]),
            35..55 => run(&["page", "revise", &some, "--feedback", "Colder, and with more rain."]),
            55..60 => run(&["page", "undo", &some]),
            60..64 => run(&["import", "book", "text.md", "--title", &format!("Import {n}"), "--yes"]),
            64..67 => run(&["backup"]),
            67..70 => run(&["doctor", "--rebuild"]),
            70..74 => {
                run(&["publish", "the-winter-harbour", "--out", "shelf", "--unapproved", "--override", "x"]);
            }
            74..77 => run(&["story", "review", "text.md"]),
            _ => {}
        }
        if pages == 0 || rng.u8(0..5) == 0 {
            pages += 1;
            run(&[
                "page",
                "start",
                "--chapter",
                "the-winter-harbour_ch_001",
                "--beat",
                &format!("Beat {n}."),
            ]);
        }
    }
}

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}
