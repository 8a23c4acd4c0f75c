//! What is whole of a damaged file is saved, and the rest is named.

use std::collections::BTreeSet;
use std::fs;

use fastrand::Rng;
use rusqlite::Connection;

use super::support::*;
use crate::domain::{Hash, PageId};
use crate::store::{Reader, Salvage, Store, StoreError, StoreOptions, checkup, compare, restore, salvage};

const PAGE: usize = 4096;

/// A book of two chapters, with texts that need pages of their own.
fn book(home: &Home) -> Vec<PageId> {
    let (store, book, first) = home.with_chapter();
    let reader = store.reader().unwrap();
    let second = new_chapter(&store, &book, "Two");
    let mut rng = Rng::with_seed(1);
    let pages: Vec<PageId> = (0..8)
        .map(|n| {
            let page = new_page(&store, if n < 5 { &first } else { &second }, &format!("Beat {n}."));
            let words: Vec<String> = (0..400 + n * 150).map(|_| rng.u32(..).to_string()).collect();
            finish(
                &store,
                &reader,
                &page,
                &format!("Narration {n}: {}", words.join(" ")),
                "\"Yes,\" he said.",
            );
            page
        })
        .collect();
    drop(reader);
    store.close();
    pages
}

/// The numbers of the events and the hashes of the texts of a database.
fn truth(home: &Home) -> (BTreeSet<i64>, BTreeSet<String>) {
    of(&home.path())
}

fn of(path: &std::path::Path) -> (BTreeSet<i64>, BTreeSet<String>) {
    let connection = Connection::open(path).unwrap();
    let mut events = connection.prepare("SELECT id FROM events").unwrap();
    let mut texts = connection.prepare("SELECT hex(hash) FROM blobs WHERE codec < 2").unwrap();
    (
        events.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect(),
        texts.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect(),
    )
}

/// Salvages, and checks that the new database is whole and that all it lacks is named.
fn saved(home: &Home, had: &(BTreeSet<i64>, BTreeSet<String>)) -> Salvage {
    let before = fs::read(home.path()).unwrap();
    let made = salvage(&home.path(), &home.clock()).unwrap();
    assert_eq!(fs::read(home.path()).unwrap(), before, "the damaged file is as it was");
    let found = checkup(&made.to).unwrap();
    assert!(found.is_well(), "{found:?}");
    assert!(compare(&made.to).unwrap().equal());
    let has = of(&made.to);
    let lost = |kind: &str| made.lost.iter().filter(|l| l.kind == kind).map(|l| l.count).sum::<u64>();
    if had.0.difference(&has.0).next().is_some() {
        assert!(lost("events") + lost("run") + lost("book") > 0, "{made:?}");
    }
    // A text is in the new database, or named, or of an event that is lost.
    let texts = had.1.difference(&has.1).count() as u64;
    assert!(texts <= lost("text") + lost("events") + lost("run"), "{texts}: {made:?}");
    made
}

fn remove(made: &Salvage) {
    for file in crate::store::files_of(&made.to) {
        fs::remove_file(file).unwrap();
    }
}

#[test]
fn e7_of_a_whole_database_all_is_saved_also_from_the_log() {
    for in_log in [false, true] {
        let home = Home::new();
        let pages = book(&home);
        let had = truth(&home);
        let held = in_log.then(|| {
            let store = home.open();
            let page = new_page(&store, &chapter_of(&pages[0]), "Only in the log.");
            (store, page)
        });
        let had = if in_log { truth(&home) } else { had };
        let made = saved(&home, &had);
        assert!(made.lost.is_empty(), "{made:?}");
        assert_eq!(of(&made.to).0, had.0);
        assert!(had.1.is_subset(&of(&made.to).1));
        if let Some((store, page)) = held {
            let reader = Reader::open(&made.to).unwrap();
            assert!(reader.page_detail(&page).unwrap().is_some());
            store.close();
        }
    }
}

#[test]
fn e7_without_its_header_and_its_first_pages_a_file_still_gives_all_its_texts() {
    let home = Home::new();
    let pages = book(&home);
    let had = truth(&home);
    let mut bytes = fs::read(home.path()).unwrap();
    bytes[..PAGE].fill(0);
    fs::write(home.path(), &bytes).unwrap();
    assert!(Store::open(&home.options()).is_err());
    let made = saved(&home, &had);
    assert!(made.lost.is_empty(), "{made:?}");
    // It becomes the database, and goes on.
    restore(&home.path(), &made.to, &home.clock()).unwrap();
    let store = home.open();
    new_page(&store, &chapter_of(&pages[0]), "And on.");
    assert!(checkup(store.path()).unwrap().is_well());
}

#[test]
fn e7_whichever_page_of_the_file_is_gone_the_rest_is_saved_and_what_is_lost_is_named() {
    let home = Home::new();
    book(&home);
    let had = truth(&home);
    let whole = fs::read(home.path()).unwrap();
    let mut lossy = 0;
    for page in (0..whole.len() / PAGE).step_by(3) {
        let mut bytes = whole.clone();
        bytes[page * PAGE..(page + 1) * PAGE].fill(0xa5);
        fs::write(home.path(), &bytes).unwrap();
        let made = saved(&home, &had);
        lossy += u32::from(!made.lost.is_empty());
        remove(&made);
    }
    assert!(lossy > 3, "{lossy}");
}

#[test]
fn e7_a_text_that_is_lost_is_told_from_one_that_is_damaged() {
    let home = Home::new();
    let pages = book(&home);
    let (revision, hash) = {
        let reader = Reader::open(&home.path()).unwrap();
        let revision = reader.revisions(&pages[3]).unwrap().remove(0);
        (revision.id, revision.hash)
    };
    let connection = Connection::open(home.path()).unwrap();
    connection.execute("UPDATE blobs SET data = x'00' WHERE hex(hash) = upper(?1)", [hash.as_str()]).unwrap();
    drop(connection);
    let made = salvage(&home.path(), &home.clock()).unwrap();
    let named: Vec<_> = made.lost.iter().map(|l| (l.kind, l.what.as_str())).collect();
    assert_eq!(named, [("text", format!("revision {revision}: {hash}").as_str())]);
    let reader = Reader::open(&made.to).unwrap();
    assert_eq!(reader.revision_text(&revision).unwrap_err(), StoreError::LostText(hash));
}

#[test]
fn e7_texts_whose_run_is_lost_are_kept_in_a_file() {
    let home = Home::new();
    let pages = book(&home);
    let connection = Connection::open(home.path()).unwrap();
    let sql = "DELETE FROM events WHERE seq < 3 AND stream = (SELECT n FROM pages WHERE id = ?1)";
    assert_eq!(connection.execute(sql, [pages[2].as_str()]).unwrap(), 2);
    drop(connection);
    let made = salvage(&home.path(), &home.clock()).unwrap();
    let texts = fs::read_to_string(made.unplaced.as_ref().unwrap()).unwrap();
    assert!(texts.contains("Narration 2: "), "{}", made.unplaced_texts);
    // The page keeps its place, and can be written again.
    let store = Store::open(&StoreOptions::at(&made.to)).unwrap();
    let detail = store.reader().unwrap().page_detail(&pages[2]).unwrap().unwrap();
    assert_eq!(detail.page.state, "awaiting_user_input");
}

#[test]
fn e7_damage_at_random_places_never_stops_a_salvage() {
    let home = Home::new();
    book(&home);
    let had = truth(&home);
    let whole = fs::read(home.path()).unwrap();
    for seed in 0..12 {
        let mut rng = Rng::with_seed(seed);
        let mut bytes = whole.clone();
        for _ in 0..rng.usize(1..200) {
            let at = rng.usize(..bytes.len());
            bytes[at] ^= 1 << rng.u8(..8);
        }
        bytes.truncate(rng.usize(whole.len() / 2..=whole.len()));
        fs::write(home.path(), &bytes).unwrap();
        let made = salvage(&home.path(), &home.clock()).unwrap();
        let found = checkup(&made.to).unwrap();
        assert!(found.is_well(), "seed {seed}: {found:?}");
        assert!(compare(&made.to).unwrap().equal(), "seed {seed}");
        let texts: BTreeSet<String> = of(&made.to).1;
        assert!(texts.intersection(&had.1).count() > 0, "seed {seed}");
        remove(&made);
    }
    assert!(matches!(
        salvage(&home.folder.path().join("none.db"), &home.clock()),
        Err(StoreError::Missing(_))
    ));
}

fn chapter_of(page: &PageId) -> crate::domain::ChapterId {
    crate::domain::ChapterId::new(page.as_str().split("_page_").next().unwrap())
}

#[test]
fn a_packed_text_that_claims_an_absurd_size_asks_for_no_memory() {
    let mut packed = vec![0xff, 0xff, 0xff, 0xff];
    packed.extend([0; 16]);
    assert_eq!(crate::store::blobs::unpacked(1, &packed, &Hash::of(b"")), None);
}
