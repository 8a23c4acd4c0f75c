//! The chat completions of `OpenAI`, in the dialects of the servers that speak them.

use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderName};
use serde_json::{Value, json};

use super::heard::{Heard, count, error, is_complaint, reason, text};
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
pub(super) fn heard(event: &Value) -> Heard {
    let mut heard = Heard { error: error(event, "error"), ..Heard::default() };
    let choices = event.get("choices").and_then(Value::as_array);
    if choices.is_none() && (text(event, "object") == "error" || is_complaint(event)) {
        heard.error = heard.error.or_else(|| Some(event.clone()));
    }
    let first = |choice: &&Value| choice.get("index").and_then(Value::as_u64).unwrap_or(0) == 0;
    for choice in choices.into_iter().flatten().filter(first) {
        heard.error = heard.error.or_else(|| error(choice, "error"));
        heard.finish = reason(choice, "finish_reason").or(heard.finish);
        match choice.get("message").filter(|message| message.is_object()) {
            Some(message) => {
                heard.is_message = true;
                add(&mut heard, message);
            }
            None => {
                add(&mut heard, &choice["delta"]);
                heard.text.push_str(text(choice, "text"));
            }
        }
    }
    let usage = event.get("usage").or_else(|| event.pointer("/x_groq/usage")).unwrap_or(&Value::Null);
    heard.input_tokens = count(usage, &["prompt_tokens", "input_tokens"]);
    heard.output_tokens = count(usage, &["completion_tokens", "output_tokens"]);
    heard
}

/// Adds what a delta or a message holds.
fn add(heard: &mut Heard, delta: &Value) {
    heard.add_content(&delta["content"]);
    heard.refusal.push_str(text(delta, "refusal"));
    // Each server has a name of its own for thinking, and some send it under two.
    let named = ["reasoning_content", "reasoning", "thinking", "reasoning_text"];
    match named.iter().map(|name| text(delta, name)).find(|thought| !thought.is_empty()) {
        Some(thought) => heard.thought.push_str(thought),
        None => {
            let details = delta["reasoning_details"].as_array();
            for detail in details.into_iter().flatten() {
                heard.thought.push_str(text(detail, "text"));
                heard.thought.push_str(text(detail, "summary"));
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
            let said = heard(&event);
            assert_eq!((said.text.as_str(), said.thought.as_str()), ("", "hm"), "{name}");
        }
        let twice = json!({ "choices": [{ "delta": { "reasoning": "hm", "reasoning_details": [{ "text": "hm" }] } }] });
        assert_eq!(heard(&twice).thought, "hm");
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
            assert!(heard(&event).error.is_some(), "{event}");
        }
        assert_eq!(heard(&json!({ "error": null, "choices": [] })), Heard::default());
    }
}
