//! `galley page stale | fine | regenerate-stale`: pages that read what has changed since.

use std::fmt::Write as _;

use clap::Args;
use serde_json::json;

use crate::cli::answer::Answer;
use crate::cli::drive::{self, Detach};
use crate::cli::fault::Fault;
use crate::domain::{BookId, PageId};
use crate::engine::Engine;
use crate::service::stale::{self, StalePage, Which};

/// Lists them.
#[derive(Debug, Args)]
pub struct Stale {
    /// Only in this book
    #[arg(long, value_name = "ID")]
    book: Option<BookId>,
}

impl Stale {
    pub fn run(self, engine: &Engine) -> Result<Answer, Fault> {
        let found = stale::pages(&engine.store().reader()?, self.book.as_ref())?;
        let text = if found.is_empty() {
            "no page is stale\n".to_owned()
        } else {
            found.iter().map(listed).collect()
        };
        Ok(Answer::new(&json!({ "pages": found }), text))
    }
}

fn listed(stale: &StalePage) -> String {
    let mut out = format!("{}  {}\n", stale.page.id, stale.page.state);
    for cause in &stale.causes {
        let _ = writeln!(out, "  {}: {}", cause.step, cause.cause());
    }
    out
}

/// Keeps a page, or all that are stale.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  galley page fine harbour_ch_001_page_001\n  galley page fine --all --book harbour"
)]
pub struct Fine {
    /// The page's id
    #[arg(required_unless_present = "all", conflicts_with = "all")]
    page: Option<PageId>,
    /// Every page that is stale
    #[arg(long)]
    all: bool,
    /// With --all: only those of this book
    #[arg(long, value_name = "ID", requires = "all")]
    book: Option<BookId>,
    /// Only what this part changed: the id of an entry or page, as `galley page stale --json` tells it
    #[arg(long, value_name = "ID")]
    part: Option<String>,
}

impl Fine {
    pub fn run(self, engine: &Engine) -> Result<Answer, Fault> {
        let which = self.page.map_or(Which::All(self.book), Which::Page);
        let kept = stale::keep_pages(engine, which, self.part.as_deref())?;
        let pages = kept.len();
        Ok(Answer::new(&json!({ "kept": kept }), format!("{pages} page(s) marked as up to date\n")))
    }
}

/// Has them written again.
#[derive(Debug, Args)]
#[command(
    after_help = "An approved page is listed and left as it is: undo its approval first, or say --approved."
)]
pub struct Regenerate {
    /// Only in this book
    #[arg(long, value_name = "ID")]
    book: Option<BookId>,
    /// Take the approval of approved pages back, and have them written again too
    #[arg(long)]
    approved: bool,
    #[command(flatten)]
    detach: Detach,
}

impl Regenerate {
    pub fn run(self, engine: &Engine) -> Result<Answer, Fault> {
        let regenerated = stale::regenerate(engine, self.book.as_ref(), self.approved)?;
        let mut text = String::new();
        for one in &regenerated.asked {
            let _ = writeln!(text, "regenerating: {}  {}", one.page, one.step);
        }
        for left in &regenerated.left {
            let why = left.error.as_ref().map_or_else(
                || "left as it is".to_owned(),
                |problem| format!("not regenerated ({})", problem.message),
            );
            let _ = write!(text, "{why}: {}", listed(&left.page));
        }
        if text.is_empty() {
            text = "no page is stale\n".into();
        }
        for one in &regenerated.asked {
            drive::to_rest(engine, &one.page, self.detach)?;
        }
        Ok(Answer::new(&regenerated, text))
    }
}
