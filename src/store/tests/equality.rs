//! Whatever is commanded, in whatever order: the projections are those of the journal, and a page's state is
//! its run's.

use super::support::*;
use crate::domain::book::BookCommand;
use crate::domain::canon::{
    CanonCommand, EntryChange, EntryContent, EntryKind, EntryMode, EntryOrigin, EntryPut, Scope,
};
use crate::domain::ids::AttemptId;
use crate::domain::manifest::{Budget, Layer, Manifest, Part, PartKind, Template, Why};
use crate::domain::prompt::PromptCommand;
use crate::domain::run::{
    AttemptStatus, Fine, Given, LockId, Marked, Noted, Passage, Quoted, RunCommand, Subject,
};
use crate::domain::{
    AttemptFailure, BookId, BookSettings, ChapterId, Command, EntryId, Hash, ImportedChapter, Money, PageId,
    Request, RevisionId, RunId, StepName, Time, Workflow,
};
use crate::store::{Policy, Reader, Reply, Store, checkup, compare, rebuild};

/// A session of random commands of every kind; many are refused, which is part of it.
pub struct Session {
    random: fastrand::Rng,
    pub books: Vec<BookId>,
    pub chapters: Vec<ChapterId>,
    pub pages: Vec<(PageId, RunId)>,
    entries: Vec<(BookId, EntryId)>,
    /// Runs of workflows about texts.
    stories: Vec<RunId>,
    given: Vec<Request>,
}

impl Session {
    pub fn new(seed: u64) -> Self {
        Self {
            random: fastrand::Rng::with_seed(seed),
            books: vec![BookId::new("no-such-book")],
            chapters: vec![ChapterId::new("no-such_ch_001")],
            pages: vec![(PageId::new("no-such_ch_001_page_001"), RunId::new("run_none"))],
            entries: vec![(BookId::new("no-such-book"), EntryId::new("no_entry"))],
            stories: Vec::new(),
            given: Vec::new(),
        }
    }

    /// Gives a few commands together and takes in what they made.
    pub fn step(&mut self, store: &Store, reader: &Reader) {
        let count = self.random.usize(1..5);
        let requests: Vec<Request> = (0..count).map(|_| self.request(reader)).collect();
        self.given.extend(requests.iter().filter(|r| r.id.is_some()).cloned());
        let replies = store.submit_many(requests.clone());
        for (request, reply) in requests.iter().zip(replies) {
            let Ok(answer) = Reply::wait(reply) else { continue };
            match &request.command {
                Command::NewBook { .. } | Command::ImportBook { .. } => self.books.extend(answer.book),
                Command::Book { command: BookCommand::AddChapter { .. }, .. } => {
                    self.chapters.extend(answer.chapter);
                }
                Command::NewPage { .. } => self.pages.extend(answer.page.zip(answer.run)),
                Command::StartRun { .. } => self.stories.extend(answer.run),
                Command::Canon { .. } => self.entries.extend(answer.book.zip(answer.entry)),
                _ => {}
            }
        }
    }

    fn request(&mut self, reader: &Reader) -> Request {
        if !self.given.is_empty() && self.random.u8(..30) == 0 {
            return self.given[self.random.usize(..self.given.len())].clone();
        }
        let mut request = request(self.command(reader));
        if self.random.u8(..5) == 0 {
            request.id = Some(crate::domain::CommandId::new(format!("c{}", self.random.u16(..))));
        }
        request
    }

    fn command(&mut self, reader: &Reader) -> Command {
        match self.random.u8(..100) {
            0 => self.manuscript(),
            1 => Command::NewBook { title: self.words(2), settings: self.settings() },
            2..22 => Command::Book { book: self.book(), command: self.book_command() },
            22..30 => {
                let (chapter, title) = (self.chapter(), self.words(1));
                let beat = self.random.bool().then(|| self.words(9));
                Command::NewPage { chapter, title, beat, position: self.position() }
            }
            30..33 => self.entry_command(),
            33 => {
                let name = self.words(1);
                let command = if self.random.u8(..3) == 0 {
                    PromptCommand::Drop { name }
                } else {
                    PromptCommand::Put { name, text: self.words(3) }
                };
                Command::Prompt { book: self.book(), command }
            }
            34..37 => self.story(),
            37..60 if !self.stories.is_empty() => {
                let run = self.stories[self.random.usize(..self.stories.len())].clone();
                let command = self.story_command(&run, reader);
                Command::Run { run, command }
            }
            _ => {
                let (page, run) = self.page();
                if self.random.u8(..8) == 0
                    && let Some(command) = self.judgement(&page, reader)
                {
                    return command;
                }
                let command = self.run_command(&run, reader);
                if self.random.bool() {
                    Command::Page { page, command }
                } else {
                    Command::Run { run, command }
                }
            }
        }
    }

    fn book_command(&mut self) -> BookCommand {
        let (chapter, (page, _)) = (self.chapter(), self.page());
        let position = self.random.usize(..6);
        match self.random.u8(..24) {
            0 => BookCommand::Rename { title: self.words(2) },
            1 => BookCommand::ChangeSettings { settings: self.settings() },
            2 => BookCommand::Trash,
            3..5 => BookCommand::BringBack,
            5..9 => BookCommand::AddChapter { title: self.words(2), position: self.position() },
            9 => BookCommand::RenameChapter { chapter, title: self.words(1) },
            10..12 => BookCommand::MoveChapter { chapter, position },
            12 => BookCommand::TrashChapter { chapter },
            13..15 => BookCommand::BringBackChapter { chapter },
            15 => BookCommand::AddPage {
                chapter,
                run: RunId::new("run_of_nobody"),
                title: "x".repeat(400),
                position: None,
            },
            16 => BookCommand::RenamePage { page, title: self.words(2) },
            17..20 => BookCommand::MovePage { page, chapter, position },
            20..22 => BookCommand::TrashPage { page },
            _ => BookCommand::BringBackPage { page },
        }
    }

    fn entry_command(&mut self) -> Command {
        let (book, entry) = self.entries[self.random.usize(..self.entries.len())].clone();
        match self.random.u8(..4) {
            0 => Command::Canon { book, command: self.entry_change(entry) },
            n => {
                let origin = if self.random.bool() {
                    EntryOrigin::Author
                } else {
                    EntryOrigin::Import { file: "canon.md".into(), heading: self.words(1) }
                };
                let content = EntryContent {
                    kind: EntryKind::ALL[self.random.usize(..7)],
                    name: self.words(1),
                    text: self.words(5),
                    scope: Scope::default(),
                    ..EntryContent::default()
                };
                let put = EntryPut { entry: (n == 1).then_some(entry), seen: None, content, origin };
                let command = if self.random.bool() {
                    CanonCommand::Put(put)
                } else {
                    CanonCommand::PutAll { puts: vec![put], removed: Vec::new() }
                };
                Command::Canon { book: if n == 1 { book } else { self.book() }, command }
            }
        }
    }

    /// Takes or refuses what an edit taught, whether or not that can be done.
    fn judgement(&mut self, page: &PageId, reader: &Reader) -> Option<Command> {
        let proposals = reader.proposals(page).unwrap();
        let (page, proposal) =
            (page.clone(), proposals.get(self.random.usize(..proposals.len().max(1)))?.id.clone());
        Some(if self.random.u8(..3) == 0 {
            Command::Page { page, command: RunCommand::RefuseProposal { proposal } }
        } else {
            let words = self.random.bool().then(|| self.words(4));
            Command::AcceptProposal { page, proposal, words }
        })
    }

    fn manuscript(&mut self) -> Command {
        let chapter = |title: &str, pages: &[&str]| ImportedChapter {
            title: title.into(),
            pages: pages.iter().map(|p| (*p).to_owned()).collect(),
        };
        Command::ImportBook {
            title: self.words(2),
            settings: self.settings(),
            file: "book.md".into(),
            chapters: vec![chapter("One", &["It rained.", "It rained on."]), chapter("Two", &["Sun."])],
        }
    }

    fn story(&mut self) -> Command {
        let (page, _) = self.page();
        let (book, chapter) = (self.book(), self.chapter());
        let subject = match self.random.u8(..3) {
            0 => Subject::default(),
            1 => Subject { book: Some(book), ..Subject::default() },
            _ => Subject { book: Some(book), chapter: Some(chapter), page: Some(page) },
        };
        let sit = ("sit".to_owned(), serde_json::json!(self.random.bool()));
        Command::StartRun {
            id: None,
            workflow: std::sync::Arc::new(Workflow::shipped("story").unwrap()),
            subject,
            title: self.words(2),
            text: (self.random.u8(..9) > 0).then(|| self.words(30)),
            parameters: [sit].into(),
            models: std::collections::BTreeMap::new(),
        }
    }

    fn story_command(&mut self, run: &RunId, reader: &Reader) -> RunCommand {
        let due = reader.work_due(Time(i64::MAX), 100).unwrap().into_iter().find(|w| w.run == *run);
        let state = reader.run_state(run).unwrap().expect("it was started");
        let live = state.live_attempts().next().cloned();
        if let (Some(due), 0..80) = (due, self.random.u8(..100)) {
            return self.start(due.attempt, due.step, None);
        }
        let result = |session: &mut Self, polish: bool| {
            let words = session.words(20);
            if polish {
                serde_json::json!({"title": "", "text": words, "changes": []}).to_string()
            } else {
                let score = session.random.u32(..101);
                serde_json::json!({"quality_score": score, "decision": "polish", "strengths": [], "suggestions": []})
                    .to_string()
            }
        };
        let polish = state.first_unsettled().is_some_and(|s| s.name.as_str() == "polish");
        let text = result(self, polish);
        if let (Some(attempt), 0..80) = (live, self.random.u8(..100)) {
            return match self.end(attempt) {
                RunCommand::Deliver { attempt, usage, cost, noted, .. } => {
                    RunCommand::Deliver { attempt, text, usage, cost, noted }
                }
                other => other,
            };
        }
        let (step, revision) = (None, None);
        match self.random.u8(..12) {
            0..3 => RunCommand::Approve { step, revision },
            3 => RunCommand::Edit { step, revision, text },
            4 => RunCommand::Override { step, revision, reason: self.words(3) },
            5 => RunCommand::Stop,
            6 => {
                RunCommand::SetParameter { name: "sit".into(), value: serde_json::json!(self.random.bool()) }
            }
            7 => RunCommand::Revise { step, revision, feedback: Some(self.words(3)), passages: Vec::new() },
            8 => RunCommand::Retry { step },
            9 => RunCommand::Cancel { step },
            10 => RunCommand::Undo { step },
            _ => RunCommand::Redo,
        }
    }

    fn entry_change(&mut self, entry: EntryId) -> CanonCommand {
        match self.random.u8(..6) {
            0 => CanonCommand::Remove { entry },
            1 => CanonCommand::BringBack { entry },
            2 => CanonCommand::Restore { entry, version: self.random.u32(..4) },
            _ => {
                let any = self.entries[self.random.usize(..self.entries.len())].1.clone();
                let change = EntryChange {
                    aliases: self.random.bool().then(|| vec![self.words(1), self.words(2)]),
                    mode: self.random.bool().then(|| EntryMode::ALL[self.random.usize(..4)]),
                    weight: self.random.bool().then(|| self.random.u8(..110)),
                    parent: self.random.bool().then(|| self.random.bool().then(|| any.clone())),
                    links: self.random.bool().then(|| vec![any]),
                    text: self.random.bool().then(|| self.words(9)),
                    ..EntryChange::default()
                };
                CanonCommand::Change { entry, change }
            }
        }
    }

    fn run_command(&mut self, run: &RunId, reader: &Reader) -> RunCommand {
        let step = match self.random.u8(..6) {
            0 => Some(StepName::new("narration")),
            1 => Some(StepName::new("dialogue")),
            _ => None,
        };
        let state = reader.run_state(run).unwrap();
        let work = reader.work_due(Time(i64::MAX), 100).unwrap();
        let due = work.iter().find(|w| w.run == *run);
        let attempts = state.iter().flat_map(|r| &r.steps).flat_map(|s| &s.attempts);
        let attempts: Vec<_> = attempts.map(|a| (a.id.clone(), a.status == AttemptStatus::Running)).collect();
        let live = attempts.iter().rfind(|(_, running)| *running).map(|(id, _)| id.clone());
        if let (Some(due), 0..70) = (due, self.random.u8(..100)) {
            let given = self.given(reader);
            return self.start(due.attempt.clone(), due.step.clone(), given);
        }
        if let (Some(attempt), 0..70) = (live.clone(), self.random.u8(..100)) {
            return self.end(attempt);
        }
        let any =
            || attempts.first().map_or(AttemptId::new("run_x.narration.i1.v0.a1"), |(id, _)| id.clone());
        let revisions: Vec<RevisionId> =
            state.iter().flat_map(|r| &r.steps).flat_map(|s| &s.revisions).map(|r| r.id.clone()).collect();
        let revision = revisions.get(self.random.usize(..revisions.len().max(1))).cloned();
        let page = self.pages.iter().find(|(_, r)| r == run).map(|(page, _)| page.clone());
        let causes = page.map(|page| reader.stale(&page).unwrap()).unwrap_or_default();
        if !causes.is_empty() && self.random.u8(..4) == 0 {
            let fine = causes.into_iter().filter(|_| self.random.bool()).map(|s| Fine {
                revision: s.revision,
                kind: s.kind,
                part: s.part,
                version: s.holds,
            });
            return RunCommand::Fine { fine: fine.collect() };
        }
        match self.random.u8(..36) {
            0..3 => RunCommand::SetBeat { text: self.words(9) },
            3..9 => RunCommand::Approve { step, revision: None },
            9..12 => {
                let feedback = self.random.bool().then(|| self.words(3));
                let passages = (0..self.random.u64(..3)).map(|n| self.marked(n)).collect();
                RunCommand::Revise { step, revision: None, feedback, passages }
            }
            12..14 => RunCommand::Edit { step, revision: None, text: self.words(12) },
            14..16 => RunCommand::Write {
                step,
                revision: None,
                text: self.words(12),
                model: "manual".into(),
                tokens: 3,
            },
            16..18 => RunCommand::Restore { revision: revision.unwrap_or(RevisionId::new("none")) },
            18 => RunCommand::Skip { step },
            19 => RunCommand::SetAside { step, aside: self.random.bool() },
            20 => RunCommand::Retry { step },
            21 => RunCommand::Cancel { step },
            22 => RunCommand::ChooseModel { step, model: self.random.bool().then(|| "local/other".into()) },
            23 => RunCommand::SetLimit { limit: self.random.u32(..9) },
            24..27 => RunCommand::Undo { step },
            27..29 => RunCommand::Redo,
            29 => RunCommand::Pause,
            30 => RunCommand::Resume,
            31 | 32 if revisions.len() > 1 => {
                let base = revisions[self.random.usize(..revisions.len())].clone();
                let other = revisions[self.random.usize(..revisions.len())].clone();
                RunCommand::Merge { step, revision: None, base, other, text: self.words(12) }
            }
            33 => RunCommand::Lock { step, revision: None, quoted: self.marked(1).quoted },
            34 => RunCommand::Unlock { lock: LockId::new(format!("{run}.l{}", self.random.u8(1..3))) },
            _ => self.end(any()),
        }
    }

    fn marked(&mut self, at: u64) -> Marked {
        let quote = if self.random.bool() { "ice" } else { "🌊" }.to_owned();
        let passage = Passage { start: at, end: at + quote.len() as u64 };
        Marked { quoted: Quoted { passage, quote }, words: self.words(2) }
    }

    /// A manifest of parts that there are and of some that there are not.
    fn given(&mut self, reader: &Reader) -> Option<Box<Given>> {
        let part = |kind, id: String, version: String| Part {
            kind,
            title: format!("{id}, by name"),
            id,
            version,
            given: None,
            tokens: 3,
            why: Why::Asked,
        };
        let mut parts = Vec::new();
        for _ in 0..self.random.usize(..5) {
            let (page, run) = self.page();
            let entry = self.entries[self.random.usize(..self.entries.len())].1.clone();
            let hash = reader.entry(&entry).unwrap().map(|e| e.hash.to_string());
            parts.push(part(PartKind::Canon, entry.to_string(), hash.unwrap_or_default()));
            let texts = reader.earlier_pages(&page, 1).unwrap();
            parts.extend(texts.into_iter().map(|e| part(PartKind::Page, e.page.to_string(), e.version())));
            let state = reader.run_state(&run).unwrap();
            let own = state.and_then(|r| {
                Some(r.step(&StepName::new("narration"))?.current_revision()?.text.hash.to_string())
            });
            parts.extend(own.map(|hash| part(PartKind::Own, format!("{run}.narration"), hash)));
        }
        let manifest = Manifest {
            agent: "narrator".into(),
            model: "m".into(),
            template: Template { name: "narrator".into(), layer: Layer::Shipped, hash: Hash::of(b"") },
            budget: Budget { tokens: 1_000, factor: 1.0, shares: Vec::new() },
            parts,
        };
        let template = self.words(2);
        self.random.bool().then(|| Box::new(Given { manifest: manifest.to_json(), template, estimate: 90 }))
    }

    fn start(&mut self, attempt: AttemptId, step: StepName, given: Option<Box<Given>>) -> RunCommand {
        let reserved = self.random.bool().then_some(Money(700));
        RunCommand::Start { attempt, step, model: "m".into(), request: self.words(900), reserved, given }
    }

    fn end(&mut self, attempt: AttemptId) -> RunCommand {
        let cost = self.random.bool().then_some(Money(300));
        let (partial, usage) = (self.random.bool().then(|| self.words(4)), usage());
        match self.random.u8(..10) {
            0..6 => {
                let lessons = attempt.as_str().contains(".lessons.") && self.random.u8(..4) > 0;
                let text = if lessons { self.lessons() } else { self.words(20) };
                let noted = self.random.bool().then(|| {
                    let raw = self.random.bool().then(|| self.words(5));
                    Box::new(Noted { raw, notes: vec![self.words(2)] })
                });
                RunCommand::Deliver { attempt, text, usage, cost, noted }
            }
            6..8 => {
                let failure = AttemptFailure {
                    kind: "timeout".into(),
                    message: "nothing came".into(),
                    transient: self.random.bool(),
                    retry_after_ms: self.random.bool().then_some(5),
                };
                RunCommand::Fail { attempt, failure, partial, usage, cost }
            }
            8 => RunCommand::Close { attempt, partial, usage, cost },
            _ => RunCommand::Interrupt { attempt, partial, orderly: self.random.bool() },
        }
    }

    /// An agent's answer: a note on style, and facts of an entry and of something new.
    fn lessons(&mut self) -> String {
        let entry = &self.entries[self.random.usize(..self.entries.len())].1.clone();
        let (text, name) = (self.words(4), self.words(1));
        format!(
            r#"[{{"kind":"style","text":"{text}","why":"so","quote":"ice"}},
                {{"kind":"fact","entry":"{entry}","text":"{text}","why":"so","quote":"ice"}},
                {{"kind":"fact","new":{{"kind":"place","name":"{name}"}},"text":"{text}","why":"so","quote":"ice"}}]"#
        )
    }

    fn words(&mut self, count: usize) -> String {
        let all = ["ice", "harbour", "Mara", "ship", "港", "ночь", "🌊", "cold."];
        (0..count).map(|_| all[self.random.usize(..all.len())]).collect::<Vec<_>>().join(" ")
    }

    fn settings(&mut self) -> BookSettings {
        let budget = (self.random.u8(..4) == 0).then_some(Money(3000));
        BookSettings { budget, words_per_page: self.random.u32(10..400), ..BookSettings::default() }
    }

    fn position(&mut self) -> Option<usize> {
        self.random.bool().then(|| self.random.usize(..5))
    }

    fn book(&mut self) -> BookId {
        self.books[self.random.usize(..self.books.len())].clone()
    }

    fn chapter(&mut self) -> ChapterId {
        self.chapters[self.random.usize(..self.chapters.len())].clone()
    }

    fn page(&mut self) -> (PageId, RunId) {
        self.pages[self.random.usize(..self.pages.len())].clone()
    }
}

/// Checks all that must hold of a store at any time.
pub fn check(store: &Store, session: &Session) {
    let report = compare(store.path()).unwrap();
    assert!(report.equal(), "{report:#?}");
    let found = checkup(store.path()).unwrap();
    assert!(found.is_well(), "{found:#?}");
    let reader = store.reader().unwrap();
    for (page, run) in &session.pages[1..] {
        let (row, run) = (reader.page(page).unwrap().unwrap(), reader.run_state(run).unwrap().unwrap());
        assert_eq!(row.state, run.public_state(), "{page}");
    }
    for id in &session.stories {
        let (row, run) = (reader.own_run(id).unwrap().unwrap(), reader.run_state(id).unwrap().unwrap());
        assert_eq!(row.state, run.public_state(), "{id}");
        assert!(reader.run_detail(id).unwrap().is_some());
    }
    let all = session.pages[1..].iter().map(|(_, run)| run).chain(&session.stories);
    let runs = all.map(|run| reader.run_state(run).unwrap().unwrap());
    let mut live: Vec<AttemptId> =
        runs.filter(|r| !r.paused).flat_map(|r| r.live_attempts().cloned().collect::<Vec<_>>()).collect();
    let mut running: Vec<AttemptId> = reader.running_attempts().unwrap().into_iter().map(|a| a.id).collect();
    live.sort();
    // A repeated command names its page again.
    live.dedup();
    running.sort();
    assert_eq!(running, live);
    for book in &session.books[1..] {
        check_counts(&reader, book);
    }
}

fn check_counts(reader: &Reader, book: &BookId) {
    for chapter in reader.chapters(book, true).unwrap() {
        let pages = reader.pages(&chapter.id, false).unwrap();
        let of = |state: &str| pages.iter().filter(|p| p.state.starts_with(state)).count() as u32;
        assert_eq!(chapter.pages, pages.len() as u32);
        assert_eq!(chapter.approved, of("page_approved"), "{}", chapter.id);
        assert_eq!(chapter.reviewing, of("user_reviewing"), "{}", chapter.id);
        // In the trash it would go on when it is brought back.
        assert_eq!(chapter.generating, of("generating") + of("trashed"), "{}", chapter.id);
        assert_eq!(chapter.waiting, of("awaiting"), "{}", chapter.id);
        assert_eq!(chapter.words, pages.iter().map(|p| u64::from(p.words)).sum::<u64>());
        let numbers: Vec<u32> = pages.iter().map(|p| p.number).collect();
        assert_eq!(numbers, (1..=pages.len() as u32).collect::<Vec<_>>());
    }
}

#[test]
fn projections_are_those_of_the_journal_after_any_session() {
    let first: u64 = std::env::var("GALLEY_SEED").ok().and_then(|s| s.parse().ok()).unwrap_or(1);
    for seed in first..first + 4 {
        println!("seed {seed}");
        let home = Home::new();
        let mut store = home.open();
        store.configure(Policy {
            advisory: seed % 2 == 0,
            summaries: seed % 3 == 0,
            lessons: true,
            backoff_ms: 1,
            ..Policy::default()
        });
        let mut reader = store.reader().unwrap();
        let book = new_book(&store, "One");
        let chapter = new_chapter(&store, &book, "First");
        let mut session = Session::new(seed);
        session.books.push(book);
        session.chapters.push(chapter);
        for round in 1..=250 {
            session.step(&store, &reader);
            if round % 125 == 0 {
                check(&store, &session);
                drop(reader);
                store.close();
                store = home.open();
                store.configure(Policy {
                    advisory: seed % 2 == 0,
                    summaries: seed % 3 == 0,
                    lessons: true,
                    backoff_ms: 1,
                    ..Policy::default()
                });
                reader = store.reader().unwrap();
            }
        }
        assert!(session.pages.len() > 10, "the session made too little");
    }
}

#[test]
fn what_goes_to_the_trash_rests_and_what_comes_back_goes_on() {
    let home = Home::new();
    let (store, book, chapter) = home.with_chapter();
    let reader = store.reader().unwrap();
    let pages: Vec<_> = (0..3).map(|n| new_page(&store, &chapter, &format!("Beat {n}."))).collect();
    let attempt = start(&store, &reader, &pages[0]);
    let resting = |reader: &Reader| {
        let rows = reader.pages(&chapter, true).unwrap();
        let paused = |p: &crate::store::rows::PageRow| reader.run_state(&p.run).unwrap().unwrap().paused;
        assert!(rows.iter().all(|p| p.trashed == paused(p)));
        rows.iter().map(|p| p.trashed).collect::<Vec<_>>()
    };
    of_book(&store, &book, BookCommand::TrashPage { page: pages[1].clone() }).unwrap();
    assert_eq!(resting(&reader), [false, true, false]);
    let chapter_id = chapter.clone();
    let trashed = of_book(&store, &book, BookCommand::TrashChapter { chapter: chapter_id.clone() }).unwrap();
    assert_eq!(trashed.events.len(), 4, "the chapter, two pauses and a cancelled attempt");
    assert_eq!(resting(&reader), [true, true, true]);
    assert_eq!(
        (reader.next_due().unwrap(), reader.unclosed_attempts().unwrap()[0].id.clone()),
        (None, attempt)
    );
    of_book(&store, &book, BookCommand::Trash).unwrap();
    of_book(&store, &book, BookCommand::BringBack).unwrap();
    assert_eq!(resting(&reader), [true, true, true]);
    of_book(&store, &book, BookCommand::BringBackChapter { chapter: chapter_id }).unwrap();
    assert_eq!(resting(&reader), [false, true, false]);
    assert_eq!(reader.work_due(Time(i64::MAX), 9).unwrap().len(), 2);
    assert!(compare(store.path()).unwrap().equal());
}

#[test]
fn a_comparison_writes_nothing_and_waits_for_no_writer() {
    let home = Home::new();
    let (store, _, chapter) = home.with_chapter();
    let page = new_page(&store, &chapter, "One.");
    finish(&store, &store.reader().unwrap(), &page, "It was cold.", "\"Who?\"");
    let writer = rusqlite::Connection::open(store.path()).unwrap();
    writer.execute_batch("BEGIN IMMEDIATE").unwrap();
    assert!(compare(store.path()).unwrap().equal());
}

#[test]
fn a_rebuild_mends_rows_and_names_them() {
    let home = Home::new();
    let (store, _, chapter) = home.with_chapter();
    let page = new_page(&store, &chapter, "One.");
    let reader = store.reader().unwrap();
    finish(&store, &reader, &page, "It was cold.", "\"Who?\"");
    store.finish_indexing();
    let detail = reader.page_detail(&page).unwrap();
    rusqlite::Connection::open(store.path())
        .unwrap()
        .execute_batch("UPDATE pages SET state = 'lost'; DELETE FROM decisions; DELETE FROM page_search;")
        .unwrap();

    let found = compare(store.path()).unwrap();
    let pages = found.tables.iter().find(|t| t.table == "pages").unwrap();
    assert_eq!((pages.unfounded, pages.missing), (1, 1));
    assert!(
        pages.examples[0].starts_with("- ") && pages.examples[0].contains("lost"),
        "{:?}",
        pages.examples
    );
    assert_eq!(found.tables.iter().find(|t| t.table == "decisions").unwrap().missing, 2);
    assert!(!found.swapped && !compare(store.path()).unwrap().equal());

    assert!(rebuild(store.path()).unwrap().swapped);
    assert!(compare(store.path()).unwrap().equal());
    assert_eq!(reader.page_detail(&page).unwrap(), detail);
    store.finish_indexing();
    assert_eq!(reader.search("cold", None, 5).unwrap().len(), 1);
    let left = std::fs::read_dir(home.folder.path())
        .unwrap()
        .filter(|e| e.as_ref().unwrap().file_name().to_string_lossy().contains("rebuild"));
    assert_eq!(left.count(), 0, "the second database is gone");
}
