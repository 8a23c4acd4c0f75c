use crate::domain::canon::{Canon, CanonEvent, EntryKind, EntryMode, decide, reading_hash};
use crate::domain::{ChapterId, Facts, Time};

use super::*;
use crate::tools::source::Decoded;

/// A canon that plans are carried out on, without a store.
struct Bench {
    book: BookId,
    canon: Canon,
    texts: HashMap<String, String>,
}

fn source(file: &str, text: &str) -> Source {
    Source { file: file.into(), decoded: Decoded { text: text.into(), encoding: "UTF-8" } }
}

impl Bench {
    fn new() -> Self {
        Self { book: BookId::new("harbour"), canon: Canon::default(), texts: HashMap::new() }
    }

    fn give(&mut self, command: CanonCommand) -> Vec<CanonEvent> {
        let (_, decided) = decide(&self.canon, &self.book, command, &Facts::at(Time(1))).unwrap();
        self.texts.extend(decided.texts.into_iter().map(|(hash, text)| (hash.to_string(), text)));
        decided.events.iter().for_each(|event| self.canon.apply(event, Time(1)));
        decided.events
    }

    fn row(&self, id: &EntryId, number: usize) -> EntryRow {
        let entry = &self.canon.entries[id];
        let v = &entry.versions[number];
        EntryRow {
            owner: String::new(),
            id: id.clone(),
            book: self.book.clone(),
            version: number as u32 + 1,
            hash: reading_hash(v.kind, &v.name, &v.aliases, &v.text.hash),
            kind: v.kind,
            name: v.name.clone(),
            aliases: v.aliases.clone(),
            parent: v.parent.clone(),
            links: v.links.clone(),
            mode: v.mode,
            weight: v.weight,
            scope: v.scope.clone(),
            text: self.texts[v.text.hash.as_str()].clone(),
            words: v.text.words,
            origin: v.origin.clone(),
            by: "ada".into(),
            at: Time(1),
            removed: entry.removed,
        }
    }

    fn plan(&self, sources: &[Source]) -> Result<ImportPlan, ImportError> {
        let (mut entries, mut removed, mut imported) = (Vec::new(), Vec::new(), Vec::new());
        for (id, entry) in &self.canon.entries {
            let row = self.row(id, entry.versions.len() - 1);
            if entry.removed {
                removed.push(row);
            } else {
                entries.push(row);
            }
            let last = entry.versions.iter().rposition(|v| matches!(v.origin, EntryOrigin::Import { .. }));
            imported.extend(last.map(|n| self.row(id, n)));
        }
        let chapter = ChapterRow {
            owner: String::new(),
            id: ChapterId::new("harbour_ch_001"),
            book: self.book.clone(),
            number: 1,
            title: "Ice".into(),
            pages: 0,
            approved: 0,
            reviewing: 0,
            waiting: 0,
            generating: 0,
            words: 0,
            spent: crate::domain::Spending::default(),
            trashed: false,
        };
        let existing = Existing {
            book: &self.book,
            entries: &entries,
            removed: &removed,
            imported: &imported,
            chapters: &[chapter],
        };
        plan(sources, &existing)
    }

    /// Plans and carries out; returns what became of each entry.
    fn import(&mut self, file: &str, text: &str) -> Vec<Change> {
        let plan = self.plan(&[source(file, text)]).unwrap();
        self.give(plan.command(|_| false));
        plan.entries.iter().map(|e| e.change).collect()
    }

    fn edit(&mut self, id: &str, text: &str) {
        let change = crate::domain::canon::EntryChange { text: Some(text.into()), ..Default::default() };
        self.give(CanonCommand::Change { entry: EntryId::new(id), change });
    }

    fn text(&self, id: &str) -> &str {
        let id = EntryId::new(id);
        &self.texts[self.canon.entries[&id].current().text.hash.as_str()]
    }
}

const PEOPLE: &str = "# Characters\n\n## Mara\n\nTall. See [[Ida|her]], [the mill](#mill) and [[Nobody]].\n\n## Ida\n\nSmall.\n\n# Places\n\n## Mill\n\n### Attic\n";

#[test]
fn an_import_makes_entries_with_links_and_parents_and_again_changes_nothing() {
    let mut b = Bench::new();
    let plan = b.plan(&[source("bible.md", PEOPLE)]).unwrap();
    assert_eq!((plan.count(Change::New), plan.gone.len()), (4, 0));
    assert_eq!(plan.entries[0].remarks, ["a link leads to no entry: Nobody"]);
    assert_eq!(b.give(plan.command(|_| false)).len(), 4);
    let mara = b.canon.entries[&EntryId::new("harbour_mara")].current();
    assert_eq!(mara.links, [EntryId::new("harbour_ida"), EntryId::new("harbour_mill")]);
    let attic = b.canon.entries[&EntryId::new("harbour_attic")].current();
    assert_eq!((&attic.parent, attic.kind), (&Some(EntryId::new("harbour_mill")), EntryKind::Place));

    assert_eq!(b.import("bible.md", PEOPLE), [Change::Unchanged; 4]);
    assert_eq!(b.canon.entries.values().map(|e| e.versions.len()).sum::<usize>(), 4);
}

#[test]
fn only_what_the_file_changed_gets_a_version_and_what_is_gone_is_named_and_stays() {
    let mut b = Bench::new();
    b.import("bible.md", PEOPLE);
    let changed = PEOPLE.replace("Small.", "Very small.").replace("### Attic\n", "");
    let plan = b.plan(&[source("bible.md", &changed)]).unwrap();
    assert_eq!((plan.count(Change::Changed), plan.count(Change::Unchanged)), (1, 2));
    assert_eq!(plan.gone, [EntryId::new("harbour_attic")]);
    b.give(plan.command(|_| false));
    assert_eq!((b.text("harbour_ida"), b.canon.entries.len()), ("Very small.", 4));
    // Another file says nothing of what this one held.
    assert!(b.plan(&[source("other.md", "# Rules\n\nNo rain.\n")]).unwrap().gone.is_empty());
}

#[test]
fn what_the_author_edited_here_stays_unless_it_is_overwritten() {
    let mut b = Bench::new();
    b.import("bible.md", PEOPLE);
    b.edit("harbour_ida", "Mine.");
    let plan = b.plan(&[source("bible.md", PEOPLE)]).unwrap();
    assert!(plan.entries[1].edited && plan.entries[1].change == Change::Unchanged);

    let changed = PEOPLE.replace("Small.", "Theirs.");
    assert_eq!(b.import("bible.md", &changed)[1], Change::Conflict);
    assert_eq!(b.text("harbour_ida"), "Mine.");
    let plan = b.plan(&[source("bible.md", &changed)]).unwrap();
    b.give(plan.command(|e| e.entry.as_str() == "harbour_ida"));
    assert_eq!(b.text("harbour_ida"), "Theirs.");
    assert_eq!(b.import("bible.md", &changed)[1], Change::Unchanged);
    // The same words on both sides are no conflict.
    b.edit("harbour_ida", "Agreed.");
    assert_eq!(b.import("bible.md", &PEOPLE.replace("Small.", "Agreed."))[1], Change::Unchanged);
}

#[test]
fn what_the_file_does_not_speak_of_is_the_authors() {
    let mut b = Bench::new();
    b.import("notes-1.md", "# Ida\n\nSmall.\n\n# Mara\n\nTall.\n");
    let change = crate::domain::canon::EntryChange {
        kind: Some(EntryKind::Character),
        mode: Some(EntryMode::Always),
        weight: Some(90),
        ..Default::default()
    };
    b.give(CanonCommand::Change { entry: EntryId::new("harbour_ida"), change });
    assert_eq!(b.import("notes-1.md", "# Ida\n\nVery small.\n\n# Mara\n\nTall.\n")[0], Change::Changed);
    let ida = b.canon.entries[&EntryId::new("harbour_ida")].current();
    assert_eq!((ida.kind, ida.mode, ida.weight), (EntryKind::Character, EntryMode::Always, 90));
    assert_eq!(b.text("harbour_ida"), "Very small.");
}

#[test]
fn an_entry_is_known_again_by_its_name_in_another_place_and_by_its_text_under_another_name() {
    let mut b = Bench::new();
    b.import("bible.md", PEOPLE);
    let moved = PEOPLE.replace("# Characters", "# Main characters");
    let plan = b.plan(&[source("bible.md", &moved)]).unwrap();
    assert_eq!((plan.count(Change::New), plan.gone.len()), (0, 0));
    let renamed = PEOPLE.replace("## Ida", "## Ida Holm");
    let plan = b.plan(&[source("bible.md", &renamed)]).unwrap();
    assert_eq!((plan.entries[1].entry.as_str(), plan.entries[1].change), ("harbour_ida", Change::Changed));
    // One that the author made by hand is not written over by a file that has the same name.
    let put = EntryPut {
        content: EntryContent {
            kind: EntryKind::Rule,
            name: "Rain".into(),
            text: "Mine.".into(),
            ..Default::default()
        },
        ..EntryPut::default()
    };
    b.give(CanonCommand::Put(put));
    assert_eq!(b.import("rules.md", "# Rain\n\nTheirs.\n"), [Change::Conflict]);
}

#[test]
fn a_file_of_headings_without_end_is_read_and_refused_in_time() {
    let began = std::time::Instant::now();
    for line in ["# Mara\n", "## History\n", "### x\n", "[[", "# Characters\n"] {
        let text = line.repeat(400_000 / line.len());
        let _ = Bench::new().plan(&[source("long.md", &text)]);
    }
    let many = (0..5001).map(|n| format!("# {n}\n")).collect::<Vec<_>>().concat();
    let error = Bench::new().plan(&[source("long.md", &many)]).unwrap_err().to_string();
    assert_eq!(error, "long.md: with it there are 5001 entries; at most 5000 are taken at once");
    assert!(began.elapsed().as_secs() < 30, "{:?}", began.elapsed());
}

#[test]
fn what_was_taken_out_here_stays_out() {
    let mut b = Bench::new();
    b.import("bible.md", PEOPLE);
    b.give(CanonCommand::Remove { entry: EntryId::new("harbour_ida") });
    let changes = b.import("bible.md", &PEOPLE.replace("Small.", "Back?"));
    assert_eq!(changes[1], Change::TakenOut);
    assert!(b.canon.entries[&EntryId::new("harbour_ida")].removed);
}

#[test]
fn scopes_and_parents_name_what_is_there_or_are_refused_with_file_and_line() {
    let b = Bench::new();
    let front = |what: &str| source("m.md", &format!("---\nname: Mara\n{what}\n---\nTall.\n"));
    for said in ["from: 1", "from: chapter 1", "from: ice", "from: harbour_ch_001"] {
        let plan = b.plan(&[front(said)]).unwrap();
        let from = plan.entries[0].put.content.scope.from.clone();
        assert_eq!(from, Some(Place::of_id("harbour_ch_001")), "{said}");
    }
    for (said, error) in [
        ("until: Chapter 9", "m.md: line 1: `Chapter 9` is not a chapter of the book"),
        ("parent: Nobody", "m.md: line 1: its parent `Nobody` is not an entry"),
    ] {
        assert_eq!(b.plan(&[front(said)]).unwrap_err().to_string(), error);
    }
}

proptest::proptest! {
    #[test]
    fn whatever_is_imported_twice_is_unchanged_the_second_time(
        lines in proptest::collection::vec(
            proptest::prop_oneof![
                "# (Characters|Places|Rules|One)", "##+ [A-D]{1,2}", "[a-c é\\[\\]|#()]{0,12}",
                proptest::strategy::Just("Aliases: x, y".to_owned()),
            ],
            0..25,
        ),
    ) {
        let mut b = Bench::new();
        let text = lines.join("\n");
        b.import("bible.md", &text);
        let plan = b.plan(&[source("bible.md", &text)]).unwrap();
        proptest::prop_assert!(plan.entries.iter().all(|e| e.change == Change::Unchanged), "{text}\n{plan:?}");
        proptest::prop_assert!(plan.gone.is_empty());
        proptest::prop_assert!(b.give(plan.command(|_| true)).is_empty());
    }
}
