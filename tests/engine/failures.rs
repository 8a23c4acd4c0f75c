//! What a model can do wrong, and how the page then waits for its author (spec P8).

use galley::domain::run::{RunCommand, RunEvent};
use galley::domain::{Choice, Event, PageId, Reason};
use serde_json::json;

use super::desk::{Asked, Desk};
use crate::model_server::{Answer, Reply};

const BEGINNING: &str = "The lamp was";

/// Fails in the way that the beat asks for.
fn fail(asked: &Asked) -> Reply {
    let ways = [
        ("key", Reply::status(401, "bad key")),
        ("credit", Reply::Status(402, Vec::new(), json!({ "error": { "message": "pay" } }).to_string())),
        ("unknown model", Reply::status(404, "no such model")),
        ("rate", Reply::status(429, "slow down")),
        ("trouble", Reply::status(503, "trouble")),
        ("silence", Reply::HangBeforeHeaders),
        ("hang", Reply::HangAfter(Answer::of(BEGINNING))),
        ("cut", Reply::CutAfter(Answer::of(BEGINNING))),
        ("broken", Reply::BreakAfter(Answer::of(BEGINNING))),
        ("nonsense", Reply::Nonsense),
        ("nothing", Reply::text("")),
        ("web page", Reply::Html),
        ("json", Reply::text("{\"error\": \"no\"}")),
    ];
    ways.into_iter().find(|(way, _)| asked.says(&format!("way: {way}."))).unwrap().1
}

#[test]
fn p8_whatever_a_model_does_wrong_the_page_waits_with_what_happened_and_what_can_be_done() {
    // The way, the kind of failure, the attempts, and whether the author is left what was written.
    let ways = [
        ("key", "refused_key", 1, false),
        ("credit", "no_credit", 1, false),
        ("unknown model", "not_found", 1, false),
        ("rate", "rate_limited", 3, false),
        ("trouble", "overloaded", 3, false),
        ("silence", "timeout", 3, false),
        ("hang", "timeout", 3, true),
        ("cut", "cut_off", 3, true),
        ("broken", "cut_off", 3, true),
        ("nonsense", "unusable", 3, false),
        ("nothing", "empty", 3, false),
        ("web page", "unusable", 3, false),
        ("json", "unusable", 3, true),
    ];
    let settings = "[agents.reviewer]\nenabled = false\n[limits]\nbackoff_ms = 1\ncalls_at_once = 32\n\
                    open_timeout_s = 1\nidle_timeout_s = 1\n";
    let desk = Desk::with(settings, fail);
    let conductor = desk.conduct();
    let pages: Vec<PageId> =
        ways.iter().map(|(way, ..)| desk.page(&format!("Mara waits; way: {way}."))).collect();
    for (page, (way, kind, attempts, partial)) in pages.iter().zip(ways) {
        desk.reaches(page, "awaiting_user_input");
        let attention = desk.row(page).attention.unwrap();
        assert_eq!(attention.reason, Reason::Failed, "{way}");
        assert_eq!(attention.choices, [Choice::Retry, Choice::Write, Choice::ChangeModel], "{way}");
        let made = desk.attempts(page);
        assert_eq!(made.len(), attempts, "{way}: {made:#?}");
        for attempt in made {
            assert_eq!(
                (attempt.status.as_str(), attempt.outcome.as_deref()),
                ("failed", Some(kind)),
                "{way}"
            );
            assert_eq!(attempt.error.as_ref(), Some(&attention.message), "{way}");
            let left = attempt.partial.map(|hash| desk.reader().text(&hash).unwrap().unwrap());
            assert_eq!(left.is_some(), partial, "{way}: {left:?}");
            assert!(left.is_none_or(|text| text == BEGINNING || way == "json"), "{way}");
        }
    }
    let calls: usize = ways.iter().map(|(_, _, attempts, _)| attempts).sum();
    assert_eq!(desk.server.count(), calls, "an attempt is a call, and nothing else calls");
    conductor.stop();
}

#[test]
fn p8_a_wish_to_wait_is_honoured() {
    let desk = Desk::new(|_| Reply::retry_after(429, 240));
    let conductor = desk.conduct();
    let page = desk.page("Mara waits.");
    desk.until("a failed attempt", |r| r.attempts(&page).unwrap().iter().any(|a| a.status == "failed"));
    let row = desk.row(&page);
    assert_eq!(row.state, "generating_narration", "it continues by itself, at its time");
    let due = desk.reader().next_due().unwrap().unwrap();
    let events = desk.reader().events(&galley::domain::StreamId::Run(row.run)).unwrap();
    let failed =
        events.iter().find(|e| matches!(e.event, Event::Run(RunEvent::AttemptFailed { .. }))).unwrap();
    assert_eq!(due, failed.at.plus_ms(240_000));
    assert_eq!(desk.server.count(), 1);
    conductor.stop();
}

#[test]
fn p8_a_wish_to_wait_for_long_is_left_to_the_author_at_once() {
    let desk = Desk::new(|_| Reply::retry_after(429, 315_360_000));
    let conductor = desk.conduct();
    let page = desk.page("Mara waits.");
    desk.reaches(&page, "awaiting_user_input");
    assert_eq!(desk.server.count(), 1);
    conductor.stop();
}

#[test]
fn p8_a_passing_failure_is_tried_again_by_itself() {
    let calls = std::sync::atomic::AtomicU32::new(0);
    let desk = Desk::new(move |_| match calls.fetch_add(1, std::sync::atomic::Ordering::Relaxed) {
        0 => Reply::status(503, "trouble"),
        1 => Reply::CutAfter(Answer::of(BEGINNING)),
        _ => Reply::text("The lamp was lit."),
    });
    let conductor = desk.conduct();
    let page = desk.page("Mara waits.");
    desk.reaches(&page, "user_reviewing_narration");
    let attempts = desk.attempts(&page);
    let outcomes: Vec<Option<&str>> = attempts.iter().map(|a| a.outcome.as_deref()).collect();
    assert_eq!(outcomes, [Some("overloaded"), Some("cut_off"), None]);
    assert_eq!(attempts.iter().map(|a| a.number).collect::<Vec<_>>(), [1, 2, 3]);
    assert_eq!(desk.narration(&page), "The lamp was lit.");
    conductor.stop();
}

#[test]
fn p8_every_choice_leads_on() {
    let desk = Desk::new(|asked| match asked.agent.as_str() {
        "better" => Reply::text("She waited."),
        _ => Reply::status(401, "bad key"),
    });
    let conductor = desk.conduct();
    let [by_hand, by_another, again] = ["one", "two", "three"].map(|beat| desk.page(beat));
    for page in [&by_hand, &by_another, &again] {
        desk.reaches(page, "awaiting_user_input");
    }
    let text = "By hand.".to_owned();
    let write = RunCommand::Write { step: None, revision: None, text, model: "manual".into(), tokens: 0 };
    assert_eq!(desk.give(&by_hand, write).state.as_deref(), Some("user_reviewing_narration"));
    let other = RunCommand::ChooseModel { step: None, model: Some("test/better".into()) };
    desk.give(&by_another, other);
    desk.reaches(&by_another, "user_reviewing_narration");
    desk.give(&again, RunCommand::Retry { step: None });
    desk.until("a second failure", |r| r.attempts(&again).unwrap().len() == 2);
    desk.reaches(&again, "awaiting_user_input");
    desk.approve(&by_hand);
    desk.reaches(&by_hand, "awaiting_user_input");
    let attention = desk.row(&by_hand).attention.unwrap();
    assert_eq!(attention.choices.last(), Some(&Choice::Skip), "dialogue can be left out");
    assert_eq!(desk.give(&by_hand, RunCommand::Skip { step: None }).state.as_deref(), Some("page_approved"));
    conductor.stop();
}
