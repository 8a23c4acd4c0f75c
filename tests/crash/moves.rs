//! What an author might do next with a page, as it stands: mostly allowed moves, now and then one that is refused.

use fastrand::Rng;
use galley::domain::run::{Run, Standing};
use galley::domain::{Reason, RevisionId, StepName};

use crate::wire::What;

/// Chooses a move; `serial` makes its words unlike any before. None leaves the page alone.
pub fn choose(rng: &mut Rng, run: &Run, serial: u32) -> Option<What> {
    let words = |what: &str| format!("{what} number {serial}: the lamp, the rain, the stairs.");
    let newest = |rng: &mut Rng| rng.bool().then(|| at_gate(run)).flatten();
    Some(match run.standing() {
        Standing::Working { .. } => match rng.u8(0..100) {
            0..12 => What::Cancel,
            12..20 => What::Write(words("A text by hand")),
            20..26 => What::Undo,
            26..32 => What::Beat(words("The beat")),
            32..38 => What::Limit(run.revision_limit + 1),
            38..42 => What::Approve(None), // refused
            42..46 => restore(rng, run)?,
            _ => return None,
        },
        Standing::Reviewing { .. } if run.revision_requests >= run.revision_limit && rng.bool() => {
            What::Limit(run.revision_limit + 3)
        }
        Standing::Reviewing { step } => match rng.u8(0..100) {
            0..30 => What::Approve(newest(rng)),
            30..58 => What::Revise(newest(rng), Some(words("Feedback"))),
            58..64 => What::Revise(newest(rng), None),
            64..72 => What::Edit(step, words("An edit")),
            72..77 => What::Write(words("A text by hand")),
            77..84 => restore(rng, run)?,
            84..88 => What::Aside(rng.bool()),
            88..94 => What::Undo,
            94..97 => What::Redo,
            _ => What::Skip,
        },
        Standing::Waiting { attention } => match (attention.reason, rng.u8(0..100)) {
            (Reason::NoBeat, _) => What::Beat(words("The beat")),
            (_, 0..65) => What::Retry,
            (_, 65..80) => What::Write(words("A text by hand")),
            (_, 80..90) => What::Undo,
            _ => What::Skip,
        },
        Standing::Done => match rng.u8(0..100) {
            0..35 => What::Undo,
            35..55 => What::Edit(step_name(rng), words("A late edit")),
            55..70 => restore(rng, run)?,
            70..75 => What::Redo,
            75..80 => What::Retry, // refused
            _ => return None,
        },
    })
}

/// Chooses a move for a run beside the pages: a story, a book that is published, a workflow of the author's own.
pub fn choose_for_run(rng: &mut Rng, run: &Run, serial: u32) -> Option<What> {
    let words = |what: &str| format!("{what} number {serial}: the lamp, the rain, the stairs.");
    let newest = |rng: &mut Rng| rng.bool().then(|| at_gate(run)).flatten();
    Some(match run.standing() {
        Standing::Working { .. } => match rng.u8(0..100) {
            0..10 => What::Cancel,
            10..16 => What::Undo,
            16..20 => What::Stop,
            20..24 => What::Approve(None), // refused
            _ => return None,
        },
        Standing::Reviewing { .. } => match rng.u8(0..100) {
            0..45 => What::Approve(newest(rng)),
            45..60 => What::Revise(newest(rng), Some(words("Feedback"))),
            60..66 => What::Stop,
            66..76 => What::Override(words("A reason")),
            76..82 => restore(rng, run)?,
            82..86 => What::Aside(rng.bool()),
            86..92 => What::Undo,
            92..95 => What::Redo,
            95..98 => live_parameter(rng, run),
            _ => What::Edit(run.first_unsettled()?.name.clone(), words("No data")), // refused
        },
        Standing::Waiting { .. } => match rng.u8(0..100) {
            0..60 => What::Retry,
            60..80 => What::Undo,
            _ => What::Skip,
        },
        Standing::Done => match rng.u8(0..100) {
            0..25 => What::Undo,
            25..35 => restore(rng, run)?,
            35..40 => What::Redo,
            40..44 => live_parameter(rng, run),
            _ => return None,
        },
    })
}

/// A parameter that may change while the run goes on; another run refuses it.
fn live_parameter(rng: &mut Rng, run: &Run) -> What {
    let (name, most) = if run.workflow.id == "own" { ("enough", 400) } else { ("threshold", 100) };
    What::Set(name.to_owned(), rng.u32(0..=most).into())
}

/// Chooses a move that gives an agent something to do, where there is one.
pub fn keep_busy(run: &Run, serial: u32) -> Option<What> {
    match run.standing() {
        Standing::Reviewing { .. } if run.revision_requests >= run.revision_limit => {
            Some(What::Limit(run.revision_limit + 3))
        }
        Standing::Reviewing { .. } => Some(What::Revise(None, Some(format!("Once more, number {serial}.")))),
        Standing::Waiting { .. } => Some(go_on(run, serial)),
        Standing::Working { .. } | Standing::Done => None,
    }
}

/// Answers a page that waits for its author, so that it can go on.
pub fn go_on(run: &Run, serial: u32) -> What {
    match run.standing() {
        Standing::Waiting { attention } if attention.reason == Reason::NoBeat => {
            What::Beat(format!("The beat number {serial}: she goes down to the harbour."))
        }
        _ => What::Retry,
    }
}

fn at_gate(run: &Run) -> Option<RevisionId> {
    run.first_unsettled()?.current_revision().map(|r| r.id.clone())
}

fn restore(rng: &mut Rng, run: &Run) -> Option<What> {
    let all: Vec<&RevisionId> = run.main_steps().flat_map(|s| &s.revisions).map(|r| &r.id).collect();
    (!all.is_empty()).then(|| What::Restore(all[rng.usize(..all.len())].clone()))
}

fn step_name(rng: &mut Rng) -> StepName {
    StepName::new(if rng.bool() { "narration" } else { "dialogue" })
}
