//! What keys may decide, and what they may not.

use super::bench::Bench;
use super::fixture::NARRATION;
use crate::domain::run::RunCommand;
use crate::tui::input::Input;

fn state_of_third(bench: &Bench) -> String {
    let reader = bench.fixture.engine.store().reader().unwrap();
    let book = bench.app.cx.here.book.clone().unwrap();
    let page = reader.pages_window(&book, 2, 1).unwrap().remove(0);
    page.state
}

#[test]
fn pasted_text_decides_nothing() {
    let mut bench = Bench::on_the_book(120, 40);
    bench.press("j j enter").input(Input::Paste("aaa".into()));
    assert_eq!(state_of_third(&bench), "user_reviewing_narration");
    assert!(bench.screen().contains("open an input first"), "{}", bench.screen());
}

#[test]
fn a_decision_key_acts_only_in_the_focused_review_pane() {
    let mut bench = Bench::on_the_book(120, 40);
    bench.press("j j a enter tab a tab a");
    assert_eq!(
        state_of_third(&bench),
        "user_reviewing_narration",
        "on the board, the notes and the tree it is not a decision"
    );
    bench.press("tab a");
    assert_eq!(state_of_third(&bench), "generating_dialogue");
}

#[test]
fn letters_typed_into_an_input_decide_nothing() {
    let mut bench = Bench::on_the_book(120, 40);
    bench.press("j j enter r").typed("aaa ieu").press("esc");
    assert_eq!(state_of_third(&bench), "user_reviewing_narration");
}

#[test]
fn a_decision_speaks_of_the_revision_on_the_screen_and_is_refused_where_it_is_old() {
    let mut bench = Bench::on_the_book(120, 40);
    bench.press("j j enter");
    let page = bench.app.cx.here.page.clone().unwrap();
    // Another face decides, and the screen has not heard of it yet.
    bench
        .fixture
        .run(&page, RunCommand::Revise { step: None, revision: None, feedback: None, passages: Vec::new() });
    bench.fixture.deliver(&page, "narration", NARRATION);
    bench.press("a");
    let screen = bench.screen();
    assert!(screen.contains("is no longer the newest"), "{screen}");
    assert_eq!(state_of_third(&bench), "user_reviewing_narration");
    bench.press("a");
    assert_eq!(state_of_third(&bench), "generating_dialogue", "now the newest is on the screen");
}

#[test]
fn feedback_on_an_old_revision_is_refused_and_what_was_written_is_kept() {
    let mut bench = Bench::on_the_book(120, 40);
    bench.press("j j enter r").typed("Colder still");
    let page = bench.app.cx.here.page.clone().unwrap();
    bench
        .fixture
        .run(&page, RunCommand::Revise { step: None, revision: None, feedback: None, passages: Vec::new() });
    bench.fixture.deliver(&page, "narration", NARRATION);
    bench.press("ctrl-s");
    let screen = bench.screen();
    assert!(screen.contains("refused") && screen.contains("what you wrote is kept"), "{screen}");
    bench.press("r");
    assert!(bench.screen().contains("Colder still"), "{}", bench.screen());
}

#[test]
fn a_draft_that_arrives_takes_no_focus_and_scrolls_no_reader() {
    let mut bench = Bench::on_the_book(60, 14);
    bench.press("j j enter j j");
    let before = bench.screen();
    let book = bench.app.cx.here.book.clone().unwrap();
    let reader = bench.fixture.engine.store().reader().unwrap();
    let other = reader.pages_window(&book, 5, 1).unwrap().remove(0).id;
    bench.fixture.deliver(&other, "narration", NARRATION);
    bench.changed();
    let text = |screen: &str| screen.lines().skip(1).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(text(&bench.screen()), text(&before), "only the status line tells of it");
    assert!(bench.screen().lines().next() != before.lines().next());
}

#[test]
fn a_refused_decision_says_why_and_what_can_be_done() {
    let mut bench = Bench::on_the_book(120, 40);
    bench.press("j j enter");
    let page = bench.app.cx.here.page.clone().unwrap();
    bench.fixture.run(&page, RunCommand::SetLimit { limit: 1 });
    bench.changed();
    bench.press("f");
    let screen = bench.screen();
    assert!(
        screen.contains("refused all 1 revision requests") && screen.contains("raise the limit"),
        "{screen}"
    );
    bench.press("+ ctrl-u").typed("9").press("enter f");
    assert_eq!(state_of_third(&bench), "generating_narration");
}

#[test]
fn at_attention_the_choices_are_keys() {
    let mut bench = Bench::on_the_book(120, 40);
    bench.press("j j j j enter");
    assert!(bench.screen().contains("t retry  w write it  m other model"), "{}", bench.screen());
    bench.press("w");
    assert!(
        bench.screen().contains("A boat came in on the"),
        "what had come is where one begins: {}",
        bench.screen()
    );
    bench.typed(" tide.").press("ctrl-s");
    let screen = bench.screen();
    assert!(
        screen.contains("A boat came in on the tide.") && screen.contains("Approve this draft?"),
        "{screen}"
    );
}

#[test]
fn a_gate_is_set_aside_and_taken_up_again() {
    let mut bench = Bench::on_the_book(120, 40);
    bench.press("j j enter i");
    assert!(bench.screen().contains("deferred"), "{}", bench.screen());
    bench.press("3 G");
    assert!(bench.screen().contains("deferred"), "{}", bench.screen());
    bench.press("i");
    assert!(bench.screen().contains("back in the queue"), "{}", bench.screen());
}

#[test]
fn esc_never_decides() {
    let mut bench = Bench::on_the_book(120, 40);
    bench.press("j j enter r").typed("words").press("esc esc esc H r esc D esc esc");
    assert_eq!(state_of_third(&bench), "user_reviewing_narration");
    let reader = bench.fixture.engine.store().reader().unwrap();
    assert_eq!(reader.totals(crate::domain::Time(0)).unwrap().inbox, 2);
}
