//! Sequences of keys of one scope, as a tree.

use super::{Key, Lookup};
use crate::tui::action::Action;

/// A key that was pressed, what it asks for, and the keys that may follow. A sequence is short and a scope has some
/// twenty keys: a row is faster than a table of hashes.
#[derive(Debug, Clone, Default)]
pub(super) struct Trie {
    action: Option<Action>,
    next: Vec<(Key, Trie)>,
}

impl Trie {
    pub fn insert(&mut self, keys: &[Key], action: Action) {
        let Some((first, rest)) = keys.split_first() else {
            self.action = Some(action);
            return;
        };
        let at = self.next.iter().position(|(key, _)| key == first).unwrap_or_else(|| {
            self.next.push((*first, Self::default()));
            self.next.len() - 1
        });
        self.next[at].1.insert(rest, action);
    }

    pub fn find(&self, keys: &[Key]) -> Lookup {
        let mut node = self;
        for key in keys {
            match node.next.iter().find(|(k, _)| k == key) {
                Some((_, next)) => node = next,
                None => return Lookup::Unbound,
            }
        }
        match node.action {
            Some(action) => Lookup::Action(action),
            None if node.next.is_empty() => Lookup::Unbound,
            None => Lookup::Longer,
        }
    }
}
