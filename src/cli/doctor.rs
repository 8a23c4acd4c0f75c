//! `galley doctor`: is everything where it should be, and whole?

use std::path::PathBuf;

use clap::Args;

use super::answer::Answer;
use crate::config::Home;
use crate::service::doctor::{Remake, accept_loss, examine};

/// Examines.
#[derive(Debug, Args)]
#[command(
    after_help = "The journal and the texts are the truth, and only ever added to. Everything else is made from them, \
                  and can be\nremade: --compare says what differs, --rebuild also puts the remade tables in place."
)]
pub(super) struct Doctor {
    /// Remake the projections from the journal and compare; changes nothing
    #[arg(long, conflicts_with = "rebuild")]
    compare: bool,
    /// Remake the projections from the journal and put them in place
    #[arg(long)]
    rebuild: bool,
    /// Go on with what is there, although a part of the write-ahead log is gone
    #[arg(long, conflicts_with_all = ["compare", "rebuild"])]
    accept_loss: bool,
}

impl Doctor {
    pub fn run(&self, home: &Home, db: Option<PathBuf>) -> Answer {
        let remake = match (self.compare, self.rebuild) {
            (_, true) => Remake::Rebuild,
            (true, false) => Remake::Compare,
            (false, false) => Remake::No,
        };
        let database = db.unwrap_or_else(|| home.database());
        let found =
            if self.accept_loss { accept_loss(home, &database) } else { examine(home, &database, remake) };
        Answer::new(&found, found.text()).with_fault(found.problem)
    }
}
