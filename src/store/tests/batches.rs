//! Commits, answers and refusals.

use std::sync::{Arc, Mutex};

use super::support::*;
use crate::domain::book::BookCommand;
use crate::domain::run::RunCommand;
use crate::domain::{Command, Refusal};
use crate::store::StoreError;

#[test]
fn a_page_goes_from_beat_to_approved_in_seven_commits() {
    let home = Home::new();
    let (store, _, chapter) = home.with_chapter();
    let reader = store.reader().unwrap();
    let before = store.commits();
    let page = new_page(&store, &chapter, "The ship comes in.");
    finish(&store, &reader, &page, "It was cold.", "\"Who is there?\"");
    assert_eq!(store.commits() - before, 7);
    let row = reader.page(&page).unwrap().unwrap();
    assert_eq!((row.state.as_str(), row.words, row.spent.cost.0), ("page_approved", 6, 400));
}

#[test]
fn commands_queued_together_share_a_commit_and_a_refusal_concerns_itself_only() {
    let home = Home::new();
    let (store, book, chapter) = home.with_chapter();
    let before = store.commits();
    let nothing = BookCommand::RenameChapter { chapter: chapter.clone(), title: " ".into() };
    let replies = store.submit_many(vec![
        request(page_command(&chapter, "One.")),
        request(Command::Book { book, command: nothing }),
        request(page_command(&chapter, "  \n ")),
        request(page_command(&chapter, "Two.")),
    ]);
    let answers: Vec<_> = replies.into_iter().map(crate::store::Reply::wait).collect();
    assert_eq!(store.commits() - before, 1);
    assert!(matches!(answers[1], Err(StoreError::Refused(Refusal::Invalid { field: "title", .. }))));
    assert!(matches!(answers[2], Err(StoreError::Refused(Refusal::EmptyText))));
    let pages = store.reader().unwrap().pages(&chapter, true).unwrap();
    assert_eq!(pages.iter().map(|p| p.beat.as_str()).collect::<Vec<_>>(), ["One.", "Two."]);
    assert_eq!(answers[3].as_ref().unwrap().page.as_ref(), Some(&pages[1].id));
}

#[test]
fn r6_commands_that_belong_together_are_all_carried_out_or_none_is() {
    let home = Home::new();
    let (store, _, chapter) = home.with_chapter();
    let beats = |beats: &[&str]| beats.iter().map(|b| request(page_command(&chapter, b))).collect();
    let (before, last) = (store.commits(), store.reader().unwrap().last_event().unwrap());
    let refused = store.submit_together(beats(&["One.", "Two.", " \n "])).wait();
    assert!(matches!(refused, Err(StoreError::Refused(Refusal::EmptyText))));
    assert_eq!((store.commits(), store.reader().unwrap().last_event().unwrap()), (before, last));
    assert!(store.reader().unwrap().pages(&chapter, true).unwrap().is_empty());

    let made = store.submit_together(beats(&["One.", "Two.", "Three."])).wait().unwrap();
    assert_eq!(store.commits() - before, 1);
    let pages = store.reader().unwrap().pages(&chapter, true).unwrap();
    assert_eq!(pages.iter().map(|p| p.beat.as_str()).collect::<Vec<_>>(), ["One.", "Two.", "Three."]);
    // What was taken back left no trace in the ids.
    let ids: Vec<_> = made.into_iter().filter_map(|answer| answer.page).collect();
    assert_eq!(ids, pages.iter().map(|p| p.id.clone()).collect::<Vec<_>>());
    assert!(ids[0].as_str().ends_with("_page_001"), "{}", ids[0]);
}

#[test]
fn a_refused_command_writes_nothing() {
    let home = Home::new();
    let (store, _, chapter) = home.with_chapter();
    let page = new_page(&store, &chapter, "");
    let (before, last) = (store.commits(), store.reader().unwrap().last_event().unwrap());
    let refused = of_page(&store, &page, RunCommand::Approve { step: None, revision: None });
    assert!(matches!(refused, Err(StoreError::Refused(Refusal::NotReviewing { .. }))));
    assert_eq!((store.commits(), store.reader().unwrap().last_event().unwrap()), (before, last));
}

#[test]
fn a_repeated_command_gets_its_first_answer_and_does_nothing_again() {
    let home = Home::new();
    let (store, _, chapter) = home.with_chapter();
    let first = store.submit(named("c1", page_command(&chapter, "One."))).wait().unwrap();
    let again = store.submit(named("c1", page_command(&chapter, "One."))).wait().unwrap();
    assert!(again.repeated && !first.repeated);
    assert_eq!((again.page, again.state, &again.events), (first.page, first.state, &first.events));
    assert_eq!(first.events.len(), 4, "page added, run started, beat set, step asked");
    assert_eq!(store.reader().unwrap().pages(&chapter, true).unwrap().len(), 1);

    let other = store.submit(named("c1", page_command(&chapter, "Two."))).wait();
    assert!(matches!(other, Err(StoreError::Refused(Refusal::Repeated { .. }))));

    store.close();
    let store = home.open();
    assert!(store.submit(named("c1", page_command(&chapter, "One."))).wait().unwrap().repeated);
}

#[test]
fn listeners_hear_of_commits_in_order_and_only_of_commits() {
    let home = Home::new();
    let (store, _, chapter) = home.with_chapter();
    let heard = Arc::new(Mutex::new(Vec::new()));
    let ears = heard.clone();
    store.subscribe(move |committed| ears.lock().unwrap().push((committed.last, committed.events.len())));
    let page = new_page(&store, &chapter, "One.");
    let _ = of_page(&store, &page, RunCommand::Redo);
    of_page(&store, &page, RunCommand::SetLimit { limit: 7 }).unwrap();
    let last = store.reader().unwrap().last_event().unwrap();
    assert_eq!(*heard.lock().unwrap(), [(last - 1, 4), (last, 1)]);
}

#[test]
fn what_was_answered_is_there_after_reopening() {
    let home = Home::new();
    let (store, _, chapter) = home.with_chapter();
    let page = new_page(&store, &chapter, "One.");
    let reader = store.reader().unwrap();
    finish(&store, &reader, &page, "It was cold.", "\"Who?\"");
    let (detail, run) = (reader.page_detail(&page).unwrap(), reader.page(&page).unwrap().unwrap().run);
    let state = reader.run_state(&run).unwrap();
    drop(reader);
    store.close();
    let store = home.open();
    let reader = store.reader().unwrap();
    assert_eq!(reader.page_detail(&page).unwrap(), detail);
    assert_eq!(reader.run_state(&run).unwrap(), state);
    let undone = of_page(&store, &page, RunCommand::Undo { step: None }).unwrap();
    assert_eq!(undone.state.as_deref(), Some("user_reviewing_dialogue"));
}

#[test]
fn after_close_every_reply_says_that_the_store_is_closed() {
    let home = Home::new();
    let (store, _, chapter) = home.with_chapter();
    let other = store.clone();
    store.close();
    let reply = other.submit(request(page_command(&chapter, "One.")));
    assert!(matches!(reply.wait(), Err(StoreError::Closed)));
}

#[test]
fn drafts_are_kept_while_their_attempt_is_open() {
    let home = Home::new();
    let (store, _, chapter) = home.with_chapter();
    let reader = store.reader().unwrap();
    let page = new_page(&store, &chapter, "One.");
    let attempt = start(&store, &reader, &page);
    store.save_drafts(vec![(attempt.clone(), "It was".into())]);
    of_page(&store, &page, RunCommand::SetLimit { limit: 9 }).unwrap();
    assert_eq!(reader.draft(&attempt).unwrap().as_deref(), Some("It was"));
    deliver(&store, &page, &attempt, "It was cold.");
    assert_eq!(reader.draft(&attempt).unwrap(), None);
    store.save_drafts(vec![(attempt.clone(), "too late".into())]);
    of_page(&store, &page, RunCommand::SetLimit { limit: 8 }).unwrap();
    assert_eq!(reader.draft(&attempt).unwrap(), None);
}
