//! What an agent is given, on the desk: the overlay, the canon at hand, and pages that have become stale.

use std::time::Instant;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::bench::Bench;
use super::fixture::{COLDER, Fixture};
use crate::domain::run::RunCommand;
use crate::domain::{BookId, PageId};
use crate::store::rows::{EntryRow, PageRow};
use crate::tui::input::Input;
use crate::tui::views::Ask;

const CANON: &[(&str, &str)] = &[
    ("characters.md", "# Mara\n\nShe left as a girl.\n\n# Jon\n\nHe keeps silent.\n"),
    ("places.md", "# Places\n\n## The harbour\n\nIce from wall to wall.\n"),
];

/// A page at its gate that was written from the canon, beside the pages of the small book.
fn written(width: u16, height: u16) -> (Bench, PageId) {
    let (fixture, book) = Fixture::book();
    fixture.import(&book, CANON);
    fixture.until_named(&book, "girl");
    let chapter = fixture.engine.store().reader().unwrap().chapters(&book, false).unwrap().remove(0).id;
    let page = fixture.page(&chapter, "Bread", "Mara buys bread at the harbour.");
    fixture.deliver(&page, "narration", COLDER);
    let mut bench = Bench::new(fixture, width, height);
    bench.press("j j j j enter");
    (bench, page)
}

fn entry(bench: &Bench, name: &str) -> EntryRow {
    let book: BookId = bench.app.cx.here.book.clone().unwrap();
    let reader = bench.fixture.engine.store().reader().unwrap();
    reader.entries(&book).unwrap().iter().find(|e| e.name == name).cloned().unwrap()
}

fn row(bench: &Bench, page: &PageId) -> PageRow {
    bench.fixture.engine.store().reader().unwrap().page(page).unwrap().unwrap()
}

#[test]
fn the_context_of_a_page_is_a_bar_and_a_list_with_reasons() {
    for (width, height) in [(120, 40), (60, 20)] {
        let (mut bench, _) = written(width, height);
        bench.press("P");
        insta::assert_snapshot!(format!("context_{width}x{height}"), bench.screen());
    }
}

#[test]
fn what_a_page_would_be_given_is_asked_for_once_the_author_stays_with_it() {
    let (mut bench, page) = written(120, 40);
    assert!(bench.screen().lines().next().unwrap().contains("context"), "{}", bench.screen());
    let context = |asks: Vec<(Ask, u64)>| asks.iter().any(|(ask, _)| matches!(ask, Ask::Context(_)));
    let key = |name: char| Input::Key(KeyEvent::new(KeyCode::Char(name), KeyModifiers::NONE));
    bench.app.input(key('j'));
    bench.app.cx.views.outdate();
    let due = bench.app.next_tick().expect("a moment later something is to be asked");
    assert!(!context(bench.app.asks()), "{page} may be merely passed");
    while Instant::now() < due {
        std::thread::yield_now();
    }
    bench.app.tick();
    assert!(context(bench.app.asks()));
    assert_eq!(bench.app.next_tick(), None, "it is asked once, and nothing wakes the studio after that");
}

#[test]
fn the_messages_are_read_as_they_are_sent_now_and_as_they_were() {
    let (mut bench, _) = written(120, 40);
    bench.press("P P");
    assert!(bench.screen().contains("system") && bench.screen().contains("REHEARSAL"), "{}", bench.screen());
    let mara = entry(&bench, "Mara");
    bench.fixture.change_entry(&mara, "She never left.");
    bench.changed();
    bench.press("G");
    let now = bench.screen();
    bench.press("t");
    let then = bench.screen();
    assert!(then.contains("Context of narration 1"), "{then}");
    assert_ne!(now, then);
    bench.press("esc esc");
    assert!(!bench.screen().contains("Context of"), "{}", bench.screen());
}

#[test]
fn an_entry_given_by_hand_is_pinned_to_the_page_and_taken_off_again() {
    let (mut bench, _) = written(120, 40);
    bench.press("P");
    for _ in 0..30 {
        if bench.screen().lines().rev().nth(2).is_some_and(|l| l.contains("nothing here names it")) {
            break;
        }
        bench.press("j");
    }
    bench.press("p");
    assert!(bench.screen().contains("Jon is pinned to this page"), "{}", bench.screen());
    assert!(bench.screen().contains("pinned by you"), "{}", bench.screen());
}

#[test]
fn canon_that_is_named_is_read_without_leaving_the_page() {
    let (mut bench, _) = written(120, 40);
    bench.press("K");
    let screen = bench.screen();
    assert!(screen.contains("2 named here") && screen.contains("She left as a girl."), "{screen}");
    bench.press("j enter");
    assert!(
        bench.screen().starts_with("Canon ·") && bench.screen().contains("wall to wall"),
        "{}",
        bench.screen()
    );
}

#[test]
fn a_page_is_stale_when_what_it_was_written_from_changes_and_is_still_fine_by_a_key() {
    let (mut bench, page) = written(120, 40);
    assert!(!bench.screen().contains("keep the page"));
    let mara = entry(&bench, "Mara");
    bench.fixture.change_entry(&mara, "She never left.");
    bench.changed();
    let screen = bench.screen();
    assert!(screen.contains("canon: Mara has changed") && screen.contains("F keep"), "{screen}");
    insta::assert_snapshot!("desk_stale_120x40", screen);
    bench.press("2");
    assert!(bench.screen().contains("≈ stale"), "{}", bench.screen());
    bench.press("4 F");
    assert!(bench.screen().contains("the page is marked as up to date"), "{}", bench.screen());
    assert_eq!(row(&bench, &page).stale, 0);
    bench.press("2");
    assert!(!bench.screen().contains("≈"), "{}", bench.screen());
}

#[test]
fn a_stale_page_is_asked_for_anew_and_its_approval_is_taken_back_only_by_a_yes() {
    let (mut bench, page) = written(120, 40);
    bench.press("a");
    let state = row(&bench, &page).state;
    let mara = entry(&bench, "Mara");
    bench.fixture.change_entry(&mara, "She never left.");
    bench.changed();
    bench.press("A");
    assert!(bench.screen().contains("Take the approval of the narration back"), "{}", bench.screen());
    bench.press("esc");
    assert_eq!(row(&bench, &page).state, state);
    bench.press("A enter");
    assert_eq!(row(&bench, &page).state, "generating_narration");
}

#[test]
fn a_text_by_hand_says_that_nothing_is_kept_of_what_it_was_made_from() {
    let (mut bench, page) = written(120, 40);
    let command = RunCommand::Write {
        step: None,
        revision: None,
        text: "By hand.".into(),
        model: "manual".into(),
        tokens: 0,
    };
    bench.fixture.run(&page, command);
    bench.changed();
    bench.press("P t");
    assert!(bench.screen().contains("The context of this revision was not kept"), "{}", bench.screen());
}

#[test]
fn stale_pages_are_listed_with_their_cause_and_kept_one_or_all_or_asked_for_anew() {
    let (mut bench, page) = written(120, 40);
    let chapter = row(&bench, &page).chapter;
    let second = bench.fixture.page(&chapter, "Salt", "Mara buys salt.");
    bench.fixture.deliver(&second, "narration", COLDER);
    let change = |bench: &mut Bench, text: &str| {
        let mara = entry(bench, "Mara");
        bench.fixture.change_entry(&mara, text);
        bench.changed();
    };
    let stale = |bench: &Bench| [&page, &second].map(|page| row(bench, page).stale > 0);
    change(&mut bench, "She never left.");
    bench.press("2 F");
    insta::assert_snapshot!(
        "stale_120x40",
        bench.screen().lines().skip(12).take(16).collect::<Vec<_>>().join("\n")
    );
    bench.press("esc F f");
    assert_eq!(stale(&bench), [false, true]);
    bench.press("f");
    assert!(bench.screen().contains("No page is stale."), "{}", bench.screen());
    change(&mut bench, "She left twice.");
    bench.press("F");
    assert!(bench.screen().contains("Keep all 2 pages as they are?"), "{}", bench.screen());
    bench.press("esc");
    assert_eq!(stale(&bench), [true, true], "escape decides nothing");
    bench.press("F enter");
    assert_eq!(stale(&bench), [false, false]);
    change(&mut bench, "She left for good.");
    bench.press("j a");
    assert_eq!(row(&bench, &second).state, "generating_narration");
    assert_eq!(row(&bench, &page).state, "user_reviewing_narration");
}
