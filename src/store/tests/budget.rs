//! Money: what is reserved, spent and left.

use super::support::*;
use crate::domain::book::BookCommand;
use crate::domain::run::{RunCommand, Usage};
use crate::domain::{BookSettings, BudgetOf, Command, Money, Reason, Refusal, Spending, Time};
use crate::store::{Policy, StoreError, compare};

const DAY: i64 = 86_400_000;

#[test]
fn a_book_budget_counts_what_is_spent_and_what_is_reserved() {
    let home = Home::new();
    let (store, book, chapter) = home.with_chapter();
    let reader = store.reader().unwrap();
    let settings = BookSettings { budget: Some(Money(1000)), ..BookSettings::default() };
    of_book(&store, &book, BookCommand::ChangeSettings { settings }).unwrap();
    let pages: Vec<_> = (0..3).map(|n| new_page(&store, &chapter, &format!("Beat {n}."))).collect();

    let first = start(&store, &reader, &pages[0]);
    let second = start(&store, &reader, &pages[1]);
    // 500 and 500 are reserved of 1000: the third waits, and is not a failure.
    let due = reader.work_due(Time(i64::MAX), 9).unwrap().pop().unwrap();
    let begin = |reserved| start_command(&due.run, "narration", &due.attempt, Some(Money(reserved)));
    let held = give(&store, begin(500)).unwrap_err();
    assert!(matches!(held, StoreError::Refused(Refusal::BudgetReserved)), "{held}");
    assert_eq!(reader.attention(9).unwrap(), []);

    deliver(&store, &pages[0], &first, "It was cold.");
    deliver(&store, &pages[1], &second, "It was cold.");
    // 200 and 200 were spent.
    give(&store, begin(601)).unwrap();
    let stopped = reader.page(&pages[2]).unwrap().unwrap().attention.unwrap();
    assert_eq!((stopped.reason, stopped.budget), (Reason::Budget, Some(BudgetOf::Book(book.clone()))));
    assert!(stopped.message.contains("the book's budget"), "{}", stopped.message);
    assert_eq!(reader.steps_in_need(None).unwrap(), [(due.run.clone(), due.step.clone())]);

    // Released as soon as there is room, and not before.
    let release = |reserved| {
        let command = RunCommand::Release { step: due.step.clone(), reserved: Some(Money(reserved)) };
        give(&store, Command::Run { run: due.run.clone(), command }).unwrap().events.len()
    };
    assert_eq!(release(601), 0);
    let settings = BookSettings { budget: Some(Money(1001)), ..BookSettings::default() };
    of_book(&store, &book, BookCommand::ChangeSettings { settings }).unwrap();
    assert_eq!((release(601), release(601)), (1, 0));
    give(&store, begin(601)).unwrap();
    assert_eq!(reader.page(&pages[2]).unwrap().unwrap().state, "generating_narration");
    assert_eq!(reader.book_spent(&book).unwrap().cost, Money(400));
    assert_eq!(reader.spend_by_model().unwrap()[0].spent.cost, Money(400));
    assert_eq!(reader.spend_by_book().unwrap()[0].spent.attempts, 2);
}

#[test]
fn a_day_budget_is_of_the_utc_day() {
    let home = Home::new();
    let (store, _, chapter) = home.with_chapter();
    store.configure(Policy { advisory: false, budget_per_day: Some(Money(600)), ..Policy::default() });
    let reader = store.reader().unwrap();
    let page = new_page(&store, &chapter, "One.");
    let attempt = start(&store, &reader, &page);
    deliver(&store, &page, &attempt, "It was cold.");
    approve(&store, &page);
    start(&store, &reader, &page);
    assert_eq!(reader.page(&page).unwrap().unwrap().attention.map(|a| a.reason), Some(Reason::Budget));
    home.pass(DAY);
    of_page(&store, &page, RunCommand::Retry { step: None }).unwrap();
    start(&store, &reader, &page);
    assert_eq!(reader.page(&page).unwrap().unwrap().state, "generating_dialogue");
    let totals = reader.totals(home.clock().now()).unwrap();
    assert_eq!((totals.spent.cost, totals.spent_today.cost, totals.generating), (Money(200), Money(0), 1));
    assert_eq!(reader.totals(Time(0)).unwrap().spent_today.cost, Money(0));
}

#[test]
fn a_cancelled_call_holds_its_reservation_until_it_is_closed_and_is_counted_once() {
    let home = Home::new();
    let (store, book, chapter) = home.with_chapter();
    let reader = store.reader().unwrap();
    let page = new_page(&store, &chapter, "One.");
    let attempt = start(&store, &reader, &page);
    of_page(&store, &page, RunCommand::Cancel { step: None }).unwrap();
    assert!(reader.running_attempts().unwrap().is_empty());
    assert_eq!(reader.unclosed_attempts().unwrap()[0].id, attempt);
    let close = RunCommand::Close {
        attempt: attempt.clone(),
        partial: Some("It was".into()),
        usage: Usage { output_tokens: 7, ..usage() },
        cost: Some(Money(30)),
    };
    of_page(&store, &page, close.clone()).unwrap();
    of_page(&store, &page, close).unwrap();
    assert!(reader.unclosed_attempts().unwrap().is_empty());
    let row = reader.attempt(&attempt).unwrap().unwrap();
    assert_eq!(
        (row.status.as_str(), row.outcome.as_deref(), row.cost),
        ("cancelled", Some("author"), Some(Money(30)))
    );
    assert_eq!(reader.text(&row.partial.unwrap()).unwrap().as_deref(), Some("It was"));
    assert_eq!(reader.book_spent(&book).unwrap().cost, Money(30));
    assert_eq!(reader.requests_since(Time(0)).unwrap(), [row.started_at]);
    assert!(reader.requests_since(row.started_at.plus_ms(1)).unwrap().is_empty());
}

/// Writes absurd rows as they came of a server that was believed everything.
fn plant(home: &Home) {
    let connection = rusqlite::Connection::open(home.path()).unwrap();
    for sql in [
        "UPDATE spend SET cost = 9223372036854775807, input_tokens = 1000000000000000000,
                output_tokens = 9223372036854775807",
        "INSERT INTO spend SELECT book, chapter, '1999-01-01', model, attempts, input_tokens, output_tokens, cost, 1
         FROM spend",
        "UPDATE pages SET spent = 9223372036854775807, input_tokens = 9223372036854775807",
        "UPDATE attempts SET cost = 9223372036854775807, output_tokens = 1000000000000000000",
        "REPLACE INTO token_factors VALUES ('offline/author', 1, 1, 9223372036854775807)",
    ] {
        assert!(connection.execute(sql, []).unwrap() > 0, "{sql}");
    }
}

#[test]
fn r1_a_home_with_absurd_amounts_is_read_and_takes_further_calls() {
    let home = Home::new();
    let (store, book, chapter) = home.with_chapter();
    store.configure(Policy { advisory: false, ..Policy::default() });
    let reader = store.reader().unwrap();
    let pages: Vec<_> = (0..3).map(|n| new_page(&store, &chapter, &format!("Beat {n}."))).collect();
    let attempt = start(&store, &reader, &pages[0]);
    deliver(&store, &pages[0], &attempt, "It was cold.");
    plant(&home);

    let most = Money(i64::MAX);
    assert_eq!(reader.book_spent(&book).unwrap().cost, most);
    assert_eq!(reader.books(true).unwrap()[0].spent.cost, most);
    assert_eq!(reader.chapters(&book, true).unwrap()[0].spent.output_tokens, i64::MAX as u64);
    assert_eq!(reader.totals(home.clock().now()).unwrap().spent.cost, most);
    assert_eq!(reader.spend_by_model().unwrap()[0].spent.cost, most);
    assert!((reader.token_factor("offline/author").unwrap() - 3.0).abs() < 1e-9);
    // Another call is recorded beside them, also one that says as absurd things.
    let attempt = start(&store, &reader, &pages[1]);
    deliver(&store, &pages[1], &attempt, "It was cold.");
    let attempt = start(&store, &reader, &pages[2]);
    let usage = Usage { input_tokens: 1_000_000_000_000_000_000, output_tokens: u64::MAX, ..usage() };
    let text = "It was cold.".to_owned();
    of_page(&store, &pages[2], RunCommand::Deliver { attempt, text, usage, cost: Some(most), noted: None })
        .unwrap();
    let row = reader.page(&pages[2]).unwrap().unwrap();
    assert_eq!(row.spent.to_string(), "1 unknown");
    // With a budget, a call is stopped and not an error.
    store.configure(Policy { budget_per_day: Some(Money(10_000)), ..Policy::default() });
    approve(&store, &pages[1]);
    start(&store, &reader, &pages[1]);
    assert_eq!(reader.attention(9).unwrap()[0].attention.as_ref().unwrap().reason, Reason::Budget);
    // The journal knows better.
    drop((reader, store));
    crate::store::rebuild(&home.path()).unwrap();
    let reader = home.open().reader().unwrap();
    let spent = reader.book_spent(&book).unwrap();
    assert_eq!((spent.cost, spent.unknown, spent.input_tokens), (Money(400), 1, 200));
    assert!(compare(&home.path()).unwrap().equal());
}

#[test]
fn p11_tokens_and_money_are_counted_by_attempt_page_chapter_book_model_and_day() {
    let home = Home::new();
    let (store, book, chapter) = home.with_chapter();
    store.configure(Policy { advisory: false, ..Policy::default() });
    let reader = store.reader().unwrap();
    let pages: Vec<_> = (0..2).map(|n| new_page(&store, &chapter, &format!("Beat {n}."))).collect();
    let attempt = start(&store, &reader, &pages[0]);
    deliver(&store, &pages[0], &attempt, "It was cold.");
    // By hand, with the tokens of a model that was asked elsewhere; then a call whose price nobody knows.
    let write = RunCommand::Write {
        step: None,
        revision: None,
        text: "It was warm.".into(),
        model: "elsewhere/x".into(),
        tokens: 1234,
    };
    of_page(&store, &pages[1], write).unwrap();
    approve(&store, &pages[1]);
    let attempt = start(&store, &reader, &pages[1]);
    let text = "It was.".to_owned();
    of_page(
        &store,
        &pages[1],
        RunCommand::Deliver { attempt, text, usage: usage(), cost: None, noted: None },
    )
    .unwrap();

    let whole = reader.book_spent(&book).unwrap();
    assert_eq!((whole.input_tokens, whole.output_tokens), (200, 80 + 1234));
    assert_eq!((whole.attempts, whole.to_string().as_str()), (2, "<$0.0001 + 1 unknown"));
    for sums in [
        reader.spend_by_day().unwrap(),
        reader.spend_by_model().unwrap(),
        reader.spend_by_book().unwrap(),
        reader.spend_by_chapter().unwrap(),
    ] {
        assert_eq!(sums.iter().map(|row| row.spent).sum::<Spending>(), whole, "{sums:?}");
    }
    assert_eq!(reader.spend_by_chapter().unwrap()[0].group, chapter.as_str());
    let by_hand = reader.spend_by_model().unwrap().into_iter().find(|r| r.group == "elsewhere/x").unwrap();
    assert_eq!((by_hand.spent.output_tokens, by_hand.spent.to_string().as_str()), (1234, "unknown"));
    assert_eq!(reader.chapter(&chapter).unwrap().unwrap().spent, whole);
    let of_pages: Spending = pages.iter().map(|p| reader.page(p).unwrap().unwrap().spent).sum();
    assert_eq!(of_pages, whole);
    assert_eq!(reader.page(&pages[1]).unwrap().unwrap().spent.to_string(), "1 unknown");
    let sql = "SELECT input_tokens, output_tokens, spent, unknown_costs FROM v_chapter_progress";
    let connection = rusqlite::Connection::open(home.path()).unwrap();
    let read = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?));
    let of_view: (i64, i64, i64, i64) = connection.query_row(sql, [], read).unwrap();
    assert_eq!(of_view, (200, 1314, 200, 1));
    assert!(compare(&home.path()).unwrap().equal());
}
