//! Anthropic's messages.

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Value, json};

use super::heard::{Heard, count, error, is_complaint, reason, text};
use super::{secret_header, system_text, temperature};
use crate::llm::{Request, Role};

/// The body of a call.
pub(super) fn body(model: &str, request: &Request) -> Value {
    let messages: Vec<Value> = request
        .messages
        .iter()
        .filter(|message| message.role != Role::System)
        .map(|message| {
            let role = if message.role == Role::Assistant { "assistant" } else { "user" };
            json!({ "role": role, "content": message.text })
        })
        .collect();
    let mut body = json!({
        "model": model,
        "messages": messages,
        "max_tokens": request.max_output_tokens,
        "stream": true,
    });
    if let Some(system) = system_text(request) {
        body["system"] = json!(system);
    }
    // Its scale ends at 1, where that of the others goes on to 2.
    if let Some(temperature) = temperature(request) {
        body["temperature"] = json!(temperature.min(1.0));
    }
    body
}

/// The headers of a call.
pub(super) fn headers(key: &str) -> HeaderMap {
    let mut headers = if key.is_empty() {
        HeaderMap::new()
    } else {
        secret_header(HeaderName::from_static("x-api-key"), key)
    };
    headers.insert("anthropic-version", HeaderValue::from_static("2023-06-01"));
    headers
}

/// What an event says.
pub(super) fn heard(event: &Value) -> Heard {
    let mut heard = Heard { error: error(event, "error"), ..Heard::default() };
    match text(event, "type") {
        "message_start" => add_usage(&mut heard, &event["message"]["usage"]),
        "content_block_start" => heard.add_content(&json!([event["content_block"]])),
        "content_block_delta" => {
            heard.text.push_str(text(&event["delta"], "text"));
            heard.thought.push_str(text(&event["delta"], "thinking"));
        }
        "message_delta" => {
            heard.finish = reason(&event["delta"], "stop_reason");
            add_usage(&mut heard, &event["usage"]);
        }
        "message_stop" => heard.is_last = true,
        "message" => {
            heard.is_message = true;
            heard.add_content(&event["content"]);
            heard.finish = reason(event, "stop_reason");
            add_usage(&mut heard, &event["usage"]);
        }
        "error" => heard.error = heard.error.or_else(|| Some(event.clone())),
        "" if is_complaint(event) => heard.error = heard.error.or_else(|| Some(event.clone())),
        _ => {}
    }
    heard
}

fn add_usage(heard: &mut Heard, usage: &Value) {
    heard.input_tokens = count(usage, &["input_tokens"]);
    heard.output_tokens = count(usage, &["output_tokens"]);
}
