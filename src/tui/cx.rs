//! What every screen and overlay may look at while it draws or handles an action.

use std::collections::HashMap;

use ratatui::layout::Rect;

use super::action::{Action, Scope};
use super::here::Here;
use super::keymap::Keymap;
use super::theme::Theme;
use super::views::Views;
use crate::domain::{EntryId, PageId, RunId, StepName, Time};
use crate::engine::{Conducting, Engine, LiveText, Offer};

/// The studio as its screens see it.
pub struct Cx {
    /// The engine: its settings and its state, never its store.
    pub engine: Engine,
    /// What the store said.
    pub views: Views,
    /// Where the author is.
    pub here: Here,
    /// What is being written right now in this process.
    pub live: HashMap<PageId, Vec<LiveText>>,
    /// The same, of runs about other texts.
    pub live_runs: HashMap<RunId, Vec<LiveText>>,
    /// The run that is looked at, of a workflow about a text or a book.
    pub run: Option<RunId>,
    /// Who conducts.
    pub conducting: Conducting,
    /// The keys.
    pub keymap: Keymap,
    /// How things look.
    pub theme: Theme,
    /// The time, as of this key or frame.
    pub now: Time,
    /// The cells between status line and footer.
    pub body: Rect,
    /// A decision is on its way to the disk.
    pub deciding: bool,
    /// No key has come for a moment: what is shown is not merely passed.
    pub rested: bool,
    /// The canon entry that is looked at, or is to be.
    pub entry: Option<EntryId>,
    /// The words that were searched for last in the book.
    pub searched: Option<String>,
    /// Models that were found, to be offered.
    pub offers: Vec<Offer>,
}

impl Cx {
    /// The text of a step as far as it is written.
    #[must_use]
    pub fn live_text(&self, page: &PageId, step: &StepName) -> Option<&LiveText> {
        self.live.get(page)?.iter().find(|l| l.step == *step)
    }

    /// The same, of a run about another text.
    #[must_use]
    pub fn live_text_of_run(&self, run: &RunId, step: &StepName) -> Option<&LiveText> {
        self.live_runs.get(run)?.iter().find(|l| l.step == *step)
    }

    /// The key that asks for an action where these scopes are in force; empty where there is none.
    #[must_use]
    pub fn key(&self, stack: &[Scope], action: Action) -> String {
        self.keymap.key_for(stack, action).unwrap_or_default()
    }

    /// Whether the screen is too narrow for panes beside each other.
    #[must_use]
    pub fn is_narrow(&self) -> bool {
        self.body.width < 60
    }
}
