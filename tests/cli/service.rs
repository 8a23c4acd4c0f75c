//! Use cases that have one implementation: what they mean, accept and answer is the same for every face.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use galley::config::Home;
use galley::domain::ChapterId;
use galley::engine::{Engine, OpenOptions};
use galley::tui::errand::{Errand, Order, Outcome, Then, Trouble, run};
use serde_json::{Value, json};

use super::desk::{Desk, code, stderr, stdout};

/// A book that the coherence check finds nothing wrong with; returns it with its one chapter.
fn book(desk: &Desk, text: &str) -> (String, String) {
    let file = desk.file("book.md", text);
    let book = desk.ok(&["import", "book", &file, "--yes"])["id"].as_str().unwrap().to_owned();
    let chapters = desk.ok(&["chapter", "list", "--book", &book]);
    (book, chapters["chapters"][0]["id"].as_str().unwrap().to_owned())
}

const SOUND: &str = "# The Bell\n\n## One\n\nMara opened the door and looked at the sea.\n";

/// Two pages of which one says that somebody died, and the next lets her speak.
const GHOST: &str = "# The Fire\n\n## One\n\nMara Vell died in the fire that night.\n\n## Two\n\nMara Vell opened the \
                     door and said hello.\n";

/// A run that fails at its last step: what it is to write is in the way.
fn failing(desk: &Desk, book: &str, extra: &[&str]) -> String {
    let out = format!("out={}", desk.file("mine.txt", "my own"));
    let start = [&["run", "start", "publish", "--book", book, "--set", &out, "--json"], extra].concat();
    let answer: Value = serde_json::from_slice(&desk.run(&start).stdout).unwrap();
    answer["run"]["id"].as_str().unwrap().to_owned()
}

/// What comes of an errand of the studio on the same database.
fn studio(desk: &Desk, errand: Errand) -> Result<Outcome, Trouble> {
    let engine = Engine::open(Home::at(desk.root()), &OpenOptions::default()).unwrap();
    run(&engine, None, Order { errand, then: Then::Nothing, draft: None }).result
}

/// What the studio says to `doctor`.
fn doctor_of_the_studio(desk: &Desk) -> String {
    match studio(desk, Errand::Doctor) {
        Ok(Outcome::Report(lines)) => lines.join("\n"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn m5_a_run_that_makes_no_versions_is_refused_as_a_story_and_nothing_of_it_is_driven() {
    let desk = Desk::new();
    let (book, _) = book(&desk, SOUND);
    let published = failing(&desk, &book, &[]);
    let waiting = failing(&desk, &book, &["--detach"]);
    desk.ok(&["workflow", "new", "lengthen"]);
    let own = desk.ok(&["run", "start", "lengthen", "--text", "The sea was calm."]);
    let own = own["run"]["id"].as_str().unwrap().to_owned();
    let (_, page) = desk.page("Mara finds the boat");
    let page = desk.ok(&["page", "status", &page])["run"].as_str().unwrap().to_owned();
    for run in [&published, &waiting, &own, &page] {
        desk.refused(&["story", "show", run], "no_versions");
        desk.refused(&["story", "resume", run], "no_versions");
        desk.refused(&["story", "resume", run, "--retry"], "no_versions");
    }
    assert_eq!(desk.ok(&["run", "show", &waiting])["run"]["attempts"], 0);
}

#[test]
fn m11_every_run_that_waits_or_failed_is_in_the_inbox_with_its_age() {
    let desk = Desk::new();
    let file = desk.file("t.txt", "A shiver ran down her spine. She let out a breath.\n");
    let sits = desk.ok(&["story", "review", &file, "--sit"])["story_id"].as_str().unwrap().to_owned();
    let (book, _) = book(&desk, SOUND);
    let failed = failing(&desk, &book, &[]);
    let (_, page) = desk.page("Mara finds the boat");

    let status = desk.ok(&["status"]);
    let listed = |kind: &str| status[kind].as_array().unwrap().clone();
    let gate = listed("gates").into_iter().find(|g| g["run"]["id"] == json!(sits)).unwrap();
    assert_eq!(gate["step"], "review");
    assert!(gate["age_ms"].as_i64().is_some_and(|age| age >= 0), "{gate}");
    assert!(listed("gates").iter().any(|g| g["page"]["id"] == json!(page)), "pages are there as before");
    let need = listed("attention").into_iter().find(|n| n["id"] == json!(failed)).unwrap();
    assert_eq!(need["attention"]["reason"], "failed");
    assert_eq!(status["totals"]["inbox"], listed("gates").len());
    assert_eq!(status["totals"]["attention"], listed("attention").len());
    let told = stdout(&desk.run(&["status"]));
    assert!(told.contains(&sits) && told.contains(&failed) && told.contains(&page), "{told}");
}

#[test]
fn m11_work_whose_only_run_failed_says_so_by_its_exit_code_once() {
    let desk = Desk::new();
    let (book, _) = book(&desk, SOUND);
    let run = failing(&desk, &book, &["--detach"]);
    let out = desk.run(&["work"]);
    assert_eq!(code(&out), 4, "{}", stderr(&out));
    assert!(stderr(&out).contains(&run) && stderr(&out).contains("galley run retry"), "{}", stderr(&out));
    assert_eq!(code(&desk.run(&["work"])), 0, "it is not this work that failed");
}

#[test]
fn d1_a_damaged_text_is_found_by_both_faces() {
    let desk = Desk::new();
    desk.page("Mara finds the boat");
    let whole = doctor_of_the_studio(&desk);
    assert!(whole.contains("health     ok") && !whole.contains("damaged"), "{whole}");
    let database = rusqlite::Connection::open(desk.root().join("data/galley.db")).unwrap();
    let damage = "UPDATE blobs SET data = zeroblob(length(data)) WHERE id = (SELECT max(id) FROM blobs)";
    assert_eq!(database.execute(damage, ()).unwrap(), 1);
    drop(database);

    let out = desk.run(&["doctor", "--json"]);
    assert_eq!(code(&out), 5, "{}", stdout(&out));
    let found: Value = serde_json::from_slice(&out.stdout).unwrap();
    let hash = found["checkup"]["damaged"][0].as_str().unwrap();
    assert!(found["error"]["hint"].as_str().unwrap().contains("no backup"), "there is none: {found}");
    let studio = doctor_of_the_studio(&desk);
    assert!(studio.starts_with("the database is damaged"), "{studio}");
    assert!(studio.contains(hash) && studio.contains("CORRUPT"), "{studio}");
}

#[test]
fn d1_both_faces_tell_the_same_and_what_to_do_next() {
    let desk = Desk::new();
    let none = desk.ok(&["doctor"]);
    assert_eq!(none["next"][0]["command"], "galley book new \"TITLE\"");
    desk.page("Mara finds the boat");
    let next = desk.ok(&["doctor"])["next"].clone();
    assert!(next.as_array().unwrap().iter().any(|n| n["command"] == "galley status"), "{next}");
    // This process has no such variable either.
    let told = stdout(&desk.run_with(&["doctor"], &[("GALLEY_MODEL", "")]));
    // The file may grow by what opening it writes.
    let without_size =
        |text: &str| text.lines().filter(|l| !l.starts_with("size")).collect::<Vec<_>>().join("\n");
    assert_eq!(without_size(&told), without_size(&doctor_of_the_studio(&desk)));
}

#[test]
fn m25_a_backup_overwrites_nothing_and_brings_its_moment_back() {
    let desk = Desk::new();
    desk.ok(&["book", "new", "Ice"]);
    let file = desk.root().join("ice.db");
    let file = file.to_str().unwrap();
    let events = desk.ok(&["backup", file])["events"].clone();
    desk.refused(&["backup", file], "in_the_way");
    desk.ok(&["book", "new", "Snow"]);
    assert_eq!(desk.ok(&["restore", file])["events"], events);
    let books = desk.ok(&["book", "list"])["books"].clone();
    let titles: Vec<&str> = books.as_array().unwrap().iter().map(|b| b["title"].as_str().unwrap()).collect();
    assert!(titles.contains(&"Ice") && !titles.contains(&"Snow"), "{titles:?}");
}

#[cfg(unix)]
#[test]
fn r15_whatever_a_home_holds_belongs_to_its_owner_alone_and_doctor_restores_that() {
    use std::os::unix::fs::PermissionsExt as _;
    fn walk(folder: &Path, found: &mut Vec<std::path::PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
            }
            found.push(path);
        }
    }
    let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
    let desk = Desk::new();
    // This folder was made by the test.
    std::fs::set_permissions(desk.root().join("config"), std::fs::Permissions::from_mode(0o700)).unwrap();
    desk.page("Mara finds the boat");
    desk.ok(&["config", "budget", "2"]);
    desk.ok(&["config", "price", "local/m", "1", "2"]);
    desk.ok(&["workflow", "new", "mine"]);
    let mut all = Vec::new();
    for folder in ["config", "data", "state"] {
        let folder = desk.root().join(folder);
        walk(&folder, &mut all);
        all.push(folder);
    }
    let open: Vec<_> = all.iter().filter(|path| mode(path) & 0o077 != 0).collect();
    assert!(open.is_empty() && all.len() > 8, "{open:?} of {all:?}");

    let named = ["config", "config/config.toml", "data/galley.db", "data/galley.db.lock", "state/galley.log"];
    let named = named.map(|name| desk.root().join(name));
    for path in &named {
        let mode = if path.is_dir() { 0o755 } else { 0o644 };
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    }
    let restricted = desk.ok(&["doctor"])["restricted"].clone();
    for path in &named {
        assert!(restricted.as_array().unwrap().contains(&json!(path)), "{path:?}: {restricted}");
        assert_eq!(mode(path) & 0o077, 0, "{path:?}");
    }
    assert_eq!(desk.ok(&["doctor"])["restricted"], json!([]));
}

#[test]
fn o1_a_reason_passes_a_borderline_verdict_as_well_as_a_failed_one_and_is_kept() {
    let desk = Desk::new();
    let (book, _) = book(&desk, GHOST);
    for (borderline, verdict) in [("10", "borderline"), ("94", "fail")] {
        let out = desk.root().join(verdict);
        let scores = ["--pass", "95", "--borderline", borderline];
        let to = ["publish", &book, "--out", out.to_str().unwrap(), "--format", "md"];
        let stopped = desk.run(&[&to[..], &scores[..], &["--json"]].concat());
        let answer: Value = serde_json::from_slice(&stopped.stdout).unwrap();
        assert_eq!((code(&stopped), answer["ruling"].as_str()), (3, Some(verdict)));
        let run = answer["run"].as_str().unwrap();
        desk.ok(&["run", "override", run, "--reason", "a ghost story"]);
        assert!(out.join(format!("{book}.md")).exists());

        std::fs::remove_dir_all(&out).unwrap();
        let done = desk.ok(&[&to[..], &scores[..], &["--override", "I know"]].concat());
        assert!(out.join(format!("{book}.md")).exists());
        let said = desk.ok(&["run", "show", done["run"].as_str().unwrap()])["decisions"].clone();
        assert_eq!((&said[0]["kind"], &said[0]["note"]), (&json!("override"), &json!("I know")));
    }
    // What passes by itself needs no reason, and takes none.
    let (sound, _) = self::book(&desk, SOUND);
    let out = desk.root().join("sound");
    let done = desk.ok(&["publish", &sound, "--out", out.to_str().unwrap(), "--override", "I know"]);
    desk.refused(&["run", "override", done["run"].as_str().unwrap(), "--reason", "x"], "already_settled");
}

#[test]
fn m19c_parameters_that_contradict_each_other_are_usage_and_begin_no_run() {
    let desk = Desk::new();
    let (book, _) = book(&desk, SOUND);
    let out = desk.root().join("out");
    let out = out.to_str().unwrap();
    let whole = format!("out={out}");
    let epub = format!("out={out}/x.epub");
    let publish = ["run", "start", "publish", "--book", &book];
    let contradictory: [Vec<&str>; 6] = [
        vec!["publish", &book, "--out", out, "--pass", "10", "--borderline", "90"],
        vec!["publish", &book, "--out", out, "--pass", "60"],
        [&publish[..], &["--set", &whole, "--set", "pass_score=10"]].concat(),
        [&publish[..], &["--set", "out=not/whole"]].concat(),
        [&publish[..], &["--set", &whole, "--set", "formats=md,pdf"]].concat(),
        [&publish[..], &["--set", &epub, "--set", "formats=md"]].concat(),
    ];
    for arguments in contradictory {
        let refused = desk.run(&arguments);
        assert_eq!(code(&refused), 2, "{arguments:?}: {}", stderr(&refused));
    }
    assert!(desk.ok(&["run", "list"])["runs"].as_array().unwrap().is_empty());
    assert_eq!(desk.ok(&["status"])["totals"]["attention"], 0);
    desk.ok(&["publish", &book, "--out", out, "--pass", "60", "--borderline", "50"]);
}

#[test]
fn m21_no_run_is_begun_about_what_is_in_the_trash() {
    let desk = Desk::new();
    let (book, chapter) = book(&desk, SOUND);
    let page = format!("{chapter}_page_001");
    let begins = || {
        desk.refused(&["story", "review", &page], "trashed");
        desk.refused(&["run", "start", "story", "--page", &page], "trashed");
    };
    let begins_of_chapter = || {
        desk.refused(&["story", "review", &chapter], "trashed");
        desk.refused(&["run", "start", "story", "--chapter", &chapter], "trashed");
        desk.refused(&["export", "--chapter", &chapter], "trashed");
        desk.refused(&["export", "--chapter", &chapter, "--drafts"], "trashed");
        assert!(studio(&desk, Errand::Export(ChapterId::new(&*chapter))).is_err_and(|t| t.refused));
    };
    desk.ok(&["page", "trash", &page]);
    begins();
    desk.ok(&["page", "bring-back", &page]);
    desk.ok(&["chapter", "trash", &chapter]);
    begins();
    begins_of_chapter();
    desk.ok(&["chapter", "bring-back", &chapter]);
    desk.ok(&["book", "trash", &book]);
    begins();
    begins_of_chapter();
    desk.refused(&["coherence", &book], "trashed");
    desk.refused(&["authorship", &book], "trashed");
    let out = format!("out={}", desk.root().join("out").display());
    desk.refused(&["publish", &book], "trashed");
    desk.refused(&["run", "start", "publish", "--book", &book, "--set", &out], "trashed");
    desk.refused(&["run", "start", "story", "--text", "x", "--book", &book], "trashed");
    assert!(desk.ok(&["run", "list"])["runs"].as_array().unwrap().is_empty());
    desk.ok(&["book", "bring-back", &book]);
    desk.ok(&["story", "review", &chapter]);
}

const FAULTY: &str = "She found a apple on the the step. Then she went home.";

#[test]
fn m22_a_place_that_cannot_be_written_is_refused_before_a_run_begins() {
    let desk = Desk::new();
    let text = desk.file("t.txt", FAULTY);
    let missing = desk.root().join("none/x.txt");
    for to in [missing.as_path(), desk.root(), Path::new("/proc/x.txt")] {
        let to = to.to_str().unwrap();
        let out = desk.run(&["story", "review", &text, "--out", to]);
        assert_eq!(code(&out), 2, "{to}: {}", stderr(&out));
    }
    desk.refused(&["story", "review", &text, "--out", &text], "in_the_way");
    let detached = ["story", "review", &text, "--detach", "--out", "never.txt"];
    assert_eq!(code(&desk.run(&detached)), 2, "there is no final text to write");
    assert!(desk.ok(&["run", "list"])["runs"].as_array().unwrap().is_empty());
}

#[test]
fn m22_the_run_is_named_also_when_it_is_interrupted() {
    let desk = Desk::new();
    desk.configure("[offline]\nwords_per_second = 1\n");
    let text = desk.file("t.txt", FAULTY);
    let mut command = desk.command(&["story", "review", &text, "--json"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut told = BufReader::new(child.stderr.take().unwrap()).lines();
    let first: Value = serde_json::from_str(&told.next().unwrap().unwrap()).unwrap();
    assert!(told.by_ref().any(|line| line.unwrap().contains("stage_started")));
    let id = child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    let out = child.wait_with_output().unwrap();
    let answer: Value = serde_json::from_slice(&out.stdout).unwrap();
    assert_eq!((code(&out), &answer["error"]["kind"]), (130, &json!("interrupted")));
    assert_eq!(answer["error"]["run"], first["story_id"]);
    let said: Vec<String> = told.map(Result::unwrap).collect();
    assert!(said.iter().any(|l| l == &format!("run: {}", first["story_id"].as_str().unwrap())), "{said:?}");
}

#[test]
fn m22b_no_file_is_overwritten_unless_that_is_asked_for() {
    let desk = Desk::new();
    let text = desk.file("t.txt", FAULTY);
    let story = desk.ok(&["story", "review", &text])["story_id"].as_str().unwrap().to_owned();
    let old = desk.file("old.txt", "mine");
    let (_, chapter) = book(&desk, SOUND);
    let writes = [
        vec!["story", "show", &story, "--out", &old],
        vec!["story", "resume", &story, "--out", &old],
        vec!["story", "review", &text, "--out", &old],
        vec!["export", "--chapter", &chapter, "--out", &old],
    ];
    for write in &writes {
        desk.refused(write, "in_the_way");
    }
    let errand = || Errand::WriteText { path: old.clone(), text: "new".into() };
    assert!(studio(&desk, errand()).is_err_and(|trouble| trouble.refused));
    assert_eq!(std::fs::read_to_string(&old).unwrap(), "mine");
    for write in &writes {
        std::fs::write(&old, "mine").unwrap();
        desk.ok(&[&write[..], &["--force"]].concat());
        assert_ne!(std::fs::read_to_string(&old).unwrap(), "mine", "{write:?}");
    }
    std::fs::remove_file(&old).unwrap();
    assert!(studio(&desk, errand()).is_ok());
    assert_eq!(std::fs::read_to_string(&old).unwrap(), "new");
}

#[test]
fn m22b_the_final_text_is_written_once_it_is_final() {
    let desk = Desk::new();
    let text = desk.file("t.txt", FAULTY);
    let better = desk.root().join("better.txt");
    let to = ["--out", better.to_str().unwrap()];
    let begun = desk.ok(&[&["story", "review", &text, "--sit"], &to[..]].concat());
    assert!(begun["out"].is_null() && !better.exists(), "it waits at its first report");
    let run = begun["story_id"].as_str().unwrap();
    desk.ok(&["run", "stop", run]);
    let done = desk.ok(&[&["story", "resume", run], &to[..]].concat());
    assert_eq!(done["final_text"], std::fs::read_to_string(better).unwrap());
}

#[test]
fn d2_both_faces_export_the_same_text_with_the_titles_of_pages_and_breaks_between_others() {
    let desk = Desk::new();
    let (_, chapter) = book(&desk, SOUND);
    let page = |text: &str, title: &str| {
        let start = ["page", "start", "--chapter", &chapter, "--beat", "x", "--detach"];
        let page = desk.ok(&start)["id"].as_str().unwrap().to_owned();
        desk.ok(&["page", "write", &page, "--file", &desk.file("text.md", text)]);
        desk.ok(&["page", "approve", &page, "--detach"]);
        desk.ok(&["page", "skip", &page]);
        if !title.is_empty() {
            desk.ok(&["page", "rename", &page, title]);
        }
        page
    };
    let second = page("Second.", "");
    page("Third.", "The boat");
    let printed = stdout(&desk.run(&["export", "--chapter", &chapter]));
    assert!(printed.starts_with("# One\n\nMara opened the door"), "{printed}");
    assert!(printed.ends_with("\n\n* * *\n\nSecond.\n\n## The boat\n\nThird.\n"), "{printed}");
    // The studio writes into the folder that it was started in.
    match studio(&desk, Errand::Export(ChapterId::new(&*chapter))).unwrap() {
        Outcome::Written(file) => {
            let written = std::fs::read_to_string(&file).unwrap();
            std::fs::remove_file(file).unwrap();
            assert_eq!(written, printed);
        }
        other => panic!("{other:?}"),
    }
    let empty = desk.ok(&[
        "chapter",
        "new",
        "--book",
        desk.ok(&["page", "status", &second])["book"].as_str().unwrap(),
        "Two",
    ]);
    let empty = empty["id"].as_str().unwrap();
    desk.refused(&["export", "--chapter", empty], "nothing_to_publish");
    assert!(studio(&desk, Errand::Export(ChapterId::new(empty))).is_err_and(|t| t.refused));
}

#[test]
fn d4_every_agent_can_be_given_a_model_by_both_faces_and_d6_models_lists_them() {
    let desk = Desk::new();
    desk.ok(&["workflow", "new", "lengthen"]);
    let listed = || {
        let models = desk.run_with(&["models", "--json"], &[("GALLEY_MODEL", "")]);
        serde_json::from_slice::<Value>(&models.stdout).unwrap()
    };
    let agents = listed()["agents"].as_array().unwrap().clone();
    let names: Vec<&str> = agents.iter().map(|agent| agent["name"].as_str().unwrap()).collect();
    assert!(
        ["narrator", "polisher", "story_reviewer", "coherence_reviewer", "lengthen_writer"]
            .iter()
            .all(|n| names.contains(n)),
        "{names:?}"
    );
    for (index, agent) in names.iter().enumerate() {
        let (theirs, ours) = (format!("ollama/cli{index}"), format!("ollama/studio{index}"));
        desk.ok(&["config", "model", agent, &theirs]);
        let called = |model: &str| {
            let found = listed()["models"].as_array().unwrap().iter().find(|m| m["model"] == model).cloned();
            found.is_some_and(|m| m["agents"].as_array().unwrap().contains(&json!(agent)))
        };
        assert!(called(&theirs), "{agent}");
        let errand = Errand::UseModel { agent: Some((*agent).to_owned()), model: ours.clone() };
        assert!(studio(&desk, errand).is_ok() && called(&ours), "{agent}");
    }
    desk.ok(&["config", "model", "all", "ollama/qwen3"]);
    let all = listed()["agents"].clone();
    assert!(all.as_array().unwrap().iter().all(|agent| agent["model"] == "ollama/qwen3"), "{all}");
    for (agent, model) in
        [("nobody", "ollama/x"), ("narrator", "nonsense"), ("narrator", "nosuch/x"), ("polisher", "/")]
    {
        assert_eq!(code(&desk.run(&["config", "model", agent, model])), 2, "{agent} {model}");
        let errand = Errand::UseModel { agent: Some(agent.to_owned()), model: model.to_owned() };
        assert!(studio(&desk, errand).is_err_and(|trouble| trouble.refused), "{agent} {model}");
    }
    let out = desk.run(&["models"]);
    assert!(
        stdout(&out).contains("OPENAI_API_KEY") && stdout(&out).contains("offline/rehearsal"),
        "{}",
        stdout(&out)
    );
}

#[test]
fn d5_a_page_is_commanded_by_its_run_and_both_spellings_are_taken() {
    let desk = Desk::new();
    let (_, page) = desk.page("Mara finds the boat");
    let run = desk.ok(&["page", "status", &page])["run"].as_str().unwrap().to_owned();
    assert_eq!(desk.ok(&["page", "status", &run])["id"], page.as_str());
    assert_eq!(desk.ok(&["run", "show", &run])["id"], page.as_str());
    assert_eq!(desk.ok(&["run", "model", &run, "offline/rehearsal"])["id"], page.as_str());
    desk.ok(&["run", "model", &run, "--model", "default"]);
    desk.ok(&["page", "model", &page, "--model", "offline/rehearsal"]);
    desk.ok(&["run", "aside", &run]);
    desk.ok(&["run", "aside", &run, "--take-up"]);
    desk.ok(&["run", "limit", &run, "9"]);
    let old = format!("{run}.narration.7");
    desk.refused(&["run", "approve", &run, "--revision", &old], "not_newest");
    desk.ok(&["page", "edit", &run, "--text", "The boat was gone."]);
    assert_eq!(desk.ok(&["page", "undo", &page])["state"], "user_reviewing_narration");
    desk.ok(&["run", "edit", &run, "--file", &desk.file("mine.md", "The boat was there.")]);
    assert!(stdout(&desk.run(&["page", "show", &run])).contains("The boat was there."));
    for model in ["", "  ", &"x".repeat(5_000)] {
        let write = ["page", "write", &page, "--text", "x", "--model", model];
        assert_eq!(code(&desk.run(&write)), 2, "{} letters", model.len());
    }
    for model in ["garbage", "nosuch/x"] {
        assert_eq!(code(&desk.run(&["run", "model", &run, "--model", model])), 2);
        assert_eq!(code(&desk.run(&["page", "model", &page, model])), 2);
        assert_eq!(code(&desk.run(&["story", "review", &page, "--reviewer", model])), 2);
    }
    assert!(desk.ok(&["run", "list"])["runs"].as_array().unwrap().is_empty());
}
