//! Databases of earlier schemas: opened, copied beside themselves, and brought to this one with all that they held.

use std::path::Path;

use rusqlite::Connection;

use super::support::*;
use crate::domain::book::BookCommand;
use crate::domain::canon::{CanonCommand, EntryContent, EntryKind, EntryPut};
use crate::domain::run::RunCommand;
use crate::domain::{Command, EntryId};
use crate::store::{checkup, compare, open, restore};

/// Writes what a database holds into one of an earlier schema, as far as that has room for it.
fn as_of(schema: i64, from: &Path, to: &Path) {
    let connection = Connection::open(to).unwrap();
    connection
        .execute_batch(
            "CREATE TABLE refinery_schema_history (version INT4 PRIMARY KEY, name VARCHAR(255),
                 applied_on VARCHAR(255), checksum VARCHAR(255));",
        )
        .unwrap();
    for version in 1..=schema {
        let (name, checksum, sql) = open::migration(version);
        connection.execute_batch(&sql).unwrap();
        connection
            .execute(
                "INSERT INTO refinery_schema_history VALUES (?1, ?2, '2026-11-20T00:00:00Z', ?3)",
                (version, name, checksum),
            )
            .unwrap();
    }
    connection.execute("ATTACH ?1 AS newer", [from.to_string_lossy()]).unwrap();
    let columns = |table: &str, of: &str| -> Vec<String> {
        let mut query = connection.prepare(&format!("PRAGMA {of}.table_info({table})")).unwrap();
        query.query_map([], |row| row.get(1)).unwrap().map(Result::unwrap).collect()
    };
    let tables = "SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name NOT LIKE '%search%'
                  AND name NOT LIKE 'sqlite%' AND name NOT LIKE 'refinery%' AND name <> 'log_mark'";
    let mut query = connection.prepare(tables).unwrap();
    let tables: Vec<String> = query.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    assert!(tables.len() >= 15, "{tables:?}");
    // The first schema had other rows for canon, which the second made anew from the journal.
    for table in tables.iter().filter(|t| schema > 1 || *t != "entries") {
        let newer = columns(table, "newer");
        let both: Vec<String> = columns(table, "main").into_iter().filter(|c| newer.contains(c)).collect();
        let both = both.join(", ");
        connection
            .execute_batch(&format!("INSERT INTO main.{table} ({both}) SELECT {both} FROM newer.{table}"))
            .unwrap();
    }
}

#[test]
fn e7_a_database_of_each_earlier_schema_keeps_all_and_knows_which_versions_hold() {
    let home = Home::new();
    let (store, book, chapter) = home.with_chapter();
    let reader = store.reader().unwrap();
    let entry = |name: &str, text: &str| {
        let content = EntryContent {
            kind: EntryKind::Character,
            name: name.into(),
            text: text.into(),
            ..EntryContent::default()
        };
        let command = CanonCommand::Put(EntryPut { content, ..EntryPut::default() });
        give(&store, Command::Canon { book: book.clone(), command }).unwrap().entry.unwrap()
    };
    let (mara, ida) = (entry("Mara", "Tall."), entry("Ida", "Small."));
    let remove = CanonCommand::Remove { entry: ida.clone() };
    give(&store, Command::Canon { book: book.clone(), command: remove }).unwrap();
    let pages: Vec<_> = (0..4).map(|n| new_page(&store, &chapter, &format!("Beat {n}."))).collect();
    finish(&store, &reader, &pages[0], "It snowed.", "\"Cold.\"");
    let attempt = start(&store, &reader, &pages[1]);
    deliver(&store, &pages[1], &attempt, "It rained.");
    approve(&store, &pages[1]);
    let attempt = start(&store, &reader, &pages[2]);
    deliver(&store, &pages[2], &attempt, "It hailed.");
    of_page(&store, &pages[2], RunCommand::SetAside { step: None, aside: true }).unwrap();
    of_book(&store, &book, BookCommand::TrashPage { page: pages[3].clone() }).unwrap();
    let held: Vec<_> = pages.iter().map(|page| reader.page_detail(page).unwrap().unwrap()).collect();
    drop(reader);
    store.close();

    for schema in 1..open::newest() {
        let older = Home::new();
        as_of(schema, &home.path(), &older.path());
        let store = older.open();
        let reader = store.reader().unwrap();
        for (page, held) in pages.iter().zip(&held) {
            assert_eq!(reader.page_detail(page).unwrap().as_ref(), Some(held), "schema {schema}");
        }
        let known = |id: &EntryId| reader.entry(id).unwrap().unwrap();
        assert_eq!((known(&mara).text.as_str(), known(&ida).removed), ("Tall.", true));
        let report = compare(&older.path()).unwrap();
        assert!(report.equal(), "schema {schema}: {:#?}", report.tables);
        let versions = report.tables.iter().find(|t| t.table == "versions").unwrap();
        // Mara, the approved page, the narrations that dialogues were or are written for, and four beats.
        assert_eq!(versions.rows, 9, "schema {schema}");
        assert_eq!(checkup(&older.path()).unwrap().backups.len(), 1, "it was copied before");

        // It goes on as if it had always been of this schema.
        approve(&store, &pages[2]);
        finish(&store, &reader, &new_page(&store, &chapter, "New."), "The sun came.", "\"Warm.\"");
        assert!(compare(&older.path()).unwrap().equal());
    }
}

/// Everything that a database holds, table by table.
fn dump(path: &Path) -> Vec<String> {
    let connection = Connection::open(path).unwrap();
    let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
    let mut all = vec![format!("schema {version}")];
    let sql =
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE '%search_%' ORDER BY name";
    let mut query = connection.prepare(sql).unwrap();
    let tables: Vec<String> = query.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    for table in tables.iter().filter(|t| !t.starts_with("sqlite") && *t != "log_mark") {
        let mut rows = connection.prepare(&format!("SELECT * FROM \"{table}\"")).unwrap();
        let columns = rows.column_count();
        let mut rows = rows.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            let values: Vec<_> = (0..columns).map(|c| row.get_ref_unwrap(c)).collect();
            all.push(format!("{table} {values:?}"));
        }
    }
    all
}

#[test]
fn e7_a_migration_from_each_earlier_schema_can_be_rolled_back() {
    let home = Home::new();
    let (store, _, chapter) = home.with_chapter();
    let page = new_page(&store, &chapter, "One.");
    finish(&store, &store.reader().unwrap(), &page, "It snowed.", "\"Cold.\"");
    store.close();

    for schema in 1..open::newest() {
        let older = Home::new();
        as_of(schema, &home.path(), &older.path());
        let before = dump(&older.path());
        let store = older.open();
        let later = new_page(&store, &chapter, "Two.");
        store.close();
        let migrated = dump(&older.path());
        let backup = checkup(&older.path()).unwrap().backups.remove(0);

        let restored = restore(&older.path(), &backup, &older.clock()).unwrap();
        assert_eq!(restored.schema, schema);
        assert_eq!(dump(&older.path()), before, "schema {schema}");
        // What was written since is kept, and the way is open in both directions.
        let replaced = restored.replaced.unwrap();
        assert_eq!(dump(&replaced), migrated, "schema {schema}");
        restore(&older.path(), &replaced, &older.clock()).unwrap();
        let store = older.open();
        assert!(store.reader().unwrap().page(&later).unwrap().is_some());
    }
}
