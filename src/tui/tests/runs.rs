//! Runs of workflows about a text or a book: how they are started, followed and decided on.

mod parts;

use serde_json::json;

use super::bench::Bench;
use super::fixture::{Fixture, NARRATION};
use crate::domain::run::{Outcome, Phase, Run, RunCommand};
use crate::domain::{RunId, StepName, Time};
use crate::engine::{About, LiveText};

const WIDE: (u16, u16) = (120, 40);
const NARROW: (u16, u16) = (60, 20);
const LEAST: (u16, u16) = (40, 12);

const BETTER: &str = "The harbour lay under ice. Mara put down her bag and looked for the light.\n\nIt was out. She had never seen the point without it, and for a moment she thought she had come to the wrong town.";

fn report(score: f64, verdict: &str) -> String {
    json!({
        "quality_score": score, "decision": verdict,
        "strengths": ["The cold is felt at once.", "No word too many in the second paragraph."],
        "suggestions": [
            {"id": "s1", "where": "paragraph 1", "why": "\"from wall to wall\" says what the ice says already", "priority": "high"},
            {"id": "s2", "where": "paragraph 2", "why": "\"for a moment\" is a filter between us and Mara", "priority": "low"},
            {"id": "s3", "where": "the end", "why": "the wrong town could be named", "priority": "medium"},
        ],
    })
    .to_string()
}

fn polish(text: &str) -> String {
    let changes = json!([{"where": "paragraph 1", "before": " from wall to wall", "after": "", "why": "said twice", "suggestion": "s1"}]);
    json!({"title": "The dark lamp", "text": text, "changes": changes}).to_string()
}

fn text() -> About {
    About::Text { book: None, title: "The dark lamp".into(), text: NARRATION.into() }
}

/// A review that asks the author at everything, with its first report at the gate.
fn at_the_report(about: About) -> (Fixture, RunId) {
    let fixture = Fixture::book().0;
    let run = fixture.start("story", about, json!({"sit": true}));
    fixture.deliver_of(&run, "review", &report(71.0, "publish"));
    (fixture, run)
}

/// The same, with the first polish at its gate.
fn at_the_polish(about: About) -> (Fixture, RunId) {
    let (fixture, run) = at_the_report(about);
    fixture.say(&run, RunCommand::Approve { step: None, revision: None });
    fixture.deliver_of(&run, "polish", &polish(BETTER));
    (fixture, run)
}

/// One that is done: 71, then 96.
fn done(about: About) -> (Fixture, RunId) {
    let fixture = Fixture::book().0;
    let run = fixture.start("story", about, json!({}));
    fixture.deliver_of(&run, "review", &report(71.0, "polish"));
    fixture.deliver_of(&run, "polish", &polish(BETTER));
    fixture.deliver_of(&run, "review", &report(96.0, "publish"));
    (fixture, run)
}

/// The studio on a run, opened from the list of runs.
fn on((fixture, run): (Fixture, RunId), (width, height): (u16, u16)) -> (Bench, RunId) {
    let mut bench = Bench::new(fixture, width, height);
    bench.press("6 enter");
    assert_eq!(bench.app.cx.run.as_ref(), Some(&run), "it stands first in the list");
    (bench, run)
}

/// The screen, with what a run took masked: that differs from one time to the next.
fn timeless(bench: &mut Bench) -> String {
    let mut screen = bench.screen();
    for (before, after) in [(" ", " s, $"), ("running, ", " s")] {
        let mut from = 0;
        while let Some(at) = screen[from..].find(after).map(|at| from + at) {
            let digits = screen[..at].trim_end_matches(|c: char| c.is_ascii_digit() || c == '.').len();
            if at - digits == 3 && screen[..digits].ends_with(before) {
                screen.replace_range(digits..at, "#.#");
            }
            from = at + after.len();
        }
    }
    screen
}

/// Snapshots a state of a run in each size, after the same keys.
fn look(name: &str, of: fn(About) -> (Fixture, RunId), keys: &str, sizes: &[(u16, u16)]) {
    for size in sizes {
        let (mut bench, _) = on(of(text()), *size);
        bench.press(keys);
        insta::assert_snapshot!(format!("{name}_{}x{}", size.0, size.1), timeless(&mut bench));
    }
}

fn state(bench: &Bench, run: &RunId) -> Run {
    bench.fixture.engine.run(run).unwrap()
}

fn phase(bench: &Bench, run: &RunId, step: &str) -> Phase {
    state(bench, run).step(&StepName::new(step)).unwrap().phase.clone()
}

/// The artifact that a step stands with.
fn artifact(bench: &Bench, run: &RunId, step: &str) -> serde_json::Value {
    let state = state(bench, run);
    let revision = state.step(&StepName::new(step)).unwrap().revisions.last().unwrap().text.hash.clone();
    let text = bench.fixture.engine.store().reader().unwrap().text(&revision).unwrap().unwrap();
    serde_json::from_str(&text).unwrap()
}

#[test]
fn a_report_at_its_gate_is_read_as_a_report() {
    look("run_report", at_the_report, "j j x", &[WIDE, NARROW, LEAST]);
}

#[test]
fn a_polish_is_read_as_what_it_changes_its_text_and_its_log() {
    look("run_polish", at_the_polish, "", &[WIDE, NARROW]);
    look("run_polish_log", at_the_polish, "d d d", &[WIDE, NARROW]);
}

#[test]
fn what_came_of_a_review_shows_the_course_of_its_score() {
    look("run_done", done, "", &[WIDE, NARROW]);
    look("run_versions", done, "shift-tab", &[WIDE, NARROW, LEAST]);
}

#[test]
fn a_run_in_need_says_what_failed_and_what_can_be_done() {
    let failed = |about| {
        let fixture = Fixture::book().0;
        let run = fixture.start("story", about, json!({}));
        fixture.fail_of(&run, "review", "the key was refused (401)");
        (fixture, run)
    };
    look("run_failed", failed, "", &[WIDE, NARROW]);
}

#[test]
fn r1_a_result_is_seen_as_it_is_written_without_loading_anything() {
    let fixture = Fixture::book().0;
    let run = fixture.start("story", text(), json!({}));
    fixture.begin_of(&run, "review");
    let (mut bench, run) = on((fixture, run), WIDE);
    let live = LiveText {
        text: "{\"quality_score\": 71, \"decis".into(),
        model: "offline/rehearsal".into(),
        step: StepName::new("review"),
        started_at: Time(i64::MAX / 2),
    };
    bench.app.cx.live_runs.insert(run.clone(), vec![live]);
    bench.app.streamed(&[], &[run]);
    assert!(bench.app.asks().is_empty(), "a delta alone asks for nothing of the store");
    insta::assert_snapshot!("run_live_120x40", timeless(&mut bench));
}

#[test]
fn inbox_and_runs_list_the_runs_beside_the_pages() {
    for size in [WIDE, NARROW] {
        let (fixture, run) = at_the_report(text());
        fixture.start(
            "story",
            About::Text { book: None, title: "Other".into(), text: "x".into() },
            json!({}),
        );
        let mut bench = Bench::new(fixture, size.0, size.1);
        bench.press("6");
        insta::assert_snapshot!(format!("runs_own_{}x{}", size.0, size.1), timeless(&mut bench));
        bench.press("3");
        insta::assert_snapshot!(format!("inbox_own_{}x{}", size.0, size.1), timeless(&mut bench));
        bench.press("j j enter");
        assert_eq!(bench.app.cx.run.as_ref(), Some(&run));
        assert!(bench.screen().contains("suggestions"), "{}", bench.screen());
    }
}

#[test]
fn r7_refused_suggestions_are_left_out_of_the_report_that_is_approved() {
    let (mut bench, run) = on(at_the_report(text()), WIDE);
    // Score, head, then the three suggestions: the first and the third are refused, and the third taken again.
    bench.press("j j x j x y");
    assert!(bench.screen().contains("approve without 1"), "{}", bench.screen());
    bench.press("k x");
    assert!(bench.screen().contains("2 refused"), "{}", bench.screen());
    bench.press("a");
    let kept = artifact(&bench, &run, "review");
    let ids: Vec<_> = kept["suggestions"].as_array().unwrap().iter().map(|s| s["id"].clone()).collect();
    assert_eq!(ids, [json!("s3")]);
    assert_eq!(kept["quality_score"], json!(71.0));
    assert!(matches!(phase(&bench, &run, "polish"), Phase::Queued { .. }), "the polish is asked for");
    assert!(bench.screen().contains("approved without"), "{}", bench.screen());
}

#[test]
fn r7_a_polish_is_edited_as_the_text_it_is() {
    let (mut bench, run) = on(at_the_polish(text()), WIDE);
    bench.press("e");
    assert!(bench.screen().contains("Edit the polish") && !bench.screen().contains("\"changes\""));
    bench.replaced(|text| text.replace("It was out.", "It was dark."));
    bench.press("ctrl-s");
    let edited = artifact(&bench, &run, "polish");
    assert!(edited["text"].as_str().unwrap().contains("It was dark."), "{edited}");
    assert_eq!(edited["changes"].as_array().unwrap().len(), 1, "the rest stays");
    assert!(matches!(phase(&bench, &run, "review"), Phase::Queued { .. }), "the next review is asked for");
}

#[test]
fn r7_the_author_lets_it_run_sits_at_it_again_and_stops_it() {
    let (mut bench, run) = on(at_the_report(text()), WIDE);
    bench.press("j j x L");
    assert_eq!(state(&bench, &run).parameters["sit"], json!(false));
    assert!(matches!(phase(&bench, &run, "polish"), Phase::Queued { .. }), "the open gate is left to itself");
    let kept = artifact(&bench, &run, "review");
    assert_eq!(kept["suggestions"].as_array().unwrap().len(), 2, "what was refused is left out all the same");
    bench.press("L");
    assert_eq!(state(&bench, &run).parameters["sit"], json!(true));
    bench.press("s");
    let state = state(&bench, &run);
    assert!(state.first_unsettled().is_none(), "{:?}", state.standing());
    assert!(bench.screen().contains("complete: stopped by"), "{}", bench.screen());
}

#[test]
fn an_earlier_result_is_brought_back_as_a_new_one() {
    let (mut bench, run) = on(at_the_report(text()), WIDE);
    bench.press("f");
    bench.fixture.deliver_of(&run, "review", &report(64.0, "polish"));
    bench.changed();
    assert!(bench.screen().contains("64.0 of 100"), "{}", bench.screen());
    bench.press("R enter");
    let screen = bench.screen();
    assert!(
        screen.contains("earlier: review 1") && screen.contains("71.0 of 100"),
        "it is looked at: {screen}"
    );
    assert_eq!(state(&bench, &run).step(&StepName::new("review")).unwrap().revisions.len(), 2);
    bench.press("a");
    assert!(bench.screen().contains("no gate is open on what is shown"), "{}", bench.screen());
    bench.press("esc");
    assert!(bench.screen().contains("64.0 of 100"), "{}", bench.screen());
    bench.press("R enter");
    insta::assert_snapshot!("run_earlier_120x40", timeless(&mut bench));
    bench.press("R");
    assert!(
        bench.screen().contains("71.0 of 100") && bench.screen().contains("review 3"),
        "{}",
        bench.screen()
    );
    assert!(matches!(phase(&bench, &run, "review"), Phase::Gate { .. }));
}

#[test]
fn a_live_parameter_is_set_and_one_that_does_not_fit_is_refused_at_the_field() {
    let (mut bench, run) = on(at_the_report(text()), WIDE);
    bench.press("P");
    assert!(bench.screen().contains("threshold"), "{}", bench.screen());
    // closing, iterations, sit, threshold
    bench.press("G enter ctrl-u").typed("140").press("enter");
    assert!(bench.screen().contains("goes from 0 to 100, and is 140"), "{}", bench.screen());
    bench.press("ctrl-u").typed("70").press("enter");
    assert_eq!(state(&bench, &run).parameters["threshold"], json!(70));
}

#[test]
fn a_decision_on_a_run_speaks_of_the_revision_on_the_screen() {
    let (mut bench, run) = on(at_the_report(text()), WIDE);
    bench
        .fixture
        .say(&run, RunCommand::Revise { step: None, revision: None, feedback: None, passages: Vec::new() });
    bench.fixture.deliver_of(&run, "review", &report(80.0, "polish"));
    bench.press("j j x a");
    assert!(bench.screen().contains("is no longer the newest"), "{}", bench.screen());
    assert!(!bench.screen().contains("approve without"), "a refusal belongs to the report it was said of");
    bench.press("a");
    assert_eq!(artifact(&bench, &run, "review")["suggestions"].as_array().unwrap().len(), 3);
    assert!(matches!(phase(&bench, &run, "polish"), Phase::Queued { .. }));
}

#[test]
fn keys_decide_on_a_run_only_in_its_result() {
    let (mut bench, run) = on(at_the_report(text()), WIDE);
    bench.press("tab a s tab a s tab a s");
    assert!(matches!(phase(&bench, &run, "review"), Phase::Gate { .. }));
    bench.press("tab a");
    assert!(matches!(phase(&bench, &run, "review"), Phase::Settled { .. }));
}

#[test]
fn feedback_sends_a_report_back_and_undo_takes_that_back() {
    let (mut bench, run) = on(at_the_report(text()), WIDE);
    bench.press("r").typed("Look at the dialogue too.").press("ctrl-s");
    assert!(matches!(phase(&bench, &run, "review"), Phase::Queued { .. }));
    assert!(bench.screen().contains("Look at the dialogue too."), "{}", bench.screen());
    bench.press("u");
    assert!(matches!(phase(&bench, &run, "review"), Phase::Gate { .. }));
    bench.press("ctrl-r");
    assert!(matches!(phase(&bench, &run, "review"), Phase::Queued { .. }));
}

#[test]
fn after_a_decision_on_a_run_the_next_that_waits_is_offered() {
    let (mut bench, run) = on(at_the_report(text()), WIDE);
    bench.press("a");
    assert!(bench.screen().contains("(next: page"), "{}", bench.screen());
    bench.press(".");
    assert!(bench.screen().contains("Page "), "{}", bench.screen());
    bench.fixture.deliver_of(&run, "polish", &polish(BETTER));
    bench.changed();
    for _ in 0..4 {
        bench.press(".");
    }
    bench.press("3");
    assert!(bench.screen().contains("review polish"), "{}", bench.screen());
}

/// An author's own workflow with a rule at its gate, written as data.
fn ruled() -> Fixture {
    let fixture = Fixture::book().0;
    let folder = fixture.engine.home().workflows();
    std::fs::create_dir_all(&folder).unwrap();
    let toml = "id = \"length\"\nversion = 1\nabout = \"Is it long enough?\"\nsubject = \"text\"\n\
        [parameters.least]\ntype = \"integer\"\ndefault = 10\nmin = 1\nmax = 1000\nabout = \"words at least\"\n\
        [parameters.tone]\ntype = \"string\"\none_of = [\"dry\", \"warm\"]\nabout = \"how it sounds\"\n\
        [[steps]]\nid = \"count\"\ntool = \"count_words\"\nschema = \"word_count\"\n\
        gate = { ask = \"author\", pass = \"count.words >= least\" }\n";
    std::fs::write(folder.join("length.toml"), toml).unwrap();
    std::fs::write(folder.join("broken.toml"), "id = \"broken\"\nversion = 1\nsubject = \"moon\"\n").unwrap();
    fixture
}

#[test]
fn a_gate_that_fails_is_passed_with_a_reason_only() {
    let fixture = ruled();
    let run = fixture.start("length", text(), json!({"least": 500, "tone": "dry"}));
    fixture.deliver_of(&run, "count", "{\"words\": 41}");
    let (mut bench, run) = on((fixture, run), WIDE);
    insta::assert_snapshot!("run_rule_says_no_120x40", timeless(&mut bench));
    bench.press("a");
    assert_eq!(
        state(&bench, &run).ruling(state(&bench, &run).step(&StepName::new("count")).unwrap()),
        Some(Outcome::Fail)
    );
    assert!(matches!(phase(&bench, &run, "count"), Phase::Gate { .. }), "{}", bench.screen());
    bench.press("o ctrl-s");
    assert!(bench.screen().contains("a reason is needed"), "{}", bench.screen());
    bench.typed("It is a haiku.").press("ctrl-s");
    assert!(matches!(phase(&bench, &run, "count"), Phase::Settled { .. }));
    assert!(bench.screen().contains("It is a haiku."), "the reason is kept: {}", bench.screen());
}

/// An author's own workflow that fans out, with the author at every item.
fn of_items() -> (Fixture, RunId) {
    let fixture = Fixture::book().0;
    let home = fixture.engine.home();
    for folder in ["schemas", "workflows", "prompts"] {
        std::fs::create_dir_all(home.workflows().parent().unwrap().join(folder)).unwrap();
    }
    let schema = json!({
        "title": "Outline", "type": "object", "required": ["sections"],
        "properties": {"sections": {"type": "array", "items": {
            "type": "object", "required": ["id"], "properties": {"id": {"type": "string"}},
        }}},
    });
    std::fs::write(home.workflows().parent().unwrap().join("schemas/outline.json"), schema.to_string())
        .unwrap();
    let toml = "id = \"article\"\nversion = 1\nsubject = \"text\"\n\
        [[steps]]\nid = \"outline\"\nagent = \"narrator\"\nschema = \"outline\"\n\
        [[steps]]\nid = \"draft\"\nagent = \"narrator\"\nneeds = [\"outline\"]\noptional = true\n\
        each = { of = \"outline.sections\", key = \"id\" }\ngate = { ask = \"author\" }\n";
    std::fs::write(home.workflows().join("article.toml"), toml).unwrap();
    let run = fixture.start("article", text(), json!({}));
    fixture.deliver_of(&run, "outline", "{\"sections\": [{\"id\": \"intro\"}, {\"id\": \"end\"}]}");
    fixture.deliver_of(&run, "draft[intro]", "It begins at the harbour.");
    fixture.deliver_of(&run, "draft[end]", "It ends there too.");
    (fixture, run)
}

#[test]
fn the_items_of_a_step_are_decided_on_one_by_one() {
    let (mut bench, run) = on(of_items(), WIDE);
    insta::assert_snapshot!("run_items_120x40", timeless(&mut bench));
    bench.press("a");
    assert!(matches!(phase(&bench, &run, "draft[intro]"), Phase::Settled { .. }));
    let screen = bench.screen();
    assert!(screen.contains("It ends there too."), "the next item is shown: {screen}");
    bench.press("3");
    assert!(bench.screen().contains("review draft[end]"), "{}", bench.screen());
    bench.press("j j enter shift-tab k k k");
    let screen = bench.screen();
    assert!(screen.contains("sections: 2"), "data of any shape is an outline: {screen}");
}

#[test]
fn a_workflow_is_chosen_and_a_broken_one_says_why_it_cannot_be() {
    for size in [WIDE, NARROW] {
        let mut bench = Bench::new(ruled(), size.0, size.1);
        bench.press("!");
        insta::assert_snapshot!(format!("choose_workflow_{}x{}", size.0, size.1), timeless(&mut bench));
        bench.press("j j");
        assert!(bench.screen().contains("broken.toml"), "{}", bench.screen());
        bench.press("enter");
        assert!(bench.screen().contains("Start which workflow?"), "it is not started: {}", bench.screen());
    }
}

#[test]
fn a_form_asks_for_parameters_and_says_at_the_field_what_is_wrong() {
    for size in [WIDE, NARROW, LEAST] {
        let mut bench = Bench::new(ruled(), size.0, size.1);
        bench.press("! G enter tab ctrl-u").typed("1001").press("enter");
        insta::assert_snapshot!(format!("start_form_{}x{}", size.0, size.1), timeless(&mut bench));
        assert!(bench.app.cx.run.is_none());
        bench.press("ctrl-u").typed("20").press("tab right enter");
        let run = bench.app.cx.run.clone().unwrap_or_else(|| panic!("{}", bench.screen()));
        let state = state(&bench, &run);
        assert_eq!(state.parameters["least"], json!(20));
        assert_eq!(state.parameters["tone"], json!("dry"));
        assert_eq!(state.subject.chapter, bench.app.cx.here.in_chapter, "the chapter of the board");
    }
}

#[test]
fn a_run_begins_about_a_page_on_the_desk_and_about_a_file_that_is_typed() {
    let mut bench = Bench::on_the_book(120, 40);
    bench.press("j j enter");
    let page = bench.app.cx.here.page.clone();
    bench.press("! enter enter");
    let run = bench.app.cx.run.clone().unwrap();
    assert_eq!(state(&bench, &run).subject.page, page);
    assert!(!bench.screen().contains("Start story"), "the form is done with: {}", bench.screen());

    bench.press("2 ! enter left tab").typed("/nowhere/at/all.md").press("enter");
    assert!(bench.screen().contains("failed") || bench.screen().contains("refused"), "{}", bench.screen());
    assert!(bench.screen().contains("/nowhere/at/all.md"), "what was typed stays: {}", bench.screen());
    let file = bench.fixture.folder.path().join("own text.md");
    std::fs::write(&file, "# Mine\n\nWords of mine.").unwrap();
    bench.press("ctrl-u").typed(&file.display().to_string()).press("enter");
    let run = bench.app.cx.run.clone().unwrap();
    let state = state(&bench, &run);
    assert_eq!((state.title.as_str(), state.subject.page), ("own text", None));
}

#[test]
fn a_version_goes_into_a_file_and_never_over_another() {
    let (mut bench, _) = on(done(text()), WIDE);
    let file = bench.fixture.folder.path().join("out.md");
    bench.press("F ctrl-u").typed(&file.display().to_string()).press("enter");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), BETTER);
    std::fs::write(&file, "mine").unwrap();
    bench.press("F ctrl-u").typed(&file.display().to_string()).press("enter");
    assert!(bench.screen().contains("refused"), "{}", bench.screen());
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "mine");
}

#[test]
fn a_version_becomes_the_narration_of_its_page_unless_that_has_dialogue() {
    let fixture = Fixture::book().0;
    let reader = fixture.engine.store().reader().unwrap();
    let book = reader.books(false).unwrap().remove(0).id;
    let pages = reader.pages_window(&book, 0, 3).unwrap();
    let review = |page: usize| {
        let run = fixture.start("story", About::Page(pages[page].id.clone()), json!({"threshold": 90}));
        fixture.deliver_of(&run, "review", &report(71.0, "polish"));
        fixture.deliver_of(&run, "polish", &polish(BETTER));
        fixture.deliver_of(&run, "review", &report(96.0, "publish"));
        run
    };
    let (with_dialogue, without) = (review(0), review(2));
    let (mut bench, _) = on((fixture, without), WIDE);
    bench.press("T");
    assert!(bench.screen().contains("Make v2 the narration of page 3"), "{}", bench.screen());
    bench.press("enter");
    let detail = reader.page_detail(&pages[2].id).unwrap().unwrap();
    assert_eq!(detail.narration.unwrap().text, BETTER);
    bench.app.cx.run = Some(with_dialogue);
    bench.changed();
    bench.press("T");
    assert!(bench.screen().contains("the page has dialogue"), "{}", bench.screen());
}

#[test]
fn the_run_screen_survives_every_size_and_is_ascii_on_request() {
    for of in [at_the_report, at_the_polish, done] {
        let (mut bench, _) = on(of(text()), WIDE);
        bench.app.cx.theme = bench.app.cx.theme.clone().with_ascii();
        for keys in [
            "", "tab", "tab", "tab", "tab d", "d", "d", "x", "p", "d", "P", "esc ?", "esc !", "enter",
            "esc F", "esc",
        ] {
            bench.press(keys);
            for (width, height) in [(1, 1), (40, 10), (59, 11), (60, 24), (80, 24), (300, 100), WIDE] {
                bench.resize(width, height);
            }
            let screen = bench.screen();
            let odd = screen.chars().find(|c| !c.is_ascii());
            assert_eq!(odd, None, "after {keys:?}:\n{screen}");
        }
    }
}

#[test]
fn a_model_s_words_in_a_report_reach_no_terminal_as_codes() {
    let fixture = Fixture::book().0;
    let run = fixture.start("story", text(), json!({"sit": true}));
    let hostile = report(71.0, "polish").replace("paragraph 1", "\\u001b[31mred\\u202e\\u0007");
    fixture.deliver_of(&run, "review", &hostile);
    let (mut bench, _) = on((fixture, run), WIDE);
    let screen = bench.screen();
    assert!(screen.contains("red"), "{screen}");
    assert!(!screen.contains(['\u{1b}', '\u{202e}', '\u{7}']), "{screen:?}");
}
