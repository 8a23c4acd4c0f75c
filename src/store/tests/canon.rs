//! Canon in the store: versions, search, mentions, the cache, the way from the first schema.

use super::support::*;
use crate::domain::canon::{
    CanonCommand, EntryChange, EntryContent, EntryKind, EntryMode, EntryOrigin, EntryPut, Place, Scope,
};
use crate::domain::run::RunCommand;
use crate::domain::{BookId, BookSettings, Command, EntryId, ImportedChapter, Refusal, StreamId};
use crate::store::{Answer, Reader, Store, StoreError, compare, rebuild};

fn of_canon(store: &Store, book: &BookId, command: CanonCommand) -> Result<Answer, StoreError> {
    give(store, Command::Canon { book: book.clone(), command })
}

fn put(store: &Store, book: &BookId, kind: EntryKind, name: &str, text: &str) -> EntryId {
    let content = EntryContent { kind, name: name.into(), text: text.into(), ..EntryContent::default() };
    let put = EntryPut { content, ..EntryPut::default() };
    of_canon(store, book, CanonCommand::Put(put)).unwrap().entry.unwrap()
}

fn change(store: &Store, book: &BookId, entry: &EntryId, change: EntryChange) -> Result<Answer, StoreError> {
    of_canon(store, book, CanonCommand::Change { entry: entry.clone(), change })
}

fn found(reader: &Reader, book: &BookId, query: &str) -> Vec<String> {
    reader.search_canon(book, query, 10).unwrap().into_iter().map(|h| h.entry.to_string()).collect()
}

#[test]
fn entries_keep_their_ids_and_come_kind_by_kind_with_every_version_behind_them() {
    let home = Home::new();
    let (store, book, chapter) = home.with_chapter();
    let rule = put(&store, &book, EntryKind::Rule, "No  rain", "Never.");
    let mara = put(&store, &book, EntryKind::Character, "Mara", "Tall.");
    let second = put(&store, &book, EntryKind::Character, "Mara", "Another.");
    assert_eq!((rule.as_str(), second.as_str()), ("the-winter-harbour_no-rain", "the-winter-harbour_mara-2"));
    let from = Some(Place::Chapter(chapter.clone()));
    let changed = EntryChange {
        text: Some("Small.".into()),
        aliases: Some(vec!["the pilot".into()]),
        mode: Some(EntryMode::Always),
        weight: Some(80),
        scope: Some(Scope { from, until: None }),
        parent: Some(Some(second.clone())),
        links: Some(vec![rule.clone()]),
        ..EntryChange::default()
    };
    assert_eq!(change(&store, &book, &mara, changed.clone()).unwrap().events.len(), 1);
    assert!(change(&store, &book, &mara, changed).unwrap().events.is_empty());

    let reader = store.reader().unwrap();
    let entries = reader.entries(&book).unwrap();
    let shown: Vec<_> = entries.iter().map(|e| (e.id.clone(), e.text.as_str())).collect();
    assert_eq!(shown, [(mara.clone(), "Small."), (second.clone(), "Another."), (rule.clone(), "Never.")]);
    let row = &entries[0];
    assert_eq!((row.version, row.weight, row.mode, row.by.as_str()), (2, 80, EntryMode::Always, "ada"));
    assert_eq!(
        (&row.parent, &row.links, &row.aliases),
        (&Some(second.clone()), &vec![rule], &vec!["the pilot".into()])
    );
    assert_eq!(row.scope.from, Some(Place::Chapter(chapter)));

    let versions = reader.entry_versions(&mara).unwrap();
    assert_eq!(versions.iter().map(|v| v.text.as_str()).collect::<Vec<_>>(), ["Tall.", "Small."]);
    assert_ne!(versions[0].hash, versions[1].hash);
    assert_eq!(reader.entry(&mara).unwrap().as_ref(), Some(row));
    assert_eq!(reader.entry_version(&mara, 1).unwrap().unwrap(), versions[0]);
    of_canon(&store, &book, CanonCommand::Restore { entry: mara.clone(), version: 1 }).unwrap();
    let restored = reader.entry(&mara).unwrap().unwrap();
    assert_eq!((restored.hash, restored.version), (versions[0].hash.clone(), 3));
    assert_eq!(restored.origin, EntryOrigin::Restored { version: 1 });

    of_canon(&store, &book, CanonCommand::Remove { entry: second.clone() }).unwrap();
    assert_eq!(reader.entries(&book).unwrap().len(), 2);
    assert_eq!(reader.removed_entries(&book).unwrap()[0].id, second);
    of_canon(&store, &book, CanonCommand::BringBack { entry: second }).unwrap();
    assert_eq!(reader.entries_by_kind(&book, EntryKind::Character).unwrap().len(), 2);
    assert_eq!(reader.events(&StreamId::Canon(book)).unwrap().len(), 7);
    drop(store);
    assert!(compare(&home.path()).unwrap().equal());
}

#[test]
fn p4_canon_is_kept_by_a_reader_until_it_changes() {
    let home = Home::new();
    let (store, book, chapter) = home.with_chapter();
    let mara = put(&store, &book, EntryKind::Character, "Mara", "Tall.");
    let reader = store.reader().unwrap();
    let first = reader.entries(&book).unwrap();
    new_page(&store, &chapter, "Mara finds the boat");
    assert!(std::sync::Arc::ptr_eq(&first, &reader.entries(&book).unwrap()), "it was read again for nothing");
    change(&store, &book, &mara, EntryChange { text: Some("Small.".into()), ..EntryChange::default() })
        .unwrap();
    assert_eq!(reader.entries(&book).unwrap()[0].text, "Small.");
    let other = new_book(&store, "Other");
    assert!(reader.entries(&other).unwrap().is_empty());
    assert_eq!(reader.entries(&book).unwrap().len(), 1);
}

#[test]
fn a_scope_and_a_pin_name_what_is_in_the_book() {
    let home = Home::new();
    let (store, book, chapter) = home.with_chapter();
    let page = new_page(&store, &chapter, "");
    let mara = put(&store, &book, EntryKind::Character, "Mara", "Tall.");
    let elsewhere = new_book(&store, "Elsewhere");
    let foreign = new_chapter(&store, &elsewhere, "Not here");
    let scoped = |place: Place| EntryChange {
        scope: Some(Scope { from: None, until: Some(place) }),
        ..EntryChange::default()
    };
    change(&store, &book, &mara, scoped(Place::Page(page.clone()))).unwrap();
    for place in [Place::Chapter(foreign), Place::of_id("nowhere_ch_001_page_001")] {
        let refused = change(&store, &book, &mara, scoped(place)).unwrap_err();
        assert!(matches!(refused.refusal(), Some(Refusal::NotFound { .. })), "{refused}");
    }

    let pin = |entry: &EntryId| of_page(&store, &page, RunCommand::PinEntry { entry: entry.clone() });
    assert_eq!(pin(&mara).unwrap().events.len(), 1);
    assert!(matches!(pin(&mara).unwrap_err().refusal(), Some(Refusal::Unchanged { .. })));
    assert!(pin(&EntryId::new("the-winter-harbour_nobody")).is_err());
    let reader = store.reader().unwrap();
    let run = reader.page(&page).unwrap().unwrap().run;
    assert_eq!(reader.run_state(&run).unwrap().unwrap().pinned, std::slice::from_ref(&mara));
    of_page(&store, &page, RunCommand::UnpinEntry { entry: mara }).unwrap();
    assert!(reader.run_state(&run).unwrap().unwrap().pinned.is_empty());
}

#[test]
fn the_search_finds_names_first_and_scripts_without_spaces_and_what_holds_only() {
    let home = Home::new();
    let (store, book, _) = home.with_chapter();
    let lamp = put(&store, &book, EntryKind::Place, "Lamp house", "Where Mara sleeps.");
    let mara = put(&store, &book, EntryKind::Character, "Mara Vell", "The pilot's daughter.");
    let port = put(&store, &book, EntryKind::Place, "港", "冬の港は静かだ。");
    store.finish_indexing();
    let reader = store.reader().unwrap();
    assert_eq!(found(&reader, &book, "mar"), [mara.to_string(), lamp.to_string()]);
    assert_eq!(found(&reader, &book, "pilot daugh"), [mara.to_string()]);
    assert_eq!(found(&reader, &book, "冬の港"), [port.to_string()]);
    assert_eq!(found(&reader, &book, "静か"), [port.to_string()]);
    assert!(found(&reader, &book, "\" OR *").is_empty());
    let like = reader.entries_like(&book, "Did the pilot sleep? Mara sleeps in 静かな places.", 10).unwrap();
    assert_eq!(like.len(), 3);

    change(&store, &book, &mara, EntryChange { name: Some("Ida".into()), ..EntryChange::default() }).unwrap();
    of_canon(&store, &book, CanonCommand::Remove { entry: lamp }).unwrap();
    store.finish_indexing();
    assert!(found(&reader, &book, "mara").is_empty());
    assert_eq!(found(&reader, &book, "ida").len(), 1);
    let other = new_book(&store, "Other");
    assert!(found(&reader, &other, "ida").is_empty());
    drop(store);
    assert!(rebuild(&home.path()).unwrap().equal());
    let store = home.open();
    store.finish_indexing();
    assert_eq!(found(&store.reader().unwrap(), &book, "ida").len(), 1);
}

#[test]
fn mentions_are_the_pages_whose_text_names_the_entry() {
    let home = Home::new();
    let (store, book, _) = home.with_chapter();
    let texts = [
        "Mara's boat.",
        "The marathon.",
        "A warden came.",
        "Two Wardens left.",
        "彼は冬の港へ行った。",
        "Nobody.",
    ];
    let chapter = ImportedChapter { title: "One".into(), pages: texts.map(String::from).to_vec() };
    let import = Command::ImportBook {
        title: "Found".into(),
        settings: BookSettings::default(),
        file: "found.md".into(),
        chapters: vec![chapter],
    };
    let found = give(&store, import).unwrap().book.unwrap();
    let mara = put(&store, &found, EntryKind::Character, "Mara", "");
    let warden = put(&store, &found, EntryKind::Character, "Warden", "");
    let port = put(&store, &found, EntryKind::Place, "冬の港", "");
    let none = put(&store, &found, EntryKind::Other, "?!", "");
    let elsewhere = put(&store, &book, EntryKind::Character, "Mara", "");
    store.finish_indexing();
    let reader = store.reader().unwrap();
    let pages = |entry: &EntryId| -> Vec<u32> {
        reader.mentions(entry, 10).unwrap().iter().map(|h| h.page.number).collect()
    };
    assert_eq!(pages(&mara), [1]);
    assert_eq!(pages(&warden), [3, 4]);
    assert_eq!(pages(&port), [5]);
    assert!(pages(&none).is_empty() && pages(&elsewhere).is_empty());
    assert!(reader.mentions(&mara, 10).unwrap()[0].excerpt.contains("\u{2}Mara's\u{3}"));
}

#[test]
fn a_manuscript_becomes_a_book_of_approved_narration_in_one_commit() {
    let home = Home::new();
    let store = home.open();
    let chapters = vec![
        ImportedChapter { title: "One".into(), pages: vec!["It rained.".into(), "It rained on.".into()] },
        ImportedChapter { title: "Two".into(), pages: vec!["Sun.".into()] },
    ];
    let import = |chapters: Vec<ImportedChapter>| Command::ImportBook {
        title: "Rain".into(),
        settings: BookSettings::default(),
        file: "rain.docx".into(),
        chapters,
    };
    let before = store.commits();
    let book = give(&store, import(chapters)).unwrap().book.unwrap();
    assert_eq!(store.commits(), before + 1);
    let reader = store.reader().unwrap();
    let row = reader.book(&book).unwrap().unwrap();
    assert_eq!((row.chapters, row.pages, row.approved, row.generating), (2, 3, 3, 0));
    let chapter = reader.chapters(&book, false).unwrap()[0].clone();
    let pages = reader.pages(&chapter.id, false).unwrap();
    assert_eq!((chapter.approved, pages[1].state.as_str()), (2, "page_approved"));
    let detail = reader.page_detail(&pages[1].id).unwrap().unwrap();
    let narration = detail.narration.unwrap();
    assert_eq!((narration.text.as_str(), narration.revision.origin.as_str()), ("It rained on.", "import"));
    let kinds: Vec<String> = reader.decisions(&pages[1].id).unwrap().into_iter().map(|d| d.kind).collect();
    assert_eq!(kinds, ["import", "skip"]);
    assert_eq!(reader.next_due().unwrap(), None, "nothing is asked of an agent");

    // One page that cannot be taken takes the whole book back.
    let broken = vec![ImportedChapter { title: "One".into(), pages: vec!["Fine.".into(), "  ".into()] }];
    let refused = give(&store, import(broken)).unwrap_err();
    assert!(matches!(refused.refusal(), Some(Refusal::EmptyText)));
    assert_eq!(reader.books(true).unwrap().len(), 1);

    // Its dialogue can be asked for afterwards.
    of_page(&store, &pages[0].id, RunCommand::Undo { step: None }).unwrap();
    assert_eq!(reader.page(&pages[0].id).unwrap().unwrap().state, "generating_dialogue");
    drop(store);
    assert!(compare(&home.path()).unwrap().equal());
}

#[test]
fn a_database_of_the_first_schema_is_copied_and_then_brought_over() {
    let home = Home::new();
    {
        let connection = rusqlite::Connection::open(home.path()).unwrap();
        connection.execute_batch(include_str!("../migrations/V1__journal_and_projections.sql")).unwrap();
        let text = "Tall.";
        let hash = blake3::hash(text.as_bytes());
        connection
            .execute(
                "INSERT INTO blobs (hash, bytes, codec, data) VALUES (?1, 5, 0, ?2)",
                (hash.as_bytes(), text.as_bytes()),
            )
            .unwrap();
        let text = format!(r#""text":{{"hash":"{}","bytes":5,"words":1}}"#, hash.to_hex());
        let settings = serde_json::to_string(&BookSettings::default()).unwrap();
        let book = format!(r#"{{"type":"book_created","book":"rain","title":"Rain","settings":{settings}}}"#);
        let put = |entry: &str, name: &str| {
            format!(r#"{{"type":"entry_put","entry":"{entry}","kind":"character","name":"{name}",{text}}}"#)
        };
        let events = [
            (1, 1, book),
            (2, 1, put("rain_mara", "Mara")),
            (2, 2, put("rain_ida", "Ida")),
            (2, 3, put("rain_mara", "Mara Vell")),
            (2, 4, r#"{"type":"entry_removed","entry":"rain_ida"}"#.to_owned()),
        ];
        connection.execute_batch("INSERT INTO streams (name) VALUES ('book:rain'), ('canon:rain')").unwrap();
        for (stream, seq, data) in events {
            connection
                .execute(
                    "INSERT INTO events (stream, seq, at, actor, data) VALUES (?1, ?2, ?3, 'author:ada', ?4)",
                    (stream, seq, 1000 + seq, data),
                )
                .unwrap();
        }
        connection
            .execute("INSERT INTO books VALUES ('rain', 'Rain', ?1, 0, 1001, 1001)", [settings])
            .unwrap();
        connection
            .execute_batch(
                "CREATE TABLE refinery_schema_history (version INT4 PRIMARY KEY, name VARCHAR(255),
                     applied_on VARCHAR(255), checksum VARCHAR(255));",
            )
            .unwrap();
        let v1 = crate::store::open::migration(1);
        connection
            .execute(
                "INSERT INTO refinery_schema_history VALUES (1, ?1, '2026-11-20T00:00:00Z', ?2)",
                (v1.0, v1.1),
            )
            .unwrap();
    }
    let store = home.open();
    store.finish_indexing();
    let reader = store.reader().unwrap();
    let book = BookId::new("rain");
    let entries = reader.entries(&book).unwrap();
    assert_eq!((entries.len(), entries[0].name.as_str(), entries[0].version), (1, "Mara Vell", 2));
    assert_eq!((entries[0].text.as_str(), entries[0].by.as_str(), entries[0].weight), ("Tall.", "ada", 50));
    assert_eq!(reader.removed_entries(&book).unwrap()[0].name, "Ida");
    assert_eq!(found(&reader, &book, "mara").len(), 1);
    drop((reader, store));
    let report = compare(&home.path()).unwrap();
    assert!(report.equal(), "{:?}", report.tables);
    assert_eq!(crate::store::checkup(&home.path()).unwrap().backups.len(), 1);
}
