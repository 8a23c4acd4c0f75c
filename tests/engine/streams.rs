//! Texts while they are written (spec P9), and decisions meanwhile.

use galley::domain::run::{RunCommand, Usage};
use galley::domain::{Actor, Command, PageId, Request};
use galley::engine::Signal;

use super::desk::{Asked, Desk, step, wait};
use crate::model_server::{Answer, Reply};

/// Pages with a slow beat never end.
fn slow_or_not(asked: &Asked) -> Reply {
    if asked.says("slow") { Reply::HangAfter(Answer::of("The lamp was")) } else { Reply::text("She waited.") }
}

/// Waits until so much of a page's text has come.
fn has_come(desk: &Desk, page: &PageId, text: &str) {
    wait(text, || {
        let live = desk.engine.live_of(page);
        live.first().and_then(|(_, attempt)| desk.engine.live(attempt)).is_some_and(|live| live.text == text)
    });
}

#[test]
fn p9_several_pages_are_written_at_once_while_another_is_decided() {
    let desk = Desk::new(slow_or_not);
    let conductor = desk.conduct();
    let quick = desk.page("quick");
    desk.reaches(&quick, "user_reviewing_narration");
    let slow = ["slow one", "slow two", "slow three"].map(|beat| desk.page(beat));
    for page in &slow {
        has_come(&desk, page, "The lamp was");
    }
    assert_eq!(desk.server.open(), 3);
    desk.approve(&quick);
    desk.reaches(&quick, "user_reviewing_dialogue");
    desk.approve(&quick);
    assert_eq!(desk.row(&quick).state, "page_approved");
    assert_eq!(desk.server.open(), 3, "they write on");
    conductor.stop();
}

#[test]
fn p9_every_piece_of_a_text_is_told_of_as_it_comes() {
    let desk = Desk::new(|_| Reply::text("one two three four"));
    let (tell, told) = crossbeam_channel::unbounded();
    let listening = desk.engine.clone();
    desk.engine.subscribe(move |signal| {
        if let Signal::Delta { page, attempt, .. } = signal {
            let text = listening.live(attempt).map(|live| live.text);
            let _ = tell.send((page.clone(), text.unwrap_or_default()));
        }
    });
    let conductor = desk.conduct();
    let page = desk.page("Mara waits.");
    desk.reaches(&page, "user_reviewing_narration");
    let told: Vec<_> = told.try_iter().collect();
    assert!(told.iter().all(|(of, _)| of.as_ref() == Some(&page)));
    let texts: Vec<&str> = told.iter().map(|(_, text)| text.as_str()).collect();
    assert_eq!(texts, ["one ", "one two ", "one two three ", "one two three four"]);
    assert!(desk.engine.live_of(&page).is_empty(), "nothing is under way any more");
    conductor.stop();
}

#[test]
fn cancelling_stops_the_call_at_once_and_keeps_what_was_written() {
    let desk = Desk::new(slow_or_not);
    let conductor = desk.conduct();
    let page = desk.page("slow");
    has_come(&desk, &page, "The lamp was");
    let answer = desk.give(&page, RunCommand::Cancel { step: None });
    assert_eq!(answer.state.as_deref(), Some("awaiting_user_input"));
    wait("the caller leaves", || desk.server.left() == 1);
    desk.until("its end is recorded", |r| r.unclosed_attempts().unwrap().is_empty());
    let [attempt] = desk.attempts(&page).try_into().unwrap();
    assert_eq!((attempt.status.as_str(), attempt.outcome.as_deref()), ("cancelled", Some("author")));
    assert_eq!(desk.reader().text(&attempt.partial.unwrap()).unwrap().as_deref(), Some("The lamp was"));
    assert!(attempt.output_tokens > 0 && attempt.estimated, "what was paid for is counted");
    assert!(desk.reader().revisions(&page).unwrap().is_empty(), "a draft cut off is not a revision");
    conductor.stop();
}

#[test]
fn a_call_that_another_process_cancels_stops_too() {
    let desk = Desk::new(slow_or_not);
    let conductor = desk.conduct();
    let page = desk.page("slow");
    has_come(&desk, &page, "The lamp was");
    let cancel = RunCommand::Cancel { step: None };
    desk.second().submit(Command::Page { page: page.clone(), command: cancel }).wait().unwrap();
    wait("the caller leaves", || desk.server.left() == 1);
    desk.until("its end is recorded", |r| r.unclosed_attempts().unwrap().is_empty());
    assert_eq!(desk.row(&page).state, "awaiting_user_input");
    conductor.stop();
}

#[test]
fn an_edit_of_the_narration_has_the_dialogue_written_from_the_changed_text() {
    let desk = Desk::new(|asked| match asked.agent.as_str() {
        "dialogue" if asked.says("She waited") => Reply::HangAfter(Answer::of("\"Late")),
        "dialogue" => Reply::text("\"At last.\""),
        _ => Reply::text("She waited."),
    });
    let conductor = desk.conduct();
    let page = desk.page("Mara waits.");
    desk.reaches(&page, "user_reviewing_narration");
    desk.approve(&page);
    has_come(&desk, &page, "\"Late");
    let text = "She walked away.".to_owned();
    desk.give(&page, RunCommand::Edit { step: Some(step("narration")), revision: None, text });
    desk.reaches(&page, "user_reviewing_dialogue");
    wait("the first caller leaves", || desk.server.left() == 1);
    let asked: Vec<Asked> = desk.server.seen().iter().map(Asked::of).collect();
    assert!(asked.last().unwrap().says("She walked away.") && !asked.last().unwrap().says("She waited."));
    assert_eq!(desk.server.count(), 3);
    conductor.stop();
}

#[test]
fn a_text_by_hand_ends_the_draft_that_is_being_written() {
    let desk = Desk::new(slow_or_not);
    let conductor = desk.conduct();
    let page = desk.page("slow");
    has_come(&desk, &page, "The lamp was");
    let text = "By hand.".to_owned();
    let write = RunCommand::Write { step: None, revision: None, text, model: "manual".into(), tokens: 0 };
    desk.give(&page, write);
    wait("the caller leaves", || desk.server.left() == 1);
    assert_eq!(desk.row(&page).state, "user_reviewing_narration");
    assert_eq!(desk.narration(&page), "By hand.");
    conductor.stop();
}

#[test]
fn an_answer_that_comes_too_late_is_kept_and_not_put_at_the_gate() {
    let desk = Desk::new(slow_or_not);
    let conductor = desk.conduct();
    let page = desk.page("slow");
    has_come(&desk, &page, "The lamp was");
    let (_, attempt) = desk.engine.live_of(&page).remove(0);
    desk.give(&page, RunCommand::Cancel { step: None });
    // What a conductor reports whose call ended in the moment of the cancellation.
    let text = "The lamp was lit.".to_owned();
    let command = RunCommand::Deliver { attempt, text, usage: Usage::default(), cost: None, noted: None };
    let command = Command::Run { run: desk.row(&page).run, command };
    let request = Request { id: None, actor: Actor::Conductor, command };
    let answer = desk.engine.store().submit(request).wait().unwrap();
    assert_eq!(answer.state.as_deref(), Some("awaiting_user_input"));
    let [late] = desk.reader().revisions(&page).unwrap().try_into().unwrap();
    assert!(late.late);
    desk.give(&page, RunCommand::Restore { revision: late.id });
    assert_eq!(desk.narration(&page), "The lamp was lit.");
    conductor.stop();
}

#[test]
fn decisions_are_answered_while_nobody_conducts() {
    let desk = Desk::new(slow_or_not);
    let page = desk.page("quick");
    assert_eq!(desk.row(&page).state, "generating_narration");
    assert_eq!(desk.engine.conducting(), galley::engine::Conducting::Nobody);
    let queued = desk.reader().work_due(galley::domain::Time(i64::MAX), 9).unwrap();
    assert_eq!((queued.len(), &queued[0].step), (1, &step("narration")));
    desk.give(&page, RunCommand::Cancel { step: None });
    desk.give(&page, RunCommand::Retry { step: None });
    let conductor = desk.conduct();
    desk.reaches(&page, "user_reviewing_narration");
    assert_eq!(desk.server.count(), 1);
    conductor.stop();
}
