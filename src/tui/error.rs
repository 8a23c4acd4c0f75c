//! What can go wrong in the studio, each with what the person can do about it.

use std::io;
use std::path::{Path, PathBuf};

use crate::service::{Class, Problem};

/// A failure of the studio's own: its terminal, or a file of the author that shapes it.
#[derive(Debug, thiserror::Error)]
pub enum TuiError {
    /// The author's keymap or theme says something that cannot be.
    #[error("{file}:{line}: {what}")]
    Settings {
        /// The file, as it was named.
        file: String,
        /// The line, from 1.
        line: usize,
        /// What is wrong there.
        what: String,
        /// How to put it right.
        hint: String,
    },
    /// A file cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The store cannot be read.
    #[error(transparent)]
    Store(#[from] crate::store::StoreError),
    /// The terminal cannot be set up, drawn on or given back.
    #[error("the terminal failed: {0}")]
    Terminal(#[from] io::Error),
}

impl TuiError {
    /// What the person can do.
    #[must_use]
    pub fn hint(&self) -> &str {
        match self {
            Self::Settings { hint, .. } => hint,
            Self::Read { .. } => {
                "check that the file is there and readable, or remove its name from config.toml"
            }
            Self::Store(_) => "`galley doctor` checks the database and its paths",
            Self::Terminal(_) => {
                "run galley in an interactive terminal; the command line works without one (galley --help)"
            }
        }
    }

    pub(super) fn settings(
        file: &str,
        line: usize,
        what: impl Into<String>,
        hint: impl Into<String>,
    ) -> Self {
        Self::Settings { file: file.to_owned(), line, what: what.into(), hint: hint.into() }
    }
}

impl From<TuiError> for Problem {
    fn from(error: TuiError) -> Self {
        let hint = Some(error.hint().to_owned());
        let (class, kind) = match &error {
            TuiError::Settings { .. } | TuiError::Read { .. } => (Class::Usage, "config"),
            TuiError::Store(_) => (Class::Store, "store"),
            TuiError::Terminal(_) => (Class::Store, "studio"),
        };
        Self::new(class, kind, error.to_string(), hint.as_deref())
    }
}

/// The text of an author's file.
pub(super) fn read(path: &Path) -> Result<String, TuiError> {
    std::fs::read_to_string(path).map_err(|source| TuiError::Read { path: path.to_owned(), source })
}
