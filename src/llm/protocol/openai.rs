//! The chat completions of `OpenAI`, in the dialects of the servers that speak them.

use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderName};
use serde_json::{Value, json};

use super::chunk::{Chunk, count, error, is_complaint, reason, text};
use super::{secret_header, temperature};
use crate::llm::{Request, Role};

/// The body of a call.
pub(super) fn body(model: &str, request: &Request) -> Value {
    let messages: Vec<Value> = request
        .messages
        .iter()
        .map(|message| {
            let role = match message.role {
                Role::System => "system",
                Role::User => "user",
                Role::Assistant => "assistant",
            };
            // A plain string: not every server reads a list of parts.
            json!({ "role": role, "content": message.text })
        })
        .collect();
    let mut body = json!({
        "model": model,
        "messages": messages,
        "max_tokens": request.max_output_tokens,
        "stream": true,
        "stream_options": { "include_usage": true },
    });
    if let Some(temperature) = temperature(request) {
        body["temperature"] = json!(temperature);
    }
    body
}

/// The headers that carry the key; a server without one gets none.
pub(super) fn headers(key: &str, azure: bool) -> HeaderMap {
    if key.is_empty() {
        return HeaderMap::new();
    }
    if azure {
        return secret_header(HeaderName::from_static("api-key"), key);
    }
    secret_header(AUTHORIZATION, &format!("Bearer {key}"))
}

/// What an event says.
pub(super) fn chunk(event: &Value) -> Chunk {
    let mut chunk = Chunk { error: error(event, "error"), ..Chunk::default() };
    let choices = event.get("choices").and_then(Value::as_array);
    if choices.is_none() && (text(event, "object") == "error" || is_complaint(event)) {
        chunk.error = chunk.error.or_else(|| Some(event.clone()));
    }
    let first = |choice: &&Value| choice.get("index").and_then(Value::as_u64).unwrap_or(0) == 0;
    for choice in choices.into_iter().flatten().filter(first) {
        chunk.error = chunk.error.or_else(|| error(choice, "error"));
        chunk.finish = reason(choice, "finish_reason").or(chunk.finish);
        match choice.get("message").filter(|message| message.is_object()) {
            Some(message) => {
                chunk.is_message = true;
                add(&mut chunk, message);
            }
            None => {
                add(&mut chunk, &choice["delta"]);
                chunk.text.push_str(text(choice, "text"));
            }
        }
    }
    let usage = event.get("usage").or_else(|| event.pointer("/x_groq/usage")).unwrap_or(&Value::Null);
    chunk.input_tokens = count(usage, &["prompt_tokens", "input_tokens"]);
    chunk.output_tokens = count(usage, &["completion_tokens", "output_tokens"]);
    chunk
}

/// Adds what a delta or a message holds.
fn add(chunk: &mut Chunk, delta: &Value) {
    chunk.add_content(&delta["content"]);
    chunk.refusal.push_str(text(delta, "refusal"));
    // Each server has a name of its own for thinking, and some send it under two.
    let named = ["reasoning_content", "reasoning", "thinking", "reasoning_text"];
    match named.iter().map(|name| text(delta, name)).find(|thought| !thought.is_empty()) {
        Some(thought) => chunk.thought.push_str(thought),
        None => {
            let details = delta["reasoning_details"].as_array();
            for detail in details.into_iter().flatten() {
                chunk.thought.push_str(text(detail, "text"));
                chunk.thought.push_str(text(detail, "summary"));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thinking_is_no_text_whatever_it_is_called() {
        for name in ["reasoning", "reasoning_content", "thinking"] {
            let event = json!({ "choices": [{ "delta": { "content": "", name: "hm" } }] });
            let chunk = chunk(&event);
            assert_eq!((chunk.text.as_str(), chunk.thought.as_str()), ("", "hm"), "{name}");
        }
        let twice = json!({ "choices": [{ "delta": { "reasoning": "hm", "reasoning_details": [{ "text": "hm" }] } }] });
        assert_eq!(chunk(&twice).thought, "hm");
    }

    #[test]
    fn an_error_is_seen_wherever_it_is() {
        for event in [
            json!({ "error": "out of memory" }),
            json!({ "error": { "message": "no" }, "choices": [{ "delta": { "content": "" } }] }),
            json!({ "choices": [{ "delta": {}, "error": { "message": "no" } }] }),
            json!({ "object": "error", "message": "no", "code": 400 }),
            json!({ "detail": [{ "msg": "no" }] }),
            json!({ "message": "no" }),
        ] {
            assert!(chunk(&event).error.is_some(), "{event}");
        }
        assert_eq!(chunk(&json!({ "error": null, "choices": [] })), Chunk::default());
    }
}
