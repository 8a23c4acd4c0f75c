//! `galley doctor`: is everything where it should be, and whole?

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;

use super::answer::Answer;
use super::fault::Fault;
use crate::config::Home;
use crate::service::counts::many;
use crate::service::doctor::{Remake, accept_loss, examine};
use crate::store::{self, Clock, Salvage};

/// Examines.
#[derive(Debug, Args)]
#[command(
    after_help = "The journal and the texts are the truth, and only ever added to. Everything else is made from them, \
                  and can be\nremade: --compare says what differs, --rebuild also puts the remade tables in place.\n\nWhere the journal or texts \
                  themselves are damaged, --salvage saves what is whole into a new database beside the old one,\nand \
                  lists the rest; the damaged file is not changed."
)]
#[allow(clippy::struct_excessive_bools, reason = "each is an option of the command line")]
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
    /// Save what is whole of a damaged database into a new one beside it, and list the rest
    #[arg(long, conflicts_with_all = ["compare", "rebuild", "accept_loss"])]
    salvage: bool,
}

impl Doctor {
    pub fn run(&self, home: &Home, db: Option<PathBuf>) -> Result<Answer, Fault> {
        let remake = match (self.compare, self.rebuild) {
            (_, true) => Remake::Rebuild,
            (true, false) => Remake::Compare,
            (false, false) => Remake::No,
        };
        let database = db.unwrap_or_else(|| home.database());
        if self.salvage {
            let made = store::salvage(&database, &Clock::default())?;
            return Ok(Answer::new(&made, salvaged(&made)));
        }
        let found =
            if self.accept_loss { accept_loss(home, &database) } else { examine(home, &database, remake) };
        Ok(Answer::new(&found, found.text()).with_fault(found.problem))
    }
}

fn salvaged(made: &Salvage) -> String {
    let mut text = format!(
        "{}\n{} and {} are saved\n",
        made.to.display(),
        many(made.events, "event", "events"),
        many(made.texts, "text", "texts")
    );
    if let Some(path) = &made.unplaced {
        let texts = many(made.unplaced_texts as u64, "text has", "texts have");
        let _ =
            writeln!(text, "{}\n{texts} no place any more, and can be copied from this file", path.display());
    }
    if made.lost.is_empty() {
        text.push_str("nothing is lost\n");
    }
    for lost in &made.lost {
        let _ = writeln!(text, "lost       {:<9} {:>6}  {}", lost.kind, lost.count, lost.what);
    }
    let _ = writeln!(text, "\nnext       look into it: galley --db {} status", made.to.display());
    let _ = writeln!(text, "           use it as the database: galley restore {}", made.to.display());
    text
}
