//! Which model writes, what it is sent, and the reviewer beside the gate (spec P5, P6).

use galley::domain::run::RunCommand;
use galley::llm::Request;

use super::desk::{Asked, Desk, step, wait};
use crate::model_server::{Answer, Reply};

const REVIEWED: &str = "[agents.reviewer]\nmodel = \"test/reviewer\"\n[limits]\nbackoff_ms = 1\n";

fn by_agent(asked: &Asked) -> Reply {
    match asked.agent.as_str() {
        "reviewer" => Reply::text("- The lamp is never lit."),
        "dialogue" => Reply::text("[1] \"Who is there?\""),
        _ => Reply::text("She waited."),
    }
}

#[test]
fn a_page_has_the_model_that_its_author_chose_and_the_others_have_theirs() {
    let desk = Desk::new(by_agent);
    let (mine, other) = (desk.page("one"), desk.page("two"));
    let choose = |model: Option<&str>| RunCommand::ChooseModel {
        step: Some(step("narration")),
        model: model.map(str::to_owned),
    };
    desk.give(&mine, choose(Some("test/special")));
    let conductor = desk.conduct();
    for page in [&mine, &other] {
        desk.reaches(page, "user_reviewing_narration");
    }
    assert_eq!(desk.attempts(&mine)[0].model, "test/special");
    assert_eq!(desk.attempts(&other)[0].model, "test/narrator");
    let called: Vec<String> = desk.server.seen().iter().map(|s| Asked::of(s).agent).collect();
    assert!(called.contains(&"special".to_owned()) && called.contains(&"narrator".to_owned()), "{called:?}");
    assert_eq!(desk.reader().revisions(&mine).unwrap()[0].model, "test/special");
    desk.give(&mine, choose(None));
    desk.give(&mine, RunCommand::Revise { step: None, revision: None, feedback: None, passages: Vec::new() });
    desk.until("a second draft", |r| r.revisions(&mine).unwrap().len() == 2);
    assert_eq!(desk.attempts(&mine)[1].model, "test/narrator");
    conductor.stop();
}

#[test]
fn the_request_is_stored_exactly_as_it_is_sent() {
    let desk = Desk::new(by_agent);
    let conductor = desk.conduct();
    let page = desk.page("Mara waits on the pier.");
    desk.reaches(&page, "user_reviewing_narration");
    let stored = desk.reader().text(&desk.attempts(&page)[0].request).unwrap().unwrap();
    let stored: Request = serde_json::from_str(&stored).unwrap();
    let stored: Vec<&str> = stored.messages.iter().map(|m| m.text.as_str()).collect();
    assert_eq!(stored.join("\n"), Asked::of(&desk.server.seen()[0]).prompt);
    assert!(stored[1].contains("Mara waits on the pier."));
    conductor.stop();
}

#[test]
fn feedback_reaches_the_agent_with_the_draft_it_speaks_of() {
    let desk = Desk::new(by_agent);
    let conductor = desk.conduct();
    let page = desk.page("Mara waits.");
    desk.reaches(&page, "user_reviewing_narration");
    let feedback = Some("more of the cold".to_owned());
    desk.give(&page, RunCommand::Revise { step: None, revision: None, feedback, passages: Vec::new() });
    desk.until("a second draft", |r| r.revisions(&page).unwrap().len() == 2);
    let asked = Asked::of(&desk.server.seen()[1]);
    assert!(asked.says("- more of the cold") && asked.says("She waited."), "{}", asked.prompt);
    let [feedback] = desk.reader().feedback(&page).unwrap().try_into().unwrap();
    assert_eq!(feedback.revision_id, desk.reader().revisions(&page).unwrap()[0].id);
    conductor.stop();
}

#[test]
fn p6_remarks_appear_at_the_gate() {
    let desk = Desk::with(REVIEWED, by_agent);
    let conductor = desk.conduct();
    let page = desk.page("Mara waits.");
    desk.until("remarks", |r| r.page_detail(&page).unwrap().unwrap().remarks.len() == 1);
    let detail = desk.reader().page_detail(&page).unwrap().unwrap();
    assert_eq!(detail.page.state, "user_reviewing_narration");
    assert_eq!(detail.remarks[0].text, "- The lamp is never lit.");
    assert_eq!(detail.remarks[0].revision, detail.narration.unwrap().revision.id);
    conductor.stop();
}

#[test]
fn p6_a_reviewer_that_is_slow_or_fails_never_holds_the_gate() {
    let desk = Desk::with(REVIEWED, |asked| match asked.agent.as_str() {
        "reviewer" if asked.says("slow") => Reply::HangAfter(Answer::of("- The")),
        "reviewer" => Reply::status(401, "bad key"),
        _ => by_agent(asked),
    });
    let conductor = desk.conduct();
    let (slow, failing) = (desk.page("slow"), desk.page("failing"));
    // Other calls are open for a moment too: it is this one that is waited for.
    let reviews_slow = |asked: &Asked| asked.agent == "reviewer" && asked.says("slow");
    wait("the slow review", || desk.server.seen().iter().map(Asked::of).any(|asked| reviews_slow(&asked)));
    desk.until("the failed review", |r| r.attempts(&failing).unwrap().iter().any(|a| a.status == "failed"));
    assert_eq!(desk.row(&failing).attention, None, "advice that fails is no concern of the author's");
    for page in [&slow, &failing] {
        assert_eq!(desk.row(page).state, "user_reviewing_narration");
        desk.approve(page);
        desk.reaches(page, "user_reviewing_dialogue");
    }
    desk.until("the slow review is given up", |r| {
        let attempts = r.attempts(&slow).unwrap();
        attempts.iter().any(|a| a.outcome.as_deref() == Some("superseded"))
    });
    conductor.stop();
}
