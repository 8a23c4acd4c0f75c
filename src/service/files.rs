//! Names of files, as authors type them and as they are found free.

use std::path::{Path, PathBuf};

/// Returns a path as a shell would read it, as far as authors type it: `~` is their home.
#[must_use]
pub fn expanded(path: &str) -> PathBuf {
    let path = path.trim().trim_matches(['"', '\'']);
    match (path.strip_prefix("~/"), std::env::var_os("HOME")) {
        (Some(rest), Some(home)) => Path::new(&home).join(rest),
        _ => PathBuf::from(path),
    }
}

/// Returns the first name that is free in the working folder: `stem.md`, `stem-2.md`, …
#[must_use]
pub fn free_name(stem: &str) -> PathBuf {
    let names = std::iter::once(format!("{stem}.md")).chain((2u32..).map(|n| format!("{stem}-{n}.md")));
    names.map(PathBuf::from).find(|p| !p.exists()).expect("one of four billion names is free")
}
