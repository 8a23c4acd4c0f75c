//! What reaches a terminal, and what does not.

use std::process::Stdio;

use super::desk::{Desk, code, stderr, stdout};
use super::pty;

/// Every control a terminal could obey, every mark that hides or reorders, and a drawn bar.
const HOSTILE: &str = "Ada\u{1b}]52;c;cm0gLXJm\u{7} came \u{1b}]8;;http://evil\u{1b}\\home\u{1b}]8;;\u{1b}\\ \u{9b}2J\u{1b}[31m\
                       red\u{202e}evil\u{200b}\u{e0041}\u{85}\rAPPROVED\u{8}\u{7f} e\u{301}\u{301}\n\nThe end.";

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
fn without_a_terminal_the_studio_says_so() {
    let desk = Desk::new();
    let out = desk.run(&[]);
    assert_eq!(code(&out), 2);
    assert!(stderr(&out).starts_with("error: the studio needs a terminal\n"), "{}", stderr(&out));
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
