//! Keys of providers, saved and removed on the author's word.

use std::path::PathBuf;

use serde::Serialize;

use super::ServiceError;
use crate::config::{Config, Home};
use crate::llm::{KeyPlace, Keys};

/// What became of a key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KeyChange {
    /// The provider it is for.
    pub provider: String,
    /// Where it is now, or was if it was removed; none if there was none.
    pub place: Option<KeyPlace>,
    /// Why it is not in the keyring.
    pub not_in_keyring: Option<String>,
    /// The key file.
    pub file: PathBuf,
    /// The environment variable that goes before what is saved.
    pub variable: String,
    /// Whether that variable is set, so that what is saved is not used.
    pub variable_is_set: bool,
}

/// Saves the key of a provider: in the keyring, or where that is not possible or `in_file` is asked for, in the key file.
pub fn save(home: &Home, provider: &str, key: &str, in_file: bool) -> Result<KeyChange, ServiceError> {
    let mut change = check(home, provider)?;
    let (place, why) = Keys::at(home.keys_file()).save(provider, key.trim(), in_file)?;
    change.place = Some(place);
    change.not_in_keyring = why;
    Ok(change)
}

/// Forgets the saved key of a provider.
pub fn remove(home: &Home, provider: &str) -> Result<KeyChange, ServiceError> {
    let mut change = check(home, provider)?;
    change.place = Keys::at(home.keys_file()).remove(provider)?;
    Ok(change)
}

/// Refuses a provider that is not known, or that needs no key, before a key is asked for.
pub fn check(home: &Home, provider: &str) -> Result<KeyChange, ServiceError> {
    let config = Config::load_unchecked(home)?;
    let providers = config.providers();
    let Some(settings) = providers.get(provider) else {
        let known: Vec<&str> =
            providers.iter().filter(|(_, p)| p.key_env.is_some()).map(|(name, _)| name).collect();
        let hint = format!("{}, or one of your own in config.toml", known.join(", "));
        return Err(ServiceError::usage(format!("no provider is called \"{provider}\""), hint));
    };
    let Some(variable) = settings.key_env.clone() else {
        let message = format!("the provider \"{provider}\" needs no key");
        return Err(ServiceError::usage(
            message,
            "give it `key_env` in config.toml if its server asks for one",
        ));
    };
    let variable_is_set = providers.key_place(provider) == Some(KeyPlace::Environment);
    Ok(KeyChange {
        provider: provider.to_owned(),
        place: None,
        not_in_keyring: None,
        file: home.keys_file(),
        variable,
        variable_is_set,
    })
}
