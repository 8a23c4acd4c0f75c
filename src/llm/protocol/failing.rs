//! What a server or a connection reports, as a [`Failure`]: by the status, then by what the body says of itself.

use std::error::Error;

use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use serde_json::Value;

use super::address;
use super::body::Lost;
use super::retry_after::retry_after;
use super::server_error::ServerError;
use crate::llm::{Failure, ModelRef, scrub};

/// The longest message of a server that is passed on, in characters.
const LONGEST_MESSAGE: usize = 300;

/// Translates the errors of one call, and keeps keys out of them.
#[derive(Debug, Clone)]
pub(super) struct Translator {
    model: ModelRef,
    base_url: String,
    key: Secret,
}

/// A key, which nothing prints.
#[derive(Clone)]
struct Secret(String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[key]")
    }
}

impl Translator {
    pub(super) fn new(model: &ModelRef, base_url: &str, key: &str) -> Self {
        // An address can carry a name and a password of its own.
        Self { model: model.clone(), base_url: address::shown(base_url), key: Secret(key.to_owned()) }
    }

    /// A server that answered with a bad status.
    pub(super) fn answered(&self, status: StatusCode, headers: &HeaderMap, error: &ServerError) -> Failure {
        let message = self.message(error, Some(status));
        let retry_after = retry_after(headers, error.value.as_ref());
        let has_key = !self.key.0.is_empty();
        match status.as_u16() {
            300..400 => self.redirected(headers),
            _ if error.is_about_money() => Failure::NoCredit { message },
            402 => Failure::NoCredit { message },
            400 if error.is_about_the_key() && has_key => Failure::RefusedKey { message },
            400 | 422 if error.is_about_a_missing_model() => self.not_found(&message),
            400 | 403 if error.is_about_content() => Failure::Refused { message },
            // A server that wants a key; a page comes from something in front of it.
            401 if has_key || !error.is_page => Failure::RefusedKey { message },
            403 if has_key && !error.is_page => Failure::RefusedKey { message },
            404 | 405 | 410 => self.not_found(&message),
            429 => Failure::RateLimited { retry_after, message },
            408 | 409 | 425 | 500.. => Failure::Overloaded { retry_after, message },
            400..500 => Failure::Rejected { message },
            _ => Failure::Other { message },
        }
    }

    /// An error that came with a good status: only its own words tell what it is.
    pub(super) fn in_stream(&self, error: &Value) -> Failure {
        let error = ServerError::of_value(error);
        let none = HeaderMap::new();
        // OpenRouter puts the status that it met into the body of a stream.
        let status = error.code.parse::<u16>().ok().and_then(|status| StatusCode::from_u16(status).ok());
        if let Some(status) = status.filter(|status| status.is_client_error() || status.is_server_error()) {
            return self.answered(status, &none, &error);
        }
        let message = self.message(&error, None);
        if error.is_about_money() {
            Failure::NoCredit { message }
        } else if error.is_any_of(&["rate_limit", "RESOURCE_EXHAUSTED"]) {
            Failure::RateLimited { retry_after: retry_after(&none, error.value.as_ref()), message }
        } else if error.is_any_of(&[
            "overloaded",
            "server_error",
            "api_error",
            "internal",
            "UNAVAILABLE",
            "INTERNAL",
            "unavailable",
        ]) {
            Failure::Overloaded { retry_after: retry_after(&none, error.value.as_ref()), message }
        } else if error.is_about_the_key() && !self.key.0.is_empty() {
            Failure::RefusedKey { message }
        } else if error.is_about_a_missing_model() {
            self.not_found(&message)
        } else if error.is_about_content() {
            Failure::Refused { message }
        } else if error.is_any_of(&["invalid_request", "INVALID_ARGUMENT"]) {
            Failure::Rejected { message }
        } else {
            Failure::Other { message }
        }
    }

    /// A redirect, which is not followed: it would carry the key elsewhere.
    fn redirected(&self, headers: &HeaderMap) -> Failure {
        let to = headers.get("location").map(|to| String::from_utf8_lossy(to.as_bytes()).into_owned());
        let target = to.map(|to| {
            let from = reqwest::Url::parse(&self.base_url);
            from.and_then(|from| from.join(&to)).map_or_else(|_| to.clone(), |to| address::shown(to.as_str()))
        });
        let target =
            target.map_or_else(|| "an address that it does not name".to_owned(), |to| self.clean(&to));
        Failure::Redirected { target }
    }

    fn not_found(&self, message: &str) -> Failure {
        Failure::NotFound { what: format!("{} at {} ({message})", self.model, self.clean(&self.base_url)) }
    }

    /// No connection came about.
    pub(super) fn unreachable(&self, error: &reqwest::Error) -> Failure {
        if error.is_builder() {
            return Failure::NotFound {
                what: format!("no server can be at \"{}\"", self.clean(&self.base_url)),
            };
        }
        Failure::Unreachable { reason: self.clean(&innermost(error)) }
    }

    /// A body that did not come to its end.
    pub(super) fn lost(&self, lost: &Lost) -> Failure {
        match lost {
            Lost::Transport => Failure::CutOff,
            Lost::Damaged => Failure::Unusable { reason: "its gzip packing is damaged".to_owned() },
            Lost::Packed(how) => {
                let how = self.clean(how);
                Failure::Unreadable {
                    reason: format!("the server packs it as \"{how}\", which is not read here"),
                }
            }
        }
    }

    /// A web page with a good status.
    pub(super) fn page(&self, body: &[u8]) -> Failure {
        let title = self.clean(&ServerError::of(body).words);
        let title = if title.is_empty() { String::new() } else { format!(" (\"{title}\")") };
        Failure::Unusable { reason: format!("it is a web page and no text{title}") }
    }

    /// A body with a good status and without any event.
    pub(super) fn no_stream(&self, head: &str) -> Failure {
        let is_field = |line: &str| {
            line.is_empty() || [":", "data", "event", "id", "retry"].iter().any(|f| line.starts_with(f))
        };
        if head.lines().all(|line| is_field(line.trim())) {
            return Failure::Empty;
        }
        Failure::Unusable { reason: format!("it is not in the protocol: \"{}\"", self.clean(head)) }
    }

    /// The words that are quoted; with the status where they are not the server's own or there are none.
    fn message(&self, error: &ServerError, status: Option<StatusCode>) -> String {
        let words = self.clean(&error.words);
        match status {
            Some(status) if words.is_empty() => format!("the server answered {status}"),
            Some(status) if error.value.is_none() => format!("{words} ({status})"),
            _ if words.is_empty() => "the server gave no reason".to_owned(),
            _ => words,
        }
    }

    /// `text` without keys, without controls, and not too long.
    pub(super) fn clean(&self, text: &str) -> String {
        let text: String = text
            .chars()
            .filter_map(|c| if c.is_whitespace() { Some(' ') } else { (!is_hidden(c)).then_some(c) })
            .collect();
        let secret = self.key.0.as_str();
        // Before the rest: this one may be too short for others to look for.
        let text = if secret.len() >= 4 { text.replace(secret, "[key]") } else { text };
        let text = scrub(&text);
        let text = text.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
        if text.chars().count() <= LONGEST_MESSAGE {
            return text;
        }
        text.chars().take(LONGEST_MESSAGE).chain(['…']).collect()
    }
}

/// Controls, and what takes no room or turns the direction of writing.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}')
}

/// The cause at the bottom of an error, which says most in fewest words and holds no address.
fn innermost(error: &dyn Error) -> String {
    let mut cause = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    cause.to_string()
}
