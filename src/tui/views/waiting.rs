//! What waits for the author.

use super::{Answer, Ask, Views};
pub use crate::service::inbox::Waiting;

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
