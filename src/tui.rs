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
//!
//! And what is built from it:
//!
//! | module | what it is for |
//! |---|---|
//! | [`app`] | the state, and how keys, answers and signals change it; no IO |
//! | [`event`] | the loop: keys first, one frame for what changed |
//! | [`views`], [`loader`] | what screens draw from, and the thread that reads it |
//! | [`errand`] | the thread that sends commands to the engine |
//! | [`screens`], [`overlays`] | one a file |
//! | [`purpose`], [`drafts`] | what an input is for, and what was typed and not sent |
//! | [`review`], [`select`] | the rules of taking changes, and of selecting a passage |
//! | [`entry_text`] | a canon entry as a text to edit |

pub mod action;
pub mod app;
pub mod cx;
pub mod drafts;
pub mod effect;
pub mod entry_text;
pub mod errand;
pub mod error;
pub mod event;
pub mod glyphs;
pub mod here;
pub mod input;
pub mod keymap;
pub mod loader;
pub mod notices;
pub mod overlays;
pub mod purpose;
pub mod review;
pub mod screens;
pub mod select;
pub mod settings_text;
pub mod terminal;
pub mod theme;
pub mod views;
pub mod widgets;

pub use action::{Action, Scope};
pub use error::TuiError;
pub use event::run;
pub use keymap::Keymap;
pub use theme::{Role, Theme};

#[cfg(test)]
mod tests;
