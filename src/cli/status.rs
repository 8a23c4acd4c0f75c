//! `galley status`: what waits for the author, what is being written, what was spent.

use std::fmt::Write as _;

use serde_json::json;

use super::answer::Answer;
use super::fault::Fault;
use super::show;
use super::table::Table;
use crate::engine::Engine;
use crate::store::{Clock, Lock};

/// How many gates and pages are listed.
const MOST: u32 = 50;

/// Answers.
pub(super) fn run(engine: &Engine) -> Result<Answer, Fault> {
    let reader = engine.store().reader()?;
    let totals = reader.totals(Clock::default().now())?;
    let gates = reader.gates(MOST, true)?;
    let attention = reader.attention(MOST)?;
    let conductor = conductor(engine);

    let mut text = format!(
        "{} for you · {} set aside · {} in need of you · {} being written · {} today, {} in all\n",
        totals.inbox, totals.set_aside, totals.attention, totals.generating, totals.spent_today, totals.spent
    );
    let _ = match (&conductor, totals.generating) {
        (Some(process), _) => writeln!(text, "{process} conducts the agents"),
        (None, 0) => Ok(()),
        (None, _) => {
            writeln!(text, "nobody conducts: `galley work` or the studio goes on with what is being written")
        }
    };
    if !gates.is_empty() {
        let mut table = Table::new(&["gate", "page", "revision", "since", "title or beat"]);
        for gate in &gates {
            let page = &gate.page;
            let aside = if page.set_aside { " (aside)" } else { "" };
            let name = if page.title.is_empty() { &page.beat } else { &page.title };
            table.row(&[
                format!("{}{aside}", gate.step),
                page.id.to_string(),
                gate.revision.to_string(),
                show::time(gate.opened_at),
                show::shortened(name, 50),
            ]);
        }
        let _ = write!(text, "\n{}", table.render(""));
    }
    if !attention.is_empty() {
        let mut table = Table::new(&["needs you", "page", "why"]);
        for page in &attention {
            let Some(attention) = &page.attention else { continue };
            table.row(&[
                format!("{} ({})", attention.step, attention.reason.name()),
                page.id.to_string(),
                show::shortened(&attention.message, 90),
            ]);
        }
        let _ = write!(text, "\n{}", table.render(""));
    }
    let json = json!({
        "totals": totals,
        "gates": gates,
        "attention": attention,
        "conductor": conductor,
        "database": engine.store().path(),
    });
    Ok(Answer::new(&json, text))
}

/// Returns who holds the conductor's lock, in words.
fn conductor(engine: &Engine) -> Option<String> {
    let path = engine.store().path();
    match Lock::try_acquire(path) {
        Ok(None) => Some(Lock::holder(path)),
        Ok(Some(_)) | Err(_) => None,
    }
}
