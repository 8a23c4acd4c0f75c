//! `galley run`: runs of workflows about a text or a book.

mod decide;
mod start;

use std::fmt::Write as _;

use clap::Subcommand;
use serde_json::json;

use super::answer::Answer;
use super::desk::Desk;
use super::drive::{self, Detach};
use super::fault::Fault;
use super::progress::Following;
use super::show::time;
use super::table::Table;

use crate::domain::run::{Run, Step};
use crate::domain::{PageId, RunId, StepName};
use crate::engine::Engine;
use crate::service::published::published;
use crate::service::story::Progress;
use crate::store::rows::RunDetail;

/// What can be asked of runs.
#[derive(Debug, Subcommand)]
pub enum RunSub {
    /// Start a workflow about a text, a chapter, a page or a book
    Start(start::Start),
    /// List runs, the newest first
    List {
        /// At most so many
        #[arg(long, default_value_t = 50)]
        limit: u32,
    },
    /// Show where a run stands: its steps, and what they made
    Show {
        /// The run's id
        run: RunId,
        /// Print the result of this step, as it stands
        #[arg(long)]
        step: Option<StepName>,
    },
    /// Go on with a run, until it waits for you or is done
    Work {
        /// The run's id
        run: RunId,
    },
    #[command(flatten)]
    Decide(decide::Decide),
    #[command(flatten)]
    Desk(Desk),
}

impl RunSub {
    pub fn run(self, engine: &Engine, json: bool) -> Result<Answer, Fault> {
        match self {
            Self::Start(command) => command.run(engine, json),
            Self::List { limit } => list(engine, limit),
            Self::Show { run, step: None } => match page_of(engine, &run)? {
                Some(page) => super::show::page_now(engine, &page),
                None => show(engine, &run),
            },
            Self::Show { run, step: Some(step) } => artifact(engine, &run, &step),
            Self::Work { run } => match page_of(engine, &run)? {
                Some(page) => drive::to_rest(engine, &page, Detach::default()),
                None => to_rest(engine, Progress::from_now(engine, &run)?, Detach::default(), json),
            },
            Self::Decide(command) => command.run(engine, json),
            Self::Desk(command) => command.run(engine, json),
        }
    }
}

/// Returns the page whose run it is, if it is that of a page.
fn page_of(engine: &Engine, run: &RunId) -> Result<Option<PageId>, Fault> {
    Ok(engine.store().reader()?.page_of_run(run)?.map(|page| page.id))
}

fn list(engine: &Engine, limit: u32) -> Result<Answer, Fault> {
    let runs = engine.store().reader()?.own_runs(limit, 0)?;
    let mut table = Table::new(&["run", "workflow", "about", "state", ">attempts", ">spent", "begun"]);
    for run in &runs {
        table.row(&[
            run.id.to_string(),
            run.workflow.clone(),
            run.title.clone(),
            run.state.clone(),
            run.attempts.to_string(),
            run.spent.to_string(),
            time(run.started_at),
        ]);
    }
    Ok(Answer::new(&json!({ "runs": runs }), table.render("no runs yet; `galley run start` starts one")))
}

fn detail(engine: &Engine, run: &RunId) -> Result<RunDetail, Fault> {
    let found = engine.store().reader()?.run_detail(run)?;
    Ok(found.ok_or_else(|| crate::domain::Refusal::NotFound { what: "run", id: run.to_string() })?)
}

/// Answers with where a run stands.
pub(super) fn show(engine: &Engine, run: &RunId) -> Result<Answer, Fault> {
    let detail = detail(engine, run)?;
    let state = engine.run(run)?;
    let mut text =
        format!("{}  {}  {}  {}\n\n", detail.run.id, detail.run.workflow, detail.run.title, detail.run.state);
    let mut table = Table::new(&["step", "phase", ">asked", "revision", "rule"]);
    for step in &detail.steps {
        let revision = step.revision.as_ref().map(ToString::to_string).unwrap_or_default();
        let ruling = state.step(&step.step).and_then(|s| state.ruling(s)).map_or("", |o| o.name());
        table.row(&[
            step.step.to_string(),
            step.phase.clone(),
            step.iteration.to_string(),
            revision,
            ruling.into(),
        ]);
    }
    text.push_str(&table.render(""));
    if !state.versions.is_empty() {
        let mut table = Table::new(&["version", ">score"]);
        for (index, version) in state.versions.iter().enumerate() {
            let score = version.score.map_or_else(|| "-".into(), |s| format!("{s:.1}"));
            table.row(&[format!("v{}", index + 1), score]);
        }
        text.push('\n');
        text.push_str(&table.render(""));
    }
    let fault = detail.run.attention.as_ref().and_then(|a| Fault::of_attention(run.as_str(), a));
    let versions: Vec<_> = state.versions.iter().map(|v| json!({"turn": v.turn, "score": v.score})).collect();
    let mut answer = serde_json::to_value(&detail).expect("rows are plain data");
    answer["versions"] = json!(versions);
    answer["parameters"] = json!(state.parameters);
    let published = published(engine, &state)?;
    if let Some(told) = published.told() {
        let _ = writeln!(text, "\n{told}");
    }
    answer["published"] = serde_json::to_value(&published).expect("paths are plain data");
    Ok(Answer::new(&answer, text).with_fault(fault))
}

fn artifact(engine: &Engine, run: &RunId, step: &StepName) -> Result<Answer, Fault> {
    let state = engine.run(run)?;
    let found = state.step(step).ok_or_else(|| crate::domain::Refusal::UnknownStep { step: step.clone() })?;
    if state.definition(found).each.is_some() && step.key().is_none() {
        return items(engine, run, &state, found);
    }
    let revision = found.current_revision().or_else(|| found.revisions.last());
    let none = || crate::domain::Refusal::NotFound { what: "result of step", id: step.to_string() };
    let revision = revision.ok_or_else(none)?;
    let text = engine.store().reader()?.text(&revision.text.hash)?.unwrap_or_default();
    let data: serde_json::Value = serde_json::from_str(&text).unwrap_or_else(|_| json!(text));
    Ok(Answer::new(&json!({"run": run, "step": step, "revision": revision.id, "result": data}), text))
}

/// Answers with what a step that fans out has for each of its items, in their order.
fn items(engine: &Engine, run: &RunId, state: &Run, step: &Step) -> Result<Answer, Fault> {
    let reader = engine.store().reader()?;
    let (mut all, mut text) = (Vec::new(), String::new());
    for item in state.items_of(step) {
        let revision = item.current_revision().or_else(|| item.revisions.last());
        let made = match revision {
            Some(revision) => reader.text(&revision.text.hash)?,
            None => None,
        };
        let _ = writeln!(text, "{}  {}", item.name, item.phase.name());
        for line in made.iter().flat_map(|made| made.trim_end().lines()) {
            let _ = writeln!(text, "  {line}");
        }
        let data = made.map(|made| serde_json::from_str(&made).unwrap_or_else(|_| json!(made)));
        all.push(json!({
            "step": item.name, "phase": item.phase.name(), "revision": revision.map(|r| &r.id), "result": data,
        }));
    }
    if text.is_empty() {
        text = "no items yet\n".into();
    }
    Ok(Answer::new(&json!({ "run": run, "step": step.name, "items": all }), text))
}

/// Drives a run until it rests, telling of it on standard error, and answers with where it stands.
pub(super) fn to_rest(
    engine: &Engine,
    progress: Progress,
    detach: Detach,
    json: bool,
) -> Result<Answer, Fault> {
    let run = progress.run().clone();
    drive_run(engine, progress, detach, json)?;
    show(engine, &run)
}

/// Drives a run until it rests, unless that is left to others, and tells what happens from `progress` on.
pub(super) fn drive_run(
    engine: &Engine,
    progress: Progress,
    detach: Detach,
    json: bool,
) -> Result<(), Fault> {
    let run = progress.run().clone();
    let steps = detail(engine, &run)?.steps;
    if detach.is_set() {
        return Ok(());
    }
    let following = Following::start(engine, progress, json);
    let is_busy = steps.iter().any(|s| s.phase == "queued" || s.phase == "working");
    let outcome = if is_busy {
        drive::quietly(engine, async { engine.drive_run(&run).await.map_err(Fault::from) })
    } else {
        Ok(())
    };
    following.end();
    outcome.map_err(|fault| fault.of_run(&run))
}
