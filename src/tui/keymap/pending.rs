//! The keys of a sequence that is not finished yet.

use super::{Key, Keymap, Lookup, text_of_keys};
use crate::tui::action::{Action, Scope};

/// What a key press came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Press {
    /// It asks for this.
    Action(Action),
    /// It began or went on with a sequence; the next key tells.
    Waiting,
    /// It asks for nothing: the focused input may have it.
    Unbound,
}

/// Keys pressed so far. One lives in the app.
#[derive(Debug, Clone, Default)]
pub struct Pending {
    keys: Vec<Key>,
}

impl Pending {
    /// Takes a key. A key that ends no sequence is tried again as the first of one.
    pub fn press(&mut self, keymap: &Keymap, stack: &[Scope], key: Key) -> Press {
        loop {
            self.keys.push(key);
            match keymap.lookup(stack, &self.keys) {
                Lookup::Action(action) => {
                    self.keys.clear();
                    return Press::Action(action);
                }
                Lookup::Longer => return Press::Waiting,
                Lookup::Unbound => {
                    let alone = self.keys.len() == 1;
                    self.keys.clear();
                    if alone {
                        return Press::Unbound;
                    }
                }
            }
        }
    }

    /// Forgets what was begun: the focus moved, or a paste came.
    pub fn clear(&mut self) {
        self.keys.clear();
    }

    /// The keys pressed so far, to be shown while the next is awaited; empty if there are none.
    #[must_use]
    pub fn text(&self) -> String {
        text_of_keys(&self.keys)
    }
}
