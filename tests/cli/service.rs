//! Use cases that have one implementation: what they mean, accept and answer is the same for every face.

use galley::config::Home;
use galley::engine::{Engine, OpenOptions};
use galley::tui::errand::{Errand, Order, Outcome, Then, run};
use serde_json::{Value, json};

use super::desk::{Desk, code, stderr, stdout};

/// A book that the coherence check finds nothing wrong with; returns it with its one chapter.
fn book(desk: &Desk, text: &str) -> (String, String) {
    let file = desk.file("book.md", text);
    let book = desk.ok(&["import", "book", &file, "--yes"])["id"].as_str().unwrap().to_owned();
    let chapters = desk.ok(&["chapter", "list", "--book", &book]);
    (book, chapters["chapters"][0]["id"].as_str().unwrap().to_owned())
}

const SOUND: &str = "# The Bell\n\n## One\n\nMara opened the door and looked at the sea.\n";

/// Two pages of which one says that somebody died, and the next lets her speak.
const GHOST: &str = "# The Fire\n\n## One\n\nMara Vell died in the fire that night.\n\n## Two\n\nMara Vell opened the \
                     door and said hello.\n";

/// A run that fails at its last step: what it is to write is in the way.
fn failing(desk: &Desk, book: &str, extra: &[&str]) -> String {
    let out = format!("out={}", desk.file("mine.txt", "my own"));
    let start = [&["run", "start", "publish", "--book", book, "--set", &out, "--json"], extra].concat();
    let answer: Value = serde_json::from_slice(&desk.run(&start).stdout).unwrap();
    answer["run"]["id"].as_str().unwrap().to_owned()
}

/// What the studio says to `doctor` on the same database.
fn doctor_of_the_studio(desk: &Desk) -> String {
    let engine = Engine::open(Home::at(desk.root()), &OpenOptions::default()).unwrap();
    let order = Order { errand: Errand::Doctor, then: Then::Nothing, draft: None };
    match run(&engine, None, order).result {
        Ok(Outcome::Report(lines)) => lines.join("\n"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn m5_a_run_that_makes_no_versions_is_refused_as_a_story_and_nothing_of_it_is_driven() {
    let desk = Desk::new();
    let (book, _) = book(&desk, SOUND);
    let published = failing(&desk, &book, &[]);
    let waiting = failing(&desk, &book, &["--detach"]);
    desk.ok(&["workflow", "new", "lengthen"]);
    let own = desk.ok(&["run", "start", "lengthen", "--text", "The sea was calm."]);
    let own = own["run"]["id"].as_str().unwrap().to_owned();
    let (_, page) = desk.page("Mara finds the boat");
    let page = desk.ok(&["page", "status", &page])["run"].as_str().unwrap().to_owned();
    for run in [&published, &waiting, &own, &page] {
        desk.refused(&["story", "show", run], "no_versions");
        desk.refused(&["story", "resume", run], "no_versions");
        desk.refused(&["story", "resume", run, "--retry"], "no_versions");
    }
    assert_eq!(desk.ok(&["run", "show", &waiting])["run"]["attempts"], 0);
}

#[test]
fn m11_every_run_that_waits_or_failed_is_in_the_inbox_with_its_age() {
    let desk = Desk::new();
    let file = desk.file("t.txt", "A shiver ran down her spine. She let out a breath.\n");
    let sits = desk.ok(&["story", "review", &file, "--sit"])["story_id"].as_str().unwrap().to_owned();
    let (book, _) = book(&desk, SOUND);
    let failed = failing(&desk, &book, &[]);
    let (_, page) = desk.page("Mara finds the boat");

    let status = desk.ok(&["status"]);
    let listed = |kind: &str| status[kind].as_array().unwrap().clone();
    let gate = listed("gates").into_iter().find(|g| g["run"]["id"] == json!(sits)).unwrap();
    assert_eq!(gate["step"], "review");
    assert!(gate["age_ms"].as_i64().is_some_and(|age| age >= 0), "{gate}");
    assert!(listed("gates").iter().any(|g| g["page"]["id"] == json!(page)), "pages are there as before");
    let need = listed("attention").into_iter().find(|n| n["id"] == json!(failed)).unwrap();
    assert_eq!(need["attention"]["reason"], "failed");
    assert_eq!(status["totals"]["inbox"], listed("gates").len());
    assert_eq!(status["totals"]["attention"], listed("attention").len());
    let told = stdout(&desk.run(&["status"]));
    assert!(told.contains(&sits) && told.contains(&failed) && told.contains(&page), "{told}");
}

#[test]
fn m11_work_whose_only_run_failed_says_so_by_its_exit_code_once() {
    let desk = Desk::new();
    let (book, _) = book(&desk, SOUND);
    let run = failing(&desk, &book, &["--detach"]);
    let out = desk.run(&["work"]);
    assert_eq!(code(&out), 4, "{}", stderr(&out));
    assert!(stderr(&out).contains(&run) && stderr(&out).contains("galley run retry"), "{}", stderr(&out));
    assert_eq!(code(&desk.run(&["work"])), 0, "it is not this work that failed");
}

#[test]
fn d1_a_damaged_text_is_found_by_both_faces() {
    let desk = Desk::new();
    desk.page("Mara finds the boat");
    let whole = doctor_of_the_studio(&desk);
    assert!(whole.contains("health     well") && !whole.contains("damaged"), "{whole}");
    let database = rusqlite::Connection::open(desk.root().join("data/galley.db")).unwrap();
    let damage = "UPDATE blobs SET data = zeroblob(length(data)) WHERE id = (SELECT max(id) FROM blobs)";
    assert_eq!(database.execute(damage, ()).unwrap(), 1);
    drop(database);

    let out = desk.run(&["doctor", "--json"]);
    assert_eq!(code(&out), 5, "{}", stdout(&out));
    let found: Value = serde_json::from_slice(&out.stdout).unwrap();
    let hash = found["checkup"]["damaged"][0].as_str().unwrap();
    assert!(found["error"]["hint"].as_str().unwrap().contains("no backup"), "there is none: {found}");
    let studio = doctor_of_the_studio(&desk);
    assert!(studio.starts_with("the database is damaged"), "{studio}");
    assert!(studio.contains(hash) && studio.contains("DAMAGED"), "{studio}");
}

#[test]
fn d1_both_faces_tell_the_same_and_what_to_do_next() {
    let desk = Desk::new();
    let none = desk.ok(&["doctor"]);
    assert_eq!(none["next"][0]["command"], "galley book new \"TITLE\"");
    desk.page("Mara finds the boat");
    let next = desk.ok(&["doctor"])["next"].clone();
    assert!(next.as_array().unwrap().iter().any(|n| n["command"] == "galley status"), "{next}");
    // This process has no such variable either.
    let told = stdout(&desk.run_with(&["doctor"], &[("GALLEY_MODEL", "")]));
    // The file may grow by what opening it writes.
    let without_size =
        |text: &str| text.lines().filter(|l| !l.starts_with("size")).collect::<Vec<_>>().join("\n");
    assert_eq!(without_size(&told), without_size(&doctor_of_the_studio(&desk)));
}

#[test]
fn o1_a_reason_passes_a_borderline_verdict_as_well_as_a_failed_one_and_is_kept() {
    let desk = Desk::new();
    let (book, _) = book(&desk, GHOST);
    for (borderline, verdict) in [("10", "borderline"), ("94", "fail")] {
        let out = desk.root().join(verdict);
        let scores = ["--pass", "95", "--borderline", borderline];
        let to = ["publish", &book, "--out", out.to_str().unwrap(), "--format", "md"];
        let stopped = desk.run(&[&to[..], &scores[..], &["--json"]].concat());
        let answer: Value = serde_json::from_slice(&stopped.stdout).unwrap();
        assert_eq!((code(&stopped), answer["ruling"].as_str()), (3, Some(verdict)));
        let run = answer["run"].as_str().unwrap();
        desk.ok(&["run", "override", run, "--reason", "a ghost story"]);
        assert!(out.join(format!("{book}.md")).exists());

        std::fs::remove_dir_all(&out).unwrap();
        let done = desk.ok(&[&to[..], &scores[..], &["--override", "I know"]].concat());
        assert!(out.join(format!("{book}.md")).exists());
        let said = desk.ok(&["run", "show", done["run"].as_str().unwrap()])["decisions"].clone();
        assert_eq!((&said[0]["kind"], &said[0]["note"]), (&json!("override"), &json!("I know")));
    }
    // What passes by itself needs no reason, and takes none.
    let (sound, _) = self::book(&desk, SOUND);
    let out = desk.root().join("sound");
    let done = desk.ok(&["publish", &sound, "--out", out.to_str().unwrap(), "--override", "I know"]);
    desk.refused(&["run", "override", done["run"].as_str().unwrap(), "--reason", "x"], "already_settled");
}

#[test]
fn m19c_parameters_that_contradict_each_other_are_usage_and_begin_no_run() {
    let desk = Desk::new();
    let (book, _) = book(&desk, SOUND);
    let out = desk.root().join("out");
    let out = out.to_str().unwrap();
    let whole = format!("out={out}");
    let epub = format!("out={out}/x.epub");
    let publish = ["run", "start", "publish", "--book", &book];
    let contradictory: [Vec<&str>; 6] = [
        vec!["publish", &book, "--out", out, "--pass", "10", "--borderline", "90"],
        vec!["publish", &book, "--out", out, "--pass", "60"],
        [&publish[..], &["--set", &whole, "--set", "pass_score=10"]].concat(),
        [&publish[..], &["--set", "out=not/whole"]].concat(),
        [&publish[..], &["--set", &whole, "--set", "formats=md,pdf"]].concat(),
        [&publish[..], &["--set", &epub, "--set", "formats=md"]].concat(),
    ];
    for arguments in contradictory {
        let refused = desk.run(&arguments);
        assert_eq!(code(&refused), 2, "{arguments:?}: {}", stderr(&refused));
    }
    assert!(desk.ok(&["run", "list"])["runs"].as_array().unwrap().is_empty());
    assert_eq!(desk.ok(&["status"])["totals"]["attention"], 0);
    desk.ok(&["publish", &book, "--out", out, "--pass", "60", "--borderline", "50"]);
}

#[test]
fn m21_no_run_is_begun_about_what_is_in_the_trash() {
    let desk = Desk::new();
    let (book, chapter) = book(&desk, SOUND);
    let page = format!("{chapter}_page_001");
    let begins = || {
        desk.refused(&["story", "review", &page], "trashed");
        desk.refused(&["run", "start", "story", "--page", &page], "trashed");
    };
    let begins_of_chapter = || {
        desk.refused(&["story", "review", &chapter], "trashed");
        desk.refused(&["run", "start", "story", "--chapter", &chapter], "trashed");
    };
    desk.ok(&["page", "trash", &page]);
    begins();
    desk.ok(&["page", "bring-back", &page]);
    desk.ok(&["chapter", "trash", &chapter]);
    begins();
    begins_of_chapter();
    desk.ok(&["chapter", "bring-back", &chapter]);
    desk.ok(&["book", "trash", &book]);
    begins();
    begins_of_chapter();
    let out = format!("out={}", desk.root().join("out").display());
    desk.refused(&["publish", &book], "trashed");
    desk.refused(&["run", "start", "publish", "--book", &book, "--set", &out], "trashed");
    desk.refused(&["run", "start", "story", "--text", "x", "--book", &book], "trashed");
    assert!(desk.ok(&["run", "list"])["runs"].as_array().unwrap().is_empty());
    desk.ok(&["book", "bring-back", &book]);
    desk.ok(&["story", "review", &chapter]);
}
