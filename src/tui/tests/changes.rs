//! Changes taken in part, passages and locks, through the whole app.

use super::bench::Bench;
use super::fixture::{COLDER, DIALOGUE, NARRATION};
use crate::domain::PageId;
use crate::store::rows::RevisionRow;

/// The page whose narration is at its gate for the second time.
fn third(width: u16, height: u16) -> (Bench, PageId) {
    let mut bench = Bench::on_the_book(width, height);
    bench.press("j j enter");
    let page = bench.app.cx.here.page.clone().unwrap();
    (bench, page)
}

fn last(bench: &Bench, page: &PageId) -> (RevisionRow, String) {
    let reader = bench.fixture.engine.store().reader().unwrap();
    let last = reader.revisions(page).unwrap().pop().unwrap();
    let text = reader.revision_text(&last.id).unwrap().unwrap();
    (last, text)
}

fn numbers(row: &RevisionRow) -> [String; 2] {
    let number = |id: &crate::domain::RevisionId| id.as_str().rsplit('.').next().unwrap().to_owned();
    [number(row.parent.as_ref().unwrap()), number(row.other.as_ref().unwrap())]
}

#[test]
fn some_changes_are_taken_others_refused_and_the_result_is_shown_before_it_is_kept() {
    let (mut bench, page) = third(120, 40);
    bench.press("d y x W");
    let screen = bench.screen();
    assert!(screen.contains("Keep this as a new revision?"), "{screen}");
    let (before, _) = last(&bench, &page);
    assert_eq!(before.number, 2, "nothing is made before the yes");
    bench.press("esc");
    assert!(bench.screen().contains("all decided"), "the choices are still there: {}", bench.screen());
    bench.press("W enter");
    let (made, text) = last(&bench, &page);
    assert_eq!((made.number, made.origin.as_str(), numbers(&made)), (3, "merge", ["1".into(), "2".into()]));
    let colder = NARRATION.replace("to wall. Mara", "to wall. The cold had a grip like a hand. Mara");
    assert_eq!(text, colder);
    bench.press("esc H");
    assert!(bench.screen().contains("of 1 and 2"), "{}", bench.screen());
}

#[test]
fn what_is_undecided_is_not_kept_and_esc_decides_nothing() {
    let (mut bench, page) = third(120, 40);
    bench.press("d y W");
    assert!(bench.screen().contains("one change is undecided"), "{}", bench.screen());
    bench.press("esc esc d d d");
    assert!(bench.screen().contains("1 undecided"), "{}", bench.screen());
    bench.press("p");
    assert!(bench.screen().contains("what your choices make"), "{}", bench.screen());
    assert_eq!(last(&bench, &page).0.number, 2);
    // Another page, and back: the choices went with the page.
    bench.press("2 k enter 2 j enter");
    assert!(!bench.screen().contains("1 undecided"), "{}", bench.screen());
}

#[test]
fn a_change_is_put_in_the_authors_own_words_and_another_is_split() {
    let (mut bench, page) = third(120, 40);
    bench.press("d E").replaced(|_| "It bit.".into()).press("ctrl-s S X W enter");
    let (_, text) = last(&bench, &page);
    assert!(text.contains("wall to wall. It bit. Mara put down"), "{text}");
    assert!(text.contains("She had never seen the point"), "{text}");
}

#[test]
fn both_texts_stand_side_by_side_and_inline_where_it_is_narrow() {
    let (mut bench, _) = third(120, 40);
    bench.press("d d");
    let screen = bench.screen();
    let beside = screen.lines().any(|l| l.contains("never seen") && l.contains("For a moment"));
    assert!(beside, "{screen}");
    bench.resize(50, 20);
    let screen = bench.screen();
    assert!(
        screen.contains("never seen") && !screen.lines().any(|l| l.matches("The harbour lay").count() > 1),
        "{screen}"
    );
    bench.resize(40, 12);
    bench.press("d d ] c y");
    assert!(bench.screen().contains("1 undecided"), "{}", bench.screen());
}

#[test]
fn the_history_takes_changes_between_any_two_revisions_of_a_step() {
    let (mut bench, page) = third(120, 40);
    bench.press("H d tab x y W enter");
    let (made, text) = last(&bench, &page);
    assert_eq!((made.number, numbers(&made)), (3, ["1".into(), "2".into()]));
    assert!(text.contains("For a moment she") && !text.contains("a grip like a hand"), "{text}");
}

#[test]
fn passages_are_listed_with_what_is_wrong_and_sent_as_one_request() {
    let (mut bench, page) = third(120, 40);
    bench.press("v ) enter").typed("Less of this.").press("ctrl-s");
    bench.press("v } } w enter").typed("Say what.").press("ctrl-s");
    let screen = bench.screen();
    assert!(
        screen.contains("Passages to send back") && screen.contains("“The cold had a grip like a"),
        "{screen}"
    );
    assert!(screen.contains("send passages"), "{screen}");
    bench.press("r");
    assert!(bench.screen().contains("Send 2 passages back, as one request?"), "{}", bench.screen());
    bench.press("enter");
    let reader = bench.fixture.engine.store().reader().unwrap();
    let feedback = reader.feedback(&page).unwrap();
    let said: Vec<(&str, &str)> =
        feedback.iter().filter_map(|f| Some((f.quoted.as_ref()?.quote.as_str(), f.text.as_str()))).collect();
    assert_eq!(said, [("The cold had a grip like a hand.", "Less of this."), ("It", "Say what.")]);
    assert_eq!(reader.page(&page).unwrap().unwrap().revision_requests, 2);
}

#[test]
fn a_listed_passage_is_there_again_after_a_restart_and_can_be_taken_off() {
    let (mut bench, _) = third(120, 40);
    bench.press("v ) enter").typed("Less of this.").press("ctrl-s");
    bench.app.save_drafts();
    let Bench { fixture, .. } = bench;
    let mut bench = Bench::new(fixture, 120, 40);
    bench.press("2 j j enter");
    assert!(bench.screen().contains("Less of this."), "{}", bench.screen());
    bench.press("-");
    assert!(!bench.screen().contains("Less of this."), "{}", bench.screen());
}

#[test]
fn what_nobody_asked_for_is_shown_at_the_gate_and_refused_by_one_key() {
    let (mut bench, page) = third(120, 40);
    bench.press("v ) enter").typed("Less of this.").press("ctrl-s r enter");
    let greedy =
        COLDER.replace("The cold had a grip like a hand.", "It was cold.").replace("the wrong town", "hell");
    bench.fixture.deliver(&page, "narration", &greedy);
    bench.changed();
    bench.press("4");
    let screen = bench.screen();
    assert!(screen.contains("UNREQUESTED: 1 change outside your passages"), "{screen}");
    bench.press("d ] c");
    assert!(bench.screen().contains(", UNREQUESTED;"), "{}", bench.screen());
    bench.press("U");
    let (made, text) = last(&bench, &page);
    assert_eq!((made.number, numbers(&made)), (4, ["2".into(), "3".into()]));
    assert_eq!(text, COLDER.replace("The cold had a grip like a hand.", "It was cold."));
    assert!(!bench.screen().contains("UNREQUESTED"), "{}", bench.screen());
    // Taken back, it is asked about again; approved as it is, no longer.
    bench.press("u");
    assert!(bench.screen().contains("UNREQUESTED"), "{}", bench.screen());
    bench.press("a 4 u");
    assert!(bench.screen().contains("UNREQUESTED"), "{}", bench.screen());
}

#[test]
fn a_passage_is_locked_from_the_selection_and_unlocked_from_the_list() {
    let (mut bench, page) = third(120, 40);
    bench.press("v ) L");
    let screen = bench.screen();
    assert!(screen.contains("Locked") && screen.contains("“The cold had a grip like a"), "{screen}");
    let locks = |bench: &Bench| bench.fixture.engine.store().reader().unwrap().locks(&page).unwrap();
    assert_eq!(locks(&bench).len(), 1);
    bench.press("e").replaced(|_| "Nothing.".into()).press("ctrl-s");
    assert!(bench.screen().contains("locked passage would be changed"), "{}", bench.screen());
    bench.press("esc L enter");
    assert!(locks(&bench).is_empty());
}

#[test]
fn the_dialogues_own_lines_are_selected_and_compared() {
    let mut bench = Bench::on_the_book(120, 40);
    bench.press("j enter v");
    let screen = bench.screen();
    assert!(screen.contains(DIALOGUE.lines().next().unwrap()), "{screen}");
    bench.press("esc d");
    assert!(!bench.screen().contains("undecided"), "there is one dialogue only: {}", bench.screen());
}
