//! Deterministic text science: the same text gives the same answer, and nothing here reads a clock or a file.
//!
//! | module | what it is for |
//! |---|---|
//! | [`mod@clean`] | untrusted text → text that is safe in a terminal cell |
//! | [`words`] | how many words a text has |
//! | [`sentences`] | where its sentences end |
//! | [`diff`] | what changed between two texts, by paragraph, sentence and word |
//! | [`changes`] | the same as a list of changes, each to be taken, refused or put in other words |

pub mod changes;
pub mod clean;
pub mod diff;
pub mod sentences;
pub mod words;

pub use clean::{clean, clean_line};
pub use words::{count_words, is_cjk};
