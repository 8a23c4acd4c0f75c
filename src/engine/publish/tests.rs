//! Publishing the sample book: what is in, and what of the author's files stays as it is.

use std::fs;

use tempfile::TempDir;

use super::*;
use crate::config::Home;
use crate::domain::Command;
use crate::domain::book::BookCommand;
use crate::engine::{Engine, OpenOptions, sample};

struct Desk {
    home: TempDir,
    engine: Engine,
    book: BookId,
}

impl Desk {
    fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        let engine = Engine::open(Home::at(home.path()), &OpenOptions { db: None, create: true }).unwrap();
        let book = sample::make(&engine).unwrap();
        Self { home, engine, book }
    }

    fn place(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    fn order(&self, formats: &[Format], out: &str) -> Order {
        Order {
            book: self.book.clone(),
            formats: formats.to_vec(),
            out: self.place(out),
            unapproved: false,
            show_pages: false,
            force: false,
        }
    }

    fn publish(&self, order: &Order) -> Result<Report, PublishError> {
        files(self.engine.store(), order).map_err(|e| match e {
            EngineError::Publish(e) => e,
            other => panic!("{other}"),
        })
    }

    fn rename(&self, title: &str) {
        let command = BookCommand::Rename { title: title.into() };
        self.engine.submit(Command::Book { book: self.book.clone(), command }).wait().unwrap();
    }
}

#[test]
fn only_approved_pages_are_in_and_the_others_are_named_with_their_states() {
    let desk = Desk::new();
    let report = desk.publish(&desk.order(&[Format::Text], "out")).unwrap();
    assert_eq!(report.pages, 3);
    let left: Vec<_> = report.left_out.iter().map(|l| (l.state.as_deref().unwrap(), l.why)).collect();
    assert_eq!(
        left,
        [
            ("user_reviewing_dialogue", "not approved"),
            ("user_reviewing_narration", "not approved"),
            ("awaiting_user_input", "no text")
        ]
    );
    assert!(report.unapproved.is_empty());
    let approved = fs::read_to_string(&report.files[0].path).unwrap();

    let all = Order { unapproved: true, ..desk.order(&[Format::Text], "all") };
    let report = desk.publish(&all).unwrap();
    assert_eq!((report.pages, report.left_out.len(), report.unapproved.len()), (5, 1, 2));
    let everything = fs::read_to_string(&report.files[0].path).unwrap();
    assert!(everything.len() > approved.len());
    assert!(approved.lines().all(|line| everything.contains(line)));
}

#[test]
fn a_dry_run_says_what_a_run_does_and_leaves_nothing_behind() {
    let desk = Desk::new();
    let order = desk.order(&[], "out");
    let dry = plan(desk.engine.store(), &order).unwrap();
    assert!(!desk.place("out").exists());
    let done = desk.publish(&order).unwrap();
    assert_eq!(done.files.len(), 5);
    for (said, file) in dry.files.iter().zip(&done.files) {
        assert_eq!((&said.path, said.bytes, &said.hash), (&file.path, file.bytes, &file.hash));
        assert_eq!((said.before, said.written, file.written), (Before::Nothing, false, true));
        let there = fs::read(&file.path).unwrap();
        assert_eq!((there.len() as u64, Hash::of(&there)), (file.bytes, file.hash.clone()));
    }
    assert_eq!(fs::read_dir(desk.place("out")).unwrap().count(), 5, "no drafts are left");
    assert_eq!((dry.chapters, dry.words), (done.chapters, done.words));
    let again = desk.publish(&order).unwrap();
    assert!(again.files.iter().all(|f| f.before == Before::Unchanged && !f.written));
}

#[test]
fn what_galley_wrote_is_written_anew_and_what_it_did_not_write_only_by_force() {
    let desk = Desk::new();
    let order = desk.order(&[Format::Markdown, Format::Html], "out");
    desk.publish(&order).unwrap();
    desk.rename("Another Title");
    let again = desk.publish(&order).unwrap();
    assert!(again.files.iter().all(|f| f.before == Before::Ours && f.written));

    let html = again.files[1].path.clone();
    fs::write(&html, "mine").unwrap();
    desk.rename("A Third Title");
    let markdown = fs::read(&again.files[0].path).unwrap();
    let refused = desk.publish(&order).unwrap_err();
    assert_eq!(refused, PublishError::InTheWay { path: html.clone() });
    assert_eq!(fs::read(&again.files[0].path).unwrap(), markdown, "nothing was written");
    assert_eq!(fs::read_to_string(&html).unwrap(), "mine");
    let dry = plan(desk.engine.store(), &order).unwrap();
    assert_eq!(dry.files[1].before, Before::InTheWay);

    let forced = desk.publish(&Order { force: true, ..order.clone() }).unwrap();
    assert!(forced.files[1].written && fs::read_to_string(&html).unwrap().contains("A Third Title"));
    desk.rename("A Fourth Title");
    assert!(desk.publish(&order).is_ok(), "what was overwritten is Galley's from then on");
}

#[test]
fn the_place_and_the_formats_say_which_files_there_are() {
    let desk = Desk::new();
    fs::create_dir(desk.place("folder.epub")).unwrap();
    fs::write(desk.place("file"), "").unwrap();
    let (md, html, epub) = (Format::Markdown, Format::Html, Format::Epub);
    let names = |formats: &[Format], out: &str| {
        targets(&desk.order(formats, out)).map(|t| {
            let name = |(_, path): (Format, PathBuf)| {
                path.strip_prefix(desk.home.path()).unwrap().to_string_lossy().replace('\\', "/")
            };
            t.into_iter().map(name).collect::<Vec<_>>()
        })
    };
    let of = |end: &str| format!("the-tide-clerk.{end}");
    assert_eq!(names(&[], "a.epub").unwrap(), ["a.epub"]);
    assert_eq!(names(&[epub], "a.epub").unwrap(), ["a.epub"]);
    assert_eq!(names(&[md], "a.text.markdown").unwrap(), ["a.text.markdown"]);
    assert_eq!(names(&[md], "notes").unwrap(), [format!("notes/{}", of("md"))]);
    assert_eq!(
        names(&[md, html, md], "a.b").unwrap(),
        [format!("a.b/{}", of("md")), format!("a.b/{}", of("html"))]
    );
    assert_eq!(names(&[epub], "folder.epub").unwrap(), [format!("folder.epub/{}", of("epub"))]);
    assert_eq!(names(&[], "x").unwrap().len(), 5);
    assert_eq!(names(&[md], "file").unwrap(), ["file"]);
    assert!(matches!(names(&[md, html], "a.md"), Err(PublishError::OneFile { formats: 2, .. })));
    assert!(matches!(names(&[], "file"), Err(PublishError::OneFile { formats: 5, .. })));
    assert!(matches!(names(&[md], "a.epub"), Err(PublishError::OtherFormat { .. })));
}

#[test]
fn what_cannot_be_written_is_refused_by_file_and_reason() {
    let desk = Desk::new();
    fs::write(desk.place("file"), "").unwrap();
    let refused = desk.publish(&desk.order(&[Format::Markdown], "file/below/a.md")).unwrap_err();
    let said = refused.to_string();
    assert!(matches!(refused, PublishError::Unwritable { .. }) && said.contains("a.md: "), "{said}");
    fs::create_dir_all(desk.place("out/the-tide-clerk.md")).unwrap();
    let refused = desk.publish(&desk.order(&[Format::Markdown], "out")).unwrap_err();
    assert!(refused.to_string().ends_with("the-tide-clerk.md: this is not a file"), "{refused}");
}

#[test]
fn a_book_without_approved_pages_is_nothing_to_publish() {
    let desk = Desk::new();
    let new = Command::NewBook { title: "Empty".into(), settings: crate::domain::BookSettings::default() };
    let book = desk.engine.submit(new).wait().unwrap().book.unwrap();
    let order = Order { book, ..desk.order(&[], "out") };
    assert_eq!(desk.publish(&order).unwrap_err(), PublishError::Nothing("the book has no chapters".into()));
    let order = Order { book: BookId::new("none"), ..order };
    assert!(matches!(files(desk.engine.store(), &order), Err(EngineError::NotFound { what: "book", .. })));
}

#[test]
fn the_date_of_a_publication_is_that_of_the_last_decision_on_what_is_in_it() {
    let desk = Desk::new();
    let (manuscript, _) = gather(desk.engine.store(), &desk.order(&[], "out")).unwrap();
    let reader = desk.engine.store().reader().unwrap();
    let decided = reader.manuscript(&desk.book).unwrap().into_iter().flat_map(|c| c.pages);
    let last = decided.filter(|p| p.approved).filter_map(|p| p.decided_at).max().unwrap();
    assert_eq!(manuscript.modified, last);
    desk.rename("Another Title");
    assert_eq!(gather(desk.engine.store(), &desk.order(&[], "out")).unwrap().0.modified, last);
}

#[test]
fn an_order_can_be_given_as_a_workflow_gives_it() {
    let given = r#"{"book": "b", "formats": ["md", "epub"], "out": "books", "unapproved": true}"#;
    let order: Order = serde_json::from_str(given).unwrap();
    assert_eq!((order.formats.as_slice(), order.unapproved), (&[Format::Markdown, Format::Epub][..], true));
    assert!(!order.show_pages && !order.force);
    assert!(serde_json::from_str::<Order>(r#"{"book": "b", "out": "x", "forse": true}"#).is_err());
}
