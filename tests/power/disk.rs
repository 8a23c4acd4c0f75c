//! A disk with a cache that forgets: what a power cut may leave of what was done.
//!
//! A file's content is safe when the file is synced; until then any of its writes may be on the disk or not, in any
//! order, and one may be torn at a sector. Names are changed in order; they are safe when their folder is synced, or
//! the file that they name.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use fastrand::Rng;

use crate::trace::Op;

/// Bytes that the disk writes as a whole.
const SECTOR: usize = 512;

/// A file's content, by its number.
#[derive(Debug, Clone, Default)]
struct Content {
    safe: Vec<u8>,
    pending: Vec<Change>,
    /// As programs see it.
    now: Vec<u8>,
}

#[derive(Debug, Clone)]
enum Change {
    Write(u64, Vec<u8>),
    Truncate(u64),
}

type Names = BTreeMap<PathBuf, usize>;

/// The disk.
#[derive(Debug, Default)]
pub struct Disk {
    contents: Vec<Content>,
    names: Names,
    /// The states of the names that are not safe yet, the oldest first; each is a state that a cut may leave.
    unsafe_names: Vec<Names>,
    safe_names: Names,
    folders: Vec<PathBuf>,
}

impl Disk {
    /// Carries out one thing.
    pub fn take(&mut self, op: &Op) {
        match op {
            Op::Open { path, truncate } => match self.names.get(path).copied() {
                None => {
                    self.contents.push(Content::default());
                    self.names.insert(path.clone(), self.contents.len() - 1);
                    self.renamed();
                }
                Some(file) if *truncate => self.contents[file].change(Change::Truncate(0)),
                Some(_) => {}
            },
            Op::Write { path, at, data } => {
                if let Some(file) = self.names.get(path) {
                    let content = &mut self.contents[*file];
                    let at = if *at == u64::MAX { content.now.len() as u64 } else { *at };
                    content.change(Change::Write(at, data.clone()));
                }
            }
            Op::Truncate { path, len } => {
                if let Some(file) = self.names.get(path) {
                    self.contents[*file].change(Change::Truncate(*len));
                }
            }
            Op::Sync { path } => {
                if let Some(file) = self.names.get(path) {
                    let content = &mut self.contents[*file];
                    content.safe.clone_from(&content.now);
                    content.pending.clear();
                }
                // That of a folder, or of a file whose name is new.
                self.safe_names.clone_from(&self.names);
                self.unsafe_names.clear();
            }
            Op::Rename { from, to } => {
                if let Some(file) = self.names.remove(from) {
                    self.names.insert(to.clone(), file);
                    self.renamed();
                }
            }
            Op::Link { from, to } => {
                if let Some(file) = self.names.get(from).copied() {
                    self.names.insert(to.clone(), file);
                    self.renamed();
                }
            }
            Op::Unlink { path } => {
                if self.names.remove(path).is_some() {
                    self.renamed();
                }
            }
            Op::MakeDir { path } => self.folders.push(path.clone()),
        }
    }

    fn renamed(&mut self) {
        self.unsafe_names.push(self.names.clone());
    }

    /// Writes what is left after a cut into a folder.
    pub fn cut(&self, rng: &mut Rng, into: &Path) {
        for folder in &self.folders {
            std::fs::create_dir_all(into.join(folder)).expect("a folder");
        }
        let names = match rng.usize(0..=self.unsafe_names.len()) {
            0 => &self.safe_names,
            n => &self.unsafe_names[n - 1],
        };
        // Sometimes nothing of the cache is left, sometimes all of it.
        let share = [0, 30, 70, 100][rng.usize(..4)];
        for (name, file) in names {
            let path = into.join(name);
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            std::fs::write(path, self.contents[*file].left(rng, share)).expect("a file");
        }
    }
}

impl Content {
    fn change(&mut self, change: Change) {
        apply(&mut self.now, &change);
        self.pending.push(change);
    }

    fn left(&self, rng: &mut Rng, share: u8) -> Vec<u8> {
        let mut content = self.safe.clone();
        for change in &self.pending {
            if rng.u8(0..100) >= share {
                continue;
            }
            match change {
                Change::Write(at, data) if rng.u8(0..4) == 0 => {
                    let whole = rng.usize(0..=data.len() / SECTOR) * SECTOR;
                    apply(&mut content, &Change::Write(*at, data[..whole].to_vec()));
                }
                change => apply(&mut content, change),
            }
        }
        content
    }
}

fn apply(content: &mut Vec<u8>, change: &Change) {
    match change {
        Change::Truncate(len) => content.resize(usize::try_from(*len).expect("it is in memory"), 0),
        Change::Write(at, data) => {
            let at = usize::try_from(*at).expect("it is in memory");
            if content.len() < at + data.len() {
                content.resize(at + data.len(), 0);
            }
            content[at..at + data.len()].copy_from_slice(data);
        }
    }
}
