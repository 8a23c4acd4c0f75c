//! What screens are made of. Every widget draws into a [`Buffer`](ratatui::buffer::Buffer), cleans the text that it
//! is given, stays inside its area, and draws nothing where there is no room.
//!
//! | module | what it is for |
//! |---|---|
//! | [`pen`] | text on one line, cut where it does not fit; what the others write with |
//! | [`wrap`] | where the lines of a text break, by display width and grapheme |
//! | [`prose`] | a text or a diff to read: scrolling, searching, following |
//! | [`editor`] | a text to write, of one line or many |
//! | [`excerpt`] | a passage where it stands, marked |
//! | [`list`] | any number of rows, of which only the visible are drawn |
//! | [`outline`] | entries below entries, folded and unfolded |
//! | [`pane`] | a border with a title |
//! | [`lines`] | status line, footer, decision bar, message |
//! | [`progress`] | dots, bars and small charts |
//! | [`course`] | the course of a score over versions |
//! | [`popup`] | where an overlay stands |
//! | [`form`] | a label with its field |
//! | [`sides`] | two texts beside each other |
//! | [`toast`] | messages that go by themselves |

pub mod course;
pub mod editor;
pub mod excerpt;
pub mod form;
pub mod lines;
pub mod list;
pub mod outline;
pub mod pane;
pub mod pen;
pub mod popup;
pub mod progress;
pub mod prose;
pub mod sides;
pub mod toast;
pub mod wrap;

pub use editor::Editor;
pub use excerpt::Excerpt;
pub use list::List;
pub use outline::Outline;
pub use pane::Pane;
pub use pen::Pen;
pub use prose::Prose;
pub use sides::Sides;
