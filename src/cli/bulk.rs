//! `galley bulk`: a database with one very large book, to open and to measure with.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::answer::Answer;
use super::fault::Fault;
use crate::config::Home;
use crate::store::bulk::{BigBook, generate};

/// Makes it.
#[derive(Debug, Args)]
#[command(after_help = "The database must not exist yet:\n  galley --db big.db bulk\n  galley --db big.db")]
pub(super) struct Bulk {
    /// Chapters
    #[arg(long, value_name = "NUMBER", default_value_t = 200)]
    chapters: u32,
    /// Pages in all
    #[arg(long, value_name = "NUMBER", default_value_t = 10_000)]
    pages: u32,
    /// Revisions in all
    #[arg(long, value_name = "NUMBER", default_value_t = 60_000)]
    revisions: u32,
    /// The same seed makes the same book
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    seed: u64,
}

impl Bulk {
    pub fn run(self, home: &Home, db: Option<PathBuf>) -> Result<Answer, Fault> {
        let path = db.unwrap_or_else(|| home.database());
        let Self { chapters, pages, revisions, seed } = self;
        let book = generate(&path, BigBook { chapters, pages, revisions, seed })?;
        let json = json!({ "book": book, "database": path, "pages": pages, "revisions": revisions });
        Ok(Answer::new(&json, format!("{book} is in {}\n", path.display())))
    }
}
