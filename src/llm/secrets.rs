//! Keys, kept out of whatever is written down or shown: those that were read, in any dress, and what looks like one.

use std::borrow::Cow;
use std::sync::{PoisonError, RwLock};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD as BASE64;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Replaces a key.
const REDACTED: &str = "[key]";
/// Bytes of a key at least: a shorter value would take words out of every line.
const MIN_KEY: usize = 6;

/// What addresses leave as it is (RFC 3986, 2.3).
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// The keys that this process has read, in every form in which they may turn up.
static KNOWN: RwLock<Vec<String>> = RwLock::new(Vec::new());

/// From now on [`scrub`] knows this key.
pub(super) fn remember(key: &str) {
    let mut known = KNOWN.write().unwrap_or_else(PoisonError::into_inner);
    if key.len() < MIN_KEY || known.iter().any(|form| form == key) {
        return;
    }
    known.extend(forms(key));
    // The longest first: a form may hold another.
    known.sort_by_key(|form| std::cmp::Reverse(form.len()));
    known.dedup();
}

/// `text` without keys: without those that this process has read, and without what looks like one.
#[must_use]
pub fn scrub(text: &str) -> Cow<'_, str> {
    let mut out = Cow::Borrowed(text);
    for form in KNOWN.read().unwrap_or_else(PoisonError::into_inner).iter() {
        if out.contains(form.as_str()) {
            out = Cow::Owned(out.replace(form.as_str(), REDACTED));
        }
    }
    match without_shapes(&out) {
        Some(scrubbed) => Cow::Owned(scrubbed),
        None => out,
    }
}

/// Whether a text holds a key that this process has read, or what looks like one.
#[must_use]
pub fn holds_key(text: &str) -> bool {
    matches!(scrub(text), Cow::Owned(_))
}

/// A key as it is, within JSON, within an address, and in base64, wherever it begins there.
fn forms(key: &str) -> Vec<String> {
    let mut forms = vec![key.to_owned()];
    let json = serde_json::Value::from(key).to_string();
    forms.push(json[1..json.len() - 1].to_owned());
    let percent = utf8_percent_encode(key, UNRESERVED).to_string();
    forms.push(percent);
    for before in 0..3 {
        let mut bytes = vec![0; before];
        bytes.extend_from_slice(key.as_bytes());
        // Only the characters that hold nothing but bits of the key.
        let from = (before * 8).div_ceil(6);
        let to = bytes.len() * 8 / 6;
        let form = BASE64.encode(&bytes)[from..to].to_owned();
        if form.len() >= MIN_KEY {
            forms.push(form.replace('+', "-").replace('/', "_"));
            forms.push(form);
        }
    }
    forms
}

/// How the keys of well-known services begin.
const BEGINNINGS: [&str; 16] = [
    "sk-",
    "sk_",
    "pk-",
    "rk-",
    "AIza",
    "ya29.",
    "gsk_",
    "hf_",
    "xai-",
    "r8_",
    "ghp_",
    "github_pat_",
    "pplx-",
    "nvapi-",
    "AKIA",
    "eyJhbGciOi",
];
/// The words before a key that begins like nothing in particular.
const NAMES: [&str; 9] = [
    "bearer",
    "key",
    "api-key",
    "apikey",
    "api_key",
    "x-api-key",
    "x-goog-api-key",
    "access_token",
    "authorization",
];

/// The text without what looks like a key; none if nothing does.
fn without_shapes(text: &str) -> Option<String> {
    let mut out = String::new();
    let mut kept = 0;
    let mut named = false;
    let mut rest = 0;
    while let Some(found) = text[rest..].find(is_key_byte) {
        let from = rest + found;
        let to = text[from..].find(|c| !is_key_byte(c)).map_or(text.len(), |at| from + at);
        let between = &text[rest..from];
        // `key: X`, `"key": "X"`, `key=X`, `Bearer X`, and nothing further away.
        named &= between.chars().all(|c| " \t:=\"'\\".contains(c)) && !between.is_empty();
        let word = &text[from..to];
        let begins = BEGINNINGS
            .iter()
            .any(|beginning| word.len() >= beginning.len() + 12 && word.starts_with(beginning));
        let mixed = word.len() >= 16
            && word.bytes().any(|b| b.is_ascii_digit())
            && word.bytes().any(|b| b.is_ascii_alphabetic());
        if begins || (named && mixed) {
            out.push_str(&text[kept..from]);
            out.push_str(REDACTED);
            kept = to;
        }
        named = NAMES.iter().any(|name| word.eq_ignore_ascii_case(name));
        rest = to;
    }
    (kept > 0).then(|| out + &text[kept..])
}

fn is_key_byte(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_was_read_is_found_in_every_form() {
        let key = "canary\"7f/3+a9c";
        remember(key);
        let basic = |before: &str| BASE64.encode(format!("{before}{key}!!"));
        for text in [
            format!("the key {key} is bad"),
            serde_json::json!({ "message": key }).to_string(),
            "https://host/?q=canary%227f%2F3%2Ba9c".to_owned(),
            basic(""),
            basic("a"),
            basic("ab"),
            basic("").replace('+', "-").replace('/', "_"),
        ] {
            let scrubbed = scrub(&text);
            assert!(scrubbed.contains(REDACTED), "{text} → {scrubbed}");
            assert!(!scrubbed.contains("canary") && !scrubbed.contains("7f"), "{scrubbed}");
        }
    }

    #[test]
    fn what_looks_like_a_key_goes_and_words_stay() {
        for (text, expected) in [
            ("your key sk-abcdefghijklmnop1234 is bad", "your key [key] is bad"),
            ("Authorization: Bearer abcdef0123456789abcdef", "Authorization: Bearer [key]"),
            (r#"{"api_key":"abcdef0123456789"}"#, r#"{"api_key":"[key]"}"#),
            ("https://host/m?key=AIzaSyA1234567890abcdefghijk&alt=sse", "https://host/m?key=[key]&alt=sse"),
        ] {
            assert_eq!(scrub(text), expected);
        }
        for text in [
            "the key to the harbour is lost",
            "key: ArrowLeft",
            "a sk-etch of the quay",
            "2026-11-20T10:11:12",
        ] {
            assert_eq!(scrub(text), text);
        }
    }
}
