//! What the studio told its author: the newest stands above the footer, all of them in the log.

use std::collections::VecDeque;

use crate::domain::Time;
use crate::tui::Role;

/// Notices that are kept.
const KEPT: usize = 200;

/// What kind of news it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// It was done.
    Done,
    /// Something happened.
    News,
    /// It was refused, and changed nothing.
    Refused,
    /// It failed.
    Failed,
}

impl Tone {
    /// How it looks.
    #[must_use]
    pub fn role(self) -> Role {
        match self {
            Self::Done => Role::Success,
            Self::News => Role::Accent,
            Self::Refused => Role::Warning,
            Self::Failed => Role::Error,
        }
    }

    /// What stands before it, for it is never told by colour alone.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::News => "note",
            Self::Refused => "refused",
            Self::Failed => "failed",
        }
    }
}

/// One thing that was said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// When.
    pub at: Time,
    /// What kind of news.
    pub tone: Tone,
    /// The words, one line.
    pub text: String,
    /// What the author can do about it.
    pub hint: Option<String>,
}

impl Notice {
    /// The words, and what can be done about it.
    #[must_use]
    pub fn line(&self) -> String {
        match &self.hint {
            Some(hint) => format!("{} ({hint})", self.text),
            None => self.text.clone(),
        }
    }
}

/// All notices, and whether the newest still stands.
#[derive(Debug, Default)]
pub struct Notices {
    all: VecDeque<Notice>,
    shown: bool,
}

impl Notices {
    /// Says something. The same thing said again takes no second line.
    pub fn say(&mut self, notice: Notice) {
        self.shown = true;
        if let Some(last) = self.all.back_mut()
            && last.tone == notice.tone
            && last.text == notice.text
        {
            last.at = notice.at;
            return;
        }
        if self.all.len() == KEPT {
            self.all.pop_front();
        }
        self.all.push_back(notice);
    }

    /// Takes the newest off the screen; the log keeps it.
    pub fn hide(&mut self) {
        self.shown = false;
    }

    /// The one to show.
    #[must_use]
    pub fn shown(&self) -> Option<&Notice> {
        self.all.back().filter(|_| self.shown)
    }

    /// All that are kept, newest first.
    #[must_use]
    pub fn newest_first(&self) -> impl ExactSizeIterator<Item = &Notice> {
        self.all.iter().rev()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn notice(text: &str) -> Notice {
        Notice { at: Time(1), tone: Tone::Done, text: text.into(), hint: None }
    }

    #[test]
    fn a_repeated_notice_takes_one_line_and_a_hidden_one_stays_in_the_log() {
        let mut notices = Notices::default();
        notices.say(notice("saved"));
        notices.say(notice("saved"));
        notices.hide();
        assert_eq!(notices.shown(), None);
        assert_eq!(notices.newest_first().len(), 1);
    }

    #[test]
    fn the_log_does_not_grow_without_end() {
        let mut notices = Notices::default();
        for n in 0..3 * KEPT {
            notices.say(notice(&n.to_string()));
        }
        assert_eq!(notices.newest_first().len(), KEPT);
        assert_eq!(notices.newest_first().next(), Some(&notice("599")));
    }
}
