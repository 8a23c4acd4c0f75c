//! Google's `generateContent`.

use reqwest::header::{HeaderMap, HeaderName};
use serde_json::{Value, json};

use super::chunk::{Chunk, count, error, is_complaint, reason, text};
use super::{secret_header, system_text, temperature};
use crate::llm::{Request, Role};

/// The body of a call.
pub(super) fn body(request: &Request) -> Value {
    let contents: Vec<Value> = request
        .messages
        .iter()
        .filter(|message| message.role != Role::System)
        .map(|message| {
            let role = if message.role == Role::Assistant { "model" } else { "user" };
            json!({ "role": role, "parts": [{ "text": message.text }] })
        })
        .collect();
    let mut body = json!({
        "contents": contents,
        "generationConfig": { "maxOutputTokens": request.max_output_tokens },
    });
    if let Some(system) = system_text(request) {
        body["systemInstruction"] = json!({ "parts": [{ "text": system }] });
    }
    if let Some(temperature) = temperature(request) {
        body["generationConfig"]["temperature"] = json!(temperature);
    }
    body
}

/// The headers of a call: the key goes here and not into the address, which others write down.
pub(super) fn headers(key: &str) -> HeaderMap {
    if key.is_empty() {
        HeaderMap::new()
    } else {
        secret_header(HeaderName::from_static("x-goog-api-key"), key)
    }
}

/// What an event says.
pub(super) fn chunk(event: &Value) -> Chunk {
    let mut chunk = Chunk { error: error(event, "error"), ..Chunk::default() };
    let candidates = event.get("candidates").and_then(Value::as_array);
    if candidates.is_none() && is_complaint(event) {
        chunk.error = chunk.error.or_else(|| Some(event.clone()));
    }
    let first = |one: &&Value| one.get("index").and_then(Value::as_u64).unwrap_or(0) == 0;
    for candidate in candidates.into_iter().flatten().filter(first) {
        let parts = candidate["content"]["parts"].as_array();
        for part in parts.into_iter().flatten() {
            let is_thought = part.get("thought").and_then(Value::as_bool).unwrap_or(false);
            let side = if is_thought { &mut chunk.thought } else { &mut chunk.text };
            side.push_str(text(part, "text"));
        }
        chunk.finish = reason(candidate, "finishReason").or(chunk.finish);
        text(candidate, "finishMessage").clone_into(&mut chunk.finish_words);
    }
    let feedback = &event["promptFeedback"];
    if let Some(blocked) = reason(feedback, "blockReason") {
        let words = text(feedback, "blockReasonMessage");
        let words = if words.is_empty() { String::new() } else { format!(": {words}") };
        chunk.refusal = format!("the prompt was blocked ({blocked}){words}");
        chunk.finish = Some(blocked);
    }
    let usage = &event["usageMetadata"];
    chunk.input_tokens = count(usage, &["promptTokenCount"]);
    // Thinking is paid for like the answer, and counted beside it.
    let thoughts = count(usage, &["thoughtsTokenCount"]).flatten().unwrap_or(0);
    chunk.output_tokens = count(usage, &["candidatesTokenCount"]).map(|answer| answer?.checked_add(thoughts));
    chunk
}
