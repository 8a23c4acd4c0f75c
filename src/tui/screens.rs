//! The screens, one a file. A screen draws from what was loaded, turns actions into effects, and holds no rules.

mod board;
mod canon;
mod coherence;
mod desk;
mod doc;
mod history;
mod inbox;
mod library;
pub(super) mod pages;
mod parts;
mod prompts;
mod run;
mod runs;
mod settings;
mod through;
mod trash;

use crossterm::event::KeyEvent;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::action::{Action, Scope};
use super::cx::Cx;
use super::effect::{Effect, Told};
use super::views::Ask;
use crate::domain::{PageId, RevisionId, RunId};

pub use coherence::coherence_of;
pub use desk::ask_anew;
pub use doc::{Doc, DocView};
pub use parts::{age, count, many, name_of, name_of_waiting, run_state, short_state, state};

/// Which screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tab {
    /// The books.
    Library,
    /// The chapters and pages of a book.
    Board,
    /// What waits for the author.
    Inbox,
    /// Where a page is worked on.
    Desk,
    /// The revisions of a page.
    History,
    /// Runs, attempts, costs.
    Runs,
    /// A run of a workflow about a text or a book.
    Run,
    /// What the check of a book found, and its gate.
    Coherence,
    /// Settings.
    Settings,
    /// What is known of the book's world.
    Canon,
    /// The templates of the agents' messages.
    Prompts,
    /// A chapter as one text.
    Through,
    /// What is in the trash.
    Trash,
}

impl Tab {
    /// Its name over the screen.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Library => "Library",
            Self::Board => "Board",
            Self::Inbox => "Inbox",
            Self::Desk => "Desk",
            Self::History => "History",
            Self::Runs => "Runs",
            Self::Run => "Run",
            Self::Coherence => "Coherence",
            Self::Settings => "Settings",
            Self::Canon => "Canon",
            Self::Prompts => "Prompts",
            Self::Through => "Chapter",
            Self::Trash => "Trash",
        }
    }
}

/// A screen.
pub trait Screen {
    /// The scopes in force, innermost first.
    fn scopes(&self, cx: &Cx) -> &'static [Scope];

    /// Whether an action is of use now; what is not stays out of the footer.
    fn offers(&self, _action: Action, _cx: &Cx) -> bool {
        true
    }

    /// What it draws from.
    fn wants(&self, cx: &Cx) -> Vec<Ask>;

    /// Handles an action that is none of the app's own.
    fn act(&mut self, action: Action, cx: &Cx) -> Vec<Effect>;

    /// Handles a key that nothing is bound to.
    fn key(&mut self, _key: KeyEvent, _cx: &Cx) -> Vec<Effect> {
        Vec::new()
    }

    /// Draws itself.
    fn draw(&mut self, buffer: &mut Buffer, area: Rect, cx: &Cx);

    /// It is shown from now on.
    fn enter(&mut self, _cx: &Cx) {}

    /// What it draws from has changed.
    fn settle(&mut self, _cx: &Cx) {}

    /// Shows this revision, once it is loaded.
    fn look_at(&mut self, _revision: &RevisionId) {}

    /// Looks for words in the text that it shows.
    fn find(&mut self, _words: &str) {}

    /// Hears what was said in an overlay.
    fn told(&mut self, _told: Told, _cx: &Cx) -> Vec<Effect> {
        Vec::new()
    }

    /// The name of a text that it keeps as unsent and has not read yet.
    fn recalls(&self) -> Option<String> {
        None
    }

    /// Takes that text.
    fn recall(&mut self, _kept: Option<&str>, _cx: &Cx) {}

    /// Whether it shows what is being written on one of these pages.
    fn shows_live(&self, _pages: &[PageId], _cx: &Cx) -> bool {
        false
    }

    /// Whether it shows what is being written in one of these runs about other texts.
    fn shows_live_run(&self, _runs: &[RunId], _cx: &Cx) -> bool {
        false
    }

    /// Whether it shows a clock that goes on.
    fn has_clock(&self, _cx: &Cx) -> bool {
        false
    }
}

/// All screens; each keeps its place while another is shown.
#[derive(Default)]
pub struct Screens {
    library: library::Library,
    board: board::Board,
    inbox: inbox::Inbox,
    desk: desk::Desk,
    history: history::History,
    runs: runs::Runs,
    run: run::RunScreen,
    coherence: coherence::Coherence,
    settings: settings::Settings,
    canon: canon::Canon,
    prompts: prompts::Prompts,
    through: through::Through,
    trash: trash::TrashScreen,
}

impl Screens {
    /// The screen of a tab.
    #[must_use]
    pub fn get(&self, tab: Tab) -> &dyn Screen {
        match tab {
            Tab::Library => &self.library,
            Tab::Board => &self.board,
            Tab::Inbox => &self.inbox,
            Tab::Desk => &self.desk,
            Tab::History => &self.history,
            Tab::Runs => &self.runs,
            Tab::Run => &self.run,
            Tab::Coherence => &self.coherence,
            Tab::Settings => &self.settings,
            Tab::Canon => &self.canon,
            Tab::Prompts => &self.prompts,
            Tab::Through => &self.through,
            Tab::Trash => &self.trash,
        }
    }

    /// The screen of a tab, to be changed.
    pub fn get_mut(&mut self, tab: Tab) -> &mut dyn Screen {
        match tab {
            Tab::Library => &mut self.library,
            Tab::Board => &mut self.board,
            Tab::Inbox => &mut self.inbox,
            Tab::Desk => &mut self.desk,
            Tab::History => &mut self.history,
            Tab::Runs => &mut self.runs,
            Tab::Run => &mut self.run,
            Tab::Coherence => &mut self.coherence,
            Tab::Settings => &mut self.settings,
            Tab::Canon => &mut self.canon,
            Tab::Prompts => &mut self.prompts,
            Tab::Through => &mut self.through,
            Tab::Trash => &mut self.trash,
        }
    }
}
