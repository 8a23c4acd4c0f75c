//! Tools: what is not asked of a model.
//!
//! | module | what it is for |
//! |---|---|
//! | [`source`] | files and folders of text: found, limited, decoded |
//! | [`canon_import`] | Markdown → canon entries, and what an import would change |
//! | [`manuscript`] | a finished text → chapters and pages |
//!
//! Everything that is read here is untrusted. Nothing here writes: a plan becomes one command.

pub mod canon_import;
mod decode;
mod error;
mod headings;
pub mod manuscript;
pub mod source;

pub use error::ImportError;
