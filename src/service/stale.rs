//! Pages that were written from what has changed since: listed with the causes, kept as they are, or regenerated.

use serde::{Serialize, Serializer};

use super::{Problem, ServiceError};
use crate::domain::run::{Fine, RunCommand};
use crate::domain::{BookId, Command, PageId, Refusal, StepName};
use crate::engine::Engine;
use crate::store::rows::{PageDetail, PageRow, StaleRow};
use crate::store::{Reader, StoreError};

/// Pages that are listed at most.
pub const MAX_PAGES: u32 = 10_000;

/// A stale page.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StalePage {
    /// The page.
    #[serde(flatten)]
    pub page: PageRow,
    /// What its current revisions read and is another version by now, step by step.
    #[serde(serialize_with = "told")]
    pub causes: Vec<StaleRow>,
}

#[derive(Serialize)]
struct Told<'c> {
    #[serde(flatten)]
    row: &'c StaleRow,
    cause: String,
}

fn told<S: Serializer>(causes: &[StaleRow], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(causes.iter().map(|row| Told { row, cause: row.cause() }))
}

/// Lists the stale pages of a book in its order, or those of all books.
pub fn pages(reader: &Reader, book: Option<&BookId>) -> Result<Vec<StalePage>, StoreError> {
    let pages = reader.stale_pages(book, MAX_PAGES)?;
    pages.into_iter().map(|page| Ok(StalePage { causes: reader.stale(&page.id)?, page })).collect()
}

/// Makes the command that keeps a page as it is: each of these changes is said not to matter.
#[must_use]
pub fn keep(page: PageId, causes: &[StaleRow]) -> Command {
    let fine = causes.iter().map(|cause| Fine {
        revision: cause.revision.clone(),
        kind: cause.kind,
        part: cause.part.clone(),
        version: cause.holds.clone(),
    });
    Command::Page { page, command: RunCommand::Fine { fine: fine.collect() } }
}

/// Which pages are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Which {
    /// This one.
    Page(PageId),
    /// All that are stale, of one book or of all.
    All(Option<BookId>),
}

/// A page that was kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Kept {
    /// The page.
    pub page: PageId,
    /// How many changes were said not to matter.
    pub parts: usize,
}

/// Keeps pages as they are, all or none: for all that has changed, or for one part of it.
pub fn keep_pages(engine: &Engine, which: Which, part: Option<&str>) -> Result<Vec<Kept>, ServiceError> {
    let reader = engine.store().reader()?;
    let stale = match which {
        Which::Page(id) => {
            let page = reader.page(&id)?.ok_or_else(|| ServiceError::not_found("page", id.as_str()))?;
            vec![StalePage { causes: reader.stale(&id)?, page }]
        }
        Which::All(book) => pages(&reader, book.as_ref())?,
    };
    let (mut commands, mut kept) = (Vec::new(), Vec::new());
    for StalePage { page, mut causes } in stale {
        causes.retain(|cause| part.is_none_or(|part| cause.part == part));
        if !causes.is_empty() {
            kept.push(Kept { page: page.id.clone(), parts: causes.len() });
            commands.push(keep(page.id, &causes));
        }
    }
    if commands.is_empty() {
        return Err(Refusal::NothingStale.into());
    }
    engine.submit_together(commands).wait()?;
    Ok(kept)
}

/// How a stale page is regenerated.
#[derive(Debug, Clone, PartialEq)]
pub enum Again {
    /// Nothing of it is stale.
    Fresh,
    /// Its first stale step is being worked on already.
    Busy(StepName),
    /// By these commands.
    Ask {
        /// The first step that is stale.
        step: StepName,
        /// What asks for it.
        commands: Vec<Command>,
        /// The step is approved: that approval, and those that rest on it, are taken back first.
        takes_approval_back: bool,
    },
}

/// Says how a page is regenerated: its first stale step is asked for again, and what follows from it then comes by
/// itself.
#[must_use]
pub fn again(detail: &PageDetail, causes: &[StaleRow]) -> Again {
    let is_stale = |step: &StepName| causes.iter().any(|c| c.step == *step);
    let Some(step) = detail.steps.iter().find(|s| !s.advisory && is_stale(&s.step)) else {
        return Again::Fresh;
    };
    let approved = match step.phase.as_str() {
        "approved" => true,
        "gate" => false,
        _ => return Again::Busy(step.step.clone()),
    };
    let name = Some(step.step.clone());
    let undo = RunCommand::Undo { step: name.clone() };
    let ask = RunCommand::Revise { step: name, revision: None, feedback: None, passages: Vec::new() };
    let commands = [undo, ask].into_iter().skip(usize::from(!approved));
    let of_page = |command| Command::Page { page: detail.page.id.clone(), command };
    Again::Ask {
        step: step.step.clone(),
        commands: commands.map(of_page).collect(),
        takes_approval_back: approved,
    }
}

/// What came of regenerating pages.
#[derive(Debug, Default, Serialize)]
pub struct Regenerated {
    /// Pages that were asked for again.
    pub asked: Vec<Asked>,
    /// Pages that were left as they are.
    pub left: Vec<Left>,
}

/// A page that was asked for again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Asked {
    /// The page.
    pub page: PageId,
    /// Its step.
    pub step: StepName,
}

/// A page that was left as it is.
#[derive(Debug, Serialize)]
pub struct Left {
    /// The page with its causes.
    #[serde(flatten)]
    pub page: StalePage,
    /// Why it could not be asked for; none where it is approved, or being worked on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<Problem>,
}

/// Has the stale pages of a book, or of all, written again. An approved step is left alone unless `approved` says
/// otherwise. Each page is asked for by itself: one that is refused stops no other.
pub fn regenerate(
    engine: &Engine,
    book: Option<&BookId>,
    approved: bool,
) -> Result<Regenerated, ServiceError> {
    let reader = engine.store().reader()?;
    let mut all = Regenerated::default();
    for stale in pages(&reader, book)? {
        let detail = reader.page_detail(&stale.page.id)?;
        let how = detail.map_or(Again::Fresh, |detail| again(&detail, &stale.causes));
        match how {
            Again::Fresh | Again::Busy(_) => all.left.push(Left { page: stale, error: None }),
            Again::Ask { takes_approval_back: true, .. } if !approved => {
                all.left.push(Left { page: stale, error: None });
            }
            Again::Ask { step, commands, .. } => match engine.submit_together(commands).wait() {
                Ok(_) => all.asked.push(Asked { page: stale.page.id, step }),
                Err(error) => all.left.push(Left { page: stale, error: Some(error.into()) }),
            },
        }
    }
    Ok(all)
}
