//! `galley page context | run context`: every part of what an agent is given, with its tokens and the reason it is in or out.

use std::fmt::Write as _;

use clap::Args;
use serde_json::json;

use super::Named;
use crate::cli::answer::Answer;
use crate::cli::fault::Fault;
use crate::cli::show;
use crate::cli::table::Table;
use crate::context;
use crate::domain::manifest::{Part, Shared};
use crate::domain::{Manifest, RevisionId, StepName};
use crate::engine::Engine;
use crate::llm::{Message, Role};
use crate::store::rows::AttemptRow;

/// Columns of the bar.
const WIDE: u64 = 60;

/// Shows it.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  galley page context harbour_ch_001_page_001\n  \
                        galley page context harbour_ch_001_page_001 --step dialogue --prompt\n  \
                        galley page context harbour_ch_001_page_001 --revision run_0123456789ab.narration.2")]
pub struct Context {
    /// The page's or run's id
    #[arg(value_name = "ID")]
    subject: String,
    /// The step, such as narration, dialogue or a review; the one it stands at if left out
    #[arg(long, value_name = "NAME", conflicts_with = "revision")]
    step: Option<StepName>,
    /// What this revision was made from, instead of what an agent would be given now
    #[arg(long, value_name = "ID")]
    revision: Option<RevisionId>,
    /// Show the messages, as they are or were sent
    #[arg(long)]
    prompt: bool,
}

impl Context {
    pub fn run(self, engine: &Engine) -> Result<Answer, Fault> {
        let named = Named::find(&engine.store().reader()?, &self.subject)?;
        let (manifest, messages, when) = match &self.revision {
            None => {
                let made = engine.context_of_run(&named.run, self.step.as_ref())?;
                (made.manifest, made.request.messages, "now".to_owned())
            }
            Some(revision) => past(engine, &named, revision)?,
        };
        let mut json = serde_json::to_value(&manifest).expect("a manifest is plain data");
        json[named.kind()] = named.id().into();
        json["revision"] = json!(self.revision);
        json["tokens"] = manifest.tokens().into();
        json["alarms"] = manifest.alarms().count().into();
        for (part, value) in manifest.parts.iter().zip(json["parts"].as_array_mut().into_iter().flatten()) {
            value["in"] = part.is_in().into();
            value["reason"] = part.why.to_string().into();
        }
        if self.prompt {
            json["messages"] = serde_json::to_value(&messages).expect("messages are plain data");
            return Ok(Answer::new(&json, prompt(&messages)));
        }
        let mut answer = Answer::new(&json, readable(named.id(), &when, &manifest));
        answer.drawn = bar(&manifest, std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty()));
        Ok(answer)
    }
}

fn past(
    engine: &Engine,
    named: &Named,
    revision: &RevisionId,
) -> Result<(Manifest, Vec<Message>, String), Fault> {
    let reader = engine.store().reader()?;
    let known = reader.revisions(&named.run)?.into_iter().any(|r| r.id == *revision);
    if !known {
        return Err(Fault::not_found("revision", revision.as_str()));
    }
    let hint = "revisions by hand have none, nor those from before manifests were kept";
    let none = || Fault::usage(format!("nothing is kept of what {revision} was made from"), hint);
    let id = reader.attempt_of(revision)?.ok_or_else(none)?;
    let attempt: AttemptRow = reader.attempt(&id)?.ok_or_else(none)?;
    let manifest = reader.manifest(&id)?.ok_or_else(none)?;
    let sent = context::sent(&reader, &attempt).map_err(crate::engine::EngineError::from)?;
    Ok((manifest, sent.messages, format!("for {revision}, {}", show::time(attempt.started_at))))
}

/// Returns the messages as one text.
pub(in crate::cli) fn prompt(messages: &[Message]) -> String {
    let mut out = String::new();
    for message in messages {
        let role = match message.role {
            Role::System => "system",
            Role::User => "user",
            Role::Assistant => "assistant",
        };
        let _ = writeln!(out, "── {role} ──\n{}\n", message.text);
    }
    out
}

fn readable(id: &str, when: &str, manifest: &Manifest) -> String {
    let budget = &manifest.budget;
    let template = &manifest.template;
    let mut out = format!(
        "{id}  {} by {}, {when}\n  {} of {} tokens · template {} ({}, {})\n",
        manifest.agent,
        manifest.model,
        manifest.tokens(),
        budget.tokens,
        template.name,
        template.layer,
        &template.hash.as_str()[..12],
    );
    if (budget.factor - 1.0).abs() > 0.005 {
        let _ = writeln!(
            out,
            "  this model takes {:.2} times what is estimated; the numbers are corrected",
            budget.factor
        );
    }
    let shares = budget.shares.iter().filter(|s| s.of != Shared::Fixed);
    let shares: Vec<String> =
        shares.map(|s| format!("{} {} of {}", s.of.name(), s.used, s.allotted)).collect();
    let _ = writeln!(out, "  {}", shares.join(" · "));
    for part in manifest.alarms() {
        let _ = writeln!(
            out,
            "  ALARM: `{}` should be included and did not fit ({} tokens)",
            part.title, part.tokens
        );
    }
    let (given, left): (Vec<&Part>, Vec<&Part>) = manifest.parts.iter().partition(|p| p.is_in());
    let _ = write!(out, "\n{}", tabulated(&given).render("nothing is included"));
    if !left.is_empty() {
        let _ = write!(out, "\nLeft out:\n{}", tabulated(&left).render(""));
    }
    out
}

fn tabulated(parts: &[&Part]) -> Table {
    let mut table = Table::new(&[">tokens", "what", "name", "why", "version"]);
    for part in parts {
        let version: String = part.version.chars().take(8).collect();
        table.row(&[
            part.tokens.to_string(),
            part.kind.to_string(),
            show::shortened(&part.title, 40),
            show::shortened(&part.why.to_string(), 70),
            version,
        ]);
    }
    table
}

/// Draws what each share takes of the whole, and what is free: by colour, and by its letter where there is none.
fn bar(manifest: &Manifest, colours: bool) -> String {
    let whole = manifest.budget.tokens.max(manifest.tokens()).max(1);
    let mut out = String::from("  ");
    let mut drawn = 0;
    let mut legend = String::from("  ");
    for (share, colour) in [
        (Shared::Fixed, 37),
        (Shared::Style, 35),
        (Shared::Canon, 33),
        (Shared::Pages, 36),
        (Shared::Feedback, 32),
    ] {
        let used: u64 =
            manifest.parts.iter().filter(|p| p.is_in() && p.kind.share() == share).map(|p| p.tokens).sum();
        if used == 0 {
            continue;
        }
        let cells = (used * WIDE).div_ceil(whole).min(WIDE - drawn.min(WIDE));
        drawn += cells;
        let letter = if colours { "█" } else { &share.name()[..1] };
        let cells = letter.repeat(cells as usize);
        let paint =
            |text: &str| if colours { format!("\u{1b}[{colour}m{text}\u{1b}[0m") } else { text.to_owned() };
        out += &paint(&cells);
        let _ = write!(legend, "{} {used}  ", paint(share.name()));
    }
    out += &"·".repeat((WIDE - drawn.min(WIDE)) as usize);
    format!("{out}\n{}\n\n", legend.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Hash;
    use crate::domain::manifest::{Budget, Layer, PartKind, Template, Why};

    fn manifest(tokens: u64, parts: &[(PartKind, u64)]) -> Manifest {
        let part = |(kind, tokens): &(PartKind, u64)| Part {
            kind: *kind,
            id: "x".into(),
            title: "X".into(),
            version: "v".into(),
            given: None,
            tokens: *tokens,
            why: Why::Asked,
        };
        Manifest {
            agent: "narrator".into(),
            model: "m/x".into(),
            template: Template { name: "narrator".into(), layer: Layer::Shipped, hash: Hash::of(b"") },
            budget: Budget { tokens, factor: 1.0, shares: Vec::new() },
            parts: parts.iter().map(part).collect(),
        }
    }

    #[test]
    fn the_bar_is_as_wide_for_too_much_as_for_little() {
        let width = |m: &Manifest| bar(m, false).lines().next().unwrap().trim_start().chars().count() as u64;
        assert_eq!(width(&manifest(1_000, &[(PartKind::Canon, 500), (PartKind::Beat, 3)])), WIDE);
        assert_eq!(
            width(&manifest(100, &[(PartKind::Beat, 900), (PartKind::Canon, 1), (PartKind::Style, 1)])),
            WIDE
        );
        assert_eq!(width(&manifest(100, &[])), WIDE);
        assert!(bar(&manifest(100, &[(PartKind::Canon, 50)]), true).contains("\u{1b}[33m"));
    }
}
