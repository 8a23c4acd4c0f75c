//! `galley work`: drives what waits for an agent until nothing does.

use std::collections::HashSet;

use super::answer::Answer;
use super::drive;
use super::fault::Fault;
use crate::domain::PageId;
use crate::engine::Engine;
use crate::store::rows::PageRow;

/// How many pages in need of the author are looked at.
const MOST: u32 = 10_000;

/// Works, and fails where a page came to need its author by it.
pub(super) fn run(engine: &Engine) -> Result<Answer, Fault> {
    let reader = engine.store().reader()?;
    let before: HashSet<PageId> = reader.attention(MOST)?.into_iter().map(|p| p.id).collect();
    let report = drive::in_foreground(engine, async { engine.work().await.map_err(Fault::from) })?;
    let text = format!(
        "{} at a gate · {} in need of you · {} still being written\n",
        report.reviewing, report.attention, report.generating
    );
    let new: Vec<PageRow> = reader.attention(MOST)?.into_iter().filter(|p| !before.contains(&p.id)).collect();
    let fault = new.iter().find_map(|page| {
        let mut fault = Fault::of_attention(page.id.as_str(), page.attention.as_ref()?)?;
        fault.message = format!("{}: {}", page.id, fault.message);
        Some(fault)
    });
    Ok(Answer::new(&report, text).with_fault(fault))
}
