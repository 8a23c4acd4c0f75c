//! What may happen to a run: decisions, deliveries, failures, kills, waiting.

use serde_json::json;

use super::super::flow::outline;
use super::super::*;
use super::Dice;
use crate::domain::workflow::SubjectKind;

/// Returns what an agent, a tool or a hand makes of a step.
fn result_of(run: &Run, step: &StepName, dice: &mut Dice) -> String {
    let schema = run.workflow.step(step).and_then(|s| s.schema.as_ref()).and_then(|s| s.value());
    match schema.map(|s| s["required"][0].as_str().unwrap_or_default()) {
        Some("words") => json!({ "words": dice.below(5) }).to_string(),
        Some("sections") => {
            let lists = [&["a"][..], &["a", "b"], &["b", "c"], &["c"], &[]];
            outline(dice.pick(&lists).expect("there are lists"))
        }
        _ => format!("Text {}.", dice.below(4)),
    }
}

/// Picks a command, mostly one that the run is open to.
pub fn command(b: &mut Bench, dice: &mut Dice) -> Option<RunCommand> {
    let run = b.run.clone();
    let names: Vec<StepName> = run.steps.iter().map(|s| s.name.clone()).collect();
    let open: Vec<StepName> =
        run.steps.iter().filter(|s| matches!(s.phase, Phase::Gate { .. })).map(|s| s.name.clone()).collect();
    let some = |dice: &mut Dice| match dice.below(4) {
        0 => dice.pick(&names).cloned(),
        1 => None,
        _ => dice.pick(&open).cloned(),
    };
    let live: Vec<AttemptId> = run.live_attempts().cloned().collect();
    let ended: Vec<AttemptId> = run.steps.iter().flat_map(|s| &s.attempts).map(|a| a.id.clone()).collect();
    let usage = Usage::default();
    Some(match dice.below(48) {
        0..=9 => {
            let work = next_work(&run);
            let work = dice.pick(&work).filter(|w| w.due <= b.facts.now)?.clone();
            let (model, request) = ("t/m".into(), "{}".into());
            let (attempt, step) = (work.attempt, work.step);
            RunCommand::Start { attempt, step, model, request, reserved: None, given: None }
        }
        10..=19 => {
            // Sometimes what was cancelled is delivered all the same.
            let late = dice.below(20) == 0;
            let attempt = dice.pick(if late { &ended } else { &live })?.clone();
            let step = run.steps.iter().find(|s| s.attempts.iter().any(|a| a.id == attempt))?.name.clone();
            RunCommand::Deliver {
                text: result_of(&run, &step, dice),
                attempt,
                usage,
                cost: None,
                noted: None,
            }
        }
        20 => {
            let transient = dice.below(2) == 0;
            let failure = AttemptFailure {
                kind: "timeout".into(),
                message: "slow".into(),
                transient,
                retry_after_ms: None,
            };
            RunCommand::Fail { attempt: dice.pick(&live)?.clone(), failure, partial: None, usage, cost: None }
        }
        21 => RunCommand::Interrupt {
            attempt: dice.pick(&live)?.clone(),
            partial: None,
            orderly: dice.below(2) == 0,
        },
        22..=27 => RunCommand::Approve { step: some(dice), revision: None },
        28 => {
            let feedback = (dice.below(2) == 0).then(|| format!("Otherwise {}.", dice.below(3)));
            RunCommand::Revise { step: some(dice), revision: None, feedback, passages: Vec::new() }
        }
        29..=31 => {
            let step = some(dice).or_else(|| run.first_unsettled().map(|s| s.name.clone()))?;
            RunCommand::Edit { text: result_of(&run, &step, dice), step: Some(step), revision: None }
        }
        32 => {
            let step = some(dice).or_else(|| run.first_unsettled().map(|s| s.name.clone()))?;
            let (text, model) = (result_of(&run, &step, dice), "manual".into());
            RunCommand::Write { step: Some(step), revision: None, text, model, tokens: 0 }
        }
        33 => {
            let all: Vec<_> = run.steps.iter().flat_map(|s| &s.revisions).map(|r| r.id.clone()).collect();
            RunCommand::Restore { revision: dice.pick(&all)?.clone() }
        }
        34 => RunCommand::Override { step: some(dice), revision: None, reason: "So.".into() },
        35 => RunCommand::Waive {
            step: some(dice)?,
            finding: format!("f{}", dice.below(2)),
            reason: "A refrain.".into(),
        },
        36 => RunCommand::Stop,
        37 | 38 if run.workflow.subject == SubjectKind::Page => {
            RunCommand::SetBeat { text: format!("Beat {}.", dice.below(3)) }
        }
        37 | 38 => {
            let (name, value) = match dice.below(3) {
                0 => ("level", json!(dice.below(6))),
                1 => ("extra", json!(dice.below(2) == 0)),
                _ => ("turns", json!(1 + dice.below(4))),
            };
            RunCommand::SetParameter { name: name.into(), value }
        }
        39 => RunCommand::Retry { step: None },
        40 => RunCommand::Cancel { step: None },
        41 => RunCommand::Skip { step: some(dice) },
        42 => RunCommand::SetAside { step: some(dice), aside: dice.below(2) == 0 },
        43 => RunCommand::Undo { step: some(dice) },
        44 => RunCommand::Undo { step: None },
        45 => RunCommand::Redo,
        46 if dice.below(4) == 0 => RunCommand::Pause,
        46 => RunCommand::Resume,
        _ => {
            b.facts.now = b.facts.now.plus_ms(10_000);
            return None;
        }
    })
}
