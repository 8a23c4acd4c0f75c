//! `galley page lock | unlock`, and the passages that `galley page revise` speaks of.

use clap::Args;
use serde_json::json;

use crate::cli::answer::Answer;
use crate::cli::drive::{self, Detach};
use crate::cli::fault::Fault;
use crate::cli::table::Table;
use crate::cli::{input, show};
use crate::domain::ids::LockId;
use crate::domain::run::{Marked, Quoted, RunCommand};
use crate::domain::{PageId, RevisionId, StepName};
use crate::engine::Engine;
use crate::store::Reader;
use crate::store::rows::PageDetail;

/// Locks a passage.
#[derive(Debug, Args)]
#[command(
    after_help = "Without a quote it lists what is locked.\n\nExample:\n  galley page lock harbour_ch_001_page_001 \"The bell rang twice.\""
)]
pub struct Lock {
    /// The page's id
    pub(super) page: PageId,
    /// The passage, word for word as it stands in the text: a text, @FILE or - for standard input
    quote: Option<String>,
    /// The step: narration or dialogue; the one at its gate, or the narration, if left out
    #[arg(long, value_name = "NAME")]
    step: Option<StepName>,
}

impl Lock {
    pub fn run(self, engine: &Engine) -> Result<Answer, Fault> {
        let reader = engine.store().reader()?;
        let Some(quote) = self.quote else { return list(&reader, &self.page) };
        let detail = show::detail(&reader, &self.page)?;
        let (step, revision, text) = text_of(&detail, self.step)?;
        let quoted = find(&text, &input::text(&quote)?)?;
        let command = RunCommand::Lock { step: Some(step), revision: Some(revision), quoted };
        drive::command(engine, &self.page, command, Detach::YES)?;
        list(&reader, &self.page)
    }
}

/// Unlocks a passage.
#[derive(Debug, Args)]
#[command(after_help = "`galley page lock PAGE` lists the locks.")]
pub struct Unlock {
    /// The page's id
    pub(super) page: PageId,
    /// The lock's id
    #[arg(required_unless_present = "all")]
    lock: Option<LockId>,
    /// Unlock every passage of the page
    #[arg(long, conflicts_with = "lock")]
    all: bool,
}

impl Unlock {
    pub fn run(self, engine: &Engine) -> Result<Answer, Fault> {
        let reader = engine.store().reader()?;
        let locks = match self.lock {
            Some(lock) => vec![lock],
            None => reader.locks(&self.page)?.into_iter().map(|l| l.id).collect(),
        };
        for lock in locks {
            drive::command(engine, &self.page, RunCommand::Unlock { lock }, Detach::YES)?;
        }
        list(&reader, &self.page)
    }
}

fn list(reader: &Reader, page: &PageId) -> Result<Answer, Fault> {
    show::detail(reader, page)?;
    let locks = reader.locks(page)?;
    let mut table = Table::new(&["lock", "step", "passage"]);
    for lock in &locks {
        let quote = lock.quoted.quote.split_whitespace().collect::<Vec<_>>().join(" ");
        table.row(&[lock.id.to_string(), lock.step.to_string(), show::shortened(&quote, 80)]);
    }
    Ok(Answer::new(&json!({ "page": page, "locks": locks }), table.render("nothing is locked")))
}

/// Returns the text that a quote is looked for in: that at the gate, else the narration.
pub(super) fn text_of(
    detail: &PageDetail,
    step: Option<StepName>,
) -> Result<(StepName, RevisionId, String), Fault> {
    let gate = || show::open_gate(detail).map(|s| s.step.clone());
    let step = step.or_else(gate).unwrap_or_else(|| StepName::new("narration"));
    let texts = [&detail.narration, &detail.dialogue];
    let made = texts.into_iter().flatten().find(|t| t.revision.step == step);
    let made = made.ok_or_else(|| {
        Fault::usage(
            format!("no {step} is approved or at a gate"),
            "wait for its gate to open, or name another step",
        )
    })?;
    Ok((step, made.revision.id.clone(), made.text.clone()))
}

/// Reads `QUOTE=WORDS`: the quote is the most before an `=` that stands in the text.
pub(super) fn marked(text: &str, argument: &str) -> Result<Marked, Fault> {
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
            format!("“{short}” does not stand in the text"),
            "quote it word for word; `galley page show` prints it",
        )),
        (Some(_), Some(_)) => Err(Fault::usage(
            format!("“{short}” stands in the text more than once"),
            "quote more of what stands around it",
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
