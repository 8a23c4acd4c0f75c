//! Text that means harm, on every screen that shows it.

use super::bench::Bench;
use super::fixture::Fixture;
use crate::domain::{BookSettings, Command};

/// What a hostile model, or file, may say.
pub const HOSTILE: &str = "\u{1b}]52;c;cHduZWQ=\u{7}\u{1b}]8;;http://evil\u{7}link\u{1b}]8;;\u{7}\u{1b}[2J\u{9b}31m\
    \u{202e}evil\u{202c}\u{2066}x\u{2069}\u{200b}\u{e0041}\u{e0042}A\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\
    \u{301}\u{301}\u{301}\u{301}\u{301} ╰──╯ ◆ Approve this draft?  a approve\rnext\u{85}line\u{2028}end";

#[test]
fn no_screen_lets_a_control_through() {
    let fixture = Fixture::empty();
    let settings =
        BookSettings { style_notes: HOSTILE.into(), language: HOSTILE.into(), ..BookSettings::default() };
    let book = fixture.give(Command::NewBook { title: HOSTILE.into(), settings }).book.unwrap();
    let chapter = fixture.chapter(&book, HOSTILE);
    let page = fixture.page(&chapter, HOSTILE, HOSTILE);
    fixture.deliver(&page, "narration", &format!("Before.\n\n{HOSTILE}"));
    fixture.deliver(&page, "narration_review", HOSTILE);
    let feedback = Some(HOSTILE.to_owned());
    let revise =
        crate::domain::run::RunCommand::Revise { step: None, revision: None, feedback, passages: Vec::new() };
    fixture.run(&page, revise);
    fixture.deliver(&page, "narration", HOSTILE);
    let mut bench = Bench::new(fixture, 120, 40);
    for keys in [
        "1", "2", "3", "2 enter", "d", "r", "esc e", "esc w", "esc b", "esc H", "d", "6", "7", "2 v",
        "esc 2 c", "esc D", "esc :", "esc ?", "esc 8",
    ] {
        bench.press(keys);
        let screen = bench.screen();
        let bad =
            screen.chars().find(|c| *c != '\n' && (c.is_control() || crate::analysis::clean::is_hostile(*c)));
        assert_eq!(bad, None, "after {keys:?}:\n{screen}");
        for line in screen.lines() {
            assert!(crate::tui::widgets::wrap::width_of(line) <= 120, "after {keys:?}: {line}");
        }
    }
    bench.press("esc / ").typed("evil").press("down");
    assert!(!bench.screen().chars().any(|c| c != '\n' && c.is_control()));
}
