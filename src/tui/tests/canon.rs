//! The canon in the studio: the screen, imports, and ways through it with keys alone.

use std::fs;

use super::bench::Bench;
use super::fixture::Fixture;
use crate::domain::canon::{EntryKind, EntryMode};
use crate::domain::{BookId, EntryId};
use crate::store::rows::EntryRow;

const SIZES: [(u16, u16); 2] = [(120, 40), (60, 20)];

/// The small book with a small canon, imported from files.
fn book_with_canon() -> (Fixture, BookId) {
    let (fixture, book) = Fixture::book();
    fixture.import(
        &book,
        &[
            (
                "characters.md",
                "# Mara\n\nAliases: the keeper's daughter\n\nShe left as a girl, and comes back in winter.\n\n\
                 # Jon\n\nThe keeper's son. He keeps silent.\n",
            ),
            ("places.md", "# Places\n\n## The harbour\n\nIce from wall to wall.\n\n### The light\n\nIt is out.\n"),
            ("rules.md", "# Magic\n\nThere is none.\n"),
        ],
    );
    fixture.until_named(&book, "ice");
    fixture.until_found("harbour");
    (fixture, book)
}

fn bench(width: u16, height: u16) -> Bench {
    Bench::new(book_with_canon().0, width, height)
}

fn entry(bench: &Bench, name: &str) -> EntryRow {
    let book = bench.app.cx.here.book.clone().unwrap();
    let reader = bench.fixture.engine.store().reader().unwrap();
    let found = reader.entries(&book).unwrap().iter().find(|e| e.name == name).cloned();
    found.unwrap_or_else(|| panic!("there is no {name}"))
}

#[test]
fn canon_shows_entries_by_kind_and_what_has_to_do_with_one() {
    for (width, height) in SIZES {
        let mut bench = bench(width, height);
        bench.press("8 j");
        insta::assert_snapshot!(format!("canon_{width}x{height}"), bench.screen());
        bench.press("tab tab");
        insta::assert_snapshot!(format!("canon_about_{width}x{height}"), bench.screen());
    }
}

#[test]
fn a_book_without_canon_says_how_to_begin_one() {
    let mut bench = Bench::on_the_book(60, 20);
    bench.press("8");
    assert!(bench.screen().contains("o writes an entry,"), "{}", bench.screen());
}

#[test]
fn an_entry_is_written_once_it_has_a_name() {
    let mut bench = bench(120, 40);
    bench.press("8 o");
    assert!(bench.screen().contains("New canon entry"), "{}", bench.screen());
    bench.press("ctrl-s");
    assert!(bench.screen().contains("the entry needs a name"), "{}", bench.screen());
    bench
        .replaced(|_| "---\nkind: place\nname: The Mill\nparent: The harbour\nfrom: 2\n---\nIt turns.".into())
        .press("ctrl-s");
    let screen = bench.screen();
    assert!(screen.contains("The Mill is saved") && screen.contains("from chapter 2"), "{screen}");
    let (mill, harbour) = (entry(&bench, "The Mill"), entry(&bench, "The harbour"));
    assert_eq!((mill.parent, mill.text.as_str()), (Some(harbour.id), "It turns."));
}

#[test]
fn fields_are_edited_and_versions_compared_and_brought_back() {
    let mut bench = bench(120, 40);
    let mara = entry(&bench, "Mara");
    assert_eq!((mara.kind, mara.mode), (EntryKind::Character, EntryMode::Named));
    bench.go_to(&mara.id).press("e").replaced(|text| {
        text.replace("mode: named", "mode: always")
            .replace("weight: 50", "weight: 90")
            .replace("girl", "child")
    });
    bench.press("ctrl-s");
    let mara = entry(&bench, "Mara");
    assert_eq!((mara.mode, mara.weight, mara.version), (EntryMode::Always, 90, 2));
    assert!(mara.text.contains("left as a child"), "{}", mara.text);
    let screen = bench.screen();
    assert!(
        screen.contains("Mara is saved") && screen.contains("character · always · weight 90"),
        "{screen}"
    );

    bench.press("d");
    assert!(bench.screen().contains("2 since 1, +1 −1 words"), "{}", bench.screen());
    bench.press("d tab tab j r enter");
    let mara = entry(&bench, "Mara");
    assert_eq!((mara.version, mara.weight), (3, 50));
    assert!(mara.text.contains("left as a girl"), "{}", mara.text);

    bench.press("esc D enter");
    assert!(bench.screen().contains("taken out"), "{}", bench.screen());
    bench.go_to(&mara.id).press("B");
    assert!(!entry(&bench, "Mara").removed);
}

#[test]
fn an_edit_of_something_that_changed_meanwhile_is_refused_and_kept() {
    let mut bench = bench(120, 40);
    let mara = entry(&bench, "Mara");
    bench.go_to(&mara.id).press("e");
    bench.fixture.change_entry(&mara, "Somebody else wrote this.");
    bench.replaced(|text| text.replace("girl", "child")).press("ctrl-s");
    assert!(bench.screen().contains("what you wrote is kept"), "{}", bench.screen());
    assert_eq!(entry(&bench, "Mara").text, "Somebody else wrote this.");
}

#[test]
fn a_search_is_answered_as_one_types_and_leads_to_the_entry() {
    let mut bench = bench(120, 40);
    bench.press("8 /").typed("silent");
    let screen = bench.screen();
    assert!(screen.contains("1 found") && screen.contains("Jon"), "{screen}");
    bench.press("enter");
    assert_eq!(bench.app.cx.entry, Some(entry(&bench, "Jon").id));
    assert!(bench.screen().contains("He keeps silent."), "{}", bench.screen());
}

#[test]
fn a_page_that_names_an_entry_is_one_key_away() {
    let mut bench = bench(120, 40);
    let mara = entry(&bench, "Mara");
    bench.go_to(&mara.id).press("tab tab G enter");
    assert!(bench.screen().contains("Page 3 · Lanterns"), "{}", bench.screen());
}

#[test]
fn branches_fold_and_stay_folded() {
    let mut bench = bench(120, 40);
    let harbour = entry(&bench, "The harbour").id;
    bench.go_to(&harbour).press("left");
    assert!(!bench.screen().contains("The light"), "{}", bench.screen());
    bench.press("left left");
    assert!(!bench.screen().contains("The harbour"), "{}", bench.screen());
    bench.press("right");
    assert!(bench.screen().contains("The harbour"), "{}", bench.screen());
}

#[test]
fn an_import_shows_its_plan_and_asks_where_both_sides_changed() {
    let mut bench = bench(120, 40);
    let mara = entry(&bench, "Mara");
    bench.fixture.change_entry(&mara, "She never left.");
    let folder = bench.fixture.folder.path().join("canon");
    fs::write(
        folder.join("characters.md"),
        "# Mara\n\nAliases: the keeper's daughter\n\nShe left as a boy.\n\n# Ada\n\nShe keeps the books.\n",
    )
    .unwrap();
    bench.changed();
    bench.press("8 I").typed(&folder.display().to_string()).press("enter");
    let screen = bench.screen();
    assert!(screen.contains("1 conflict · 1 new"), "{screen}");
    assert!(
        screen.contains("1 gone from the files") && screen.contains("you changed it here too"),
        "{screen}"
    );
    insta::assert_snapshot!("import_120x40", screen.lines().take(30).collect::<Vec<_>>().join("\n"));
    bench.press("esc");
    assert_eq!(entry(&bench, "Mara").text, "She never left.");
    bench.press("I").typed(&folder.display().to_string()).press("enter w enter");
    assert!(bench.screen().contains("2 entries are imported"), "{}", bench.screen());
    assert_eq!(entry(&bench, "Mara").text, "She left as a boy.");
    assert_eq!(entry(&bench, "Ada").kind, EntryKind::Character);
}

#[test]
fn an_import_asks_of_what_kind_the_unclear_are_and_escape_takes_nothing_in() {
    let mut bench = bench(120, 40);
    let file = bench.fixture.folder.path().join("bits.md");
    fs::write(&file, "# The silver key\n\nOld.\n\n# Ada\n\nSee [[Jon]].\n\n# The mill\n\nIt turns.\n")
        .unwrap();
    bench.press("8 I").typed(&file.display().to_string()).press("enter");
    assert!(bench.screen().contains("3 of unknown kind"), "{}", bench.screen());
    bench.press("esc");
    assert!(!bench.screen().contains("of unknown kind"), "{}", bench.screen());
    bench.press("I").typed(&file.display().to_string()).press("enter j c p k k w");
    insta::assert_snapshot!(
        "kinds_120x40",
        bench.screen().lines().skip(14).take(12).collect::<Vec<_>>().join("\n")
    );
    bench.press("enter");
    assert!(bench.screen().contains("3 new"), "{}", bench.screen());
    bench.press("enter");
    let kinds = ["The silver key", "Ada", "The mill"].map(|name| entry(&bench, name).kind);
    assert_eq!(kinds, [EntryKind::World, EntryKind::Character, EntryKind::Place]);
}

#[test]
fn links_of_a_text_are_found_when_it_is_saved_and_lead_to_the_entry() {
    let mut bench = bench(120, 40);
    let (mara, jon) = (entry(&bench, "Mara"), entry(&bench, "Jon"));
    bench.go_to(&mara.id).press("e").replaced(|text| format!("{text}\n\nShe loves [[Jon]].")).press("ctrl-s");
    assert_eq!(entry(&bench, "Mara").links, [jon.id]);
    assert!(bench.screen().contains("Links to"), "{}", bench.screen());
    bench.press("tab tab j j enter");
    let screen = bench.screen();
    assert!(screen.contains("╭ Jon ─") && screen.contains("Linked from"), "{screen}");
}

#[test]
fn an_import_of_what_is_no_text_names_the_file_and_keeps_the_path() {
    let mut bench = bench(120, 40);
    let file = bench.fixture.folder.path().join("canon/broken.md");
    fs::write(&file, [0, 159, 146, 150, 0, 1, 2]).unwrap();
    bench.press("8 I").typed(&file.display().to_string()).press("enter");
    assert!(bench.screen().contains("broken.md"), "{}", bench.screen());
    bench.press("I");
    assert!(bench.screen().contains("broken.md"), "the path is there again: {}", bench.screen());
}

impl Bench {
    /// Goes to an entry as any link to it does.
    fn go_to(&mut self, entry: &EntryId) -> &mut Self {
        self.press("1 8");
        self.app.cx.entry = Some(entry.clone());
        self.changed();
        self
    }
}
