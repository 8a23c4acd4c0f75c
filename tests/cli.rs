//! The whole program over the command line, with the offline author, each test in a home of its own.

#![allow(clippy::unwrap_used, reason = "a test ends where something is not as it must be")]

mod cli {
    pub mod desk;
    pub mod pty;
}

use std::process::Stdio;

use cli::desk::{Desk, code, stderr, stdout};
use cli::pty;
use serde_json::Value;

/// Every control a terminal could obey, every mark that hides or reorders, and a drawn bar.
const HOSTILE: &str = "Ada\u{1b}]52;c;cm0gLXJm\u{7} came \u{1b}]8;;http://evil\u{1b}\\home\u{1b}]8;;\u{1b}\\ \u{9b}2J\u{1b}[31m\
                       red\u{202e}evil\u{200b}\u{e0041}\u{85}\rAPPROVED\u{8}\u{7f} e\u{301}\u{301}\n\nThe end.";

fn states(pages: &Value) -> Vec<&str> {
    pages["pages"].as_array().unwrap().iter().map(|p| p["state"].as_str().unwrap()).collect()
}

#[test]
fn a_page_goes_from_beat_to_approved_over_the_command_line_alone() {
    let desk = Desk::new();
    let (_, page) = desk.page("Mara finds the boat");
    let page = page.as_str();
    assert_eq!(desk.state(page), "user_reviewing_narration");

    let first = desk.ok(&["page", "status", page])["revision"].as_str().unwrap().to_owned();
    let revised = desk.ok(&["page", "revise", page, "--feedback", "more of the cold", "--revision", &first]);
    assert_eq!(revised["state"], "user_reviewing_narration");
    assert_eq!(revised["revision_requests"], 1);

    let edited = desk.file("edit.md", "Mara found the boat where the ice had left it.\n\nIt was not hers.\n");
    let accepted = desk.ok(&["page", "edit", page, "--file", &edited]);
    assert_eq!(accepted["state"], "user_reviewing_dialogue", "an edit accepts the narration");

    let undone = desk.ok(&["page", "undo", page, "--step", "narration"]);
    assert_eq!(undone["state"], "user_reviewing_narration");
    let restored = desk.ok(&["page", "restore", page, "--revision", &first]);
    assert_eq!(restored["state"], "user_reviewing_narration");
    assert_ne!(restored["revision"], first.as_str(), "a restored revision is a new one");

    assert_eq!(desk.ok(&["page", "approve", page])["state"], "user_reviewing_dialogue");
    assert_eq!(
        desk.ok(&["page", "revise", page, "--feedback", "shorter"])["state"],
        "user_reviewing_dialogue"
    );
    assert_eq!(desk.ok(&["page", "approve", page])["state"], "page_approved");
    assert_eq!(desk.ok(&["page", "undo", page])["state"], "user_reviewing_dialogue");
    assert_eq!(desk.ok(&["page", "redo", page])["state"], "page_approved");

    let history = desk.ok(&["page", "history", page]);
    let revisions = history["revisions"].as_array().unwrap();
    for revision in revisions {
        for field in ["id", "step", "number", "author", "model", "text", "tokens", "created_at"] {
            assert!(!revision[field].is_null(), "{field} of {revision}");
        }
        assert!(!revision["text"].as_str().unwrap().is_empty());
    }
    let texts = |step: &str| -> Vec<&str> {
        revisions.iter().filter(|r| r["step"] == step).map(|r| r["text"].as_str().unwrap()).collect()
    };
    let narration = texts("narration");
    assert_eq!(narration.len(), 4, "two drafts, an edit and a restore");
    assert_ne!(narration[0], narration[1], "feedback changes what is written");
    assert_eq!(narration[2], "Mara found the boat where the ice had left it.\n\nIt was not hers.\n");
    assert_eq!(narration[3], narration[0]);
    assert!(texts("dialogue").len() >= 2);
    let feedback = history["feedback"].as_array().unwrap();
    let said: Vec<&str> = feedback.iter().map(|f| f["text"].as_str().unwrap()).collect();
    assert_eq!(said, ["more of the cold", "shorter"]);
    for given in feedback {
        assert!(revisions.iter().any(|r| r["id"] == given["revision_id"]), "{given}");
    }
    let kinds: Vec<&str> =
        history["decisions"].as_array().unwrap().iter().map(|d| d["kind"].as_str().unwrap()).collect();
    for kind in ["revise", "edit", "restore", "approve"] {
        assert!(kinds.contains(&kind), "{kinds:?}");
    }
}

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
    for database in [damaged.as_str(), desk.root().to_str().unwrap()] {
        for command in [&["book", "list"][..], &["doctor"]] {
            let out = desk.run(&[&["--db", database, "--json"], command].concat());
            assert_eq!(code(&out), 5, "{command:?} on {database}: {}", stderr(&out));
            let answer: Value = serde_json::from_str(&stdout(&out)).unwrap();
            assert_eq!(answer["error"]["kind"], "store");
        }
    }
}

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

#[cfg(unix)]
#[test]
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
fn export_writes_the_approved_pages_in_their_order() {
    let desk = Desk::new();
    let chapter = desk.chapter();
    let mut pages = Vec::new();
    for text in ["First.", "Second.", "Third."] {
        let page = desk.ok(&["page", "new", "--chapter", &chapter])["id"].as_str().unwrap().to_owned();
        desk.ok(&["page", "write", &page, "--file", &desk.file("text.md", text)]);
        pages.push(page);
    }
    for page in &pages[..2] {
        desk.ok(&["page", "approve", page, "--detach"]);
        desk.ok(&["page", "write", page, "--file", &desk.file("lines.md", "[1] \"Yes,\" she said.")]);
        desk.ok(&["page", "approve", page]);
    }
    desk.ok(&["page", "move", &pages[1], "--position", "1"]);
    let out = desk.run(&["export", "--chapter", &chapter]);
    let approved = "# Ice\n\nSecond.\n\n\"Yes,\" she said.\n\n* * *\n\nFirst.\n\n\"Yes,\" she said.\n";
    assert_eq!(stdout(&out), approved);
    let file = desk.root().join("ice.md");
    let answer = desk.ok(&["export", "--chapter", &chapter, "--out", file.to_str().unwrap()]);
    assert_eq!((&answer["pages"], &answer["left_out"]), (&2.into(), &1.into()));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), approved);
    let through = stdout(&desk.run(&["export", "--chapter", &chapter, "--drafts"]));
    assert!(through.ends_with("* * *\n\nThird.\n"), "{through}");
}

#[test]
fn what_the_studio_can_arrange_the_command_line_can_too() {
    let desk = Desk::new();
    let (chapter, page) = desk.page("Mara finds the boat");
    let book = desk.ok(&["chapter", "show", &chapter])["book"].as_str().unwrap().to_owned();
    let second = desk.ok(&["chapter", "new", "--book", &book, "Thaw", "--position", "1"]);
    assert_eq!(second["number"], 1);
    let second = second["id"].as_str().unwrap();
    desk.ok(&["chapter", "rename", second, "The Thaw"]);
    desk.ok(&["chapter", "move", second, "--position", "2"]);
    let chapters = desk.ok(&["chapter", "list", "--book", &book]);
    assert_eq!(chapters["chapters"][1]["title"], "The Thaw");

    assert_eq!(desk.ok(&["page", "rename", &page, "The boat"])["title"], "The boat");
    let moved = desk.ok(&["page", "move", &page, "--chapter", second, "--position", "1"]);
    assert_eq!((&moved["chapter"], &moved["id"]), (&second.into(), &page.as_str().into()), "its id stays");
    for (trash, back) in [
        (&["page", "trash", page.as_str()], &["page", "bring-back", page.as_str()]),
        (&["chapter", "trash", second], &["chapter", "bring-back", second]),
        (&["book", "trash", book.as_str()], &["book", "bring-back", book.as_str()]),
    ] {
        assert_eq!(desk.ok(trash)["trashed"], true);
        desk.refused(&["page", "approve", &page], "trashed");
        assert_eq!(desk.ok(back)["trashed"], false);
        assert_eq!(desk.state(&page), "user_reviewing_narration");
    }
    let settings = ["--language", "German", "--pov", "first person", "--tense", "present", "--words", "90"];
    let shown =
        desk.ok(
            &[&["book", "settings", &book, "--style", "Cold.", "--budget", "2.50"], &settings[..]].concat()
        );
    assert_eq!(shown["settings"]["language"], "German");
    assert_eq!(shown["settings"]["words_per_page"], 90);
    assert_eq!(shown["settings"]["budget"], 2_500_000_000_i64);
    assert_eq!(desk.ok(&["book", "settings", &book, "--budget", "none"])["settings"]["budget"], Value::Null);
    assert_eq!(desk.ok(&["book", "rename", &book, "Summer"])["title"], "Summer");
    assert_eq!(desk.ok(&["book", "list"])["books"][0]["id"], book.as_str());
}

#[test]
fn gates_are_set_aside_dialogue_is_skipped_and_beats_are_said_later() {
    let desk = Desk::new();
    let (chapter, page) = desk.page("Mara finds the boat");
    assert_eq!(desk.ok(&["page", "aside", &page])["set_aside"], true);
    assert_eq!(desk.ok(&["status"])["totals"]["set_aside"], 1);
    assert_eq!(desk.ok(&["page", "aside", &page, "--take-up"])["set_aside"], false);
    desk.ok(&["page", "approve", &page]);
    assert_eq!(desk.ok(&["page", "skip", &page])["state"], "page_approved");

    let later = desk.ok(&["page", "new", "--chapter", &chapter, "--title", "Later", "--position", "1"]);
    assert_eq!(later["attention"]["reason"], "no_beat");
    let later = later["id"].as_str().unwrap();
    let begun = desk.ok(&["page", "beat", later, "--beat", "The ice breaks", "--detach"]);
    assert_eq!(begun["state"], "generating_narration");
    let stopped = desk.ok(&["page", "cancel", later]);
    assert_eq!(stopped["attention"]["reason"], "cancelled");
    assert_eq!(desk.ok(&["page", "retry", later])["state"], "user_reviewing_narration");
    let listed = desk.ok(&["page", "list", "--chapter", &chapter]);
    assert_eq!(states(&listed), ["user_reviewing_narration", "page_approved"]);
}

#[test]
fn several_beats_become_several_pages() {
    let desk = Desk::new();
    let chapter = desk.chapter();
    let beats = desk
        .file("beats.txt", "Mara finds the boat.\n\nThe ice breaks.\nShe hears it.\n\n\nNobody answers.\n");
    let made = desk.ok(&["page", "start", "--chapter", &chapter, "--beat", &format!("@{beats}"), "--split"]);
    assert_eq!(states(&made), ["user_reviewing_narration"; 3]);
    assert_eq!(made["pages"][1]["beat"], "The ice breaks. She hears it.");
}

#[test]
fn texts_of_any_script_and_of_a_megabyte_come_back_to_the_byte() {
    let desk = Desk::new();
    let beat = "🚣🏽‍♀️ 冬の港、ボートを見つける。 مارا تجد القارب";
    let (_, page) = desk.page(beat);
    assert_eq!(desk.ok(&["page", "show", &page])["beat"], beat);
    let feedback = "more of the cold — 冷たさを، برد. ".repeat(24_000);
    assert!(feedback.len() > 1_000_000);
    let out = desk.run_fed(&["page", "revise", &page, "--feedback", "-", "--json"], feedback.as_bytes());
    assert_eq!(code(&out), 0, "{}", stderr(&out));
    assert_eq!(desk.ok(&["page", "history", &page])["feedback"][0]["text"], feedback.as_str());
    let out = desk.run_fed(&["page", "beat", &page, "--beat", "-"], b"\xff\xfe");
    assert_eq!(code(&out), 2);
    assert!(stderr(&out).contains("standard input cannot be read: byte 1 is not UTF-8"));
}

#[test]
fn a_hostile_text_is_kept_as_it_came_and_reaches_no_terminal() {
    let desk = Desk::new();
    let (chapter, page) = desk.page("Mara finds the boat");
    let text = desk.file("hostile.md", HOSTILE);
    let revision =
        desk.ok(&["page", "write", &page, "--file", &text])["revision"].as_str().unwrap().to_owned();
    let kept = desk.run(&["page", "show", &page, "--revision", &revision]);
    assert_eq!(stdout(&kept).trim_end_matches('\n'), HOSTILE, "a pipe gets what came");
    desk.ok(&["page", "revise", &page, "--feedback", HOSTILE]);
    desk.ok(&["page", "rename", &page, HOSTILE]);
    desk.ok(&["book", "new", HOSTILE]);
    for command in [
        &["page", "show", &page, "--revision", &revision][..],
        &["page", "show", &page],
        &["page", "history", &page],
        &["page", "list", "--chapter", &chapter],
        &["export", "--chapter", &chapter, "--drafts"],
        &["search", "evil"],
        &["book", "list"],
        &["status"],
        &["page", "status", HOSTILE.split('\u{7}').next().unwrap()],
    ] {
        pty::assert_clean(&pty::shown(&desk, command));
    }
}

#[test]
fn on_a_terminal_the_text_runs_while_it_is_written() {
    let desk = Desk::new();
    let chapter = desk.chapter();
    let shown = pty::shown(&desk, &["page", "start", "--chapter", &chapter, "--beat", "Mara finds the boat"]);
    pty::assert_clean(&shown);
    let page = format!("{chapter}_page_001");
    let text = desk.ok(&["page", "show", &page])["text"].as_str().unwrap().to_owned();
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words(&shown).contains(&words(&text)), "{shown}");
    assert!(shown.contains("narration: offline/rehearsal writes"));
}

#[test]
fn a_reader_that_goes_away_is_no_panic() {
    let desk = Desk::new();
    let (_, page) = desk.page("Mara finds the boat");
    for command in [&["page", "history", &page][..], &["help"], &["page", "history", &page, "--json"]] {
        let mut child = desk.command(command).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let out = child.wait_with_output().unwrap();
        assert_eq!((code(&out), stderr(&out)), (0, String::new()));
    }
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
    assert_eq!(desk.ok(&["costs"])["totals"]["spent"], 0);
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
fn without_a_terminal_the_studio_says_so() {
    let desk = Desk::new();
    let out = desk.run(&[]);
    assert_eq!(code(&out), 2);
    assert!(stderr(&out).starts_with("error: the studio needs a terminal\n"), "{}", stderr(&out));
}

#[test]
fn the_configuration_that_the_readme_shows_holds() {
    let desk = Desk::new();
    let readme = include_str!("../README.md");
    let shown = readme.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    desk.configure(shown);
    let out = desk.run_with(&["config", "--json"], &[("GALLEY_MODEL", "")]);
    assert_eq!(code(&out), 0, "{}", stderr(&out));
    let holds: Value = serde_json::from_str(&stdout(&out)).unwrap();
    assert_eq!(holds["author"], "Ada");
    assert!(holds["agents"]["narrator"]["price"].is_object(), "the model that is shown has a price: {holds}");
    assert!(holds["agents"]["dialogue"]["price"].is_object());
}

#[test]
fn e7_a_first_start_of_the_studio_makes_the_sample_book_and_a_later_one_does_not() {
    let desk = Desk::new();
    let mut studio = pty::Studio::open(&desk);
    studio.wait_for("The Tide Clerk");
    assert!(studio.leave());
    let books = desk.ok(&["book", "list"]);
    assert_eq!(books["books"][0]["pages"], 6);
    assert_eq!(books["books"].as_array().unwrap().len(), 1);

    desk.ok(&["sample", "remove"]);
    let mut studio = pty::Studio::open(&desk);
    studio.wait_for("Library");
    assert!(studio.leave());
    assert!(desk.ok(&["book", "list"])["books"].as_array().unwrap().is_empty());

    let own = Desk::new();
    own.ok(&["book", "new", "Winter"]);
    let mut studio = pty::Studio::open(&own);
    studio.wait_for("Winter");
    assert!(studio.leave());
    assert_eq!(own.ok(&["book", "list"])["books"].as_array().unwrap().len(), 1);
}
