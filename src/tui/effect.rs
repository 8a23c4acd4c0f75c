//! What a screen or an overlay asks of the app.

use super::action::Action;
use super::errand::Order;
use super::notices::Tone;
use super::overlays::Overlay;
use super::purpose::Purpose;
use super::screens::Tab;
use super::views::Waiting;
use crate::domain::run::Marked;
use crate::domain::{BookId, EntryId, PageId, RevisionId, RunId};

/// Something for the app to do.
#[derive(Debug)]
pub enum Effect {
    /// Go to a screen.
    Go(Tab),
    /// Go back to the screen before.
    Back,
    /// Make this the book that is worked on.
    Book(BookId),
    /// Make this the page that is worked on.
    Page(PageId),
    /// Make this the run that is looked at.
    Run(RunId),
    /// Make this the run that is looked at, and go where it is decided on: to the screen that is made for what it
    /// made, once that is known.
    GoToRun(RunId),
    /// Make this the canon entry that is looked at.
    Entry(Option<EntryId>),
    /// Show this revision of the page that is worked on.
    Revision(RevisionId),
    /// Move among the book's chapters and pages.
    Move(Move),
    /// Open an overlay.
    Open(Box<dyn Overlay>),
    /// Open an input with this text, or with what was left unsent in it.
    Write(Purpose, String),
    /// Close the overlay on top; what was typed in it stays unsent.
    Close,
    /// Close the overlay on top and send what was typed.
    Send(Order),
    /// Have an errand run.
    Order(Order),
    /// Close the overlay, and do this as if its key had been pressed.
    Do(Action),
    /// Keep these words, so that a key goes from one page that holds them to the next.
    Searched(String),
    /// Find these words in the text on the screen.
    Find(String),
    /// Hand the text of the input on top to the author's editor.
    EditOutside,
    /// Close the overlay on top and tell the screen what was said in it.
    Told(Told),
    /// Keep a text under this name, as what was typed and not sent.
    Note(String, String),
    /// Say something.
    Say(Tone, String),
}

/// What was said in an overlay, for the screen below.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// What is wrong with a passage.
    Passage(Marked),
    /// A passage is taken off the list: which, from 0.
    Dropped(usize),
    /// A change in the author's words: its number, from 0.
    OwnWords(usize, String),
    /// An earlier revision is to be looked at.
    Revision(RevisionId),
}

impl Effect {
    /// Goes to what waits, where it is decided on.
    #[must_use]
    pub fn to_waiting(waiting: &Waiting) -> Vec<Self> {
        match waiting {
            Waiting::Gate(gate) => vec![Self::Page(gate.page.id.clone()), Self::Go(Tab::Desk)],
            Waiting::Attention { page, .. } => vec![Self::Page(page.id.clone()), Self::Go(Tab::Desk)],
            Waiting::RunGate(gate) => vec![Self::GoToRun(gate.run.id.clone())],
            Waiting::RunInNeed(run) => vec![Self::Run(run.id.clone()), Self::Go(Tab::Run)],
        }
    }
}

/// A step among the chapters and pages of a book.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Move {
    /// So many pages on, or back, across chapters.
    Pages(i64),
    /// So many chapters on, or back.
    Chapters(i64),
    /// To the first page of the book, or to its last.
    End(bool),
    /// To the chapter of this place, from 0, and the page of it.
    To(u32, u32),
}
