//! Money, calls at once, calls a minute (spec P11).

use galley::config::{set_author_prices, set_budget_per_day};
use galley::domain::book::BookCommand;
use galley::domain::run::{CancelReason, RunCommand, RunEvent};
use galley::domain::{BookSettings, BudgetOf, Choice, Command, Event, Money, PageId, Reason, Time};
use galley::llm::Price;

use super::desk::{Asked, Desk, QUIET};
use crate::model_server::{Answer, Reply};

fn answer(_: &Asked) -> Reply {
    Reply::text("She waited.")
}

/// A desk whose narrator costs a dollar for a million tokens of prompt and ten for a million of answer.
fn priced() -> Desk {
    let desk = Desk::new(answer);
    let price = Price { input: 1.0, output: 10.0 };
    set_author_prices(&desk.home(), &"test/narrator".parse().unwrap(), price).unwrap();
    desk.engine.reload_config().unwrap();
    desk
}

#[test]
fn p11_every_attempt_has_its_tokens_and_its_cost() {
    let desk = priced();
    let conductor = desk.conduct();
    let pages = [desk.page("one"), desk.page("two")];
    for page in &pages {
        desk.reaches(page, "user_reviewing_narration");
        let [attempt] = desk.attempts(page).try_into().unwrap();
        assert_eq!((attempt.input_tokens, attempt.output_tokens, attempt.estimated), (11, 7, false));
        // 11 tokens at a microdollar and 7 at ten.
        assert_eq!(attempt.cost, Some(Money::from_dollars(0.000_081)));
        assert!(attempt.reserved > attempt.cost, "the worst case was reserved");
        assert_eq!(desk.row(page).spent.cost, Money::from_dollars(0.000_081));
        assert_eq!(desk.reader().revisions(page).unwrap()[0].cost, attempt.cost);
    }
    let [model] = desk.reader().spend_by_model().unwrap().try_into().unwrap();
    assert_eq!((model.group.as_str(), model.spent.attempts), ("test/narrator", 2));
    assert_eq!(model.spent.cost, Money::from_dollars(0.000_162));
    // The dialogue's model has no price: its cost is unknown, and said to be.
    desk.approve(&pages[0]);
    desk.reaches(&pages[0], "user_reviewing_dialogue");
    assert_eq!(desk.attempts(&pages[0])[1].cost, None);
    conductor.stop();
}

#[test]
fn p11_a_budget_stops_new_calls_and_says_so_and_raised_lets_them_go_on() {
    let desk = priced();
    // Enough for one answer of the longest kind.
    set_budget_per_day(&desk.home(), Some(Money::from_dollars(0.045))).unwrap();
    desk.engine.reload_config().unwrap();
    let conductor = desk.conduct();
    let first = desk.page("one");
    desk.reaches(&first, "user_reviewing_narration");
    set_budget_per_day(&desk.home(), Some(Money::from_dollars(0.041))).unwrap();
    desk.engine.reload_config().unwrap();
    let second = desk.page("two");
    desk.reaches(&second, "awaiting_user_input");
    let attention = desk.row(&second).attention.unwrap();
    assert_eq!(attention.reason, Reason::Budget);
    assert_eq!(attention.choices[0], Choice::RaiseBudget);
    assert!(attention.message.contains('$'), "{}", attention.message);
    assert!(desk.attempts(&second).is_empty());
    assert_eq!(desk.server.count(), 1, "no call was made");

    set_budget_per_day(&desk.home(), Some(Money::from_dollars(1.0))).unwrap();
    desk.engine.reload_config().unwrap();
    // What it stopped goes on without a word.
    desk.reaches(&second, "user_reviewing_narration");
    conductor.stop();
}

#[test]
fn p11_calls_under_way_hold_their_part_of_the_budget() {
    let desk = Desk::new(|_| Reply::HangAfter(Answer::of("The lamp was")));
    let price = Price { input: 1.0, output: 10.0 };
    set_author_prices(&desk.home(), &"test/narrator".parse().unwrap(), price).unwrap();
    set_budget_per_day(&desk.home(), Some(Money::from_dollars(0.1))).unwrap();
    desk.engine.reload_config().unwrap();
    let conductor = desk.conduct();
    // Each may cost some 41 thousandths of a dollar.
    let pages: Vec<PageId> = ["one", "two", "three", "four"].iter().map(|beat| desk.page(beat)).collect();
    desk.until("two are begun", |r| r.running_attempts().unwrap().len() == 2);
    // The others wait for what these two will give back; nothing is stopped, and no word of the author is needed.
    let waits = |page: &&PageId| desk.row(page).attention.is_none() && desk.attempts(page).is_empty();
    assert_eq!(pages.iter().filter(waits).count(), 2);
    desk.give(&pages[0], RunCommand::Cancel { step: None });
    desk.until("another one has begun", |r| {
        r.unclosed_attempts().unwrap().is_empty() && r.running_attempts().unwrap().len() == 2
    });
    conductor.stop();
}

#[test]
fn p11_under_a_budget_a_model_without_a_price_is_not_called() {
    let desk = Desk::new(answer);
    set_budget_per_day(&desk.home(), Some(Money::from_dollars(5.0))).unwrap();
    desk.engine.reload_config().unwrap();
    let conductor = desk.conduct();
    let page = desk.page("one");
    desk.reaches(&page, "awaiting_user_input");
    let attention = desk.row(&page).attention.unwrap();
    assert_eq!(attention.reason, Reason::PriceUnknown);
    assert!(attention.message.contains("test/narrator"), "{}", attention.message);
    assert_eq!(desk.server.count(), 0);
    // With a price it continues by itself.
    let price = Price { input: 1.0, output: 10.0 };
    set_author_prices(&desk.home(), &"test/narrator".parse().unwrap(), price).unwrap();
    desk.engine.reload_config().unwrap();
    desk.reaches(&page, "user_reviewing_narration");
    conductor.stop();
}

#[test]
fn p11_no_more_calls_at_once_than_allowed() {
    let settings = "[agents.reviewer]\nenabled = false\n[limits]\nbackoff_ms = 1\ncalls_at_once = 2\n";
    let paced = Answer::of("She waited on the pier.").paced(std::time::Duration::from_millis(2));
    let desk = Desk::with(settings, move |_| Reply::Text(paced.clone()));
    let pages: Vec<PageId> = (0..7).map(|n| desk.page(&format!("beat {n}"))).collect();
    let conductor = desk.conduct();
    for page in &pages {
        desk.reaches(page, "user_reviewing_narration");
    }
    // The journal knows what was under way at every moment.
    let (mut under_way, mut most) = (0_i32, 0);
    for (_, line) in desk.reader().events_after(0, 10_000).unwrap() {
        match line.event {
            Event::Run(RunEvent::AttemptStarted { .. }) => under_way += 1,
            Event::Run(RunEvent::AttemptDelivered { .. } | RunEvent::AttemptFailed { .. }) => under_way -= 1,
            _ => {}
        }
        most = most.max(under_way);
    }
    assert_eq!(most, 2);
    conductor.stop();
}

#[test]
fn p11_no_more_calls_a_minute_than_allowed_and_a_restart_begins_no_new_minute() {
    let settings = "[agents.reviewer]\nenabled = false\n[limits]\nbackoff_ms = 1\nrequests_per_minute = 3\n";
    let desk = Desk::with(settings, answer);
    let pages: Vec<PageId> = (0..5).map(|n| desk.page(&format!("beat {n}"))).collect();
    let made = |n: usize| {
        desk.until("the calls that are allowed", |r| {
            pages.iter().filter(|p| !r.revisions(*p).unwrap().is_empty()).count() == n
        });
    };
    let conductor = desk.conduct();
    made(3);
    conductor.stop();
    let mut second = desk.second();
    let conductor = second.start(desk.runtime.handle());
    super::desk::wait("the second conducts", || second.conducting() == galley::engine::Conducting::Here);
    // A command makes it look for work; the answer to the next one says that it has.
    for limit in 6..9 {
        desk.give(&pages[0], RunCommand::SetLimit { limit });
    }
    assert_eq!(desk.server.count(), 3);
    assert_eq!(
        desk.reader().work_due(Time(i64::MAX), 9).unwrap().len(),
        2,
        "the others wait for their minute"
    );
    conductor.stop();

    desk.configure(QUIET);
    second = desk.second();
    let conductor = second.start(desk.runtime.handle());
    made(5);
    conductor.stop();
}

#[test]
fn p11_a_cancelled_call_gives_back_what_it_held_when_it_has_ended() {
    let desk = Desk::new(|asked| {
        if asked.says("slow") {
            Reply::HangAfter(Answer::of("The lamp was"))
        } else {
            Reply::text("She waited.")
        }
    });
    let price = Price { input: 1.0, output: 10.0 };
    set_author_prices(&desk.home(), &"test/narrator".parse().unwrap(), price).unwrap();
    set_budget_per_day(&desk.home(), Some(Money::from_dollars(0.05))).unwrap();
    desk.engine.reload_config().unwrap();
    let conductor = desk.conduct();
    let slow = desk.page("slow");
    desk.until("the slow one is begun", |r| r.running_attempts().unwrap().len() == 1);
    let blocked = desk.page("quick");
    desk.give(&slow, RunCommand::Cancel { step: None });
    desk.until("its end is recorded", |r| r.unclosed_attempts().unwrap().is_empty());
    let cancelled =
        |e: &Event| matches!(e, Event::Run(RunEvent::AttemptCancelled { reason: CancelReason::Author, .. }));
    assert!(desk.reader().events_after(0, 1000).unwrap().iter().any(|(_, line)| cancelled(&line.event)));
    desk.reaches(&blocked, "user_reviewing_narration");
    conductor.stop();
}

#[test]
fn m8_many_pages_share_a_small_budget_and_a_raised_one_of_the_book_releases_all() {
    let settings = "[agents.reviewer]\nenabled = false\n[limits]\nbackoff_ms = 1\ncalls_at_once = 3\n";
    let desk = Desk::with(settings, answer);
    let price = Price { input: 1000.0, output: 10.0 };
    set_author_prices(&desk.home(), &"test/narrator".parse().unwrap(), price).unwrap();
    desk.engine.reload_config().unwrap();
    let pages: Vec<PageId> = (0..8).map(|n| desk.page(&format!("beat {n}"))).collect();
    let book = desk.row(&pages[0]).book;
    let budget = |dollars: f64| {
        let row = desk.reader().book(&book).unwrap().unwrap();
        let settings = BookSettings { budget: Some(Money::from_dollars(dollars)), ..row.settings };
        let command = BookCommand::ChangeSettings { settings };
        desk.engine.submit(Command::Book { book: book.clone(), command }).wait().unwrap();
    };
    // A call costs some cents; at worst, more than half of this.
    budget(1.0);
    let conductor = desk.conduct();
    let stands = |state: &str| pages.iter().filter(|p| desk.row(p).state == state).count();
    super::desk::wait("all have come or are stopped", || {
        stands("user_reviewing_narration") + stands("awaiting_user_input") == pages.len()
    });
    let spent = desk.reader().book_spent(&book).unwrap();
    let stopped = pages.iter().filter_map(|p| desk.row(p).attention).collect::<Vec<_>>();
    // What was only reserved stopped nothing: of each call that was stopped, the worst case is above what is left.
    assert!(spent.attempts >= 2, "{spent:?}");
    for attention in &stopped {
        assert_eq!(attention.budget, Some(BudgetOf::Book(book.clone())));
        assert!(!attention.message.contains('-'), "{}", attention.message);
    }
    budget(1000.0);
    for page in &pages {
        desk.reaches(page, "user_reviewing_narration");
    }
    conductor.stop();
}
