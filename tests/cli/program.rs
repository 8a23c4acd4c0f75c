//! The program itself: its files, configuration, health, work and sample.

use std::process::Stdio;

use serde_json::Value;

use super::desk::{Desk, code, stderr, stdout};

#[test]
fn work_that_was_left_is_done_once_however_many_processes_work() {
    let desk = Desk::new();
    desk.configure("[offline]\nwords_per_second = 400\n");
    let chapter = desk.chapter();
    let mut pages = Vec::new();
    for beat in ["Mara finds the boat", "The ice breaks", "Nobody answers"] {
        let page = desk.ok(&["page", "start", "--chapter", &chapter, "--beat", beat, "--detach"]);
        assert_eq!(page["state"], "generating_narration");
        pages.push(page["id"].as_str().unwrap().to_owned());
    }
    let workers: Vec<_> =
        (0..2).map(|_| desk.command(&["work"]).stderr(Stdio::piped()).spawn().unwrap()).collect();
    // Meanwhile a third one decides: commands do not wait for the one that conducts.
    desk.ok(&["page", "limit", &pages[2], "7"]);
    for worker in workers {
        let out = worker.wait_with_output().unwrap();
        assert_eq!(code(&out), 0, "{}", stderr(&out));
    }
    for page in &pages {
        let history = desk.ok(&["page", "history", page]);
        assert_eq!(history["page"]["state"], "user_reviewing_narration");
        assert_eq!(history["revisions"].as_array().unwrap().len(), 1);
        let attempts = history["attempts"].as_array().unwrap();
        assert_eq!(attempts.iter().filter(|a| a["step"] == "narration").count(), 1, "{attempts:?}");
    }
}

#[test]
#[cfg(unix)]
fn an_interrupt_ends_the_work_in_good_order_and_it_goes_on_at_the_next_start() {
    use std::io::{BufRead as _, BufReader, Read as _};

    let desk = Desk::new();
    desk.configure("[offline]\nwords_per_second = 4\n");
    let chapter = desk.chapter();
    let start = ["page", "start", "--chapter", &chapter, "--beat", "Mara finds the boat"];
    let mut child = desk.command(&start).stderr(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut told = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    told.read_line(&mut line).unwrap();
    assert_eq!(line, "narration: offline/rehearsal writes\n");
    let id = child.id().to_string();
    assert!(std::process::Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(130));
    let mut rest = String::new();
    told.read_to_string(&mut rest).unwrap();
    assert!(rest.contains("error: interrupted"), "{rest}");

    let page = format!("{chapter}_page_001");
    let history = desk.ok(&["page", "history", &page]);
    assert_eq!(history["page"]["state"], "generating_narration");
    let attempt = &history["attempts"][0];
    assert_eq!((&attempt["status"], &attempt["outcome"]), (&"cancelled".into(), &"interrupted".into()));
    desk.configure("[offline]\nwords_per_second = 0\n");
    desk.ok(&["work"]);
    assert_eq!(desk.state(&page), "user_reviewing_narration");
}

#[test]
fn all_files_are_below_galley_home_and_the_log_is_there_and_not_on_the_terminal() {
    let desk = Desk::new();
    let other = Desk::new();
    let system = tempfile::tempdir().unwrap();
    let home = system.path().to_str().unwrap();
    let out = desk.run_with(
        &["book", "new", "Winter"],
        &[("HOME", home), ("XDG_DATA_HOME", ""), ("XDG_CONFIG_HOME", "")],
    );
    assert_eq!((code(&out), stdout(&out), stderr(&out)), (0, "winter\n".into(), String::new()));
    assert_eq!(std::fs::read_dir(system.path()).unwrap().count(), 0);
    assert!(desk.root().join("data/galley.db").exists());
    assert!(desk.root().join("state/galley.log").exists());
    assert!(other.ok(&["book", "list"])["books"].as_array().unwrap().is_empty());
    let elsewhere = desk.root().join("elsewhere.db");
    let elsewhere = elsewhere.to_str().unwrap();
    assert!(desk.ok(&["--db", elsewhere, "book", "list"])["books"].as_array().unwrap().is_empty());
}

#[test]
fn doctor_examines_and_rebuilds() {
    let desk = Desk::new();
    assert_eq!(desk.ok(&["doctor"])["exists"], false, "looking makes nothing");
    let (_, page) = desk.page("Mara finds the boat");
    desk.ok(&["page", "approve", &page]);
    let before = desk.ok(&["page", "history", &page]);
    let sound = desk.ok(&["doctor"]);
    assert_eq!(sound["checkup"]["well"], true, "{sound}");
    for option in ["--compare", "--rebuild"] {
        let remade = desk.ok(&["doctor", option]);
        assert_eq!(remade["remade"]["equal"], true, "{remade}");
        assert!(remade["remade"]["events"].as_u64().unwrap() > 10);
    }
    assert_eq!(desk.ok(&["page", "history", &page]), before);
}

#[test]
fn doctor_notices_a_projection_that_the_journal_does_not_bear_out_and_puts_it_right() {
    let desk = Desk::new();
    let (_, page) = desk.page("Mara finds the boat");
    let database = rusqlite::Connection::open(desk.root().join("data/galley.db")).unwrap();
    assert_eq!(database.execute("UPDATE pages SET state = 'page_approved'", ()).unwrap(), 1);
    drop(database);
    let out = desk.run(&["doctor", "--compare", "--json"]);
    assert_eq!(code(&out), 5, "{}", stdout(&out));
    let answer: Value = serde_json::from_str(&stdout(&out)).unwrap();
    assert_eq!(answer["remade"]["equal"], false);
    assert_eq!(desk.ok(&["doctor", "--rebuild"])["remade"]["swapped"], true);
    assert_eq!(desk.ok(&["doctor", "--compare"])["remade"]["equal"], true);
    assert_eq!(desk.state(&page), "user_reviewing_narration");
}

#[test]
fn a_large_book_is_made_by_command_and_never_over_another() {
    let desk = Desk::new();
    let database = desk.root().join("big.db");
    let bulk =
        ["--db", database.to_str().unwrap(), "bulk", "--chapters", "3", "--pages", "20", "--revisions", "60"];
    let made = desk.ok(&bulk);
    let book = made["book"].as_str().unwrap();
    let listed = desk.ok(&["--db", database.to_str().unwrap(), "page", "list", "--book", book]);
    assert_eq!(listed["pages"].as_array().unwrap().len(), 20);
    assert_eq!(code(&desk.run(&bulk)), 5, "the file is there");
}

#[test]
fn the_command_line_never_makes_the_sample_book_unless_it_is_asked_to() {
    let desk = Desk::new();
    assert!(desk.ok(&["book", "list"])["books"].as_array().unwrap().is_empty());
    desk.refused(&["sample", "remove"], "not_found");
    let sample = desk.ok(&["sample", "restore"]);
    assert_eq!((&sample["pages"], &sample["approved"]), (&6.into(), &3.into()));
    assert_eq!(desk.ok(&["sample", "restore"])["id"], sample["id"]);
    assert_eq!(desk.ok(&["sample", "remove"])["trashed"], true);
    assert_eq!(desk.ok(&["sample", "restore"])["trashed"], false);
    let found = desk.ok(&["search", "humbugs"]);
    assert!(!found["hits"].as_array().unwrap().is_empty());
    let history = desk.ok(&["page", "history", "the-tide-clerk_ch_001_page_001"]);
    assert_eq!(history["revisions"].as_array().unwrap().len(), 3);
    assert!(history["attempts"].as_array().unwrap().is_empty(), "no model was called for it");
    assert_eq!(desk.ok(&["costs"])["totals"]["spent"]["cost"], 0);
}

#[test]
fn config_says_what_holds_and_changes_it_in_place() {
    let desk = Desk::new();
    desk.configure("# mine\nauthor = \"Ada\" # me\n");
    let holds = desk.ok(&["config", "model", "reviewer", "ollama/qwen3"]);
    assert_eq!(holds["author"], "Ada");
    assert_eq!(holds["offline_forced"], true);
    desk.ok(&["config", "budget", "2.50"]);
    desk.ok(&["config", "price", "my/model", "0.25", "1.25"]);
    let written = std::fs::read_to_string(desk.root().join("config/config.toml")).unwrap();
    assert!(written.starts_with("# mine\nauthor = \"Ada\" # me\n"), "{written}");
    assert!(written.contains("ollama/qwen3"), "{written}");
    let out =
        desk.run_with(&["config", "--json"], &[("GALLEY_MODEL", ""), ("OPENAI_API_KEY", "sk-secret-1234")]);
    let holds: Value = serde_json::from_str(&stdout(&out)).unwrap();
    assert_eq!(holds["agents"]["reviewer"]["model"], "ollama/qwen3");
    assert_eq!(holds["limits"]["budget_per_day"], 2_500_000_000_i64);
    assert_eq!(holds["keys_found"][0], "OPENAI_API_KEY");
    assert!(!stdout(&out).contains("sk-secret"), "a key is never shown");

    desk.configure("[limits]\ncalls_at_onc = 2\n");
    let out = desk.run(&["book", "list"]);
    assert_eq!(code(&out), 2);
    assert!(stderr(&out).contains("config.toml:2: unknown field `calls_at_onc`"), "{}", stderr(&out));
}

#[test]
fn the_configuration_that_the_readme_shows_holds() {
    let desk = Desk::new();
    let readme = include_str!("../../README.md");
    let shown = readme.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    desk.configure(shown);
    let out = desk.run_with(&["config", "--json"], &[("GALLEY_MODEL", "")]);
    assert_eq!(code(&out), 0, "{}", stderr(&out));
    let holds: Value = serde_json::from_str(&stdout(&out)).unwrap();
    assert_eq!(holds["author"], "Ada");
    assert!(holds["agents"]["narrator"]["price"].is_object(), "the model that is shown has a price: {holds}");
    assert!(holds["agents"]["dialogue"]["price"].is_object());
}
