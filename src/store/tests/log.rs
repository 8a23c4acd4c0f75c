//! The write-ahead log: moved into the file, missed when it is gone, and a file that it emptied is not a new home.

use std::fs;
use std::path::Path;

use rusqlite::Connection;

use super::support::*;
use crate::store::{Store, StoreError, StoreOptions, accept_loss, beside, checkup, wal};

/// Copies what a killed process would have left: these files of a database that is still open.
fn snapshot(home: &Home, endings: &[&str]) -> Home {
    let copy = Home::new();
    for ending in endings {
        fs::copy(beside::with(&home.path(), ending), beside::with(&copy.path(), ending)).unwrap();
    }
    copy
}

fn page_count(home: &Home) -> usize {
    let store = home.open();
    let reader = store.reader().unwrap();
    let books = reader.books(true).unwrap();
    books.iter().flat_map(|b| reader.chapters(&b.id, true).unwrap()).map(|c| c.pages as usize).sum()
}

fn cut(path: &Path, length: u64) {
    fs::OpenOptions::new().write(true).open(path).unwrap().set_len(length).unwrap();
}

#[test]
fn r9_a_closed_database_is_whole_in_its_one_file() {
    let home = Home::new();
    let (store, _, chapter) = home.with_chapter();
    new_page(&store, &chapter, "One.");
    let reader = store.reader().unwrap();
    store.close();
    drop(reader);
    assert_eq!(beside::size(&beside::log(&home.path())), 0);
    let copy = snapshot(&home, &[""]);
    assert!(checkup(&copy.path()).unwrap().is_well());
    assert_eq!((page_count(&copy), copy.open().unwritable().is_none()), (1, true));
}

#[test]
fn r9_a_copy_without_the_log_of_a_database_in_use_is_reported_and_not_written_to() {
    let home = Home::new();
    let (store, _, chapter) = home.with_chapter();
    new_page(&store, &chapter, "One.");
    let copy = snapshot(&home, &[""]);
    let found = checkup(&copy.path()).unwrap();
    assert!(!found.is_well() && found.log.unwrap().contains("galley.db-wal is missing"));
    let opened = copy.open();
    assert!(matches!(opened.unwritable(), Some(StoreError::LogLost { had: None, .. })));
    let refused = give(&opened, page_command(&chapter, "Two.")).unwrap_err();
    assert!(refused.hint().unwrap().contains("doctor --accept-loss"), "{refused}");
    opened.close();
    // With its log it is whole, with the mark or without.
    for endings in [&["", "-wal"][..], &["", "-wal", ".last"][..]] {
        let copy = snapshot(&home, endings);
        assert_eq!((page_count(&copy), checkup(&copy.path()).unwrap().is_well()), (1, true), "{endings:?}");
    }
}

#[test]
fn r9_every_cut_of_the_log_opens_for_reading_and_is_reported_if_anything_is_gone() {
    let home = Home::new();
    let (store, _, chapter) = home.with_chapter();
    for n in 0..6 {
        new_page(&store, &chapter, &format!("Beat {n}."));
    }
    let all = store.reader().unwrap().last_event().unwrap();
    let whole = beside::size(&beside::log(&home.path()));
    let mut seen = std::collections::BTreeSet::new();
    for step in 0..=24 {
        let copy = snapshot(&home, &["", "-wal", ".last"]);
        cut(&beside::log(&copy.path()), whole * step / 24);
        let opened = copy.open();
        let last = opened.reader().unwrap().last_event().unwrap();
        let error = opened.unwritable();
        assert_eq!(error.is_some(), last < all, "cut at {step}/24: {error:?}");
        assert_eq!(checkup(&copy.path()).unwrap().is_well(), last == all);
        seen.insert(last);
    }
    assert!(seen.len() > 4, "{seen:?}");

    let copy = snapshot(&home, &["", ".last"]);
    assert!(matches!(copy.open().unwritable(), Some(StoreError::LogLost { had: Some(_), .. })));
    // Once the author says so, it goes on with what is there.
    assert!(accept_loss(&copy.path()).unwrap().is_some());
    assert!(accept_loss(&copy.path()).unwrap().is_none());
    let opened = copy.open();
    new_book(&opened, "Another");
    assert!(checkup(&copy.path()).unwrap().is_well());
}

#[test]
fn r9_a_kill_between_the_marks_is_no_loss() {
    let home = Home::new();
    home.open().close();
    let connection = Connection::open(home.path()).unwrap();
    connection.execute_batch("PRAGMA wal_autocheckpoint = 0").unwrap();
    wal::set_mark(&connection, true).unwrap();
    connection.execute_batch("PRAGMA wal_checkpoint(PASSIVE)").unwrap();
    // The mark is in the file, nothing was committed yet, and no number noted.
    let copy = snapshot(&home, &["", "-wal"]);
    assert!(copy.open().unwritable().is_none());
    // The log was emptied, all that was committed is in the file.
    wal::note(&home.path(), 0).unwrap();
    connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
    let copy = snapshot(&home, &["", ".last"]);
    assert!(copy.open().unwritable().is_none());
}

#[test]
fn r9_the_log_is_kept_small_while_the_database_is_in_use() {
    let home = Home::new();
    let (store, _, chapter) = home.with_chapter();
    let long =
        (0..40_000).map(|n| fastrand::Rng::with_seed(n).u64(..).to_string()).collect::<Vec<_>>().join(" ");
    for n in 0..24 {
        new_page(&store, &chapter, &format!("{n} {long}"));
    }
    let (wal, file) = (beside::size(&beside::log(&home.path())), beside::size(&home.path()));
    assert!(wal < 8 << 20 && file > 8 << 20, "{wal} {file}");
}

#[test]
fn r13_an_empty_or_missing_file_beside_remains_is_no_new_home() {
    let refused = |home: &Home, named: &str| {
        for create in [true, false] {
            let options = StoreOptions { create, ..home.options() };
            let error = Store::open(&options).map(|_| ()).unwrap_err();
            assert!(matches!(error, StoreError::Emptied { .. }), "{error}");
            assert!(error.hint().unwrap().contains(named), "{:?}", error.hint());
        }
        assert!(matches!(checkup(&home.path()), Err(StoreError::Emptied { .. })));
    };
    let home = Home::new();
    let (store, _, chapter) = home.with_chapter();
    new_page(&store, &chapter, "One.");

    let emptied = snapshot(&home, &["", "-wal"]);
    cut(&emptied.path(), 0);
    let log = fs::read(beside::log(&emptied.path())).unwrap();
    refused(&emptied, "galley.db-wal");
    assert_eq!(fs::read(beside::log(&emptied.path())).unwrap(), log, "the log is left alone");

    let removed = snapshot(&home, &[".last"]);
    refused(&removed, "galley.db.last");
    let backup = snapshot(&home, &[]);
    fs::write(beside::with(&backup.path(), ".backup-v6-20261120T000000"), "a backup").unwrap();
    refused(&backup, "galley restore");
    fs::write(backup.path(), "").unwrap();
    refused(&backup, "galley restore");

    // The first page of a database whose tables were all in its log.
    let first = Home::new();
    let connection = Connection::open(first.path()).unwrap();
    connection.pragma_update(None, "journal_mode", "WAL").unwrap();
    drop(connection);
    refused(&first, "galley.db-wal");

    // An empty file alone is what `mktemp` makes, and a new home.
    let fresh = Home::new();
    fs::write(fresh.path(), "").unwrap();
    new_book(&fresh.open(), "Begun");
}

#[test]
fn r13_impossible_schema_numbers_are_refused_and_left_alone() {
    let home = Home::new();
    let (store, _, chapter) = home.with_chapter();
    new_page(&store, &chapter, "One.");
    store.close();
    let odd = [
        "PRAGMA user_version = 0",
        "PRAGMA user_version = -1",
        "PRAGMA user_version = -2147483648",
        "PRAGMA user_version = 3",
        "DELETE FROM refinery_schema_history WHERE version = 4",
        "DELETE FROM refinery_schema_history WHERE version = (SELECT max(version) FROM refinery_schema_history)",
        "DROP TABLE refinery_schema_history",
        "DROP TABLE refinery_schema_history; PRAGMA user_version = 0",
    ];
    for change in odd {
        let copy = snapshot(&home, &[""]);
        Connection::open(copy.path()).unwrap().execute_batch(change).unwrap();
        let before = fs::read(copy.path()).unwrap();
        let error = Store::open(&copy.options()).map(|_| ()).unwrap_err();
        assert!(matches!(error, StoreError::OddSchema { .. }), "{change}: {error}");
        assert!(matches!(checkup(&copy.path()), Err(StoreError::OddSchema { .. })), "{change}");
        assert_eq!(fs::read(copy.path()).unwrap(), before, "{change}");
    }
    for change in [
        "PRAGMA user_version = 99",
        "INSERT INTO refinery_schema_history VALUES (99, 'later', '', ''); PRAGMA user_version = 5",
    ] {
        let copy = snapshot(&home, &[""]);
        Connection::open(copy.path()).unwrap().execute_batch(change).unwrap();
        let error = Store::open(&copy.options()).map(|_| ()).unwrap_err();
        assert!(matches!(error, StoreError::Newer { found: 99, .. }), "{change}: {error}");
    }
}

#[cfg(unix)]
#[test]
fn r10_a_store_that_was_opened_where_nothing_could_be_written_writes_once_it_can() {
    let home = Home::new();
    let (store, _, chapter) = home.with_chapter();
    new_page(&store, &chapter, "One.");
    store.close();
    // No log can be made, as on a full disk.
    let log = beside::log(&home.path());
    let _ = fs::remove_file(&log);
    std::os::unix::fs::symlink(log.with_file_name("nowhere").join("log"), &log).unwrap();
    let store = home.open();
    assert!(store.unwritable().is_some());
    let mut reader = store.reader().unwrap();
    let pages = |reader: &crate::store::Reader| reader.chapter(&chapter).unwrap().unwrap().pages;
    assert_eq!(pages(&reader), 1, "reading works");
    give(&store, page_command(&chapter, "Two.")).unwrap_err();
    fs::remove_file(&log).unwrap();
    give(&store, page_command(&chapter, "Two.")).unwrap();
    assert!(store.unwritable().is_none());
    reader.thaw();
    assert_eq!(pages(&reader), 2, "a reader of before sees it too");
    store.close();
    assert!(checkup(&home.path()).unwrap().is_well());
}
