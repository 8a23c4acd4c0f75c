//! `galley page stale | fine | regenerate-stale`: pages that read what has changed since.

use std::fmt::Write as _;

use clap::Args;
use serde_json::{Value, json};

use crate::cli::answer::Answer;
use crate::cli::drive::{self, Detach};
use crate::cli::fault::Fault;
use crate::domain::run::{self, RunCommand};
use crate::domain::{BookId, Command, PageId, Refusal};
use crate::engine::Engine;
use crate::store::Reader;
use crate::store::rows::{PageRow, StaleRow};

/// Pages that are told of at most.
const MOST: u32 = 10_000;

/// Lists them.
#[derive(Debug, Args)]
pub struct Stale {
    /// Only in this book
    #[arg(long, value_name = "ID")]
    book: Option<BookId>,
}

impl Stale {
    pub fn run(self, engine: &Engine) -> Result<Answer, Fault> {
        let found = found(&engine.store().reader()?, self.book.as_ref())?;
        let pages: Vec<Value> = found.iter().map(|(page, causes)| told(page, causes)).collect();
        let text = if found.is_empty() {
            "no page is stale\n".to_owned()
        } else {
            found.iter().map(|(page, causes)| listed(page, causes)).collect()
        };
        Ok(Answer::new(&json!({ "pages": pages }), text))
    }
}

fn found(reader: &Reader, book: Option<&BookId>) -> Result<Vec<(PageRow, Vec<StaleRow>)>, Fault> {
    let pages = reader.stale_pages(book, MOST)?;
    pages
        .into_iter()
        .map(|page| Ok((reader.stale(&page.id)?, page)).map(|(causes, page)| (page, causes)))
        .collect()
}

fn told(page: &PageRow, causes: &[StaleRow]) -> Value {
    let mut json = serde_json::to_value(page).expect("rows are plain data");
    json["causes"] = causes
        .iter()
        .map(|cause| {
            let mut one = serde_json::to_value(cause).expect("rows are plain data");
            one["cause"] = cause.cause().into();
            one
        })
        .collect();
    json
}

fn listed(page: &PageRow, causes: &[StaleRow]) -> String {
    let mut out = format!("{}  {}\n", page.id, page.state);
    for cause in causes {
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
        let reader = engine.store().reader()?;
        let stale = match &self.page {
            Some(id) => {
                let page = reader.page(id)?.ok_or_else(|| Fault::not_found("page", id.as_str()))?;
                vec![(page, reader.stale(id)?)]
            }
            None => found(&reader, self.book.as_ref())?,
        };
        let mut commands = Vec::new();
        let mut kept = Vec::new();
        for (page, causes) in stale {
            let meant = causes.into_iter().filter(|c| self.part.as_ref().is_none_or(|part| c.part == *part));
            let fine: Vec<run::Fine> = meant
                .map(|c| run::Fine { revision: c.revision, kind: c.kind, part: c.part, version: c.holds })
                .collect();
            if !fine.is_empty() {
                kept.push(json!({ "page": page.id, "parts": fine.len() }));
                commands.push(Command::Page { page: page.id, command: RunCommand::Fine { fine } });
            }
        }
        if commands.is_empty() {
            return Err(Refusal::NothingStale.into());
        }
        engine.submit_together(commands).wait()?;
        let pages = kept.len();
        Ok(Answer::new(&json!({ "kept": kept }), format!("{pages} page(s) are still fine\n")))
    }
}

/// Has them written anew.
#[derive(Debug, Args)]
#[command(
    after_help = "An approved page is listed and left as it is: undo its approval first, or say --approved."
)]
pub struct Regenerate {
    /// Only in this book
    #[arg(long, value_name = "ID")]
    book: Option<BookId>,
    /// Take the approval of approved pages back, and have them written anew too
    #[arg(long)]
    approved: bool,
    #[command(flatten)]
    detach: Detach,
}

impl Regenerate {
    pub fn run(self, engine: &Engine) -> Result<Answer, Fault> {
        let reader = engine.store().reader()?;
        let (mut asked, mut left) = (Vec::new(), Vec::new());
        let mut text = String::new();
        for (page, causes) in found(&reader, self.book.as_ref())? {
            let Some(step) = causes.first().map(|c| c.step.clone()) else { continue };
            let at_gate = reader.page_detail(&page.id)?.is_some_and(|detail| {
                detail
                    .steps
                    .iter()
                    .any(|s| !s.advisory && s.phase == "gate" && causes.iter().any(|c| c.step == s.step))
            });
            let step =
                causes.iter().map(|c| &c.step).find(|s| s.as_str() == "narration").cloned().unwrap_or(step);
            if !at_gate && !self.approved {
                let _ = write!(text, "left as it is: {}", listed(&page, &causes));
                left.push(told(&page, &causes));
                continue;
            }
            let result = again(engine, &reader, &page.id, &step);
            match result {
                Ok(()) => {
                    let _ = writeln!(text, "asked again: {}  {step}", page.id);
                    asked.push(json!({ "page": page.id, "step": step }));
                }
                Err(fault) => {
                    let _ = write!(text, "not asked again ({}): {}", fault.message, listed(&page, &causes));
                    let mut told = told(&page, &causes);
                    told["error"] = fault.json();
                    left.push(told);
                }
            }
        }
        if text.is_empty() {
            text = "no page is stale\n".into();
        }
        for one in &asked {
            if let Some(page) = one["page"].as_str() {
                drive::to_rest(engine, &PageId::new(page), self.detach)?;
            }
        }
        Ok(Answer::new(&json!({ "asked": asked, "left": left }), text))
    }
}

/// Asks a step's agent again, at its gate: approvals of it and of what follows are taken back first.
fn again(
    engine: &Engine,
    reader: &Reader,
    page: &PageId,
    step: &crate::domain::StepName,
) -> Result<(), Fault> {
    let phase = reader
        .page_detail(page)?
        .and_then(|detail| detail.steps.into_iter().find(|s| s.step == *step))
        .map(|s| s.phase)
        .unwrap_or_default();
    let step = Some(step.clone());
    let undo = (phase == "approved").then(|| RunCommand::Undo { step: step.clone() });
    let again = RunCommand::Revise { step, revision: None, feedback: None, passages: Vec::new() };
    let commands = undo.into_iter().chain([again]);
    let commands = commands.map(|command| Command::Page { page: page.clone(), command }).collect();
    engine.submit_together(commands).wait()?;
    Ok(())
}
