//! Full disks, damaged texts, databases of other versions and programs.

use rusqlite::Connection;

use super::support::*;
use crate::domain::run::RunCommand;
use crate::store::{Core, Counters, Store, StoreError, StoreOptions, checkup, compare, open};

#[test]
fn a_full_database_takes_the_whole_batch_back_and_goes_on_afterwards() {
    let home = Home::new();
    let (store, _, chapter) = home.with_chapter();
    let page = new_page(&store, &chapter, "One.");
    store.close();

    let connection = open::prepare(&home.options()).unwrap().connection;
    let pages: i64 = connection.pragma_query_value(None, "page_count", |row| row.get(0)).unwrap();
    connection.pragma_update(None, "max_page_count", pages + 4).unwrap();
    let mut core = Core::new(connection, home.path(), home.clock(), std::sync::Arc::new(Counters::default()));
    let long = (0..20_000).map(|n| n.to_string()).collect::<Vec<_>>().join(" ");
    let batch = [request(page_command(&chapter, "Two.")), request(page_command(&chapter, &long))];
    let answers = core.carry_out(&batch);
    assert!(answers.iter().all(|a| matches!(a, Err(StoreError::Full))), "{answers:?}");
    assert!(answers[0].as_ref().unwrap_err().hint().unwrap().contains("space"));

    // The connection was opened anew, without the limit: the same commands now succeed.
    let answers = core.carry_out(&batch);
    assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    drop(core);
    let store = home.open();
    let pages = store.reader().unwrap().pages(&chapter, false).unwrap();
    assert_eq!((pages.len(), pages[0].id == page), (3, true));
    assert!(compare(store.path()).unwrap().equal());
}

#[test]
fn a_newer_schema_is_refused_in_words() {
    let home = Home::new();
    home.open().close();
    Connection::open(home.path()).unwrap().pragma_update(None, "user_version", 99).unwrap();
    let error = Store::open(&home.options()).map(|_| ()).unwrap_err();
    assert!(matches!(error, StoreError::Newer { found: 99, .. }));
    assert!(error.hint().unwrap().contains("newer"));
    assert!(matches!(checkup(&home.path()), Err(StoreError::Newer { .. })));
}

#[test]
fn another_programs_database_is_left_alone() {
    let home = Home::new();
    Connection::open(home.path()).unwrap().execute_batch("CREATE TABLE theirs (x)").unwrap();
    let error = Store::open(&home.options()).map(|_| ()).unwrap_err();
    assert!(error.to_string().contains("another program"), "{error}");
    let mode: String = Connection::open(home.path())
        .unwrap()
        .pragma_query_value(None, "journal_mode", |row| row.get(0))
        .unwrap();
    assert_eq!(mode, "delete");
}

#[test]
fn a_missing_database_is_made_only_when_asked() {
    let home = Home::new();
    let path = home.folder.path().join("deep/down/galley.db");
    let options = StoreOptions { create: false, ..StoreOptions::at(&path) };
    assert!(matches!(Store::open(&options), Err(StoreError::Missing(_))));
    assert!(!path.exists());
    Store::open(&StoreOptions::at(&path)).unwrap().close();
    assert!(path.exists());
}

#[test]
fn the_schema_of_a_new_database_is_the_newest() {
    let home = Home::new();
    home.open().close();
    let version: i64 = Connection::open(home.path())
        .unwrap()
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .unwrap();
    assert_eq!(version, open::newest());
}

#[test]
fn a_damaged_text_is_named_and_not_shown() {
    let home = Home::new();
    let (store, _, chapter) = home.with_chapter();
    let reader = store.reader().unwrap();
    let page = new_page(&store, &chapter, "One.");
    let attempt = start(&store, &reader, &page);
    deliver(&store, &page, &attempt, "It was cold.");
    let revision = reader.revisions(&page).unwrap().remove(0);
    Connection::open(store.path())
        .unwrap()
        .execute("UPDATE blobs SET data = x'00' WHERE hex(hash) = upper(?1)", [revision.hash.as_str()])
        .unwrap();
    let error = reader.revision_text(&revision.id).unwrap_err();
    assert!(error.to_string().contains(revision.hash.as_str()), "{error}");
    assert!(error.hint().unwrap().contains("galley doctor"));
    assert_eq!(checkup(store.path()).unwrap().damaged, std::slice::from_ref(&revision.hash));

    Connection::open(store.path())
        .unwrap()
        .execute("DELETE FROM blobs WHERE hex(hash) = upper(?1)", [revision.hash.as_str()])
        .unwrap();
    assert_eq!(checkup(store.path()).unwrap().missing, [revision.hash]);
    // Deciding needs the journal only.
    of_page(&store, &page, RunCommand::Approve { step: None, revision: None }).unwrap();
}

#[test]
fn a_gap_in_the_journal_is_found_and_concerns_its_stream_only() {
    let home = Home::new();
    let (store, _, chapter) = home.with_chapter();
    let (page, other) = (new_page(&store, &chapter, "One."), new_page(&store, &chapter, "Two."));
    store.close();
    let connection = Connection::open(home.path()).unwrap();
    let sql = "DELETE FROM events WHERE seq = 2 AND stream = (SELECT n FROM pages WHERE id = ?1)";
    assert_eq!(connection.execute(sql, [page.as_str()]).unwrap(), 1);
    assert_eq!(checkup(&home.path()).unwrap().gaps.len(), 1);
    let store = home.open();
    let broken = of_page(&store, &page, RunCommand::SetLimit { limit: 9 });
    assert!(matches!(broken, Err(StoreError::Corrupt { .. })));
    of_page(&store, &other, RunCommand::SetLimit { limit: 9 }).unwrap();
}
