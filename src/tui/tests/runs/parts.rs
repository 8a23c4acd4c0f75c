//! A polish that is taken in parts.

use serde_json::json;

use super::*;

/// Three changes of the given text: a word more, another word, and three words less.
const THREE: &str = "The harbour lay under thick ice from wall to wall. Mara put down her bag and searched for the light.\n\nIt was out. She had never seen the point without it, and she thought she had come to the wrong town.";

/// A review that asks the author at everything, with a polish of three changes at its gate.
fn at_three_changes(about: About) -> (Fixture, RunId) {
    let (fixture, run) = at_the_report(about);
    fixture.say(&run, RunCommand::Approve { step: None, revision: None });
    fixture.deliver_of(&run, "polish", &polish(THREE));
    (fixture, run)
}

#[test]
fn r7_changes_of_a_polish_are_taken_and_refused_and_what_they_make_is_kept() {
    let (mut bench, run) = on(at_three_changes(text()), WIDE);
    bench.press("y x W");
    assert!(bench.screen().contains("one change is undecided"), "{}", bench.screen());
    bench.press("y W");
    let screen = bench.screen();
    assert!(screen.contains("Keep this as a new revision, and accept it?"), "{screen}");
    bench.press("esc");
    let screen = bench.screen();
    assert!(
        screen.contains("all decided") && screen.contains("W keep what you took"),
        "still there: {screen}"
    );
    assert!(matches!(phase(&bench, &run, "polish"), Phase::Gate { .. }), "nothing is said before the yes");
    assert_eq!(artifact(&bench, &run, "polish")["text"], json!(THREE));
    bench.press("W enter");
    let kept = artifact(&bench, &run, "polish");
    assert_eq!(kept["text"], json!(THREE.replace("searched", "looked")));
    assert_eq!((&kept["title"], kept["changes"].as_array().unwrap().len()), (&json!("The dark lamp"), 1));
    assert!(matches!(phase(&bench, &run, "review"), Phase::Queued { .. }), "the next review is asked for");
    let state = state(&bench, &run);
    let step = state.step(&StepName::new("polish")).unwrap();
    let version = state.versions.last().unwrap();
    assert_eq!(step.revisions.len(), 2);
    assert_eq!(version.revision, step.revisions.last().map(|r| r.id.clone()), "it is the version");
}

#[test]
fn r7_of_a_polish_that_is_refused_whole_the_text_before_it_is_left() {
    let (mut bench, run) = on(at_three_changes(text()), NARROW);
    bench.press("X W enter");
    assert_eq!(artifact(&bench, &run, "polish")["text"], json!(NARRATION));
    assert!(matches!(phase(&bench, &run, "review"), Phase::Queued { .. }), "{}", bench.screen());
}

#[test]
fn r7_a_change_of_a_polish_is_put_in_the_author_s_own_words() {
    let (mut bench, run) = on(at_three_changes(text()), WIDE);
    bench.press("] c E").replaced(|_| "felt".into()).press("ctrl-s X p");
    assert!(bench.screen().contains("polish · result"), "{}", bench.screen());
    assert!(bench.screen().contains("bag and felt for the light"), "{}", bench.screen());
    bench.press("W enter");
    assert_eq!(artifact(&bench, &run, "polish")["text"], json!(NARRATION.replace("looked", "felt")));
}

#[test]
fn r7_choices_on_a_polish_stay_until_another_result_is_looked_at() {
    let (mut bench, run) = on(at_three_changes(text()), WIDE);
    // Side by side, the text, the log, and the changes again.
    bench.press("x d");
    let screen = bench.screen();
    assert!(screen.lines().any(|l| l.matches("The harbour lay").count() == 2), "{screen}");
    bench.press("d d d");
    assert!(bench.screen().contains("2 undecided"), "{}", bench.screen());
    bench.press("esc enter");
    assert!(bench.screen().contains("2 undecided"), "{}", bench.screen());
    // The run itself goes on: what is loaded anew is the same result.
    bench.fixture.say(&run, RunCommand::SetParameter { name: "threshold".into(), value: json!(90) });
    bench.changed();
    assert!(bench.screen().contains("threshold: 90"), "{}", bench.screen());
    assert!(bench.screen().contains("2 undecided"), "{}", bench.screen());
    bench.press("d d ] c");
    assert!(bench.screen().contains("2 undecided"), "a change is gone to: {}", bench.screen());
    bench.press("shift-tab shift-tab k j enter");
    assert!(bench.screen().contains("3 undecided"), "{}", bench.screen());
    assert!(matches!(phase(&bench, &run, "polish"), Phase::Gate { .. }));
    assert_eq!(artifact(&bench, &run, "polish")["text"], json!(THREE));
}

#[test]
fn r7_a_polish_that_was_accepted_is_still_taken_in_parts() {
    let fixture = Fixture::book().0;
    let run = fixture.start("story", text(), json!({"sit": true, "iterations": 1}));
    fixture.deliver_of(&run, "review", &report(71.0, "polish"));
    fixture.say(&run, RunCommand::Approve { step: None, revision: None });
    fixture.deliver_of(&run, "polish", &polish(THREE));
    let (mut bench, run) = on((fixture, run), WIDE);
    bench.press("a");
    assert!(matches!(phase(&bench, &run, "polish"), Phase::Settled { .. }), "{}", bench.screen());
    bench.press("shift-tab shift-tab G k enter");
    bench.press("x y y W enter");
    assert_eq!(
        artifact(&bench, &run, "polish")["text"],
        json!(THREE.replace("thick ", "")),
        "{}",
        bench.screen()
    );
}

#[test]
fn r7_a_polish_at_its_gate_shows_what_was_decided_on_each_change() {
    look("run_parts", at_three_changes, "y x", &[WIDE, NARROW]);
    look("run_parts_sides", at_three_changes, "y x d", &[WIDE, NARROW]);
}
