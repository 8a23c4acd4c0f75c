//! What an agent changed though it was asked to change passages alone.

use std::ops::Range;

use crate::analysis::changes::Changes;
use crate::domain::RevisionId;
use crate::domain::run::RunCommand;
use crate::store::rows::{Asked, RevisionText};

/// The changes since the text that passages of were to be changed.
#[derive(Debug, Clone, PartialEq)]
pub struct Unasked {
    /// The revision of that text.
    pub base: RevisionId,
    /// All changes, told apart at the edges of the passages.
    pub changes: Changes,
    /// The numbers of those outside the passages, from 0.
    pub outside: Vec<usize>,
}

impl Unasked {
    /// Compares a revision with what it was asked to change; none where more than passages was asked for, or where
    /// nothing else was changed.
    #[must_use]
    pub fn of(made: &RevisionText) -> Option<Self> {
        Self::between(made.asked.as_ref()?, &made.text)
    }

    /// The same for any text that was asked for.
    #[must_use]
    pub fn between(asked: &Asked, text: &str) -> Option<Self> {
        let passages: Vec<Range<usize>> =
            asked.passages.iter().map(|p| p.start as usize..p.end as usize).collect();
        let changes = Changes::fenced(&asked.text, text, &passages);
        let outside = changes.outside(&passages);
        (!outside.is_empty()).then(|| Self { base: asked.base.clone(), changes, outside })
    }

    /// The command that refuses them and keeps the rest.
    #[must_use]
    pub fn refuse(&self, made: &RevisionText) -> RunCommand {
        RunCommand::Merge {
            step: Some(made.revision.step.clone()),
            revision: Some(made.revision.id.clone()),
            base: self.base.clone(),
            other: made.revision.id.clone(),
            text: self.changes.without(&self.outside),
        }
    }
}
