//! A text written in the author's own editor.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::files;

/// Why the editor gave no text back. What was written is never lost: the file is kept, and named.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    /// Neither VISUAL nor EDITOR is set.
    #[error("no editor is set: export EDITOR, for example EDITOR=vi")]
    NoEditor,
    /// The editor could not be started, or said that it failed.
    #[error("the editor failed ({reason}); the text is kept in {}", file.display())]
    Failed {
        /// The file with the text.
        file: PathBuf,
        /// What happened.
        reason: String,
    },
    /// The file of the text cannot be written.
    #[error("the text cannot be handed to the editor: {0}")]
    File(#[from] io::Error),
}

/// Opens a text in `editor` (VISUAL or EDITOR, arguments allowed) and gives back what was saved. Its file lies in
/// `folder` and is readable by its owner only. Call it inside [`Terminal::outside`](super::Terminal::outside).
pub fn edit_outside(text: &str, folder: &Path, editor: Option<&str>) -> Result<String, EditError> {
    let editor = editor.map(str::trim).filter(|e| !e.is_empty()).ok_or(EditError::NoEditor)?;
    let file = folder.join(format!("galley-{:08x}.md", fastrand::u32(..)));
    files::create_new(&file, text.as_bytes())?;
    let failed = |reason: String| EditError::Failed { file: file.clone(), reason };
    // Through the shell, because EDITOR may be `code --wait`; the path is an argument, never part of the script.
    let status = Command::new("sh").arg("-c").arg(format!("{editor} \"$1\"")).arg("sh").arg(&file).status();
    match status {
        Ok(status) if status.success() => {}
        Ok(status) => return Err(failed(status.to_string())),
        Err(error) => return Err(failed(error.to_string())),
    }
    let bytes = fs::read(&file).map_err(|e| failed(e.to_string()))?;
    let text = String::from_utf8(bytes).map_err(|_| failed("it is not UTF-8".into()))?;
    fs::remove_file(&file)?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_editor_saves_comes_back_and_its_file_goes() {
        let folder = tempfile::tempdir().expect("a folder");
        let text = edit_outside("one\n", folder.path(), Some("sed -i s/one/two/")).expect("edited");
        assert_eq!(text, "two\n");
        assert_eq!(fs::read_dir(folder.path()).expect("read").count(), 0);
    }

    #[test]
    fn a_failing_editor_loses_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        let error = edit_outside("mine", folder.path(), Some("false")).expect_err("failed");
        let EditError::Failed { file, .. } = error else { panic!("{error}") };
        assert_eq!(fs::read_to_string(file).expect("kept"), "mine");
        assert!(matches!(edit_outside("x", folder.path(), Some(" ")), Err(EditError::NoEditor)));
    }
}
