//! Models over a real socket: whole answers, and every way in which a server can fail.

#[path = "support/model_server.rs"]
mod model_server;
#[path = "llm/wire.rs"]
mod wire;

use std::time::{Duration, Instant};

use futures_util::StreamExt;
use galley::llm::{
    Delta, Failure, Message, ModelRef, Protocol, ProviderConfig, Providers, Request, Timeouts, Usage,
    Waiting, detect,
};
use model_server::{Answer, ModelServer, Reply};
use serde_json::json;

/// A variable that every test environment has; its value stands in for a key.
const KEY_VARIABLE: &str = "CARGO_MANIFEST_DIR";
const PROTOCOLS: [Protocol; 3] = [Protocol::OpenAi, Protocol::Anthropic, Protocol::Gemini];

fn secret() -> String {
    std::env::var(KEY_VARIABLE).expect("cargo sets it")
}

/// The provider `test`, which is at that server and speaks that protocol.
fn providers(server: &ModelServer, protocol: Protocol) -> Providers {
    let base_url = if protocol == Protocol::OpenAi { server.url_v1() } else { server.url() };
    at(&base_url, protocol)
}

fn at(base_url: &str, protocol: Protocol) -> Providers {
    let config = ProviderConfig {
        protocol: Some(protocol),
        base_url: Some(base_url.to_owned()),
        key_env: Some(KEY_VARIABLE.to_owned()),
        ..ProviderConfig::default()
    };
    Providers::built_in().overlaid([("test".to_owned(), config)])
}

fn request() -> Request {
    Request {
        messages: vec![Message::system("You are the narrator."), Message::user("She lights the lamp.")],
        max_output_tokens: 400,
        temperature: Some(0.7),
        timeouts: Timeouts {
            open: Duration::from_secs(20),
            idle: Duration::from_secs(20),
            total: Duration::from_secs(40),
        },
        material: galley::llm::Material::default(),
    }
}

/// What came of a call.
#[derive(Debug, Default)]
struct Outcome {
    text: String,
    thought: String,
    pieces: usize,
    usage: Option<Usage>,
    failure: Option<Failure>,
}

async fn call(providers: &Providers, request: Request) -> Outcome {
    let reference: ModelRef = "test/some-model".parse().expect("a model");
    let model = providers.model(&reference).expect("a provider");
    let mut outcome = Outcome::default();
    let mut deltas = model.stream(request);
    while let Some(delta) = deltas.next().await {
        assert!(outcome.failure.is_none(), "nothing comes after a failure");
        match delta {
            Ok(Delta::Text(text)) => {
                assert!(outcome.usage.is_none(), "no text comes after the usage");
                outcome.text.push_str(&text);
                outcome.pieces += 1;
            }
            Ok(Delta::Thought(text)) => outcome.thought.push_str(&text),
            Ok(Delta::Usage(usage)) => assert!(outcome.usage.replace(usage).is_none(), "usage comes once"),
            Err(failure) => outcome.failure = Some(failure),
        }
    }
    outcome
}

/// The outcome of that reply in each protocol.
async fn each(reply: Reply, request: Request) -> Vec<(Protocol, Outcome)> {
    let mut outcomes = Vec::new();
    for protocol in PROTOCOLS {
        let server = ModelServer::start([reply.clone()]);
        outcomes.push((protocol, call(&providers(&server, protocol), request.clone()).await));
        assert_eq!(server.count(), 1, "{protocol:?}: nothing in here tries again by itself");
    }
    outcomes
}

fn kind(outcome: &Outcome) -> Option<&'static str> {
    outcome.failure.as_ref().map(Failure::kind)
}

#[tokio::test]
async fn an_answer_streams_in_with_the_usage_at_its_end() {
    for (protocol, outcome) in each(Reply::text("The lamp was lit."), request()).await {
        assert_eq!(outcome.text, "The lamp was lit.", "{protocol:?}");
        assert_eq!(outcome.pieces, 4, "{protocol:?}");
        let usage = Usage { input_tokens: 11, output_tokens: 7, estimated: false };
        assert_eq!(outcome.usage, Some(usage), "{protocol:?}");
        assert_eq!(outcome.failure, None, "{protocol:?}");
    }
}

#[tokio::test]
async fn the_request_carries_messages_limits_and_key_in_the_way_of_its_protocol() {
    let server = ModelServer::start([Reply::text("Yes.")]);
    call(&providers(&server, Protocol::OpenAi), request()).await;
    call(&providers(&server, Protocol::Anthropic), request()).await;
    call(&providers(&server, Protocol::Gemini), request()).await;
    let [openai, anthropic, gemini] = server.seen().try_into().expect("three requests");

    assert_eq!(openai.path, "/v1/chat/completions");
    assert_eq!(openai.header("authorization"), Some(format!("Bearer {}", secret()).as_str()));
    assert_eq!(openai.body["messages"][0]["role"], "system");
    assert_eq!(openai.body["messages"][1]["role"], "user");
    assert_eq!(openai.body["max_tokens"], 400);
    assert_eq!(openai.body["temperature"], 0.7);
    assert_eq!(openai.body["stream_options"]["include_usage"], true);

    assert_eq!(anthropic.path, "/v1/messages");
    assert_eq!(anthropic.header("x-api-key"), Some(secret().as_str()));
    assert!(anthropic.body["system"].to_string().contains("You are the narrator."));
    assert_eq!(anthropic.body["messages"][0]["role"], "user");
    assert_eq!(anthropic.body["max_tokens"], 400);

    assert!(gemini.path.starts_with("/v1beta/models/some-model:streamGenerateContent"));
    assert!(gemini.body["systemInstruction"].to_string().contains("You are the narrator."));
    assert_eq!(gemini.body["generationConfig"]["maxOutputTokens"], 400);
}

#[tokio::test]
async fn a_server_without_a_key_gets_no_authorization() {
    let server = ModelServer::start([Reply::text("Yes.")]);
    let own = ProviderConfig { base_url: Some(server.url_v1()), ..ProviderConfig::default() };
    let outcome = call(&Providers::built_in().overlaid([("test".to_owned(), own)]), request()).await;
    assert_eq!(outcome.text, "Yes.");
    assert_eq!(server.seen()[0].header("authorization"), None);
}

#[tokio::test]
async fn azure_is_asked_by_deployment() {
    let server = ModelServer::start([Reply::text("Yes.")]);
    let own = ProviderConfig {
        base_url: Some(server.url()),
        key_env: Some(KEY_VARIABLE.to_owned()),
        api_version: Some("2024-10-21".to_owned()),
        ..ProviderConfig::default()
    };
    let outcome = call(&Providers::built_in().overlaid([("test".to_owned(), own)]), request()).await;
    assert_eq!(outcome.text, "Yes.");
    let seen = &server.seen()[0];
    assert_eq!(seen.path, "/openai/deployments/some-model/chat/completions?api-version=2024-10-21");
    assert_eq!(seen.header("api-key"), Some(secret().as_str()));
}

#[tokio::test]
async fn a_usage_that_the_server_does_not_send_is_estimated_and_marked() {
    for (protocol, outcome) in each(Reply::Text(Answer::of("The lamp was lit.").uncounted()), request()).await
    {
        let usage = outcome.usage.expect("a usage");
        assert!(usage.estimated, "{protocol:?}");
        assert!(usage.input_tokens > 5 && usage.output_tokens > 2, "{protocol:?} {usage:?}");
    }
}

#[tokio::test]
async fn thinking_keeps_a_call_alive_and_is_no_text() {
    let thinking = Answer::of("Lit.").after_thinking(&"hm ".repeat(14)).paced(Duration::from_millis(60));
    let mut request = request();
    request.timeouts.idle = Duration::from_millis(600);
    for (protocol, outcome) in each(Reply::Text(thinking), request).await {
        assert_eq!((outcome.text.as_str(), &outcome.failure), ("Lit.", &None), "{protocol:?}");
        assert_eq!(outcome.thought, "hm ".repeat(14), "{protocol:?}");
    }
}

#[tokio::test]
async fn dropping_the_stream_leaves_the_server_at_once() {
    for protocol in PROTOCOLS {
        let server = ModelServer::start([Reply::HangAfter(Answer::of("The lamp"))]);
        let model =
            providers(&server, protocol).model(&"test/m".parse().expect("a model")).expect("a provider");
        let mut deltas = model.stream(request());
        assert!(matches!(deltas.next().await, Some(Ok(Delta::Text(_)))), "{protocol:?}");
        drop(deltas);
        let began = Instant::now();
        while server.left() == 0 {
            assert!(
                began.elapsed() < Duration::from_secs(10),
                "{protocol:?}: the server still has its caller"
            );
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }
}

#[tokio::test]
async fn nothing_is_sent_before_the_first_poll() {
    let server = ModelServer::start([Reply::text("Yes.")]);
    let model =
        providers(&server, Protocol::OpenAi).model(&"test/m".parse().expect("a model")).expect("a provider");
    drop(model.stream(request()));
    assert_eq!(server.count(), 0);
}

#[tokio::test]
async fn a_refused_key_is_told_and_not_worth_a_retry() {
    for status in [401, 403] {
        for (protocol, outcome) in each(Reply::status(status, "bad key"), request()).await {
            let expected = Failure::RefusedKey { message: "bad key".to_owned() };
            assert_eq!(outcome.failure, Some(expected), "{protocol:?} {status}");
            assert_eq!(outcome.usage, None, "{protocol:?}: nothing was used");
        }
    }
    let gemini = json!({ "error": { "code": 400, "message": "API key not valid. Please pass a valid API key.",
        "status": "INVALID_ARGUMENT", "details": [{ "reason": "API_KEY_INVALID" }] } });
    for (_, outcome) in each(Reply::Status(400, Vec::new(), gemini.to_string()), request()).await {
        let failure = outcome.failure.expect("a failure");
        assert_eq!((failure.kind(), failure.is_transient()), ("refused_key", false));
    }
}

#[tokio::test]
async fn a_missing_key_is_told_by_its_variable_and_nothing_is_sent() {
    let server = ModelServer::start([Reply::text("Yes.")]);
    let own = ProviderConfig {
        base_url: Some(server.url_v1()),
        key_env: Some("GALLEY_TEST_NO_SUCH_KEY".to_owned()),
        ..ProviderConfig::default()
    };
    let outcome = call(&Providers::built_in().overlaid([("test".to_owned(), own)]), request()).await;
    assert_eq!(
        outcome.failure,
        Some(Failure::MissingKey { variable: "GALLEY_TEST_NO_SUCH_KEY".to_owned(), reason: None })
    );
    assert_eq!(server.count(), 0);
}

#[tokio::test]
async fn a_missing_model_is_told_with_its_name() {
    for (protocol, outcome) in each(Reply::status(404, "no such model"), request()).await {
        assert_eq!(kind(&outcome), Some("not_found"), "{protocol:?}");
        let message = outcome.failure.expect("a failure").to_string();
        assert!(message.contains("test/some-model") && message.contains("no such model"), "{message}");
    }
}

#[tokio::test]
async fn a_rate_limit_carries_its_wait() {
    for (protocol, outcome) in each(Reply::retry_after(429, 7), request()).await {
        let failure = outcome.failure.expect("a failure");
        assert_eq!(
            failure,
            Failure::RateLimited { retry_after: Some(Duration::from_secs(7)), message: "later".to_owned() },
            "{protocol:?}"
        );
        assert!(failure.is_transient());
        assert_eq!(failure.retry_after(), Some(Duration::from_secs(7)));
    }
}

#[tokio::test]
async fn an_account_without_credit_is_no_rate_limit() {
    let body = json!({ "error": { "message": "You exceeded your current quota", "type": "insufficient_quota",
        "code": "insufficient_quota" } });
    for (protocol, outcome) in each(Reply::Status(429, Vec::new(), body.to_string()), request()).await {
        let message = "You exceeded your current quota".to_owned();
        assert_eq!(outcome.failure, Some(Failure::NoCredit { message }), "{protocol:?}");
    }
}

#[tokio::test]
async fn a_server_in_trouble_is_overloaded() {
    for status in [500, 502, 503, 529] {
        for (protocol, outcome) in each(Reply::status(status, "trouble"), request()).await {
            assert_eq!(
                outcome.failure,
                Some(Failure::Overloaded { retry_after: None, message: "trouble".to_owned() }),
                "{protocol:?} {status}"
            );
        }
    }
    for (_, outcome) in each(Reply::retry_after(503, 3), request()).await {
        let failure = outcome.failure.expect("a failure");
        assert_eq!((failure.kind(), failure.retry_after()), ("overloaded", Some(Duration::from_secs(3))));
    }
}

#[tokio::test]
async fn a_bad_request_is_rejected_in_the_servers_words() {
    for (protocol, outcome) in each(Reply::status(400, "max_tokens is too large"), request()).await {
        let expected = Failure::Rejected { message: "max_tokens is too large".to_owned() };
        assert_eq!(outcome.failure, Some(expected), "{protocol:?}");
    }
}

#[tokio::test]
async fn a_hang_before_the_first_word_is_a_timeout_that_says_so() {
    let mut request = request();
    request.timeouts.open = Duration::from_millis(60);
    for (protocol, outcome) in each(Reply::HangBeforeHeaders, request).await {
        let after = Duration::from_millis(60);
        assert_eq!(
            outcome.failure,
            Some(Failure::Timeout { waiting_for: Waiting::Open, after }),
            "{protocol:?}"
        );
        assert_eq!(outcome.usage, None);
    }
}

#[tokio::test]
async fn a_hang_in_the_middle_is_a_timeout_that_says_so_and_keeps_the_text() {
    let mut request = request();
    request.timeouts.idle = Duration::from_millis(500);
    for (protocol, outcome) in each(Reply::HangAfter(Answer::of("The lamp was")), request).await {
        let after = Duration::from_millis(500);
        assert_eq!(
            outcome.failure,
            Some(Failure::Timeout { waiting_for: Waiting::Next, after }),
            "{protocol:?}"
        );
        assert_eq!(outcome.text, "The lamp was", "{protocol:?}");
        assert!(outcome.usage.expect("what was paid for").estimated);
    }
}

#[tokio::test]
async fn an_answer_that_drips_for_ever_meets_the_limit_of_the_whole() {
    let drip = Answer::of(&"word ".repeat(500)).paced(Duration::from_millis(20));
    let mut request = request();
    request.timeouts.total = Duration::from_millis(500);
    for (protocol, outcome) in each(Reply::Text(drip), request).await {
        let after = Duration::from_millis(500);
        assert_eq!(
            outcome.failure,
            Some(Failure::Timeout { waiting_for: Waiting::Total, after }),
            "{protocol:?}"
        );
        assert!(!outcome.text.is_empty(), "{protocol:?}");
    }
}

#[tokio::test]
async fn a_stream_that_ends_without_its_end_is_cut_off() {
    for reply in [Reply::CutAfter(Answer::of("The lamp was")), Reply::BreakAfter(Answer::of("The lamp was"))]
    {
        for (protocol, outcome) in each(reply.clone(), request()).await {
            assert_eq!(outcome.failure, Some(Failure::CutOff), "{protocol:?} {reply:?}");
            assert_eq!(outcome.text, "The lamp was", "{protocol:?}");
            assert!(outcome.usage.expect("what was paid for").estimated);
        }
    }
}

#[tokio::test]
async fn an_answer_of_nothing_is_empty() {
    for text in ["", "   "] {
        for (protocol, outcome) in each(Reply::text(text), request()).await {
            assert_eq!(outcome.failure, Some(Failure::Empty), "{protocol:?} {text:?}");
        }
    }
}

#[tokio::test]
async fn a_web_page_is_no_answer() {
    for reply in [Reply::Html, Reply::HtmlAsStream] {
        for (protocol, outcome) in each(reply, request()).await {
            assert_eq!(kind(&outcome), Some("unusable"), "{protocol:?} {outcome:?}");
            assert!(
                outcome.failure.expect("a failure").to_string().contains("502 Bad Gateway"),
                "{protocol:?}"
            );
            assert_eq!(outcome.text, "", "{protocol:?}");
        }
    }
}

#[tokio::test]
async fn an_error_with_a_good_status_is_an_error() {
    let error = json!({ "message": "the model is sleeping", "type": "whim" });
    for (protocol, outcome) in each(Reply::JsonError(error), request()).await {
        let expected = Failure::Other { message: "the model is sleeping".to_owned() };
        assert_eq!(outcome.failure, Some(expected), "{protocol:?}");
        assert_eq!(outcome.text, "", "{protocol:?}");
    }
}

#[tokio::test]
async fn an_error_in_the_middle_of_a_stream_is_told_apart() {
    let error = json!({ "message": "Overloaded", "type": "overloaded_error", "code": 503 });
    let reply = Reply::ErrorAfter(Answer::of("The lamp"), error);
    for (protocol, outcome) in each(reply, request()).await {
        assert_eq!(kind(&outcome), Some("overloaded"), "{protocol:?} {outcome:?}");
        assert_eq!(outcome.text, "The lamp", "{protocol:?}");
    }
}

#[tokio::test]
async fn nonsense_is_no_answer() {
    for (protocol, outcome) in each(Reply::Nonsense, request()).await {
        assert_eq!(kind(&outcome), Some("unusable"), "{protocol:?} {outcome:?}");
        assert_eq!(outcome.text, "", "{protocol:?}");
    }
}

#[tokio::test]
async fn an_answer_that_does_not_fit_says_so() {
    for (protocol, outcome) in
        each(Reply::Text(Answer::of("The lamp was").finished("length")), request()).await
    {
        assert_eq!(outcome.failure, Some(Failure::OutOfRoom), "{protocol:?}");
        assert_eq!(outcome.usage.map(|usage| usage.estimated), Some(false), "{protocol:?}");
    }
}

#[tokio::test]
async fn a_filtered_answer_is_refused() {
    let reply = Reply::Text(Answer::of("The lamp").finished("content_filter"));
    for (protocol, outcome) in each(reply, request()).await {
        assert_eq!(kind(&outcome), Some("refused"), "{protocol:?} {outcome:?}");
    }
}

#[tokio::test]
async fn no_server_at_all_is_unreachable() {
    let gone = ModelServer::start([Reply::text("Yes.")]);
    let url = gone.url();
    drop(gone);
    for protocol in PROTOCOLS {
        let outcome = call(&at(&url, protocol), request()).await;
        assert_eq!(kind(&outcome), Some("unreachable"), "{protocol:?} {outcome:?}");
    }
}

#[tokio::test]
async fn an_address_that_is_none_is_not_found() {
    for protocol in PROTOCOLS {
        let outcome = call(&at("not an address", protocol), request()).await;
        assert_eq!(kind(&outcome), Some("not_found"), "{protocol:?} {outcome:?}");
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed_with_the_key() {
    let elsewhere = ModelServer::start([Reply::text("Give me the key.")]);
    let location = vec![("location", format!("{}/v1/chat/completions", elsewhere.url()))];
    for status in [301, 302, 303, 307, 308] {
        for (protocol, outcome) in
            each(Reply::Status(status, location.clone(), String::new()), request()).await
        {
            let target = location[0].1.clone();
            assert_eq!(outcome.failure, Some(Failure::Redirected { target }), "{protocol:?} {status}");
        }
    }
    assert_eq!(elsewhere.count(), 0);
}

#[tokio::test]
async fn no_failure_ever_holds_the_key() {
    let leak = format!("the key {} is not good", secret());
    let replies = [
        Reply::status(400, &leak),
        Reply::status(401, &leak),
        Reply::status(404, &leak),
        Reply::status(418, &leak),
        Reply::status(500, &leak),
        Reply::JsonError(json!({ "message": leak, "type": "whim" })),
        Reply::JsonError(json!(leak)),
        Reply::ErrorAfter(Answer::of("The"), json!({ "message": leak, "type": "whim" })),
        Reply::Html,
        Reply::Nonsense,
        Reply::BreakAfter(Answer::of("The")),
    ];
    for reply in replies {
        for (protocol, outcome) in each(reply.clone(), request()).await {
            let failure = outcome.failure.expect("a failure");
            let told = format!("{failure} {failure:?} {}", json!(failure));
            assert!(!told.contains(&secret()), "{protocol:?} {reply:?}: {told}");
        }
    }
    for protocol in PROTOCOLS {
        let providers = at("http://127.0.0.1:9/v1", protocol);
        let failure = call(&providers, request()).await.failure.expect("a failure");
        assert!(!format!("{failure} {failure:?} {providers:?}").contains(&secret()), "{protocol:?}");
    }
}

#[tokio::test]
async fn what_is_at_hand_is_found_and_nothing_is_used() {
    let server = ModelServer::start([Reply::text("Yes.")]);
    let ollama = ProviderConfig { base_url: Some(server.url_v1()), ..ProviderConfig::default() };
    let mine = ProviderConfig { key_env: Some(KEY_VARIABLE.to_owned()), ..ProviderConfig::default() };
    let own = [("ollama".to_owned(), ollama), ("mine".to_owned(), mine)];
    let found = detect(&Providers::built_in().overlaid(own)).await;
    assert!(found.keys.iter().any(|key| key.provider == "mine" && key.variable == KEY_VARIABLE));
    assert!(!format!("{found:?}").contains(&secret()));
    let local = found.local.expect("a local server");
    let names: Vec<&str> = local.models.iter().map(ModelRef::as_str).collect();
    assert_eq!(names, ["ollama/qwen3:4b", "ollama/llama3.2"]);
    assert_eq!(server.count(), 0, "no model was called");
}

#[tokio::test]
async fn no_local_server_is_found_where_none_answers() {
    let hanging = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("http://{}/v1", hanging.local_addr().expect("a bound socket"));
    let ollama = ProviderConfig { base_url: Some(url), ..ProviderConfig::default() };
    let began = Instant::now();
    let found = detect(&Providers::built_in().overlaid([("ollama".to_owned(), ollama)])).await;
    assert_eq!(found.local, None);
    assert!(began.elapsed() < Duration::from_secs(5));
}
