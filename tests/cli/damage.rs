//! A damaged database: what is met once is said by every face until all is well, and what is whole is saved.

use std::path::PathBuf;

use super::desk::{Desk, code, stderr, stdout};
use super::pty::Studio;

fn database(desk: &Desk) -> PathBuf {
    desk.root().join("data/galley.db")
}

fn sql(desk: &Desk, sql: &str) {
    let connection = rusqlite::Connection::open(database(desk)).unwrap();
    assert!(connection.execute(sql, []).unwrap() > 0, "{sql}");
}

/// Gives a command that must fail because of the damage, and returns what it says.
fn damaged(desk: &Desk, arguments: &[&str]) -> String {
    let out = desk.run(arguments);
    assert_eq!(code(&out), 5, "{}", stdout(&out));
    assert!(stderr(&out).contains("hint: `galley doctor`"), "{}", stderr(&out));
    stderr(&out)
}

#[test]
fn r12_damage_that_was_met_once_is_said_by_status_and_studio_until_doctor_finds_all_well() {
    let desk = Desk::new();
    let (_, page) = desk.page("Mara finds the boat");
    let hash = "(SELECT text FROM revisions WHERE step = 'narration')";
    sql(&desk, &format!("UPDATE blobs SET data = CAST(data || x'00' AS BLOB) WHERE hash = {hash}"));
    assert!(desk.ok(&["status"])["problem"].is_null(), "nobody has met it yet");
    damaged(&desk, &["page", "show", &page]);
    let problem = desk.ok(&["status"])["problem"].as_str().unwrap().to_owned();
    assert!(problem.contains("galley doctor") && problem.contains("is not what was stored"), "{problem}");
    let mut studio = Studio::open(&desk);
    studio.wait_for("database damaged: galley doctor");
    assert!(studio.leave());

    let out = desk.run(&["doctor"]);
    assert_eq!(code(&out), 5);
    assert!(stdout(&out).contains("galley doctor --salvage"), "{}", stdout(&out));
    sql(&desk, &format!("UPDATE blobs SET data = substr(data, 1, length(data) - 1) WHERE hash = {hash}"));
    assert!(desk.ok(&["doctor"])["remade"]["equal"].as_bool().unwrap(), "what was noted is compared");
    assert!(desk.ok(&["status"])["problem"].is_null());
}

#[test]
fn r12_a_row_that_does_not_follow_from_the_journal_is_said_once_it_was_found() {
    let desk = Desk::new();
    desk.page("Mara finds the boat");
    sql(&desk, "UPDATE revisions SET words = words + 1");
    let out = desk.run(&["doctor", "--compare"]);
    assert_eq!(code(&out), 5);
    assert!(desk.ok(&["status"])["problem"].as_str().unwrap().contains("differ from the journal"));
    desk.ok(&["doctor", "--rebuild"]);
    assert!(desk.ok(&["status"])["problem"].is_null());
}

#[test]
fn r12_an_event_that_damage_has_changed_is_refused_and_named() {
    let desk = Desk::new();
    let (_, page) = desk.page("Mara finds the boat");
    sql(&desk, "UPDATE events SET at = at + 1 WHERE seq = 3 AND stream = (SELECT max(n) FROM streams)");
    let said = damaged(&desk, &["page", "approve", &page]);
    assert!(said.contains("event 3 of run:") && said.contains("not what was written"), "{said}");
    let out = desk.run(&["doctor"]);
    assert!(stdout(&out).contains("is not what was written"), "{}", stdout(&out));
}

#[test]
fn e7_a_file_without_its_header_is_salvaged_and_restored_by_two_commands() {
    let desk = Desk::new();
    let (_, page) = desk.page("Mara finds the boat");
    let before = desk.ok(&["page", "show", &page]);
    let mut bytes = std::fs::read(database(&desk)).unwrap();
    bytes[..100].fill(0);
    std::fs::write(database(&desk), bytes).unwrap();
    let out = desk.run(&["doctor"]);
    assert!(code(&out) == 5 && stdout(&out).contains("galley doctor --salvage"), "{}", stderr(&out));
    let made = desk.ok(&["doctor", "--salvage"]);
    assert_eq!(made["lost"], serde_json::json!([]));
    desk.ok(&["restore", made["to"].as_str().unwrap()]);
    assert_eq!(desk.ok(&["page", "show", &page]), before);
    assert_eq!(code(&desk.run(&["doctor", "--compare"])), 0);
}
