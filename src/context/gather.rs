//! Gathers the material of one attempt from the store, within a budget of tokens.

use serde_json::{Value, json};

use super::ContextError;
use crate::domain::run::{Run, Step, Work};
use crate::domain::{Hash, StepName, page};
use crate::llm::{AgentKind, CanonEntry, Material, Settings, estimate_tokens};
use crate::store::rows::EntryRow;
use crate::store::{Reader, StoreError};

/// Tokens that canon may take.
const CANON_TOKENS: u64 = 6_000;
/// Tokens that earlier pages may take.
const PAGES_TOKENS: u64 = 4_000;
/// Earlier pages that are looked at.
const PAGES: u32 = 4;

/// Gathers what an attempt is given.
pub fn gather(reader: &Reader, run: &Run, work: &Work, seed: u64) -> Result<Material, ContextError> {
    let gone = || ContextError::Gone(run.subject.page.to_string());
    let page = reader.page(&run.subject.page)?.ok_or_else(gone)?;
    let book = reader.book(&page.book)?.ok_or_else(gone)?;
    let chapter = reader.chapter(&page.chapter)?.ok_or_else(gone)?;
    let step = run.step(&work.step).ok_or_else(gone)?;
    let beat = match &run.beat {
        Some(beat) => text(reader, &beat.hash)?,
        None => String::new(),
    };
    let agent = match work.agent.as_str() {
        "dialogue" => AgentKind::Dialogue,
        "reviewer" => AgentKind::Reviewer,
        _ => AgentKind::Narrator,
    };
    let mut material = Material {
        agent,
        seed: seed.wrapping_add(u64::from(step.asked_again)),
        settings: Settings {
            language: book.settings.language.clone(),
            point_of_view: book.settings.point_of_view.clone(),
            tense: book.settings.tense.clone(),
            words_per_page: book.settings.words_per_page,
            style_notes: book.settings.style_notes.clone(),
        },
        book: book.title,
        chapter: chapter.title,
        beat,
        ..Material::default()
    };
    match &work.basis {
        Some(basis) => {
            let (_, revision) = run.revision(basis).ok_or_else(gone)?;
            material.under_review = Some(text(reader, &revision.text.hash)?);
            material.narration = approved_narration(reader, run, &work.step)?;
        }
        None => {
            for feedback in step.active_feedback() {
                material.feedback.push(text(reader, &feedback.text.hash)?);
            }
            material.previous = previous(reader, step)?;
            material.narration = approved_narration(reader, run, &work.step)?;
            material.earlier = earlier(reader, run)?;
        }
    }
    material.canon = canon(&reader.entries(&page.book)?, &material);
    Ok(material)
}

fn text(reader: &Reader, hash: &Hash) -> Result<String, ContextError> {
    let missing = || StoreError::Corrupt { what: format!("text {hash}") };
    Ok(reader.text(hash)?.ok_or_else(missing)?)
}

/// Returns the text that the author last sent back, where one was.
fn previous(reader: &Reader, step: &Step) -> Result<Option<String>, ContextError> {
    let asked = step.active_feedback().last().map(|f| &f.revision);
    let last = match asked {
        Some(revision) => step.revisions.iter().find(|r| r.id == *revision),
        None if step.asked_again > 0 => step.revisions.iter().rfind(|r| !r.late),
        None => None,
    };
    last.map(|r| text(reader, &r.text.hash)).transpose()
}

fn approved_narration(reader: &Reader, run: &Run, step: &StepName) -> Result<Option<String>, ContextError> {
    let definition = run.workflow.step(step);
    let read = definition.and_then(|d| d.reads.as_ref()).unwrap_or(step);
    let needs = run.workflow.step(read).map(|d| d.needs.as_slice()).unwrap_or_default();
    let narration = needs.first().and_then(|n| run.step(n)).and_then(Step::current_revision);
    narration.map(|r| text(reader, &r.text.hash)).transpose()
}

/// Returns the last approved pages before this one, as many as fit, oldest first.
fn earlier(reader: &Reader, run: &Run) -> Result<Vec<String>, ContextError> {
    let mut left = PAGES_TOKENS;
    let mut pages = Vec::new();
    for page in reader.approved_before(&run.subject.page, PAGES)?.into_iter().rev() {
        let tokens = estimate_tokens(&page.text);
        if tokens > left {
            break;
        }
        left -= tokens;
        pages.push(page.text);
    }
    pages.reverse();
    Ok(pages)
}

/// Chooses canon: what the page names comes first, then the rest in order, as long as it fits.
fn canon(entries: &[EntryRow], material: &Material) -> Vec<CanonEntry> {
    let mut about = material.beat.to_lowercase();
    for text in material.feedback.iter().chain(&material.narration).chain(material.earlier.last()) {
        about.push('\n');
        about.push_str(&text.to_lowercase());
    }
    let (named, rest): (Vec<_>, Vec<_>) =
        entries.iter().partition(|e| !e.name.is_empty() && about.contains(&e.name.to_lowercase()));
    let mut left = CANON_TOKENS;
    let mut chosen = Vec::new();
    for entry in named.into_iter().chain(rest) {
        let tokens = estimate_tokens(&entry.text) + estimate_tokens(&entry.name);
        if tokens <= left {
            left -= tokens;
            chosen.push(CanonEntry {
                kind: entry.kind.to_string(),
                name: entry.name.clone(),
                text: entry.text.clone(),
            });
        }
    }
    chosen
}

/// Returns the variables of a template.
#[must_use]
pub fn inputs(material: &Material) -> Value {
    let narration: Vec<&str> =
        material.narration.as_deref().map(page::paragraphs).into_iter().flatten().collect();
    json!({
        "settings": material.settings,
        "book": material.book,
        "chapter": material.chapter,
        "beat": material.beat,
        "canon": material.canon,
        "earlier": material.earlier,
        "narration": narration,
        "feedback": material.feedback,
        "previous": material.previous.as_deref().unwrap_or_default(),
        "under_review": material.under_review.as_deref().unwrap_or_default(),
    })
}
