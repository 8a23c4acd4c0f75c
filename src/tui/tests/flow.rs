//! Ways through the studio with keys alone.

use super::bench::Bench;
use super::fixture::{COLDER, DIALOGUE, Fixture, NARRATION};
use crate::domain::PageId;
use crate::tui::input::Input;

fn here(bench: &Bench) -> PageId {
    bench.app.cx.here.page.clone().unwrap()
}

fn state(bench: &Bench) -> String {
    let reader = bench.fixture.engine.store().reader().unwrap();
    reader.page(&here(bench)).unwrap().unwrap().state
}

#[test]
fn a_book_a_chapter_and_a_page_are_made_and_go_to_approved() {
    let mut bench = Bench::new(Fixture::empty(), 120, 40);
    bench.press("o").typed("Salt").press("enter");
    assert!(bench.screen().contains("starts the first chapter"), "{}", bench.screen());
    bench.press("O").typed("The Pans").press("enter o").typed("# Dawn\nA woman rakes salt.").press("ctrl-s");
    assert_eq!(state(&bench), "generating_narration");
    assert!(bench.screen().contains("Page 1 · Dawn"), "{}", bench.screen());

    let page = here(&bench);
    bench.fixture.deliver(&page, "narration", NARRATION);
    bench.changed();
    bench.press("r").typed("Colder.").press("ctrl-s");
    assert_eq!(state(&bench), "generating_narration");
    bench.fixture.deliver(&page, "narration", COLDER);
    bench.changed();
    bench.press("a");
    assert_eq!(state(&bench), "generating_dialogue");
    bench.fixture.deliver(&page, "dialogue", DIALOGUE);
    bench.changed();
    assert!(bench.screen().contains("Only me"), "{}", bench.screen());
    bench.press("e").typed(" And the tide.").press("ctrl-s");
    assert_eq!(state(&bench), "page_approved");
    bench.press("u");
    assert_eq!(state(&bench), "user_reviewing_dialogue");
    bench.press("ctrl-r");
    assert_eq!(state(&bench), "page_approved");

    // Back to the first narration.
    bench.press("H G r enter");
    assert_eq!(state(&bench), "user_reviewing_narration");
    let reader = bench.fixture.engine.store().reader().unwrap();
    let detail = reader.page_detail(&page).unwrap().unwrap();
    assert_eq!(detail.narration.unwrap().text, NARRATION);
}

#[test]
fn after_a_decision_the_next_that_waits_is_offered_and_a_key_goes_there() {
    let mut bench = Bench::on_the_book(120, 40);
    bench.press("j enter a");
    let screen = bench.screen();
    assert!(screen.contains("done dialogue approved") && screen.contains("(next: page 3"), "{screen}");
    bench.press(".");
    assert!(bench.screen().contains("Page 3 · Lanterns"), "{}", bench.screen());
}

#[test]
fn pages_are_renamed_moved_inserted_trashed_and_brought_back() {
    let mut bench = Bench::on_the_book(120, 40);
    bench.press("c").typed(" II").press("enter");
    assert!(bench.screen().contains("The dark lamp II"));
    bench.press(">");
    assert!(bench.screen().contains("2 ● The dark lamp II"), "{}", bench.screen());
    bench.press("I").typed("# Between").press("ctrl-s 2");
    assert!(
        bench.screen().contains("2 ○ Between") && bench.screen().contains("3 ● The dark lamp"),
        "{}",
        bench.screen()
    );
    bench.press("D enter");
    assert!(!bench.screen().contains("Between"), "{}", bench.screen());
    bench.press("T");
    assert!(bench.screen().contains("Between") && bench.screen().contains("A dream"), "{}", bench.screen());
    bench.press("B esc");
    assert!(bench.screen().contains("2 ○ Between"), "{}", bench.screen());
}

#[test]
fn chapters_are_made_renamed_and_moved() {
    let mut bench = Bench::on_the_book(120, 40);
    bench.press("O").typed("Thaw").press("enter");
    assert!(bench.screen().contains("3 · Thaw"), "the new one is chosen: {}", bench.screen());
    bench.press("tab c").typed("ing").press("enter <");
    let screen = bench.screen();
    assert!(screen.contains("2 ░░░░░ Thawing") && screen.contains("2 · Thawing"), "{screen}");
}

#[test]
fn several_beats_become_several_pages_after_a_question() {
    let mut bench = Bench::on_the_book(120, 40);
    bench.press("S").paste("One comes.\r\rTwo go.\r\rThree stay.");
    assert!(bench.screen().contains("3 pages, 6 words"), "{}", bench.screen());
    bench.press("ctrl-s");
    assert!(bench.screen().contains("Make 3 pages of these beats?"), "{}", bench.screen());
    bench.press("esc");
    assert!(bench.screen().contains("Three stay."), "Esc decides nothing: {}", bench.screen());
    bench.press("ctrl-s enter");
    assert!(bench.screen().contains("7 ◐ Three stay."), "{}", bench.screen());
}

#[test]
fn what_was_typed_survives_escape_an_error_and_a_crash() {
    let mut bench = Bench::on_the_book(120, 40);
    bench.press("j j enter r").typed("Keep the lamp dark").press("esc");
    assert!(!bench.screen().contains("Keep the lamp"));
    bench.press("r");
    assert!(
        bench.screen().contains("Keep the lamp dark") && bench.screen().contains("as you left it"),
        "{}",
        bench.screen()
    );
    bench.app.save_drafts();

    // A crash: another app on the same home.
    let Bench { fixture, app, .. } = bench;
    drop(app);
    let mut bench = Bench::new(fixture, 120, 40);
    bench.press("j j enter r");
    assert!(bench.screen().contains("Keep the lamp dark"), "{}", bench.screen());
    bench.press("ctrl-s");
    assert_eq!(state(&bench), "generating_narration");
    let page = here(&bench);
    bench.fixture.deliver(&page, "narration", NARRATION);
    bench.changed();
    bench.press("r");
    assert!(!bench.screen().contains("Keep the lamp dark"), "it was sent: {}", bench.screen());
}

#[test]
fn a_search_goes_to_the_page_that_holds_the_words() {
    let mut bench = Bench::on_the_book(120, 40);
    bench.fixture.until_found("nobody in it");
    bench.press("/").typed("nobody in it").press("enter");
    assert!(bench.screen().contains("the key was refused (401)"), "{}", bench.screen());
}

#[test]
fn the_palette_does_what_is_chosen() {
    let mut bench = Bench::on_the_book(120, 40);
    bench
        .press("ctrl-p")
        .typed("chapters and pages")
        .press("esc ctrl-p")
        .typed("read chapter")
        .press("enter");
    assert!(
        bench.screen().contains("1 · Ice") && bench.screen().contains("Lanterns (not approved yet)"),
        "{}",
        bench.screen()
    );
}

#[test]
fn a_chapter_is_written_to_a_file_only_where_something_is_approved() {
    let mut bench = Bench::on_the_book(120, 40);
    bench.press("tab j E");
    assert!(bench.screen().contains("no page of this chapter is approved"), "{}", bench.screen());
}

#[test]
fn settings_change_the_book_and_the_configuration() {
    let mut bench = Bench::on_the_book(120, 40);
    bench.press("7 enter ctrl-u").typed("French").press("enter");
    assert!(bench.screen().contains("French"), "{}", bench.screen());
    bench.press("t j enter");
    assert!(bench.screen().contains("the theme is light"), "{}", bench.screen());
    assert_eq!(bench.app.cx.theme.name, "light");
    let config = std::fs::read_to_string(bench.fixture.engine.home().config_file()).unwrap();
    assert!(config.contains("light"), "{config}");
}

#[test]
fn leaving_takes_the_key_twice() {
    let mut bench = Bench::on_the_book(120, 40);
    bench.press("ctrl-c");
    assert!(!bench.ended && bench.screen().contains("Ctrl-C again leaves"), "{}", bench.screen());
    bench.press("j ctrl-c");
    assert!(!bench.ended, "another key between takes it back");
    bench.press("ctrl-c");
    assert!(bench.ended);
}

#[test]
fn the_authors_editor_gives_its_text_to_the_input() {
    let mut bench = Bench::on_the_book(120, 40);
    bench.press("j j enter r").typed("Colder").press("ctrl-g");
    assert!(bench.screen().contains("Colder (from outside)"), "{}", bench.screen());
}

#[test]
fn a_long_paste_stands_as_one_piece_and_is_sent_whole() {
    let mut bench = Bench::on_the_book(120, 40);
    let long = "Ice and more ice. ".repeat(60_000);
    bench.press("j j enter r").input(Input::Paste(long.clone()));
    assert!(bench.screen().contains("[pasted 1.1 MB"), "{}", bench.screen());
    bench.press("ctrl-s");
    let reader = bench.fixture.engine.store().reader().unwrap();
    let feedback = reader.feedback(&here(&bench)).unwrap();
    assert_eq!(feedback.last().unwrap().text.trim_end(), long.trim_end());
}

#[test]
fn the_hits_of_a_search_are_gone_through_on_the_board() {
    let mut bench = Bench::on_the_book(120, 40);
    bench.fixture.until_found("harbour");
    bench.press("/").typed("harbour").press("enter 2");
    let mut seen = vec![here(&bench)];
    for _ in 0..2 {
        bench.press("n");
        seen.push(here(&bench));
    }
    bench.press("N");
    assert_eq!(here(&bench), seen[1]);
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 3, "three pages speak of the harbour");
}

#[test]
fn the_hits_of_a_search_go_on_from_other_lists_too() {
    for list in ["3", "6"] {
        let mut bench = Bench::on_the_book(120, 40);
        bench.fixture.until_found("harbour");
        bench.press("/").typed("harbour").press("enter").press(list);
        let before = here(&bench);
        bench.press("n");
        assert_ne!(here(&bench), before, "from list {list}");
        assert!(bench.screen().starts_with("Board"), "{}", bench.screen());
    }
}

#[test]
fn the_beat_of_a_page_is_edited_whole() {
    let mut bench = Bench::on_the_book(120, 40);
    let chapter = bench.app.cx.here.chapter_row(&bench.app.cx.views).unwrap().id.clone();
    let long = "She walks on and on over the ice. ".repeat(20);
    let page = bench.fixture.page(&chapter, "", &long);
    bench.changed();
    bench.press("G b").typed("And back.").press("ctrl-s");
    assert_eq!(here(&bench), page);
    let reader = bench.fixture.engine.store().reader().unwrap();
    let beat = reader.page_detail(&page).unwrap().unwrap().beat.unwrap();
    assert_eq!(beat, format!("{long}And back."));
}

#[test]
fn what_another_process_writes_is_seen_as_far_as_it_is_saved() {
    let mut bench = Bench::on_the_book(120, 40);
    bench.press("G G enter");
    let page = here(&bench);
    let work = bench.fixture.begin(&page, "narration");
    bench.fixture.engine.store().save_drafts(vec![(work.attempt, "They took turns".into())]);
    // The next command follows the draft through the same queue.
    bench.fixture.run(&page, crate::domain::run::RunCommand::SetLimit { limit: 6 });
    bench.changed();
    assert!(bench.screen().contains("They took turns"), "{}", bench.screen());
}
