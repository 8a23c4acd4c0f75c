//! One process conducts; the others follow, and one of them takes over.

use galley::domain::Command;
use galley::domain::run::RunCommand;
use galley::engine::{Conducting, Signal};

use super::desk::{Asked, DEADLINE, Desk, wait};
use crate::model_server::{Answer, Reply};

fn slow_or_not(asked: &Asked) -> Reply {
    if asked.says("slow") { Reply::HangAfter(Answer::of("The lamp was")) } else { Reply::text("She waited.") }
}

#[test]
fn a_second_process_follows_and_takes_over_when_the_first_stops() {
    let desk = Desk::new(slow_or_not);
    let first = desk.conduct();
    wait("the first conducts", || desk.engine.conducting() == Conducting::Here);
    let follower = desk.second();
    let (tell, told) = crossbeam_channel::unbounded();
    follower.subscribe(move |signal| {
        if matches!(signal, Signal::ChangedElsewhere) {
            let _ = tell.send(());
        }
    });
    let second = follower.start(desk.runtime.handle());
    wait("the second follows", || matches!(follower.conducting(), Conducting::Elsewhere(_)));

    let page = desk.page("quick");
    desk.reaches(&page, "user_reviewing_narration");
    told.recv_timeout(DEADLINE).expect("the second hears of it");
    // What the second asks for, the first does.
    let command = RunCommand::Approve { step: None, revision: None };
    follower.submit(Command::Page { page: page.clone(), command }).wait().unwrap();
    desk.reaches(&page, "user_reviewing_dialogue");
    assert!(matches!(follower.conducting(), Conducting::Elsewhere(_)));

    first.stop();
    wait("the second takes over", || follower.conducting() == Conducting::Here);
    assert_eq!(desk.engine.conducting(), Conducting::Nobody);
    let next = desk.page("another");
    desk.reaches(&next, "user_reviewing_narration");
    assert_eq!(desk.server.count(), 3);
    second.stop();
}

#[test]
fn an_orderly_end_keeps_the_draft_and_the_next_start_tries_again() {
    let desk = Desk::new(slow_or_not);
    let page = desk.page("slow");
    // So often a kill would have the step parked.
    for n in 1..=6 {
        let conductor = desk.conduct();
        wait("a call", || desk.server.count() == n);
        wait("its first words", || {
            let live = desk.engine.live_of(&page);
            live.first().and_then(|(_, a)| desk.engine.live(a)).is_some_and(|l| l.text == "The lamp was")
        });
        conductor.stop();
        wait("the caller leaves", || desk.server.left() == n);
        assert!(desk.reader().running_attempts().unwrap().is_empty());
        assert_eq!(desk.row(&page).state, "generating_narration");
        let last = desk.attempts(&page).pop().unwrap();
        assert_eq!((last.status.as_str(), last.outcome.as_deref()), ("cancelled", Some("interrupted")));
        assert_eq!(desk.reader().text(&last.partial.unwrap()).unwrap().as_deref(), Some("The lamp was"));
    }
    assert_eq!(desk.attempts(&page).len(), 6);
}

#[test]
fn a_suspended_process_lets_go_and_goes_on_when_it_is_resumed() {
    let desk = Desk::new(slow_or_not);
    let page = desk.page("slow");
    let conductor = desk.conduct();
    wait("a call", || desk.server.count() == 1);
    conductor.interrupt();
    wait("the caller leaves", || desk.server.left() == 1);
    assert_eq!(desk.engine.conducting(), Conducting::Nobody);
    let follower = desk.second();
    let other = follower.start(desk.runtime.handle());
    wait("another conducts meanwhile", || follower.conducting() == Conducting::Here);
    other.stop();
    assert_eq!(follower.conducting(), Conducting::Nobody, "what was just beginning does not hold it up");
    conductor.resume();
    wait("it conducts again", || desk.engine.conducting() == Conducting::Here);
    wait("it calls again", || desk.server.open() == 1);
    desk.give(&page, RunCommand::Cancel { step: None });
    conductor.stop();
}

#[test]
fn paused_agents_begin_no_call_and_decisions_go_on() {
    let desk = Desk::new(slow_or_not);
    let conductor = desk.conduct();
    let page = desk.page("quick");
    desk.reaches(&page, "user_reviewing_narration");
    desk.engine.set_paused(true);
    desk.approve(&page);
    let other = desk.page("another");
    assert_eq!(desk.row(&page).state, "generating_dialogue");
    assert_eq!(desk.row(&other).state, "generating_narration");
    assert!(desk.engine.is_paused());
    assert!(desk.reader().running_attempts().unwrap().is_empty());
    assert_eq!(desk.server.count(), 1);
    desk.engine.set_paused(false);
    desk.reaches(&page, "user_reviewing_dialogue");
    desk.reaches(&other, "user_reviewing_narration");
    conductor.stop();
}

/// The journal as a process leaves it that was killed in a call.
fn left_in_a_call(desk: &Desk, reserved: Option<galley::domain::Money>) -> galley::store::rows::WorkRow {
    let work = desk.reader().work_due(galley::domain::Time(i64::MAX), 1).unwrap().remove(0);
    let command = RunCommand::Start {
        attempt: work.attempt.clone(),
        step: work.step.clone(),
        model: "test/narrator".into(),
        request: "{}".into(),
        reserved,
        given: None,
    };
    desk.engine.submit(Command::Run { run: work.run.clone(), command }).wait().unwrap();
    work
}

#[test]
fn what_a_killed_process_left_is_closed_and_tried_again() {
    let desk = Desk::new(slow_or_not);
    let page = desk.page("quick");
    let work = left_in_a_call(&desk, None);
    desk.engine.store().save_drafts(vec![(work.attempt.clone(), "She wai".into())]);
    desk.until("a saved draft", |r| r.draft(&work.attempt).unwrap().is_some());
    let conductor = desk.conduct();
    desk.reaches(&page, "user_reviewing_narration");
    let [cut_off, delivered] = desk.attempts(&page).try_into().unwrap();
    assert_eq!((cut_off.id, cut_off.outcome.as_deref()), (work.attempt, Some("interrupted")));
    assert_eq!(desk.reader().text(&cut_off.partial.unwrap()).unwrap().as_deref(), Some("She wai"));
    assert_eq!((delivered.number, delivered.status.as_str()), (2, "delivered"));
    assert_eq!(desk.server.count(), 1);
    conductor.stop();
}

#[test]
fn p11_a_cancelled_call_that_a_killed_process_left_gives_back_what_it_held() {
    let desk = Desk::new(slow_or_not);
    let page = desk.page("quick");
    left_in_a_call(&desk, Some(galley::domain::Money(5)));
    desk.give(&page, RunCommand::Cancel { step: None });
    assert_eq!(desk.reader().unclosed_attempts().unwrap().len(), 1);
    let conductor = desk.conduct();
    desk.until("nothing held", |r| r.unclosed_attempts().unwrap().is_empty());
    conductor.stop();
}
