//! What the author typed and has not sent: kept by purpose, in memory at once and on disk within two seconds, so
//! that neither `Esc` nor a crash takes it away.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::domain::Hash;
use crate::files;

/// The longest that typed text is in memory only.
const EVERY: Duration = Duration::from_secs(2);

/// Unsent texts by what they are for.
#[derive(Debug)]
pub struct Drafts {
    folder: PathBuf,
    texts: HashMap<String, String>,
    changed: HashSet<String>,
    due: Option<Instant>,
}

impl Drafts {
    /// Keeps drafts in a folder, which is made when the first is saved.
    #[must_use]
    pub fn at(folder: PathBuf) -> Self {
        Self { folder, texts: HashMap::new(), changed: HashSet::new(), due: None }
    }

    /// The unsent text for this purpose.
    #[must_use]
    pub fn get(&mut self, key: &str) -> Option<&str> {
        if !self.texts.contains_key(key) && !self.changed.contains(key) {
            let text = fs::read_to_string(self.file(key)).unwrap_or_default();
            self.texts.insert(key.to_owned(), text);
        }
        self.texts.get(key).map(String::as_str).filter(|t| !t.is_empty())
    }

    /// Keeps what was typed.
    pub fn put(&mut self, key: &str, text: String, now: Instant) {
        self.texts.insert(key.to_owned(), text);
        self.changed.insert(key.to_owned());
        self.due.get_or_insert(now + EVERY);
    }

    /// Forgets a text that was sent.
    pub fn sent(&mut self, key: &str) {
        self.texts.insert(key.to_owned(), String::new());
        self.changed.insert(key.to_owned());
        // A crash after the answer must not offer it as unsent.
        if self.save().is_err() {
            self.due = None;
        }
    }

    /// When it must be saved next.
    #[must_use]
    pub fn due(&self) -> Option<Instant> {
        self.due
    }

    /// Saves what changed. What cannot be saved stays in memory, and is tried again with the next change.
    pub fn save(&mut self) -> io::Result<()> {
        self.due = None;
        for key in &self.changed {
            let file = self.file(key);
            match self.texts.get(key).filter(|t| !t.is_empty()) {
                Some(text) => write(&self.folder, &file, text)?,
                None => match fs::remove_file(file) {
                    Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(e),
                    _ => {}
                },
            }
        }
        self.changed.clear();
        Ok(())
    }

    fn file(&self, key: &str) -> PathBuf {
        let name = Hash::of(key.as_bytes());
        self.folder.join(format!("{}.txt", &name.as_str()[..24]))
    }
}

/// Writes beside and renames, so that a kill leaves the old text or the new one.
fn write(folder: &Path, file: &Path, text: &str) -> io::Result<()> {
    files::create_dir_all(folder)?;
    let beside = file.with_extension("new");
    let mut options = fs::OpenOptions::new();
    files::open(options.write(true).create(true).truncate(true), &beside)?.write_all(text.as_bytes())?;
    fs::rename(beside, file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_is_there_after_a_crash_and_gone_once_sent() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("unsent");
        let now = Instant::now();
        let mut drafts = Drafts::at(folder.clone());
        drafts.put("feedback p1", "more of the cold".into(), now);
        assert_eq!(drafts.due(), Some(now + EVERY));
        drafts.put("feedback p1", "more of the cold, less rain".into(), now + Duration::from_secs(1));
        assert_eq!(drafts.due(), Some(now + EVERY), "later typing does not put it off");
        drafts.save().unwrap();
        assert_eq!(drafts.due(), None);

        let mut later = Drafts::at(folder.clone());
        assert_eq!(later.get("feedback p1"), Some("more of the cold, less rain"));
        assert_eq!(later.get("feedback p2"), None);
        later.sent("feedback p1");
        assert_eq!(Drafts::at(folder).get("feedback p1"), None);
    }

    #[test]
    fn what_cannot_be_saved_is_not_lost() {
        let home = tempfile::tempdir().unwrap();
        let blocked = home.path().join("file");
        fs::write(&blocked, "").unwrap();
        let mut drafts = Drafts::at(blocked.join("unsent"));
        drafts.put("beat", "the harbour".into(), Instant::now());
        assert!(drafts.save().is_err());
        assert_eq!(drafts.get("beat"), Some("the harbour"));
    }
}
