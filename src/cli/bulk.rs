//! `galley bulk`: a very large book, to open and to measure with.

use std::path::PathBuf;

use clap::Args;

use super::answer::Answer;
use super::fault::Fault;
use crate::config::Home;

/// Makes it.
#[derive(Debug, Args)]
pub(super) struct Bulk {}

impl Bulk {
    pub fn run(self, _home: &Home, _db: Option<PathBuf>) -> Result<Answer, Fault> {
        Ok(Answer::nothing())
    }
}
