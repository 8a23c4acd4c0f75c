//! What the test did, for its last line.

use std::collections::BTreeMap;
use std::fmt;

use crate::session::Death;

#[derive(Default)]
pub struct Tally {
    by_kind: BTreeMap<&'static str, u32>,
    fail_points: BTreeMap<&'static str, u32>,
    pub kills: u32,
    pub in_flight: u32,
    in_commit: u32,
    in_call: u32,
    pub inspections: u32,
    pub asked_again: usize,
    pub answered: usize,
    pub refused: usize,
    /// Commands cut off by a kill that turned out to be in the journal, and those that were not.
    pub found: (usize, usize),
    pub decided_again: usize,
    pub attempts: usize,
    pub cut_off: usize,
    pub calls: usize,
    pub events: usize,
    /// Stories, books that were published and own workflows, and those that came to their end.
    pub runs: usize,
    pub runs_done: usize,
    /// Other processes that were killed in what they did, those that came to its end, and the kinds of errand.
    pub neighbours: (u32, u32, usize),
}

impl Tally {
    pub fn died(&mut self, death: Death, in_commit: bool, in_call: bool) {
        let kind = match death {
            Death::FailPoint(name) => {
                *self.fail_points.entry(name).or_default() += 1;
                "at a fail point"
            }
            Death::InCommit => "in a commit",
            Death::InCall => "in a call",
            Death::AtStart => "at the start",
            Death::Whenever => "at any time",
        };
        *self.by_kind.entry(kind).or_default() += 1;
        self.kills += 1;
        self.in_commit += u32::from(in_commit);
        self.in_call += u32::from(in_call);
        self.in_flight += u32::from(in_commit || in_call);
    }

    pub fn passed(&self, fail_point: &str) -> bool {
        self.fail_points.contains_key(fail_point)
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kinds: Vec<String> = self.by_kind.iter().map(|(kind, n)| format!("{n} {kind}")).collect();
        let Self { kills, in_flight, in_commit, in_call, answered, refused, asked_again, .. } = self;
        write!(
            f,
            "{kills} kills ({}); {in_flight} with something in flight ({in_commit} a commit, {in_call} a call); \
             {} fail points; {answered} commands answered, {refused} refused, {asked_again} asked again ({} of those \
             were in, {} were not), {} decided again; {} attempts, {} cut off; {} calls; {} events; {} runs beside pages, {} of them done; {} inspections; {} neighbours killed and {} ended, of {} kinds",
            kinds.join(", "),
            self.fail_points.len(),
            self.found.0,
            self.found.1,
            self.decided_again,
            self.attempts,
            self.cut_off,
            self.calls,
            self.events,
            self.runs,
            self.runs_done,
            self.inspections,
            self.neighbours.0,
            self.neighbours.1,
            self.neighbours.2,
        )
    }
}
