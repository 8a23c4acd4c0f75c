//! What stands in the middle of the run screen: the result of a step, or a version of the text; and what is asked
//! of the author about it.

use std::collections::HashSet;

use super::artifact::{ArtifactView, Face, Kind};
use super::entries;
use crate::domain::ids::AttemptId;
use crate::domain::run::{Outcome, Phase, Revision, Run, Standing, Step};
use crate::domain::{Attention, Choice, Hash, Reason, RevisionId, StepName};
use crate::service::story::Version;
use crate::service::suggestions;
use crate::tui::cx::Cx;
use crate::tui::views::RunView;

/// What the author looks at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Look {
    /// The result of a step.
    Step(StepName),
    /// A version of the text, from 0.
    Version(usize),
    /// An earlier revision of a step.
    Revision(RevisionId),
}

/// What is asked of the author about it.
#[derive(Debug, Clone, PartialEq)]
pub enum Asked {
    /// To decide on this revision.
    Gate {
        /// The revision on the screen.
        revision: RevisionId,
        /// It was set aside.
        aside: bool,
        /// What the rule said of it.
        ruling: Option<Outcome>,
    },
    /// Nothing: it is being made.
    Working {
        /// It waits for its turn, or for its next attempt.
        queued: bool,
    },
    /// To help on.
    Need(Attention),
    /// Nothing: it is decided, with this revision.
    Settled(Option<RevisionId>),
    /// Nothing: it is an earlier revision, which can be brought back.
    Earlier,
    /// Nothing yet.
    Waiting,
}

/// A result on the screen.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown {
    /// The step that it is of; none for the text that was given.
    pub step: Option<StepName>,
    /// The revision.
    pub revision: Option<RevisionId>,
    /// What is asked.
    pub asked: Asked,
    /// What it is.
    pub view: ArtifactView,
    /// The artifact as it is stored; empty while it is on its way or being made.
    pub artifact: String,
    /// The ways to look at it; none where there is nothing to see.
    pub faces: Vec<Face>,
    /// It is being written.
    pub is_live: bool,
}

impl Shown {
    /// What stands there. `refused` are the suggestions that the author refuses in a report at its gate.
    #[must_use]
    pub fn of(
        look: &Look,
        view: &RunView,
        refused: &HashSet<usize>,
        elsewhere: Option<&str>,
        cx: &Cx,
    ) -> Self {
        match look {
            Look::Step(name) => of_step(name, view, refused, elsewhere, cx),
            Look::Version(index) => of_version(*index, view),
            Look::Revision(id) => of_revision(id, view, cx),
        }
    }

    /// A review without what the author refuses of it.
    #[must_use]
    pub fn without(&self, refused: &HashSet<usize>) -> Option<String> {
        suggestions::without(&self.artifact, |place| refused.contains(&place))
            .filter(|_| self.view == ArtifactView::Review)
    }
}

/// The revision of a step that is looked at: the one that stands, or the last one.
#[must_use]
pub fn revision_of(step: &Step) -> Option<&Revision> {
    step.current_revision().or_else(|| step.revisions.iter().rfind(|r| !r.late))
}

/// What is asked of the author about a step.
#[must_use]
pub fn asked(run: &Run, step: &Step) -> Asked {
    match &step.phase {
        Phase::Gate { revision } => {
            Asked::Gate { revision: revision.clone(), aside: step.set_aside, ruling: run.ruling(step) }
        }
        Phase::Queued { .. } => Asked::Working { queued: true },
        Phase::Working { .. } => Asked::Working { queued: false },
        Phase::Settled { revision } => Asked::Settled(revision.clone()),
        Phase::NeedsAuthor { reason, message, .. } => Asked::Need(need(run, step, *reason, message)),
        Phase::Waiting | Phase::Items => Asked::Waiting,
    }
}

/// What can be done about a step in need; one that the run does not stand at can be tried again.
fn need(run: &Run, step: &Step, reason: Reason, message: &str) -> Attention {
    match run.standing() {
        Standing::Waiting { attention } if attention.step == step.name => attention,
        _ => Attention {
            step: step.name.clone(),
            reason,
            message: message.to_owned(),
            choices: vec![Choice::Retry],
            budget: None,
        },
    }
}

fn of_step(
    name: &StepName,
    view: &RunView,
    refused: &HashSet<usize>,
    elsewhere: Option<&str>,
    cx: &Cx,
) -> Shown {
    let run = &view.state;
    let Some(step) = run.step(name) else { return nothing(name) };
    let definition = run.definition(step);
    let mut shown = Shown {
        asked: asked(run, step),
        view: ArtifactView::of(definition.schema.as_ref()),
        ..nothing(name)
    };
    match &shown.asked {
        Asked::Working { .. } => {
            let live = cx.live_text_of_run(&run.id, name).map(|l| l.text.as_str()).or(elsewhere);
            shown.is_live = live.is_some();
            shown.faces = live.map(|text| shown.view.so_far(text)).into_iter().collect();
        }
        Asked::Need(_) => {
            let partial = partial(view, name).and_then(|hash| cx.views.text(hash));
            shown.faces = partial.map(|text| shown.view.so_far(text)).into_iter().collect();
        }
        _ => {
            let Some(revision) = revision_of(step) else { return shown };
            shown.revision = Some(revision.id.clone());
            let Some(text) = cx.views.text(&revision.text.hash) else { return shown };
            let before = before(view, step, revision, shown.view, cx);
            let refused = matches!(shown.asked, Asked::Gate { .. }).then_some(refused);
            shown.faces = shown.view.faces(text, before.as_deref(), refused);
            shown.artifact = text.to_string();
        }
    }
    shown
}

fn of_version(index: usize, view: &RunView) -> Shown {
    let run = &view.state;
    let made = run.versions.get(index).and_then(|v| v.revision.as_ref()).and_then(|id| run.revision(id));
    let mut shown = nothing(&StepName::new(""));
    shown.step = made.map(|(step, _)| step.name.clone());
    shown.revision = made.map(|(_, revision)| revision.id.clone());
    // What is asked about its step is asked about this version only while it stands there.
    shown.asked = match made.map(|(step, revision)| (asked(run, step), revision)) {
        Some((Asked::Gate { revision, aside, ruling }, of)) if revision == of.id => {
            Asked::Gate { revision, aside, ruling }
        }
        _ => Asked::Settled(shown.revision.clone()),
    };
    let Some(version) = version(view, index) else { return shown };
    let before = index.checked_sub(1).and_then(|at| version_text(view, at));
    shown.faces = ArtifactView::Prose.faces(&version.text, before, None);
    if let Some(report) = &version.report {
        shown.faces.push(Face::Data(Kind::Report, entries::report(report, None)));
    }
    if let Some(changes) = version.changes.as_ref().filter(|c| c.is_array()) {
        let log = entries::change_log(&serde_json::json!({ "changes": changes }));
        shown.faces.push(Face::Data(Kind::Log, log));
    }
    shown
}

fn of_revision(id: &RevisionId, view: &RunView, cx: &Cx) -> Shown {
    let run = &view.state;
    let Some((step, revision)) = run.revision(id) else { return nothing(&StepName::new("")) };
    let mut shown = Shown {
        asked: Asked::Earlier,
        revision: Some(id.clone()),
        view: ArtifactView::of(run.definition(step).schema.as_ref()),
        ..nothing(&step.name)
    };
    if let Some(text) = cx.views.text(&revision.text.hash) {
        let before = before(view, step, revision, shown.view, cx);
        shown.faces = shown.view.faces(text, before.as_deref(), None);
        shown.artifact = text.to_string();
    }
    shown
}

fn nothing(step: &StepName) -> Shown {
    Shown {
        step: Some(step.clone()),
        revision: None,
        asked: Asked::Waiting,
        view: ArtifactView::Prose,
        artifact: String::new(),
        faces: Vec::new(),
        is_live: false,
    }
}

/// A version of the text.
#[must_use]
pub fn version(view: &RunView, index: usize) -> Option<&Version> {
    view.result.as_ref()?.versions.get(index)
}

fn version_text(view: &RunView, index: usize) -> Option<&str> {
    version(view, index).map(|v| v.text.as_str())
}

/// The text that a result is compared with: the version before, or the step's revision before.
fn before(view: &RunView, step: &Step, revision: &Revision, of: ArtifactView, cx: &Cx) -> Option<String> {
    if of == ArtifactView::Polish {
        let versions = &view.state.versions;
        let own = versions.iter().position(|v| v.revision.as_ref() == Some(&revision.id));
        // One that was made again in the same turn is not a version any more; the last one before it counts.
        let before = match own {
            Some(own) => own.checked_sub(1),
            None => view.result.as_ref()?.versions.iter().rposition(|v| v.at < revision.created_at),
        };
        return version_text(view, before?).map(str::to_owned);
    }
    previous(step, revision).and_then(|hash| cx.views.text(hash)).map(ToString::to_string)
}

/// Names the text of a step's revision before this one.
#[must_use]
pub fn previous<'s>(step: &'s Step, revision: &Revision) -> Option<&'s Hash> {
    step.revisions.iter().rfind(|r| !r.late && r.number < revision.number).map(|r| &r.text.hash)
}

/// What had been written of a step when its last attempt ended early.
#[must_use]
pub fn partial<'v>(view: &'v RunView, step: &StepName) -> Option<&'v Hash> {
    view.detail.attempts.iter().find(|a| a.step == *step).and_then(|a| a.partial.as_ref())
}

/// The attempt that another process makes of a step, with the second it is looked at.
#[must_use]
pub fn written_elsewhere(look: &Look, view: &RunView, cx: &Cx) -> Option<(AttemptId, i64)> {
    let Look::Step(name) = look else { return None };
    let attempt = view.state.step(name)?.live_attempt()?.clone();
    let here = cx.live_text_of_run(&view.state.id, name).is_some()
        || cx.conducting == crate::engine::Conducting::Here;
    (!here).then_some((attempt, cx.now.0 / 1000))
}
