//! `galley page list`: the pages of a chapter or of a book.

use clap::Args;
use serde_json::json;

use crate::cli::answer::Answer;
use crate::cli::fault::Fault;
use crate::cli::show;
use crate::domain::{BookId, ChapterId, Workflow};
use crate::engine::Engine;

/// Lists.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  galley page list --book the-winter-harbour --state user_reviewing_narration"
)]
pub struct List {
    /// The chapter
    #[arg(long, value_name = "ID", required_unless_present = "book")]
    chapter: Option<ChapterId>,
    /// The whole book
    #[arg(long, value_name = "ID", conflicts_with = "chapter")]
    book: Option<BookId>,
    /// Only pages in this state
    #[arg(long, value_name = "STATE")]
    state: Option<String>,
    /// Also those in the trash
    #[arg(long)]
    trash: bool,
}

impl List {
    pub fn run(self, engine: &Engine) -> Result<Answer, Fault> {
        let known = Workflow::page().public_states();
        if let Some(state) = self.state.as_ref().filter(|s| !known.contains(s)) {
            let hint = format!("the states of a page are {}", known.join(", "));
            return Err(Fault::usage(format!("there is no state `{state}`"), &hint));
        }
        let reader = engine.store().reader()?;
        let chapters = match (&self.chapter, &self.book) {
            (Some(chapter), _) => {
                let row = reader.chapter(chapter)?;
                vec![row.ok_or_else(|| Fault::not_found("chapter", chapter.as_str()))?.id]
            }
            (None, Some(book)) => {
                reader.book(book)?.ok_or_else(|| Fault::not_found("book", book.as_str()))?;
                reader.chapters(book, self.trash)?.into_iter().map(|c| c.id).collect()
            }
            (None, None) => unreachable!("the arguments ask for one of them"),
        };
        let mut pages = Vec::new();
        for chapter in &chapters {
            pages.extend(reader.pages(chapter, self.trash)?);
        }
        if let Some(state) = &self.state {
            pages.retain(|p| p.state == *state);
        }
        Ok(Answer::new(&json!({ "pages": pages }), show::pages(&pages)))
    }
}
