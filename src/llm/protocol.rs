//! The protocols of model servers, spoken over one HTTP client of this room's own: no redirects (they would carry a
//! key elsewhere) and, for a server on this machine, no proxy. Nothing here waits and tries again.
//!
//! | file | what it holds |
//! |---|---|
//! | `address` | where a call goes |
//! | `openai`, `anthropic`, `gemini` | the JSON of a request and of an event, a file each |
//! | `body`, `lines`, `repair` | bytes, unpacked; events found in them; JSON that is not quite JSON |
//! | `chunk`, `repeats`, `answer`, `reading` | what an event says; what of it is new; all of it; the stream of it |
//! | `limits` | how much of it is read |
//! | `server_error`, `failing`, `retry_after` | errors, in the words of the server |

mod address;
mod answer;
mod anthropic;
mod body;
mod chunk;
mod failing;
mod gemini;
mod limits;
mod lines;
mod openai;
mod reading;
mod repair;
mod repeats;
mod retry_after;
mod server_error;

use std::sync::OnceLock;
use std::time::Duration;

use futures_util::{StreamExt, TryFutureExt};
use reqwest::header::{ACCEPT, ACCEPT_ENCODING, HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;

use super::paced::paced;
use super::providers::{Protocol, ProviderConfig};
use super::{Deltas, Failure, Keys, Model, ModelRef, Request, Role};
use body::Body;
use failing::Translator;
use limits::{ERROR_BODY_WAIT, Limits, MAX_ERROR_BODY, USAGE_WAIT};
use reading::Reading;
use server_error::ServerError;

/// A model on a server.
#[derive(Debug)]
pub(super) struct Remote {
    reference: ModelRef,
    config: ProviderConfig,
    keys: Keys,
}

impl Remote {
    pub(super) fn new(reference: ModelRef, config: ProviderConfig, keys: Keys) -> Self {
        Self { reference, config, keys }
    }
}

impl Model for Remote {
    fn stream(&self, request: Request) -> Deltas {
        let (reference, config, asked) = (self.reference.clone(), self.config.clone(), request.clone());
        let keys = self.keys.clone();
        let pieces = async move {
            let key = key(&keys, reference.provider(), &config).await?;
            open(&reference, &config, &key, &asked).await.map(Reading::pieces)
        };
        paced(&request, pieces.try_flatten_stream().boxed())
    }

    fn reference(&self) -> &ModelRef {
        &self.reference
    }
}

/// The key of a provider, empty if it needs none. The keyring may wait for its owner, so it is asked beside.
async fn key(keys: &Keys, provider: &str, config: &ProviderConfig) -> Result<String, Failure> {
    let Some(variable) = config.key_env.clone() else { return Ok(String::new()) };
    let (keys, provider, name) = (keys.clone(), provider.to_owned(), variable.clone());
    let found = tokio::task::spawn_blocking(move || keys.find(&provider, &name)).await;
    match found {
        Ok(Ok(Some(key))) => Ok(key),
        Ok(Ok(None)) => Err(Failure::MissingKey { variable, reason: None }),
        Ok(Err(error)) => Err(Failure::MissingKey { variable, reason: Some(error.to_string()) }),
        Err(ended) => Err(Failure::MissingKey { variable, reason: Some(ended.to_string()) }),
    }
}

/// The HTTP client for a server at `base_url`; made at the first call of its kind, then shared.
pub(super) fn http(base_url: &str) -> Result<reqwest::Client, Failure> {
    static FAR: OnceLock<Result<reqwest::Client, String>> = OnceLock::new();
    static NEAR: OnceLock<Result<reqwest::Client, String>> = OnceLock::new();
    let local = address::is_local(base_url);
    let build = || {
        let builder = reqwest::Client::builder()
            .user_agent(concat!("galley/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .connect_timeout(Duration::from_secs(20));
        let builder = if local { builder.no_proxy() } else { builder };
        builder.build().map_err(|error| error.to_string())
    };
    let made = if local { &NEAR } else { &FAR }.get_or_init(build);
    made.clone().map_err(|reason| Failure::Unreachable { reason })
}

/// Sends the call and waits for the head of its answer.
async fn open(
    reference: &ModelRef,
    config: &ProviderConfig,
    key: &str,
    request: &Request,
) -> Result<Reading, Failure> {
    let url = address::of(config, reference.model())?;
    let base_url = config.base_url.as_deref().unwrap_or_default();
    let translator = Translator::new(reference, base_url, key);
    let (body, headers, chunk): (Value, HeaderMap, fn(&Value) -> chunk::Chunk) = match config.protocol() {
        Protocol::Anthropic => {
            (anthropic::body(reference.model(), request), anthropic::headers(key), anthropic::chunk)
        }
        Protocol::Gemini => (gemini::body(request), gemini::headers(key), gemini::chunk),
        Protocol::OpenAi | Protocol::Offline => {
            let headers = openai::headers(key, config.api_version.is_some());
            (openai::body(reference.model(), request), headers, openai::chunk)
        }
    };
    let call = http(base_url)?
        .post(url)
        .header(ACCEPT, "text/event-stream, application/json")
        .header(ACCEPT_ENCODING, "identity")
        .headers(headers)
        .json(&body);
    let response = call.send().await.map_err(|error| translator.unreachable(&error))?;
    let status = response.status();
    if status.is_success() {
        let body = Body::of(response).map_err(|lost| translator.lost(&lost))?;
        // Shorter than the patience with a silent server, which would be the wrong thing to end by.
        let usage_wait = USAGE_WAIT.min(request.timeouts.idle / 2);
        return Ok(Reading::new(body, Limits::of(request.max_output_tokens), chunk, translator, usage_wait));
    }
    let headers = response.headers().clone();
    let body = match Body::of(response) {
        Ok(body) => body.beginning(MAX_ERROR_BODY, ERROR_BODY_WAIT).await,
        // Whatever it says, the status says enough.
        Err(_) => Vec::new(),
    };
    Err(translator.answered(status, &headers, &ServerError::of(&body)))
}

/// A header that no log shows. A key that fits into no header is of no use, and the server says so.
fn secret_header(name: HeaderName, value: &str) -> HeaderMap {
    let value = HeaderValue::from_str(value).map(|mut value| {
        value.set_sensitive(true);
        (name, value)
    });
    value.into_iter().collect()
}

/// How freely it chooses its words, to the thousandth: 0.7 as an f32 would travel as 0.699999988.
fn temperature(request: &Request) -> Option<f64> {
    request.temperature.map(|temperature| (f64::from(temperature) * 1000.0).round() / 1000.0)
}

/// The standing instructions, where a protocol keeps them apart.
fn system_text(request: &Request) -> Option<String> {
    let system = request.messages.iter().filter(|message| message.role == Role::System);
    let texts: Vec<&str> = system.map(|message| message.text.as_str()).collect();
    (!texts.is_empty()).then(|| texts.join("\n\n"))
}

/// Reads an answer that is there already, for the fuzz targets, and returns its text.
#[cfg(fuzzing)]
pub async fn read_answer(protocol: Protocol, response: reqwest::Response) -> String {
    use super::paced::Piece;
    let chunk = match protocol {
        Protocol::Anthropic => anthropic::chunk,
        Protocol::Gemini => gemini::chunk,
        Protocol::OpenAi | Protocol::Offline => openai::chunk,
    };
    let reference: ModelRef = "o/m".parse().expect("it is a model");
    let translator = Translator::new(&reference, "http://localhost", "sk-0123456789abcdef");
    let Ok(body) = Body::of(response) else { return String::new() };
    let reading = Reading::new(body, Limits::of(900), chunk, translator, Duration::ZERO);
    let mut pieces = std::pin::pin!(reading.pieces());
    let mut text = String::new();
    while let Some(Ok(piece)) = pieces.next().await {
        if let Piece::Text(more) = piece {
            text.push_str(&more);
        }
    }
    text
}
