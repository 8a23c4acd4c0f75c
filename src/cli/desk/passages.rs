//! `lock` and `unlock` of pages and runs, and the passages that `revise` speaks of.

use clap::Args;
use serde_json::json;

use super::Named;
use crate::cli::answer::Answer;
use crate::cli::fault::Fault;
use crate::cli::table::Table;
use crate::cli::{input, show};
use crate::domain::ids::LockId;
use crate::domain::run::{Marked, Quoted, RunCommand};
use crate::domain::{RevisionId, StepName};
use crate::engine::Engine;
use crate::store::Reader;

/// Locks a passage.
#[derive(Debug, Args)]
#[command(
    after_help = "Without a quote it lists what is locked.\n\nExample:\n  galley page lock harbour_ch_001_page_001 \"The bell rang twice.\""
)]
pub struct Lock {
    /// The page's or run's id
    #[arg(value_name = "ID")]
    subject: String,
    /// The passage, word for word as it stands in the text: a text, @FILE or - for standard input
    quote: Option<String>,
    /// The step; the one at its gate if left out, else a page's narration or a run's last text
    #[arg(long, value_name = "NAME")]
    step: Option<StepName>,
}

impl Lock {
    pub fn run(self, engine: &Engine) -> Result<Answer, Fault> {
        let reader = engine.store().reader()?;
        let named = Named::find(&reader, &self.subject)?;
        let Some(quote) = self.quote else { return list(&reader, &named) };
        let (step, revision, text) = text_of(&reader, &named, self.step)?;
        let quoted = find(&text, &input::text(&quote)?)?;
        let command = RunCommand::Lock { step: Some(step), revision: Some(revision), quoted };
        engine.command_run(&named.run, command).wait()?;
        list(&reader, &named)
    }
}

/// Unlocks a passage.
#[derive(Debug, Args)]
#[command(after_help = "`galley page lock PAGE` or `galley run lock RUN` lists the locks.")]
pub struct Unlock {
    /// The page's or run's id
    #[arg(value_name = "ID")]
    subject: String,
    /// The lock's id
    #[arg(required_unless_present = "all")]
    lock: Option<LockId>,
    /// Unlock every passage of it
    #[arg(long, conflicts_with = "lock")]
    all: bool,
}

impl Unlock {
    pub fn run(self, engine: &Engine) -> Result<Answer, Fault> {
        let reader = engine.store().reader()?;
        let named = Named::find(&reader, &self.subject)?;
        let locks = match self.lock {
            Some(lock) => vec![lock],
            None => reader.locks(&named.run)?.into_iter().map(|l| l.id).collect(),
        };
        for lock in locks {
            engine.command_run(&named.run, RunCommand::Unlock { lock }).wait()?;
        }
        list(&reader, &named)
    }
}

fn list(reader: &Reader, named: &Named) -> Result<Answer, Fault> {
    let locks = reader.locks(&named.run)?;
    let mut table = Table::new(&["lock", "step", "passage"]);
    for lock in &locks {
        let quote = lock.quoted.quote.split_whitespace().collect::<Vec<_>>().join(" ");
        table.row(&[lock.id.to_string(), lock.step.to_string(), show::shortened(&quote, 80)]);
    }
    let json = json!({ named.kind(): named.id(), "locks": locks });
    Ok(Answer::new(&json, table.render("nothing is locked")))
}

/// Adds passages to a request for a revision: quotes of the text that it is about, and of no newer one.
pub(in crate::cli) fn add_passages(
    reader: &Reader,
    named: &Named,
    request: &mut RunCommand,
    said: &[String],
) -> Result<(), Fault> {
    if let RunCommand::Revise { step, revision, passages, .. } = request
        && !said.is_empty()
    {
        let (of, seen, text) = text_of(reader, named, step.take())?;
        *step = Some(of);
        revision.get_or_insert(seen);
        *passages = said.iter().map(|p| marked(&text, p)).collect::<Result<_, Fault>>()?;
    }
    Ok(())
}

/// Returns the text that a quote is looked for in: that at the gate, else a page's first or a run's last.
fn text_of(
    reader: &Reader,
    named: &Named,
    step: Option<StepName>,
) -> Result<(StepName, RevisionId, String), Fault> {
    let steps = reader.run_steps(&named.run)?;
    let mut with_text = steps.iter().filter(|s| !s.advisory && s.revision.is_some());
    let gate = with_text.clone().find(|s| s.phase == "gate");
    let chosen = match (&step, gate) {
        (Some(name), _) => with_text.find(|s| s.step == *name),
        (None, Some(gate)) => Some(gate),
        (None, None) if named.page.is_some() => with_text.next(),
        (None, None) => with_text.next_back(),
    };
    let found = chosen.and_then(|s| Some((s.step.clone(), s.revision.clone()?)));
    let (step, revision) = found.ok_or_else(|| {
        let what = step.map_or_else(|| "text".to_owned(), |s| s.to_string());
        Fault::usage(
            format!("no {what} is approved or at a gate"),
            "wait for its gate to open, or name another step",
        )
    })?;
    let text = reader.revision_text(&revision)?;
    let text = text.ok_or_else(|| Fault::not_found("text of revision", revision.as_str()))?;
    Ok((step, revision, text))
}

/// Reads `QUOTE=WORDS`: the quote is the most before an `=` that stands in the text.
fn marked(text: &str, argument: &str) -> Result<Marked, Fault> {
    let argument = input::text(argument)?;
    let parted = argument.match_indices('=').map(|(at, _)| (&argument[..at], &argument[at + 1..]));
    let (quote, words) = parted
        .clone()
        .rfind(|(quote, _)| text.contains(quote.trim()))
        .or_else(|| parted.clone().next())
        .ok_or_else(|| {
            Fault::usage(
                format!("`{}` is not QUOTE=WORDS", show::shortened(&argument, 40)),
                "such as --passage \"The rain fell.=colder\"",
            )
        })?;
    Ok(Marked { quoted: find(text, quote)?, words: words.to_owned() })
}

/// Finds a quote in a text, where it must stand once.
fn find(text: &str, quote: &str) -> Result<Quoted, Fault> {
    let quote = quote.trim();
    let mut places =
        if quote.is_empty() { Vec::new() } else { text.match_indices(quote).collect::<Vec<_>>() }.into_iter();
    let short = show::shortened(quote, 60);
    match (places.next(), places.next()) {
        (Some((at, _)), None) => Ok(Quoted::of(text, at..at + quote.len()).expect("it was found there")),
        (None, _) => Err(Fault::usage(
            format!("“{short}” is not in the text"),
            "quote it word for word; `galley page show` or `galley run show --step` prints it",
        )),
        (Some(_), Some(_)) => Err(Fault::usage(
            format!("“{short}” is in the text more than once"),
            "quote more of the text around it",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_passage_is_quoted_once_and_word_for_word() {
        let text = "The rain fell. x=1 was all. The rain";
        let found = marked(text, "x=1 was all.=say it in words").unwrap();
        assert_eq!((found.quoted.passage.start, found.words.as_str()), (15, "say it in words"));
        for wrong in ["The rain=colder", "The snow=colder", "no words", "=x"] {
            assert!(marked(text, wrong).is_err(), "{wrong}");
        }
    }
}
