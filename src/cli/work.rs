//! `galley work`: drives what waits for an agent until nothing does.

use clap::Args;

use super::answer::Answer;
use super::drive;
use super::fault::{Exit, Fault};
use crate::engine::Engine;
use crate::store::Clock;

/// Works.
#[derive(Debug, Args)]
#[command(after_help = "Retries that are due later are waited for. Ctrl-C stops in good order; the next start goes on.\n\
                        Where another process conducts already, this one waits until it is done.")]
pub(super) struct Work {}

impl Work {
    pub fn run(self, engine: &Engine) -> Result<Answer, Fault> {
        let failed_before = engine.store().reader()?.totals(Clock::default().now())?.attention;
        let report = drive::in_foreground(engine, async { engine.work().await.map_err(Fault::from) })?;
        let text = format!(
            "{} at a gate · {} in need of you · {} still being written\n",
            report.reviewing, report.attention, report.generating
        );
        let fault = (report.attention > failed_before).then(|| Fault {
            kind: "failed".into(),
            message: format!("{} more pages need you than before", report.attention - failed_before),
            hint: Some("`galley status` says which and why".into()),
            exit: Exit::Model,
        });
        Ok(Answer::new(&report, text).with_fault(fault))
    }
}
