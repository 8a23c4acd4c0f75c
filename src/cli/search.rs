//! `galley search`: words in titles, beats and texts.

use clap::Args;
use serde_json::json;

use super::answer::Answer;
use super::fault::Fault;
use super::table::Table;
use crate::domain::BookId;
use crate::engine::Engine;

/// Searches.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  galley search \"low bell\"")]
pub(super) struct Search {
    /// What to look for
    words: String,
    /// Only in this book
    #[arg(long, value_name = "ID")]
    book: Option<BookId>,
    /// How many hits at most
    #[arg(long, value_name = "NUMBER", default_value_t = 20)]
    limit: u32,
}

impl Search {
    pub fn run(self, engine: &Engine) -> Result<Answer, Fault> {
        // The index follows at a distance; who asks now wants what was said a moment ago too.
        engine.store().finish_indexing();
        let hits = engine.store().reader()?.search(&self.words, self.book.as_ref(), self.limit)?;
        let mut table = Table::new(&["page", "state", "found"]);
        for hit in &hits {
            let excerpt = hit.excerpt.replace('\u{2}', "[").replace('\u{3}', "]");
            table.row(&[hit.page.id.to_string(), hit.page.state.clone(), excerpt]);
        }
        let hits: Vec<_> = hits
            .iter()
            .map(|hit| json!({ "page": hit.page, "excerpt": hit.excerpt.replace(['\u{2}', '\u{3}'], "") }))
            .collect();
        Ok(Answer::new(&json!({ "hits": hits }), table.render("nothing was found")))
    }
}
