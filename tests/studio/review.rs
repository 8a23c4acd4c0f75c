//! A review of a chapter from its form to its result, with the program killed in the middle of a polish.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::{Value, json};

use crate::model_server::{Answer, ModelServer, Reply, Seen};
use crate::session::{Home, Session};

const REFUSED: &str = "the ledger is named too early";
const KEPT: &str = "the sea could be heard";

fn report(score: u32, verdict: &str) -> String {
    let suggestions = json!([
        {"where": "paragraph 1", "why": REFUSED, "priority": "low"},
        {"where": "paragraph 2", "why": KEPT, "priority": "high"},
    ]);
    let strengths = ["It begins late."];
    json!({"quality_score": score, "decision": verdict, "strengths": strengths, "suggestions": suggestions})
        .to_string()
}

fn polish() -> String {
    let text = "The clerk heard the sea before the door was open. ".repeat(12);
    json!({"title": "A Tide Too Many", "text": text.trim(), "changes": []}).to_string()
}

/// Whether a request is the polisher's: its instructions say so.
fn is_polish(seen: &Seen) -> bool {
    seen.body.to_string().contains("you do what the review suggests")
}

/// A critic that is content the second time, and a polisher that takes its time.
fn server() -> ModelServer {
    let reviews = AtomicUsize::new(0);
    ModelServer::answering(move |_, seen| {
        if is_polish(seen) {
            return Reply::Text(Answer::of(&polish()).paced(Duration::from_millis(12)));
        }
        let score = if reviews.fetch_add(1, Ordering::SeqCst) == 0 { 71 } else { 96 };
        Reply::Text(Answer::of(&report(score, "publish")))
    })
}

#[test]
fn r3_r7_a_review_is_sat_at_killed_and_let_run_to_its_result() {
    let server = server();
    let config = format!(
        "[agents.narrator]\nmodel = \"local/story\"\n\
         [providers.local]\nprotocol = \"openai\"\nbase_url = \"{}\"\nfree = true\n",
        server.url_v1()
    );
    let home = Home::with_config(&config);
    let mut studio = Session::start(&home);
    studio.wait("A Tide Too Many").send("!").wait("Start which workflow?").wait("story v1").send("\r");
    studio.wait("Start story").wait("approved pages of 1 A Tide Too Many").send("\t\t\t\t\t\t");
    studio.wait("ask the author at every report").send("\x1b[C").send("\r");

    // The first report waits; what its reader refuses never reaches the polisher.
    studio.wait("71 of 100; the reviewer would publish").wait(KEPT).wait("Approve this draft?");
    studio
        .send("jjx")
        .wait("approve without 1")
        .send("a")
        .wait("approved without the suggestion you refused");
    studio.wait("In progress.").until("some words", |screen| screen.contains(" words, "));
    studio.kill();

    // The polish that was cut off is made again; the review is not.
    let mut studio = Session::start(&home);
    studio.wait("A Tide Too Many").send("6").wait("story v1").send("\r");
    studio
        .wait("polish · changes")
        .wait("Approve this draft?")
        .send("dd")
        .wait("polish · text")
        .wait("heard the sea");
    studio.send("L").wait("it runs by itself from now on");
    studio.wait("complete: publish").wait("v2: 71.0 to 96.0 (+25.0)").wait("Done.");
    // The best version is looked at; its report and the text that was given are keys away.
    studio.send("d").wait("report").wait("96 of 100").send("\x1b[Z").wait("Versions").send("k");
    studio.wait("v1").wait("71 of 100").leave();

    let runs = home.galley(&["run", "list", "--json"]);
    let runs: Value = serde_json::from_str(&runs).unwrap_or_else(|e| panic!("{e}: {runs}"));
    let id = runs["runs"][0]["id"].as_str().unwrap().to_owned();
    let result = home.galley(&["story", "show", &id, "--json"]);
    let result: Value = serde_json::from_str(&result).unwrap_or_else(|e| panic!("{e}: {result}"));
    assert_eq!((&result["total_reviews"], &result["total_polishes"]), (&json!(2), &json!(1)), "{result}");
    let of_first = &result["versions"][0]["report"]["suggestions"];
    assert_eq!(of_first.as_array().map(Vec::len), Some(1), "{of_first}");

    let (polishes, reviews): (Vec<_>, Vec<_>) = server.seen().into_iter().partition(is_polish);
    assert_eq!(reviews.len(), 2, "no review is paid twice");
    assert_eq!(polishes.len(), 2, "the one that was cut off, and the one after");
    for polish in polishes {
        let body = polish.body.to_string();
        assert!(body.contains(KEPT) && !body.contains(REFUSED), "{body}");
    }
}
