//! The writer's hands: a batch of commands in one transaction, by one connection.

use std::path::PathBuf;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use rusqlite::Connection;

use super::plan::{Part, Plan, page_workflow};
use crate::domain::book::Book;
use crate::domain::ids::AttemptId;
use crate::domain::run::{RunEvent, Standing};
use crate::domain::{Event, Recorded, Request, StreamId, Time, Workflow};
use crate::store::project::{self, Projector, RunLine};
use crate::store::states::States;
use crate::store::tracked::Tracked;
use crate::store::wal::Wal;
use crate::store::{
    Answer, Clock, Committed, Counters, Policy, StoreError, StoreOptions, backup, blobs, commands, failpoint,
    journal, note_damage, open,
};

/// The writing connection with what it knows.
pub(in crate::store) struct Core {
    pub(super) connection: Connection,
    path: PathBuf,
    clock: Clock,
    pub(super) random: fastrand::Rng,
    pub(super) policy: Policy,
    pub(super) states: States,
    pub(super) page_workflow: Arc<Workflow>,
    counters: Arc<Counters>,
    wal: Wal,
    unwritable: Arc<Mutex<Option<StoreError>>>,
    data_version: i64,
    /// The time of the command at hand.
    pub(super) now: Time,
}

/// What a batch came to, answer by answer.
pub(super) type Outcome = Result<(Answer, i64), StoreError>;

impl Core {
    pub(in crate::store) fn new(
        connection: Connection,
        path: PathBuf,
        clock: Clock,
        counters: Arc<Counters>,
    ) -> Self {
        Self {
            connection,
            wal: Wal::of(&path),
            unwritable: Arc::default(),
            path,
            random: fastrand::Rng::new(),
            policy: Policy::default(),
            states: States::default(),
            page_workflow: page_workflow(),
            counters,
            data_version: 0,
            now: clock.now(),
            clock,
        }
    }

    /// Shares why nothing can be written, where that is so: every command is answered with it.
    pub(in crate::store) fn share_unwritable(&mut self, unwritable: Arc<Mutex<Option<StoreError>>>) {
        self.unwritable = unwritable;
    }

    fn unwritable(&self) -> Option<StoreError> {
        self.unwritable.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Returns why nothing can be written. A disk that was full or read-only at the start may not be so any more.
    fn ready(&mut self) -> Result<(), StoreError> {
        let Some(error) = self.unwritable() else { return Ok(()) };
        if !error.is_about_writing() {
            return Err(error);
        }
        let options = StoreOptions { path: self.path.clone(), create: false, clock: self.clock.clone() };
        let Ok(open::Prepared { connection, unwritable }) = open::prepare(&options) else {
            return Err(error);
        };
        self.unwritable.lock().unwrap_or_else(PoisonError::into_inner).clone_from(&unwritable);
        if let Some(error) = unwritable {
            return Err(error);
        }
        tracing::info!("the database can be written again");
        self.connection = connection;
        self.states.clear();
        self.data_version = 0;
        Ok(())
    }

    /// Ends the work on the database: nothing stays in the log if no other process needs it.
    pub(in crate::store) fn finish(&mut self) {
        if self.unwritable().is_some() {
            return;
        }
        if let Err(error) = backup::automatic(&self.connection, &self.path, &self.clock) {
            tracing::warn!(%error, "no backup was made");
            note_damage(&self.path, &error);
        }
        self.connection.flush_prepared_statement_cache();
        self.wal.finish(&self.connection);
    }

    /// Makes ids and jitter repeatable.
    pub(in crate::store) fn seed(&mut self, seed: u64) {
        self.random.seed(seed);
    }

    /// Decides by this from now on.
    pub(in crate::store) fn configure(&mut self, policy: Policy) {
        self.policy = policy;
    }

    pub(in crate::store) fn connection(&self) -> &Connection {
        &self.connection
    }

    /// Carries out a batch in one transaction. A refusal concerns its command only; any error of the database
    /// takes the whole batch back.
    pub(super) fn execute(&mut self, batch: &[Request]) -> Vec<Outcome> {
        if let Err(error) = self.ready() {
            return batch.iter().map(|_| Err(error.clone())).collect();
        }
        failpoint::hit(failpoint::BEFORE_BEGIN);
        let started = Instant::now();
        let outcomes = match self.try_execute(batch) {
            Ok(outcomes) => outcomes,
            Err(error) => {
                self.recover();
                batch.iter().map(|_| Err(error.clone())).collect()
            }
        };
        outcomes.iter().filter_map(|o| o.as_ref().err()).for_each(|error| note_damage(&self.path, error));
        super::log::outcomes(batch, outcomes.iter(), started);
        outcomes
    }

    /// Carries out commands in one transaction, all of them or none: the first refusal takes back what the ones
    /// before it did.
    pub(super) fn execute_together(&mut self, batch: &[Request]) -> Result<Vec<(Answer, i64)>, StoreError> {
        self.ready()?;
        failpoint::hit(failpoint::BEFORE_BEGIN);
        let started = Instant::now();
        let outcomes = self.begin().and_then(|()| {
            let mut done = Vec::with_capacity(batch.len());
            for (index, request) in batch.iter().enumerate() {
                if index > 0 {
                    failpoint::hit(failpoint::BETWEEN_COMMANDS);
                }
                done.push(self.one(request)??);
            }
            self.commit(batch, done.iter())?;
            Ok(done)
        });
        match &outcomes {
            Ok(_) => {}
            // Nothing is wrong with the database; only what was done is forgotten.
            Err(StoreError::Refused(_)) => {
                let _ = self.connection.execute_batch("ROLLBACK");
                self.states.clear();
            }
            Err(error) => {
                note_damage(&self.path, error);
                self.recover();
            }
        }
        super::log::together(batch, &outcomes, started);
        outcomes
    }

    /// The same for a single caller without a thread.
    pub(in crate::store) fn carry_out(&mut self, batch: &[Request]) -> Vec<Result<Answer, StoreError>> {
        self.execute(batch).into_iter().map(|o| o.map(|(answer, _)| answer)).collect()
    }

    fn try_execute(&mut self, batch: &[Request]) -> Result<Vec<Outcome>, StoreError> {
        self.begin()?;
        let mut outcomes = Vec::with_capacity(batch.len());
        for request in batch {
            if !outcomes.is_empty() {
                failpoint::hit(failpoint::BETWEEN_COMMANDS);
            }
            outcomes.push(self.one(request)?);
        }
        let done: Vec<&(Answer, i64)> = outcomes.iter().flatten().collect();
        self.commit(batch, done.into_iter())?;
        Ok(outcomes)
    }

    fn begin(&mut self) -> Result<(), StoreError> {
        self.wal.begin(&self.connection)?;
        failpoint::hit(failpoint::AFTER_BEGIN);
        self.look_elsewhere()?;
        self.now = self.now.max(self.clock.now());
        Ok(())
    }

    fn commit<'a>(
        &mut self,
        batch: &[Request],
        done: impl Iterator<Item = &'a (Answer, i64)>,
    ) -> Result<(), StoreError> {
        failpoint::hit(failpoint::BEFORE_COMMIT);
        self.connection.prepare_cached("COMMIT")?.execute([])?;
        let fresh = done.filter(|(answer, _)| !answer.repeated).map(|(_, number)| *number);
        // Refusals and repeats alone write nothing, and their commit touches no disk.
        if let Some(last) = fresh.max().filter(|last| *last > 0 || batch.iter().any(|r| r.id.is_some())) {
            self.counters.commits.fetch_add(1, Ordering::Relaxed);
            self.counters.seen.fetch_max(last, Ordering::Relaxed);
            if last > 0 {
                self.wal.committed(last);
            }
        }
        failpoint::hit(failpoint::AFTER_COMMIT);
        self.states.trim();
        self.wal.keep_small(&self.connection);
        Ok(())
    }

    /// Decides and writes one command. The outer error is the database's; the inner one is the command's own.
    fn one(&mut self, request: &Request) -> Result<Outcome, StoreError> {
        if let Some(outcome) = commands::repeated(&self.connection, request)? {
            return Ok(outcome.map(|answer| (answer, 0)));
        }
        let mut plan = match self.plan(request) {
            Ok(plan) => plan,
            // What cannot be read concerns this command; the others need not suffer for it.
            Err(error @ (StoreError::Refused(_) | StoreError::Corrupt { .. } | StoreError::LostText(_))) => {
                return Ok(Err(error));
            }
            Err(error) => return Err(error),
        };
        let (first, last, events) = self.write(&plan, request)?;
        plan.answer.events = events.into();
        self.describe(&mut plan.answer)?;
        commands::remember(&self.connection, request, (first, last), &plan.answer, self.now)?;
        Ok(Ok((plan.answer, last)))
    }

    /// Writes texts, events and projections.
    fn write(&mut self, plan: &Plan, request: &Request) -> Result<(i64, i64, Vec<Recorded>), StoreError> {
        for (hash, text) in &plan.texts {
            blobs::put(&self.connection, hash, text)?;
        }
        // Streams get their numbers first: a page's row carries that of its run.
        for part in &plan.parts {
            let begins =
                matches!(&part.events[0], Event::Book(crate::domain::book::BookEvent::BookCreated { .. }))
                    || matches!(&part.events[0], Event::Run(RunEvent::RunStarted { .. }));
            if begins {
                journal::begin(&self.connection, &part.stream)?;
            }
        }
        let (mut first, mut last, mut all) = (0, 0, Vec::new());
        for part in &plan.parts {
            let numbered = self.write_part(part, request, &plan.texts)?;
            for (number, recorded) in numbered {
                first = if first == 0 { number } else { first };
                last = number;
                all.push(recorded);
            }
        }
        Ok((first, last, all))
    }

    fn write_part(
        &mut self,
        part: &Part,
        request: &Request,
        texts: &[(crate::domain::Hash, String)],
    ) -> Result<Vec<(i64, Recorded)>, StoreError> {
        let Self { connection, states, .. } = self;
        let projector = Projector { connection, texts };
        let number = |n: i64, after: u64| -> Result<Vec<(i64, Recorded)>, StoreError> {
            let recorded = part.events.iter().zip(after + 1..).map(|(event, seq)| Recorded {
                stream: part.stream.clone(),
                seq,
                at: part.at,
                actor: part.actor.clone(),
                command: request.id.clone(),
                event: event.clone(),
            });
            recorded.map(|r| Ok((journal::append(connection, n, &r)?, r))).collect()
        };
        match (&part.stream, &part.events[0]) {
            (StreamId::Run(id), first) => {
                let begins = matches!(first, Event::Run(RunEvent::RunStarted { .. }));
                let tracked = if let Event::Run(event @ RunEvent::RunStarted { definition, .. }) = first {
                    let n = journal::find(connection, &part.stream)?.ok_or_else(|| lost(&part.stream))?;
                    let workflow = states.workflow(connection, definition)?;
                    let tracked =
                        Tracked::start(n, workflow, event, part.at).ok_or_else(|| lost(&part.stream))?;
                    states.begin_run(tracked)
                } else {
                    states.run(connection, id)?.ok_or_else(|| lost(&part.stream))?
                };
                let after = if begins { 0 } else { tracked.run.seq };
                let numbered = number(tracked.n, after)?;
                let lines: Vec<RunLine<'_>> =
                    numbered.iter().filter_map(|(n, r)| RunLine::of(*n, r)).collect();
                project::run_lines(&projector, tracked, begins, &lines)?;
                Ok(numbered)
            }
            (StreamId::Book(id), Event::Book(event)) if Book::start(event, part.at).is_some() => {
                let made = project::book::Moment { at: part.at, by: &part.actor };
                let n = journal::find(connection, &part.stream)?.ok_or_else(|| lost(&part.stream))?;
                let book = Book::start(event, part.at).ok_or_else(|| lost(&part.stream))?;
                debug_assert_eq!(*id, book.id);
                let numbered = number(n, 0)?;
                let book = states.begin_book(n, book);
                project::book::line(&projector, book, event, made)?;
                for event in part.events[1..]
                    .iter()
                    .filter_map(|e| if let Event::Book(e) = e { Some(e) } else { None })
                {
                    book.apply(event, part.at);
                    project::book::line(&projector, book, event, made)?;
                }
                Ok(numbered)
            }
            (StreamId::Book(id), _) => {
                let made = project::book::Moment { at: part.at, by: &part.actor };
                let (n, book) = states.book(connection, id)?.ok_or_else(|| lost(&part.stream))?;
                let numbered = number(n, book.seq)?;
                for event in
                    part.events.iter().filter_map(|e| if let Event::Book(e) = e { Some(e) } else { None })
                {
                    book.apply(event, part.at);
                    project::book::line(&projector, book, event, made)?;
                }
                Ok(numbered)
            }
            (StreamId::Prompt(id), _) => {
                let n = match journal::find(connection, &part.stream)? {
                    Some(n) => n,
                    None => journal::begin(connection, &part.stream)?,
                };
                let numbered = number(n, journal::head(connection, n)?)?;
                for (_, recorded) in &numbered {
                    project::prompt::line(&projector, id, recorded)?;
                }
                Ok(numbered)
            }
            (StreamId::Canon(id), _) => {
                let (n, canon) = states.canon(connection, id)?;
                if *n == 0 {
                    *n = journal::begin(connection, &part.stream)?;
                }
                let n = *n;
                let numbered = number(n, canon.seq)?;
                for (number, recorded) in &numbered {
                    let Event::Canon(event) = &recorded.event else { continue };
                    canon.apply(event, part.at);
                    project::canon::line(&projector, id, canon, *number, recorded)?;
                }
                Ok(numbered)
            }
        }
    }

    /// Adds to an answer where its page stands now.
    fn describe(&mut self, answer: &mut Answer) -> Result<(), StoreError> {
        let Some(run) = &answer.run else { return Ok(()) };
        let Some(tracked) = self.states.run(&self.connection, run)? else { return Ok(()) };
        answer.state = Some(tracked.run.public_state().to_owned());
        answer.attention = match tracked.run.standing() {
            Standing::Waiting { attention } => Some(attention),
            _ => None,
        };
        Ok(())
    }

    /// Notices what other processes committed since the last look.
    fn look_elsewhere(&mut self) -> Result<(), StoreError> {
        let version: i64 =
            self.connection.prepare_cached("PRAGMA data_version")?.query_row([], |row| row.get(0))?;
        if self.data_version != version {
            if self.data_version != 0 {
                self.states.doubt();
            }
            self.data_version = version;
            let last = journal::last(&self.connection)?;
            if last > self.counters.seen.fetch_max(last, Ordering::Relaxed) {
                self.counters.elsewhere.store(true, Ordering::Relaxed);
            }
        }
        Ok(())
    }

    /// After an error of the database nothing that is held here can be trusted.
    fn recover(&mut self) {
        let _ = self.connection.execute_batch("ROLLBACK");
        self.states.clear();
        if let Ok(connection) = open::writing(&self.path) {
            self.connection = connection;
            self.data_version = 0;
        }
    }

    /// Keeps partial drafts. They may be lost with the power, and so cost no flush of the disk.
    pub(super) fn save_drafts(&mut self, drafts: &[(AttemptId, String)]) -> Result<(), StoreError> {
        failpoint::hit(failpoint::BEFORE_DRAFTS);
        let at = self.clock.now();
        self.unflushed(|connection| {
            // A draft that comes after its attempt has ended is of no use to anyone.
            let mut save = connection.prepare_cached(
                "REPLACE INTO drafts (attempt, text, saved_at) SELECT ?1, ?2, ?3
                 WHERE EXISTS (SELECT 1 FROM open_attempts WHERE id = ?1)",
            )?;
            for (attempt, text) in drafts {
                save.execute((attempt.as_str(), text, at.0))?;
            }
            Ok(())
        })
    }

    /// Runs a transaction that need not survive a power cut.
    pub(in crate::store) fn unflushed(
        &mut self,
        work: impl FnOnce(&Connection) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        self.ready()?;
        self.connection.execute_batch("PRAGMA synchronous = NORMAL; BEGIN IMMEDIATE")?;
        let done = work(&self.connection).and_then(|()| Ok(self.connection.execute_batch("COMMIT")?));
        if done.is_err() {
            let _ = self.connection.execute_batch("ROLLBACK");
        }
        self.connection.execute_batch("PRAGMA synchronous = FULL")?;
        self.wal.keep_small(&self.connection);
        done
    }
}

impl Committed {
    pub(super) fn of(answer: &Answer, last: i64) -> Self {
        Self { events: answer.events.clone(), last }
    }
}

fn lost(stream: &StreamId) -> StoreError {
    StoreError::corrupt(format!("{stream} went missing while it was written"))
}
