//! Why a call did not do what it was asked, with what can be done and the exit code that says so.

use std::fmt;
use std::process::ExitCode;

use serde_json::{Value, json};

use crate::analysis::clean_line;
use crate::config::ConfigError;
use crate::context::ContextError;
use crate::domain::{Attention, Reason, Refusal};
use crate::engine::EngineError;
use crate::store::StoreError;
use crate::tools::publish::PublishError;
use crate::tools::{CoherenceError, ImportError};

/// The exit codes (README, "Exit codes").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Exit {
    /// The arguments, a file they name or the configuration cannot be used.
    Usage = 2,
    /// The rules do not allow it: an illegal move, a limit, a budget.
    Refused = 3,
    /// A model failed; the page waits for its author.
    Model = 4,
    /// The database failed.
    Store = 5,
    /// The person pressed Ctrl-C; what was under way resumes next time.
    Interrupted = 130,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// What went wrong.
#[derive(Debug, Clone)]
pub(super) struct Fault {
    /// A stable name.
    pub kind: String,
    /// What happened, in one line.
    pub message: String,
    /// What the person can do.
    pub hint: Option<String>,
    /// The exit code.
    pub exit: Exit,
}

impl Fault {
    fn new(exit: Exit, kind: &str, message: impl Into<String>, hint: Option<&str>) -> Self {
        Self { kind: kind.into(), message: message.into(), hint: hint.map(str::to_owned), exit }
    }

    /// A call that cannot be understood or carried out as it was made.
    pub fn usage(message: impl Into<String>, hint: &str) -> Self {
        Self::new(Exit::Usage, "usage", message, Some(hint))
    }

    /// The same, as the parser of the arguments found it.
    pub fn usage_of(error: &clap::Error) -> Self {
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

    /// There is no such thing.
    pub fn not_found(what: &'static str, id: &str) -> Self {
        Refusal::NotFound { what, id: id.to_owned() }.into()
    }

    /// The studio could not open or broke off.
    pub fn studio(message: &str) -> Self {
        Self::new(Exit::Store, "studio", message, Some("the log file says more; `galley config` names it"))
    }

    /// The person interrupted the work.
    pub fn interrupted() -> Self {
        let hint = "`galley work` or the studio goes on with it";
        Self::new(
            Exit::Interrupted,
            "interrupted",
            "interrupted; nothing decided or finished is lost",
            Some(hint),
        )
    }

    /// The person left an import at a question.
    pub fn interrupted_import() -> Self {
        Self::new(Exit::Interrupted, "interrupted", "interrupted; nothing was taken in", None)
    }

    /// A page that came to stand still needs its author because of this; none when that is no failure.
    pub fn of_attention(page: &str, attention: &Attention) -> Option<Self> {
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
    pub fn incoherent(verdict: &str, message: &str) -> Self {
        let hint = "mend the findings, or waive those that are meant so with --waive ID=REASON";
        Self::new(Exit::Refused, verdict, message, Some(hint))
    }

    /// Returns the fault as programs read it.
    pub fn json(&self) -> Value {
        json!({ "kind": self.kind, "message": self.message, "hint": self.hint })
    }
}

impl fmt::Display for Fault {
    /// Writes `error: …` and `hint: …`, a line each.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "error: {}", clean_line(&self.message))?;
        self.hint.as_ref().map_or(Ok(()), |hint| writeln!(f, "hint: {}", clean_line(hint)))
    }
}

impl From<Refusal> for Fault {
    fn from(refusal: Refusal) -> Self {
        Self::new(Exit::Refused, refusal.kind(), refusal.to_string(), refusal.hint())
    }
}

impl From<ConfigError> for Fault {
    fn from(error: ConfigError) -> Self {
        Self::new(Exit::Usage, "config", error.to_string(), Some(error.hint()))
    }
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Refused(refusal) => refusal.into(),
            error => Self::new(Exit::Store, "store", error.to_string(), error.hint().as_deref()),
        }
    }
}

impl From<ImportError> for Fault {
    fn from(error: ImportError) -> Self {
        Self::new(Exit::Usage, "import", error.to_string(), Some(error.hint()))
    }
}

impl From<PublishError> for Fault {
    fn from(error: PublishError) -> Self {
        let (exit, kind) = match &error {
            PublishError::Nothing(_) => (Exit::Refused, "nothing_to_publish"),
            PublishError::InTheWay { .. } => (Exit::Refused, "in_the_way"),
            _ => (Exit::Usage, "publish"),
        };
        Self::new(exit, kind, error.to_string(), Some(error.hint()))
    }
}

impl From<CoherenceError> for Fault {
    fn from(error: CoherenceError) -> Self {
        Self::new(Exit::Usage, "coherence", error.to_string(), Some(error.hint()))
    }
}

impl From<EngineError> for Fault {
    fn from(error: EngineError) -> Self {
        match error {
            EngineError::Store(error) | EngineError::Context(ContextError::Store(error)) => error.into(),
            EngineError::Config(error) => error.into(),
            EngineError::Publish(error) => error.into(),
            EngineError::Context(error) => Self::new(Exit::Usage, "context", error.to_string(), error.hint()),
            EngineError::Workflow(_) => {
                Self::new(Exit::Usage, "workflow", error.to_string(), error.hint().as_deref())
            }
            EngineError::NotFound { what, id } => Refusal::NotFound { what, id }.into(),
            EngineError::Stopped(_) => {
                Self::new(Exit::Store, "stopped", error.to_string(), error.hint().as_deref())
            }
        }
    }
}
