//! The author's words stand in the next prompt of every agent, whatever workflow it works in (spec P5, R1).

use std::collections::{BTreeMap, BTreeSet};

use galley::domain::run::RunCommand;
use galley::domain::workflow::{WORKFLOWS, Workflow};
use galley::domain::{BookSettings, Command, ImportedChapter, PageId, RunId};
use galley::engine::About;
use serde_json::{Value, json};

use super::desk::{Asked, Desk, step};
use crate::model_server::Reply;

const OWN: &str = "lengthen";

/// Every agent of every workflow, by name.
fn all_agents(desk: &Desk) -> BTreeSet<String> {
    let shipped = WORKFLOWS.iter().map(|(id, _)| Workflow::shipped(id).unwrap());
    let own = desk.engine.workflow(OWN).unwrap();
    let steps = shipped.chain([(*own).clone()]).flat_map(|w| w.steps);
    steps.map(|s| s.agent).filter(|agent| !agent.is_empty()).collect()
}

fn settings() -> String {
    let agents = [
        "reviewer",
        "summarist",
        "scribe",
        "story_reviewer",
        "polisher",
        "coherence_reviewer",
        "lengthen_writer",
    ];
    let models = agents.map(|agent| format!("[agents.{agent}]\nmodel = \"test/{agent}\"\n"));
    format!("{}[limits]\nbackoff_ms = 1\n", models.concat())
}

fn answer(asked: &Asked) -> Reply {
    let report = json!({"quality_score": 50, "decision": "polish", "strengths": [], "suggestions": []});
    Reply::text(&match asked.agent.as_str() {
        "story_reviewer" => report.to_string(),
        "polisher" => json!({"title": "Lamp", "text": "The lamp was dead.", "changes": []}).to_string(),
        "coherence_reviewer" => json!({"findings": []}).to_string(),
        "scribe" => "[]".to_owned(),
        "dialogue" => "\"Who is there?\"".to_owned(),
        agent => format!("She waited in the cold, says the {agent}."),
    })
}

fn desk() -> Desk {
    let desk = Desk::with(&settings(), answer);
    desk.engine.new_workflow(OWN).unwrap();
    desk
}

/// What an agent was told last.
fn last_asked(desk: &Desk, agent: &str) -> Asked {
    let seen = desk.server.seen();
    let mut asked = seen.iter().map(Asked::of).filter(|asked| asked.agent == agent);
    asked.next_back().unwrap_or_else(|| panic!("{agent} was never asked"))
}

/// Says that an agent was told these words, once, since `before` calls.
fn told(desk: &Desk, agent: &str, words: &str, before: usize) {
    let since = desk.server.seen_from(before);
    let asked = since.iter().map(Asked::of).find(|asked| asked.agent == agent);
    let asked = asked.unwrap_or_else(|| panic!("{agent} was not asked again"));
    assert_eq!(asked.prompt.matches(words).count(), 1, "{agent}: {}", asked.prompt);
}

/// The runs of workflows about a text or a book: which step is sent back, and which agent is to hear of it.
const RUNS: [(&str, &str, &str); 4] = [
    ("story", "review", "story_reviewer"),
    ("story", "polish", "polisher"),
    ("publish", "coherence", "coherence_reviewer"),
    (OWN, "done", "lengthen_writer"),
];

fn started(desk: &Desk, workflow: &str) -> RunId {
    let text = || About::Text { book: None, title: "Lamp".into(), text: "The lamp was out.".into() };
    let out = desk.home_folder().join("out");
    let (about, parameters) = match workflow {
        "story" => (text(), json!({ "sit": true })),
        "publish" => (
            About::Book(a_book(desk)),
            json!({ "out": out, "formats": "txt", "ask_model": true, "pass_score": 100,
                "borderline_score": 10 }),
        ),
        _ => (text(), json!({ "words": 3 })),
    };
    let parameters = parameters.as_object().unwrap().clone().into_iter().collect();
    let workflow = desk.engine.workflow(workflow).unwrap();
    desk.engine.start_run(workflow, about, parameters).unwrap().wait().unwrap().run.unwrap()
}

/// A book with something to find in it, so that its check waits for the author.
fn a_book(desk: &Desk) -> galley::domain::BookId {
    let pages = ["Mara Vell died in the fire that night.", "Mara Vell opened the door and said hello."];
    let pages = pages.map(str::to_owned).to_vec();
    let chapters = vec![ImportedChapter { title: "One".into(), pages }];
    let (title, file) = ("Fire".to_owned(), "fire.md".to_owned());
    let import = Command::ImportBook { title, settings: BookSettings::default(), file, chapters };
    desk.engine.submit(import).wait().unwrap().book.unwrap()
}

fn give(desk: &Desk, run: &RunId, command: RunCommand) {
    desk.engine.command_run(run, command).wait().unwrap();
    desk.runtime.block_on(desk.engine.drive_run(run)).unwrap();
}

fn revise(words: Option<&str>) -> RunCommand {
    let feedback = words.map(str::to_owned);
    RunCommand::Revise { step: None, revision: None, feedback, passages: Vec::new() }
}

fn approve() -> RunCommand {
    RunCommand::Approve { step: None, revision: None }
}

/// Drives a run to the open gate of a step.
fn at_gate(desk: &Desk, run: &RunId, wanted: &str) {
    desk.runtime.block_on(desk.engine.drive_run(run)).unwrap();
    loop {
        let state = desk.engine.run(run).unwrap();
        let first = state.first_unsettled().unwrap_or_else(|| panic!("{wanted} is over")).name.clone();
        if first == step(wanted) {
            return;
        }
        give(desk, run, approve());
    }
}

#[test]
fn the_authors_words_stand_in_the_next_prompt_of_every_agent_of_every_workflow() {
    let desk = desk();
    let mut heard = BTreeSet::new();
    for (workflow, sent_back, agent) in RUNS {
        let run = started(&desk, workflow);
        at_gate(&desk, &run, sent_back);
        let (words, before) = (format!("BE HARSHER WITH {agent}"), desk.server.count());
        give(&desk, &run, revise(Some(&words)));
        told(&desk, agent, &words, before);
        heard.insert(agent.to_owned());
    }
    heard.extend(heard_on_a_page(&desk));
    assert_eq!(heard, all_agents(&desk), "an agent of which nothing is known");
}

/// Writes a page with a request for its narration and one for its dialogue, edits it, and approves it.
fn heard_on_a_page(desk: &Desk) -> Vec<String> {
    let conductor = desk.conduct();
    let page = desk.page("Mara waits.");
    let asked_by = |agent: &str, count: usize| {
        desk.until(agent, |_| {
            let seen = desk.server.seen();
            seen.iter().map(Asked::of).filter(|asked| asked.agent == agent).count() >= count
        });
    };
    desk.reaches(&page, "user_reviewing_narration");
    asked_by("reviewer", 1);
    let before = desk.server.count();
    desk.give(&page, revise(Some("MORE OF THE COLD")));
    desk.until("another narration", |r| r.revisions(&page).unwrap().len() == 2);
    asked_by("reviewer", 2);
    told(desk, "narrator", "MORE OF THE COLD", before);
    told(desk, "reviewer", "MORE OF THE COLD", before);
    edit(desk, &page, "She waited in the bitter cold.");
    asked_by("scribe", 1);
    told(desk, "scribe", "MORE OF THE COLD", before);
    desk.reaches(&page, "user_reviewing_dialogue");
    let before = desk.server.count();
    desk.give(&page, revise(Some("LESS SHOUTING")));
    desk.until("another dialogue", |_| {
        desk.server.seen_from(before).iter().any(|s| Asked::of(s).agent == "dialogue")
    });
    desk.reaches(&page, "user_reviewing_dialogue");
    told(desk, "dialogue", "LESS SHOUTING", before);
    desk.approve(&page);
    asked_by("summarist", 1);
    told(desk, "summarist", "MORE OF THE COLD", 0);
    told(desk, "summarist", "LESS SHOUTING", 0);
    conductor.stop();
    ["narrator", "reviewer", "scribe", "dialogue", "summarist"].map(str::to_owned).to_vec()
}

fn edit(desk: &Desk, page: &PageId, text: &str) {
    desk.give(page, RunCommand::Edit { step: None, revision: None, text: text.into() });
}

#[test]
fn a_polish_that_is_sent_back_works_on_the_version_under_review_and_says_its_turn() {
    let desk = desk();
    let run = started(&desk, "story");
    at_gate(&desk, &run, "polish");
    give(&desk, &run, revise(Some("keep the lamp lit")));
    let again = last_asked(&desk, "polisher");
    assert!(again.says("This is polish 1."), "{}", again.prompt);
    assert!(again.says("The text:\n---\nThe lamp was out.\n---"), "{}", again.prompt);
    assert!(
        again.says("which the author sent back:") && again.says("The lamp was dead."),
        "{}",
        again.prompt
    );
    // In the next turn the words still count, and nothing is sent back.
    give(&desk, &run, approve());
    at_gate(&desk, &run, "polish");
    let next = last_asked(&desk, "polisher");
    assert!(next.says("This is polish 2.") && next.says("keep the lamp lit"), "{}", next.prompt);
    assert!(next.says("The text:\n---\nThe lamp was dead.\n---"), "{}", next.prompt);
    assert!(!next.says("which the author sent back"), "{}", next.prompt);
}

#[test]
fn a_template_that_leaves_the_feedback_out_gets_it_at_its_end() {
    let desk = desk();
    let file = desk.engine.prompt_file("lengthen_writer");
    let templates = BTreeMap::from([
        ("of no feedback", "{{ subject.text }}"),
        ("that only asks whether there is any", "{{ subject.text }}{% if feedback %} Again.{% endif %}"),
        ("of the first only", "{{ subject.text }} {{ feedback[:1] | join(\" \") }}"),
    ]);
    for (which, body) in templates {
        std::fs::write(&file, format!("---\nname: lengthen_writer\n---\nuser:\n{body}\n")).unwrap();
        let run = started(&desk, OWN);
        at_gate(&desk, &run, "done");
        // Words that the prompt has anyway are no less the author's.
        for words in ["lamp", "no lamp at all"] {
            give(&desk, &run, revise(Some(words)));
        }
        let asked = last_asked(&desk, "lengthen_writer");
        assert!(asked.says("\n- no lamp at all\n"), "{which}: {}", asked.prompt);
        assert!(asked.prompt.matches("lamp").count() >= 3, "{which}: {}", asked.prompt);
        assert!(asked.says("She waited in the cold, says the lengthen_writer."), "{which}: {}", asked.prompt);
    }
}

#[test]
fn words_for_a_tool_that_no_agent_hears_are_refused() {
    let desk = desk();
    let about = About::Book(a_book(&desk));
    let out = desk.home_folder().join("out");
    let given: BTreeMap<String, Value> = [
        ("out".into(), json!(out)),
        ("pass_score".into(), json!(100)),
        ("borderline_score".into(), json!(1)),
    ]
    .into();
    let workflow = desk.engine.workflow("publish").unwrap();
    let run = desk.engine.start_run(workflow, about, given).unwrap().wait().unwrap().run.unwrap();
    at_gate(&desk, &run, "coherence");
    let refused = desk.engine.command_run(&run, revise(Some("look again"))).wait().unwrap_err();
    assert!(refused.to_string().contains("reads no feedback"), "{refused}");
    give(&desk, &run, revise(None));
    assert_eq!(desk.engine.run(&run).unwrap().revision_requests, 0, "asking a tool again is not a request");
}
