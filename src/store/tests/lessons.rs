//! What edits taught: kept with its run, taken into the canon in one transaction with it.

use super::support::*;
use crate::domain::canon::{CanonCommand, EntryContent, EntryKind, EntryMode, EntryOrigin, EntryPut};
use crate::domain::run::RunCommand;
use crate::domain::{BookId, Command, EntryId, Event, PageId, ProposalId, Refusal, StreamId};
use crate::store::{Answer, Policy, Reader, Store, StoreError, compare, rebuild};

const ANSWER: &str = r#"[
    {"kind":"fact","entry":"the-winter-harbour_mara","text":"Mara has grey eyes.","why":"You wrote it.","quote":"grey eyes"},
    {"kind":"style","text":"Prefers lamp to lantern.","why":"Twice.","quote":"lamp"},
    {"kind":"fact","new":{"kind":"place","name":"Tower"},"text":"The tower is old.","why":"You wrote it.","quote":"old"}
]"#;

/// A page with an edit that taught three things, in a book that knows Mara.
fn taught(home: &Home) -> (Store, Reader, BookId, PageId) {
    let (store, book, chapter) = home.with_chapter();
    store.configure(Policy { advisory: false, lessons: true, ..Policy::default() });
    let reader = store.reader().unwrap();
    let content = EntryContent {
        kind: EntryKind::Character,
        name: "Mara".into(),
        text: "A pilot.".into(),
        ..EntryContent::default()
    };
    let put = CanonCommand::Put(EntryPut { content, ..EntryPut::default() });
    give(&store, Command::Canon { book: book.clone(), command: put }).unwrap();
    let page = new_page(&store, &chapter, "Mara waits.");
    let attempt = start(&store, &reader, &page);
    deliver(&store, &page, &attempt, "Mara lit the lantern.");
    let text = "Mara had grey eyes. She lit the lamp in the old tower.".to_owned();
    of_page(&store, &page, RunCommand::Edit { step: None, revision: None, text }).unwrap();
    let work = reader.work_due(crate::domain::Time(i64::MAX), 9).unwrap();
    let scribe = work.into_iter().find(|w| w.step.as_str() == "lessons").unwrap();
    give(&store, start_command(&scribe.run, "lessons", &scribe.attempt, None)).unwrap();
    deliver(&store, &page, &scribe.attempt, ANSWER);
    (store, reader, book, page)
}

fn accept(
    store: &Store,
    page: &PageId,
    proposal: &ProposalId,
    words: Option<&str>,
) -> Result<Answer, StoreError> {
    let (page, proposal, words) = (page.clone(), proposal.clone(), words.map(str::to_owned));
    give(store, Command::AcceptProposal { page, proposal, words })
}

#[test]
fn an_accepted_proposal_changes_page_and_canon_in_one_answer() {
    let home = Home::new();
    let (store, reader, book, page) = taught(&home);
    let open = reader.page_detail(&page).unwrap().unwrap().proposals;
    let goes: Vec<String> = open.iter().map(crate::store::rows::ProposalRow::goes_to).collect();
    assert_eq!(goes, ["to Mara", "a note on style", "a new place, Tower"]);
    let commits = store.commits();

    let answer = accept(&store, &page, &open[0].id, Some("She has green eyes.")).unwrap();
    assert_eq!(store.commits(), commits + 1);
    let streams: Vec<&StreamId> = answer.events.iter().map(|e| &e.stream).collect();
    assert!(matches!(streams[..], [StreamId::Canon(_), StreamId::Run(_)]), "{streams:?}");
    let mara = EntryId::new("the-winter-harbour_mara");
    assert_eq!((&answer.entry, &answer.page), (&Some(mara.clone()), &Some(page.clone())));
    let entry = reader.entry(&mara).unwrap().unwrap();
    assert_eq!((entry.version, entry.text.as_str()), (2, "A pilot.\n\nShe has green eyes."));
    let EntryOrigin::Proposed { revision } = &entry.origin else { panic!("{:?}", entry.origin) };
    assert_eq!(reader.page_of_revision(revision).unwrap(), Some(page.clone()));
    assert!(reader.revision_text(revision).unwrap().unwrap().contains("grey eyes"));

    let note = accept(&store, &page, &open[1].id, None).unwrap().entry.unwrap();
    let note = reader.entry(&note).unwrap().unwrap();
    assert_eq!(
        (note.kind, note.mode, note.name.as_str()),
        (EntryKind::Style, EntryMode::Always, "Prefers lamp to lantern")
    );
    of_page(&store, &page, RunCommand::RefuseProposal { proposal: open[2].id.clone() }).unwrap();
    assert!(reader.page_detail(&page).unwrap().unwrap().proposals.is_empty());
    let all = reader.proposals(&page).unwrap();
    let states: Vec<&str> = all.iter().map(|p| p.state.as_str()).collect();
    assert_eq!(states, ["accepted", "accepted", "refused"]);
    assert_eq!((all[0].version, all[0].words.as_deref()), (Some(2), Some("She has green eyes.")));
    assert_eq!((all[1].version, all[1].words.as_deref(), all[1].by.as_deref()), (Some(1), None, Some("ada")));
    assert_eq!(reader.entries(&book).unwrap().len(), 2);
    assert!(compare(store.path()).unwrap().equal());
}

#[test]
fn a_proposal_that_cannot_be_taken_changes_neither_page_nor_canon() {
    let home = Home::new();
    let (store, reader, book, page) = taught(&home);
    let open = reader.proposals(&page).unwrap();
    let mara = EntryId::new("the-winter-harbour_mara");
    let remove = CanonCommand::Remove { entry: mara };
    give(&store, Command::Canon { book: book.clone(), command: remove }).unwrap();
    let before = reader.last_event().unwrap();
    let refused = |result: Result<Answer, StoreError>| match result {
        Err(StoreError::Refused(refusal)) => refusal,
        other => panic!("{other:?}"),
    };
    assert_eq!(refused(accept(&store, &page, &open[0].id, None)), Refusal::Trashed);
    assert_eq!(refused(accept(&store, &page, &open[1].id, Some(" \n"))), Refusal::EmptyText);
    let unknown = ProposalId::new("run_x.p9");
    assert!(matches!(refused(accept(&store, &page, &unknown, None)), Refusal::NotFound { .. }));
    of_page(&store, &page, RunCommand::Undo { step: None }).unwrap();
    let withdrawn = refused(accept(&store, &page, &open[2].id, None));
    assert!(matches!(withdrawn, Refusal::ProposalWithdrawn { .. }), "{withdrawn:?}");
    assert!(reader.page_detail(&page).unwrap().unwrap().proposals.is_empty());
    assert!(reader.proposals(&page).unwrap().iter().all(|p| !p.stands && p.state == "open"));
    of_page(&store, &page, RunCommand::Redo).unwrap();
    assert_eq!(reader.page_detail(&page).unwrap().unwrap().proposals.len(), 3);
    assert_eq!(reader.entries(&book).unwrap().len(), 0);
    let events = reader.events_after(before, u32::MAX).unwrap();
    assert!(!events.iter().any(|(_, r)| matches!(r.event, Event::Canon(_))));
    assert!(compare(store.path()).unwrap().equal());
}

#[test]
fn a_rebuild_makes_the_proposals_anew() {
    let home = Home::new();
    let (store, reader, _, page) = taught(&home);
    let open = reader.proposals(&page).unwrap();
    accept(&store, &page, &open[2].id, None).unwrap();
    let kept = reader.proposals(&page).unwrap();
    rusqlite::Connection::open(store.path())
        .unwrap()
        .execute_batch("UPDATE proposals SET state = 'open', stands = 0")
        .unwrap();
    let found = compare(store.path()).unwrap();
    assert_eq!(found.tables.iter().find(|t| t.table == "proposals").unwrap().missing, 3);
    assert!(rebuild(store.path()).unwrap().swapped);
    assert_eq!(reader.proposals(&page).unwrap(), kept);
}
