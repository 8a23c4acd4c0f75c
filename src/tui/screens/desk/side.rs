//! What stands beside the text: the beat, feedback, remarks, attempts.

use super::shown::Shown;
use crate::domain::run::Marked;
use crate::store::rows::{AttemptRow, PageDetail, StepRow};
use crate::tui::action::{Action, Scope};
use crate::tui::cx::Cx;
use crate::tui::screens::doc::Doc;
use crate::tui::screens::parts::{age, count, duration};
use crate::tui::theme::Role;

/// The step that tells a page in short.
const SUMMARY: &str = "summary";
/// The step that learns from edits.
const LESSONS: &str = "lessons";
/// The newest attempts that are shown.
const ATTEMPTS: usize = 8;

/// The column beside the text of a page.
#[must_use]
pub fn doc(detail: &PageDetail, shown: &Shown, passages: &[Marked], cx: &Cx) -> Doc {
    let mut doc = Doc::default();
    if detail.page.stale > 0 {
        doc.head("Stale");
        for cause in cx.views.stale(&detail.page.id).unwrap_or_default() {
            doc.put(Role::Warning, 0, &format!("{} {}", cx.theme.glyphs.stale, cause.cause()));
            doc.put(Role::Dim, 2, &format!("read by the {}", cause.step));
        }
    }
    if !passages.is_empty() {
        doc.head("Passages to send back");
        for marked in passages {
            doc.put(Role::Match, 0, &quote(&marked.quoted.quote)).put(Role::Text, 2, &marked.words);
        }
    }
    if !detail.locks.is_empty() {
        doc.head("Locked");
        for lock in &detail.locks {
            doc.put(Role::Accent, 0, &quote(&lock.quoted.quote));
        }
    }
    doc.head("Beat");
    match &detail.beat {
        Some(beat) => _ = doc.put(Role::Text, 0, beat),
        None => _ = doc.put(Role::Dim, 0, "This page has no beat yet."),
    }
    let current = match shown {
        Shown::Gate { revision, .. } => Some(revision),
        _ => None,
    };
    let remarks: Vec<_> =
        detail.remarks.iter().filter(|r| current.is_none_or(|c| r.revision == *c)).collect();
    let (in_short, remarks): (Vec<_>, Vec<_>) = remarks.into_iter().partition(|r| r.step.as_str() == SUMMARY);
    let is_busy = |s: &StepRow| s.advisory && matches!(s.phase.as_str(), "queued" | "working");
    let is_read = |s: &StepRow| is_busy(s) && !matches!(s.step.as_str(), SUMMARY | LESSONS);
    if let Some(told) = in_short.last() {
        doc.head("In short").put(Role::Text, 0, &told.text);
    }
    if !remarks.is_empty() {
        doc.head("Remarks");
        for remark in remarks {
            doc.put(Role::Dim, 0, &format!("{} of {}", remark.step, remark.model));
            doc.put(Role::Text, 0, &remark.text);
        }
    } else if detail.steps.iter().any(is_read) {
        doc.head("Remarks").put(Role::Dim, 0, "the reviewer is reading …");
    }
    put_lessons(&mut doc, detail, detail.steps.iter().any(|s| s.step.as_str() == LESSONS && is_busy(s)), cx);
    if !detail.feedback.is_empty() {
        doc.head("Feedback");
        for feedback in detail.feedback.iter().rev() {
            let number = feedback.revision_id.as_str().rsplit('.').next().unwrap_or_default();
            let state = if feedback.withdrawn { ", undone" } else { "" };
            let head = format!("on {} {number}, {}{state}", feedback.step, age(cx.now, feedback.created_at));
            doc.put(Role::Dim, 0, &head);
            if let Some(quoted) = &feedback.quoted {
                doc.put(Role::Dim, 0, &quote(&quoted.quote));
            }
            doc.put(if feedback.withdrawn { Role::Dim } else { Role::Text }, 0, &feedback.text);
        }
    }
    doc.head("Page");
    let page = &detail.page;
    doc.put(
        Role::Dim,
        0,
        &format!("{} of {} revision requests", page.revision_requests, page.revision_limit),
    );
    doc.put(Role::Dim, 0, &format!("{} spent", page.spent));
    for step in detail.steps.iter().filter(|s| s.model.is_some()) {
        doc.put(Role::Dim, 0, &format!("{} by {}", step.step, step.model.as_deref().unwrap_or_default()));
    }
    if !detail.attempts.is_empty() {
        doc.head("Attempts");
        for attempt in detail.attempts.iter().take(ATTEMPTS) {
            put_attempt(&mut doc, attempt, cx);
        }
    }
    doc
}

/// What the author's edits taught, as long as it waits.
fn put_lessons(doc: &mut Doc, detail: &PageDetail, asked: bool, cx: &Cx) {
    let key = cx.key(&[Scope::Desk], Action::ShowLessons);
    match detail.proposals.len() {
        0 if asked => _ = doc.head("Your edit").put(Role::Dim, 0, "the scribe looks for what it teaches"),
        0 => {}
        open => {
            doc.head("Your edit teaches");
            for proposal in &detail.proposals {
                let mark = cx.theme.glyphs.waiting;
                doc.put(Role::Accent, 0, &format!("{mark} {}: {}", proposal.kind, proposal.text));
            }
            let it = if open == 1 { "it" } else { "them" };
            doc.put(Role::Dim, 0, &format!("{key} takes {it} into the canon, or does without"));
        }
    }
}

/// A passage in quotes; of a long one, its beginning and its end.
fn quote(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    match words.as_slice() {
        [start @ .., a, b, c] if start.len() > 12 => format!("“{} ... {a} {b} {c}”", start[..8].join(" ")),
        all => format!("“{}”", all.join(" ")),
    }
}

fn put_attempt(doc: &mut Doc, attempt: &AttemptRow, cx: &Cx) {
    let glyphs = &cx.theme.glyphs;
    let (glyph, role) = match attempt.status.as_str() {
        "delivered" => (glyphs.done, Role::Text),
        "running" => (glyphs.doing, Role::Streaming),
        "failed" => (glyphs.failed, Role::Error),
        _ => (glyphs.todo, Role::Dim),
    };
    doc.put(
        role,
        0,
        &format!("{glyph} {} {}.{} {}", attempt.step, attempt.iteration, attempt.number, attempt.status),
    );
    let mut facts = vec![attempt.model.clone()];
    if attempt.output_tokens > 0 {
        let about = if attempt.estimated { "~" } else { "" };
        facts.push(format!(
            "{about}{} in, {about}{} out",
            count(attempt.input_tokens),
            count(attempt.output_tokens)
        ));
    }
    facts.extend(attempt.duration_ms.map(duration));
    facts.extend(attempt.cost.map(|c| c.to_string()));
    doc.put(Role::Dim, 2, &facts.join(&format!(" {} ", glyphs.separator)));
    if let Some(error) = &attempt.error {
        doc.put(Role::Error, 2, error);
    } else if let Some(outcome) = &attempt.outcome {
        doc.put(Role::Dim, 2, outcome);
    }
}
