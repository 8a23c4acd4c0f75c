//! One key as it is pressed, written and read.

use std::fmt;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// A key with its modifiers, in one form however the terminal reports it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd)]
pub struct Key {
    code: KeyCode,
    modifiers: KeyModifiers,
}

const NAMED: [(&str, &str, KeyCode); 15] = [
    ("space", "Space", KeyCode::Char(' ')),
    ("tab", "Tab", KeyCode::Tab),
    ("enter", "Enter", KeyCode::Enter),
    ("esc", "Esc", KeyCode::Esc),
    ("backspace", "Backspace", KeyCode::Backspace),
    ("delete", "Delete", KeyCode::Delete),
    ("insert", "Insert", KeyCode::Insert),
    ("up", "Up", KeyCode::Up),
    ("down", "Down", KeyCode::Down),
    ("left", "Left", KeyCode::Left),
    ("right", "Right", KeyCode::Right),
    ("home", "Home", KeyCode::Home),
    ("end", "End", KeyCode::End),
    ("pageup", "PgUp", KeyCode::PageUp),
    ("pagedown", "PgDn", KeyCode::PageDown),
];

const MODIFIERS: [(&str, &str, KeyModifiers); 3] = [
    ("ctrl-", "Ctrl-", KeyModifiers::CONTROL),
    ("alt-", "Alt-", KeyModifiers::ALT),
    ("shift-", "Shift-", KeyModifiers::SHIFT),
];

impl Key {
    /// A key in its one form: a character carries its own case, and Ctrl none.
    #[must_use]
    pub fn new(code: KeyCode, modifiers: KeyModifiers) -> Self {
        let mut modifiers = modifiers & (KeyModifiers::CONTROL | KeyModifiers::ALT | KeyModifiers::SHIFT);
        let code = match code {
            KeyCode::BackTab => {
                modifiers |= KeyModifiers::SHIFT;
                KeyCode::Tab
            }
            KeyCode::Char(c) => {
                let shifted = modifiers.contains(KeyModifiers::SHIFT);
                modifiers -= KeyModifiers::SHIFT;
                KeyCode::Char(match c {
                    c if modifiers.contains(KeyModifiers::CONTROL) => c.to_ascii_lowercase(),
                    c if shifted => c.to_ascii_uppercase(),
                    c => c,
                })
            }
            code => code,
        };
        Self { code, modifiers }
    }

    /// Whether it types a character where a text area has the focus.
    #[must_use]
    pub fn types(self) -> bool {
        matches!(self.code, KeyCode::Char(_)) && self.modifiers.is_empty()
    }

    /// Reads one key: `a`, `G`, `ctrl-p`, `shift-tab`, `f1`.
    fn read(text: &str) -> Option<Self> {
        let mut rest = text;
        let mut modifiers = KeyModifiers::empty();
        while let Some((prefix, _, modifier)) =
            MODIFIERS.iter().find(|(p, ..)| rest.starts_with(p) && rest.len() > p.len())
        {
            rest = &rest[prefix.len()..];
            modifiers |= *modifier;
        }
        let named = NAMED.iter().find(|(name, ..)| *name == rest).map(|(.., code)| *code);
        let function =
            || rest.strip_prefix('f')?.parse().ok().filter(|n| (1..=12).contains(n)).map(KeyCode::F);
        let mut letters = rest.chars();
        let single = || match (letters.next(), letters.next()) {
            (Some(c), None) if !c.is_control() && !c.is_whitespace() => Some(KeyCode::Char(c)),
            _ => None,
        };
        let code = named.or_else(function).or_else(single)?;
        Some(Self::new(code, modifiers))
    }
}

impl From<KeyEvent> for Key {
    fn from(event: KeyEvent) -> Self {
        Self::new(event.code, event.modifiers)
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (_, shown, modifier) in MODIFIERS {
            if self.modifiers.contains(modifier) {
                f.write_str(shown)?;
            }
        }
        if let Some((_, shown, _)) = NAMED.iter().find(|(.., code)| *code == self.code) {
            return f.write_str(shown);
        }
        match self.code {
            KeyCode::Char(c) if self.modifiers.contains(KeyModifiers::CONTROL) => {
                write!(f, "{}", c.to_ascii_uppercase())
            }
            KeyCode::Char(c) => write!(f, "{c}"),
            KeyCode::F(n) => write!(f, "F{n}"),
            _ => f.write_str("?"),
        }
    }
}

/// The keys that a text of a keymap names, in order: `ctrl-p`, `]c`, `g o x`. None if it names none.
#[must_use]
pub fn keys_from_text(text: &str) -> Option<Vec<Key>> {
    let mut keys = Vec::new();
    for word in text.split_whitespace() {
        if let Some(key) = Key::read(word) {
            keys.push(key);
        } else if word.chars().count() == 2 {
            for c in word.chars() {
                keys.push(Key::read(c.encode_utf8(&mut [0; 4]))?);
            }
        } else {
            return None;
        }
    }
    (!keys.is_empty()).then_some(keys)
}

/// The keys as a reader sees them: characters together (`]c`), the others apart.
#[must_use]
pub fn text_of_keys(keys: &[Key]) -> String {
    let mut out = String::new();
    let mut last_types = true;
    for key in keys {
        let types = key.types() && key.code != KeyCode::Char(' ');
        let together = types && last_types;
        if !out.is_empty() && !together {
            out.push(' ');
        }
        out.push_str(&key.to_string());
        last_types = types;
    }
    out
}
