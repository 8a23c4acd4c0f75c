//! The use cases, each in one implementation for every face: a face parses and draws, and what a request means,
//! accepts and answers is decided here.
//!
//! What is read is a view: plain data, whose serde form is what `--json` prints. What goes wrong is a [`Problem`].

pub mod coherence;
pub mod counts;
pub mod doctor;
mod error;
pub mod export;
pub mod files;
pub mod inbox;
pub mod keys;
pub mod models;
mod problem;
pub mod published;
pub mod stale;
pub mod start;
pub mod story;
pub mod suggestions;

pub use error::ServiceError;
pub use problem::{Class, Problem};
