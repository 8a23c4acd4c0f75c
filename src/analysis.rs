//! Deterministic text science: the same text gives the same answer, and nothing here reads a clock or a file.
//!
//! | module | what it is for |
//! |---|---|
//! | [`mod@clean`] | untrusted text → text that is safe in a terminal cell |
//! | [`words`] | how many words a text has |
//! | [`sentences`] | where its sentences end |
//! | [`authorship`] | whose words a text is made of, through its versions |
//! | [`diff`] | what changed between two texts, by paragraph, sentence and word |
//! | [`changes`] | the same as a list of changes, each to be taken, refused or put in other words |
//! | [`duplicates`] | passages that stand in a book twice, or nearly so |
//! | [`contradictions`] | what in a book contradicts itself or its canon |
//! | [`prose`] | a text taken apart: paragraphs, sentences, words, speech, language |
//! | [`spelling`] | the English dictionary, and what was meant by a word that is not in it |
//! | [`faults`] | mechanical faults, each at its place with its mending |
//! | [`style`] | habits that wear a text out |
//! | [`measure`] | what can be counted: readability, variety, speech |
//! | [`mod@review`] | a score and suggestions, from all of these |
//! | [`mod@polish`] | follows the suggestions that need no judgement |

pub mod authorship;
pub mod changes;
pub mod clean;
pub mod contradictions;
pub mod diff;
pub mod duplicates;
mod english;
pub mod faults;
pub mod measure;
pub mod polish;
pub mod prose;
pub mod review;
pub mod sentences;
pub mod spelling;
pub mod style;
pub mod words;

pub use clean::{clean, clean_line};
pub use words::{count_words, is_cjk};
