//! What waits for the author: gates and troubles of pages and of runs, with their age.

use std::path::PathBuf;

use serde::Serialize;

use crate::domain::{Attention, PageId, RunId, Time};
use crate::engine::Engine;
use crate::store::rows::{GateRow, OwnRunRow, PageRow, RunGateRow, Totals};
use crate::store::{Holder, Lock, Reader, StoreError};

/// Something that waits.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Waiting {
    /// A gate of a page to decide at.
    Gate(GateRow),
    /// A page that cannot go on without its author.
    Attention {
        /// The page.
        #[serde(flatten)]
        page: PageRow,
        /// Its chapter's title.
        chapter_title: String,
    },
    /// A gate of a run about another text or a book.
    RunGate(RunGateRow),
    /// Such a run that cannot go on without its author.
    RunInNeed(OwnRunRow),
}

impl Waiting {
    /// The page that waits.
    #[must_use]
    pub fn page(&self) -> Option<&PageRow> {
        match self {
            Self::Gate(gate) => Some(&gate.page),
            Self::Attention { page, .. } => Some(page),
            Self::RunGate(_) | Self::RunInNeed(_) => None,
        }
    }

    /// The run that waits, where it is about another text.
    #[must_use]
    pub fn run(&self) -> Option<&OwnRunRow> {
        match self {
            Self::RunGate(gate) => Some(&gate.run),
            Self::RunInNeed(run) => Some(run),
            Self::Gate(_) | Self::Attention { .. } => None,
        }
    }

    /// The id that commands name it by.
    #[must_use]
    pub fn id(&self) -> &str {
        match self {
            Self::Gate(gate) => gate.page.id.as_str(),
            Self::Attention { page, .. } => page.id.as_str(),
            Self::RunGate(gate) => gate.run.id.as_str(),
            Self::RunInNeed(run) => run.id.as_str(),
        }
    }

    /// Why it cannot go on, where it is not a gate.
    #[must_use]
    pub fn attention(&self) -> Option<&Attention> {
        match self {
            Self::Attention { page, .. } => page.attention.as_ref(),
            Self::RunInNeed(run) => run.attention.as_ref(),
            Self::Gate(_) | Self::RunGate(_) => None,
        }
    }

    /// Whether it is a gate to decide at.
    #[must_use]
    pub fn is_gate(&self) -> bool {
        matches!(self, Self::Gate(_) | Self::RunGate(_))
    }

    /// Whether it was set aside.
    #[must_use]
    pub fn is_set_aside(&self) -> bool {
        self.page().is_some_and(|p| p.set_aside) || self.run().is_some_and(|r| r.set_aside)
    }

    /// Whether this page or this run is what waits.
    #[must_use]
    pub fn is_of(&self, page: Option<&PageId>, run: Option<&RunId>) -> bool {
        match (self.page(), self.run()) {
            (Some(row), _) => page == Some(&row.id),
            (_, Some(row)) => run == Some(&row.id),
            _ => false,
        }
    }

    /// Since when it waits.
    #[must_use]
    pub fn since(&self) -> Time {
        match self {
            Self::Gate(gate) => gate.opened_at,
            Self::Attention { page, .. } => page.updated_at,
            Self::RunGate(gate) => gate.opened_at,
            Self::RunInNeed(run) => run.updated_at,
        }
    }
}

/// Something that waits, with how long it does.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Item {
    /// What waits.
    #[serde(flatten)]
    pub what: Waiting,
    /// Since when.
    pub since: Time,
    /// For how many milliseconds.
    pub age_ms: i64,
}

/// The inbox with the totals of the status line.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Inbox {
    /// Counts and money.
    pub totals: Totals,
    /// Open gates of pages and of runs, the one that waits longest first, those set aside last.
    pub gates: Vec<Item>,
    /// Pages and runs that cannot go on without their author.
    pub attention: Vec<Item>,
    /// Who holds the lock of the conductor, in words; none where nobody does.
    pub conductor: Option<String>,
    /// The database.
    pub database: PathBuf,
    /// Why the database can only be read, or is not whole, or why nobody can conduct, where that is so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
}

/// Reads the inbox, at most so many entries of each kind.
pub fn inbox(engine: &Engine, now: Time, limit: u32) -> Result<Inbox, StoreError> {
    let reader = engine.store().reader()?;
    let items = waiting(&reader, limit)?.into_iter().map(|what| {
        let since = what.since();
        Item { since, age_ms: now.ms_since(since).max(0), what }
    });
    let (gates, attention) = items.partition(|item| item.what.is_gate());
    let database = engine.store().path().to_owned();
    let (conductor, blocked) = match conductor(engine) {
        Ok(conductor) => (conductor, None),
        Err(error) => (None, Some(error.to_string())),
    };
    let totals = reader.totals(now)?;
    let damage =
        totals.damage.as_ref().map(|found| format!("damage was found, `galley doctor` is needed: {found}"));
    let problem = damage.or_else(|| engine.store().unwritable().map(|error| error.to_string())).or(blocked);
    Ok(Inbox { totals, gates, attention, conductor, database, problem })
}

/// Reads what waits: gates first, the longest open before the others; then what needs its author, and what was set
/// aside.
pub fn waiting(reader: &Reader, limit: u32) -> Result<Vec<Waiting>, StoreError> {
    let pages = reader.gates(limit, true)?.into_iter().map(Waiting::Gate);
    let runs = reader.own_run_gates(limit, true)?.into_iter().map(Waiting::RunGate);
    let (mut aside, mut rows): (Vec<_>, Vec<_>) = pages.chain(runs).partition(Waiting::is_set_aside);
    rows.sort_by_key(Waiting::since);
    let (dismissed, needs): (Vec<_>, Vec<_>) =
        in_need(reader, limit)?.into_iter().partition(Waiting::is_set_aside);
    rows.extend(needs);
    aside.extend(dismissed);
    rows.extend(aside);
    Ok(rows)
}

/// Reads the pages and runs that cannot go on without their author, the newest trouble first.
pub fn in_need(reader: &Reader, limit: u32) -> Result<Vec<Waiting>, StoreError> {
    let mut rows = Vec::new();
    let mut chapters = Vec::new();
    for page in reader.attention(limit)? {
        if !chapters.iter().any(|(id, _)| *id == page.chapter) {
            let title = reader.chapter(&page.chapter)?.map(|c| c.title).unwrap_or_default();
            chapters.push((page.chapter.clone(), title));
        }
        let title = chapters.iter().find(|(id, _)| *id == page.chapter).map(|(_, t)| t.clone());
        rows.push(Waiting::Attention { page, chapter_title: title.unwrap_or_default() });
    }
    rows.extend(reader.own_runs_in_need(limit)?.into_iter().map(Waiting::RunInNeed));
    Ok(rows)
}

/// Returns who holds the conductor's lock, in words; an error where nobody could.
fn conductor(engine: &Engine) -> Result<Option<String>, StoreError> {
    let path = engine.store().path();
    Ok(Lock::examine(path)?.then(|| Holder::of(path).to_string()))
}
