//! Everything that can be asked of Galley, by any face.

use std::collections::BTreeMap;

use super::book::BookCommand;
use super::canon::CanonCommand;
use super::prompt::PromptCommand;
use super::run::{RunCommand, Subject};
use super::workflow::Parameters;
use super::{
    Actor, BookId, BookSettings, ChapterId, CommandId, PageId, ProposalId, RunId, StepName, Workflow,
};

/// A command with who gives it. It is decided and stored as a whole, or refused as a whole.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// Names the command: a repeat of the same name gets the first answer and does nothing again.
    pub id: Option<CommandId>,
    /// Who gives it.
    pub actor: Actor,
    /// What.
    pub command: Command,
}

/// A command.
#[derive(Debug, Clone, PartialEq, strum::IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
#[allow(missing_docs, reason = "the fields read as their variant's sentence")]
pub enum Command {
    /// Makes a book.
    NewBook { title: String, settings: BookSettings },
    /// Changes a book.
    Book { book: BookId, command: BookCommand },
    /// Makes a page with its run, and says what happens on it where a beat is given.
    NewPage { chapter: ChapterId, title: String, beat: Option<String>, position: Option<usize> },
    /// Starts a workflow about a text or a book, under this id where one is given; `models` are chosen for single
    /// steps of it, as `provider/model`.
    StartRun {
        id: Option<RunId>,
        workflow: std::sync::Arc<Workflow>,
        subject: Subject,
        title: String,
        text: Option<String>,
        parameters: Parameters,
        models: BTreeMap<StepName, String>,
    },
    /// Works on a page's run.
    Page { page: PageId, command: RunCommand },
    /// Works on a run: how the conductor speaks.
    Run { run: RunId, command: RunCommand },
    /// Takes what an edit taught into the canon, in these words or in the proposal's own: page and canon change
    /// together.
    AcceptProposal { page: PageId, proposal: ProposalId, words: Option<String> },
    /// Changes a book's own prompt templates.
    Prompt { book: BookId, command: PromptCommand },
    /// Changes a book's canon.
    Canon { book: BookId, command: CanonCommand },
    /// Makes a book of a manuscript: its pages are approved narration.
    ImportBook { title: String, settings: BookSettings, file: String, chapters: Vec<ImportedChapter> },
}

impl Command {
    /// Returns the name of what is asked, for the log: `approve`, `add_chapter`, `start_run`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Book { command, .. } => command.into(),
            Self::Page { command, .. } | Self::Run { command, .. } => command.into(),
            Self::Prompt { command, .. } => command.into(),
            Self::Canon { command, .. } => command.into(),
            Self::NewBook { .. }
            | Self::NewPage { .. }
            | Self::StartRun { .. }
            | Self::AcceptProposal { .. }
            | Self::ImportBook { .. } => self.into(),
        }
    }

    /// Returns the names of models that the author chooses by it.
    pub fn chosen_models(&mut self) -> Vec<&mut String> {
        match self {
            Self::StartRun { models, .. } => models.values_mut().collect(),
            Self::Page { command, .. } | Self::Run { command, .. } => {
                command.chosen_model().into_iter().collect()
            }
            Self::NewBook { .. }
            | Self::Book { .. }
            | Self::NewPage { .. }
            | Self::AcceptProposal { .. }
            | Self::Prompt { .. }
            | Self::Canon { .. }
            | Self::ImportBook { .. } => Vec::new(),
        }
    }
}

/// A chapter of a manuscript.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportedChapter {
    /// Its title.
    pub title: String,
    /// The texts of its pages, in order.
    pub pages: Vec<String>,
}
