//! `kill -9` at any moment, many times at random (issue 2; spec E2).
//!
//! A child process conducts on a database while this one, the author, gives it commands; it is killed, started
//! again, and everything is checked: what was answered is there, what was not is there as a whole or not at all,
//! every revision stays, nothing finished is done again, nothing hangs, and the projections are those of the journal.
//! Beside pages there are stories, books that are published, and a workflow of the author's own. Neighbours, which are
//! the program itself, import, publish, back up, rebuild, migrate and conduct meanwhile, and are killed too.
//!
//! The seed is printed; `GALLEY_CRASH_SEED` gives it, `GALLEY_CRASH_KILLS` asks for more kills than 200: 500 at most in
//! one home, and then in the next, with the next seed.

#![allow(missing_docs, reason = "a test")]

#[path = "crash/child.rs"]
mod child;
#[path = "crash/inspect.rs"]
mod inspect;
#[path = "crash/ledger.rs"]
mod ledger;
#[path = "crash/life.rs"]
mod life;
#[path = "support/model_server.rs"]
mod model_server;
#[path = "crash/moves.rs"]
mod moves;
#[path = "crash/neighbour.rs"]
mod neighbour;
#[path = "crash/record.rs"]
mod record;
#[path = "crash/session.rs"]
mod session;
#[path = "crash/tally.rs"]
mod tally;
#[path = "crash/tellers.rs"]
mod tellers;
#[path = "crash/wire.rs"]
mod wire;

use std::time::Instant;

use fastrand::Rng;
use galley::engine::failpoints;
use galley::store::failpoint;
use session::{Death, Session};

/// Set for the process that is killed.
pub const CHILD: &str = "GALLEY_CRASH_CHILD";
const NAME: &str = "e2_kill_9_at_any_moment_loses_nothing";
const KILLS: u32 = 200;
const IN_FLIGHT: u32 = 150;
/// Kills in one home: its journal, which every inspection reads, grows with them.
const MAX_PER_HOME: u32 = 500;
/// Lives that each fail point ends.
const EACH: u32 = 4;
/// Kills between two inspections, and the share of all kills so far that lies between them where that is more: an
/// inspection reads the whole journal, and many kills make a long one.
const INSPECT_EVERY: u32 = 10;
const INSPECT_SHARE: u32 = 20;

fn main() {
    if std::env::var_os(CHILD).is_some() {
        return child::run();
    }
    if !wanted() {
        return;
    }
    let seed = number("GALLEY_CRASH_SEED").unwrap_or_else(|| fastrand::u64(..));
    let kills = number("GALLEY_CRASH_KILLS").map_or(KILLS, |n| n as u32).max(KILLS);
    println!("test {NAME}: seed {seed} (again with GALLEY_CRASH_SEED={seed})");
    let began = Instant::now();
    let mut left = kills;
    let mut homes = 0;
    while left > 0 {
        let some = left.clamp(KILLS, MAX_PER_HOME);
        one_home(seed.wrapping_add(homes), some);
        left = left.saturating_sub(some);
        homes += 1;
    }
    println!(
        "test {NAME} ... ok (seed {seed}, {kills} kills in {homes} homes, {:.1} s)",
        began.elapsed().as_secs_f32()
    );
}

/// So many kills in a home of its own.
fn one_home(seed: u64, kills: u32) {
    let began = Instant::now();
    let mut session = Session::begin(seed);
    let mut inspection = INSPECT_EVERY;
    for death in plan(seed, kills) {
        session.live(death);
        if session.tally.kills >= inspection {
            session.inspect();
            inspection = session.tally.kills + INSPECT_EVERY.max(session.tally.kills / INSPECT_SHARE);
        }
    }
    // A fast machine may finish a commit before it is killed in it.
    let mut more = kills;
    while session.tally.in_flight < IN_FLIGHT && more > 0 {
        session.live(Death::InCall);
        more -= 1;
    }
    session.rest();
    println!("seed {seed}: {}; {:.1} s", session.tally, began.elapsed().as_secs_f32());
    for name in fail_points() {
        assert!(session.tally.passed(name), "no kill at {name}");
    }
    assert!(session.tally.kills >= kills && session.tally.in_flight >= IN_FLIGHT, "too few kills");
    assert!(session.tally.neighbours.0 > 5, "too few neighbours");
}

/// How each life ends, in random order.
fn plan(seed: u64, kills: u32) -> Vec<Death> {
    let mut rng = Rng::with_seed(seed);
    let mut deaths: Vec<Death> = Vec::new();
    for name in fail_points() {
        deaths.extend((0..EACH).map(|_| Death::FailPoint(name)));
    }
    while deaths.len() < kills as usize {
        deaths.push(match rng.u8(0..100) {
            0..48 => Death::InCommit,
            48..90 => Death::InCall,
            90..95 => Death::AtStart,
            _ => Death::Whenever,
        });
    }
    rng.shuffle(&mut deaths);
    deaths
}

fn fail_points() -> impl Iterator<Item = &'static str> {
    failpoint::ALL.into_iter().chain(failpoints::ALL)
}

/// Whether the words after `cargo test --` ask for this test: a filter that does not name it does not.
fn wanted() -> bool {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if words.iter().any(|w| w == "--list") {
        println!("{NAME}: test");
        return false;
    }
    let mut filters = words.iter().filter(|w| !w.starts_with('-')).peekable();
    !words.iter().any(|w| w == "--ignored")
        && (filters.peek().is_none() || filters.any(|w| NAME.contains(w.as_str())))
}

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}
