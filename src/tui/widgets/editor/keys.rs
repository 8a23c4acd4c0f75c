//! The keys of a text area. They are those of every text area, so the keymap has none of them; what decides or
//! leaves (save, close, the author's own editor) is in the keymap.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::Editor;
use super::place::Place;

/// What a key did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Typed {
    /// The text changed.
    Changed,
    /// The cursor moved, or could not.
    Moved,
    /// It is not a key of a text area.
    Ignored,
}

impl Editor {
    /// Takes a key that the keymap had no action for.
    pub fn key(&mut self, key: KeyEvent) -> Typed {
        let version = self.version();
        let ctrl = key.modifiers.contains(KeyModifiers::CONTROL);
        let alt = key.modifiers.contains(KeyModifiers::ALT);
        let by_word = ctrl || alt;
        match key.code {
            KeyCode::Char(c) if !ctrl && !alt && !c.is_control() => {
                self.insert(c.encode_utf8(&mut [0; 4]));
            }
            KeyCode::Enter if self.single_line || by_word => return Typed::Ignored,
            KeyCode::Enter => self.insert("\n"),
            KeyCode::Char('j') if ctrl && !self.single_line => self.insert("\n"),
            KeyCode::Backspace if by_word => self.cut_to(Self::word_back),
            KeyCode::Char('w') if ctrl => self.cut_to(Self::word_back),
            KeyCode::Backspace => self.delete_to(Self::back),
            KeyCode::Char('h') if ctrl => self.delete_to(Self::back),
            KeyCode::Delete if by_word => self.cut_to(Self::word_on),
            KeyCode::Char('d') if alt => self.cut_to(Self::word_on),
            KeyCode::Delete => self.delete_to(Self::on),
            KeyCode::Char('d') if ctrl => self.delete_to(Self::on),
            KeyCode::Char('k') if ctrl => self.cut_to(Self::line_end_or_on),
            KeyCode::Char('u') if ctrl => self.cut_to(Self::line_start),
            _ => {
                let select = key.modifiers.contains(KeyModifiers::SHIFT);
                return if self.moves(key.code, ctrl, alt, select) { Typed::Moved } else { Typed::Ignored };
            }
        }
        if self.version() == version { Typed::Moved } else { Typed::Changed }
    }

    fn moves(&mut self, code: KeyCode, ctrl: bool, alt: bool, select: bool) -> bool {
        let by_word = ctrl || alt;
        let place = match code {
            KeyCode::Left if by_word => self.word_back(),
            KeyCode::Char('b') if alt => self.word_back(),
            KeyCode::Left => self.back(),
            KeyCode::Char('b') if ctrl => self.back(),
            KeyCode::Right if by_word => self.word_on(),
            KeyCode::Char('f') if alt => self.word_on(),
            KeyCode::Right => self.on(),
            KeyCode::Char('f') if ctrl => self.on(),
            KeyCode::Home if ctrl => Place::default(),
            KeyCode::End if ctrl => self.text.end(),
            KeyCode::Home => self.row_start(),
            KeyCode::Char('a') if ctrl => self.line_start(),
            KeyCode::End => self.row_end(),
            KeyCode::Char('e') if ctrl => self.line_end(),
            KeyCode::Up | KeyCode::Down | KeyCode::PageUp | KeyCode::PageDown if self.single_line => {
                return false;
            }
            KeyCode::Up => return self.vertical(-1, select),
            KeyCode::Down => return self.vertical(1, select),
            KeyCode::PageUp => return self.vertical(-self.page(), select),
            KeyCode::PageDown => return self.vertical(self.page(), select),
            _ => return false,
        };
        self.goal = None;
        self.go(place, select);
        true
    }
}
