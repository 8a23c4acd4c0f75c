//! The parent's own record of the journal: read line by line as it grows, and checked by the pure rules.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use galley::domain::book::BookEvent;
use galley::domain::ids::AttemptId;
use galley::domain::run::{CancelReason, Origin, Phase, Run, RunEvent, decide};
use galley::domain::{
    BookId, CommandId, Event, Facts, Hash, PageId, Recorded, RunId, StepName, StreamId, Time, Workflow,
};
use galley::llm;
use galley::store::Reader;

use crate::wire::{Mark, Order, Sent};

/// How many lines are read in one go.
const WINDOW: u32 = 1000;

/// Calls of one life with the same messages: `life model`, then the messages' hash.
pub type Asked = (String, Hash);

pub struct Record {
    /// The book of the pages.
    pub book: BookId,
    last: i64,
    /// Every line, in the journal's order.
    pub lines: Vec<Mark>,
    heads: HashMap<StreamId, u64>,
    /// The lines that came of each of the parent's commands.
    pub by_command: HashMap<String, Vec<usize>>,
    pub runs: BTreeMap<RunId, Run>,
    pub pages: BTreeMap<PageId, RunId>,
    /// Runs of no page.
    pub others: BTreeSet<RunId>,
    pub trashed: BTreeSet<PageId>,
    pub attempts: HashMap<AttemptId, Attempt>,
    /// Steps that have their result, by run, step and iteration.
    finished: BTreeSet<(RunId, StepName, u32, Hash)>,
    /// Author's commands whose events were decided again and compared.
    pub decided_again: usize,
}

/// An attempt, as its lines tell.
pub struct Attempt {
    pub asked: Asked,
    run: RunId,
    step: StepName,
    iteration: u32,
    input: Hash,
    /// The text that it delivered.
    pub delivered: Option<Hash>,
    /// It was cut off by a kill.
    pub cut_off: bool,
}

impl Record {
    pub fn of(book: BookId) -> Self {
        Self {
            book,
            last: 0,
            lines: Vec::new(),
            heads: HashMap::new(),
            by_command: HashMap::new(),
            runs: BTreeMap::new(),
            pages: BTreeMap::new(),
            others: BTreeSet::new(),
            trashed: BTreeSet::new(),
            attempts: HashMap::new(),
            finished: BTreeSet::new(),
            decided_again: 0,
        }
    }

    /// Reads what is new. `sent` tells what the parent asked under a command's name.
    pub fn catch_up(&mut self, reader: &Reader, sent: &HashMap<String, Sent>) {
        loop {
            let lines = reader.events_after(self.last, WINDOW).expect("the journal reads");
            let more = lines.len() == WINDOW as usize;
            let mut rest = lines.as_slice();
            while let Some((_, first)) = rest.first() {
                // The lines of one command on one stream are one decision.
                let same = |r: &Recorded| r.command == first.command && r.stream == first.stream;
                let named = first.command.is_some();
                let count = if named { rest.iter().take_while(|(_, r)| same(r)).count() } else { 1 };
                let (decision, after) = rest.split_at(count);
                if !more || !after.is_empty() {
                    self.check_decision(decision, sent);
                    for (number, line) in decision {
                        self.take(reader, *number, line);
                    }
                    rest = after;
                } else {
                    break; // it may go on in the next window
                }
            }
            if !more {
                break;
            }
        }
    }

    /// Decides an author's command again, on the state before it: what the journal has of it is the whole of it.
    fn check_decision(&mut self, lines: &[(i64, Recorded)], sent: &HashMap<String, Sent>) {
        let (_, first) = &lines[0];
        let StreamId::Run(run) = &first.stream else { return };
        let asked = first.command.as_ref().and_then(|c| sent.get(c.as_str()));
        let Some(Order::Page { what, .. } | Order::Run { what, .. }) = asked.map(|s| &s.order) else {
            return;
        };
        let before = self.runs.get(run).expect("a page's run began before its commands");
        let decided = decide(before, what.clone().command(), &Facts::at(first.at));
        let decided = decided.unwrap_or_else(|r| panic!("{what:?} was carried out against the rules: {r}"));
        let stored: Vec<&Event> = lines.iter().map(|(_, r)| &r.event).collect();
        let expected: Vec<Event> = decided.events.into_iter().map(Event::Run).collect();
        assert_eq!(stored, expected.iter().collect::<Vec<_>>(), "{what:?} is not in the journal as a whole");
        self.decided_again += 1;
    }

    fn take(&mut self, reader: &Reader, number: i64, line: &Recorded) {
        assert_eq!(number, self.last + 1, "the journal has a gap");
        self.last = number;
        let head = self.heads.entry(line.stream.clone()).or_default();
        assert_eq!(line.seq, *head + 1, "{} has a gap", line.stream);
        *head = line.seq;
        let of_parent = |command: &&CommandId| command.as_str().starts_with("parent-");
        if let Some(command) = line.command.as_ref().filter(of_parent) {
            self.by_command.entry(command.to_string()).or_default().push(self.lines.len());
        }
        self.lines.push(Mark::of(&line.stream, line.seq, &line.event));
        match (&line.stream, &line.event) {
            (StreamId::Book(book), Event::Book(event)) if *book == self.book => self.take_book(event),
            // Neighbours import books of their own, and canon.
            (StreamId::Book(_), Event::Book(_)) | (StreamId::Canon(_), Event::Canon(_)) => {}
            (StreamId::Run(run), Event::Run(event)) => self.take_run(reader, run, event, line.at),
            other => panic!("an event in a stream of another kind: {other:?}"),
        }
    }

    fn take_book(&mut self, event: &BookEvent) {
        match event {
            BookEvent::PageAdded { page, run, .. } => drop(self.pages.insert(page.clone(), run.clone())),
            BookEvent::PageTrashed { page } => drop(self.trashed.insert(page.clone())),
            BookEvent::PageBroughtBack { page } => drop(self.trashed.remove(page)),
            _ => {}
        }
    }

    fn take_run(&mut self, reader: &Reader, id: &RunId, event: &RunEvent, at: Time) {
        match self.runs.get_mut(id) {
            Some(run) => run.apply(event, at),
            None => {
                let RunEvent::RunStarted { definition, .. } = event else {
                    panic!("{event:?} begins no run")
                };
                let definition = reader.text(definition).expect("a text").expect("a definition is kept");
                let workflow: Workflow = serde_json::from_str(&definition).expect("a workflow");
                if workflow.id != Workflow::page().id {
                    self.others.insert(id.clone());
                }
                let run = Run::start(Arc::new(workflow), event, at).expect("a run's first event");
                self.runs.insert(id.clone(), run);
            }
        }
        match event {
            RunEvent::AttemptStarted { attempt, step, iteration, input, request, model, .. } => {
                // After an undo the author may ask for another result in the same iteration, of another input.
                let key = (id.clone(), step.clone(), *iteration, input.clone());
                assert!(
                    !self.finished.contains(&key),
                    "{key:?} is done again:\n{}",
                    history(reader, id, step)
                );
                let kept = reader.text(&request.hash).expect("a text").expect("a request as it was sent");
                // A tool has its parameters instead of a request.
                let messages = serde_json::from_str::<llm::Request>(&kept).map_or_else(
                    |_| vec![(String::new(), kept.clone())],
                    |request| request.messages.iter().map(role_and_text).collect(),
                );
                let begun = Attempt {
                    asked: asked(model, messages.into_iter()),
                    run: id.clone(),
                    step: step.clone(),
                    iteration: *iteration,
                    input: input.clone(),
                    delivered: None,
                    cut_off: false,
                };
                assert!(self.attempts.insert(attempt.clone(), begun).is_none(), "{attempt} began twice");
            }
            RunEvent::AttemptDelivered { attempt, revision, .. } => {
                assert_eq!(revision.origin, Origin::Agent(attempt.clone()));
                self.delivered(attempt, &revision.text.hash, revision.late);
            }
            RunEvent::RemarksDelivered { attempt, remarks, .. } => {
                self.delivered(attempt, &remarks.hash, false);
            }
            RunEvent::ProposalsDelivered { attempt, answer, .. } => {
                self.delivered(attempt, &answer.hash, false);
            }
            RunEvent::AttemptCancelled { attempt, reason: CancelReason::Interrupted, counted, .. } => {
                self.attempts.get_mut(attempt).expect("it began").cut_off |= counted;
            }
            _ => {}
        }
    }

    fn delivered(&mut self, attempt: &AttemptId, text: &Hash, late: bool) {
        let begun = self.attempts.get_mut(attempt).expect("what delivers began");
        assert!(begun.delivered.is_none(), "{attempt} delivered twice");
        begun.delivered = Some(text.clone());
        if !late {
            self.finished.insert((
                begun.run.clone(),
                begun.step.clone(),
                begun.iteration,
                begun.input.clone(),
            ));
        }
    }

    /// Returns the run of a page.
    pub fn run_of(&self, page: &PageId) -> &Run {
        &self.runs[&self.pages[page]]
    }

    /// Returns how many attempts were begun with each request.
    pub fn begun(&self) -> HashMap<&Asked, usize> {
        let mut begun = HashMap::new();
        for attempt in self.attempts.values() {
            *begun.entry(&attempt.asked).or_default() += 1;
        }
        begun
    }

    /// Returns whether an agent has something to do, advice included.
    pub fn is_busy(&self) -> bool {
        let busy = |run: &Run| {
            run.steps.iter().any(|s| matches!(s.phase, Phase::Queued { .. } | Phase::Working { .. }))
        };
        self.runs.values().any(|run| !run.paused && busy(run))
    }
}

fn role_and_text(message: &llm::Message) -> (String, String) {
    let role = serde_json::to_value(message.role).expect("a role");
    (role.as_str().unwrap_or_default().to_owned(), message.text.clone())
}

/// Names a request by what the model is told.
pub fn asked(model: &str, messages: impl Iterator<Item = (String, String)>) -> Asked {
    let mut all = String::new();
    for (role, text) in messages {
        all.push_str(&role);
        all.push('\n');
        all.push_str(&text);
        all.push('\0');
    }
    (model.to_owned(), Hash::of(all.as_bytes()))
}

/// Tells what happened to a step, for a failure's message.
fn history(reader: &Reader, run: &RunId, step: &StepName) -> String {
    let events = reader.events(&StreamId::Run(run.clone())).expect("events read");
    let lines =
        events.iter().map(|r| format!("{} {}", r.seq, serde_json::to_string(&r.event).expect("plain data")));
    let about = format!("\"{step}\"");
    lines.filter(|line| line.contains(&about) || line.contains("done")).collect::<Vec<_>>().join("\n")
}
