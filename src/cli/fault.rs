//! Why a call did not do what it was asked, with what can be done and the exit code that says so.

use std::fmt;
use std::process::ExitCode;

use serde_json::Value;

use crate::analysis::clean_line;
use crate::domain::{Attention, Reason};

pub(super) use crate::service::{Class as Exit, Problem as Fault};

impl From<Exit> for ExitCode {
    /// The exit codes (README, "Exit codes").
    fn from(class: Exit) -> Self {
        Self::from(match class {
            Exit::Usage => 2,
            Exit::Refused => 3,
            Exit::Model => 4,
            Exit::Store => 5,
            Exit::Interrupted => 130,
        })
    }
}

impl Fault {
    /// The same, as the parser of the arguments found it.
    pub(super) fn usage_of(error: &clap::Error) -> Self {
        let said = error.render().to_string();
        let said = said.strip_prefix("error: ").unwrap_or(&said);
        let (message, rest) = said.split_once("\n\n").unwrap_or((said, ""));
        let message = message.split_whitespace().collect::<Vec<_>>().join(" ");
        let usage = rest.lines().find_map(|l| l.trim().strip_prefix("Usage: "));
        let hint = match usage {
            Some(usage) => format!("usage: {usage}   (--help explains it)"),
            None => "`galley help` lists the commands".to_owned(),
        };
        Self::new(Exit::Usage, "usage", message, Some(&hint))
    }

    /// The person interrupted the work.
    pub(super) fn interrupted() -> Self {
        let hint = "`galley work` or the studio continues it";
        Self::new(
            Exit::Interrupted,
            "interrupted",
            "interrupted; nothing decided or finished is lost",
            Some(hint),
        )
    }

    /// The person left an import at a question.
    pub(super) fn interrupted_import() -> Self {
        Self::new(Exit::Interrupted, "interrupted", "interrupted; nothing was imported", None)
    }

    /// A page that came to stand still needs its author because of this; none when that is not a failure.
    pub(super) fn of_attention(page: &str, attention: &Attention) -> Option<Self> {
        let exit = match attention.reason {
            Reason::Failed | Reason::Interrupted => Exit::Model,
            Reason::Budget | Reason::PriceUnknown => Exit::Refused,
            Reason::NoBeat | Reason::Cancelled => return None,
        };
        let message = format!("{}: {}", attention.step, attention.message);
        let hint = super::show::choices(page, attention);
        Some(Self::new(exit, attention.reason.name(), message, Some(&hint)))
    }

    /// A book that does not hang together well enough.
    pub(super) fn incoherent(verdict: &'static str, message: &str) -> Self {
        let hint = "fix the findings, or waive those that are meant so with --waive ID=REASON";
        Self::new(Exit::Refused, verdict, message, Some(hint))
    }

    /// Returns the fault as programs read it.
    pub(super) fn json(&self) -> Value {
        serde_json::to_value(self).expect("a fault is plain data")
    }
}

impl fmt::Display for Fault {
    /// Writes `error: …` and `hint: …`, a line each, and which run or page had begun where neither says it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "error: {}", clean_line(&self.message))?;
        let hint = self.hint.as_deref().unwrap_or_default();
        if !hint.is_empty() {
            writeln!(f, "hint: {}", clean_line(hint))?;
        }
        let said = |id: &str| self.message.contains(id) || hint.contains(id);
        match (&self.run, &self.page) {
            (Some(run), _) if !said(run.as_str()) => writeln!(f, "run: {run}"),
            (_, Some(page)) if !said(page.as_str()) => writeln!(f, "page: {page}"),
            _ => Ok(()),
        }
    }
}
