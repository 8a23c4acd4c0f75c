//! Deterministic text science: the same text gives the same answer, and nothing here reads a clock or a file.
//!
//! | module | what it is for |
//! |---|---|
//! | [`mod@clean`] | untrusted text → text that is safe in a terminal cell |
//! | [`words`] | how many words a text has |
//! | [`sentences`] | where its sentences end |
//! | [`authorship`] | whose words a text is made of, through its versions |
//! | [`diff`] | what changed between two texts, by paragraph, sentence and word |

pub mod authorship;
pub mod clean;
pub mod diff;
pub mod sentences;
pub mod words;

pub use clean::{clean, clean_line};
pub use words::{count_words, is_cjk};
