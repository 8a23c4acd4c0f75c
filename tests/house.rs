//! The tree is what `src/lib.rs` says it is: the rooms of the map call no others, and what only one room may touch is
//! touched there only.

#![allow(clippy::unwrap_used, reason = "a test stops where something is not as it must be")]
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

type Rooms = BTreeMap<String, BTreeSet<String>>;

/// Libraries and parts of the standard library that belong to one room.
const KEPT_TO: [(&str, &[&str]); 6] = [
    ("rusqlite", &["store"]),
    ("refinery", &["store"]),
    ("reqwest", &["llm"]),
    ("ratatui", &["tui"]),
    ("crossterm", &["tui"]),
    ("clap", &["cli"]),
];

/// What the pure room never does: IO, clock or chance.
const IMPURE: [&str; 9] = [
    "std::fs",
    "std::io",
    "std::net",
    "std::env",
    "std::process",
    "std::thread",
    "SystemTime",
    "Instant",
    "fastrand",
];

/// The rooms of the map with what each may call, as its rows say it; an empty row is a room that any may call only
/// where its purpose says so.
fn map() -> (Rooms, BTreeSet<String>) {
    let text = fs::read_to_string("src/lib.rs").unwrap();
    let mut rooms = Rooms::new();
    let mut for_all = BTreeSet::new();
    for row in text.lines().filter_map(|line| line.strip_prefix("//! | [`")) {
        let cells: Vec<&str> = row.trim_end_matches('|').split('|').map(str::trim).collect();
        let [room, purpose, may_call] = cells[..] else { panic!("a row of three cells: {row}") };
        let room = room.trim_end_matches("`]").to_owned();
        if purpose.contains("any room may call it") {
            for_all.insert(room.clone());
        }
        let may_call = may_call.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned);
        rooms.insert(room, may_call.collect());
    }
    (rooms, for_all)
}

/// What a room may call: the rooms of its row, and what they may call.
fn reachable(room: &str, rooms: &Rooms, found: &mut BTreeSet<String>) {
    for called in &rooms[room] {
        if found.insert(called.clone()) {
            reachable(called, rooms, found);
        }
    }
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|end| end == "rs") {
            found.push(path);
        }
    }
}

/// Every file of a room with its code: no comments, and nothing from its tests on.
fn code() -> Vec<(String, PathBuf, String)> {
    let mut paths = Vec::new();
    sources(Path::new("src"), &mut paths);
    let is_test = |path: &PathBuf| {
        path.components().any(|part| part.as_os_str() == "tests") || path.ends_with("tests.rs")
    };
    paths.retain(|path| !is_test(path));
    let file = |path: PathBuf| {
        let below = path.strip_prefix("src").unwrap();
        let room = Path::new(below.iter().next().unwrap()).with_extension("").to_string_lossy().into_owned();
        let text = fs::read_to_string(&path).unwrap();
        let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
        let code: Vec<&str> = code.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
        (room, path, code.join("\n"))
    };
    paths.into_iter().map(file).filter(|(room, ..)| room != "lib" && room != "main").collect()
}

/// The rooms that a piece of code names: `crate::room`, also among braces.
fn named(code: &str) -> BTreeSet<String> {
    let word =
        |text: &str| -> String { text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect() };
    let mut found = BTreeSet::new();
    for (at, start) in code.match_indices("crate::") {
        let rest = &code[at + start.len()..];
        let Some(group) = rest.strip_prefix('{') else {
            found.insert(word(rest));
            continue;
        };
        let mut depth = 1;
        let mut begins = true;
        for (at, c) in group.char_indices() {
            match c {
                '{' => depth += 1,
                '}' if depth == 1 => break,
                '}' => depth -= 1,
                ',' if depth == 1 => begins = true,
                c if begins && c.is_alphabetic() => {
                    found.insert(word(&group[at..]));
                    begins = false;
                }
                _ => {}
            }
        }
    }
    found
}

/// Whether a word stands in a text as a whole.
fn has_word(text: &str, word: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(word)
        .any(|(at, _)| !text[..at].ends_with(part) && !text[at + word.len()..].starts_with(part))
}

#[test]
fn the_rooms_of_the_tree_are_the_rooms_of_the_map() {
    let in_map: BTreeSet<String> = map().0.into_keys().collect();
    let in_tree: BTreeSet<String> = code().into_iter().map(|(room, ..)| room).collect();
    assert_eq!(in_map, in_tree);
}

#[test]
fn a_room_calls_only_those_that_the_map_allows_and_none_is_called_back() {
    let (rooms, for_all) = map();
    let mut wrong = Vec::new();
    for room in rooms.keys() {
        let mut may = BTreeSet::new();
        reachable(room, &rooms, &mut may);
        assert!(!may.contains(room), "{room} may call itself by way of another: the map has a circle");
        may.extend(for_all.iter().cloned());
        may.insert(room.clone());
        for (_, path, code) in code().iter().filter(|(of, ..)| of == room) {
            let strays =
                named(code).into_iter().filter(|called| rooms.contains_key(called) && !may.contains(called));
            wrong.extend(strays.map(|called| format!("{}: {room} calls {called}", path.display())));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn sql_http_and_screens_stay_in_their_rooms() {
    let mut wrong = Vec::new();
    for (room, path, code) in code() {
        for (library, rooms) in KEPT_TO {
            if !rooms.contains(&room.as_str()) && has_word(&code, &format!("{library}::")) {
                wrong.push(format!("{}: {library} in {room}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_domain_does_no_io_and_knows_no_clock_and_no_chance() {
    let mut wrong = Vec::new();
    for (_, path, code) in code().iter().filter(|(room, ..)| room == "domain") {
        let found = IMPURE.iter().filter(|name| has_word(code, name));
        wrong.extend(found.map(|name| format!("{}: {name}", path.display())));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_call_is_seen_however_it_is_written() {
    let code = "use crate::{store::Db, engine::{self, desk}, tui};\nlet x = crate::llm::Model::new();";
    let found: Vec<String> = named(code).into_iter().collect();
    assert_eq!(found, ["engine", "llm", "store", "tui"]);
    assert!(has_word("use std::fs;", "std::fs"));
    assert!(!has_word("use std::fs_extra;", "std::fs"));
}
