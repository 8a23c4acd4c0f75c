//! States at hand: the writer keeps those it used last, and checks them when another process has written.

use std::collections::HashMap;
use std::sync::Arc;

use rusqlite::Connection;

use super::tracked::Tracked;
use super::{StoreError, blobs, journal};
use crate::domain::book::Book;
use crate::domain::canon::Canon;
use crate::domain::run::RunEvent;
use crate::domain::{BookId, Event, Hash, Recorded, RunId, StreamId, Workflow};

/// Runs kept between batches; one of them takes a few KB.
const MOST_RUNS: usize = 256;
/// Books kept between batches; one of 10,000 pages takes about 2 MB.
const MOST_BOOKS: usize = 3;

/// The states at hand.
#[derive(Default)]
pub(super) struct States {
    runs: HashMap<RunId, Slot<Tracked>>,
    books: HashMap<BookId, Slot<Book>>,
    canons: HashMap<BookId, Slot<Canon>>,
    workflows: HashMap<Hash, Arc<Workflow>>,
    /// Grows when another process may have written: slots of an older one are checked before use.
    epoch: u64,
    clock: u64,
}

struct Slot<T> {
    n: i64,
    state: T,
    epoch: u64,
    used: u64,
}

impl States {
    /// Forgets everything, after an error.
    pub fn clear(&mut self) {
        *self =
            Self { epoch: self.epoch + 1, workflows: std::mem::take(&mut self.workflows), ..Self::default() };
    }

    /// Has every state checked before its next use.
    pub fn doubt(&mut self) {
        self.epoch += 1;
    }

    /// Forgets what was not used for long.
    pub fn trim(&mut self) {
        trim(&mut self.runs, MOST_RUNS);
        trim(&mut self.books, MOST_BOOKS);
        trim(&mut self.canons, MOST_BOOKS);
    }

    /// Returns a run as its journal has it now.
    pub fn run(&mut self, connection: &Connection, id: &RunId) -> Result<Option<&mut Tracked>, StoreError> {
        self.clock += 1;
        let (epoch, clock) = (self.epoch, self.clock);
        let fresh = self.runs.get(id).is_some_and(|slot| slot.epoch == epoch);
        if !fresh {
            let stream = StreamId::Run(id.clone());
            let Some(n) = journal::find(connection, &stream)? else { return Ok(None) };
            let known = self.runs.remove(id).map(|slot| slot.state);
            let head = journal::head(connection, n)?;
            let known = known.filter(|t| t.run.seq <= head);
            let state = match known {
                Some(state) if state.run.seq == head => Some(state),
                known => load_run(connection, &stream, n, known, &mut self.workflows)?,
            };
            let Some(state) = state else { return Ok(None) };
            self.runs.insert(id.clone(), Slot { n, state, epoch, used: clock });
        }
        Ok(self.runs.get_mut(id).map(|slot| {
            slot.used = clock;
            &mut slot.state
        }))
    }

    /// Takes in a run that has just begun.
    pub fn begin_run(&mut self, tracked: Tracked) -> &mut Tracked {
        self.clock += 1;
        let (id, slot) = (
            tracked.run.id.clone(),
            Slot { n: tracked.n, state: tracked, epoch: self.epoch, used: self.clock },
        );
        &mut self.runs.entry(id).insert_entry(slot).into_mut().state
    }

    /// Returns a book as its journal has it now, with its stream's number.
    pub fn book(
        &mut self,
        connection: &Connection,
        id: &BookId,
    ) -> Result<Option<(i64, &mut Book)>, StoreError> {
        self.clock += 1;
        let (epoch, clock) = (self.epoch, self.clock);
        if self.books.get(id).is_none_or(|slot| slot.epoch != epoch) {
            let stream = StreamId::Book(id.clone());
            let Some(n) = journal::find(connection, &stream)? else { return Ok(None) };
            let head = journal::head(connection, n)?;
            let mut book = self.books.remove(id).map(|slot| slot.state).filter(|b| b.seq <= head);
            journal::read(connection, &stream, n, book.as_ref().map_or(0, |b| b.seq), |_, recorded| {
                let Event::Book(event) = &recorded.event else { return Err(misplaced(&recorded)) };
                match &mut book {
                    Some(book) => book.apply(event, recorded.at),
                    None => book = Book::start(event, recorded.at),
                }
                Ok(())
            })?;
            let Some(state) = book else { return Ok(None) };
            self.books.insert(id.clone(), Slot { n, state, epoch, used: clock });
        }
        Ok(self.books.get_mut(id).map(|slot| {
            slot.used = clock;
            (slot.n, &mut slot.state)
        }))
    }

    /// Takes in a book that has just been made.
    pub fn begin_book(&mut self, n: i64, book: Book) -> &mut Book {
        self.clock += 1;
        let slot = Slot { n, state: book.clone(), epoch: self.epoch, used: self.clock };
        &mut self.books.entry(book.id).insert_entry(slot).into_mut().state
    }

    /// Returns a book's canon as its journal has it now, with its stream's number, 0 for one not yet begun.
    pub fn canon(
        &mut self,
        connection: &Connection,
        id: &BookId,
    ) -> Result<(&mut i64, &mut Canon), StoreError> {
        self.clock += 1;
        let (epoch, clock) = (self.epoch, self.clock);
        let slot = self.canons.remove(id);
        let slot = match slot {
            Some(slot) if slot.epoch == epoch => slot,
            slot => {
                let stream = StreamId::Canon(id.clone());
                let n = journal::find(connection, &stream)?.unwrap_or(0);
                let head = journal::head(connection, n)?;
                let mut canon = slot.map(|s| s.state).filter(|c| c.seq <= head).unwrap_or_default();
                journal::read(connection, &stream, n, canon.seq, |_, recorded| {
                    let Event::Canon(event) = &recorded.event else { return Err(misplaced(&recorded)) };
                    canon.apply(event, recorded.at);
                    Ok(())
                })?;
                Slot { n, state: canon, epoch, used: clock }
            }
        };
        let slot = self.canons.entry(id.clone()).insert_entry(slot).into_mut();
        slot.used = clock;
        Ok((&mut slot.n, &mut slot.state))
    }

    /// Returns a definition by its hash.
    pub fn workflow(&mut self, connection: &Connection, hash: &Hash) -> Result<Arc<Workflow>, StoreError> {
        workflow(connection, hash, &mut self.workflows)
    }

    /// Returns whether a definition is known to be stored.
    pub fn knows_workflow(&self, hash: &Hash) -> bool {
        self.workflows.contains_key(hash)
    }
}

fn trim<K: Clone + std::hash::Hash + Eq, T>(slots: &mut HashMap<K, Slot<T>>, most: usize) {
    if slots.len() <= most {
        return;
    }
    let mut ages: Vec<u64> = slots.values().map(|s| s.used).collect();
    // Half go at once, so that this is not done for every batch.
    let middle = ages.len() - most / 2;
    let (_, limit, _) = ages.select_nth_unstable(middle);
    let limit = *limit;
    slots.retain(|_, slot| slot.used >= limit);
}

/// Loads a run from its events, or brings one up to date that another process went on with.
pub(super) fn load_run(
    connection: &Connection,
    stream: &StreamId,
    n: i64,
    mut known: Option<Tracked>,
    workflows: &mut HashMap<Hash, Arc<Workflow>>,
) -> Result<Option<Tracked>, StoreError> {
    let after = known.as_ref().map_or(0, |t| t.run.seq);
    journal::read(connection, stream, n, after, |number, recorded| {
        let Event::Run(event) = &recorded.event else { return Err(misplaced(&recorded)) };
        if let Some(tracked) = &mut known {
            tracked.apply(number, event, recorded.at);
        } else {
            let RunEvent::RunStarted { definition, .. } = event else { return Err(misplaced(&recorded)) };
            let workflow = workflow(connection, definition, workflows)?;
            known = Tracked::start(n, workflow, event, recorded.at);
        }
        Ok(())
    })?;
    Ok(known)
}

fn workflow(
    connection: &Connection,
    hash: &Hash,
    known: &mut HashMap<Hash, Arc<Workflow>>,
) -> Result<Arc<Workflow>, StoreError> {
    if let Some(workflow) = known.get(hash) {
        return Ok(workflow.clone());
    }
    let definition = blobs::get_known(connection, hash)?;
    let workflow: Workflow = serde_json::from_str(&definition)
        .map_err(|e| StoreError::corrupt(format!("workflow {hash} cannot be read: {e}")))?;
    let workflow = Arc::new(workflow);
    known.insert(hash.clone(), workflow.clone());
    Ok(workflow)
}

fn misplaced(recorded: &Recorded) -> StoreError {
    StoreError::corrupt(format!("event {} of {} does not belong there", recorded.seq, recorded.stream))
}
