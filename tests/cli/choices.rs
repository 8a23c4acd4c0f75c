//! What an author chooses arrives: settings and limits, workflows and prompts of their own, gates set aside.

use serde_json::{Value, json};

use super::desk::{Desk, code, stderr, stdout};

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}"))).collect()
}

fn id(answer: &Value) -> String {
    answer["id"].as_str().unwrap().to_owned()
}

#[test]
fn m9_the_revision_limit_is_set_for_all_for_a_book_and_for_a_page() {
    let desk = Desk::new();
    let (chapter, first) = desk.page("Mara finds the boat");
    assert_eq!(desk.ok(&["page", "show", &first])["revision_limit"], 5);
    desk.configure("[offline]\nwords_per_second = 0\n[limits]\nrevision_requests = 1\n");
    let page = id(&desk.ok(&["page", "start", "--chapter", &chapter, "--beat", "Ida rows out"]));
    assert_eq!(desk.ok(&["page", "show", &page])["revision_limit"], 1);
    desk.ok(&["page", "revise", &page, "--feedback", "colder"]);
    desk.refused(&["page", "revise", &page, "--feedback", "colder"], "limit_reached");

    let book = desk.ok(&["book", "list"])["books"][0]["id"].as_str().unwrap().to_owned();
    desk.ok(&["book", "settings", &book, "--revision-requests", "2"]);
    let page = id(&desk.ok(&["page", "start", "--chapter", &chapter, "--beat", "The ice breaks"]));
    assert_eq!(desk.ok(&["page", "show", &page])["revision_limit"], 2);
    desk.ok(&["page", "limit", &page, "7"]);
    assert_eq!(desk.ok(&["page", "show", &page])["revision_limit"], 7);
    desk.ok(&["book", "settings", &book, "--revision-requests", "default"]);
    desk.refused(&["book", "settings", &book, "--revision-requests", "1001"], "invalid");
    desk.configure("[limits]\nrevision_requests = 5000\n");
    let out = desk.run(&["status"]);
    assert!(
        stderr(&out).contains("config.toml:2: revision_requests goes from 0 to 1,000"),
        "{}",
        stderr(&out)
    );
}

#[test]
fn m12_a_changed_beat_makes_its_page_stale_until_it_is_kept_or_regenerated() {
    let desk = Desk::new();
    let (_, page) = desk.page("Mara finds the boat");
    let causes = |desk: &Desk| desk.ok(&["page", "stale"])["pages"].clone();
    assert_eq!(causes(&desk), json!([]));
    desk.ok(&["page", "beat", &page, "--beat", "a dragon lands on the pier"]);
    let stale = causes(&desk);
    assert_eq!(stale[0]["causes"][0]["cause"], "its beat has changed", "{stale}");
    assert_eq!(stale[0]["causes"][0]["kind"], "beat");

    desk.ok(&["page", "fine", &page]);
    assert_eq!(causes(&desk), json!([]), "it was said to be fine");
    desk.ok(&["page", "beat", &page, "--beat", "a ship lands at the pier"]);
    let asked = desk.ok(&["page", "regenerate-stale"]);
    assert_eq!(asked["asked"][0]["step"], "narration");
    assert_eq!(causes(&desk), json!([]), "it was written from the new beat");

    // An approved page keeps its approval, and is stale all the same.
    desk.ok(&["page", "approve", &page]);
    desk.ok(&["page", "skip", &page]);
    desk.ok(&["page", "beat", &page, "--beat", "nobody comes"]);
    assert_eq!(desk.state(&page), "page_approved");
    assert_eq!(causes(&desk)[0]["id"], json!(page));
    assert_eq!(desk.ok(&["page", "regenerate-stale"])["left"][0]["id"], json!(page));
    assert_eq!(code(&desk.run(&["doctor", "--compare"])), 0);
}

/// A workflow whose `notes` are made only when they are asked for, and whose draft reads them.
const WITH_NOTES: &str = r#"id = "noted"
version = 1
subject = "text"

[parameters.extra]
type = "boolean"
default = false

[[steps]]
id = "notes"
agent = "noted_writer"
if = "extra"

[[steps]]
id = "draft"
agent = "noted_writer"
needs = ["notes"]
gate = { ask = "author" }
"#;

const NOTED_PROMPT: &str = "---\nname: noted_writer\ninputs:\n  subject: { type: object }\n  steps: { type: object }\n---\n\
                            user:\nWrite on: {{ subject.text }}\nNotes: [{{ steps.notes }}]{% for note in steps.notes %}{{ note }}{% endfor %}\n";

#[test]
fn m18_a_step_that_was_passed_over_is_empty_for_the_steps_after_it() {
    let desk = Desk::new();
    for (folder, name, text) in
        [("workflows", "noted.toml", WITH_NOTES), ("prompts", "noted_writer.prompty", NOTED_PROMPT)]
    {
        let folder = desk.root().join("config").join(folder);
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join(name), text).unwrap();
    }
    let started = desk.ok(&["run", "start", "noted", "--text", "The sea was calm."]);
    let steps = started["steps"].as_array().unwrap();
    assert_eq!((steps[0]["phase"].as_str(), steps[1]["phase"].as_str()), (Some("skipped"), Some("gate")));
    assert_eq!(started["attempts"].as_array().unwrap().len(), 1, "{started}");
}

#[test]
fn m23_a_new_workflow_takes_no_name_that_is_there_already() {
    let desk = Desk::new();
    for name in ["story", "publish", "page", "Story", "steps", "9lives", "my story", ""] {
        let out = desk.run(&["workflow", "new", name]);
        assert_eq!(code(&out), 2, "{name}: {}{}", stdout(&out), stderr(&out));
    }
    desk.ok(&["workflow", "new", "lengthen"]);
    assert_eq!(code(&desk.run(&["workflow", "new", "lengthen"])), 2);
    assert_eq!(code(&desk.run(&["workflow", "new", "LENGTHEN"])), 2);
    let prompts = desk.root().join("config/prompts");
    std::fs::write(prompts.join("other_writer.prompty"), "mine").unwrap();
    let out = desk.run(&["workflow", "new", "other"]);
    assert!(stderr(&out).contains("other_writer.prompty is there already"), "{}", stderr(&out));
    assert!(!desk.root().join("config/workflows/other.toml").exists(), "all or nothing");
    assert_eq!(std::fs::read_to_string(prompts.join("other_writer.prompty")).unwrap(), "mine");
}

#[test]
fn m7_a_prompt_that_would_fail_on_every_call_is_refused_when_it_is_saved() {
    let desk = Desk::new();
    let shown = desk.ok(&["prompt", "show", "narrator"])["text"].as_str().unwrap().to_owned();
    let file = desk.file("m.prompty", &format!("{shown}{{{{ subject.title }}}}\n"));
    let out = desk.run(&["prompt", "edit", "narrator", "--file", &file]);
    assert_eq!(code(&out), 2);
    let line = shown.lines().count() + 1;
    assert!(
        stderr(&out).contains(&format!("m.prompty:{line}: `subject` is not a variable")),
        "{}",
        stderr(&out)
    );
    assert_eq!(desk.ok(&["prompt", "show", "narrator"])["layer"], "shipped");
}

#[test]
fn m19b_what_failed_can_be_set_aside_and_taken_up_again() {
    let desk = Desk::new();
    let file = desk.file("book.md", "# The Bell\n\n## One\n\nMara opened the door and looked at the sea.\n");
    let book = id(&desk.ok(&["import", "book", &file, "--yes"]));
    let out = format!("out={}", desk.file("mine.txt", "my own"));
    let failed = desk.run(&["run", "start", "publish", "--book", &book, "--set", &out, "--json"]);
    let run: Value = serde_json::from_slice(&failed.stdout).unwrap();
    let run = run["run"]["id"].as_str().unwrap().to_owned();
    let totals = |desk: &Desk| {
        let totals = desk.ok(&["status"])["totals"].clone();
        (totals["attention"].as_u64().unwrap(), totals["set_aside"].as_u64().unwrap())
    };
    assert_eq!(totals(&desk), (1, 0));
    let aside = desk.run(&["run", "aside", &run, "--json"]);
    assert_eq!(totals(&desk), (0, 1), "{}", stdout(&aside));
    assert!(stdout(&desk.run(&["work"])).contains("0 need attention · 1 deferred"));
    desk.run(&["run", "aside", &run, "--take-up"]);
    assert_eq!(totals(&desk), (1, 0));
    // What is tried again and fails again is new trouble.
    desk.run(&["run", "aside", &run]);
    desk.run(&["run", "retry", &run]);
    assert_eq!(totals(&desk), (1, 0));
    desk.run(&["run", "aside", &run]);
    desk.run(&["run", "undo", &run]);
    assert_eq!(totals(&desk), (1, 0), "setting aside is a decision like others");
    assert_eq!(code(&desk.run(&["doctor", "--compare"])), 0);
}

#[test]
fn m20_files_that_a_decision_left_behind_are_named() {
    let desk = Desk::new();
    let ghost = "# The Fire\n\n## One\n\nMara Vell died in the fire that night.\n\n## Two\n\nMara Vell opened the \
                 door and said hello.\n";
    let file = desk.file("book.md", ghost);
    let book = id(&desk.ok(&["import", "book", &file, "--yes"]));
    let out = desk.root().join("out");
    let publish = ["publish", &book, "--out", out.to_str().unwrap(), "--format", "md,txt", "--json"];
    let answer: Value = serde_json::from_slice(&desk.run(&publish).stdout).unwrap();
    let run = answer["run"].as_str().unwrap().to_owned();
    let published = |answer: &Value| answer["published"].clone();
    let shown = desk.ok(&["run", "override", &run, "--reason", "a ghost"]);
    assert_eq!(published(&shown), json!({ "left": [], "gone": [] }));
    let undone = desk.ok(&["run", "undo", &run]);
    let left: Vec<&str> =
        undone["published"]["left"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    assert_eq!(left.len(), 2, "{undone}");
    assert!(stdout(&desk.run(&["run", "show", &run])).contains("published before and still there: "));
    std::fs::remove_file(left[0]).unwrap();
    let redone = desk.ok(&["run", "redo", &run]);
    assert_eq!(redone["published"]["gone"], json!([left[0]]), "{redone}");
    let undone = desk.ok(&["run", "undo", &run]);
    assert_eq!(undone["published"]["left"].as_array().unwrap().len(), 1);
}

#[test]
fn states_titles_and_places_that_mean_nothing_are_refused() {
    let desk = Desk::new();
    let (chapter, page) = desk.page("Mara finds the boat");
    let out = desk.run(&["page", "list", "--chapter", &chapter, "--state", "nonsense"]);
    assert_eq!(code(&out), 2);
    assert!(stderr(&out).contains("user_reviewing_narration"), "the states are named: {}", stderr(&out));
    let pages = desk.ok(&["page", "list", "--chapter", &chapter, "--state", "user_reviewing_narration"]);
    assert_eq!(pages["pages"].as_array().unwrap().len(), 1);
    for title in ["\u{200b}", "\u{200b}\u{2060} \u{feff}", ""] {
        desk.refused(&["book", "new", title], "invalid");
    }
    desk.refused(&["chapter", "rename", &chapter, "\u{200b}"], "invalid");
    for position in ["0", "2", "99"] {
        desk.refused(&["page", "move", &page, "--position", position], "invalid");
    }
    desk.ok(&["page", "move", &page, "--position", "1"]);
    assert_eq!(desk.ok(&["chapter", "list"])["chapters"][0]["id"], json!(chapter), "of all books");

    desk.ok(&["page", "approve", &page]);
    desk.ok(&["page", "skip", &page]);
    desk.refused(&["page", "edit", &page, "--step", "dialogue", "--text", "x"], "was_skipped");
    let out = desk.run(&["page", "edit", &page, "--text", "x", "--json"]);
    let answer: Value = serde_json::from_slice(&out.stdout).unwrap();
    assert_eq!(answer["error"]["message"], "all is approved; say which step is meant: narration");
}

#[test]
fn a_long_beat_is_cut_with_a_mark_and_a_trashed_page_is_not_being_written() {
    let desk = Desk::new();
    let chapter = desk.chapter();
    let beat = "Mara finds the boat ".repeat(20);
    let page = id(&desk.ok(&["page", "start", "--chapter", &chapter, "--beat", &beat, "--detach"]));
    let cut = desk.ok(&["page", "status", &page])["beat"].as_str().unwrap().to_owned();
    assert!(cut.ends_with('…') && cut.chars().count() <= 120, "{cut}");
    desk.ok(&["page", "trash", &page]);
    assert_eq!(desk.state(&page), "trashed");
    desk.ok(&["page", "bring-back", &page]);
    assert_eq!(desk.state(&page), "generating_narration");
}

#[test]
fn e6_commands_and_attempts_are_logged_with_their_ids_and_durations_and_rows_have_an_owner() {
    let desk = Desk::new();
    desk.configure("author = \"Ada\"\n[offline]\nwords_per_second = 0\n");
    let (chapter, page) = desk.page("Mara finds the boat");
    desk.ok(&["page", "approve", &page, "--detach"]);
    desk.run(&["page", "approve", "nowhere"]);
    let out = desk.run(&["work", "--json"]);
    let told = lines(&stderr(&out));
    assert!(told.iter().any(|e| e["event"] == "attempt_started" && e["step"] == "dialogue"), "{told:?}");
    assert!(told.iter().any(|e| e["event"] == "attempt_delivered" && e["run"].is_string()), "{told:?}");

    let run = desk.ok(&["page", "status", &page])["run"].as_str().unwrap().to_owned();
    let log = lines(&std::fs::read_to_string(desk.root().join("state/galley.log")).unwrap());
    let approved = log.iter().find(|l| l["fields"]["command"] == "approve").unwrap();
    let fields = &approved["fields"];
    assert_eq!((fields["run"].as_str(), fields["step"].as_str()), (Some(run.as_str()), Some("narration")));
    assert_eq!(fields["actor"], "Ada");
    assert!(fields["duration_ms"].as_f64().is_some_and(|ms| ms > 0.0), "{approved}");
    let ended = log.iter().find(|l| l["fields"]["message"] == "attempt ended").unwrap();
    let span = &ended["span"];
    assert_eq!(
        (span["run"].as_str(), span["step"].as_str()),
        (Some(run.as_str()), Some("narration")),
        "{ended}"
    );
    assert!(span["attempt"].as_str().is_some_and(|a| a.starts_with(&run)), "{ended}");
    assert!(ended["fields"]["duration_ms"].is_number());

    assert_eq!(desk.ok(&["book", "list"])["books"][0]["owner"], "Ada");
    assert_eq!(desk.ok(&["chapter", "show", &chapter])["owner"], "Ada");
    assert_eq!(desk.ok(&["page", "status", &page])["owner"], "Ada");
}
