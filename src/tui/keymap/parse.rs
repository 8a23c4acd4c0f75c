//! Bindings as they are read: what cannot be is refused with its file and line.

use super::key::{Key, keys_from_text, text_of_keys};
use crate::tui::action::{Action, Scope};
use crate::tui::error::TuiError;
use crate::tui::settings_text::{Entry, entries};

const SHIPPED_NAME: &str = "the shipped keymap";
/// Bound to this, a key is free again.
const NONE: &str = "none";

/// One key sequence in one scope, and what it asks for.
#[derive(Debug, Clone)]
pub(super) struct Binding {
    pub scope: Scope,
    pub keys: Vec<Key>,
    pub action: Action,
    /// Where it was said, for the message of a clash.
    file: String,
    line: usize,
}

/// All bindings, in the order they were said.
#[derive(Debug, Clone, Default)]
pub(super) struct Bindings {
    pub all: Vec<Binding>,
}

/// The shipped keymap.
pub(super) fn shipped(text: &str) -> Result<Bindings, TuiError> {
    let mut bindings = Bindings::default();
    bindings.lay_over(SHIPPED_NAME, text)?;
    Ok(bindings)
}

impl Bindings {
    /// Takes the bindings of a file: they replace those of the same scope and keys.
    pub fn lay_over(&mut self, file: &str, text: &str) -> Result<(), TuiError> {
        let mut said: Vec<(Scope, Vec<Key>, usize)> = Vec::new();
        let mut new = Vec::new();
        for entry in entries(file, text)? {
            let (scope, keys, action) = read(file, &entry)?;
            if let Some((.., line)) = said.iter().find(|(s, k, _)| *s == scope && *k == keys) {
                let what = format!("`{}` is bound in [{}] already, on line {line}", entry.key, scope.name());
                return Err(TuiError::settings(file, entry.line, what, "keep one of the two lines"));
            }
            self.all.retain(|b| b.scope != scope || b.keys != keys);
            said.push((scope, keys.clone(), entry.line));
            if let Some(action) = action {
                new.push(Binding { scope, keys, action, file: file.to_owned(), line: entry.line });
            }
        }
        self.all.append(&mut new);
        self.refuse_clashes(file)
    }

    /// Refuses keys that ask for two things where their scopes are in force together, and keys that could never
    /// be pressed to their end because their beginning asks for something already.
    fn refuse_clashes(&self, file: &str) -> Result<(), TuiError> {
        for (i, later) in self.all.iter().enumerate() {
            for earlier in &self.all[..i] {
                if !together(earlier.scope, later.scope) || !begins(&earlier.keys, &later.keys) {
                    continue;
                }
                let (at, other) = if later.file == file { (later, earlier) } else { (earlier, later) };
                let where_said =
                    if other.file == at.file { format!("line {}", other.line) } else { other.file.clone() };
                let what = format!(
                    "`{}` for {} in [{}] clashes with `{}` for {} in [{}] ({where_said})",
                    text_of_keys(&at.keys),
                    at.action.name(),
                    at.scope.name(),
                    text_of_keys(&other.keys),
                    other.action.name(),
                    other.scope.name(),
                );
                let hint = format!(
                    "choose another key, or free the other with \"{}\" = \"{NONE}\" in [{}]",
                    text_of_keys(&other.keys),
                    other.scope.name()
                );
                return Err(TuiError::settings(&at.file, at.line, what, hint));
            }
        }
        Ok(())
    }
}

fn read(file: &str, entry: &Entry) -> Result<(Scope, Vec<Key>, Option<Action>), TuiError> {
    let refuse = |line, what: String, hint: &str| Err(TuiError::settings(file, line, what, hint));
    let Some(scope) = Scope::named(&entry.table) else {
        let names = Scope::ALL.map(Scope::name).join(", ");
        if entry.table.is_empty() {
            let what = format!("`{}` is in no table", entry.key);
            return refuse(entry.line, what, &format!("put it under one of {names}, such as [global]"));
        }
        let what = format!("there is no place [{}]", entry.table);
        return refuse(entry.table_line, what, &format!("the places are {names}"));
    };
    let Some(keys) = keys_from_text(&entry.key) else {
        let hint =
            "a key is a character, a name such as space or f1, or one of these after ctrl-, alt-, shift-";
        return refuse(entry.line, format!("there is no key `{}`", entry.key), hint);
    };
    if entry.value == NONE {
        return Ok((scope, keys, None));
    }
    let Some(action) = Action::named(&entry.value) else {
        let near = nearest(&entry.value);
        return refuse(
            entry.line,
            format!("there is no action `{}`", entry.value),
            &format!("did you mean `{near}`?"),
        );
    };
    if !scope.reviews() && action.decides() {
        let places: Vec<_> =
            Scope::ALL.into_iter().filter(|s| s.reviews()).map(|s| format!("[{}]", s.name())).collect();
        let places = places.join(", ");
        let what = format!("`{}` decides, so it can be bound in {places} only", action.name());
        return refuse(
            entry.line,
            what,
            "move the line to [gate]: a key decides only in the focused review pane",
        );
    }
    let types = matches!(scope, Scope::Editor | Scope::Dialog) && keys.first().is_some_and(|k| k.types());
    if types {
        let what = format!("`{}` would no longer type in [{}]", entry.key, scope.name());
        return refuse(entry.line, what, "choose a key with ctrl- or alt-, or a function key");
    }
    Ok((scope, keys, Some(action)))
}

/// The action whose name is most like this one.
fn nearest(name: &str) -> &'static str {
    let likeness = |a: &&Action| (similar::TextDiff::from_chars(name, a.name()).ratio() * 1000.0) as u32;
    Action::ALL.iter().max_by_key(likeness).map_or("help", |a| a.name())
}

fn together(a: Scope, b: Scope) -> bool {
    a == b || Scope::STACKS.iter().any(|stack| stack.contains(&a) && stack.contains(&b))
}

/// Whether one sequence is the beginning of the other, or the same.
fn begins(a: &[Key], b: &[Key]) -> bool {
    a.starts_with(b) || b.starts_with(a)
}
