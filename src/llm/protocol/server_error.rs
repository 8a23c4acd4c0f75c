//! What the body of an error says, in whatever form servers and the proxies before them put it.

use serde_json::Value;

/// An error in its own words.
#[derive(Debug, Default)]
pub(super) struct ServerError {
    /// The words that are quoted; nothing if there are none.
    pub words: String,
    /// What it calls its kind.
    pub kind: String,
    /// Its code, which may be a status.
    pub code: String,
    /// Whether it is a web page: it comes from something in front of the server.
    pub is_page: bool,
    /// The body as JSON, if it is.
    pub value: Option<Value>,
    /// The beginning of the body, in small letters.
    lower: String,
}

impl ServerError {
    /// What a body says.
    pub(super) fn of(body: &[u8]) -> Self {
        if let Ok(value) = serde_json::from_slice::<Value>(body) {
            return Self::of_value(&value);
        }
        let text = String::from_utf8_lossy(body);
        let text = text.trim_start_matches('\u{FEFF}').trim();
        if text.starts_with('<') {
            return Self { words: title(text), is_page: true, ..Self::default() };
        }
        // Some send their error as an event, even with a bad status.
        let mut event = text.lines().filter_map(|line| line.strip_prefix("data:"));
        if let Some(value) = event.find_map(|data| serde_json::from_str::<Value>(data).ok()) {
            return Self::of_value(&value);
        }
        Self { words: text.to_owned(), lower: beginning(text), ..Self::default() }
    }

    /// What a value says.
    pub(super) fn of_value(value: &Value) -> Self {
        // Gemini wraps its error in an array when it streams.
        let outer = value.get(0).unwrap_or(value);
        let inner = outer.get("error").filter(|error| error.is_object()).unwrap_or(outer);
        let field = |names: &[&str]| {
            let found =
                names.iter().find_map(|name| inner.get(*name).filter(|v| v.is_string() || v.is_number()));
            found.map(|v| v.as_str().map_or_else(|| v.to_string(), str::to_owned)).unwrap_or_default()
        };
        let body = value.to_string();
        let mut words = words(outer).unwrap_or_else(|| body.clone());
        // OpenRouter puts what the provider said below its own words.
        if let Some(raw) = inner.pointer("/metadata/raw").and_then(self::words) {
            words = format!("{words}: {raw}");
        }
        Self {
            words,
            kind: field(&["type", "status"]),
            code: field(&["code"]),
            is_page: false,
            value: Some(value.clone()),
            lower: beginning(&body),
        }
    }

    /// Whether it names one of these kinds.
    pub(super) fn is_any_of(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.kind.contains(name) || self.code.contains(name))
    }

    /// Whether it holds one of these words, which are in small letters.
    pub(super) fn mentions(&self, words: &[&str]) -> bool {
        words.iter().any(|word| self.lower.contains(word))
    }

    pub(super) fn is_about_money(&self) -> bool {
        self.mentions(&[
            "insufficient_quota",
            "insufficient credits",
            "credit balance is too low",
            "insufficient balance",
        ]) || self.code == "402"
    }

    pub(super) fn is_about_the_key(&self) -> bool {
        self.mentions(&["api_key_invalid", "api key not valid", "invalid_api_key", "authentication_error"])
    }

    pub(super) fn is_about_a_missing_model(&self) -> bool {
        self.mentions(&["model_not_found", "not_found_error", "is not a valid model"])
    }

    pub(super) fn is_about_content(&self) -> bool {
        self.mentions(&["moderation", "content_policy", "content_filter", "flagged", "safety"])
    }
}

fn beginning(text: &str) -> String {
    text.chars().take(4_000).collect::<String>().to_ascii_lowercase()
}

/// The words in a value that are meant for people.
fn words(value: &Value) -> Option<String> {
    const NAMES: [&str; 13] = [
        "message",
        "msg",
        "detail",
        "details",
        "error_description",
        "error",
        "errors",
        "description",
        "reason",
        "title",
        "Message",
        "text",
        "code",
    ];
    match value {
        Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        Value::Array(list) => {
            let all: Vec<String> = list.iter().filter_map(words).take(3).collect();
            (!all.is_empty()).then(|| all.join("; "))
        }
        Value::Object(fields) => {
            let found = NAMES.iter().find_map(|name| fields.get(*name).and_then(words))?;
            // Where in the request the fault is.
            let place = fields.get("loc").and_then(Value::as_array).and_then(|path| path.last()?.as_str());
            Some(place.map_or_else(|| found.clone(), |place| format!("{place}: {found}")))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}

/// The title of a page, its first heading or its first words.
fn title(page: &str) -> String {
    let lower = page.to_ascii_lowercase();
    let within = |tag: &str| {
        let from = lower.find(&format!("<{tag}"))?;
        let from = from + lower[from..].find('>')? + 1;
        let text = plain(&page[from..from + lower[from..].find(&format!("</{tag}"))?]);
        (!text.is_empty()).then_some(text)
    };
    ["title", "h1", "h2", "p", "body"].iter().find_map(|tag| within(tag)).unwrap_or_default()
}

/// Text without its tags, with one space between words.
fn plain(html: &str) -> String {
    let mut out = String::new();
    let mut in_tag = false;
    for c in html.chars().take(2_000) {
        match c {
            '<' => in_tag = true,
            '>' if in_tag => {
                in_tag = false;
                out.push(' ');
            }
            c if !in_tag => out.push(c),
            _ => {}
        }
    }
    for (entity, c) in [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&nbsp;", " "),
        ("&mdash;", "—"),
        ("&amp;", "&"),
    ] {
        out = out.replace(entity, c);
    }
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_are_found_in_every_form() {
        for (body, words) in [
            (r#"{"error":"model is loading"}"#, "model is loading"),
            (r#"{"error":{"message":"model is loading","type":"unavailable"}}"#, "model is loading"),
            (r#"[{"error":{"code":400,"message":"API key not valid"}}]"#, "API key not valid"),
            (r#"{"detail":"no such route"}"#, "no such route"),
            (
                r#"{"detail":[{"loc":["body","stream_options"],"msg":"extra fields not permitted"}]}"#,
                "stream_options: extra fields not permitted",
            ),
            (r#"{"message":"out of memory","error":"Internal Server Error"}"#, "out of memory"),
            (r#"{"error":"invalid_request","error_description":"no such scope"}"#, "no such scope"),
            (r#"{"title":"Bad","detail":"the model sleeps"}"#, "the model sleeps"),
            (r#"{"errors":[{"message":"one"},{"message":"two"}]}"#, "one; two"),
            ("upstream connect error", "upstream connect error"),
            ("data: {\"error\":{\"message\":\"no\"}}\n\n", "no"),
            ("<html><head><title>Attention\n Required!</title></head></html>", "Attention Required!"),
            ("<html><body><h1>502 <b>Bad</b> Gateway</h1></body></html>", "502 Bad Gateway"),
            (
                r#"{"error":{"message":"Provider returned error","metadata":{"raw":"too hot"}}}"#,
                "Provider returned error: too hot",
            ),
            (r#"{"a":1}"#, r#"{"a":1}"#),
            ("", ""),
        ] {
            assert_eq!(ServerError::of(body.as_bytes()).words, words, "{body}");
        }
    }
}
