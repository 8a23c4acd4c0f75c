//! Twenty cases by hand: what a page is about, and the entries that are right for it.

use super::*;
use crate::context::naming::Called;
use crate::domain::canon::{EntryOrigin, Scope};
use crate::domain::{BookId, ChapterId, Hash, Time};

fn entry(name: &str) -> EntryRow {
    EntryRow {
        owner: String::new(),
        id: EntryId::new(name),
        book: BookId::new("b"),
        version: 1,
        hash: Hash::of(name.as_bytes()),
        kind: EntryKind::Other,
        name: name.into(),
        aliases: Vec::new(),
        parent: None,
        links: Vec::new(),
        mode: EntryMode::Named,
        weight: 50,
        scope: Scope::default(),
        text: format!("What there is to say of {name}."),
        words: 8,
        origin: EntryOrigin::Author,
        by: "ada".into(),
        at: Time(0),
        removed: false,
    }
}

fn person(name: &str) -> EntryRow {
    EntryRow { kind: EntryKind::Character, ..entry(name) }
}

fn aka(row: EntryRow, aliases: &[&str]) -> EntryRow {
    EntryRow { aliases: aliases.iter().map(|&a| a.into()).collect(), ..row }
}

fn mode(row: EntryRow, mode: EntryMode) -> EntryRow {
    EntryRow { mode, ..row }
}

fn of(row: EntryRow, parent: &str) -> EntryRow {
    EntryRow { parent: Some(EntryId::new(parent)), ..row }
}

fn from(row: EntryRow, place: &str) -> EntryRow {
    EntryRow { scope: Scope { from: Some(Place::of_id(place)), until: None }, ..row }
}

fn until(row: EntryRow, place: &str) -> EntryRow {
    EntryRow { scope: Scope { from: None, until: Some(Place::of_id(place)) }, ..row }
}

/// One case. The page is the third of chapter 2 unless another place is given.
struct Case {
    what: &'static str,
    entries: Vec<EntryRow>,
    language: &'static str,
    texts: Vec<Told<'static>>,
    at: At,
    pinned: Vec<&'static str>,
    matches: Vec<&'static str>,
    /// The entries that are given, in order.
    right: Vec<&'static str>,
}

fn case(what: &'static str, entries: Vec<EntryRow>, beat: &'static str, right: &[&'static str]) -> Case {
    Case {
        what,
        entries,
        language: "English",
        texts: vec![Told { by: "the beat", manner: Manner::Notes, text: beat }],
        at: (2, 3),
        pinned: Vec::new(),
        matches: Vec::new(),
        right: right.to_vec(),
    }
}

/// Chapters `b_ch_001`… stand in their order, but the fourth was moved before the second.
fn place(place: &Place) -> Option<At> {
    let number = |id: &ChapterId| match id.as_str() {
        "b_ch_001" => Some(1),
        "b_ch_004" => Some(2),
        "b_ch_002" => Some(3),
        "b_ch_003" => Some(4),
        _ => None,
    };
    match place {
        Place::Chapter(chapter) => Some((number(chapter)?, 0)),
        Place::Page(page) => {
            let (chapter, page) = page.as_str().rsplit_once("_page_")?;
            Some((number(&ChapterId::new(chapter))?, page.parse().ok()?))
        }
    }
}

fn chosen(case: &Case) -> Vec<String> {
    let called = |e: &EntryRow| (e.name.clone(), e.aliases.clone(), e.kind == EntryKind::Character);
    let owned: Vec<_> = case.entries.iter().map(called).collect();
    let called = owned.iter().map(|(name, aliases, person)| Called { name, aliases, person: *person });
    let names = Names::new(called, case.language);
    let ids = |names: &[&str]| names.iter().map(|&n| EntryId::new(n)).collect::<Vec<_>>();
    let about = About {
        texts: &case.texts,
        at: case.at,
        place: &place,
        pinned: &ids(&case.pinned),
        matches: &ids(&case.matches),
    };
    let all = select(&case.entries, &names, &about);
    assert_eq!(all.len(), case.entries.len(), "{}: every entry has its reason", case.what);
    all.into_iter().filter(|(_, why)| why.is_in()).map(|(i, _)| case.entries[i].name.clone()).collect()
}

#[allow(clippy::too_many_lines, reason = "a table of cases")]
fn cases() -> Vec<Case> {
    use EntryMode::{Always, ByHand, Never};
    let tells = |by, manner, text| Told { by, manner, text };
    vec![
        case("a name", vec![entry("Bell"), entry("Boat")], "Mara rings the bell", &["Bell"]),
        case(
            "an alias",
            vec![aka(entry("The Low Bell"), &["Old Tom"])],
            "old tom is heard again",
            &["The Low Bell"],
        ),
        case(
            "a plural",
            vec![entry("Lantern"), entry("Ferry")],
            "lanterns on two ferries",
            &["Lantern", "Ferry"],
        ),
        case(
            "a possessive",
            vec![person("Thomas"), person("Mara")],
            "Thomas' coat, Mara’s hands",
            &["Thomas", "Mara"],
        ),
        case(
            "a name inside another word",
            vec![person("Art"), entry("Ice"), person("Ann")],
            "A party, a price, annexed",
            &[],
        ),
        case(
            "a name inside a longer one",
            vec![entry("Harbour"), entry("Harbour Master")],
            "The Harbour Master waits",
            &["Harbour Master"],
        ),
        case(
            "a first name alone",
            vec![person("Mara Venn"), entry("Venn Hill")],
            "Mara is late",
            &["Mara Venn"],
        ),
        case(
            "two of one first name",
            vec![person("Mara Venn"), person("Mara Holt")],
            "Mara is late, says Holt",
            &["Mara Holt"],
        ),
        Case {
            texts: vec![tells(
                "the page before",
                Manner::Prose,
                "She will not. The hope is gone. Hope waits.",
            )],
            ..case("a common word in prose", vec![person("Will"), person("Hope")], "", &["Hope"])
        },
        Case {
            texts: vec![
                tells("the beat", Manner::Notes, "Mara alone"),
                tells("the feedback", Manner::Notes, "mention the lamp"),
                tells("the page before", Manner::Prose, "Ilse watched the pier."),
            ],
            ..case(
                "beat before feedback before pages",
                vec![entry("pier"), person("Ilse"), entry("Lamp"), person("Mara")],
                "",
                &["Mara", "Lamp", "pier", "Ilse"],
            )
        },
        case(
            "a parent, and its parent",
            vec![
                entry("Coast"),
                of(entry("Low Harbour"), "Coast"),
                of(entry("The Pier"), "Low Harbour"),
                entry("Hill"),
            ],
            "on the pier",
            &["The Pier", "Low Harbour", "Coast"],
        ),
        case(
            "always, first",
            vec![entry("Boat"), mode(entry("The War"), Always)],
            "the boat",
            &["The War", "Boat"],
        ),
        case(
            "never, though named",
            vec![mode(entry("The Twist"), Never), of(entry("Key"), "The Twist")],
            "the twist: a key",
            &["Key"],
        ),
        Case {
            pinned: vec!["Pinned"],
            ..case(
                "by hand only where pinned",
                vec![mode(entry("Pinned"), ByHand), mode(entry("Loose"), ByHand)],
                "pinned and loose",
                &["Pinned"],
            )
        },
        case(
            "a fact that becomes true later",
            vec![
                from(mode(entry("Mara is blind"), Always), "b_ch_002"),
                from(entry("Bell"), "b_ch_004_page_003"),
            ],
            "the bell",
            &["Bell"],
        ),
        case(
            "a fact that ceased to be true",
            vec![
                until(entry("Pier"), "b_ch_001"),
                until(entry("Boat"), "b_ch_004"),
                until(entry("Bell"), "b_ch_004_page_002"),
            ],
            "the pier, the boat, the bell",
            &["Boat"],
        ),
        Case {
            at: (3, 1),
            ..case(
                "the order of chapters counts, not their ids",
                vec![
                    from(entry("Pier"), "b_ch_004"),
                    from(entry("Boat"), "b_ch_003"),
                    from(entry("Bell"), "b_ch_009"),
                ],
                "the pier, the boat, the bell",
                &["Pier", "Bell"],
            )
        },
        Case {
            matches: vec!["Tide", "Wind"],
            ..case(
                "what comes close, after the rules",
                vec![
                    entry("Wind"),
                    EntryRow { kind: EntryKind::Rule, ..entry("No rain") },
                    entry("Tide"),
                    entry("War"),
                ],
                "the sea goes out",
                &["No rain", "Tide", "Wind"],
            )
        },
        Case {
            language: "Chinese",
            texts: vec![tells("the beat", Manner::Notes, "李明华在灯塔等她，想起了狗。")],
            ..case(
                "names in Chinese",
                vec![person("李明"), person("李明华"), entry("灯塔"), entry("海狗")],
                "",
                &["李明华", "灯塔"],
            )
        },
        Case {
            language: "Japanese",
            texts: vec![tells("the page before", Manner::Prose, "マラはケンに港のマラソンの話をした。")],
            ..case(
                "names in Japanese",
                vec![person("マラ"), person("ケン"), person("ラソ"), entry("港")],
                "",
                &["マラ", "ケン", "港"],
            )
        },
    ]
}

#[test]
fn the_entries_that_are_chosen_are_the_right_ones() {
    let cases = cases();
    assert_eq!(cases.len(), 20);
    for case in &cases {
        assert_eq!(chosen(case), case.right, "{}", case.what);
    }
}

#[test]
fn a_place_that_is_gone_bounds_nothing_and_the_reason_names_the_one_that_does() {
    let entries = vec![from(entry("Bell"), "b_ch_002"), until(entry("Pier"), "b_ch_001_page_002")];
    let called = entries.iter().map(|e| Called { name: &e.name, aliases: &[], person: false });
    let names = Names::new(called, "English");
    let about = About { texts: &[], at: (2, 3), place: &place, pinned: &[], matches: &[] };
    let why: Vec<String> = select(&entries, &names, &about).into_iter().map(|(_, w)| w.to_string()).collect();
    assert_eq!(why, ["not true before b_ch_002", "not true after b_ch_001_page_002"]);
}
