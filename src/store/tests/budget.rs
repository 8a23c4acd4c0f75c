//! Money: what is reserved, spent and left.

use super::support::*;
use crate::domain::book::BookCommand;
use crate::domain::run::{RunCommand, Usage};
use crate::domain::{BookSettings, Money, Reason, Time};
use crate::store::Policy;

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
    start(&store, &reader, &pages[2]);
    let third = reader.page(&pages[2]).unwrap().unwrap();
    assert_eq!(
        third.attention.as_ref().map(|a| a.reason),
        Some(Reason::Budget),
        "500 and 500 are reserved of 1000"
    );
    assert_eq!(reader.attention(9).unwrap(), [third]);

    deliver(&store, &pages[0], &first, "It was cold.");
    deliver(&store, &pages[1], &second, "It was cold.");
    of_page(&store, &pages[2], RunCommand::Retry { step: None }).unwrap();
    start(&store, &reader, &pages[2]);
    assert_eq!(
        reader.page(&pages[2]).unwrap().unwrap().state,
        "generating_narration",
        "200 and 200 were spent"
    );
    assert_eq!(reader.book_spent(&book).unwrap(), Money(400));
    assert_eq!(reader.spend_by_model().unwrap()[0].cost, Money(400));
    assert_eq!(reader.spend_by_book().unwrap()[0].attempts, 2);
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
    assert_eq!((totals.spent, totals.spent_today, totals.generating), (Money(200), Money(0), 1));
    assert_eq!(reader.totals(Time(0)).unwrap().spent_today, Money(0));
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
    assert_eq!(reader.book_spent(&book).unwrap(), Money(30));
    assert_eq!(reader.requests_since(Time(0)).unwrap(), [row.started_at]);
    assert!(reader.requests_since(row.started_at.plus_ms(1)).unwrap().is_empty());
}
