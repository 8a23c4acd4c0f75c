//! Every command that takes a page or a run, with every kind of run: it answers or refuses, and says what it did.
//!
//! The commands come from the command line itself, so that a new one is among them.

use std::path::Path;

use clap::{Arg, Command};
use serde_json::Value;

use galley::domain::RevisionId;
use galley::store::Reader;

use super::desk::{Desk, code, stderr, stdout};

/// Commands that show something and change nothing. All others change something, or refuse.
const READING: &[&str] = &[
    "page show",
    "page status",
    "page history",
    "page context",
    "page proposals",
    "page diff",
    "page attempt",
    "prompt preview",
    "run show",
    "run history",
    "run context",
    "run attempt",
    "run diff",
    "story show",
];

/// Commands that drive what is there, which may be nothing.
const DRIVING: &[&str] = &["run work", "story resume"];

/// A run in some state, with the ids that commands name it by.
struct Subject {
    kind: &'static str,
    id: String,
    /// A revision of it, or one of another where it has none.
    revision: String,
    /// The text of that.
    text: String,
}

#[test]
fn every_command_answers_or_refuses_every_kind_of_run_and_never_succeeds_without_effect() {
    let source = Desk::new();
    let subjects = subjects(&source);
    let commands = commands();
    assert!(commands.len() > 50, "{}", commands.len());
    let halves: Vec<&[(Vec<String>, Command)]> = commands.chunks(commands.len().div_ceil(2)).collect();
    let mut wrong: Vec<String> = std::thread::scope(|scope| {
        let threads: Vec<_> =
            halves.iter().map(|half| scope.spawn(|| check_all(&source, &subjects, half))).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    wrong.sort();
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

fn check_all(source: &Desk, subjects: &[Subject], commands: &[(Vec<String>, Command)]) -> Vec<String> {
    let desk = Desk::new();
    desk.file("text.md", "Something else.\n");
    copy(&source.root().join("config"), &desk.root().join("config"));
    let mut wrong = Vec::new();
    let mut changed = true;
    for (path, command) in commands {
        let mut understood = false;
        let plain = subjects.iter().map(|subject| (subject, None));
        // An option is tried where the command has the most to say.
        let at_gates = || subjects.iter().filter(|s| matches!(s.kind, "page at a gate" | "story at a gate"));
        let with_options = options(command).flat_map(|o| at_gates().map(move |subject| (subject, Some(o))));
        for (subject, option) in plain.chain(with_options) {
            if changed {
                restore(source, &desk);
            }
            let before = events(&desk);
            let mut arguments = arguments(&desk, path, command, subject);
            if let Some(option) = option {
                give(&mut arguments, &desk, &path.join(" "), option, subject);
            }
            let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
            let out = desk.run(&arguments);
            changed = events(&desk) != before;
            understood |= code(&out) != 2;
            let answer: Option<Value> = serde_json::from_slice(&out.stdout).ok();
            let words = path.join(" ");
            let reads = READING.contains(&words.as_str());
            let fault = match (code(&out), answer) {
                (_, Some(_)) if reads && changed => "changes what it was to show".to_owned(),
                (0, Some(_)) if reads || changed || DRIVING.contains(&words.as_str()) => continue,
                (0, Some(_)) => "ends well without effect".to_owned(),
                (2..=4, Some(answer)) if answer["error"]["kind"].is_string() => continue,
                _ => format!("exit code {}: {}{}", code(&out), stdout(&out), stderr(&out)),
            };
            wrong.push(format!("{} ({}): {fault}", arguments.join(" "), subject.kind));
        }
        if !understood {
            wrong.push(format!("{}: given nothing that it understands", path.join(" ")));
        }
    }
    wrong
}

/// A server that nothing listens at, and a wait of nothing before the next try.
const CONFIG: &str = r#"
[offline]
words_per_second = 0
[limits]
backoff_ms = 1
[providers.dead]
base_url = "http://127.0.0.1:9/v1"
free = true
"#;
/// A list, and a text for each of its items.
const PARTS: &str = r#"
id = "parts"
version = 1
about = "Write each part of a list"
subject = "text"

[[steps]]
id = "list"
agent = "lengthen_writer"
schema = "parts"
gate = { ask = "author" }

[[steps]]
id = "part"
agent = "lengthen_writer"
needs = ["list"]
each = { of = "list.parts", key = "id" }
gate = { ask = "author" }

[parameters.words]
type = "integer"
default = 20
"#;
const PARTS_SCHEMA: &str = r#"{"type": "object", "required": ["parts"], "properties": {"parts": {"type": "array",
    "items": {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}}}}}"#;

/// Makes a run of every kind.
fn subjects(desk: &Desk) -> Vec<Subject> {
    desk.configure(CONFIG);
    let (chapter, waiting) = desk.page("Mara finds the boat");
    let mut all = pages(desk, &chapter, waiting);
    all.extend(stories(desk, &chapter));
    all.extend(own_workflows(desk));
    all.extend(books(desk));

    let database = database(desk);
    let revision = |id: &str| {
        let sql = "SELECT r.id FROM revisions r WHERE instr(r.id, ?1) = 1 LIMIT 1";
        database.query_row(sql, [id], |row| row.get::<_, String>(0)).ok()
    };
    let reader = Reader::open(&desk.root().join("data/galley.db")).unwrap();
    let text = |revision: &str| reader.revision_text(&RevisionId::new(revision)).unwrap().unwrap();
    let any: String = database.query_row("SELECT id FROM revisions LIMIT 1", (), |row| row.get(0)).unwrap();
    all.into_iter()
        .map(|(kind, id)| {
            let run = if id.starts_with("run_") {
                id.clone()
            } else {
                desk.ok(&["page", "status", &id])["run"].as_str().unwrap_or_default().to_owned()
            };
            let revision = revision(&run).unwrap_or_else(|| any.clone());
            let text = text(&revision);
            Subject { kind, id, revision, text }
        })
        .collect()
}

/// Kinds of runs and their ids.
type Named = Vec<(&'static str, String)>;

fn run_id(answer: &Value) -> String {
    answer["run"]["id"].as_str().unwrap().to_owned()
}

fn pages(desk: &Desk, chapter: &str, waiting: String) -> Named {
    let mut all = Named::new();
    let start = ["page", "start", "--chapter", chapter, "--beat", "The ice breaks"];
    let id = |answer: &Value| answer["id"].as_str().unwrap().to_owned();
    let approved = id(&desk.ok(&start));
    desk.ok(&["page", "approve", &approved]);
    desk.ok(&["page", "approve", &approved]);
    let queued = id(&desk.ok(&[&start[..], &["--detach"]].concat()));
    let without_beat = id(&desk.ok(&["page", "new", "--chapter", chapter]));
    let cancelled = id(&desk.ok(&[&start[..], &["--detach"]].concat()));
    desk.ok(&["page", "cancel", &cancelled]);
    let trashed = id(&desk.ok(&start));
    desk.ok(&["page", "trash", &trashed]);
    let aside = id(&desk.ok(&start));
    desk.ok(&["page", "aside", &aside]);
    all.extend([("page in need", cancelled), ("page in the trash", trashed), ("page set aside", aside)]);
    let at_dialogue = id(&desk.ok(&start));
    desk.ok(&["page", "approve", &at_dialogue]);
    all.push(("page at the gate of its dialogue", at_dialogue));
    let failed = id(&desk.ok(&[&start[..], &["--detach"]].concat()));
    fails(desk, &["page", "model", &failed, "dead/m"]);
    all.push(("page whose calls failed", failed));
    let run = desk.ok(&["page", "status", &waiting])["run"].as_str().unwrap().to_owned();
    all.extend([("page at a gate", waiting), ("approved page", approved), ("queued page", queued)]);
    all.extend([("page without a beat", without_beat), ("run of a page", run)]);
    all
}

fn stories(desk: &Desk, chapter: &str) -> Named {
    let mut all = Named::new();
    let text = desk.file("t.txt", "She found a apple on the the step. Then she went home.");
    let story = |arguments: &[&str]| {
        let answer = desk.ok(&[&["story", "review"], arguments].concat());
        answer["story_id"].as_str().unwrap().to_owned()
    };
    all.push(("story at a gate", story(&[&text, "--sit"])));
    all.push(("review of a chapter", story(&[chapter])));
    all.push(("queued story", story(&[&text, "--detach"])));
    let cancelled = story(&[&text, "--detach"]);
    desk.ok(&["run", "cancel", &cancelled, "--detach"]);
    all.push(("story in need", cancelled));
    let stopped = story(&[&text, "--sit"]);
    desk.ok(&["run", "stop", &stopped]);
    all.push(("stopped story", stopped));
    let failed = fails(desk, &["story", "review", &text, "--reviewer", "dead/m"]);
    all.push(("story whose calls failed", failed["story_id"].as_str().unwrap().to_owned()));
    all
}

fn own_workflows(desk: &Desk) -> Named {
    let mut all = Named::new();
    desk.ok(&["workflow", "new", "lengthen"]);
    let lengthen = ["run", "start", "lengthen", "--text", "The sea was calm."];
    all.push(("own workflow at a gate", run_id(&desk.ok(&lengthen))));
    let done = run_id(&desk.ok(&lengthen));
    desk.ok(&["run", "approve", &done]);
    all.push(("own workflow, done", done));
    let failed = fails(desk, &[&lengthen[..], &["--model", "draft=dead/m"]].concat());
    all.push(("own workflow whose calls failed", run_id(&failed)));
    let config = desk.root().join("config");
    std::fs::create_dir_all(config.join("schemas")).unwrap();
    std::fs::write(config.join("schemas/parts.json"), PARTS_SCHEMA).unwrap();
    std::fs::write(config.join("workflows/parts.toml"), PARTS).unwrap();
    let parts = run_id(&desk.ok(&["run", "start", "parts", "--text", "The sea.", "--detach"]));
    let list = r#"{"parts": [{"id": "one"}, {"id": "two"}]}"#;
    desk.ok(&["run", "write", &parts, "--step", "list", "--text", list, "--detach"]);
    desk.ok(&["run", "approve", &parts]);
    all.push(("items at their gates", parts));
    all
}

fn books(desk: &Desk) -> Named {
    let book = desk.ok(&["book", "list"])["books"][0]["id"].as_str().unwrap().to_owned();
    let publish = |out: &str, scores: &[&str]| {
        let out = format!("out={out}");
        let start =
            ["run", "start", "publish", "--json", "--book", &book, "--set", "formats=txt", "--set", &out];
        let out = desk.run(&[&start[..], scores].concat());
        run_id(&serde_json::from_slice(&out.stdout).unwrap())
    };
    let folder = |name: &str| desk.root().join(name).to_str().unwrap().to_owned();
    let any_score = ["--set", "pass_score=0", "--set", "borderline_score=0"];
    let borderline = ["--set", "pass_score=100", "--set", "borderline_score=0"];
    let too_high = ["--set", "pass_score=100", "--set", "borderline_score=100"];
    vec![
        ("book, published", publish(&folder("out"), &any_score)),
        ("book that failed to be published", publish(&desk.file("mine.txt", "mine"), &any_score)),
        ("book at its gate", publish(&folder("other"), &borderline)),
        ("book that is refused", publish(&folder("third"), &too_high)),
    ]
}

/// Runs without the offline author in place of every model: the calls must fail.
fn fails(desk: &Desk, arguments: &[&str]) -> Value {
    let out = desk.run_with(&[arguments, &["--json"]].concat(), &[("GALLEY_MODEL", "")]);
    assert_eq!(code(&out), 4, "{arguments:?}: {}{}", stdout(&out), stderr(&out));
    assert!(stderr(&out).contains("cannot be reached"), "{}", stderr(&out));
    serde_json::from_slice(&out.stdout).unwrap()
}

/// Every command that takes a page or a run, with its words.
fn commands() -> Vec<(Vec<String>, Command)> {
    fn gather(command: &Command, path: &[String], all: &mut Vec<(Vec<String>, Command)>) {
        for sub in command.get_subcommands().filter(|sub| !sub.is_hide_set() && sub.get_name() != "help") {
            let path = [path, &[sub.get_name().to_owned()]].concat();
            if sub.get_arguments().any(names_subject) || sub.get_name() == "diff" {
                all.push((path.clone(), sub.clone()));
            }
            gather(sub, &path, all);
        }
    }
    let mut all = Vec::new();
    gather(&galley::cli::command(), &[], &mut all);
    all
}

fn names_subject(argument: &Arg) -> bool {
    matches!(argument.get_id().as_str(), "page" | "pages" | "run" | "subject")
}

/// Gives a command all its places, what it requires, and of a required group the first.
fn arguments(desk: &Desk, path: &[String], command: &Command, subject: &Subject) -> Vec<String> {
    let mut given = path.to_vec();
    given.push("--json".to_owned());
    let groups = command.get_groups().filter(|group| group.is_required_set());
    let chosen: Vec<&str> = groups
        .filter_map(|group| {
            let mut members = group.get_args();
            let first = members.next()?;
            let named =
                std::iter::once(first).chain(members).find(|id| matches!(id.as_str(), "page" | "run"));
            Some(named.unwrap_or(first).as_str())
        })
        .collect();
    let path = path.join(" ");
    let also: &[&str] = match path.as_str() {
        "page revise" => &["feedback"],
        "page take" | "run take" => &["chosen", "refuse"],
        "page move" => &["position"],
        _ => &[],
    };
    let wanted = |argument: &&Arg| {
        let id = argument.get_id().as_str();
        argument.is_positional() || argument.is_required_set() || chosen.contains(&id) || also.contains(&id)
    };
    for argument in command.get_arguments().filter(wanted) {
        give(&mut given, desk, &path, argument, subject);
    }
    given
}

/// The options of its own that a command does without.
fn options(command: &Command) -> impl Iterator<Item = &Arg> {
    let own = |argument: &&Arg| {
        let is_own = !argument.is_global_set() && argument.get_id() != "help";
        is_own && !argument.is_positional() && !argument.is_required_set()
    };
    command.get_arguments().filter(own)
}

/// Adds an argument, unless it is there.
fn give(given: &mut Vec<String>, desk: &Desk, path: &str, argument: &Arg, subject: &Subject) {
    let long = argument.get_long().map(|long| format!("--{long}"));
    if long.as_ref().is_some_and(|long| given.contains(long)) {
        return;
    }
    given.extend(long);
    if argument.get_action().takes_values() {
        given.push(value(desk, path, argument.get_id().as_str(), subject));
    }
}

/// What is given for an argument.
fn value(desk: &Desk, path: &str, argument: &str, subject: &Subject) -> String {
    match (path, argument) {
        (_, "page" | "pages" | "run" | "subject") => subject.id.clone(),
        (_, "revision" | "from" | "to" | "base") => subject.revision.clone(),
        (_, "file") => desk.root().join("text.md").to_str().unwrap().to_owned(),
        ("page limit" | "run limit", "value") => "9".into(),
        (_, "value" | "model") => "offline/rehearsal".into(),
        (_, "workflow") => "story".into(),
        (_, "parameter") => "threshold=90".into(),
        (_, "finding") => "f_000000000000".into(),
        (_, "position" | "chosen" | "proposal" | "lock" | "tokens" | "without") => "1".into(),
        (_, "refuse") => "rest".into(),
        (_, "version") => "v1".into(),
        (_, "quote") => subject.text.clone(),
        ("page fine" | "run start", "book") => "the-winter-harbour".into(),
        ("page move" | "run start", "chapter") => "the-winter-harbour_ch_001".into(),
        ("page attempt" | "run attempt", "id") => {
            let sql = "SELECT a.id FROM attempts a WHERE instr(?1, substr(a.id, 1, instr(a.id, '.') - 1)) = 1 LIMIT 1";
            let found = database(desk).query_row(sql, [&subject.revision], |row| row.get(0));
            found.unwrap_or_else(|_| "nothing".into())
        }
        ("story show" | "story resume", "out") => desk.root().join("out.md").to_str().unwrap().to_owned(),
        ("run start", "id") => "my_run".into(),
        ("run start", "models") => "review=offline/rehearsal".into(),
        ("run start", "parameters") => "iterations=1".into(),
        (_, "own") => "1=Mara".into(),
        (_, "part") => "part_0".into(),
        (_, "words") => "She is tall.".into(),
        (_, "entry") => "mara".into(),
        (_, "agent") => "narrator".into(),
        (_, "step") => "narration".into(),
        (_, "passage") => format!("{}=colder", subject.text),
        (_, "feedback" | "reason" | "title" | "beat" | "text") => "Mara".into(),
        _ => panic!("say here what is given for `{argument}` of `{path}`"),
    }
}

fn database(desk: &Desk) -> rusqlite::Connection {
    rusqlite::Connection::open(desk.root().join("data/galley.db")).unwrap()
}

fn events(desk: &Desk) -> i64 {
    database(desk).query_row("SELECT count(*) FROM events", (), |row| row.get(0)).unwrap()
}

fn restore(source: &Desk, desk: &Desk) {
    let data = desk.root().join("data");
    let _ = std::fs::remove_dir_all(&data);
    copy(&source.root().join("data"), &data);
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to);
        } else {
            std::fs::copy(entry.path(), to).unwrap();
        }
    }
}
