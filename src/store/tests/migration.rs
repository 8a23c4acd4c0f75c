//! Databases of earlier schemas: opened, copied beside themselves, and brought to this one with all that they held.

use std::path::Path;

use rusqlite::Connection;

use super::support::*;
use crate::domain::book::BookCommand;
use crate::domain::canon::{CanonCommand, EntryContent, EntryKind, EntryPut};
use crate::domain::run::RunCommand;
use crate::domain::{Command, EntryId};
use crate::store::{checkup, compare, open};

const SCHEMAS: [&str; 3] = [
    include_str!("../migrations/V1__journal_and_projections.sql"),
    include_str!("../migrations/V2__canon.sql"),
    include_str!("../migrations/V3__context.sql"),
];

/// Writes what a database holds into one of an earlier schema, as far as that has room for it.
fn as_of(schema: usize, from: &Path, to: &Path) {
    let connection = Connection::open(to).unwrap();
    connection
        .execute_batch(
            "CREATE TABLE refinery_schema_history (version INT4 PRIMARY KEY, name VARCHAR(255),
                 applied_on VARCHAR(255), checksum VARCHAR(255));",
        )
        .unwrap();
    for (version, sql) in (1..).zip(&SCHEMAS[..schema]) {
        connection.execute_batch(sql).unwrap();
        let (name, checksum) = open::migration(version);
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
                  AND name NOT LIKE 'sqlite%' AND name NOT LIKE 'refinery%'";
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

    for schema in 1..=SCHEMAS.len() {
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
        // Mara, the approved page, and the narrations that dialogues were or are written for.
        assert_eq!(versions.rows, 5, "schema {schema}");
        assert_eq!(checkup(&older.path()).unwrap().backups.len(), 1, "it was copied before");

        // It goes on as if it had always been of this schema.
        approve(&store, &pages[2]);
        finish(&store, &reader, &new_page(&store, &chapter, "New."), "The sun came.", "\"Warm.\"");
        assert!(compare(&older.path()).unwrap().equal());
    }
}
