//! What waits for the author: gates and troubles of pages, and of runs about other texts.

use super::{Answer, Ask, Views};
use crate::domain::{PageId, RunId, Time};
use crate::store::rows::{GateRow, OwnRunRow, PageRow, RunGateRow};

/// A row of the inbox.
#[derive(Debug, Clone)]
pub enum Waiting {
    /// A gate of a page to decide at.
    Gate(GateRow),
    /// A page that cannot go on without its author.
    Attention {
        /// The page.
        page: PageRow,
        /// Its chapter's title.
        chapter_title: String,
    },
    /// A gate of a run about another text.
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

    /// Whether it is a gate that was set aside.
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

impl Views {
    /// What waits for the author, at most so many blocks.
    #[must_use]
    pub fn waiting(&self, blocks: u32) -> Option<&[Waiting]> {
        match self.get(&Ask::Waiting(blocks))? {
            Answer::Waiting(rows) => Some(rows),
            _ => None,
        }
    }
}
