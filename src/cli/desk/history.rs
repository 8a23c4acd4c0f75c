//! `galley page history | run history`: every revision, piece of feedback, decision and attempt.

use std::fmt::Write as _;

use clap::Args;
use serde_json::{Value, json};

use super::Named;
use crate::cli::answer::Answer;
use crate::cli::fault::Fault;
use crate::cli::show;
use crate::cli::table::Table;
use crate::engine::Engine;
use crate::store::Reader;
use crate::store::rows::RevisionRow;

/// Tells the history.
#[derive(Debug, Args)]
#[command(after_help = "With --json the revisions carry their full texts.\n\
                        `galley page show PAGE --revision ID` shows the text of one of a page.")]
pub struct History {
    /// The page's or run's id
    #[arg(value_name = "ID")]
    subject: String,
}

impl History {
    pub fn run(self, engine: &Engine) -> Result<Answer, Fault> {
        let reader = engine.store().reader()?;
        let named = Named::find(&reader, &self.subject)?;
        let run = &named.run;
        let (state, row) = match &named.page {
            Some(page) => {
                let page = reader.page(page)?.ok_or_else(|| Fault::not_found("page", page.as_str()))?;
                (page.state.clone(), serde_json::to_value(&page))
            }
            None => {
                let own = reader.own_run(run)?.ok_or_else(|| Fault::not_found("run", run.as_str()))?;
                (own.state.clone(), serde_json::to_value(&own))
            }
        };
        let row = row.expect("rows are plain data");
        let (revisions, feedback) = (reader.revisions(run)?, reader.feedback(run)?);
        let (decisions, attempts) = (reader.decisions(run)?, reader.attempts(run)?);

        let mut table = Table::new(&["revision", "by", "model", ">words", ">tokens", "made"]);
        for r in &revisions {
            let late = if r.late { ", late" } else { "" };
            table.row(&[
                r.id.to_string(),
                format!("{} ({}{late})", r.author, came(r)),
                r.model.clone(),
                r.words.to_string(),
                r.tokens.to_string(),
                show::time(r.created_at),
            ]);
        }
        let mut text = format!("{}  {state}\n\n{}", named.id(), table.render("no revisions yet"));

        let mut table = Table::new(&["feedback on", "said", "words"]);
        for f in &feedback {
            let withdrawn = if f.withdrawn { "(taken back) " } else { "" };
            let on = f.quoted.as_ref().map_or(String::new(), |q| {
                format!(
                    "on “{}”: ",
                    show::shortened(&q.quote.split_whitespace().collect::<Vec<_>>().join(" "), 40)
                )
            });
            table.row(&[
                f.revision_id.to_string(),
                show::time(f.created_at),
                format!("{withdrawn}{on}{}", show::shortened(&f.text, 200)),
            ]);
        }
        let _ = write!(text, "\n{}", table.render("no feedback"));

        let mut table = Table::new(&["decision", "step", "by", "when", "revision"]);
        for d in &decisions {
            let undone = if d.undone { " (undone)" } else { "" };
            let revision = d.revision.as_ref().map_or(String::new(), ToString::to_string);
            table.row(&[
                format!("{}{undone}", d.kind),
                d.step.to_string(),
                d.by.clone(),
                show::time(d.at),
                revision,
            ]);
        }
        let _ = write!(text, "\n{}", table.render("no decisions"));

        let mut table = Table::new(&["attempt", "model", "ended", ">in", ">out", ">cost", ">seconds"]);
        for a in &attempts {
            let outcome = a.outcome.as_ref().map_or(String::new(), |o| format!(" ({o})"));
            table.row(&[
                a.id.to_string(),
                a.model.clone(),
                format!("{}{outcome}", a.status),
                a.input_tokens.to_string(),
                a.output_tokens.to_string(),
                a.cost.map_or("unknown".into(), |c| c.to_string()),
                a.duration_ms.map_or("–".into(), |ms| format!("{:.1}", ms as f64 / 1e3)),
            ]);
        }
        let _ = write!(text, "\n{}", table.render("no attempts"));

        let revisions: Vec<Value> =
            revisions.iter().map(|r| with_text(&reader, r)).collect::<Result<_, Fault>>()?;
        let json = json!({
            named.kind(): row,
            "revisions": revisions,
            "feedback": feedback,
            "decisions": decisions,
            "attempts": attempts,
        });
        Ok(Answer::new(&json, text))
    }
}

/// How a revision came to be; of a merge, both its parents.
fn came(row: &RevisionRow) -> String {
    let number =
        |id: &crate::domain::RevisionId| id.as_str().rsplit('.').next().unwrap_or_default().to_owned();
    match (&row.parent, &row.other) {
        (Some(base), Some(other)) => format!("{} of {} and {}", row.origin, number(base), number(other)),
        _ => row.origin.clone(),
    }
}

fn with_text(reader: &Reader, row: &RevisionRow) -> Result<Value, Fault> {
    let mut json = serde_json::to_value(row).expect("rows are plain data");
    json["text"] = reader.revision_text(&row.id)?.into();
    Ok(json)
}
