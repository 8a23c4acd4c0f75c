//! How many tokens a prompt takes is estimated, and corrected by what the model's server says it took.

use galley::context::sent;
use galley::domain::run::RunCommand;
use galley::llm::estimate_tokens;

use super::desk::Desk;
use crate::model_server::{Answer, Reply};

#[test]
fn p5_estimates_are_corrected_for_each_model_by_the_usage_that_its_server_reports() {
    let desk = Desk::new(|asked| match asked.agent.as_str() {
        // A server that does not say leaves the estimates as they are.
        "dialogue" => Reply::Text(Answer::of("[1] \"Who is there?\"").uncounted()),
        _ => {
            let took = if asked.says("colder") { 250 } else { 300 };
            Reply::Text(Answer { usage: Some((took, 7)), ..Answer::of("She waited.") })
        }
    });
    let reader = desk.reader();
    let factor = |model: &str| reader.token_factor(model).unwrap();
    assert!((factor("test/narrator") - 1.0).abs() < f64::EPSILON, "nothing is known yet");
    let conductor = desk.conduct();
    let page = desk.page("Mara waits on the pier.");
    desk.reaches(&page, "user_reviewing_narration");
    let estimate = |nth: usize| -> u64 {
        let request = sent(&reader, &desk.attempts(&page)[nth]).unwrap();
        request.messages.iter().map(|m| estimate_tokens(&m.text)).sum()
    };
    let first = 300.0 / estimate(0) as f64;
    assert!((0.3..3.0).contains(&first), "the estimate is near enough: {}", estimate(0));
    assert!((factor("test/narrator") - first).abs() < 1e-9);

    let feedback = Some("colder".to_owned());
    desk.give(&page, RunCommand::Revise { step: None, revision: None, feedback, passages: Vec::new() });
    desk.until("a second draft", |r| r.revisions(&page).unwrap().len() == 2);
    let manifest = |nth: usize| reader.manifest(&desk.attempts(&page)[nth].id).unwrap().unwrap();
    assert!((manifest(0).budget.factor - 1.0).abs() < f64::EPSILON);
    assert!((manifest(1).budget.factor - first).abs() < 1e-9, "the next prompt is measured by it");
    let both = (300.0 + 250.0) / (estimate(0) + estimate(1)) as f64;
    assert!((factor("test/narrator") - both).abs() < 1e-9);

    desk.approve(&page);
    desk.reaches(&page, "user_reviewing_dialogue");
    assert!((factor("test/dialogue") - 1.0).abs() < f64::EPSILON, "what is estimated teaches nothing");
    conductor.stop();
}
