//! Workflows over the command line: stories, an author's own, and the gate before a book is published.

use serde_json::Value;

use super::desk::{Desk, code, stderr, stdout};

const FAULTY: &str = "The harbour was quiet. She found a apple on the the step , and it were cold.\n\nThen she \
                      went home.She slept.";

/// Lines of JSON on standard error.
fn events(text: &str) -> Vec<Value> {
    text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
}

#[test]
fn r1_r5_a_file_is_reviewed_and_polished_with_its_progress_told() {
    let desk = Desk::new();
    let file = desk.file("quay.md", FAULTY);
    let better = desk.root().join("better.md");
    let out = desk.run(&[
        "story",
        "review",
        &file,
        "--threshold",
        "99",
        "--json",
        "--out",
        better.to_str().unwrap(),
    ]);
    assert_eq!(code(&out), 0, "{}", stderr(&out));
    let result: Value = serde_json::from_slice(&out.stdout).unwrap();
    assert!(result["improvement"].as_f64().unwrap() > 0.0, "{result}");
    assert_eq!(
        (result["state"].as_str(), result["initial_title"].as_str()),
        (Some("complete"), Some("quay"))
    );
    assert!(result["versions"].as_array().unwrap().len() > 1);
    let text = std::fs::read_to_string(better).unwrap();
    assert_eq!(result["final_text"].as_str(), Some(text.as_str()));
    assert!(text.contains("an apple") && !text.contains("the the"), "{text}");
    let told = events(&stderr(&out));
    assert_eq!(told[0]["event"], "workflow_started");
    assert_eq!(told[0]["max_iterations"], 3);
    let last = told.last().unwrap();
    assert_eq!((last["event"].as_str(), &last["story_id"]), (Some("workflow_complete"), &result["story_id"]));
    assert!(told.iter().any(|e| e["event"] == "polish_complete" && e["changes_count"].as_u64() > Some(0)));

    // What it came to is there for good, and no model is called for it again.
    let run = result["story_id"].as_str().unwrap();
    assert_eq!(desk.ok(&["story", "resume", run]), result);
    desk.refused(&["story", "show", "run_000000000000"], "not_found");
    assert_eq!(code(&desk.run(&["story", "review", "nowhere.md"])), 2);
    desk.refused(&["story", "review", &file, "--iterations", "0"], "bad_parameter");
}

#[test]
fn r7_the_author_sits_at_the_loop() {
    let desk = Desk::new();
    let file = desk.file("quay.md", FAULTY);
    let run = desk.ok(&["story", "review", &file, "--sit", "--threshold", "99.9"])["story_id"]
        .as_str()
        .unwrap()
        .to_owned();
    let shown = desk.ok(&["run", "show", &run]);
    assert_eq!(shown["run"]["state"], "reviewing");
    let report = desk.ok(&["run", "show", &run, "--step", "review"])["result"].clone();
    // A suggestion is refused: the report without it stands.
    let mut fewer = report.clone();
    let suggestions = fewer["suggestions"].as_array_mut().unwrap();
    assert!(suggestions.len() > 1, "{report}");
    suggestions.truncate(1);
    let edited = desk.file("report.json", &fewer.to_string());
    desk.ok(&["run", "edit", &run, "--text", &format!("@{edited}")]);
    let polish = desk.ok(&["run", "show", &run, "--step", "polish"]);
    assert_eq!(polish["result"]["changes"].as_array().unwrap().len(), 1, "{polish}");
    let broken = desk.file("broken.json", "{\"title\": \"x\"}");
    desk.refused(&["run", "edit", &run, "--text", &format!("@{broken}")], "not_valid");
    desk.ok(&["run", "stop", &run]);
    let result = desk.ok(&["story", "show", &run]);
    assert_eq!(
        (result["decision"].as_str(), result["state"].as_str()),
        (Some("stopped_by_author"), Some("complete"))
    );
}

#[test]
fn e1_a_workflow_of_ones_own_runs_as_data_only_and_a_broken_one_is_refused_with_its_line() {
    let desk = Desk::new();
    let files = desk.ok(&["workflow", "new", "lengthen"])["files"].clone();
    let file = files[0].as_str().unwrap();
    assert_eq!(desk.ok(&["workflow", "check", file])["id"], "lengthen");
    let run = desk.ok(&["run", "start", "lengthen", "--text", "The sea was calm.", "--set", "words=500"]);
    assert_eq!(
        (run["run"]["state"].as_str(), run["run"]["workflow"].as_str()),
        (Some("reviewing"), Some("lengthen v1"))
    );
    let id = run["run"]["id"].as_str().unwrap();
    let draft = run["steps"].as_array().unwrap().iter().find(|s| s["step"] == "draft").unwrap();
    assert_eq!(draft["iteration"], 3, "the loop went round until its limit");
    assert_eq!(desk.ok(&["run", "approve", id])["run"]["state"], "complete");
    desk.refused(&["run", "start", "lengthen", "--text", "x", "--set", "words=many"], "bad_parameter");
    desk.refused(&["run", "start", "lengthen", "--text", "x", "--set", "wards=3"], "bad_parameter");

    let source = std::fs::read_to_string(file).unwrap();
    std::fs::write(file, source.replace("count.words >= words", "count.letters >= words")).unwrap();
    let out = desk.run(&["workflow", "check", file]);
    assert_eq!(code(&out), 2);
    assert!(
        stderr(&out).contains("lengthen.toml:36: `count.letters >= words`: the schema does not require"),
        "{}",
        stderr(&out)
    );
    assert!(stdout(&desk.run(&["workflow", "list"])).contains("cannot be used"));
    assert_eq!(code(&desk.run(&["run", "start", "lengthen", "--text", "x"])), 2);
    // What was begun keeps the workflow it began with.
    assert_eq!(desk.ok(&["run", "show", id])["run"]["state"], "complete");
}

const INCOHERENT: &str = "# The Low Bell\n\n## One\n\nThen Mara came to the pier. Mara’s blue eyes were open.\n\n## Two\n\n\
                          In the night Tom Hale died, and it rained.\n\n## Three\n\nMara’s brown eyes followed the boat.\n\n\
                          ## Four\n\n“Good morning,” said Tom Hale.\n";

#[test]
fn a5_a_book_below_the_threshold_is_published_by_an_override_with_its_reason_only() {
    let desk = Desk::new();
    let file = desk.file("book.md", INCOHERENT);
    let book = desk.ok(&["import", "book", &file, "--yes"])["id"].as_str().unwrap().to_owned();
    let out = desk.root().join("out");
    let to = out.to_str().unwrap();
    let refused = desk.run(&["publish", &book, "--format", "md", "--out", to, "--json"]);
    assert_eq!(code(&refused), 3, "{}", stderr(&refused));
    assert!(!out.exists(), "nothing is written");
    let answer: Value = serde_json::from_slice(&refused.stdout).unwrap();
    assert_eq!((answer["ruling"].as_str(), answer["state"].as_str()), (Some("fail"), Some("needs_review")));
    let run = answer["run"].as_str().unwrap();
    desk.refused(&["run", "approve", run], "gate_failed");
    desk.refused(&["run", "edit", run, "--text", "{}"], "not_by_hand");
    desk.refused(&["run", "skip", run], "not_skippable");
    desk.refused(&["run", "override", run, "--reason", " "], "empty_text");
    desk.refused(&["run", "set", run, "pass_score=0"], "bad_parameter");
    assert!(!out.exists());
    let shown = desk.ok(&["run", "override", run, "--reason", "The ghost is meant."]);
    assert_eq!(shown["run"]["state"], "published");
    let said = shown["decisions"].as_array().unwrap();
    assert_eq!(
        (said[0]["kind"].as_str(), said[0]["note"].as_str()),
        (Some("override"), Some("The ghost is meant."))
    );
    assert!(out.join(format!("{book}.md")).exists());
}

#[test]
fn a5_a_finding_is_waived_once_or_for_good() {
    let desk = Desk::new();
    let file = desk.file("book.md", INCOHERENT);
    let book = desk.ok(&["import", "book", &file, "--yes"])["id"].as_str().unwrap().to_owned();
    let to = desk.root().join("out").to_str().unwrap().to_owned();
    let refused = desk.run(&["publish", &book, "--format", "txt", "--out", &to, "--json"]);
    let answer: Value = serde_json::from_slice(&refused.stdout).unwrap();
    let findings = answer["coherence"]["findings"].as_array().unwrap().clone();
    let (run, id) = (answer["run"].as_str().unwrap(), |n: usize| findings[n]["id"].as_str().unwrap());
    assert_eq!(findings.len(), 2);
    // Once: in this run, which asks the tool again and is borderline then.
    let shown = desk.ok(&["run", "waive", run, "--finding", id(0), "--reason", "lenses"]);
    assert_eq!(shown["run"]["state"], "needs_review");
    let report = desk.ok(&["run", "show", run, "--step", "coherence"])["result"].clone();
    assert_eq!(
        (report["counts"]["waived"].as_u64(), report["verdict"].as_str()),
        (Some(1), Some("borderline"))
    );
    // For good: the next run passes by itself.
    for n in 0..2 {
        desk.ok(&["book", "waive", &book, id(n), "--reason", "a ghost story"]);
    }
    let done = desk.ok(&["publish", &book, "--format", "txt", "--out", &to]);
    assert_eq!(done["coherence"]["score"], 100.0);
    desk.ok(&["book", "unwaive", &book, id(0)]);
    desk.refused(&["book", "unwaive", &book, id(0)], "not_found");
    assert!(desk.ok(&["coherence", &book, "--pass", "80"])["score"].as_f64() < Some(100.0));
}

#[test]
fn a5_a_book_that_changed_since_it_was_checked_is_not_written() {
    let desk = Desk::new();
    let file = desk.file("book.md", INCOHERENT);
    let book = desk.ok(&["import", "book", &file, "--yes"])["id"].as_str().unwrap().to_owned();
    let to = desk.root().join("out").to_str().unwrap().to_owned();
    let refused = desk.run(&["publish", &book, "--format", "txt", "--out", &to, "--json"]);
    let run = serde_json::from_slice::<Value>(&refused.stdout).unwrap()["run"].as_str().unwrap().to_owned();
    let page = format!("{book}_ch_001_page_001");
    let text = desk.file("page.md", "Then Mara came to the pier, and went away again.");
    desk.ok(&["page", "edit", &page, "--file", &text, "--step", "narration"]);
    let out = desk.run(&["run", "override", &run, "--reason", "so"]);
    assert_eq!(code(&out), 4, "{}", stderr(&out));
    assert!(stderr(&out).contains("has changed since it was checked"), "{}", stderr(&out));
    assert!(!desk.root().join("out").exists());
}
