//! Where published files stand: each is written as a whole, and none that Galley did not write is overwritten unasked.
//!
//! What is written is noted beside the database, by path and hash, before it is in its place: a file that a killed
//! process left is known. A note that is lost costs the author one `--force`, and no file.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::domain::Hash;
use crate::engine::failpoints;
use crate::process;
use crate::store::failpoint;
use crate::tools::publish::PublishError;

/// What is in the place of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Before {
    /// Nothing.
    Nothing,
    /// The same file.
    Unchanged,
    /// A file as Galley wrote it before.
    Ours,
    /// A file that Galley did not write, or that was changed since.
    InTheWay,
}

/// The notes on what was written.
#[derive(Debug)]
pub(super) struct Shelf {
    notes: PathBuf,
    written: BTreeMap<String, Noted>,
}

/// What Galley put in a place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
enum Noted {
    /// This.
    Written(Hash),
    /// One of these: the write was begun, and whether it came to its end is not known.
    Begun(Vec<Hash>),
}

impl Noted {
    fn hashes(&self) -> &[Hash] {
        match self {
            Self::Written(hash) => std::slice::from_ref(hash),
            Self::Begun(hashes) => hashes,
        }
    }
}

impl Shelf {
    /// Reads the notes beside a database; those that cannot be read are none.
    pub fn open(database: &Path) -> Self {
        let mut notes = database.as_os_str().to_owned();
        notes.push(".published.json");
        let notes = PathBuf::from(notes);
        let written = fs::read(&notes).ok().and_then(|json| serde_json::from_slice(&json).ok());
        Self { notes, written: written.unwrap_or_default() }
    }

    /// Returns what is where this content is to go.
    pub fn standing(&self, path: &Path, content: &[u8]) -> Result<Before, PublishError> {
        let kind = match fs::metadata(path) {
            Ok(kind) => kind,
            Err(e) if e.kind() == ErrorKind::NotFound => {
                // A link that leads nowhere is somebody's, too.
                let link = fs::symlink_metadata(path).is_ok();
                return Ok(if link { Before::InTheWay } else { Before::Nothing });
            }
            Err(e) => return Err(unwritable(path, &e)),
        };
        if !kind.is_file() {
            return Err(PublishError::Unwritable { path: path.into(), message: "this is not a file".into() });
        }
        let there = fs::read(path).map_err(|e| unwritable(path, &e))?;
        let noted = self.written.get(&key(path));
        Ok(if there == content {
            Before::Unchanged
        } else if noted.is_some_and(|noted| noted.hashes().contains(&Hash::of(&there))) {
            Before::Ours
        } else {
            Before::InTheWay
        })
    }

    /// Writes a file: it is there as a whole, or what was there before.
    pub fn put(&mut self, path: &Path, content: &[u8], before: Before) -> Result<(), PublishError> {
        if let Some(folder) = path.parent() {
            // The place must be there to have its own name.
            fs::create_dir_all(folder).map_err(|e| unwritable(path, &e))?;
        }
        let (key, hash) = (key(path), Hash::of(content));
        let mut begun = self.written.get(&key).map(|noted| noted.hashes().to_vec()).unwrap_or_default();
        if !begun.contains(&hash) {
            begun.push(hash.clone());
        }
        self.note(key.clone(), Noted::Begun(begun))?;
        put_whole(path, content, before == Before::Nothing).map_err(|e| match e.kind() {
            ErrorKind::AlreadyExists => PublishError::InTheWay { path: path.into() },
            _ => unwritable(path, &e),
        })?;
        failpoint::hit(failpoints::AFTER_PUT);
        self.note(key, Noted::Written(hash))
    }

    fn note(&mut self, key: String, noted: Noted) -> Result<(), PublishError> {
        self.written.insert(key, noted);
        let json = serde_json::to_vec_pretty(&self.written).expect("paths and hashes are plain data");
        put_whole(&self.notes, &json, false).map_err(|e| unwritable(&self.notes, &e))
    }
}

/// The name that a file is noted by: wherever the program is started, it is the same.
fn key(path: &Path) -> String {
    let of_folder = || Some(fs::canonicalize(path.parent()?).ok()?.join(path.file_name()?));
    let whole = fs::canonicalize(path).ok().or_else(of_folder).unwrap_or_else(|| path.to_owned());
    whole.to_string_lossy().into_owned()
}

fn unwritable(path: &Path, error: &std::io::Error) -> PublishError {
    PublishError::Unwritable { path: path.into(), message: error.to_string() }
}

/// Removes what processes that are gone left of this file.
fn remove_leftovers(folder: &Path, name: &str) {
    let pid = |file: &str| file.strip_prefix(&format!(".{name}."))?.strip_suffix(".new")?.parse().ok();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if pid(&entry.file_name().to_string_lossy()).is_some_and(|pid| !process::is_alive(pid)) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Writes a file beside its place and moves it there; a fresh one never over what came there in the meantime.
pub(crate) fn put_whole(path: &Path, content: &[u8], fresh: bool) -> std::io::Result<()> {
    // A link stays, and what it leads to is written.
    let place = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let folder = place.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let name = place.file_name().unwrap_or_default().to_string_lossy();
    remove_leftovers(folder, &name);
    let draft = folder.join(format!(".{name}.{}.new", std::process::id()));
    let written = || -> std::io::Result<()> {
        let mut file = File::create(&draft)?;
        file.write_all(content)?;
        file.sync_all()?;
        if fresh {
            match fs::hard_link(&draft, &place) {
                Ok(()) => return Ok(()),
                Err(e) if e.kind() == ErrorKind::AlreadyExists => return Err(e),
                // Not every file system has links.
                Err(_) => {}
            }
        }
        fs::rename(&draft, &place)
    };
    let outcome = written();
    let _ = fs::remove_file(&draft);
    // The name is safe once its folder is; not every system can say so.
    if let (Ok(()), Ok(folder)) = (&outcome, File::open(folder)) {
        let _ = folder.sync_all();
    }
    outcome
}
