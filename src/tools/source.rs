//! Files and folders of text: found, limited, and decoded.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use super::ImportError;
pub use super::decode::Decoded;
use super::decode::decode;

/// The largest text file, in bytes.
pub const MOST_BYTES: u64 = 16 * 1024 * 1024;
/// Files of one import at most.
const MOST_FILES: usize = 2_000;
/// Bytes of all files of one import at most.
const MOST_TOGETHER: u64 = 64 * 1024 * 1024;
/// How deep folders may be nested.
const MOST_DEPTH: usize = 32;

/// A file of text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Its name as it is kept: its own, or its path from the folder that was named, with that folder's name.
    pub file: String,
    /// What it says.
    pub decoded: Decoded,
}

/// Reads files, and the Markdown and text files of folders, in the order of their names.
pub fn read_all(paths: &[PathBuf]) -> Result<Vec<Source>, ImportError> {
    let mut walk = Walk::default();
    for path in paths {
        let metadata = std::fs::metadata(path).map_err(|e| unreadable(path, &e))?;
        if metadata.is_dir() {
            let real = canonical(path)?;
            let before = walk.found.len();
            let name = real.file_name().map_or_else(|| "folder".into(), |n| n.to_string_lossy().into_owned());
            walk.folder(path, &name, &mut vec![real])?;
            if walk.found.len() == before {
                return Err(ImportError::Nothing { path: path.clone(), wanted: "Markdown or text file" });
            }
        } else {
            let name = path.file_name().map_or_else(|| "file".into(), |n| n.to_string_lossy().into_owned());
            walk.file(path, name)?;
        }
    }
    let mut together = 0;
    let mut sources = Vec::with_capacity(walk.found.len());
    for (path, file) in walk.found {
        if sources.iter().any(|s: &Source| s.file == file) {
            return Err(ImportError::SameName { file });
        }
        let bytes = read(&path, MOST_BYTES)?;
        together += bytes.len() as u64;
        if together > MOST_TOGETHER {
            return Err(ImportError::TooLarge { path, bytes: together, most: MOST_TOGETHER });
        }
        sources.push(Source { decoded: decode(&file, &bytes)?, file });
    }
    Ok(sources)
}

/// Reads a whole regular file of at most so many bytes.
pub(super) fn read(path: &Path, most: u64) -> Result<Vec<u8>, ImportError> {
    let metadata = std::fs::metadata(path).map_err(|e| unreadable(path, &e))?;
    if !metadata.is_file() {
        return Err(ImportError::Unreadable { path: path.to_owned(), message: "this is not a file".into() });
    }
    let too_large = |bytes| ImportError::TooLarge { path: path.to_owned(), bytes, most };
    if metadata.len() > most {
        return Err(too_large(metadata.len()));
    }
    let file = File::open(path).map_err(|e| unreadable(path, &e))?;
    let mut bytes = Vec::with_capacity(metadata.len() as usize);
    // A file may grow while it is read, and some say that they are empty.
    file.take(most + 1).read_to_end(&mut bytes).map_err(|e| unreadable(path, &e))?;
    if bytes.len() as u64 > most { Err(too_large(bytes.len() as u64)) } else { Ok(bytes) }
}

#[derive(Default)]
struct Walk {
    /// Path and kept name of every file.
    found: Vec<(PathBuf, String)>,
    seen: std::collections::HashSet<PathBuf>,
}

impl Walk {
    fn file(&mut self, path: &Path, name: String) -> Result<(), ImportError> {
        if self.found.len() >= MOST_FILES {
            return Err(ImportError::TooMany { path: path.to_owned(), most: MOST_FILES });
        }
        // A file that is reached by two ways is read once.
        if self.seen.insert(canonical(path)?) {
            self.found.push((path.to_owned(), name));
        }
        Ok(())
    }

    /// Takes in a folder; `above` are the real paths of it and of the folders that it was reached through.
    fn folder(&mut self, path: &Path, name: &str, above: &mut Vec<PathBuf>) -> Result<(), ImportError> {
        if above.len() > MOST_DEPTH {
            let message = format!("folders are nested more than {MOST_DEPTH} deep");
            return Err(ImportError::Unreadable { path: path.to_owned(), message });
        }
        let listed = std::fs::read_dir(path).and_then(Iterator::collect::<Result<Vec<_>, _>>);
        let mut entries = listed.map_err(|e| unreadable(path, &e))?;
        entries.sort_by_key(std::fs::DirEntry::file_name);
        for entry in entries {
            let (inside, own) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
            // Hidden ones are programs' own: .git, .obsidian.
            if own.starts_with('.') {
                continue;
            }
            let metadata = std::fs::metadata(&inside).map_err(|e| unreadable(&inside, &e))?;
            let kept = format!("{name}/{own}");
            if metadata.is_dir() {
                let real = canonical(&inside)?;
                if above.contains(&real) {
                    return Err(ImportError::Loop { path: inside, to: real });
                }
                above.push(real);
                self.folder(&inside, &kept, above)?;
                above.pop();
            } else if metadata.is_file() && is_text_name(&own) {
                self.file(&inside, kept)?;
            }
        }
        Ok(())
    }
}

fn is_text_name(name: &str) -> bool {
    let end = name.rsplit_once('.').map(|(_, end)| end.to_ascii_lowercase());
    end.is_some_and(|end| matches!(end.as_str(), "md" | "markdown" | "txt"))
}

fn canonical(path: &Path) -> Result<PathBuf, ImportError> {
    path.canonicalize().map_err(|e| unreadable(path, &e))
}

pub(super) fn unreadable(path: &Path, error: &std::io::Error) -> ImportError {
    ImportError::Unreadable { path: path.to_owned(), message: error.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(paths: &[PathBuf]) -> Vec<String> {
        read_all(paths).unwrap().into_iter().map(|s| s.file).collect()
    }

    #[test]
    fn a_folder_gives_its_text_files_in_order_each_once() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().join("bible");
        std::fs::create_dir_all(root.join("people/.obsidian")).unwrap();
        for name in ["z.md", "people/mara.MD", "people/.obsidian/x.md", "people/photo.png", "a.txt"] {
            std::fs::write(root.join(name), "x").unwrap();
        }
        assert_eq!(names(std::slice::from_ref(&root)), ["bible/a.txt", "bible/people/mara.MD", "bible/z.md"]);
        assert_eq!(names(&[root.join("z.md"), root.clone()]).len(), 3);
        let error = read_all(&[root.join("people/.obsidian/x.md"), root.join("none.md")]).unwrap_err();
        assert!(error.to_string().contains("none.md"), "{error}");
    }

    #[test]
    fn an_empty_folder_a_special_file_and_a_huge_one_are_refused_by_name() {
        let dir = tempfile::tempdir().unwrap();
        let empty = read_all(&[dir.path().to_owned()]).unwrap_err();
        assert!(matches!(empty, ImportError::Nothing { .. }));
        let huge = dir.path().join("huge.md");
        File::create(&huge).unwrap().set_len(200 * 1024 * 1024).unwrap();
        let error = read_all(&[dir.path().to_owned()]).unwrap_err().to_string();
        assert!(error.contains("huge.md: 209715200 bytes are too many"), "{error}");
        if cfg!(unix) {
            let error = read_all(&["/dev/null".into()]).unwrap_err().to_string();
            assert_eq!(error, "/dev/null: this is not a file");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_loop_of_folders_is_refused_and_says_where() {
        let dir = tempfile::tempdir().unwrap();
        let inner = dir.path().join("a/b");
        std::fs::create_dir_all(&inner).unwrap();
        std::fs::write(inner.join("x.md"), "x").unwrap();
        std::os::unix::fs::symlink(dir.path().join("a"), inner.join("again")).unwrap();
        let error = read_all(&[dir.path().join("a")]).unwrap_err();
        assert!(matches!(&error, ImportError::Loop { path, .. } if path.ends_with("a/b/again")), "{error}");
        // A link to a neighbour is not a loop, and its files are read once.
        std::fs::remove_file(inner.join("again")).unwrap();
        std::os::unix::fs::symlink(&inner, dir.path().join("a/c")).unwrap();
        assert_eq!(names(&[dir.path().join("a")]).len(), 1);
    }
}
