//! Everything that can be asked of Galley, by any face.

use super::book::BookCommand;
use super::canon::EntryKind;
use super::run::RunCommand;
use super::{Actor, BookId, BookSettings, ChapterId, CommandId, EntryId, PageId, RunId};

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
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs, reason = "the fields read as their variant's sentence")]
pub enum Command {
    /// Makes a book.
    NewBook { title: String, settings: BookSettings },
    /// Changes a book.
    Book { book: BookId, command: BookCommand },
    /// Makes a page with its run, and says what happens on it where a beat is given.
    NewPage { chapter: ChapterId, title: String, beat: Option<String>, position: Option<usize> },
    /// Works on a page's run.
    Page { page: PageId, command: RunCommand },
    /// Works on a run: how the conductor speaks.
    Run { run: RunId, command: RunCommand },
    /// Makes or changes a canon entry.
    PutEntry { book: BookId, entry: Option<EntryId>, kind: EntryKind, name: String, text: String },
    /// Takes a canon entry out.
    RemoveEntry { book: BookId, entry: EntryId },
}
