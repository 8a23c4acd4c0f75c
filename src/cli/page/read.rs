//! `galley page show`: a page's text with all that stands beside it.

use std::fmt::Write as _;

use clap::Args;

use crate::cli::answer::Answer;
use crate::cli::fault::Fault;
use crate::cli::show;
use crate::domain::page::compose;
use crate::domain::{PageId, RevisionId};
use crate::engine::Engine;
use crate::store::rows::{PageDetail, RevisionText};

/// Shows.
#[derive(Debug, Args)]
pub struct Show {
    /// The page's id
    pub(super) page: PageId,
    /// Show only the text of this revision, to the byte
    #[arg(long, value_name = "ID")]
    revision: Option<RevisionId>,
}

impl Show {
    pub fn run(self, engine: &Engine) -> Result<Answer, Fault> {
        let reader = engine.store().reader()?;
        let detail = show::detail(&reader, &self.page)?;
        if let Some(id) = &self.revision {
            let row = reader.revisions(&self.page)?.into_iter().find(|r| r.id == *id);
            let row = row.ok_or_else(|| Fault::not_found("revision", id.as_str()))?;
            let text = reader.revision_text(id)?.ok_or_else(|| Fault::not_found("revision", id.as_str()))?;
            let mut json = serde_json::to_value(&row).expect("rows are plain data");
            json["text"] = text.as_str().into();
            return Ok(Answer::new(&json, text));
        }
        let text = page_text(&detail);
        let mut answer = show::page(&detail);
        let fields = [
            ("text", text.clone().into()),
            ("beat", detail.beat.clone().into()),
            ("narration", step_json(detail.narration.as_ref())),
            ("dialogue", step_json(detail.dialogue.as_ref())),
            ("proposals", serde_json::to_value(&detail.proposals).expect("rows are plain data")),
            ("remarks", serde_json::to_value(&detail.remarks).expect("rows are plain data")),
        ];
        for (name, value) in fields {
            answer.json[name] = value;
        }
        answer.text = readable(&detail, &answer.text, &text);
        Ok(answer)
    }
}

fn step_json(made: Option<&RevisionText>) -> serde_json::Value {
    made.map_or(serde_json::Value::Null, |made| {
        let mut json = serde_json::to_value(&made.revision).expect("rows are plain data");
        json["text"] = made.text.as_str().into();
        json
    })
}

/// Returns the page as one text: what stands at its gates or is approved.
fn page_text(detail: &PageDetail) -> String {
    let dialogue = detail.dialogue.as_ref().map(|d| d.text.as_str());
    detail.narration.as_ref().map(|n| compose(&n.text, dialogue)).unwrap_or_default()
}

fn readable(detail: &PageDetail, status: &str, text: &str) -> String {
    let page = &detail.page;
    let title = if page.title.is_empty() { String::new() } else { format!(" · {}", page.title) };
    let mut out = format!("{} · {} · page {}{title}\n", detail.book_title, detail.chapter_title, page.number);
    out += status;
    if let Some(beat) = &detail.beat {
        let _ = writeln!(out, "\nBeat: {beat}");
    }
    if !text.is_empty() {
        let _ = writeln!(out, "\n{}", text.trim_end());
    }
    for remark in &detail.remarks {
        let _ = writeln!(out, "\nRemarks ({}, {}):\n{}", remark.step, remark.model, remark.text.trim_end());
    }
    if !detail.proposals.is_empty() {
        let (open, page) = (detail.proposals.len(), &page.id);
        let _ = writeln!(out, "\nYour edits taught {open} thing(s): galley page proposals {page}");
    }
    for said in detail.feedback.iter().filter(|f| !f.withdrawn) {
        let _ = writeln!(out, "\nFeedback on {}: {}", said.revision_id, said.text.trim_end());
    }
    out
}
