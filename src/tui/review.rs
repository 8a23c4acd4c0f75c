//! The rules of reviewing changes: which one stands under the cursor, what was decided on each, and what comes of it.

#[cfg(test)]
mod tests;

use super::action::Action;
use crate::analysis::changes::{Changes, Choice, Kind};

/// How a text with changes is looked at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum View {
    /// The text as it is.
    #[default]
    Clean,
    /// What came and what went, in one text.
    Inline,
    /// The old text beside the new one.
    Sides,
    /// The text that the choices make.
    Result,
}

impl View {
    /// The next one; without choices to make there are no sides.
    #[must_use]
    pub fn next(self, has_sides: bool) -> Self {
        match self {
            Self::Clean => Self::Inline,
            Self::Inline if has_sides => Self::Sides,
            _ => Self::Clean,
        }
    }
}

/// What comes of an action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// What is shown changes, and no more.
    Moved,
    /// The author words a change: its number, and the words to begin from.
    Word(usize, String),
    /// All is decided: this text is to be kept.
    Keep(String),
    /// It cannot be done, in words.
    Refused(String),
}

/// Changes under review.
#[derive(Debug, Clone, PartialEq)]
pub struct Review {
    changes: Changes,
    choices: Vec<Option<Choice>>,
    unasked: Vec<usize>,
    at: usize,
}

impl Review {
    /// Begins at the first change; nothing is decided. The changes with these numbers were not asked for.
    #[must_use]
    pub fn new(changes: Changes, unasked: Vec<usize>) -> Self {
        let choices = vec![None; changes.list().len()];
        Self { changes, choices, unasked, at: 0 }
    }

    /// The changes.
    #[must_use]
    pub fn changes(&self) -> &Changes {
        &self.changes
    }

    /// The number of the change under the cursor, from 0; none where there is none.
    #[must_use]
    pub fn at(&self) -> Option<usize> {
        (self.at < self.choices.len()).then_some(self.at)
    }

    /// What was decided on a change.
    #[must_use]
    pub fn choice(&self, change: usize) -> Option<&Choice> {
        self.choices.get(change)?.as_ref()
    }

    /// How many changes are undecided.
    #[must_use]
    pub fn undecided(&self) -> usize {
        self.choices.iter().filter(|c| c.is_none()).count()
    }

    /// Whether anything is decided.
    #[must_use]
    pub fn is_begun(&self) -> bool {
        self.undecided() < self.choices.len()
    }

    /// The text that the choices make; what is undecided stands as in the new text.
    #[must_use]
    pub fn result(&self) -> String {
        let choices: Vec<Choice> = self.choices.iter().map(|c| c.clone().unwrap_or(Choice::Take)).collect();
        self.changes.merge(&choices)
    }

    /// Where one stands, in words: `change 2 of 7: moved, unasked; 3 undecided`.
    #[must_use]
    pub fn place(&self) -> String {
        let Some(at) = self.at() else { return "the same text".into() };
        let unasked = if self.unasked.contains(&at) { ", UNREQUESTED" } else { "" };
        let kind = self.changes.list()[at].kind.name();
        let left = match self.undecided() {
            0 => "all decided".to_owned(),
            n => format!("{n} undecided"),
        };
        format!("change {} of {}: {kind}{unasked}; {left}", at + 1, self.choices.len())
    }

    /// The same where there is little room: `2/7, 3 undecided`.
    #[must_use]
    pub fn place_in_short(&self) -> String {
        match (self.at(), self.undecided()) {
            (None, _) => self.place(),
            (Some(at), 0) => format!("{}/{}, all decided", at + 1, self.choices.len()),
            (Some(at), n) => format!("{}/{}, {n} undecided", at + 1, self.choices.len()),
        }
    }

    /// Does what an action asks for; none where it is none of a review's.
    pub fn act(&mut self, action: Action) -> Option<Outcome> {
        let last = self.choices.len().checked_sub(1);
        match (action, last) {
            (
                Action::NextChange
                | Action::PreviousChange
                | Action::TakeChange
                | Action::RefuseChange
                | Action::TakeRest
                | Action::RefuseRest
                | Action::SplitChange
                | Action::WordChange
                | Action::KeepChoices,
                None,
            ) => return Some(Outcome::Refused("both texts are the same".into())),
            (Action::NextChange, Some(last)) => self.at = (self.at + 1).min(last),
            (Action::PreviousChange, _) => self.at = self.at.saturating_sub(1),
            (Action::TakeChange, _) => self.choose(Choice::Take),
            (Action::RefuseChange, _) => self.choose(Choice::Refuse),
            (Action::TakeRest, _) => self.rest(&Choice::Take),
            (Action::RefuseRest, _) => self.rest(&Choice::Refuse),
            (Action::SplitChange, _) => return Some(self.split()),
            (Action::WordChange, _) => return Some(self.word()),
            (Action::KeepChoices, _) => return Some(self.keep()),
            _ => return None,
        }
        Some(Outcome::Moved)
    }

    /// Puts a change in the author's own words.
    pub fn put(&mut self, change: usize, words: String) {
        if let Some(choice) = self.choices.get_mut(change) {
            *choice = Some(Choice::Own(words));
            self.at = change;
            self.go_on();
        }
    }

    /// Decides on the change under the cursor and goes on to the next undecided one; the same again takes it back.
    fn choose(&mut self, choice: Choice) {
        let choice = Some(choice);
        if self.choices[self.at] == choice {
            self.choices[self.at] = None;
        } else {
            self.choices[self.at] = choice;
            self.go_on();
        }
    }

    fn go_on(&mut self) {
        let open = |at: &usize| self.choices[*at].is_none();
        let next = (self.at..self.choices.len()).find(open).or_else(|| (0..self.at).find(open));
        self.at = next.unwrap_or(self.at);
    }

    fn rest(&mut self, choice: &Choice) {
        for open in self.choices.iter_mut().filter(|c| c.is_none()) {
            *open = Some(choice.clone());
        }
    }

    fn split(&mut self) -> Outcome {
        let Some(from) = self.changes.split(self.at) else {
            return Outcome::Refused("this change has no smaller parts".into());
        };
        let split = self.at;
        let choices = from.iter().map(|of| if *of == split { None } else { self.choices[*of].clone() });
        self.choices = choices.collect();
        self.unasked = (0..from.len()).filter(|at| self.unasked.contains(&from[*at])).collect();
        self.at = from.iter().position(|of| *of == split).unwrap_or(split);
        Outcome::Moved
    }

    fn word(&self) -> Outcome {
        let change = &self.changes.list()[self.at];
        if matches!(change.kind, Kind::Split | Kind::Merged | Kind::Layout) {
            return Outcome::Refused("there are no words in this change".into());
        }
        let (old, new) = self.changes.texts(change);
        let words = match &self.choices[self.at] {
            Some(Choice::Own(words)) => words.as_str(),
            Some(Choice::Refuse) if !old.trim().is_empty() => old,
            _ if new.trim().is_empty() => old,
            _ => new,
        };
        Outcome::Word(self.at, words.trim().to_owned())
    }

    fn keep(&self) -> Outcome {
        match self.undecided() {
            0 => Outcome::Keep(self.result()),
            1 => Outcome::Refused(
                "one change is undecided: take it, refuse it, or decide on all the rest".into(),
            ),
            n => Outcome::Refused(format!("{n} changes are undecided: decide on each, or on all the rest")),
        }
    }
}
