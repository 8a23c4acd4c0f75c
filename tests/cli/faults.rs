//! What goes wrong, and the exit code that says so.

use serde_json::Value;

use super::desk::{Desk, code, stderr, stdout};

#[test]
fn a_call_that_cannot_be_understood_ends_with_2_and_says_how_it_is_made() {
    let desk = Desk::new();
    for wrong in [
        &["page", "aprove"][..],
        &["page", "revise", "some_page"],
        &["page", "start", "--chapter", "c"],
        &["page", "limit", "p", "many"],
        &["export"],
        &["page", "write", "p", "--file", "/nowhere/at/all"],
    ] {
        let out = desk.run(wrong);
        assert_eq!(code(&out), 2, "{wrong:?}: {}", stderr(&out));
        let lines: Vec<String> = stderr(&out).lines().map(str::to_owned).collect();
        assert_eq!(lines.len(), 2, "{lines:?}");
        assert!(lines[0].starts_with("error: ") && lines[1].starts_with("hint: "), "{lines:?}");

        let out = desk.run(&[&["--json"], wrong].concat());
        assert_eq!(code(&out), 2);
        let answer: Value = serde_json::from_str(&stdout(&out)).unwrap();
        assert_eq!(answer["error"]["kind"], "usage");
        assert!(answer["error"]["hint"].is_string());
    }
}

#[test]
fn what_the_rules_do_not_allow_ends_with_3_and_changes_nothing() {
    let desk = Desk::new();
    let (chapter, page) = desk.page("Mara finds the boat");
    let before = desk.ok(&["page", "history", &page]);
    desk.refused(&["page", "restore", &page, "--revision", "run_0.narration.9"], "not_found");
    desk.refused(&["page", "skip", &page], "not_skippable");
    desk.refused(&["page", "cancel", &page], "not_running");
    desk.refused(&["page", "approve", &page, "--step", "plot"], "unknown_step");
    desk.refused(&["page", "approve", "no_such_page"], "not_found");
    desk.refused(&["page", "status", "no_such_page"], "not_found");
    desk.refused(&["page", "start", "--chapter", &chapter, "--beat", "  "], "empty_text");
    desk.refused(&["chapter", "bring-back", &chapter], "not_trashed");
    desk.refused(&["book", "new", " "], "invalid");
    assert_eq!(desk.ok(&["page", "history", &page]), before);
    let out = desk.run(&["page", "skip", &page]);
    assert_eq!(stderr(&out), "error: narration cannot be skipped\nhint: write it by hand instead\n");
}

#[test]
fn a_revision_that_is_not_the_newest_is_refused() {
    let desk = Desk::new();
    let (_, page) = desk.page("Mara finds the boat");
    let old = desk.ok(&["page", "status", &page])["revision"].as_str().unwrap().to_owned();
    desk.ok(&["page", "revise", &page, "--again"]);
    let text = desk.file("text.md", "By hand.");
    desk.refused(&["page", "approve", &page, "--revision", &old], "not_newest");
    desk.refused(&["page", "revise", &page, "--feedback", "x", "--revision", &old], "not_newest");
    desk.refused(&["page", "write", &page, "--file", &text, "--revision", &old], "not_newest");
    let newest = desk.ok(&["page", "status", &page])["revision"].as_str().unwrap().to_owned();
    desk.ok(&["page", "approve", &page, "--revision", &newest]);
}

#[test]
fn p7_past_the_limit_the_author_goes_on_by_hand_or_raises_it() {
    let desk = Desk::new();
    let (_, page) = desk.page("Mara finds the boat");
    desk.ok(&["page", "limit", &page, "1"]);
    desk.ok(&["page", "revise", &page, "--feedback", "colder"]);
    desk.refused(&["page", "revise", &page, "--feedback", "colder still"], "limit_reached");
    desk.refused(&["page", "limit", &page, "0"], "limit_too_low");
    let text = desk.file("text.md", "By hand.");
    desk.ok(&["page", "write", &page, "--file", &text]);
    desk.ok(&["page", "limit", &page, "2"]);
    let page = desk.ok(&["page", "revise", &page, "--feedback", "colder still"]);
    assert_eq!((&page["revision_requests"], &page["revision_limit"]), (&2.into(), &2.into()));
}

#[test]
fn p8_a_model_that_cannot_be_reached_ends_with_4_and_the_page_waits_with_its_choices() {
    let desk = Desk::new();
    desk.configure(
        "[agents.narrator]\nmodel = \"nowhere/m\"\n[providers.nowhere]\nbase_url = \"http://127.0.0.1:9/v1\"\n\
         [limits]\nbackoff_ms = 1\n[offline]\nwords_per_second = 0\n",
    );
    let chapter = desk.chapter();
    let start = ["page", "start", "--chapter", &chapter, "--beat", "Mara finds the boat", "--json"];
    let out = desk.run_with(&start, &[("GALLEY_MODEL", "")]);
    assert_eq!(code(&out), 4, "{}", stderr(&out));
    let answer: Value = serde_json::from_str(&stdout(&out)).unwrap();
    assert_eq!(answer["state"], "awaiting_user_input");
    assert_eq!(answer["attention"]["reason"], "failed");
    assert_eq!(answer["error"]["kind"], "failed");
    assert!(answer["error"]["hint"].as_str().unwrap().contains("galley page retry"));

    let page = answer["id"].as_str().unwrap();
    let attempts = desk.ok(&["page", "history", page])["attempts"].as_array().unwrap().len();
    assert_eq!(attempts, 3, "three attempts, then the author");
    let out = desk.run_with(&["page", "retry", page], &[("GALLEY_MODEL", "")]);
    assert_eq!(code(&out), 4);
    let out = desk.run_with(&["page", "model", page, "offline/rehearsal", "--json"], &[("GALLEY_MODEL", "")]);
    assert_eq!(code(&out), 0, "{}", stderr(&out));
    assert_eq!(desk.state(page), "user_reviewing_narration");
}

#[test]
fn p11_under_a_budget_a_model_without_a_price_is_refused_with_3() {
    let desk = Desk::new();
    desk.configure(
        "[agents.narrator]\nmodel = \"nowhere/m\"\n[providers.nowhere]\nbase_url = \"http://127.0.0.1:9/v1\"\n\
         [limits]\nbudget_per_day = 1.0\n",
    );
    let chapter = desk.chapter();
    let start = ["page", "start", "--chapter", &chapter, "--beat", "Mara finds the boat", "--json"];
    let out = desk.run_with(&start, &[("GALLEY_MODEL", "")]);
    assert_eq!(code(&out), 3, "{}", stderr(&out));
    let answer: Value = serde_json::from_str(&stdout(&out)).unwrap();
    assert_eq!(answer["attention"]["reason"], "price_unknown");
    let page = answer["id"].as_str().unwrap();
    assert!(
        desk.ok(&["page", "history", page])["attempts"].as_array().unwrap().is_empty(),
        "no call was made"
    );
}

#[test]
fn a_database_that_cannot_be_used_ends_with_5() {
    let desk = Desk::new();
    let damaged = desk.file("damaged.db", "this is not a database, and never was one, whatever it is called");
    for (database, kind) in [(damaged.as_str(), "damaged"), (desk.root().to_str().unwrap(), "store")] {
        for command in [&["book", "list"][..], &["doctor"]] {
            let out = desk.run(&[&["--db", database, "--json"], command].concat());
            assert_eq!(code(&out), 5, "{command:?} on {database}: {}", stderr(&out));
            let answer: Value = serde_json::from_str(&stdout(&out)).unwrap();
            assert_eq!(answer["error"]["kind"], kind);
        }
    }
}
