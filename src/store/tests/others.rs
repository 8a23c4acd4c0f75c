//! Two processes on one database: here two stores, which share nothing but the file.

use std::sync::mpsc;
use std::time::Duration;

use super::equality::{Session, check};
use super::support::*;
use crate::domain::book::BookCommand;
use crate::domain::run::RunCommand;
use crate::store::{Policy, Store, watch};

fn two(home: &Home) -> (Store, Store) {
    let stores = (home.open(), home.open());
    for store in [&stores.0, &stores.1] {
        store.configure(Policy { advisory: false, backoff_ms: 1, ..Policy::default() });
    }
    stores
}

#[test]
fn each_decides_on_what_the_other_left() {
    let home = Home::new();
    let (one, two) = two(&home);
    let book = new_book(&one, "Shared");
    let chapter = new_chapter(&two, &book, "First");
    let page = new_page(&one, &chapter, "It begins.");
    let reader = two.reader().unwrap();
    let attempt = start(&two, &reader, &page);
    deliver(&one, &page, &attempt, "It was cold.");
    assert_eq!(approve(&two, &page).state.as_deref(), Some("generating_dialogue"));
    of_page(&one, &page, RunCommand::Undo { step: None }).unwrap();
    assert_eq!(approve(&two, &page).state.as_deref(), Some("generating_dialogue"));
    of_book(&one, &book, BookCommand::TrashPage { page: page.clone() }).unwrap();
    assert!(of_page(&two, &page, RunCommand::SetLimit { limit: 9 }).is_err());
    assert!(crate::store::compare(one.path()).unwrap().equal());
}

#[test]
fn their_sessions_may_interleave_in_any_way() {
    let home = Home::new();
    let (one, two) = two(&home);
    let book = new_book(&one, "Shared");
    let chapter = new_chapter(&one, &book, "First");
    let mut session = Session::new(77);
    session.books.push(book);
    session.chapters.push(chapter);
    let readers = (one.reader().unwrap(), two.reader().unwrap());
    for round in 0..150 {
        if round % 3 == 0 {
            session.step(&one, &readers.0);
        } else {
            session.step(&two, &readers.1);
        }
    }
    check(&one, &session);
}

#[test]
fn both_can_write_at_the_same_time() {
    let home = Home::new();
    let (one, two) = two(&home);
    let book = new_book(&one, "Shared");
    let chapter = new_chapter(&one, &book, "First");
    std::thread::scope(|scope| {
        for store in [&one, &two] {
            let chapter = &chapter;
            scope.spawn(move || (0..40).for_each(|n| drop(new_page(store, chapter, &format!("Beat {n}.")))));
        }
    });
    let pages = one.reader().unwrap().pages(&chapter, false).unwrap();
    assert_eq!(pages.len(), 80);
    assert!(crate::store::compare(one.path()).unwrap().equal());
}

#[test]
fn one_is_told_of_what_the_other_committed() {
    let home = Home::new();
    let (one, two) = two(&home);
    let (tell, told) = mpsc::channel();
    let watching = watch(one.path(), move || {
        let _ = tell.send(());
    })
    .unwrap();
    let book = new_book(&two, "Shared");
    told.recv_timeout(Duration::from_secs(20)).unwrap();
    assert!(one.changes_elsewhere().unwrap());
    assert!(!one.changes_elsewhere().unwrap(), "once is enough");
    new_chapter(&one, &book, "Mine");
    assert!(!one.changes_elsewhere().unwrap(), "what was committed here is known here");
    assert!(two.changes_elsewhere().unwrap());
    drop(watching);
}
