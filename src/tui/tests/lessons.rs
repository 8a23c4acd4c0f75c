//! What the author's edits teach: beside the text, gone through one by one, and the way back from an entry.

use super::bench::Bench;
use super::fixture::{COLDER, Fixture};
use crate::domain::run::RunCommand;
use crate::domain::{BookId, PageId, StepName};
use crate::store::rows::EntryRow;

const ANSWER: &str = r#"[
    {"kind":"fact","entry":"the-winter-harbour_mara","text":"Mara had grey eyes.","why":"your text says so of Mara","quote":"Mara had grey eyes."},
    {"kind":"style","text":"Prefers \"lamp\" to \"light\".","why":"you put \"lamp\" for \"light\" wherever it stood","quote":"looked for the lamp"},
    {"kind":"fact","new":{"kind":"place","name":"The point"},"text":"The point is dark.","why":"you say so","quote":"the point"}
]"#;

/// The desk on a page whose edit has taught three things.
fn taught(width: u16, height: u16) -> (Bench, PageId) {
    let (fixture, book) = Fixture::book();
    fixture.import(&book, &[("characters.md", "# Mara\n\nShe left as a girl.\n")]);
    let chapter = fixture.engine.store().reader().unwrap().chapters(&book, false).unwrap().remove(0).id;
    let page = fixture.page(&chapter, "Bread", "Mara buys bread at the harbour.");
    fixture.deliver(&page, "narration", COLDER);
    let text = format!("{} Mara had grey eyes.", COLDER.replace("light", "lamp"));
    fixture.run(&page, RunCommand::Edit { step: None, revision: None, text });
    fixture.deliver(&page, "lessons", ANSWER);
    let mut bench = Bench::new(fixture, width, height);
    bench.press("j j j j enter");
    (bench, page)
}

fn entries(bench: &Bench) -> Vec<EntryRow> {
    let book: BookId = bench.app.cx.here.book.clone().unwrap();
    bench.fixture.engine.store().reader().unwrap().entries(&book).unwrap().to_vec()
}

fn open(bench: &Bench, page: &PageId) -> usize {
    let reader = bench.fixture.engine.store().reader().unwrap();
    reader.page_detail(page).unwrap().unwrap().proposals.len()
}

#[test]
fn what_an_edit_teaches_stands_beside_the_text_and_is_gone_through() {
    for (width, height) in [(120, 40), (60, 20)] {
        let (mut bench, _) = taught(width, height);
        if width == 120 {
            assert!(bench.screen().contains("Your edit teaches"), "{}", bench.screen());
        }
        bench.press("T");
        insta::assert_snapshot!(format!("lessons_{width}x{height}"), bench.screen());
    }
}

#[test]
fn each_is_taken_taken_in_other_words_or_refused_and_escape_decides_nothing() {
    let (mut bench, page) = taught(120, 40);
    bench.press("T esc");
    assert_eq!((open(&bench, &page), entries(&bench).len()), (3, 1), "nothing was decided");
    bench.press("T a");
    assert!(bench.screen().contains("2 open"), "{}", bench.screen());
    let mara = &entries(&bench)[0];
    assert_eq!(mara.text, "She left as a girl.\n\nMara had grey eyes.");
    let row = |bench: &Bench| bench.fixture.engine.store().reader().unwrap().page(&page).unwrap().unwrap();
    assert_eq!(row(&bench).stale, 0, "a page is not stale by what it taught");
    bench.press("e").replaced(|_| "A light is a lamp here.".into()).press("ctrl-s");
    assert!(entries(&bench).iter().any(|e| e.text == "A light is a lamp here."));
    assert!(bench.screen().contains("1 open"), "{}", bench.screen());
    bench.press("r");
    assert!(
        !bench.screen().contains("What your edit teaches"),
        "it closes after the last: {}",
        bench.screen()
    );
    assert_eq!((open(&bench, &page), entries(&bench).len()), (0, 2));
    assert!(!bench.screen().contains("Your edit teaches"));
    bench.press("T");
    assert!(bench.screen().contains("no open suggestions"), "{}", bench.screen());
}

#[test]
fn an_entry_leads_to_the_page_and_the_revision_that_taught_it() {
    let (mut bench, page) = taught(120, 40);
    bench.press("T a a r 1 8");
    bench.press("G");
    assert!(bench.screen().contains("your edit of page 5, narration 2; f opens it"), "{}", bench.screen());
    insta::assert_snapshot!("taught_entry_120x40", bench.screen());
    let (step, text) = (Some(StepName::new("narration")), "Nothing is as it was.".to_owned());
    bench.fixture.run(&page, RunCommand::Edit { step, revision: None, text });
    bench.app.cx.here.page = None;
    bench.changed();
    bench.press("f");
    let screen = bench.screen();
    assert!(screen.starts_with("History ·") && screen.contains("╭ narration 2 ─"), "{screen}");
    assert!(screen.contains("grey eyes.") && screen.contains("narration 3"), "{screen}");
    assert_eq!(bench.app.cx.here.page, Some(page));
}
