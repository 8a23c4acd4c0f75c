//! Passages of a text: what the author says of them, and those that nobody changes.

use serde::{Deserialize, Serialize};

use super::decide::check_text;
use super::draft::Draft;
use super::event::GivenFeedback;
use super::{Decision, DecisionKind, Feedback, FeedbackId, Run, RunCommand, RunEvent, Step};
use crate::domain::ids::LockId;
use crate::domain::{Refusal, RevisionId, StepName};

/// Passages that one request speaks of at most.
pub const MOST_PASSAGES: usize = 64;
/// Passages of a page that are locked at most.
pub const MOST_LOCKS: usize = 64;
/// The longest passage that is quoted, in bytes.
pub const MOST_QUOTED: usize = 64 * 1024;

/// A stretch of a revision, in bytes of its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passage {
    /// The first byte.
    pub start: u64,
    /// The byte after the last.
    pub end: u64,
}

/// A passage with its text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quoted {
    /// Where it stands.
    pub passage: Passage,
    /// What stands there, to the byte.
    pub quote: String,
}

impl Quoted {
    /// Quotes a stretch of a text; none where that is none.
    #[must_use]
    pub fn of(text: &str, range: std::ops::Range<usize>) -> Option<Self> {
        let passage = Passage { start: range.start as u64, end: range.end as u64 };
        text.get(range).map(|quote| Self { passage, quote: quote.to_owned() })
    }

    fn check(&self) -> Result<(), Refusal> {
        let invalid = |reason: String| Refusal::Invalid { field: "passage", reason };
        if self.quote.trim().is_empty() {
            return Err(invalid("it contains no word".into()));
        }
        if self.quote.len() > MOST_QUOTED {
            return Err(invalid(format!("at most {MOST_QUOTED} bytes are one passage")));
        }
        if self.passage.end.checked_sub(self.passage.start) != Some(self.quote.len() as u64) {
            return Err(invalid("its place is not as long as its text".into()));
        }
        Ok(())
    }
}

/// A passage, and what the author says of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marked {
    /// The passage.
    pub quoted: Quoted,
    /// What is wrong with just that.
    pub words: String,
}

/// A passage that nobody changes until it is unlocked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lock {
    /// Its id.
    pub id: LockId,
    /// The step whose text it is of.
    pub step: StepName,
    /// The revision that it was locked in.
    pub revision: RevisionId,
    /// The passage.
    #[serde(flatten)]
    pub quoted: Quoted,
}

impl Run {
    /// Returns the locked passages of a step, oldest first.
    pub fn locks_of(&self, step: &StepName) -> impl Iterator<Item = &Lock> {
        self.locks.iter().filter(move |l| l.step == *step)
    }

    /// Refuses a text of a step in which a locked passage does not stand word for word.
    pub fn check_locks(&self, step: &StepName, text: &str) -> Result<(), Refusal> {
        match self.locks_of(step).find(|lock| !text.contains(&lock.quoted.quote)) {
            None => Ok(()),
            Some(lock) => {
                let words: Vec<&str> = lock.quoted.quote.split_whitespace().collect();
                let short: String = words.join(" ").chars().take(60).collect();
                Err(Refusal::Locked { lock: lock.id.clone(), quote: short })
            }
        }
    }

    /// Returns what the step was last asked to change, if what was said last on it was a request.
    #[must_use]
    pub fn last_request<'r>(&'r self, step: &'r Step) -> Vec<&'r Feedback> {
        let last = self.decisions.iter().rfind(|d| d.step == step.name && !d.undone);
        match last {
            Some(Decision { kind: DecisionKind::Revise, feedback, .. }) => {
                step.feedback.iter().filter(|f| feedback.contains(&f.id)).collect()
            }
            _ => Vec::new(),
        }
    }
}

/// Decides what is said of parts of a text.
pub(super) fn decide(draft: &mut Draft<'_>, command: RunCommand) -> Result<(), Refusal> {
    match command {
        RunCommand::Merge { step, revision, base, other, text } => {
            draft.merge(step, revision, base, other, text)
        }
        RunCommand::Lock { step, revision, quoted } => draft.lock(step, revision, quoted),
        RunCommand::Unlock { lock } => draft.unlock(&lock),
        _ => unreachable!("other commands are decided elsewhere"),
    }
}

impl Draft<'_> {
    /// What is said of each passage, as feedback of its own; `first` is the number of the first.
    pub(super) fn given_passages(
        &mut self,
        revision: &RevisionId,
        passages: Vec<Marked>,
        first: u32,
    ) -> Result<Vec<GivenFeedback>, Refusal> {
        if passages.len() > MOST_PASSAGES {
            let reason = format!("at most {MOST_PASSAGES} passages are one request");
            return Err(Refusal::Invalid { field: "passage", reason });
        }
        let mut given = Vec::with_capacity(passages.len());
        for (number, Marked { quoted, words }) in (first..).zip(passages) {
            quoted.check()?;
            check_text(&words)?;
            given.push(GivenFeedback {
                id: FeedbackId::new(format!("{}.f{number}", self.run.id)),
                revision: revision.clone(),
                text: self.text(words),
                passage: Some(quoted.passage),
                quote: Some(quoted.quote),
            });
        }
        Ok(given)
    }

    pub(super) fn lock(
        &mut self,
        step: Option<StepName>,
        seen: Option<RevisionId>,
        quoted: Quoted,
    ) -> Result<(), Refusal> {
        quoted.check()?;
        let (step, revision) = self.with_text(step, seen)?;
        if self.run.locks_of(&step).any(|l| l.quoted == quoted && l.revision == revision) {
            return Ok(());
        }
        if self.run.locks.len() >= MOST_LOCKS {
            let reason = format!("at most {MOST_LOCKS} passages of a page are locked");
            return Err(Refusal::Invalid { field: "passage", reason });
        }
        let id = LockId::new(format!("{}.l{}", self.run.id, self.run.locks_made + 1));
        self.push(RunEvent::PassageLocked { lock: Lock { id, step, revision, quoted } });
        Ok(())
    }

    pub(super) fn unlock(&mut self, lock: &LockId) -> Result<(), Refusal> {
        if self.run.locks.iter().all(|l| l.id != *lock) {
            return Err(Refusal::NotFound { what: "lock", id: lock.to_string() });
        }
        self.push(RunEvent::PassageUnlocked { lock: lock.clone() });
        Ok(())
    }
}
