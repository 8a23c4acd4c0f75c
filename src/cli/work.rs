//! `galley work`: drives what waits for an agent until nothing does.

use std::collections::HashSet;

use super::answer::Answer;
use super::drive;
use super::fault::Fault;
use crate::engine::Engine;
use crate::service::inbox::in_need;

/// How many pages, and how many runs, in need of the author are looked at.
const MAX_LOOKED_AT: u32 = 10_000;

/// Works, and fails where a page or a run came to need its author by it.
pub(super) fn run(engine: &Engine) -> Result<Answer, Fault> {
    let reader = engine.store().reader()?;
    let before: HashSet<String> =
        in_need(&reader, MAX_LOOKED_AT)?.iter().map(|w| w.id().to_owned()).collect();
    let report = drive::in_foreground(engine, async { engine.work().await.map_err(Fault::from) })?;
    let aside =
        if report.set_aside > 0 { format!(" · {} deferred", report.set_aside) } else { String::new() };
    let text = format!(
        "{} at a gate · {} need attention{aside} · {} still being written\n",
        report.reviewing, report.attention, report.generating
    );
    let now = in_need(&reader, MAX_LOOKED_AT)?;
    let fault = now.iter().filter(|w| !before.contains(w.id())).find_map(|waiting| {
        let mut fault = Fault::of_attention(waiting.id(), waiting.attention()?)?;
        fault.message = format!("{}: {}", waiting.id(), fault.message);
        Some(fault)
    });
    Ok(Answer::new(&report, text).with_fault(fault))
}
