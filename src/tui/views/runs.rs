//! What is read of runs about a text or a book, and of the workflows that they are of.

use std::sync::Arc;

use super::{Answer, Ask, Views};
use crate::domain::RunId;
use crate::domain::run::Run;
use crate::engine::Listed;
use crate::service::story::Story;
use crate::store::rows::{OwnRunRow, RunDetail};

/// Everything of one run.
#[derive(Debug, Clone)]
pub struct RunView {
    /// Its rows.
    pub detail: RunDetail,
    /// Its state, as its journal has it.
    pub state: Run,
    /// What came of it so far, where it makes a text better.
    pub result: Option<Story>,
    /// Which files that it wrote are not as it says, in words.
    pub published: Option<String>,
}

impl Views {
    /// The runs about a text or a book, at most so many blocks.
    #[must_use]
    pub fn own_runs(&self, blocks: u32) -> Option<&[OwnRunRow]> {
        match self.get(&Ask::OwnRuns(blocks))? {
            Answer::OwnRuns(runs) => Some(runs),
            _ => None,
        }
    }

    /// Everything of one of them; the inner none means that there is no such run.
    #[must_use]
    pub fn run(&self, run: &RunId) -> Option<&Arc<RunView>> {
        match self.get(&Ask::Run(run.clone()))? {
            Answer::Run(view) => view.as_ref(),
            _ => None,
        }
    }

    /// All workflows, and the files that should be some.
    #[must_use]
    pub fn workflows(&self) -> Option<&Arc<Vec<Listed>>> {
        match self.get(&Ask::Workflows)? {
            Answer::Workflows(listed) => Some(listed),
            _ => None,
        }
    }
}
