//! The check of a book with a model beside the rules: what it finds counts where its quotes stand (spec A5).

use galley::domain::{BookSettings, Command, ImportedChapter, RunId, StepName};
use galley::engine::About;
use serde_json::{Value, json};

use super::desk::{Asked, Desk};
use crate::model_server::Reply;

const AGENTS: &str = "[agents.reviewer]\nenabled = false\n[agents.coherence_reviewer]\n\
                      model = \"test/coherence_reviewer\"\n[limits]\nbackoff_ms = 1\n";

const PAGES: [&str; 2] =
    ["The lamp stood on the desk. Mara lit it.", "The lamp was in the cellar, and it was dark."];

/// Publishes a book of two pages, a model's word asked; returns the desk, the run and the report.
fn published(answer: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> (Desk, RunId, Value) {
    let desk = Desk::with(AGENTS, answer);
    let chapters =
        PAGES.map(|page| ImportedChapter { title: "Lamp".into(), pages: vec![page.to_owned()] }).to_vec();
    let (title, file) = ("Lamps".to_owned(), "lamps.md".to_owned());
    let import = Command::ImportBook { title, settings: BookSettings::default(), file, chapters };
    let book = desk.engine.submit(import).wait().unwrap().book.unwrap();
    let out = desk.home_folder().join("out");
    let parameters = [
        ("out".to_owned(), json!(out.to_str().unwrap())),
        ("formats".to_owned(), json!("txt")),
        ("ask_model".to_owned(), json!(true)),
        ("pass_score".to_owned(), json!(99)),
    ];
    let workflow = desk.engine.workflow("publish").unwrap();
    let begun = desk.engine.start_run(workflow, About::Book(book), parameters.into()).unwrap();
    let run = begun.wait().unwrap().run.unwrap();
    desk.runtime.block_on(desk.engine.drive_run(&run)).unwrap();
    let state = desk.engine.run(&run).unwrap();
    let report = state.step(&StepName::new("coherence")).unwrap().revisions.last().unwrap().text.hash.clone();
    let report = desk.reader().text(&report).unwrap().unwrap();
    (desk, run, serde_json::from_str(&report).unwrap())
}

fn finding(page: &str, quote: &str) -> Value {
    json!({"kind": "attribute", "severity": "high", "message": "The lamp is in two places.", "places": [
        {"page": "lamps_ch_001_page_001", "quote": "The lamp stood on the desk."}, {"page": page, "quote": quote}]})
}

#[test]
fn a5_what_a_model_finds_counts_where_its_quotes_stand() {
    let findings = [
        finding("lamps_ch_002_page_001", "The lamp was in the cellar"),
        finding("lamps_ch_002_page_001", "The lamp flew away"),
    ];
    let answer = json!({ "findings": findings }).to_string();
    let (desk, run, report) = published(move |asked| {
        assert!(asked.says("### page lamps_ch_001_page_001") && asked.says(PAGES[1]), "{}", asked.prompt);
        Reply::text(&answer)
    });
    let sources: Vec<&str> =
        report["findings"].as_array().unwrap().iter().map(|f| f["source"].as_str().unwrap()).collect();
    assert_eq!((sources.as_slice(), &report["unverified"]), (["model"].as_slice(), &json!(1)), "{report}");
    assert_eq!(desk.engine.run(&run).unwrap().public_state(), "needs_review");
    assert!(!desk.home_folder().join("out").exists());
}

#[test]
fn a5_where_the_model_fails_the_rules_are_enough() {
    let (desk, run, report) = published(|_| Reply::text("I find nothing to say."));
    assert_eq!((&report["score"], desk.server.count()), (&json!(100.0), 2), "asked, and asked to mend it");
    assert_eq!(desk.engine.run(&run).unwrap().public_state(), "published");
    assert!(desk.home_folder().join("out/lamps.txt").exists());
}
