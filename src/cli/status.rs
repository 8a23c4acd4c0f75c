//! `galley status`: what waits for the author, what is being written, what was spent.

use std::fmt::Write as _;

use super::answer::Answer;
use super::fault::Fault;
use super::show;
use super::table::Table;
use crate::engine::Engine;
use crate::service::inbox::{Inbox, Item, Waiting, inbox};
use crate::store::{Clock, StoreError};

/// How many gates, and how many troubles, are listed of pages and of runs.
const MAX_LISTED: u32 = 50;

/// Answers.
pub(super) fn run(engine: &Engine) -> Result<Answer, Fault> {
    let inbox = inbox(engine, Clock::default().now(), MAX_LISTED)?;
    let mut text = totals(&inbox);
    if !inbox.gates.is_empty() {
        let mut table = Table::new(&["gate", "page or run", "revision", ">age", "title or beat"]);
        for item in &inbox.gates {
            table.row(&gate(item));
        }
        let _ = write!(text, "\n{}", table.render(""));
    }
    if !inbox.attention.is_empty() {
        let mut table = Table::new(&["needs you", "page or run", ">age", "why"]);
        for item in &inbox.attention {
            let Some(attention) = item.what.attention() else { continue };
            table.row(&[
                format!("{} ({}){}", attention.step, attention.reason.name(), aside(item)),
                item.what.id().to_owned(),
                show::age(item.age_ms),
                show::shortened(&attention.message, 90),
            ]);
        }
        let _ = write!(text, "\n{}", table.render(""));
    }
    if let Some(problem) = &inbox.problem {
        text = format!("{problem}\n\n{text}");
    }
    let lost = engine.store().unwritable().filter(|p| matches!(p, StoreError::LogLost { .. }));
    Ok(Answer::new(&inbox, text).with_fault(lost.map(Fault::from)))
}

fn totals(Inbox { totals, conductor, problem, .. }: &Inbox) -> String {
    let mut text = format!(
        "{} for you · {} deferred · {} need attention · {} being written · {} today, {} in all\n",
        totals.inbox, totals.set_aside, totals.attention, totals.generating, totals.spent_today, totals.spent
    );
    let _ = match (conductor, totals.generating) {
        (Some(process), _) => writeln!(text, "{process} conducts the agents"),
        (None, 0) => Ok(()),
        (None, _) if problem.is_some() => writeln!(text, "no agent process is running"),
        (None, _) => {
            writeln!(
                text,
                "no agent process is running: `galley work` or the studio continues what is being written"
            )
        }
    };
    text
}

fn aside(item: &Item) -> &'static str {
    if item.what.is_set_aside() { " (aside)" } else { "" }
}

fn gate(item: &Item) -> [String; 5] {
    let (step, revision, name) = match &item.what {
        Waiting::Gate(gate) => {
            let page = &gate.page;
            (&gate.step, gate.revision.as_str(), if page.title.is_empty() { &page.beat } else { &page.title })
        }
        Waiting::RunGate(gate) => (&gate.step, gate.revision.as_str(), &gate.run.title),
        Waiting::Attention { .. } | Waiting::RunInNeed(_) => unreachable!("only gates are listed as gates"),
    };
    [
        format!("{step}{}", aside(item)),
        item.what.id().to_owned(),
        revision.to_owned(),
        show::age(item.age_ms),
        show::shortened(name, 50),
    ]
}
