//! Formats: what a document is, and how it is read and written.
//!
//! | module | what it is for |
//! |---|---|
//! | [`document`] | the document model: blocks of inlines, the same for every format |
//! | [`tidy`] | the one form in which equal documents are equal |
//! | [`marks`] | inlines as nested marks, for writers |
//! | [`markdown`] | the Markdown that pages are stored in, both ways |
//!
//! Import makes documents of files, pages store them as Markdown, publishing writes them in every format.

pub mod document;
pub mod markdown;
pub mod marks;
pub mod tidy;

pub use document::{Block, Inline, ListItem, Style, Styles};
