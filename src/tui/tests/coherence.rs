//! The gate of a book: what the check found, what the author says to it, and what is written then.

use serde_json::{Value, json};

use super::bench::Bench;
use super::fixture::Fixture;
use crate::domain::book::BookCommand;
use crate::domain::run::{Outcome, Phase, Run, RunCommand};
use crate::domain::{BookId, Command, PageId, RunId, StepName};
use crate::engine::About;
use crate::engine::publish::{self, Order};
use crate::tools::coherence::{self, Request, Settings};
use crate::tools::publish::Format;
use crate::tui::screens::Tab;

const WIDE: (u16, u16) = (120, 40);
const NARROW: (u16, u16) = (60, 20);
const LEAST: (u16, u16) = (40, 12);

/// Eighty words and more, which stand on two pages.
const TWICE: &str = "The bell had hung over the slip since the year of the great ice, and nobody who was alive had heard it \
    rung for anything but a drowning. It was green where the salt reached it and black where it did not, and the \
    rope had been replaced so often that the children held it to be a living thing which grew a new tail every \
    spring. When the wind stood in the north it would hum by itself, low, like a man who thinks that he is alone \
    in the house and has forgotten the words of the song.";

/// What is in the book.
struct Of {
    book: BookId,
    pages: Vec<PageId>,
}

/// Three approved pages: the second passage stands on the third again, and the eyes of the keeper change.
fn book() -> (Fixture, Of) {
    let fixture = Fixture::empty();
    let settings = crate::domain::BookSettings { language: "English".into(), ..Default::default() };
    let book = fixture.give(Command::NewBook { title: "The Winter Harbour".into(), settings }).book.unwrap();
    let ice = fixture.chapter(&book, "Ice");
    let night = fixture.chapter(&book, "The Long Night");
    let texts = [
        (&ice, "The keeper", "Mara walked down to the slip before it was light. Mara had blue eyes, and the cold made them water.".to_owned()),
        (&ice, "The bell", format!("She stopped where the slip began and looked up.\n\n{TWICE}\n\nThen she went in and lit the stove.")),
        (&night, "The bell again", format!("Years later she told it to the boy.\n\n{TWICE}\n\nThe boy did not believe it. Mara had brown eyes, and she closed them.")),
    ];
    let pages = texts.map(|(chapter, title, text)| {
        let page = fixture.page(chapter, title, "What happens at the slip.");
        fixture.deliver(&page, "narration", &text);
        fixture.run(&page, RunCommand::Approve { step: None, revision: None });
        fixture.run(&page, RunCommand::Skip { step: None });
        page
    });
    (fixture, Of { book, pages: pages.into() })
}

/// What the tool says of the book, with what is waived.
fn check(fixture: &Fixture, of: &Of, run: &RunId) -> String {
    let reader = fixture.engine.store().reader().unwrap();
    let material = coherence::gather(&reader, &of.book, &Settings::default()).unwrap().unwrap();
    let mut waivers = reader.waivers(&of.book).unwrap();
    for decision in reader.run_detail(run).unwrap().unwrap().decisions {
        if let Some(finding) = decision.finding {
            waivers.insert(finding, decision.note.unwrap());
        }
    }
    let request = Request { settings: Settings::default(), waivers: Some(&waivers), agent: None };
    serde_json::to_string(&coherence::check(&material, &request).unwrap()).unwrap()
}

fn started(fixture: &Fixture, of: &Of, parameters: &Value) -> RunId {
    let out = fixture.folder.path().join("out").display().to_string();
    let mut given = json!({ "out": out, "formats": "md,txt" });
    given.as_object_mut().unwrap().extend(parameters.as_object().unwrap().clone());
    fixture.start("publish", About::Book(of.book.clone()), given)
}

/// The studio at the gate, gone to as to the next that waits.
fn at_the_gate_of((fixture, of): (Fixture, Of), parameters: &Value, size: (u16, u16)) -> (Bench, Of, RunId) {
    let run = started(&fixture, &of, parameters);
    let report = check(&fixture, &of, &run);
    fixture.deliver_of(&run, "coherence", &report);
    let mut bench = Bench::new(fixture, size.0, size.1);
    bench.press(".");
    assert_eq!(bench.app.tab(), Tab::Coherence, "{}", bench.screen());
    (bench, of, run)
}

fn at_the_gate(size: (u16, u16)) -> (Bench, Of, RunId) {
    at_the_gate_of(book(), &json!({}), size)
}

fn state(bench: &Bench, run: &RunId) -> Run {
    bench.fixture.engine.run(run).unwrap()
}

fn phase(bench: &Bench, run: &RunId) -> Phase {
    state(bench, run).step(&StepName::new("coherence")).unwrap().phase.clone()
}

fn is_at_gate(bench: &Bench, run: &RunId) -> bool {
    matches!(phase(bench, run), Phase::Gate { .. })
}

/// Lets the tool check the book again, as the conductor would.
fn check_again(bench: &mut Bench, of: &Of, run: &RunId) {
    let report = check(&bench.fixture, of, run);
    bench.fixture.deliver_of(run, "coherence", &report);
    bench.changed();
}

fn files(bench: &Bench, of: &Of) -> publish::Report {
    let order = Order {
        book: of.book.clone(),
        // What is packed is a byte longer or shorter, as the hour has it.
        formats: vec![Format::Markdown, Format::Html, Format::Text],
        out: bench.fixture.folder.path().join("out"),
        unapproved: false,
        show_pages: false,
        force: false,
    };
    publish::files(bench.fixture.engine.store(), &order).unwrap()
}

#[test]
fn a5_findings_stand_by_severity_with_both_passages_beside_each_other() {
    for size in [WIDE, NARROW, LEAST] {
        let (mut bench, ..) = at_the_gate(size);
        insta::assert_snapshot!(format!("coherence_{}x{}", size.0, size.1), bench.screen());
        bench.press("tab");
        insta::assert_snapshot!(format!("coherence_passages_{}x{}", size.0, size.1), bench.screen());
    }
}

#[test]
fn a5_a_gate_that_fails_is_not_approved() {
    let (mut bench, _, run) = at_the_gate(WIDE);
    let step = state(&bench, &run);
    assert_eq!(step.ruling(step.step(&StepName::new("coherence")).unwrap()), Some(Outcome::Fail));
    bench.press("a");
    assert!(is_at_gate(&bench, &run), "{}", bench.screen());
    assert!(bench.screen().contains("refused"), "{}", bench.screen());
}

#[test]
fn a5_an_override_needs_its_reason_and_keeps_it() {
    let (mut bench, of, run) = at_the_gate(WIDE);
    bench.press("o ctrl-s");
    assert!(bench.screen().contains("a reason is needed"), "{}", bench.screen());
    assert!(is_at_gate(&bench, &run));
    bench.typed("It is told twice on purpose.").press("ctrl-s");
    assert!(matches!(phase(&bench, &run), Phase::Settled { .. }), "{}", bench.screen());
    assert!(bench.screen().contains("It is told twice on purpose."), "{}", bench.screen());
    let detail = bench.fixture.engine.store().reader().unwrap().run_detail(&run).unwrap().unwrap();
    let kept = detail.decisions.iter().find(|d| d.kind == "override").unwrap();
    assert_eq!(kept.note.as_deref(), Some("It is told twice on purpose."));

    let report = files(&bench, &of);
    bench.fixture.deliver_of(&run, "files", &serde_json::to_string(&report).unwrap());
    bench.changed();
    assert!(bench.screen().contains("It is told twice on purpose."), "it stays told");
    for size in [WIDE, NARROW, LEAST] {
        bench.resize(size.0, size.1);
        insta::assert_snapshot!(format!("coherence_published_{}x{}", size.0, size.1), bench.screen());
    }
}

#[test]
fn a5_esc_decides_nothing_and_leaves() {
    let (mut bench, _, run) = at_the_gate(WIDE);
    bench.press("o esc w esc W esc r esc");
    assert_eq!(bench.app.tab(), Tab::Coherence);
    bench.press("tab esc");
    assert_eq!(bench.app.tab(), Tab::Coherence, "the first closes what has the focus");
    bench.press("esc");
    assert_eq!(bench.app.tab(), Tab::Board, "{}", bench.screen());
    assert!(is_at_gate(&bench, &run));
    assert!(state(&bench, &run).decisions.is_empty());
}

#[test]
fn a5_a_finding_is_waived_in_this_run_for_a_reason() {
    let (mut bench, of, run) = at_the_gate(WIDE);
    bench.press("w ctrl-s");
    assert!(bench.screen().contains("a reason is needed"), "{}", bench.screen());
    bench.typed("The bell tolls twice.").press("ctrl-s");
    assert!(!is_at_gate(&bench, &run), "it is checked again");
    assert!(bench.screen().contains("It is being checked"), "{}", bench.screen());
    check_again(&mut bench, &of, &run);
    let screen = bench.screen();
    assert!(screen.contains("waived: The bell tolls twice."), "{screen}");
    assert!(screen.contains("1 waived"), "{screen}");
    let reader = bench.fixture.engine.store().reader().unwrap();
    assert!(reader.waivers(&of.book).unwrap().is_empty(), "another run finds it again");
    bench.press("w");
    assert!(bench.screen().contains("it is waived already"), "{}", bench.screen());
}

#[test]
fn a5_a_finding_is_waived_for_good_and_checked_again_at_once() {
    let (mut bench, of, run) = at_the_gate(WIDE);
    bench.press("W").typed("A refrain.").press("ctrl-s");
    assert!(!is_at_gate(&bench, &run), "{}", bench.screen());
    let reader = bench.fixture.engine.store().reader().unwrap();
    assert_eq!(reader.waivers(&of.book).unwrap().values().collect::<Vec<_>>(), ["A refrain."]);
    check_again(&mut bench, &of, &run);
    assert!(bench.screen().contains("waived: A refrain."), "{}", bench.screen());
}

#[test]
fn a5_what_is_borderline_is_approved_by_the_author() {
    let given = json!({ "pass_score": 100, "borderline_score": 10 });
    let (mut bench, of, run) = at_the_gate_of(book(), &given, WIDE);
    bench.press("w").typed("A refrain.").press("ctrl-s");
    check_again(&mut bench, &of, &run);
    assert!(bench.screen().contains("Borderline. Approve?"), "{}", bench.screen());
    bench.press("a");
    assert!(matches!(phase(&bench, &run), Phase::Settled { .. }), "{}", bench.screen());
    assert!(bench.screen().contains("It passed."), "{}", bench.screen());
}

#[test]
fn a5_exactly_the_passage_of_an_approved_page_is_sent_back() {
    let (mut bench, of, run) = at_the_gate(WIDE);
    bench.press("right r");
    assert!(bench.screen().contains("Take the approval back"), "{}", bench.screen());
    bench.press("ctrl-s");
    assert!(bench.screen().contains("say what is wrong"), "{}", bench.screen());
    bench.typed("Tell it as the boy hears it.").press("ctrl-s");
    let reader = bench.fixture.engine.store().reader().unwrap();
    let page = reader.page_detail(&of.pages[2]).unwrap().unwrap();
    assert_eq!(page.page.state, "generating_narration", "{}", bench.screen());
    let said = page.feedback.last().unwrap();
    assert_eq!(said.text, "Tell it as the boy hears it.");
    let quoted = said.quoted.as_ref().expect("it speaks of a passage");
    assert_eq!(quoted.quote, TWICE);
    assert_eq!(quoted.passage.start as usize, "Years later she told it to the boy.\n\n".len());
    assert_eq!(reader.page_detail(&of.pages[1]).unwrap().unwrap().page.state, "page_approved");
    assert!(is_at_gate(&bench, &run), "the gate waits");
}

#[test]
fn a5_a_page_whose_gate_is_open_is_sent_back_without_taking_anything_back() {
    let (fixture, of) = book();
    let run = started(&fixture, &of, &json!({ "unapproved": true }));
    let report = check(&fixture, &of, &run);
    fixture.run(&of.pages[2], RunCommand::Undo { step: Some(StepName::new("narration")) });
    fixture.deliver_of(&run, "coherence", &report);
    let page = of.pages[2].clone();
    let mut bench = Bench::new(fixture, 120, 40);
    bench.app.cx.run = Some(run);
    bench.press("6 enter c right r");
    assert!(bench.screen().contains("What should change in this passage of page"), "{}", bench.screen());
    bench.typed("Shorter.").press("ctrl-s");
    let reader = bench.fixture.engine.store().reader().unwrap();
    let detail = reader.page_detail(&page).unwrap().unwrap();
    assert_eq!(detail.page.state, "generating_narration", "{}", bench.screen());
}

#[test]
fn a5_a_page_that_was_edited_by_hand_is_explained_and_not_touched() {
    let (fixture, of) = book();
    let text = format!("Years later, she told it to the boy.\n\n{TWICE}\n\nThe boy did not believe it.");
    let command = RunCommand::Edit { step: Some(StepName::new("narration")), revision: None, text };
    fixture.run(&of.pages[2], command);
    let skip = RunCommand::Skip { step: Some(StepName::new("dialogue")) };
    let _ = fixture.engine.submit(Command::Page { page: of.pages[2].clone(), command: skip }).wait();
    let (mut bench, of, _) = at_the_gate_of((fixture, of), &json!({}), WIDE);
    bench.press("right r");
    assert!(bench.screen().contains("edited by hand: open the page"), "{}", bench.screen());
    let reader = bench.fixture.engine.store().reader().unwrap();
    assert_eq!(reader.page_detail(&of.pages[2]).unwrap().unwrap().page.state, "page_approved");
}

#[test]
fn a5_a_key_goes_to_the_page_of_either_place() {
    let (mut bench, of, _) = at_the_gate(WIDE);
    bench.press("enter");
    assert_eq!((bench.app.tab(), bench.app.cx.here.page.as_ref()), (Tab::Desk, Some(&of.pages[1])));
    bench.press("backspace right enter");
    assert_eq!((bench.app.tab(), bench.app.cx.here.page.as_ref()), (Tab::Desk, Some(&of.pages[2])));
    bench.press("backspace");
    assert_eq!(bench.app.tab(), Tab::Coherence);
}

#[test]
fn a5_a_passage_that_was_changed_since_says_so() {
    let (mut bench, of, _) = at_the_gate(WIDE);
    let text = "Years later she kept it to herself.".to_owned();
    let command = RunCommand::Edit { step: Some(StepName::new("narration")), revision: None, text };
    bench.fixture.run(&of.pages[2], command);
    bench.changed();
    let screen = bench.screen();
    assert!(screen.contains("changed since the check") && screen.contains("The bell had hung"), "{screen}");
    bench.press("right r");
    assert!(bench.screen().contains("has changed since"), "{}", bench.screen());
}

#[test]
fn a_run_opens_on_its_findings_and_both_screens_lead_to_each_other() {
    let (mut bench, _, run) = at_the_gate(WIDE);
    bench.press("v");
    assert_eq!(bench.app.tab(), Tab::Run, "{}", bench.screen());
    bench.press("c");
    assert_eq!(bench.app.tab(), Tab::Coherence);
    bench.press("3 enter");
    assert_eq!((bench.app.tab(), bench.app.cx.run.as_ref()), (Tab::Coherence, Some(&run)));
    bench.press("f");
    assert!(matches!(phase(&bench, &run), Phase::Queued { .. }), "it is checked again");
}

#[test]
fn publishing_shows_what_would_be_written_before_it_begins() {
    for size in [WIDE, NARROW, LEAST] {
        let (fixture, Of { book, .. }) = book();
        let draft = fixture.chapter(&book, "Unwritten");
        fixture.page(&draft, "To come", "");
        let mut bench = Bench::new(fixture, size.0, size.1);
        let out = bench.fixture.folder.path().join("out");
        bench
            .press("@ tab ctrl-u")
            .typed(&out.display().to_string())
            .press("shift-tab")
            .typed("md,txt")
            .press("tab shift-tab");
        if size != LEAST {
            insta::assert_snapshot!(format!("publish_form_{}x{}", size.0, size.1), bench.screen());
        }
        bench.press("ctrl-u").typed("epub, md").press("enter");
        assert!(bench.app.cx.run.is_none(), "what was typed since is shown first: {}", bench.screen());
        bench.press("enter");
        let run = bench.app.cx.run.clone().unwrap_or_else(|| panic!("{}", bench.screen()));
        assert_eq!(bench.app.tab(), Tab::Coherence, "{}", bench.screen());
        assert!(bench.screen().contains("The book is being checked."), "{}", bench.screen());
        let state = state(&bench, &run);
        assert_eq!(state.parameters["formats"], json!("epub,md"));
        assert_eq!(state.parameters["out"], json!(out.display().to_string()));
        assert_eq!(state.parameters["pass_score"], json!(85), "the workflow's own");
        assert!(!out.exists(), "nothing is written before the gate");
    }
}

#[test]
fn what_is_wrong_in_the_form_is_said_at_the_field_and_nothing_begins() {
    let (fixture, Of { book, .. }) = book();
    let mut bench = Bench::new(fixture, 120, 40);
    let out = bench.fixture.folder.path().join("out");
    std::fs::create_dir(&out).unwrap();
    std::fs::write(out.join(format!("{book}.md")), "mine").unwrap();
    bench.press("@").typed("md, pdf").press("enter");
    assert!(bench.screen().contains("`pdf` is not a format"), "{}", bench.screen());
    bench.press("ctrl-u").typed("md").press("tab ctrl-u").typed(&out.display().to_string()).press("tab");
    assert!(bench.screen().contains("already exists"), "{}", bench.screen());
    bench.press("enter");
    assert!(
        bench.screen().contains("files that Galley did not write already exist")
            && bench.app.cx.run.is_none(),
        "{}",
        bench.screen()
    );
    bench.press("space");
    assert!(bench.screen().contains("over another's"), "{}", bench.screen());
    bench.press("tab").typed("140").press("enter");
    assert!(bench.screen().contains("0 to 100") && bench.app.cx.run.is_none(), "{}", bench.screen());
    bench.press("ctrl-u").typed("90").press("enter");
    let run = bench.app.cx.run.clone().unwrap_or_else(|| panic!("{}", bench.screen()));
    let given = state(&bench, &run).parameters;
    assert_eq!((&given["pass_score"], &given["force"]), (&json!(90.0), &json!(true)));
    assert_eq!(std::fs::read_to_string(out.join(format!("{book}.md"))).unwrap(), "mine");
}

#[test]
fn a_key_that_is_pressed_twice_starts_one_run() {
    let (fixture, _) = book();
    let mut bench = Bench::new(fixture, 120, 40);
    let out = bench.fixture.folder.path().join("out");
    bench.press("@ tab ctrl-u").typed(&out.display().to_string()).press("enter");
    // Both come before the first is answered.
    bench.typed("\n\n");
    let runs = bench.fixture.engine.store().reader().unwrap().own_runs(10, 0).unwrap();
    assert_eq!(runs.len(), 1);
}

#[test]
fn nothing_to_publish_is_said_with_what_to_do() {
    let fixture = Fixture::empty();
    let settings = crate::domain::BookSettings::default();
    let book = fixture.give(Command::NewBook { title: "Empty".into(), settings }).book.unwrap();
    fixture.give(Command::Book { book: book.clone(), command: BookCommand::Rename { title: "Bare".into() } });
    let mut bench = Bench::new(fixture, 120, 40);
    bench.press("1 @ enter");
    assert!(bench.screen().contains("there is nothing to publish"), "{}", bench.screen());
    assert!(bench.app.cx.run.is_none());
}

#[test]
fn the_coherence_screen_survives_every_size_and_is_ascii_on_request() {
    let (mut bench, ..) = at_the_gate(WIDE);
    bench.app.cx.theme = bench.app.cx.theme.clone().with_ascii();
    for keys in ["", "tab", "right", "j", "tab", "esc ?", "esc o", "esc @", "esc esc"] {
        bench.press(keys);
        for (width, height) in [(1, 1), (40, 10), (59, 11), (60, 24), (80, 24), (100, 20), (300, 100), WIDE] {
            bench.resize(width, height);
        }
        let screen = bench.screen();
        // What the tool says of the book is text, and stays as it is.
        let odd = screen.chars().find(|c| !c.is_ascii() && *c != '’');
        assert_eq!(odd, None, "after {keys:?}:\n{screen}");
    }
}

#[test]
fn a_finding_s_words_reach_no_terminal_as_codes() {
    let (fixture, of) = book();
    let run = started(&fixture, &of, &json!({}));
    let hostile = check(&fixture, &of, &run).replace("The bell", "\\u001b[31mThe\\u202e bell\\u0007");
    let mut report: Value = serde_json::from_str(&hostile).unwrap();
    report["findings"][0]["message"] = json!("red\u{1b}[31m\u{202e}\u{7} alert");
    report["findings"][0]["places"][0]["label"] = json!("1\u{1b}]0;x\u{7}");
    fixture.deliver_of(&run, "coherence", &report.to_string());
    let mut bench = Bench::new(fixture, 120, 40);
    bench.press(".");
    let screen = bench.screen();
    assert!(screen.contains("red") && screen.contains("alert"), "{screen}");
    assert!(!screen.contains(['\u{1b}', '\u{202e}', '\u{7}']), "{screen:?}");
    bench.press("r");
    assert!(!bench.screen().contains(['\u{1b}', '\u{202e}', '\u{7}']), "{:?}", bench.screen());
}
