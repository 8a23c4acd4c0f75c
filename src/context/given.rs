//! What an agent of a workflow about a text or a book is given: all of it, because its work is on the whole.

use serde_json::Value;

use super::gather::{Context, Terms, agent_kind, settings, text};
use super::share::Sharing;
use super::{ContextError, prompt};
use crate::analysis::review::{Given, review};
use crate::domain::canon::EntryMode;
use crate::domain::manifest::{Part, PartKind, Why};
use crate::domain::run::{Revision, Run, Step, Work, told};
use crate::domain::workflow::{SubjectKind, condition};
use crate::domain::{Hash, StepName};
use crate::llm::{CanonEntry, Material, Repair, Settings, estimate_tokens_by};
use crate::store::Reader;

/// Pages that are read at once.
const WINDOW: u32 = 200;

/// Gathers what an attempt is given.
pub(super) fn given(reader: &Reader, run: &Run, work: &Work, terms: &Terms) -> Result<Context, ContextError> {
    let gone = || ContextError::Gone(format!("{} of {}", work.step, run.id));
    let step = run.step(&work.step).ok_or_else(gone)?;
    let book = run.subject.book.as_ref().map(|id| reader.book(id)).transpose()?.flatten();
    let mut giving = Giving {
        reader,
        terms,
        parts: Vec::new(),
        material: Material {
            agent: agent_kind(&work.agent),
            seed: terms.seed.wrapping_add(u64::from(step.asked_again)),
            settings: book.as_ref().map_or_else(Settings::default, settings),
            book: book.map(|b| b.title).unwrap_or_default(),
            subject_title: Some(run.title.clone()),
            parameters: run.parameters.clone(),
            iteration: run.round(&step.name),
            schema: run.definition(step).schema.as_ref().and_then(|s| s.value().cloned()),
            ..Material::default()
        },
    };
    giving.part(PartKind::Instructions, &work.agent, "instructions", "", terms.instructions);
    if let Some(named) = &run.text {
        let given = text(reader, &named.hash)?;
        giving.whole(PartKind::Subject, run.id.as_str(), "the text it is about", &named.hash, &given);
        giving.material.subject_text = Some(given);
    }
    if run.workflow.subject == SubjectKind::Book {
        giving.book(run)?;
    }
    if !run.parameters.is_empty() {
        let all = Value::Object(run.parameters.clone().into_iter().collect()).to_string();
        giving.whole(PartKind::Parameters, run.id.as_str(), "parameters", &Hash::of(all.as_bytes()), &all);
    }
    giving.artifacts(run, &work.step)?;
    giving.measured(run);
    giving.feedback(run, step)?;
    giving.repair(run, work)?;
    let mut sharing = Sharing::new(terms.allowance);
    sharing.fixed(giving.parts.iter().map(|p| p.tokens).sum());
    Ok(Context { material: giving.material, parts: giving.parts, budget: sharing.finish(terms.factor) })
}

struct Giving<'a> {
    reader: &'a Reader,
    terms: &'a Terms,
    material: Material,
    parts: Vec<Part>,
}

impl Giving<'_> {
    fn part(&mut self, kind: PartKind, id: &str, title: &str, version: &str, tokens: u64) {
        let (id, title, version) = (id.to_owned(), title.to_owned(), version.to_owned());
        self.parts.push(Part { kind, id, title, version, given: None, tokens, why: Why::Asked });
    }

    fn whole(&mut self, kind: PartKind, id: &str, title: &str, hash: &Hash, text: &str) {
        let tokens = estimate_tokens_by(text, self.terms.factor);
        self.part(kind, id, title, hash.as_str(), tokens);
    }

    /// Takes in the approved pages of a book, each under its id, and its canon.
    fn book(&mut self, run: &Run) -> Result<(), ContextError> {
        let Some(book) = &run.subject.book else { return Ok(()) };
        let (mut pages, mut after) = (Vec::new(), None);
        loop {
            let window = self.reader.approved_texts(book, after.as_ref(), WINDOW)?;
            let Some(last) = window.last() else { break };
            after = Some(last.page.clone());
            pages.extend(window.iter().map(|p| format!("### page {}\n\n{}", p.page, p.text.trim())));
        }
        let pages = pages.join("\n\n");
        self.whole(PartKind::UnderReview, book.as_str(), "the pages", &Hash::of(pages.as_bytes()), &pages);
        self.material.under_review = Some(pages);
        for entry in self.reader.entries(book)?.iter().filter(|e| e.mode != EntryMode::Never) {
            self.whole(PartKind::Canon, entry.id.as_str(), &entry.name, &entry.hash, &entry.text);
            self.material.canon.push(CanonEntry {
                id: entry.id.to_string(),
                kind: entry.kind.to_string(),
                name: entry.name.clone(),
                aliases: entry.aliases.clone(),
                text: entry.text.clone(),
            });
        }
        Ok(())
    }

    /// Takes in the last results of all steps, also of the asked one: data as it is, prose as a text.
    fn artifacts(&mut self, run: &Run, asked: &StepName) -> Result<(), ContextError> {
        for step in &run.steps {
            let Some(revision) = given_of(run, step, asked) else { continue };
            let artifact = self.artifact(run, step, revision)?;
            match step.name.key() {
                None => {
                    self.material.artifacts.insert(step.name.to_string(), artifact);
                }
                Some(_) => {
                    let list = self.material.artifacts.entry(step.name.base().to_owned());
                    if let Value::Array(list) = list.or_insert_with(|| Value::Array(Vec::new())) {
                        list.push(artifact);
                    }
                }
            }
        }
        let made = &self.material.artifacts;
        let absent = run.workflow.steps.iter().filter(|s| !s.advisory).map(|s| s.id.to_string());
        self.material.absent = absent.filter(|step| !made.contains_key(step)).collect();
        let each = run.workflow.step(asked).and_then(|s| s.each.as_ref());
        if let (Some(each), Some(key)) = (each, asked.key())
            && let Some((of, path)) = each.of.split_once('.')
        {
            let items = self.material.artifacts.get(of).and_then(|a| condition::get(a, path));
            let items = items.and_then(Value::as_array).into_iter().flatten();
            let named = |item: &&Value| match &item[&each.key] {
                Value::String(own) => own == key,
                other => serde_json::from_str::<Value>(key).is_ok_and(|k| k == *other),
            };
            self.material.item = items.clone().find(named).cloned();
        }
        Ok(())
    }

    fn artifact(&mut self, run: &Run, step: &Step, revision: &Revision) -> Result<Value, ContextError> {
        let given = text(self.reader, &revision.text.hash)?;
        let (id, title) = (revision.id.as_str(), format!("the result of {}", step.name));
        self.whole(PartKind::Artifact, id, &title, &revision.text.hash, &given);
        let is_data = run.definition(step).schema.is_some();
        Ok(match serde_json::from_str(&given) {
            Ok(data) if is_data => data,
            _ => Value::String(given),
        })
    }

    /// Takes in what can be measured of the version that stands.
    fn measured(&mut self, run: &Run) {
        let Some(versions) = &run.workflow.versions else { return };
        let latest = versions
            .text
            .split_once('.')
            .and_then(|(step, path)| condition::get(self.material.artifacts.get(step)?, path)?.as_str());
        let Some(stands) = latest.or(self.material.subject_text.as_deref()) else { return };
        let summary = review(stands, &Given::default()).summary();
        self.whole(
            PartKind::Artifact,
            "local_review",
            "what was measured",
            &Hash::of(summary.as_bytes()),
            &summary,
        );
        self.material.local_review = Some(summary);
    }

    /// Takes in the feedback, and the result that was sent back with the last of it.
    fn feedback(&mut self, run: &Run, step: &Step) -> Result<(), ContextError> {
        for feedback in run.feedback_sources(step).into_iter().flat_map(Step::active_feedback) {
            let words = told(feedback, &text(self.reader, &feedback.text.hash)?);
            self.whole(PartKind::Feedback, feedback.id.as_str(), "feedback", &feedback.text.hash, &words);
            self.material.feedback.push(words);
        }
        if let Some(revision) = run.sent_back(step) {
            let given = text(self.reader, &revision.text.hash)?;
            let id = revision.id.as_str();
            self.whole(PartKind::Previous, id, "the result that was sent back", &revision.text.hash, &given);
            self.material.previous = Some(given);
        }
        Ok(())
    }

    /// Takes in an answer that is to be mended.
    fn repair(&mut self, run: &Run, work: &Work) -> Result<(), ContextError> {
        let Some(attempt) = &work.repairs else { return Ok(()) };
        let gone = || ContextError::Gone(format!("{attempt} of {}", run.id));
        let row = self.reader.attempt(attempt)?.ok_or_else(gone)?;
        let answer =
            row.partial.as_ref().map(|hash| text(self.reader, hash)).transpose()?.unwrap_or_default();
        let faults = row.error.unwrap_or_default();
        self.whole(
            PartKind::Repair,
            attempt.as_str(),
            "the answer to correct",
            &Hash::of(answer.as_bytes()),
            &answer,
        );
        self.material.repair = Some(Repair { answer, faults });
        Ok(())
    }
}

/// The result of a step that the asked one is given: the one that stands, or the last one while another is made. Of
/// itself it is given none that was sent back, and of the text the version that it works on.
fn given_of<'r>(run: &'r Run, step: &'r Step, asked: &StepName) -> Option<&'r Revision> {
    let makes_versions = |text: &str| text.split('.').next() == Some(step.name.as_str());
    if run.workflow.versions.as_ref().is_some_and(|v| makes_versions(&v.text)) {
        let version = run.version_under_review(asked)?.revision.as_ref()?;
        return step.revisions.iter().find(|r| r.id == *version);
    }
    if step.name == *asked {
        return run.last_accepted(step);
    }
    step.current_revision().or_else(|| step.revisions.iter().rfind(|r| !r.late))
}

/// Makes the variables of such an agent's template, beside those of a page's.
pub(super) fn inputs(material: &Material, all: &mut Value) {
    let Some(all) = all.as_object_mut() else { return };
    let Some(title) = &material.subject_title else { return };
    let text = material.subject_text.as_deref().unwrap_or_default();
    all.insert("subject".into(), serde_json::json!({ "title": title, "text": text }));
    all.insert("parameters".into(), Value::Object(material.parameters.clone().into_iter().collect()));
    all.insert("steps".into(), Value::Object(material.artifacts.clone().into_iter().collect()));
    all.insert("iteration".into(), Value::from(material.iteration));
    let measured = material.local_review.clone().unwrap_or_default();
    all.insert("local_review".into(), Value::String(measured));
    if let Some(item) = &material.item {
        all.insert("item".into(), item.clone());
    }
    if let Some(schema) = &material.schema {
        all.insert("schema".into(), Value::String(prompt::pretty(schema)));
    }
}
