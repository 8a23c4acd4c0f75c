//! The writer: one thread, one connection, everything that waits in one transaction.

use tokio::sync::oneshot;

use super::{Answer, Policy, StoreError};
use crate::domain::Request;
use crate::domain::ids::AttemptId;

/// A command with the place where its answer goes.
pub(super) type Asked = (Request, oneshot::Sender<Result<Answer, StoreError>>);

/// What the writer is told.
pub(super) enum Message {
    /// Carry these out in one transaction.
    Requests(Vec<Asked>),
    /// Keep these partial drafts.
    Drafts(Vec<(AttemptId, String)>),
    /// Decide by this from now on.
    Configure(Policy),
    /// End when everything before this is done.
    Close,
}
