//! The studio.
//!
//! The kit that every screen is built from:
//!
//! | module | what it is for |
//! |---|---|
//! | [`terminal`] | raw mode, the alternate screen, one write a frame; and all of it given back, whatever happens |
//! | [`input`] | the thread that reads keys, pastes, sizes and signals |
//! | [`action`] | everything a key or the palette can ask for |
//! | [`keymap`] | which key asks for what, where; hints and help are made from it |
//! | [`theme`], [`glyphs`] | how each role looks; which characters draw it |
//! | [`widgets`] | prose, editor, list, panes, lines and bars |
//! | [`error`] | what can go wrong in this room |

pub mod action;
pub mod error;
pub mod glyphs;
pub mod input;
pub mod keymap;
pub mod settings_text;
pub mod terminal;
pub mod theme;
pub mod widgets;

pub use action::{Action, Scope};
pub use error::TuiError;
pub use keymap::Keymap;
pub use theme::{Role, Theme};
