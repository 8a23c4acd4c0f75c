//! The rules of runs with loops, rules at gates and items, for any sequence of commands.

use proptest::prelude::*;
use serde_json::json;

use super::flow::{checked, fanned, outline, polished, report, story};
use super::*;

/// A command by shape; what it names is picked from the run at hand.
#[derive(Debug, Clone)]
enum Move {
    Start,
    Deliver(u8),
    DeliverOutlawed,
    Fail(bool),
    NotValid,
    Approve(u8),
    Revise(u8, bool),
    Edit(u8, u8),
    Override(u8),
    Waive,
    Stop,
    Set(u8),
    Restore(u8),
    Retry,
    Cancel,
    Undo(u8),
    Redo,
    Interrupt(bool),
    Wait,
}

fn moves() -> impl Strategy<Value = Move> {
    prop_oneof![
        10 => Just(Move::Start),
        10 => any::<u8>().prop_map(Move::Deliver),
        1 => Just(Move::DeliverOutlawed),
        1 => any::<bool>().prop_map(Move::Fail),
        1 => Just(Move::NotValid),
        5 => any::<u8>().prop_map(Move::Approve),
        1 => (any::<u8>(), any::<bool>()).prop_map(|(n, f)| Move::Revise(n, f)),
        2 => (any::<u8>(), any::<u8>()).prop_map(|(n, t)| Move::Edit(n, t)),
        2 => any::<u8>().prop_map(Move::Override),
        1 => Just(Move::Waive),
        1 => Just(Move::Stop),
        1 => any::<u8>().prop_map(Move::Set),
        1 => any::<u8>().prop_map(Move::Restore),
        2 => Just(Move::Retry),
        1 => Just(Move::Cancel),
        3 => any::<u8>().prop_map(Move::Undo),
        2 => Just(Move::Redo),
        1 => any::<bool>().prop_map(Move::Interrupt),
        2 => Just(Move::Wait),
    ]
}

/// What an agent or a hand makes of a step.
fn result_of(step: &StepName, n: u8) -> String {
    match step.base() {
        "review" | "closing_review" => report(u32::from(n) % 101),
        "polish" => polished(&format!("Version {}.", n % 5)),
        "look" => json!({ "score": n % 101 }).to_string(),
        "outline" => {
            let keys = [&["a"][..], &["a", "b"], &["b", "c"], &["c"], &[]];
            outline(keys[usize::from(n) % keys.len()])
        }
        _ => format!("Text {}.", n % 5),
    }
}

fn command(b: &Bench, chosen: &Move) -> Option<RunCommand> {
    let any_step = |n: u8| {
        let steps = &b.run.steps;
        (!n.is_multiple_of(3)).then(|| steps[usize::from(n) % steps.len()].name.clone())
    };
    let live = || b.run.live_attempts().next().cloned();
    let step_of = |attempt: &AttemptId| {
        b.run.steps.iter().find(|s| s.attempts.iter().any(|a| a.id == *attempt)).map(|s| s.name.clone())
    };
    let usage = Usage::default();
    let failed = |kind: &str, transient| AttemptFailure {
        kind: kind.into(),
        message: "bad".into(),
        transient,
        retry_after_ms: None,
    };
    Some(match chosen {
        Move::Start => {
            let work = next_work(&b.run).into_iter().find(|w| w.due <= b.facts.now)?;
            let (attempt, step) = (work.attempt, work.step);
            let (model, request) = ("t/m".into(), "{}".into());
            RunCommand::Start { attempt, step, model, request, reserved: None, given: None }
        }
        Move::Deliver(n) => {
            let attempt = live()?;
            let text = result_of(&step_of(&attempt)?, *n);
            RunCommand::Deliver { attempt, text, usage, cost: None, noted: None }
        }
        Move::DeliverOutlawed => RunCommand::Deliver {
            attempt: live()?,
            text: "{\"score\": \"ninety\"}".into(),
            usage,
            cost: None,
            noted: None,
        },
        Move::Fail(transient) => {
            let failure = failed("timeout", *transient);
            RunCommand::Fail { attempt: live()?, failure, partial: None, usage, cost: None }
        }
        Move::NotValid => {
            let failure = failed(NOT_VALID, false);
            RunCommand::Fail { attempt: live()?, failure, partial: None, usage, cost: None }
        }
        Move::Approve(n) => RunCommand::Approve { step: any_step(*n), revision: None },
        Move::Revise(n, words) => {
            let feedback = words.then(|| "Otherwise.".to_owned());
            RunCommand::Revise { step: any_step(*n), revision: None, feedback, passages: Vec::new() }
        }
        Move::Edit(n, text) => {
            let step = any_step(*n).or_else(|| b.run.first_unsettled().map(|s| s.name.clone()))?;
            let text = result_of(&step, *text);
            RunCommand::Edit { step: Some(step), revision: None, text }
        }
        Move::Override(n) => {
            RunCommand::Override { step: any_step(*n), revision: None, reason: "So.".into() }
        }
        Move::Waive => {
            RunCommand::Waive { step: step("look"), finding: "f".into(), reason: "A refrain.".into() }
        }
        Move::Stop => RunCommand::Stop,
        Move::Set(n) => {
            let (name, value) = match n % 3 {
                0 => ("sit", json!(n % 2 == 0)),
                1 => ("iterations", json!(n % 4 + 1)),
                _ => ("threshold", json!(n % 101)),
            };
            RunCommand::SetParameter { name: name.into(), value }
        }
        Move::Restore(n) => {
            let all: Vec<_> = b.run.steps.iter().flat_map(|s| &s.revisions).map(|r| r.id.clone()).collect();
            RunCommand::Restore { revision: all.get(usize::from(*n) % all.len().max(1))?.clone() }
        }
        Move::Retry => RunCommand::Retry { step: None },
        Move::Cancel => RunCommand::Cancel { step: None },
        Move::Undo(n) => RunCommand::Undo { step: any_step(*n) },
        Move::Redo => RunCommand::Redo,
        Move::Interrupt(orderly) => {
            RunCommand::Interrupt { attempt: live()?, partial: None, orderly: *orderly }
        }
        Move::Wait => return None,
    })
}

/// What must hold of every such run at every moment.
fn sound(run: &Run) -> Result<(), TestCaseError> {
    for step in &run.steps {
        let definition = run.definition(step);
        if let Phase::Gate { revision } | Phase::Settled { revision: Some(revision) } = &step.phase {
            prop_assert!(step.revisions.iter().any(|r| r.id == *revision), "{} has no {revision}", step.name);
        }
        if matches!(step.phase, Phase::Queued { .. }) {
            prop_assert!(step.input.is_some());
        }
        if !matches!(step.phase, Phase::Waiting) {
            let settled = definition.needs.iter().all(|n| run.step(n).unwrap().is_settled());
            prop_assert!(settled, "{} is {} before what it needs", step.name, step.phase.name());
        }
        // A rule that says no is passed by an override, and by nothing else.
        let ruled = definition.gate.as_ref().is_some_and(|g| g.pass.is_some());
        if ruled && let Phase::Settled { revision: Some(revision) } = &step.phase {
            let said = step.ruling.as_ref().filter(|(r, _)| r == revision).map(|(_, outcome)| *outcome);
            let overridden = run.decisions.iter().any(|d| {
                !d.undone && d.kind == DecisionKind::Override && d.revision.as_ref() == Some(revision)
            });
            prop_assert!(said.is_some_and(|s| s != Outcome::Fail) || overridden, "{} passed", step.name);
        }
        let known = run.workflow.asked_of(&step.name);
        for revision in step.revisions.iter().filter(|r| r.origin != Origin::Fallback) {
            prop_assert!(known.iter().all(|path| revision.values.contains_key(path)), "{}", revision.id);
        }
    }
    for (definition, state) in run.workflow.loops.iter().zip(&run.loops) {
        let taken = state.turn;
        prop_assert!((1..=5).contains(&taken), "{} is in turn {taken}", definition.id);
    }
    let working = |s: &Step| matches!(s.phase, Phase::Queued { .. } | Phase::Working { .. });
    match run.standing() {
        Standing::Working { step } => prop_assert!(run.step(&step).is_some_and(working)),
        Standing::Waiting { attention } => {
            prop_assert!(attention.reason != Reason::NoBeat, "{} waits for nothing", attention.step);
            prop_assert!(!attention.choices.is_empty(), "there is a way on");
        }
        Standing::Reviewing { .. } | Standing::Done => {}
    }
    prop_assert!(run.best_version().is_some() || run.versions.is_empty());
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn any_sequence_of_commands_keeps_loops_rules_and_items_sound_and_replays_to_the_same(
        which in 0..4u8,
        list in proptest::collection::vec(moves(), 1..90),
    ) {
        let mut b = match which {
            0 => story(json!({})),
            1 => story(json!({"sit": true, "iterations": 2})),
            2 => checked(),
            _ => fanned(),
        };
        let mut kept: Vec<Revision> = Vec::new();
        for chosen in &list {
            if matches!(chosen, Move::Wait) {
                b.facts.now = b.facts.now.plus_ms(10_000);
            }
            let Some(command) = command(&b, chosen) else { continue };
            let before = b.run.clone();
            if b.give(command).is_err() {
                prop_assert_eq!(&b.run, &before, "a refusal changes nothing");
            }
            sound(&b.run)?;
            let now: Vec<Revision> = b.run.steps.iter().flat_map(|s| s.revisions.clone()).collect();
            for revision in &kept {
                prop_assert!(now.contains(revision), "{} was lost or changed", revision.id);
            }
            kept = now;
        }
        let mut again = Run::start(b.run.workflow.clone(), &b.events[0].0, b.events[0].1).unwrap();
        for (event, at) in &b.events[1..] {
            let stored = serde_json::to_string(event).unwrap();
            let event: RunEvent = serde_json::from_str(&stored).unwrap();
            again.apply(&event, *at);
        }
        prop_assert_eq!(again, b.run);
    }
}
