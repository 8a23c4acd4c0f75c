//! What a page can do, any run can: history, context, passages, locks, changes taken one by one (D5, M27).

use serde_json::{Value, json};

use super::desk::{Desk, code, stderr};

/// A run of a workflow of its own, whose last text waits at a gate.
fn at_gate(desk: &Desk) {
    desk.ok(&["workflow", "new", "mine"]);
    let text = "The rain fell. The bell rang twice. Nobody came to the pier.";
    desk.ok(&["run", "start", "mine", "--id", "m1", "--set", "words=1", "--text", text]);
}

fn text(desk: &Desk, step: &str) -> String {
    desk.ok(&["run", "show", "m1", "--step", step])["result"].as_str().unwrap().to_owned()
}

#[test]
fn d5_a_run_has_a_history_and_tells_what_an_agent_is_or_was_given() {
    let desk = Desk::new();
    at_gate(&desk);
    desk.ok(&["run", "revise", "m1", "--feedback", "colder"]);
    let history = desk.ok(&["run", "history", "m1"]);
    assert_eq!(history["run"]["id"], "m1");
    assert_eq!(history["feedback"][0]["text"], "colder");
    assert_eq!(history["decisions"][0]["kind"], "revise");
    let last = &history["revisions"].as_array().unwrap().last().unwrap();
    assert_eq!(last["id"], "m1.done.2");
    assert_eq!(last["text"].as_str().unwrap(), text(&desk, "done"));
    assert_eq!(history["attempts"][0]["id"], "m1.done.i2.v0.a1");

    let given = desk.ok(&["run", "context", "m1", "--prompt"]);
    assert_eq!(given["run"], "m1");
    let past = desk.ok(&["run", "context", "m1", "--revision", "m1.done.2", "--prompt"]);
    assert!(past["messages"].to_string().contains("colder"), "{past}");
    let refused = desk.refused(&["run", "context", "m1", "--step", "count"], "invalid");
    assert!(refused["message"].as_str().unwrap().contains("by a tool or a rule"), "{refused}");
    desk.refused(&["run", "history", "nothing"], "not_found");
}

#[test]
fn d5_passages_of_a_run_are_spoken_of_and_locked() {
    let desk = Desk::new();
    at_gate(&desk);
    desk.ok(&["run", "write", "m1", "--text", "The rain fell. The bell rang twice. Nobody came."]);
    let quote = "The rain fell.";
    let locks = desk.ok(&["run", "lock", "m1", quote]);
    assert_eq!((locks["run"].as_str(), locks["locks"][0]["quote"].as_str()), (Some("m1"), Some(quote)));
    desk.refused(&["run", "edit", "m1", "--text", "Something else altogether."], "locked");
    desk.ok(&["run", "unlock", "m1", "--all"]);
    let run = desk.ok(&["run", "revise", "m1", "--passage", &format!("{quote}=quieter")]);
    assert_eq!(run["run"]["state"], "reviewing");
    let history = desk.ok(&["run", "history", "m1"]);
    assert_eq!(history["feedback"][0]["quoted"]["quote"].as_str(), Some(quote), "{history}");
    desk.usage(&["run", "revise", "m1", "--passage", "Not in there.=quieter"]);
}

#[test]
fn d5_changes_between_two_results_are_taken_one_by_one() {
    let desk = Desk::new();
    at_gate(&desk);
    let old = text(&desk, "done");
    let new = format!("Cold. {old} The end.");
    desk.ok(&["run", "write", "m1", "--text", &new]);
    let diff = desk.ok(&["run", "diff", "m1.done.1"]);
    assert_eq!(diff["to"]["id"], "m1.done.2");
    assert_eq!(diff["changes"].as_array().unwrap().len(), 2);
    let take = [
        "run",
        "take",
        "m1",
        "--from",
        "m1.done.2",
        "--base",
        "m1.done.1",
        "--take",
        "1",
        "--refuse",
        "rest",
    ];
    desk.ok(&take);
    assert_eq!(text(&desk, "done"), format!("Cold. {old}"));
    desk.ok(&["run", "approve", "m1"]);
    assert_eq!(desk.ok(&["run", "show", "m1"])["run"]["state"], "complete");
}

#[test]
fn m27_a_report_is_approved_without_some_of_its_suggestions() {
    let desk = Desk::new();
    let file = desk.file("t.txt", "A shiver ran down her spine. She let out a breath.\n");
    desk.ok(&["story", "review", &file, "--sit", "--id", "r1"]);
    let suggestions = |desk: &Desk| -> Vec<Value> {
        let shown = desk.ok(&["run", "show", "r1", "--step", "review"]);
        shown["result"]["suggestions"].as_array().unwrap().clone()
    };
    let before = suggestions(&desk);
    assert!(before.len() >= 2, "{before:?}");
    for wrong in ["0", "99", "x", "", ","] {
        desk.usage(&["run", "approve", "r1", "--without", wrong]);
    }
    desk.ok(&["run", "approve", "r1", "--without", "1"]);
    assert_eq!(suggestions(&desk), before[1..]);
    let given = desk.ok(&["run", "context", "r1", "--step", "polish", "--prompt"])["messages"].to_string();
    let id = |suggestion: &Value| suggestion["id"].as_str().unwrap().to_owned();
    assert!(given.contains(&id(&before[1])) && !given.contains(&id(&before[0])), "{given}");
    desk.usage(&["run", "approve", "r1", "--step", "polish", "--without", "1"]);
}

#[test]
fn m27_a_version_of_a_page_becomes_its_narration() {
    let desk = Desk::new();
    let (_, page) = desk.page("Mara finds the boat");
    let given = "A shiver ran down her spine. It was very cold.";
    desk.ok(&["page", "write", &page, "--text", given]);
    let out = desk.run(&["story", "review", &page, "--id", "r1", "--iterations", "1", "--json"]);
    assert_eq!(code(&out), 0, "{}", stderr(&out));
    let versions = desk.ok(&["story", "show", "r1"])["versions"].as_array().unwrap().clone();
    assert_eq!(versions[0]["text"], given);
    desk.refused(&["story", "use", "r1", "v9"], "not_found");
    desk.ok(&["page", "write", &page, "--text", "Another text."]);
    let taken = desk.ok(&["story", "use", "r1", "v1"]);
    assert_eq!((&taken["version"], &taken["page_had_changed"]), (&json!("v1"), &json!(true)));
    let history = desk.ok(&["page", "history", &page]);
    let of_narration =
        history["revisions"].as_array().unwrap().iter().rev().find(|r| r["step"] == "narration");
    assert_eq!(of_narration.unwrap()["text"], given);
}
