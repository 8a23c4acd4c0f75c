//! A model that is chosen is the one that is called, from the first call on; one that cannot be called is refused by
//! the engine, whichever way it is chosen (spec P6, R4).

use std::collections::BTreeMap;

use galley::config::use_model;
use galley::domain::run::RunCommand;
use galley::domain::{Command, Refusal, RunId, StepName};
use galley::engine::{About, Chosen};
use galley::store::StoreError;
use serde_json::json;

use super::desk::{Asked, Desk, QUIET, step};
use crate::model_server::Reply;

const UNUSABLE: [&str; 8] =
    ["garbage", "", " ", "nosuch/x", "test/", "test//m", "offline/whatever", "test/a b"];

fn desk() -> Desk {
    let models =
        "[agents.story_reviewer]\nmodel = \"test/usual\"\n[agents.polisher]\nmodel = \"test/usual\"\n";
    Desk::with(&format!("{models}{QUIET}"), |asked: &Asked| {
        let polish = json!({"title": "Lamp", "text": "The lamp was dead.", "changes": []});
        let report = json!({"quality_score": 50, "decision": "polish", "strengths": [], "suggestions": []});
        let is_polish = asked.says("You are a line editor");
        Reply::text(&if is_polish { polish.to_string() } else { report.to_string() })
    })
}

fn start(desk: &Desk, models: &[(&str, &str)]) -> Result<RunId, StoreError> {
    let about = About::Text { book: None, title: "Lamp".into(), text: "The lamp was out.".into() };
    let models = models.iter().map(|(step, model)| (StepName::new(*step), (*model).to_owned())).collect();
    let workflow = desk.engine.workflow("story").unwrap();
    let parameters = BTreeMap::from([("iterations".to_owned(), json!(1))]);
    let reply = desk.engine.start_run_with(workflow, about, parameters, Chosen { id: None, models }).unwrap();
    Ok(reply.wait()?.run.unwrap())
}

fn choose(step: &str, model: &str) -> RunCommand {
    RunCommand::ChooseModel { step: Some(StepName::new(step)), model: Some(model.to_owned()) }
}

fn is_unusable(answer: &Result<impl std::fmt::Debug, StoreError>) -> bool {
    matches!(answer, Err(StoreError::Refused(Refusal::UnusableModel { .. })))
}

#[test]
fn a_model_that_cannot_be_called_is_refused_however_it_is_chosen() {
    let desk = desk();
    let page = desk.page("Mara waits.");
    let run = start(&desk, &[]).unwrap();
    for name in UNUSABLE {
        assert!(is_unusable(&desk.try_give(&page, choose("narration", name))), "page: {name:?}");
        let answer = desk.engine.command_run(&run, choose("review", name)).wait();
        assert!(is_unusable(&answer), "run: {name:?}");
        assert!(is_unusable(&start(&desk, &[("review", name)])), "start: {name:?}");
        let page = |command| Command::Page { page: page.clone(), command };
        let both = vec![page(RunCommand::SetLimit { limit: 9 }), page(choose("narration", name))];
        assert!(is_unusable(&desk.engine.submit_together(both).wait()), "together: {name:?}");
    }
    assert_eq!(desk.engine.run(&run).unwrap().step(&step("review")).unwrap().model, None);
    for name in ["nosuch/x", "offline/whatever"] {
        let error = use_model(&desk.home(), Some("narrator"), &name.parse().unwrap()).unwrap_err();
        assert!(error.to_string().contains(name), "{error}");
    }
    assert!(start(&desk, &[("no_step", "test/m")]).is_err());
}

#[test]
fn an_agent_whose_configured_model_cannot_be_called_is_refused_at_its_line() {
    let desk = desk();
    let file = desk.home().config_file();
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replace("\"test/usual\"", "\"nosuch/usual\"")).unwrap();
    let line = text.lines().position(|l| l.contains("test/usual")).unwrap() + 1;
    let error = desk.engine.reload_config().unwrap_err().to_string();
    assert!(error.contains(&format!("config.toml:{line}: ")) && error.contains("`nosuch`"), "{error}");
    // What is wrong can be mended from here.
    std::fs::write(&file, text.replace("\"test/narrator\"", "\"nosuch/narrator\"")).unwrap();
    use_model(&desk.home(), Some("narrator"), &"test/narrator".parse().unwrap()).unwrap();
    desk.engine.reload_config().unwrap();
}

#[test]
fn a_model_that_is_chosen_with_the_start_is_called_though_a_conductor_waits_for_work() {
    let desk = desk();
    let conductor = desk.conduct();
    for _ in 0..8 {
        let before = desk.server.count();
        let run = start(&desk, &[("review", "test/BIG"), ("polish", "test/FINE")]).unwrap();
        desk.until("the end", |_| desk.engine.run(&run).unwrap().first_unsettled().is_none());
        let called: Vec<String> = desk.server.seen_from(before).iter().map(|s| Asked::of(s).agent).collect();
        assert_eq!(called, ["BIG", "FINE", "usual"]);
    }
    conductor.stop();
}

#[test]
fn a_model_for_all_items_of_a_step_holds_for_each_of_them() {
    let desk = Desk::with(
        &format!(
            "{QUIET}[agents.outliner]\nmodel = \"test/outliner\"\n[agents.writer]\nmodel = \"test/writer\"\n"
        ),
        |asked: &Asked| {
            let outline = json!({"sections": [{"id": "a"}, {"id": "b"}]});
            Reply::text(&if asked.agent == "outliner" { outline.to_string() } else { "A lamp.".to_owned() })
        },
    );
    let home = desk.home();
    for (folder, file, text) in [
        (home.schemas(), "outline.json", include_str!("outline.json")),
        (home.workflows(), "sections.toml", include_str!("sections.toml")),
        (home.prompts(), "outliner.prompty", "---\nname: outliner\n---\nuser:\n{{ subject.text }}\n"),
        (home.prompts(), "writer.prompty", "---\nname: writer\n---\nuser:\n{{ item.id }}\n"),
    ] {
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join(file), text).unwrap();
    }
    let about = About::Text { book: None, title: "Lamp".into(), text: "The lamp was out.".into() };
    let workflow = desk.engine.workflow("sections").unwrap();
    let models = [(step("draft"), "test/BIG".to_owned())].into();
    let begun =
        desk.engine.start_run_with(workflow, about, BTreeMap::new(), Chosen { id: None, models }).unwrap();
    let run = begun.wait().unwrap().run.unwrap();
    desk.runtime.block_on(desk.engine.drive_run(&run)).unwrap();
    let called: Vec<String> = desk.server.seen().iter().map(|s| Asked::of(s).agent).collect();
    assert_eq!(called, ["outliner", "BIG", "BIG"]);
    // A tool asks no model: choosing one for it would do nothing.
    let refused = desk.engine.command_run(&run, choose("count", "test/m")).wait();
    assert!(is_unusable(&refused));
}
