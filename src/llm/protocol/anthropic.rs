//! Anthropic's messages.

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Value, json};

use super::chunk::{Chunk, count, error, is_complaint, reason, text};
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
pub(super) fn chunk(event: &Value) -> Chunk {
    let mut chunk = Chunk { error: error(event, "error"), ..Chunk::default() };
    match text(event, "type") {
        "message_start" => add_usage(&mut chunk, &event["message"]["usage"]),
        "content_block_start" => chunk.add_content(&json!([event["content_block"]])),
        "content_block_delta" => {
            chunk.text.push_str(text(&event["delta"], "text"));
            chunk.thought.push_str(text(&event["delta"], "thinking"));
        }
        "message_delta" => {
            chunk.finish = reason(&event["delta"], "stop_reason");
            add_usage(&mut chunk, &event["usage"]);
        }
        "message_stop" => chunk.is_last = true,
        "message" => {
            chunk.is_message = true;
            chunk.add_content(&event["content"]);
            chunk.finish = reason(event, "stop_reason");
            add_usage(&mut chunk, &event["usage"]);
        }
        "error" => chunk.error = chunk.error.or_else(|| Some(event.clone())),
        "" if is_complaint(event) => chunk.error = chunk.error.or_else(|| Some(event.clone())),
        _ => {}
    }
    chunk
}

fn add_usage(chunk: &mut Chunk, usage: &Value) {
    chunk.input_tokens = count(usage, &["input_tokens"]);
    chunk.output_tokens = count(usage, &["output_tokens"]);
}
