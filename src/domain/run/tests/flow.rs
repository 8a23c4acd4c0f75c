//! Loops, rules at gates, conditions, items, tools: by example, on workflows as data (spec R1, R3, E1).

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};

use super::*;
use crate::domain::workflow::{Parameters, shipped_schema};

/// A run of a workflow about a text, as it comes.
pub(super) fn of(workflow: Arc<Workflow>, text: Option<&str>) -> Bench {
    started(Arc::unwrap_or_clone(workflow), Subject::default(), text, &json!({}))
}

/// A run of a workflow with what is given to it.
fn started(workflow: Workflow, subject: Subject, text: Option<&str>, parameters: &Value) -> Bench {
    let workflow = Arc::new(workflow);
    let parameters: Parameters = parameters.as_object().cloned().unwrap_or_default().into_iter().collect();
    let text = text.map(str::to_owned);
    let begun = begin_with(
        RunId::new("run_1"),
        &workflow,
        subject,
        "A story".into(),
        text,
        parameters,
        BTreeMap::new(),
    )
    .unwrap();
    let event = begun.events.into_iter().next().unwrap();
    let at = Time(1_000);
    let run = Run::start(workflow, &event, at).unwrap();
    let mut bench = Bench { run, events: vec![(event, at)], facts: Facts::at(at) };
    bench.ok(RunCommand::Go);
    bench
}

#[allow(clippy::needless_pass_by_value, reason = "every call makes its own")]
pub(super) fn story(parameters: Value) -> Bench {
    started(Workflow::shipped("story").unwrap(), Subject::default(), Some("It rained."), &parameters)
}

fn data(source: &str) -> Workflow {
    Workflow::parse("mine.toml", source, shipped_schema).unwrap()
}

pub(super) fn report(score: u32) -> String {
    // The reviewer's own verdict is beside the point: the score decides.
    let report = json!({"quality_score": score, "decision": "publish", "strengths": [], "suggestions": []});
    report.to_string()
}

pub(super) fn polished(text: &str) -> String {
    json!({"title": "A story", "text": text, "changes": []}).to_string()
}

/// Goes through reviews with these scores, and polishes between them.
fn reviewed(b: &mut Bench, scores: &[u32]) {
    for (turn, score) in scores.iter().enumerate() {
        b.agent_writes(&report(*score));
        if b.state() == "polishing" {
            b.agent_writes(&polished(&format!("It rained, version {}.", turn + 2)));
        }
    }
}

fn counts(b: &Bench) -> (usize, usize) {
    (b.of("review").revisions.len(), b.of("polish").revisions.len())
}

fn outcome(b: &Bench) -> Option<LoopOutcome> {
    b.run.loops[0].ended
}

#[test]
fn r1_the_loop_ends_at_the_threshold_or_with_its_turns() {
    let mut b = story(json!({}));
    assert_eq!(b.state(), "initial");
    reviewed(&mut b, &[96]);
    assert_eq!((counts(&b), outcome(&b)), ((1, 0), Some(LoopOutcome::Met)));
    assert_eq!(b.state(), "complete");

    let mut b = story(json!({}));
    reviewed(&mut b, &[88, 96]);
    assert_eq!((counts(&b), outcome(&b)), ((2, 1), Some(LoopOutcome::Met)));

    let mut b = story(json!({"iterations": 2, "closing": false}));
    reviewed(&mut b, &[50, 60]);
    assert_eq!((counts(&b), outcome(&b)), ((2, 2), Some(LoopOutcome::Limit)));
    assert_eq!(b.state(), "complete");
}

#[test]
fn r1_the_last_polish_gets_a_closing_review_and_the_best_version_stands() {
    let mut b = story(json!({"iterations": 2}));
    reviewed(&mut b, &[50, 80]);
    assert_eq!(b.state(), "reviewing");
    b.agent_writes(&report(70));
    assert_eq!(b.state(), "complete");
    let scores: Vec<Option<f64>> = b.run.versions.iter().map(|v| v.score).collect();
    assert_eq!(scores, [Some(50.0), Some(80.0), Some(70.0)]);
    let (place, best) = b.run.best_version().unwrap();
    assert_eq!((place, best.revision.as_ref().unwrap().as_str()), (1, "run_1.polish.1"));
    assert_eq!(b.of("closing_review").revisions.len(), 1);
}

#[test]
fn r1_a_closing_review_is_passed_over_where_none_is_wanted() {
    let mut b = story(json!({}));
    reviewed(&mut b, &[99]);
    assert!(b.of("closing_review").passed.is_some());
    assert!(b.of("polish").passed.is_some());
    assert!(next_work(&b.run).is_empty());
}

#[test]
fn r3_r4_an_answer_that_is_not_of_the_schema_is_an_attempt_like_others_and_never_guessed_at() {
    let mut b = story(json!({}));
    let attempt = b.begin();
    let bad = json!({"quality_score": "ninety", "decision": "publish"}).to_string();
    assert!(matches!(b.deliver(&attempt, &bad), Err(Refusal::NotValid { .. })));
    let not_valid = |b: &mut Bench, attempt: &AttemptId| {
        let failure = AttemptFailure {
            kind: NOT_VALID.into(),
            message: "bad".into(),
            transient: true,
            retry_after_ms: None,
        };
        let (attempt, usage) = (attempt.clone(), Usage::default());
        b.ok(RunCommand::Fail { attempt, failure, partial: Some("ninety".into()), usage, cost: None });
    };
    not_valid(&mut b, &attempt);
    let work = next_work(&b.run).remove(0);
    assert_eq!(work.repairs.as_ref(), Some(&attempt));
    assert!(work.due > b.facts.now, "it waits like after any failure");
    let other = b.begin();
    b.fail(&other, true, None);
    assert_eq!(next_work(&b.run).len(), 1, "all causes share the attempts");
    let last = b.begin();
    not_valid(&mut b, &last);
    assert_eq!(b.state(), "failed");
    assert!(next_work(&b.run).is_empty());
    b.ok(RunCommand::Retry { step: None });
    assert_eq!(next_work(&b.run).len(), 1, "a failed one can be retried on purpose");
}

#[test]
fn r7_the_author_sits_at_the_loop_stops_it_or_lets_it_run() {
    let mut b = story(json!({"sit": true}));
    b.agent_writes(&report(60));
    assert!(matches!(b.run.standing(), Standing::Reviewing { .. }));
    // A suggestion refused is an edit of the report.
    b.ok(RunCommand::Edit { step: None, revision: None, text: report(60) });
    b.agent_writes(&polished("Better."));
    assert!(matches!(b.run.standing(), Standing::Reviewing { .. }));
    b.ok(RunCommand::Edit { step: None, revision: None, text: polished("Better, by hand.") });
    assert_eq!(b.run.versions[1].revision.as_ref().unwrap().as_str(), "run_1.polish.2");
    assert_eq!(b.run.loops[0].turn, 2);

    let mut let_run = b.run.clone();
    b.ok(RunCommand::Stop);
    assert_eq!(outcome(&b), Some(LoopOutcome::Stopped));
    assert_eq!(b.state(), "complete");
    assert!(matches!(b.give(RunCommand::Stop), Err(Refusal::NothingToStop)));

    std::mem::swap(&mut b.run, &mut let_run);
    b.agent_writes(&report(70));
    assert!(matches!(b.run.standing(), Standing::Reviewing { .. }));
    b.ok(RunCommand::SetParameter { name: "sit".into(), value: json!(false) });
    assert_eq!(b.state(), "polishing");
}

#[test]
fn r7_an_approval_in_this_turn_can_be_undone_and_one_of_an_earlier_turn_cannot() {
    let mut b = story(json!({"sit": true}));
    b.agent_writes(&report(96));
    b.approve();
    assert_eq!(b.state(), "complete");
    b.ok(RunCommand::Undo { step: None });
    assert!(matches!(b.run.standing(), Standing::Reviewing { .. }));
    assert_eq!(outcome(&b), None);
    b.ok(RunCommand::Edit { step: None, revision: None, text: report(50) });
    b.agent_writes(&polished("Better."));
    b.approve();
    assert_eq!(b.run.loops[0].turn, 2);
    assert!(matches!(b.give(RunCommand::Undo { step: None }), Err(Refusal::PastTurn { .. })));
}

#[test]
fn a_loop_that_goes_on_after_all_takes_back_what_came_after_it() {
    let mut b = story(json!({}));
    reviewed(&mut b, &[10]);
    b.agent_writes(&report(20));
    b.ok(RunCommand::Restore { revision: RevisionId::new("run_1.review.1") });
    let set = |turns: u32| RunCommand::SetParameter { name: "iterations".into(), value: json!(turns) };
    b.ok(set(2));
    b.agent_writes(&polished("Again."));
    assert_eq!(b.run.first_unsettled().unwrap().name.as_str(), "closing_review");
    b.ok(set(3));
    assert_eq!((b.run.loops[0].turn, &b.of("closing_review").phase), (3, &Phase::Waiting));
    assert_eq!(b.run.first_unsettled().unwrap().name.as_str(), "review");
}

const COUNTED: &str = r#"
id = "counted"
version = 1
subject = "text"

[parameters.enough]
type = "number"
default = 2
min = 0
max = 1000
live = true

[parameters.extra]
type = "boolean"
default = false
live = true

[[steps]]
id = "draft"
agent = "drafter"
gate = { ask = "author" }

[[steps]]
id = "count"
tool = "count_words"
needs = ["draft"]
schema = "word_count"
gate = { ask = "author", pass = "count.words >= enough", borderline = "count.words + 1 >= enough" }

[[steps]]
id = "notes"
agent = "notes"
needs = ["count"]
if = "extra"

[[steps]]
id = "done"
agent = "finisher"
needs = ["count", "notes"]
gate = { ask = "author" }
"#;

fn counted(enough: u32) -> Bench {
    started(data(COUNTED), Subject::default(), Some("Rain."), &json!({ "enough": enough }))
}

fn set(name: &str, value: Value) -> RunCommand {
    RunCommand::SetParameter { name: name.into(), value }
}

fn words(count: u32) -> String {
    json!({ "words": count }).to_string()
}

#[test]
fn l2_an_adopted_result_passes_its_rule_like_a_new_one() {
    let mut b = counted(2);
    b.agent_writes("Three words here.");
    b.approve();
    b.agent_writes(&words(3));
    b.agent_writes("Done.");
    assert!(matches!(b.of("done").phase, Phase::Gate { .. }));
    b.ok(RunCommand::Undo { step: None });
    assert_eq!(b.of("count").phase, Phase::Waiting);
    b.approve();
    assert!(b.of("count").is_settled(), "its rule says pass again");
    assert!(matches!(b.of("done").phase, Phase::Gate { .. }), "and what follows is adopted as well");
}

#[test]
fn m2_what_was_made_of_an_edited_text_is_made_again() {
    let mut b = counted(2);
    b.agent_writes("Three words here.");
    b.approve();
    b.agent_writes(&words(3));
    b.agent_writes("Done.");
    let edit = |text: &str| RunCommand::Edit { step: Some(step("draft")), revision: None, text: text.into() };
    b.ok(edit("one"));
    let asked: Vec<StepName> = next_work(&b.run).into_iter().map(|w| w.step).collect();
    assert_eq!(asked, [step("count")], "it is counted again, and nothing after it is open");
    b.agent_writes(&words(1));
    assert_eq!(b.run.ruling(b.of("count")), Some(Outcome::Borderline));
    assert_eq!(b.of("done").phase, Phase::Waiting);
    // The text as it was: what was made of it is adopted.
    b.ok(edit("Three words here."));
    assert!(b.of("count").is_settled() && next_work(&b.run).is_empty());
    assert!(matches!(b.of("done").phase, Phase::Gate { .. }));
}

#[test]
fn m13_a_live_parameter_is_judged_at_once_in_both_directions() {
    let mut b = counted(1000);
    b.agent_writes("Three words here.");
    b.approve();
    b.agent_writes(&words(3));
    let ruling = |b: &Bench| b.run.ruling(b.of("count"));
    assert_eq!(ruling(&b), Some(Outcome::Fail));
    b.ok(set("enough", json!(4)));
    assert_eq!(ruling(&b), Some(Outcome::Borderline));
    b.ok(set("enough", json!(1000)));
    assert_eq!(ruling(&b), Some(Outcome::Fail));
    assert!(matches!(
        b.give(RunCommand::Approve { step: None, revision: None }),
        Err(Refusal::GateFailed { .. })
    ));
    b.ok(set("enough", json!(2)));
    assert!(b.of("count").is_settled());
    b.agent_writes("Done.");
    // What passed no longer does: its gate is open again, and nothing after it.
    b.ok(set("enough", json!(4)));
    assert_eq!((ruling(&b), &b.of("done").phase), (Some(Outcome::Borderline), &Phase::Waiting));
    b.approve();
    b.ok(set("enough", json!(5)));
    assert_eq!(ruling(&b), Some(Outcome::Fail), "a borderline result was approved, and is none any more");
    b.ok(RunCommand::Override { step: None, revision: None, reason: "Short on purpose.".into() });
    b.ok(set("enough", json!(50)));
    assert!(b.of("count").is_settled(), "an override is the author's word against the rule");
}

#[test]
fn m2_a_condition_is_asked_again_when_what_it_reads_has_changed() {
    let mut b = counted(2);
    b.agent_writes("Three words here.");
    b.approve();
    b.agent_writes(&words(3));
    b.agent_writes("Done.");
    b.ok(set("extra", json!(true)));
    b.agent_writes("A note.");
    assert!(matches!(next_work(&b.run).as_slice(), [work] if work.step == step("done")));
    b.agent_writes("Done, with a note.");
    b.ok(set("extra", json!(false)));
    assert_eq!(b.of("notes").phase, Phase::Settled { revision: None }, "no result of an earlier time");
    assert_eq!(b.current("done"), "run_1.done.1");
    b.approve();
    assert!(matches!(b.give(set("extra", json!(true))), Err(Refusal::Finished { .. })));
}

#[test]
fn a_decision_is_not_made_again_before_what_its_step_needs() {
    let mut b = counted(2);
    b.agent_writes("Three words here.");
    b.approve();
    b.agent_writes(&words(3));
    b.agent_writes("Done.");
    b.approve();
    b.ok(RunCommand::Undo { step: None });
    b.ok(set("enough", json!(1000)));
    assert!(!b.of("count").is_settled());
    assert!(matches!(b.give(RunCommand::Redo), Err(Refusal::NotReady { .. })));
}

#[test]
fn l1_a_loop_whose_results_are_adopted_ends_and_scores_every_version() {
    for iterations in 1..=5 {
        let mut b = story(json!({ "iterations": iterations }));
        // The polish changes nothing from the first turn on, and reviews of the same text are not paid again.
        while let Some(work) = next_work(&b.run).first() {
            let text = if work.step == step("polish") { polished("The same.") } else { report(90) };
            b.agent_writes(&text);
        }
        assert_eq!((b.state(), outcome(&b)), ("complete", Some(LoopOutcome::Limit)), "{iterations}");
        assert_eq!(b.run.versions.len(), iterations + 1);
        assert!(b.run.versions.iter().all(|v| v.score == Some(90.0)), "{:?}", b.run.versions);
    }
}

#[test]
fn m19_a_stop_is_undone_and_made_again_like_any_decision() {
    let mut b = story(json!({"sit": true}));
    b.agent_writes(&report(60));
    b.approve();
    let before = b.run.clone();
    b.ok(RunCommand::Stop);
    let stopped = b.run.clone();
    assert_eq!(b.state(), "complete");
    b.ok(RunCommand::Undo { step: None });
    assert_eq!((b.state(), outcome(&b)), ("polishing", None));
    assert_eq!((&b.run.loops, &b.run.versions), (&before.loops, &before.versions));
    b.ok(RunCommand::Redo);
    assert_eq!((b.state(), &b.run.loops), ("complete", &stopped.loops));
    assert!(next_work(&b.run).is_empty());
}

#[test]
fn a_parameter_that_may_change_does_and_others_do_not() {
    let mut b = story(json!({"iterations": 1}));
    let set = |name: &str, value: Value| RunCommand::SetParameter { name: name.into(), value };
    b.ok(set("iterations", json!(2)));
    assert!(b.give(set("iterations", json!(0))).is_err());
    assert!(b.give(set("audience", json!("children"))).is_err());
    reviewed(&mut b, &[50, 50]);
    assert_eq!(counts(&b), (2, 2));
}

const CHECKED: &str = r#"
id = "checked"
version = 1
subject = "book"

[[steps]]
id = "look"
tool = "count_words"
schema = "found"
gate = { ask = "author", pass = "look.score >= 80", borderline = "look.score >= 60" }

[[steps]]
id = "tell"
agent = "teller"
needs = ["look"]
severity = "continue"
fallback = "nothing"
attempts = 1
"#;

pub(super) fn checked() -> Bench {
    let schema =
        json!({"type": "object", "required": ["score"], "properties": {"score": {"type": "number"}}});
    let workflow =
        Workflow::parse("mine.toml", CHECKED, |name| (name == "found").then(|| schema.clone())).unwrap();
    let subject = Subject { book: Some(BookId::new("b")), ..Subject::default() };
    started(workflow, subject, None, &json!({}))
}

#[test]
fn a5_a_rule_passes_asks_the_author_or_says_no() {
    let mut b = checked();
    b.agent_writes(r#"{"score": 90}"#);
    assert!(b.of("look").is_settled());
    assert!(b.run.decisions.is_empty());

    let mut b = checked();
    b.agent_writes(r#"{"score": 70}"#);
    assert_eq!(b.run.ruling(b.of("look")), Some(Outcome::Borderline));
    b.approve();
    assert!(b.of("look").is_settled());
}

#[test]
fn a5_a_gate_that_says_no_is_passed_by_an_override_with_its_reason_and_by_nothing_else() {
    let mut b = checked();
    b.agent_writes(r#"{"score": 10}"#);
    let step = || Some(step("look"));
    let text = || r#"{"score": 99}"#.to_owned();
    let by_other_ways = [
        RunCommand::Approve { step: None, revision: None },
        RunCommand::Edit { step: None, revision: None, text: text() },
        RunCommand::Write { step: step(), revision: None, text: text(), model: "manual".into(), tokens: 0 },
        RunCommand::Skip { step: step() },
        RunCommand::Restore { revision: RevisionId::new("run_1.look.1") },
        RunCommand::Override { step: step(), revision: None, reason: "  ".into() },
    ];
    for command in by_other_ways {
        let name = format!("{command:?}");
        assert!(b.give(command).is_err(), "{name}");
        assert!(matches!(b.run.standing(), Standing::Reviewing { .. }), "{name}");
    }
    let events = b.ok(RunCommand::Override { step: None, revision: None, reason: "It is a refrain.".into() });
    assert!(matches!(&events[0], RunEvent::Decided { kind: DecisionKind::Override, note: Some(_), .. }));
    assert!(b.of("look").is_settled());
    b.ok(RunCommand::Undo { step: None });
    assert!(matches!(
        b.give(RunCommand::Approve { step: None, revision: None }),
        Err(Refusal::GateFailed { .. })
    ));
}

#[test]
fn a5_a_waived_finding_has_the_tool_look_again() {
    let mut b = checked();
    b.agent_writes(r#"{"score": 10}"#);
    let waive =
        |reason: &str| RunCommand::Waive { step: step("look"), finding: "f1".into(), reason: reason.into() };
    assert!(b.give(waive("")).is_err());
    b.ok(waive("A refrain."));
    assert_eq!(b.run.waived, [(step("look"), "f1".to_owned())]);
    b.agent_writes(r#"{"score": 85}"#);
    assert!(b.of("look").is_settled());
    assert_eq!(b.run.revision_requests, 0);
}

#[test]
fn a4_a_step_that_may_fail_leaves_its_fallback_and_the_run_goes_on() {
    let mut b = checked();
    b.agent_writes(r#"{"score": 90}"#);
    let attempt = b.begin();
    b.fail(&attempt, false, None);
    assert_eq!(b.state(), "complete");
    let tell = b.of("tell");
    assert!(tell.passed.is_some() && tell.current_revision().unwrap().origin == Origin::Fallback);
}

const FANNED: &str = r#"
id = "fanned"
version = 1
subject = "text"

[[steps]]
id = "outline"
agent = "outliner"
schema = "outline"
gate = { ask = "author" }

[[steps]]
id = "draft"
agent = "drafter"
needs = ["outline"]
each = { of = "outline.sections", key = "id" }
gate = { ask = "author" }

[[steps]]
id = "join"
agent = "joiner"
needs = ["draft"]
"#;

pub(super) fn fanned() -> Bench {
    let schema = json!({"type": "object", "required": ["sections"], "properties": {"sections": {
        "type": "array",
        "items": {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}}
    }}});
    let workflow =
        Workflow::parse("mine.toml", FANNED, |name| (name == "outline").then(|| schema.clone())).unwrap();
    started(workflow, Subject::default(), Some("Rain."), &json!({}))
}

pub(super) fn outline(keys: &[&str]) -> String {
    let sections: Vec<Value> = keys.iter().map(|k| json!({"id": k})).collect();
    json!({"sections": sections}).to_string()
}

#[test]
fn e1_a_step_fans_out_over_items_each_with_its_own_gate() {
    let mut b = fanned();
    b.agent_writes(&outline(&["intro", "end"]));
    b.approve();
    let work: Vec<String> = next_work(&b.run).into_iter().map(|w| w.attempt.to_string()).collect();
    assert_eq!(work, ["run_1.draft[intro].i1.v0.a1", "run_1.draft[end].i1.v0.a1"]);
    b.agent_writes("The beginning.");
    b.agent_writes("The end.");
    b.ok(RunCommand::Approve { step: Some(step("draft[intro]")), revision: None });
    assert!(!b.of("draft").is_settled());
    b.approve();
    assert!(b.of("draft").is_settled());
    b.agent_writes("All of it.");
    assert_eq!(b.state(), "complete");

    // Taking one item back takes back what was made of all, and nothing of the others.
    b.ok(RunCommand::Undo { step: Some(step("draft[intro]")) });
    assert!(!b.of("draft").is_settled() && b.of("draft[end]").is_settled());
    assert_eq!(b.of("join").phase, Phase::Waiting);
    b.approve();
    assert_eq!(b.state(), "complete", "the same items again cost nothing");
}

#[test]
fn e1_two_items_of_one_key_are_refused() {
    let mut b = fanned();
    let attempt = b.begin();
    let refused = b.deliver(&attempt, &outline(&["intro", "intro"]));
    assert!(matches!(refused, Err(Refusal::TwoItems { .. })), "{refused:?}");
}

#[test]
fn e1_another_outline_asks_only_for_what_is_new() {
    let mut b = fanned();
    b.agent_writes(&outline(&["intro", "end"]));
    b.approve();
    b.agent_writes("The beginning.");
    b.ok(RunCommand::Edit {
        step: Some(step("outline")),
        revision: None,
        text: outline(&["intro", "middle"]),
    });
    let asked: Vec<StepName> = next_work(&b.run).into_iter().map(|w| w.step).collect();
    assert!(asked.contains(&step("draft[middle]")), "{asked:?}");
    assert!(!asked.contains(&step("draft[end]")), "{asked:?}");
}

#[test]
fn a_run_about_something_else_is_refused() {
    let story = Workflow::shipped("story").unwrap();
    let begun = |workflow: &Workflow, subject, text: Option<&str>| {
        let text = text.map(str::to_owned);
        begin_with(
            RunId::new("run_1"),
            workflow,
            subject,
            String::new(),
            text,
            BTreeMap::new(),
            BTreeMap::new(),
        )
    };
    assert!(matches!(begun(&story, Subject::default(), None), Err(Refusal::WrongSubject { .. })));
    assert!(matches!(
        begun(&Workflow::page(), Subject::default(), Some("x")),
        Err(Refusal::WrongSubject { .. })
    ));
    assert!(matches!(
        begun(&data(CHECKED_BOOK), Subject::default(), None),
        Err(Refusal::WrongSubject { .. })
    ));
}

const CHECKED_BOOK: &str =
    "id = \"b\"\nversion = 1\nsubject = \"book\"\n[[steps]]\nid = \"one\"\nagent = \"a\"\n";
