//! Data in an answer: found among words, and repaired where there is only one thing that it can mean.

mod lenient;

use serde_json::Value;

/// Values that are tried at most.
const MAX_TRIED: usize = 64;

/// A value that was found in an answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// The value.
    pub value: Value,
    /// What was done to read it, each in a sentence.
    pub notes: Vec<String>,
}

/// The values that stand in an answer, outermost and first ones first, as far as each is whole. Nothing is completed:
/// what was cut off is not a value.
pub fn values(answer: &str) -> impl Iterator<Item = Found> {
    let trimmed = answer.trim_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}');
    let whole = serde_json::from_str::<Value>(trimmed).ok();
    let plain = whole.map(|value| Found { value, notes: Vec::new() });
    let searched = plain.is_none().then_some(Search { text: trimmed, at: 0, tried: 0 });
    plain.into_iter().chain(searched.into_iter().flatten())
}

struct Search<'t> {
    text: &'t str,
    at: usize,
    tried: usize,
}

impl Iterator for Search<'_> {
    type Item = Found;

    fn next(&mut self) -> Option<Found> {
        while self.tried < MAX_TRIED {
            let start = self.at + self.text[self.at..].find(['{', '['])?;
            self.tried += 1;
            let Some((value, length, repairs)) = lenient::read(&self.text[start..]) else {
                self.at = start + 1;
                continue;
            };
            self.at = start + length;
            let mut notes: Vec<String> = repairs.iter().map(|r| (*r).to_owned()).collect();
            if start > 0 || self.at < self.text.len() {
                notes.push("words around the data were removed".to_owned());
            }
            return Some(Found { value, notes });
        }
        None
    }
}

/// Brings a value into the form that its schema asks for, where nothing has to be guessed: a number in quotation
/// marks, another case of a word that is listed, a list that is absent, a value within a single name.
#[must_use]
pub fn coerced(value: &Value, schema: &Value) -> (Value, Vec<String>) {
    let mut notes = Vec::new();
    let mut value = value.clone();
    for _ in 0..MAX_WRAPPINGS {
        let Some(inner) = unwrapped(&value, schema) else { break };
        notes.push("the data was extracted from the text around it".to_owned());
        value = inner;
    }
    Coercion { root: schema, notes: &mut notes }.coerce(&mut value, schema, 0);
    notes.dedup();
    (value, notes)
}

/// Names around a value at most.
const MAX_WRAPPINGS: usize = 3;

/// The value within an object of a single name that the schema does not know, or within a list of one.
fn unwrapped(value: &Value, schema: &Value) -> Option<Value> {
    let properties = schema["properties"].as_object()?;
    match value {
        Value::Object(object) if object.len() == 1 => {
            let (name, inner) = object.iter().next()?;
            (!properties.contains_key(name) && inner.is_object()).then(|| inner.clone())
        }
        Value::Array(list) if list.len() == 1 => list.first().filter(|inner| inner.is_object()).cloned(),
        _ => None,
    }
}

/// Deeper than this nothing is coerced.
const MAX_DEPTH: usize = 32;

struct Coercion<'a> {
    root: &'a Value,
    notes: &'a mut Vec<String>,
}

impl Coercion<'_> {
    fn coerce(&mut self, value: &mut Value, schema: &Value, depth: usize) {
        if depth > MAX_DEPTH {
            return;
        }
        let referred = schema["$ref"].as_str().and_then(|to| self.root.pointer(to.strip_prefix('#')?));
        let schema = referred.unwrap_or(schema);
        match value {
            Value::String(text) => {
                if let Some((meant, note)) = meant_by(text, schema) {
                    self.notes.push(note.to_owned());
                    *value = meant;
                }
            }
            Value::Object(object) => {
                let Some(properties) = schema["properties"].as_object() else { return };
                let required = schema["required"].as_array();
                for (name, of) in properties {
                    let is_required = required.is_some_and(|r| r.iter().any(|one| one == name.as_str()));
                    let is_list = of["type"] == "array" && of["minItems"].as_u64().unwrap_or(0) == 0;
                    if is_required && is_list && object.get(name).is_none_or(Value::is_null) {
                        self.notes.push(format!("`{name}` was absent and is taken for an empty list"));
                        object.insert(name.clone(), Value::Array(Vec::new()));
                    }
                    if let Some(inner) = object.get_mut(name) {
                        self.coerce(inner, of, depth + 1);
                    }
                }
            }
            Value::Array(items) => {
                for item in items {
                    self.coerce(item, &schema["items"], depth + 1);
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
}

/// What a text means where the schema wants something else, or one of several words.
fn meant_by(text: &str, schema: &Value) -> Option<(Value, &'static str)> {
    let word = text.trim();
    if let Some(listed) = schema["enum"].as_array() {
        if listed.iter().any(|one| one == text) {
            return None;
        }
        let mut alike =
            listed.iter().filter(|one| one.as_str().is_some_and(|one| one.eq_ignore_ascii_case(word)));
        let one = alike.next().filter(|_| alike.next().is_none())?;
        return Some((one.clone(), "a listed word was brought into its case"));
    }
    let wants = |kind: &str| match &schema["type"] {
        Value::String(one) => one == kind,
        Value::Array(several) => several.iter().any(|one| one == kind),
        _ => false,
    };
    if wants("string") {
        return None;
    }
    if wants("number") || wants("integer") {
        let number = serde_json::from_str::<Value>(word).ok().filter(Value::is_number)?;
        let fits = wants("number") || number.is_i64() || number.is_u64();
        return fits.then_some((number, "a number was taken out of quotation marks"));
    }
    let truth = word.to_ascii_lowercase().parse().ok().filter(|_| wants("boolean"))?;
    Some((Value::Bool(truth), "true or false was taken out of quotation marks"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn first(answer: &str) -> Option<Value> {
        values(answer).next().map(|found| found.value)
    }

    #[test]
    fn data_is_found_whatever_stands_around_it() {
        let data = json!({"a": 1, "b": ["x"]});
        for answer in [
            r#"{"a": 1, "b": ["x"]}"#,
            "\u{FEFF}{\"a\": 1, \"b\": [\"x\"]}",
            r#"Here it is: {"a": 1, "b": ["x"]} bye"#,
            "Here it is:\n```json\n{\"a\": 1, \"b\": [\"x\"]}\n```\nHope this helps!",
            r#"{"a": 1, "b": ["x",],}"#,
            "{\"a\": 1, // the first\n \"b\": [\"x\"] /* and last */}",
            "{'a': 1, 'b': ['x']}",
            r#"{a: 1, b: ["x"]}"#,
            "{“a”: 1, “b”: [“x”]}",
            r#"So {not this} but {"a": 1, "b": ["x"]}"#,
        ] {
            assert_eq!(first(answer), Some(data.clone()), "{answer}");
        }
        assert_eq!(first("[\"line one\nline\ttwo\"]"), Some(json!(["line one\nline\ttwo"])));
        assert_eq!(first("['it\\'s', \"it's\"]"), Some(json!(["it's", "it's"])));
    }

    #[test]
    fn several_values_come_one_after_the_other() {
        let found: Vec<Value> = values("{} then [1] and {\"a\": {\"b\": 2}}").map(|f| f.value).collect();
        assert_eq!(found, [json!({}), json!([1]), json!({"a": {"b": 2}})]);
    }

    #[test]
    fn what_is_cut_off_or_ambiguous_is_no_value() {
        for answer in [
            r#"{"a": 1, "b": ["#,
            r#"{"a": "x"#,
            r#"{"a": 1 "b": 2"#,
            r#"{"a": }"#,
            "not json at all",
            r#"{"a": NaN}"#,
        ] {
            assert_eq!(first(answer).filter(Value::is_object), None, "{answer}");
        }
    }

    #[test]
    fn a_value_is_coerced_only_where_it_can_mean_one_thing() {
        let schema = json!({
            "type": "object",
            "required": ["score", "decision", "list"],
            "properties": {
                "score": {"type": "number", "minimum": 0, "maximum": 100},
                "decision": {"enum": ["publish", "polish"]},
                "list": {"type": "array", "items": {"type": "object", "properties": {"n": {"type": "integer"}}}}
            }
        });
        let right = json!({"score": 96, "decision": "publish", "list": []});
        for (value, count) in [
            (json!({"score": 96, "decision": "publish", "list": []}), 0),
            (json!({"score": "96", "decision": " Publish", "list": []}), 2),
            (json!({"score": 96, "decision": "PUBLISH"}), 2),
            (json!([{"result": {"score": 96, "decision": "publish", "list": []}}]), 1),
            (json!({"report": {"score": 96, "decision": "publish", "list": null}}), 2),
        ] {
            let (made, notes) = coerced(&value, &schema);
            assert_eq!((&made, notes.len()), (&right, count), "{value}");
        }
        let (kept, notes) =
            coerced(&json!({"score": "120 or so", "decision": "maybe", "list": [{"n": "1.5"}]}), &schema);
        assert_eq!(kept, json!({"score": "120 or so", "decision": "maybe", "list": [{"n": "1.5"}]}));
        assert!(notes.is_empty());
        let (kept, _) = coerced(&json!({"score": "120", "decision": "polish", "list": []}), &schema);
        assert_eq!(kept["score"], 120, "out of range it stays, and the schema refuses it");
    }

    #[test]
    fn reading_takes_time_in_proportion_to_the_answer() {
        for piece in ["{", "[", "{\"a\":", "\"", "[1,", "{'", "/*", "{}"] {
            let started = std::time::Instant::now();
            let _ = values(&piece.repeat(400_000 / piece.len())).count();
            assert!(started.elapsed().as_secs() < 20, "{piece:?} took {:?}", started.elapsed());
        }
    }
}
