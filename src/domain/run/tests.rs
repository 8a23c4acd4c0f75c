//! The rules of a run, by example (spec P1, P3, P7, P8 and design §2).

mod flow;
mod flow_properties;
mod lessons;
mod passages;
mod promises;
mod properties;

use std::sync::Arc;

use super::*;
use crate::domain::{Budget, Facts, Money, Refusal};

/// A run with its author at hand.
pub(super) struct Bench {
    pub run: Run,
    pub events: Vec<(RunEvent, Time)>,
    pub facts: Facts,
}

impl Bench {
    pub fn new() -> Self {
        let workflow = Arc::new(Workflow::page());
        let subject =
            Subject::page(BookId::new("b"), ChapterId::new("b_ch_001"), PageId::new("b_ch_001_page_001"));
        let event = begin(RunId::new("run_1"), &workflow, subject).events.remove(0);
        let at = Time(1_000);
        let run = Run::start(workflow, &event, at).unwrap();
        // Advisory steps have tests of their own; here they would only be noise.
        let facts = Facts { advisory: false, lessons: false, ..Facts::at(at) };
        Self { run, events: vec![(event, at)], facts }
    }

    pub fn started() -> Self {
        let mut bench = Self::new();
        bench.ok(RunCommand::SetBeat { text: "Mara waits on the pier.".into() });
        bench
    }

    pub fn give(&mut self, command: RunCommand) -> Result<Vec<RunEvent>, Refusal> {
        self.facts.now = self.facts.now.plus_ms(10);
        let decided = decide(&self.run, command, &self.facts)?;
        for event in &decided.events {
            self.run.apply(event, self.facts.now);
            self.events.push((event.clone(), self.facts.now));
        }
        Ok(decided.events)
    }

    pub fn ok(&mut self, command: RunCommand) -> Vec<RunEvent> {
        self.give(command).unwrap()
    }

    /// Starts what is due and returns its attempt.
    pub fn begin(&mut self) -> AttemptId {
        let work = next_work(&self.run).into_iter().min_by_key(|w| w.due).expect("there is work");
        self.facts.now = self.facts.now.max(work.due);
        self.ok(RunCommand::Start {
            attempt: work.attempt.clone(),
            step: work.step,
            model: "test/model".into(),
            request: "{}".into(),
            reserved: Some(Money(5)),
            given: None,
        });
        work.attempt
    }

    pub fn deliver(&mut self, attempt: &AttemptId, text: &str) -> Result<Vec<RunEvent>, Refusal> {
        let usage = Usage { output_tokens: 7, ..Usage::default() };
        self.give(RunCommand::Deliver {
            attempt: attempt.clone(),
            text: text.into(),
            usage,
            cost: None,
            noted: None,
        })
    }

    pub fn agent_writes(&mut self, text: &str) {
        let attempt = self.begin();
        self.deliver(&attempt, text).unwrap();
    }

    pub fn fail(&mut self, attempt: &AttemptId, transient: bool, retry_after_ms: Option<i64>) {
        let failure =
            AttemptFailure { kind: "timeout".into(), message: "too slow".into(), transient, retry_after_ms };
        let (attempt, usage) = (attempt.clone(), Usage::default());
        self.ok(RunCommand::Fail { attempt, failure, partial: Some("half".into()), usage, cost: None });
    }

    pub fn approve(&mut self) {
        self.ok(RunCommand::Approve { step: None, revision: None });
    }

    pub fn revise(&mut self, words: &str) -> Result<Vec<RunEvent>, Refusal> {
        let feedback = Some(words.to_owned());
        self.give(RunCommand::Revise { step: None, revision: None, feedback, passages: Vec::new() })
    }

    pub fn state(&self) -> &str {
        self.run.public_state()
    }

    fn of(&self, name: &str) -> &Step {
        self.run.step(&StepName::new(name)).unwrap()
    }

    fn current(&self, name: &str) -> &str {
        self.of(name).current_revision().unwrap().id.as_str()
    }
}

fn step(name: &str) -> StepName {
    StepName::new(name)
}

#[test]
fn p1_a_page_goes_through_its_six_states_in_order() {
    let mut b = Bench::new();
    assert_eq!(b.state(), "awaiting_user_input");
    b.ok(RunCommand::SetBeat { text: "Mara waits.".into() });
    assert_eq!(b.state(), "generating_narration");
    b.agent_writes("She waited.");
    assert_eq!(b.state(), "user_reviewing_narration");
    b.approve();
    assert_eq!(b.state(), "generating_dialogue");
    b.agent_writes("\"Well?\"");
    assert_eq!(b.state(), "user_reviewing_dialogue");
    b.approve();
    assert_eq!(b.state(), "page_approved");
    assert!(next_work(&b.run).iter().all(|w| w.advisory), "what is left is to put the page in short");
}

#[test]
fn p1_an_illegal_move_is_refused_and_changes_nothing() {
    let mut b = Bench::started();
    let before = b.run.clone();
    let refusal = b.give(RunCommand::Approve { step: None, revision: None }).unwrap_err();
    assert!(matches!(refusal, Refusal::NotReviewing { ref state, .. } if state == "generating_narration"));
    assert!(b.give(RunCommand::Skip { step: None }).is_err());
    assert!(b.give(RunCommand::Retry { step: None }).is_err());
    assert!(b.give(RunCommand::Undo { step: None }).is_err());
    assert!(b.give(RunCommand::Approve { step: Some(step("plot")), revision: None }).is_err());
    assert_eq!(b.run, before);
}

#[test]
fn p1_attention_names_step_reason_and_choices() {
    let b = Bench::new();
    let Standing::Waiting { attention } = b.run.standing() else { panic!("it waits") };
    assert_eq!((attention.step.as_str(), attention.reason), ("narration", Reason::NoBeat));
    assert!(attention.choices.contains(&crate::domain::Choice::SetBeat));
}

#[test]
fn p3_revisions_are_numbered_kept_and_restored_as_new_ones() {
    let mut b = Bench::started();
    b.agent_writes("First.");
    b.revise("colder").unwrap();
    b.agent_writes("Second, colder.");
    let first = b.of("narration").revisions[0].clone();
    b.ok(RunCommand::Restore { revision: first.id.clone() });
    let narration = b.of("narration");
    assert_eq!(narration.revisions.len(), 3);
    assert_eq!(narration.revisions[2].text, first.text);
    assert_eq!(narration.revisions[2].origin, Origin::Restore(first.id.clone()));
    assert_eq!(b.current("narration"), "run_1.narration.3");
    assert_eq!(b.run.revision_requests, 1);
    let again = b.give(RunCommand::Restore { revision: first.id }).unwrap_err();
    assert!(matches!(again, Refusal::AlreadyCurrent { .. }));
}

#[test]
fn p3_feedback_is_tied_to_the_revision_it_speaks_of() {
    let mut b = Bench::started();
    b.agent_writes("First.");
    b.revise("colder").unwrap();
    b.agent_writes("Second.");
    b.revise("shorter").unwrap();
    let given: Vec<&str> = b.of("narration").feedback.iter().map(|f| f.revision.as_str()).collect();
    assert_eq!(given, ["run_1.narration.1", "run_1.narration.2"]);
}

#[test]
fn a_revision_that_is_no_longer_the_newest_cannot_be_decided_on() {
    let mut b = Bench::started();
    b.agent_writes("First.");
    b.revise("colder").unwrap();
    b.agent_writes("Second.");
    let old = RevisionId::new("run_1.narration.1");
    for command in [
        RunCommand::Approve { step: None, revision: Some(old.clone()) },
        RunCommand::Revise { step: None, revision: Some(old.clone()), feedback: None, passages: Vec::new() },
        RunCommand::Edit { step: None, revision: Some(old.clone()), text: "x".into() },
        RunCommand::Write {
            step: None,
            revision: Some(old.clone()),
            text: "x".into(),
            model: "manual".into(),
            tokens: 0,
        },
    ] {
        let refusal = b.give(command).unwrap_err();
        let Refusal::NotNewest { newest, .. } = refusal else { panic!("{refusal}") };
        assert_eq!(newest.as_str(), "run_1.narration.2");
    }
}

#[test]
fn p7_five_revision_requests_for_both_steps_together_then_by_hand_or_raised() {
    let mut b = Bench::started();
    b.agent_writes("0");
    for n in 1..=3 {
        b.revise(&format!("more {n}")).unwrap();
        b.agent_writes(&format!("n{n}"));
    }
    b.approve();
    b.agent_writes("d0");
    for n in 4..=5 {
        b.revise(&format!("more {n}")).unwrap();
        b.agent_writes(&format!("d{n}"));
    }
    assert!(matches!(b.revise("once more"), Err(Refusal::LimitReached { limit: 5 })));
    assert_eq!(b.state(), "user_reviewing_dialogue");
    // Edits, restores and hand-written texts do not count.
    let earlier = b.of("dialogue").revisions[0].id.clone();
    b.ok(RunCommand::Restore { revision: earlier });
    assert!(matches!(b.give(RunCommand::SetLimit { limit: 4 }), Err(Refusal::LimitTooLow { used: 5 })));
    b.ok(RunCommand::SetLimit { limit: 6 });
    b.revise("once more").unwrap();
    assert_eq!(b.state(), "generating_dialogue");
}

#[test]
fn p8_a_failing_agent_is_retried_with_growing_waits_then_the_page_waits_for_the_author() {
    let mut b = Bench::started();
    b.facts.jitter = 0.0;
    for wait in [2000, 4000] {
        let attempt = b.begin();
        b.fail(&attempt, true, None);
        assert_eq!(b.state(), "generating_narration");
        assert_eq!(next_work(&b.run)[0].due, b.facts.now.plus_ms(wait));
    }
    let attempt = b.begin();
    assert_eq!(attempt.as_str(), "run_1.narration.i1.v0.a3");
    b.fail(&attempt, true, None);
    let Standing::Waiting { attention } = b.run.standing() else { panic!("it waits") };
    assert_eq!(attention.reason, Reason::Failed);
    assert_eq!(attention.message, "too slow");
    b.ok(RunCommand::Retry { step: None });
    assert_eq!(b.begin().as_str(), "run_1.narration.i1.v0.a4");
}

#[test]
fn p8_what_cannot_pass_by_itself_is_not_retried_and_a_wish_to_wait_is_honoured() {
    let mut b = Bench::started();
    let attempt = b.begin();
    b.fail(&attempt, true, Some(30_000));
    assert_eq!(next_work(&b.run)[0].due, b.facts.now.plus_ms(30_000));
    let attempt = b.begin();
    b.fail(&attempt, false, None);
    assert_eq!(b.state(), "awaiting_user_input");
    assert!(next_work(&b.run).is_empty());
}

#[test]
fn p8_a_failed_dialogue_can_be_skipped_and_narration_cannot() {
    let mut b = Bench::started();
    let attempt = b.begin();
    b.fail(&attempt, false, None);
    assert!(matches!(b.give(RunCommand::Skip { step: None }), Err(Refusal::NotSkippable { .. })));
    b.ok(RunCommand::Write {
        step: None,
        revision: None,
        text: "By hand.".into(),
        model: "manual".into(),
        tokens: 0,
    });
    assert_eq!(b.state(), "user_reviewing_narration");
    b.approve();
    let attempt = b.begin();
    b.fail(&attempt, false, None);
    b.ok(RunCommand::Skip { step: None });
    assert_eq!(b.state(), "page_approved");
    b.ok(RunCommand::Undo { step: None });
    assert_eq!(b.state(), "awaiting_user_input");
}

#[test]
fn undo_of_an_approval_reopens_the_gate_on_the_same_revision_and_cancels_what_followed() {
    let mut b = Bench::started();
    b.agent_writes("First.");
    b.approve();
    let attempt = b.begin();
    let events = b.ok(RunCommand::Undo { step: None });
    assert!(
        events.iter().any(|e| matches!(e, RunEvent::AttemptCancelled { attempt: a, .. } if *a == attempt))
    );
    assert_eq!(b.state(), "user_reviewing_narration");
    assert_eq!(b.current("narration"), "run_1.narration.1");
    // A late answer is kept, and is at no gate by itself …
    b.deliver(&attempt, "\"Late.\"").unwrap();
    assert!(b.of("dialogue").revisions[0].late);
    assert_eq!(b.state(), "user_reviewing_narration");
    // … but when exactly the same is asked again, it is not paid for twice.
    b.approve();
    assert_eq!(b.state(), "user_reviewing_dialogue");
    assert_eq!(b.current("dialogue"), "run_1.dialogue.1");
}

#[test]
fn undo_of_the_narration_withdraws_the_dialogue_and_the_same_approval_adopts_it_again() {
    let mut b = Bench::started();
    b.agent_writes("First.");
    b.approve();
    b.agent_writes("\"One.\"");
    b.ok(RunCommand::Edit { step: None, revision: None, text: "\"One, edited.\"".into() });
    assert_eq!(b.state(), "page_approved");
    b.ok(RunCommand::Undo { step: Some(step("narration")) });
    assert_eq!(b.state(), "user_reviewing_narration");
    b.approve();
    assert_eq!(b.state(), "user_reviewing_dialogue");
    assert_eq!(b.current("dialogue"), "run_1.dialogue.2");
    assert_eq!(b.of("dialogue").revisions.len(), 2);
}

#[test]
fn undo_of_a_restore_brings_an_approved_page_back_as_it_was() {
    for skipped in [false, true] {
        let mut b = Bench::started();
        b.agent_writes("First.");
        b.revise("colder").unwrap();
        b.agent_writes("Second.");
        b.approve();
        b.agent_writes("\"One.\"");
        if skipped {
            b.ok(RunCommand::Skip { step: None });
        } else {
            b.approve();
        }
        let before = b.run.clone();
        b.ok(RunCommand::Restore { revision: RevisionId::new("run_1.narration.1") });
        assert_eq!(b.state(), "user_reviewing_narration");
        b.ok(RunCommand::Undo { step: None });
        assert_eq!(b.state(), "page_approved", "skipped: {skipped}");
        assert_eq!(b.of("dialogue").phase, before.step(&step("dialogue")).unwrap().phase);
        assert!(b.of("dialogue").live_attempt().is_none());
    }
}

#[test]
fn m6_undo_and_redo_of_an_edit_of_approved_narration_come_to_the_same_states() {
    let mut b = Bench::started();
    b.agent_writes("First.");
    b.approve();
    b.agent_writes("\"One.\"");
    b.approve();
    b.ok(RunCommand::Edit { step: Some(step("narration")), revision: None, text: "Edited.".into() });
    let seen = |b: &Bench| (b.state().to_owned(), b.current("narration").to_owned());
    let states: Vec<_> = ["page_approved", "user_reviewing_dialogue", "user_reviewing_narration"]
        .map(|state| {
            b.ok(RunCommand::Undo { step: None });
            assert_eq!(seen(&b), (state.to_owned(), "run_1.narration.1".to_owned()));
            state
        })
        .into();
    for state in states.iter().rev().skip(1).chain([&"user_reviewing_dialogue"]) {
        let events = b.ok(RunCommand::Redo);
        let asks = |e: &RunEvent| matches!(e, RunEvent::StepAsked { step: s, .. } if *s != step("summary"));
        assert!(!events.iter().any(asks));
        assert_eq!(b.state(), *state);
    }
    assert_eq!(b.current("narration"), "run_1.narration.2");
    assert_eq!(b.current("dialogue"), "run_1.dialogue.1");
}

#[test]
fn undo_and_redo_walk_back_and_forth_over_decisions() {
    let mut b = Bench::started();
    b.agent_writes("First.");
    b.revise("colder").unwrap();
    b.agent_writes("Second.");
    b.approve();
    b.agent_writes("\"One.\"");
    b.approve();
    let states = ["user_reviewing_dialogue", "user_reviewing_narration", "user_reviewing_narration"];
    for state in states {
        b.ok(RunCommand::Undo { step: None });
        assert_eq!(b.state(), state);
    }
    assert_eq!(b.current("narration"), "run_1.narration.1");
    assert_eq!(b.run.revision_requests, 0);
    assert!(matches!(b.give(RunCommand::Undo { step: None }), Err(Refusal::NothingToUndo)));
    // The request is made again: its result was there already.
    b.ok(RunCommand::Redo);
    assert_eq!(b.current("narration"), "run_1.narration.2");
    assert_eq!(b.run.revision_requests, 1);
    b.ok(RunCommand::Redo);
    b.ok(RunCommand::Redo);
    assert_eq!(b.state(), "page_approved");
    assert!(matches!(b.give(RunCommand::Redo), Err(Refusal::NothingToRedo)));
    assert_eq!(b.of("narration").revisions.len() + b.of("dialogue").revisions.len(), 3);
}

#[test]
fn e2_undoing_a_redone_decision_returns_to_what_was_delivered_meanwhile() {
    let write = || RunCommand::Write {
        step: None,
        revision: None,
        text: "By hand.".into(),
        model: "manual".into(),
        tokens: 0,
    };
    let mut b = Bench::started();
    b.begin();
    b.ok(write());
    b.ok(RunCommand::Undo { step: None });
    b.ok(RunCommand::Retry { step: None });
    b.agent_writes("She waited.");
    let delivered = b.current("narration").to_owned();
    b.ok(RunCommand::Redo);
    b.ok(RunCommand::Undo { step: None });
    assert_eq!(b.current("narration"), delivered);
    assert!(next_work(&b.run).is_empty(), "what is delivered is not asked for again");
}

#[test]
fn redo_dies_with_the_next_decision() {
    let mut b = Bench::started();
    b.agent_writes("First.");
    b.approve();
    b.ok(RunCommand::Undo { step: None });
    b.revise("other").unwrap();
    assert!(matches!(b.give(RunCommand::Redo), Err(Refusal::NothingToRedo)));
}

#[test]
fn editing_an_approved_narration_is_approved_by_that_act_and_reopens_its_dialogue() {
    let mut b = Bench::started();
    b.agent_writes("First.");
    b.approve();
    b.agent_writes("\"One.\"");
    b.approve();
    assert!(matches!(
        b.give(RunCommand::Edit { step: None, revision: None, text: "x".into() }),
        Err(Refusal::StepNotNamed { .. })
    ));
    b.ok(RunCommand::Edit { step: Some(step("narration")), revision: None, text: "First, edited.".into() });
    assert_eq!(b.state(), "user_reviewing_dialogue");
    assert_eq!(b.current("narration"), "run_1.narration.2");
    assert_eq!(b.current("dialogue"), "run_1.dialogue.1");
}

#[test]
fn again_without_feedback_counts_and_asks_for_something_new() {
    let mut b = Bench::started();
    b.agent_writes("First.");
    b.ok(RunCommand::Revise { step: None, revision: None, feedback: None, passages: Vec::new() });
    assert_eq!(b.state(), "generating_narration");
    assert_eq!(b.run.revision_requests, 1);
    b.agent_writes("Another.");
    assert_eq!(b.current("narration"), "run_1.narration.2");
}

#[test]
fn a_gate_set_aside_stays_open_and_is_taken_up_again_by_a_decision() {
    let mut b = Bench::started();
    b.agent_writes("First.");
    b.ok(RunCommand::SetAside { step: None, aside: true });
    assert!(b.of("narration").set_aside);
    assert_eq!(b.state(), "user_reviewing_narration");
    let again = b.give(RunCommand::SetAside { step: None, aside: true });
    assert!(matches!(again, Err(Refusal::Unchanged { .. })), "{again:?}");
    b.approve();
    assert!(!b.of("narration").set_aside);
}

#[test]
fn a_new_beat_while_the_narration_is_written_asks_for_it_anew() {
    let mut b = Bench::started();
    let first = b.begin();
    b.ok(RunCommand::SetBeat { text: "Mara leaves.".into() });
    assert_eq!(b.state(), "generating_narration");
    let second = b.begin();
    assert_eq!(second.as_str(), "run_1.narration.i2.v0.a1");
    b.deliver(&first, "Old.").unwrap();
    assert_eq!(b.state(), "generating_narration");
    b.deliver(&second, "New.").unwrap();
    assert_eq!(b.current("narration"), "run_1.narration.2");
}

#[test]
fn an_attempt_delivers_once() {
    let mut b = Bench::started();
    let attempt = b.begin();
    b.deliver(&attempt, "First.").unwrap();
    assert!(matches!(b.deliver(&attempt, "Again."), Err(Refusal::AttemptNotLive { .. })));
    assert_eq!(b.of("narration").revisions.len(), 1);
}

#[test]
fn e2_an_interrupted_attempt_is_tried_again_and_parked_when_that_never_ends() {
    let mut b = Bench::started();
    for n in 1..=5 {
        let attempt = b.begin();
        b.ok(RunCommand::Interrupt { attempt, partial: None, orderly: true });
        assert_eq!(b.state(), "generating_narration", "orderly ends do not count ({n})");
    }
    for n in 1..=5 {
        assert_eq!(b.state(), "generating_narration", "{n}");
        let attempt = b.begin();
        b.ok(RunCommand::Interrupt { attempt, partial: Some("half".into()), orderly: false });
    }
    let Standing::Waiting { attention } = b.run.standing() else { panic!("it waits") };
    assert_eq!(attention.reason, Reason::Interrupted);
}

#[test]
fn p11_a_budget_that_does_not_cover_the_call_stops_it_and_says_so() {
    for (reserved, left, reason) in
        [(Some(Money(6)), Money(5), Reason::Budget), (None, Money(5), Reason::PriceUnknown)]
    {
        let mut b = Bench::started();
        b.facts.budgets =
            vec![Budget { of: BudgetOf::Day, amount: left, spent: Money::ZERO, reserved: Money::ZERO }];
        let work = next_work(&b.run).remove(0);
        let events = b.ok(RunCommand::Start {
            attempt: work.attempt,
            step: work.step,
            model: "m/x".into(),
            request: "{}".into(),
            reserved,
            given: None,
        });
        assert!(!events.iter().any(|e| matches!(e, RunEvent::AttemptStarted { .. })));
        let Standing::Waiting { attention } = b.run.standing() else { panic!("it waits") };
        assert_eq!(attention.reason, reason);
    }
}

#[test]
fn a_page_in_the_trash_starts_nothing_and_goes_on_when_it_comes_back() {
    let mut b = Bench::started();
    let attempt = b.begin();
    b.ok(RunCommand::Pause);
    assert!(next_work(&b.run).is_empty());
    assert!(matches!(b.revise("x"), Err(Refusal::Trashed)));
    b.deliver(&attempt, "Late.").unwrap();
    b.ok(RunCommand::Resume);
    assert_eq!(next_work(&b.run).len(), 1);
}

#[test]
fn p6_remarks_are_asked_at_an_open_gate_and_never_hold_it() {
    let mut b = Bench::started();
    b.facts.advisory = true;
    b.agent_writes("First.");
    let review = next_work(&b.run).remove(0);
    assert_eq!((review.step.as_str(), review.advisory), ("narration_review", true));
    assert_eq!(review.basis, Some(RevisionId::new("run_1.narration.1")));
    let attempt = b.begin();
    assert_eq!(b.state(), "user_reviewing_narration");
    // The gate decides while the reviewer still reads: its call is stopped.
    b.approve();
    assert_eq!(b.state(), "generating_dialogue");
    assert!(b.of("narration_review").live_attempt().is_none());
    b.ok(RunCommand::Undo { step: None });
    let again = b.begin();
    assert_ne!(again, attempt);
    b.deliver(&again, "- good").unwrap();
    assert_eq!(b.state(), "user_reviewing_narration");
    b.approve();
    b.ok(RunCommand::Undo { step: None });
    assert!(!next_work(&b.run).iter().any(|w| w.advisory), "remarks on the same text are not asked twice");
}

#[test]
fn texts_that_are_empty_or_too_long_are_refused() {
    let mut b = Bench::started();
    b.agent_writes("First.");
    assert!(matches!(b.revise(" \n"), Err(Refusal::EmptyText)));
    let long = "x".repeat(MOST_BYTES as usize + 1);
    assert!(matches!(
        b.give(RunCommand::Edit { step: None, revision: None, text: long }),
        Err(Refusal::TooLong { .. })
    ));
}

#[test]
fn a_page_is_put_in_short_when_all_is_settled_and_again_only_when_its_text_is_another() {
    let mut b = Bench::started();
    b.facts.advisory = false;
    let summary = |b: &Bench| b.run.step(&StepName::new("summary")).unwrap().clone();
    for text in ["It snowed.", "\"Cold.\""] {
        assert_eq!(summary(&b).phase, Phase::Waiting);
        let attempt = b.begin();
        b.deliver(&attempt, text).unwrap();
        b.ok(RunCommand::Approve { step: None, revision: None });
    }
    assert_eq!(b.run.standing(), Standing::Done);
    let attempt = b.begin();
    b.deliver(&attempt, "Snow, and cold.").unwrap();
    let first = summary(&b);
    assert!(
        matches!(&first.phase, Phase::Settled { revision: Some(r) } if r.as_str().ends_with(".summary.1"))
    );
    assert_eq!(b.run.standing(), Standing::Done);

    b.ok(RunCommand::Undo { step: None });
    assert_eq!(summary(&b).phase, Phase::Waiting);
    b.ok(RunCommand::Redo);
    assert_eq!(summary(&b).phase, first.phase, "the same texts: what was made of them is adopted");
    let step = Some(StepName::new("dialogue"));
    b.ok(RunCommand::Edit { step, revision: None, text: "\"Bitter.\"".into() });
    assert!(matches!(summary(&b).phase, Phase::Queued { .. }));
    let own = Some(StepName::new("summary"));
    let refused = b.give(RunCommand::Edit { step: own, revision: None, text: "Mine.".into() });
    assert!(matches!(refused, Err(Refusal::UnknownStep { .. })), "{refused:?}");
}

#[test]
fn p3_an_approval_that_was_undone_stays_so_when_an_earlier_change_is_undone_after_it() {
    let mut b = Bench::started();
    b.agent_writes("She waited.");
    b.approve();
    b.agent_writes("\"Well?\"");
    b.approve();
    let edit =
        |text: &str| RunCommand::Edit { step: Some(step("narration")), revision: None, text: text.into() };
    b.ok(edit("He waited."));
    b.approve();
    b.ok(edit("They waited."));
    b.ok(RunCommand::Undo { step: Some(step("dialogue")) });
    b.ok(RunCommand::Undo { step: None });
    assert_eq!((b.current("narration"), b.state()), ("run_1.narration.2", "user_reviewing_dialogue"));
    b.ok(RunCommand::Redo);
    b.ok(RunCommand::Redo);
    assert_eq!(
        b.state(),
        "user_reviewing_dialogue",
        "the text is another one than the approved one was beside"
    );
}
