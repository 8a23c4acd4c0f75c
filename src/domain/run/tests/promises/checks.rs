//! What must hold after every command and delivery, told without the rules that are tested.

use std::collections::{BTreeMap, HashMap};

use serde_json::Value;

use super::super::*;
use crate::domain::Hash;
use crate::domain::workflow::SubjectKind;

type Check = Result<(), String>;

fn holds(truth: bool, fault: impl FnOnce() -> String) -> Check {
    if truth { Ok(()) } else { Err(fault()) }
}

/// Somebody acts: work is under way or due, the author is asked something that leads further, or all is done. Nothing
/// is open while what it needs is not settled.
pub fn somebody_acts(run: &Run) -> Check {
    for step in run.main_steps().filter(|s| s.phase != Phase::Waiting) {
        let needs = &run.definition(step).needs;
        let unsettled = needs.iter().find(|n| !run.step(n).is_some_and(Step::is_settled));
        holds(unsettled.is_none(), || format!("{} is {:?} before {unsettled:?}", step.name, step.phase))?;
    }
    if run.paused {
        return Ok(());
    }
    match run.standing() {
        Standing::Working { step } => {
            let phase = run.step(&step).map(|s| &s.phase);
            let acts = matches!(phase, Some(Phase::Queued { .. } | Phase::Working { .. }));
            holds(acts, || format!("{step} should be at work and is {phase:?}"))
        }
        Standing::Reviewing { step } => {
            let ruling = run.step(&step).and_then(|s| run.ruling(s));
            holds(ruling != Some(Outcome::Pass), || {
                format!("the gate of {step} is open, and its rule says pass")
            })
        }
        Standing::Waiting { attention } => {
            let lacks_beat = run.workflow.subject == SubjectKind::Page && run.beat.is_none();
            let asked = (attention.reason != Reason::NoBeat || lacks_beat) && !attention.choices.is_empty();
            holds(asked, || format!("nobody moves {}: {:?}", attention.step, run.step(&attention.step)))
        }
        Standing::Done => Ok(()),
    }
}

/// What a step was made from: the texts that it needs with those of its items, the turn of its loop, the author's
/// feedback and waivers.
#[derive(Debug, Clone, PartialEq)]
struct View {
    needed: Vec<(StepName, Option<Hash>)>,
    turn: Option<u32>,
    feedback: Vec<Hash>,
    waived: Vec<String>,
}

fn view(run: &Run, name: &StepName) -> View {
    let needs = run.workflow.step(name).map(|s| s.needs.clone()).unwrap_or_default();
    let needed = needs.iter().filter_map(|n| run.step(n)).flat_map(|need| {
        let items = need.items.iter().filter_map(|key| run.step(&need.name.item(key)));
        std::iter::once(need).chain(items)
    });
    View {
        needed: needed.map(|s| (s.name.clone(), s.current_revision().map(|r| r.text.hash.clone()))).collect(),
        turn: run.workflow.loop_of(name).map(|l| run.loops[l].turn),
        feedback: run
            .step(name)
            .into_iter()
            .flat_map(Step::active_feedback)
            .map(|f| f.text.hash.clone())
            .collect(),
        waived: run
            .waived
            .iter()
            .filter(|(step, _)| step == name)
            .map(|(_, finding)| finding.clone())
            .collect(),
    }
}

/// What was seen while a run went on: what each revision was made from, and beside what each decision was made.
#[derive(Default)]
pub struct Seen {
    replayed: Option<Run>,
    given: HashMap<AttemptId, View>,
    made: BTreeMap<RevisionId, View>,
    decided: HashMap<DecisionId, View>,
}

impl Seen {
    /// Looks at the events from this one on, one after the other.
    pub fn look(&mut self, b: &Bench, from: usize) {
        let (first, at) = &b.events[0];
        let mut run = self
            .replayed
            .take()
            .unwrap_or_else(|| Run::start(b.run.workflow.clone(), first, *at).expect("it begins"));
        for (event, at) in &b.events[from.max(1)..] {
            match event {
                RunEvent::AttemptStarted { attempt, step, .. } => {
                    self.given.insert(attempt.clone(), view(&run, step));
                }
                RunEvent::AttemptDelivered { attempt, revision, .. } => {
                    let given = self.given.get(attempt);
                    self.made.extend(given.map(|view| (revision.id.clone(), view.clone())));
                }
                RunEvent::Decided { decision, step, made, .. } => {
                    let view = view(&run, step);
                    self.made.extend(made.as_ref().map(|made| (made.id.clone(), view.clone())));
                    self.decided.insert(decision.clone(), view);
                }
                _ => {}
            }
            run.apply(event, *at);
        }
        self.replayed = Some(run);
    }

    /// Nothing is kept whose input changed: no result, no ruling, no approval, no passing over.
    pub fn nothing_is_stale(&self, run: &Run) -> Check {
        if run.paused {
            return Ok(());
        }
        for step in run.main_steps() {
            let definition = run.definition(step);
            // What an ended loop left behind is of the turn that it was made in.
            if step.passed == Some(Passed::LoopEnded) {
                continue;
            }
            if step.phase != Phase::Waiting
                && let Some(condition) = &definition.condition
            {
                let wanted = asked(run, condition);
                let skipped = step.phase == Phase::Settled { revision: None } && step.passed.is_none();
                let done = step.passed != Some(Passed::Condition);
                holds(skipped || wanted.is_none_or(|w| w == done), || {
                    format!("{} is {:?}, and `{condition}` says {wanted:?}", step.name, step.phase)
                })?;
            }
            let Some(revision) = step.current_revision() else { continue };
            if run.workflow.subject == SubjectKind::Page {
                self.approved(run, step, revision)?;
                continue;
            }
            if let Some(made) = self.made.get(&revision.id) {
                let now = view(run, &step.name);
                holds(*made == now, || {
                    format!("{} was made of {made:?}, and there is {now:?}", revision.id)
                })?;
            }
            if definition.gate.as_ref().is_some_and(|g| g.pass.is_some()) {
                ruled(run, step, revision)?;
            }
        }
        Ok(())
    }
}

impl Seen {
    /// What a page's gate shows stays, beside what changed: only its approval must be of what there is.
    fn approved(&self, run: &Run, step: &Step, revision: &Revision) -> Check {
        let now = view(run, &step.name);
        let beside_this = |d: &Decision| {
            let of_it = !d.undone && d.revision.as_ref() == Some(&revision.id);
            of_it && self.decided.get(&d.id).is_some_and(|view| view.needed == now.needed)
        };
        holds(!step.is_settled() || run.decisions.iter().any(beside_this), || {
            format!("{} is approved, and nobody approved it beside {now:?}", revision.id)
        })
    }
}

/// The rule says of a result what it should, and what is past its gate got there.
fn ruled(run: &Run, step: &Step, revision: &Revision) -> Check {
    let gate = run.definition(step).gate.as_ref().expect("it has a rule");
    let says = |rule: Option<&String>| rule.is_some_and(|r| asked(run, r) == Some(true));
    let right = match (says(gate.pass.as_ref()), says(gate.borderline.as_ref())) {
        (true, _) => Outcome::Pass,
        (false, true) => Outcome::Borderline,
        (false, false) => Outcome::Fail,
    };
    let by = |kind| {
        let of_it = |d: &&Decision| !d.undone && d.kind == kind && d.revision.as_ref() == Some(&revision.id);
        run.decisions.iter().any(|d| of_it(&d))
    };
    let fine = if matches!(step.phase, Phase::Gate { .. }) {
        run.ruling(step) == Some(right) && right != Outcome::Pass
    } else {
        right == Outcome::Pass
            || (right == Outcome::Borderline && by(DecisionKind::Approve))
            || by(DecisionKind::Override)
    };
    holds(fine, || {
        format!("{}: {:?}, ruled {:?}, and right is {right:?}", step.name, step.phase, step.ruling)
    })
}

/// Reads a condition of a made-up workflow; none where what it reads is not there.
fn asked(run: &Run, condition: &str) -> Option<bool> {
    if condition == "extra" {
        return run.parameters["extra"].as_bool();
    }
    let (left, _) = condition.split_once(" >= level")?;
    let (path, more) = left.split_once(" + ").map_or((left, 0.0), |(path, _)| (path, 1.0));
    let step = run.step(&StepName::new(path.strip_suffix(".words")?))?;
    let words = step.current_revision()?.values.get("words").and_then(Value::as_f64)?;
    Some(words + more >= run.parameters["level"].as_f64()?)
}

/// Where a step stands, as the author sees it.
#[derive(Debug, Clone, PartialEq)]
enum Place {
    Waiting,
    /// Asked, at work, or stopped by a decision that was taken back.
    Busy,
    Items,
    Gate(RevisionId, Option<Outcome>),
    Settled(Option<RevisionId>),
    Failed,
}

#[derive(Debug, Clone, PartialEq)]
struct Picture {
    steps: Vec<(StepName, Place)>,
    loops: Vec<(u32, Option<LoopOutcome>)>,
}

fn picture(run: &Run) -> Picture {
    let place = |step: &Step| match &step.phase {
        Phase::Waiting => Place::Waiting,
        Phase::Queued { .. }
        | Phase::Working { .. }
        | Phase::NeedsAuthor { reason: Reason::Cancelled, .. } => Place::Busy,
        Phase::Items => Place::Items,
        Phase::Gate { revision } => Place::Gate(revision.clone(), run.ruling(step)),
        Phase::Settled { revision } => Place::Settled(revision.clone()),
        Phase::NeedsAuthor { .. } => Place::Failed,
    };
    Picture {
        // An item that its list no longer has, or not yet, is nothing; nor is one of a whole that is written by hand.
        steps: run.main_steps().filter(|s| is_listed(run, s)).map(|s| (s.name.clone(), place(s))).collect(),
        loops: run.loops.iter().map(|l| (l.turn, l.ended)).collect(),
    }
}

fn is_listed(run: &Run, step: &Step) -> bool {
    let fan_out = || run.step(&StepName::new(step.name.base()));
    let in_list = |key: &str| fan_out().is_some_and(|s| s.items.iter().any(|item| item == key));
    if step.name.key().is_some() && fan_out().is_some_and(|s| s.current_revision().is_some()) {
        return false;
    }
    step.phase != Phase::Waiting || step.name.key().is_none_or(in_list)
}

fn is_busy(run: &Run) -> bool {
    run.main_steps().any(|s| matches!(s.phase, Phase::Queued { .. } | Phase::Working { .. }))
}

/// Takes back decisions and makes them again: the same states lie on the way there and back, twice.
pub fn undo_is_exact(b: &Bench, most: u64) -> Check {
    if b.run.paused || is_busy(&b.run) {
        return Ok(());
    }
    let mut b = Bench { run: b.run.clone(), events: Vec::new(), facts: b.facts.clone() };
    let mut way = vec![picture(&b.run)];
    for _ in 0..most {
        let Ok(events) = b.give(RunCommand::Undo { step: None }) else { break };
        asks_for_nothing_that_exists(&b.run, &events)?;
        way.push(picture(&b.run));
    }
    for earlier in way.iter().rev().skip(1) {
        let events = match b.give(RunCommand::Redo) {
            // A loop that goes on once its stop is taken back has left the turn of the stop.
            Err(Refusal::PastTurn { .. }) => return Ok(()),
            redone => redone.map_err(|e| format!("{e} on the way forward over {way:#?}"))?,
        };
        asks_for_nothing_that_exists(&b.run, &events)?;
        same(earlier, &picture(&b.run), "redo")?;
    }
    for later in &way[1..] {
        b.give(RunCommand::Undo { step: None }).map_err(|e| format!("{e} on the way back again"))?;
        same(later, &picture(&b.run), "undo")?;
    }
    Ok(())
}

/// A decision that is taken back at once leaves the run where it was. What is asked meanwhile may find a result that
/// came late, so this is of runs at rest.
pub fn is_taken_back(b: &Bench, decision: &RunCommand) -> Check {
    if is_busy(&b.run) {
        return Ok(());
    }
    let mut b = Bench { run: b.run.clone(), events: Vec::new(), facts: b.facts.clone() };
    let before = picture(&b.run);
    let decided = b.run.decisions.len();
    if b.give(decision.clone()).is_err() || b.run.decisions.len() == decided {
        return Ok(());
    }
    match b.give(RunCommand::Undo { step: None }) {
        // The loop went on with what was decided.
        Err(Refusal::PastTurn { .. }) => return Ok(()),
        undone => undone.map_err(|e| format!("{decision:?} cannot be undone: {e}"))?,
    };
    same(&before, &picture(&b.run), "undo of the last decision")
}

fn same(right: &Picture, is: &Picture, by: &str) -> Check {
    holds(right == is, || format!("{by} comes to\n{is:#?}\nand right is\n{right:#?}"))
}

fn asks_for_nothing_that_exists(run: &Run, events: &[RunEvent]) -> Check {
    for event in events {
        if let RunEvent::StepAsked { step, input, .. } = event {
            let there =
                run.step(step).and_then(|s| s.revisions.iter().find(|r| r.input.as_ref() == Some(input)));
            holds(there.is_none(), || format!("{step} is asked for {:?} again", there.map(|r| &r.id)))?;
        }
    }
    Ok(())
}

/// The journal, through JSON and back, comes to the same run.
pub fn replays(b: &Bench) -> Check {
    let (first, at) = &b.events[0];
    let mut again = Run::start(b.run.workflow.clone(), first, *at).ok_or("it does not begin")?;
    for (event, at) in &b.events[1..] {
        let stored = serde_json::to_string(event).map_err(|e| e.to_string())?;
        again.apply(&serde_json::from_str(&stored).map_err(|e| e.to_string())?, *at);
    }
    holds(again == b.run, || "the journal comes to another run".into())
}
