//! `galley page take | run take`: some of the changes between two revisions, as a new revision of both.

use clap::Args;
use serde::Serialize;

use super::Named;
use super::diff::{ToldChange, listed, revision, revision_of, told};
use crate::analysis::changes::{Changes, Choice};
use crate::cli::answer::Answer;
use crate::cli::drive::Detach;
use crate::cli::fault::Fault;
use crate::cli::input;
use crate::domain::RevisionId;
use crate::domain::run::RunCommand;
use crate::engine::{Engine, Unasked};

/// Takes changes.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  galley page take harbour_ch_001_page_001 --from run_0123456789ab.narration.2 --take 1,3 --refuse rest\n  \
                  galley page take harbour_ch_001_page_001 --from run_0123456789ab.narration.2 --take rest --own \"2=a bitter\"\n  \
                  galley page take harbour_ch_001_page_001 --from run_0123456789ab.narration.2 --refuse unrequested\n\n\
                  The numbers are those of `galley page diff BASE FROM`. Every change is taken, refused or put in your\n\
                  own words. A gate stays open on the result; on an approved page it is approved."
)]
pub struct Take {
    /// The page's or run's id
    #[arg(value_name = "ID")]
    subject: String,
    /// The revision to take changes from
    #[arg(long, value_name = "ID")]
    from: RevisionId,
    /// The revision that the refused are kept of; the one approved or at the gate if left out, or the one before it
    #[arg(long, value_name = "ID")]
    base: Option<RevisionId>,
    /// The changes to take: numbers such as 1,3-5, or rest
    #[arg(long = "take", value_name = "NUMBERS", default_value = "")]
    chosen: String,
    /// The changes to refuse: numbers, rest, or unrequested: what no passage asked for
    #[arg(long, value_name = "NUMBERS", default_value = "")]
    refuse: String,
    /// A change in your own words: NUMBER=TEXT
    #[arg(long, value_name = "NUMBER=TEXT")]
    own: Vec<String>,
    /// Only show what it would make
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    detach: Detach,
}

/// What choices would make, for programs.
#[derive(Serialize)]
struct Told<'a> {
    base: &'a RevisionId,
    from: &'a RevisionId,
    changes: Vec<ToldChange<'a>>,
    text: &'a str,
}

impl Take {
    pub fn run(self, engine: &Engine, json: bool) -> Result<Answer, Fault> {
        let reader = engine.store().reader()?;
        let named = Named::find(&reader, &self.subject)?;
        let (from, new) = revision(&reader, &self.from)?;
        let current = revision_of(&reader, &named.run, &from.step)?;
        let (base, changes, choices) = if matches!(self.refuse.trim(), "unrequested" | "unasked") {
            let asked = reader.asked_of(&from.id)?;
            let unasked = asked.and_then(|asked| Unasked::between(&asked, &new)).ok_or_else(|| {
                let hint = "`galley page diff` shows what it changed";
                Fault::usage(format!("{} changes nothing outside the requested passages", from.id), hint)
            })?;
            let mut choices = unasked.changes.all(&Choice::Take);
            for at in &unasked.outside {
                choices[*at] = Choice::Refuse;
            }
            (unasked.base, unasked.changes, choices)
        } else {
            let before = || {
                let all = reader.revisions(&named.run)?;
                let found = all.into_iter().find(|r| r.step == from.step && r.number + 1 == from.number);
                found.map(|r| r.id).ok_or_else(|| {
                    Fault::usage("there is no earlier revision to keep of", "name one with --base")
                })
            };
            let base = match (&self.base, &current) {
                (Some(base), _) => base.clone(),
                (None, Some(current)) if *current != from.id => current.clone(),
                (None, _) => before()?,
            };
            let (base, old) = revision(&reader, &base)?;
            let changes = Changes::new(&old, &new);
            let choices = self.choices(&changes)?;
            (base.id, changes, choices)
        };
        let text = changes.merge(&choices);
        if self.dry_run {
            let told = Told { base: &base, from: &from.id, changes: told(&changes).collect(), text: &text };
            return Ok(Answer::large(json, &told, || text.clone()));
        }
        let command =
            RunCommand::Merge { step: Some(from.step), revision: current, base, other: from.id, text };
        named.command(engine, command, self.detach, json)
    }

    fn choices(&self, changes: &Changes) -> Result<Vec<Choice>, Fault> {
        let count = changes.list().len();
        let mut choices: Vec<Option<Choice>> = vec![None; count];
        let mut set = |number: usize, choice: Choice| -> Result<(), Fault> {
            let place = number.checked_sub(1).and_then(|at| choices.get_mut(at)).ok_or_else(|| {
                let hint = "`galley page diff` numbers them";
                Fault::usage(format!("there is no change {number}; there are {count}"), hint)
            })?;
            match place.replace(choice) {
                None => Ok(()),
                Some(_) => {
                    let hint = "name it once, with --take, --refuse or --own";
                    Err(Fault::usage(format!("change {number} is decided twice"), hint))
                }
            }
        };
        for own in &self.own {
            let Some((number, words)) = own.split_once('=') else {
                return Err(Fault::usage(
                    format!("`{own}` is not NUMBER=TEXT"),
                    "such as --own \"2=a bitter wind\"",
                ));
            };
            set(input::number(number)?, Choice::Own(input::text(words)?))?;
        }
        let mut rest = None;
        for (list, choice) in [(&self.chosen, Choice::Take), (&self.refuse, Choice::Refuse)] {
            for part in list.split(',').map(str::trim).filter(|p| !p.is_empty()) {
                if matches!(part, "rest" | "all") {
                    if rest.replace(choice.clone()).is_some() {
                        return Err(Fault::usage(
                            "the rest is decided twice",
                            "use one of --take and --refuse",
                        ));
                    }
                    continue;
                }
                for number in input::numbers(part)? {
                    set(number, choice.clone())?;
                }
            }
        }
        let open: Vec<String> =
            (1..=count).filter(|n| choices[n - 1].is_none()).map(|n| n.to_string()).collect();
        if rest.is_none() && !open.is_empty() {
            let list = listed(changes);
            let hint = "add --take rest or --refuse rest";
            return Err(Fault::usage(
                format!("not every change is decided ({} left):\n{list}", open.join(", ")),
                hint,
            ));
        }
        let rest = rest.unwrap_or_default();
        Ok(choices.into_iter().map(|c| c.unwrap_or_else(|| rest.clone())).collect())
    }
}
