//! Keys that the author saves (P9): found at the next call, in no output, and readable by their owner alone.

use serde_json::{Value, json};

use super::desk::{Desk, code, stderr, stdout};
use crate::model_server::{ModelServer, Reply};

const KEY: &str = "sk-saved-Q7f2Zp9LwX4vT1mB8";

fn desk_of(server: &ModelServer) -> (Desk, String) {
    let desk = Desk::new();
    let chapter = desk.chapter();
    desk.configure(&format!(
        "[agents]\nnarrator.model = \"test/m\"\nreviewer.enabled = false\n\
         [providers.test]\nbase_url = \"{}\"\nkey_env = \"GALLEY_TEST_KEY\"\nfree = true\n",
        server.url_v1()
    ));
    (desk, chapter)
}

#[test]
fn p9_a_saved_key_is_used_at_the_next_call_until_it_is_removed() {
    let server = ModelServer::answering(|_, _| Reply::text("The lamp was out."));
    let (desk, chapter) = desk_of(&server);
    let start = ["page", "start", "--chapter", &chapter, "--beat", "Mara finds the boat", "--json"];
    let started = |variables: &[(&str, &str)]| {
        let out = desk.run_with(&start, &[&[("GALLEY_MODEL", "")], variables].concat());
        let answer: Value = serde_json::from_str(&stdout(&out)).unwrap();
        (code(&out), answer["attention"]["message"].clone())
    };
    let missing = json!("No key for this model: the environment variable GALLEY_TEST_KEY is not set");
    assert_eq!(started(&[]), (4, missing.clone()));
    assert_eq!(server.count(), 0);

    let out = desk.run_fed(&["config", "key", "test"], format!("{KEY}\n").as_bytes());
    assert_eq!(code(&out), 0, "{}", stderr(&out));
    assert!(!(stdout(&out) + &stderr(&out)).contains(KEY));
    assert_eq!(started(&[]), (0, Value::Null));
    let sent = |n: usize| server.seen()[n].header("authorization").map(str::to_owned);
    assert_eq!(sent(0), Some(format!("Bearer {KEY}")));
    assert_eq!(started(&[("GALLEY_TEST_KEY", "sk-of-the-environment")]), (0, Value::Null));
    assert_eq!(sent(server.count() - 1), Some("Bearer sk-of-the-environment".to_owned()));

    let models = desk.ok(&["models"]);
    let provider = models["providers"].as_array().unwrap().iter().find(|p| p["name"] == "test").unwrap();
    assert_eq!(provider["key_place"], "file");
    for command in [&["models"][..], &["config"], &["doctor"], &["status"]] {
        assert!(!stdout(&desk.run(command)).contains(KEY), "{command:?}");
    }
    let log = std::fs::read_to_string(desk.root().join("state/galley.log")).unwrap_or_default();
    assert!(!log.contains(KEY));

    assert_eq!(desk.ok(&["config", "key", "test", "--remove"])["place"], "file");
    assert_eq!(desk.ok(&["config", "key", "test", "--remove"])["place"], Value::Null);
    assert_eq!(started(&[]), (4, missing));
}

#[cfg(unix)]
#[test]
fn r15_a_key_file_that_others_may_read_is_not_used_and_doctor_restores_it() {
    use std::os::unix::fs::PermissionsExt as _;
    let server = ModelServer::answering(|_, _| Reply::text("The lamp was out."));
    let (desk, chapter) = desk_of(&server);
    assert_eq!(code(&desk.run_fed(&["config", "key", "test"], KEY.as_bytes())), 0);
    let file = desk.root().join("config/keys.toml");
    let mode = || file.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(), 0o600);
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
    let start = ["page", "start", "--chapter", &chapter, "--beat", "Mara finds the boat"];
    let out = desk.run_with(&start, &[("GALLEY_MODEL", "")]);
    let said = stdout(&out) + &stderr(&out);
    assert_eq!((code(&out), server.count()), (4, 0), "{said}");
    assert!(said.contains("others may read the key file"), "{said}");
    assert!(desk.ok(&["doctor"])["restricted"].as_array().unwrap().contains(&json!(file)));
    assert_eq!(mode(), 0o600);
    assert_eq!(code(&desk.run_with(&start, &[("GALLEY_MODEL", "")])), 0);
}

#[test]
fn p11_a_key_or_provider_that_cannot_be_is_refused_with_what_would_be_right() {
    let desk = Desk::new();
    for (provider, key, words) in [
        ("nowhere", KEY, "no provider is called \"nowhere\""),
        ("ollama", KEY, "needs no key"),
        ("anthropic", "", "it is empty"),
        ("anthropic", "two words", "a space"),
        ("anthropic", "line\nbreak", "a space, a control character"),
        ("anthropic", "\u{1b}]0;x\u{7}", "a control character"),
    ] {
        let out = desk.run_fed(&["config", "key", provider], key.as_bytes());
        assert_eq!(code(&out), 2, "{provider} {key:?}");
        assert!(stderr(&out).contains(words), "{provider} {key:?}: {}", stderr(&out));
        assert!(!desk.root().join("config/keys.toml").exists());
    }
}
