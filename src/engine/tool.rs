//! Tools as steps: what is not asked of a model, by the name that workflows give it. What a tool does is pure or can
//! be done again: the same files are written over themselves.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::{Value, json};

use super::publish::{self, Order};
use super::{EngineError, Shared};
use crate::config::{Coherence, Config};
use crate::domain::run::{DecisionKind, Run};
use crate::domain::workflow::{Parameters, Workflow};
use crate::domain::{BookId, Hash, StepName};
use crate::llm::Failure;
use crate::store::{Reader, StoreError};
use crate::tools::coherence::{self, Material, Request, Settings, Weights};
use crate::tools::publish::Format;

/// A tool that a step can name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tool {
    /// Checks a book for what stands in it twice and what contradicts itself or the canon.
    Coherence,
    /// Counts the words of what the step needs.
    CountWords,
    /// Writes a book to files.
    Publish,
}

impl Tool {
    /// The names of all tools.
    pub const NAMES: [&str; 3] = ["coherence", "count_words", "publish"];

    pub fn named(name: &str) -> Option<Self> {
        match name {
            "coherence" => Some(Self::Coherence),
            "count_words" => Some(Self::CountWords),
            "publish" => Some(Self::Publish),
            _ => None,
        }
    }

    /// Does its work and returns its result as JSON. Blocks.
    pub fn run(self, shared: &Shared, run: &Run, step: &StepName) -> Result<String, Failure> {
        let made = match self {
            Self::Coherence => check(shared, run, step),
            Self::CountWords => Ok(count_words(run, step)),
            Self::Publish => publish(shared, run, step),
        };
        made.map(|value| value.to_string())
    }
}

fn failed(error: &impl std::fmt::Display) -> Failure {
    Failure::Other { message: error.to_string() }
}

fn refused(message: impl Into<String>) -> Failure {
    Failure::Tool { reason: message.into() }
}

fn count_words(run: &Run, step: &StepName) -> Value {
    let needs = run.workflow.step(step).map(|s| s.needs.as_slice()).unwrap_or_default();
    let counted = needs.iter().filter_map(|n| run.step(n)?.current_revision());
    let words: u64 = counted.map(|r| u64::from(r.text.words)).sum();
    json!({ "words": words })
}

fn truth(run: &Run, name: &str) -> bool {
    run.parameters.get(name).and_then(Value::as_bool).unwrap_or(false)
}

fn book_of(run: &Run) -> Result<&BookId, Failure> {
    run.subject.book.as_ref().ok_or_else(|| refused("the run is about no book"))
}

/// Reads what is to be published: approved pages, or the others too, where they are to be in.
fn material(reader: &Reader, run: &Run, book: &BookId) -> Result<Material, Failure> {
    let found = coherence::gather(reader, book, &settings(&run.parameters)).map_err(|e| failed(&e))?;
    let mut material = found.ok_or_else(|| refused(format!("there is no book `{book}`")))?;
    if truth(run, "unapproved") {
        material.pages.clear();
        for texts in reader.manuscript(book).map_err(|e| failed(&e))? {
            let pages = texts.pages.into_iter().filter_map(|whole| {
                Some(coherence::Page {
                    id: whole.page.to_string(),
                    chapter: texts.chapter.to_string(),
                    label: format!("{}.{}", texts.number, whole.number),
                    title: whole.title,
                    text: whole.text?,
                })
            });
            material.pages.extend(pages);
        }
    }
    Ok(material)
}

/// Names what was checked, so that nothing else is published.
fn fingerprint(material: &Material) -> Hash {
    let mut all = String::new();
    for page in &material.pages {
        all.push_str(&page.id);
        all.push('\n');
        all.push_str(Hash::of(page.text.as_bytes()).as_str());
        all.push('\n');
    }
    Hash::of(all.as_bytes())
}

/// Reads how a check is judged from what a run is given.
fn settings(given: &Parameters) -> Settings {
    let own = Settings::default();
    let number = |name: &str, otherwise| given.get(name).and_then(Value::as_f64).unwrap_or(otherwise);
    Settings {
        pass: number("pass_score", own.pass),
        borderline: number("borderline_score", own.borderline),
        weights: Weights {
            duplication: number("weight_duplication", own.weights.duplication),
            names: number("weight_names", own.weights.names),
            attributes: number("weight_attributes", own.weights.attributes),
            deaths: number("weight_deaths", own.weights.deaths),
            timeline: number("weight_timeline", own.weights.timeline),
        },
        // Runs of earlier versions compared no other books.
        other_books: given.get("other_books").and_then(Value::as_bool).unwrap_or(false),
        ..own
    }
}

/// Reads what a run publishes, and where.
fn order(book: &BookId, given: &Parameters) -> Result<Order, String> {
    let text = |name: &str| given.get(name).and_then(Value::as_str).unwrap_or_default();
    let truth = |name: &str| given.get(name).and_then(Value::as_bool).unwrap_or(false);
    let formats = text("formats").split(',').map(str::trim).filter(|f| !f.is_empty());
    let formats: Result<Vec<Format>, _> = formats.map(str::parse).collect();
    let order = Order {
        book: book.clone(),
        formats: formats.map_err(|e| format!("formats: {e}"))?,
        out: PathBuf::from(text("out")),
        unapproved: truth("unapproved"),
        show_pages: truth("page_numbers"),
        force: truth("force"),
    };
    if order.out.is_absolute() {
        Ok(order)
    } else {
        Err("`out` must be a whole path, from the root on".into())
    }
}

/// Adds what the author configured of a workflow's tools, where the workflow takes it and the author does not say it.
pub(super) fn add_configured(workflow: &Workflow, config: &Config, given: &mut Parameters) {
    if !workflow.steps.iter().any(|step| step.tool.as_deref().and_then(Tool::named) == Some(Tool::Coherence))
    {
        return;
    }
    let Coherence { pass_score, borderline_score, other_books, needs_review_stops } = &config.coherence;
    let configured = [
        ("pass_score", pass_score.map(|score| json!(score))),
        ("borderline_score", borderline_score.map(|score| json!(score))),
        ("other_books", other_books.map(|compare| json!(compare))),
        ("needs_review_stops", needs_review_stops.map(|stops| json!(stops))),
    ];
    for (name, value) in configured {
        if let Some(value) = value
            && workflow.parameters.contains_key(name)
        {
            given.entry(name.to_owned()).or_insert(value);
        }
    }
}

/// Refuses what a workflow's tools would stumble over once the run has begun: parameters that contradict each other.
pub(super) fn check_given(
    workflow: &Workflow,
    book: Option<&BookId>,
    given: &Parameters,
) -> Result<(), EngineError> {
    let given = workflow.complete(given.clone()).map_err(StoreError::from)?;
    for tool in workflow.steps.iter().filter_map(|s| Tool::named(s.tool.as_deref()?)) {
        match (tool, book) {
            (Tool::Coherence, _) => {
                settings(&given).check().map_err(|e| EngineError::Contradiction(e.to_string()))?;
            }
            (Tool::Publish, Some(book)) => {
                publish::targets(&order(book, &given).map_err(EngineError::Contradiction)?)?;
            }
            (Tool::Publish, None) | (Tool::CountWords, _) => {}
        }
    }
    Ok(())
}

fn check(shared: &Shared, run: &Run, step: &StepName) -> Result<Value, Failure> {
    let book = book_of(run)?;
    let (material, waivers, agent) = {
        let reader = shared.store.reader().map_err(|e| failed(&e))?;
        let waivers = waivers(&reader, run, book).map_err(|e| failed(&e))?;
        (material(&reader, run, book)?, waivers, findings(&reader, run, step).map_err(|e| failed(&e))?)
    };
    let settings = settings(&run.parameters);
    let request = Request { settings, waivers: Some(&waivers), agent: agent.as_deref() };
    let report = coherence::check(&material, &request).map_err(|e| refused(e.to_string()))?;
    let mut value = serde_json::to_value(&report).map_err(|e| failed(&e))?;
    value["checked_hash"] = json!(fingerprint(&material));
    Ok(value)
}

/// Returns the message of a finding that the check did not have: the canon or another book has changed since.
fn new_finding(now: &Material, settings: &Settings, checked: &Value) -> Result<Option<String>, Failure> {
    let request = Request { settings: *settings, ..Request::default() };
    let report = coherence::check(now, &request).map_err(|e| refused(e.to_string()))?;
    let known = checked["findings"].as_array().map(Vec::as_slice).unwrap_or_default();
    let is_known = |id: &str| known.iter().any(|finding| finding["id"].as_str() == Some(id));
    Ok(report.findings.into_iter().find(|found| !is_known(&found.id)).map(|found| found.message))
}

/// What the author lets pass: for good in the book, and once in this run.
fn waivers(reader: &Reader, run: &Run, book: &BookId) -> Result<BTreeMap<String, String>, StoreError> {
    let mut all = reader.waivers(book)?;
    for decision in reader.run_detail(&run.id)?.map(|d| d.decisions).unwrap_or_default() {
        if decision.kind == DecisionKind::Waive.name()
            && !decision.undone
            && let Some(finding) = decision.finding
        {
            all.insert(finding, decision.note.unwrap_or_default());
        }
    }
    Ok(all)
}

/// What a step before found: the result of the first needed one that has findings.
fn findings(reader: &Reader, run: &Run, step: &StepName) -> Result<Option<String>, StoreError> {
    let needs = run.workflow.step(step).map(|s| s.needs.as_slice()).unwrap_or_default();
    let Some(revision) = needs.iter().find_map(|n| run.step(n)?.current_revision()) else {
        return Ok(None);
    };
    reader.text(&revision.text.hash)
}

fn publish(shared: &Shared, run: &Run, step: &StepName) -> Result<Value, Failure> {
    let book = book_of(run)?;
    let reader = shared.store.reader().map_err(|e| failed(&e))?;
    let checked = findings(&reader, run, step).map_err(|e| failed(&e))?;
    let checked: Value = checked.and_then(|c| serde_json::from_str(&c).ok()).unwrap_or_default();
    if let Some(hash) = checked["checked_hash"].as_str() {
        let now = material(&reader, run, book)?;
        if hash != fingerprint(&now).as_str() {
            return Err(refused("the book has changed since it was checked: publish it again"));
        }
        if let Some(finding) = new_finding(&now, &settings(&run.parameters), &checked)? {
            return Err(refused(format!(
                "a finding came after the check: {finding} Publish the book again."
            )));
        }
    }
    let order = order(book, &run.parameters).map_err(refused)?;
    let report = publish::files(&shared.store, &order).map_err(|e| match &e {
        EngineError::Store(_) => failed(&e),
        _ => refused(e.to_string()),
    })?;
    serde_json::to_value(&report).map_err(|e| failed(&e))
}
