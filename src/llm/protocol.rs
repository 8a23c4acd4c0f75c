//! The protocols of model servers, through `rig`, which speaks them; what it reports is translated here.
//!
//! `rig` is given one HTTP client of this room's own: no redirects (they would carry a key elsewhere) and, for a
//! server on this machine, no proxy. It does not retry.

mod failing;
mod retry_after;

use std::sync::OnceLock;
use std::time::Duration;

use futures_util::{StreamExt, TryFutureExt, stream};
use rig_core::completion::{CompletionRequest, FinishReason, Message as RigMessage};
use rig_core::message::StopReason;
use rig_core::providers::anthropic::AnthropicConfig;
use rig_core::providers::gemini::GeminiConfig;
use rig_core::providers::openai::OpenAIConfig;
use rig_core::providers::openai::wire::{self, Auth};
use rig_core::streaming::{CompletionStream, Item, StreamEvent};
use rig_reqwest::ReqwestClient;

use super::paced::{Ending, Piece, paced};
use super::providers::{Protocol, ProviderConfig};
use super::{Deltas, Failure, Model, ModelRef, Request, Role};
use failing::Translator;

/// A model on a server.
#[derive(Debug)]
pub(super) struct Remote {
    reference: ModelRef,
    config: ProviderConfig,
}

impl Remote {
    pub(super) fn new(reference: ModelRef, config: ProviderConfig) -> Self {
        Self { reference, config }
    }
}

impl Model for Remote {
    fn stream(&self, request: Request) -> Deltas {
        let (reference, config, asked) = (self.reference.clone(), self.config.clone(), request.clone());
        let pieces = async move { open(&reference, &config, &asked) }.try_flatten_stream();
        paced(&request, pieces.boxed())
    }

    fn reference(&self) -> &ModelRef {
        &self.reference
    }
}

/// The key in the environment, if there is one.
pub(super) fn key(variable: &str) -> Option<String> {
    std::env::var(variable).ok().map(|key| key.trim().to_owned()).filter(|key| !key.is_empty())
}

/// The HTTP client for a server at `base_url`; made at the first call of its kind, then shared.
pub(super) fn http(base_url: &str) -> Result<reqwest::Client, Failure> {
    static FAR: OnceLock<Result<reqwest::Client, String>> = OnceLock::new();
    static NEAR: OnceLock<Result<reqwest::Client, String>> = OnceLock::new();
    let local = is_local(base_url);
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

/// Whether a server is on this machine.
fn is_local(base_url: &str) -> bool {
    let host = reqwest::Url::parse(base_url).ok().and_then(|url| url.host_str().map(str::to_owned));
    host.is_some_and(|host| {
        let address = host.trim_matches(['[', ']']).parse::<std::net::IpAddr>();
        host == "localhost" || address.is_ok_and(|address| address.is_loopback())
    })
}

/// Opens the call; nothing is sent before the stream is polled.
fn open(
    reference: &ModelRef,
    config: &ProviderConfig,
    request: &Request,
) -> Result<impl futures_util::Stream<Item = Result<Piece, Failure>> + Send + use<>, Failure> {
    let key = match &config.key_env {
        None => String::new(),
        Some(variable) => key(variable).ok_or_else(|| Failure::MissingKey { variable: variable.clone() })?,
    };
    let base_url = config.base_url.clone().unwrap_or_default();
    let at = reqwest::Url::parse(&base_url).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    if at.is_none() {
        return Err(Failure::NotFound { what: format!("no server can be at \"{base_url}\"") });
    }
    let http = ReqwestClient::from(http(&base_url)?);
    let translator = Translator::new(reference, &base_url, &key);
    let asked = asked(request);
    let name = reference.model();
    let opened = match config.protocol() {
        Protocol::Anthropic => {
            AnthropicConfig::new(key).with_base_url(base_url).connect(http).completion(name).stream(asked)
        }
        Protocol::Gemini => {
            GeminiConfig::new(key).with_base_url(base_url).connect(http).completion(name).stream(asked)
        }
        // Chat completions, and not `/responses`, which only OpenAI itself has.
        Protocol::OpenAi | Protocol::Offline => {
            openai(reference, config, key).with_base_url(base_url).connect(http).chat(name).stream(asked)
        }
    };
    let answer = opened.map_err(|error| translator.failure(&error))?;
    Ok(stream::unfold(Some((answer, translator)), |reading| async move {
        let (mut answer, translator) = reading?;
        Some(match answer.next().await {
            Some(Ok(item)) => (Ok(piece(item)), Some((answer, translator))),
            Some(Err(error)) => (Err(translator.failure(&error)), None),
            None => (ending(answer, &translator).await, None),
        })
    }))
}

/// The dialect of a provider that is known to need one; the plain protocol for all others.
fn openai(reference: &ModelRef, config: &ProviderConfig, key: String) -> OpenAIConfig {
    if let Some(version) = &config.api_version {
        return OpenAIConfig::with_key(&wire::AZURE, key).with_api_version(version);
    }
    match reference.provider() {
        dialect @ ("openrouter" | "ollama" | "llamacpp") => {
            OpenAIConfig::with_key(wire::by_name(dialect).unwrap_or(&wire::OPENAI), key)
        }
        _ => OpenAIConfig::with_key(&wire::OPENAI, key),
    }
    .with_auth(Auth::OptionalBearer)
}

/// The request in `rig`'s words.
fn asked(request: &Request) -> CompletionRequest {
    let messages = request.messages.iter().map(|message| match message.role {
        Role::System => RigMessage::system(&message.text),
        Role::User => RigMessage::user(&message.text),
        Role::Assistant => RigMessage::assistant(&message.text),
    });
    let mut asked = CompletionRequest::new("");
    asked.chat_history = messages.collect();
    // To the thousandth: 0.7 as an f32 would travel as 0.699999988.
    let temperature = request.temperature.map(|t| (f64::from(t) * 1000.0).round() / 1000.0);
    asked
        .temperature(temperature)
        .max_tokens(u64::from(request.max_output_tokens))
        .accept_unknown_finish_reasons(true)
}

/// The part of an item that matters to an author.
fn piece(item: Item<StreamEvent>) -> Piece {
    match item {
        Item::Event(StreamEvent::Text { text, .. }) => Piece::Text(text),
        Item::Event(StreamEvent::Reasoning { text, .. }) => Piece::Thought(text),
        Item::Event(_) | Item::Unknown(_) => Piece::Alive,
    }
}

/// How a whole answer ended.
async fn ending(answer: CompletionStream, translator: &Translator) -> Result<Piece, Failure> {
    let response = answer.finish().await.map_err(|error| translator.failure(&error))?;
    let failure = match (response.finish_reason(), response.stop()) {
        (Some(FinishReason::Length), _) => Some(Failure::OutOfRoom),
        (Some(FinishReason::ContentFilter), _) => {
            Some(Failure::Refused { message: "a filter for content stopped the answer".to_owned() })
        }
        (_, StopReason::Error(message)) => Some(Failure::Refused { message: translator.clean(&message) }),
        _ => None,
    };
    let (input, output) = (response.usage.input_tokens, response.usage.output_tokens);
    Ok(Piece::End(Ending { input_tokens: input, output_tokens: output, failure }))
}
