//! Each screen as it looks on the small book, wide and narrow.

use super::bench::Bench;
use super::fixture::Fixture;
use crate::domain::{StepName, Time};
use crate::engine::LiveText;

const WIDE: (u16, u16) = (120, 40);
const NARROW: (u16, u16) = (60, 20);

/// Snapshots a screen in both sizes after the same keys.
fn look(name: &str, keys: &str) {
    for (width, height) in [WIDE, NARROW] {
        let mut bench = Bench::on_the_book(width, height);
        bench.press(keys);
        insta::assert_snapshot!(format!("{name}_{width}x{height}"), bench.screen());
    }
}

#[test]
fn library_shows_books_with_their_progress() {
    look("library", "1");
}

#[test]
fn board_shows_chapters_and_pages_by_state() {
    look("board", "");
}

#[test]
fn inbox_shows_everything_that_waits() {
    look("inbox", "3");
}

#[test]
fn desk_shows_a_gate_with_its_notes() {
    look("desk_gate", "j j enter");
}

#[test]
fn desk_shows_what_changed_since_the_revision_before() {
    look("desk_changes", "j j enter d");
}

#[test]
fn desk_shows_a_page_whole_with_its_dialogue() {
    look("desk_dialogue", "j enter");
}

#[test]
fn desk_asks_for_a_beat() {
    look("desk_no_beat", "j j j enter");
}

#[test]
fn desk_says_what_failed_and_what_can_be_done() {
    look("desk_failed", "j j j j enter");
}

#[test]
fn desk_shows_an_approved_page() {
    look("desk_approved", "enter");
}

#[test]
fn desk_shows_a_text_as_it_is_written() {
    for (width, height) in [WIDE, NARROW] {
        let mut bench = Bench::on_the_book(width, height);
        bench.press("G G enter");
        let page = bench.app.cx.here.page.clone().unwrap();
        let text = "They took turns at the bell, because no one could".to_owned();
        let live = LiveText {
            text,
            model: "offline/rehearsal".into(),
            step: StepName::new("narration"),
            started_at: Time(i64::MAX / 2),
        };
        bench.app.cx.live.insert(page, vec![live]);
        bench.press("tab tab tab");
        insta::assert_snapshot!(format!("desk_live_{width}x{height}"), bench.screen());
    }
}

#[test]
fn history_shows_revisions_and_compares_them() {
    look("history", "j j enter H d");
}

#[test]
fn runs_show_attempts_and_errors() {
    look("runs", "6");
}

#[test]
fn settings_show_book_agents_and_files() {
    look("settings", "7");
}

#[test]
fn a_chapter_reads_as_one_text() {
    look("through", "v");
}

#[test]
fn the_trash_shows_what_can_come_back() {
    look("trash", "T");
}

#[test]
fn help_lists_the_keys_that_work_below() {
    look("help", "j j enter ?");
}

#[test]
fn the_palette_finds_actions_and_pages() {
    for (width, height) in [WIDE, NARROW] {
        let mut bench = Bench::on_the_book(width, height);
        bench.fixture.until_found("lanterns");
        bench.press(":").typed("lanterns");
        insta::assert_snapshot!(format!("palette_{width}x{height}"), bench.screen());
    }
}

#[test]
fn a_search_shows_where_the_words_stand() {
    for (width, height) in [WIDE, NARROW] {
        let mut bench = Bench::on_the_book(width, height);
        bench.fixture.until_found("grip");
        bench.press("/").typed("grip");
        insta::assert_snapshot!(format!("find_{width}x{height}"), bench.screen());
    }
}

#[test]
fn feedback_is_written_over_the_desk() {
    for (width, height) in [WIDE, NARROW] {
        let mut bench = Bench::on_the_book(width, height);
        bench.press("j j enter r").typed("Less of the ice.\nMore 雨.");
        insta::assert_snapshot!(format!("compose_{width}x{height}"), bench.screen());
    }
}

#[test]
fn an_empty_home_says_how_to_begin() {
    for (width, height) in [WIDE, NARROW] {
        let mut bench = Bench::new(Fixture::empty(), width, height);
        insta::assert_snapshot!(format!("empty_{width}x{height}"), bench.screen());
    }
}

#[test]
fn every_screen_survives_every_size() {
    let mut bench = Bench::on_the_book(120, 40);
    for keys in [
        "1",
        "2",
        "3",
        "2 j j enter",
        "P",
        "P",
        "esc esc K",
        "esc H",
        "6",
        "7",
        "8",
        "8 o",
        "esc I",
        "esc /",
        "esc 9",
        "9 e",
        "esc 2 v",
        "esc T",
        "esc 2 :",
        "esc ?",
        "esc o",
    ] {
        bench.press(keys);
        for (width, height) in [
            (1, 1),
            (39, 9),
            (40, 10),
            (40, 12),
            (59, 11),
            (60, 24),
            (80, 24),
            (99, 30),
            (100, 5),
            (300, 100),
            (120, 40),
        ] {
            bench.resize(width, height);
        }
    }
    bench.resize(39, 9);
    assert!(bench.screen().starts_with("40x10 needed\nthis is 39x9"), "{}", bench.screen());
}

#[test]
fn ascii_on_request_is_ascii_on_every_screen() {
    let mut bench = Bench::on_the_book(120, 40);
    bench.app.cx.theme = bench.app.cx.theme.clone().with_ascii();
    for keys in [
        "1",
        "2",
        "3",
        "2 j j enter",
        "d",
        "r",
        "esc H",
        "6",
        "7",
        "2 T",
        "esc v",
        "esc ?",
        "esc :",
        "esc D",
        "esc ctrl-c",
    ] {
        bench.press(keys);
        let screen = bench.screen();
        let odd = screen.chars().find(|c| !c.is_ascii());
        assert_eq!(odd, None, "after {keys:?}:\n{screen}");
    }
}
