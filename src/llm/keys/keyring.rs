//! The system's keyring: Keychain, Credential Manager or Secret Service. In the feature `keyring`.

use super::KeyError;

/// What the entries are listed under.
#[cfg(feature = "keyring")]
const SERVICE: &str = "galley";

#[cfg(feature = "keyring")]
fn entry(provider: &str) -> Result<keyring::Entry, String> {
    match keyring::Entry::store_status() {
        Ok(()) => keyring::Entry::new(SERVICE, provider).map_err(|error| error.to_string()),
        Err(error) => Err(error.to_string()),
    }
}

/// Returns a key that was saved.
#[cfg(feature = "keyring")]
pub(super) fn find(provider: &str) -> Result<String, KeyError> {
    let found = entry(provider).and_then(|entry| entry.get_password().map_err(|error| error.to_string()));
    found.map_err(|reason| KeyError::Keyring { reason })
}

/// Saves a key, or says why it cannot.
#[cfg(feature = "keyring")]
pub(super) fn save(provider: &str, key: &str) -> Result<(), String> {
    entry(provider)?.set_password(key).map_err(|error| error.to_string())
}

/// Removes a key; one that is gone already is well.
#[cfg(feature = "keyring")]
pub(super) fn remove(provider: &str) -> Result<(), KeyError> {
    let failed = |reason| KeyError::Keyring { reason };
    match entry(provider).map_err(failed)?.delete_credential() {
        Ok(()) | Err(keyring::Error::NoEntry) => Ok(()),
        Err(error) => Err(failed(error.to_string())),
    }
}

#[cfg(not(feature = "keyring"))]
const ABSENT: &str = "this program was built without the feature `keyring`";

#[cfg(not(feature = "keyring"))]
pub(super) fn find(_: &str) -> Result<String, KeyError> {
    Err(KeyError::Keyring { reason: ABSENT.to_owned() })
}

#[cfg(not(feature = "keyring"))]
pub(super) fn save(_: &str, _: &str) -> Result<(), String> {
    Err(ABSENT.to_owned())
}

#[cfg(not(feature = "keyring"))]
pub(super) fn remove(_: &str) -> Result<(), KeyError> {
    Err(KeyError::Keyring { reason: ABSENT.to_owned() })
}
