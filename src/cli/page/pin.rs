//! `galley page pin`: canon entries that this page's agents are given by hand.

use clap::Args;

use crate::cli::answer::Answer;
use crate::cli::fault::Fault;
use crate::cli::show;
use crate::domain::run::RunCommand;
use crate::domain::{Command, EntryId, PageId};
use crate::engine::Engine;

/// Pins an entry to a page, or takes the pin off.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  galley page pin the-winter-harbour_ch_001_page_001 the-winter-harbour_mara-vell"
)]
pub struct Pin {
    /// The page's id
    pub(super) page: PageId,
    /// The canon entry's id
    entry: EntryId,
    /// Take the pin off
    #[arg(long)]
    off: bool,
}

impl Pin {
    pub fn run(self, engine: &Engine) -> Result<Answer, Fault> {
        let Self { page, entry, off } = self;
        let command = if off { RunCommand::UnpinEntry { entry } } else { RunCommand::PinEntry { entry } };
        engine.submit(Command::Page { page: page.clone(), command }).wait()?;
        let reader = engine.store().reader()?;
        let detail = show::detail(&reader, &page)?;
        let run = reader.run_state(&detail.page.run)?;
        let pinned: Vec<EntryId> = run.map(|run| run.pinned).unwrap_or_default();
        let mut answer = show::page(&detail);
        let names: Vec<&str> = pinned.iter().map(EntryId::as_str).collect();
        answer.text = match names.as_slice() {
            [] => format!("nothing is pinned to {page}\n"),
            names => format!("pinned to {page}: {}\n", names.join(", ")),
        };
        answer.json["pinned"] = names.into();
        Ok(answer)
    }
}
