//! The review and polish loop with a model behind it: how it goes, and what a bad answer does (spec R1–R5).

use std::sync::Mutex;

use galley::domain::RunId;
use galley::domain::run::RunCommand;
use galley::engine::About;
use galley::service::story::{self, Decision, Progress, Story};
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

fn goes_on(desk: &Desk, run: &RunId) -> Story {
    desk.runtime.block_on(desk.engine.drive_run(run)).unwrap();
    story::result(&desk.engine, run).unwrap()
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
    assert_eq!((result.state.as_str(), result.decision), ("complete", Decision::Publish));
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
    assert_eq!((result.decision, result.total_polishes), (Decision::Publish, 0));
    let told = events(&desk, &run);
    let review = told.iter().find(|e| e["event"] == "review_complete").unwrap();
    assert_eq!((&review["decision"], &review["verdict"]), (&json!("publish"), &json!("polish")));
    // And the other way round.
    let desk = self::desk(&[&report(50, "publish"), &report(97, "polish")]);
    let run = begin(&desk, json!({}));
    let result = goes_on(&desk, &run);
    assert_eq!((result.total_reviews, result.total_polishes), (2, 1));
    let told = events(&desk, &run);
    let reviews = told.iter().filter(|e| e["event"] == "review_complete");
    let decided: Vec<_> = reviews.map(|e| (e["decision"].clone(), e["verdict"].clone())).collect();
    assert_eq!(decided, [(json!("polish"), json!("publish")), (json!("publish"), json!("polish"))]);
    let first = result.iterations[0].review.as_ref().unwrap();
    assert_eq!((first.decision, first.verdict.as_str()), (Some("polish"), Some("publish")));
}

#[test]
fn r1_reviews_and_polishes_are_counted_without_the_closing_review() {
    let one = desk(&[&report(96, "publish")]);
    let run = begin(&one, json!({}));
    let result = goes_on(&one, &run);
    assert_eq!((result.total_reviews, result.total_polishes, result.decision), (1, 0, Decision::Publish));
    assert_eq!((result.iterations.len(), result.closing_score), (1, None));
    assert_eq!((result.final_text.as_str(), result.improvement), (STORY, Some(0.0)));

    let always = desk(&[&report(50, "polish"), &report(70, "polish"), &report(90, "publish")]);
    let run = begin(&always, json!({"iterations": 2}));
    let result = goes_on(&always, &run);
    assert_eq!((result.total_reviews, result.total_polishes), (2, 2));
    assert_eq!(
        (result.last_score, result.closing_score, result.final_score),
        (Some(70.0), Some(90.0), Some(90.0))
    );
    assert_eq!((result.final_version.as_str(), result.iterations.len()), ("v3", 2));
}

#[test]
fn r6_every_iteration_is_there_in_full_with_the_times_of_its_stages() {
    let desk = desk(&[&report(50, "polish"), "no", &report(70, "polish"), &report(60, "polish")]);
    let run = begin(&desk, json!({"iterations": 2}));
    let result = goes_on(&desk, &run);
    let [first, second] = result.iterations.as_slice() else { panic!("{:?}", result.iterations) };
    assert_eq!((first.iteration, first.version.as_str()), (1, "v1"));
    assert_eq!((second.iteration, second.version.as_str()), (2, "v2"));
    let mut at = result.started_at;
    for iteration in [first, second] {
        let (review, polish) = (iteration.review.as_ref().unwrap(), iteration.polish.as_ref().unwrap());
        let times = [review.started_at, review.completed_at, polish.started_at, polish.completed_at];
        for time in times {
            assert!(time.unwrap() >= at, "{iteration:?}");
            at = time.unwrap();
        }
        assert_eq!((iteration.started_at, iteration.completed_at), (review.started_at, polish.completed_at));
        assert_eq!(review.report["suggestions"][0]["why"], "flat");
        assert_eq!((polish.changes_count, &polish.changes[0]["why"]), (1, &json!("stronger")));
        assert_eq!((review.model.as_str(), polish.model.as_str()), ("test/story_reviewer", "test/polisher"));
    }
    assert_eq!(first.review.as_ref().unwrap().quality_score, Some(50.0));
    assert_eq!(second.review.as_ref().unwrap().attempts, 2, "one was mended");
    let polish = second.polish.as_ref().unwrap();
    assert!(polish.version == "v3" && polish.text == result.versions[2].text, "{polish:?}");
    let closing = result.closing_review.as_ref().unwrap();
    assert_eq!((closing.quality_score, closing.decision), (Some(60.0), Some("polish")));
    assert!(closing.started_at.unwrap() >= at && closing.completed_at == result.completed_at);
    // What happens to the run later on does not move its end.
    let late = RunCommand::ChooseModel { step: None, model: None };
    let _ = desk.engine.command_run(&run, late).wait();
    assert_eq!(story::result(&desk.engine, &run).unwrap().completed_at, result.completed_at);
}

#[test]
fn r6_the_improvement_is_that_of_the_final_text_in_result_and_events() {
    for scores in [[90, 80, 70], [50, 80, 60], [50, 60, 99], [70, 70, 70]] {
        let desk = desk(&scores.map(|s| report(s, "polish")).each_ref().map(String::as_str));
        let run = begin(&desk, json!({"iterations": 2, "threshold": 100}));
        let result = goes_on(&desk, &run);
        let best = f64::from(*scores.iter().max().unwrap());
        assert_eq!((result.final_score, result.final_quality), (Some(best), Some(best)), "{scores:?}");
        assert_eq!(result.improvement, Some(best - f64::from(scores[0])), "{scores:?}");
        let of_final = result.versions.iter().find(|v| v.label == result.final_version).unwrap();
        assert_eq!((of_final.score, &of_final.text), (Some(best), &result.final_text));
        let end = events(&desk, &run).pop().unwrap();
        let expected = json!({
            "event": "workflow_complete", "story_id": run, "iterations": 2, "final_quality": best,
            "decision": "max_iterations_reached",
        });
        assert_eq!(end, expected, "{scores:?}");
    }
}

#[test]
fn r5_who_follows_from_a_moment_on_is_not_told_what_was_before() {
    let desk = desk(&[&report(50, "polish"), "no", "no", "no", &report(99, "publish")]);
    let run = begin(&desk, json!({}));
    assert_eq!(goes_on(&desk, &run).decision, Decision::Unknown);
    let mut later = Progress::from_now(&desk.engine, &run).unwrap();
    assert_eq!(later.news().unwrap(), Vec::<Value>::new(), "it failed before");
    desk.engine.command_run(&run, RunCommand::Retry { step: None }).wait().unwrap();
    goes_on(&desk, &run);
    let told: Vec<Value> = later.news().unwrap().into_iter().map(|e| e["event"].clone()).collect();
    assert_eq!(told, ["stage_started", "stage_complete", "review_complete", "workflow_complete"]);
    assert_eq!(later.news().unwrap(), Vec::<Value>::new());
}

#[test]
fn r5_a_second_failure_is_told_although_the_first_was_before() {
    let desk = desk(&["no"]);
    let run = begin(&desk, json!({}));
    goes_on(&desk, &run);
    let mut later = Progress::from_now(&desk.engine, &run).unwrap();
    desk.engine.command_run(&run, RunCommand::Retry { step: None }).wait().unwrap();
    goes_on(&desk, &run);
    assert_eq!(later.news().unwrap().last().unwrap()["event"], "workflow_failed");
}

#[test]
fn r1_the_best_scored_version_is_the_final_one_also_where_a_closing_review_is_worse() {
    let desk = desk(&[&report(50, "polish"), &report(80, "polish"), &report(60, "polish")]);
    let run = begin(&desk, json!({"iterations": 2}));
    let result = goes_on(&desk, &run);
    assert_eq!((result.total_reviews, result.total_polishes), (2, 2));
    assert_eq!((result.final_score, result.closing_score), (Some(80.0), Some(60.0)));
    assert_eq!((result.final_version.as_str(), result.decision), ("v2", Decision::MaxIterationsReached));
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
            "iteration",
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
fn r5_a_reader_of_the_events_who_has_gone_holds_no_run_up() {
    let desk = desk(&[&report(50, "polish"), &report(99, "publish")]);
    let file = desk.home_folder().join("story.md");
    std::fs::write(&file, STORY).unwrap();
    let mut command = galley(&desk, &["story", "review", file.to_str().unwrap(), "--json"]);
    command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
    let mut child = command.spawn().unwrap();
    drop(child.stderr.take());
    let out = child.wait_with_output().unwrap();
    assert!(out.status.success());
    let result: Value = serde_json::from_slice(&out.stdout).unwrap();
    assert_eq!((&result["decision"], &result["total_polishes"]), (&json!("publish"), &json!(1)));
}

#[test]
fn r5_resume_tells_of_no_finished_stage_again() {
    let desk = desk(&[&report(50, "polish"), "no", "no", "no", &report(99, "publish")]);
    let file = desk.home_folder().join("story.md");
    std::fs::write(&file, STORY).unwrap();
    let out = galley(&desk, &["story", "review", file.to_str().unwrap(), "--json"]).output().unwrap();
    assert_eq!(out.status.code(), Some(4));
    let run = desk.reader().own_runs(1, 0).unwrap().remove(0).id;
    let resumed = |more: &[&str]| -> Vec<Value> {
        let arguments = [&["story", "resume", run.as_str(), "--json"], more].concat();
        let out = galley(&desk, &arguments).output().unwrap();
        let lines = String::from_utf8(out.stderr).unwrap();
        lines
            .lines()
            .filter_map(|l| serde_json::from_str::<Value>(l).ok())
            .map(|e| e["event"].clone())
            .collect()
    };
    assert_eq!(resumed(&[]), Vec::<Value>::new());
    assert_eq!(
        resumed(&["--retry"]),
        ["stage_started", "stage_complete", "review_complete", "workflow_complete"]
    );
    assert_eq!(resumed(&["--retry"]), Vec::<Value>::new());
}

#[test]
fn r3_a_bad_answer_is_asked_for_again_with_its_faults_and_never_guessed_at() {
    let ways = [
        json!({"quality_score": "ninety", "decision": "publish", "strengths": [], "suggestions": []})
            .to_string(),
        json!({"decision": "publish"}).to_string(),
        json!({"quality_score": 900, "decision": "publish", "strengths": [], "suggestions": []}).to_string(),
        r#"{"quality_score": 96, "decision": "publish", "strengths": [""#.to_owned(),
        "I would rather not.".to_owned(),
        "[1, 2".to_owned(),
    ];
    for bad in &ways {
        // The second attempt has the answer and its faults before it.
        let mended = desk(&[bad, &report(99, "publish")]);
        let run = begin(&mended, json!({}));
        assert_eq!(goes_on(&mended, &run).decision, Decision::Publish, "{bad}");
        let second = Asked::of(&mended.server.seen()[1]);
        assert!(second.says("That answer cannot be used:") && second.says(bad), "{}", second.prompt);
        if bad.contains("900") {
            assert!(second.says("/quality_score: 900 is greater than"), "{}", second.prompt);
        }

        // Bad again and again: given up after as many attempts as any failure has, in words.
        let given_up = desk(&[bad]);
        let run = begin(&given_up, json!({}));
        let result = goes_on(&given_up, &run);
        assert_eq!((result.state.as_str(), result.decision), ("failed", Decision::Unknown), "{bad}");
        assert!(
            result.error.as_ref().unwrap().contains("does not fit the requested data"),
            "{:?}",
            result.error
        );
        assert_eq!(given_up.server.count(), 3, "{bad}");
        // What a failed run came to is there without another call.
        assert_eq!(goes_on(&given_up, &run), result);
        assert_eq!(given_up.server.count(), 3, "{bad}");
        let last = events(&given_up, &run).pop().unwrap();
        assert_eq!(last["event"], "workflow_failed");
    }
}

#[test]
fn r4_p8_all_causes_of_failure_share_one_budget_of_attempts() {
    for causes in [["500", "429", "bad"], ["bad", "500", "bad"], ["429", "bad", "500"], ["bad", "bad", "500"]]
    {
        let calls = std::sync::atomic::AtomicUsize::new(0);
        let desk = Desk::with(AGENTS, move |_| {
            let call = calls.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            match causes.get(call) {
                Some(&"500") => Reply::status(500, "trouble"),
                Some(&"429") => Reply::status(429, "slow down"),
                Some(_) => Reply::text("not json at all"),
                None => Reply::text(&report(99, "publish")),
            }
        });
        let run = begin(&desk, json!({}));
        assert_eq!(goes_on(&desk, &run).state, "failed", "{causes:?}");
        assert_eq!(desk.server.count(), 3, "{causes:?}");
    }
}

#[test]
fn r3_a_good_report_is_taken_whatever_stands_around_it_and_however_it_is_written() {
    let good =
        r#"{"quality_score": 96, "decision": "publish", "strengths": ["A clear voice."], "suggestions": []}"#;
    for (from, to) in [
        ("X", "<think>\nLet me {weigh} this.\n</think>\nX"),
        ("X", "I weigh this.\n</think>\nX"),
        ("X", "Here it is: X bye"),
        ("X", "I compare {this} and [that]. X\n\nLet me know if you need more."),
        ("X", "Here is my review:\n```json\nX\n```\nHope this helps!"),
        ("X", "\u{FEFF}X"),
        ("X", "{\"report\": X}"),
        ("X", "X<|im_end|>"),
        ("[]}", "[],}"),
        ("A clear voice.", "line one\nline two"),
        ("96", "\"96\""),
        ("publish", "Publish"),
        (", \"suggestions\": []", ""),
        ("\"", "'"),
    ] {
        let answer = if from == "X" { to.replace('X', good) } else { good.replace(from, to) };
        let desk = desk(&[&answer]);
        let run = begin(&desk, json!({}));
        let result = goes_on(&desk, &run);
        assert_eq!((result.decision, result.final_score), (Decision::Publish, Some(96.0)), "{answer}");
        assert_eq!(desk.server.count(), 1, "{answer}");
        let attempt = desk.reader().run_detail(&run).unwrap().unwrap().attempts.remove(0);
        let kept = desk.reader().text(&attempt.partial.unwrap()).unwrap().unwrap();
        assert_eq!(kept, answer, "the answer as it came stays with its attempt");
    }
}

#[test]
fn the_messages_of_every_attempt_are_made_again_from_what_is_kept_of_it() {
    let desk = desk(&["no", &report(50, "polish"), &report(60, "polish"), &report(99, "publish")]);
    let run = begin(&desk, json!({"idea": "a lamp"}));
    assert_eq!(goes_on(&desk, &run).decision, Decision::Publish);
    let reader = desk.reader();
    let attempts = reader.run_detail(&run).unwrap().unwrap().attempts;
    assert_eq!(attempts.len(), 6, "a mended review, two rounds and the last review");
    for attempt in &attempts {
        let sent = galley::context::sent(&reader, attempt).unwrap();
        let again = galley::context::replay(&reader, attempt).unwrap().unwrap();
        assert_eq!(again, sent.messages, "{}", attempt.id);
        let manifest = reader.manifest(&attempt.id).unwrap().unwrap();
        assert!(manifest.parts.iter().any(|p| p.kind.name() == "subject"), "{manifest:?}");
    }
}

#[test]
fn an_answer_in_a_fence_is_taken_without_it() {
    let desk = desk(&[&format!("```json\n{}\n```", report(99, "publish"))]);
    let run = begin(&desk, json!({}));
    assert_eq!(goes_on(&desk, &run).decision, Decision::Publish);
}

#[test]
fn r3_a_failed_run_is_tried_again_on_purpose_and_goes_on_where_it_was() {
    let desk = desk(&[&report(50, "polish"), "no", "no", "no", &report(99, "publish")]);
    let run = begin(&desk, json!({}));
    let failed = goes_on(&desk, &run);
    assert_eq!((failed.state.as_str(), failed.total_polishes), ("failed", 1));
    desk.engine.command_run(&run, RunCommand::Retry { step: None }).wait().unwrap();
    let result = goes_on(&desk, &run);
    assert_eq!((result.decision, result.total_reviews, result.total_polishes), (Decision::Publish, 2, 1));
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
    assert_eq!(result.decision, Decision::Publish);
    let reviews = desk.server.seen().iter().filter(|s| Asked::of(s).agent == "story_reviewer").count();
    assert!(reviews <= 3, "one may have been cut off, none is made twice: {reviews}");
}

/// Runs the program on a desk's home.
pub fn galley(desk: &Desk, arguments: &[&str]) -> std::process::Command {
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

#[test]
fn r2_a_story_has_the_id_it_is_given_and_its_reviewer_knows_of_earlier_reviews() {
    let desk = desk(&[&report(50, "polish"), &report(99, "publish")]);
    let folder = desk.home_folder();
    let (file, said) = (folder.join("story.md"), folder.join("said.txt"));
    std::fs::write(&file, STORY).unwrap();
    std::fs::write(&said, "Two readers found the lamp too dark.\n").unwrap();
    let (file, said) = (file.to_str().unwrap(), format!("@{}", said.display()));
    let run = |arguments: &[&str]| galley(&desk, arguments).output().unwrap();
    let out = run(&["story", "review", file, "--id", "lamp-7", "--local-review", &said, "--json"]);
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let result: Value = serde_json::from_slice(&out.stdout).unwrap();
    assert_eq!(result["story_id"], "lamp-7");
    assert_eq!(result["metadata"]["local_review"], "Two readers found the lamp too dark.");
    for line in String::from_utf8(out.stderr).unwrap().lines() {
        let event: Value = serde_json::from_str(line).unwrap();
        assert!(event.get("story_id").is_none_or(|id| id == "lamp-7"), "{line}");
    }
    let seen: Vec<Asked> = desk.server.seen().iter().map(Asked::of).collect();
    let reviews: Vec<&Asked> = seen.iter().filter(|a| a.agent == "story_reviewer").collect();
    assert_eq!(reviews.len(), 2);
    assert!(reviews.iter().all(|a| a.says("Two readers found the lamp too dark.")));

    // It names the run wherever a run is named, and never another one.
    let shown: Value = serde_json::from_slice(&run(&["story", "show", "lamp-7", "--json"]).stdout).unwrap();
    assert_eq!(shown, result);
    assert!(run(&["run", "show", "lamp-7", "--step", "polish"]).status.success());
    assert!(run(&["story", "resume", "lamp-7"]).status.success());
    for wrong in ["lamp-7", "run_123456789abc", "two words", "a.b", "", "x_page_1", "x".repeat(65).as_str()] {
        let out = run(&["story", "review", file, "--id", wrong, "--json"]);
        assert!(!out.status.success(), "{wrong}");
        let fault: Value = serde_json::from_slice(&out.stdout).unwrap();
        assert_eq!(fault["error"]["kind"], "invalid", "{fault}");
    }
    assert_eq!(desk.reader().own_runs(10, 0).unwrap().len(), 1);
}
