use proptest::prelude::*;

use super::*;
use crate::domain::{BookId, Facts, Refusal};

struct Bench {
    canon: Canon,
    book: BookId,
}

impl Bench {
    fn new() -> Self {
        Self { canon: Canon::default(), book: BookId::new("harbour") }
    }

    /// Gives a command; what comes of it is applied.
    fn give(&mut self, command: CanonCommand) -> Result<Vec<CanonEvent>, Refusal> {
        let (_, decided) = decide(&self.canon, &self.book, command, &Facts::at(Time(1)))?;
        for event in &decided.events {
            self.canon.apply(event, Time(1));
        }
        Ok(decided.events)
    }

    fn put(&mut self, name: &str, text: &str) -> EntryId {
        let events = self.give(CanonCommand::Put(named(name, text))).unwrap();
        let [CanonEvent::EntryPut { entry, .. }] = events.as_slice() else { panic!("{events:?}") };
        entry.clone()
    }

    fn current(&self, id: &EntryId) -> &EntryVersion {
        self.canon.entries[id].current()
    }
}

fn named(name: &str, text: &str) -> EntryPut {
    let content = EntryContent { name: name.into(), text: text.into(), ..EntryContent::default() };
    EntryPut { content, ..EntryPut::default() }
}

fn change(entry: &EntryId, change: EntryChange) -> CanonCommand {
    CanonCommand::Change { entry: entry.clone(), change }
}

#[test]
fn an_entry_gets_an_id_from_its_name_and_keeps_it_also_when_it_is_taken_out() {
    let mut b = Bench::new();
    let mara = b.put("Mara  Vell", "Tall.");
    assert_eq!((mara.as_str(), b.current(&mara).name.as_str()), ("harbour_mara-vell", "Mara Vell"));
    b.give(CanonCommand::Remove { entry: mara.clone() }).unwrap();
    b.give(CanonCommand::Put(named("Mara Vell", "Another."))).unwrap();
    assert!(b.canon.entries.contains_key(&EntryId::new("harbour_mara-vell-2")));
    let put = EntryPut { entry: Some(mara.clone()), ..named("Mara", "x") };
    assert_eq!(b.give(CanonCommand::Put(put)), Err(Refusal::Trashed));
    b.give(CanonCommand::BringBack { entry: mara.clone() }).unwrap();
    assert!(matches!(b.give(CanonCommand::BringBack { entry: mara }), Err(Refusal::NotTrashed { .. })));
}

#[test]
fn what_is_said_already_makes_no_version_and_every_earlier_version_can_be_restored() {
    let mut b = Bench::new();
    let mara = b.put("Mara", "Tall.");
    let again = EntryPut { entry: Some(mara.clone()), ..named(" Mara ", "Tall.") };
    assert!(b.give(CanonCommand::Put(again)).unwrap().is_empty());
    b.give(change(&mara, EntryChange { text: Some("Small.".into()), ..EntryChange::default() })).unwrap();
    b.give(change(&mara, EntryChange { weight: Some(90), ..EntryChange::default() })).unwrap();
    b.give(CanonCommand::Restore { entry: mara.clone(), version: 1 }).unwrap();
    let now = b.current(&mara);
    assert_eq!((now.text.clone(), now.weight), (Text::of("Tall."), 50));
    assert_eq!(now.origin, EntryOrigin::Restored { version: 1 });
    assert_eq!(b.canon.entries[&mara].number(), 4);
    let same = b.give(CanonCommand::Restore { entry: mara.clone(), version: 1 });
    assert!(matches!(same, Err(Refusal::VersionCurrent { .. })));
    for version in [0, 5] {
        let none = b.give(CanonCommand::Restore { entry: mara.clone(), version });
        assert!(matches!(none, Err(Refusal::NotFound { .. })), "{version}");
    }
}

#[test]
fn a_version_that_was_not_looked_at_is_not_written_over() {
    let mut b = Bench::new();
    let mara = b.put("Mara", "Tall.");
    let put = |seen| EntryPut { entry: Some(mara.clone()), seen: Some(seen), ..named("Mara", "Small.") };
    assert!(matches!(b.give(CanonCommand::Put(put(0))), Err(Refusal::EntryChanged { now: 1, .. })));
    b.give(CanonCommand::Put(put(1))).unwrap();
    assert!(matches!(b.give(CanonCommand::Put(put(1))), Err(Refusal::EntryChanged { seen: 1, now: 2, .. })));
    let foreign = EntryPut { entry: Some(EntryId::new("elsewhere_x")), seen: Some(0), ..named("x", "") };
    assert!(matches!(b.give(CanonCommand::Put(foreign)), Err(Refusal::Invalid { field: "entry", .. })));
}

#[test]
fn many_are_put_together_or_not_at_all_and_may_name_each_other() {
    let mut b = Bench::new();
    let (castle, tower) = (EntryId::new("harbour_castle"), EntryId::new("harbour_tower"));
    let mut puts = vec![
        EntryPut { entry: Some(tower.clone()), seen: Some(0), ..named("Tower", "High.") },
        EntryPut { entry: Some(castle.clone()), seen: Some(0), ..named("Castle", "Old.") },
    ];
    puts[0].content.parent = Some(castle.clone());
    puts[1].content.links = vec![tower.clone(), tower.clone(), castle.clone()];
    b.give(CanonCommand::PutAll { puts: puts.clone(), removed: vec![] }).unwrap();
    assert_eq!(b.current(&castle).links, std::slice::from_ref(&tower));

    let before = b.canon.clone();
    puts[1] = EntryPut { entry: Some(castle.clone()), ..named("", "nameless") };
    puts[0] = EntryPut { entry: Some(tower.clone()), ..named("Tower", "Low.") };
    assert!(b.give(CanonCommand::PutAll { puts, removed: vec![] }).is_err());
    assert_eq!(b.canon, before);
}

#[test]
fn nothing_belongs_to_itself_however_long_the_way() {
    let mut b = Bench::new();
    let ids = ["One", "Two", "Three"].map(|name| b.put(name, ""));
    let under = |b: &mut Bench, child: &EntryId, parent: &EntryId| {
        b.give(change(child, EntryChange { parent: Some(Some(parent.clone())), ..EntryChange::default() }))
    };
    under(&mut b, &ids[1], &ids[0]).unwrap();
    under(&mut b, &ids[2], &ids[1]).unwrap();
    for parent in &ids {
        assert!(matches!(under(&mut b, &ids[0], parent), Err(Refusal::Invalid { field: "parent", .. })));
    }
    // A restore is held to the same.
    b.give(change(&ids[1], EntryChange { parent: Some(None), ..EntryChange::default() })).unwrap();
    under(&mut b, &ids[0], &ids[2]).unwrap();
    assert!(b.give(CanonCommand::Restore { entry: ids[1].clone(), version: 2 }).is_err());
}

#[test]
fn limits_are_held_and_named() {
    let mut b = Bench::new();
    let field = |put: EntryPut, b: &mut Bench| match b.give(CanonCommand::Put(put)) {
        Err(Refusal::Invalid { field, .. }) => field,
        other => panic!("{other:?}"),
    };
    assert_eq!(field(named(" \t", "x"), &mut b), "name");
    assert_eq!(field(named(&"x".repeat(301), "x"), &mut b), "name");
    let mut heavy = named("Mara", "");
    heavy.content.weight = Some(101);
    assert_eq!(field(heavy, &mut b), "weight");
    let mut many = named("Mara", "");
    many.content.aliases = (0..257).map(|n| n.to_string()).collect();
    assert_eq!(field(many, &mut b), "aliases");
    let mut unknown = named("Mara", "");
    unknown.content.parent = Some(EntryId::new("harbour_nobody"));
    assert!(matches!(b.give(CanonCommand::Put(unknown)), Err(Refusal::NotFound { .. })));
}

#[test]
fn the_hash_is_of_what_an_agent_is_given_and_of_nothing_else() {
    let mut b = Bench::new();
    let mara = b.put("Mara", "Tall.");
    let hash = b.current(&mara).hash();
    let weighed = EntryChange { weight: Some(1), mode: Some(EntryMode::Always), ..EntryChange::default() };
    b.give(change(&mara, weighed)).unwrap();
    assert_eq!(b.current(&mara).hash(), hash);
    for changed in [
        EntryChange { aliases: Some(vec!["the pilot".into()]), ..EntryChange::default() },
        EntryChange { name: Some("Mara Vell".into()), ..EntryChange::default() },
        EntryChange { kind: Some(EntryKind::Character), ..EntryChange::default() },
        EntryChange { text: Some("Small.".into()), ..EntryChange::default() },
    ] {
        let before = b.current(&mara).hash();
        b.give(change(&mara, changed)).unwrap();
        assert_ne!(b.current(&mara).hash(), before);
    }
}

#[test]
fn an_event_of_the_first_schema_is_still_read() {
    let old = r#"{"type":"entry_put","entry":"harbour_mara","kind":"character","name":"Mara",
        "text":{"hash":"00","bytes":5,"words":1}}"#;
    let CanonEvent::EntryPut { version, .. } = serde_json::from_str(old).unwrap() else { panic!() };
    assert_eq!((version.mode, version.weight, version.origin), (EntryMode::Named, 50, EntryOrigin::Author));
    let origin = EntryOrigin::Import { file: "canon.md".into(), heading: "People".into() };
    let event = CanonEvent::EntryPut {
        entry: EntryId::new("harbour_mara"),
        version: Box::new(EntryVersion {
            origin,
            scope: Scope { from: Some(Place::of_id("harbour_ch_001")), until: None },
            aliases: vec!["M".into()],
            kind: version.kind,
            name: version.name,
            parent: None,
            links: vec![],
            mode: EntryMode::ByHand,
            weight: 7,
            text: version.text,
        }),
    };
    let json = serde_json::to_string(&event).unwrap();
    assert_eq!(serde_json::from_str::<CanonEvent>(&json).unwrap(), event, "{json}");
}

proptest! {
    #[test]
    fn whatever_is_given_the_events_replay_to_the_same_canon_and_no_version_is_lost(
        moves in proptest::collection::vec((0u8..7, 0usize..4, 0usize..4, 0u32..5), 1..60)
    ) {
        let mut b = Bench::new();
        let mut journal = Vec::new();
        let id = |n: usize| EntryId::new(format!("harbour_e{n}"));
        for (what, n, m, number) in moves {
            let versions: usize = b.canon.entries.values().map(|e| e.versions.len()).sum();
            let put = |name: &str| EntryPut { entry: Some(id(n)), seen: Some(number), ..named(name, "t") };
            let command = match what {
                0 => CanonCommand::Put(named(&format!("e{n}"), &number.to_string())),
                1 => CanonCommand::PutAll { puts: vec![put("a")], removed: vec![id(m)] },
                2 => change(&id(n), EntryChange { parent: Some(Some(id(m))), ..EntryChange::default() }),
                3 => change(&id(n), EntryChange { weight: Some(number as u8), links: Some(vec![id(m)]), ..EntryChange::default() }),
                4 => CanonCommand::Restore { entry: id(n), version: number },
                5 => CanonCommand::Remove { entry: id(n) },
                _ => CanonCommand::BringBack { entry: id(n) },
            };
            if let Ok(events) = b.give(command) {
                journal.extend(events);
            }
            let after: usize = b.canon.entries.values().map(|e| e.versions.len()).sum();
            prop_assert!(after >= versions);
        }
        let mut again = Canon::default();
        for event in &journal {
            let json = serde_json::to_string(event).unwrap();
            again.apply(&serde_json::from_str(&json).unwrap(), Time(1));
        }
        prop_assert_eq!(again, b.canon);
    }
}
