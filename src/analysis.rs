//! Deterministic text science: the same text gives the same answer, and nothing here reads a clock or a file.
//!
//! | module | what it is for |
//! |---|---|
//! | [`mod@clean`] | untrusted text → text that is safe in a terminal cell |
//! | [`words`] | how many words a text has |
//! | [`sentences`] | where its sentences end |
//! | [`diff`] | what changed between two texts, by paragraph, sentence and word |
//! | [`duplicates`] | passages that stand in a book twice, or nearly so |
//! | [`contradictions`] | what in a book contradicts itself or its canon |

pub mod clean;
pub mod contradictions;
pub mod diff;
pub mod duplicates;
pub mod sentences;
pub mod words;

pub use clean::{clean, clean_line};
pub use words::{count_words, is_cjk};
