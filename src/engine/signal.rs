//! What a face hears.

use crate::domain::ids::AttemptId;
use crate::domain::{PageId, RunId};
use crate::store::{Committed, Holder, StoreError};

/// Something happened.
#[derive(Debug, Clone)]
pub enum Signal {
    /// Events of this process are on disk.
    Committed(Committed),
    /// Another process committed something.
    ChangedElsewhere,
    /// More text of an attempt of this process has come.
    Delta {
        /// The run.
        run: RunId,
        /// The page that is written; none for a run about another text.
        page: Option<PageId>,
        /// The attempt.
        attempt: AttemptId,
    },
    /// Who conducts has changed, or whether calls are held back.
    Conducting(Conducting),
    /// Something the author should know.
    Notice(String),
}

/// Who conducts this database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Conducting {
    /// This process.
    Here,
    /// Another process.
    Elsewhere(Holder),
    /// Nobody can: the lock cannot be taken, or the database cannot be written.
    Blocked(StoreError),
    /// Nobody that this process knows of.
    Nobody,
}
