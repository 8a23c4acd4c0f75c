//! What a check of a book found, as the screen sees it: the report, the gate's ruling, and what was written since.

use std::sync::Arc;

use serde::Deserialize;

use crate::domain::run::{Outcome, Phase, Revision, Run, Standing, Step};
use crate::domain::workflow::Schema;
use crate::domain::{Attention, RevisionId, StepName};
use crate::tools::coherence::Report;
use crate::tui::cx::Cx;
use crate::tui::views::RunView;

/// The step of a run whose results are reports of a check: by its schema, never by its name.
#[must_use]
pub fn coherence_of(run: &Run) -> Option<&Step> {
    let is_report = |schema: &Schema| {
        let kind = |name: &str| {
            schema.value().map(|s| s["properties"][name]["type"].as_str().unwrap_or_default().to_owned())
        };
        kind("findings").as_deref() == Some("array")
            && kind("score").as_deref() == Some("number")
            && kind("parts").as_deref() == Some("object")
    };
    run.steps.iter().find(|s| run.definition(s).schema.as_ref().is_some_and(is_report))
}

/// The step that wrote files, with what it tells of them.
fn written_of(run: &Run) -> Option<&Revision> {
    let names_files = |schema: &Schema| {
        schema.value().is_some_and(|s| s["properties"]["files"]["type"].as_str() == Some("array"))
    };
    let mut steps = run.steps.iter().filter(|s| run.definition(s).schema.as_ref().is_some_and(names_files));
    steps.find_map(Step::current_revision)
}

/// What is asked of the author.
#[derive(Debug, Clone, PartialEq)]
pub enum Asked {
    /// To decide on this report.
    Gate {
        /// The revision on the screen.
        revision: RevisionId,
        /// What the rule said of it.
        ruling: Option<Outcome>,
        /// It was set aside.
        aside: bool,
    },
    /// Nothing: it is being checked.
    Checking,
    /// Nothing: it passed, and what follows is being done.
    Passed,
    /// To help on.
    Need(Attention),
    /// Nothing: all is done.
    Done,
}

/// A file that was written.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Written {
    /// Where it is.
    pub path: String,
    /// Its size.
    pub bytes: u64,
    /// It was written now; else it was there already.
    #[serde(default, rename = "written")]
    pub is_new: bool,
}

#[derive(Deserialize)]
struct Files {
    files: Vec<Written>,
}

/// The check of one run.
#[derive(Debug, Clone)]
pub struct Seen {
    /// The run.
    pub view: Arc<RunView>,
    /// The step that checks.
    pub step: StepName,
    /// The revision that is shown.
    pub revision: Option<RevisionId>,
    /// What it says; none while it is on its way, and where it is of another form.
    pub report: Option<Report>,
    /// It is here, and of another form.
    pub unread: bool,
    /// What is asked.
    pub asked: Asked,
    /// The files, once they are there.
    pub files: Vec<Written>,
}

impl Seen {
    /// Reads it from what is loaded; none where the run is not of such a workflow.
    #[must_use]
    pub fn of(view: &Arc<RunView>, cx: &Cx) -> Option<Self> {
        let run = &view.state;
        let step = coherence_of(run)?;
        let revision = shown(step);
        let text = revision.and_then(|r| cx.views.text(&r.text.hash));
        let report: Option<Report> = text.and_then(|t| serde_json::from_str(t).ok());
        let files = written_of(run).and_then(|r| cx.views.text(&r.text.hash));
        let files = files.and_then(|t| serde_json::from_str::<Files>(t).ok());
        Some(Self {
            view: Arc::clone(view),
            step: step.name.clone(),
            revision: revision.map(|r| r.id.clone()),
            unread: text.is_some() && report.is_none(),
            report,
            asked: asked(run, step),
            files: files.map(|f| f.files).unwrap_or_default(),
        })
    }

    /// The texts that it is read from.
    pub fn texts(view: &RunView) -> impl Iterator<Item = crate::domain::Hash> {
        let report = coherence_of(&view.state).and_then(shown);
        report.into_iter().chain(written_of(&view.state)).map(|r| r.text.hash.clone())
    }

    /// What the rule said of the report that is shown.
    #[must_use]
    pub fn ruling(&self) -> Option<Outcome> {
        let step = self.view.state.step(&self.step)?;
        let (revision, outcome) = step.ruling.as_ref()?;
        (Some(revision) == self.revision.as_ref()).then_some(*outcome)
    }

    /// A number that the run was given.
    #[must_use]
    pub fn number(&self, name: &str) -> Option<f64> {
        self.view.state.parameters.get(name)?.as_f64()
    }
}

/// The report that stands, or else the last one.
fn shown(step: &Step) -> Option<&Revision> {
    step.current_revision().or_else(|| step.revisions.iter().rfind(|r| !r.late))
}

fn asked(run: &Run, step: &Step) -> Asked {
    if let Phase::Gate { revision } = &step.phase {
        return Asked::Gate { revision: revision.clone(), ruling: run.ruling(step), aside: step.set_aside };
    }
    match run.standing() {
        Standing::Waiting { attention } => Asked::Need(attention),
        Standing::Done => Asked::Done,
        _ if step.is_settled() => Asked::Passed,
        _ => Asked::Checking,
    }
}
