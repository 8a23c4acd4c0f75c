//! What a grapheme of a text that is written looks like. It is kept to the letter, so it may hold what must not be
//! drawn; each such grapheme is one visible cell, so that one can go to it and delete it.

use std::borrow::Cow;

use super::attachments::Attachments;
use crate::analysis::clean::{clean, is_hostile};
use crate::tui::widgets::wrap::width_of;

/// Stands for what has no shape. One column, as its glyph is in every theme.
pub(super) const UNPRINTABLE: &str = "\u{fffd}";
const TAB: &str = "    ";

/// What is drawn for a grapheme. [`UNPRINTABLE`] stands for the theme's own glyph.
pub(super) fn shown<'a>(grapheme: &'a str, attachments: &'a Attachments) -> Cow<'a, str> {
    if matches!(grapheme.as_bytes(), [b' '..=b'~']) {
        return Cow::Borrowed(grapheme);
    }
    if grapheme == "\t" {
        return Cow::Borrowed(TAB);
    }
    if let Some(label) = attachments.label(grapheme) {
        return Cow::Borrowed(label);
    }
    if grapheme.chars().any(is_hostile) || width_of(grapheme) == 0 {
        return Cow::Borrowed(UNPRINTABLE);
    }
    clean(grapheme)
}

/// The columns that a grapheme takes.
pub(super) fn columns(grapheme: &str, attachments: &Attachments) -> usize {
    width_of(&shown(grapheme, attachments))
}
