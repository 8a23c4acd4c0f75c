//! Runs of workflows about a text or a book: how they begin, and what came of them.

use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;

use super::{Engine, EngineError};
use crate::domain::run::{Phase, Revision, Run, RunCommand, Subject, text_at};
use crate::domain::workflow::{Parameters, Workflow};
use crate::domain::{BookId, ChapterId, Command, PageId, Refusal, RunId, Spending, Time};
use crate::store::{Reader, Reply, StoreError};

/// What a run is to be about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum About {
    /// A text of the author's, from outside.
    Text {
        /// The book whose prompts and budget hold for it.
        book: Option<BookId>,
        /// Its title.
        title: String,
        /// The text.
        text: String,
    },
    /// The approved pages of a chapter.
    Chapter(ChapterId),
    /// A page as it stands.
    Page(PageId),
    /// A book as a whole.
    Book(BookId),
}

/// What came of a run that makes a text better (spec R6).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RunResult {
    /// The run: the story's id.
    pub story_id: RunId,
    /// The workflow and its version.
    pub workflow: String,
    /// Its public state.
    pub state: String,
    /// The title that was given.
    pub initial_title: String,
    /// The text that was given.
    pub initial_text: String,
    /// The title of the best-scored version.
    pub final_title: String,
    /// The text of the best-scored version.
    pub final_text: String,
    /// Its label: `v1` is the text that was given.
    pub final_version: String,
    /// Every version, the given one first.
    pub versions: Vec<VersionResult>,
    /// Reviews of the loop; a closing one is not among them.
    pub total_reviews: u32,
    /// Versions that were made.
    pub total_polishes: u32,
    /// The score of the text that was given.
    pub initial_score: Option<f64>,
    /// The loop's last score.
    pub final_score: Option<f64>,
    /// The score of the closing review, where there was one.
    pub closing_score: Option<f64>,
    /// The best score less the first.
    pub improvement: Option<f64>,
    /// `unknown` before the loop ends, then `publish`, `max_iterations_reached` or `stopped by the author`.
    pub decision: &'static str,
    /// When it began.
    pub started_at: Time,
    /// When it was complete, or failed.
    pub completed_at: Option<Time>,
    /// Milliseconds from its start to then, or to its last event.
    pub duration_ms: i64,
    /// What it cost.
    pub cost: Spending,
    /// What it was given beside its subject.
    pub metadata: Parameters,
    /// Why it failed, where it did.
    pub error: Option<String>,
}

/// One version of the text.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct VersionResult {
    /// `v1`, `v2`, …
    pub label: String,
    /// Its title.
    pub title: String,
    /// Its text.
    pub text: String,
    /// The last score that it was given.
    pub score: Option<f64>,
    /// The review of it, whole.
    pub report: Option<Value>,
    /// What made it of the version before: the change log.
    pub changes: Option<Value>,
    /// When it was there.
    pub at: Time,
}

impl Engine {
    /// Starts a workflow; the text of a chapter or a page is taken as it is now.
    pub fn start_run(
        &self,
        workflow: Arc<Workflow>,
        about: About,
        parameters: Parameters,
    ) -> Result<Reply, EngineError> {
        let (subject, title, text) = self.shared.read(|reader| subject(reader, about))??;
        super::tool::check_given(&workflow, subject.book.as_ref(), &parameters)?;
        Ok(self.submit(Command::StartRun { workflow, subject, title, text, parameters }))
    }

    /// Gives a command to a run.
    pub fn command_run(&self, run: &RunId, command: RunCommand) -> Reply {
        self.submit(Command::Run { run: run.clone(), command })
    }

    /// Returns a run as its journal has it.
    pub fn run(&self, run: &RunId) -> Result<Run, EngineError> {
        let found = self.shared.read(|reader| reader.run_state(run))?;
        found.ok_or_else(|| EngineError::NotFound { what: "run", id: run.to_string() })
    }

    /// Returns what came of a run that makes a text better, so far.
    pub fn run_result(&self, id: &RunId) -> Result<RunResult, EngineError> {
        let not_found = || EngineError::NotFound { what: "run", id: id.to_string() };
        let found = self.shared.read(|reader| {
            let Some(run) = reader.run_state(id)? else { return Ok(None) };
            // A run that makes no versions of a text comes to nothing of this kind.
            if run.versions.is_empty() {
                let (run, workflow) = (run.id.clone(), run.workflow.id.clone());
                return Err(Refusal::NoVersions { run, workflow }.into());
            }
            let Some(row) = reader.own_run(id)? else { return Ok(None) };
            result(reader, &run, row.spent, row.workflow).map(Some)
        })?;
        found.ok_or_else(not_found)
    }
}

type Given = (Subject, String, Option<String>);

fn subject(reader: &Reader, about: About) -> Result<Result<Given, EngineError>, StoreError> {
    let gone = |what, id: &str| Ok(Err(EngineError::NotFound { what, id: id.to_owned() }));
    let trashed = || Err(Refusal::Trashed.into());
    Ok(Ok(match about {
        About::Text { book, title, text } => (Subject { book, ..Subject::default() }, title, Some(text)),
        About::Book(id) => {
            let Some(book) = reader.book(&id)? else { return gone("book", id.as_str()) };
            if book.trashed {
                return trashed();
            }
            (Subject { book: Some(id), ..Subject::default() }, book.title, None)
        }
        About::Chapter(id) => {
            let Some(chapter) = reader.chapter(&id)? else { return gone("chapter", id.as_str()) };
            if chapter.trashed {
                return trashed();
            }
            let texts = reader.chapter_texts(&id, true)?;
            if texts.is_empty() {
                return gone("approved page in chapter", id.as_str());
            }
            let text = texts.iter().map(|t| t.text.trim()).collect::<Vec<_>>().join("\n\n");
            let subject = Subject { book: Some(chapter.book), chapter: Some(id), page: None };
            (subject, chapter.title, Some(text))
        }
        About::Page(id) => {
            let Some(page) = reader.page(&id)? else { return gone("page", id.as_str()) };
            if page.trashed {
                return trashed();
            }
            let Some(text) = reader.page_text(&id)? else { return gone("text on page", id.as_str()) };
            let chapter = reader.chapter(&page.chapter)?.map(|c| c.title).unwrap_or_default();
            let title =
                if page.title.is_empty() { format!("{chapter}, page {}", page.number) } else { page.title };
            (Subject::page(page.book, page.chapter, id), title, Some(text))
        }
    }))
}

fn result(reader: &Reader, run: &Run, cost: Spending, workflow: String) -> Result<RunResult, StoreError> {
    let versions = versions(reader, run)?;
    let (best, _) = run.best_version().unwrap_or((0, &run.versions[0]));
    let best_score = run.versions[best].score;
    let outcome = run.loops.first().and_then(|l| l.ended);
    let looped = run.workflow.loops.first();
    let asked = looped.and_then(|l| l.asked_after()).and_then(|name| run.step(name));
    // Scores by the revisions of the asked step, one a turn; those of other steps are closing ones.
    let scores = |in_loop: bool| {
        let paths = run.workflow.versions.iter().flat_map(|v| &v.scores);
        let steps = paths.filter_map(|path| path.split_once('.'));
        let steps = steps.filter(|(name, _)| asked.is_some_and(|a| a.name.as_str() == *name) == in_loop);
        let values: Vec<f64> = steps
            .filter_map(|(name, path)| {
                let revision =
                    run.step(&crate::domain::StepName::new(name))?.revisions.iter().rfind(|r| !r.late)?;
                revision.values.get(path)?.as_f64()
            })
            .collect();
        values.last().copied()
    };
    let error = run.steps.iter().find_map(|s| match &s.phase {
        Phase::NeedsAuthor { message, .. } => Some(message.clone()),
        _ => None,
    });
    let complete = run.first_unsettled().is_none();
    let completed_at = (complete || error.is_some()).then_some(run.updated_at);
    let initial_score = run.versions.first().and_then(|v| v.score);
    Ok(RunResult {
        story_id: run.id.clone(),
        workflow,
        state: run.public_state().to_owned(),
        initial_title: versions[0].title.clone(),
        initial_text: versions[0].text.clone(),
        final_title: versions[best].title.clone(),
        final_text: versions[best].text.clone(),
        final_version: versions[best].label.clone(),
        total_reviews: asked.map_or(0, |s| {
            let delivered = s.attempts.iter().filter(|a| a.is_delivered()).map(|a| a.iteration);
            delivered.collect::<std::collections::BTreeSet<u32>>().len() as u32
        }),
        total_polishes: run.versions.len() as u32 - 1,
        initial_score,
        final_score: scores(true),
        closing_score: scores(false),
        improvement: best_score.zip(initial_score).map(|(best, first)| best - first),
        decision: super::progress::decision(outcome),
        started_at: run.created_at,
        completed_at,
        duration_ms: run.updated_at.ms_since(run.created_at),
        cost,
        metadata: run.parameters.clone(),
        versions,
        error,
    })
}

fn versions(reader: &Reader, run: &Run) -> Result<Vec<VersionResult>, StoreError> {
    let text = |hash| Ok::<_, StoreError>(reader.text(hash)?.unwrap_or_default());
    let given = run.text.as_ref().map_or(Ok(String::new()), |t| text(&t.hash))?;
    let mut all = Vec::new();
    for (index, version) in run.versions.iter().enumerate() {
        let revision: Option<&Revision> =
            version.revision.as_ref().and_then(|id| run.revision(id)).map(|(_, r)| r);
        let artifact = revision.map_or(Ok(String::new()), |r| text(&r.text.hash))?;
        let definition = run.workflow.versions.as_ref();
        let at = |path: &str| text_at(&artifact, path.split_once('.').map_or("", |(_, rest)| rest));
        let report = report_of(run, index).map_or(Ok(None), |r| text(&r.text.hash).map(Some))?;
        all.push(VersionResult {
            label: format!("v{}", index + 1),
            title: revision
                .and_then(|_| at(definition?.title.as_ref()?))
                .unwrap_or_else(|| run.title.clone()),
            text: match revision {
                None => given.clone(),
                Some(_) => definition.and_then(|d| at(&d.text)).unwrap_or_default(),
            },
            score: version.score,
            report: report.and_then(|r| serde_json::from_str(&r).ok()),
            changes: serde_json::from_str::<Value>(&artifact).ok().map(|a| a["changes"].clone()),
            at: revision.map_or(run.created_at, |r| r.created_at),
        });
    }
    Ok(all)
}

/// Returns the report that scored a version: the last one made before the next version.
fn report_of(run: &Run, index: usize) -> Option<&Revision> {
    let made = |at: usize| {
        let revision = run.versions.get(at)?.revision.as_ref()?;
        run.revision(revision).map(|(_, r)| r.created_at)
    };
    let (after, before) = (made(index), made(index + 1));
    let paths = run.workflow.versions.as_ref()?.scores.iter();
    let steps = paths.filter_map(|p| run.step(&crate::domain::StepName::new(p.split_once('.')?.0)));
    steps
        .flat_map(|s| &s.revisions)
        .filter(|r| !r.late && after.is_none_or(|a| r.created_at >= a))
        .rfind(|r| before.is_none_or(|b| r.created_at <= b))
}
