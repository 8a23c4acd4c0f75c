//! Where the keys of providers are: the environment first; then what the author saved, in the system's keyring or in a
//! file that only the author may read.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::{ProviderConfig, secrets};
use crate::files;

mod keyring;

/// Bytes of a key at most; the longest that services give out have some hundreds.
pub const MAX_KEY: usize = 8 << 10;

/// What the key file begins with.
const HEADING: &str =
    "# Keys of providers, written by `galley config key`. Only its owner may read this file.\n\n";

/// Where a key is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyPlace {
    /// In the environment variable that the provider's `key_env` names.
    Environment,
    /// In the system's keyring.
    Keyring,
    /// In the key file.
    File,
}

/// Why a key could not be read, saved or removed. No message holds a key.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The key file cannot be read or written.
    #[error("the key file {} cannot be used", file.display())]
    Io {
        /// Which.
        file: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The key file is not what `galley config key` writes. The parser's words could repeat a key and are left out.
    #[error("the key file {} cannot be understood in line {line}", file.display())]
    Invalid {
        /// Which.
        file: PathBuf,
        /// Where, from 1.
        line: usize,
    },
    /// Others than its owner may read the key file.
    #[error("others may read the key file {}", file.display())]
    Open {
        /// Which.
        file: PathBuf,
    },
    /// The keyring does not answer, or has not what was saved in it.
    #[error("the system's keyring cannot be used: {reason}")]
    Keyring {
        /// Why.
        reason: String,
    },
    /// No key has this form.
    #[error("that is no key: {reason}")]
    NotAKey {
        /// Why.
        reason: &'static str,
    },
}

impl KeyError {
    /// What its owner can do about it.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Io { .. } => "check its owner and permissions",
            Self::Invalid { .. } => {
                "correct it, or remove it and save the keys again with `galley config key`"
            }
            Self::Open { .. } => {
                "`galley doctor` leaves it to its owner alone; a key that others have read is better replaced"
            }
            Self::Keyring { .. } => {
                "unlock it or start it, set the variable instead, or save the key again with `galley config key`"
            }
            Self::NotAKey { .. } => "copy the key again, alone and on one line",
        }
    }
}

/// What is saved for a provider.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    key: Option<Secret>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    keyring: bool,
}

/// A key that no log shows.
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
struct Secret(String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[key]")
    }
}

/// The author's saved keys. The file is read at each call, so that a key that is saved meanwhile counts at once.
#[derive(Debug, Clone, Default)]
pub struct Keys {
    file: Option<PathBuf>,
}

impl Keys {
    /// Returns the keys that this file holds, or says that the keyring holds; it need not exist.
    #[must_use]
    pub fn at(file: PathBuf) -> Self {
        Self { file: Some(file) }
    }

    /// Returns where the key of a provider is, without reading it; none if it has none or needs none.
    #[must_use]
    pub fn place(&self, provider: &str, config: &ProviderConfig) -> Option<KeyPlace> {
        let variable = config.key_env.as_deref()?;
        if of_environment(variable).is_some() {
            return Some(KeyPlace::Environment);
        }
        self.saved(provider)
    }

    /// Returns where a key that the author saved is.
    #[must_use]
    pub fn saved(&self, provider: &str) -> Option<KeyPlace> {
        let entry = self.entries().ok()?.remove(provider)?;
        Some(if entry.keyring { KeyPlace::Keyring } else { KeyPlace::File })
    }

    /// Returns the key of a provider. The keyring may ask its owner for a password meanwhile: this blocks.
    pub(super) fn find(&self, provider: &str, variable: &str) -> Result<Option<String>, KeyError> {
        let key = match of_environment(variable) {
            Some(key) => Some(key),
            None => self.find_saved(provider)?,
        };
        key.as_deref().inspect(|key| secrets::remember(key));
        Ok(key)
    }

    fn find_saved(&self, provider: &str) -> Result<Option<String>, KeyError> {
        let Some(file) = self.file.as_deref().filter(|file| file.exists()) else { return Ok(None) };
        if files::is_open_to_others(file) {
            return Err(KeyError::Open { file: file.to_owned() });
        }
        match self.entries()?.remove(provider) {
            Some(Entry { keyring: true, .. }) => keyring::find(provider).map(Some),
            Some(Entry { key, .. }) => Ok(key.map(|key| key.0)),
            None => Ok(None),
        }
    }

    /// Saves a key, in the keyring unless there is none or `in_file` is asked for, and returns where it is now and why
    /// it is not in the keyring.
    pub fn save(
        &self,
        provider: &str,
        key: &str,
        in_file: bool,
    ) -> Result<(KeyPlace, Option<String>), KeyError> {
        check(key)?;
        secrets::remember(key);
        let mut entries = self.entries()?;
        let old = entries.remove(provider);
        let kept =
            if in_file { Err("a file was asked for".to_owned()) } else { keyring::save(provider, key) };
        let (entry, place, why) = match kept {
            Ok(()) => (Entry { key: None, keyring: true }, KeyPlace::Keyring, None),
            Err(why) => {
                (Entry { key: Some(Secret(key.to_owned())), keyring: false }, KeyPlace::File, Some(why))
            }
        };
        if place == KeyPlace::File && old.is_some_and(|old| old.keyring) {
            // A keyring that is gone keeps no author from a key in the file.
            let _ = keyring::remove(provider);
        }
        entries.insert(provider.to_owned(), entry);
        self.write(&entries)?;
        Ok((place, why))
    }

    /// Forgets the saved key of a provider, and returns where it was.
    pub fn remove(&self, provider: &str) -> Result<Option<KeyPlace>, KeyError> {
        let mut entries = self.entries()?;
        let Some(entry) = entries.remove(provider) else { return Ok(None) };
        if entry.keyring {
            keyring::remove(provider)?;
        }
        self.write(&entries)?;
        Ok(Some(if entry.keyring { KeyPlace::Keyring } else { KeyPlace::File }))
    }

    fn entries(&self) -> Result<BTreeMap<String, Entry>, KeyError> {
        let Some(file) = &self.file else { return Ok(BTreeMap::new()) };
        let source = match std::fs::read_to_string(file) {
            Ok(source) => source,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(BTreeMap::new()),
            Err(source) => return Err(KeyError::Io { file: file.clone(), source }),
        };
        toml::from_str(&source).map_err(|error: toml::de::Error| {
            let at = error.span().map_or(0, |span| span.start).min(source.len());
            let line = source.as_bytes()[..at].iter().filter(|b| **b == b'\n').count() + 1;
            KeyError::Invalid { file: file.clone(), line }
        })
    }

    fn write(&self, entries: &BTreeMap<String, Entry>) -> Result<(), KeyError> {
        let Some(file) = self.file.as_deref() else { return Ok(()) };
        let io = |source| KeyError::Io { file: file.to_owned(), source };
        if entries.is_empty() {
            return match std::fs::remove_file(file) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => Err(io(error)),
                _ => Ok(()),
            };
        }
        let entries = toml::to_string(entries).expect("tables of text are TOML");
        files::replace(file, (HEADING.to_owned() + &entries).as_bytes()).map_err(io)?;
        restricted(file).map_err(io)
    }
}

/// A file that was replaced is new, and so its owner's alone; one on a system without owners is as it is.
fn restricted(file: &Path) -> io::Result<()> {
    if files::is_open_to_others(file) { files::restrict(file) } else { Ok(()) }
}

fn of_environment(variable: &str) -> Option<String> {
    std::env::var(variable).ok().map(|key| key.trim().to_owned()).filter(|key| !key.is_empty())
}

/// A key travels in a header of HTTP: visible ASCII.
fn check(key: &str) -> Result<(), KeyError> {
    let reason = if key.is_empty() {
        "it is empty"
    } else if key.len() > MAX_KEY {
        "it is longer than 8,192 bytes"
    } else if !key.bytes().all(|b| b.is_ascii_graphic()) {
        "it holds a space, a control character or a letter beyond ASCII"
    } else {
        return Ok(());
    };
    Err(KeyError::NotAKey { reason })
}

#[cfg(test)]
mod tests;
