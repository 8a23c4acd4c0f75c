//! Texts of every quality through the whole loop with the offline reviewer and polisher: each comes to its end (R1–R7).

use galley::domain::RunId;
use galley::domain::run::{RunCommand, Standing};
use galley::engine::About;
use galley::service::story::{self, Decision, Progress, Story};
use serde_json::{Value, json};

use super::desk::Desk;
use crate::model_server::Reply;

const TEXTS: u64 = 200;

/// More decisions than any text can need: five turns of two gates, each sent back once, and the closing review.
const MAX_DECISIONS: usize = 60;

const OFFLINE: &str = "[agents.story_reviewer]\nmodel = \"offline/rehearsal\"\n[agents.polisher]\n\
                       model = \"offline/rehearsal\"\n[limits]\nrequests_per_minute = 10000\nbackoff_ms = 1\n\
                       [offline]\nwords_per_second = 0\n";

/// Sentences from sound to faulty: with nothing to mend, with what only a person can mend, and with mechanical faults.
const SENTENCES: [&str; 18] = [
    "The tide had gone out an hour before, and the boats lay on their sides in the mud.",
    "Nobody on the quay looked up when the bell rang.",
    "Mara counted the coins twice and put back the smallest.",
    "He had the key, but the door was open.",
    "“You are late,” said the clerk.",
    "A shiver ran down her spine.",
    "She let out a breath she did not know she had been holding.",
    "It was not fear. It was something older.",
    "The the lamp was out .",
    "He had a apple and teh knife.",
    "Suddenly, very suddenly, it was really very dark.",
    "she said that that was all ,and went",
    "The rain was being watched by him.",
    "Its late, she thought, and the ship has lost it's mast.",
    "雨が降っていた。",
    "— Roses are red,\nthe harbour is blue.",
    "# A heading",
    "…",
];

fn text(random: &mut fastrand::Rng) -> String {
    let mut text = String::new();
    for n in 0..random.usize(1..24) {
        if n > 0 {
            text.push_str(if random.u8(..4) == 0 { "\n\n" } else { " " });
        }
        text.push_str(SENTENCES[random.usize(..SENTENCES.len())]);
    }
    text
}

fn begin(desk: &Desk, text: String, parameters: &Value) -> RunId {
    let about = About::Text { book: None, title: "Text".into(), text };
    let workflow = desk.engine.workflow("story").unwrap();
    let parameters = parameters.as_object().unwrap().clone().into_iter().collect();
    desk.engine.start_run(workflow, about, parameters).unwrap().wait().unwrap().run.unwrap()
}

/// A decision of an author who is in no hurry: mostly yes, sometimes once more with words, sometimes an end.
fn decision(random: &mut fastrand::Rng, step: &str) -> RunCommand {
    let (step, revision) = (Some(super::desk::step(step)), None);
    match random.u8(..10) {
        0 => RunCommand::Stop,
        1 | 2 => {
            RunCommand::Revise { step, revision, feedback: Some("Be harsher.".into()), passages: Vec::new() }
        }
        _ => RunCommand::Approve { step, revision },
    }
}

fn to_its_end(desk: &Desk, run: &RunId, random: &mut fastrand::Rng) -> Story {
    for _ in 0..MAX_DECISIONS {
        desk.runtime.block_on(desk.engine.drive_run(run)).unwrap();
        match desk.engine.run(run).unwrap().standing() {
            Standing::Done => return story::result(&desk.engine, run).unwrap(),
            Standing::Reviewing { step } => {
                // A request past the limit is refused, and the author says yes instead.
                let decided = desk.engine.command_run(run, decision(random, step.as_str())).wait();
                if decided.is_err() {
                    let yes = RunCommand::Approve { step: Some(step.clone()), revision: None };
                    desk.engine.command_run(run, yes).wait().unwrap();
                }
            }
            other => panic!("nobody moves {run}: {other:?}"),
        }
    }
    panic!("{run} came to no end in {MAX_DECISIONS} decisions")
}

/// Events of a kind, of the loop alone.
fn count(told: &[Value], event: &str) -> usize {
    told.iter().filter(|e| e["event"] == event && e["closing"] != true).count()
}

#[test]
fn l1_two_hundred_texts_of_every_quality_come_to_their_end_attended_and_unattended() {
    let desk = Desk::with(OFFLINE, |_| Reply::text("no model is called"));
    let mut ends = std::collections::BTreeMap::new();
    for seed in 0..TEXTS {
        let mut random = fastrand::Rng::with_seed(seed);
        let (iterations, closing, sit) = (random.u32(1..=5), random.bool(), random.bool());
        let threshold = [60, 95, 100][random.usize(..3)];
        let parameters =
            json!({"iterations": iterations, "closing": closing, "sit": sit, "threshold": threshold});
        let run = begin(&desk, text(&mut random), &parameters);
        let told = |what: &str| format!("seed {seed}, {parameters}: {what}");
        let result = to_its_end(&desk, &run, &mut random);
        *ends.entry(result.decision.name()).or_insert(0) += 1;
        assert_eq!(result.state, "complete", "{}", told("state"));
        assert!(result.completed_at.is_some(), "{}", told("has a time of its end"));
        assert!(result.total_reviews <= iterations, "{}", told("turns"));
        let scores: Vec<_> = result.versions.iter().map(|v| v.score).collect();
        let unscored = scores.iter().filter(|score| score.is_none()).count();
        let labels: Vec<_> =
            result.iterations.iter().filter_map(|i| Some(&i.polish.as_ref()?.version)).collect();
        let distinct: std::collections::BTreeSet<_> = labels.iter().collect();
        assert_eq!(
            distinct.len(),
            labels.len(),
            "{} {labels:?}",
            told("each polish has a version of its own")
        );
        let last = result.iterations.last().unwrap();
        assert!(
            result.decision != Decision::Publish || last.polish.is_none(),
            "{}",
            told("no polish after the end")
        );
        match result.decision {
            Decision::Publish => {
                assert!(result.last_score >= Some(f64::from(threshold)), "{}", told("score"));
            }
            Decision::MaxIterationsReached => {
                assert_eq!(result.total_reviews, iterations, "{}", told("turns"));
                assert_eq!(result.closing_score.is_some(), closing, "{}", told("closing review"));
                assert!(unscored <= usize::from(!closing), "{} {scores:?}", told("every version is scored"));
            }
            Decision::StoppedByAuthor => assert!(sit, "{}", told("nobody stopped it")),
            Decision::Unknown => panic!("{}", told("no decision")),
        }
        if !sit {
            let events = Progress::of(&desk.engine, &run).unwrap().news().unwrap();
            let reviews = result.total_reviews as usize;
            assert_eq!(
                count(&events, "review_complete"),
                reviews,
                "{} {events:#?}",
                told("reviews are told")
            );
            let polishes = result.iterations.iter().filter(|turn| turn.polish.is_some()).count();
            assert_eq!(
                count(&events, "polish_complete"),
                polishes,
                "{} {events:#?}",
                told("polishes are told")
            );
        }
    }
    // The texts are of every quality: each way to end was taken.
    assert!(ends.values().all(|times| *times >= 10) && ends.len() == 3, "{ends:?}");
}
