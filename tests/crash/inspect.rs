//! A look at everything that is on disk, as a crash left it.

use std::path::Path;

use galley::domain::run::Standing;
use galley::domain::{Hash, Time};
use galley::store::{Reader, checkup, compare};

use crate::ledger::Ledger;
use crate::record::Record;

/// Opens a copy of the database and checks all of it; returns the journal as it reads from the start.
pub fn inspect(database: &Path, known: &Record, ledger: &Ledger) -> Record {
    let folder = tempfile::tempdir().expect("a folder");
    let copy = folder.path().join("copy.db");
    std::fs::copy(database, &copy).expect("the database is a file");
    // Without the number of the last event, a log that was just emptied could as well have been lost.
    for ending in ["db-wal", "db.last"] {
        let beside = database.with_extension(ending);
        if beside.exists() {
            std::fs::copy(beside, copy.with_extension(ending)).expect("it is a file");
        }
    }
    let checkup = checkup(&copy).expect("it is looked through");
    assert!(checkup.is_well(), "the database is damaged: {checkup:#?}");
    let reader = Reader::open(&copy).expect("it reads");
    let mut record = Record::of(known.book.clone());
    record.catch_up(&reader, &ledger.sent);
    let kept = known.lines.len();
    assert!(record.lines.len() >= kept, "{} of {kept} lines are left", record.lines.len());
    assert_eq!(record.lines[..kept], known.lines, "the journal's lines have changed");
    ledger.check(&record);
    check_pages(&reader, &record);
    check_runs(&reader, &record);
    let report = compare(&copy).expect("the projections are made again");
    assert!(report.equal(), "the projections are not those of the journal: {report:#?}");
    record
}

/// What is shown of every run beside the pages is what its journal says, and nobody waits for what nobody does.
fn check_runs(reader: &Reader, record: &Record) {
    let due = reader.work_due(Time(i64::MAX), u32::MAX).expect("work reads");
    let running = reader.running_attempts().expect("attempts read");
    for id in &record.others {
        let run = &record.runs[id];
        assert_eq!(reader.run_state(id).expect("a run reads").as_ref(), Some(run), "the run {id}");
        let row = reader.run_detail(id).expect("a run reads").expect("a run that was begun").run;
        assert_eq!(row.state, run.public_state(), "the state of {id}");
        if let Standing::Working { step } = run.standing() {
            let alive = due.iter().any(|w| w.run == *id) || running.iter().any(|a| a.run == *id);
            assert!(alive, "{id} hangs at {step}");
        }
    }
}

/// What is shown of every page is what its journal says, and its texts are whole.
fn check_pages(reader: &Reader, record: &Record) {
    let due = reader.work_due(Time(i64::MAX), u32::MAX).expect("work reads");
    let running = reader.running_attempts().expect("attempts read");
    for (page, id) in &record.pages {
        let run = record.run_of(page);
        assert_eq!(reader.run_state(id).expect("a run reads").as_ref(), Some(run), "the run of {page}");
        let row = reader.page(page).expect("a page reads").expect("a page that was made");
        assert_eq!(row.state, run.public_state(), "the state of {page}");
        assert_eq!(row.trashed, record.trashed.contains(page), "{page} in the trash");
        let attention = match run.standing() {
            Standing::Waiting { attention } => Some(attention),
            _ => None,
        };
        assert_eq!(row.attention, attention, "what {page} waits for");
        if row.state.starts_with("generating_") && !row.trashed {
            let alive = due.iter().any(|w| w.page.as_ref() == Some(page))
                || running.iter().any(|a| a.page.as_ref() == Some(page));
            assert!(alive, "{page} hangs in {}", row.state);
        }
        let rows = reader.revisions(page).expect("revisions read");
        let revisions: Vec<_> = run.steps.iter().flat_map(|s| &s.revisions).collect();
        assert_eq!(rows.len(), revisions.len(), "the revisions of {page}");
        for revision in revisions {
            let text = reader.revision_text(&revision.id).expect("a text reads").expect("a revision's text");
            assert_eq!(Hash::of(text.as_bytes()), revision.text.hash, "the text of {}", revision.id);
        }
    }
}
