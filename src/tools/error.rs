//! Why a file cannot be taken in: always with the file, and with the place where there is one.

use std::path::PathBuf;

/// A file or folder that is refused; nothing of it was taken in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "the message of each variant says it")]
pub enum ImportError {
    #[error("{}: {message}", path.display())]
    Unreadable { path: PathBuf, message: String },
    #[error("{}: {bytes} bytes are too many; at most {most} are taken", path.display())]
    TooLarge { path: PathBuf, bytes: u64, most: u64 },
    #[error("{}: more than {most} files", path.display())]
    TooMany { path: PathBuf, most: usize },
    #[error("{}: this leads back to {}", path.display(), to.display())]
    Loop { path: PathBuf, to: PathBuf },
    #[error("{}: there is no {wanted} in it", path.display())]
    Nothing { path: PathBuf, wanted: &'static str },
    #[error("{file}: this is not text: {what}")]
    NoText { file: String, what: String },
    #[error("{file}: byte {offset} is not UTF-8, and the text around it is")]
    BrokenUtf8 { file: String, offset: usize },
    #[error("{file}: line {line}: {what}")]
    Line { file: String, line: usize, what: String },
    #[error("{file}: {what}")]
    Broken { file: String, what: String },
    #[error("two files are called {file}")]
    SameName { file: String },
}

impl ImportError {
    /// Returns what the person can do about it.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "check the path and the permissions",
            Self::TooLarge { .. } | Self::TooMany { .. } => "split it, or import a part of it",
            Self::Loop { .. } => "remove the link, or import the folder that it leads to",
            Self::Nothing { .. } => "name a file, or the folder with the files",
            Self::NoText { .. } => "export it as Markdown or as a text file, and import that",
            Self::BrokenUtf8 { .. } => "open it in an editor, fix the place, and save it as UTF-8",
            Self::Line { .. } => "fix the line and import again; nothing was imported",
            Self::Broken { .. } => "save it again in the program that made it; nothing was imported",
            Self::SameName { .. } => "import the folder that contains both",
        }
    }
}
