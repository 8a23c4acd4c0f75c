//! What a server or `rig` reports, as a [`Failure`]: by the status, then by what the body says of itself.

use std::error::Error;

use reqwest::StatusCode;
use rig_core::ProviderError;
use rig_core::ProviderResponseError;
use rig_core::http_client;
use rig_core::observe::scrub_diagnostic;
use serde_json::Value;

use super::retry_after::retry_after;
use crate::llm::{Failure, ModelRef};

/// The longest message of a server that is passed on, in characters.
const LONGEST_MESSAGE: usize = 300;

/// Translates the errors of one call, and keeps its key out of them.
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
        let mut shown = base_url.to_owned();
        // An address can carry a name and a password of its own.
        if let Ok(mut url) = reqwest::Url::parse(base_url)
            && url.set_username("").is_ok()
            && url.set_password(None).is_ok()
        {
            shown = url.to_string();
        }
        Self { model: model.clone(), base_url: shown, key: Secret(key.to_owned()) }
    }

    /// What `error` means to the author.
    pub(super) fn failure(&self, error: &ProviderError) -> Failure {
        if let Some(response) = error.provider_response() {
            return self.answered(response);
        }
        match error {
            ProviderError::Http(error) => self.transport(error),
            ProviderError::Truncated => Failure::CutOff,
            ProviderError::Json(_) | ProviderError::Response(_) => Failure::Unusable {
                reason: format!("it is not in the protocol ({})", self.clean(&error.to_string())),
            },
            ProviderError::Url(error) => Failure::NotFound {
                what: format!("no server can be at \"{}\": {error}", self.clean(&self.base_url)),
            },
            ProviderError::Request(_) | ProviderError::UnsupportedOption(_) => {
                Failure::Refused { message: self.clean(&error.to_string()) }
            }
            ProviderError::Provider(message) => self.said(message, None),
            other => Failure::Other { message: self.clean(&other.to_string()) },
        }
    }

    /// A server that answered, with something else than an answer.
    fn answered(&self, response: &ProviderResponseError) -> Failure {
        let status = response.status.filter(|status| !status.is_success());
        let Some(status) = status else {
            return self.said(&response.body, response.code.as_deref());
        };
        let said = Said::of(&response.body);
        let wait = || retry_after(response.headers.as_ref(), &response.body);
        let message = || self.message(&said, status);
        match status.as_u16() {
            _ if said.is_about_money() => Failure::NoCredit,
            402 => Failure::NoCredit,
            400 if said.is_about_the_key() => Failure::RefusedKey,
            400 if said.is_about_a_missing_model() => self.not_found(&said, status),
            403 if said.is_about_content() => Failure::Refused { message: message() },
            401 | 403 | 407 => Failure::RefusedKey,
            404 | 405 | 410 | 300..400 => self.not_found(&said, status),
            429 => Failure::RateLimited { retry_after: wait() },
            408 | 409 | 425 | 500.. => Failure::Overloaded { retry_after: wait() },
            400..500 => Failure::Refused { message: message() },
            _ => Failure::Other { message: message() },
        }
    }

    /// A body that came with a good status or with none: only its own words tell what it is.
    fn said(&self, body: &str, code: Option<&str>) -> Failure {
        let said = Said::of(body);
        if said.value.is_none() && said.looks_like_a_page() {
            return Failure::Unusable { reason: "it is a web page and no text".to_owned() };
        }
        let names = [code.unwrap_or_default(), said.kind.as_str(), said.code.as_str()];
        let any = |words: &[&str]| names.iter().any(|name| words.iter().any(|word| name.contains(word)));
        // OpenRouter puts the status that it met into the body of a stream.
        let status = said.code.parse::<u16>().ok().and_then(|status| StatusCode::from_u16(status).ok());
        if let Some(status) = status.filter(|status| !status.is_success()) {
            return self.answered(&ProviderResponseError::new(status, body));
        }
        if said.is_about_money() {
            Failure::NoCredit
        } else if any(&["rate_limit", "RESOURCE_EXHAUSTED"]) {
            Failure::RateLimited { retry_after: retry_after(None, body) }
        } else if any(&["overloaded", "server_error", "api_error", "internal", "UNAVAILABLE", "INTERNAL"]) {
            Failure::Overloaded { retry_after: None }
        } else if said.is_about_the_key() {
            Failure::RefusedKey
        } else if said.is_about_a_missing_model() {
            self.not_found(&said, StatusCode::NOT_FOUND)
        } else if said.is_about_content() || any(&["invalid_request"]) {
            Failure::Refused { message: self.clean(&said.message) }
        } else if said.value.is_some() {
            Failure::Other { message: self.clean(&said.message) }
        } else {
            Failure::Unusable { reason: "it is not in the protocol".to_owned() }
        }
    }

    fn not_found(&self, said: &Said, status: StatusCode) -> Failure {
        let message = self.message(said, status);
        let what = format!("{} at {} ({message})", self.model, self.clean(&self.base_url));
        Failure::NotFound { what }
    }

    /// No answer came at all, or none to its end.
    fn transport(&self, error: &http_client::Error) -> Failure {
        match error {
            http_client::Error::InvalidContentType(kind) => {
                let kind = self.clean(&String::from_utf8_lossy(kind.as_bytes()));
                Failure::Unusable { reason: format!("it came as {kind} and not as a stream of text") }
            }
            http_client::Error::StreamEnded => Failure::CutOff,
            http_client::Error::Instance(inner) => {
                let Some(inner) = inner.downcast_ref::<reqwest::Error>() else {
                    return Failure::Other { message: self.clean(&chain(error)) };
                };
                if inner.is_body() || inner.is_decode() {
                    Failure::CutOff
                } else if inner.is_builder() {
                    Failure::NotFound {
                        what: format!("no server can be at \"{}\"", self.clean(&self.base_url)),
                    }
                } else {
                    Failure::Unreachable { reason: self.clean(&innermost(inner)) }
                }
            }
            other => Failure::Other { message: self.clean(&other.to_string()) },
        }
    }

    fn message(&self, said: &Said, status: StatusCode) -> String {
        if said.value.is_none() || said.message.is_empty() {
            return format!("the server answered {status}");
        }
        self.clean(&said.message)
    }

    /// `text` without the key, without controls, and not too long.
    pub(super) fn clean(&self, text: &str) -> String {
        let mut text: String =
            text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST_MESSAGE).collect();
        let secret = self.key.0.as_str();
        if secret.len() >= 4 {
            text = text.replace(secret, "[key]");
        }
        let secrets = if secret.is_empty() { Vec::new() } else { vec![secret.to_owned()] };
        let scrubbed = scrub_diagnostic(&text, &secrets);
        scrubbed.trim().to_owned()
    }
}

/// What a body says of the error that it reports, in any of the protocols.
struct Said {
    value: Option<Value>,
    message: String,
    kind: String,
    code: String,
    body: String,
}

impl Said {
    fn of(body: &str) -> Self {
        let value: Option<Value> = serde_json::from_str(body).ok();
        // Gemini wraps its error in an array when it streams.
        let outer = value.as_ref().map(|value| value.get(0).unwrap_or(value));
        let inner = outer.map(|outer| outer.get("error").unwrap_or(outer));
        let text = |at: Option<&Value>| match at {
            Some(Value::String(text)) => text.clone(),
            Some(Value::Number(number)) => number.to_string(),
            _ => String::new(),
        };
        let field = |names: &[&str]| {
            text(
                inner
                    .and_then(|inner| names.iter().find_map(|name| inner.get(name).filter(|v| !v.is_null()))),
            )
        };
        let plain = text(inner);
        let message = Some(field(&["message", "detail"])).filter(|text| !text.is_empty()).unwrap_or(plain);
        Self {
            message,
            kind: field(&["type", "status"]),
            code: field(&["code"]),
            body: body.chars().take(4_000).collect::<String>().to_ascii_lowercase(),
            value,
        }
    }

    fn mentions(&self, words: &[&str]) -> bool {
        words.iter().any(|word| self.body.contains(word))
    }

    fn is_about_money(&self) -> bool {
        self.mentions(&["insufficient_quota", "insufficient credits", "credit balance is too low"])
            || self.code == "402"
    }

    fn is_about_the_key(&self) -> bool {
        self.mentions(&["api_key_invalid", "api key not valid", "invalid_api_key", "authentication_error"])
    }

    fn is_about_a_missing_model(&self) -> bool {
        self.mentions(&["model_not_found", "not_found_error", "is not a valid model"])
    }

    fn is_about_content(&self) -> bool {
        self.mentions(&["moderation", "content_policy", "content_filter", "flagged", "safety"])
    }

    fn looks_like_a_page(&self) -> bool {
        self.body.trim_start().starts_with('<')
    }
}

/// The cause at the bottom of an error, which says most in fewest words and holds no address.
fn innermost(error: &dyn Error) -> String {
    let mut cause = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    cause.to_string()
}

fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(deeper) = cause {
        text = format!("{text}: {deeper}");
        cause = deeper.source();
    }
    text
}
