use super::*;

fn provider(variable: &str) -> ProviderConfig {
    ProviderConfig { key_env: Some(variable.to_owned()), ..ProviderConfig::default() }
}

#[test]
fn a_saved_key_is_found_until_it_is_removed_and_its_file_is_the_owners_alone() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("config/keys.toml");
    let keys = Keys::at(file.clone());
    assert_eq!(keys.find("a", "GALLEY_TEST_NOT_SET").unwrap(), None);
    let (place, why) = keys.save("a", "key-of-a-0001", true).unwrap();
    assert_eq!((place, why.is_some()), (KeyPlace::File, true));
    keys.save("b", "key-of-b-0001", true).unwrap();
    assert!(!files::is_open_to_others(&file));
    assert_eq!(keys.find("a", "GALLEY_TEST_NOT_SET").unwrap().as_deref(), Some("key-of-a-0001"));
    assert_eq!(keys.place("b", &provider("GALLEY_TEST_NOT_SET")), Some(KeyPlace::File));
    assert_eq!(keys.place("c", &provider("GALLEY_TEST_NOT_SET")), None);
    assert_eq!(secrets::scrub("it is key-of-a-0001"), "it is [key]");
    assert_eq!(keys.remove("a").unwrap(), Some(KeyPlace::File));
    assert_eq!(keys.remove("a").unwrap(), None);
    assert_eq!(keys.find("a", "GALLEY_TEST_NOT_SET").unwrap(), None);
    keys.remove("b").unwrap();
    assert!(!file.exists(), "without a key there is no file");
}

#[test]
fn the_environment_comes_before_what_is_saved() {
    let home = tempfile::tempdir().unwrap();
    let keys = Keys::at(home.path().join("keys.toml"));
    keys.save("a", "key-that-is-saved", true).unwrap();
    // A variable that every process has.
    let path = std::env::var("PATH").unwrap();
    assert_eq!(keys.find("a", "PATH").unwrap(), Some(path));
    assert_eq!(keys.place("a", &provider("PATH")), Some(KeyPlace::Environment));
    assert_eq!(keys.place("a", &ProviderConfig::default()), None, "it needs none");
}

#[cfg(unix)]
#[test]
fn r15_a_key_file_that_others_may_read_is_refused() {
    use std::os::unix::fs::PermissionsExt as _;
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("keys.toml");
    let keys = Keys::at(file.clone());
    keys.save("a", "key-that-is-saved", true).unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o640)).unwrap();
    assert!(matches!(keys.find("a", "GALLEY_TEST_NOT_SET"), Err(KeyError::Open { .. })));
    files::restrict(&file).unwrap();
    assert!(keys.find("a", "GALLEY_TEST_NOT_SET").unwrap().is_some());
}

#[test]
fn what_cannot_be_a_key_is_refused_and_changes_nothing() {
    let home = tempfile::tempdir().unwrap();
    let keys = Keys::at(home.path().join("keys.toml"));
    for key in ["", "two words", "line\nbreak", "ключ", "\u{1b}[31m", &"k".repeat(MAX_KEY + 1)] {
        assert!(matches!(keys.save("a", key, true), Err(KeyError::NotAKey { .. })), "{key:?}");
    }
    assert_eq!(keys.saved("a"), None);
}

#[test]
fn a_broken_key_file_is_named_with_its_line_and_no_message_holds_a_key() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("keys.toml");
    for source in ["[a]\nkey = sk-secret-0123456789", "[a]\nkey = \"sk-secret-0123456789\"\nkye = \"x\""] {
        files::replace(&file, source.as_bytes()).unwrap();
        let keys = Keys::at(file.clone());
        let error = keys.find("a", "GALLEY_TEST_NOT_SET").unwrap_err();
        let words = format!("{error} {error:?}");
        assert!(words.contains("keys.toml") && words.contains("line"), "{words}");
        assert!(!words.contains("secret"), "{words}");
        assert!(keys.save("b", "key-of-b-0001", true).is_err(), "it is not overwritten");
        assert_eq!(std::fs::read_to_string(&file).unwrap(), source);
    }
}
