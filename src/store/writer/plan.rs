//! What a command will write: decided as a whole before anything is written, so that a refusal has nothing to
//! take back and needs no savepoint.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension};

use super::core::Core;
use crate::domain::book::{self, BookCommand, BookEvent};
use crate::domain::canon::{self, CanonCommand, CanonEvent, Place, Scope};
use crate::domain::prompt::{PromptCommand, PromptEvent};
use crate::domain::run::{self, RunCommand, RunEvent, Subject};
use crate::domain::workflow::Parameters;
use crate::domain::{
    Actor, BookId, BookSettings, Budget, BudgetOf, ChapterId, Command, Event, Facts, Hash, Money, PageId,
    Refusal, Request, RunId, StepName, StreamId, Text, Time, Workflow,
};
use crate::store::{Answer, StoreError, blobs, journal};

/// Everything that a command writes.
#[derive(Default)]
pub(super) struct Plan {
    /// Events by stream, in the order in which they are written.
    pub parts: Vec<Part>,
    /// Texts that the events name.
    pub texts: Vec<(Hash, String)>,
    /// What is known of the answer.
    pub answer: Answer,
}

/// Events of one stream.
pub(super) struct Part {
    pub stream: StreamId,
    pub at: Time,
    pub actor: Actor,
    pub events: Vec<Event>,
}

impl Core {
    /// Decides a command.
    pub(super) fn plan(&mut self, request: &Request) -> Result<Plan, StoreError> {
        let mut plan = Plan::default();
        let actor = &request.actor;
        match request.command.clone() {
            Command::NewBook { title, settings } => self.new_book(&mut plan, actor, &title, settings)?,
            Command::Book { book, command } => self.book(&mut plan, actor, &book, command)?,
            Command::NewPage { chapter, title, beat, position } => {
                self.new_page(&mut plan, actor, chapter, title, beat, position)?;
            }
            Command::StartRun { id, workflow, subject, title, text, parameters, models } => {
                let id = match id {
                    Some(id) => self.own_run_id(id)?,
                    None => self.free_run_id()?,
                };
                let given = (subject, title, text, parameters);
                self.start_run(&mut plan, actor, (id, workflow), given, models)?;
            }
            Command::Page { page, command } => {
                let run = run_of(&self.connection, &page)?;
                self.run(&mut plan, actor, &run, command)?;
            }
            Command::Run { run, command } => self.run(&mut plan, actor, &run, command)?,
            Command::AcceptProposal { page, proposal, words } => {
                self.accept_proposal(&mut plan, actor, &page, &proposal, words.as_deref())?;
            }
            Command::Prompt { book, command } => self.prompt(&mut plan, actor, book, command)?,
            Command::Canon { book, command } => self.canon(&mut plan, actor, book, command)?,
            Command::ImportBook { title, settings, file, chapters } => {
                self.import_book(&mut plan, actor, &title, settings, &file, chapters)?;
            }
        }
        Ok(plan)
    }

    fn new_book(
        &mut self,
        plan: &mut Plan,
        actor: &Actor,
        title: &str,
        settings: BookSettings,
    ) -> Result<(), StoreError> {
        let id = self.free_book_id(title)?;
        let event = book::decide::create(id.clone(), title, settings)?;
        plan.answer.book = Some(id.clone());
        plan.add(StreamId::Book(id), self.now, actor, [Event::Book(event)]);
        Ok(())
    }

    pub(super) fn free_book_id(&self, title: &str) -> Result<BookId, StoreError> {
        let failed = std::cell::RefCell::new(None);
        let id = BookId::from_title(title, |id| {
            match journal::find(&self.connection, &StreamId::Book(id.clone())) {
                Ok(found) => found.is_some(),
                Err(error) => {
                    failed.replace(Some(error));
                    false
                }
            }
        });
        failed.into_inner().map_or(Ok(id), Err)
    }

    fn book(
        &mut self,
        plan: &mut Plan,
        actor: &Actor,
        id: &BookId,
        command: BookCommand,
    ) -> Result<(), StoreError> {
        let now = self.now;
        let (_, state) =
            self.states.book(&self.connection, id)?.ok_or_else(|| not_found("book", id.as_str()))?;
        let moves_trash = matches!(
            command,
            BookCommand::Trash
                | BookCommand::BringBack
                | BookCommand::TrashChapter { .. }
                | BookCommand::BringBackChapter { .. }
                | BookCommand::TrashPage { .. }
                | BookCommand::BringBackPage { .. }
        );
        let at = now.max(state.updated_at);
        let events = book::decide(state, command)?;
        let mut switched = Vec::new();
        if moves_trash {
            let mut after = state.clone();
            for event in &events {
                after.apply(event, at);
            }
            let were: HashSet<&RunId> = state.paused_runs().collect();
            let are: HashSet<&RunId> = after.paused_runs().collect();
            // In the book's order, so that the journal reads the same for the same command.
            switched.extend(
                after.paused_runs().filter(|r| !were.contains(r)).map(|r| (r.clone(), RunCommand::Pause)),
            );
            switched.extend(
                after.active_runs().filter(|r| were.contains(r)).map(|r| (r.clone(), RunCommand::Resume)),
            );
            debug_assert!(switched.iter().all(|(r, c)| (*c == RunCommand::Pause) == are.contains(r)));
        }
        plan.name(id, &events);
        plan.add(StreamId::Book(id.clone()), at, actor, events.into_iter().map(Event::Book));
        for (run, command) in switched {
            self.decide_run(plan, actor, &run, command)?;
        }
        Ok(())
    }

    fn new_page(
        &mut self,
        plan: &mut Plan,
        actor: &Actor,
        chapter: ChapterId,
        title: String,
        beat: Option<String>,
        position: Option<usize>,
    ) -> Result<(), StoreError> {
        let book = book_of(&self.connection, &chapter)?;
        let run = self.free_run_id()?;
        let facts = self.facts();
        let (_, state) =
            self.states.book(&self.connection, &book)?.ok_or_else(|| not_found("book", book.as_str()))?;
        let at = facts.now.max(state.updated_at);
        let facts = Facts { now: at, ..facts };
        let command = BookCommand::AddPage { chapter: chapter.clone(), run: run.clone(), title, position };
        let settings = state.settings.clone();
        let events = book::decide(state, command)?;
        let limit = self.limit(&self.page_workflow, Some(&settings));
        plan.name(&book, &events);
        let Some(page) = plan.answer.page.clone() else { return Ok(()) };
        plan.add(StreamId::Book(book.clone()), at, actor, events.into_iter().map(Event::Book));

        let workflow = self.page_workflow.clone();
        let begun = run::begin(run.clone(), &workflow, Subject::page(book, chapter, page));
        let mut started: Vec<RunEvent> = begun.events;
        started.extend(limit);
        plan.texts.extend(begun.texts.into_iter().filter(|(hash, _)| !self.states.knows_workflow(hash)));
        let state = run::standing_after(workflow, &started, at);
        if let (Some(text), Some(state)) = (beat, state) {
            let decided = run::decide(&state, RunCommand::SetBeat { text }, &facts)?;
            started.extend(decided.events);
            plan.texts.extend(decided.texts);
        }
        plan.answer.run = Some(run.clone());
        plan.add(StreamId::Run(run), at, actor, started.into_iter().map(Event::Run));
        Ok(())
    }

    fn run(
        &mut self,
        plan: &mut Plan,
        actor: &Actor,
        id: &RunId,
        command: RunCommand,
    ) -> Result<(), StoreError> {
        self.check_pin(id, &command)?;
        self.decide_run(plan, actor, id, command)?;
        let events = plan.parts.iter().flat_map(|p| &p.events);
        plan.answer.revision = events.filter_map(revision_of).next_back();
        self.name_run(plan, id)
    }

    /// Names in the answer the run that it is about.
    pub(super) fn name_run(&mut self, plan: &mut Plan, id: &RunId) -> Result<(), StoreError> {
        let tracked = self.states.run(&self.connection, id)?.ok_or_else(|| not_found("run", id.as_str()))?;
        let Subject { book, chapter, page } = tracked.run.subject.clone();
        plan.answer.book = book;
        plan.answer.chapter = chapter;
        plan.answer.page = page;
        plan.answer.run = Some(id.clone());
        Ok(())
    }

    /// Starts a workflow about a text or a book.
    fn start_run(
        &mut self,
        plan: &mut Plan,
        actor: &Actor,
        (run, workflow): (RunId, Arc<Workflow>),
        given: (Subject, String, Option<String>, Parameters),
        models: BTreeMap<StepName, String>,
    ) -> Result<(), StoreError> {
        let (subject, title, text, parameters) = given;
        self.open_subject(&subject)?;
        let facts = self.facts();
        let begun =
            run::begin_with(run.clone(), &workflow, subject.clone(), title, text, parameters, models)?;
        let mut started = begun.events;
        let settings = match &subject.book {
            Some(book) => self.states.book(&self.connection, book)?.map(|(_, book)| book.settings.clone()),
            None => None,
        };
        started.extend(self.limit(&workflow, settings.as_ref()));
        plan.texts.extend(begun.texts);
        if let Some(state) = run::standing_after(workflow, &started, facts.now) {
            let decided = run::decide(&state, RunCommand::Go, &facts)?;
            started.extend(decided.events);
            plan.texts.extend(decided.texts);
        }
        plan.answer.book = subject.book;
        plan.answer.chapter = subject.chapter;
        plan.answer.page = subject.page;
        plan.answer.run = Some(run.clone());
        plan.add(StreamId::Run(run), facts.now, actor, started.into_iter().map(Event::Run));
        Ok(())
    }

    /// An entry that is pinned is one of the book's canon.
    fn check_pin(&mut self, run: &RunId, command: &RunCommand) -> Result<(), StoreError> {
        let RunCommand::PinEntry { entry } = command else { return Ok(()) };
        let tracked =
            self.states.run(&self.connection, run)?.ok_or_else(|| not_found("run", run.as_str()))?;
        let Some(book) = tracked.run.subject.book.clone() else {
            return Err(not_found("canon entry", entry.as_str()));
        };
        let (_, canon) = self.states.canon(&self.connection, &book)?;
        match canon.entries.get(entry) {
            None => Err(not_found("canon entry", entry.as_str())),
            Some(found) if found.removed => Err(Refusal::Trashed.into()),
            Some(_) => Ok(()),
        }
    }

    fn decide_run(
        &mut self,
        plan: &mut Plan,
        actor: &Actor,
        id: &RunId,
        command: RunCommand,
    ) -> Result<(), StoreError> {
        let mut facts = self.facts();
        let starts = matches!(command, RunCommand::Start { .. } | RunCommand::Release { .. });
        let tracked = self.states.run(&self.connection, id)?.ok_or_else(|| not_found("run", id.as_str()))?;
        facts.now = facts.now.max(tracked.run.updated_at);
        if starts {
            let book = tracked.run.subject.book.as_ref();
            facts.budgets = budgets(&self.connection, book, self.policy.budget_per_day, facts.now)?;
        }
        let decided = run::decide(&tracked.run, command, &facts)?;
        plan.texts.extend(decided.texts);
        plan.add(StreamId::Run(id.clone()), facts.now, actor, decided.events.into_iter().map(Event::Run));
        Ok(())
    }

    pub(super) fn canon(
        &mut self,
        plan: &mut Plan,
        actor: &Actor,
        book: BookId,
        command: CanonCommand,
    ) -> Result<(), StoreError> {
        self.open_book(&book)?;
        let mut facts = self.facts();
        let (_, canon) = self.states.canon(&self.connection, &book)?;
        facts.now = facts.now.max(canon.updated_at);
        let (entries, decided) = canon::decide(canon, &book, command, &facts)?;
        for event in &decided.events {
            if let CanonEvent::EntryPut { version, .. } = event {
                check_scope(&self.connection, &book, &version.scope)?;
            }
        }
        plan.answer.book = Some(book.clone());
        plan.answer.entry = entries.into_iter().next();
        // What was given and is already said makes no event, and its text is there.
        if !decided.events.is_empty() {
            plan.texts.extend(decided.texts);
        }
        plan.add(StreamId::Canon(book), facts.now, actor, decided.events.into_iter().map(Event::Canon));
        Ok(())
    }

    fn prompt(
        &mut self,
        plan: &mut Plan,
        actor: &Actor,
        book: BookId,
        command: PromptCommand,
    ) -> Result<(), StoreError> {
        self.open_book(&book)?;
        let mut query = self.connection.prepare_cached(
            "SELECT text, at FROM prompts WHERE book = ?1 AND name = ?2 ORDER BY version DESC LIMIT 1",
        )?;
        let (PromptCommand::Put { name, .. } | PromptCommand::Drop { name }) = &command;
        let holds: Option<(Option<Vec<u8>>, i64)> =
            query.query_row((book.as_str(), name), |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
        let at = self.now.max(Time(holds.as_ref().map_or(0, |(_, at)| *at)));
        let holds = holds.and_then(|(text, _)| text).map(|key| blobs::hash(&key));
        plan.answer.book = Some(book.clone());
        let event = match command {
            PromptCommand::Put { name, text } => {
                run::decide::check_text(&text)?;
                let named = Text::of(&text);
                if holds.as_ref() == Some(&named.hash) {
                    return Ok(());
                }
                plan.texts.push((named.hash.clone(), text));
                PromptEvent::PromptPut { prompt: name, text: named }
            }
            PromptCommand::Drop { name } if holds.is_none() => {
                return Err(not_found("prompt of this book", &name));
            }
            PromptCommand::Drop { name } => PromptEvent::PromptDropped { prompt: name },
        };
        plan.add(StreamId::Prompt(book), at, actor, [Event::Prompt(event)]);
        Ok(())
    }

    /// Refuses what is in the trash, or lies in something that is.
    fn open_subject(&mut self, subject: &Subject) -> Result<(), StoreError> {
        let Some(id) = &subject.book else { return Ok(()) };
        self.open_book(id)?;
        let Some((_, book)) = self.states.book(&self.connection, id)? else { return Ok(()) };
        let chapter = subject.chapter.as_ref().and_then(|id| book.chapter(id));
        let page = subject.page.as_ref().and_then(|id| book.page(id));
        let trashed = chapter.is_some_and(|c| c.trashed) || page.is_some_and(|(c, p)| c.trashed || p.trashed);
        if trashed { Err(Refusal::Trashed.into()) } else { Ok(()) }
    }

    fn open_book(&mut self, id: &BookId) -> Result<(), StoreError> {
        match self.states.book(&self.connection, id)? {
            None => Err(not_found("book", id.as_str())),
            Some((_, book)) if book.trashed => Err(Refusal::Trashed.into()),
            Some(_) => Ok(()),
        }
    }

    pub(super) fn facts(&mut self) -> Facts {
        Facts {
            now: self.now,
            budgets: Vec::new(),
            advisory: self.policy.advisory,
            summaries: self.policy.summaries,
            lessons: self.policy.lessons,
            jitter: self.random.f64(),
            backoff_ms: self.policy.backoff_ms.max(0),
        }
    }

    /// Returns the limit of revision requests with which a run begins, where it is not its workflow's.
    pub(super) fn limit(&self, workflow: &Workflow, settings: Option<&BookSettings>) -> Option<RunEvent> {
        let of_book = settings.and_then(|s| s.revision_requests);
        let limit = of_book.or(self.policy.revision_requests)?;
        (limit != workflow.limits.revision_requests).then_some(RunEvent::LimitSet { limit })
    }

    /// An id of the author's own is never used twice.
    fn own_run_id(&self, id: RunId) -> Result<RunId, StoreError> {
        let refused = |reason: &str| Refusal::Invalid { field: "id", reason: format!("`{id}`: {reason}") };
        RunId::own(id.as_str()).map_err(refused)?;
        match journal::find(&self.connection, &StreamId::Run(id.clone()))? {
            Some(_) => Err(refused("there is a run of this id already").into()),
            None => Ok(id),
        }
    }

    pub(super) fn free_run_id(&mut self) -> Result<RunId, StoreError> {
        loop {
            let id = RunId::from_bits(self.random.u64(..));
            if journal::find(&self.connection, &StreamId::Run(id.clone()))?.is_none() {
                return Ok(id);
            }
        }
    }
}

impl Plan {
    pub(super) fn add(
        &mut self,
        stream: StreamId,
        at: Time,
        actor: &Actor,
        events: impl IntoIterator<Item = Event>,
    ) {
        let events: Vec<Event> = events.into_iter().collect();
        if !events.is_empty() {
            self.parts.push(Part { stream, at, actor: actor.clone(), events });
        }
    }

    /// Names in the answer what a book's events are about.
    fn name(&mut self, book: &BookId, events: &[BookEvent]) {
        self.answer.book = Some(book.clone());
        for event in events {
            let (chapter, page) = match event {
                BookEvent::ChapterAdded { chapter, .. }
                | BookEvent::ChapterRenamed { chapter, .. }
                | BookEvent::ChapterMoved { chapter, .. }
                | BookEvent::ChapterTrashed { chapter }
                | BookEvent::ChapterBroughtBack { chapter } => (Some(chapter), None),
                BookEvent::PageAdded { chapter, page, .. } | BookEvent::PageMoved { chapter, page, .. } => {
                    (Some(chapter), Some(page))
                }
                BookEvent::PageRenamed { page, .. }
                | BookEvent::PageTrashed { page }
                | BookEvent::PageBroughtBack { page } => (None, Some(page)),
                _ => (None, None),
            };
            self.answer.chapter = chapter.cloned();
            self.answer.page = page.cloned();
        }
    }
}

fn revision_of(event: &Event) -> Option<crate::domain::RevisionId> {
    match event {
        Event::Run(RunEvent::Decided { made: Some(made), .. }) => Some(made.id.clone()),
        Event::Run(RunEvent::Decided { revision, .. }) => revision.clone(),
        Event::Run(RunEvent::AttemptDelivered { revision, .. }) => Some(revision.id.clone()),
        Event::Run(
            RunEvent::RemarksDelivered { revision, .. } | RunEvent::ProposalsDelivered { revision, .. },
        ) => Some(revision.clone()),
        _ => None,
    }
}

pub(super) fn not_found(what: &'static str, id: &str) -> StoreError {
    Refusal::NotFound { what, id: id.to_owned() }.into()
}

pub(super) fn run_of(connection: &Connection, page: &PageId) -> Result<RunId, StoreError> {
    let mut query = connection.prepare_cached("SELECT run FROM pages WHERE id = ?1")?;
    let found: Option<String> = query.query_row([page.as_str()], |row| row.get(0)).optional()?;
    found.map(RunId::new).ok_or_else(|| not_found("page", page.as_str()))
}

fn book_of(connection: &Connection, chapter: &ChapterId) -> Result<BookId, StoreError> {
    let mut query = connection.prepare_cached("SELECT book FROM chapters WHERE id = ?1")?;
    let found: Option<String> = query.query_row([chapter.as_str()], |row| row.get(0)).optional()?;
    found.map(BookId::new).ok_or_else(|| not_found("chapter", chapter.as_str()))
}

/// Refuses a scope that names what is not in the book.
fn check_scope(connection: &Connection, book: &BookId, scope: &Scope) -> Result<(), StoreError> {
    for place in scope.from.iter().chain(&scope.until) {
        let (what, sql) = match place {
            Place::Chapter(_) => ("chapter", "SELECT 1 FROM chapters WHERE id = ?1 AND book = ?2"),
            Place::Page(_) => ("page", "SELECT 1 FROM pages WHERE id = ?1 AND book = ?2"),
        };
        if !connection.prepare_cached(sql)?.exists((place.id(), book.as_str()))? {
            return Err(not_found(what, place.id()));
        }
    }
    Ok(())
}

/// The budgets that hold for a call: of its book, and of the day. Sums are of the kind that does not overflow.
fn budgets(
    connection: &Connection,
    book: Option<&BookId>,
    per_day: Option<Money>,
    now: Time,
) -> Result<Vec<Budget>, StoreError> {
    const SPENT: &str = "SELECT CAST(total(cost) AS INTEGER) FROM spend WHERE";
    const RESERVED: &str = "SELECT CAST(total(a.reserved) AS INTEGER) FROM open_attempts a";
    let mut budgets = Vec::new();
    if let Some(book) = book {
        let mut query =
            connection.prepare_cached("SELECT settings ->> '$.budget' FROM books WHERE id = ?1")?;
        let amount: Option<i64> = query.query_row([book.as_str()], |row| row.get(0)).optional()?.flatten();
        if let Some(amount) = amount {
            let sql = format!(
                "SELECT ({SPENT} book = ?1), ({RESERVED} JOIN runs r ON r.n = a.run LEFT JOIN pages p ON p.n = a.run
                         WHERE coalesce(p.book, r.book) = ?1)"
            );
            let (spent, reserved) = taken(connection, &sql, book.as_str())?;
            budgets.push(Budget { of: BudgetOf::Book(book.clone()), amount: Money(amount), spent, reserved });
        }
    }
    if let Some(amount) = per_day {
        let (spent, reserved) =
            taken(connection, &format!("SELECT ({SPENT} day = ?1), ({RESERVED})"), &now.day())?;
        budgets.push(Budget { of: BudgetOf::Day, amount, spent, reserved });
    }
    Ok(budgets)
}

fn taken(connection: &Connection, sql: &str, of: &str) -> Result<(Money, Money), StoreError> {
    let mut query = connection.prepare_cached(sql)?;
    Ok(query.query_row([of], |row| Ok((Money(row.get(0)?), Money(row.get(1)?))))?)
}

/// The workflow of new pages.
pub(super) fn page_workflow() -> std::sync::Arc<Workflow> {
    std::sync::Arc::new(Workflow::page())
}
