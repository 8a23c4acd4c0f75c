//! Which canon entries matter for a page: those always given, those pinned to it, those that its texts name with
//! their parents, the standing rules, and then what comes closest by full text. Scope and mode may forbid one.

use std::collections::{HashMap, HashSet};

use super::naming::{Manner, Names};
use crate::domain::EntryId;
use crate::domain::canon::{EntryKind, EntryMode, Place};
use crate::domain::manifest::Why;
use crate::store::rows::EntryRow;

/// A place in the book's order: the chapter's number and the page's in it, both from 1.
pub type At = (u32, u32);

/// A text that may name entries.
#[derive(Debug, Clone, Copy)]
pub struct Told<'a> {
    /// What it is, for the reason: `the beat`.
    pub by: &'static str,
    /// How it is written.
    pub manner: Manner,
    /// The text.
    pub text: &'a str,
}

/// What a page is about, and where it stands.
pub struct About<'a> {
    /// Its texts, the most telling first.
    pub texts: &'a [Told<'a>],
    /// Where it stands.
    pub at: At,
    /// Where a chapter or page of a scope stands: none when it is no longer in the book. A chapter's page is 0.
    pub place: &'a dyn Fn(&Place) -> Option<At>,
    /// Entries that the author pinned to it.
    pub pinned: &'a [EntryId],
    /// Entries that come closest by full text, the best first.
    pub matches: &'a [EntryId],
}

/// Returns every entry, by its place in `entries`, with the reason for which it is wanted or not: the wanted
/// ones first, in the order in which they get room. `names` are those of the same entries.
#[must_use]
pub fn select(entries: &[EntryRow], names: &Names, about: &About<'_>) -> Vec<(usize, Why)> {
    let mut choice = Choice { entries, about, why: vec![None; entries.len()], order: Vec::new() };
    for (index, entry) in entries.iter().enumerate() {
        choice.why[index] = choice.forbidden(entry);
    }
    choice.take_by_weight(|_, e| (e.mode == EntryMode::Always).then_some(Why::Always));
    choice.take_by_weight(|_, e| about.pinned.contains(&e.id).then_some(Why::Pinned));
    for told in about.texts {
        let found = names.find(told.text, told.manner);
        choice.take_by_weight(|index, _| {
            let words = found.get(&index)?.clone();
            Some(Why::Named { by: told.by.to_owned(), words })
        });
    }
    choice.take_parents();
    choice
        .take_by_weight(|_, e| matches!(e.kind, EntryKind::Style | EntryKind::Rule).then_some(Why::Standing));
    let places: HashMap<&EntryId, usize> = entries.iter().enumerate().map(|(i, e)| (&e.id, i)).collect();
    for id in about.matches {
        if let Some(index) = places.get(id) {
            choice.take(*index, Why::Matches);
        }
    }
    let Choice { mut why, order, .. } = choice;
    let mut all: Vec<(usize, Why)> =
        order.into_iter().filter_map(|index| Some((index, why[index].take()?))).collect();
    let is_wanted: HashSet<usize> = all.iter().map(|(index, _)| *index).collect();
    let rest = (0..entries.len()).filter(|index| !is_wanted.contains(index));
    all.extend(rest.map(|index| (index, why[index].take().unwrap_or(Why::NotNamed))));
    all
}

struct Choice<'a> {
    entries: &'a [EntryRow],
    about: &'a About<'a>,
    why: Vec<Option<Why>>,
    order: Vec<usize>,
}

impl Choice<'_> {
    /// Returns why an entry may not be given here, whatever names it.
    fn forbidden(&self, entry: &EntryRow) -> Option<Why> {
        if entry.mode == EntryMode::Never {
            return Some(Why::Never);
        }
        let bound = |place: &Option<Place>| {
            place.as_ref().and_then(|p| Some(((self.about.place)(p)?, p.to_string())))
        };
        if let Some((from, place)) = bound(&entry.scope.from)
            && self.about.at < from
        {
            return Some(Why::NotYet { from: place });
        }
        if let Some(((chapter, page), place)) = bound(&entry.scope.until)
            && self.about.at > (chapter, if page == 0 { u32::MAX } else { page })
        {
            return Some(Why::NoLonger { until: place });
        }
        let by_hand = entry.mode == EntryMode::ByHand && !self.about.pinned.contains(&entry.id);
        by_hand.then_some(Why::ByHand)
    }

    fn take(&mut self, index: usize, why: Why) {
        if self.why[index].is_none() {
            self.why[index] = Some(why);
            self.order.push(index);
        }
    }

    /// Takes all for which there is a reason, the weightiest first.
    fn take_by_weight(&mut self, reason: impl Fn(usize, &EntryRow) -> Option<Why>) {
        let mut wanted: Vec<(usize, Why)> = self
            .entries
            .iter()
            .enumerate()
            .filter(|(index, _)| self.why[*index].is_none())
            .filter_map(|(index, entry)| Some((index, reason(index, entry)?)))
            .collect();
        wanted.sort_by_key(|(index, _)| std::cmp::Reverse(self.entries[*index].weight));
        for (index, why) in wanted {
            self.take(index, why);
        }
    }

    /// Takes the entries that those taken so far belong to, up to the root.
    fn take_parents(&mut self) {
        let mut next = 0;
        while let Some(child) = self.order.get(next).copied() {
            next += 1;
            let Some(parent) = &self.entries[child].parent else { continue };
            if let Some(index) = self.entries.iter().position(|e| e.id == *parent) {
                self.take(index, Why::ParentOf { name: self.entries[child].name.clone() });
            }
        }
    }
}

#[cfg(test)]
mod tests;
