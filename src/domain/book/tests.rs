//! The rules of a book, by example and by property.

use proptest::prelude::*;

use super::*;
use crate::domain::Refusal;

fn book() -> Book {
    let event = decide::create(BookId::new("b"), " A  Book ", BookSettings::default()).unwrap();
    Book::start(&event, Time(1)).unwrap()
}

fn give(book: &mut Book, command: BookCommand) -> Result<(), Refusal> {
    for event in decide(book, command)? {
        book.apply(&event, Time(2));
    }
    Ok(())
}

fn chapter(book: &mut Book, title: &str, position: Option<usize>) {
    give(book, BookCommand::AddChapter { title: title.into(), position }).unwrap();
}

fn page(book: &mut Book, chapter: &str, position: Option<usize>) -> PageId {
    let run = RunId::new(format!("run_{}", book.seq));
    let chapter = ChapterId::new(chapter);
    give(book, BookCommand::AddPage { chapter: chapter.clone(), run, title: String::new(), position })
        .unwrap();
    PageId::nth(&chapter, book.chapter(&chapter).unwrap().pages_made)
}

fn order(book: &Book, chapter: &str) -> Vec<String> {
    let chapter = book.chapter(&ChapterId::new(chapter)).unwrap();
    let kept = chapter.pages.iter().filter(|p| !p.trashed);
    kept.map(|p| p.id.as_str().rsplit('_').next().unwrap().to_owned()).collect()
}

#[test]
fn p2_pages_are_numbered_in_the_order_of_making_wherever_they_stand() {
    let mut b = book();
    chapter(&mut b, "One", None);
    page(&mut b, "b_ch_001", None);
    page(&mut b, "b_ch_001", None);
    let inserted = page(&mut b, "b_ch_001", Some(2));
    assert_eq!(inserted.as_str(), "b_ch_001_page_003");
    assert_eq!(order(&b, "b_ch_001"), ["001", "003", "002"]);
}

#[test]
fn what_is_in_the_trash_keeps_its_place_and_its_number_is_never_used_again() {
    let mut b = book();
    chapter(&mut b, "One", None);
    let first = page(&mut b, "b_ch_001", None);
    page(&mut b, "b_ch_001", None);
    give(&mut b, BookCommand::TrashPage { page: first.clone() }).unwrap();
    assert_eq!(order(&b, "b_ch_001"), ["002"]);
    assert_eq!(b.paused_runs().count(), 1);
    assert!(matches!(
        give(&mut b, BookCommand::RenamePage { page: first.clone(), title: "x".into() }),
        Err(Refusal::Trashed)
    ));
    page(&mut b, "b_ch_001", Some(1));
    give(&mut b, BookCommand::BringBackPage { page: first }).unwrap();
    assert_eq!(order(&b, "b_ch_001"), ["001", "003", "002"]);
}

#[test]
fn a_page_moves_within_its_chapter_and_to_another() {
    let mut b = book();
    chapter(&mut b, "One", None);
    chapter(&mut b, "Two", Some(1));
    let ids: Vec<PageId> = (0..3).map(|_| page(&mut b, "b_ch_001", None)).collect();
    let one = ChapterId::new("b_ch_001");
    let two = ChapterId::new("b_ch_002");
    assert_eq!(b.chapters[0].id, two);
    give(&mut b, BookCommand::MovePage { page: ids[2].clone(), chapter: one, position: 1 }).unwrap();
    assert_eq!(order(&b, "b_ch_001"), ["003", "001", "002"]);
    for position in [0, 2, 9] {
        let refused =
            give(&mut b, BookCommand::MovePage { page: ids[0].clone(), chapter: two.clone(), position });
        assert!(matches!(refused, Err(Refusal::Invalid { field: "position", .. })), "the chapter is empty");
    }
    give(&mut b, BookCommand::MovePage { page: ids[0].clone(), chapter: two, position: 1 }).unwrap();
    assert_eq!(order(&b, "b_ch_001"), ["003", "002"]);
    assert_eq!(b.page(&ids[0]).unwrap().0.id.as_str(), "b_ch_002");
}

#[test]
fn titles_and_settings_are_checked_in_words() {
    let mut b = book();
    assert_eq!(b.title, "A Book");
    let long = "x".repeat(301);
    for title in ["", "  ", &long] {
        let refused = give(&mut b, BookCommand::Rename { title: title.into() });
        assert!(matches!(refused, Err(Refusal::Invalid { field: "title", .. })));
    }
    let settings = BookSettings { words_per_page: 5, ..BookSettings::default() };
    let refusal = give(&mut b, BookCommand::ChangeSettings { settings }).unwrap_err();
    assert_eq!(refusal.to_string(), "words_per_page: goes from 20 to 5,000");
}

proptest! {
    #[test]
    fn no_page_is_ever_lost_or_doubled(moves in proptest::collection::vec((0u8..8, 0usize..6, 0usize..8), 0..60)) {
        let mut b = book();
        chapter(&mut b, "One", None);
        chapter(&mut b, "Two", None);
        let mut made = std::collections::BTreeSet::new();
        for (kind, which, position) in moves {
            let target = if position % 2 == 0 { "b_ch_001" } else { "b_ch_002" };
            let some_page = made.iter().nth(which).cloned();
            let command = match (kind, some_page) {
                (0..=2, _) => {
                    let found = b.chapter(&ChapterId::new(target)).unwrap();
                    let last = 1 + found.pages.iter().filter(|p| !p.trashed).count();
                    let open = !found.trashed;
                    if open { made.insert(page(&mut b, target, Some(position.clamp(1, last)))); }
                    continue;
                }
                (3, Some(page)) => BookCommand::MovePage { page, chapter: ChapterId::new(target), position },
                (4, Some(page)) => BookCommand::TrashPage { page },
                (5, Some(page)) => BookCommand::BringBackPage { page },
                (6, _) => BookCommand::TrashChapter { chapter: ChapterId::new(target) },
                _ => BookCommand::BringBackChapter { chapter: ChapterId::new(target) },
            };
            let _ = give(&mut b, command);
            let mut all: Vec<PageId> = b.chapters.iter().flat_map(|c| &c.pages).map(|p| p.id.clone()).collect();
            all.sort();
            prop_assert_eq!(all, made.iter().cloned().collect::<Vec<_>>());
            prop_assert_eq!(b.active_runs().count() + b.paused_runs().count(), made.len());
        }
    }
}
