//! What changed between revisions, taken in part; passages and locks.

use serde_json::Value;

use super::desk::{Desk, GALLEY, code, stderr, stdout};

fn rows<'v>(json: &'v Value, list: &str) -> Vec<&'v Value> {
    json[list].as_array().unwrap().iter().collect()
}

/// A page with two narrations, by hand; returns their ids.
fn two_texts(desk: &Desk) -> (String, [String; 2]) {
    let (_, page) = desk.page("Mara finds the boat");
    let first = "The cold rain fell on the pier. She left at dawn.\n\nNobody saw her go.\n";
    let second = "The warm rain fell on the pier. She left at noon.\n\nNobody saw her go home.\n";
    let mut ids = Vec::new();
    for (name, text) in [("a.md", first), ("b.md", second)] {
        let file = desk.file(name, text);
        let made = desk.ok(&["page", "write", &page, "--file", &file]);
        ids.push(made["revision"].as_str().unwrap().to_owned());
    }
    (page, ids.try_into().unwrap())
}

#[test]
fn some_changes_are_taken_and_the_others_refused_as_a_revision_of_both() {
    let desk = Desk::new();
    let (page, [first, second]) = two_texts(&desk);
    let diff = desk.ok(&["page", "diff", &first, &second]);
    let changes = rows(&diff, "changes");
    let kinds: Vec<&str> = changes.iter().map(|c| c["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["replaced", "replaced", "added"]);
    assert_eq!(changes[1]["new"]["text"], " noon");
    let since = desk.ok(&["page", "diff", &first]);
    assert_eq!(since["to"]["id"], second.as_str(), "what stands at the gate is compared with");
    let shown = stdout(&desk.run(&["page", "diff", &first, &second]));
    assert!(shown.contains("The [-cold-] {+warm+} rain"), "{shown}");
    let beside = stdout(&desk.run(&["page", "diff", &first, &second, "--side-by-side"]));
    assert!(beside.contains("[-cold-] rain fell on the pier.") && beside.contains("│"), "{beside}");

    let take = ["page", "take", page.as_str(), "--from", second.as_str()];
    let undecided = desk.run(&[&take[..], &["--take", "1"]].concat());
    assert!(code(&undecided) != 0 && stderr(&undecided).contains("2, 3 left"), "{}", stderr(&undecided));
    for wrong in [
        &["--take", "1,1", "--refuse", "rest"][..],
        &["--take", "9"],
        &["--take", "rest", "--refuse", "rest"],
    ] {
        assert_ne!(code(&desk.run(&[&take[..], wrong].concat())), 0, "{wrong:?}");
    }
    let dry = [&take[..], &["--take", "1", "--refuse", "rest", "--dry-run"]].concat();
    assert!(
        desk.ok(&dry)["text"]
            .as_str()
            .unwrap()
            .starts_with("The warm rain fell on the pier. She left at dawn.")
    );
    assert_eq!(desk.ok(&["page", "status", &page])["revision"], second.as_str(), "nothing was made yet");
    let made =
        desk.ok(&[&take[..], &["--take", "1", "--refuse", "3", "--own", "2=late in the day"]].concat());
    assert_eq!(made["state"], "user_reviewing_narration");
    let text = desk.ok(&["page", "show", &page])["text"].as_str().unwrap().to_owned();
    assert_eq!(text, "The warm rain fell on the pier. She left at late in the day.\n\nNobody saw her go.\n");
    let history = desk.ok(&["page", "history", &page]);
    let last = rows(&history, "revisions").pop().unwrap().clone();
    assert_eq!(
        (&last["origin"], &last["parent"], &last["other"]),
        (&"merge".into(), &first.into(), &second.into())
    );
    assert!(stdout(&desk.run(&["page", "history", &page])).contains("merge of 2 and 3"));
}

#[test]
fn passages_are_one_request_and_the_offline_author_leaves_the_rest_as_it_was() {
    let desk = Desk::new();
    let (page, [_, second]) = two_texts(&desk);
    let revised = desk.ok(&[
        "page",
        "revise",
        &page,
        "--passage",
        "She left at noon.=more of the fog",
        "--passage",
        "Nobody saw her go home.=the gulls",
    ]);
    assert_eq!((&revised["revision_requests"], &revised["unasked"]), (&1.into(), &Value::Null));
    let text = desk.ok(&["page", "show", &page])["text"].as_str().unwrap().to_owned();
    assert!(text.starts_with("The warm rain fell on the pier. ") && text.contains("\n\n"), "{text}");
    assert!(!text.contains("She left at noon.") && !text.contains("Nobody saw"), "{text}");
    let history = desk.ok(&["page", "history", &page]);
    let feedback = rows(&history, "feedback");
    assert_eq!(feedback.len(), 2);
    assert_eq!(feedback[0]["quoted"]["quote"], "She left at noon.");
    assert!(feedback.iter().all(|f| f["revision_id"] == second.as_str()));
    let missing = desk.run(&["page", "revise", &page, "--passage", "not there=x"]);
    assert!(stderr(&missing).contains("is not in the text"), "{}", stderr(&missing));
}

#[test]
fn a_locked_passage_stays_whatever_is_asked_for() {
    let desk = Desk::new();
    let (page, _) = two_texts(&desk);
    let locked = desk.ok(&["page", "lock", &page, "She left at noon."]);
    let lock = locked["locks"][0]["id"].as_str().unwrap().to_owned();
    desk.ok(&["page", "revise", &page, "--feedback", "much longer, more fog"]);
    let text = desk.ok(&["page", "show", &page])["text"].as_str().unwrap().to_owned();
    assert!(text.contains("She left at noon."), "{text}");
    let file = desk.file("c.md", "Nothing of it.\n");
    let refused = desk.run(&["page", "edit", &page, "--file", &file]);
    assert!(code(&refused) != 0 && stderr(&refused).contains("locked passage"), "{}", stderr(&refused));
    assert_eq!(desk.ok(&["page", "unlock", &page, &lock])["locks"], Value::Array(Vec::new()));
    desk.ok(&["page", "edit", &page, "--file", &file]);
    assert!(desk.ok(&["doctor"])["ok"].as_bool().unwrap_or(true));
}

#[cfg(target_os = "linux")]
#[test]
fn r19_a_text_of_nothing_but_changes_is_compared_in_little_memory() {
    let desk = Desk::new();
    let (_, page) = desk.page("Mara finds the boat");
    let many = 25_000;
    for text in ["*a* ".repeat(many), "**a** ".repeat(many)] {
        let file = desk.file("text.md", &text);
        desk.ok(&["page", "write", &page, "--file", &file, "--detach"]);
    }
    let history = desk.ok(&["page", "history", &page]);
    let mut ids: Vec<&str> =
        history["revisions"].as_array().unwrap().iter().map(|r| r["id"].as_str().unwrap()).collect();
    ids.sort_unstable();
    let [.., old, new] = ids[..] else { panic!("{history}") };
    for json in ["", "--json"] {
        // A tree of JSON values alone took 200 MB of these 25,000 changes.
        let limited = format!("ulimit -v 180000; exec {GALLEY} page diff {old} {new} {json}");
        let mut shell = std::process::Command::new("sh");
        let out = shell.args(["-c", &limited]).env("GALLEY_HOME", desk.root()).output().unwrap();
        assert!(out.status.success(), "{json}: {}", String::from_utf8_lossy(&out.stderr));
        assert!(out.stdout.len() > many * 10, "{json}: {}", out.stdout.len());
    }
}
