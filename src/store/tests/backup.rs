//! Backups: whole, of one moment, put back only when nobody else is there.

use std::fs;
use std::time::{Duration, SystemTime};

use rusqlite::Connection;

use super::support::*;
use crate::store::{Lock, Store, StoreError, back_up, beside, checkup, compare, restore};

#[test]
fn e7_a_backup_of_a_database_in_use_is_whole_and_can_be_opened_by_itself() {
    let home = Home::new();
    let (store, _, chapter) = home.with_chapter();
    let writing = std::thread::scope(|scope| {
        let writer =
            scope.spawn(|| (0..60).map(|n| new_page(&store, &chapter, &format!("Beat {n}."))).count());
        let made: Vec<_> = (0..5).map(|_| back_up(&home.path(), None, &home.clock()).unwrap()).collect();
        (writer.join().unwrap(), made)
    });
    let (written, made) = writing;
    assert_eq!((written, made.len()), (60, 5));
    for backup in made {
        let found = checkup(&backup.path).unwrap();
        assert!(found.is_well(), "{found:?}");
        assert!(compare(&backup.path).unwrap().equal());
        let copy = Store::open(&crate::store::StoreOptions::at(&backup.path)).unwrap();
        assert!(copy.unwritable().is_none());
        assert_eq!(copy.reader().unwrap().last_event().unwrap(), backup.events);
    }
}

#[test]
fn e7_a_backup_overwrites_nothing_and_leaves_nothing_half_made() {
    let home = Home::new();
    home.open().close();
    let there = home.folder.path().join("mine.db");
    fs::write(&there, "mine").unwrap();
    assert!(matches!(back_up(&home.path(), Some(&there), &home.clock()), Err(StoreError::Io { .. })));
    assert_eq!(fs::read(&there).unwrap(), b"mine");
    let nowhere = home.folder.path().join("no/such/folder.db");
    assert!(back_up(&home.path(), Some(&nowhere), &home.clock()).is_err());
    assert!(beside::starting(&there, ".").is_empty());
}

#[test]
fn e7_a_damaged_database_is_not_taken_for_a_backup() {
    let home = Home::new();
    let (store, _, chapter) = home.with_chapter();
    new_page(&store, &chapter, "One.");
    let whole = back_up(&home.path(), None, &home.clock()).unwrap();
    store.close();
    let connection = Connection::open(home.path()).unwrap();
    connection.execute("UPDATE blobs SET data = x'00' WHERE id = (SELECT max(id) FROM blobs)", []).unwrap();
    drop(connection);
    assert!(matches!(back_up(&home.path(), None, &home.clock()), Err(StoreError::Corrupt { .. })));
    assert!(matches!(restore(&whole.path, &home.path(), &home.clock()), Err(StoreError::Corrupt { .. })));
    fs::write(home.folder.path().join("text"), "no database").unwrap();
    let text = restore(&home.path(), &home.folder.path().join("text"), &home.clock());
    assert!(matches!(text, Err(StoreError::Corrupt { .. })), "{text:?}");
}

#[test]
fn e7_restore_keeps_what_it_replaces_and_needs_the_database_alone() {
    let home = Home::new();
    let (store, _, chapter) = home.with_chapter();
    let first = new_page(&store, &chapter, "One.");
    let backup = back_up(&home.path(), None, &home.clock()).unwrap();
    let second = new_page(&store, &chapter, "Two.");
    let reader = store.reader().unwrap();
    let in_use = restore(&home.path(), &backup.path, &home.clock());
    assert!(matches!(in_use, Err(StoreError::InUse(_))), "{in_use:?}");
    assert!(reader.page(&second).unwrap().is_some());
    drop(reader);
    store.close();
    let lock = Lock::try_acquire(&home.path()).unwrap().unwrap();
    assert!(matches!(restore(&home.path(), &backup.path, &home.clock()), Err(StoreError::InUse(_))));
    lock.release().unwrap();

    let restored = restore(&home.path(), &backup.path, &home.clock()).unwrap();
    let store = home.open();
    assert!(store.unwritable().is_none());
    let reader = store.reader().unwrap();
    assert_eq!((reader.page(&first).unwrap().is_some(), reader.page(&second).unwrap()), (true, None));
    new_page(&store, &chapter, "Another second.");
    drop(reader);
    store.close();
    restore(&home.path(), &restored.replaced.unwrap(), &home.clock()).unwrap();
    assert!(home.open().reader().unwrap().page(&second).unwrap().is_some());
}

#[test]
fn e7_restore_mends_a_home_that_is_empty_damaged_or_without_its_log() {
    let home = Home::new();
    let (store, _, chapter) = home.with_chapter();
    let page = new_page(&store, &chapter, "One.");
    let backup = back_up(&home.path(), None, &home.clock()).unwrap();
    let later = beside::log(&home.path());
    let ruins: [&dyn Fn(&Home); 4] = [
        &|ruin| fs::write(ruin.path(), "").unwrap(),
        &|ruin| fs::write(ruin.path(), vec![7; 20_000]).unwrap(),
        &|ruin| {
            fs::write(ruin.path(), "").unwrap();
            fs::copy(&later, beside::log(&ruin.path())).unwrap();
        },
        &|ruin| {
            fs::copy(home.path(), ruin.path()).unwrap();
            fs::copy(beside::last(&home.path()), beside::last(&ruin.path())).unwrap();
        },
    ];
    for (n, ruined) in ruins.iter().enumerate() {
        let ruin = Home::new();
        ruined(&ruin);
        let there = beside::size(&ruin.path()) + beside::size(&beside::log(&ruin.path())) > 0;
        let restored = restore(&ruin.path(), &backup.path, &ruin.clock()).unwrap();
        assert_eq!(restored.replaced.is_some(), there, "{n}");
        let store = ruin.open();
        assert!(store.unwritable().is_none(), "{n}");
        assert!(store.reader().unwrap().page(&page).unwrap().is_some(), "{n}");
        assert!(checkup(&ruin.path()).unwrap().is_well(), "{n}");
    }
}

#[test]
fn e7_backups_are_made_by_themselves_once_a_day_and_the_oldest_are_removed() {
    let home = Home::new();
    home.with_chapter().0.close();
    let automatic = || beside::starting(&home.path(), ".backup-auto-");
    assert!(automatic().is_empty(), "there is nothing older to go back to yet");
    home.pass(25 * 3_600_000);
    for _ in 0..9 {
        home.open().close();
        let made = automatic();
        home.open().close();
        assert_eq!(automatic(), made, "one a day");
        // The days pass: what was made is older now, in the order in which it was made.
        for (n, path) in made.iter().rev().enumerate() {
            let age = Duration::from_hours(25 * (n as u64 + 1));
            fs::File::open(path).unwrap().set_modified(SystemTime::now() - age).unwrap();
        }
        home.pass(25 * 3_600_000);
    }
    assert_eq!(automatic().len(), 7);
    assert!(checkup(automatic().last().unwrap()).unwrap().is_well());
}
