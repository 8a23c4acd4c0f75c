//! The review and polish loop with a model behind it: how it goes, and what a bad answer does (spec R1–R5).

use std::sync::Mutex;

use galley::domain::RunId;
use galley::domain::run::RunCommand;
use galley::engine::{About, Progress, RunResult};
use serde_json::{Value, json};

use super::desk::{Asked, Desk, wait};
use crate::model_server::{Answer, Reply};

const STORY: &str = "The lamp was out.\n\nShe lit it.";

/// Settings that let the agents of stories call models of their names.
const AGENTS: &str = "[agents.reviewer]\nenabled = false\n[agents.story_reviewer]\nmodel = \"test/story_reviewer\"\n\
                      [agents.polisher]\nmodel = \"test/polisher\"\n[limits]\nbackoff_ms = 1\n";

fn report(score: u32, decision: &str) -> String {
    let suggestion = json!({"id": "s1", "where": "The lamp was out.", "why": "flat", "priority": "high"});
    let suggestions = [suggestion];
    json!({"quality_score": score, "decision": decision, "strengths": ["calm"], "suggestions": suggestions})
        .to_string()
}

fn polish(number: usize) -> String {
    let change = json!({"before": "The lamp was out.", "after": "The lamp was dead.", "why": "stronger"});
    let text = format!("The lamp was dead, {number}.\n\nShe lit it.");
    json!({"title": "The lamp", "text": text, "changes": [change]}).to_string()
}

/// A desk whose reviewer answers so, one after the other, and then always the last.
fn desk(reviews: &[&str]) -> Desk {
    let reviews: Vec<String> = reviews.iter().map(|r| (*r).to_owned()).collect();
    let given = Mutex::new((0, 0));
    Desk::with(AGENTS, move |asked: &Asked| {
        let mut given = given.lock().unwrap();
        if asked.agent == "polisher" {
            given.1 += 1;
            return Reply::text(&polish(given.1));
        }
        let review = reviews[given.0.min(reviews.len() - 1)].clone();
        given.0 += 1;
        Reply::text(&review)
    })
}

#[allow(clippy::needless_pass_by_value, reason = "every call makes its own")]
fn begin(desk: &Desk, parameters: Value) -> RunId {
    let about = About::Text { book: None, title: "Lamp".into(), text: STORY.into() };
    let workflow = desk.engine.workflow("story").unwrap();
    let parameters = parameters.as_object().unwrap().clone().into_iter().collect();
    desk.engine.start_run(workflow, about, parameters).unwrap().wait().unwrap().run.unwrap()
}

fn goes_on(desk: &Desk, run: &RunId) -> RunResult {
    desk.runtime.block_on(desk.engine.drive_run(run)).unwrap();
    desk.engine.run_result(run).unwrap()
}

fn events(desk: &Desk, run: &RunId) -> Vec<Value> {
    Progress::of(&desk.engine, run).unwrap().news().unwrap()
}

#[test]
fn r1_r6_the_loop_stops_at_the_threshold_with_everything_kept() {
    let desk = desk(&[&report(88, "polish"), &report(96, "publish")]);
    let run = begin(&desk, json!({"audience": "sailors"}));
    let result = goes_on(&desk, &run);
    assert_eq!((result.total_reviews, result.total_polishes), (2, 1));
    assert_eq!(
        (result.initial_score, result.final_score, result.improvement),
        (Some(88.0), Some(96.0), Some(8.0))
    );
    assert_eq!((result.state.as_str(), result.decision), ("complete", "publish"));
    assert_eq!(result.final_version, "v2");
    assert!(result.final_text.starts_with("The lamp was dead, 1."));
    assert_eq!(result.initial_text, STORY);
    assert_eq!(result.versions[0].report.as_ref().unwrap()["quality_score"], 88);
    assert_eq!(result.versions[1].changes.as_ref().unwrap()[0]["why"], "stronger");
    let seen: Vec<Asked> = desk.server.seen().iter().map(Asked::of).collect();
    assert!(seen[0].says("sailors") && seen[0].says(STORY));
    assert!(seen[1].says("[s1] (high) \"The lamp was out.\": flat"), "{}", seen[1].prompt);
    assert!(seen[2].says("The lamp was dead, 1."));
}

#[test]
fn r1_the_score_decides_and_the_verdict_is_only_shown() {
    let desk = desk(&[&report(97, "polish")]);
    let run = begin(&desk, json!({}));
    let result = goes_on(&desk, &run);
    assert_eq!((result.decision, result.total_polishes), ("publish", 0));
    let told = events(&desk, &run);
    let review = told.iter().find(|e| e["event"] == "review_complete").unwrap();
    assert_eq!(review["decision"], "polish");
}

#[test]
fn r1_the_best_scored_version_is_the_final_one_also_where_a_closing_review_is_worse() {
    let desk = desk(&[&report(50, "polish"), &report(80, "polish"), &report(60, "polish")]);
    let run = begin(&desk, json!({"iterations": 2}));
    let result = goes_on(&desk, &run);
    assert_eq!((result.total_reviews, result.total_polishes), (2, 2));
    assert_eq!((result.final_score, result.closing_score), (Some(80.0), Some(60.0)));
    assert_eq!((result.final_version.as_str(), result.decision), ("v2", "max_iterations_reached"));
    assert_eq!(desk.server.count(), 5);
}

#[test]
fn r5_the_events_of_a_run_are_told_in_their_order() {
    let desk = desk(&[&report(88, "polish"), &report(96, "publish")]);
    let run = begin(&desk, json!({}));
    goes_on(&desk, &run);
    let told: Vec<String> =
        events(&desk, &run).iter().map(|e| e["event"].as_str().unwrap().to_owned()).collect();
    assert_eq!(
        told,
        [
            "workflow_started",
            "stage_started",
            "stage_complete",
            "review_complete",
            "stage_started",
            "stage_complete",
            "polish_complete",
            "iteration",
            "stage_started",
            "stage_complete",
            "review_complete",
            "workflow_complete",
        ]
    );
}

#[test]
fn r3_a_bad_answer_is_mended_once_or_refused_in_words_and_never_guessed_at() {
    let ways = [
        json!({"quality_score": "ninety", "decision": "publish", "strengths": [], "suggestions": []})
            .to_string(),
        json!({"decision": "publish"}).to_string(),
        format!("Here is my review:\n{}\nI hope it helps.", report(90, "publish")),
        json!({"quality_score": 900, "decision": "publish", "strengths": [], "suggestions": []}).to_string(),
        "I would rather not.".to_owned(),
        "[1, 2".to_owned(),
    ];
    for bad in &ways {
        // Mended at the second time of asking, which has the answer and its faults before it.
        let mended = desk(&[bad, &report(99, "publish")]);
        let run = begin(&mended, json!({}));
        assert_eq!(goes_on(&mended, &run).decision, "publish", "{bad}");
        let second = Asked::of(&mended.server.seen()[1]);
        assert!(second.says("That answer cannot be used:") && second.says(bad), "{}", second.prompt);

        // Bad again: given up, in words.
        let given_up = desk(&[bad]);
        let run = begin(&given_up, json!({}));
        let result = goes_on(&given_up, &run);
        assert_eq!((result.state.as_str(), result.decision), ("failed", "unknown"), "{bad}");
        assert!(
            result.error.as_ref().unwrap().contains("not the data that was asked for"),
            "{:?}",
            result.error
        );
        assert_eq!(given_up.server.count(), 2, "{bad}");
        // What a failed run came to is there without another call.
        assert_eq!(goes_on(&given_up, &run), result);
        assert_eq!(given_up.server.count(), 2, "{bad}");
        let last = events(&given_up, &run).pop().unwrap();
        assert_eq!(last["event"], "workflow_failed");
    }
}

#[test]
fn an_answer_in_a_fence_is_taken_without_it() {
    let desk = desk(&[&format!("```json\n{}\n```", report(99, "publish"))]);
    let run = begin(&desk, json!({}));
    assert_eq!(goes_on(&desk, &run).decision, "publish");
}

#[test]
fn r3_a_failed_run_is_tried_again_on_purpose_and_goes_on_where_it_was() {
    let desk = desk(&[&report(50, "polish"), "no", "no", &report(99, "publish")]);
    let run = begin(&desk, json!({}));
    let failed = goes_on(&desk, &run);
    assert_eq!((failed.state.as_str(), failed.total_polishes), ("failed", 1));
    desk.engine.command_run(&run, RunCommand::Retry { step: None }).wait().unwrap();
    let result = goes_on(&desk, &run);
    assert_eq!((result.decision, result.total_reviews, result.total_polishes), ("publish", 2, 1));
    let polishes = desk.server.seen().iter().filter(|s| Asked::of(s).agent == "polisher").count();
    assert_eq!(polishes, 1, "what was finished is not done again");
}

#[test]
fn r3_a_run_that_was_cut_off_goes_on_at_its_stage_and_repeats_no_finished_one() {
    let desk = desk(&[&report(50, "polish"), &report(99, "publish")]);
    let run = begin(&desk, json!({}));
    let conductor = desk.conduct();
    wait("a polish", || desk.server.count() >= 2);
    conductor.stop();
    let result = goes_on(&desk, &run);
    assert_eq!(result.decision, "publish");
    let reviews = desk.server.seen().iter().filter(|s| Asked::of(s).agent == "story_reviewer").count();
    assert!(reviews <= 3, "one may have been cut off, none is made twice: {reviews}");
}

/// Runs the program on a desk's home.
fn galley(desk: &Desk, arguments: &[&str]) -> std::process::Command {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_galley"));
    command.args(arguments).env("GALLEY_HOME", desk.home_folder()).env_remove("GALLEY_MODEL");
    command.stdin(std::process::Stdio::null());
    command
}

#[test]
fn r3_a_run_that_is_killed_at_any_stage_resumes_at_it_and_repeats_no_finished_one() {
    for killed_at in 1..=5 {
        let given = Mutex::new((0, 0));
        let desk = Desk::with(AGENTS, move |asked: &Asked| {
            let mut given = given.lock().unwrap();
            let (text, number) = if asked.agent == "polisher" {
                given.1 += 1;
                (polish(given.1), given.0 + given.1)
            } else {
                given.0 += 1;
                (report(50 + given.0 as u32, "polish"), given.0 + given.1)
            };
            // The call in which the process is killed does not come to its end by itself.
            if number == killed_at {
                Reply::HangAfter(Answer::of(&text[..text.len() / 2]))
            } else {
                Reply::text(&text)
            }
        });
        let file = desk.home_folder().join("story.md");
        std::fs::write(&file, STORY).unwrap();
        let file = file.to_str().unwrap();
        let mut child = galley(&desk, &["story", "review", file, "--iterations", "2", "--json"])
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .spawn()
            .unwrap();
        wait("the call to be cut off", || desk.server.count() >= killed_at);
        child.kill().unwrap();
        child.wait().unwrap();
        let run = desk.reader().own_runs(1, 0).unwrap().remove(0).id;
        let out = galley(&desk, &["story", "resume", run.as_str(), "--json"]).output().unwrap();
        assert!(out.status.success(), "{killed_at}: {}", String::from_utf8_lossy(&out.stderr));
        let result: Value = serde_json::from_slice(&out.stdout).unwrap();
        assert_eq!(result["decision"], "max_iterations_reached", "{killed_at}");
        assert_eq!((result["total_reviews"].as_u64(), result["total_polishes"].as_u64()), (Some(2), Some(2)));
        assert_eq!(result["versions"].as_array().unwrap().len(), 3, "every iteration is there: {killed_at}");
        // Five stages, and the one that was cut off once more.
        assert_eq!(desk.server.count(), 6, "{killed_at}");
    }
}
