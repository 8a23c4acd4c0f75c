//! Where a call goes: the address of a provider, however much of it the author wrote down.

use std::fmt::Write as _;

use reqwest::Url;

use crate::llm::{Failure, Protocol, ProviderConfig};

/// The address that a model is called at.
pub(super) fn of(config: &ProviderConfig, model: &str) -> Result<Url, Failure> {
    let base = config.base_url.as_deref().unwrap_or_default().trim();
    let none = || Failure::NotFound { what: format!("no server can be at \"{}\"", shown(base)) };
    let at = Url::parse(base).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    let mut url = at.ok_or_else(none)?;
    url.set_fragment(None);
    let mut path: Vec<String> = url.path().split('/').filter(|s| !s.is_empty()).map(str::to_owned).collect();
    match config.protocol() {
        Protocol::Anthropic => anthropic(&mut path),
        Protocol::Gemini => gemini(&mut path, model),
        Protocol::OpenAi | Protocol::Offline => openai(&mut path, config.api_version.is_some(), model),
    }
    // Segments of the author's own are encoded already; a model's name is encoded by `segment`.
    url.set_path(&path.join("/"));
    if config.protocol() == Protocol::Gemini {
        url.query_pairs_mut().append_pair("alt", "sse");
    } else if let Some(version) =
        config.api_version.as_deref().filter(|_| config.protocol() == Protocol::OpenAi)
        && !url.query_pairs().any(|(name, _)| name == "api-version")
    {
        url.query_pairs_mut().append_pair("api-version", version);
    }
    Ok(url)
}

fn openai(path: &mut Vec<String>, azure: bool, model: &str) {
    strip(path, &["chat", "completions"]);
    if azure && !path.iter().any(|segment| segment == "deployments") {
        strip(path, &["openai"]);
        path.extend(["openai".to_owned(), "deployments".to_owned(), segment(model)]);
    }
    path.extend(["chat".to_owned(), "completions".to_owned()]);
}

fn anthropic(path: &mut Vec<String>) {
    strip(path, &["messages"]);
    strip(path, &["v1"]);
    path.extend(["v1".to_owned(), "messages".to_owned()]);
}

fn gemini(path: &mut Vec<String>, model: &str) {
    if let Some(at) = path.iter().position(|segment| segment == "models") {
        path.truncate(at);
    }
    if !path.last().is_some_and(|last| last.starts_with("v1")) {
        path.push("v1beta".to_owned());
    }
    // A tuned model names its own collection.
    match model.split_once('/') {
        Some((collection @ ("models" | "tunedModels"), name)) => {
            path.extend([collection.to_owned(), format!("{}:streamGenerateContent", segment(name))]);
        }
        _ => path.extend(["models".to_owned(), format!("{}:streamGenerateContent", segment(model))]),
    }
}

/// Takes `tail` off the end of a path.
fn strip(path: &mut Vec<String>, tail: &[&str]) {
    if path.ends_with(&tail.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>()) {
        path.truncate(path.len() - tail.len());
    }
}

/// `name` as one segment of a path.
fn segment(name: &str) -> String {
    let mut out = String::new();
    for byte in name.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b':' | b'@' => {
                out.push(byte as char);
            }
            _ => {
                // Writing to a string cannot fail.
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    out
}

/// An address without the name and password that it may carry.
pub(super) fn shown(address: &str) -> String {
    let Ok(mut url) = Url::parse(address) else { return address.to_owned() };
    if url.set_username("").is_ok() && url.set_password(None).is_ok() {
        url.to_string()
    } else {
        address.to_owned()
    }
}

/// Whether a server is on this machine.
pub(super) fn is_local(base_url: &str) -> bool {
    let host = Url::parse(base_url).ok().and_then(|url| url.host_str().map(str::to_owned));
    host.is_some_and(|host| {
        let address = host.trim_matches(['[', ']']).parse::<std::net::IpAddr>();
        host == "localhost" || address.is_ok_and(|address| address.is_loopback())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(protocol: Protocol, base_url: &str, model: &str) -> String {
        let config = ProviderConfig {
            protocol: Some(protocol),
            base_url: Some(base_url.to_owned()),
            ..ProviderConfig::default()
        };
        of(&config, model).unwrap().to_string()
    }

    #[test]
    fn an_address_is_found_however_much_of_it_is_written_down() {
        let openai = "http://host/v1/chat/completions";
        for base in [
            "http://host/v1",
            "http://host/v1/",
            "http://host/v1//",
            openai,
            "http://host/v1/chat/completions/",
        ] {
            assert_eq!(at(Protocol::OpenAi, base, "m"), openai, "{base}");
        }
        let anthropic = "http://host/v1/messages";
        for base in ["http://host", "http://host/", "http://host/v1", "http://host/v1/", anthropic] {
            assert_eq!(at(Protocol::Anthropic, base, "m"), anthropic, "{base}");
        }
        let gemini = "http://host/v1beta/models/m:streamGenerateContent?alt=sse";
        for base in [
            "http://host",
            "http://host/v1beta",
            "http://host/v1beta/",
            "http://host/v1beta/models/m:generateContent",
        ] {
            assert_eq!(at(Protocol::Gemini, base, "m"), gemini, "{base}");
        }
        assert_eq!(
            at(Protocol::Gemini, "http://host/v1", "models/m"),
            "http://host/v1/models/m:streamGenerateContent?alt=sse"
        );
    }

    #[test]
    fn a_models_name_stays_one_segment_and_a_query_stays_behind_the_path() {
        assert_eq!(
            at(Protocol::Gemini, "http://host", "a b/../c?d"),
            "http://host/v1beta/models/a%20b%2F..%2Fc%3Fd:streamGenerateContent?alt=sse"
        );
        assert_eq!(
            at(Protocol::OpenAi, "http://host/v1?team=7", "m"),
            "http://host/v1/chat/completions?team=7"
        );
    }

    #[test]
    fn a_name_and_a_password_are_not_shown() {
        assert_eq!(shown("http://ada:secret@host/v1"), "http://host/v1");
    }
}
