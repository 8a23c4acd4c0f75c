//! A run named by its own id, or by the page whose run it is.

use super::{Read, Reader};
use crate::domain::{PageId, RunId};

/// What names a run.
pub trait NamesRun {
    /// Returns the number that the tables have it by; none where there is no such run.
    fn number(&self, reader: &Reader) -> Read<Option<i64>>;
}

impl NamesRun for RunId {
    fn number(&self, reader: &Reader) -> Read<Option<i64>> {
        reader.number_of_run(self.as_str())
    }
}

impl NamesRun for PageId {
    fn number(&self, reader: &Reader) -> Read<Option<i64>> {
        reader.number_of_page(self)
    }
}
