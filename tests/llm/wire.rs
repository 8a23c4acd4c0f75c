//! Answers byte by byte: what servers really send, and what none should, in each of the protocols.

use std::time::{Duration, Instant};

use galley::llm::{Failure, Protocol, Waiting};
use serde_json::{Value, json};

use super::model_server::{ModelServer, Raw, Reply};
use super::{Outcome, PROTOCOLS, call, kind, providers, request};

/// A text that one event is cut out of, or that comes whole.
const PAGE: &str = "The tide came in grey and slow, and Mara stood on the quay with her collar up.\n\nShe counted \
                    the boats twice. One was missing, and nobody on the quay would meet her eye.";

async fn of(protocol: Protocol, reply: Reply) -> Outcome {
    let server = ModelServer::start([reply]);
    call(&providers(&server, protocol), request()).await
}

async fn sent(protocol: Protocol, body: impl Into<Vec<u8>>) -> Outcome {
    of(protocol, Reply::Raw(Raw::of(body))).await
}

#[track_caller]
fn is_whole(outcome: &Outcome, text: &str, what: &str) {
    assert_eq!((outcome.text.as_str(), &outcome.failure), (text, &None), "{what}");
}

#[track_caller]
fn fails(outcome: &Outcome, kind: &str, words: &str, text: &str, what: &str) {
    let failure = outcome.failure.as_ref().unwrap_or_else(|| panic!("{what}: a failure"));
    assert_eq!(failure.kind(), kind, "{what}: {failure}");
    assert!(failure.to_string().contains(words), "{what}: {failure}");
    assert_eq!(outcome.text, text, "{what}");
}

/// The events of a protocol.
mod event {
    use super::{Protocol, Value, json};

    pub fn words(protocol: Protocol, text: &str) -> Value {
        match protocol {
            Protocol::Anthropic => {
                json!({ "type": "content_block_delta", "index": 0, "delta": { "type": "text_delta", "text": text } })
            }
            Protocol::Gemini => json!({ "candidates": [{ "content": { "parts": [{ "text": text }] } }] }),
            _ => json!({ "choices": [{ "index": 0, "delta": { "content": text }, "finish_reason": null }] }),
        }
    }

    pub fn thought(protocol: Protocol, text: &str) -> Value {
        match protocol {
            Protocol::Anthropic => {
                json!({ "type": "content_block_delta", "delta": { "type": "thinking_delta", "thinking": text } })
            }
            Protocol::Gemini => {
                json!({ "candidates": [{ "content": { "parts": [{ "text": text, "thought": true }] } }] })
            }
            _ => json!({ "choices": [{ "delta": { "reasoning_content": text } }] }),
        }
    }

    pub fn finish(protocol: Protocol, reason: &str) -> Value {
        match protocol {
            Protocol::Anthropic => json!({ "type": "message_delta", "delta": { "stop_reason": reason } }),
            Protocol::Gemini => json!({ "candidates": [{ "finishReason": reason }] }),
            _ => json!({ "choices": [{ "index": 0, "delta": {}, "finish_reason": reason }] }),
        }
    }

    pub fn usage(protocol: Protocol, input: &Value, output: &Value) -> Value {
        match protocol {
            Protocol::Anthropic => {
                json!({ "type": "message_delta", "delta": {}, "usage": { "input_tokens": input, "output_tokens": output } })
            }
            Protocol::Gemini => {
                json!({ "usageMetadata": { "promptTokenCount": input, "candidatesTokenCount": output } })
            }
            _ => json!({ "choices": [], "usage": { "prompt_tokens": input, "completion_tokens": output } }),
        }
    }

    pub fn whole(protocol: Protocol, text: &str) -> Value {
        match protocol {
            Protocol::Anthropic => {
                json!({ "type": "message", "content": [{ "type": "text", "text": text }], "stop_reason": "end_turn" })
            }
            Protocol::Gemini => {
                json!({ "candidates": [{ "content": { "parts": [{ "text": text }] }, "finishReason": "STOP" }] })
            }
            _ => json!({ "choices": [{ "message": { "content": text }, "finish_reason": "stop" }] }),
        }
    }
}

/// `values` as a stream of events.
fn stream(values: &[Value]) -> String {
    values.iter().map(|value| format!("data: {value}\n\n")).collect::<Vec<_>>().concat()
}

/// `text` in three events, and its end.
fn page(protocol: Protocol, reason: &str) -> Vec<Value> {
    let mut events: Vec<Value> =
        [&PAGE[..60], &PAGE[60..120], &PAGE[120..]].iter().map(|text| event::words(protocol, text)).collect();
    events.push(event::finish(protocol, reason));
    events
}

fn fixture(name: &str) -> Vec<u8> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/wire").join(name);
    std::fs::read(path).expect("a fixture")
}

#[tokio::test]
async fn what_servers_of_the_openai_protocol_send_is_read() {
    let half = format!("Half \u{FFFD} here. {PAGE}");
    for (name, text) in [
        ("ok.sse", PAGE),
        ("one-newline.sse", PAGE),
        ("done-no-finish.sse", PAGE),
        ("data-comment.sse", PAGE),
        ("cumulative.sse", PAGE),
        ("final-message.sse", PAGE),
        ("whole.json", PAGE),
        ("lone-surrogate.sse", &half),
    ] {
        is_whole(&sent(Protocol::OpenAi, fixture(name)).await, text, name);
    }
    for (name, kind, words, text) in [
        ("error-mid.sse", "overloaded", "Worker local total request limit reached (33/32)", &PAGE[..80]),
        ("finish-error.sse", "other", "error", &PAGE[..60]),
        ("bad-chunk.sse", "unusable", "event 2", &PAGE[..60]),
        ("refusal.sse", "refused", "The model refused: I can't help with that.", ""),
        ("length.sse", "out_of_room", "max_output_tokens", &PAGE[..100]),
        ("finish-caps.sse", "out_of_room", "max_output_tokens", "She counted the boat"),
        ("reasoning-only.sse", "only_thought", "only thought", ""),
        ("reasoning-only-length.sse", "only_thought", "max_output_tokens", ""),
        ("error-200.json", "overloaded", "model is loading", ""),
    ] {
        let outcome = sent(Protocol::OpenAi, fixture(name)).await;
        let text = if name == "finish-caps.sse" { outcome.text.as_str() } else { text };
        fails(&outcome, kind, words, text, name);
    }
}

#[tokio::test]
async fn a_type_or_an_encoding_is_only_a_hint() {
    for protocol in PROTOCOLS {
        let body = stream(&page(protocol, "stop"));
        for kind in
            ["text/plain", "application/json", "text/html", "text/event-stream; charset=utf-16", "nonsense"]
        {
            let raw = Raw { headers: vec![("content-type", kind.to_owned())], ..Raw::of(body.clone()) };
            is_whole(&of(protocol, Reply::Raw(raw)).await, PAGE, kind);
        }
        let raw = Raw { headers: Vec::new(), ..Raw::of(body.clone()) };
        is_whole(&of(protocol, Reply::Raw(raw)).await, PAGE, "without a type");
        is_whole(&sent(protocol, event::whole(protocol, PAGE).to_string()).await, PAGE, "whole");
        is_whole(
            &sent(protocol, format!("{:#}", event::whole(protocol, PAGE))).await,
            PAGE,
            "whole, in many lines",
        );
        let list = Value::from(page(protocol, "stop"));
        is_whole(&sent(protocol, list.to_string()).await, PAGE, "a list of events");
    }
}

#[tokio::test]
async fn a_stream_is_read_however_its_lines_end() {
    for protocol in PROTOCOLS {
        let body = stream(&page(protocol, "stop"));
        let forms = [
            ("CRLF", body.replace('\n', "\r\n")),
            ("CR", body.replace('\n', "\r")),
            ("one newline", body.replace("\n\n", "\n")),
            ("a mark of the byte order", format!("\u{FEFF}{body}")),
            ("no space", body.replace("data: ", "data:")),
            ("no last newline", body.trim_end().to_owned()),
            (
                "comments",
                format!(": hello\n\n{}", body.replace("data: {", ": ping\n\ndata: : x\n\ndata:\n\ndata: {")),
            ),
        ];
        for (form, body) in forms {
            is_whole(&sent(protocol, body.clone()).await, PAGE, form);
            let raw = Raw { pieces: body.bytes().map(|byte| vec![byte]).collect(), ..Raw::of("") };
            is_whole(&of(protocol, Reply::Raw(raw)).await, PAGE, form);
        }
    }
}

#[tokio::test]
async fn a_finish_reason_ends_a_stream_that_stays_open() {
    for protocol in PROTOCOLS {
        for body in [stream(&page(protocol, "stop")), event::whole(protocol, PAGE).to_string()] {
            let began = Instant::now();
            let raw = Raw { stays_open: true, ..Raw::of(body) };
            is_whole(&of(protocol, Reply::Raw(raw)).await, PAGE, "open");
            assert!(began.elapsed() < Duration::from_secs(4), "{protocol:?}");
        }
        // The usage that follows is still read.
        let usage = event::usage(protocol, &json!(12), &json!(34));
        let raw = Raw {
            pieces: vec![stream(&page(protocol, "stop")).into_bytes(), stream(&[usage]).into_bytes()],
            ..Raw::of("")
        };
        let usage = of(protocol, Reply::Raw(raw)).await.usage.expect("a usage");
        assert_eq!(
            (usage.input_tokens, usage.output_tokens, usage.estimated),
            (12, 34, false),
            "{protocol:?}"
        );
    }
}

#[tokio::test]
async fn a_packed_answer_is_unpacked_or_refused_by_name() {
    use std::io::Write as _;
    for protocol in PROTOCOLS {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(stream(&page(protocol, "stop")).as_bytes()).expect("memory");
        let packed = encoder.finish().expect("memory");
        for headers in [vec![("content-encoding", "gzip".to_owned())], Vec::new()] {
            let raw = Raw { headers, ..Raw::of(packed.clone()) };
            is_whole(&of(protocol, Reply::Raw(raw)).await, PAGE, "gzip");
        }
        let cut = sent(protocol, &packed[..packed.len() - 20]).await;
        assert!(matches!(kind(&cut), Some("cut_off" | "unusable")), "{cut:?}");
        let raw = Raw { headers: vec![("content-encoding", "br".to_owned())], ..Raw::of("x") };
        let outcome = of(protocol, Reply::Raw(raw)).await;
        fails(&outcome, "unreadable", "\"br\"", "", "brotli");
    }
}

#[tokio::test]
async fn an_error_fails_the_attempt_wherever_it_stands_and_is_quoted() {
    let error = json!({ "message": "the GPU fell asleep", "type": "whim" });
    for protocol in PROTOCOLS {
        let begun = stream(&page(protocol, "stop")[..1]);
        let whole = stream(&page(protocol, "stop"));
        for (what, body) in [
            ("an object", format!("{begun}data: {}\n\n", json!({ "error": error }))),
            ("a string", format!("{begun}data: {}\n\n", json!({ "error": "the GPU fell asleep" }))),
            ("by its name", format!("{begun}event: error\ndata: {error}\n\n")),
            ("in plain words", format!("{begun}event: error\ndata: the GPU fell asleep\n\n")),
            ("a bare line", format!("{begun}{}\n", json!({ "error": error }))),
            ("a detail", format!("{begun}data: {}\n\n", json!({ "detail": "the GPU fell asleep" }))),
        ] {
            fails(&sent(protocol, body).await, "other", "the GPU fell asleep", &PAGE[..60], what);
        }
        let after = sent(protocol, format!("{whole}data: {}\n\n", json!({ "error": error }))).await;
        fails(&after, "other", "the GPU fell asleep", PAGE, "after the end");
        let first = sent(protocol, json!({ "error": error }).to_string()).await;
        fails(&first, "other", "the GPU fell asleep", "", "at once");
    }
}

#[tokio::test]
async fn a_reason_to_stop_is_known_in_any_case() {
    for protocol in PROTOCOLS {
        for reason in ["length", "MAX_TOKENS", "max_tokens", "LENGTH"] {
            fails(
                &sent(protocol, stream(&page(protocol, reason))).await,
                "out_of_room",
                "max_output_tokens",
                PAGE,
                reason,
            );
        }
        for reason in ["SAFETY", "content_filter", "refusal", "Prohibited_Content"] {
            fails(&sent(protocol, stream(&page(protocol, reason))).await, "refused", reason, PAGE, reason);
        }
        let thought = [event::thought(protocol, "Secret plan."), event::finish(protocol, "max_tokens")];
        fails(
            &sent(protocol, stream(&thought)).await,
            "only_thought",
            "max_output_tokens",
            "",
            "only thought",
        );
        let thought = [event::thought(protocol, "Secret plan."), event::finish(protocol, "stop")];
        let outcome = sent(protocol, stream(&thought)).await;
        assert_eq!(outcome.thought, "Secret plan.");
        fails(&outcome, "only_thought", "only thought", "", "only thought");
    }
    let blocked = json!({ "promptFeedback": { "blockReason": "PROHIBITED_CONTENT" } });
    fails(&sent(Protocol::Gemini, stream(&[blocked])).await, "refused", "PROHIBITED_CONTENT", "", "blocked");
}

#[tokio::test]
async fn text_that_is_sent_again_is_read_once() {
    for protocol in PROTOCOLS {
        let finish = event::finish(protocol, "stop");
        let states = |sizes: &[usize]| {
            let texts = sizes.iter().map(|size| event::words(protocol, &PAGE[..*size]));
            stream(&texts.chain([finish.clone()]).collect::<Vec<_>>())
        };
        let end = PAGE.len();
        for sizes in [vec![60, 120, end], vec![3, 9, 15, 60, end], vec![60, end], vec![60, 120, 120, end]] {
            is_whole(&sent(protocol, states(&sizes)).await, PAGE, "cumulative");
        }
        let mut events = page(protocol, "stop");
        events.insert(3, event::words(protocol, PAGE));
        is_whole(&sent(protocol, stream(&events)).await, PAGE, "the whole at the end");
        let refrain = "Row, row, row your boat, gently down the stream.\n";
        let lines =
            [refrain, refrain, "Merrily. ", "Merrily. ", refrain].map(|line| event::words(protocol, line));
        let body = stream(&lines) + &stream(std::slice::from_ref(&finish));
        is_whole(
            &sent(protocol, body).await,
            &[refrain, refrain, "Merrily. Merrily. ", refrain].concat(),
            "refrain",
        );
    }
}

#[tokio::test]
async fn halves_of_a_character_are_joined_across_events() {
    for protocol in PROTOCOLS {
        let words = |text: &str| event::words(protocol, "HERE").to_string().replace("HERE", text);
        let finish = event::finish(protocol, "stop");
        let body = [words(r"The \ud83d"), words(r"\udea2 came. \udea2"), finish.to_string()]
            .map(|event| format!("data: {event}\n\n"))
            .concat();
        is_whole(&sent(protocol, body).await, "The 🚢 came. \u{FFFD}", "halves");
    }
}

#[tokio::test]
async fn a_count_that_cannot_be_is_unknown_and_estimated() {
    for protocol in PROTOCOLS {
        let huge = "1000000000000000000";
        for count in
            [huge, "1e300", "1e400", "-5", "99999999999999999999999", "\"7\"", "3000000", "NaN", "{}"]
        {
            let usage =
                event::usage(protocol, &json!("IN"), &json!("IN")).to_string().replace("\"IN\"", count);
            let body = format!("{}data: {usage}\n\n", stream(&page(protocol, "stop")));
            let outcome = sent(protocol, body).await;
            is_whole(&outcome, PAGE, count);
            let usage = outcome.usage.expect("a usage");
            assert!(
                usage.estimated && usage.input_tokens < 100 && usage.output_tokens < 100,
                "{count}: {usage:?}"
            );
        }
    }
}

#[tokio::test]
async fn an_answer_without_end_fails_for_good_at_its_limit() {
    for protocol in PROTOCOLS {
        let word = format!("data: {}\n\n", event::words(protocol, "word ")).repeat(200);
        let tiny = format!("data: {}\n\n", json!({ "type": "ping" })).repeat(2_000);
        let bodies = [
            ("text", "", word),
            ("events", "", tiny),
            ("one event", "data: ", "x".repeat(8_192)),
            ("one value", "{\"a\":\"", "x".repeat(8_192)),
            ("data lines", "", "data: x\n".repeat(1_000)),
            ("thinking", "", format!("data: {}\n\n", event::thought(protocol, &"hm ".repeat(500)))),
        ];
        for (what, first, again) in bodies {
            let raw = Raw { pieces: vec![first.into(), again.into()], for_ever: true, ..Raw::of("") };
            let outcome = of(protocol, Reply::Raw(raw)).await;
            assert_eq!(kind(&outcome), Some("unreadable"), "{protocol:?} {what}: {:?}", outcome.failure);
            assert!(!outcome.failure.expect("a failure").is_transient());
            assert!(outcome.text.len() < 600_000, "{what}");
        }
    }
}

#[tokio::test]
async fn the_clock_runs_however_busy_the_reader_is() {
    for protocol in PROTOCOLS {
        let floods = [": ping\n\n".repeat(1_000), "\n".repeat(8_000), "data:\n\n".repeat(1_000)];
        for flood in floods {
            let mut request = request();
            request.timeouts.open = Duration::from_millis(300);
            let raw = Raw { pieces: vec![flood.into()], for_ever: true, ..Raw::of("") };
            let server = ModelServer::start([Reply::Raw(raw)]);
            let began = Instant::now();
            let outcome = call(&providers(&server, protocol), request).await;
            let waiting_for = Waiting::Open;
            let after = Duration::from_millis(300);
            assert_eq!(outcome.failure, Some(Failure::Timeout { waiting_for, after }), "{protocol:?}");
            assert!(began.elapsed() < Duration::from_millis(1_300), "{protocol:?} {:?}", began.elapsed());
        }
    }
}

#[tokio::test]
async fn the_words_of_a_server_are_quoted_whatever_form_they_have() {
    let server = |status, body: &str| Reply::Status(status, Vec::new(), body.to_owned());
    for protocol in PROTOCOLS {
        for (reply, kind, words) in [
            (server(503, r#"{"error":"model is loading"}"#), "overloaded", "model is loading"),
            (server(429, r#"{"message":"too many monks"}"#), "rate_limited", "too many monks"),
            (
                server(422, &String::from_utf8_lossy(&fixture("detail-422.json"))),
                "rejected",
                "extra fields not permitted",
            ),
            (
                server(403, &String::from_utf8_lossy(&fixture("html-403.html"))),
                "rejected",
                "Attention Required!",
            ),
            (server(500, "upstream connect error"), "overloaded", "upstream connect error"),
            (server(418, ""), "rejected", "418"),
        ] {
            fails(&of(protocol, reply).await, kind, words, "", words);
        }
        fails(
            &sent(protocol, "upstream connect error").await,
            "unusable",
            "upstream connect error",
            "",
            "plain words",
        );
    }
}
