//! What one event says, in the same words for every protocol.

use serde_json::Value;

/// What is new with an event.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Chunk {
    /// The next words.
    pub text: String,
    /// The next words of its thinking.
    pub thought: String,
    /// The next words with which the model refuses.
    pub refusal: String,
    /// Whether the words are those of a whole message, and not the next ones.
    pub is_message: bool,
    /// Why the answer ended, in the server's word.
    pub finish: Option<String>,
    /// What the server says about that.
    pub finish_words: String,
    /// Nothing more follows.
    pub is_last: bool,
    /// What the server reports instead of an answer.
    pub error: Option<Value>,
    /// Tokens of the prompt.
    pub input_tokens: Option<Count>,
    /// Tokens of the answer.
    pub output_tokens: Option<Count>,
}

/// A count as a server gives it; none if it is not a whole number from 0 on.
pub(super) type Count = Option<u64>;

impl Chunk {
    /// Adds what a `content` holds: a string, or a list of parts.
    pub(super) fn add_content(&mut self, content: &Value) {
        match content {
            Value::String(text) => self.text.push_str(text),
            Value::Array(parts) => parts.iter().for_each(|part| self.add_part(part)),
            _ => {}
        }
    }

    fn add_part(&mut self, part: &Value) {
        match text(part, "type") {
            "thinking" | "reasoning" => {
                let mut inner = Self::default();
                for name in ["thinking", "reasoning", "text", "summary"] {
                    inner.add_content(&part[name]);
                }
                self.thought.push_str(&inner.text);
                self.thought.push_str(&inner.thought);
            }
            "refusal" => self.refusal.push_str(text(part, "refusal")),
            _ => self.text.push_str(text(part, "text")),
        }
    }
}

/// The string at `name`, or nothing.
pub(super) fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// The finish reason at `name`, if one is given.
pub(super) fn reason(value: &Value, name: &str) -> Option<String> {
    let reason = text(value, name).trim();
    (!reason.is_empty() && !reason.eq_ignore_ascii_case("null")).then(|| reason.to_owned())
}

/// The error at `name`, if there is one.
pub(super) fn error(value: &Value, name: &str) -> Option<Value> {
    let error = value.get(name)?;
    let is_one = match error {
        Value::Null => false,
        Value::Bool(is_one) => *is_one,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(words) => !words.trim().is_empty(),
        Value::Array(list) => !list.is_empty(),
        Value::Object(fields) => !fields.is_empty(),
    };
    is_one.then(|| error.clone())
}

/// The count at the first of `names` that is there.
pub(super) fn count(value: &Value, names: &[&str]) -> Option<Count> {
    let number = names.iter().find_map(|name| value.get(*name).filter(|number| !number.is_null()))?;
    let whole = number.as_f64().filter(|number| number.fract() == 0.0 && (0.0..9e15).contains(number));
    Some(number.as_u64().or(whole.map(|number| number as u64)))
}

/// Whether a value that is not an event reports an error in its own words, as gateways do.
pub(super) fn is_complaint(value: &Value) -> bool {
    !text(value, "message").is_empty() || ["detail", "errors"].iter().any(|name| error(value, name).is_some())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_whole_numbers_are_counts() {
        for (given, expected) in [
            (json!(7), Some(Some(7))),
            (json!(7.0), Some(Some(7))),
            (json!(-7), Some(None)),
            (json!(7.5), Some(None)),
            (json!("7"), Some(None)),
            (json!(1e300), Some(None)),
            (json!(null), None),
        ] {
            assert_eq!(count(&json!({ "n": given }), &["n"]), expected, "{given}");
        }
    }

    #[test]
    fn parts_of_thinking_are_thoughts() {
        let mut chunk = Chunk::default();
        chunk.add_content(&json!([
            { "type": "thinking", "thinking": [{ "type": "text", "text": "hm" }] },
            { "type": "text", "text": "Lit." },
        ]));
        assert_eq!((chunk.thought.as_str(), chunk.text.as_str()), ("hm", "Lit."));
    }
}
