//! A page whose current revision read what is another version by now is stale, and says why.

use galley::domain::canon::{CanonCommand, EntryKind, EntryMode};
use galley::domain::run::{Fine, RunCommand};
use galley::domain::{BookSettings, PageId};
use galley::store::{compare, rebuild};

use super::desk::Desk;

fn causes(desk: &Desk, page: &PageId) -> Vec<String> {
    let stale = desk.reader().stale(page).unwrap();
    assert_eq!(desk.reader().page(page).unwrap().unwrap().stale as usize, stale.len());
    stale.iter().map(|s| format!("{}: {}", s.step, s.cause())).collect()
}

fn fine(desk: &Desk, page: &PageId) {
    let stale = desk.reader().stale(page).unwrap().into_iter();
    let fine = stale.map(|s| Fine { revision: s.revision, kind: s.kind, part: s.part, version: s.holds });
    desk.on(page, RunCommand::Fine { fine: fine.collect() }).unwrap();
}

#[test]
fn a_changed_entry_marks_exactly_the_pages_whose_current_revision_read_it() {
    let desk = Desk::new("", BookSettings::default());
    let bell = desk.entry(EntryKind::Other, "The Bell", EntryMode::Named, "It is cracked.");
    let boat = desk.entry(EntryKind::Other, "Boat", EntryMode::Named, "It is blue.");
    let chapters = ["One", "Two", "Three", "Four"].map(|title| desk.chapter(title));
    // The first page of a book is all that has nothing before it; so the beats stand in books' firsts by chapter.
    let rings = desk.page(&chapters[3], "Somebody rings the bell.");
    let sails = desk.page(&chapters[2], "Somebody sails in the boat.");
    let both = desk.page(&chapters[1], "The bell rings over the boat.");
    let none = desk.page(&chapters[0], "It snows.");
    let all = [&rings, &sails, &both, &none];
    let stale = || all.map(|page| causes(&desk, page).len());
    assert_eq!(stale(), [0, 0, 0, 0]);

    desk.change(&bell, "It is whole.");
    assert_eq!(stale(), [1, 0, 1, 0]);
    assert_eq!(causes(&desk, &rings), ["narration: canon: The Bell has changed"]);
    let listed: Vec<PageId> =
        desk.reader().stale_pages(Some(&desk.book), 9).unwrap().into_iter().map(|p| p.id).collect();
    assert_eq!(listed, [both.clone(), rings.clone()]);

    // Another draft reads what holds now, and is stale no longer; the approved one is left as it is.
    desk.on(&rings, RunCommand::Revise { step: None, revision: None, feedback: None, passages: Vec::new() })
        .unwrap();
    desk.work();
    assert_eq!(stale(), [0, 0, 1, 0]);
    // The same text as before is not a change.
    desk.change(&bell, "It is cracked.");
    assert_eq!(stale(), [1, 0, 0, 0]);
    desk.canon(CanonCommand::Remove { entry: boat.clone() }).unwrap();
    assert_eq!(stale(), [1, 1, 1, 0]);
    assert_eq!(causes(&desk, &sails), ["narration: canon: Boat was removed"]);

    // What is still fine is recorded, until it changes again; an edit of the revision keeps it.
    fine(&desk, &both);
    fine(&desk, &sails);
    assert_eq!(stale(), [1, 0, 0, 0]);
    desk.on(&both, RunCommand::Edit { step: None, revision: None, text: "By hand.".into() }).unwrap();
    desk.work();
    assert_eq!(stale()[2], 0);
    desk.canon(CanonCommand::BringBack { entry: boat.clone() }).unwrap();
    desk.change(&boat, "It is red.");
    assert_eq!(stale()[1..3], [1, 1]);

    let path = desk.engine.store().path().to_owned();
    assert!(compare(&path).unwrap().equal());
    rebuild(&path).unwrap();
    assert_eq!(stale()[1..3], [1, 1]);
}

#[test]
fn an_earlier_page_that_changes_makes_the_later_ones_stale_by_one_hop_only() {
    let desk = Desk::new("", BookSettings::default());
    let chapter = desk.chapter("Ice");
    let mut pages = Vec::new();
    for beat in ["Mara wakes.", "Mara walks.", "Mara rests."] {
        let page = desk.page(&chapter, beat);
        desk.approve(&page);
        pages.push(page);
    }
    let edit = |page: &PageId, text: &str| {
        let step = Some(galley::domain::StepName::new("dialogue"));
        desk.on(page, RunCommand::Edit { step, revision: None, text: text.into() }).unwrap();
    };
    edit(&pages[1], "\"Not yet.\"");
    assert!(causes(&desk, &pages[0]).is_empty() && causes(&desk, &pages[1]).is_empty());
    let later = causes(&desk, &pages[2]);
    assert_eq!(later, ["narration: Ice, page 2 has changed", "dialogue: Ice, page 2 has changed"]);

    // An approval that is taken back takes the page out of the book's past; redone, nothing has happened.
    desk.on(&pages[0], RunCommand::Undo { step: None }).unwrap();
    assert_eq!(causes(&desk, &pages[1])[0], "narration: Ice, page 1 is not approved now");
    desk.on(&pages[0], RunCommand::Redo).unwrap();
    assert!(causes(&desk, &pages[1]).is_empty());

    // The narration that the dialogue was written for is another one.
    let step = Some(galley::domain::StepName::new("narration"));
    desk.on(&pages[0], RunCommand::Edit { step, revision: None, text: "Mara slept.".into() }).unwrap();
    assert_eq!(causes(&desk, &pages[0]), ["dialogue: its narration has changed"]);
    // Approved again, the dialogue is right for that narration.
    desk.on(&pages[0], RunCommand::Approve { step: None, revision: None }).unwrap();
    assert!(causes(&desk, &pages[0]).is_empty());
    desk.on(&pages[0], RunCommand::Undo { step: None }).unwrap();
    assert_eq!(causes(&desk, &pages[0]), ["dialogue: its narration has changed"]);
    assert!(compare(desk.engine.store().path()).unwrap().equal());
}
