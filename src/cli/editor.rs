//! A text written in the author's own editor.

use std::path::Path;
use std::process::Command;

use super::fault::Fault;
use crate::files;

/// Opens a text in VISUAL or EDITOR, as a file of its own in `folder`, and gives back what was saved. When that
/// fails the file stays, and is named.
pub(super) fn edit(text: &str, folder: &Path, ending: &str) -> Result<String, Fault> {
    let set = |name: &str| std::env::var(name).ok().filter(|e| !e.trim().is_empty());
    let Some(editor) = set("VISUAL").or_else(|| set("EDITOR")) else {
        return Err(Fault::usage("no editor is set", "set EDITOR, or give the text with --file"));
    };
    let file = folder.join(format!("galley-{:08x}.{ending}", fastrand::u32(..)));
    let failed = |what: String| {
        let hint = format!("what was written is in {}", file.display());
        Fault::usage(what, &hint)
    };
    let write = || {
        files::create_dir_all(folder)?;
        files::create_new(&file, text.as_bytes())
    };
    write().map_err(|e| failed(e.to_string()))?;
    // Through the shell, because EDITOR may be `code --wait`; the path is an argument, never part of the script.
    let status = Command::new("sh").arg("-c").arg(format!("{editor} \"$1\"")).arg("sh").arg(&file).status();
    match status {
        Ok(status) if status.success() => {}
        Ok(status) => return Err(failed(format!("the editor failed: {status}"))),
        Err(e) => return Err(failed(format!("the editor failed: {e}"))),
    }
    let saved = std::fs::read_to_string(&file).map_err(|e| failed(e.to_string()))?;
    // What is read is safe elsewhere; a file that cannot be taken away harms nobody.
    let _ = std::fs::remove_file(&file);
    Ok(saved)
}
