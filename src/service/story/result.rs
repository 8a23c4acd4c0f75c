//! What came of a review so far (spec R6).

use serde::Serialize;
use serde_json::Value;

use super::course::{Course, Stage};
use crate::domain::run::{self, LoopOutcome, Revision, Run, text_at};
use crate::domain::workflow::Parameters;
use crate::domain::{Event, Refusal, RunId, Spending, StreamId, Time};
use crate::engine::{Engine, EngineError};
use crate::store::{Reader, StoreError};

/// What came of a run that makes a text better.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Story {
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
    /// Every turn of the loop that has begun.
    pub iterations: Vec<Iteration>,
    /// The review after the last polish, which is none of the iterations.
    pub closing_review: Option<Review>,
    /// Every version, the given one first.
    pub versions: Vec<Version>,
    /// Reviews of the loop; a closing one is not among them.
    pub total_reviews: u32,
    /// Versions that were made.
    pub total_polishes: u32,
    /// The score of the text that was given.
    pub initial_score: Option<f64>,
    /// The score of the final text, which is the best one.
    pub final_score: Option<f64>,
    /// The final score, by the name that events give it.
    pub final_quality: Option<f64>,
    /// The loop's last score, of whichever version.
    pub last_score: Option<f64>,
    /// The score of the closing review, where there was one.
    pub closing_score: Option<f64>,
    /// The final score less the initial one.
    pub improvement: Option<f64>,
    /// How the loop ended.
    pub decision: Decision,
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

/// How a loop ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// It has not ended.
    Unknown,
    /// The score reached the threshold.
    Publish,
    /// There were as many turns as there may be.
    MaxIterationsReached,
    /// The author ended it.
    StoppedByAuthor,
}

impl Decision {
    pub(super) fn of(run: &Run) -> Self {
        match run.loops.first().and_then(|l| l.ended) {
            None => Self::Unknown,
            Some(LoopOutcome::Met) => Self::Publish,
            Some(LoopOutcome::Limit) => Self::MaxIterationsReached,
            Some(LoopOutcome::Stopped) => Self::StoppedByAuthor,
        }
    }

    /// Returns the stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Publish => "publish",
            Self::MaxIterationsReached => "max_iterations_reached",
            Self::StoppedByAuthor => "stopped_by_author",
        }
    }
}

/// A turn of the loop: a review, and the polish that it led to.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Iteration {
    /// Its number, from 1.
    pub iteration: u32,
    /// The label of the version that is reviewed in it.
    pub version: String,
    /// When its first stage began.
    pub started_at: Option<Time>,
    /// When its last stage was complete; none while it goes on.
    pub completed_at: Option<Time>,
    /// Its review, once there is one.
    pub review: Option<Review>,
    /// Its polish, once there is one.
    pub polish: Option<Polish>,
}

/// A review, whole.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Review {
    /// When it began.
    pub started_at: Option<Time>,
    /// When it was there; none while another is being made.
    pub completed_at: Option<Time>,
    /// How often a model was called for it.
    pub attempts: u32,
    /// Who reviewed.
    pub model: String,
    /// The score.
    pub quality_score: Option<f64>,
    /// What the score decides: `publish` or `polish`.
    pub decision: Option<&'static str>,
    /// The reviewer's own verdict, which decides nothing.
    pub verdict: Value,
    /// All that was said.
    pub report: Value,
}

/// A polish, whole.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Polish {
    /// When it began.
    pub started_at: Option<Time>,
    /// When it was there; none while another is being made.
    pub completed_at: Option<Time>,
    /// How often a model was called for it.
    pub attempts: u32,
    /// Who polished.
    pub model: String,
    /// The label of the version that came of it.
    pub version: String,
    /// Its title.
    pub title: String,
    /// Its text.
    pub text: String,
    /// How many changes its log names.
    pub changes_count: usize,
    /// The change log.
    pub changes: Value,
}

/// One version of the text.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Version {
    /// `v1`, `v2`, …
    pub label: String,
    /// Its title.
    pub title: String,
    /// Its text.
    pub text: String,
    /// The last score that it was given.
    pub score: Option<f64>,
    /// The last review of it, whole.
    pub report: Option<Value>,
    /// What made it of the version before: the change log.
    pub changes: Option<Value>,
    /// When it was there.
    pub at: Time,
}

/// Returns what came of a run that makes a text better, so far.
pub fn result(engine: &Engine, id: &RunId) -> Result<Story, EngineError> {
    let run = engine.run(id)?;
    // A run that makes no versions of a text comes to nothing of this kind.
    if run.versions.is_empty() {
        let (run, workflow) = (run.id.clone(), run.workflow.id.clone());
        return Err(StoreError::from(Refusal::NoVersions { run, workflow }).into());
    }
    let reader = engine.store().reader()?;
    let row = reader.own_run(id)?;
    let row = row.ok_or_else(|| EngineError::NotFound { what: "run", id: id.to_string() })?;
    let mut course = Course::of(run);
    for recorded in reader.events(&StreamId::Run(id.clone()))? {
        if let Event::Run(event) = &recorded.event {
            course.take(event, recorded.at);
        }
    }
    Ok(Told { reader: &reader, course: &course }.story(row.spent, row.workflow)?)
}

/// A course as it is told.
struct Told<'a> {
    reader: &'a Reader,
    course: &'a Course,
}

impl Told<'_> {
    fn story(&self, cost: Spending, workflow: String) -> Result<Story, StoreError> {
        let (course, run) = (self.course, &self.course.run);
        let iterations = self.iterations()?;
        let closing_review = self.review(&course.closing)?;
        let versions = self.versions(&iterations, closing_review.as_ref())?;
        let best = run.best_version().map_or(0, |(at, _)| at);
        let (initial_score, final_score) = (versions[0].score, course.final_score());
        let completed_at = course.over_at;
        Ok(Story {
            story_id: run.id.clone(),
            workflow,
            state: run.public_state().to_owned(),
            initial_title: versions[0].title.clone(),
            initial_text: versions[0].text.clone(),
            final_title: versions[best].title.clone(),
            final_text: versions[best].text.clone(),
            final_version: versions[best].label.clone(),
            total_reviews: iterations.iter().filter(|i| i.review.is_some()).count() as u32,
            total_polishes: run.versions.len() as u32 - 1,
            initial_score,
            final_score,
            final_quality: final_score,
            last_score: iterations.iter().rev().find_map(|i| i.review.as_ref()?.quality_score),
            closing_score: closing_review.as_ref().and_then(|r| r.quality_score),
            improvement: final_score.zip(initial_score).map(|(last, first)| last - first),
            decision: Decision::of(run),
            started_at: run.created_at,
            completed_at,
            duration_ms: completed_at.unwrap_or(run.updated_at).ms_since(run.created_at),
            cost,
            metadata: run.parameters.clone(),
            error: course.failure().map(str::to_owned),
            iterations,
            closing_review,
            versions,
        })
    }

    fn iterations(&self) -> Result<Vec<Iteration>, StoreError> {
        let each = self.course.turns.iter().map(|(number, turn)| {
            let (review, polish) = (self.review(&turn.review)?, self.polish(*number, &turn.polish)?);
            let begun = [turn.review.started_at, turn.polish.started_at];
            let goes_on = *number == self.course.turn() && self.course.is_looping();
            let ended = turn.review.completed_at.max(turn.polish.completed_at);
            Ok(Iteration {
                iteration: *number,
                version: label(self.reviewed_in(*number)),
                started_at: begun.into_iter().flatten().min(),
                completed_at: ended.filter(|_| !goes_on),
                review,
                polish,
            })
        });
        each.collect()
    }

    /// Returns the place of the version that is reviewed in a turn: the last one of an earlier turn.
    fn reviewed_in(&self, turn: u32) -> usize {
        self.course.run.versions.iter().rposition(|v| v.turn < turn).unwrap_or(0)
    }

    fn review(&self, stage: &Stage) -> Result<Option<Review>, StoreError> {
        let Some((step, revision)) = self.made(stage) else { return Ok(None) };
        let report = self.artifact(revision)?;
        let scores = self.course.run.workflow.versions.iter().flat_map(|v| &v.scores);
        let mut own = scores.filter_map(|p| p.strip_prefix(step)?.strip_prefix('.'));
        let score = own.find_map(|path| revision.values.get(path)).and_then(Value::as_f64);
        Ok(Some(Review {
            started_at: stage.started_at,
            completed_at: stage.completed_at,
            attempts: stage.attempts,
            model: revision.model.clone(),
            quality_score: score,
            decision: stage.is_enough.map(by_score),
            verdict: report["decision"].clone(),
            report,
        }))
    }

    fn polish(&self, turn: u32, stage: &Stage) -> Result<Option<Polish>, StoreError> {
        let Some((_, revision)) = self.made(stage) else { return Ok(None) };
        let run = &self.course.run;
        let artifact = self.artifact(revision)?;
        let changes = artifact["changes"].clone();
        // A turn whose polish was the same again has a version of its own.
        let made = |v: &run::Version| v.revision.as_ref() == Some(&revision.id);
        let index = run.versions.iter().position(|v| v.turn == turn && made(v));
        let index = index.or_else(|| run.versions.iter().position(made));
        let (title, text) = self.words(&artifact.to_string());
        Ok(Some(Polish {
            started_at: stage.started_at,
            completed_at: stage.completed_at,
            attempts: stage.attempts,
            model: revision.model.clone(),
            version: label(index.unwrap_or(run.versions.len() - 1)),
            title,
            text,
            changes_count: changes.as_array().map_or(0, Vec::len),
            changes,
        }))
    }

    fn made(&self, stage: &Stage) -> Option<(&str, &Revision)> {
        let (step, revision) = self.course.run.revision(stage.revision.as_ref()?)?;
        Some((step.name.as_str(), revision))
    }

    fn artifact(&self, revision: &Revision) -> Result<Value, StoreError> {
        let text = self.reader.text(&revision.text.hash)?.unwrap_or_default();
        Ok(serde_json::from_str(&text).unwrap_or_default())
    }

    /// Title and text of a version, from what made it.
    fn words(&self, artifact: &str) -> (String, String) {
        let run = &self.course.run;
        let definition = run.workflow.versions.as_ref();
        let at = |path: &str| text_at(artifact, path.split_once('.').map_or("", |(_, rest)| rest));
        let title = definition.and_then(|d| at(d.title.as_ref()?));
        (title.unwrap_or_else(|| run.title.clone()), definition.and_then(|d| at(&d.text)).unwrap_or_default())
    }

    fn versions(
        &self,
        iterations: &[Iteration],
        closing: Option<&Review>,
    ) -> Result<Vec<Version>, StoreError> {
        let run = &self.course.run;
        let mut all = Vec::new();
        for (index, version) in run.versions.iter().enumerate() {
            let label = label(index);
            let reviews = iterations.iter().filter(|i| i.version == label).filter_map(|i| i.review.as_ref());
            let closing = closing.filter(|_| index + 1 == run.versions.len());
            let report = reviews.chain(closing).last().map(|r| r.report.clone());
            let made = version.revision.as_ref().and_then(|id| run.revision(id)).map(|(_, r)| r);
            let (title, text, changes) = if let Some(revision) = made {
                let artifact = self.artifact(revision)?;
                let (title, text) = self.words(&artifact.to_string());
                (title, text, Some(artifact["changes"].clone()))
            } else {
                let given = run.text.as_ref().map(|t| self.reader.text(&t.hash)).transpose()?;
                (run.title.clone(), given.flatten().unwrap_or_default(), None)
            };
            let at = made.map_or(run.created_at, |r| r.created_at);
            all.push(Version { label, title, text, score: version.score, report, changes, at });
        }
        Ok(all)
    }
}

fn label(index: usize) -> String {
    format!("v{}", index + 1)
}

/// Names what a score decides.
pub(super) fn by_score(is_enough: bool) -> &'static str {
    if is_enough { "publish" } else { "polish" }
}
