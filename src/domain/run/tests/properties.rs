//! The rules of a run, for any sequence of commands.

use proptest::prelude::*;

use super::passages::marked;
use super::*;
use crate::domain::workflow::When;
use crate::domain::{Choice, ProposalId};

/// A command by shape; the ids that it names are picked from the run at hand.
#[derive(Debug, Clone)]
enum Move {
    Beat(u8),
    Approve,
    Revise(Option<u8>),
    Edit(bool, u8),
    Write(u8),
    Restore(u8),
    Skip,
    Aside(bool),
    Retry,
    Cancel,
    Model,
    Limit(u8),
    Undo(Option<bool>),
    Redo,
    Pin(u8),
    Lesson(u8, bool),
    Import(u8),
    Merge(u8, u8),
    Lock(u8),
    Unlock(u8),
    Trash(bool),
    Start,
    Deliver(u8, u8),
    Fail(u8, bool),
    Interrupt(u8, bool),
    Close(u8),
    Wait,
}

fn moves() -> impl Strategy<Value = Move> {
    prop_oneof![
        1 => any::<u8>().prop_map(Move::Beat),
        4 => Just(Move::Approve),
        3 => proptest::option::of(any::<u8>()).prop_map(Move::Revise),
        2 => (any::<bool>(), any::<u8>()).prop_map(|(n, t)| Move::Edit(n, t)),
        1 => any::<u8>().prop_map(Move::Write),
        2 => any::<u8>().prop_map(Move::Restore),
        1 => Just(Move::Skip),
        1 => any::<bool>().prop_map(Move::Aside),
        1 => Just(Move::Retry),
        1 => Just(Move::Cancel),
        1 => Just(Move::Model),
        1 => any::<u8>().prop_map(Move::Limit),
        3 => proptest::option::of(any::<bool>()).prop_map(Move::Undo),
        3 => Just(Move::Redo),
        1 => any::<u8>().prop_map(Move::Pin),
        2 => (any::<u8>(), any::<bool>()).prop_map(|(n, accept)| Move::Lesson(n, accept)),
        1 => any::<u8>().prop_map(Move::Import),
        2 => (any::<u8>(), any::<u8>()).prop_map(|(a, b)| Move::Merge(a, b)),
        1 => any::<u8>().prop_map(Move::Lock),
        1 => any::<u8>().prop_map(Move::Unlock),
        1 => any::<bool>().prop_map(Move::Trash),
        8 => Just(Move::Start),
        8 => (any::<u8>(), any::<u8>()).prop_map(|(a, t)| Move::Deliver(a, t)),
        2 => (any::<u8>(), any::<bool>()).prop_map(|(a, t)| Move::Fail(a, t)),
        1 => (any::<u8>(), any::<bool>()).prop_map(|(a, o)| Move::Interrupt(a, o)),
        1 => any::<u8>().prop_map(Move::Close),
        2 => Just(Move::Wait),
    ]
}

fn command(b: &Bench, chosen: &Move) -> Option<RunCommand> {
    let attempts: Vec<AttemptId> =
        b.run.steps.iter().flat_map(|s| &s.attempts).map(|a| a.id.clone()).collect();
    // Mostly the latest attempt, sometimes any.
    let attempt = |n: u8| {
        attempts.get(attempts.len().checked_sub(1 + usize::from(n % 4 / 3) * usize::from(n))?).cloned()
    };
    let words = |n: u8| format!("text {}", n % 6);
    let named = |first: bool| step(if first { "narration" } else { "dialogue" });
    Some(match chosen {
        Move::Beat(n) => RunCommand::SetBeat { text: words(*n) },
        Move::Approve => RunCommand::Approve { step: None, revision: None },
        Move::Revise(n) => {
            let passages = (0..n.unwrap_or(0) % 3).map(|p| marked("text", p.into())).collect();
            RunCommand::Revise { step: None, revision: None, feedback: n.map(words), passages }
        }
        Move::Edit(first, n) => {
            RunCommand::Edit { step: Some(named(*first)), revision: None, text: words(*n) }
        }
        Move::Write(n) => {
            let model = "manual".to_owned();
            RunCommand::Write { step: None, revision: None, text: words(*n), model, tokens: 0 }
        }
        Move::Restore(n) => {
            let all: Vec<RevisionId> =
                b.run.steps.iter().flat_map(|s| &s.revisions).map(|r| r.id.clone()).collect();
            RunCommand::Restore { revision: all.get(usize::from(*n) % all.len().max(1))?.clone() }
        }
        Move::Skip => RunCommand::Skip { step: None },
        Move::Aside(aside) => RunCommand::SetAside { step: None, aside: *aside },
        Move::Retry => RunCommand::Retry { step: None },
        Move::Cancel => RunCommand::Cancel { step: None },
        Move::Model => RunCommand::ChooseModel { step: None, model: Some("a/b".into()) },
        Move::Limit(n) => RunCommand::SetLimit { limit: u32::from(n % 9) },
        Move::Undo(which) => RunCommand::Undo { step: which.map(named) },
        Move::Redo => RunCommand::Redo,
        Move::Pin(n) if n % 2 == 0 => RunCommand::PinEntry { entry: EntryId::new(format!("e{}", n % 8)) },
        Move::Pin(n) => RunCommand::UnpinEntry { entry: EntryId::new(format!("e{}", n % 8 - 1)) },
        Move::Lesson(n, _) => RunCommand::RefuseProposal { proposal: proposal(b, *n) },
        Move::Import(n) => RunCommand::Import { text: words(*n), file: "book.md".into() },
        Move::Merge(first, second) => {
            let all: Vec<RevisionId> =
                b.run.steps.iter().flat_map(|s| &s.revisions).map(|r| r.id.clone()).collect();
            let pick = |n: u8| all.get(usize::from(n) % all.len().max(1)).cloned();
            let text = words(first.wrapping_add(*second));
            RunCommand::Merge { step: None, revision: None, base: pick(*first)?, other: pick(*second)?, text }
        }
        Move::Lock(n) => {
            let quoted = marked(if n % 4 == 0 { "3" } else { "text" }, u64::from(*n)).quoted;
            RunCommand::Lock { step: n.is_multiple_of(2).then(|| named(true)), revision: None, quoted }
        }
        Move::Unlock(n) => RunCommand::Unlock { lock: LockId::new(format!("run_1.l{}", n % 4)) },
        Move::Trash(true) => RunCommand::Pause,
        Move::Trash(false) => RunCommand::Resume,
        Move::Start => {
            let work = next_work(&b.run).into_iter().find(|w| w.due <= b.facts.now)?;
            let (attempt, step) = (work.attempt, work.step);
            RunCommand::Start {
                attempt,
                step,
                model: "t/m".into(),
                request: "{}".into(),
                reserved: None,
                given: None,
            }
        }
        Move::Deliver(a, t) => {
            let usage = Usage::default();
            let attempt = attempt(*a)?;
            // What the scribe answers is mostly a list; prose from it cannot be used.
            let is_list = attempt.as_str().contains(".lessons.") && t % 4 > 0;
            let text = if is_list { super::lessons::answer(usize::from(t % 4) - 1) } else { words(*t) };
            RunCommand::Deliver { attempt, text, usage, cost: None, noted: None }
        }
        Move::Fail(a, transient) => RunCommand::Fail {
            attempt: attempt(*a)?,
            failure: AttemptFailure {
                kind: "timeout".into(),
                message: "slow".into(),
                transient: *transient,
                retry_after_ms: None,
            },
            partial: None,
            usage: Usage::default(),
            cost: None,
        },
        Move::Interrupt(a, orderly) => {
            RunCommand::Interrupt { attempt: attempt(*a)?, partial: None, orderly: *orderly }
        }
        Move::Close(a) => {
            RunCommand::Close { attempt: attempt(*a)?, partial: None, usage: Usage::default(), cost: None }
        }
        Move::Wait => return None,
    })
}

fn proposal(b: &Bench, n: u8) -> ProposalId {
    ProposalId::nth(&b.run.id, u32::from(n) % (b.run.proposals.len() as u32 + 2))
}

/// Takes a proposal into the canon, as the store does once the canon has its version.
fn accept_one(b: &mut Bench, n: u8) {
    let led_to = (EntryId::new("b_mara"), u32::from(n));
    let accepted = accept(&b.run, &proposal(b, n), Some("as I put it"), led_to, Vec::new(), &b.facts);
    for event in accepted.map(|d| d.events).unwrap_or_default() {
        b.run.apply(&event, b.facts.now);
        b.events.push((event, b.facts.now));
    }
}

/// What must hold of what is learned from edits: each that was not taken back is asked about, no other one is, and
/// what was said to a proposal is never lost.
fn taught(run: &Run) -> Result<(), TestCaseError> {
    let step = run.step(&step("lessons")).unwrap();
    let busy = matches!(step.phase, Phase::Queued { .. } | Phase::Working { .. });
    for edit in run.edits() {
        prop_assert!(
            busy || run.paused || step.heard.contains(&edit.after.id),
            "{} taught nothing",
            edit.after.id
        );
    }
    if busy && !run.paused {
        let of_an_edit = step.basis.as_ref().is_some_and(|basis| run.edit(basis).is_some());
        prop_assert!(of_an_edit, "{:?} is not an edit that stands", step.basis);
    }
    let mut ids = std::collections::HashSet::new();
    for offered in &run.proposals {
        prop_assert!(ids.insert(&offered.proposal.id), "{} is there twice", offered.proposal.id);
        prop_assert!(run.revision(&offered.revision).is_some());
    }
    Ok(())
}

/// What must hold of every run at every moment.
fn sound(run: &Run) -> Result<(), TestCaseError> {
    let mut ids = std::collections::HashSet::new();
    for step in &run.steps {
        let definition = run.definition(step);
        for (index, revision) in step.revisions.iter().enumerate() {
            prop_assert_eq!(revision.number as usize, index + 1);
            prop_assert!(ids.insert(revision.id.to_string()), "{} is there twice", revision.id);
        }
        for attempt in &step.attempts {
            prop_assert!(ids.insert(attempt.id.to_string()), "{} is there twice", attempt.id);
        }
        let running = step.attempts.iter().filter(|a| a.status == AttemptStatus::Running);
        prop_assert_eq!(
            running.map(|a| &a.id).collect::<Vec<_>>(),
            step.live_attempt().into_iter().collect::<Vec<_>>()
        );
        match &step.phase {
            Phase::Gate { revision } | Phase::Settled { revision: Some(revision) } => {
                prop_assert!(
                    step.revisions.iter().any(|r| r.id == *revision),
                    "{} has no {revision}",
                    step.name
                );
            }
            Phase::Settled { revision: None } => prop_assert!(definition.optional || definition.advisory),
            Phase::Queued { .. } => prop_assert!(step.input.is_some()),
            _ => {}
        }
        if definition.when == When::Done && !matches!(step.phase, Phase::Waiting) && !run.paused {
            prop_assert!(
                run.first_unsettled().is_none(),
                "{} is {} before the end",
                step.name,
                step.phase.name()
            );
        }
        if !matches!(step.phase, Phase::Waiting) && !definition.advisory {
            let settled = definition.needs.iter().all(|n| run.step(n).unwrap().is_settled());
            prop_assert!(settled, "{} is {} before what it needs", step.name, step.phase.name());
        }
    }
    let working =
        run.steps.iter().filter(|s| matches!(s.phase, Phase::Queued { .. } | Phase::Working { .. }));
    let standing = run.standing();
    if let Standing::Working { step } = &standing {
        prop_assert!(working.clone().any(|s| s.name == *step), "generating without work");
    }
    if let Standing::Waiting { attention } = &standing {
        prop_assert!(attention.choices.iter().any(|c| matches!(c, Choice::Write)), "there is a way on");
    }
    prop_assert!(run.revision_requests <= run.revision_limit);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn any_sequence_of_commands_keeps_the_run_sound_and_replays_to_the_same(
        list in proptest::collection::vec(moves(), 1..80),
    ) {
        let mut b = Bench::started();
        b.facts.advisory = list.len() % 2 == 0;
        b.facts.lessons = list.len() % 3 > 0;
        let mut kept: Vec<Revision> = Vec::new();
        for chosen in &list {
            if matches!(chosen, Move::Wait) {
                b.facts.now = b.facts.now.plus_ms(5_000);
            }
            if let Move::Lesson(n, true) = chosen {
                accept_one(&mut b, *n);
                continue;
            }
            let Some(command) = command(&b, chosen) else { continue };
            let before = b.run.clone();
            let delivered = match &command {
                RunCommand::Deliver { attempt, text, .. } => Some((attempt.clone(), text.clone())),
                _ => None,
            };
            match b.give(command) {
                Ok(_) => {
                    if let Some((attempt, text)) = delivered {
                        let step = before.steps.iter().find(|s| s.attempts.iter().any(|a| a.id == attempt));
                        for lock in before.locks_of(&step.unwrap().name) {
                            prop_assert!(text.contains(&lock.quoted.quote), "a locked passage was changed");
                        }
                    }
                }
                Err(_) => prop_assert_eq!(&b.run, &before, "a refusal changes nothing"),
            }
            sound(&b.run)?;
            if b.facts.lessons {
                taught(&b.run)?;
            }
            let now: Vec<Revision> = b.run.steps.iter().flat_map(|s| s.revisions.clone()).collect();
            for revision in &kept {
                prop_assert!(now.contains(revision), "{} was lost or changed", revision.id);
            }
            kept = now;
        }
        let mut again = Run::start(b.run.workflow.clone(), &b.events[0].0, b.events[0].1).unwrap();
        for (event, at) in &b.events[1..] {
            // Through JSON and back, as the journal keeps it.
            let stored = serde_json::to_string(event).unwrap();
            let event: RunEvent = serde_json::from_str(&stored).unwrap();
            again.apply(&event, *at);
        }
        prop_assert_eq!(again, b.run);
    }

    #[test]
    fn undoing_everything_and_redoing_it_comes_back_to_the_same_standing(
        list in proptest::collection::vec(moves(), 1..40),
    ) {
        let mut b = Bench::started();
        for chosen in &list {
            let author_only = !matches!(chosen, Move::Merge(..) | Move::Lock(_) | Move::Unlock(_) | Move::Undo(_) | Move::Redo | Move::Trash(_) | Move::Beat(_) | Move::Write(_) | Move::Edit(..) | Move::Restore(_));
            if author_only && let Some(command) = command(&b, chosen) {
                let _ = b.give(command);
            }
        }
        let at_a_gate = matches!(b.run.standing(), Standing::Reviewing { .. } | Standing::Done);
        let standing = b.run.standing();
        let mut steps = 0;
        while b.give(RunCommand::Undo { step: None }).is_ok() {
            steps += 1;
        }
        for _ in 0..steps {
            prop_assert!(b.give(RunCommand::Redo).is_ok());
        }
        if at_a_gate {
            prop_assert_eq!(b.run.standing(), standing);
        }
    }
}
