//! Tools: what is not asked of a model.
//!
//! | module | what it is for |
//! |---|---|
//! | [`source`] | files and folders of text: found, limited, decoded |
//! | [`canon_import`] | Markdown → canon entries, and what an import would change |
//! | [`manuscript`] | a finished text → chapters and pages |
//! | [`publish`] | a book → Markdown, HTML, EPUB, DOCX, plain text |
//! | [`coherence`] | a book → what stands in it twice, and what contradicts itself |
//!
//! Everything that is read here is untrusted. Nothing here writes: a plan becomes one command, a book becomes bytes.

pub mod canon_import;
pub mod coherence;
mod decode;
mod error;
mod headings;
pub mod manuscript;
pub mod publish;
pub mod source;

pub use coherence::CoherenceError;
pub use error::ImportError;
