//! A journal that can be replayed, made of the events that were found.
//!
//! A run is kept up to its first missing event: what came after rests on it. Books, canons and templates go on without
//! the events that are missing. A book gets those without which its pages have no place: itself, chapters, pages.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::Connection;
use serde_json::Value;

use super::found::{Found, FoundEvent};
use super::report::Salvage;
use crate::domain::book::BookEvent;
use crate::domain::run::{self, RunEvent, Subject};
use crate::domain::{
    BookId, BookSettings, ChapterId, Event, Hash, PageId, RunId, StepName, StreamId, Time, Workflow,
};
use crate::store::journal::Line;
use crate::store::{StoreError, blobs};

/// Behind all others: a place is at most the number of those that are there.
const LAST: usize = usize::MAX;

/// An event of the new journal.
struct Kept {
    /// Its number in the journal; none for one that was made.
    id: Option<i64>,
    at: i64,
    actor: String,
    command: Option<String>,
    event: Event,
}

/// The streams of the new journal.
pub(super) struct Journal {
    streams: BTreeMap<i64, (StreamId, Vec<Kept>)>,
    now: Time,
}

impl Journal {
    /// Makes a journal of what was found; the texts are in the database already.
    pub fn from_found(
        found: Found,
        texts: &Connection,
        now: Time,
        report: &mut Salvage,
    ) -> Result<Self, StoreError> {
        missing(&found, report);
        let mut by_stream: BTreeMap<i64, Vec<(i64, FoundEvent)>> = BTreeMap::new();
        for (id, event) in found.events {
            by_stream.entry(event.stream).or_default().push((id, event));
        }
        let mut journal = Self { streams: BTreeMap::new(), now };
        let mut names = BTreeSet::new();
        for (n, mut events) in by_stream {
            events.sort_by_key(|(_, event)| event.seq);
            let Some(name) = found.streams.get(&n).filter(|name| names.insert((*name).clone())) else {
                report.lose("events", events.len() as u64, format!("stream {n}, whose name is lost"));
                continue;
            };
            let kept = match name {
                StreamId::Run(run) => run_events(run, events, texts, report)?,
                StreamId::Book(_) | StreamId::Canon(_) | StreamId::Prompt(_) => others(name, events, report),
            };
            if !kept.is_empty() {
                journal.streams.insert(n, (name.clone(), kept));
            }
        }
        journal.mend(report);
        Ok(journal)
    }

    /// Returns how many events there are.
    pub fn len(&self) -> u64 {
        self.streams.values().map(|(_, events)| events.len() as u64).sum()
    }

    pub fn events(&self) -> impl Iterator<Item = (&StreamId, &Event)> {
        self.streams.values().flat_map(|(name, events)| events.iter().map(move |kept| (name, &kept.event)))
    }

    /// Writes it, the events that were found under their old numbers.
    pub fn write(&self, connection: &Connection) -> Result<(), StoreError> {
        let mut stream = connection.prepare("INSERT INTO streams (n, name) VALUES (?1, ?2)")?;
        let mut event = connection.prepare(
            "INSERT INTO events (id, stream, seq, at, actor, command, data, checksum)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?;
        let mut made = Vec::new();
        for (n, (name, events)) in &self.streams {
            stream.execute((n, name.to_string()))?;
            for (at, kept) in events.iter().enumerate() {
                let seq = at as i64 + 1;
                match kept.id {
                    Some(_) => write(&mut event, *n, seq, kept)?,
                    None => made.push((*n, seq, kept)),
                }
            }
        }
        // They come behind all numbers that were given.
        made.into_iter().try_for_each(|(n, seq, kept)| write(&mut event, n, seq, kept))
    }

    /// Gives every page its place in a book, and every page of a book its run.
    fn mend(&mut self, report: &mut Salvage) {
        let placed = self.placed();
        let mut pages: BTreeMap<BookId, Vec<(Subject, RunId)>> = BTreeMap::new();
        let mut runs = BTreeSet::new();
        for (_, events) in self.streams.values() {
            let first = events.first().map(|kept| &kept.event);
            let Some(Event::Run(RunEvent::RunStarted { run, subject, workflow, .. })) = first else {
                continue;
            };
            runs.insert(run.clone());
            if let Some(book) = subject.book.as_ref().filter(|_| workflow == "page" && !placed.contains(run))
            {
                pages.entry(book.clone()).or_default().push((subject.clone(), run.clone()));
            }
        }
        let named = |(n, (name, _)): (&i64, &(StreamId, _))| match name {
            StreamId::Book(book) => Some((book.clone(), *n)),
            StreamId::Canon(_) | StreamId::Prompt(_) | StreamId::Run(_) => None,
        };
        let mut books: BTreeMap<BookId, i64> = self.streams.iter().filter_map(named).collect();
        for book in pages.keys() {
            if !books.contains_key(book) {
                let n = self.free();
                books.insert(book.clone(), n);
                self.streams.insert(n, (StreamId::Book(book.clone()), Vec::new()));
            }
        }
        for (book, n) in books {
            let Some((_, events)) = self.streams.get_mut(&n) else { continue };
            let mut whole = Book {
                id: &book,
                now: self.now,
                events: Vec::new(),
                chapters: BTreeSet::new(),
                pages: BTreeMap::new(),
                report,
            };
            whole.complete(std::mem::take(events), pages.get(&book).map_or(&[], Vec::as_slice));
            let placed = std::mem::take(&mut whole.pages);
            *events = whole.events;
            for (page, (chapter, run)) in placed {
                if runs.insert(run.clone()) {
                    report.lose("page", 1, format!("{page}: all but its place in the book"));
                    let begun = self.begin(&book, &page, &chapter, &run);
                    let n = self.free();
                    self.streams.insert(n, (StreamId::Run(run), vec![begun]));
                }
            }
        }
    }

    /// Returns the runs of all pages that have a place in a book.
    fn placed(&self) -> BTreeSet<RunId> {
        let added = |kept: &Kept| match &kept.event {
            Event::Book(BookEvent::PageAdded { run, .. }) => Some(run.clone()),
            _ => None,
        };
        self.streams.values().flat_map(|(_, events)| events.iter().filter_map(added)).collect()
    }

    fn begin(&self, book: &BookId, page: &PageId, chapter: &ChapterId, run: &RunId) -> Kept {
        let workflow = Workflow::shipped("page").expect("the page workflow ships");
        let subject =
            Subject { book: Some(book.clone()), chapter: Some(chapter.clone()), page: Some(page.clone()) };
        let begun = run::begin(run.clone(), &workflow, subject).events.remove(0);
        made(Event::Run(begun), self.now)
    }

    fn free(&self) -> i64 {
        self.streams.keys().next_back().map_or(1, |last| last + 1)
    }
}

fn write(insert: &mut rusqlite::Statement<'_>, stream: i64, seq: i64, kept: &Kept) -> Result<(), StoreError> {
    let data = serde_json::to_string(&kept.event).map_err(|e| StoreError::Sqlite(e.to_string()))?;
    let (at, actor, command) = (kept.at, &kept.actor, kept.command.as_deref());
    let checksum = Line { stream, seq, at, actor, command, data: &data }.checksum();
    insert.execute((kept.id, stream, seq, at, actor, command, data, checksum))?;
    Ok(())
}

fn made(event: Event, now: Time) -> Kept {
    Kept { id: None, at: now.0, actor: "conductor".into(), command: None, event }
}

/// Names the numbers that the journal lacks, and the events that are in doubt.
fn missing(found: &Found, report: &mut Salvage) {
    let mut next = 1;
    for id in found.events.keys() {
        if *id > next {
            report.lose("events", id.abs_diff(next), format!("numbers {next} to {} of the journal", id - 1));
        }
        next = id + 1;
    }
    for id in &found.doubtful {
        report.lose("doubtful", 1, format!("event {id} of the journal: there are two copies that differ"));
    }
}

/// Keeps the events of a run up to the first that is missing or cannot be read.
fn run_events(
    run: &RunId,
    events: Vec<(i64, FoundEvent)>,
    texts: &Connection,
    report: &mut Salvage,
) -> Result<Vec<Kept>, StoreError> {
    let all = events.len();
    let mut kept = Vec::new();
    let mut workflow = None;
    for (id, found) in events {
        let Ok(event) = serde_json::from_str::<RunEvent>(&found.data) else { break };
        let is_next = match &event {
            RunEvent::RunStarted { run: own, definition, .. } => {
                workflow = known(definition, texts)?;
                if workflow.is_none() {
                    let what = format!("{run}: its workflow is lost, and its events need it");
                    report.lose("run", all as u64, what);
                    return Ok(Vec::new());
                }
                kept.is_empty() && own == run
            }
            _ => workflow.as_ref().is_some_and(|workflow| names_its_step(&found.data, workflow)),
        };
        if !is_next || found.seq != kept.len() as i64 + 1 {
            break;
        }
        kept.push(Kept {
            id: Some(id),
            at: found.at,
            actor: found.actor,
            command: found.command,
            event: Event::Run(event),
        });
    }
    if kept.len() < all {
        let what = format!("{run}: what came after event {}, which the rest needs", kept.len());
        report.lose("run", (all - kept.len()) as u64, what);
    }
    Ok(kept)
}

fn known(definition: &Hash, texts: &Connection) -> Result<Option<Workflow>, StoreError> {
    Ok(blobs::get(texts, definition)?.and_then(|text| serde_json::from_str(&text).ok()))
}

/// Tells whether an event is of a step that the workflow has: one that was damaged before there were checksums may not
/// be.
fn names_its_step(data: &str, workflow: &Workflow) -> bool {
    let event: Value = serde_json::from_str(data).unwrap_or_default();
    event["step"].as_str().is_none_or(|step| workflow.step(&StepName::new(step)).is_some())
}

/// Keeps the events of any other stream that can be read.
fn others(name: &StreamId, events: Vec<(i64, FoundEvent)>, report: &mut Salvage) -> Vec<Kept> {
    let (mut kept, mut unreadable) = (Vec::new(), 0);
    let last = events.last().map_or(0, |(_, event)| event.seq);
    let there = events.len() as i64;
    for (id, found) in events {
        let event = match name {
            StreamId::Book(_) => serde_json::from_str(&found.data).map(Event::Book),
            StreamId::Canon(_) => serde_json::from_str(&found.data).map(Event::Canon),
            StreamId::Prompt(_) => serde_json::from_str(&found.data).map(Event::Prompt),
            StreamId::Run(_) => serde_json::from_str(&found.data).map(Event::Run),
        };
        match event {
            Ok(event) => kept.push(Kept {
                id: Some(id),
                at: found.at,
                actor: found.actor,
                command: found.command,
                event,
            }),
            Err(_) => unreadable += 1,
        }
    }
    let missing = last - there + unreadable;
    if missing > 0 {
        report.lose("book", missing.unsigned_abs(), format!("{name}: changes that are missing from it"));
    }
    kept
}

/// A book while its events are completed.
struct Book<'a> {
    id: &'a BookId,
    now: Time,
    events: Vec<Kept>,
    chapters: BTreeSet<ChapterId>,
    pages: BTreeMap<PageId, (ChapterId, RunId)>,
    report: &'a mut Salvage,
}

impl Book<'_> {
    /// Goes through its events, and makes those without which pages have no place.
    fn complete(&mut self, old: Vec<Kept>, runs: &[(Subject, RunId)]) {
        let is_begun = old.first().is_some_and(
            |k| matches!(&k.event, Event::Book(BookEvent::BookCreated { book, .. }) if book == self.id),
        );
        if !is_begun {
            self.report.lose("book", 1, format!("{}: its first title and settings", self.id));
            let title = format!("Salvaged: {}", self.id);
            self.make(BookEvent::BookCreated {
                book: self.id.clone(),
                title,
                settings: BookSettings::default(),
            });
        }
        for kept in old {
            match &kept.event {
                Event::Book(BookEvent::ChapterAdded { chapter, .. })
                    if !self.chapters.insert(chapter.clone()) =>
                {
                    self.doubt(&kept);
                    continue;
                }
                Event::Book(BookEvent::PageAdded { page, chapter, run, .. }) => {
                    if self.pages.contains_key(page) || self.pages.values().any(|(_, known)| known == run) {
                        self.doubt(&kept);
                        continue;
                    }
                    self.need(chapter);
                    self.pages.insert(page.clone(), (chapter.clone(), run.clone()));
                }
                Event::Book(BookEvent::BookCreated { .. }) if !self.events.is_empty() => {
                    self.doubt(&kept);
                    continue;
                }
                Event::Book(BookEvent::PageMoved { chapter, .. }) => self.need(chapter),
                _ => {}
            }
            self.events.push(kept);
        }
        for (subject, run) in runs {
            let (Some(page), Some(chapter)) = (&subject.page, &subject.chapter) else { continue };
            if self.pages.contains_key(page) || self.pages.values().any(|(_, known)| known == run) {
                continue;
            }
            self.need(chapter);
            self.report.lose("page", 1, format!("{page}: its title and its place in the chapter"));
            let (page, chapter, run) = (page.clone(), chapter.clone(), run.clone());
            self.pages.insert(page.clone(), (chapter.clone(), run.clone()));
            self.make(BookEvent::PageAdded { page, chapter, run, title: String::new(), index: LAST });
        }
    }

    /// Leaves out what says the same as another event: the damage made it so.
    fn doubt(&mut self, kept: &Kept) {
        let number = kept.id.unwrap_or_default();
        self.report.lose("doubtful", 1, format!("event {number} of the journal: it contradicts another"));
    }

    /// Makes a chapter that is not there.
    fn need(&mut self, chapter: &ChapterId) {
        if self.chapters.insert(chapter.clone()) {
            self.report.lose("chapter", 1, format!("{chapter}: its title and place"));
            let title = format!("Salvaged: {chapter}");
            self.make(BookEvent::ChapterAdded { chapter: chapter.clone(), title, index: LAST });
        }
    }

    fn make(&mut self, event: BookEvent) {
        self.events.push(made(Event::Book(event), self.now));
    }
}
