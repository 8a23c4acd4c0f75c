//! Which key asks for what, where: the shipped keymap with the author's laid over it.
//!
//! The footer's hints and the help are made from the same bindings that act, so neither can be out of date.

mod key;
mod parse;
mod pending;
mod trie;

use std::path::Path;

pub use key::{Key, keys_from_text, text_of_keys};
pub use pending::{Pending, Press};

use super::action::{Action, Scope};
use super::error::{TuiError, read};
use parse::Bindings;
use trie::Trie;

const SHIPPED: &str = include_str!("../../assets/keymap.toml");

/// A row of the footer or the help: the keys that ask for an action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hint {
    /// Where they work.
    pub scope: Scope,
    /// What they ask for.
    pub action: Action,
    /// The keys as one reads them, the first being the one to show where there is room for one.
    pub keys: Vec<String>,
}

/// Every binding, ready to be looked up.
#[derive(Debug, Clone)]
pub struct Keymap {
    bindings: Bindings,
    tries: Vec<(Scope, Trie)>,
}

impl Default for Keymap {
    fn default() -> Self {
        let bindings = parse::shipped(SHIPPED).expect("the shipped keymap is parsed in the tests");
        Self::of(bindings)
    }
}

impl Keymap {
    /// The shipped keymap, with the file of the author laid over it where there is one.
    pub fn load(file: Option<&Path>) -> Result<Self, TuiError> {
        match file {
            Some(path) if path.exists() => Self::default().overlay(&path.display().to_string(), &read(path)?),
            _ => Ok(Self::default()),
        }
    }

    /// This keymap with another laid over it. `file` is what errors call the text.
    pub fn overlay(self, file: &str, text: &str) -> Result<Self, TuiError> {
        let mut bindings = self.bindings;
        bindings.lay_over(file, text)?;
        Ok(Self::of(bindings))
    }

    fn of(bindings: Bindings) -> Self {
        let mut tries: Vec<_> = Scope::ALL.map(|s| (s, Trie::default())).into();
        for binding in &bindings.all {
            if let Some((_, trie)) = tries.iter_mut().find(|(s, _)| *s == binding.scope) {
                trie.insert(&binding.keys, binding.action);
            }
        }
        Self { bindings, tries }
    }

    /// What a sequence of keys asks for where these scopes are in force, innermost first.
    #[must_use]
    pub fn lookup(&self, stack: &[Scope], keys: &[Key]) -> Lookup {
        let mut longer = false;
        for scope in stack {
            let trie = self.tries.iter().find(|(s, _)| s == scope).map(|(_, t)| t);
            match trie.map_or(Lookup::Unbound, |t| t.find(keys)) {
                Lookup::Action(action) => return Lookup::Action(action),
                Lookup::Longer => longer = true,
                Lookup::Unbound => {}
            }
        }
        if longer { Lookup::Longer } else { Lookup::Unbound }
    }

    /// Everything that works where these scopes are in force, innermost first, in the order of the keymap.
    #[must_use]
    pub fn help(&self, stack: &[Scope]) -> Vec<Hint> {
        let mut hints: Vec<Hint> = Vec::new();
        for scope in stack {
            for binding in self.bindings.all.iter().filter(|b| b.scope == *scope) {
                let keys = text_of_keys(&binding.keys);
                match hints.iter_mut().find(|h| h.scope == *scope && h.action == binding.action) {
                    Some(hint) => hint.keys.push(keys),
                    None => hints.push(Hint { scope: *scope, action: binding.action, keys: vec![keys] }),
                }
            }
        }
        hints
    }

    /// What a footer shows: [`help`](Self::help) without the keys that everyone knows.
    #[must_use]
    pub fn hints(&self, stack: &[Scope]) -> Vec<Hint> {
        self.help(stack).into_iter().filter(|h| !h.action.is_quiet()).collect()
    }

    /// The keys that ask for an action anywhere, for the palette.
    #[must_use]
    pub fn keys_of(&self, action: Action) -> Vec<String> {
        let mut keys: Vec<String> = Vec::new();
        for binding in self.bindings.all.iter().filter(|b| b.action == action) {
            let text = text_of_keys(&binding.keys);
            if !keys.contains(&text) {
                keys.push(text);
            }
        }
        keys
    }

    /// The first key that asks for an action where these scopes are in force.
    #[must_use]
    pub fn key_for(&self, stack: &[Scope], action: Action) -> Option<String> {
        stack.iter().find_map(|scope| {
            let mut bound = self.bindings.all.iter().filter(|b| b.scope == *scope && b.action == action);
            bound.next().map(|b| text_of_keys(&b.keys))
        })
    }
}

/// What a sequence of keys comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lookup {
    /// It asks for this.
    Action(Action),
    /// It begins a longer sequence.
    Longer,
    /// It asks for nothing.
    Unbound,
}

#[cfg(test)]
mod tests;
